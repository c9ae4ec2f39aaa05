/* dissect/rewrite/ip_packet.c -- the parts of an IP packet that rewriting is about. */
#include "dissect/rewrite/rewrite_internal.h"

enum {
	IPPROTO_HOPOPTS_NR = 0,
	IPPROTO_ROUTING_NR = 43,
	IPPROTO_FRAGMENT_NR = 44,
	IPPROTO_AH_NR = 51,
	IPPROTO_DSTOPTS_NR = 60,
	EXTENSION_MIN = 8,
	FRAGMENT_OFFSET = 0x1fff, /* IPv4: in 8 bytes; IPv6: in bytes, of another mask */
	FRAGMENT_MORE = 0x2000,
};

static const struct transport transports[] = {
	{ 6, 16, .ports = true, .v4 = true, .v6 = true },                    /* TCP */
	{ 17, 6, .ports = true, .v4 = true, .v6 = true, .optional = true },  /* UDP */
	{ 33, 6, .ports = true, .v4 = true, .v6 = true },                    /* DCCP */
	{ 58, 2, .v6 = true },                                               /* ICMPv6 */
	{ 89, 12, .v6 = true },                                              /* OSPFv3 */
	{ 103, 2, .v6 = true },                                              /* PIM */
	{ 112, 6, .v4 = true, .v6 = true },                                  /* VRRP version 3 */
	{ 132, 8, .ports = true, .crc = true },                              /* SCTP */
	{ 135, 4, .v6 = true },                                              /* Mobility header */
	{ 136, 6, .ports = true, .v4 = true, .v6 = true, .optional = true }, /* UDP-Lite */
	{ 139, 4, .v4 = true, .v6 = true },                                  /* HIP */
};

const struct transport *transport_find(uint8_t proto)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(transports); i++)
		if (transports[i].proto == proto)
			return &transports[i];
	return NULL;
}

bool extension_read(const uint8_t *p, uint32_t len, uint32_t off, uint8_t type,
		    struct extension *ret)
{
	uint32_t ext_len;

	if (off > len || len - off < EXTENSION_MIN)
		return false;
	switch (type) {
	case IPPROTO_HOPOPTS_NR:
	case IPPROTO_ROUTING_NR:
	case IPPROTO_DSTOPTS_NR:
		ext_len = (p[off + 1] + 1u) * 8;
		break;
	case IPPROTO_AH_NR:
		ext_len = (p[off + 1] + 2u) * 4;
		break;
	case IPPROTO_FRAGMENT_NR:
		ext_len = EXTENSION_MIN;
		break;
	default:
		return false;
	}
	if (ext_len > len - off)
		return false;
	*ret = (struct extension){ .off = off, .len = ext_len, .type = type, .next = p[off] };
	return true;
}

/* Past what stands between the header and the transport. Every header takes 8 bytes at least. */
static void find_transport(struct ip_packet *ip, uint8_t type)
{
	struct extension ext;
	uint16_t frag;

	while (!ip->offset && extension_read(ip->p, ip->len, ip->l4, type, &ext) &&
	       (ip->v6 || type == IPPROTO_AH_NR)) {
		ip->l4 += ext.len;
		ip->detour |= type == IPPROTO_ROUTING_NR || type == IPPROTO_DSTOPTS_NR;
		if (type == IPPROTO_FRAGMENT_NR) {
			frag = load_be16(ip->p + ext.off + 2);
			ip->offset = frag & 0xfff8;
			ip->fragment |= frag & 0xfff9;
		}
		type = ext.next;
	}
	ip->proto = type;
}

static bool parse_v4(uint8_t *p, uint32_t len, struct ip_packet *ip)
{
	const uint32_t hdr_len = (p[0] & 15) * 4u, total = load_be16(p + 2);
	const uint16_t frag = load_be16(p + 6);

	if (hdr_len < IPV4_HDR_MIN || (total && total < hdr_len))
		return false;
	ip->no_length = !total;
	ip->total = total ? total : len;
	ip->len = MIN_OF(len, ip->total);
	ip->hdr_len = ip->l4 = MIN_OF(hdr_len, ip->len);
	ip->detour = ip->hdr_len > IPV4_HDR_MIN;
	ip->offset = (frag & FRAGMENT_OFFSET) * 8u;
	ip->fragment = frag & (FRAGMENT_OFFSET | FRAGMENT_MORE);
	find_transport(ip, hdr_len > ip->len ? IPPROTO_NONE_NR : p[9]);
	return true;
}

static bool parse_v6(uint8_t *p, uint32_t len, struct ip_packet *ip)
{
	const uint32_t payload = load_be16(p + 4);

	ip->v6 = true;
	ip->no_length = !payload;
	ip->total = payload ? IPV6_HDR_LEN + payload : len;
	ip->len = MIN_OF(len, ip->total);
	ip->hdr_len = ip->l4 = IPV6_HDR_LEN;
	find_transport(ip, p[6]);
	return true;
}

bool ip_parse(uint8_t *p, uint32_t len, struct ip_packet *ret)
{
	*ret = (struct ip_packet){ .p = p };
	if (len >= IPV4_HDR_MIN && p[0] >> 4 == 4)
		return parse_v4(p, len, ret);
	return len >= IPV6_HDR_LEN && p[0] >> 4 == 6 && parse_v6(p, len, ret);
}

/* With what a source route, a routing header or a home address makes of them. */
static uint32_t detour_sum(const struct ip_packet *ip)
{
	struct checksum_pseudo ps = { .addr_len = ip->v6 ? CHECKSUM_ADDR_LEN : 4 };
	struct extension ext = { .next = ip->p[6], .off = IPV6_HDR_LEN };
	const uint8_t *p = ip->p;
	uint32_t sum;

	memcpy(ps.src, p + (ip->v6 ? 8 : 12), ps.addr_len);
	memcpy(ps.dst, p + (ip->v6 ? 24 : 16), ps.addr_len);
	if (!ip->v6)
		checksum_pseudo_options(&ps, p + IPV4_HDR_MIN, ip->hdr_len - IPV4_HDR_MIN);
	while (ip->v6 && ext.off + ext.len < ip->l4 &&
	       extension_read(p, ip->len, ext.off + ext.len, ext.next, &ext)) {
		if (ext.type == IPPROTO_ROUTING_NR)
			checksum_pseudo_route(&ps, p + ext.off, ext.len);
		else if (ext.type == IPPROTO_DSTOPTS_NR)
			checksum_pseudo_home(&ps, p + ext.off, ext.len);
	}
	sum = checksum_partial(ps.src, ps.addr_len, 0);
	return checksum_partial(ps.dst, ps.addr_len, sum);
}

uint32_t ip_address_sum(const struct ip_packet *ip)
{
	if (unlikely(ip->detour))
		return detour_sum(ip);
	return ip->v6 ? checksum_partial(ip->p + 8, 32, 0) : checksum_partial(ip->p + 12, 8, 0);
}
