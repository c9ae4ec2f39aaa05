/* cli/cut_parts.h -- where the packets of `cut` go: one file, or many. */
#ifndef CLI_CUT_PARTS_H
#define CLI_CUT_PARTS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/cut_blocks.h"
#include "cli/cut_options.h"
#include "cli/out_report.h"
#include "pcapio/packet_out.h"
#include "pcapio/reader.h"

enum {
	CUT_PARTS_MAX = 100000, /* files of one run */
	CUT_PARTS_OPEN = 256,   /* at the same time: interfaces with packets */
};

struct part;

/* All zeros but what comes first, which is borrowed. */
struct cut_parts {
	const struct cut_options *o;
	const struct packet_out_options *out; /* of each part but its path */

	struct part *parts; /* open ones: one, or with --split-interface one for each */
	size_t nr_parts;
	uint32_t *part_of; /* of each of the reader's interfaces, plus one; 0: none */
	size_t nr_interfaces;
	struct cut_blocks blocks;

	bool write_failed; /* the end of some part is missing */
	uint64_t nr_made;
	char first[PATH_MAX], last[PATH_MAX]; /* names of what was made */
	struct packet_out_counts total;       /* of those that are closed */
	struct out_losses losses;
	uint64_t blocks_left_out; /* statistics of an interface that has no part */
};

/* The one file, so that it fails before anything is read; parts come with their packets. 0 or
 * -errno of packet_out_open(). */
int cut_parts_open(struct cut_parts *p, struct errmsg *err) must_check;
/* What r, at READER_BLOCK, stands at. 0 or -errno. */
int cut_parts_block(struct cut_parts *p, const struct reader *r, struct errmsg *err) must_check;
/* A frame that r has delivered. 0 or -errno, -EPIPE without text. */
int cut_parts_add(struct cut_parts *p, const struct reader *r, const struct frame_view *f,
		  struct errmsg *err) must_check;
/* What is there now can be read by others. 0 or -errno. */
int cut_parts_flush(struct cut_parts *p, struct errmsg *err) must_check;
/*
 * Ends all files; with `discard` those without a packet are removed. If there was no packet the
 * file that is left describes the interfaces of r. 0 or -errno. In any case everything is freed.
 */
int cut_parts_close(struct cut_parts *p, const struct reader *r, bool discard,
		    struct errmsg *err) must_check;

#endif
