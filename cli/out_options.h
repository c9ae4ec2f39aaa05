/*
 * cli/out_options.h -- the options of every verb that writes a capture file out of others:
 * -w FILE, --format, --compress, --level, --threads, --force.
 */
#ifndef CLI_OUT_OPTIONS_H
#define CLI_OUT_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>

#include "pcapio/packet_out.h"

/* Values of the long options; a verb's own begin elsewhere. */
enum {
	OUT_OPTION_FORMAT = 0x4000,
	OUT_OPTION_COMPRESS,
	OUT_OPTION_LEVEL,
	OUT_OPTION_THREADS,
	OUT_OPTION_FORCE,
};

/* Entries for a verb's table of struct option; 'w' is -w. */
#define OUT_OPTIONS                                                           \
	{ "write-file", required_argument, NULL, 'w' },                       \
		{ "format", required_argument, NULL, OUT_OPTION_FORMAT },     \
		{ "compress", required_argument, NULL, OUT_OPTION_COMPRESS }, \
		{ "level", required_argument, NULL, OUT_OPTION_LEVEL },       \
		{ "threads", required_argument, NULL, OUT_OPTION_THREADS },   \
	{                                                                     \
		"force", no_argument, NULL, OUT_OPTION_FORCE                  \
	}

/* Their lines in a verb's --help. */
#define OUT_OPTIONS_HELP                                                                       \
	"  -w, --write-file FILE   where the packets go; - is standard output. The name says " \
	"the\n"                                                                                \
	"                          form: .pcap is classic, else pcapng; .gz .zst .lz4 .xz "    \
	"behind\n"                                                                             \
	"                          it compress\n"                                              \
	"      --format NAME       pcapng, pcap (microseconds) or pcap-ns, whatever the name " \
	"says\n"                                                                               \
	"      --compress NAME     gzip, zstd, lz4, xz or none, whatever the name says\n"      \
	"      --level N           of compression\n"                                           \
	"      --threads N         that compress (default: one a CPU)\n"                       \
	"      --force             replace a file of that name\n"

struct out_options {
	const char *path;     /* of -w; NULL: not given */
	const char *format;   /* pcapng, pcap, pcap-ns; NULL: by the name */
	const char *compress; /* gzip, zstd, lz4, xz, none; NULL: by the name */
	int level;
	bool level_given;
	uint32_t threads; /* 0: not given */
	bool force;
};

/* 1 = it was one of these and is taken, 0 = not one of these, -1 = a bad value, complained. */
int out_option(const char *verb, int option, const char *value, struct out_options *o);
/* What the output will be; complains where the options do not fit each other. `inputs` for
 * packet_out, which is told of them. */
bool out_options_finish(const char *verb, const struct out_options *o, const char *const *inputs,
			size_t nr_inputs, struct packet_out_options *ret);

/* "pcapng", "pcap", "pcap-ns" */
const char *out_format_name(enum packet_format format);
/* -s BYTES of such a verb. False: complained. */
bool out_snaplen(const char *verb, const char *text, uint32_t *ret);

#endif
