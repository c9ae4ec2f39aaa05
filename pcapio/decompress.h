/*
 * pcapio/decompress.h -- the content of compressed data, a piece at a time, in bounded memory.
 *
 * Any number of frames (gzip members, xz streams) in a row, skippable frames of zstd and lz4, and
 * the padding that gzip and xz allow behind one. Not thread-safe; independent of each other.
 */
#ifndef PCAPIO_DECOMPRESS_H
#define PCAPIO_DECOMPRESS_H

#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "pcapio/codec.h"

/* What one decompressor allocates, at most: data that needs a larger window is refused. */
enum { DECOMPRESS_MEMORY_MAX = 20 << 20, DECOMPRESS_ZSTD_WINDOW_LOG = 24 };

struct decompressor;

/* Both are advanced over what was used. */
struct decompress_io {
	const uint8_t *in;
	size_t in_len;
	uint8_t *out;
	size_t out_len;
};

/* 0 or -ENOMEM. */
int decompressor_open(enum codec c, struct decompressor **ret) must_check;
/*
 * Goes on until the input is used up or the output is full; with neither it makes progress. Where
 * the output became full, there may be more without further input. 0, or -errno with the reason:
 * -EBADMSG damaged, or something else stands behind the last frame; -EOPNOTSUPP it needs too much
 * memory, the text has the remedy; -ENOMEM.
 */
int decompressor_run(struct decompressor *d, struct decompress_io *io,
		     struct errmsg *err) must_check;
/* There is no more input: 0, -ENODATA it ends inside a frame, -EBADMSG inside something else. */
int decompressor_end(const struct decompressor *d, struct errmsg *err) must_check;
/* Bytes of input in front of the frame that is decompressed, or of what stands behind the last. */
uint64_t decompressor_frame_offset(const struct decompressor *d);
/* Frames that have ended, each with its checksum where it has one. */
uint64_t decompressor_nr_frames(const struct decompressor *d);
void decompressor_close(struct decompressor *d); /* NULL is fine */

#endif
