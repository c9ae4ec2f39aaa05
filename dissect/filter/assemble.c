/* dissect/filter/assemble.c -- a graph of blocks becomes a program, laid out from its end. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/filter/flow.h"
#include "dissect/filter/optimize.h"

enum { NEAR_MAX = 255 }; /* jt and jf have 8 bits */

/* A jump backwards, whose target has no place yet. */
struct pending {
	struct pending *next;
	uint32_t at; /* see struct layout */
	const struct flow_block *target;
};

/*
 * What is placed first stands last: insns is filled from its end, and places count from the
 * program's end.
 */
struct layout {
	struct arena *arena;
	struct sock_filter insns[FILTER_INSNS_MAX];
	uint32_t len;
	bool full;
	struct pending *pending;
	struct flow_notes *notes; /* by place, until the end; or NULL */
};

static struct sock_filter *put(struct layout *l, uint16_t code, uint32_t k)
{
	struct sock_filter *i;

	if (l->len == FILTER_INSNS_MAX) {
		l->full = true;
		return NULL;
	}
	i = &l->insns[FILTER_INSNS_MAX - ++l->len];
	*i = (struct sock_filter){ .code = code, .k = k };
	return i;
}

/* Instructions between the next to be placed and b's first. */
static uint32_t distance(const struct layout *l, const struct flow_block *b)
{
	return l->len - b->place;
}

static void put_jump_always(struct layout *l, const struct flow_block *to)
{
	struct pending *p;

	if (to->place) {
		put(l, BPF_JMP | BPF_JA, distance(l, to));
		return;
	}
	p = arena_alloc(l->arena, sizeof(*p));
	if (!p || !put(l, BPF_JMP | BPF_JA, 0))
		return;
	p->at = l->len;
	p->target = to;
	p->next = l->pending;
	l->pending = p;
}

/* A way that is too long, or leads backwards, goes by a jump of its own behind the test. */
static void put_test(struct layout *l, const struct flow_block *b)
{
	bool far_t = !b->t->place, far_f = !b->f->place;
	struct sock_filter *i;
	unsigned more = 0, before;

	do {
		before = more;
		far_t = far_t || distance(l, b->t) + more > NEAR_MAX;
		far_f = far_f || distance(l, b->f) + more > NEAR_MAX;
		more = far_t + far_f;
	} while (more != before);
	if (far_f)
		put_jump_always(l, b->f);
	if (far_t)
		put_jump_always(l, b->t);
	i = put(l, BPF_JMP | b->jump, b->k);
	if (!i)
		return;
	i->jt = (uint8_t)(far_t ? 0 : l->len - 1 - b->t->place);
	i->jf = (uint8_t)(far_f ? far_t : l->len - 1 - b->f->place);
	if (l->notes) {
		l->notes->why[l->len - 1] = b->why;
		l->notes->opposite[l->len - 1] = b->why_not;
	}
}

static void put_code(struct layout *l, const struct cond_stmt *s)
{
	struct sock_filter *to;
	uint32_t n = 0, i = 0;
	const struct cond_stmt *p;

	for (p = s; p; p = p->next)
		n++;
	if (n > FILTER_INSNS_MAX - l->len) {
		l->full = true;
		return;
	}
	l->len += n;
	to = &l->insns[FILTER_INSNS_MAX - l->len];
	for (p = s; p; p = p->next)
		to[i++] = (struct sock_filter){ .code = p->code, .k = p->k };
}

static void put_block(struct layout *l, struct flow_block *b)
{
	if (b->jump == FLOW_RETURN)
		put(l, BPF_RET | BPF_K, b->k);
	else if (!flow_is_plain(b))
		put_test(l, b);
	else if (!b->t->place || distance(l, b->t))
		put_jump_always(l, b->t);
	put_code(l, b->code);
	b->place = l->len;
}

static void lay_out(struct layout *l, struct flow *g)
{
	struct pending *p;
	uint32_t i;

	for (i = 0; i < g->count; i++)
		g->order[i]->place = 0;
	for (i = g->count; i-- && !l->full;)
		put_block(l, g->order[i]);
	for (p = l->pending; p && !l->full; p = p->next)
		l->insns[FILTER_INSNS_MAX - p->at].k = p->at - 1 - p->target->place;
}

/* From places to indices. */
static void notes_turn(struct flow_notes *n, uint32_t len)
{
	const char *why;
	bool opposite;
	uint32_t i;

	for (i = 0; i < len / 2; i++) {
		why = n->why[i];
		n->why[i] = n->why[len - 1 - i];
		n->why[len - 1 - i] = why;
		opposite = n->opposite[i];
		n->opposite[i] = n->opposite[len - 1 - i];
		n->opposite[len - 1 - i] = opposite;
	}
}

static int take_out(const struct layout *l, struct filter_program *ret, struct filter_error *err)
{
	if (l->arena->failed)
		return filter_error_set(err, -ENOMEM, 0, 0,
					"no memory for the program of this expression");
	if (l->full)
		return filter_error_set(err, -E2BIG, 0, 0,
					"the expression needs more than %d instructions, the "
					"kernel's maximum; nets and port ranges need fewer than "
					"lists of hosts and ports",
					FILTER_INSNS_MAX);
	assert(l->len > 0); /* both returns stand in every program */
	ret->insns = malloc(l->len * sizeof(*ret->insns));
	if (!ret->insns)
		return filter_error_set(err, -ENOMEM, 0, 0, "no memory for a program");
	memcpy(ret->insns, &l->insns[FILTER_INSNS_MAX - l->len], l->len * sizeof(*ret->insns));
	ret->len = l->len;
	ret->loops = l->pending;
	return 0;
}

int filter_layout(struct flow *g, struct filter_program *ret, struct flow_notes *notes,
		  struct filter_error *err)
{
	struct layout *l = calloc(1, sizeof(*l));
	int e;

	*ret = (struct filter_program){ 0 };
	if (!l)
		return filter_error_set(err, -ENOMEM, 0, 0, "no memory for a program");
	l->arena = g->arena;
	l->notes = notes;
	lay_out(l, g);
	e = take_out(l, ret, err);
	if (!e && notes)
		notes_turn(notes, ret->len);
	free(l);
	return e;
}

int filter_assemble_noted(struct arena *arena, const struct cond *c, uint32_t snaplen,
			  bool optimize, struct filter_program *ret, struct flow_notes *notes,
			  struct filter_error *err)
{
	struct flow g;
	int e;

	*ret = (struct filter_program){ 0 };
	e = flow_build(arena, c, snaplen, &g, err);
	if (e)
		return e;
	if (optimize && !g.loops)
		filter_optimize(&g);
	return filter_layout(&g, ret, notes, err);
}

int filter_assemble(struct arena *arena, const struct cond *c, uint32_t snaplen, bool optimize,
		    struct filter_program *ret, struct filter_error *err)
{
	return filter_assemble_noted(arena, c, snaplen, optimize, ret, NULL, err);
}
