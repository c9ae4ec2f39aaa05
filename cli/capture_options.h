/* cli/capture_options.h -- the command line of `ringtap capture`. */
#ifndef CLI_CAPTURE_OPTIONS_H
#define CLI_CAPTURE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/engine.h"
#include "dissect/render.h"

struct capture_options {
	struct engine_config engine;
	enum time_format time;
	uint64_t duration_ns; /* 0: none */
	unsigned verbose;
	bool quiet, json, line_buffered;
	bool list_interfaces;    /* -D */
	const char *filter_file; /* -F: where engine.filter comes from, and again after SIGHUP */
	char *filter;            /* owned; engine.filter points to it */
};

/* 0, or the exit status, complained about (EXIT_DONE + 1000: help was printed). */
enum { CAPTURE_HELP_SHOWN = 1000 };
int capture_options_parse(int argc, char **argv, struct capture_options *ret);

#endif
