/* capture/worker_visit.c -- a packet's summary, or its printed line, into the spool. */
#include <linux/if_packet.h>
#include <string.h>
#include <unistd.h>
#include <urcu-qsbr.h>

#include "capture/worker.h"
#include "core/bytes.h"
#include "dissect/dissect.h"
#include "dissect/frame_fields.h"
#include "dissect/summary.h"

enum { LINE_MAX_BYTES = 4096 };

static void view_of(const struct worker *w, const struct block_frame *f, const uint8_t *base,
		    struct frame_view *ret)
{
	static const uint8_t directions[] = { FRAME_DIR_IN, FRAME_DIR_IN, FRAME_DIR_IN,
					      FRAME_DIR_IN, FRAME_DIR_OUT };

	ret->data = base + f->data_off;
	ret->ts_ns = f->ts_ns;
	ret->cap_len = f->cap_len;
	ret->wire_len = f->wire_len;
	ret->ifindex = f->ifindex;
	ret->hash = 0;
	ret->queue = 0;
	ret->linktype = w->ring.traits.linktype;
	ret->direction = f->pkttype < sizeof(directions) ? directions[f->pkttype] : 0;
	ret->reception = FRAME_RX_UNKNOWN;
	ret->flags = (uint8_t)((f->status & TP_STATUS_CSUMNOTREADY ? FRAME_CSUM_NOT_READY : 0) |
			       (f->status & TP_STATUS_CSUM_VALID ? FRAME_CSUM_VALID : 0));
}

/* A summary and what it has no room for; without room in the spool, the summary alone. */
static void put_extra(struct worker *w, const struct dissection *d, struct summary *rec)
{
	struct summary_extra *extra = spool_reserve(&w->spool, sizeof(*extra), SPOOL_EXTRA);

	if (!extra || !summary_extra_fill(d, extra))
		rec->bits &= (uint8_t)~SUMMARY_EXTRA;
	spool_commit(rec);
	if (extra && rec->bits & SUMMARY_EXTRA)
		spool_commit(extra);
	else if (extra)
		spool_discard(extra);
}

static void put_summary(struct worker *w, const struct dissection *d)
{
	struct summary *rec = spool_reserve(&w->spool, sizeof(*rec), SPOOL_SUMMARY);

	if (unlikely(!rec)) {
		counter_add(&w->counters->spool_lost, 1);
		return;
	}
	summary_fill(d, rec);
	if (unlikely(rec->bits & SUMMARY_WILD))
		counter_add(&w->counters->wild, 1);
	if (unlikely(rec->bits & SUMMARY_EXTRA))
		put_extra(w, d, rec);
	else
		spool_commit(rec);
	counter_add(&w->counters->summaries, 1);
}

static void put_hex(const struct worker *w, const struct dissection *d, struct strbuf *out)
{
	const struct line_format *fmt = &w->shared->line;
	const uint32_t off = fmt->link_hex ? 0 : dissect_network_offset(w->shared->registry, d);

	if (fmt->hex || fmt->hex_ascii)
		render_hex(d->frame.data + off, d->frame.cap_len - off, fmt->hex_ascii, out);
	if (fmt->ascii)
		render_ascii(d->frame.data + off, d->frame.cap_len - off, out);
}

/*
 * As `ringtap read` prints what this capture would have stored, the file's interface number
 * included. The packet's own number is put in by whoever merges the rings (see engine_line_fn).
 */
static void put_json(const struct worker *w, struct dissection *d, struct strbuf *out)
{
	const struct link_entry *link = link_tables_find(w->shared->links, d->frame.ifindex);
	const struct frame_context ctx = { .interface_name = link ? link->name : NULL };

	d->frame.ifindex = w->seg_ring->interface_id;
	render_json(w->shared->registry, d, &ctx, out);
	strbuf_putc(out, '\n');
}

static void render(const struct worker *w, struct dissection *d, struct strbuf *out)
{
	const struct line_format *fmt = &w->shared->line;
	const struct link_entry *link;

	if (fmt->json) {
		put_json(w, d, out);
		return;
	}
	if (fmt->show_interface) {
		link = link_tables_find(w->shared->links, d->frame.ifindex);
		strbuf_puts(out, link ? link->name : "?");
		strbuf_putc(out, ' ');
	}
	render_line(w->shared->registry, d, &fmt->render, out);
	strbuf_putc(out, '\n');
	if (fmt->tree)
		render_tree(w->shared->registry, d, &fmt->render, out);
	put_hex(w, d, out);
}

/* Text is rendered here, while the packet's bytes are there, straight into the spool. */
static void put_line(struct worker *w, struct dissection *d)
{
	const struct line_format *fmt = &w->shared->line;
	static const char cut[] = "[...]\n";
	const bool bytes = fmt->hex || fmt->hex_ascii || fmt->ascii;
	const uint32_t room = (uint32_t)MIN_OF(LINE_MAX_BYTES * (fmt->tree || fmt->json ? 8u : 1u) +
						       (bytes ? d->frame.cap_len * 5 : 0),
					       (uint32_t)(w->spool.size / 4));
	struct spool_text *rec = spool_reserve(&w->spool, sizeof(*rec) + room, SPOOL_TEXT);
	struct strbuf out;

	if (!rec) {
		counter_add(&w->counters->spool_lost, 1);
		return;
	}
	rec->ts_ns = d->frame.ts_ns;
	out = strbuf_over((char *)(rec + 1), room);
	render(w, d, &out);
	if (unlikely(out.overflow))
		memcpy(out.text + out.len - (sizeof(cut) - 1), cut, sizeof(cut) - 1);
	spool_shrink(&w->spool, rec, (uint32_t)(sizeof(*rec) + out.len));
	spool_commit(rec);
}

bool worker_look(struct worker *w, const struct block_frame *f, const uint8_t *base,
		 struct dissection *ret)
{
	const struct link_entry *link;
	struct frame_context ctx = { 0 };

	view_of(w, f, base, &ret->frame);
	(void)dissect_own_frame(w->shared->registry, ret);
	if (!w->shared->display)
		return true;
	link = link_tables_find(w->shared->links, ret->frame.ifindex);
	ctx.interface_name = link ? link->name : NULL;
	return display_match(w->shared->display, w->display, ret, &ctx);
}

void worker_visit(struct worker *w, struct dissection *d)
{
	if (w->shared->summaries)
		put_summary(w, d);
	if (w->shared->lines)
		put_line(w, d);
}

void worker_visit_block_end(struct worker *w, uint64_t block_seq, const struct stamp_run *run)
{
	struct spool_block_mark *mark;
	const uint64_t one = 1;

	if (w->shared->summaries) {
		mark = spool_reserve(&w->spool, sizeof(*mark), SPOOL_BLOCK_MARK);
		if (mark) {
			*mark = (struct spool_block_mark){ .ring = w->index,
							   .packets = run->packets,
							   .block_seq = block_seq,
							   .first_ts_ns = run->first_ts_ns,
							   .last_ts_ns = run->last_ts_ns };
			spool_commit(mark);
		}
	}
	/* The writer is woken for the block itself; a printer only when it sleeps. */
	if (spool_publish(&w->spool) && w->shared->lines &&
	    write(w->shared->event_fd, &one, sizeof(one)) < 0)
		return;
}
