/* bench/cmd_micro.c -- one inner loop each, in this process, without a network. */
#include <getopt.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/micro.h"
#include "bench/run.h"
#include "bench/stats.h"
#include "bench/trial.h"

#define MICRO_OPTIONS                                                          \
	"  -n, --packets N   in each round (k, M; default 5M)\n"               \
	"      --rounds N    default 5; the median and the ends are printed\n" \
	"      --json FILE   the same as JSON; - = standard output\n"

static const char dissect_help[] = "usage: ringtap-bench dissect [OPTION]...\n"
				   "\n"
				   "Nanoseconds to find the layers of an Ethernet/IPv4/TCP packet, "
				   "and to make its summary as well, on\n"
				   "one CPU.\n"
				   "\n" MICRO_OPTIONS "\n"
				   "  ringtap-bench dissect -n 10M --rounds 9\n";

static const char spool_help[] = "usage: ringtap-bench spool [OPTION]...\n"
				 "\n"
				 "Nanoseconds to hand a 64-byte record from one CPU to another "
				 "through the spool in shared memory.\n"
				 "\n" MICRO_OPTIONS "\n"
				 "  ringtap-bench spool -n 10M --rounds 9\n";

enum { MICRO_ROUNDS_MAX = 99, FIGURES_MAX = 2 };

/* A verb of this kind: its figures, all in ns per item. */
struct micro {
	const char *verb, *help;
	const char *figures[FIGURES_MAX];
	int (*once)(uint64_t items, double *ret); /* one value for each figure; -errno */
};

struct micro_options {
	uint64_t items, rounds;
	const char *json;
};

static int once_dissect(uint64_t items, double *ret)
{
	const struct micro_result r = micro_dissect(items);

	ret[0] = r.dissect_ns;
	ret[1] = r.summary_ns;
	return r.error;
}

static int once_spool(uint64_t items, double *ret)
{
	const struct spool_result r = micro_spool(items, CONTENDER_CPU);

	ret[0] = r.record_ns;
	return r.error;
}

static void print_json(FILE *f, const struct micro *m, const struct micro_options *o,
		       const struct host *host, const struct spread *spreads)
{
	fprintf(f,
		"{\"program\":\"ringtap-bench\",\"version\":\"%s\",\"verb\":\"%s\",\"when\":\"%s\","
		"\"kernel\":\"%s\",\"cpu\":\"%s\",\"cpus\":%d,\"items\":%llu,\"rounds\":%llu",
		RINGTAP_VERSION, m->verb, host->when, host->kernel, host->cpu, host->cpus,
		(unsigned long long)o->items, (unsigned long long)o->rounds);
	for (size_t i = 0; i < FIGURES_MAX && m->figures[i]; i++)
		fprintf(f, ",\"%s_ns\":{\"median\":%.4g,\"min\":%.4g,\"max\":%.4g,\"n\":%zu}",
			m->figures[i], spreads[i].median, spreads[i].min, spreads[i].max,
			spreads[i].n);
	fputs("}\n", f);
}

static int report(const struct micro *m, const struct micro_options *o,
		  const struct spread *spreads)
{
	struct host host;
	FILE *f;

	host_read("/", &host);
	if (o->json && !strcmp(o->json, "-")) {
		print_json(stdout, m, o, &host, spreads);
		return BENCH_OK;
	}
	printf("ringtap-bench %s %s  %s\n%s, %s, %d CPUs; %llu items, %llu rounds\n",
	       RINGTAP_VERSION, m->verb, host.when, host.kernel, host.cpu, host.cpus,
	       (unsigned long long)o->items, (unsigned long long)o->rounds);
	for (size_t i = 0; i < FIGURES_MAX && m->figures[i]; i++)
		printf("  %-24s %8.2f ns [%.2f-%.2f]\n", m->figures[i], spreads[i].median,
		       spreads[i].min, spreads[i].max);
	if (!o->json)
		return BENCH_OK;
	f = fopen(o->json, "we");
	if (!f) {
		fprintf(stderr, "ringtap-bench: %s: cannot write it\n", o->json);
		return BENCH_FAILED;
	}
	print_json(f, m, o, &host, spreads);
	if (fclose(f)) {
		fprintf(stderr, "ringtap-bench: %s: cannot write all of it\n", o->json);
		return BENCH_FAILED;
	}
	return BENCH_OK;
}

static int measure(const struct micro *m, const struct micro_options *o)
{
	double values[FIGURES_MAX][MICRO_ROUNDS_MAX], once[FIGURES_MAX] = { 0 };
	struct spread spreads[FIGURES_MAX];
	int err;

	if (cpu_pin(GEN_CPU))
		fprintf(stderr, "ringtap-bench: cannot run on CPU %d: times will vary\n", GEN_CPU);
	for (size_t round = 0; round < o->rounds; round++) {
		if (bench_interrupted)
			return BENCH_INTERRUPTED;
		err = m->once(o->items, once);
		if (err) {
			fprintf(stderr, "ringtap-bench: %s: %s\n", m->verb, strerror(-err));
			return BENCH_FAILED;
		}
		for (size_t i = 0; i < FIGURES_MAX; i++)
			values[i][round] = once[i];
	}
	for (size_t i = 0; i < FIGURES_MAX; i++)
		spreads[i] = spread_of(values[i], o->rounds);
	return report(m, o, spreads);
}

static int micro_main(const struct micro *m, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "packets", required_argument, NULL, 'n' },
		{ "rounds", required_argument, NULL, 'o' },
		{ "json", required_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct micro_options o = { .items = 5000000, .rounds = 5 };
	int opt;

	while ((opt = getopt_long(argc, argv, "n:h", longs, NULL)) != -1)
		switch (opt) {
		case 'n':
			if (!parse_scaled(optarg, &o.items) || !o.items)
				return usage_error(m->verb, "'%s': not a number of packets",
						   optarg);
			break;
		case 'o':
			if (!parse_scaled(optarg, &o.rounds) || !o.rounds ||
			    o.rounds > MICRO_ROUNDS_MAX)
				return usage_error(m->verb, "'%s': 1 to %d rounds", optarg,
						   MICRO_ROUNDS_MAX);
			break;
		case 'j':
			o.json = optarg;
			break;
		case 'h':
			fputs(m->help, stdout);
			return BENCH_OK;
		default:
			return usage_error(m->verb, "what is wrong stands above");
		}
	if (optind < argc)
		return usage_error(m->verb, "%s: not understood", argv[optind]);
	catch_signals();
	return measure(m, &o);
}

int cmd_dissect(int argc, char **argv)
{
	static const struct micro m = {
		"dissect", dissect_help, { "dissect", "dissect_and_summary" }, once_dissect
	};

	return micro_main(&m, argc, argv);
}

int cmd_spool(int argc, char **argv)
{
	static const struct micro m = { "spool", spool_help, { "record" }, once_spool };

	return micro_main(&m, argc, argv);
}
