/*
 * pcapio/writer_sort.c -- `--write sorted`: the rings' blocks merged into one stream in order of
 * time.
 *
 * A packet may go when every other ring has shown a later one, or when it is older than any packet
 * that could still come (the retire timeout and some slack): an idle ring holds nobody up for
 * longer. A ring whose queue is half full is not held back at all; what then comes too late is
 * counted.
 */
#include "core/clock.h"
#include "pcapio/writer_internal.h"

/* The next packet of a ring, or false: nothing queued. Statistics blocks go out as they come. */
static bool ring_head(struct writer *w, uint32_t ring, struct writer_record *ret)
{
	struct ring_map *m = &w->rings[ring];

	for (;;) {
		const struct block_entry *e = &m->sort_entry;

		if (!m->sort_open) {
			if (m->popped ==
			    atomic_load_explicit(&m->shared->queued, memory_order_acquire))
				return false;
			m->sort_entry = *segment_queue_entry(&w->seg, m->shared, m->popped++);
			m->sort_open = true;
			/* Not from the start where a killed predecessor was in the middle of it. */
			m->sort_merged = segment_merged(m->shared, m->popped - 1);
		}
		if (e->index < m->shared->nr_blocks && e->offset <= m->shared->block_size &&
		    e->len <= m->shared->block_size - e->offset && m->sort_merged.offset < e->len &&
		    writer_record_parse(m->base + (uint64_t)e->index * m->shared->block_size +
						e->offset + m->sort_merged.offset,
					e->len - m->sort_merged.offset, ret)) {
			if (ret->packet)
				return true;
			m->sort_merged.offset += ret->len;
			continue;
		}
		m->sort_open = false;
		writer_release(w, ring);
	}
}

/* One packet more of the open block is in the stream. */
static void note_merged(struct ring_map *m, uint32_t len)
{
	m->sort_merged.offset += len;
	m->sort_merged.packets++;
	segment_set_merged(m->shared, m->popped - 1, m->sort_merged);
}

static uint64_t held(const struct ring_map *m)
{
	return atomic_load_explicit(&m->shared->queued, memory_order_relaxed) -
	       atomic_load_explicit(&m->shared->released, memory_order_relaxed);
}

bool writer_sort_step(struct writer *w, bool drain)
{
	const uint64_t horizon = clock_realtime_ns() - w->config->sort_hold_ns;
	uint32_t i, first, moved = 0;

	for (;;) {
		struct writer_record best = { .len = 0 }, head;
		bool all = true, pressed = false;

		first = 0;
		for (i = 0; i < w->nr_rings; i++) {
			pressed |= held(&w->rings[i]) > w->rings[i].shared->nr_blocks / 2;
			if (!ring_head(w, i, &head)) {
				all = false;
				continue;
			}
			if (!best.len || head.ts_ns < best.ts_ns) {
				best = head;
				first = i;
			}
		}
		if (!best.len || (!all && !drain && !pressed && best.ts_ns > horizon) ||
		    !writer_stream_room(w, best.len))
			break;
		if (best.ts_ns < w->sort_last_ns)
			counter_add(&w->counters->unordered, 1);
		else
			w->sort_last_ns = best.ts_ns;
		writer_record_put(w, &best);
		note_merged(&w->rings[first], best.len);
		moved++;
	}
	return moved != 0;
}
