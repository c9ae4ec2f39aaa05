/* bench/cmd_mix.c -- the packets that `read` and `dissect` are measured on, as a file. */
#include <getopt.h>

#include "bench/bench.h"
#include "bench/mix.h"

static const char help[] =
	"usage: ringtap-bench mix -w FILE [OPTION]...\n"
	"\n"
	"Writes a pcap file of packets of many protocols, in the sizes and with the sequences that "
	"they have\n"
	"on a link: what read and dissect measure on. Says as JSON what is in it. Of 1000 "
	"packets:\n"
	"\n";

static const char help_options[] =
	"\n"
	"A quarter of the conversations is IPv6, a tenth has an 802.1Q tag, some go through VXLAN "
	"or GRE.\n"
	"\n"
	"  -w, --write FILE   a new one\n"
	"  -n, --packets N    k, M (default 1M); fewer are the first ones of more\n"
	"      --seed N       other packets of the same sort (default 1)\n"
	"\n"
	"  ringtap-bench mix -w mix.pcap -n 100k\n";

static int write_mix(const char *path, uint64_t packets, uint64_t seed)
{
	struct mix_stats stats;
	struct errmsg err;

	if (mix_write_file(path, packets, seed, &stats, &err)) {
		fprintf(stderr, "ringtap-bench: %s\n", err.text);
		return BENCH_FAILED;
	}
	printf("{\"packets\":%llu,\"bytes\":%llu,\"mean_bytes\":%.1f,\"conversations\":%llu",
	       (unsigned long long)stats.packets, (unsigned long long)stats.bytes,
	       stats.packets ? (double)stats.bytes / (double)stats.packets : 0,
	       (unsigned long long)stats.flows);
	for (size_t i = 0; mix_kind_name(i); i++)
		printf(",\"%s\":%llu", mix_kind_name(i), (unsigned long long)stats.kinds[i]);
	puts("}");
	return BENCH_OK;
}

int cmd_mix(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "write", required_argument, NULL, 'w' },
		{ "packets", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	uint64_t packets = 1000000, seed = 1;
	const char *path = NULL;
	int opt;

	while ((opt = getopt_long(argc, argv, "w:n:h", longs, NULL)) != -1)
		switch (opt) {
		case 'w':
			path = optarg;
			break;
		case 'n':
			if (!parse_scaled(optarg, &packets))
				return usage_error("mix", "'%s': not a number of packets", optarg);
			break;
		case 's':
			if (!parse_scaled(optarg, &seed))
				return usage_error("mix", "'%s': not a number", optarg);
			break;
		case 'h':
			fputs(help, stdout);
			mix_print_shares(stdout);
			fputs(help_options, stdout);
			return BENCH_OK;
		default:
			return usage_error("mix", "what is wrong stands above");
		}
	if (optind < argc)
		return usage_error("mix", "%s: not understood", argv[optind]);
	if (!path)
		return usage_error("mix", "no file given: -w FILE");
	return write_mix(path, packets, seed);
}
