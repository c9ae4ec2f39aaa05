/*
 * cli/info_times.h -- what the time stamps of a file say: first, last, order, times without a
 * packet.
 */
#ifndef CLI_INFO_TIMES_H
#define CLI_INFO_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"

enum { GAPS_MAX = 256 };

struct gap {
	uint64_t from_ns, to_ns;
};

/* All zero, but for what info_times_begin() sets, before the first packet. */
struct info_times {
	uint64_t packets;           /* that have a time */
	uint64_t first_ns, last_ns; /* the earliest, the latest */
	uint64_t previous_ns;       /* of the packet before */

	uint64_t earlier;      /* packets earlier than the one before them */
	uint64_t step_back_ns; /* the largest of these steps */
	uint64_t late_ns;      /* furthest that one stands behind the latest before it */

	uint64_t gap_min_ns; /* what counts as a gap; 0: any */
	uint64_t gaps;       /* of at least that, in time order */
	uint64_t ignored_ns; /* what is not longer is neither counted nor kept */
	uint64_t dropped_ns; /* the longest that was not kept */
	size_t nr_kept;
	struct gap kept[GAPS_MAX]; /* the longest, by time */
};

/* gap_min_ns: what counts as a gap; 0: only the longest is wanted. */
void info_times_begin(struct info_times *t, uint64_t gap_min_ns);
/* A time without packets, from one packet to the next in time. */
void info_times_gap(struct info_times *t, uint64_t from_ns, uint64_t to_ns);
/* A packet that is earlier than the latest before it. */
void info_times_late(struct info_times *t, uint64_t ts_ns);
/* NULL: there is none. */
const struct gap *info_times_longest(const struct info_times *t);

static inline void info_times_add(struct info_times *t, uint64_t ts_ns)
{
	if (unlikely(!t->packets++)) {
		t->first_ns = ts_ns;
	} else if (unlikely(ts_ns < t->last_ns)) {
		info_times_late(t, ts_ns);
		return;
	} else if (ts_ns - t->last_ns > t->ignored_ns) {
		info_times_gap(t, t->last_ns, ts_ns);
	}
	t->last_ns = ts_ns;
	t->previous_ns = ts_ns;
}

#endif
