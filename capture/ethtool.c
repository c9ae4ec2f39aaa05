/* capture/ethtool.c -- ethtool netlink (Documentation/networking/ethtool-netlink), the ioctl where
 * it lacks something. */
#include "capture/ethtool.h"

#include <assert.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/sockios.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/netlink.h"

struct ethtool {
	struct nl_sock *sock; /* NULL: the kernel has no ethtool netlink */
	int family;
	int fd; /* for the ioctl */
};

/* The kernel's names of features, as in `ethtool -k`'s long form. */
static const struct {
	const char *name;
	uint32_t offload;
} features[] = {
	{ "rx-gro", ETHTOOL_GRO },
	{ "rx-gro-hw", ETHTOOL_GRO_HW },
	{ "rx-lro", ETHTOOL_LRO },
	{ "tx-tcp-segmentation", ETHTOOL_TSO },
	{ "tx-tcp6-segmentation", ETHTOOL_TSO },
	{ "tx-generic-segmentation", ETHTOOL_GSO },
	{ "rx-vlan-hw-parse", ETHTOOL_VLAN_PARSE },
	{ "rx-vlan-stag-hw-parse", ETHTOOL_VLAN_PARSE },
	{ "rx-vlan-filter", ETHTOOL_VLAN_FILTER },
	{ "rx-vlan-stag-filter", ETHTOOL_VLAN_FILTER },
	{ "rx-checksum", ETHTOOL_RX_CSUM },
	{ "tx-checksum-ipv4", ETHTOOL_TX_CSUM },
	{ "tx-checksum-ip-generic", ETHTOOL_TX_CSUM },
	{ "tx-checksum-ipv6", ETHTOOL_TX_CSUM },
};

int ethtool_open(struct ethtool **ret, struct errmsg *err)
{
	struct ethtool *e = calloc(1, sizeof(*e));

	if (!e)
		return errmsg_set(err, -ENOMEM, "out of memory");
	e->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (e->fd < 0) {
		const int code = -errno;

		free(e);
		return errmsg_set(err, code, "a socket for ethtool: %s", strerror(-code));
	}
	if (netlink_open(NETLINK_GENERIC, &e->sock, NULL))
		e->sock = NULL;
	e->family = e->sock ? genl_ctrl_resolve(e->sock, ETHTOOL_GENL_NAME) : -1;
	if (e->sock && e->family < 0) {
		nl_socket_free(e->sock);
		e->sock = NULL;
	}
	*ret = e;
	return 0;
}

void ethtool_close(struct ethtool *e)
{
	if (!e)
		return;
	if (e->sock)
		nl_socket_free(e->sock);
	close(e->fd);
	free(e);
}

static struct nl_msg *ethtool_message(const struct ethtool *e, uint8_t command, uint32_t ifindex)
{
	struct nl_msg *msg = nlmsg_alloc();
	struct nlattr *nest;

	if (!msg)
		return NULL;
	/* Every request carries its header in attribute 1. */
	if (genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, e->family, 0, 0, command,
			ETHTOOL_GENL_VERSION) &&
	    (nest = nla_nest_start(msg, ETHTOOL_A_LINKMODES_HEADER | NLA_F_NESTED)) &&
	    nla_put_u32(msg, ETHTOOL_A_HEADER_DEV_INDEX, ifindex) == 0) {
		nla_nest_end(msg, nest);
		return msg;
	}
	nlmsg_free(msg);
	return NULL;
}

/* 0, or -errno; -EOPNOTSUPP where the kernel has no ethtool netlink or the driver no answer. */
static int ethtool_ask(struct ethtool *e, uint8_t command, uint32_t ifindex, netlink_reply_fn *fn,
		       struct ethtool_facts *ret)
{
	struct nl_msg *msg;

	if (!e->sock)
		return -EOPNOTSUPP;
	msg = ethtool_message(e, command, ifindex);
	return msg ? netlink_request(e->sock, msg, fn, ret) : -ENOMEM;
}

static void set_speed(struct ethtool_facts *f, uint32_t speed, uint8_t duplex)
{
	f->speed_mbit = speed == (uint32_t)SPEED_UNKNOWN ? 0 : speed;
	if (duplex == DUPLEX_FULL)
		f->duplex = ETHTOOL_DUPLEX_FULL;
	else if (duplex == DUPLEX_HALF)
		f->duplex = ETHTOOL_DUPLEX_HALF;
}

static int on_link_modes(struct nl_msg *msg, void *ctx)
{
	struct nlattr *attrs[ETHTOOL_A_LINKMODES_MAX + 1];

	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, ETHTOOL_A_LINKMODES_MAX, NULL) < 0)
		return 0;
	if (attrs[ETHTOOL_A_LINKMODES_SPEED] && attrs[ETHTOOL_A_LINKMODES_DUPLEX])
		set_speed(ctx, nla_get_u32(attrs[ETHTOOL_A_LINKMODES_SPEED]),
			  nla_get_u8(attrs[ETHTOOL_A_LINKMODES_DUPLEX]));
	return 0;
}

static int on_channels(struct nl_msg *msg, void *ctx)
{
	struct nlattr *attrs[ETHTOOL_A_CHANNELS_MAX + 1];
	struct ethtool_facts *f = ctx;
	uint32_t rx = 0, tx = 0, combined = 0;

	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, ETHTOOL_A_CHANNELS_MAX, NULL) < 0)
		return 0;
	if (attrs[ETHTOOL_A_CHANNELS_RX_COUNT])
		rx = nla_get_u32(attrs[ETHTOOL_A_CHANNELS_RX_COUNT]);
	if (attrs[ETHTOOL_A_CHANNELS_TX_COUNT])
		tx = nla_get_u32(attrs[ETHTOOL_A_CHANNELS_TX_COUNT]);
	if (attrs[ETHTOOL_A_CHANNELS_COMBINED_COUNT])
		combined = nla_get_u32(attrs[ETHTOOL_A_CHANNELS_COMBINED_COUNT]);
	f->rx_queues = rx + combined;
	f->tx_queues = tx + combined;
	return 0;
}

/* One bit of the verbose form of a bitset: a name; in a list without mask its presence means on. */
static void note_feature(struct ethtool_facts *f, struct nlattr *bit)
{
	struct nlattr *attrs[ETHTOOL_A_BITSET_BIT_MAX + 1];

	if (nla_parse_nested(attrs, ETHTOOL_A_BITSET_BIT_MAX, bit, NULL) < 0 ||
	    !attrs[ETHTOOL_A_BITSET_BIT_NAME])
		return;
	for (size_t i = 0; i < ARRAY_SIZE(features); i++)
		if (nla_strcmp(attrs[ETHTOOL_A_BITSET_BIT_NAME], features[i].name) == 0)
			f->offloads |= features[i].offload;
}

static int on_features(struct nl_msg *msg, void *ctx)
{
	struct nlattr *attrs[ETHTOOL_A_FEATURES_MAX + 1];
	struct nlattr *set[ETHTOOL_A_BITSET_MAX + 1];
	struct ethtool_facts *f = ctx;
	struct nlattr *bit;
	int left;

	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, ETHTOOL_A_FEATURES_MAX, NULL) < 0 ||
	    !attrs[ETHTOOL_A_FEATURES_ACTIVE] ||
	    nla_parse_nested(set, ETHTOOL_A_BITSET_MAX, attrs[ETHTOOL_A_FEATURES_ACTIVE], NULL) < 0)
		return 0;
	f->offloads_known = true;
	if (set[ETHTOOL_A_BITSET_BITS])
		nla_for_each_nested(bit, set[ETHTOOL_A_BITSET_BITS], left) note_feature(f, bit);
	return 0;
}

/* data is a struct of linux/ethtool.h whose first word is the command. */
static int ethtool_ioctl(const struct ethtool *e, const struct link_info *link, void *data)
{
	struct ifreq ifr = { .ifr_data = data };

	memcpy(ifr.ifr_name, link->name, sizeof(ifr.ifr_name));
	return ioctl(e->fd, SIOCETHTOOL, &ifr) < 0 ? -errno : 0;
}

static void ioctl_speed(const struct ethtool *e, const struct link_info *link,
			struct ethtool_facts *ret)
{
	struct ethtool_cmd cmd = { .cmd = ETHTOOL_GSET };

	if (ethtool_ioctl(e, link, &cmd) == 0)
		set_speed(ret, ethtool_cmd_speed(&cmd), cmd.duplex);
}

static void ioctl_channels(const struct ethtool *e, const struct link_info *link,
			   struct ethtool_facts *ret)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };

	if (ethtool_ioctl(e, link, &channels) < 0)
		return;
	ret->rx_queues = channels.rx_count + channels.combined_count;
	ret->tx_queues = channels.tx_count + channels.combined_count;
}

/* The oldest calls of all: one flag each, enough for what falsifies. */
static void ioctl_features(const struct ethtool *e, const struct link_info *link,
			   struct ethtool_facts *ret)
{
	static const struct {
		uint32_t cmd, mask, offload;
	} calls[] = {
		{ ETHTOOL_GGRO, 1, ETHTOOL_GRO },
		{ ETHTOOL_GTSO, 1, ETHTOOL_TSO },
		{ ETHTOOL_GGSO, 1, ETHTOOL_GSO },
		{ ETHTOOL_GRXCSUM, 1, ETHTOOL_RX_CSUM },
		{ ETHTOOL_GTXCSUM, 1, ETHTOOL_TX_CSUM },
		{ ETHTOOL_GFLAGS, ETH_FLAG_LRO, ETHTOOL_LRO },
		{ ETHTOOL_GFLAGS, ETH_FLAG_RXVLAN, ETHTOOL_VLAN_PARSE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		struct ethtool_value value = { .cmd = calls[i].cmd };

		if (ethtool_ioctl(e, link, &value) < 0)
			continue;
		ret->offloads_known = true;
		if (value.data & calls[i].mask)
			ret->offloads |= calls[i].offload;
	}
}

/* Only the ioctl knows the driver. */
static int ioctl_driver(const struct ethtool *e, const struct link_info *link,
			struct ethtool_facts *ret)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	const int code = ethtool_ioctl(e, link, &info);

	if (code)
		return code;
	static_assert(sizeof(info.driver) == sizeof(ret->driver), "copied as a whole");
	static_assert(sizeof(info.bus_info) == sizeof(ret->bus), "copied as a whole");
	memcpy(ret->driver, info.driver, sizeof(ret->driver));
	memcpy(ret->bus, info.bus_info, sizeof(ret->bus));
	ret->driver[sizeof(ret->driver) - 1] = '\0';
	ret->bus[sizeof(ret->bus) - 1] = '\0';
	if (strcmp(ret->bus, "N/A") == 0)
		ret->bus[0] = '\0';
	return 0;
}

int ethtool_read(struct ethtool *e, const struct link_info *link, struct ethtool_facts *ret)
{
	struct ethtool_facts f = { 0 };

	if (ioctl_driver(e, link, &f) == -ENODEV)
		return -ENODEV;
	if (ethtool_ask(e, ETHTOOL_MSG_LINKMODES_GET, link->ifindex, on_link_modes, &f))
		ioctl_speed(e, link, &f);
	if (ethtool_ask(e, ETHTOOL_MSG_CHANNELS_GET, link->ifindex, on_channels, &f))
		ioctl_channels(e, link, &f);
	if (ethtool_ask(e, ETHTOOL_MSG_FEATURES_GET, link->ifindex, on_features, &f))
		ioctl_features(e, link, &f);
	*ret = f;
	return 0;
}

bool ethtool_remark(const struct link_info *link, const struct ethtool_facts *facts,
		    struct strbuf *out)
{
	static const struct {
		uint32_t offload;
		const char *name, *key;
	} merging[] = {
		{ ETHTOOL_GRO, "GRO", "gro" },
		{ ETHTOOL_GRO_HW, "hardware GRO", "rx-gro-hw" },
		{ ETHTOOL_LRO, "LRO", "lro" },
	};
	const char *separator = "";

	/* Nothing passes through GRO on its way round the loopback. */
	if (link->loopback || !(facts->offloads & ETHTOOL_MERGING))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(merging); i++)
		if (facts->offloads & merging[i].offload) {
			strbuf_printf(out, "%s%s", separator, merging[i].name);
			separator = ", ";
		}
	strbuf_printf(out, " on: captured packets may be merged; ethtool -K %s", link->name);
	for (size_t i = 0; i < ARRAY_SIZE(merging); i++)
		if (facts->offloads & merging[i].offload)
			strbuf_printf(out, " %s off", merging[i].key);
	return true;
}
