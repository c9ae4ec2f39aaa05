/*
 * cli/cut_blocks.h -- what a part of a pcapng file needs to be read alone: the section's header,
 * its interfaces, and the names and secrets that have come so far.
 */
#ifndef CLI_CUT_BLOCKS_H
#define CLI_CUT_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "pcapio/packet_out.h"
#include "pcapio/reader.h"

enum {
	CUT_BLOCKS_MAX = 8 << 20,        /* bytes of names, secrets and others that are kept */
	CUT_DESCRIPTIONS_MAX = 16 << 20, /* of a section's header and its interfaces */
};

struct kept_block;

/* All zeros at first. */
struct cut_blocks {
	struct kept_block *list;
	size_t nr, size;
	uint64_t bytes, described; /* of what the two bound */
	uint64_t dropped;          /* blocks that had no room, or no part before the next section */
};

/*
 * A copy of what later parts need; a section header forgets the section before. With `once` of any
 * block: there is no part yet, and the first one gets it. 0, -ENOMEM, -E2BIG: the descriptions are
 * too large to be repeated.
 */
int cut_blocks_keep(struct cut_blocks *b, const struct reader_block *block, bool once,
		    struct errmsg *err) must_check;
/* All of them into a new part. 0 or -errno of packet_out_block(). */
int cut_blocks_replay(struct cut_blocks *b, struct packet_out *out, const struct reader *r,
		      struct errmsg *err) must_check;
void cut_blocks_free(struct cut_blocks *b);

#endif
