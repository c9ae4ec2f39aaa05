/* cli/bridge_options.h -- the command line of `ringtap bridge`. */
#ifndef CLI_BRIDGE_OPTIONS_H
#define CLI_BRIDGE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/bridge.h"
#include "capture/engine.h"

struct bridge_options {
	struct bridge_config bridge;
	struct engine_config tap; /* tap.output is NULL: none */
	uint64_t duration_ns;     /* 0: none */
	bool quiet, verbose, json;
	const char *filter_file; /* where the filter comes from, NULL: the command line */
	char *filter;            /* owned; both configurations point to it */
};

/* -1: go on; else the exit status: help, or complained about. */
int bridge_options_parse(int argc, char **argv, struct bridge_options *ret);

#endif
