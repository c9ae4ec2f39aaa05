/* cli/replay_options.h -- the command line of `ringtap replay`. */
#ifndef CLI_REPLAY_OPTIONS_H
#define CLI_REPLAY_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/merge.h"
#include "cli/send_options.h"
#include "core/limits.h"
#include "dissect/filter/filter.h"
#include "dissect/rewrite/rewrite.h"

enum {
	REPLAY_FILES_MAX = 4096,
	REPLAY_THREADS_MAX = 64,
};

/* Which interface a packet goes to. */
enum replay_split {
	REPLAY_SPLIT_NONE, /* there is one */
	REPLAY_SPLIT_FILE,
	REPLAY_SPLIT_INTERFACE,
	REPLAY_SPLIT_DIRECTION,
	REPLAY_SPLIT_ALL, /* to every one */
};

/* What becomes of a frame that is longer than the interface takes. */
enum replay_mtu { REPLAY_MTU_SKIP, REPLAY_MTU_FRAGMENT, REPLAY_MTU_TRUNCATE, REPLAY_MTU_STOP };

/* And of one of which the capture has only a part. */
enum replay_cut { REPLAY_CUT_SEND, REPLAY_CUT_PAD, REPLAY_CUT_SKIP };

struct replay_to {
	const char *name; /* of the interface that sends */
	const char *of;   /* name or number of the file's interface; NULL: by their order */
	uint64_t number;  /* what `of` is as a number; UINT64_MAX: it is none */
};

struct replay_options {
	const char *files[REPLAY_FILES_MAX]; /* borrowed from argv */
	size_t nr_files;
	bool files_are_words; /* not behind -r */
	const char *filter;   /* capture filter, or NULL */
	struct filter_options filter_options;
	struct merge_window window; /* of several files */
	struct replay_to to[INTERFACES_MAX];
	size_t nr_to;
	enum replay_split split;
	struct send_options send;
	uint64_t loops; /* rounds; 0: for ever */
	bool preload;
	uint64_t count;       /* packets in all; UINT64_MAX: all */
	uint64_t duration_ns; /* 0: no end */
	uint32_t threads;     /* an interface */
	enum replay_mtu mtu;
	enum replay_cut cut;
	bool ignore_df;
	bool convert; /* --rewrite */
	struct rewrite rewrite;
};

/* -1: go on; else the exit status, complained about where it is not EXIT_DONE. */
int replay_options_parse(int argc, char **argv, struct replay_options *o);

#endif
