/* bench/report_print.c -- a report for people: tables no wider than a terminal. */
#include <math.h>
#include <string.h>

#include "bench/report.h"
#include "core/strbuf.h"

enum { WIDTH = 108, NAME_WIDTH = 18, INDENT = 22 };

/* "  name  word word ...", continued on indented lines where it would become too long. */
static void print_command(FILE *out, const struct args *args)
{
	size_t at = INDENT, len;

	fprintf(out, "%*s", INDENT, "");
	for (size_t k = 0; k < args->n; k++) {
		len = strlen(args->v[k]) + 1;
		if (at > INDENT && at + len > WIDTH) {
			fprintf(out, "\n%*s", INDENT + 2, "");
			at = INDENT + 2;
		}
		fprintf(out, "%s ", args->v[k]);
		at += len;
	}
	fputc('\n', out);
}

void report_print_head(const struct report *r, FILE *out)
{
	struct args args;

	fprintf(out, "ringtap-bench %s %s  %s\n%s, %s, %d CPUs, output on %s\n", RINGTAP_VERSION,
		r->verb, r->host.when, r->host.kernel, r->host.cpu, r->host.cpus, r->host.fs);
	fprintf(out,
		"%llu packets a run, %zu rounds interleaved; generator on CPU %d, contender on CPU "
		"%d\n",
		(unsigned long long)r->packets, r->rounds, GEN_CPU, CONTENDER_CPU);
	fprintf(out,
		"median [min-max]; stored: counted in the file by sequence number, but discard: by "
		"its own account\n"
		"CPU: user + system of the contender's processes, but for start: before the first "
		"packet, and idle:\n"
		"spun after the last was drained; busy: all that CPU %d did meanwhile\n",
		CONTENDER_CPU);
	if (r->writer != NO_CONTENDER)
		fprintf(out,
			"disk: as many bytes from memory, by the same writer, after %s in each "
			"round, until flushed;\n"
			"needed: bytes in the file for a packet stored, times packets offered a "
			"second\n",
			r->contenders[r->writer]->name);
	for (size_t i = 0; i < r->nr_contenders; i++) {
		contender_args(r->contenders[i], &r->env, &args);
		fprintf(out, "  %-18s  %.86s\n", r->contenders[i]->name, r->versions[i]);
		print_command(out, &args);
	}
	for (size_t i = 0; i < r->nr_missing; i++)
		fprintf(out, "  %-18s  NOT MEASURED: cannot be run here\n", r->missing[i]);
}

static void print_spread(FILE *out, struct spread s, int width)
{
	char memory[96];
	struct strbuf text = strbuf_over(memory, sizeof(memory));

	spread_put(&text, s);
	fprintf(out, " %-*s", width - 1, memory);
}

struct column {
	const char *title;
	int width;
	enum metric_id id;
};

static void print_titles(FILE *out, const struct column *columns, size_t n)
{
	fprintf(out, "  %-*s", NAME_WIDTH, "");
	for (size_t k = 0; k < n; k++)
		fprintf(out, " %-*s", columns[k].width - 1, columns[k].title);
}

static void print_metrics(const struct report *r, const struct cell *cell, size_t i,
			  const struct column *columns, size_t n, FILE *out)
{
	fprintf(out, "  %-*s", NAME_WIDTH, r->contenders[i]->name);
	for (size_t k = 0; k < n; k++)
		print_spread(out, report_metric(r, cell, i, columns[k].id), columns[k].width);
}

static void print_traffic(const struct report *r, const struct cell *cell, FILE *out)
{
	static const struct column columns[] = {
		{ "Gbit/s offered", 20, METRIC_OFFERED_GBPS },
		{ "Mpps offered", 22, METRIC_OFFERED_MPPS },
		{ "lost %", 20, METRIC_LOST },
	};

	print_titles(out, columns, ARRAY_SIZE(columns));
	fputs(" stored of offered\n", out);
	for (size_t i = 0; i < r->nr_contenders; i++) {
		print_metrics(r, cell, i, columns, ARRAY_SIZE(columns), out);
		fprintf(out, " %.0f of %.0f\n", report_metric(r, cell, i, METRIC_STORED).median,
			report_metric(r, cell, i, METRIC_OFFERED).median);
	}
}

static void print_cpu(const struct report *r, const struct cell *cell, FILE *out)
{
	static const struct column columns[] = {
		{ "CPU s", 24, METRIC_CPU },
		{ "CPU s/stored GB", 22, METRIC_CPU_PER_GB },
		{ "CPU ns/packet", 18, METRIC_CPU_PER_PACKET },
	};

	print_titles(out, columns, ARRAY_SIZE(columns));
	fputs(" start CPU s, busy s, MB\n", out);
	for (size_t i = 0; i < r->nr_contenders; i++) {
		print_metrics(r, cell, i, columns, ARRAY_SIZE(columns), out);
		fprintf(out, " %.2f, %.2f, %.1f\n", report_metric(r, cell, i, METRIC_START).median,
			report_metric(r, cell, i, METRIC_BUSY).median,
			report_metric(r, cell, i, METRIC_WRITTEN).median / 1e6);
	}
}

static void print_ratios(const struct report *r, const struct cell *cell, FILE *out)
{
	const char *const base = r->contenders[r->baseline]->name;

	char own[64], peer[64];

	if (r->nr_contenders < 2)
		return;
	snprintf(own, sizeof(own), "%s's / its own", base);
	snprintf(peer, sizeof(peer), "its / %s's", base);
	fprintf(out, "  %-*s %-25s %-25s %s\n", NAME_WIDTH, "below 1 = worse", "CPU a packet,",
		"share stored,", r->discard == NO_CONTENDER ? "" : "packets written a second,");
	fprintf(out, "  %-*s %-25s %-25s %s\n", NAME_WIDTH, "", own, peer,
		r->discard == NO_CONTENDER ? "" : "its / those that discard takes");
	for (size_t i = 0; i < r->nr_contenders; i++) {
		if (i == r->baseline)
			continue;
		fprintf(out, "  %-*s", NAME_WIDTH, r->contenders[i]->name);
		print_spread(out, report_ratio_cpu(r, cell, i), 26);
		print_spread(out, report_ratio_stored(r, cell, i), 26);
		if (report_ratio_rate(r, cell, i).n)
			print_spread(out, report_ratio_rate(r, cell, i), 26);
		fputc('\n', out);
	}
}

/* What the disk does alone beside what it was asked for. */
static void print_disk(const struct report *r, const struct cell *cell, FILE *out)
{
	char memory[256];
	struct strbuf text = strbuf_over(memory, sizeof(memory));
	const struct spread disk = report_disk(r, cell);
	const struct spread needed = report_metric(r, cell, r->writer, METRIC_NEEDED);

	spread_put(&text, disk);
	strbuf_puts(&text, " GB/s; needed by ");
	strbuf_puts(&text, r->contenders[r->writer]->name);
	strbuf_puts(&text, ": ");
	spread_put(&text, needed);
	strbuf_puts(&text, " GB/s");
	fprintf(out, "  %-*s %s\n", NAME_WIDTH, "disk", memory);
	for (size_t k = 0; k < r->rounds; k++)
		if (cell->disk[k].note[0])
			fprintf(out, "  %-*s round %zu%s: %s\n", NAME_WIDTH, "disk", k + 1,
				cell->disk[k].valid ? "" : ", not counted", cell->disk[k].note);
}

/* Whose fault it was that one of ours lost packets. */
static void print_loss(const struct report *r, const struct cell *cell, size_t i, size_t round,
		       FILE *out)
{
	const struct verdict *const v = report_verdict(r, cell, i, round);
	const struct trial *const t = report_trial(r, cell, i, round);
	char memory[512];
	struct strbuf text = strbuf_over(memory, sizeof(memory));

	if (!v)
		return;
	strbuf_printf(&text, "round %zu: lost ", round + 1);
	number_put(&text, metrics[METRIC_LOST].of(t));
	strbuf_puts(&text, " %");
	if (r->contenders[i]->file)
		strbuf_printf(&text,
			      ", %llu by its own count in %llu freezes, at most %llu of %llu "
			      "blocks with the writer",
			      (unsigned long long)t->dropped, (unsigned long long)t->freezes,
			      (unsigned long long)t->queue_high,
			      (unsigned long long)t->ring_blocks);
	if (r->contenders[i]->file && cell->disk[round].valid &&
	    !isnan(metrics[METRIC_NEEDED].of(t))) {
		strbuf_puts(&text, "; disk: ");
		number_put(&text, cell->disk[round].gb_per_s);
		strbuf_puts(&text, " GB/s, needed ");
		number_put(&text, metrics[METRIC_NEEDED].of(t));
		strbuf_puts(&text, " GB/s");
	}
	fprintf(out, "  %-*s %s:\n%*s %s\n", NAME_WIDTH, r->contenders[i]->name, memory,
		NAME_WIDTH + 4, "", v->text);
}

void report_print_cell(const struct report *r, const struct cell *cell, FILE *out)
{
	const struct trial *t;

	fprintf(out, "\n%s\n", cell->label);
	print_traffic(r, cell, out);
	print_cpu(r, cell, out);
	print_ratios(r, cell, out);
	if (r->writer != NO_CONTENDER)
		print_disk(r, cell, out);
	for (size_t i = 0; i < r->nr_contenders; i++)
		for (size_t k = 0; k < r->rounds; k++) {
			t = report_trial(r, cell, i, k);
			if (t->note[0])
				fprintf(out, "  %-*s round %zu%s: %s\n", NAME_WIDTH,
					r->contenders[i]->name, k + 1,
					t->valid ? "" : ", not counted", t->note);
			print_loss(r, cell, i, k, out);
		}
	fflush(out);
}
