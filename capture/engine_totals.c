/* capture/engine_totals.c -- the counters of a segment added up, for reports and for `status`. */
#include <string.h>

#include "capture/engine.h"
#include "core/clock.h"

static void add_ring(const struct segment_ring *r, struct engine_totals *t)
{
	const struct worker_counters *c = &r->worker;
	const uint64_t queued = atomic_load_explicit(&r->queued, memory_order_relaxed);
	const uint64_t released = atomic_load_explicit(&r->released, memory_order_relaxed);
	/* The kernel's count is read once a second; what was taken since was seen as well. */
	const uint64_t taken = counter_get(&c->packets) + counter_get(&c->filtered) +
			       counter_get(&c->beyond_limit) +
			       counter_get(&c->lost[LOSS_BAD_BLOCK]) +
			       counter_get(&c->kernel_drops);
	int i;

	t->seen += MAX_OF(counter_get(&c->kernel_packets), taken);
	t->captured += counter_get(&c->packets);
	t->captured_bytes += counter_get(&c->bytes);
	t->wire_bytes += counter_get(&c->wire_bytes);
	t->filtered += counter_get(&c->filtered);
	t->beyond_limit += counter_get(&c->beyond_limit);
	t->lost[LOSS_RING_FULL] += counter_get(&c->kernel_drops);
	for (i = 0; i < LOSS_NR; i++)
		t->lost[i] += counter_get(&c->lost[i]);
	t->freezes += counter_get(&c->kernel_freezes);
	t->blocks += counter_get(&c->blocks);
	t->blocks_inplace += counter_get(&c->blocks_inplace);
	t->blocks_packed += counter_get(&c->blocks_packed);
	t->queue += queued > released ? queued - released : 0;
	t->queue_high = MAX_OF(t->queue_high, counter_get(&c->queue_high));
	t->ring_held |= counter_get(&c->queue_high) * 4 >= r->nr_blocks * 3ull;
	t->ring_blocks += r->nr_blocks;
	t->ring_bytes += (uint64_t)r->nr_blocks * r->block_size;
	t->rings++;
	t->spool_lost += counter_get(&c->spool_lost);
	t->summaries += counter_get(&c->summaries);
	t->wild += counter_get(&c->wild);
	t->truncated += counter_get(&c->truncated);
	t->ts_adjusted += counter_get(&c->ts_adjusted);
	t->waits += counter_get(&c->waits);
}

void engine_totals(const struct segment *seg, struct engine_totals *ret)
{
	const struct segment_header *h = seg->header;
	const struct writer_counters *w = &h->writer;
	struct engine_totals t;
	uint32_t i;
	uint64_t accounted = 0;

	memset(&t, 0, sizeof(t));
	for (i = 0; i < h->nr_rings; i++) {
		const struct segment_ring *r = segment_ring_at(seg, i);

		if (r)
			add_ring(r, &t);
	}
	for (i = 0; i < LOSS_NR; i++) {
		const uint64_t n = counter_get(&w->lost[i]) + counter_get(&h->control.lost[i]);

		t.lost[i] += n;
		t.lost_all += t.lost[i];
		accounted += n;
	}
	t.stored = counter_get(&w->packets_stored);
	t.stored_bytes = counter_get(&w->cap_bytes_stored);
	t.file_bytes = counter_get(&w->file_bytes);
	t.write_ns_max = counter_get(&w->write_ns_max);
	t.writes = counter_get(&w->writes);
	t.files = counter_get(&w->files);
	t.removed = counter_get(&w->removed);
	t.removed_bytes = counter_get(&w->removed_bytes);
	t.post_run = counter_get(&h->control.post_run);
	t.post_failed = counter_get(&h->control.post_failed);
	t.post_dropped = counter_get(&h->control.post_dropped);
	t.post_waiting = counter_get(&h->control.post_waiting);
	t.free_bytes = counter_get(&h->control.free_bytes);
	t.disk_bytes = counter_get(&h->control.disk_bytes);
	t.in_flight_high = counter_get(&w->in_flight_high);
	t.summaries_unwritten =
		counter_get(&w->summaries_lost) + counter_get(&h->control.summaries_left);
	t.spool_lost += t.summaries_unwritten;
	t.spool_bytes = h->spool_data_len * t.rings;
	t.summary_error = atomic_load(&w->summary_error);
	t.unordered = counter_get(&w->unordered);
	t.writer_starts = atomic_load(&h->control.writers);
	t.write_error = atomic_load(&w->error);
	t.nic_missed = counter_get(&h->control.nic_missed);
	t.codec = h->config.codec < CODEC_NR ? (enum codec)h->config.codec : CODEC_NONE;
	t.compress_in = counter_get(&w->compress_in);
	t.compress_out = counter_get(&w->compress_out);
	t.durable_ns = h->config.durable_ns;
	t.durable_bytes = h->config.durable_bytes;
	t.syncs = counter_get(&w->syncs);
	t.sync_ns = counter_get(&w->sync_ns);
	t.sync_ns_max = counter_get(&w->sync_ns_max);
	t.unsynced_max = counter_get(&w->unsynced_max);
	t.elapsed_ns = clock_monotonic_ns() - h->start_monotonic_ns;
	accounted += t.stored;
	if (h->config.format != OUTPUT_NONE && t.captured > accounted)
		t.in_flight = t.captured - accounted;
	*ret = t;
}
