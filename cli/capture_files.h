/*
 * cli/capture_files.h -- the options of `ringtap capture`, and of other verbs that capture beside
 * what they do, that say which files there will be: how large, how many, compressed, synced, and
 * what happens to them when they are finished.
 */
#ifndef CLI_CAPTURE_FILES_H
#define CLI_CAPTURE_FILES_H

#include <getopt.h>
#include <stdbool.h>

#include "cli/capture_options.h"

/* Values of the long options. */
enum {
	FILES_ROTATE_PACKETS = 512,
	FILES_KEEP_BYTES,
	FILES_KEEP_FREE,
	FILES_POST,
	FILES_POST_JOBS,
	FILES_COMPRESS_LEVEL,
	FILES_COMPRESS_THREADS,
	FILES_DURABLE,
};

/*
 * A verb's own table, which ends with an entry of zeros, and these options behind it: getopt_long()
 * wants them in one. Static, of the last call; at most CAPTURE_FILE_TABLE_MAX entries in all.
 */
enum { CAPTURE_FILE_TABLE_MAX = 128 };
const struct option *capture_file_table(const struct option *own);

/* The verb that takes them, for complaints; "capture" otherwise. A string constant. */
void capture_files_of(const char *verb);
/* 1: it was one of these and is taken; 0: it is none of these; -1: a bad value, complained. */
int capture_file_option(int opt, const char *value, struct engine_config *c);
/* True when they fit each other and the name of the output, which says form and codec; complained
 * otherwise. */
bool capture_files_finish(struct engine_config *c);

#endif
