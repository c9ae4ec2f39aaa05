/*
 * pcapio/source.h -- the bytes of a file, a pipe or memory, looked at before they are taken.
 *
 * Only read(2), never mmap: a file that shrinks while it is read must end in an error, not SIGBUS.
 * Memory is one buffer, as large as the largest look ahead. Not thread-safe.
 */
#ifndef PCAPIO_SOURCE_H
#define PCAPIO_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"

struct source;

/* "-" is standard input, which source_close() leaves open. 0 or -errno; *ret only when 0. */
int source_open(const char *path, struct source **ret, struct errmsg *err) must_check;
/* Borrows data until source_close(); name is copied. 0 or -ENOMEM. */
int source_open_memory(const char *name, const void *data, size_t len,
		       struct source **ret) must_check;
/*
 * The next bytes without taking them, valid until the next peek; *ret_len is how many there are:
 * len, or fewer at the end of the file. 0 or -errno (of read(2), or -ENOMEM). -EAGAIN, only after
 * source_never_wait(): they are not there yet. Nothing is taken and nothing lost, ask again later.
 */
int source_peek(struct source *s, size_t len, const uint8_t **ret, size_t *ret_len) must_check;
/* Takes bytes that were peeked at; what was peeked stays valid. */
void source_consume(struct source *s, size_t len);
/* Where in the file the next byte lies. */
uint64_t source_offset(const struct source *s);
/* As the user knows it: the path, or "standard input". */
const char *source_name(const struct source *s);
/* From now on source_peek() returns -EAGAIN instead of waiting for a pipe, socket or terminal. */
void source_never_wait(struct source *s);
/* What to poll(2) for more bytes; -1: a file or memory, which nobody has to wait for. */
int source_poll_fd(const struct source *s);
void source_close(struct source *s); /* NULL is fine */

#endif
