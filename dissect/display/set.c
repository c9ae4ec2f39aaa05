/* Members of a set that are numbers, addresses and ranges of them: sorted, so that a long list
 * costs no more than a few comparisons. */
#include <errno.h>
#include <stdlib.h>

#include "dissect/display/node.h"

static bool is_single(const struct node *n, enum value_type type)
{
	return n->kind == NODE_CONST && n->type == type && n->nr_values == 1;
}

/* Of an IPv4 address all of its network. False: something else, that is compared as it stands. */
static bool read_member(const struct node *member, enum value_type type, struct interval *ret)
{
	const struct node *first = member->child;
	uint64_t host_bits;

	if (member->kind == NODE_RANGE) {
		if (!is_single(first, type) || !is_single(first->next, type) ||
		    (type == TYPE_IPV4 &&
		     (first->values->extent < 32 || first->next->values->extent < 32)))
			return false;
		*ret = (struct interval){ first->values->num, first->next->values->num };
		return true;
	}
	if (!is_single(member, type))
		return false;
	host_bits = type == TYPE_IPV4 ? (uint64_t)UINT32_MAX >> member->values->extent : 0;
	*ret = (struct interval){ member->values->num & ~host_bits,
				  member->values->num | host_bits };
	return true;
}

static int compare_first(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Those that overlap become one. */
static size_t merge(struct interval *v, size_t nr)
{
	size_t i, k = 0;

	for (i = 1; i < nr; i++)
		if (v[i].first <= v[k].last)
			v[k].last = MAX_OF(v[k].last, v[i].last);
		else
			v[++k] = v[i];
	return nr ? k + 1 : 0;
}

int set_sort(struct compiler *c, struct node *n)
{
	const enum value_type type = n->child->type;
	struct node *member, **link = &n->child->next;
	struct interval *v;
	size_t nr = 0;

	for (member = *link; member; member = member->next)
		n->nr_members++;
	if (type != TYPE_UINT && type != TYPE_IPV4)
		return 0;
	v = arena_alloc(&c->f->arena, n->nr_members * sizeof(*v));
	if (!v)
		return filter_error_set(c->err, -ENOMEM, n->begin, n->end, "out of memory");
	while (*link) {
		if (!read_member(*link, type, &v[nr])) {
			link = &(*link)->next;
			continue;
		}
		nr += v[nr].first <= v[nr].last;
		*link = (*link)->next;
		n->nr_members--;
	}
	qsort(v, nr, sizeof(*v), compare_first);
	n->intervals = v;
	n->nr_intervals = merge(v, nr);
	return 0;
}

bool set_has(const struct node *n, uint64_t num)
{
	size_t low = 0, high = n->nr_intervals;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (num < n->intervals[mid].first)
			high = mid;
		else if (num > n->intervals[mid].last)
			low = mid + 1;
		else
			return true;
	}
	return false;
}
