/* bench/read_report.c -- ringtap, tcpdump and tshark on one file: the tables and the JSON. */
#include <string.h>

#include "bench/json.h"
#include "bench/read.h"

enum { NAME_WIDTH = 9 };

static const struct {
	const char *key; /* unit last */
	const char *title;
	int width;
} figures[NR_READ_FIGURES] = {
	[READ_RATE] = { "packets_per_s", "1000 packets/s", 20 },
	[READ_CPU] = { "cpu_ns_per_packet", "CPU ns/packet", 22 },
	[READ_START] = { "start_ms", "start ms", 18 },
	[READ_WALL] = { "wall_s", "wall s", 18 },
	[READ_CPU_ALL] = { "cpu_s", "CPU s", 18 },
	[READ_RSS] = { "rss_mib", "peak MiB", 18 },
};

static double value_of(const struct read_contender *c, const struct read_trial *t,
		       enum read_figure figure)
{
	/* The packet of the start has been read there. */
	const double packets = (double)(c->packets - 1);

	switch (figure) {
	case READ_RATE:
		return packets / (t->wall_s - t->start_wall_s);
	case READ_CPU:
		return (t->cpu_s - t->start_cpu_s) * 1e9 / packets;
	case READ_START:
		return t->start_wall_s * 1e3;
	case READ_WALL:
		return t->wall_s;
	case READ_CPU_ALL:
		return t->cpu_s;
	case READ_RSS:
	case NR_READ_FIGURES:
		break;
	}
	return (double)t->rss_kib / 1024;
}

struct spread read_figure_of(const struct read_bench *b, size_t form, enum read_who who,
			     enum read_figure figure)
{
	const struct read_contender *const c = &b->contenders[form][who];
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < b->place.rounds; i++)
		if (c->trials[i].valid)
			values[n++] = value_of(c, &c->trials[i], figure);
	return spread_of(values, n);
}

struct spread read_ratio_of(const struct read_bench *b, size_t form, enum read_figure figure)
{
	const struct read_contender *const ours = &b->contenders[form][READ_OURS];
	const struct read_contender *const peer = &b->contenders[form][READ_PEER];
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < b->place.rounds; i++) {
		const struct read_trial *const s = &ours->trials[i], *const t = &peer->trials[i];

		if (!s->valid || !t->valid)
			continue;
		values[n++] = figure == READ_RATE
				      ? value_of(ours, s, figure) / value_of(peer, t, figure)
				      : value_of(peer, t, figure) / value_of(ours, s, figure);
	}
	return spread_of(values, n);
}

static const char *program_of(size_t form, size_t who)
{
	const char *const program = read_forms[form].who[who].program;

	return program ? program : "ringtap";
}

static void print_command(const struct read_bench *b, size_t form, size_t who, FILE *out)
{
	const struct read_contender *const c = &b->contenders[form][who];
	const char *const *args = read_forms[form].who[who].args;
	const uint64_t quarter = c->packets / 4;

	fprintf(out, "  %-*s%-*s", NAME_WIDTH, read_forms[form].name, NAME_WIDTH,
		program_of(form, who));
	if (c->missing) {
		fprintf(out, "NOT MEASURED: %s\n", c->trials[0].note);
		return;
	}
	for (; *args; args++)
		fprintf(out, "%s ", *args);
	fprintf(out, "FILE of %llu packets\n  %*s%s; it prints %.0f bytes a packet\n",
		(unsigned long long)c->packets, 2 * NAME_WIDTH, "", c->version,
		(double)c->quarter_bytes / (double)quarter);
}

void read_print_head(const struct read_bench *b, FILE *out)
{
	fprintf(out, "ringtap-bench %s read  %s\n%s, %s, %d CPUs, files on %s, in the page cache\n",
		RINGTAP_VERSION, b->place.host.when, b->place.host.kernel, b->place.host.cpu,
		b->place.host.cpus, b->place.host.fs);
	fprintf(out,
		"%llu packets of many protocols, %.0f bytes on average; for tshark the first %llu, "
		"%.0f bytes;\n"
		"%llu rounds interleaved, output to /dev/null, ",
		(unsigned long long)b->packets, (double)b->stats.bytes / (double)b->stats.packets,
		(unsigned long long)b->peer_packets,
		(double)b->peer_stats.bytes / (double)b->peer_stats.packets,
		(unsigned long long)b->place.rounds);
	if (b->place.cpu < 0)
		fputs("any CPU and as many threads as a program likes\n", out);
	else
		fprintf(out, "all on CPU %d\n", b->place.cpu);
	fputs("median [min-max]; start: with one packet, taken off packets/s and ns/packet; CPU: "
	      "user "
	      "and system\n"
	      "of all threads and processes; first a quarter of the packets, every line counted\n",
	      out);
	for (size_t form = 0; form < NR_READ_FORMS; form++)
		for (size_t who = 0; b->chosen[form] && who < NR_READ_WHO; who++)
			print_command(b, form, who, out);
}

static void print_figures(const struct read_bench *b, const enum read_figure *list, size_t nr,
			  FILE *out)
{
	fprintf(out, "\n  %-*s", 2 * NAME_WIDTH, "");
	for (size_t k = 0; k < nr; k++)
		fprintf(out, "%-*s", figures[list[k]].width, figures[list[k]].title);
	fputc('\n', out);
	for (size_t form = 0; form < NR_READ_FORMS; form++)
		for (size_t who = 0; b->chosen[form] && who < NR_READ_WHO; who++) {
			if (b->contenders[form][who].missing)
				continue;
			fprintf(out, "  %-*s%-*s", NAME_WIDTH, read_forms[form].name, NAME_WIDTH,
				program_of(form, who));
			for (size_t k = 0; k < nr; k++)
				spread_print(
					out, read_figure_of(b, form, (enum read_who)who, list[k]),
					list[k] == READ_RATE ? 1e-3 : 1, figures[list[k]].width);
			fputc('\n', out);
		}
}

/* Memory must not grow with the file. */
static void print_memory(const struct read_bench *b, FILE *out)
{
	fprintf(out, "\n  %-*sMiB with all, a quarter of the packets, ratio\n", 2 * NAME_WIDTH,
		"memory");
	for (size_t form = 0; form < NR_READ_FORMS; form++)
		for (size_t who = 0; b->chosen[form] && who < NR_READ_WHO; who++) {
			const struct read_contender *const c = &b->contenders[form][who];
			const struct spread all =
				read_figure_of(b, form, (enum read_who)who, READ_RSS);
			const double quarter = (double)c->quarter_rss_kib / 1024;

			if (c->missing || !all.n || quarter <= 0)
				continue;
			fprintf(out, "  %-*s%-*s%.1f, %.1f, %.2f\n", NAME_WIDTH,
				read_forms[form].name, NAME_WIDTH, program_of(form, who), all.max,
				quarter, all.max / quarter);
		}
}

static void print_ratio(const struct read_bench *b, size_t form, enum read_figure figure, FILE *out)
{
	const struct spread s = read_ratio_of(b, form, figure);
	const double target = read_forms[form].target;

	spread_print(out, s, 1, 22);
	fprintf(out, "%-15s",
		!s.n                 ? "NOT MEASURED"
		: s.median >= target ? "target met"
				     : "BELOW TARGET");
}

static void print_ratios(const struct read_bench *b, FILE *out)
{
	fprintf(out, "\n  %-*s%-*s%-8s%-37s%s\n", NAME_WIDTH, "ringtap", NAME_WIDTH, "than",
		"target", "packets/s, its / the other's", "CPU a packet, the other's / its");
	for (size_t form = 0; form < NR_READ_FORMS; form++) {
		if (!b->chosen[form])
			continue;
		fprintf(out, "  %-*s%-*s%-8.0f", NAME_WIDTH, read_forms[form].name, NAME_WIDTH,
			program_of(form, READ_PEER), read_forms[form].target);
		print_ratio(b, form, READ_RATE, out);
		print_ratio(b, form, READ_CPU, out);
		fputc('\n', out);
	}
}

void read_print_table(const struct read_bench *b, FILE *out)
{
	static const enum read_figure speed[] = { READ_RATE, READ_CPU, READ_START };
	static const enum read_figure all[] = { READ_WALL, READ_CPU_ALL, READ_RSS };

	print_figures(b, speed, ARRAY_SIZE(speed), out);
	print_figures(b, all, ARRAY_SIZE(all), out);
	print_memory(b, out);
	print_ratios(b, out);
	for (size_t form = 0; form < NR_READ_FORMS; form++)
		for (size_t who = 0; b->chosen[form] && who < NR_READ_WHO; who++)
			for (size_t i = 0; i < b->place.rounds; i++) {
				const struct read_contender *const c = &b->contenders[form][who];

				if (!c->missing && !c->trials[i].valid)
					fprintf(out, "  %-*s%-*sround %zu, NOT COUNTED: %s\n",
						NAME_WIDTH, read_forms[form].name, NAME_WIDTH,
						program_of(form, who), i + 1, c->trials[i].note);
			}
	fflush(out);
}

/* ---- JSON ---- */

static void put_contender(FILE *f, const struct read_bench *b, size_t form, size_t who)
{
	const struct read_contender *const c = &b->contenders[form][who];

	json_put_program(f, program_of(form, who), !c->missing, c->version,
			 read_forms[form].who[who].args);
	fprintf(f,
		",\"packets\":%llu,\"quarter_lines\":%llu,\"quarter_output_bytes\":%llu,"
		"\"quarter_rss_mib\":%.2f",
		(unsigned long long)c->packets, (unsigned long long)c->quarter_lines,
		(unsigned long long)c->quarter_bytes, (double)c->quarter_rss_kib / 1024);
	for (size_t k = 0; k < NR_READ_FIGURES; k++) {
		fputc(',', f);
		json_put_spread(f, figures[k].key,
				read_figure_of(b, form, (enum read_who)who, (enum read_figure)k));
	}
	fputs(",\"rounds\":[", f);
	for (size_t i = 0; i < b->place.rounds; i++) {
		const struct read_trial *const t = &c->trials[i];

		fprintf(f, "%s\n{\"valid\":%s", i ? "," : "", t->valid ? "true" : "false");
		for (size_t k = 0; t->valid && k < NR_READ_FIGURES; k++)
			fprintf(f, ",\"%s\":%.10g", figures[k].key,
				value_of(c, t, (enum read_figure)k));
		fputs(",\"note\":", f);
		json_put_string(f, t->note);
		fputc('}', f);
	}
	fputs("]}", f);
}

static void put_form(FILE *f, const struct read_bench *b, size_t form)
{
	const struct spread rate = read_ratio_of(b, form, READ_RATE);

	fprintf(f, "{\"form\":\"%s\",\"what\":\"%s\",\"target\":%g,\"target_met\":%s,",
		read_forms[form].name, read_forms[form].what, read_forms[form].target,
		json_target_met(rate, read_forms[form].target));
	json_put_spread(f, "ratio_packets_per_s", rate);
	fputc(',', f);
	json_put_spread(f, "ratio_cpu_per_packet", read_ratio_of(b, form, READ_CPU));
	fputs(",\n\"contenders\":[", f);
	for (size_t who = 0; who < NR_READ_WHO; who++) {
		fputs(who ? ",\n" : "\n", f);
		put_contender(f, b, form, who);
	}
	fputs("]}", f);
}

int read_write_json(const struct read_bench *b, struct errmsg *reterr)
{
	bool first = true;
	FILE *f;
	const int code = json_open(b->place.json, &f, reterr);

	if (code)
		return code;
	fputc('{', f);
	json_put_head(f, "read", &b->place.host);
	fprintf(f,
		",\"packets\":%llu,\"bytes\":%llu,\"peer_packets\":%llu,\"peer_bytes\":%llu,"
		"\"rounds\":%llu,\"cpu_of_all\":%d,\"output\":\"/dev/null\",\n\"shares\":{",
		(unsigned long long)b->packets, (unsigned long long)b->stats.bytes,
		(unsigned long long)b->peer_packets, (unsigned long long)b->peer_stats.bytes,
		(unsigned long long)b->place.rounds, b->place.cpu);
	for (size_t i = 0; mix_kind_name(i); i++)
		fprintf(f, "%s\"%s\":%.4f", i ? "," : "", mix_kind_name(i),
			(double)b->stats.kinds[i] / (double)b->stats.packets);
	fputs("},\n\"forms\":[", f);
	for (size_t form = 0; form < NR_READ_FORMS; form++) {
		if (!b->chosen[form])
			continue;
		fputs(first ? "\n" : ",\n", f);
		put_form(f, b, form);
		first = false;
	}
	fputs("]}\n", f);
	return json_close(f, b->place.json, reterr);
}
