/* cli/moment.h -- points in time as people type them: --from and --to. */
#ifndef CLI_MOMENT_H
#define CLI_MOMENT_H

#include <stdint.h>

#include "core/compiler.h"

enum moment_kind {
	MOMENT_NONE,     /* not given */
	MOMENT_ABSOLUTE, /* ns since 1970, UTC */
	MOMENT_SINCE,    /* ns after the first packet */
	MOMENT_CLOCK,    /* ns after midnight, local time, of the first packet's day */
};

struct moment {
	enum moment_kind kind;
	uint64_t ns;
};

/*
 * "2026-11-21 17:03:25.5", with 'T' for the blank or 'Z' behind it (UTC; else local time), seconds
 * and their fraction left out at will; "17:03:25" of the first packet's day; "1700000000.25"
 * seconds since 1970; "+1.5min" after the first packet. 0 or -EINVAL.
 */
int moment_parse(const char *text, struct moment *ret) must_check;
/* The moment in ns since 1970 in a capture whose first packet is of first_ns. Not MOMENT_NONE. */
uint64_t moment_resolve(const struct moment *m, uint64_t first_ns);

#endif
