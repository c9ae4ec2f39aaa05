#include "bench/stats.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct spread spread_of(double *values, size_t n)
{
	struct spread s = { .n = n };

	if (!n)
		return s;
	qsort(values, n, sizeof(*values), compare);
	s.min = values[0];
	s.max = values[n - 1];
	s.median = n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
	return s;
}

double percentile_of(const double *sorted, size_t n, double percent)
{
	const size_t i = (size_t)((double)n * percent / 100);

	return n ? sorted[i < n ? i : n - 1] : 0;
}

const char *verdict(bool measured, bool met)
{
	return !measured ? "NOT MEASURED" : met ? "target met" : "MISSES TARGET";
}

void number_put(struct strbuf *s, double v)
{
	const int digits = v >= 0.01 ? 3 : v >= 0.001 ? 4 : 5;

	if (v >= 100)
		strbuf_printf(s, "%.0f", v);
	else if (v >= 10)
		strbuf_printf(s, "%.1f", v);
	else if (v >= 1 || v == 0)
		strbuf_printf(s, "%.2f", v);
	else
		strbuf_printf(s, "%.*f", digits, v);
}

void spread_put(struct strbuf *text, struct spread s)
{
	if (s.n)
		number_put(text, s.median);
	else
		strbuf_putc(text, '-');
	if (s.n > 1) {
		strbuf_puts(text, " [");
		number_put(text, s.min);
		strbuf_putc(text, '-');
		number_put(text, s.max);
		strbuf_putc(text, ']');
	}
}

void spread_print(FILE *out, struct spread s, double scale, int width)
{
	char memory[96];
	struct strbuf text = strbuf_over(memory, sizeof(memory));

	s.median *= scale;
	s.min *= scale;
	s.max *= scale;
	spread_put(&text, s);
	fprintf(out, "%-*s ", width - 1, memory);
}
