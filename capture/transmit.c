/* capture/transmit.c -- what both ways of sending have in common (see transmit.h). */
#include "capture/transmit.h"

#include <errno.h>
#include <stdio.h>

#include "capture/transmit_internal.h"
#include "core/bytes.h"
#include "core/linktype.h"

enum { ETHERNET_HEADER = 14 };

/* As the kernel's hard_header_len: what a frame has beyond the MTU. */
static uint32_t header_len(const struct link_info *link)
{
	return link_linktype(link->arphrd) == LINKTYPE_ETHERNET ? ETHERNET_HEADER : 0;
}

int transmit_open(const struct transmit_config *cfg, struct transmit **ret, struct errmsg *err)
{
	struct transmit_config c = *cfg;
	struct link_info link;
	int code = link_by_name(cfg->interface, &link, err);
	uint32_t longest;

	if (code)
		return code;
	/* The XDP way has a limit of its own, and is told what was asked. */
	longest = link.mtu + header_len(&link);
	if (c.way == TRANSMIT_RING)
		c.frame_max = c.frame_max ? MIN_OF(c.frame_max, longest) : longest;
	return c.way == TRANSMIT_XDP ? live_open(&c, &link, ret, err)
				     : tx_ring_open(&c, &link, ret, err);
}

int transmit_look(uint32_t ifindex, struct link_info *ret)
{
	char number[16];
	int code;

	snprintf(number, sizeof(number), "%u", ifindex);
	code = link_by_name(number, ret, NULL);
	if (code && code != -ENODEV)
		return -EAGAIN; /* the question has failed, which says nothing of the link */
	if (code || ret->ifindex != ifindex)
		return -ENODEV;
	if (!ret->up)
		return -ENETDOWN;
	return ret->running ? 0 : -EAGAIN;
}

void transmit_stop(struct transmit *t)
{
	if (!t->stopped)
		t->ops->stop(t);
	t->stopped = true;
}

void transmit_close(struct transmit *t)
{
	if (!t)
		return;
	transmit_stop(t);
	t->ops->close(t);
}

const struct link_info *transmit_link(const struct transmit *t)
{
	return &t->link;
}

uint32_t transmit_frame_max(const struct transmit *t)
{
	return t->frame_max;
}

const struct transmit_counts *transmit_counts(const struct transmit *t)
{
	return &t->counts;
}

uint8_t *transmit_slot(struct transmit *t)
{
	return t->ops->slot(t);
}

void transmit_commit(struct transmit *t, uint32_t len, uint64_t due_ns)
{
	t->ops->commit(t, len, due_ns);
}

int transmit_kick(struct transmit *t)
{
	return t->ops->kick(t);
}

int transmit_wait(struct transmit *t, uint64_t ns)
{
	return t->ops->wait(t, ns);
}

int transmit_drain(struct transmit *t, uint64_t ns)
{
	return t->ops->drain(t, ns);
}

int transmit_repeat(struct transmit *t, uint64_t total, double gap_ns)
{
	return t->ops->repeat ? t->ops->repeat(t, total, gap_ns) : -EOPNOTSUPP;
}

void transmit_watch(struct transmit *t, transmit_went_fn *fn, void *ctx)
{
	t->went = fn;
	t->went_ctx = ctx;
}
