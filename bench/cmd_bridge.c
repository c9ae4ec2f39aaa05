/* bench/cmd_bridge.c -- from one interface to another: ringtap bridge against netsniff-ng. */
#include <getopt.h>
#include <string.h>

#include "bench/bridge.h"
#include "bench/run.h"
#include "bench/trial.h"
#include "core/clock.h"

static const char help[] =
	"usage: ringtap-bench bridge [OPTION]...\n"
	"\n"
	"Makes packets come in on one interface, lets ringtap bridge and netsniff-ng, in turn, "
	"pass them\n"
	"on to another, and counts them where they arrive: the highest rate without loss, what "
	"passes at\n"
	"full speed, and the latency of numbered packets. Needs root and two CPUs.\n"
	"\n"
	"  -s, --size LIST        frame sizes (default 64,1500; 1500 = the MTU: 1514 bytes)\n"
	"  -t, --duration TIME    of each rate that is tried, some ten to twenty for each program\n"
	"                         (default 1s)\n"
	"      --rounds N         of all in turn (default 3)\n"
	"      --cpu N            the programs on this CPU (default 1; packets come in on CPU 0)\n"
	"      --ringtap PATH     the binary; default: the one of this build, else from PATH\n"
	"      --dir DIR          their messages go below this directory (/var/tmp)\n"
	"      --json FILE        all numbers; - = standard output\n"
	"\n"
	"  ringtap-bench bridge -s 64 --rounds 5 --json bridge.json\n";

enum { LOG_BYTES = 1 << 20 };

static struct bridge_bench bench = { .step_ns = NS_PER_SEC };

static int measure(struct bridge_bench *b)
{
	FILE *const out = b->place.json && !strcmp(b->place.json, "-") ? stderr : stdout;
	struct errmsg err;
	int code = bridge_prepare(b, &err);

	if (!code && cpu_pin(BRIDGE_GEN_CPU))
		code = errmsg_set(&err, -1, "cannot run on CPU %d", BRIDGE_GEN_CPU);
	for (size_t i = 0; i < b->nr_sizes; i++)
		for (size_t round = 0; !code && round < b->place.rounds && !bench_interrupted;
		     round++)
			code = bridge_run_round(b, i, round, &err);
	if (bench_interrupted)
		return BENCH_INTERRUPTED;
	if (!code) {
		bridge_print_report(b, out);
		code = b->place.json ? bridge_write_json(b, &err) : 0;
	}
	if (code)
		fprintf(stderr, "ringtap-bench: %s\n", err.text);
	return code ? BENCH_FAILED : BENCH_OK;
}

/* Returns -1 to go on, else the exit status. */
static int take_option(int opt, const char *text, struct bridge_bench *b)
{
	switch (opt) {
	case 's':
		return workplace_sizes(&b->place, text, b->sizes, BRIDGE_SIZES_MAX, &b->nr_sizes);
	case 't':
		if (parse_duration(text, &b->step_ns))
			return -1;
		return usage_error("bridge", "'%s': not a time", text);
	}
	return workplace_option(&b->place, opt, text);
}

int cmd_bridge(int argc, char **argv)
{
	static const char *const file_names[] = { "log" };
	static const struct option longs[] = {
		{ "size", required_argument, NULL, 's' },
		{ "duration", required_argument, NULL, 't' },
		WORKPLACE_OPTIONS,
		{ 0 },
	};
	struct bridge_bench *const b = &bench;
	int opt, ret;

	workplace_begin(&b->place, "bridge", help);
	b->place.cpu = 1;
	catch_signals();
	ret = take_option('s', "64,1500", b);
	while (ret < 0 && (opt = getopt_long(argc, argv, "s:t:h", longs, NULL)) != -1)
		ret = take_option(opt, optarg, b);
	if (ret < 0 && optind < argc)
		ret = usage_error("bridge", "%s: not understood", argv[optind]);
	if (ret < 0 && b->place.cpu == BRIDGE_GEN_CPU)
		ret = usage_error("bridge", "CPU %d is where the packets come in", BRIDGE_GEN_CPU);
	if (ret < 0)
		ret = workplace_prepare(&b->place, LOG_BYTES, "messages");
	if (ret >= 0)
		return ret;
	ret = measure(b);
	workplace_remove(&b->place, file_names, ARRAY_SIZE(file_names));
	return ret;
}
