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
/* For --name=text: the value through a parser of cli/units.h. False: complained. */
bool option_count(const char *verb, const char *name, const char *text, uint64_t *ret);
bool option_size(const char *verb, const char *name, const char *text, uint64_t *ret);
bool option_duration(const char *verb, const char *name, const char *text, uint64_t *ret);

#endif
