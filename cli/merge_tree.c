#include "cli/merge_tree.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

static bool before(struct merge_player a, struct merge_player b)
{
	return a.key < b.key || (a.key == b.key && a.index < b.index);
}

int merge_tree_open(struct merge_tree *t, const uint64_t *keys, size_t nr)
{
	/* Winners of each node while it is built: leaf i is node nr + i. */
	struct merge_player *winners = calloc(2 * nr, sizeof(*winners));

	t->nr = (uint32_t)nr;
	t->losers = calloc(nr, sizeof(*t->losers));
	if (!winners || !t->losers) {
		free(winners);
		merge_tree_close(t);
		return -ENOMEM;
	}
	for (size_t i = 0; i < nr; i++)
		winners[nr + i] = (struct merge_player){ keys[i], (uint32_t)i };
	for (size_t node = nr - 1; node; node--) {
		const struct merge_player a = winners[2 * node], b = winners[2 * node + 1];
		const bool first = before(a, b);

		winners[node] = first ? a : b;
		t->losers[node] = first ? b : a;
	}
	t->losers[0] = nr > 1 ? winners[1] : winners[nr];
	free(winners);
	return 0;
}

void merge_tree_close(struct merge_tree *t)
{
	free(t->losers);
	t->losers = NULL;
}
