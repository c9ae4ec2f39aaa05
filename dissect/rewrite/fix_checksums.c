/* dissect/rewrite/fix_checksums.c -- checksums that nobody has computed yet, or wrongly. */
#include "dissect/rewrite/rewrite_internal.h"

enum {
	IGMP_NR = 2,
	TCP_NR = 6,
	UDP_NR = 17,
	DCCP_NR = 33,
	SCTP_NR = 132,
	UDPLITE_NR = 136,
	SCTP_CHECKSUM_AT = 8,
};

static unsigned store_if_new(uint8_t *at, uint16_t sum)
{
	if (load_be16(at) == sum)
		return 0;
	store_be16(at, sum);
	return REWRITE_CHANGED_CHECKSUM;
}

/* The sum over cover bytes of p, whose checksum stands at `at` and is not summed. */
static uint16_t compute(const uint8_t *p, uint32_t cover, uint32_t at, uint32_t pseudo)
{
	const uint32_t sum = checksum_partial(p, at, pseudo);

	return checksum_fold(checksum_partial(p + at + 2, cover - at - 2, sum));
}

static unsigned fix_header(uint8_t *p, uint32_t hdr_len)
{
	return store_if_new(p + 10, compute(p, hdr_len, 10, 0));
}

static unsigned fix_sctp(uint8_t *p, uint32_t len)
{
	static const uint8_t zeros[4];
	uint32_t crc;

	if (len < SCTP_CHECKSUM_AT + 4)
		return 0;
	crc = checksum_crc32c(p, SCTP_CHECKSUM_AT, 0);
	crc = checksum_crc32c(zeros, sizeof(zeros), crc);
	crc = checksum_crc32c(p + SCTP_CHECKSUM_AT + 4, len - SCTP_CHECKSUM_AT - 4, crc);
	if (load_le32(p + SCTP_CHECKSUM_AT) == crc)
		return 0;
	store_le32(p + SCTP_CHECKSUM_AT, crc);
	return REWRITE_CHANGED_CHECKSUM;
}

/* What is summed of len bytes of a transport packet; *length: what the pseudo header says. */
static uint32_t coverage(const uint8_t *p, uint32_t len, uint8_t proto, uint32_t *length)
{
	*length = len;
	switch (proto) {
	case UDP_NR:
		if (len >= 8 && load_be16(p + 4) >= 8 && load_be16(p + 4) < len)
			*length = load_be16(p + 4);
		return *length;
	case UDPLITE_NR:
		return len >= 8 && load_be16(p + 4) >= 8 ? MIN_OF(len, load_be16(p + 4)) : len;
	case DCCP_NR: /* the header, and so many less one words of the data */
		if (len < 12 || !(p[5] & 15))
			return len;
		return MIN_OF(len, p[4] * 4u + ((p[5] & 15u) - 1) * 4);
	}
	return len;
}

/* With what a transport checksum begins: addresses, protocol, the length of what is summed. */
static uint32_t pseudo_sum(const struct ip_packet *ip, uint32_t length)
{
	return ip_address_sum(ip) + ip->proto + (length >> 16) + (length & 0xffff);
}

/* A sum needs all that it covers. A length of 0 is that of a super-frame: not the wire's. */
static bool is_whole(const struct ip_packet *ip)
{
	return !ip->fragment && !ip->no_length && ip->len == ip->total && ip->l4 < ip->len;
}

static unsigned fix_transport(const struct ip_packet *ip)
{
	const struct transport *t = transport_find(ip->proto);
	const uint32_t len = ip->len - ip->l4;
	uint8_t *p = ip->p + ip->l4;
	uint32_t length, cover;
	uint16_t sum;

	if (ip->proto == SCTP_NR)
		return fix_sctp(p, len);
	if (!ip->v6 && (ip->proto == IPPROTO_ICMP_NR || ip->proto == IGMP_NR))
		return len >= 4 ? store_if_new(p + 2, compute(p, len, 2, 0)) : 0;
	if (!t || (!t->ports && ip->proto != IPPROTO_ICMPV6_NR) || !(ip->v6 ? t->v6 : t->v4))
		return 0;
	cover = coverage(p, len, ip->proto, &length);
	if (cover < t->checksum_at + 2u)
		return 0;
	if (ip->proto == UDP_NR && !ip->v6 && !load_be16(p + t->checksum_at))
		return 0; /* there is none */
	sum = compute(p, cover, t->checksum_at, pseudo_sum(ip, length));
	return store_if_new(p + t->checksum_at, t->optional && !sum ? 0xffff : sum);
}

unsigned fix_checksums(uint8_t *p, uint32_t len)
{
	unsigned changed = 0;
	struct ip_packet ip;

	if (!ip_parse(p, len, &ip))
		return 0;
	if (!ip.v6 && ip.hdr_len == (p[0] & 15) * 4u)
		changed = fix_header(p, ip.hdr_len);
	if (is_whole(&ip))
		changed |= fix_transport(&ip);
	return changed;
}

bool checksum_left(uint8_t *p, uint32_t len)
{
	const struct transport *t;
	struct ip_packet ip;
	uint32_t l4_len;
	uint16_t left;

	if (!ip_parse(p, len, &ip) || !is_whole(&ip) || (ip.proto != TCP_NR && ip.proto != UDP_NR))
		return false;
	t = transport_find(ip.proto);
	l4_len = ip.len - ip.l4;
	if (l4_len < t->checksum_at + 2u)
		return false;
	left = (uint16_t)~checksum_fold(pseudo_sum(&ip, l4_len));
	return load_be16(p + ip.l4 + t->checksum_at) == left;
}
