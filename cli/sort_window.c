#include "cli/sort_window.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

enum { NONE = -1 };

static bool earlier(const struct sort_node *a, const struct sort_node *b)
{
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns;
	return a->order < b->order;
}

static int heap_push(struct sort_window *w, struct sort_node *n)
{
	size_t i = w->nr_heap;

	if (w->nr_heap == w->heap_size) {
		const size_t size = w->heap_size ? w->heap_size * 2 : 1024;
		struct sort_node **grown = reallocarray(w->heap, size, sizeof(struct sort_node *));

		if (!grown)
			return -ENOMEM;
		w->heap = grown;
		w->heap_size = size;
	}
	w->nr_heap++;
	for (; i && earlier(n, w->heap[(i - 1) / 2]); i = (i - 1) / 2)
		w->heap[i] = w->heap[(i - 1) / 2];
	w->heap[i] = n;
	return 0;
}

static struct sort_node *heap_pop(struct sort_window *w)
{
	struct sort_node *first = w->heap[0], *last = w->heap[--w->nr_heap];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < w->nr_heap && earlier(w->heap[child + 1], w->heap[child]))
			child++;
		if (child >= w->nr_heap || !earlier(w->heap[child], last))
			break;
		w->heap[i] = w->heap[child];
		i = child;
	}
	w->heap[i] = last;
	return first;
}

/* Behind the chain whose last one is the latest that is not later; else a free chain, or the heap.
 */
static int hold(struct sort_window *w, struct sort_node *n)
{
	int i, best = NONE, empty = NONE;

	n->next = NULL;
	for (i = 0; i < w->nr_chains; i++) {
		const struct sort_node *last = w->chains[i].last;

		if (!last)
			empty = i;
		else if (earlier(last, n) && (best == NONE || earlier(w->chains[best].last, last)))
			best = i;
	}
	if (best != NONE) {
		w->chains[best].last->next = n;
		w->chains[best].last = n;
		return 0;
	}
	if (empty == NONE && w->nr_chains < SORT_CHAINS_MAX)
		empty = w->nr_chains++;
	if (empty == NONE)
		return heap_push(w, n);
	w->chains[empty] = (struct sort_chain){ n, n };
	return 0;
}

int sort_window_add(struct sort_window *w, struct sort_node *n)
{
	const int code = hold(w, n);

	w->nr += !code;
	return code;
}

/* *ret_chain is NONE for the heap's. */
static struct sort_node *earliest(const struct sort_window *w, int *ret_chain)
{
	struct sort_node *found = w->nr_heap ? w->heap[0] : NULL;
	int i;

	*ret_chain = NONE;
	for (i = 0; i < w->nr_chains; i++) {
		struct sort_node *n = w->chains[i].first;

		if (n && (!found || earlier(n, found))) {
			found = n;
			*ret_chain = i;
		}
	}
	return found;
}

struct sort_node *sort_window_first(const struct sort_window *w)
{
	int chain;

	return earliest(w, &chain);
}

struct sort_node *sort_window_take(struct sort_window *w)
{
	int chain;
	struct sort_node *n = earliest(w, &chain);

	w->nr--;
	if (chain == NONE)
		return heap_pop(w);
	w->chains[chain].first = n->next;
	if (!n->next)
		w->chains[chain].last = NULL;
	return n;
}

void sort_window_close(struct sort_window *w)
{
	free(w->heap);
}
