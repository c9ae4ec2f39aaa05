/*
 * cli/sort_window.h -- items that are nearly in order, held until the earliest of them may go.
 *
 * What comes in order is chained, so that what is sorted already costs a comparison an item. Only
 * what fits behind no chain goes into a heap.
 */
#ifndef CLI_SORT_WINDOW_H
#define CLI_SORT_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"

enum { SORT_CHAINS_MAX = 64 }; /* runs that are in order: rings of a capture, rotated files */

/* In front of an item, which stays the caller's. */
struct sort_node {
	uint64_t time_ns, order; /* earliest first; of the same time the lower order */
	struct sort_node *next;  /* the later one of its chain */
};

struct sort_chain {
	struct sort_node *first, *last;
};

/* Zeros are an empty one. */
struct sort_window {
	struct sort_chain chains[SORT_CHAINS_MAX];
	int nr_chains;           /* in use so far; some may be empty */
	struct sort_node **heap; /* earliest first */
	size_t nr_heap, heap_size;
	size_t nr; /* in chains and heap */
};

/* 0 or -ENOMEM. */
int sort_window_add(struct sort_window *w, struct sort_node *n) must_check;
/* The earliest; NULL: nothing is held. */
struct sort_node *sort_window_first(const struct sort_window *w);
/* The same, which is no longer held; of a window that is not empty. */
struct sort_node *sort_window_take(struct sort_window *w);
/* Frees what is the window's own, not the items. */
void sort_window_close(struct sort_window *w);

#endif
