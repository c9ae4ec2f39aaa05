/*
 * pcapio/compress.h -- pieces of a stream compressed by a pool of threads, each into a whole frame.
 *
 * A job is one piece: what comes out decompresses by itself, and frames in the order of their
 * pieces are the compressed stream. Jobs are taken in the order of submission and finish in any.
 * compressor_open() lets each thread's context compress a piece of the greatest length, so that the
 * libraries have what they need: whoever opens it may enter a sandbox afterwards (what the threads
 * use then: futex, write to the eventfd; liblzma and, after many short pieces, libzstd may still
 * call malloc: mmap, munmap, mprotect, brk, madvise).
 */
#ifndef PCAPIO_COMPRESS_H
#define PCAPIO_COMPRESS_H

#include <stdatomic.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "pcapio/codec.h"

struct compressor;

struct compress_options {
	enum codec codec;
	int level;           /* 0: the codec's default (zstd 3 for tools, 1 where speed counts) */
	uint32_t nr_threads; /* 0: one a CPU that we may run on, 16 at most */
	uint32_t piece_max;  /* no piece is longer, in bytes; 16 MiB at most */
	uint32_t jobs_max;   /* submitted and not taken back, at most */
	int event_fd;        /* an eventfd that is written to after each job; -1: none */
	/* Of the threads' contexts together, in bytes: fewer threads are started where more would
	 * pass it (xz and high levels take tens of MiB each), but one always. 0: no limit. */
	uint64_t memory_max;
};

/* The caller's until submission, the pool's until `done`, then the caller's again. */
struct compress_job {
	const uint8_t *in;
	uint32_t in_len;
	uint8_t *out; /* compress_bound() bytes */
	uint32_t out_size;
	uint32_t out_len;      /* set by the pool; 0 with `error` */
	int error;             /* 0, or -errno */
	_Atomic uint32_t done; /* release by the pool; load with acquire */
};

/* The most bytes that a piece of len bytes can become. */
uint32_t compress_bound(enum codec c, uint32_t len);
/* The lowest and highest level that a user may ask for. */
void compress_levels(enum codec c, int *ret_min, int *ret_max);
/* How many threads compressor_open() would start for `wanted`, memory aside. */
uint32_t compress_nr_threads(uint32_t wanted);
/* 0 or -errno (-ENOMEM, -EAGAIN: no thread, -EINVAL: level, which err names). Signals are not
 * delivered to threads.
 */
int compressor_open(const struct compress_options *o, struct compressor **ret,
		    struct errmsg *err) must_check;
/* Threads that were started. */
uint32_t compressor_nr_threads(const struct compressor *c);
/* Thread of the opener. The job and its memory are borrowed until it is done. */
void compressor_submit(struct compressor *c, struct compress_job *job);
/* Sleeps until this job is done. Any one thread; it may be another than the one that submits. */
void compressor_wait(struct compressor *c, struct compress_job *job);
/* Waits for what is under way. NULL is fine. */
void compressor_close(struct compressor *c);

/*
 * The end of a zstd file whose frames a reader can find: zstd's "seekable format" 0.1.0, a
 * skippable frame with the lengths of all frames before it. Added to while the file is written;
 * memory grows by 40 bytes a frame up to SEEK_TABLE_FRAMES, behind which the table is given up
 * (the file is then read from its start, like any other). The frames of a pcapng file also get an
 * index by time (frame_index.h), which stands in front of the table and is its last entry.
 */
enum { SEEK_TABLE_FRAMES = 1 << 20 };

struct seek_table;
int seek_table_new(struct seek_table **ret) must_check; /* 0 or -ENOMEM */
void seek_table_add(struct seek_table *t, uint32_t compressed, uint32_t decompressed);
/* What the frame holds that is added next, for the index; without it there is none. */
void seek_table_note(struct seek_table *t, const uint8_t *content, uint32_t len);
/* Index and table, borrowed until the next frame, reset or free; NULL and *ret_len 0 when the table
 * was given up. */
const uint8_t *seek_table_bytes(struct seek_table *t, size_t *ret_len);
void seek_table_reset(struct seek_table *t); /* the next file begins */
void seek_table_free(struct seek_table *t);  /* NULL is fine */

#endif
