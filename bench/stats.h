/* bench/stats.h -- the middle and the ends of a few samples. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stddef.h>

struct spread {
	double median, min, max;
	size_t n;
};

/* Sorts values. All zero without any. */
struct spread spread_of(double *values, size_t n);

#endif
