/*
 * pcapio/frame_index.h -- what each frame of a compressed pcapng file holds: from when to when its
 * packets are, how many, and whether anything else stands there.
 *
 * Lies in the file as a skippable frame of zstd in front of its table of frames, which lists it
 * (compress.h), so that every program that reads zstd passes over it. Little-endian:
 *
 *	u32 0x184d2a5b, u32 length of what follows, 8 bytes "RTINDEX1", u32 CRC-32 (zlib's) of
 *	what is behind it, and for each frame
 *	u64 first_ns, u64 last_ns, u32 packets, u32 statistics, u32 flags, u32 begin
 */
#ifndef PCAPIO_FRAME_INDEX_H
#define PCAPIO_FRAME_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"

enum {
	FRAME_INDEX_MAX = 1 << 17, /* frames, about 128 GiB; a file of more has no index */
	FRAME_INDEX_HEADER = 20,   /* up to the first frame's */
	FRAME_INDEX_ENTRY = 32,
};

enum frame_flag {
	FRAME_HAS_OTHERS = 1 << 0, /* blocks that are neither packets, statistics nor fillers */
};

/* Times in ns since 1970, statistics' included; both 0 where there is nothing that has one. A
 * packet or block belongs to the frame in which it begins. */
struct frame_content {
	uint64_t first_ns, last_ns;
	uint32_t packets, statistics;
	uint32_t flags;
	uint32_t begin; /* bytes at its start that are a block's of a frame before */
};

/* One is made while the file is written, by the thread that writes it. */
struct frame_index;
int frame_index_new(struct frame_index **ret) must_check; /* 0 or -ENOMEM */
/*
 * What the next frame holds: a piece of a pcapng file, which follows the piece before. Anything
 * else than pcapng, or a lack of memory, and the file gets no index. About 32 bytes a frame.
 */
void frame_index_add(struct frame_index *x, const uint8_t *content, size_t len);
/* Bytes in the file; 0: there is none for so many frames. */
size_t frame_index_size(const struct frame_index *x, size_t nr_frames);
void frame_index_put(const struct frame_index *x, uint8_t *to); /* as many */
void frame_index_reset(struct frame_index *x);                  /* the next file begins */
void frame_index_free(struct frame_index *x);                   /* NULL is fine */

/* len bytes of a file into nr frames. 0, or -ESPIPE: they are no index of so many. */
int frame_index_parse(const uint8_t *bytes, size_t len, struct frame_content *ret,
		      size_t nr) must_check;

#endif
