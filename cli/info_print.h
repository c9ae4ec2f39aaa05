/* cli/info_print.h -- the three forms of what info_collect() has found. They append to `out`. */
#ifndef CLI_INFO_PRINT_H
#define CLI_INFO_PRINT_H

#include <stdio.h>

#include "cli/info_collect.h"

enum info_state {
	INFO_WHOLE,
	INFO_CUT,         /* ends too early, or in zeros */
	INFO_DAMAGED,     /* what stands there is not possible */
	INFO_UNREADABLE,  /* read(2) failed */
	INFO_INTERRUPTED, /* by a signal, before its end */
};

enum info_state info_state(const struct info *in);
const char *info_state_name(enum info_state s); /* "whole", "cut off", ... */
uint64_t info_duration_ns(const struct info *in);

void info_print_text(const struct info *in, FILE *out);
void info_print_json(const struct info *in, FILE *out);
/* The names of the columns of info_print_row(). */
void info_print_heads(FILE *out);
void info_print_row(const struct info *in, FILE *out);

#endif
