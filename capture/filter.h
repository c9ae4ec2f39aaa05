/*
 * capture/filter.h -- capture filters as sockets take them.
 *
 * SO_ATTACH_FILTER puts a new filter in the place of the old one at once (the kernel's RCU): each
 * packet meets exactly one of the two, so what both accept is never missed. No privilege is
 * needed, so a filter may be swapped while a capture runs.
 */
#ifndef CAPTURE_FILTER_H
#define CAPTURE_FILTER_H

#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "dissect/filter/filter.h"

/*
 * The program for one socket: what is not wanted of the loopback interface, then the expression
 * (NULL: everything), then the snap length. opt speaks of the socket's packets (target
 * FILTER_SOCKET); ifindex 0 is every interface. 0, or as filter_compile(). The caller's,
 * filter_program_free().
 */
int socket_filter_compile(const char *expr, const struct filter_options *opt, uint32_t ifindex,
			  struct filter_program *ret, struct filter_error *err) must_check;

/* 0 or -errno. From any thread. */
int socket_filter_attach(int fd, const struct filter_program *p) must_check;
int socket_filter_drop_all(int fd) must_check;

#endif
