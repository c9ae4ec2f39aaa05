/* bench/cmd_micro.c -- one inner loop each, in this process, without a network. */
#include <getopt.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/json.h"
#include "bench/micro.h"
#include "bench/run.h"
#include "bench/stats.h"
#include "bench/trial.h"
#include "core/compiler.h"

#define MICRO_OPTIONS                                                          \
	"  -n, --packets N   in each round (k, M; default 5M)\n"               \
	"      --rounds N    default 5; the median and the ends are printed\n" \
	"      --json FILE   the same as JSON; - = standard output\n"

static const char dissect_help[] =
	"usage: ringtap-bench dissect [OPTION]...\n"
	"\n"
	"Nanoseconds of CPU time to find the layers of a packet, and to make its summary as well, "
	"on one CPU:\n"
	"Ethernet/IPv4/TCP packets, and (mix) those of many protocols, up to a million, in memory "
	"as they\n"
	"are in a pcap file ('ringtap-bench mix --help' has their shares). For scale, a loop over "
	"the same\n"
	"packets that knows Ethernet, IP, TCP and UDP only.\n"
	"\n" MICRO_OPTIONS "\n"
	"  ringtap-bench dissect -n 10M --rounds 9\n";

static const char spool_help[] = "usage: ringtap-bench spool [OPTION]...\n"
				 "\n"
				 "Nanoseconds to hand a 64-byte record from one CPU to another "
				 "through the spool in shared memory.\n"
				 "\n" MICRO_OPTIONS "\n"
				 "  ringtap-bench spool -n 10M --rounds 9\n";

enum { MICRO_ROUNDS_MAX = 99, FIGURES_MAX = 5, MIX_PACKETS_MAX = 1000000 };

/* Of a verb of this kind, in ns per item. */
struct micro_figure {
	const char *name;
	double target_mpps; /* 0: none */
};

struct micro {
	const char *verb, *help;
	struct micro_figure figures[FIGURES_MAX];
	/* One value for each figure; -errno. mix is NULL for verbs that have no use for it. */
	int (*once)(struct mix_file *mix, uint64_t items, double *ret);
	bool wants_mix;
};

struct micro_options {
	uint64_t items, rounds;
	const char *json;
};

static int once_dissect(struct mix_file *mix, uint64_t items, double *ret)
{
	const struct micro_result r = micro_dissect(items);
	const struct mix_result m = micro_mix(mix, items);

	ret[0] = r.dissect_ns;
	ret[1] = r.summary_ns;
	ret[2] = m.dissect_ns;
	ret[3] = m.summary_ns;
	ret[4] = m.inlined_ns;
	if (m.bad)
		fprintf(stderr,
			"ringtap-bench: %llu packets of the mix were not dissected to their end\n",
			(unsigned long long)m.bad);
	return r.error;
}

static int once_spool(struct mix_file *mix, uint64_t items, double *ret)
{
	const struct spool_result r = micro_spool(items, CONTENDER_CPU);

	ret[0] = r.record_ns;
	return r.error;
}

static int write_json(const struct micro *m, const struct micro_options *o, const struct host *host,
		      const struct spread *spreads, struct errmsg *reterr)
{
	char key[64];
	FILE *f;
	const int code = json_open(o->json, &f, reterr);

	if (code)
		return code;
	fputc('{', f);
	json_put_head(f, m->verb, host);
	fprintf(f, ",\"items\":%llu,\"rounds\":%llu", (unsigned long long)o->items,
		(unsigned long long)o->rounds);
	for (size_t i = 0; i < FIGURES_MAX && m->figures[i].name; i++) {
		const struct micro_figure *const figure = &m->figures[i];

		snprintf(key, sizeof(key), "%s_ns", figure->name);
		fputc(',', f);
		json_put_spread(f, key, spreads[i]);
		if (figure->target_mpps > 0)
			fprintf(f, ",\"%s_target_ns\":%.4g", figure->name,
				1e3 / figure->target_mpps);
	}
	fputs("}\n", f);
	return json_close(f, o->json, reterr);
}

static void print_figure(const struct micro_figure *figure, const struct spread *s)
{
	printf("  %-24s %8.2f ns [%.2f-%.2f]  %6.1f million/s", figure->name, s->median, s->min,
	       s->max, 1e3 / s->median);
	if (figure->target_mpps > 0)
		printf("  target %g: %s", figure->target_mpps,
		       1e3 / s->median >= figure->target_mpps ? "met" : "BELOW TARGET");
	putchar('\n');
}

static int report(const struct micro *m, const struct micro_options *o,
		  const struct spread *spreads)
{
	struct host host;
	struct errmsg err;

	host_read("/", &host);
	if (!o->json || strcmp(o->json, "-")) {
		printf("ringtap-bench %s %s  %s\n%s, %s, %d CPUs; %llu items, %llu rounds\n",
		       RINGTAP_VERSION, m->verb, host.when, host.kernel, host.cpu, host.cpus,
		       (unsigned long long)o->items, (unsigned long long)o->rounds);
		for (size_t i = 0; i < FIGURES_MAX && m->figures[i].name; i++)
			print_figure(&m->figures[i], &spreads[i]);
	}
	if (o->json && write_json(m, o, &host, spreads, &err)) {
		fprintf(stderr, "ringtap-bench: %s\n", err.text);
		return BENCH_FAILED;
	}
	return BENCH_OK;
}

static int measure(const struct micro *m, const struct micro_options *o, struct mix_file *mix)
{
	double values[FIGURES_MAX][MICRO_ROUNDS_MAX], once[FIGURES_MAX] = { 0 };
	struct spread spreads[FIGURES_MAX];
	int err;

	if (cpu_pin(GEN_CPU))
		fprintf(stderr, "ringtap-bench: cannot run on CPU %d: times will vary\n", GEN_CPU);
	for (size_t round = 0; round < o->rounds; round++) {
		if (bench_interrupted)
			return BENCH_INTERRUPTED;
		err = m->once(mix, o->items, once);
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

static int prepare_and_measure(const struct micro *m, const struct micro_options *o)
{
	struct mix_file *mix = NULL;
	int ret;

	if (m->wants_mix && mix_file_open(MIN_OF(o->items, (uint64_t)MIX_PACKETS_MAX), &mix)) {
		fprintf(stderr, "ringtap-bench: no memory for the packets\n");
		return BENCH_FAILED;
	}
	ret = measure(m, o, mix);
	mix_file_close(mix);
	return ret;
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
	return prepare_and_measure(m, &o);
}

int cmd_dissect(int argc, char **argv)
{
	static const struct micro m = { "dissect",
					dissect_help,
					{ { "dissect", 0 },
					  { "dissect_and_summary", 0 },
					  { "mix_dissect", 0 },
					  { "mix_dissect_and_summary", 15 },
					  { "mix_inlined_loop", 0 } },
					once_dissect,
					true };

	return micro_main(&m, argc, argv);
}

int cmd_spool(int argc, char **argv)
{
	static const struct micro m = {
		"spool", spool_help, { { "record", 0 } }, once_spool, false
	};

	return micro_main(&m, argc, argv);
}
