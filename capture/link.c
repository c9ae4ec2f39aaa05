/* capture/link.c -- rtnetlink: links, their addresses and counters. */
#include "capture/link.h"

#include <ctype.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>

#include "capture/link_internal.h"
#include "core/linktype.h"

#ifndef ARPHRD_RAWIP
#define ARPHRD_RAWIP 519
#endif
#ifndef ARPHRD_NETLINK
#define ARPHRD_NETLINK 824
#endif

enum {
	DUMP_ATTEMPTS = 8,  /* a dump that changes under our eyes is asked for again */
	ALT_NAME_MAX = 127, /* ALTIFNAMSIZ less its NUL */
};

int link_linktype(uint16_t arphrd)
{
	switch (arphrd) {
	case ARPHRD_ETHER:
	case ARPHRD_LOOPBACK:
		return LINKTYPE_ETHERNET;
	case ARPHRD_NONE: /* tun, WireGuard */
	case ARPHRD_RAWIP:
	case ARPHRD_TUNNEL:
	case ARPHRD_TUNNEL6:
	case ARPHRD_SIT:
		return LINKTYPE_RAW;
	case ARPHRD_IEEE80211:
		return LINKTYPE_IEEE802_11;
	case ARPHRD_IEEE80211_RADIOTAP:
		return LINKTYPE_IEEE802_11_RADIOTAP;
	case ARPHRD_NETLINK:
		return LINKTYPE_NETLINK;
	default:
		return -EOPNOTSUPP;
	}
}

/* Index of the first link whose ifindex is not smaller. */
static size_t link_set_at(const struct link_set *t, uint32_t ifindex)
{
	size_t low = 0, high = t->nr;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (t->links[mid].ifindex < ifindex)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct link_info *link_set_find(const struct link_set *t, uint32_t ifindex)
{
	const size_t i = link_set_at(t, ifindex);

	return i < t->nr && t->links[i].ifindex == ifindex ? &t->links[i] : NULL;
}

int link_set_put(struct link_set *t, const struct link_info *info)
{
	const size_t i = link_set_at(t, info->ifindex);

	if (i < t->nr && t->links[i].ifindex == info->ifindex) {
		t->links[i] = *info;
		return 0;
	}
	if (t->nr == t->size) {
		const size_t size = t->size ? t->size * 2 : 16;
		struct link_info *grown = reallocarray(t->links, size, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		t->links = grown;
		t->size = size;
	}
	memmove(&t->links[i + 1], &t->links[i], (t->nr - i) * sizeof(*t->links));
	t->links[i] = *info;
	t->nr++;
	return 0;
}

void link_set_remove(struct link_set *t, uint32_t ifindex)
{
	const size_t i = link_set_at(t, ifindex);

	if (i == t->nr || t->links[i].ifindex != ifindex)
		return;
	t->nr--;
	memmove(&t->links[i], &t->links[i + 1], (t->nr - i) * sizeof(*t->links));
}

void link_set_free(struct link_set *t)
{
	free(t->links);
	*t = (struct link_set){ 0 };
}

static void parse_kind(struct nlattr *linkinfo, struct link_info *ret)
{
	struct nlattr *attrs[IFLA_INFO_MAX + 1];

	if (linkinfo && nla_parse_nested(attrs, IFLA_INFO_MAX, linkinfo, NULL) == 0 &&
	    attrs[IFLA_INFO_KIND])
		nla_strlcpy(ret->kind, attrs[IFLA_INFO_KIND], sizeof(ret->kind));
}

static uint32_t attr_u32(struct nlattr *attr)
{
	return attr && nla_len(attr) >= (int)sizeof(uint32_t) ? nla_get_u32(attr) : 0;
}

bool link_parse(struct nlmsghdr *hdr, struct link_info *ret)
{
	struct nlattr *attrs[IFLA_MAX + 1];
	const struct ifinfomsg *msg;

	if (hdr->nlmsg_type != RTM_NEWLINK && hdr->nlmsg_type != RTM_DELLINK)
		return false;
	if (nlmsg_parse(hdr, sizeof(*msg), attrs, IFLA_MAX, NULL) < 0)
		return false;
	msg = nlmsg_data(hdr);
	/* AF_BRIDGE tells of a port of a bridge: its DELLINK leaves the link alive. */
	if (msg->ifi_family != AF_UNSPEC || msg->ifi_index <= 0 || !attrs[IFLA_IFNAME])
		return false;
	*ret = (struct link_info){
		.ifindex = (uint32_t)msg->ifi_index,
		.mtu = attr_u32(attrs[IFLA_MTU]),
		.rx_queues = attr_u32(attrs[IFLA_NUM_RX_QUEUES]),
		.tx_queues = attr_u32(attrs[IFLA_NUM_TX_QUEUES]),
		.arphrd = msg->ifi_type,
		.up = msg->ifi_flags & IFF_UP,
		.running = msg->ifi_flags & IFF_RUNNING,
		.loopback = msg->ifi_flags & IFF_LOOPBACK,
		/* PROMISCUITY counts who asked; the flag shows only what ifconfig did */
		.promiscuous = attr_u32(attrs[IFLA_PROMISCUITY]) > 0,
	};
	nla_strlcpy(ret->name, attrs[IFLA_IFNAME], sizeof(ret->name));
	if (attrs[IFLA_ADDRESS])
		ret->mac_len = (uint8_t)nla_memcpy(ret->mac, attrs[IFLA_ADDRESS], LINK_MAC_MAX);
	parse_kind(attrs[IFLA_LINKINFO], ret);
	return true;
}

static int on_link(struct nl_msg *msg, void *ctx)
{
	struct link_info info;

	return link_parse(nlmsg_hdr(msg), &info) ? link_set_put(ctx, &info) : 0;
}

static int on_addr(struct nl_msg *msg, void *ctx)
{
	struct nlattr *attrs[IFA_MAX + 1], *attr;
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	const struct ifaddrmsg *ifa;
	struct link_info *info;
	struct link_addr *addr;

	if (hdr->nlmsg_type != RTM_NEWADDR || nlmsg_parse(hdr, sizeof(*ifa), attrs, IFA_MAX, NULL))
		return 0;
	ifa = nlmsg_data(hdr);
	/* On a point-to-point link ADDRESS is the other end, LOCAL is ours. */
	attr = attrs[IFA_LOCAL] ? attrs[IFA_LOCAL] : attrs[IFA_ADDRESS];
	info = link_set_find(ctx, ifa->ifa_index);
	if (!info || !attr || (ifa->ifa_family != AF_INET && ifa->ifa_family != AF_INET6))
		return 0;
	if (info->nr_addrs < LINK_ADDRS_MAX) {
		addr = &info->addrs[info->nr_addrs];
		addr->family = ifa->ifa_family;
		addr->prefix_len = ifa->ifa_prefixlen;
		nla_memcpy(addr->bytes, attr, sizeof(addr->bytes));
	}
	info->nr_addrs++;
	return 0;
}

/* hdr is the fixed part of the message, IFLA_NAME and so on may follow. NULL: no memory. */
static struct nl_msg *route_message(int type, int flags, void *hdr, size_t len)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	if (msg && nlmsg_append(msg, hdr, len, NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int link_dump(struct nl_sock *sock, struct link_set *ret)
{
	struct ifinfomsg hdr = { .ifi_family = AF_UNSPEC };
	int code = -EINTR;

	for (int i = 0; i < DUMP_ATTEMPTS && code == -EINTR; i++) {
		struct nl_msg *msg = route_message(RTM_GETLINK, NLM_F_DUMP, &hdr, sizeof(hdr));

		if (!msg)
			return -ENOMEM;
		ret->nr = 0;
		code = netlink_request(sock, msg, on_link, ret);
	}
	return code;
}

static int addr_dump(struct nl_sock *sock, struct link_set *t)
{
	struct ifaddrmsg hdr = { .ifa_family = AF_UNSPEC };
	int code = -EINTR;

	for (int i = 0; i < DUMP_ATTEMPTS && code == -EINTR; i++) {
		struct nl_msg *msg = route_message(RTM_GETADDR, NLM_F_DUMP, &hdr, sizeof(hdr));

		if (!msg)
			return -ENOMEM;
		for (size_t j = 0; j < t->nr; j++)
			t->links[j].nr_addrs = 0;
		code = netlink_request(sock, msg, on_addr, t);
	}
	return code;
}

int link_list(struct link_info **ret, size_t *ret_nr, struct errmsg *err)
{
	struct link_set table = { 0 };
	struct nl_sock *sock;
	int code = netlink_open(NETLINK_ROUTE, &sock, err);

	if (code)
		return code;
	code = link_dump(sock, &table);
	if (!code)
		code = addr_dump(sock, &table);
	nl_socket_free(sock);
	if (code) {
		link_set_free(&table);
		return errmsg_set(err, code, "the kernel does not list its interfaces: %s",
				  strerror(-code));
	}
	*ret = table.links;
	*ret_nr = table.nr;
	return 0;
}

struct one_link {
	struct link_info *ret;
	struct link_stats *stats;
	bool found;
};

static void parse_stats(struct nlattr *attr, struct link_stats *ret)
{
	struct rtnl_link_stats64 s = { 0 };

	nla_memcpy(&s, attr, sizeof(s));
	*ret = (struct link_stats){
		.rx_packets = s.rx_packets,
		.rx_bytes = s.rx_bytes,
		.rx_errors = s.rx_errors,
		.rx_dropped = s.rx_dropped,
		.rx_missed = s.rx_missed_errors,
		.rx_fifo = s.rx_fifo_errors,
		.rx_nohandler = s.rx_nohandler,
		.tx_packets = s.tx_packets,
		.tx_bytes = s.tx_bytes,
		.tx_errors = s.tx_errors,
		.tx_dropped = s.tx_dropped,
	};
}

static int on_one_link(struct nl_msg *msg, void *ctx)
{
	struct one_link *one = ctx;
	struct nlattr *attr;
	struct link_info info;

	if (!link_parse(nlmsg_hdr(msg), &info))
		return 0;
	if (one->ret) {
		*one->ret = info;
		one->found = true;
	}
	attr = nlmsg_find_attr(nlmsg_hdr(msg), sizeof(struct ifinfomsg), IFLA_STATS64);
	if (one->stats && attr) {
		parse_stats(attr, one->stats);
		one->found = true;
	}
	return 0;
}

/* By number, or where that is 0 by name. */
static int link_get(uint32_t ifindex, const char *name, struct one_link *one, struct errmsg *err)
{
	struct ifinfomsg hdr = { .ifi_family = AF_UNSPEC, .ifi_index = (int)ifindex };
	struct nl_msg *msg = route_message(RTM_GETLINK, 0, &hdr, sizeof(hdr));
	struct nl_sock *sock;
	int code;

	if (!msg)
		return errmsg_set(err, -ENOMEM, "netlink: out of memory");
	if (!ifindex && name &&
	    nla_put_string(msg, strlen(name) < IFNAMSIZ ? IFLA_IFNAME : IFLA_ALT_IFNAME, name) <
		    0) {
		nlmsg_free(msg);
		return errmsg_set(err, -ENOMEM, "netlink: out of memory");
	}
	code = netlink_open(NETLINK_ROUTE, &sock, err);
	if (code) {
		nlmsg_free(msg);
		return code;
	}
	code = netlink_request(sock, msg, on_one_link, one);
	nl_socket_free(sock);
	return !code && !one->found ? -ENODEV : code;
}

/* "3" as in the list of `tcpdump -D`; 0: not a number. */
static uint32_t name_as_index(const char *name)
{
	char *end;
	const unsigned long v = isdigit((unsigned char)name[0]) ? strtoul(name, &end, 10) : 0;

	return v && v <= INT32_MAX && *end == '\0' ? (uint32_t)v : 0;
}

int link_by_name(const char *name, struct link_info *ret, struct errmsg *err)
{
	struct link_info info;
	struct one_link one = { .ret = &info };
	const size_t len = strlen(name);
	int code = -ENODEV;

	if (len > 0 && len <= ALT_NAME_MAX)
		code = link_get(0, name, &one, err);
	if (code == -ENODEV && name_as_index(name))
		code = link_get(name_as_index(name), NULL, &one, err);
	if (code == 0)
		*ret = info;
	else if (code == -ENODEV || code == -EINVAL || code == -ERANGE)
		code = errmsg_set(err, -ENODEV,
				  "%.127s: no such interface; 'ringtap interfaces' lists them",
				  name);
	else
		code = errmsg_set(err, code, "%.127s: %s", name, strerror(-code));
	return code;
}

int link_read_stats(uint32_t ifindex, struct link_stats *ret)
{
	struct one_link one = { .stats = ret };

	return link_get(ifindex, NULL, &one, NULL);
}
