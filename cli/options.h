/* cli/options.h -- what the verbs' option parsing shares: complaints that name the option. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * getopt's '?' and ':' in our words; with an option string that starts with ':'. A long option that
 * does not exist gets the nearest one suggested. Returns EXIT_USAGE.
 */
int option_error(const char *verb, int argc, char **argv, int opt, const struct option *options);
/* The options of a verb, for options_take(). */
struct option_set {
	const char *verb;
	const char *letters; /* as getopt_long(3) wants them; ':' first */
	const struct option *table;
	const char *help;
	int help_value;                   /* what `table` gives for --help */
	bool (*take)(int opt, void *arg); /* one option, its value in optarg; false: complained */
};
/* -1: all are taken, and argv from optind on is the rest; else the exit status: help, or a mistake.
 */
int options_take(const struct option_set *set, int argc, char **argv, void *arg);
/* For --name=text: the value through a parser of cli/units.h. False: complained. */
bool option_count(const char *verb, const char *name, const char *text, uint64_t *ret);
bool option_size(const char *verb, const char *name, const char *text, uint64_t *ret);
bool option_duration(const char *verb, const char *name, const char *text, uint64_t *ret);

#endif
