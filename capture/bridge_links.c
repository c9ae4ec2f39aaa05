/* capture/bridge_links.c -- which interfaces can be bridged, and what to know of them. */
#include <errno.h>
#include <netlink/route/link.h>
#include <stdlib.h>
#include <string.h>

#include "capture/bridge_internal.h"
#include "capture/ethtool.h"
#include "capture/netlink.h"
#include "core/log.h"

/* The whole list has the addresses too. */
static int find(const char *name, struct link_info *ret, struct errmsg *err)
{
	struct link_info *all;
	size_t i, nr;
	int code = link_by_name(name, ret, err);

	if (code || link_list(&all, &nr, NULL) < 0)
		return code;
	for (i = 0; i < nr; i++)
		if (all[i].ifindex == ret->ifindex)
			*ret = all[i];
	free(all);
	return 0;
}

/* What a link belongs to; zeros where the kernel does not say. */
struct relation {
	int lower;  /* ifindex: a veth's other end, what a VLAN or macvlan lies on; 0: none here */
	int master; /* of the bridge or bond; 0: none */
};

/* Two of them on one interface see each other's packets; two VLANs do not. */
static bool shares_packets(const struct link_info *link)
{
	static const char *const kinds[] = { "macvlan", "macvtap", "ipvlan", "ipvtap" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(link->kind, kinds[i]))
			return true;
	return false;
}

static struct relation relation_of(struct nl_sock *sock, const struct link_info *link)
{
	struct relation r = { 0 };
	struct rtnl_link *l;
	int32_t elsewhere;

	if (rtnl_link_get_kernel(sock, (int)link->ifindex, NULL, &l) < 0)
		return r;
	/* Of tunnels it says where they go out, and with a filter those may make sense. */
	if ((!strcmp(link->kind, "veth") || !strcmp(link->kind, "vlan") || shares_packets(link)) &&
	    rtnl_link_get_link_netnsid(l, &elsewhere) < 0)
		r.lower = rtnl_link_get_link(l);
	r.master = rtnl_link_get_master(l);
	rtnl_link_put(l);
	return r;
}

static bool is_part_of(const struct relation *r, const struct link_info *of)
{
	return r->lower == (int)of->ifindex || r->master == (int)of->ifindex;
}

static int check_relations(const struct link_info l[2], struct errmsg *err)
{
	struct relation first, second;
	struct nl_sock *sock;

	if (netlink_open(NETLINK_ROUTE, &sock, err) < 0)
		return 0; /* it would only have warned */
	first = relation_of(sock, &l[0]);
	second = relation_of(sock, &l[1]);
	nl_socket_free(sock);
	if (first.lower == (int)l[1].ifindex && second.lower == (int)l[0].ifindex)
		return errmsg_set(err, -EINVAL,
				  "%s, %s: are the two ends of one veth pair: what is sent on one "
				  "comes in on the other, endlessly",
				  l[0].name, l[1].name);
	if (is_part_of(&first, &l[1]) || is_part_of(&second, &l[0]))
		return errmsg_set(
			err, -EINVAL,
			"%s, %s: one is a part of the other (VLAN, macvlan, port of a bridge or "
			"bond): what comes in would leave where it came from; give two that "
			"have nothing to do with each other",
			l[0].name, l[1].name);
	if (first.lower && first.lower == second.lower && shares_packets(&l[0]))
		return errmsg_set(
			err, -EINVAL,
			"%s, %s: lie on the same interface, which hands packets of one to "
			"the other already: they would go round",
			l[0].name, l[1].name);
	if (first.master && first.master == second.master)
		log_note("%s, %s: belong to the same bridge or bond of the kernel, which passes "
			 "packets on as well: they may arrive twice",
			 l[0].name, l[1].name);
	return 0;
}

static const char *type_name(uint16_t arphrd, char text[24])
{
	struct strbuf out = strbuf_over(text, 24);

	strbuf_printf(&out, "type %u", arphrd);
	return text;
}

int bridge_find_links(const struct bridge_config *cfg, struct link_info ret[2], struct errmsg *err)
{
	char types[2][24];
	int i, code = 0;

	for (i = 0; i < 2 && !code; i++) {
		code = find(cfg->interfaces[i], &ret[i], err);
		if (!code && ret[i].loopback)
			code = errmsg_set(err, -EINVAL,
					  "%s: is the loopback interface, which has no wire behind "
					  "it: what is sent there comes back",
					  ret[i].name);
	}
	if (code)
		return code;
	if (ret[0].ifindex == ret[1].ifindex)
		return errmsg_set(err, -EINVAL,
				  "%s, %s: are the same interface; two are needed: what came in "
				  "would be sent back",
				  cfg->interfaces[0], cfg->interfaces[1]);
	if (ret[0].arphrd != ret[1].arphrd)
		return errmsg_set(
			err, -EINVAL,
			"%s, %s: have different link types (%s and %s of linux/if_arp.h): "
			"a frame of one means nothing on the other",
			ret[0].name, ret[1].name, type_name(ret[0].arphrd, types[0]),
			type_name(ret[1].arphrd, types[1]));
	return check_relations(ret, err);
}

static void remark_offloads(struct ethtool *tool, const struct link_info *l)
{
	struct ethtool_facts facts;

	if (!tool || ethtool_read(tool, l, &facts) < 0 || !facts.offloads_known)
		return;
	if (facts.offloads & ETHTOOL_LRO)
		log_note("%s: LRO is on: what the NIC has merged cannot be cut again and is lost "
			 "(ethtool -K %s lro off)",
			 l->name, l->name);
	else if (facts.offloads & ETHTOOL_MERGING)
		log_verbose("%s: GRO is on: merged packets are passed on as such, and cut again "
			    "where they leave; other sizes may come out than went in",
			    l->name);
}

void bridge_remark_links(const struct link_info l[2])
{
	struct ethtool *tool;
	int i;

	if (ethtool_open(&tool, NULL) < 0)
		tool = NULL;
	for (i = 0; i < 2; i++) {
		if (!l[i].up)
			log_note("%s: is down; waiting for it (ip link set %s up)", l[i].name,
				 l[i].name);
		else if (!l[i].running)
			log_note("%s: has no carrier; waiting for it", l[i].name);
		if (l[i].nr_addrs)
			log_note("%s: has addresses of this machine, which answers there too; a "
				 "tap has none (ip addr flush dev %s)",
				 l[i].name, l[i].name);
		remark_offloads(tool, &l[i]);
	}
	ethtool_close(tool);
	if (l[0].mtu != l[1].mtu)
		log_note("%s has an MTU of %u, %s of %u: longer frames cannot cross and are "
			 "dropped",
			 l[0].name, l[0].mtu, l[1].name, l[1].mtu);
}
