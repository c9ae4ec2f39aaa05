/* dissect/filter/flow.c -- from the tree of tests to a graph of blocks, from right to left. */
#include "dissect/filter/flow.h"

#include <errno.h>

enum {
	/* Chains of "and" and "or" lean to the left and cost no depth; only nesting does. */
	BUILD_DEPTH_MAX = 8 * FILTER_DEPTH_MAX,
};

struct build {
	struct flow *g;
	struct flow_block *loop; /* where COND_AGAIN goes */
	const char *why;
	unsigned depth;
	bool too_deep;
};

static struct flow_block *block_make(struct flow *g, uint16_t jump, uint32_t k)
{
	struct flow_block *b = arena_alloc(g->arena, sizeof(*b));

	if (!b)
		return NULL;
	b->jump = jump;
	b->k = k;
	b->older = g->newest;
	g->newest = b;
	g->made++;
	return b;
}

static struct cond_stmt *code_copy(struct arena *a, const struct cond_stmt *s)
{
	struct cond_code copy = { 0 };

	for (; s; s = s->next)
		code_add(a, &copy, s->code, s->k);
	return copy.first;
}

static struct flow_block *build_test(struct build *u, const struct cond *c, struct flow_block *t,
				     struct flow_block *f)
{
	struct flow_block *b = block_make(u->g, c->jump, c->k);

	if (!b)
		return NULL;
	b->code = code_copy(u->g->arena, c->code.first);
	b->t = t;
	b->f = c->jump == COND_ALWAYS ? t : f;
	b->why = u->why;
	return b;
}

static struct flow_block *build(struct build *u, const struct cond *c, struct flow_block *t,
				struct flow_block *f);

static struct flow_block *build_loop(struct build *u, const struct cond *c, struct flow_block *t,
				     struct flow_block *f)
{
	struct flow_block *const outer = u->loop;
	struct flow_block *const head = block_make(u->g, FLOW_ALWAYS, 0);

	if (!head)
		return NULL;
	u->g->loops = true;
	u->loop = head;
	head->t = head->f = build(u, c->a, t, f);
	u->loop = outer;
	return head->t ? head : NULL;
}

/* The block that asks c and goes on at t or f. NULL: no memory, or too deep. */
static struct flow_block *build_one(struct build *u, const struct cond *c, struct flow_block *t,
				    struct flow_block *f)
{
	struct flow_block *next, *swap;

	for (; c && t && f; c = c->a) {
		if (c->why)
			u->why = c->why;
		switch ((enum cond_kind)c->kind) {
		case COND_TRUE:
			return t;
		case COND_FALSE:
			return f;
		case COND_TEST:
			return build_test(u, c, t, f);
		case COND_LOOP:
			return build_loop(u, c, t, f);
		case COND_AGAIN:
			return u->loop;
		case COND_NOT:
			swap = t;
			t = f;
			f = swap;
			break;
		case COND_AND:
			t = build(u, c->b, t, f);
			break;
		case COND_OR:
			f = build(u, c->b, t, f);
			break;
		case COND_THEN:
			next = build(u, c->b, t, f);
			t = next;
			f = next;
			break;
		}
	}
	return NULL;
}

static struct flow_block *build(struct build *u, const struct cond *c, struct flow_block *t,
				struct flow_block *f)
{
	const char *const why = u->why;
	struct flow_block *b = NULL;

	if (u->depth == BUILD_DEPTH_MAX) {
		u->too_deep = true;
		return NULL;
	}
	u->depth++;
	b = build_one(u, c, t, f);
	u->depth--;
	u->why = why;
	return b;
}

int flow_build(struct arena *arena, const struct cond *c, uint32_t snaplen, struct flow *ret,
	       struct filter_error *err)
{
	struct build u = { .g = ret };

	*ret = (struct flow){ .arena = arena };
	ret->accept = block_make(ret, FLOW_RETURN, snaplen);
	ret->reject = block_make(ret, FLOW_RETURN, 0);
	ret->root = build(&u, c, ret->accept, ret->reject);
	if (u.too_deep)
		return filter_error_set(err, -E2BIG, 0, 0, "the expression is nested too deeply");
	ret->order = arena_alloc(arena, ret->made * sizeof(struct flow_block *));
	ret->stack = arena_alloc(arena, ret->made * sizeof(struct flow_block *));
	if (!ret->root || arena->failed)
		return filter_error_set(err, -ENOMEM, 0, 0,
					"no memory for the program of this expression");
	flow_order(ret);
	return 0;
}

enum { MARK_NEW, MARK_FIRST, MARK_SECOND, MARK_DONE };

static void reverse(struct flow_block **blocks, uint32_t n)
{
	struct flow_block *b;
	uint32_t i;

	for (i = 0; i < n / 2; i++) {
		b = blocks[i];
		blocks[i] = blocks[n - 1 - i];
		blocks[n - 1 - i] = b;
	}
}

/*
 * Blocks in order of being left, the false way first: backwards, they are in order of execution and
 * what follows a true test is close to it. The ends stand behind everything: the kernel, when it
 * checks that words of scratch memory are stored before they are loaded, reads on behind a return.
 */
void flow_order(struct flow *g)
{
	struct flow_block *b, *next;
	uint32_t depth = 0, left = 0, i;

	for (b = g->newest; b; b = b->older)
		b->mark = MARK_NEW;
	g->stack[depth++] = g->root;
	while (depth) {
		b = g->stack[depth - 1];
		if (b->jump == FLOW_RETURN || b->mark == MARK_SECOND) {
			b->mark = MARK_DONE;
			if (b->jump != FLOW_RETURN)
				g->order[left++] = b;
			depth--;
			continue;
		}
		next = b->mark == MARK_NEW ? b->f : b->t;
		b->mark++;
		if (next->mark == MARK_NEW)
			g->stack[depth++] = next;
	}
	reverse(g->order, left);
	if (g->accept->mark == MARK_DONE)
		g->order[left++] = g->accept;
	if (g->reject->mark == MARK_DONE)
		g->order[left++] = g->reject;
	g->count = left;
	for (i = 0; i < left; i++)
		g->order[i]->index = i;
}
