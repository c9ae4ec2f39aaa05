/* bench/cmd_filter.c -- filters: ringtap, tcpdump and tshark on the same file, and the parts alone.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/filter.h"
#include "bench/trial.h"

static const char help[] =
	"usage: ringtap-bench filter [OPTION]...\n"
	"\n"
	"Builds a file of packets of many protocols and lets ringtap and tcpdump write what is "
	"'tcp port 80'\n"
	"of it to another file, ringtap and tshark print what a display filter lets through, in "
	"turn; tshark\n"
	"gets the first packets of the file, packets a second are compared. Then the filter "
	"programs "
	"alone:\n"
	"ns a packet, time to compile, instructions beside those of tcpdump -d. Needs no root.\n"
	"\n"
	"  -n, --packets N        in the file (k, M; default 1M)\n"
	"      --peer-packets N   of them for tshark (default 100k)\n"
	"      --rounds N         of all in turn (default 3)\n"
	"      --cpu N            all programs on this CPU; default: any\n"
	"      --ringtap PATH     the binary; default: the one of this build, else from PATH\n"
	"      --dir DIR          files go below this directory and are removed (/var/tmp)\n"
	"      --json FILE        all numbers; - = standard output\n"
	"\n"
	"  ringtap-bench filter -n 1M --rounds 5 --json filter.json\n";

enum { BYTES_A_PACKET = 1500 }; /* the file, and what two programs write of it */

static const char *const file_names[] = { "all.pcap",         "peer.pcap",        "one.pcap",
					  "out-ringtap.pcap", "out-tcpdump.pcap", "log" };

static int make_files(struct filter_bench *b, struct errmsg *err)
{
	const uint64_t packets[] = { b->packets, b->peer_packets, 1 };
	char path[PATH_MAX + 32];
	int code = 0;

	for (size_t i = 0; !code && !bench_interrupted && i < ARRAY_SIZE(packets); i++) {
		snprintf(path, sizeof(path), "%s/%s", b->place.dir, file_names[i]);
		code = mix_write_file(path, packets[i], 1, i ? NULL : &b->stats, err);
	}
	return code;
}

static int measure(struct filter_bench *b)
{
	FILE *const out = b->place.json && !strcmp(b->place.json, "-") ? stderr : stdout;
	struct errmsg err;
	int code = make_files(b, &err);

	if (!code)
		filter_check_races(b);
	for (size_t round = 0; !code && round < b->place.rounds && !bench_interrupted; round++)
		filter_run_round(b, round);
	if (!code)
		code = filter_measure_vm(b, &err);
	if (!code) {
		filter_measure_compile(b);
		filter_ask_tcpdump(b);
	}
	if (bench_interrupted)
		return BENCH_INTERRUPTED;
	if (!code) {
		filter_print_report(b, out);
		code = b->place.json ? filter_write_json(b, &err) : 0;
	}
	if (code)
		fprintf(stderr, "ringtap-bench: %s\n", err.text);
	return code ? BENCH_FAILED : BENCH_OK;
}

/* Returns -1 to go on, else the exit status. */
static int take_option(int opt, const char *text, struct filter_bench *b)
{
	switch (opt) {
	case 'n':
		return workplace_packets(&b->place, text, &b->packets);
	case 'p':
		return workplace_packets(&b->place, text, &b->peer_packets);
	}
	return workplace_option(&b->place, opt, text);
}

int cmd_filter(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "packets", required_argument, NULL, 'n' },
		{ "peer-packets", required_argument, NULL, 'p' },
		WORKPLACE_OPTIONS,
		{ 0 },
	};
	static struct filter_bench b = { .packets = 1000000, .peer_packets = 100000 };
	int opt, ret = -1;

	workplace_begin(&b.place, "filter", help);
	catch_signals();
	while (ret < 0 && (opt = getopt_long(argc, argv, "n:h", longs, NULL)) != -1)
		ret = take_option(opt, optarg, &b);
	if (ret < 0 && optind < argc)
		ret = usage_error("filter", "%s: not understood", argv[optind]);
	b.peer_packets = MIN_OF(b.peer_packets, b.packets);
	if (ret < 0)
		ret = workplace_prepare(&b.place, (b.packets + b.peer_packets) * BYTES_A_PACKET,
					"so many packets");
	if (ret >= 0)
		return ret;
	ret = measure(&b);
	workplace_remove(&b.place, file_names, ARRAY_SIZE(file_names));
	return ret;
}
