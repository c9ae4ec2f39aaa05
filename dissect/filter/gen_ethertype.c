/*
 * dissect/filter/gen_ethertype.c -- "the payload is of this protocol", asked of each link type.
 */
#include <byteswap.h>

#include "core/compiler.h"
#include "dissect/filter/gen_link.h"

enum {
	/* What Linux cooked headers say instead of an ethertype (linux/if_ether.h). */
	COOKED_802_3 = 1,
	COOKED_802_2 = 4,
	AF_ANY_INET = 2, /* on every system */
	PPP_IP = 0x21,
	PPP_OSI = 0x23,
	PPP_XNS = 0x25,
	PPP_DECNET = 0x27,
	PPP_ATALK = 0x29,
	PPP_IPX = 0x2b,
	PPP_BRIDGE = 0x31,
	PPP_IPV6 = 0x57,
	NETLINK_PROTO_MAX = 31, /* MAX_LINKS - 1 */
};

static struct cond *gen_type(struct gen *g, uint32_t v)
{
	return gen_cmp(g, GEN_LINKTYPE, 0, 2, v);
}

/* The ethertype field holds a length, so an 802.2 header follows. */
static struct cond *gen_is_802_3(struct gen *g)
{
	return gen_cmp_le(g, GEN_LINKTYPE, 0, 2, PROTO_LENGTH_MAX);
}

static struct cond *gen_ethernet_ipx(struct gen *g)
{
	struct arena *const a = g->arena;
	struct cond *by_type = gen_type(g, PROTO_IPX_TYPE);
	struct cond *framed = gen_is_802_3(g);
	struct cond *saps = gen_snap(g, 0, PROTO_IPX_TYPE);

	saps = cond_or(a, saps, gen_llc_dsap(g, PROTO_IPX));
	/* Novell's own framing: IPX, whose checksum is always 0xffff, right behind the length */
	saps = cond_or(a, saps, gen_cmp(g, GEN_LLC, 0, 2, 0xffff));
	return cond_or(a, by_type, cond_and(a, framed, saps));
}

static struct cond *gen_ethernet(struct gen *g, uint32_t proto)
{
	struct arena *const a = g->arena;
	struct cond *c;

	switch (proto) {
	case PROTO_IPX:
		return gen_ethernet_ipx(g);
	case PROTO_ATALK:
	case PROTO_AARP:
		c = gen_type(g, proto);
		return cond_or(a, c, cond_and(a, gen_is_802_3(g), gen_llc_carries(g, proto)));
	default:
		if (proto > PROTO_LENGTH_MAX)
			return gen_type(g, proto);
		c = gen_is_802_3(g);
		return cond_and(a, c, gen_llc_carries(g, proto));
	}
}

static struct cond *gen_cooked(struct gen *g, uint32_t proto)
{
	struct arena *const a = g->arena;
	struct cond *c, *llc;

	switch (proto) {
	case PROTO_IPX:
		c = cond_or(a, gen_type(g, PROTO_IPX_TYPE), gen_type(g, COOKED_802_3));
		llc = gen_type(g, COOKED_802_2);
		llc = cond_and(
			a, llc,
			cond_or(a, gen_llc_dsap(g, PROTO_IPX), gen_snap(g, 0, PROTO_IPX_TYPE)));
		return cond_or(a, c, llc);
	case PROTO_ATALK:
	case PROTO_AARP:
		c = gen_type(g, proto);
		llc = gen_type(g, COOKED_802_2);
		return cond_or(a, c, cond_and(a, llc, gen_llc_carries(g, proto)));
	default:
		if (proto > PROTO_LENGTH_MAX)
			return gen_type(g, proto);
		c = gen_type(g, COOKED_802_2);
		return cond_and(a, c, gen_llc_carries(g, proto));
	}
}

/*
 * The address family, as the system that captured numbers it: IPv6 is 30 on macOS, 24 on NetBSD
 * and OpenBSD, 28 on FreeBSD, 10 on Linux. LINKTYPE_NULL has it in that machine's byte order, which
 * the packet does not tell; the numbers are small enough to try both.
 */
static struct cond *gen_loopback(struct gen *g, uint32_t proto)
{
	static const uint32_t ipv4[] = { AF_ANY_INET }, ipv6[] = { 30, 24, 28, 10 };
	const uint32_t *const families = proto == PROTO_IP ? ipv4 : ipv6;
	const size_t nr = proto == PROTO_IP ? ARRAY_SIZE(ipv4) : ARRAY_SIZE(ipv6);
	const bool both_orders = g->linktype == LINKTYPE_NULL;
	struct cond *any = cond_false(g->arena);

	if (proto != PROTO_IP && proto != PROTO_IPV6)
		return any;
	for (size_t i = 0; i < nr; i++)
		any = cond_or(g->arena, any, gen_cmp(g, GEN_LINKTYPE, 0, 4, families[i]));
	for (size_t i = 0; i < nr && both_orders; i++)
		any = cond_or(g->arena, any, gen_cmp(g, GEN_LINKTYPE, 0, 4, bswap_32(families[i])));
	return any;
}

static struct cond *gen_ppp(struct gen *g, uint32_t proto)
{
	static const struct {
		uint16_t proto, ppp;
	} map[] = {
		{ PROTO_IP, PPP_IP },       { PROTO_IPV6, PPP_IPV6 }, { PROTO_DECNET, PPP_DECNET },
		{ PROTO_ATALK, PPP_ATALK }, { PROTO_NS, PPP_XNS },    { PROTO_ISO, PPP_OSI },
		{ PROTO_STP, PPP_BRIDGE },  { PROTO_IPX, PPP_IPX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(map); i++)
		if (map[i].proto == proto)
			return gen_type(g, map[i].ppp);
	return gen_type(g, proto);
}

static struct cond *gen_raw(struct gen *g, uint32_t proto)
{
	if (proto != PROTO_IP && proto != PROTO_IPV6)
		return cond_false(g->arena);
	return gen_mcmp(g, GEN_LLC, 0, 1, proto == PROTO_IP ? 0x40 : 0x60, 0xf0);
}

static struct cond *gen_constant(struct gen *g, bool yes)
{
	return yes ? cond_true(g->arena) : cond_false(g->arena);
}

/* The number is a netlink family's (NETLINK_ROUTE, ...): of other protocols there are none. */
static struct cond *gen_netlink(struct gen *g, uint32_t proto)
{
	if (proto > NETLINK_PROTO_MAX)
		return gen_fail(
			g,
			"netlink messages carry no such protocol: here 'link proto N' is the "
			"number of a netlink family, 0 to %d",
			NETLINK_PROTO_MAX);
	return gen_type(g, proto);
}

static struct cond *gen_wlan_carries(struct gen *g, uint32_t proto)
{
	struct cond *const data = gen_wlan_data(g);

	return cond_and(g->arena, data, gen_llc_carries(g, proto));
}

struct cond *gen_link_carries(struct gen *g, uint32_t proto)
{
	switch (g->linktype) {
	case LINKTYPE_ETHERNET:
		return gen_ethernet(g, proto);
	case LINKTYPE_NULL:
	case LINKTYPE_LOOP:
		return gen_loopback(g, proto);
	case LINKTYPE_RAW:
		return gen_raw(g, proto);
	case LINKTYPE_IPV4:
		return gen_constant(g, proto == PROTO_IP);
	case LINKTYPE_IPV6:
		return gen_constant(g, proto == PROTO_IPV6);
	case LINKTYPE_PPP:
		return gen_ppp(g, proto);
	case LINKTYPE_LINUX_SLL:
		return gen_cooked(g, proto);
	case LINKTYPE_NETLINK:
		return gen_netlink(g, proto);
	case LINKTYPE_IEEE802_11:
	case LINKTYPE_IEEE802_11_RADIOTAP:
	case LINKTYPE_PPI:
		return gen_wlan_carries(g, proto);
	default:
		/* LINKTYPE_LINUX_SLL2: libpcap does not look behind its protocol field */
		return gen_type(g, proto);
	}
}
