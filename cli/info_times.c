#include "cli/info_times.h"

#include <string.h>

/* The first one kept that ends behind ts_ns; nr_kept: none does. */
static size_t find(const struct info_times *t, uint64_t ts_ns)
{
	size_t low = 0, high = t->nr_kept;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (t->kept[middle].to_ns > ts_ns)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static void take_out(struct info_times *t, size_t i)
{
	t->nr_kept--;
	memmove(&t->kept[i], &t->kept[i + 1], (t->nr_kept - i) * sizeof(t->kept[0]));
}

static uint64_t span_of(const struct gap *g)
{
	return g->to_ns - g->from_ns;
}

void info_times_begin(struct info_times *t, uint64_t gap_min_ns)
{
	t->gap_min_ns = gap_min_ns;
	t->ignored_ns = gap_min_ns ? gap_min_ns - 1 : 0;
}

static size_t shortest(const struct info_times *t)
{
	size_t best = 0;

	for (size_t i = 1; i < t->nr_kept; i++)
		if (span_of(&t->kept[i]) < span_of(&t->kept[best]))
			best = i;
	return best;
}

static void keep(struct info_times *t, uint64_t from_ns, uint64_t to_ns)
{
	const uint64_t span = to_ns - from_ns;
	uint64_t least;
	size_t at;

	if (t->nr_kept == GAPS_MAX) {
		at = shortest(t);
		least = span_of(&t->kept[at]);
		t->dropped_ns = MAX_OF(t->dropped_ns, MIN_OF(span, least));
		if (!t->gap_min_ns)
			t->ignored_ns = least;
		if (span <= least)
			return;
		take_out(t, at);
	}
	at = find(t, from_ns);
	memmove(&t->kept[at + 1], &t->kept[at], (t->nr_kept - at) * sizeof(t->kept[0]));
	t->kept[at] = (struct gap){ from_ns, to_ns };
	t->nr_kept++;
}

void info_times_gap(struct info_times *t, uint64_t from_ns, uint64_t to_ns)
{
	if (to_ns - from_ns <= t->ignored_ns)
		return;
	t->gaps++;
	keep(t, from_ns, to_ns);
}

void info_times_late(struct info_times *t, uint64_t ts_ns)
{
	size_t i;

	t->late_ns = MAX_OF(t->late_ns, t->last_ns - ts_ns);
	if (ts_ns < t->previous_ns) {
		t->earlier++;
		t->step_back_ns = MAX_OF(t->step_back_ns, t->previous_ns - ts_ns);
	}
	t->previous_ns = ts_ns;
	if (ts_ns < t->first_ns) {
		info_times_gap(t, ts_ns, t->first_ns);
		t->first_ns = ts_ns;
		return;
	}
	i = find(t, ts_ns);
	if (i < t->nr_kept && t->kept[i].from_ns < ts_ns) { /* there was a packet after all */
		const struct gap split = t->kept[i];

		take_out(t, i);
		t->gaps--;
		info_times_gap(t, split.from_ns, ts_ns);
		info_times_gap(t, ts_ns, split.to_ns);
	}
}

const struct gap *info_times_longest(const struct info_times *t)
{
	const struct gap *best = NULL;

	for (size_t i = 0; i < t->nr_kept; i++)
		if (!best || span_of(&t->kept[i]) > span_of(best))
			best = &t->kept[i];
	return best;
}
