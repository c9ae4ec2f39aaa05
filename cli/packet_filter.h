/*
 * cli/packet_filter.h -- a capture filter over the packets of files: compiled once for each link
 * type that is met.
 */
#ifndef CLI_PACKET_FILTER_H
#define CLI_PACKET_FILTER_H

#include <stdint.h>

#include "core/compiler.h"
#include "core/frame.h"
#include "dissect/filter/filter.h"
#include "pcapio/reader.h"

struct packet_filter;

/*
 * Checks the syntax; what depends on a link type is checked when it is met. expr and verb (for
 * complaints) are borrowed until packet_filter_close(), options are copied. 0, -EINVAL after a
 * complaint on stderr, -ENOMEM.
 */
int packet_filter_open(const char *verb, const char *expr, const struct filter_options *options,
		       struct packet_filter **ret) must_check;
/* The same over a program, which it owns from now on: one for every link type. 0 or -ENOMEM. */
int packet_filter_open_program(struct filter_program *program,
			       struct packet_filter **ret) must_check;
void packet_filter_close(struct packet_filter *f); /* NULL is fine */
/* Compiles for the interfaces that a file describes so far. 0, or as packet_filter_accepts(). */
int packet_filter_prepare(struct packet_filter *f, const struct reader *r) must_check;
/*
 * 1 the frame, which r has just delivered, is accepted; 0 it is not; -EINVAL the expression does
 * not go with its link type, after a complaint that names file and interface; -ENOMEM. Hot.
 */
int packet_filter_accepts(struct packet_filter *f, const struct reader *r,
			  const struct frame_view *frame) must_check;

#endif
