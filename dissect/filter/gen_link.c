/*
 * dissect/filter/gen_link.c -- the link types: where their fields are, and what they do not have.
 */
#include "dissect/filter/gen_link.h"

#include "core/compiler.h"

enum { ABSENT = 0xff };

struct link_layout {
	uint16_t linktype;
	const char *words;
	uint8_t type;            /* offset of the field that names the payload, or ABSENT */
	uint8_t payload;         /* offset */
	uint8_t net, net_nosnap; /* of the network header behind payload, with and without SNAP */
	bool has_front;          /* a header of variable length in front of the link header */
	bool variable_payload;   /* the link header's length varies */
};

static const struct link_layout layouts[] = {
	{ LINKTYPE_ETHERNET, "Ethernet", 12, 14, 0, 3, false, false },
	{ LINKTYPE_NULL, "BSD loopback", 0, 4, 0, 0, false, false },
	{ LINKTYPE_LOOP, "OpenBSD loopback", 0, 4, 0, 0, false, false },
	{ LINKTYPE_RAW, "raw IP", ABSENT, 0, 0, 0, false, false },
	{ LINKTYPE_IPV4, "raw IPv4", ABSENT, 0, 0, 0, false, false },
	{ LINKTYPE_IPV6, "raw IPv6", ABSENT, 0, 0, 0, false, false },
	{ LINKTYPE_PPP, "PPP", 2, 4, 0, 0, false, false },
	{ LINKTYPE_LINUX_SLL, "Linux cooked", 14, 16, 0, 0, false, false },
	{ LINKTYPE_LINUX_SLL2, "Linux cooked v2", 0, 20, 0, 0, false, false },
	{ LINKTYPE_NETLINK, "Linux netlink", 14, 16, 0, 0, false, false },
	{ LINKTYPE_IEEE802_11, "802.11", ABSENT, 0, 8, 3, false, true },
	{ LINKTYPE_IEEE802_11_RADIOTAP, "802.11 with radiotap", ABSENT, 0, 8, 3, true, true },
	{ LINKTYPE_PPI, "PPI", ABSENT, 0, 8, 3, true, true },
};

static const struct link_layout *layout_find(uint16_t linktype)
{
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++)
		if (layouts[i].linktype == linktype)
			return &layouts[i];
	return NULL;
}

const char *link_words(uint16_t linktype)
{
	const struct link_layout *const l = layout_find(linktype);

	return l ? l->words : "this link type";
}

bool link_is_wlan(uint16_t linktype)
{
	return linktype == LINKTYPE_IEEE802_11 || linktype == LINKTYPE_IEEE802_11_RADIOTAP ||
	       linktype == LINKTYPE_PPI;
}

bool gen_link_init(struct gen *g)
{
	const struct link_layout *const l = layout_find(g->opt->linktype);
	const char *const name = linktype_name(g->opt->linktype);

	if (!l) {
		gen_fail(g,
			 "filters do not know link type %u%s%s: they know Ethernet, Linux cooked "
			 "(1 and 2), raw IP, loopback, PPP, 802.11 (plain, radiotap, PPI) and "
			 "netlink",
			 g->opt->linktype, name ? ", " : "", name ? name : "");
		return false;
	}
	g->linktype = l->linktype;
	g->link = (struct gen_offset){ .is_variable = l->has_front, .reg = -1 };
	g->type = (struct gen_offset){ .reg = -1 };
	if (l->type == ABSENT)
		g->type.absent = true;
	else
		g->type.constant = l->type;
	g->payload = (struct gen_offset){ .is_variable = l->variable_payload,
					  .reg = -1,
					  .constant = l->payload };
	g->net = l->net;
	g->net_nosnap = l->net_nosnap;
	return true;
}

bool gen_has_radio(const struct gen *g)
{
	const struct link_layout *const l = layout_find(g->opt->linktype);

	return l && l->has_front;
}

bool gen_has_vlan(const struct gen *g)
{
	return g->linktype == LINKTYPE_ETHERNET || link_is_wlan(g->linktype);
}

static const char *proto_words(struct gen *g, uint32_t proto)
{
	static const struct {
		uint32_t proto;
		const char *words;
	} names[] = {
		{ PROTO_IP, "IPv4" },         { PROTO_IPV6, "IPv6" },
		{ PROTO_ARP, "ARP" },         { PROTO_RARP, "RARP" },
		{ PROTO_ATALK, "AppleTalk" }, { PROTO_AARP, "AARP" },
		{ PROTO_DECNET, "DECnet" },   { PROTO_LAT, "LAT" },
		{ PROTO_SCA, "SCA" },         { PROTO_MOPDL, "MOP DL" },
		{ PROTO_MOPRC, "MOP RC" },    { PROTO_ISO, "ISO" },
		{ PROTO_STP, "STP" },         { PROTO_IPX, "IPX" },
		{ PROTO_NETBEUI, "NetBEUI" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].proto == proto)
			return names[i].words;
	return gen_text(g, "link protocol 0x%04x", proto);
}

struct cond *gen_linktype(struct gen *g, uint32_t proto)
{
	const char *const why = g->why;
	struct cond *c;

	if (g->mpls_depth > 0)
		return gen_mpls_linktype(g, proto);
	g->why = proto_words(g, proto);
	c = gen_link_carries(g, proto);
	g->why = why;
	return c;
}

struct cond *gen_link_word(struct gen *g, const struct filter_node *n)
{
	switch (n->word) {
	case FW_LLC:
		return gen_llc_word(g, n);
	case FW_INBOUND:
	case FW_OUTBOUND:
	case FW_IFINDEX:
		return gen_meta_word(g, n);
	default:
		return gen_wlan_word(g, n);
	}
}
