/* bench/report_json.c -- a report as JSON. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/json.h"
#include "bench/report.h"
#include "bench/run.h"

static void put_contenders(FILE *f, const struct report *r)
{
	struct args args;

	fputs("\"contenders\":[", f);
	for (size_t i = 0; i < r->nr_contenders; i++) {
		fprintf(f, "%s{\"name\":\"%s\",\"version\":", i ? "," : "", r->contenders[i]->name);
		json_put_string(f, r->versions[i]);
		fputs(",\"argv\":[", f);
		contender_args(r->contenders[i], &r->env, &args);
		for (size_t k = 0; k < args.n; k++) {
			fputs(k ? "," : "", f);
			json_put_string(f, args.v[k]);
		}
		fputs("]}", f);
	}
	fputs("],\"missing\":[", f);
	for (size_t i = 0; i < r->nr_missing; i++)
		fprintf(f, "%s\"%s\"", i ? "," : "", r->missing[i]);
	fputs("],\n", f);
}

static void put_trial(FILE *f, const struct report *r, const struct cell *cell, size_t i,
		      size_t round)
{
	const struct trial *const t = report_trial(r, cell, i, round);
	const struct verdict *const v = report_verdict(r, cell, i, round);

	fprintf(f, "{\"valid\":%s", t->valid ? "true" : "false");
	for (size_t m = 0; t->valid && m < NR_METRICS; m++)
		if (!isnan(metrics[m].of(t)))
			fprintf(f, ",\"%s\":%.10g", metrics[m].key, metrics[m].of(t));
	fprintf(f, ",\"duplicates\":%llu,\"foreign\":%llu,\"reordered\":%llu,\"note\":",
		(unsigned long long)t->tally.duplicates, (unsigned long long)t->tally.foreign,
		(unsigned long long)t->tally.reordered);
	json_put_string(f, t->note);
	if (t->ring_blocks)
		fprintf(f,
			",\"queue_high\":%llu,\"ring_blocks\":%llu,\"dropped\":%llu,"
			"\"freezes\":%llu",
			(unsigned long long)t->queue_high, (unsigned long long)t->ring_blocks,
			(unsigned long long)t->dropped, (unsigned long long)t->freezes);
	if (v)
		fprintf(f, ",\"lost_by\":\"%s\",\"lost_because\":\"%s\"", v->key, v->text);
	fputc('}', f);
}

static void put_disk(FILE *f, const struct report *r, const struct cell *cell)
{
	const struct disk_sample *d;

	fputs("\"disk\":{", f);
	json_put_spread(f, "gb_per_s", report_disk(r, cell));
	fputs(",\"rounds\":[", f);
	for (size_t k = 0; k < r->rounds; k++) {
		d = &cell->disk[k];
		fprintf(f, "%s{\"valid\":%s", k ? ",\n" : "\n", d->valid ? "true" : "false");
		if (d->valid)
			fprintf(f, ",\"gb_per_s\":%.10g,\"bytes\":%llu,\"direct\":%s", d->gb_per_s,
				(unsigned long long)d->bytes, d->direct ? "true" : "false");
		fputs(",\"note\":", f);
		json_put_string(f, d->note);
		fputc('}', f);
	}
	fputs("]},\n", f);
}

static void put_cell(FILE *f, const struct report *r, const struct cell *cell)
{
	fprintf(f, "{\"load\":\"%s\",\"frame_bytes\":%u,\"rate_bps\":%llu,\"rate_pps\":%llu,\n",
		cell->label, cell->gen.frame_bytes, (unsigned long long)cell->gen.rate_bps,
		(unsigned long long)cell->gen.rate_pps);
	put_disk(f, r, cell);
	fputs("\"rows\":[\n", f);
	for (size_t i = 0; i < r->nr_contenders; i++) {
		fprintf(f, "%s{\"contender\":\"%s\"", i ? ",\n" : "", r->contenders[i]->name);
		for (size_t m = 0; m < NR_METRICS; m++) {
			fputc(',', f);
			json_put_spread(f, metrics[m].key,
					report_metric(r, cell, i, (enum metric_id)m));
		}
		fputc(',', f);
		json_put_spread(f, "ratio_cpu_per_packet", report_ratio_cpu(r, cell, i));
		fputc(',', f);
		json_put_spread(f, "ratio_stored", report_ratio_stored(r, cell, i));
		fputc(',', f);
		json_put_spread(f, "ratio_rate_to_discard", report_ratio_rate(r, cell, i));
		fputs(",\"rounds\":[", f);
		for (size_t k = 0; k < r->rounds; k++) {
			fputs(k ? ",\n" : "\n", f);
			put_trial(f, r, cell, i, k);
		}
		fputs("]}", f);
	}
	fputs("]}", f);
}

int report_write_json(const struct report *r, const char *path, struct errmsg *reterr)
{
	FILE *f;
	const int code = json_open(path, &f, reterr);

	if (code)
		return code;
	fputc('{', f);
	json_put_head(f, r->verb, &r->host);
	fprintf(f, ",\"packets\":%llu,\"rounds\":%zu,\"baseline\":\"%s\",\"ring_mib\":%u,\n",
		(unsigned long long)r->packets, r->rounds, r->contenders[r->baseline]->name,
		r->env.ring_mib);
	put_contenders(f, r);
	fputs("\"loads\":[\n", f);
	for (size_t i = 0; i < r->nr_cells; i++) {
		fputs(i ? ",\n" : "", f);
		put_cell(f, r, &r->cells[i]);
	}
	fputs("]}\n", f);
	return json_close(f, path, reterr);
}
