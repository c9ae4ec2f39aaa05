/*
 * pcapio/compress_codec.h -- one thread's compressor of one codec; for compress.c.
 *
 * A context is made by the opener and used by one thread. It has compressed a piece of the greatest
 * length when compress_context_open() returns, so that what the libraries allocate exists by then.
 */
#ifndef PCAPIO_COMPRESS_CODEC_H
#define PCAPIO_COMPRESS_CODEC_H

#include <stdint.h>

#include "core/compiler.h"
#include "pcapio/compress.h"

struct compress_context;

/* level 0: the default. 0, -ENOMEM, or -EIO: the library refuses to work. */
int compress_context_open(enum codec c, int level, uint32_t piece_max,
			  struct compress_context **ret) must_check;
/* Makes one frame of the job's piece: sets out_len and error. */
void compress_context_run(struct compress_context *ctx, struct compress_job *job);
/* Bytes that the context holds, about. */
uint64_t compress_context_memory(const struct compress_context *ctx);
void compress_context_close(struct compress_context *ctx); /* NULL is fine */

#endif
