/* cli/generate_options.h -- the command line of `ringtap generate`. */
#ifndef CLI_GENERATE_OPTIONS_H
#define CLI_GENERATE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/out_options.h"
#include "cli/send_options.h"
#include "dissect/craft/craft.h"

enum {
	GENERATE_FRAMES_DEFAULT = 1000, /* where neither a number nor a time is given */
	GENERATE_PPS_DEFAULT = 1000,
	GENERATE_THREADS_MAX = 64,
};

struct generate_options {
	struct craft_options craft;
	struct send_options send;
	struct out_options out;
	const char *interface; /* -i; NULL: none */
	const char *file;      /* -f; NULL: none */
	char **words;          /* descriptions on the command line */
	int nr_words;
	uint64_t count;       /* frames; 0: no end but the duration's */
	uint64_t duration_ns; /* 0: none */
	uint64_t print;       /* frames to show; 0: none */
	uint32_t threads;     /* that send */
};

/* -1: all is taken; else the exit status. */
int generate_options_parse(int argc, char **argv, struct generate_options *o);

#endif
