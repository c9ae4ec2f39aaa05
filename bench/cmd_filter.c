/* bench/cmd_filter.c -- filters: ringtap, tcpdump and tshark on the same file, and the parts alone.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
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
		snprintf(path, sizeof(path), "%s/%s", b->dir, file_names[i]);
		code = mix_write_file(path, packets[i], 1, i ? NULL : &b->stats, err);
	}
	return code;
}

static void remove_files(const struct filter_bench *b)
{
	char path[PATH_MAX + 32];

	for (size_t i = 0; i < ARRAY_SIZE(file_names); i++) {
		snprintf(path, sizeof(path), "%s/%s", b->dir, file_names[i]);
		unlink(path);
	}
	rmdir(b->dir);
}

static int measure(struct filter_bench *b)
{
	FILE *const out = b->json && !strcmp(b->json, "-") ? stderr : stdout;
	struct errmsg err;
	int code = make_files(b, &err);

	if (!code)
		filter_check_races(b);
	for (size_t round = 0; !code && round < b->rounds && !bench_interrupted; round++)
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
		code = b->json ? filter_write_json(b, &err) : 0;
	}
	if (code)
		fprintf(stderr, "ringtap-bench: %s\n", err.text);
	return code ? BENCH_FAILED : BENCH_OK;
}

/* Everything that can be wrong before anything runs. Returns -1 to go on, else the exit status. */
static int prepare(struct filter_bench *b)
{
	const size_t len = strlen(b->dir);
	struct statvfs fs;

	b->peer_packets = MIN_OF(b->peer_packets, b->packets);
	if (statvfs(b->dir, &fs)) {
		fprintf(stderr, "ringtap-bench: %s: %s\n", b->dir, strerror(errno));
		return BENCH_FAILED;
	}
	if ((uint64_t)fs.f_bavail * fs.f_frsize / BYTES_A_PACKET < b->packets + b->peer_packets) {
		fprintf(stderr, "ringtap-bench: %s: %llu packets are too much for its free room\n",
			b->dir, (unsigned long long)b->packets);
		return BENCH_FAILED;
	}
	host_read(b->dir, &b->host);
	if ((size_t)snprintf(b->dir + len, sizeof(b->dir) - len, "/ringtap-bench.XXXXXX") >=
		    sizeof(b->dir) - len ||
	    !mkdtemp(b->dir)) {
		fprintf(stderr, "ringtap-bench: %s: cannot make a directory there\n", b->dir);
		return BENCH_FAILED;
	}
	return -1;
}

/* Returns -1 to go on, else the exit status. */
static int take_option(int opt, const char *text, struct filter_bench *b)
{
	uint64_t v;

	switch (opt) {
	case 'n':
	case 'p':
		if (!parse_scaled(text, &v) || v < 4)
			return usage_error("filter", "'%s': not a number of packets", text);
		*(opt == 'n' ? &b->packets : &b->peer_packets) = v;
		break;
	case 'o':
		if (!parse_scaled(text, &b->rounds) || !b->rounds || b->rounds > FILTER_ROUNDS_MAX)
			return usage_error("filter", "'%s': 1 to %d rounds", text,
					   FILTER_ROUNDS_MAX);
		break;
	case 'c':
		if (!parse_scaled(text, &v) || v >= 4096)
			return usage_error("filter", "'%s': not a CPU", text);
		b->cpu = (int)v;
		break;
	case 'R':
		snprintf(b->ringtap, sizeof(b->ringtap), "%s", text);
		break;
	case 'd':
		snprintf(b->dir, sizeof(b->dir), "%s", text);
		break;
	case 'j':
		b->json = text;
		break;
	case 'h':
		fputs(help, stdout);
		return BENCH_OK;
	default:
		return usage_error("filter", "what is wrong stands above");
	}
	return -1;
}

int cmd_filter(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "packets", required_argument, NULL, 'n' },
		{ "peer-packets", required_argument, NULL, 'p' },
		{ "rounds", required_argument, NULL, 'o' },
		{ "cpu", required_argument, NULL, 'c' },
		{ "ringtap", required_argument, NULL, 'R' },
		{ "dir", required_argument, NULL, 'd' },
		{ "json", required_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	static struct filter_bench b = { .dir = "/var/tmp",
					 .packets = 1000000,
					 .peer_packets = 100000,
					 .rounds = 3,
					 .cpu = -1 };
	int opt, ret = -1;

	find_ringtap(b.ringtap, sizeof(b.ringtap));
	catch_signals();
	while (ret < 0 && (opt = getopt_long(argc, argv, "n:h", longs, NULL)) != -1)
		ret = take_option(opt, optarg, &b);
	if (ret >= 0)
		return ret;
	if (optind < argc)
		return usage_error("filter", "%s: not understood", argv[optind]);
	ret = prepare(&b);
	if (ret >= 0)
		return ret;
	ret = measure(&b);
	remove_files(&b);
	return ret;
}
