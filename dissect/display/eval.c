#include <errno.h>
#include <stdlib.h>

#include "dissect/display/state.h"

enum {
	REGEX_HEAP_KIB = 8 << 10,
	REGEX_JIT_STACK_MIN = 32 << 10,
	REGEX_JIT_STACK_MAX = 1 << 20,
};

int display_state_open(const struct display_filter *f, struct display_state **ret)
{
	struct display_state *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->f = f;
	s->slots = calloc(f->nr_wanted + 1u, sizeof(*s->slots));
	if (f->nr_regexes) {
		s->match = pcre2_match_data_create(1, NULL);
		s->match_context = pcre2_match_context_create(NULL);
		s->jit_stack =
			pcre2_jit_stack_create(REGEX_JIT_STACK_MIN, REGEX_JIT_STACK_MAX, NULL);
		if (s->match_context)
			pcre2_set_heap_limit(s->match_context, REGEX_HEAP_KIB);
		/* NULL, where there is no JIT, keeps 32 KiB of the thread's own stack. */
		if (s->match_context)
			pcre2_jit_stack_assign(s->match_context, NULL, s->jit_stack);
	}
	if (!s->slots || (f->nr_regexes && (!s->match || !s->match_context))) {
		display_state_close(s);
		return -ENOMEM;
	}
	*ret = s;
	return 0;
}

void display_state_close(struct display_state *s)
{
	struct scratch_chunk *chunk, *next;

	if (!s)
		return;
	for (chunk = s->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	pcre2_match_data_free(s->match);
	pcre2_match_context_free(s->match_context);
	pcre2_jit_stack_free(s->jit_stack);
	free(s->slots);
	free(s);
}

/* Read and compared on the spot: most filters are of these. */
static bool compare_quick(const struct display_state *s, const struct node *n)
{
	const struct node *field = n->child, *constant = field->next;
	const struct dissection *d = s->d;
	const struct field_ref *ref;
	struct field_value found;
	struct value v;
	bool met = false;
	unsigned i;

	for (i = 0; i < d->nr_layers; i++) {
		if (!proto_in(field->protos, d->layers[i].proto))
			continue;
		for (ref = field->refs; ref; ref = ref->next) {
			if (ref->proto != d->layers[i].proto ||
			    !field_read(d, &d->layers[i], ref->desc, &found))
				continue;
			value_from_field(&v, &found);
			met = true;
			if (compare_values(n->op, n->type, field->type, constant->type, &v,
					   constant->values) == (n->quant == QUANT_ANY))
				return n->quant == QUANT_ANY;
		}
	}
	return met && n->quant == QUANT_ALL;
}

static bool holds(struct display_state *s, const struct node *n, const struct value *a,
		  const struct value *b, size_t nr)
{
	const struct node *left = n->child;

	if (n->op == OP_MATCHES)
		return compare_regex(s, n, a, nr);
	return compare_values(n->op, n->type, left->type, left->next->type, a, b);
}

static bool eval_compare(struct display_state *s, const struct node *n)
{
	const bool any = n->quant == QUANT_ANY;
	struct values a, b = { NULL, 1 };
	size_t i, k;

	if (n->quick)
		return compare_quick(s, n);
	if (!values_get(s, n->child, &a) ||
	    (n->op != OP_MATCHES && !values_get(s, n->child->next, &b)))
		return false;
	for (i = 0; i < a.nr; i++)
		for (k = 0; k < b.nr && s->pairs < PAIRS_MAX; k++, s->pairs++)
			if (holds(s, n, &a.v[i], b.v ? &b.v[k] : NULL, a.nr) == any)
				return any;
	return !any;
}

static bool any_holds(struct display_state *s, enum compare_op op, enum value_type type,
		      const struct node *value, const struct node *with, const struct value *v,
		      const struct values *of)
{
	size_t i;

	for (i = 0; i < of->nr && s->pairs < PAIRS_MAX; i++, s->pairs++)
		if (compare_values(op, type, value->type, with->type, v, &of->v[i]))
			return true;
	return false;
}

/* members: the values of all, two for a range. */
static bool is_member(struct display_state *s, const struct node *n, const struct value *v,
		      const struct values *members)
{
	const struct node *value = n->child, *member;

	if (n->nr_intervals && set_has(n, v->num))
		return true;
	for (member = value->next; member; member = member->next, members += 2) {
		const struct node *first = member->child;

		if (member->kind != NODE_RANGE) {
			if (any_holds(s, OP_EQ, member->as, value, member, v, &members[0]))
				return true;
		} else if (any_holds(s, OP_GE, member->type, value, first, v, &members[0]) &&
			   any_holds(s, OP_LE, member->type, value, first->next, v, &members[1])) {
			return true;
		}
	}
	return false;
}

static struct values *read_members(struct display_state *s, const struct node *n)
{
	struct values *ret = scratch_alloc(s, n->nr_members * 2 * sizeof(*ret)), *to = ret;
	const struct node *member, *side;

	for (member = n->child->next; ret && member; member = member->next, to += 2) {
		side = member->kind == NODE_RANGE ? member->child : member;
		if (!values_get(s, side, &to[0]))
			to[0].nr = 0;
		if (member->kind == NODE_RANGE && !values_get(s, side->next, &to[1]))
			to[1].nr = 0;
	}
	return ret;
}

static bool eval_in(struct display_state *s, const struct node *n)
{
	const bool any = n->quant == QUANT_ANY;
	const struct values *members;
	struct values of;
	size_t i;

	if (!values_get(s, n->child, &of))
		return false;
	members = read_members(s, n);
	if (!members)
		return false;
	for (i = 0; i < of.nr; i++)
		if (is_member(s, n, &of.v[i], members) == any)
			return any;
	return !any;
}

static bool bytes_are_zero(const uint8_t *p, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len && !p[i]; i++)
		;
	return i == len;
}

static bool eval_nonzero(struct display_state *s, const struct node *n)
{
	struct values of;
	size_t i;

	if (!values_get(s, n->child, &of))
		return false;
	for (i = 0; i < of.nr; i++)
		if (n->child->type < TYPE_IPV6 ? of.v[i].num != 0
					       : !bytes_are_zero(of.v[i].bytes, of.v[i].len))
			return true;
	return false;
}

static bool eval(struct display_state *s, const struct node *n)
{
	const struct node *child;
	bool odd = false;

	switch (n->kind) {
	case NODE_TRUE:
		return true;
	case NODE_AND:
		for (child = n->child; child; child = child->next)
			if (!eval(s, child))
				return false;
		return true;
	case NODE_OR:
		for (child = n->child; child; child = child->next)
			if (eval(s, child))
				return true;
		return false;
	case NODE_XOR:
		for (child = n->child; child; child = child->next)
			odd ^= eval(s, child);
		return odd;
	case NODE_NOT:
		return !eval(s, n->child);
	case NODE_HAS:
		return values_any(s, n->child);
	case NODE_NONZERO:
		return eval_nonzero(s, n);
	case NODE_COMPARE:
		return eval_compare(s, n);
	case NODE_IN:
		return eval_in(s, n);
	default:
		return false;
	}
}

bool display_match(const struct display_filter *f, struct display_state *s,
		   const struct dissection *d, const struct frame_context *ctx)
{
	s->d = d;
	s->ctx = ctx;
	s->serial++;
	s->pairs = 0;
	s->chunk = s->chunks;
	if (s->chunk)
		s->chunk->used = 0;
	return eval(s, f->root);
}
