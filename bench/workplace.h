/*
 * bench/workplace.h -- what measurements of programs on files have in common: which programs, how
 * often, on which CPU, and a directory of their own.
 */
#ifndef BENCH_WORKPLACE_H
#define BENCH_WORKPLACE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/bench.h"

enum { WORKPLACE_ROUNDS_MAX = 99 };

struct workplace {
	const char *verb, *help;
	char ringtap[PATH_MAX], dir[PATH_MAX]; /* dir: first the parent, then our own in it */
	const char *json;                      /* NULL: not wanted */
	uint64_t rounds;
	int cpu; /* of all programs; -1: all CPUs */
	struct host host;
};

/* Three rounds, any CPU, below /var/tmp; the binary of this build. */
void workplace_begin(struct workplace *w, const char *verb, const char *help);

/* For an array of struct option: what workplace_option() knows. */
#define WORKPLACE_OPTIONS                                                                          \
	{ "rounds", required_argument, NULL, 'o' }, { "cpu", required_argument, NULL, 'c' },       \
		{ "ringtap", required_argument, NULL, 'R' },                                       \
		{ "dir", required_argument, NULL, 'd' }, { "json", required_argument, NULL, 'j' }, \
	{                                                                                          \
		"help", no_argument, NULL, 'h'                                                     \
	}

/* Anything else is an error. Returns -1 to go on, else the exit status. */
int workplace_option(struct workplace *w, int opt, const char *text);
/* A number of packets, at least four. */
int workplace_packets(const struct workplace *w, const char *text, uint64_t *ret);
/* A list of frame sizes that an Ethernet interface takes as it is made: 60 to 1514 bytes. */
int workplace_sizes(const struct workplace *w, const char *list, uint32_t *sizes, size_t max,
		    size_t *ret_nr);
/*
 * The host, and a directory with room for so many bytes; `what` says what needs it. Returns -1 to
 * go on, else the exit status, complained about.
 */
int workplace_prepare(struct workplace *w, uint64_t bytes, const char *what);
/* The path of a file there. */
void workplace_path(const struct workplace *w, const char *name, char ret[PATH_MAX + 64]);
/* Removes these files, where they exist, and the directory. */
void workplace_remove(const struct workplace *w, const char *const *names, size_t nr);

#endif
