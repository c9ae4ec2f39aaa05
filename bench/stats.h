/* bench/stats.h -- the middle and the ends of a few samples. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/strbuf.h"

struct spread {
	double median, min, max;
	size_t n;
};

/* Sorts values. All zero without any. */
struct spread spread_of(double *values, size_t n);

/* The value below which so many of a hundred of n sorted ones lie; 0 without any. */
double percentile_of(const double *sorted, size_t n, double percent);

/* What a report says of a target. */
const char *verdict(bool measured, bool met);

/* Three digits that mean something, without exponents. */
void number_put(struct strbuf *s, double v);
/* "12.3 [11.9-12.8]", or "-" when nothing was measured. */
void spread_put(struct strbuf *s, struct spread spread);
/* The same times scale, in a column of width characters. */
void spread_print(FILE *out, struct spread s, double scale, int width);

#endif
