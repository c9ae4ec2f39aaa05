/* bench/files_report.c -- ringtap and its peers on large files: the tables and the JSON. */
#include <string.h>

#include "bench/files.h"
#include "bench/json.h"

enum { NAME_WIDTH = 10, PROGRAM_WIDTH = 20 };

static const struct {
	const char *key; /* unit last */
	const char *title;
	int width;
} figures[NR_FILES_FIGURES] = {
	[FILES_WALL] = { "wall_s", "wall s", 20 },
	[FILES_CPU] = { "cpu_s", "CPU s", 20 },
	[FILES_RSS] = { "rss_mib", "peak MiB", 20 },
	[FILES_RATE] = { "input_mb_per_s", "input MB/s", 20 },
};

static double value_of(const struct files_bench *b, size_t form, const struct files_trial *t,
		       enum files_figure figure)
{
	switch (figure) {
	case FILES_WALL:
		return t->wall_s;
	case FILES_CPU:
		return t->cpu_s;
	case FILES_RATE:
		return (double)b->input_bytes[form] / 1e6 / t->wall_s;
	case FILES_RSS:
	case NR_FILES_FIGURES:
		break;
	}
	return (double)t->rss_kib / 1024;
}

static struct spread figure_of(const struct files_bench *b, size_t form, size_t who,
			       enum files_figure figure)
{
	const struct files_contender *const c = &b->contenders[form][who];
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < b->place.rounds; i++)
		if (c->trials[i].valid)
			values[n++] = value_of(b, form, &c->trials[i], figure);
	return spread_of(values, n);
}

/* How many times as long the other took, round by round; above 1 = ours is better. */
static struct spread ratio_of(const struct files_bench *b, size_t form, size_t who,
			      enum files_figure figure)
{
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < b->place.rounds; i++) {
		const struct files_trial *const s = &b->contenders[form][0].trials[i];
		const struct files_trial *const t = &b->contenders[form][who].trials[i];

		if (s->valid && t->valid)
			values[n++] = value_of(b, form, t, figure) / value_of(b, form, s, figure);
	}
	return spread_of(values, n);
}

void files_print_head(const struct files_bench *b, FILE *out)
{
	fprintf(out, "ringtap-bench %s files  %s\n%s, %s, %d CPUs, files on %s, %s\n",
		RINGTAP_VERSION, b->place.host.when, b->place.host.kernel, b->place.host.cpu,
		b->place.host.cpus, b->place.host.fs,
		b->cold ? "fetched from the disk by each run"
			: "in the page cache: each input was read before");
	fprintf(out, "median [min-max] of %llu rounds, all programs in turn\n",
		(unsigned long long)b->place.rounds);
	fflush(out);
}

static void print_command(const struct files_bench *b, size_t form, size_t who, FILE *out)
{
	const struct files_contender *const c = &b->contenders[form][who];
	const struct files_program *const p = &files_forms[form].who[who];

	fprintf(out, "  %-*s", PROGRAM_WIDTH, p->name);
	if (c->missing) {
		fprintf(out, "NOT MEASURED: %s\n", c->trials[0].note);
		return;
	}
	for (const char *const *arg = p->args; *arg; arg++)
		fprintf(out, "%s ", strcmp(*arg, "RINGTAP") ? *arg : "ringtap");
	fprintf(out, "\n  %*s%s\n", PROGRAM_WIDTH, "", c->version);
}

static void print_figures(const struct files_bench *b, size_t form, FILE *out)
{
	fprintf(out, "\n  %-*s", PROGRAM_WIDTH, "");
	for (size_t k = 0; k < NR_FILES_FIGURES; k++)
		fprintf(out, "%-*s", figures[k].width, figures[k].title);
	fputc('\n', out);
	for (size_t who = 0; who < FILES_WHO_MAX; who++) {
		const struct files_contender *const c = &b->contenders[form][who];

		if (!files_forms[form].who[who].name || c->missing)
			continue;
		fprintf(out, "  %-*s", PROGRAM_WIDTH, files_forms[form].who[who].name);
		for (size_t k = 0; k < NR_FILES_FIGURES; k++)
			spread_print(out, figure_of(b, form, who, (enum files_figure)k), 1,
				     figures[k].width);
		if (c->output_bytes)
			fprintf(out, "output %.2f GB", (double)c->output_bytes / 1e9);
		fputc('\n', out);
	}
}

/* Only the first peer is what the target is about. */
static void print_ratios(const struct files_bench *b, size_t form, FILE *out)
{
	const struct spread rss = figure_of(b, form, 0, FILES_RSS);
	const double target = files_forms[form].target;

	for (size_t who = 1; who < FILES_WHO_MAX; who++) {
		const struct spread s = ratio_of(b, form, who, FILES_WALL);

		if (!files_forms[form].who[who].name)
			continue;
		fprintf(out, "  faster than %-*s", PROGRAM_WIDTH, files_forms[form].who[who].name);
		spread_print(out, s, 1, 20);
		fputs("CPU time ", out);
		spread_print(out, ratio_of(b, form, who, FILES_CPU), 1, 20);
		if (who == 1 && target > 0)
			fprintf(out, ">= %g: %s", target,
				!s.n                 ? "NOT MEASURED"
				: s.median >= target ? "target met"
						     : "BELOW TARGET");
		fputc('\n', out);
	}
	if (rss.n)
		fprintf(out, "  memory      %-*s%.1f MiB at most, < %d: %s\n", PROGRAM_WIDTH,
			"ringtap", rss.max, FILES_TARGET_RSS_MIB,
			rss.max < FILES_TARGET_RSS_MIB ? "target met" : "ABOVE TARGET");
}

void files_print_form(const struct files_bench *b, size_t form, FILE *out)
{
	fprintf(out, "\n%s: %s; %.2f GB, %llu packets\n", files_forms[form].name,
		files_forms[form].what, (double)b->input_bytes[form] / 1e9,
		(unsigned long long)b->input_packets[form]);
	for (size_t who = 0; who < FILES_WHO_MAX; who++)
		if (files_forms[form].who[who].name)
			print_command(b, form, who, out);
	print_figures(b, form, out);
	print_ratios(b, form, out);
	for (size_t who = 0; who < FILES_WHO_MAX; who++)
		for (size_t i = 0; i < b->place.rounds; i++) {
			const struct files_contender *const c = &b->contenders[form][who];

			if (files_forms[form].who[who].name && !c->missing && !c->trials[i].valid)
				fprintf(out, "  %-*sround %zu, NOT COUNTED: %s\n", PROGRAM_WIDTH,
					files_forms[form].who[who].name, i + 1, c->trials[i].note);
		}
	fflush(out);
}

/* ---- JSON ---- */

static void put_contender(FILE *f, const struct files_bench *b, size_t form, size_t who)
{
	const struct files_contender *const c = &b->contenders[form][who];
	const struct files_program *const p = &files_forms[form].who[who];

	json_put_program(f, p->name, !c->missing, c->version, p->args);
	fprintf(f, ",\"output_bytes\":%llu,\"output_packets\":%llu",
		(unsigned long long)c->output_bytes, (unsigned long long)c->content.packets);
	for (size_t k = 0; k < NR_FILES_FIGURES; k++) {
		fputc(',', f);
		json_put_spread(f, figures[k].key, figure_of(b, form, who, (enum files_figure)k));
	}
	if (who) {
		fputc(',', f);
		json_put_spread(f, "ratio_wall", ratio_of(b, form, who, FILES_WALL));
		fputc(',', f);
		json_put_spread(f, "ratio_cpu", ratio_of(b, form, who, FILES_CPU));
	}
	fputs(",\"rounds\":[", f);
	for (size_t i = 0; i < b->place.rounds; i++) {
		const struct files_trial *const t = &c->trials[i];

		fprintf(f, "%s\n{\"valid\":%s", i ? "," : "", t->valid ? "true" : "false");
		for (size_t k = 0; t->valid && k < NR_FILES_FIGURES; k++)
			fprintf(f, ",\"%s\":%.10g", figures[k].key,
				value_of(b, form, t, (enum files_figure)k));
		fputs(",\"note\":", f);
		json_put_string(f, t->note);
		fputc('}', f);
	}
	fputs("]}", f);
}

static void put_form(FILE *f, const struct files_bench *b, size_t form)
{
	const struct spread ratio = ratio_of(b, form, 1, FILES_WALL);
	const double target = files_forms[form].target;
	bool first = true;

	fprintf(f,
		"{\"form\":\"%s\",\"what\":\"%s\",\"input_bytes\":%llu,\"input_packets\":%llu,"
		"\"target\":%g,\"target_met\":%s,\n\"contenders\":[",
		files_forms[form].name, files_forms[form].what,
		(unsigned long long)b->input_bytes[form],
		(unsigned long long)b->input_packets[form], target, json_target_met(ratio, target));
	for (size_t who = 0; who < FILES_WHO_MAX; who++) {
		if (!files_forms[form].who[who].name)
			continue;
		fputs(first ? "\n" : ",\n", f);
		put_contender(f, b, form, who);
		first = false;
	}
	fputs("]}", f);
}

int files_write_json(const struct files_bench *b, struct errmsg *err)
{
	bool first = true;
	FILE *f;
	const int code = json_open(b->place.json, &f, err);

	if (code)
		return code;
	fputc('{', f);
	json_put_head(f, "files", &b->place.host);
	fprintf(f, ",\"rounds\":%llu,\"cpu_of_all\":%d,\"cold\":%s,\n\"forms\":[",
		(unsigned long long)b->place.rounds, b->place.cpu, b->cold ? "true" : "false");
	for (size_t form = 0; form < NR_FILES_FORMS; form++) {
		if (!b->chosen[form])
			continue;
		fputs(first ? "\n" : ",\n", f);
		put_form(f, b, form);
		first = false;
	}
	fputs("]}\n", f);
	return json_close(f, b->place.json, err);
}
