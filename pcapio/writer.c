/*
 * pcapio/writer.c -- the writer process: one loop that pops blocks, writes them and gives them
 * back.
 *
 * Writes complete in any order but are accounted for in the order of submission: a block is
 * released, and its packets are stored, when it and every write before it have completed. So at any
 * instant the files are whole up to `committed` and exactly the blocks from `released` on are not
 * in them, which is what lets a successor carry on after a kill without losing or doubling a
 * packet. What is only copied (classic pcap, merged by time, a pipe) is given back before.
 */
#include "pcapio/writer.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/clock.h"
#include "core/log.h"
#include "pcapio/file_finish.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/writer_internal.h"

enum {
	BUSY_WRITES = 2,
	WAIT_BUSY_MS = 1000,
	WAIT_IDLE_MS = 250,
	POP_AT_ONCE = 4, /* of a ring, then of the next: a backlog keeps them together in time */
};

void writer_notify_main(void)
{
	const uint64_t one = 1;

	if (write(WRITER_FD_NOTIFY, &one, sizeof(one)) < 0)
		return; /* it is gone, or notified already */
}

void writer_count_lost(struct writer *w, enum loss_cause cause, uint64_t packets)
{
	if (packets)
		counter_add(&w->counters->lost[cause], packets);
}

/* WRITER -> KERNEL. The successor of a killed writer reads the two counters: see take_over_ring().
 */
void writer_release(struct writer *w, uint32_t ring)
{
	struct ring_map *m = &w->rings[ring];
	const uint64_t seq = atomic_load_explicit(&m->shared->released, memory_order_relaxed);
	const struct block_entry *e = segment_queue_entry(&w->seg, m->shared, seq);
	uint8_t *block = m->base + (uint64_t)e->index * m->shared->block_size;

	atomic_store_explicit(&m->shared->releasing, seq + 1, memory_order_release);
	/* Release: our reads of the block, and the disk's, are over. Pairs with the kernel's
	 * acquire. */
	__atomic_store_n((uint32_t *)(block + RING_BLOCK_STATUS), 0, __ATOMIC_RELEASE);
	/* Release: the worker that sees this count also sees the status word above. */
	atomic_store_explicit(&m->shared->released, seq + 1, memory_order_release);
}

struct pending *writer_push(struct writer *w)
{
	struct pending *p = &w->fifo[w->back & w->fifo_mask];

	w->back++;
	w->in_flight++;
	counter_add(&w->counters->writes, 1);
	counter_set(&w->counters->in_flight, w->in_flight);
	counter_max(&w->counters->in_flight_high, w->in_flight);
	return p;
}

/* What is about to be true, in one place, before any of it is. */
static void open_settlement(struct writer *w, const struct pending *p)
{
	struct settlement *m = &w->counters->settlement;

	/* A kill leaves what was written so far: nothing of this while the last one is valid. */
	atomic_signal_fence(memory_order_seq_cst);
	m->slot = (uint32_t)(p->file - w->files);
	m->ring = p->ring;
	m->seq = p->ring == NO_RING ? 0
				    : atomic_load_explicit(&w->rings[p->ring].shared->released,
							   memory_order_relaxed);
	m->committed = p->commit_len ? p->off + p->commit_len : 0;
	m->packets_stored = counter_get(&w->counters->packets_stored) + p->packets;
	m->cap_bytes_stored = counter_get(&w->counters->cap_bytes_stored) + p->cap_bytes;
	if (p->ring == NO_RING)
		writer_compress_settling(w, p->held_end);
	atomic_store_explicit(&m->valid, 1, memory_order_release);
}

static void give_back(struct writer *w, const struct pending *p)
{
	if (p->ring != NO_RING)
		writer_release(w, p->ring);
	else
		writer_compress_release(w, p->held_end);
}

void writer_account(struct writer *w, const struct pending *p)
{
	open_settlement(w, p);
	segment_settle(&w->seg);
	give_back(w, p);
	atomic_store_explicit(&w->counters->settlement.valid, 0, memory_order_release);
}

/* A completed write at the front of the order: its bytes count, its block goes home. */
static void settle(struct writer *w, struct pending *p)
{
	struct out_file *f = p->file;

	if (p->error && !f->failed) {
		f->failed = true;
		writer_fail(w, p->error, f->temporary);
	}
	if (f->failed) {
		/* Behind a hole nothing is readable, whether it was written or not. */
		writer_count_lost(w, LOSS_WRITE_ERROR, p->packets);
		give_back(w, p);
	} else {
		writer_account(w, p);
	}
	if (p->ring == NO_RING)
		w->stream.busy[p->buffer] = false;
	f->pending--;
	w->in_flight--;
}

static bool settle_done(struct writer *w)
{
	const uint64_t front = w->front;

	while (w->front != w->back && w->fifo[w->front & w->fifo_mask].done)
		settle(w, &w->fifo[w->front++ & w->fifo_mask]);
	counter_set(&w->counters->in_flight, w->in_flight);
	return w->front != front;
}

void writer_wait_progress(struct writer *w)
{
	bool moved;

	/* A plain write is done when it is submitted: nothing would wake us. */
	writer_io_reap(w);
	moved = settle_done(w);
	moved |= writer_compress_step(w);
	moved |= writer_file_finish_done(w);
	if (moved)
		return;
	writer_io_wait(w, WAIT_BUSY_MS * NS_PER_MS);
	writer_io_reap(w);
	settle_done(w);
	writer_compress_step(w);
	writer_file_finish_done(w);
}

/* The entry as the worker wrote it, refused when it points outside its block. */
static bool entry_valid(const struct segment_ring *r, const struct block_entry *e)
{
	return e->index < r->nr_blocks && e->offset <= r->block_size &&
	       e->len <= r->block_size - e->offset;
}

/* A block without bytes, or without a file: it is only released, behind those that are under way.
 */
static void queue_release(struct writer *w, uint32_t ring, const struct block_entry *e)
{
	struct pending *p = writer_push(w);

	*p = (struct pending){
		.file = &w->nowhere, .ring = ring, .packets = e->packets, .done = true
	};
	w->nowhere.failed = true;
	w->nowhere.pending++;
}

static void write_block(struct writer *w, uint32_t ring, const struct block_entry *e)
{
	struct out_file *f = e->len ? writer_file_for(w, e->first_ts_ns, e->len) : NULL;
	struct ring_map *m = &w->rings[ring];
	struct pending *p;

	if (!f || f->failed) {
		queue_release(w, ring, e);
		return;
	}
	writer_file_room(w, f, e->len);
	p = writer_push(w);
	*p = (struct pending){ .file = f,
			       .data = m->base + (uint64_t)e->index * m->shared->block_size +
				       e->offset,
			       .off = f->off,
			       .len = e->len,
			       .commit_len = e->len,
			       .packets = e->packets,
			       .cap_bytes = e->cap_bytes,
			       .ring = ring,
			       .fixed = w->fixed_ok ? m->fixed_base + (int)e->index : -1 };
	f->off += e->len;
	f->pending++;
	writer_io_submit(w, p);
}

/* Into the stream; the block is free as soon as its packets are copied, but where it is compressed.
 */
static void stream_block(struct writer *w, uint32_t ring, const struct block_entry *e)
{
	struct ring_map *m = &w->rings[ring];
	const uint8_t *run = m->base + (uint64_t)e->index * m->shared->block_size + e->offset;

	if (w->zip.holds) {
		writer_compress_block(w, ring, run, e);
		return;
	}
	if (e->len && (w->config->pcap || !w->config->pipe))
		writer_records_put(w, run, e->len);
	else if (e->len)
		writer_stream_pipe_run(w, run, e->len, e->packets, e->cap_bytes);
	writer_release(w, ring);
}

static void take_block(struct writer *w, uint32_t ring, const struct block_entry *e)
{
	if (!entry_valid(w->rings[ring].shared, e)) {
		log_error("ring %u: a queue entry points outside its block; not written", ring);
		writer_count_lost(w, LOSS_BAD_BLOCK, e->packets);
		writer_release(w, ring);
	} else if (w->config->format == OUTPUT_PCAPNG_BLOCKS) {
		write_block(w, ring, e);
	} else {
		stream_block(w, ring, e);
	}
}

static bool pop_ring(struct writer *w, uint32_t ring)
{
	struct ring_map *m = &w->rings[ring];
	/* Acquire: pairs with the worker's release after it wrote the entry and the block. */
	const uint64_t queued = atomic_load_explicit(&m->shared->queued, memory_order_acquire);
	struct block_entry e;
	bool any = false;
	uint32_t n;

	for (n = 0; n < POP_AT_ONCE && m->popped != queued && w->back - w->front < w->fifo_mask;
	     n++) {
		e = *segment_queue_entry(&w->seg, m->shared, m->popped);
		if (w->config->format == OUTPUT_STREAM && !writer_stream_room(w, e.len))
			break;
		m->popped++;
		take_block(w, ring, &e);
		any = true;
	}
	return any;
}

static bool all_ended(const struct writer *w)
{
	uint32_t i;

	for (i = 0; i < w->nr_rings; i++) {
		const struct segment_ring *r = w->rings[i].shared;

		if (!w->main_gone && !atomic_load_explicit(&r->ended, memory_order_acquire))
			return false;
		if (w->rings[i].popped != atomic_load_explicit(&r->queued, memory_order_acquire))
			return false;
	}
	return true;
}

static bool pop_all(struct writer *w)
{
	bool any = false;
	uint32_t i;

	if (w->config->sorted)
		return writer_sort_step(w, w->stopping);
	for (i = 0; i < w->nr_rings; i++)
		any |= pop_ring(w, i);
	return any;
}

/*
 * Announce sleep, then look again: pairs with the fence in segment_wake_writer(). While writes are
 * under way their completions wake us soon enough, and the workers are spared the call: at speed
 * that is a system call and two context switches less per block.
 */
static bool work_appeared(struct writer *w)
{
	uint32_t i;

	if (w->in_flight >= BUSY_WRITES)
		return false;
	atomic_store_explicit(&w->counters->sleeping, 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load(&w->seg.header->control.stop) && !w->stopping)
		return true;
	if (w->config->sorted || w->back - w->front >= w->fifo_mask)
		return false;
	for (i = 0; i < w->nr_rings; i++)
		if (atomic_load_explicit(&w->rings[i].shared->queued, memory_order_acquire) !=
			    w->rings[i].popped &&
		    (w->config->format != OUTPUT_STREAM || writer_stream_room(w, BLOCK_SIZE_MAX)))
			return true;
	return false;
}

static void rest(struct writer *w)
{
	const uint64_t idle = w->config->sorted ? 20 * NS_PER_MS : WAIT_IDLE_MS * NS_PER_MS;

	if (!work_appeared(w)) {
		writer_summary_drain(w, false);
		writer_io_wait(w, writer_durable_timeout(w, idle));
	}
	atomic_store_explicit(&w->counters->sleeping, 0, memory_order_relaxed);
}

/* Files whose time is over end on time, packets or not; SIGHUP too. */
static void rotate_idle(struct writer *w)
{
	struct out_file *f = w->file;

	if (!f)
		return;
	if (w->rotate_seen != atomic_load(&w->seg.header->control.rotate_requests)) {
		w->rotate_seen = atomic_load(&w->seg.header->control.rotate_requests);
		writer_file_seal(w);
	} else if (f->boundary_ns &&
		   clock_realtime_ns() > f->boundary_ns + w->config->sort_hold_ns) {
		counter_set(&w->counters->interval_ns, f->boundary_ns);
		writer_file_seal(w);
	}
}

static void run(struct writer *w)
{
	bool moved;

	for (;;) {
		writer_io_reap(w);
		moved = settle_done(w);
		moved |= writer_compress_step(w);
		writer_durable_step(w);
		w->stopping = w->main_gone || atomic_load(&w->seg.header->control.stop);
		moved |= pop_all(w);
		writer_file_finish_done(w);
		if (w->uring_ok)
			io_uring_submit(&w->uring);
		if (atomic_load(&w->seg.header->control.abort))
			break;
		if (w->stopping && !w->in_flight && all_ended(w))
			break;
		if (!moved) {
			writer_stream_idle(w);
			rotate_idle(w);
			rest(w);
		} else {
			writer_summary_drain(w, false);
		}
	}
	while (w->in_flight && !atomic_load(&w->seg.header->control.abort)) {
		writer_io_wait(w, WAIT_BUSY_MS * NS_PER_MS);
		writer_io_reap(w);
		settle_done(w);
	}
}

/* Ends the last file: flush, wait for its writes, statistics, cut, rename. */
static void finish(struct writer *w)
{
	uint32_t i;
	bool open = true;

	/* Nothing was captured: a header alone is still a valid file, and says that we were there.
	 */
	if (!w->file && !counter_get(&w->counters->files) && w->config->format != OUTPUT_NONE &&
	    !w->config->pipe)
		(void)writer_file_for(w, clock_realtime_ns(), 0);
	if (w->config->pipe) {
		writer_stream_end(w);
		writer_stream_flush(w, true);
	}
	writer_file_seal(w);
	while (open) {
		while (w->in_flight || writer_compress_busy(w) || writer_durable_busy(w))
			writer_wait_progress(w);
		writer_file_finish_done(w);
		open = writer_durable_busy(w);
		for (i = 0; i < SEGMENT_FILE_SLOTS; i++)
			open |= w->files[i].open;
	}
	writer_summary_drain(w, true);
}

int writer_main(void)
{
	static struct writer w;
	struct errmsg err;

	/* A terminal's signals go to the whole group; when to stop is the main process's decision.
	 */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NAME, "ringtap-writer");
	if (writer_start(&w, &err) < 0) {
		log_error("%s", err.text);
		writer_notify_main();
		return 1;
	}
	/* What a killed predecessor left. */
	file_finish_abandoned(&w.seg, w.config, WRITER_FD_DIR);
	/* A single file, or the first of many: made now, so that a bad name ends the start, not the
	 * run. */
	if (w.config->format != OUTPUT_NONE && !w.config->pipe && !w.config->rotating)
		(void)writer_file_for(&w, clock_realtime_ns(), 0);
	else if (w.config->pipe && atomic_load(&w.seg.header->control.writers) <= 1)
		writer_stream_prelude(&w);
	if (atomic_load(&w.counters->state) != WRITER_FAILED)
		atomic_store(&w.counters->state, WRITER_RUNNING);
	writer_notify_main();
	run(&w);
	finish(&w);
	if (atomic_load(&w.counters->state) != WRITER_FAILED)
		atomic_store(&w.counters->state, WRITER_FINISHED);
	writer_notify_main();
	return atomic_load(&w.counters->error) ? 1 : 0;
}
