/* capture/live_able.c -- see live_able.h. */
#include "capture/live_able.h"

#include <errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <stdbool.h>
#include <string.h>

#include "capture/netlink.h"

/* Of Linux 6.3's uapi/linux/netdev.h; the headers of the build may be older. */
#define FAMILY "netdev"
enum {
	FAMILY_VERSION = 1,
	DEV_GET = 1,
	DEV_IFINDEX = 1,
	DEV_XDP_FEATURES = 3,
	DEV_ATTRIBUTES = DEV_XDP_FEATURES,
	NDO_XMIT = 1 << 2,
};

struct features {
	uint64_t bits;
	bool known;
};

static int on_device(struct nl_msg *msg, void *ctx)
{
	struct nlattr *attrs[DEV_ATTRIBUTES + 1];
	struct features *f = ctx;

	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, DEV_ATTRIBUTES, NULL) < 0 ||
	    !attrs[DEV_XDP_FEATURES])
		return 0;
	f->bits = nla_get_u64(attrs[DEV_XDP_FEATURES]);
	f->known = true;
	return 0;
}

static void ask(uint32_t ifindex, struct features *ret)
{
	struct nl_sock *sock;
	struct nl_msg *msg;
	int family;

	if (netlink_open(NETLINK_GENERIC, &sock, NULL))
		return;
	family = genl_ctrl_resolve(sock, FAMILY);
	msg = family < 0 ? NULL : nlmsg_alloc();
	if (msg &&
	    genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, 0, DEV_GET, FAMILY_VERSION) &&
	    nla_put_u32(msg, DEV_IFINDEX, ifindex) == 0) {
		/* An error leaves it unknown, and the first frame will tell. */
		if (netlink_request(sock, msg, on_device, ret))
			ret->known = false;
		msg = NULL;
	}
	nlmsg_free(msg);
	nl_socket_free(sock);
}

int live_able(const struct link_info *link, struct errmsg *err)
{
	struct features f = { 0 };

	ask(link->ifindex, &f);
	if (!f.known || f.bits & NDO_XMIT)
		return 0;
	if (strcmp(link->kind, "veth") == 0)
		return errmsg_set(err, -EOPNOTSUPP,
				  "%s: the other end of this veth pair takes no XDP frames: switch "
				  "GRO on there (ethtool -K PEER gro on), with as many queues as "
				  "here",
				  link->name);
	return errmsg_set(err, -EOPNOTSUPP,
			  "%s: its driver cannot send XDP frames now (some can only while an XDP "
			  "program is attached to the interface); send without --xdp",
			  link->name);
}
