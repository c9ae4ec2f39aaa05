/* cli/cut_options.h -- the command line of `ringtap cut`. */
#ifndef CLI_CUT_OPTIONS_H
#define CLI_CUT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cut_duplicates.h"
#include "cli/cut_ranges.h"
#include "cli/moment.h"
#include "cli/out_options.h"
#include "dissect/filter/filter.h"

enum { CUT_INTERFACES_MAX = 256 }; /* --interface on one command line; and files open at a time */

enum cut_duplicates { DUPLICATES_KEEP, DUPLICATES_DROP, DUPLICATES_ONLY };

struct cut_split {
	uint64_t packets, bytes, span_ns; /* each 0: not by this */
	bool interface;
};

/* Strings are borrowed from the command line. */
struct cut_options {
	const char *file;
	struct out_options out;
	uint32_t snaplen; /* 0: packets are not cut */
	struct moment from, to;
	struct number_ranges packets, length, captured; /* each empty: any */
	const char *interfaces[CUT_INTERFACES_MAX];
	size_t nr_interfaces; /* 0: any */
	const char *filter;   /* capture filter, or NULL */
	const char *display;  /* display filter, or NULL */
	struct filter_options filter_options;
	uint64_t count, skip; /* UINT64_MAX: all */
	uint64_t last;        /* 0: not given */
	enum cut_duplicates duplicates;
	struct duplicate_window window;
	bool window_given;
	struct cut_split split;
	bool quiet, json;
};

/* -1: go on; else the exit status, complained about where it is not EXIT_DONE. */
int cut_options_parse(int argc, char **argv, struct cut_options *o);
/* Does one input become several files? */
static inline bool cut_is_split(const struct cut_options *o)
{
	return o->split.packets || o->split.bytes || o->split.span_ns || o->split.interface;
}

#endif
