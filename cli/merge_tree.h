/*
 * cli/merge_tree.h -- which of many inputs is next: a tournament of their times.
 *
 * A tree of losers: after the winner has moved on, one comparison a level finds the next one.
 * Equal times go to the lower index, so the order is that of the command line.
 */
#ifndef CLI_MERGE_TREE_H
#define CLI_MERGE_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"

struct merge_player {
	uint64_t key;
	uint32_t index;
};

struct merge_tree {
	struct merge_player *losers; /* nodes 1 to nr - 1; 0 is the winner */
	uint32_t nr;
};

/* Every input with its key. 0 or -ENOMEM. */
int merge_tree_open(struct merge_tree *t, const uint64_t *keys, size_t nr) must_check;

static inline struct merge_player merge_tree_winner(const struct merge_tree *t)
{
	return t->losers[0];
}

/* The winner has a new key. */
static inline void merge_tree_replay(struct merge_tree *t, uint64_t key)
{
	struct merge_player winner = { key, t->losers[0].index };

	for (uint32_t node = (winner.index + t->nr) / 2; node; node /= 2) {
		const struct merge_player other = t->losers[node];

		if (other.key < winner.key ||
		    (other.key == winner.key && other.index < winner.index)) {
			t->losers[node] = winner;
			winner = other;
		}
	}
	t->losers[0] = winner;
}

void merge_tree_close(struct merge_tree *t);

#endif
