/* bench/cmd_replay.c -- sending recorded packets: ringtap and its peers over a veth pair. */
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "bench/netns.h"
#include "bench/replay.h"
#include "bench/run.h"
#include "bench/trial.h"

static const char help[] =
	"usage: ringtap-bench replay [OPTION]...\n"
	"\n"
	"Sends packets over a veth pair as fast as they go: ringtap replay through the TX ring "
	"and as XDP\n"
	"live frames, tcpreplay, netsniff-ng and trafgen, in turn, each on one CPU; counts what "
	"arrives.\n"
	"Then a file with known gaps, by ringtap and tcpreplay, at its own pace: how far the gaps "
	"are from\n"
	"those recorded. Needs root and two CPUs.\n"
	"\n"
	"  -s, --size LIST        frame sizes (default 64,512,1500; 1500 = the MTU: 1514 bytes)\n"
	"  -n, --packets N        in each run (k, M; default 2M); too few cannot be measured\n"
	"      --file-packets N   in the file that goes round (default 1k)\n"
	"  -p, --parts WHAT       speed, timing or all (default)\n"
	"      --timed-packets N  in the file with known gaps, 20000 a second (default 100k)\n"
	"      --rounds N         of all in turn (default 3)\n"
	"      --cpu N            all programs on this CPU (default 0; trafgen has no other)\n"
	"      --ringtap PATH     the binary; default: the one of this build, else from PATH\n"
	"      --dir DIR          files go below this directory and are removed (/var/tmp)\n"
	"      --json FILE        all numbers; - = standard output\n"
	"\n"
	"  ringtap-bench replay -s 64,1500 --rounds 5 --json replay.json\n";

static const char *const file_names[] = { REPLAY_FILE, REPLAY_LARGE, REPLAY_CONF, REPLAY_TIMED,
					  "log" };

static struct replay_bench bench = { .packets = 2000000,
				     .file_packets = 1000,
				     .timed_packets = 100000,
				     .speed = true,
				     .timing = true };

static int take_parts(struct replay_bench *b, const char *text)
{
	const bool all = !strcmp(text, "all");

	b->speed = all || !strcmp(text, "speed");
	b->timing = all || !strcmp(text, "timing");
	return b->speed || b->timing ? -1
				     : usage_error("replay", "'%s': speed, timing or all", text);
}

/* Returns -1 to go on, else the exit status. */
static int take_option(int opt, const char *text, struct replay_bench *b)
{
	switch (opt) {
	case 's':
		return workplace_sizes(&b->place, text, b->sizes, REPLAY_SIZES_MAX, &b->nr_sizes);
	case 'p':
		return take_parts(b, text);
	case 'n':
		return workplace_packets(&b->place, text, &b->packets);
	case 'f':
		return workplace_packets(&b->place, text, &b->file_packets);
	case 't':
		return workplace_packets(&b->place, text, &b->timed_packets);
	}
	return workplace_option(&b->place, opt, text);
}

static int make_links(struct errmsg *err)
{
	int code = netns_enter(err);

	if (!code)
		code = netns_add_veth(REPLAY_IF, REPLAY_PEER, err);
	return code ? code : netns_set_gro(REPLAY_PEER, true, err);
}

static int measure(struct replay_bench *b)
{
	FILE *const out = b->place.json && !strcmp(b->place.json, "-") ? stderr : stdout;
	struct errmsg err;
	int code = make_links(&err);

	if (!code)
		replay_find_programs(b);
	/* The others' CPU is not ours. */
	if (!code && b->place.host.cpus > 1)
		code = cpu_pin(b->place.cpu ? 0 : 1) ? errmsg_set(&err, -1, "cannot choose a CPU")
						     : 0;
	for (size_t i = 0; b->speed && !code && i < b->nr_sizes; i++) {
		code = replay_make_files(b, i, &err);
		for (size_t round = 0; !code && round < b->place.rounds; round++)
			replay_run_round(b, i, round);
	}
	if (!code && b->timing && !bench_interrupted)
		code = replay_measure_timing(b, &err);
	if (bench_interrupted)
		return BENCH_INTERRUPTED;
	if (!code) {
		replay_print_report(b, out);
		code = b->place.json ? replay_write_json(b, &err) : 0;
	}
	if (code)
		fprintf(stderr, "ringtap-bench: %s\n", err.text);
	return code ? BENCH_FAILED : BENCH_OK;
}

int cmd_replay(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "size", required_argument, NULL, 's' },
		{ "packets", required_argument, NULL, 'n' },
		{ "parts", required_argument, NULL, 'p' },
		{ "file-packets", required_argument, NULL, 'f' },
		{ "timed-packets", required_argument, NULL, 't' },
		WORKPLACE_OPTIONS,
		{ 0 },
	};
	struct replay_bench *const b = &bench;
	int opt, ret;

	workplace_begin(&b->place, "replay", help);
	b->place.cpu = 0;
	catch_signals();
	ret = take_option('s', "64,512,1500", b);
	while (ret < 0 && (opt = getopt_long(argc, argv, "s:n:p:h", longs, NULL)) != -1)
		ret = take_option(opt, optarg, b);
	if (ret < 0 && optind < argc)
		ret = usage_error("replay", "%s: not understood", argv[optind]);
	if (ret < 0)
		ret = workplace_prepare(&b->place, 2ull * REPLAY_LARGE_BYTES, "the files");
	if (ret >= 0)
		return ret;
	ret = measure(b);
	workplace_remove(&b->place, file_names, ARRAY_SIZE(file_names));
	return ret;
}
