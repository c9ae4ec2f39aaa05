#include "dissect/rewrite/rewrite.h"

#include <string.h>

#include "core/linktype.h"
#include "dissect/rewrite/rewrite_internal.h"

enum {
	ARP_HDR = 8,
	PPPOE_LEN = 6,
	PPP_IPV4 = 0x21,
	PPP_IPV6 = 0x57,
	MPLS_LEN = 4,
	MPLS_BOTTOM = 0x100,
	SNAP_LEN = 8,
	VLAN_ID_MASK = 0xfff,
};

bool map_mac(const struct rewrite *rw, uint8_t *mac)
{
	uint32_t i;

	for (i = 0; i < rw->nr_macs; i++) {
		const struct rewrite_mac_map *m = &rw->macs[i];

		if (memcmp(mac, m->from, REWRITE_MAC_LEN))
			continue;
		memcpy(mac, m->to, REWRITE_MAC_LEN);
		return memcmp(m->from, m->to, REWRITE_MAC_LEN);
	}
	return false;
}

static struct network network_by_version(const uint8_t *frame, uint32_t len, uint32_t off)
{
	struct network n = { .off = off };

	if (off < len && frame[off] >> 4 == 4)
		n.ethertype = ETHERTYPE_IPV4;
	else if (off < len && frame[off] >> 4 == 6)
		n.ethertype = ETHERTYPE_IPV6;
	return n;
}

static struct network network_in_pppoe(const uint8_t *frame, uint32_t len, uint32_t off)
{
	if (len - off < PPPOE_LEN + 2)
		return (struct network){ 0 };
	switch (load_be16(frame + off + PPPOE_LEN)) {
	case PPP_IPV4:
	case PPP_IPV6:
		return network_by_version(frame, len, off + PPPOE_LEN + 2);
	}
	return (struct network){ 0 };
}

/* Nothing says what labels carry but the first bits behind them, RFC 4928. */
static struct network network_in_mpls(const uint8_t *frame, uint32_t len, uint32_t off)
{
	while (len - off >= MPLS_LEN) {
		const uint32_t label = load_be32(frame + off);

		off += MPLS_LEN;
		if (label & MPLS_BOTTOM)
			return network_by_version(frame, len, off);
	}
	return (struct network){ 0 };
}

static struct network network_in_ethernet(const uint8_t *frame, uint32_t len)
{
	static const uint8_t snap[] = { 0xaa, 0xaa, 3, 0, 0, 0 };
	uint32_t off = ETHERNET_LEN;
	uint16_t type;

	if (len < ETHERNET_LEN)
		return (struct network){ 0 };
	type = load_be16(frame + 12);
	while (ethertype_is_tag(type) && len - off >= REWRITE_TAG_LEN) {
		type = load_be16(frame + off + 2);
		off += REWRITE_TAG_LEN;
	}
	if (type < ETHERTYPE_MIN && len - off >= SNAP_LEN &&
	    !memcmp(frame + off, snap, sizeof(snap))) {
		type = load_be16(frame + off + 6);
		off += SNAP_LEN;
	}
	switch (type) {
	case ETHERTYPE_IPV4:
	case ETHERTYPE_IPV6:
	case ETHERTYPE_ARP:
	case ETHERTYPE_RARP:
		return (struct network){ off, type };
	case ETHERTYPE_PPPOE:
		return network_in_pppoe(frame, len, off);
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MULTICAST:
		return network_in_mpls(frame, len, off);
	}
	return (struct network){ 0 };
}

struct network network_find(const uint8_t *frame, uint32_t len, uint16_t linktype)
{
	switch (linktype) {
	case LINKTYPE_ETHERNET:
		return network_in_ethernet(frame, len);
	case LINKTYPE_RAW:
	case LINKTYPE_IPV4:
	case LINKTYPE_IPV6:
		return network_by_version(frame, len, 0);
	}
	return (struct network){ 0 };
}

/* RFC 826: hardware and protocol address of the sender, then of the target. */
static unsigned rewrite_arp(const struct rewrite *rw, uint8_t *p, uint32_t len)
{
	unsigned changed = 0;
	uint32_t at = ARP_HDR, hw_len;
	int i;

	if (len < ARP_HDR || load_be16(p + 2) != ETHERTYPE_IPV4 || p[5] != 4)
		return 0;
	hw_len = p[4];
	for (i = 0; i < 2; i++, at += hw_len + 4) {
		if (hw_len == REWRITE_MAC_LEN && at + hw_len <= len && map_mac(rw, p + at))
			changed |= REWRITE_CHANGED_MAC;
		if (at + hw_len + 4 <= len && map_v4(rw, p + at + hw_len))
			changed |= REWRITE_CHANGED_ADDRESS;
	}
	return changed;
}

static bool set_mac(uint8_t *at, const uint8_t *mac)
{
	if (!memcmp(at, mac, REWRITE_MAC_LEN))
		return false;
	memcpy(at, mac, REWRITE_MAC_LEN);
	return true;
}

static unsigned rewrite_macs(const struct rewrite *rw, uint8_t *frame)
{
	bool changed = map_mac(rw, frame);

	changed |= map_mac(rw, frame + REWRITE_MAC_LEN);
	if (rw->has_dst_mac)
		changed |= set_mac(frame, rw->dst_mac);
	if (rw->has_src_mac)
		changed |= set_mac(frame + REWRITE_MAC_LEN, rw->src_mac);
	return changed ? REWRITE_CHANGED_MAC : 0;
}

/* Rules that look at more than the Ethernet header. */
static bool reaches_network(const struct rewrite *rw)
{
	return rw->nr_v4 || rw->nr_v6 || rw->nr_ports || rw->nr_macs || rw->fix_checksums;
}

bool rewrite_is_empty(const struct rewrite *rw)
{
	return !reaches_network(rw) && !rw->has_src_mac && !rw->has_dst_mac && !rw->vlan &&
	       !rw->pad;
}

unsigned rewrite_apply(const struct rewrite *rw, uint8_t *frame, uint32_t len, uint16_t linktype)
{
	unsigned changed = 0;
	struct network n;

	if (linktype == LINKTYPE_ETHERNET && len >= ETHERNET_LEN)
		changed = rewrite_macs(rw, frame);
	if (!reaches_network(rw))
		return changed;
	n = network_find(frame, len, linktype);
	switch (n.ethertype) {
	case ETHERTYPE_ARP:
	case ETHERTYPE_RARP:
		changed |= rewrite_arp(rw, frame + n.off, len - n.off);
		break;
	case ETHERTYPE_IPV4:
	case ETHERTYPE_IPV6:
		changed |= rewrite_ip(rw, frame + n.off, len - n.off);
		if (rw->fix_checksums)
			changed |= fix_checksums(frame + n.off, len - n.off);
		break;
	}
	return changed;
}

bool rewrite_checksum_left(const uint8_t *frame, uint32_t len, uint16_t linktype)
{
	const struct network n = network_find(frame, len, linktype);

	if (n.ethertype != ETHERTYPE_IPV4 && n.ethertype != ETHERTYPE_IPV6)
		return false;
	/* The walk over the headers is the one that changes them elsewhere. */
	return checksum_left((uint8_t *)(uintptr_t)frame + n.off, len - n.off);
}

static enum rewrite_result push_tag(uint16_t id, uint8_t *frame, uint32_t room, struct rewritten *r)
{
	if (r->len + REWRITE_TAG_LEN > room || r->wire_len > UINT32_MAX - REWRITE_TAG_LEN)
		return REWRITE_NO_ROOM;
	memmove(frame + 16, frame + 12, r->len - 12);
	store_be16(frame + 12, ETHERTYPE_VLAN);
	store_be16(frame + 14, id);
	r->len += REWRITE_TAG_LEN;
	r->wire_len += REWRITE_TAG_LEN;
	r->changed |= REWRITE_CHANGED_VLAN;
	return REWRITE_OK;
}

static void pop_tag(uint8_t *frame, struct rewritten *r)
{
	memmove(frame + 12, frame + 16, r->len - 16);
	r->len -= REWRITE_TAG_LEN;
	r->wire_len -= REWRITE_TAG_LEN;
	r->changed |= REWRITE_CHANGED_VLAN;
}

static void set_tag(uint16_t id, uint8_t *frame, struct rewritten *r)
{
	const uint16_t tci = load_be16(frame + 14);
	const uint16_t wanted = (uint16_t)((tci & ~VLAN_ID_MASK) | id);

	if (tci == wanted)
		return;
	store_be16(frame + 14, wanted);
	r->changed |= REWRITE_CHANGED_VLAN;
}

static enum rewrite_result rewrite_tag(const struct rewrite *rw, uint8_t *frame, uint32_t room,
				       struct rewritten *r)
{
	bool tagged;

	if (rw->vlan == REWRITE_VLAN_KEEP || r->linktype != LINKTYPE_ETHERNET ||
	    r->len < ETHERNET_LEN)
		return REWRITE_OK;
	tagged =
		r->len >= ETHERNET_LEN + REWRITE_TAG_LEN && ethertype_is_tag(load_be16(frame + 12));
	if (rw->vlan == REWRITE_VLAN_PUSH || (rw->vlan == REWRITE_VLAN_SET && !tagged))
		return push_tag(rw->vlan_id, frame, room, r);
	if (tagged && rw->vlan == REWRITE_VLAN_SET)
		set_tag(rw->vlan_id, frame, r);
	else if (tagged)
		pop_tag(frame, r);
	return REWRITE_OK;
}

enum rewrite_result rewrite_frame(const struct rewrite *rw, const struct rewrite_link *link,
				  const struct frame_view *f, uint8_t *out, uint32_t room,
				  struct rewritten *ret)
{
	struct rewritten done;
	enum rewrite_result r;

	if (link && link->linktype != f->linktype)
		r = rewrite_link(link, f, out, room, &done);
	else
		r = link_copy(f, out, room, &done);
	if (r == REWRITE_OK && rw->pad)
		r = rewrite_pad(out, room, &done);
	if (r == REWRITE_OK)
		r = rewrite_tag(rw, out, room, &done);
	if (r != REWRITE_OK)
		return r;
	done.changed |= (uint8_t)rewrite_apply(rw, out, done.len, done.linktype);
	*ret = done;
	return REWRITE_OK;
}
