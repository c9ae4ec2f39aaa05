/*
 * core/errmsg.h -- why something failed, in words for a person: the thing, the reason, the remedy.
 *
 * Libraries fill one and return -errno; only cli/ prints it.
 */
#ifndef CORE_ERRMSG_H
#define CORE_ERRMSG_H

#include "core/compiler.h"

struct errmsg {
	char text[512];
};

/* Formats into err (may be NULL) and returns code, a negative errno, so that callers can return it.
 */
int errmsg_set(struct errmsg *err, int code, const char *fmt, ...) printf_like(3, 4);

#endif
