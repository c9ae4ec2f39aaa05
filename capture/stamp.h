/*
 * capture/stamp.h -- turns a ring block into file bytes, inside the block.
 *
 * While user space owns a block the kernel reads back only its status word, so every other byte
 * may be rewritten. Two forms, both pcapng:
 *
 *   in place   packet bytes stay where the kernel put them. The 28 bytes in front of each become
 * the head of an enhanced packet block (over the tail of the frame's own header), what lies between
 * its end and the next such head becomes padding, options and trailing length. packed     the
 * packets are moved together, dense, to the front of the block.
 *
 * The block starts with the kernel's descriptor under a local-use block head (its status word
 * stays) and, in the private area, a statistics block. Gaps are zeroed: nothing of an earlier lap
 * of the ring leaves.
 *
 * Use: stamp_begin(), then for every frame in order block_next_frame(), block_frame_complete(),
 * stamp_frame(), then stamp_end(). A frame's header must have been read before the frame is
 * stamped.
 */
#ifndef CAPTURE_STAMP_H
#define CAPTURE_STAMP_H

#include <stdint.h>

#include "capture/block.h"

enum stamp_form { STAMP_INPLACE, STAMP_PACKED };

struct stamper {
	uint8_t *base;
	uint32_t size; /* bytes of the block */
	uint32_t interface_id;
	enum stamp_form form;
	bool whole_pages; /* the run ends on a page boundary: written with O_DIRECT from here */
	bool keep_hash;
	uint32_t queue;          /* epb_queue, UINT32_MAX: not known */
	uint64_t dropped_before; /* packets lost between the previous block and this one's first
				    packet */

	/* private */
	uint32_t head; /* in place: offset of the open packet block; packed: where the next goes */
	uint32_t first_head; /* in place: offset of the first packet block */
	uint32_t data_end;   /* in place: end of the open block's packet bytes */
	struct block_frame last;
	uint32_t frames;
	uint64_t cap_bytes;
	uint64_t first_ts_ns;
};

/* What came out; offsets from the start of the block. */
struct stamp_run {
	uint32_t offset, len;
	uint32_t packets;
	uint64_t cap_bytes;
	uint64_t first_ts_ns, last_ts_ns;
};

struct stamp_statistics {
	uint64_t received,
		dropped; /* of this interface so far, see pcapng_interface_statistics() */
};

/* The caller has set the fields above `private`. */
void stamp_begin(struct stamper *s);
void stamp_frame(struct stamper *s, struct block_frame *f);
void stamp_end(struct stamper *s, const struct stamp_statistics *stats, struct stamp_run *ret);

#endif
