/* cli/probe_options.h -- the command line of `ringtap probe`. */
#ifndef CLI_PROBE_OPTIONS_H
#define CLI_PROBE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "dissect/filter/filter.h"

enum {
	PROBE_COUNT_DEFAULT = 100,
	PROBE_SENDS_MAX = 10000, /* payloads times --repeat */
	PROBE_PPS_DEFAULT = 10,
	PROBE_PPS_MAX = 1000,
};

/* Strings are borrowed from the command line, but for a filter out of a file. */
struct probe_options {
	const char *target; /* HOST:PORT; NULL: nothing is sent, recorded replies are compared */
	const char *file;   /* NULL: only the checks of --skype */
	const char *filter; /* capture filter, or NULL */
	struct filter_options filter_options;
	uint64_t count, repeat, pps;
	uint64_t wait_ns; /* for a reply */
	uint16_t from_port;
	bool tcp, skype, full, quiet, json;
};

/* -1: go on; else the exit status, complained about where it is not EXIT_DONE. */
int probe_options_parse(int argc, char **argv, struct probe_options *o);

#endif
