/*
 * cli/filter_options.h -- what the verbs that take filter expressions share: names of link types,
 * options, complaints that point into the expression.
 */
#ifndef CLI_FILTER_OPTIONS_H
#define CLI_FILTER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "dissect/filter/filter.h"

/* A number, or a name in any case, LINKTYPE_ or DLT_ in front or not; libpcap's EN10MB too. */
bool linktype_parse(const char *text, uint16_t *ret);
/* "ETHERNET", or "link type 147" in memory of the caller. */
const char *linktype_text(uint16_t linktype, char ret[32]);
/* The words from `first` on with blanks between; the caller's, free(). NULL: out of memory. */
char *filter_join_words(int argc, char **argv, int first);
/* For --filter-mode libpcap|extended. False: complained. */
bool option_filter_mode(const char *verb, const char *text, struct filter_options *o);
/* For --netmask 255.255.255.0|0xffffff00|/24. False: complained. */
bool option_netmask(const char *verb, const char *text, struct filter_options *o);
/* On stderr: verb and what it is about, the expression, a caret under the place, the reason. */
void filter_complain(const char *verb, const char *about, const char *expr,
		     const struct filter_error *e);

#endif
