/* dissect/filter/gen_host.c -- hosts, networks and gateways, for IPv4, ARP, RARP, IPv6 and MACs. */
#include "dissect/filter/generate.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

#include "core/bytes.h"
#include "dissect/filter/names.h"
#include "dissect/filter/words.h"

/* The addresses that a primitive asks for: one with a mask, or all that a name has. */
struct host_set {
	struct names_hosts hosts;
	uint32_t mask;     /* of the IPv4 ones */
	uint8_t mask6[16]; /* of the IPv6 ones */
	enum filter_dir dir;
	uint8_t src, dst; /* offsets of the addresses, in the header at hand */
};

static struct cond *side_v4(struct gen *g, const void *what, bool dst)
{
	const struct host_set *const s = what;

	return gen_mcmp(g, GEN_NET, dst ? s->dst : s->src, 4, s->hosts.v4[0], s->mask);
}

static struct cond *side_v6(struct gen *g, const void *what, bool dst)
{
	const struct host_set *const s = what;
	const uint32_t off = dst ? s->dst : s->src;
	struct cond *all = NULL, *c;

	for (uint32_t i = 0; i < 16; i += 4) {
		c = gen_mcmp(g, GEN_NET, off + i, 4, load_be32(s->hosts.v6[0] + i),
			     load_be32(s->mask6 + i));
		all = all ? cond_and(g->arena, all, c) : c;
	}
	return all;
}

static struct cond *any_of(struct gen *g, const struct host_set *s, bool v6)
{
	const unsigned nr = v6 ? s->hosts.nr_v6 : s->hosts.nr_v4;
	struct cond *any = NULL, *c;
	struct host_set one = *s;

	for (unsigned i = 0; i < nr; i++) {
		if (v6)
			memcpy(one.hosts.v6[0], s->hosts.v6[i], sizeof(one.hosts.v6[0]));
		else
			one.hosts.v4[0] = s->hosts.v4[i];
		c = gen_either(g, s->dir, v6 ? side_v6 : side_v4, &one);
		any = any ? cond_or(g->arena, any, c) : c;
	}
	return any;
}

/* The addresses where one protocol has them; negated for gateways. */
static struct cond *hosts_in(struct gen *g, struct host_set *s, enum filter_proto proto,
			     bool negate)
{
	const bool v6 = proto == FP_IPV6, ip = proto == FP_IP;
	const uint32_t type = v6                ? ETHERTYPE_IPV6
			      : ip              ? ETHERTYPE_IP
			      : proto == FP_ARP ? ETHERTYPE_ARP
						: ETHERTYPE_REVARP;
	struct cond *const link = gen_linktype(g, type);
	struct cond *c;

	s->src = v6 ? 8 : ip ? 12 : 14;
	s->dst = v6 ? 24 : ip ? 16 : 24;
	c = any_of(g, s, v6);
	return cond_and(g->arena, link, negate ? cond_not(g->arena, c) : c);
}

/* IPv4 addresses of what the qualifier names: IPv4, ARP and RARP, or one of them. */
static struct cond *hosts_v4(struct gen *g, struct host_set *s, enum filter_proto proto,
			     bool negate)
{
	struct arena *const a = g->arena;
	struct cond *c;

	if (proto != FP_DEFAULT)
		return hosts_in(g, s, proto, negate);
	c = hosts_in(g, s, FP_IP, negate);
	if (g->mpls_depth > 0)
		return c;
	c = cond_or(a, c, hosts_in(g, s, FP_ARP, negate));
	return cond_or(a, c, hosts_in(g, s, FP_RARP, negate));
}

static struct cond *hosts_all(struct gen *g, struct host_set *s, enum filter_proto proto)
{
	struct cond *c = NULL, *v6;

	if (s->hosts.nr_v4)
		c = hosts_v4(g, s, proto, false);
	if (!s->hosts.nr_v6)
		return c;
	v6 = hosts_in(g, s, FP_IPV6, false);
	return c ? cond_or(g->arena, c, v6) : v6;
}

/* ---- addresses as they are written ---- */

static bool may_have_ipv4(enum filter_proto proto)
{
	return proto == FP_DEFAULT || proto == FP_IP || proto == FP_ARP || proto == FP_RARP;
}

static bool may_have_ipv6(enum filter_proto proto)
{
	return proto == FP_DEFAULT || proto == FP_IPV6;
}

/* Shifts a short network number to the top: "net 10" is 10.0.0.0/8. */
static void promote(uint32_t *addr, uint32_t *mask)
{
	while (*addr && !(*addr & 0xff000000)) {
		*addr <<= 8;
		*mask <<= 8;
	}
}

static bool ipv4_mask(struct gen *g, const struct filter_node *n, struct host_set *s)
{
	const struct filter_id *const id = &n->id;
	uint32_t mask = 0xffffffff;

	if (id->has_mask)
		mask = id->mask;
	else if (id->has_prefix && id->prefix > 32)
		gen_fail(g, "netmask length %u greater than maximum 32", id->prefix);
	else if (id->has_prefix)
		mask = id->prefix ? 0xffffffffU << (32 - id->prefix) : 0;
	else if (id->kind == FID_DOTTED)
		mask <<= 8 * (4 - id->octets);
	else if (n->qual.addr == FA_NET)
		promote(&s->hosts.v4[0], &mask);
	s->mask = mask;
	if (!g->failed && s->hosts.v4[0] & ~mask)
		gen_fail(g, "non-network bits set in \"%.40s\": the network is %u.%u.%u.%u",
			 id->text ? id->text : "", s->hosts.v4[0] >> 24 & mask >> 24,
			 (s->hosts.v4[0] & mask) >> 16 & 255, (s->hosts.v4[0] & mask) >> 8 & 255,
			 s->hosts.v4[0] & mask & 255);
	return !g->failed;
}

static struct cond *gen_ipv4(struct gen *g, const struct filter_node *n, struct host_set *s)
{
	if (!may_have_ipv4(n->qual.proto))
		return gen_fail(g, "'%s' has no IPv4 addresses", filter_proto_name(n->qual.proto));
	if ((n->id.has_mask || n->id.has_prefix) && n->qual.addr == FA_HOST)
		return gen_fail(g, "a mask makes it a network: write 'net'");
	s->hosts.nr_v4 = 1;
	s->hosts.v4[0] = n->id.number;
	if (!ipv4_mask(g, n, s))
		return NULL;
	g->why = gen_text(g, "%s %s",
			  s->dir == FD_SRC   ? "src"
			  : s->dir == FD_DST ? "dst"
					     : "host",
			  n->id.text ? n->id.text : "");
	return hosts_all(g, s, n->qual.proto);
}

static struct cond *gen_ipv6(struct gen *g, const struct filter_node *n, struct host_set *s)
{
	const uint32_t prefix = n->id.has_prefix ? n->id.prefix : 128;

	if (!may_have_ipv6(n->qual.proto))
		return gen_fail(g, "'%s' has no IPv6 addresses", filter_proto_name(n->qual.proto));
	if (prefix > 128)
		return gen_fail(g, "netmask length %u greater than maximum 128", prefix);
	if (prefix < 128 && n->qual.addr == FA_HOST)
		return gen_fail(g, "a prefix makes it a network: write 'net'");
	s->hosts.nr_v6 = 1;
	memcpy(s->hosts.v6[0], n->id.ipv6, sizeof(s->hosts.v6[0]));
	for (unsigned i = 0; i < 16; i++) {
		const unsigned bits = prefix > 8 * i ? MIN_OF(prefix - 8 * i, 8U) : 0;

		s->mask6[i] = (uint8_t)(0xff00U >> bits);
		if (n->id.ipv6[i] & ~s->mask6[i])
			return gen_fail(g, "non-network bits set in \"%.60s/%u\"",
					n->id.text ? n->id.text : "", prefix);
	}
	g->why = gen_text(g, "%s %s",
			  s->dir == FD_SRC   ? "src"
			  : s->dir == FD_DST ? "dst"
					     : "host",
			  n->id.text ? n->id.text : "");
	return hosts_all(g, s, n->qual.proto);
}

static struct cond *gen_net_name(struct gen *g, const struct filter_node *n, struct host_set *s)
{
	s->mask = 0xffffffff;
	s->hosts.nr_v4 = 1;
	if (!may_have_ipv4(n->qual.proto))
		return gen_fail(g, "names of networks are IPv4's: '%s net' wants an address",
				filter_proto_name(n->qual.proto));
	if (!names_network(n->id.text, &s->hosts.v4[0]))
		return gen_fail(g, "unknown network '%.80s'", n->id.text);
	promote(&s->hosts.v4[0], &s->mask);
	g->why = gen_text(g, "net %s", n->id.text);
	return hosts_all(g, s, n->qual.proto);
}

static struct cond *gen_host_name(struct gen *g, const struct filter_node *n, struct host_set *s)
{
	const enum filter_proto proto = n->qual.proto;
	struct errmsg why = { 0 };

	if (!may_have_ipv4(proto) && !may_have_ipv6(proto))
		return gen_fail(g, "'%s' is not a valid qualifier for 'host'",
				filter_proto_name(proto));
	if (names_host(n->id.text, &s->hosts, &why) < 0)
		return gen_fail(g, "unknown host '%.80s': %.120s", n->id.text, why.text);
	if (!may_have_ipv4(proto))
		s->hosts.nr_v4 = 0;
	if (!may_have_ipv6(proto))
		s->hosts.nr_v6 = 0;
	if (!s->hosts.nr_v4 && !s->hosts.nr_v6)
		return gen_fail(g, "unknown host '%.80s': it has no %s address", n->id.text,
				proto == FP_IPV6 ? "IPv6" : "IPv4");
	s->mask = 0xffffffff;
	memset(s->mask6, 0xff, sizeof(s->mask6));
	g->why = gen_text(g, "%s %s",
			  s->dir == FD_SRC   ? "src"
			  : s->dir == FD_DST ? "dst"
					     : "host",
			  n->id.text);
	return hosts_all(g, s, proto);
}

/* ---- what is no internet address ---- */

/* The MAC is the name's, the internet addresses are none of its. */
static struct cond *gen_gateway(struct gen *g, const struct filter_node *n, struct host_set *s)
{
	struct errmsg why = { 0 };
	struct cond *link;
	uint8_t mac[6];

	if (n->id.kind == FID_MAC)
		return gen_fail(
			g, "Ethernet address used in non-ether expression: 'gateway' wants a name");
	if (n->id.kind != FID_NAME)
		return gen_fail(g,
				"'gateway' wants a host's name, which has a MAC and an IP address");
	if (n->qual.dir != FD_DEFAULT)
		return gen_fail(g, "'gateway' has no direction: leave src and dst out");
	if (g->mpls_depth > 0)
		return gen_fail(g, "'gateway' cannot be used within MPLS");
	if (g->encapsulated)
		return gen_fail(g, "'gateway' cannot be used within VXLAN or Geneve");
	if (!may_have_ipv4(n->qual.proto))
		return gen_fail(g, "'%s gateway': only ip, arp and rarp may stand there",
				filter_proto_name(n->qual.proto));
	if (!names_ether(n->id.text, mac))
		return gen_fail(g, "unknown ether host '%.80s': /etc/ethers has its MAC address",
				n->id.text);
	if (names_host(n->id.text, &s->hosts, &why) < 0 || !s->hosts.nr_v4)
		return gen_fail(g, "unknown host '%.80s'%s%.120s", n->id.text,
				*why.text ? ": " : "", why.text);
	s->mask = 0xffffffff;
	s->dir = FD_SRC_OR_DST;
	g->why = gen_text(g, "gateway %s", n->id.text);
	link = gen_gateway_mac(g, mac);
	return cond_and(g->arena, link, hosts_v4(g, s, n->qual.proto, true));
}

static struct cond *gen_link_host(struct gen *g, const struct filter_node *n)
{
	uint8_t mac[6];

	if (n->qual.addr == FA_NET)
		return gen_fail(g, "'ether net': MAC addresses have no networks");
	if (n->id.kind == FID_MAC)
		return gen_mac_host(g, n->id.mac, n->qual.dir);
	if (n->id.kind == FID_ARCNET)
		return gen_arcnet_host(g, n->id.number, n->qual.dir);
	if (n->id.kind != FID_NAME)
		return gen_fail(
			g, "illegal link-layer address '%.60s': a MAC is written 01:23:45:67:89:ab",
			n->id.text ? n->id.text : "");
	if (!names_ether(n->id.text, mac))
		return gen_fail(g, "unknown ether host '%.80s': /etc/ethers has no such name",
				n->id.text);
	g->why = gen_text(g, "ether host %s", n->id.text);
	return gen_mac_host(g, mac, n->qual.dir);
}

/* "50.764": area and node (DECnet phase IV). */
static struct cond *gen_decnet(struct gen *g, const struct filter_node *n)
{
	unsigned area = 0, node = 0, digits = 0;
	const char *p = n->id.text ? n->id.text : "";

	if (n->id.kind == FID_NAME)
		return gen_fail(g, "'decnet' is not a valid qualifier for 'host' with a name: "
				   "write AREA.NODE");
	for (; *p >= '0' && *p <= '9' && area < 1000; p++)
		area = area * 10 + (unsigned)(*p - '0');
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9' && digits < 6; p++, digits++)
			node = node * 10 + (unsigned)(*p - '0');
	if (*p || !digits || area > 63 || node > 1023)
		return gen_fail(g, "invalid DECnet address '%.40s': AREA.NODE, at most 63.1023",
				n->id.text ? n->id.text : "");
	g->why = gen_text(g, "decnet host %u.%u", area, node);
	return gen_decnet_host(g, area << 10 | node, n->qual.dir);
}

struct cond *gen_host_id(struct gen *g, const struct filter_node *n)
{
	struct host_set s = { .dir = n->qual.dir };

	if (n->qual.addr == FA_GATEWAY)
		return gen_gateway(g, n, &s);
	if (n->qual.proto == FP_LINK)
		return gen_link_host(g, n);
	if (n->qual.dir >= FD_ADDR1)
		return gen_fail(g, "addr1 to addr4, ra and ta are for 'wlan' addresses only");
	if (n->qual.proto == FP_DECNET && n->qual.addr != FA_NET)
		return gen_decnet(g, n);
	switch ((enum filter_id_kind)n->id.kind) {
	case FID_NAME:
		return n->qual.addr == FA_NET ? gen_net_name(g, n, &s) : gen_host_name(g, n, &s);
	case FID_NUMBER:
	case FID_DOTTED:
		return gen_ipv4(g, n, &s);
	case FID_IPV6:
		return gen_ipv6(g, n, &s);
	case FID_MAC:
		return gen_fail(
			g, "Ethernet address used in non-ether expression: write 'ether host'");
	case FID_ARCNET:
		break;
	}
	return gen_arcnet_host(g, n->id.number, n->qual.dir);
}
