/*
 * pcapio/writer_start.c -- what the writer does before its first block: it maps what it was given,
 * takes over from a predecessor, and gives up every right that it does not need.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "core/bytes.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/writer_internal.h"

enum { PAGE_BUFFER = 256 << 10 };

/*
 * Carries on where a killed writer stopped: what a settlement has taken goes back first. It may
 * have died between giving a block back and saying so: then the block's first word tells whether
 * the kernel has taken it (it rewrites the word) or not.
 */
static void take_over_ring(struct writer *w, uint32_t ring)
{
	struct ring_map *m = &w->rings[ring];
	struct segment_ring *r = m->shared;
	uint64_t released = atomic_load(&r->released);
	bool amid = atomic_load(&r->releasing) != released;
	uint32_t n;

	for (n = 0; n < r->nr_blocks; n++, released++, amid = false) {
		const struct block_entry *e = segment_queue_entry(&w->seg, r, released);
		const uint8_t *block = m->base + (uint64_t)e->index * r->block_size;

		if ((!amid && !segment_settled(&w->seg, ring, released)) ||
		    e->index >= r->nr_blocks)
			break;
		if (load_u32(block) == PCAPNG_RING_HEAD)
			writer_release(w, ring);
		else
			atomic_store(&r->released, released + 1);
	}
	m->popped = atomic_load(&r->released);
	atomic_store(&r->settling, m->popped);
}

static int map_rings(struct writer *w, struct errmsg *err)
{
	uint32_t i, entries = 64;

	w->nr_rings = w->seg.header->nr_rings;
	w->rings = calloc(w->nr_rings, sizeof(*w->rings));
	if (!w->rings)
		return errmsg_set(err, -ENOMEM, "writer: out of memory");
	for (i = 0; i < w->nr_rings; i++) {
		struct ring_map *m = &w->rings[i];

		m->shared = segment_ring_at(&w->seg, i);
		entries += m->shared->nr_blocks;
		if (w->config->format == OUTPUT_NONE)
			continue;
		m->base = mmap(NULL, (size_t)m->shared->block_size * m->shared->nr_blocks,
			       PROT_READ | PROT_WRITE, MAP_SHARED, WRITER_FD_RINGS + (int)i, 0);
		if (m->base == MAP_FAILED)
			return errmsg_set(err, -errno, "writer: ring %u: mmap: %s", i,
					  strerror(errno));
		close(WRITER_FD_RINGS +
		      (int)i); /* the mapping keeps the ring; the socket is not ours */
		take_over_ring(w, i);
	}
	atomic_store(&w->counters->settlement.valid, 0);
	for (w->fifo_mask = 64; w->fifo_mask < entries + STREAM_BUFFERS; w->fifo_mask *= 2)
		;
	w->fifo = calloc(w->fifo_mask, sizeof(*w->fifo));
	w->fifo_mask--;
	return w->fifo ? 0 : errmsg_set(err, -ENOMEM, "writer: out of memory");
}

int writer_start(struct writer *w, struct errmsg *err)
{
	int ret;

	ret = segment_attach(WRITER_FD_SEGMENT, false, &w->seg, err);
	if (ret < 0)
		return ret;
	w->config = &w->seg.header->config;
	w->counters = &w->seg.header->writer;
	w->allocate_ahead = ALLOCATE_FIRST;
	atomic_store(&w->counters->sleeping, 0);
	atomic_store(&w->counters->error, 0);
	ret = map_rings(w, err);
	if (ret == 0)
		ret = writer_stream_open(w, err);
	/* Registering memory needs CAP_IPC_LOCK: before the identity changes. */
	if (ret == 0)
		ret = writer_io_open(w, err);
	if (ret == 0)
		writer_durable_open(w);
	if (ret == 0)
		ret = writer_sandbox_identity(w->config, err);
	if (ret == 0)
		ret = writer_summary_open(w, err);
	if (ret < 0)
		return ret;
	w->page = aligned_alloc(FILE_PAGE, PAGE_BUFFER + SEGMENT_PRELUDE_MAX);
	if (!w->page)
		return errmsg_set(err, -ENOMEM, "writer: out of memory");
	w->rotate_seen = atomic_load(&w->seg.header->control.rotate_requests);
	tzset(); /* reads the zone's file, which is closed to us in a moment */
	ret = writer_sandbox_files(w->config, err);
	if (ret == 0)
		ret = writer_compress_open(w, err);
	return ret < 0 ? ret : writer_sandbox_calls(err);
}
