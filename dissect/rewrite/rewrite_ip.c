/* dissect/rewrite/rewrite_ip.c -- addresses and ports of an IP packet, and the checksums over them.
 */
#include "dissect/rewrite/rewrite_internal.h"

enum {
	IPPROTO_ROUTING_NR = 43,
	ROUTING_SOURCE = 0,
	ROUTING_MOBILE = 2,
	ROUTING_SEGMENTS = 4,
	OPT_END = 0,
	OPT_NOP = 1,
	OPT_RECORD_ROUTE = 7,
	OPT_LOOSE_ROUTE = 131,
	OPT_STRICT_ROUTE = 137,
	V6_LEN = 16,
	CRC_PIECE = 64,
	VRRP_NR = 112,
};

bool map_v4(const struct rewrite *rw, uint8_t *addr)
{
	const uint32_t old = load_u32(addr);
	uint32_t i;

	for (i = 0; i < rw->nr_v4; i++) {
		const struct rewrite_map *m = &rw->v4[i];
		uint32_t new;

		if ((old & (uint32_t)m->mask[0]) != (uint32_t)m->net[0])
			continue;
		new = (old & (uint32_t)m->keep[0]) | (uint32_t)m->to[0];
		if (new == old)
			return false;
		store_u32(addr, new);
		return true;
	}
	return false;
}

bool map_v6(const struct rewrite *rw, uint8_t *addr)
{
	const uint64_t high = load_u64(addr), low = load_u64(addr + 8);
	uint32_t i;

	for (i = 0; i < rw->nr_v6; i++) {
		const struct rewrite_map *m = &rw->v6[i];
		uint64_t new_high, new_low;

		if ((high & m->mask[0]) != m->net[0] || (low & m->mask[1]) != m->net[1])
			continue;
		new_high = (high & m->keep[0]) | m->to[0];
		new_low = (low & m->keep[1]) | m->to[1];
		if (new_high == high && new_low == low)
			return false;
		store_u64(addr, new_high);
		store_u64(addr + 8, new_low);
		return true;
	}
	return false;
}

static bool map_port(const struct rewrite *rw, uint8_t *at, uint8_t proto)
{
	const uint16_t old = load_be16(at);
	uint32_t i;

	for (i = 0; i < rw->nr_ports; i++) {
		const struct rewrite_port_map *m = &rw->ports[i];

		if (old < m->first || old > m->last || (m->proto && m->proto != proto))
			continue;
		if (m->to == m->first)
			return false;
		store_be16(at, (uint16_t)(old - m->first + m->to));
		return true;
	}
	return false;
}

/* The addresses that a source route or a record of one has so far. */
static bool map_options(const struct rewrite *rw, uint8_t *p, uint32_t len)
{
	bool changed = false;
	uint32_t off = 0, at, end;

	while (len - off >= 2 && p[off] != OPT_END) {
		const uint32_t opt_len = p[off] == OPT_NOP ? 1 : p[off + 1];

		if (!opt_len || (p[off] != OPT_NOP && opt_len < 2) || opt_len > len - off)
			break;
		end = 0;
		if (p[off] == OPT_LOOSE_ROUTE || p[off] == OPT_STRICT_ROUTE)
			end = opt_len;
		else if (p[off] == OPT_RECORD_ROUTE && opt_len >= 3) /* the pointer counts from 1 */
			end = MIN_OF(opt_len, (uint32_t)MAX_OF(p[off + 2], 1) - 1);
		for (at = 3; at + 4 <= end; at += 4)
			changed |= map_v4(rw, p + off + at);
		off += opt_len;
	}
	return changed;
}

static bool map_route(const struct rewrite *rw, uint8_t *p, uint32_t len)
{
	bool changed = false;
	uint32_t end = len, at;

	switch (p[2]) {
	case ROUTING_SOURCE:
	case ROUTING_MOBILE:
		break;
	case ROUTING_SEGMENTS: /* what follows the list are TLVs, RFC 8754 2 */
		end = MIN_OF(len, 8 + (p[4] + 1u) * V6_LEN);
		break;
	default:
		return false;
	}
	for (at = 8; at + V6_LEN <= end; at += V6_LEN)
		changed |= map_v6(rw, p + at);
	return changed;
}

static bool map_v6_addresses(const struct rewrite *rw, const struct ip_packet *ip)
{
	struct extension ext = { .next = ip->p[6], .off = IPV6_HDR_LEN };
	bool changed = map_v6(rw, ip->p + 8);

	changed |= map_v6(rw, ip->p + 24);
	while (ip->detour && ext.off + ext.len < ip->l4 &&
	       extension_read(ip->p, ip->len, ext.off + ext.len, ext.next, &ext))
		if (ext.type == IPPROTO_ROUTING_NR)
			changed |= map_route(rw, ip->p + ext.off, ext.len);
	return changed;
}

static bool map_v4_addresses(const struct rewrite *rw, const struct ip_packet *ip)
{
	const uint32_t before = checksum_partial(ip->p + 12, ip->hdr_len - 12, 0);
	bool changed = map_v4(rw, ip->p + 12);

	changed |= map_v4(rw, ip->p + 16);
	if (unlikely(ip->detour))
		changed |= map_options(rw, ip->p + IPV4_HDR_MIN, ip->hdr_len - IPV4_HDR_MIN);
	if (changed)
		checksum_update(ip->p + 10, before,
				checksum_partial(ip->p + 12, ip->hdr_len - 12, 0));
	return changed;
}

/*
 * CRC-32C is linear: what four changed bytes make of it depends on how many follow alone. Begun and
 * ended without its complements, it is that of the difference.
 */
static void update_crc(uint8_t *at, const uint8_t *before, const uint8_t *after, uint32_t follow)
{
	static const uint8_t zeros[CRC_PIECE];
	const uint32_t difference = load_u32(before) ^ load_u32(after);
	uint32_t crc = checksum_crc32c((const uint8_t *)&difference, sizeof(difference), ~0u);

	for (; follow > CRC_PIECE; follow -= CRC_PIECE)
		crc = checksum_crc32c(zeros, CRC_PIECE, crc);
	crc = checksum_crc32c(zeros, follow, crc);
	store_le32(at, load_le32(at) ^ ~crc);
}

static bool map_ports(const struct rewrite *rw, uint8_t *ports, uint8_t proto)
{
	bool changed = map_port(rw, ports, proto);

	changed |= map_port(rw, ports + 2, proto);
	return changed;
}

/* A fragment without the checksum's place keeps its ports: the one that has it is not known. */
static bool ports_may_change(const struct ip_packet *ip, const struct transport *t)
{
	const uint32_t wire_len = ip->total - ip->l4;

	if (ip->offset || ip->len - ip->l4 < 4)
		return false;
	if (t->crc)
		return !ip->fragment && !ip->no_length && wire_len >= t->checksum_at + 4u;
	return !ip->fragment || wire_len >= t->checksum_at + 2u;
}

/* A checksum here, or in the fragment that has its place. NULL: it is not here, or there is none.
 */
static uint8_t *checksum_place(const struct ip_packet *ip, const struct transport *t, uint32_t size)
{
	uint8_t *at;

	if (ip->offset > t->checksum_at || ip->len - ip->l4 < t->checksum_at - ip->offset + size)
		return NULL;
	at = ip->p + ip->l4 + (t->checksum_at - ip->offset);
	return t->optional && !load_be16(at) ? NULL : at;
}

static bool addresses_summed(const struct ip_packet *ip, const struct transport *t)
{
	/* Version 2 has another checksum; later fragments do not say. */
	if (t->proto == VRRP_NR && !ip->v6)
		return !ip->offset && ip->len > ip->l4 && ip->p[ip->l4] >> 4 == 3;
	return ip->v6 ? t->v6 : t->v4;
}

/* Ports and checksum of the transport. before, after: the sums of the addresses. */
static unsigned rewrite_transport(const struct rewrite *rw, const struct ip_packet *ip,
				  uint32_t before, uint32_t after)
{
	const struct transport *t = transport_find(ip->proto);
	uint8_t *l4 = ip->p + ip->l4, *at, old[4];
	bool changed = false;

	if (!t)
		return 0;
	if (!addresses_summed(ip, t))
		before = after = 0;
	if (t->ports && rw->nr_ports && ports_may_change(ip, t)) {
		memcpy(old, l4, sizeof(old));
		changed = map_ports(rw, l4, t->proto);
		before = checksum_partial(old, sizeof(old), before);
		after = checksum_partial(l4, sizeof(old), after);
	}
	if (t->crc) {
		at = changed ? checksum_place(ip, t, 4) : NULL;
		if (at && load_u32(at)) /* 0: there is none, RFC 9653 */
			update_crc(at, old, l4, ip->total - ip->l4 - 4);
		return changed ? REWRITE_CHANGED_PORT : 0;
	}
	at = before != after ? checksum_place(ip, t, 2) : NULL;
	if (at) {
		checksum_update(at, before, after);
		if (t->optional && !load_be16(at))
			store_be16(at, 0xffff);
	}
	return changed ? REWRITE_CHANGED_PORT : 0;
}

static unsigned rewrite_packet(const struct rewrite *rw, uint8_t *p, uint32_t len, bool quoted)
{
	uint32_t before = 0, after = 0;
	unsigned changed = 0;
	struct ip_packet ip;

	if (!ip_parse(p, len, &ip))
		return 0;
	if (ip.v6 ? rw->nr_v6 : rw->nr_v4) {
		before = after = ip_address_sum(&ip);
		if (ip.v6 ? map_v6_addresses(rw, &ip) : map_v4_addresses(rw, &ip)) {
			changed = REWRITE_CHANGED_ADDRESS;
			after = ip_address_sum(&ip);
		}
	}
	if (ip.l4 >= ip.len)
		return changed;
	changed |= rewrite_transport(rw, &ip, before, after);
	if (!quoted && !ip.offset && ip.proto == (ip.v6 ? IPPROTO_ICMPV6_NR : IPPROTO_ICMP_NR))
		changed |= rewrite_icmp(rw, p + ip.l4, ip.len - ip.l4, ip.v6);
	return changed;
}

unsigned rewrite_ip(const struct rewrite *rw, uint8_t *p, uint32_t len)
{
	return rewrite_packet(rw, p, len, false);
}

unsigned rewrite_quoted(const struct rewrite *rw, uint8_t *p, uint32_t len)
{
	return rewrite_packet(rw, p, len, true);
}
