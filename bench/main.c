/* bench/main.c -- ringtap-bench: the table of verbs. */
#include <getopt.h>
#include <string.h>

#include "bench/bench.h"
#include "core/compiler.h"

static const struct verb verbs[] = {
	{ "generate", "make packets arrive on an interface, exactly counted", cmd_generate },
	{ "capture", "ringtap, tcpdump, dumpcap and netsniff-ng on the same traffic", cmd_capture },
	{ "ring", "what writing adds to capturing", cmd_ring },
	{ "dissect", "finding the layers of a packet", cmd_dissect },
	{ "spool", "handing records from one CPU to another", cmd_spool },
	{ "disk", "the writer alone, fed from memory, and dd", cmd_disk },
	{ "read", "ringtap, tcpdump and tshark on the same file", cmd_read },
	{ "files", "info, merge, convert, cut and their peers on large files", cmd_files },
	{ "filter", "filters: ringtap, tcpdump and tshark on the same file", cmd_filter },
	{ "replay", "ringtap, tcpreplay, netsniff-ng and trafgen sending", cmd_replay },
	{ "bridge", "ringtap and netsniff-ng from one interface to another", cmd_bridge },
	{ "mix", "a file of packets of many protocols, to measure on", cmd_mix },
	{ "all", "all of these", cmd_all },
};

static void print_help(FILE *out)
{
	fputs("usage: ringtap-bench VERB [OPTION]...\n\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].brief);
	fputs("\n'ringtap-bench VERB --help' says more.\n"
	      "  ringtap-bench capture -s 1500 -r full,3.7g --rounds 5 --plot out.svg\n",
	      out);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return BENCH_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		print_help(stdout);
		return BENCH_OK;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("ringtap-bench " RINGTAP_VERSION);
		return BENCH_OK;
	}
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(argv[1], verbs[i].name))
			return verbs[i].main(argc - 1, argv + 1);
	fprintf(stderr, "ringtap-bench: %s: no such verb; see 'ringtap-bench --help'\n", argv[1]);
	return BENCH_USAGE;
}
