/* pcapio/decompress_internal.h -- what frames and the codecs share; for pcapio/ only. */
#ifndef PCAPIO_DECOMPRESS_INTERNAL_H
#define PCAPIO_DECOMPRESS_INTERNAL_H

#include <lz4frame.h>
#include <lzma.h>
#include <stdbool.h>
#include <zlib.h>
#include <zstd.h>

#include "pcapio/decompress.h"

enum { FRAME_HEAD_MAX = 4 };

struct decompress_ops {
	uint32_t head_len; /* bytes that tell a frame from padding and from what is none */
	int (*open)(struct decompressor *d);
	int (*begin)(struct decompressor *d); /* the next frame; 0 or -ENOMEM */
	/* One call of the library: 1 = the frame has ended, 0 = not yet, -errno. */
	int (*step)(struct decompressor *d, struct decompress_io *io, struct errmsg *err);
	void (*close)(struct decompressor *d);
};

extern const struct decompress_ops decompress_codecs[CODEC_NR];

enum decompress_state { BETWEEN_FRAMES, SKIP_LENGTH, SKIPPED, IN_FRAME };

struct decompressor {
	const struct decompress_ops *ops;
	enum codec codec;
	enum decompress_state state;
	uint8_t head[FRAME_HEAD_MAX];
	uint32_t head_len; /* gathered */
	uint32_t head_fed; /* of them, how many the library has had */
	uint32_t skip;
	bool begun;       /* a frame was met */
	uint64_t taken;   /* bytes of input, before the call that is under way */
	uint64_t begins;  /* of these, in front of the frame that was begun last */
	uint64_t nr_ends; /* frames */
	union {
		z_stream gzip;
		ZSTD_DCtx *zstd;
		LZ4F_dctx *lz4;
		lzma_stream xz;
	} lib;
};

#endif
