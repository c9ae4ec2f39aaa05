/*
 * pcapio/source.h -- the content of a file, a pipe or memory, looked at before it is taken.
 *
 * What is compressed (codec.h) is decompressed on the way: all offsets count the content then.
 * Only read(2), never mmap: a file that shrinks while it is read must end in an error, not SIGBUS.
 * Memory is one buffer, as large as the largest look ahead, and what a decompressor needs
 * (DECOMPRESS_MEMORY_MAX). Not thread-safe.
 */
#ifndef PCAPIO_SOURCE_H
#define PCAPIO_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "pcapio/codec.h"
#include "pcapio/frame_index.h"

struct source;

/* "-" is standard input, which source_close() leaves open. 0 or -errno; *ret only when 0. */
int source_open(const char *path, struct source **ret, struct errmsg *err) must_check;
/* Borrows data until source_close(); name is copied. 0 or -ENOMEM. */
int source_open_memory(const char *name, const void *data, size_t len,
		       struct source **ret) must_check;
/*
 * The next bytes without taking them, valid until the next peek; *ret_len is how many there are:
 * len, or fewer at the end of the content. 0, or -errno with source_failure() in words, where fewer
 * are there than len; those that are there come first, on request, and what failed once fails
 * again. -ENODATA: compressed data ends early; -EBADMSG: it is damaged, or something else follows;
 * -EOPNOTSUPP: it needs more memory than is given; -ESTALE: a file that is followed was cut.
 * -EAGAIN, only after source_never_wait(): they are not there yet. Nothing is taken and nothing
 * lost, ask again later.
 */
int source_peek(struct source *s, size_t len, const uint8_t **ret, size_t *ret_len) must_check;
/* Takes bytes that were peeked at; what was peeked stays valid. */
void source_consume(struct source *s, size_t len);
/* Where in the content the next byte lies: in the file, where that is not compressed. */
uint64_t source_offset(const struct source *s);
/* How far the file itself is read, compressed as it is: behind source_offset() by what is peeked
 * ahead where it is plain. */
uint64_t source_file_offset(const struct source *s);
/* As the user knows it: the path, or "standard input". */
const char *source_name(const struct source *s);
/* Known once the first bytes were peeked at. */
enum codec source_codec(const struct source *s);
/* Why source_peek() failed, for the file's name in front: "from byte 77 of the
 * file on: damaged ...". */
const char *source_failure(const struct source *s);

/*
 * For who opens many: the size of one read(2) and of the first buffer, before the first peek; a
 * power of two, 4 KiB to 1 MiB. By default 256 KiB, 1 MiB for large files. The buffer still grows
 * for a large look ahead.
 */
void source_set_chunk(struct source *s, size_t bytes);
/* From now on source_peek() returns -EAGAIN instead of waiting for a pipe, socket or terminal. */
void source_never_wait(struct source *s);
/* What to poll(2) for more bytes; -1: a file or memory, which nobody has to wait for. */
int source_poll_fd(const struct source *s);

/*
 * From now on a regular file's end is waited for, as that of a pipe: it is still written. Space of
 * zeros that was allocated ahead counts as its end. Such a file has ended when it is deleted or its
 * path is another's, a second after its last byte. 0 or -errno. Nothing for a pipe or memory.
 */
int source_follow(struct source *s) must_check;
/* Why following has ended: "was deleted"; NULL: it has not. */
const char *source_follow_ended(const struct source *s);

/* A frame of a seekable zstd file: where it begins in the file and in the content. */
struct source_frame {
	uint64_t file_offset, offset;
};

enum { SOURCE_FRAMES_MAX = 1 << 18 }; /* more are not kept: such a file is read from its start */

/*
 * The frames of a regular zstd file that ends in a table of them which adds up (compress.h); one
 * more entry is their end. The table is the source's. Our own frames begin with a block or record.
 * 0, -ESPIPE where there is no such table, -ENOMEM, -errno of pread(2).
 */
int source_frames(struct source *s, const struct source_frame **ret, size_t *ret_nr) must_check;
/*
 * What each of source_frames() holds, as the index of a pcapng file that ringtap wrote says. The
 * source's. 0, -ESPIPE where there is none, and as source_frames().
 */
int source_frame_contents(struct source *s, const struct frame_content **ret) must_check;

/*
 * Goes to this offset of the content, at most its end: of a plain regular file, of memory, and of a
 * file that has source_frames(), which is decompressed from the start of the frame on. 0; -ESPIPE
 * where that cannot be had, and everything stays as it was; -errno as source_peek(). A table that
 * lies leads to content that is not there: what is read then must make sense by itself.
 */
int source_seek(struct source *s, uint64_t offset) must_check;

/* Where in a compressed file the frame begins that was met last, also the one that is damaged; 0 of
 * what is not compressed. */
uint64_t source_frame_offset(const struct source *s);
/* Of a regular file when it was opened, or memory; 0 of a pipe. */
uint64_t source_file_size(const struct source *s);
/* Bytes of a regular file or memory as they lie there: how many, 0 = the end, -ESPIPE of a pipe,
 * -errno of pread(2). */
ssize_t source_pread(const struct source *s, void *to, size_t len, uint64_t file_offset) must_check;
/*
 * Goes on at this place of a regular file or memory, where a compressed frame begins: also after a
 * failure, and in a file that was taken for one that is not compressed. What was peeked at is
 * dropped; source_offset() goes on counting. 0; -ESPIPE of a pipe, -ENOMEM: nothing has changed.
 */
int source_restart(struct source *s, enum codec codec, uint64_t file_offset) must_check;

void source_close(struct source *s); /* NULL is fine */

#endif
