/*
 * pcapio/writer_compress.c -- compressed files: records into pieces, pieces into frames by a pool
 * of threads, frames into the stream in the order of their pieces.
 *
 * A piece is about a megabyte of whole records and becomes a frame that decompresses by itself. A
 * ring block lies in one piece only and goes back to the kernel when that piece's frame is in the
 * file, so a killed writer has lost nothing: what it had not written is still in the ring. When
 * the threads cannot follow, pieces run out, blocks stay queued, and the ring takes up the rest. A
 * piece does not wait for long to become full: a file can be followed while it grows, and a ring
 * of many small blocks is not held up.
 *
 * Where packets of one block may go into several pieces (--write sorted, --rotate-packets) they are
 * copied one by one and the block is given back before: there the killed writer's pieces are lost,
 * and counted.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "core/bytes.h"
#include "core/clock.h"
#include "core/log.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/writer_internal.h"

enum {
	PIECE = 1 << 20,
	SLACK = 64 << 10,   /* heads of a record, and the statistics of 256 rings */
	LEARNT = 256 << 10, /* bytes after which the ratio so far is believed */
	LEVEL = 1,          /* unasked: speed counts */
	NICENESS = 5,       /* the workers come first */
	PIECES_SPARE = 3,   /* one being filled, one being written, one for a file's start */
	FEW_PART = 4,       /* of a ring's blocks may wait for company */
};

#define PIECE_NS (NS_PER_SEC / 2)
#define TAIL_NS  (NS_PER_SEC / 4)

#define CONTEXTS_MAX (512ull << 20)

/* Who opens the pool passes on to its threads what it is itself. */
struct opener {
	struct writer *w;
	struct compress_options options;
	struct compressor *pool;
	struct errmsg err;
	int code;
};

/* The CPUs that no worker is bound to; all, where that leaves none. */
static void leave_workers_alone(const struct writer *w)
{
	cpu_set_t set;
	uint32_t i;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return;
	for (i = 0; i < w->nr_rings; i++)
		if (w->rings[i].shared->cpu >= 0)
			CPU_CLR(w->rings[i].shared->cpu, &set);
	if (CPU_COUNT(&set))
		(void)sched_setaffinity(0, sizeof(set), &set);
}

static void *open_pool(void *arg)
{
	struct opener *o = arg;

	leave_workers_alone(o->w);
	(void)setpriority(PRIO_PROCESS, 0, NICENESS); /* on Linux: this thread's */
	o->code = compressor_open(&o->options, &o->pool, &o->err);
	return NULL;
}

static uint32_t chosen_threads(const struct writer *w)
{
	cpu_set_t set;

	if (w->config->compress_threads)
		return w->config->compress_threads;
	return sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : (uint32_t)CPU_COUNT(&set);
}

static int open_threads(struct writer *w, struct errmsg *err)
{
	struct compression *c = &w->zip;
	struct opener o = {
		.w = w,
		.options = { .codec = (enum codec)w->config->codec,
			     .level = w->config->compress_level ? w->config->compress_level : LEVEL,
			     .nr_threads = chosen_threads(w),
			     .piece_max = c->piece_size,
			     .jobs_max = c->nr_pieces,
			     .event_fd = WRITER_FD_WAKE,
			     .memory_max = CONTEXTS_MAX }
	};
	pthread_t thread;
	int ret = pthread_create(&thread, NULL, open_pool, &o);

	if (ret)
		return errmsg_set(err, -ret, "writer: no thread to compress: %s", strerror(ret));
	pthread_join(thread, NULL);
	if (o.code < 0) {
		*err = o.err;
		return o.code;
	}
	c->pool = o.pool;
	return 0;
}

static int open_pieces(struct compression *c, enum codec codec)
{
	const uint32_t out_size = compress_bound(codec, c->piece_size);
	const size_t in = align_up(c->piece_size, FILE_PAGE), each = in + align_up(out_size, 64);
	uint8_t *base;
	uint32_t i;

	c->pieces = calloc(c->nr_pieces, sizeof(*c->pieces));
	/* Pages that no piece has reached cost nothing. */
	base = mmap(NULL, each * c->nr_pieces, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!c->pieces || base == MAP_FAILED)
		return -ENOMEM;
	for (i = 0; i < c->nr_pieces; i++) {
		struct piece *p = &c->pieces[i];

		p->data = base + i * each;
		p->job.in = p->data;
		p->job.out = p->data + in;
		p->job.out_size = out_size;
	}
	return 0;
}

int writer_compress_open(struct writer *w, struct errmsg *err)
{
	struct compression *c = &w->zip;
	uint32_t i, blocks = 0, longest = PIECE, few = UINT32_MAX;

	if (w->config->format != OUTPUT_STREAM || !w->config->codec || w->config->pipe)
		return 0;
	for (i = 0; i < w->nr_rings; i++) {
		blocks += w->rings[i].shared->nr_blocks;
		longest = MAX_OF(longest, w->rings[i].shared->block_size);
		few = MIN_OF(few, w->rings[i].shared->nr_blocks / FEW_PART);
	}
	c->few = MAX_OF(few, 1u);
	w->nowhere.failed = true;
	/* A block goes into an empty piece behind the file's header; so does the longest packet. */
	c->holds = !w->config->sorted && !w->config->rotate_packets;
	c->piece_size = longest + SNAPLEN_MAX + SEGMENT_PRELUDE_MAX + SLACK;
	c->nr_pieces = 2 * chosen_threads(w) + PIECES_SPARE;
	for (c->held_mask = 64; c->held_mask <= blocks; c->held_mask *= 2)
		;
	c->held = calloc(c->held_mask, sizeof(*c->held));
	c->held_mask--;
	if (!c->held || open_pieces(c, (enum codec)w->config->codec) < 0 ||
	    (w->config->codec == CODEC_ZSTD && seek_table_new(&c->table) < 0))
		return errmsg_set(err, -ENOMEM, "writer: out of memory");
	return open_threads(w, err);
}

static uint32_t free_pieces(const struct compression *c)
{
	return c->nr_pieces - (uint32_t)(c->back - c->front) - c->open;
}

/* A block may end a piece and a file, and begin others. */
bool writer_compress_room(const struct writer *w)
{
	return free_pieces(&w->zip) >= 2;
}

static struct piece *open_piece(const struct compression *c)
{
	return c->open ? &c->pieces[c->back % c->nr_pieces] : NULL;
}

static void submit(struct writer *w)
{
	struct compression *c = &w->zip;
	struct piece *p = open_piece(c);

	p->held_end = c->held_back;
	p->file->pending++;
	p->file->pieces++;
	p->job.in_len = p->fill;
	p->job.out_len = 0;
	p->job.error = 0;
	c->back++;
	c->open = false;
	if (p->fill && !p->file->failed)
		compressor_submit(c->pool, &p->job);
	else
		atomic_store_explicit(&p->job.done, 1, memory_order_relaxed);
}

/* The one that is being filled, of this file. */
static struct piece *piece_for(struct writer *w, struct out_file *f)
{
	struct compression *c = &w->zip;
	struct piece *p = open_piece(c);

	if (p && p->file != f)
		submit(w);
	if (c->open)
		return p;
	while (!free_pieces(c))
		writer_wait_progress(w);
	c->open = true;
	p = open_piece(c);
	p->file = f;
	p->fill = p->packets = p->emitted = 0;
	p->cap_bytes = 0;
	p->held_start = c->held_back;
	p->last = p->framed = false;
	p->start_ns = clock_monotonic_ns();
	return p;
}

void writer_compress_append(struct writer *w, const uint8_t *data, uint32_t len)
{
	struct piece *p = piece_for(w, w->file);

	assert(len <= w->zip.piece_size - p->fill);
	memcpy(p->data + p->fill, data, len);
	p->fill += len;
}

void writer_compress_mark(struct writer *w, uint32_t packets, uint64_t cap_bytes)
{
	struct piece *p = piece_for(w, w->file);

	p->packets += packets;
	p->cap_bytes += cap_bytes;
}

void writer_compress_cut(struct writer *w, uint32_t len)
{
	const struct piece *p = open_piece(&w->zip);

	if (p && p->packets && p->fill + len > PIECE)
		submit(w);
}

void writer_compress_seal(struct writer *w)
{
	piece_for(w, w->file)->last = true;
	submit(w);
}

/* The block is in the piece of this file, with or without bytes. */
static void hold(struct writer *w, uint32_t ring, struct out_file *f)
{
	struct compression *c = &w->zip;

	(void)piece_for(w, f);
	c->held[c->held_back++ & c->held_mask] = ring;
}

/* Where a block without bytes waits: never elsewhere while a file still gets more. */
static struct out_file *empty_place(struct writer *w)
{
	if (w->zip.open)
		return open_piece(&w->zip)->file;
	return w->file ? w->file : &w->nowhere;
}

void writer_compress_block(struct writer *w, uint32_t ring, const uint8_t *run,
			   const struct block_entry *e)
{
	struct compression *c = &w->zip;
	struct out_file *f;
	uint64_t guess;

	if (!e->len) {
		/* Behind those that were taken before; without them there is nothing to wait for.
		 */
		if (c->held_front == c->held_back) {
			writer_release(w, ring);
			return;
		}
		hold(w, ring, empty_place(w));
		return;
	}
	writer_compress_learn(w, e->len);
	guess = writer_compress_guess(w, e->len);
	f = writer_file_for(w, e->first_ts_ns, (uint32_t)MIN_OF(guess, (uint64_t)UINT32_MAX));
	if (!f) {
		writer_file_seal(w); /* another one may have failed: this one gets its end */
		piece_for(w, &w->nowhere)->packets += e->packets;
		hold(w, ring, &w->nowhere);
		return;
	}
	writer_compress_cut(w, e->len);
	if (w->config->pcap) {
		writer_records_put(w, run, e->len);
	} else {
		writer_compress_append(w, run, e->len);
		writer_compress_mark(w, e->packets, e->cap_bytes);
	}
	hold(w, ring, f);
}

void writer_compress_settling(struct writer *w, uint64_t held_end)
{
	const struct compression *c = &w->zip;
	uint64_t i;

	/* Between settlements it is the number of those that were released. */
	for (i = c->held_front; i < held_end; i++) {
		struct segment_ring *r = w->rings[c->held[i & c->held_mask]].shared;
		const uint64_t n = atomic_load_explicit(&r->settling, memory_order_relaxed);
		const uint64_t released = atomic_load_explicit(&r->released, memory_order_relaxed);

		atomic_store_explicit(&r->settling, MAX_OF(n, released) + 1, memory_order_relaxed);
	}
}

void writer_compress_release(struct writer *w, uint64_t held_end)
{
	struct compression *c = &w->zip;

	while (c->held_front < held_end)
		writer_release(w, c->held[c->held_front++ & c->held_mask]);
}

static void count_frame(struct writer *w, const struct piece *p)
{
	if (w->zip.table && p->job.out_len) {
		seek_table_note(w->zip.table, p->job.in, p->job.in_len);
		seek_table_add(w->zip.table, p->job.out_len, p->job.in_len);
	}
	counter_add(&w->counters->compress_in, p->job.in_len);
	counter_add(&w->counters->compress_out, p->job.out_len);
}

/* A frame into the stream, as far as there is room now; true: all of it is there. */
static bool emit_frame(struct writer *w, struct piece *p)
{
	struct out_file *f = p->file;

	if (w->stream.file != f)
		writer_stream_flush(w, true); /* the file before failed, and got no end */
	w->stream.file = f;
	if (p->job.error && !f->failed) {
		f->failed = true;
		writer_fail(w, -p->job.error, f->temporary);
	}
	if (!f->failed)
		p->emitted += writer_stream_bytes(w, p->job.out + p->emitted,
						  p->job.out_len - p->emitted);
	if ((!f->failed && p->emitted < p->job.out_len) ||
	    !writer_stream_whole(w, p->packets, p->cap_bytes, p->held_end))
		return false;
	if (!f->failed)
		count_frame(w, p);
	return true;
}

/* The same of the table of frames behind the last one. */
static bool emit_table(struct writer *w, const struct piece *p)
{
	struct compression *c = &w->zip;
	const uint8_t *table = NULL;
	size_t len = 0;

	if (!c->table)
		return true;
	if (!p->file->failed)
		table = seek_table_bytes(c->table, &len);
	if (table && len <= UINT32_MAX)
		c->table_done += writer_stream_bytes(w, table + c->table_done,
						     (uint32_t)(len - c->table_done));
	if (table && (c->table_done < len || !writer_stream_whole(w, 0, 0, p->held_end)))
		return false;
	seek_table_reset(c->table);
	c->table_done = 0;
	return true;
}

/* A piece that is done; false: there is no room for all of it now. */
static bool emit(struct writer *w, struct piece *p)
{
	if (!p->framed && !emit_frame(w, p))
		return false;
	p->framed = true;
	if (p->last && !emit_table(w, p))
		return false;
	if (p->last)
		writer_stream_flush(w, true);
	p->file->pending--;
	p->file->pieces--;
	return true;
}

/* A piece, and frames behind the last whole write, do not wait for company for long. */
static void hurry_up(struct writer *w)
{
	const struct compression *c = &w->zip;
	const struct piece *p = open_piece(c);
	const struct stream *s = &w->stream;
	/* Nothing comes after it, not even the end of a file. */
	const bool over = w->stopping && !w->file;
	uint64_t now;

	if (!p && s->current < 0)
		return;
	now = clock_monotonic_ns();
	if (p && (over || now - p->start_ns > PIECE_NS || c->held_back - p->held_start >= c->few))
		submit(w);
	if (s->current >= 0 &&
	    (over || now - s->flush_ns > TAIL_NS || s->held_end - c->held_front >= c->few))
		writer_stream_flush(w, false);
}

bool writer_compress_step(struct writer *w)
{
	struct compression *c = &w->zip;
	const uint64_t front = c->front;

	if (!c->pool)
		return false;
	while (c->front != c->back) {
		struct piece *p = &c->pieces[c->front % c->nr_pieces];

		/* Acquire: pairs with the thread's release: the frame is whole. */
		if (!atomic_load_explicit(&p->job.done, memory_order_acquire) || !emit(w, p))
			break;
		c->front++;
	}
	hurry_up(w);
	return c->front != front;
}

bool writer_compress_busy(const struct writer *w)
{
	return w->zip.front != w->zip.back || w->zip.open || w->zip.held_front != w->zip.held_back;
}

uint64_t writer_compress_guess(const struct writer *w, uint64_t len)
{
	const uint64_t in = counter_get(&w->counters->compress_in);
	const uint64_t out = counter_get(&w->counters->compress_out);

	return in ? (uint64_t)((double)len * (double)out / (double)in) : len;
}

void writer_compress_learn(struct writer *w, uint64_t len)
{
	const uint64_t limit = w->config->rotate_bytes;
	const struct piece *p = open_piece(&w->zip);

	/* The header and a few packets tell too little: look how long the frames are. */
	if (!limit || counter_get(&w->counters->compress_in) > LEARNT || !w->file ||
	    w->file->off + writer_stream_ahead(w) + len <= limit)
		return;
	if (p && p->packets)
		submit(w);
	while (w->zip.front != w->zip.back && w->file)
		writer_wait_progress(w);
}

uint64_t writer_compress_ahead(const struct writer *w)
{
	const struct compression *c = &w->zip;
	uint64_t i, in = 0;

	for (i = c->front; i < c->back + c->open; i++) {
		const struct piece *p = &c->pieces[i % c->nr_pieces];

		in += p->file == w->file ? p->fill : 0;
	}
	return writer_compress_guess(w, in);
}
