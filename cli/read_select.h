/*
 * cli/read_select.h -- which packets of the files `read` takes: the part of time, the capture
 * filter, the display filter, and how many of what is left.
 */
#ifndef CLI_READ_SELECT_H
#define CLI_READ_SELECT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/packet_filter.h"
#include "cli/read_options.h"

enum selection_verdict {
	SELECT_TAKE,
	SELECT_PASS,   /* outside of what was asked for */
	SELECT_REJECT, /* the capture filter does not accept it: as if it was not in the file */
	SELECT_END,    /* nothing that comes can be wanted */
};

/* All zeros but o and filter, which are borrowed. */
struct selection {
	const struct read_options *o;
	struct packet_filter *filter; /* NULL: every packet */
	uint64_t seen;                /* packets looked at: the number of the last one */
	uint64_t matched, taken;      /* by selection_count() */
	uint64_t from_ns, to_ns, stop_ns;
};

/*
 * By time and capture filter, for the next frame in order; r is its reader, NULL for a summary. A
 * verdict or -errno, after a complaint. Hot.
 */
int selection_next(struct selection *s, const struct reader *r,
		   const struct frame_view *f) must_check;

/* One that matched everything: TAKE, or PASS while --skip counts. */
static inline enum selection_verdict selection_count(struct selection *s)
{
	if (++s->matched <= s->o->skip)
		return SELECT_PASS;
	s->taken++;
	return SELECT_TAKE;
}

/* -c has been reached. */
static inline bool selection_done(const struct selection *s)
{
	return s->taken >= s->o->count;
}

#endif
