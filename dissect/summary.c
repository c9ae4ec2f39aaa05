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

static inline uint8_t top_proto(const struct dissection *d)
{
	const unsigned nr = d->notes & NOTE_QUOTE ? d->quote_from : d->nr_layers;

	return nr ? d->layers[nr - 1].proto : PROTO_NONE;
}

/*
 * Four bytes have just been written behind sixteen zeros: reading all sixteen at once would wait
 * until both stores have left the CPU, behind all that wait for a cache line.
 */
static inline void fill_addresses(const struct flow *flow, struct summary *ret)
{
	if (likely(flow->addr_len == 4)) {
		memset(ret->src, 0, sizeof(ret->src));
		memset(ret->dst, 0, sizeof(ret->dst));
		memcpy(ret->src, flow->src, 4);
		memcpy(ret->dst, flow->dst, 4);
		return;
	}
	memcpy(ret->src, flow->src, sizeof(ret->src));
	memcpy(ret->dst, flow->dst, sizeof(ret->dst));
}

void summary_fill(const struct dissection *d, struct summary *ret)
{
	ret->ts_ns = d->frame.ts_ns;
	ret->cap_len = d->frame.cap_len;
	ret->wire_len = d->frame.wire_len;
	ret->ifindex = d->frame.ifindex;
	ret->sport = d->flow.sport;
	ret->dport = d->flow.dport;
	fill_addresses(&d->flow, ret);
	ret->vlan_id = d->vlan[0];
	ret->top_proto = top_proto(d);
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
