/* capture/engine_lines.c -- the workers' printed lines, merged by time. */
#include <errno.h>
#include <stdlib.h>

#include "capture/engine_internal.h"
#include "core/clock.h"

int lines_open(struct engine *e, struct errmsg *err)
{
	const struct segment_header *h = e->seg.header;
	uint32_t i;
	int ret = 0;

	if (!e->cfg.lines)
		return 0;
	e->readers = calloc(e->nr_workers, sizeof(*e->readers));
	if (!e->readers)
		return errmsg_set(err, -ENOMEM, "out of memory");
	for (i = 0; i < e->nr_workers && ret == 0; i++)
		ret = spool_map(e->seg.fd, e->workers[i].seg_ring->spool_off, h->spool_data_len,
				&e->readers[i].spool, err);
	return ret;
}

void lines_close(struct engine *e)
{
	uint32_t i;

	for (i = 0; e->readers && i < e->nr_workers; i++)
		spool_unmap(&e->readers[i].spool);
	free(e->readers);
	e->readers = NULL;
}

static uint64_t time_of(const struct line_reader *r)
{
	return ((const struct spool_text *)r->item.payload)->ts_ns;
}

/* Reads one line ahead; false: there is none. */
static bool have_line(struct line_reader *r)
{
	while (!r->have && spool_peek(&r->spool, &r->item) == 1) {
		if (r->item.type == SPOOL_TEXT && r->item.len >= sizeof(struct spool_text))
			r->have = true;
		else
			spool_consume(&r->spool);
	}
	return r->have;
}

static void announce_sleep(struct engine *e, bool asleep)
{
	uint32_t i;

	for (i = 0; i < e->nr_workers; i++)
		atomic_store_explicit(&e->readers[i].spool.header->consumer_sleeping, asleep,
				      memory_order_relaxed);
	/* Pairs with the fence in spool_publish(). */
	atomic_thread_fence(memory_order_seq_cst);
}

/*
 * A line goes out when every ring has one to compare with, or when it is older than anything that a
 * block still open in another ring could hold.
 */
static uint64_t merge_lines(struct engine *e, bool drain, engine_line_fn *fn, void *ctx)
{
	const uint64_t horizon = clock_realtime_ns() - (2ull * e->cfg.latency_ms + 5) * NS_PER_MS;
	uint64_t n = 0;

	for (;;) {
		struct line_reader *first = NULL;
		bool all = true;
		uint32_t i;

		for (i = 0; i < e->nr_workers; i++) {
			struct line_reader *r = &e->readers[i];

			if (!have_line(r))
				all = false;
			else if (!first || time_of(r) < time_of(first))
				first = r;
		}
		if (!first || (!all && !drain && time_of(first) > horizon))
			return n;
		fn(ctx, time_of(first),
		   (const char *)first->item.payload + sizeof(struct spool_text),
		   first->item.len - (uint32_t)sizeof(struct spool_text));
		first->have = false;
		spool_consume(&first->spool);
		n++;
	}
}

uint64_t engine_drain_lines(struct engine *e, bool drain, engine_line_fn *fn, void *ctx)
{
	uint64_t n;

	if (!e->readers)
		return 0;
	announce_sleep(e, false);
	n = merge_lines(e, drain, fn, ctx);
	announce_sleep(e, true);
	return n + merge_lines(e, drain, fn, ctx);
}
