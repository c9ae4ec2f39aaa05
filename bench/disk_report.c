/* bench/disk_report.c -- the writer against dd: the table and the JSON. */
#include <string.h>

#include "bench/disk.h"
#include "bench/json.h"
#include "bench/stats.h"
#include "bench/trial.h"

static const struct {
	const char *key, *title; /* unit last */
	int digits;
} figures[NR_DISK_FIGURES] = {
	[DISK_SPEED] = { "gb_per_s", "GB/s", 2 },
	[DISK_CPU_PER_GB] = { "cpu_s_per_gb", "CPU s/GB", 3 },
	[DISK_SLOWEST] = { "slowest_write_ms", "slowest write ms", 1 },
	[DISK_IN_FLIGHT] = { "in_flight_high", "most in flight", 0 },
};

static struct spread figure_of(const struct disk *d, size_t row, size_t figure)
{
	double values[DISK_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < d->rounds; i++)
		if (d->trials[row][i].valid)
			values[n++] = d->trials[row][i].figures[figure];
	return spread_of(values, n);
}

/* Round by round against dd, above 1 = better than it. */
static struct spread ratio_of(const struct disk *d, size_t ours, size_t peer, size_t figure)
{
	double values[DISK_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < d->rounds; i++) {
		const struct disk_trial *const a = &d->trials[ours][i], *b = &d->trials[peer][i];

		if (!a->valid || !b->valid || a->figures[figure] <= 0 || b->figures[figure] <= 0)
			continue;
		values[n++] = figure == DISK_SPEED ? a->figures[figure] / b->figures[figure]
						   : b->figures[figure] / a->figures[figure];
	}
	return spread_of(values, n);
}

static void print_spread(FILE *out, struct spread s, int digits)
{
	char text[96] = "-";

	if (s.n > 1)
		snprintf(text, sizeof(text), "%.*f [%.*f-%.*f]", digits, s.median, digits, s.min,
			 digits, s.max);
	else if (s.n)
		snprintf(text, sizeof(text), "%.*f", digits, s.median);
	fprintf(out, "%-21s ", text);
}

void disk_print_head(const struct disk *d, FILE *out)
{
	fprintf(out, "ringtap-bench %s disk  %s\n%s, %s, %d CPUs, output on %s\n", RINGTAP_VERSION,
		d->host.when, d->host.kernel, d->host.cpu, d->host.cpus, d->host.fs);
	fprintf(out,
		"%llu bytes a file, writes of %llu, %llu blocks in memory%s; %llu rounds "
		"interleaved\n"
		"median [min-max]; from the program's start until its file is flushed; CPU: user + "
		"system of the\n"
		"program (on CPU %d) and of the flush, without the kernel's own threads; dd copies "
		"zeros first\n",
		(unsigned long long)d->bytes, (unsigned long long)d->block_size,
		(unsigned long long)d->nr_blocks, d->ring.huge ? ", each contiguous" : "",
		(unsigned long long)d->rounds, CONTENDER_CPU);
	for (size_t i = 0; i < NR_DISK_ROWS; i++)
		if (d->missing[i])
			fprintf(out, "  %-20s NOT MEASURED: cannot be run here\n",
				disk_rows[i].name);
		else if (d->chosen[i])
			fprintf(out, "  %-20s %s\n", disk_rows[i].name, d->version[i]);
}

static void print_ratios(const struct disk *d, FILE *out)
{
	fprintf(out, "\n  %-20s%-18s%-28s%s\n", "below 1 = worse", "than",
		"speed, its / the other's", "CPU a GB, the other's / its");
	for (size_t ours = 0; ours < NR_DISK_ROWS; ours++)
		for (size_t i = 0; i < NR_DISK_ROWS; i++) {
			if (!d->chosen[ours] || disk_rows[ours].peer || !disk_rows[i].peer ||
			    !d->chosen[i])
				continue;
			fprintf(out, "  %-20s%-18s", disk_rows[ours].name, disk_rows[i].name);
			print_spread(out, ratio_of(d, ours, i, DISK_SPEED), 2);
			fputs("      ", out);
			print_spread(out, ratio_of(d, ours, i, DISK_CPU_PER_GB), 2);
			fputc('\n', out);
		}
}

void disk_print_table(const struct disk *d, FILE *out)
{
	fprintf(out, "\n  %-20s", "");
	for (size_t k = 0; k < NR_DISK_FIGURES; k++)
		fprintf(out, "%-22s", figures[k].title);
	fputc('\n', out);
	for (size_t i = 0; i < NR_DISK_ROWS; i++) {
		if (!d->chosen[i])
			continue;
		fprintf(out, "  %-20s", disk_rows[i].name);
		for (size_t k = 0; k < NR_DISK_FIGURES; k++)
			/* dd tells neither its slowest write nor more than one in flight. */
			print_spread(out,
				     disk_rows[i].peer && k >= DISK_SLOWEST ? (struct spread){ 0 }
									    : figure_of(d, i, k),
				     figures[k].digits);
		fputc('\n', out);
	}
	print_ratios(d, out);
	for (size_t i = 0; i < NR_DISK_ROWS; i++)
		for (size_t k = 0; d->chosen[i] && k < d->rounds; k++) {
			const struct disk_trial *const t = &d->trials[i][k];

			if (t->note[0])
				fprintf(out, "  %-20sround %zu%s: %s\n", disk_rows[i].name, k + 1,
					t->valid ? "" : ", not counted", t->note);
		}
	fflush(out);
}

static void comma_spread(FILE *f, const char *key, struct spread s)
{
	fputc(',', f);
	json_put_spread(f, key, s);
}

static void put_row(FILE *f, const struct disk *d, size_t row)
{
	const size_t nr_figures = disk_rows[row].peer ? DISK_SLOWEST : NR_DISK_FIGURES;
	bool first = true;

	fprintf(f, "{\"contender\":\"%s\",\"version\":", disk_rows[row].name);
	json_put_string(f, d->version[row]);
	for (size_t k = 0; k < nr_figures; k++)
		comma_spread(f, figures[k].key, figure_of(d, row, k));
	fputs(",\"ratios\":[", f);
	for (size_t i = 0; i < NR_DISK_ROWS && !disk_rows[row].peer; i++) {
		if (!disk_rows[i].peer || !d->chosen[i])
			continue;
		fprintf(f, "%s{\"to\":\"%s\"", first ? "" : ",", disk_rows[i].name);
		comma_spread(f, "ratio_speed", ratio_of(d, row, i, DISK_SPEED));
		comma_spread(f, "ratio_cpu_per_gb", ratio_of(d, row, i, DISK_CPU_PER_GB));
		fputc('}', f);
		first = false;
	}
	fputs("],\"rounds\":[", f);
	for (size_t i = 0; i < d->rounds; i++) {
		const struct disk_trial *const t = &d->trials[row][i];

		fprintf(f, "%s\n{\"valid\":%s", i ? "," : "", t->valid ? "true" : "false");
		for (size_t k = 0; t->valid && k < nr_figures; k++)
			fprintf(f, ",\"%s\":%.10g", figures[k].key, t->figures[k]);
		if (t->valid)
			fprintf(f, ",\"direct\":%s", t->direct ? "true" : "false");
		fputs(",\"note\":", f);
		json_put_string(f, t->note);
		fputc('}', f);
	}
	fputs("]}", f);
}

int disk_write_json(const struct disk *d, struct errmsg *reterr)
{
	bool first = true;
	FILE *f;
	const int code = json_open(d->json, &f, reterr);

	if (code)
		return code;
	fputc('{', f);
	json_put_head(f, "disk", &d->host);
	fprintf(f,
		",\"bytes\":%llu,\"block_bytes\":%llu,\"blocks\":%llu,\"blocks_contiguous\":%s,"
		"\"rounds\":%llu,\n\"rows\":[",
		(unsigned long long)d->bytes, (unsigned long long)d->block_size,
		(unsigned long long)d->nr_blocks, d->ring.huge ? "true" : "false",
		(unsigned long long)d->rounds);
	for (size_t i = 0; i < NR_DISK_ROWS; i++) {
		if (!d->chosen[i])
			continue;
		fputs(first ? "\n" : ",\n", f);
		put_row(f, d, i);
		first = false;
	}
	fputs("]}\n", f);
	return json_close(f, d->json, reterr);
}
