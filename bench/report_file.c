/* bench/report_file.c -- a report as JSON and as a plot. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/report.h"
#include "bench/run.h"
#include "core/strbuf.h"

static void put_string(FILE *f, const char *text)
{
	char quoted[2048];
	struct strbuf s = strbuf_over(quoted, sizeof(quoted));

	strbuf_json_string(&s, text, strlen(text));
	fputs(quoted, f);
}

static void put_spread(FILE *f, const char *key, struct spread s)
{
	fprintf(f, "\"%s\":", key);
	if (s.n)
		fprintf(f, "{\"median\":%.10g,\"min\":%.10g,\"max\":%.10g,\"n\":%zu}", s.median,
			s.min, s.max, s.n);
	else
		fputs("null", f);
}

static void put_contenders(FILE *f, const struct report *r)
{
	struct args args;

	fputs("\"contenders\":[", f);
	for (size_t i = 0; i < r->nr_contenders; i++) {
		fprintf(f, "%s{\"name\":\"%s\",\"version\":", i ? "," : "", r->contenders[i]->name);
		put_string(f, r->versions[i]);
		fputs(",\"argv\":[", f);
		contender_args(r->contenders[i], &r->env, &args);
		for (size_t k = 0; k < args.n; k++) {
			fputs(k ? "," : "", f);
			put_string(f, args.v[k]);
		}
		fputs("]}", f);
	}
	fputs("],\"missing\":[", f);
	for (size_t i = 0; i < r->nr_missing; i++)
		fprintf(f, "%s\"%s\"", i ? "," : "", r->missing[i]);
	fputs("],\n", f);
}

static void put_trial(FILE *f, const struct trial *t)
{
	fprintf(f, "{\"valid\":%s", t->valid ? "true" : "false");
	for (size_t m = 0; t->valid && m < NR_METRICS; m++)
		if (!isnan(metrics[m].of(t)))
			fprintf(f, ",\"%s\":%.10g", metrics[m].key, metrics[m].of(t));
	fprintf(f, ",\"duplicates\":%llu,\"foreign\":%llu,\"reordered\":%llu,\"note\":",
		(unsigned long long)t->tally.duplicates, (unsigned long long)t->tally.foreign,
		(unsigned long long)t->tally.reordered);
	put_string(f, t->note);
	fputc('}', f);
}

static void put_cell(FILE *f, const struct report *r, const struct cell *cell)
{
	fprintf(f,
		"{\"load\":\"%s\",\"frame_bytes\":%u,\"rate_bps\":%llu,\"rate_pps\":%llu,\"rows\":["
		"\n",
		cell->label, cell->gen.frame_bytes, (unsigned long long)cell->gen.rate_bps,
		(unsigned long long)cell->gen.rate_pps);
	for (size_t i = 0; i < r->nr_contenders; i++) {
		fprintf(f, "%s{\"contender\":\"%s\"", i ? ",\n" : "", r->contenders[i]->name);
		for (size_t m = 0; m < NR_METRICS; m++) {
			fputc(',', f);
			put_spread(f, metrics[m].key, report_metric(r, cell, i, (enum metric_id)m));
		}
		fputc(',', f);
		put_spread(f, "ratio_cpu_per_packet", report_ratio_cpu(r, cell, i));
		fputc(',', f);
		put_spread(f, "ratio_stored", report_ratio_stored(r, cell, i));
		fputs(",\"rounds\":[", f);
		for (size_t k = 0; k < r->rounds; k++) {
			fputs(k ? ",\n" : "\n", f);
			put_trial(f, report_trial(r, cell, i, k));
		}
		fputs("]}", f);
	}
	fputs("]}", f);
}

/* Errors of the stream show at the close. */
static int finish(FILE *f, const char *path, struct errmsg *reterr)
{
	const bool failed = ferror(f);

	if (fclose(f) || failed)
		return errmsg_set(reterr, -EIO, "%s: cannot write all of it", path);
	return 0;
}

int report_write_json(const struct report *r, const char *path, struct errmsg *reterr)
{
	FILE *const f = strcmp(path, "-") ? fopen(path, "we") : fdopen(dup(STDOUT_FILENO), "w");

	if (!f)
		return errmsg_set(reterr, -errno, "%s: %s", path, strerror(errno));
	fprintf(f,
		"{\"program\":\"ringtap-bench\",\"version\":\"%s\",\"verb\":\"%s\",\"when\":\"%"
		"s\",",
		RINGTAP_VERSION, r->verb, r->host.when);
	fputs("\"kernel\":", f);
	put_string(f, r->host.kernel);
	fputs(",\"cpu\":", f);
	put_string(f, r->host.cpu);
	fprintf(f,
		",\"cpus\":%d,\"file_system\":\"%s\",\"packets\":%llu,\"rounds\":%zu,\"baseline\":"
		"\"%s\",\n",
		r->host.cpus, r->host.fs, (unsigned long long)r->packets, r->rounds,
		r->contenders[r->baseline]->name);
	put_contenders(f, r);
	fputs("\"loads\":[\n", f);
	for (size_t i = 0; i < r->nr_cells; i++) {
		fputs(i ? ",\n" : "", f);
		put_cell(f, r, &r->cells[i]);
	}
	fputs("]}\n", f);
	return finish(f, path, reterr);
}

/* A data block for gnuplot: a row for each load, a column for each contender. */
static void put_data(FILE *f, const struct report *r, const char *name, enum metric_id id)
{
	struct spread s;

	fprintf(f, "$%s << EOD\nload", name);
	for (size_t i = 0; i < r->nr_contenders; i++)
		fprintf(f, " \"%s\"", r->contenders[i]->name);
	fputc('\n', f);
	for (size_t c = 0; c < r->nr_cells; c++) {
		fprintf(f, "\"%s\"", r->cells[c].label);
		for (size_t i = 0; i < r->nr_contenders; i++) {
			s = report_metric(r, &r->cells[c], i, id);
			if (s.n)
				fprintf(f, " %.6g", s.median);
			else
				fputs(" NaN", f);
		}
		fputc('\n', f);
	}
	fputs("EOD\n", f);
}

int report_write_plot(const struct report *r, const char *path, struct errmsg *reterr)
{
	char script[PATH_MAX], said[256], program[] = "gnuplot";
	char *argv[] = { program, script, NULL };
	int err;
	FILE *f;

	if (strchr(path, '\''))
		return errmsg_set(reterr, -EINVAL,
				  "%s: a quote in the name is too much for gnuplot", path);
	contender_path(&r->env, "plot.gp", script, sizeof(script));
	f = fopen(script, "we");
	if (!f)
		return errmsg_set(reterr, -errno, "%s: %s", script, strerror(errno));
	put_data(f, r, "lost", METRIC_LOST);
	put_data(f, r, "cpu", METRIC_CPU_PER_GB);
	fprintf(f,
		"set terminal svg size 1000,760 font 'sans-serif,13' background 'white'\n"
		"set output '%s'\nset multiplot layout 2,1\nset style data histogram\n"
		"set style histogram cluster gap 1\nset style fill solid 0.9 border -1\n"
		"set grid ytics\nset key outside right noenhanced\nset yrange [0:*]\n"
		"set xtics noenhanced\n"
		"set title 'Packets lost, %% (%s, %d CPUs)' noenhanced\n"
		"plot for [i=2:%zu] $lost using i:xtic(1) title columnheader(i)\n"
		"set title 'CPU seconds for each GB stored'\n"
		"plot for [i=2:%zu] $cpu using i:xtic(1) title columnheader(i)\n",
		path, r->host.cpu, r->host.cpus, r->nr_contenders + 1, r->nr_contenders + 1);
	err = finish(f, script, reterr);
	if (err)
		return err;
	unlink(path);
	run_query(argv, said, sizeof(said));
	unlink(script);
	if (access(path, R_OK))
		return errmsg_set(reterr, -EIO, "%s: gnuplot made no plot: %s", path,
				  said[0] ? said : "is it installed?");
	return 0;
}
