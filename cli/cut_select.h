/*
 * cli/cut_select.h -- which packets of a file `cut` takes, and why the others were left out.
 *
 * Asked in the order of enum cut_cause; what one leaves out the next are not asked about.
 */
#ifndef CLI_CUT_SELECT_H
#define CLI_CUT_SELECT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cut_options.h"
#include "cli/display_judge.h"
#include "cli/packet_filter.h"
#include "pcapio/reader_seek.h"

enum cut_cause {
	CUT_NUMBER,
	CUT_TIME,
	CUT_LENGTH,
	CUT_INTERFACE,
	CUT_FILTER,
	CUT_DISPLAY,
	CUT_DUPLICATES, /* with --only-duplicates: those that are none */
	CUT_COUNT,      /* --skip and --last */
	CUT_NR_CAUSES,
};

struct cut_selection {
	const struct cut_options *o;
	struct packet_filter *filter; /* borrowed; NULL: every packet */
	struct display_judge display;
	struct duplicates *duplicates; /* NULL: not asked for */
	/* Of each of the file's interfaces that was met: 0 not yet looked at, 1 wanted, 2 not. */
	uint8_t *interfaces;
	size_t nr_interfaces;
	bool interface_met[CUT_INTERFACES_MAX]; /* which --interface has found one */
	size_t at_number, at_length, at_captured;
	uint64_t from_ns, to_ns, stop_ns;
	uint64_t skip, count; /* as the options say, or as --last comes to */

	uint64_t seen;           /* packets looked at: the number of the last one */
	uint64_t matched, taken; /* before and after --skip */
	uint64_t left_out[CUT_NR_CAUSES];
	bool early;                  /* the last packet was older than --from */
	uint64_t statistics_early;   /* blocks that were, and are left out */
	struct reader_passed passed; /* without being read; packets and blocks are counted above */
	bool done;                   /* nothing that comes can be wanted */
};

/* filter, registry and display are borrowed, each may be NULL. 0 or -ENOMEM; closed in any case. */
int cut_selection_open(struct cut_selection *s, const struct cut_options *o,
		       struct packet_filter *filter, const struct registry *registry,
		       const struct display_filter *display) must_check;
void cut_selection_close(struct cut_selection *s);
/* Is it about a time before --from? The first packet's time is what --from may be counted from. */
bool cut_is_early(const struct cut_selection *s, const struct reader *r,
		  const struct reader_block *block);
/*
 * When `early`: passes over what the file's index says is older than --from, too, and counts it. 0;
 * -ESPIPE: it cannot be, and need not be tried again; -errno of the reader.
 */
int cut_pass_over(struct cut_selection *s, struct reader *r, struct errmsg *err) must_check;
/* For the next frame of r: 1 it is taken, 0 it is left out, -errno after a complaint. Hot. */
int cut_select(struct cut_selection *s, const struct reader *r,
	       const struct frame_view *f) must_check;

#endif
