/*
 * pcapio/out_stream.h -- bytes into a descriptor, written by a thread beside the one that makes
 * them.
 *
 * The thread starts with the first full buffer: small outputs need none. The calls come from one
 * thread.
 */
#ifndef PCAPIO_OUT_STREAM_H
#define PCAPIO_OUT_STREAM_H

#include <stddef.h>

#include "core/compiler.h"
#include "core/errmsg.h"

struct out_stream;

/* fd and name, for messages, are borrowed until out_stream_close(). 0 or -ENOMEM. */
int out_stream_open(int fd, const char *name, struct out_stream **ret) must_check;
/*
 * Appends. 0, or -errno of a write, perhaps of earlier bytes and from then on always; -EPIPE comes
 * without text. What follows a failure is thrown away.
 */
int out_stream_put(struct out_stream *s, const void *data, size_t len,
		   struct errmsg *err) must_check;
/* All of it is written. As out_stream_put(). */
int out_stream_flush(struct out_stream *s, struct errmsg *err) must_check;
/* What is not flushed may be lost. NULL is fine. */
void out_stream_close(struct out_stream *s);

#endif
