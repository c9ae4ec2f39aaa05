/*
 * dissect/rewrite/rewrite_icmp.c -- addresses within ICMP and ICMPv6 messages: the packet that an
 * error quotes, a redirect's gateway, targets and options of neighbour discovery (RFC 792, 4443,
 * 4861).
 */
#include "dissect/rewrite/rewrite_internal.h"

enum {
	ICMP_HDR = 8,
	ICMP_UNREACHABLE = 3,
	ICMP_SOURCE_QUENCH = 4,
	ICMP_REDIRECT = 5,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER = 12,
	ICMPV6_UNREACHABLE = 1,
	ICMPV6_PARAMETER = 4, /* the last of the errors that exist */
	ND_ROUTER_SOLICIT = 133,
	ND_ROUTER_ADVERT = 134,
	ND_NEIGHBOUR_SOLICIT = 135,
	ND_NEIGHBOUR_ADVERT = 136,
	ND_REDIRECT = 137,
	OPT_SOURCE_MAC = 1,
	OPT_TARGET_MAC = 2,
	OPT_PREFIX = 3,
	OPT_REDIRECTED = 4,
	OPT_DNS_SERVERS = 25, /* RFC 8106 */
	V6_LEN = 16,
};

static unsigned as_changed(bool changed, enum rewrite_changed what)
{
	return changed ? (unsigned)what : 0;
}

static unsigned map_address_at(const struct rewrite *rw, uint8_t *p, uint32_t len, uint32_t at)
{
	if (at + V6_LEN > len)
		return 0;
	return as_changed(map_v6(rw, p + at), REWRITE_CHANGED_ADDRESS);
}

/* One option, of len bytes, a multiple of 8. */
static unsigned rewrite_nd_option(const struct rewrite *rw, uint8_t *p, uint32_t len)
{
	unsigned changed = 0;
	uint32_t at;

	switch (p[0]) {
	case OPT_SOURCE_MAC:
	case OPT_TARGET_MAC:
		if (len == 8)
			changed = as_changed(map_mac(rw, p + 2), REWRITE_CHANGED_MAC);
		break;
	case OPT_PREFIX:
		changed = map_address_at(rw, p, len, 16);
		break;
	case OPT_REDIRECTED:
		changed = rewrite_quoted(rw, p + 8, len - 8);
		break;
	case OPT_DNS_SERVERS:
		for (at = 8; at + V6_LEN <= len; at += V6_LEN)
			changed |= map_address_at(rw, p, len, at);
		break;
	}
	return changed;
}

static unsigned rewrite_nd(const struct rewrite *rw, uint8_t *p, uint32_t len)
{
	static const uint8_t options_at[] = { 8, 16, 24, 24, 40 };
	const uint8_t type = p[0];
	uint32_t off = options_at[type - ND_ROUTER_SOLICIT];
	unsigned changed = 0;

	if (type >= ND_NEIGHBOUR_SOLICIT)
		changed = map_address_at(rw, p, len, 8);
	if (type == ND_REDIRECT)
		changed |= map_address_at(rw, p, len, 24);
	while (off < len && len - off >= 8) {
		const uint32_t opt_len = p[off + 1] * 8u;

		if (!opt_len || opt_len > len - off)
			break;
		changed |= rewrite_nd_option(rw, p + off, opt_len);
		off += opt_len;
	}
	return changed;
}

static bool has_addresses(uint8_t type, bool v6)
{
	if (v6)
		return (type >= ICMPV6_UNREACHABLE && type <= ICMPV6_PARAMETER) ||
		       (type >= ND_ROUTER_SOLICIT && type <= ND_REDIRECT);
	return type == ICMP_UNREACHABLE || type == ICMP_SOURCE_QUENCH || type == ICMP_REDIRECT ||
	       type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETER;
}

unsigned rewrite_icmp(const struct rewrite *rw, uint8_t *p, uint32_t len, bool v6)
{
	unsigned changed;
	uint32_t before;

	if (len < ICMP_HDR || !has_addresses(p[0], v6))
		return 0;
	/* What is not here does not change, so the sum of what is says it all. */
	before = checksum_partial(p + 4, len - 4, 0);
	if (v6 && p[0] >= ND_ROUTER_SOLICIT) {
		changed = rewrite_nd(rw, p, len);
	} else {
		changed = rewrite_quoted(rw, p + ICMP_HDR, len - ICMP_HDR);
		if (!v6 && p[0] == ICMP_REDIRECT)
			changed |= as_changed(map_v4(rw, p + 4), REWRITE_CHANGED_ADDRESS);
	}
	if (changed)
		checksum_update(p + 2, before, checksum_partial(p + 4, len - 4, 0));
	return changed;
}
