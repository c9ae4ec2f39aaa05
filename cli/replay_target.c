#include "cli/replay_target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/link.h"
#include "cli/filter_options.h"
#include "core/counter.h"
#include "core/linktype.h"
#include "core/log.h"

enum { ETHERNET_HEADER = 14 };

static const struct {
	const char *name, *text;
} reasons[REPLAY_NR_REASONS] = {
#define X(id, name, text) [REPLAY_##id] = { #name, text },
	REPLAY_REASONS(X)
#undef X
#define X(id, name, text) [REPLAY_REWRITE + REWRITE_##id] = { "rewrite_" #name, text },
		REWRITE_RESULTS(X)
#undef X
};

int replay_target_open(struct replay_target *t, const struct replay_options *o,
		       const struct replay_to *to, struct errmsg *err)
{
	struct sender_config cfg;
	int code = 0, linktype;

	send_options_config(&o->send, to->name, &cfg);
	t->to = to;
	t->lanes = calloc(o->threads, sizeof(*t->lanes));
	if (!t->lanes)
		return errmsg_set(err, -ENOMEM, "out of memory");
	for (; !code && t->nr_lanes < o->threads; t->nr_lanes++) {
		t->lanes[t->nr_lanes].live = o->send.xdp;
		replay_queue_open(&t->lanes[t->nr_lanes].queue, o->preload);
		code = sender_open(&cfg, &t->lanes[t->nr_lanes].sender, err);
	}
	if (code)
		return code;
	t->have_senders = true;
	t->link = sender_link(t->lanes[0].sender);
	linktype = link_linktype(t->link->arphrd);
	if (linktype < 0)
		return errmsg_set(err, -EOPNOTSUPP,
				  "%s: frames for an interface of its kind (ARPHRD %u) are of no "
				  "registered link type: nothing recorded can be sent there",
				  to->name, t->link->arphrd);
	t->linktype = (uint16_t)linktype;
	t->frame_max = MIN_OF(sender_frame_max(t->lanes[0].sender), (uint32_t)REPLAY_FRAME_MAX);
	t->mtu = t->frame_max - (t->linktype == LINKTYPE_ETHERNET ? ETHERNET_HEADER : 0);
	t->convert = (struct rewrite_link){ .linktype = t->linktype,
					    .has_dst_mac = o->rewrite.has_dst_mac };
	memcpy(t->convert.src_mac, t->link->mac, sizeof(t->convert.src_mac));
	memcpy(t->convert.dst_mac, o->rewrite.dst_mac, sizeof(t->convert.dst_mac));
	return 0;
}

static void sum_senders(const struct replay_target *t, struct sender_counts *ret)
{
	*ret = t->counts;
	for (uint32_t i = 0; t->have_senders && i < t->nr_lanes; i++) {
		struct sender_counts one;

		sender_counts(t->lanes[i].sender, &one);
		send_counts_add(ret, &one);
	}
}

void replay_target_end(struct replay_target *t)
{
	t->have_senders = false;
	for (uint32_t i = 0; i < t->nr_lanes; i++) {
		struct sender_counts last;

		replay_lane_end(&t->lanes[i], &last);
		send_counts_add(&t->counts, &last);
	}
	t->link = NULL;
}

void replay_target_close(struct replay_target *t)
{
	replay_target_end(t);
	for (uint32_t i = 0; i < t->nr_lanes; i++)
		replay_queue_close(&t->lanes[i].queue);
	free(t->lanes);
}

/* The bytes of these three are the same. */
static bool is_ip(uint16_t linktype)
{
	return linktype == LINKTYPE_RAW || linktype == LINKTYPE_IPV4 || linktype == LINKTYPE_IPV6;
}

bool replay_target_takes(const struct replay_target *t, uint16_t linktype)
{
	return linktype == t->linktype || (t->linktype == LINKTYPE_RAW && is_ip(linktype));
}

static int named_share(const struct replay_options *o, const struct reader *r, uint32_t id)
{
	const struct reader_interface *iface = reader_interface(r, id);

	for (size_t i = 0; i < o->nr_to; i++) {
		const struct replay_to *to = &o->to[i];
		const bool named = to->of && iface && iface->name && !strcmp(to->of, iface->name);

		if (named || (to->of ? to->number : i) == id)
			return (int)i;
	}
	return -1;
}

int replay_share(const struct replay_options *o, const struct reader *r, uint32_t file,
		 uint32_t interface_id, uint8_t direction)
{
	size_t share = 0;

	switch (o->split) {
	case REPLAY_SPLIT_FILE:
		share = file;
		break;
	case REPLAY_SPLIT_INTERFACE:
		return named_share(o, r, interface_id);
	case REPLAY_SPLIT_DIRECTION:
		if (direction != FRAME_DIR_IN && direction != FRAME_DIR_OUT)
			return -1;
		share = direction == FRAME_DIR_IN ? 0 : 1;
		break;
	case REPLAY_SPLIT_NONE:
	case REPLAY_SPLIT_ALL:
		break;
	}
	return share < o->nr_to ? (int)share : -1;
}

/* ---- before anything is sent ---- */

struct check {
	const struct replay_target *target;
	const struct replay_options *o;
	uint32_t good, bad;
	char first[512]; /* why the first bad one is */
};

/* Words where it cannot be taken. */
static void why_not(const struct check *c, const struct reader *r, uint32_t id, struct strbuf *s)
{
	const struct reader_interface *iface = reader_interface(r, id);
	bool needs_dst = false;
	char why_text[320], name[32];
	struct strbuf why = strbuf_over(why_text, sizeof(why_text));
	const enum rewrite_fit fit =
		rewrite_link_fit(iface->linktype, c->target->linktype, &needs_dst, &why);

	if (fit == REWRITE_FITS || replay_target_takes(c->target, iface->linktype))
		return;
	strbuf_printf(s, "%.200s: its packets", reader_name(r));
	if (reader_nr_interfaces(r) > 1)
		strbuf_printf(s, " of interface %u", id);
	strbuf_printf(s, " (%s) are not what %s takes", linktype_text(iface->linktype, name),
		      c->target->to->name);
	if (fit == REWRITE_CANNOT)
		strbuf_printf(s, ": %s", why_text);
	else if (!c->o->convert)
		strbuf_printf(s, " (%s); --rewrite converts them%s",
			      linktype_text(c->target->linktype, name),
			      needs_dst && !c->o->rewrite.has_dst_mac
				      ? ", with --dst-mac MAC, since they have none"
				      : "");
	else if (needs_dst && !c->o->rewrite.has_dst_mac)
		strbuf_puts(s, ", and they have no destination MAC; give one with --dst-mac MAC");
	else
		strbuf_reset(s);
}

static void check_interface(struct check *c, const struct reader *r, uint32_t id)
{
	char text[512];
	struct strbuf s = strbuf_over(text, sizeof(text));

	why_not(c, r, id, &s);
	if (!s.len) {
		c->good++;
		return;
	}
	if (!c->bad++)
		memcpy(c->first, text, sizeof(text));
}

static void check_file(struct check *c, size_t index, const struct reader *r, uint32_t file)
{
	const enum replay_split split = c->o->split;

	for (uint32_t id = 0; id < reader_nr_interfaces(r); id++) {
		const bool all = split == REPLAY_SPLIT_ALL || split == REPLAY_SPLIT_DIRECTION;

		if (all || replay_share(c->o, r, file, id, FRAME_DIR_UNKNOWN) == (int)index)
			check_interface(c, r, id);
	}
}

int replay_targets_check(const struct replay_target *targets, size_t nr,
			 const struct replay_options *o, const struct replay_source *s,
			 struct errmsg *err)
{
	for (size_t i = 0; i < nr; i++) {
		struct check c = { .target = &targets[i], .o = o };

		for (size_t f = 0; f < replay_source_nr_files(s); f++)
			check_file(&c, i, replay_source_reader(s, f), (uint32_t)f);
		if (c.bad && !c.good)
			return errmsg_set(err, -EMEDIUMTYPE, "%s", c.first);
		if (c.bad)
			log_note("%s%s; they are left out", c.first,
				 c.bad > 1 ? ", and others" : "");
	}
	return 0;
}

/* ---- the report ---- */

void replay_target_report(const struct replay_target *t, struct send_link *ret)
{
	uint64_t skipped = 0;

	ret->name = t->to->name;
	ret->threads = t->nr_lanes;
	ret->offered = 0;
	ret->nr_skipped = 0;
	sum_senders(t, &ret->counts);
	for (uint32_t i = 0; i < t->nr_lanes; i++) {
		ret->offered += counter_get(&t->lanes[i].offered);
		ret->counts.failed[TRANSMIT_UNSENT] += counter_get(&t->lanes[i].unsent);
	}
	for (size_t reason = 0; reason < REPLAY_NR_REASONS; reason++) {
		uint64_t frames = 0;

		for (uint32_t i = 0; i < t->nr_lanes; i++)
			frames += counter_get(&t->lanes[i].skipped[reason]);
		skipped += frames;
		/* Those of rewriting are many: only what happened. */
		if (frames || reason < REPLAY_REWRITE)
			ret->skipped[ret->nr_skipped++] =
				(struct send_skipped){ .name = reasons[reason].name,
						       .text = reasons[reason].text,
						       .frames = frames };
	}
	/* A lane counts by chunks, its sender by batches: while they run one is ahead. */
	if (t->have_senders)
		ret->offered = MAX_OF(ret->offered, ret->counts.sent + skipped +
							    send_failed_frames(&ret->counts));
}
