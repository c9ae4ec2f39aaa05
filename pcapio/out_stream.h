/*
 * pcapio/out_stream.h -- bytes into a descriptor, compressed and written by threads beside the one
 * that makes them.
 *
 * Full buffers go through a codec, if there is one, into whole frames that end where an item ends,
 * and are written in order by a thread, which starts with the first full buffer: small outputs need
 * none. Uncompressed regular files are written past the page cache once they are large. Memory is
 * bounded by OUT_STREAM_MEMORY, whatever is written. The calls come from one thread.
 */
#ifndef PCAPIO_OUT_STREAM_H
#define PCAPIO_OUT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "pcapio/codec.h"

enum {
	OUT_STREAM_ROOM = 64 << 10, /* what one call of out_stream_room() may ask for */
	OUT_STREAM_MEMORY = 48 << 20,
};

struct out_stream_options {
	int fd;           /* borrowed until out_stream_close() */
	const char *name; /* for messages; borrowed too */
	enum codec codec;
	int level;        /* 0: the codec's default */
	uint32_t threads; /* that compress; 0: by the CPUs */
	bool own_file;    /* fd is nobody else's, and at the start of an empty file */
	bool many;        /* one of many: one small buffer, no thread of its own */
};

/* Where the next byte goes: the first member of every struct out_stream. */
struct out_place {
	uint8_t *pos, *limit; /* a buffer is handed over before a byte beyond its limit is begun */
};

struct out_stream;

/* 0, -ENOMEM, or as compressor_open(). */
int out_stream_open(const struct out_stream_options *o, struct out_stream **ret,
		    struct errmsg *err) must_check;
/*
 * Appends. 0, or -errno of a write, perhaps of earlier bytes and from then on always; -EPIPE comes
 * without text. What follows a failure is thrown away.
 */
int out_stream_put(struct out_stream *s, const void *data, size_t len,
		   struct errmsg *err) must_check;
/* The next buffer begins: the slow half of out_stream_room(). */
int out_stream_next(struct out_stream *s, struct errmsg *err) must_check;
/* All of it is written. As out_stream_put(). */
int out_stream_flush(struct out_stream *s, struct errmsg *err) must_check;
/* Flushes, ends the compressed form (zstd's table of frames), gives unused space back. As
 * out_stream_put(). Nothing may be put behind it. */
int out_stream_finish(struct out_stream *s, struct errmsg *err) must_check;
/* Bytes put in so far, before compression. */
uint64_t out_stream_bytes(const struct out_stream *s);
/* What is not flushed may be lost. NULL is fine. */
void out_stream_close(struct out_stream *s);

/*
 * Room for an item of len bytes, at most OUT_STREAM_ROOM, which the caller fills in whole and takes
 * with out_stream_take(), or leaves. As out_stream_put(). Inline, for the packet path.
 */
static inline must_check int out_stream_room(struct out_stream *s, uint8_t **ret,
					     struct errmsg *err)
{
	const struct out_place *place = (const struct out_place *)(const void *)s;

	if (unlikely(place->pos >= place->limit)) {
		const int code = out_stream_next(s, err);

		if (code)
			return code;
	}
	*ret = place->pos;
	return 0;
}

static inline void out_stream_take(struct out_stream *s, size_t len)
{
	((struct out_place *)(void *)s)->pos += len;
}

#endif
