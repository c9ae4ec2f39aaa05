/* cli/generate_text.h -- the descriptions of `ringtap generate`: where they come from, and what is
 * wrong with them. */
#ifndef CLI_GENERATE_TEXT_H
#define CLI_GENERATE_TEXT_H

#include "cli/generate_options.h"

/*
 * Compiles the file of -f and the words of the command line, one description behind the other. 0,
 * or -errno after a complaint (-EINVAL: a description is not understood).
 */
int generate_compile(const struct generate_options *o, struct craft **ret) must_check;

#endif
