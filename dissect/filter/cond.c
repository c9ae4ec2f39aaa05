/* dissect/filter/cond.c -- building the tree of tests. */
#include "dissect/filter/cond.h"

void code_add(struct arena *a, struct cond_code *c, uint16_t code, uint32_t k)
{
	struct cond_stmt *s = arena_alloc(a, sizeof(*s));

	if (!s)
		return; /* the arena has failed, and whoever asks it learns so */
	s->code = code;
	s->k = k;
	code_append(c, (struct cond_code){ s, s });
}

void code_append(struct cond_code *c, struct cond_code more)
{
	if (!more.first)
		return;
	if (c->last)
		c->last->next = more.first;
	else
		c->first = more.first;
	c->last = more.last;
}

static struct cond *cond_make(struct arena *a, enum cond_kind kind)
{
	struct cond *c = arena_alloc(a, sizeof(*c));

	if (c)
		c->kind = (uint8_t)kind;
	return c;
}

static struct cond *cond_pair(struct arena *a, enum cond_kind kind, struct cond *x, struct cond *y)
{
	struct cond *c = x && y ? cond_make(a, kind) : NULL;

	if (!c)
		return NULL;
	c->a = x;
	c->b = y;
	return c;
}

struct cond *cond_true(struct arena *a)
{
	return cond_make(a, COND_TRUE);
}

struct cond *cond_false(struct arena *a)
{
	return cond_make(a, COND_FALSE);
}

struct cond *cond_test(struct arena *a, struct cond_code code, uint16_t jump, uint32_t k)
{
	struct cond *c = cond_make(a, COND_TEST);

	if (!c)
		return NULL;
	c->code = code;
	c->jump = jump;
	c->k = k;
	return c;
}

struct cond *cond_do(struct arena *a, struct cond_code code)
{
	return cond_test(a, code, COND_ALWAYS, 0);
}

struct cond *cond_not(struct arena *a, struct cond *x)
{
	struct cond *c;

	if (!x)
		return NULL;
	if (x->kind == COND_NOT)
		return x->a;
	c = cond_make(a, COND_NOT);
	if (c)
		c->a = x;
	return c;
}

/* What stands on the right of a constant is not asked, or is all that is asked. A constant on the
 * right changes nothing of what the left one loads, so it stays. */
struct cond *cond_and(struct arena *a, struct cond *x, struct cond *y)
{
	if (x && y && x->kind == COND_TRUE)
		return y;
	return cond_pair(a, COND_AND, x, y);
}

struct cond *cond_or(struct arena *a, struct cond *x, struct cond *y)
{
	if (x && y && x->kind == COND_FALSE)
		return y;
	return cond_pair(a, COND_OR, x, y);
}

struct cond *cond_then(struct arena *a, struct cond *x, struct cond *y)
{
	return cond_pair(a, COND_THEN, x, y);
}

struct cond *cond_loop(struct arena *a, struct cond *body)
{
	struct cond *c = body ? cond_make(a, COND_LOOP) : NULL;

	if (c)
		c->a = body;
	return c;
}

struct cond *cond_again(struct arena *a)
{
	return cond_make(a, COND_AGAIN);
}
