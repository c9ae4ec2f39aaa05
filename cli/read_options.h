/* cli/read_options.h -- the command line of `ringtap read`. */
#ifndef CLI_READ_OPTIONS_H
#define CLI_READ_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/merge.h"
#include "cli/moment.h"
#include "cli/printer.h"
#include "dissect/filter/filter.h"

enum { READ_FILES_MAX = 4096 };

struct read_options {
	const char *files[READ_FILES_MAX]; /* borrowed from argv */
	size_t nr_files;
	bool files_are_words; /* not behind -r */
	const char *filter;   /* capture filter, or NULL */
	const char *display;  /* display filter, or NULL */
	struct filter_options filter_options;
	const char *write; /* -w, or NULL: packets are printed */
	bool force;
	uint64_t count; /* UINT64_MAX: all */
	uint64_t skip;
	struct moment from, to;
	unsigned verbose;
	unsigned time_letters; /* how many -t */
	unsigned numeric;      /* how many -n */
	bool line_buffered;
	struct merge_window window;
	bool window_given;
	struct printer_options print;
};

/* -1: go on; else the exit status, complained about where it is not EXIT_DONE. */
int read_options_parse(int argc, char **argv, struct read_options *o);

#endif
