/* bench/bridge_report.c -- what was measured of bridging: the tables and the JSON. */
#include <inttypes.h>

#include "bench/bridge.h"
#include "bench/json.h"

typedef double figure_of_trial(const struct bridge_trial *t);

static double best_pps(const struct bridge_trial *t)
{
	return t->best_pps;
}

static double full_passed(const struct bridge_trial *t)
{
	return t->full_passed;
}

static double slow_median(const struct bridge_trial *t)
{
	return t->latency[0].median_us;
}

static double slow_p99(const struct bridge_trial *t)
{
	return t->latency[0].p99_us;
}

static double half_median(const struct bridge_trial *t)
{
	return t->latency[1].median_us;
}

static double half_p99(const struct bridge_trial *t)
{
	return t->latency[1].p99_us;
}

static const struct {
	const char *key, *title;
	figure_of_trial *of;
	double scale; /* in the table */
	int width;
} figures[] = {
	{ "packets_per_s_without_loss", "1000 p/s, no loss", best_pps, 1e-3, 22 },
	{ "packets_per_s_at_full_speed", "at full speed", full_passed, 1e-3, 20 },
	{ "latency_slow_median_us", "us at 1000 p/s", slow_median, 1, 18 },
	{ "latency_slow_p99_us", "p99", slow_p99, 1, 18 },
	{ "latency_half_median_us", "us at half", half_median, 1, 18 },
	{ "latency_half_p99_us", "p99", half_p99, 1, 18 },
};

static struct spread figure(const struct bridge_bench *b, size_t size, size_t who,
			    figure_of_trial *of)
{
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < b->place.rounds; i++)
		if (b->trials[size][who][i].valid)
			values[n++] = of(&b->trials[size][who][i]);
	return spread_of(values, n);
}

/* Ours divided by the peer's that passes more, round by round. */
static struct spread ratio_of(const struct bridge_bench *b, size_t size)
{
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < b->place.rounds; i++) {
		const struct bridge_trial *const ours = &b->trials[size][BRIDGE_OURS][i];
		double best = 0;

		for (size_t who = BRIDGE_NETSNIFF; who < NR_BRIDGE_WHO; who++)
			if (b->trials[size][who][i].valid)
				best = MAX_OF(best, b->trials[size][who][i].best_pps);
		if (ours->valid && best > 0)
			values[n++] = ours->best_pps / best;
	}
	return spread_of(values, n);
}

static void print_notes(const struct bridge_bench *b, size_t size, size_t who, FILE *out)
{
	for (size_t i = 0; i < b->place.rounds; i++) {
		const struct bridge_trial *const t = &b->trials[size][who][i];

		if (t->valid && t->bounded)
			fprintf(out,
				"    round %zu: no loss at the generator's full speed: it may be "
				"more\n",
				i + 1);
		for (size_t k = 0; t->valid && k < NR_BRIDGE_RATES; k++)
			if (t->latency[k].passed != t->latency[k].offered)
				fprintf(out,
					"    round %zu: %" PRIu64 " of %" PRIu64
					" CAME THROUGH at %.0f packets/s\n",
					i + 1, t->latency[k].passed, t->latency[k].offered,
					t->latency[k].pps);
		if (t->note[0])
			fprintf(out, "    round %zu%s: %s\n", i + 1, t->valid ? "" : " NOT COUNTED",
				t->note);
	}
}

static void print_size(const struct bridge_bench *b, size_t size, FILE *out)
{
	const struct spread ratio = ratio_of(b, size);

	fprintf(out, "\n%u bytes\n  %-18s", b->sizes[size], "program");
	for (size_t k = 0; k < ARRAY_SIZE(figures); k++)
		fprintf(out, "%-*s", figures[k].width, figures[k].title);
	fputc('\n', out);
	for (size_t who = 0; who < NR_BRIDGE_WHO; who++) {
		fprintf(out, "  %-18s", bridge_contenders[who].name);
		if (b->missing[who][0]) {
			fprintf(out, "NOT MEASURED: %s\n", b->missing[who]);
			continue;
		}
		for (size_t k = 0; k < ARRAY_SIZE(figures); k++)
			spread_print(out, figure(b, size, who, figures[k].of), figures[k].scale,
				     figures[k].width);
		fputc('\n', out);
		print_notes(b, size, who, out);
	}
	fputs("  rate without loss, ringtap / the best of netsniff-ng: ", out);
	spread_print(out, ratio, 1, 20);
	fprintf(out, ">= %g %s\n", BRIDGE_TARGET, verdict(ratio.n, ratio.median >= BRIDGE_TARGET));
}

void bridge_print_report(const struct bridge_bench *b, FILE *out)
{
	fprintf(out,
		"ringtap-bench %s bridge  %s\n%s, %s, %d CPUs; two veth pairs in a namespace of "
		"its own; packets come in on\nCPU %d as if received, the programs have CPU %d; "
		"counted where they arrive; %.3g s a rate, %llu rounds\ninterleaved; no loss: less "
		"than %g of them; half: of the rate that the better netsniff-ng passes\nwithout "
		"loss; latency: from where a packet comes in to where it arrives, by the kernel's "
		"time stamps\n%s\n",
		RINGTAP_VERSION, b->place.host.when, b->place.host.kernel, b->place.host.cpu,
		b->place.host.cpus, BRIDGE_GEN_CPU, b->place.cpu, (double)b->step_ns / 1e9,
		(unsigned long long)b->place.rounds, BRIDGE_LOSS, b->version[BRIDGE_NETSNIFF]);
	for (size_t size = 0; size < b->nr_sizes; size++)
		print_size(b, size, out);
	fflush(out);
}

static void put_trial(FILE *f, const struct bridge_trial *t)
{
	fprintf(f,
		"{\"valid\":%s,\"packets_per_s_without_loss\":%.1f,\"bounded_by_generator\":%s,"
		"\"full_speed_offered\":%.1f,\"full_speed_passed\":%.1f,\"latency\":[",
		t->valid ? "true" : "false", t->best_pps, t->bounded ? "true" : "false",
		t->full_pps, t->full_passed);
	for (size_t i = 0; i < NR_BRIDGE_RATES; i++) {
		const struct bridge_latency *const l = &t->latency[i];

		fprintf(f,
			"%s{\"packets_per_s\":%.1f,\"offered\":%" PRIu64 ",\"passed\":%" PRIu64
			",\"median_us\":%.3f,\"p99_us\":%.3f,\"max_us\":%.3f}",
			i ? "," : "", l->pps, l->offered, l->passed, l->median_us, l->p99_us,
			l->max_us);
	}
	fputs("],\"note\":", f);
	json_put_string(f, t->note);
	fputc('}', f);
}

static void put_contender(FILE *f, const struct bridge_bench *b, size_t size, size_t who)
{
	json_put_program(f, bridge_contenders[who].name, !b->missing[who][0], b->version[who],
			 bridge_contenders[who].args);
	fputs(",\"missing\":", f);
	json_put_string(f, b->missing[who]);
	for (size_t k = 0; k < ARRAY_SIZE(figures); k++) {
		fputc(',', f);
		json_put_spread(f, figures[k].key, figure(b, size, who, figures[k].of));
	}
	fputs(",\"rounds\":[", f);
	for (size_t i = 0; !b->missing[who][0] && i < b->place.rounds; i++) {
		fputs(i ? ",\n" : "", f);
		put_trial(f, &b->trials[size][who][i]);
	}
	fputs("]}", f);
}

int bridge_write_json(const struct bridge_bench *b, struct errmsg *err)
{
	FILE *f;
	const int code = json_open(b->place.json, &f, err);

	if (code)
		return code;
	fputc('{', f);
	json_put_head(f, "bridge", &b->place.host);
	fprintf(f,
		",\"rounds\":%" PRIu64 ",\"step_s\":%.3f,\"loss_allowed\":%g,\"generator_cpu\":%d,"
		"\"contender_cpu\":%d,\n\"sizes\":[",
		b->place.rounds, (double)b->step_ns / 1e9, BRIDGE_LOSS, BRIDGE_GEN_CPU,
		b->place.cpu);
	for (size_t size = 0; size < b->nr_sizes; size++) {
		const struct spread ratio = ratio_of(b, size);

		fprintf(f, "%s\n{\"frame_bytes\":%u,\"target\":%g,\"target_met\":%s,",
			size ? "," : "", b->sizes[size], BRIDGE_TARGET,
			json_target_met(ratio, BRIDGE_TARGET));
		json_put_spread(f, "ratio_packets_per_s_without_loss", ratio);
		fputs(",\"contenders\":[", f);
		for (size_t who = 0; who < NR_BRIDGE_WHO; who++) {
			fputs(who ? ",\n" : "\n", f);
			put_contender(f, b, size, who);
		}
		fputs("]}", f);
	}
	fputs("]}\n", f);
	return json_close(f, b->place.json, err);
}
