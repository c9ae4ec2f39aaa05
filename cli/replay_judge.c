#include "cli/replay_judge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/units.h"
#include "core/clock.h"
#include "core/counter.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "core/log.h"

#define LONG_GAP_NS (60 * NS_PER_SEC) /* whoever waits for it wonders */

enum {
	ETHERNET_HEADER = 14,
	NAMED_MAX = 5,   /* packets that are too long: these are named, the others counted */
	LOOK_MAX = 4096, /* packets whose checksums are looked at, at most */
	SCRATCH = SNAPLEN_MAX + REWRITE_GROWTH,
};

int replay_judge_open(struct replay_judge *j, const struct replay_options *o,
		      struct replay_feed *feed)
{
	*j = (struct replay_judge){ .o = o,
				    .feed = feed,
				    .plain = rewrite_is_empty(&o->rewrite),
				    .to_look_at = o->rewrite.fix_checksums ? 0 : LOOK_MAX,
				    .gap_told = o->send.pace.mode != PACE_RECORDED,
				    .fragment = { .ignore_df = o->ignore_df } };
	j->scratch = malloc(2 * SCRATCH); /* and a fragment of it behind it */
	return j->scratch ? 0 : -ENOMEM;
}

void replay_judge_close(struct replay_judge *j)
{
	free(j->scratch);
}

/* A frame that is as it shall be. */
struct outgoing {
	const uint8_t *data;
	uint32_t len, wire_len;
	uint16_t linktype;
};

/* ---- one that goes ---- */

/* Nothing happens meanwhile, which looks like a hang. */
static void name_gap(struct replay_judge *j, const struct replay_packet *p, uint64_t gap_ns)
{
	char gap_text[48];
	struct strbuf gap = strbuf_over(gap_text, sizeof(gap_text));

	j->gap_told = true;
	format_duration(&gap, gap_ns);
	log_note("%.200s: packet %" PRIu64 " comes %s after the one before, as recorded; --max-gap "
		 "TIME makes such gaps shorter",
		 reader_name(p->reader), p->number, gap_text);
}

static int feed_bytes(struct replay_judge *j, struct replay_target *t,
		      const struct replay_packet *p, const uint8_t *data, uint32_t len,
		      struct errmsg *err)
{
	const uint64_t before_ns = j->feed->due_ns;
	uint8_t *to;
	const int code = replay_feed_frame(j->feed, t, len, p->time_ns, &to, err);

	if (unlikely(code))
		return code;
	memcpy(to, data, len);
	if (unlikely(j->feed->due_ns - before_ns > LONG_GAP_NS && !j->gap_told))
		name_gap(j, p, j->feed->due_ns - before_ns);
	return 0;
}

/* ---- frames that are too long ---- */

/* Says what has become of it; why: behind that, or NULL. */
static void name_long(struct replay_judge *j, const struct replay_target *t,
		      const struct replay_packet *p, const struct outgoing *out, const char *fate,
		      const char *why)
{
	counter_add(&j->found.too_long, 1);
	if (j->found.too_long <= NAMED_MAX)
		log_note("%.200s: packet %" PRIu64 " has %u bytes, %s takes %u (MTU %u%s): %s%s%s",
			 reader_name(p->reader), p->number, out->len, t->to->name, t->frame_max,
			 t->link->mtu, t->mtu < t->link->mtu ? ", less as live frames" : "", fate,
			 why ? ", " : "", why ? why : "");
	if (j->found.too_long == NAMED_MAX)
		log_note("more of them are counted only");
}

static int fragment(struct replay_judge *j, struct replay_target *t, const struct replay_packet *p,
		    const struct outgoing *out, struct errmsg *err)
{
	struct rewrite_fragment it;
	uint8_t *const piece = j->scratch + SCRATCH;
	enum rewrite_result result;
	uint32_t len;
	int code = 0;

	j->fragment.mtu = t->mtu;
	result = rewrite_fragment_begin(&it, &j->fragment, out->data, out->len, out->wire_len,
					out->linktype);
	if (result != REWRITE_OK) {
		name_long(j, t, p, out, "left out", rewrite_result_text(result));
		return replay_feed_skip(j->feed, t, REPLAY_REWRITE + result, err);
	}
	if (it.whole) {
		name_long(j, t, p, out, "sent without what follows its IP packet", NULL);
	} else {
		name_long(j, t, p, out, "fragmented", NULL);
		counter_add(&j->found.fragmented, 1);
	}
	while (!code && (len = rewrite_fragment_next(&it, piece)))
		code = feed_bytes(j, t, p, piece, len, err);
	return code;
}

static int too_long(struct replay_judge *j, struct replay_target *t, const struct replay_packet *p,
		    const struct outgoing *out, struct errmsg *err)
{
	switch (j->o->mtu) {
	case REPLAY_MTU_FRAGMENT:
		return fragment(j, t, p, out, err);
	case REPLAY_MTU_TRUNCATE:
		name_long(j, t, p, out, "truncated", NULL);
		counter_add(&j->found.truncated, 1);
		return feed_bytes(j, t, p, out->data, t->frame_max, err);
	case REPLAY_MTU_STOP:
		counter_add(&j->found.too_long, 1);
		return errmsg_set(err, -EMSGSIZE,
				  "%.200s: packet %" PRIu64 " has %u bytes, and %s takes %u (MTU "
				  "%u); --mtu-policy stop",
				  reader_name(p->reader), p->number, out->len, t->to->name,
				  t->frame_max, t->link->mtu);
	case REPLAY_MTU_SKIP:
		name_long(j, t, p, out, "left out", NULL);
		break;
	}
	return replay_feed_skip(j->feed, t, REPLAY_LONG, err);
}

/* ---- all frames ---- */

static bool fits(const struct replay_target *t, const struct outgoing *out)
{
	return out->len <= t->frame_max ||
	       rewrite_fits_mtu(out->data, out->len, out->linktype, t->mtu);
}

/* Rules and conversions, into the scratch. */
static enum rewrite_result change(struct replay_judge *j, const struct replay_target *t,
				  const struct frame_view *f, struct outgoing *out)
{
	struct rewritten done;
	const enum rewrite_result result = rewrite_frame(
		&j->o->rewrite, replay_target_takes(t, f->linktype) ? NULL : &t->convert, f,
		j->scratch, SCRATCH, &done);

	if (result != REWRITE_OK)
		return result;
	*out = (struct outgoing){ .data = j->scratch,
				  .len = done.len,
				  .wire_len = done.wire_len,
				  .linktype = done.linktype };
	if (done.changed)
		counter_add(&j->found.changed, 1);
	return result;
}

static bool is_short(const struct frame_view *f)
{
	return f->cap_len < (f->linktype == LINKTYPE_ETHERNET ? ETHERNET_HEADER : 1);
}

/*
 * Most files do not say that a checksum was left to the NIC. A receiver drops such a packet, and
 * rules keep it as wrong as it was; so whoever sends it learns of it, from the first one.
 */
static void look_at_checksum(struct replay_judge *j, const struct replay_packet *p,
			     const struct frame_view *f)
{
	if (!(f->flags & FRAME_CSUM_NOT_READY) &&
	    !rewrite_checksum_left(f->data, f->cap_len, f->linktype)) {
		j->to_look_at--;
		return;
	}
	j->to_look_at = 0;
	log_note("%.200s: packet %" PRIu64 " was captured before its checksum was computed, others "
		 "perhaps too: receivers drop it; --fix-checksums computes them",
		 reader_name(p->reader), p->number);
}

/* The packet for one of the interfaces. */
static int judge_for(struct replay_judge *j, struct replay_target *t, const struct replay_packet *p,
		     const struct frame_view *f, struct errmsg *err)
{
	const bool takes = replay_target_takes(t, f->linktype);
	struct outgoing out = {
		.data = f->data, .len = f->cap_len, .wire_len = f->wire_len, .linktype = f->linktype
	};
	enum rewrite_result result = REWRITE_OK;

	if (unlikely(is_short(f)))
		return replay_feed_skip(j->feed, t, REPLAY_SHORT, err);
	if (unlikely(f->cap_len < f->wire_len && j->o->cut == REPLAY_CUT_SKIP))
		return replay_feed_skip(j->feed, t, REPLAY_CUT, err);
	if (unlikely(!takes && !j->o->convert))
		return replay_feed_skip(j->feed, t, REPLAY_LINKTYPE, err);
	if (!j->plain || !takes)
		result = change(j, t, f, &out);
	if (unlikely(result != REWRITE_OK))
		return replay_feed_skip(j->feed, t, REPLAY_REWRITE + result, err);
	if (unlikely(!fits(t, &out)))
		return too_long(j, t, p, &out, err);
	return feed_bytes(j, t, p, out.data, out.len, err);
}

int replay_judge_packet(struct replay_judge *j, const struct replay_packet *p, struct errmsg *err)
{
	const struct reader_interface *iface = reader_interface(p->reader, p->frame.ifindex);
	struct frame_view f = p->frame;
	int code = 0, share;

	if (iface && iface->fcs_len)
		rewrite_drop_fcs(&f, iface->fcs_len);
	if (f.cap_len < f.wire_len)
		counter_add(&j->found.cut, 1);
	if (f.flags & FRAME_CSUM_NOT_READY && !j->o->rewrite.fix_checksums)
		counter_add(&j->found.unfinished, 1);
	if (unlikely(j->to_look_at))
		look_at_checksum(j, p, &f);
	if (j->o->split == REPLAY_SPLIT_ALL) {
		for (size_t i = 0; !code && i < j->feed->nr_targets; i++)
			code = judge_for(j, &j->feed->targets[i], p, &f, err);
		return code;
	}
	share = replay_share(j->o, p->reader, p->input, f.ifindex, f.direction);
	if (share < 0)
		counter_add(&j->found.unassigned, 1);
	else
		code = judge_for(j, &j->feed->targets[share], p, &f, err);
	return code;
}
