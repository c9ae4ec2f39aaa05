/*
 * dissect/filter/gen_cast.c -- link-layer addresses: hosts, broadcast and multicast.
 */
#include "dissect/filter/gen_link.h"

enum { ETHER_DST = 0, ETHER_SRC = 6, MAC_LEN = 6, MAC_GROUP = 0x01 };

struct cond *gen_mac_equal(struct gen *g, uint32_t off, const uint8_t *mac)
{
	return gen_bcmp(g, GEN_LINK, off, MAC_LEN, mac);
}

struct cond *gen_mac_group(struct gen *g, uint32_t off, const uint8_t *unused)
{
	(void)unused;
	return gen_bits(g, GEN_LINK, off, 1, MAC_GROUP);
}

/* Where the packet may carry something else than Ethernet inside geneve, that is asked first. */
static struct cond *gen_with_link(struct gen *g, struct cond *c)
{
	return g->encapsulated ? cond_and(g->arena, gen_encap_link_check(g), c) : c;
}

static bool has_addresses(struct gen *g, const char *what)
{
	if (g->linktype == LINKTYPE_ETHERNET || link_is_wlan(g->linktype))
		return true;
	gen_fail(g, "'%s': %s has no link-layer addresses; Ethernet and 802.11 do", what,
		 link_words(g->linktype));
	return false;
}

static struct cond *gen_mac_side(struct gen *g, const void *mac, bool dst)
{
	if (!link_is_wlan(g->linktype))
		return gen_mac_equal(g, dst ? ETHER_DST : ETHER_SRC, mac);
	return dst ? gen_wlan_dst(g, gen_mac_equal, mac) : gen_wlan_src(g, gen_mac_equal, mac);
}

struct cond *gen_mac_host(struct gen *g, const uint8_t *mac, enum filter_dir dir)
{
	if (!has_addresses(g, "ether host"))
		return NULL;
	g->why = gen_text(g, "MAC %02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
			  mac[4], mac[5]);
	if (dir > FD_SRC_AND_DST)
		return gen_wlan_address(g, mac, dir);
	return gen_with_link(g, gen_either(g, dir, gen_mac_side, mac));
}

struct cond *gen_gateway_mac(struct gen *g, const uint8_t *mac)
{
	if (!has_addresses(g, "gateway"))
		return NULL;
	return gen_mac_host(g, mac, FD_DEFAULT);
}

static struct cond *gen_to(struct gen *g, const char *what, gen_mac_test test, const uint8_t *mac)
{
	if (!has_addresses(g, what))
		return NULL;
	g->why = what;
	if (link_is_wlan(g->linktype))
		return gen_wlan_dst(g, test, mac);
	return gen_with_link(g, test(g, ETHER_DST, mac));
}

struct cond *gen_link_broadcast(struct gen *g)
{
	static const uint8_t all[MAC_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	return gen_to(g, "broadcast", gen_mac_equal, all);
}

struct cond *gen_link_multicast(struct gen *g)
{
	return gen_to(g, "multicast", gen_mac_group, NULL);
}

struct cond *gen_arcnet_host(struct gen *g, uint32_t addr, enum filter_dir dir)
{
	(void)dir;
	return gen_fail(g, "'$%02x' is an ARCnet address: %s has none", addr,
			link_words(g->linktype));
}
