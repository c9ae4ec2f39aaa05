/*
 * cli/send_options.h -- the options of the verbs that make traffic: how fast, which way out of the
 * interface, how patient, which report.
 */
#ifndef CLI_SEND_OPTIONS_H
#define CLI_SEND_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#include "capture/pace.h"
#include "capture/sender.h"

/* Values of the long options; a verb's own begin elsewhere. */
enum {
	SEND_OPTION_PPS = 0x5000,
	SEND_OPTION_BITRATE,
	SEND_OPTION_TOPSPEED,
	SEND_OPTION_QDISC,
	SEND_OPTION_XDP,
	SEND_OPTION_PATIENCE,
};

/* Entries for a verb's table of struct option; the letters 't', 'q' and 'j' are theirs. */
#define SEND_OPTIONS                                                           \
	{ "pps", required_argument, NULL, SEND_OPTION_PPS },                   \
		{ "bitrate", required_argument, NULL, SEND_OPTION_BITRATE },   \
		{ "topspeed", no_argument, NULL, 't' },                        \
		{ "qdisc", no_argument, NULL, SEND_OPTION_QDISC },             \
		{ "xdp", no_argument, NULL, SEND_OPTION_XDP },                 \
		{ "patience", required_argument, NULL, SEND_OPTION_PATIENCE }, \
		{ "quiet", no_argument, NULL, 'q' },                           \
	{                                                                      \
		"json", no_argument, NULL, 'j'                                 \
	}

/* Their lines in a verb's --help. */
#define SEND_RATE_HELP                                                                        \
	"      --pps N             frames a second, over all interfaces: 1000, 0.5, 1.2M\n"   \
	"      --bitrate RATE      bits a second of frames, without preamble and FCS: 100M, " \
	"2.5G\n"                                                                              \
	"  -t, --topspeed          as fast as they go\n"
#define SEND_WAY_HELP                                                                        \
	"      --qdisc             through the queueing discipline (tc), not past it\n"      \
	"      --xdp               as XDP live frames: faster where the driver takes them\n" \
	"      --patience TIME     how long a link that is down or full is waited for (10s)\n"
#define SEND_REPORT_HELP                          \
	"  -q, --quiet             errors only\n" \
	"  -j, --json              the report as JSON, on standard output\n"

struct send_options {
	struct pace_config pace; /* pace.mode as send_options_default() has it, or as asked */
	bool pace_given;         /* --pps, --bitrate or --topspeed */
	bool qdisc, xdp;
	uint64_t patience_ns;
	bool quiet, json;
};

/* Everything as it is without options; PACE_RECORDED at speed 1. */
void send_options_default(struct send_options *o);
/* 1 = it was one of these and is taken, 0 = not one of these, -1 = a bad value, complained. */
int send_option(const char *verb, int option, const char *value, struct send_options *o);
/* When all are taken: whether they fit each other. False: complained. */
bool send_options_finish(const char *verb, const struct send_options *o);
/* For a sender on this interface: what the options say; stopped is send_watch_stopped(). */
void send_options_config(const struct send_options *o, const char *interface,
			 struct sender_config *ret);

#endif
