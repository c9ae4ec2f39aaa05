#include "bench/report.h"

#include <math.h>
#include <string.h>

#include "core/strbuf.h"

static double of_offered_gbps(const struct trial *t)
{
	return t->offered.ns ? (double)t->offered.bytes * 8 / (double)t->offered.ns : 0;
}

static double of_offered_mpps(const struct trial *t)
{
	return t->offered.ns ? (double)t->offered.packets * 1e3 / (double)t->offered.ns : 0;
}

static double of_offered(const struct trial *t)
{
	return (double)t->offered.packets;
}

static double of_stored(const struct trial *t)
{
	return (double)t->tally.stored;
}

static double of_lost(const struct trial *t)
{
	return 100 * (1 - (double)t->tally.stored / (double)t->offered.packets);
}

static double of_idle(const struct trial *t)
{
	return t->idle_s;
}

static double of_start(const struct trial *t)
{
	return t->start_s;
}

/* For the traffic, its rest and the ending: how long we let it wait before and after is our doing.
 */
static double of_cpu(const struct trial *t)
{
	const double cpu_s = t->user_s + t->system_s - t->start_s - t->idle_s;

	return cpu_s > 0 ? cpu_s : 0;
}

static double of_cpu_per_gb(const struct trial *t)
{
	return t->tally.bytes ? of_cpu(t) * 1e9 / (double)t->tally.bytes : NAN;
}

static double of_cpu_per_packet(const struct trial *t)
{
	return t->tally.stored ? of_cpu(t) * 1e9 / (double)t->tally.stored : NAN;
}

static double of_busy(const struct trial *t)
{
	return t->busy_s;
}

static double of_written(const struct trial *t)
{
	return (double)t->written;
}

const struct metric metrics[NR_METRICS] = {
	[METRIC_OFFERED_GBPS] = { "offered_gbit_per_s", of_offered_gbps },
	[METRIC_OFFERED_MPPS] = { "offered_mpps", of_offered_mpps },
	[METRIC_OFFERED] = { "offered_packets", of_offered },
	[METRIC_STORED] = { "stored_packets", of_stored },
	[METRIC_LOST] = { "lost_percent", of_lost },
	[METRIC_CPU] = { "cpu_s", of_cpu },
	[METRIC_START] = { "start_cpu_s", of_start },
	[METRIC_IDLE] = { "idle_cpu_s", of_idle },
	[METRIC_CPU_PER_GB] = { "cpu_s_per_stored_gb", of_cpu_per_gb },
	[METRIC_CPU_PER_PACKET] = { "cpu_ns_per_stored_packet", of_cpu_per_packet },
	[METRIC_BUSY] = { "cpu1_busy_s", of_busy },
	[METRIC_WRITTEN] = { "written_bytes", of_written },
};

struct spread report_metric(const struct report *r, const struct cell *cell, size_t contender,
			    enum metric_id id)
{
	double values[ROUNDS_MAX];
	const struct trial *t;
	size_t n = 0;

	for (size_t i = 0; i < r->rounds; i++) {
		t = report_trial(r, cell, contender, i);
		if (t->valid && !isnan(metrics[id].of(t)))
			values[n++] = metrics[id].of(t);
	}
	return spread_of(values, n);
}

static double ratio_cpu(const struct trial *base, const struct trial *ours)
{
	return of_cpu_per_packet(base) / of_cpu_per_packet(ours);
}

static double ratio_stored(const struct trial *base, const struct trial *ours)
{
	return (double)ours->tally.stored / (double)ours->offered.packets /
	       ((double)base->tally.stored / (double)base->offered.packets);
}

static struct spread ratio(const struct report *r, const struct cell *cell, size_t contender,
			   double (*of)(const struct trial *base, const struct trial *ours))
{
	const struct trial *base, *ours;
	double values[ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < r->rounds; i++) {
		base = report_trial(r, cell, r->baseline, i);
		ours = report_trial(r, cell, contender, i);
		/* Who stored nothing has no CPU time per packet, but a share: none. */
		if (base->valid && ours->valid && base->tally.stored &&
		    (of == ratio_stored || (ours->tally.stored && of_cpu(ours) > 0)))
			values[n++] = of(base, ours);
	}
	return spread_of(values, n);
}

struct spread report_ratio_cpu(const struct report *r, const struct cell *cell, size_t contender)
{
	return ratio(r, cell, contender, ratio_cpu);
}

struct spread report_ratio_stored(const struct report *r, const struct cell *cell, size_t contender)
{
	return ratio(r, cell, contender, ratio_stored);
}

void report_print_head(const struct report *r, FILE *out)
{
	struct args args;

	fprintf(out, "ringtap-bench %s %s  %s\n%s, %s, %d CPUs, output on %s\n", RINGTAP_VERSION,
		r->verb, r->host.when, r->host.kernel, r->host.cpu, r->host.cpus, r->host.fs);
	fprintf(out,
		"%llu packets a run, %zu rounds interleaved; generator on CPU %d, contender on CPU "
		"%d\n"
		"median [min-max]; stored: counted in the file by sequence number; CPU: user + "
		"system of the\n"
		"contender's processes, of which start is what they took before the first packet, "
		"idle what they\n"
		"spun after the last was drained, and CPU the rest; busy: all that CPU %d did "
		"meanwhile\n",
		(unsigned long long)r->packets, r->rounds, GEN_CPU, CONTENDER_CPU, CONTENDER_CPU);
	for (size_t i = 0; i < r->nr_contenders; i++) {
		contender_args(r->contenders[i], &r->env, &args);
		fprintf(out, "  %-18s %s\n  %-18s ", r->contenders[i]->name, r->versions[i], "");
		for (size_t k = 0; k < args.n; k++)
			fprintf(out, " %s", args.v[k]);
		fputc('\n', out);
	}
	for (size_t i = 0; i < r->nr_missing; i++)
		fprintf(out, "  %-18s NOT MEASURED: cannot be run here\n", r->missing[i]);
}

/* Three digits that mean something, without exponents. */
static void put_number(struct strbuf *s, double v)
{
	const int digits = v >= 0.1 ? 3 : v >= 0.01 ? 4 : 5;

	if (v >= 100)
		strbuf_printf(s, "%.0f", v);
	else if (v >= 10)
		strbuf_printf(s, "%.1f", v);
	else if (v >= 1 || v == 0)
		strbuf_printf(s, "%.2f", v);
	else
		strbuf_printf(s, "%.*f", digits, v);
}

/* "12.3 [11.9-12.8]", or "-" when nothing was measured. */
static void print_spread(FILE *out, struct spread s)
{
	char memory[96];
	struct strbuf text = strbuf_over(memory, sizeof(memory));

	if (s.n)
		put_number(&text, s.median);
	else
		strbuf_putc(&text, '-');
	if (s.n > 1) {
		strbuf_puts(&text, " [");
		put_number(&text, s.min);
		strbuf_putc(&text, '-');
		put_number(&text, s.max);
		strbuf_putc(&text, ']');
	}
	fprintf(out, "%-23s ", memory);
}

static const struct {
	enum metric_id id;
	const char *title;
} columns[] = {
	{ METRIC_OFFERED_GBPS, "Gbit/s offered" },
	{ METRIC_OFFERED_MPPS, "Mpps offered" },
	{ METRIC_LOST, "lost %" },
	{ METRIC_CPU, "CPU s" },
	{ METRIC_CPU_PER_GB, "CPU s/stored GB" },
	{ METRIC_CPU_PER_PACKET, "CPU ns/packet" },
	{ METRIC_START, "start CPU s" },
	{ METRIC_BUSY, "busy s" },
};

static void print_row(const struct report *r, const struct cell *cell, size_t i, FILE *out)
{
	fprintf(out, "  %-18s", r->contenders[i]->name);
	for (size_t k = 0; k < ARRAY_SIZE(columns); k++)
		print_spread(out, report_metric(r, cell, i, columns[k].id));
	fprintf(out, "%.0f of %.0f, %.1f MB\n", report_metric(r, cell, i, METRIC_STORED).median,
		report_metric(r, cell, i, METRIC_OFFERED).median,
		report_metric(r, cell, i, METRIC_WRITTEN).median / 1e6);
}

void report_print_cell(const struct report *r, const struct cell *cell, FILE *out)
{
	const char *const base = r->contenders[r->baseline]->name;
	const struct trial *t;

	fprintf(out, "\n%s\n  %-18s", cell->label, "");
	for (size_t k = 0; k < ARRAY_SIZE(columns); k++)
		fprintf(out, "%-24s", columns[k].title);
	fputs("stored (median), written\n", out);
	for (size_t i = 0; i < r->nr_contenders; i++)
		print_row(r, cell, i, out);
	for (size_t i = 0; i < r->nr_contenders; i++) {
		if (i == r->baseline)
			continue;
		fprintf(out, "  %-18s", r->contenders[i]->name);
		fprintf(out, "CPU a packet, %s's / its: ", base);
		print_spread(out, report_ratio_cpu(r, cell, i));
		fprintf(out, "share stored, its / %s's: ", base);
		print_spread(out, report_ratio_stored(r, cell, i));
		fputs("below 1 = worse\n", out);
	}
	for (size_t i = 0; i < r->nr_contenders; i++)
		for (size_t k = 0; k < r->rounds; k++) {
			t = report_trial(r, cell, i, k);
			if (t->note[0])
				fprintf(out, "  %-18sround %zu%s: %s\n", r->contenders[i]->name,
					k + 1, t->valid ? "" : ", not counted", t->note);
		}
	fflush(out);
}
