#include "dissect/summary.h"

#include <stddef.h>

static_assert(offsetof(struct summary, src) == 24, "ABI");
static_assert(offsetof(struct summary, vlan_id) == 56, "ABI");
static_assert(offsetof(struct summary, bits) == 63, "ABI");

static inline bool has_extra(const struct dissection *d)
{
	return d->nr_ip > 1 || d->nr_vlans > 1;
}

static inline uint8_t summary_bits(const struct dissection *d)
{
	unsigned bits = d->status;

	if (unlikely(d->status != DISSECT_OK))
		bits |= SUMMARY_WILD;
	if (unlikely(d->notes & NOTE_FRAGMENT))
		bits |= SUMMARY_FRAGMENT;
	if (unlikely(d->notes & NOTE_LATER_FRAGMENT))
		bits |= SUMMARY_LATER_FRAGMENT;
	if (d->frame.cap_len < d->frame.wire_len)
		bits |= SUMMARY_CUT;
	if (unlikely(has_extra(d)))
		bits |= SUMMARY_EXTRA;
	return (uint8_t)bits;
}

void summary_fill(const struct dissection *d, struct summary *ret)
{
	ret->ts_ns = d->frame.ts_ns;
	ret->cap_len = d->frame.cap_len;
	ret->wire_len = d->frame.wire_len;
	ret->ifindex = d->frame.ifindex;
	ret->sport = d->flow.sport;
	ret->dport = d->flow.dport;
	memcpy(ret->src, d->flow.src, sizeof(ret->src));
	memcpy(ret->dst, d->flow.dst, sizeof(ret->dst));
	ret->vlan_id = d->vlan[0];
	ret->top_proto = d->nr_layers ? d->layers[d->nr_layers - 1].proto : PROTO_NONE;
	ret->l4_proto = d->flow.l4_proto;
	ret->tcp_flags = d->flow.tcp_flags;
	ret->addr_len = d->flow.addr_len;
	ret->bits = summary_bits(d);
}

bool summary_extra_fill(const struct dissection *d, struct summary_extra *ret)
{
	if (likely(!has_extra(d)))
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->vlan2_id = d->vlan[1];
	ret->nr_ip = d->nr_ip;
	if (d->nr_ip < 2)
		return true;
	memcpy(ret->src, d->inner.src, sizeof(ret->src));
	memcpy(ret->dst, d->inner.dst, sizeof(ret->dst));
	ret->sport = d->inner.sport;
	ret->dport = d->inner.dport;
	ret->addr_len = d->inner.addr_len;
	ret->l4_proto = d->inner.l4_proto;
	ret->tcp_flags = d->inner.tcp_flags;
	return true;
}
