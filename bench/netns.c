#include "bench/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

static void write_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return; /* a kernel without IPv6 has no such file */
	if (write(fd, text, strlen(text)) < 0) {
		close(fd);
		return;
	}
	close(fd);
}

int netns_enter(struct errmsg *reterr)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWNS))
		return errmsg_set(reterr, -errno, "cannot make a network namespace: %s%s",
				  strerror(errno), errno == EPERM ? "; run as root" : "");
	/* A /sys of the old namespace would show the old interfaces. Containers may forbid it: no
	 * harm. */
	if (!mount("", "/", NULL, MS_SLAVE | MS_REC, NULL) && !umount2("/sys", MNT_DETACH))
		(void)!mount("sysfs", "/sys", "sysfs", 0, NULL);
	write_file("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
	write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	return 0;
}

/* An ioctl on a throw-away socket. */
static int link_ioctl(unsigned long request, struct ifreq *req)
{
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, request, req))
		err = -errno;
	close(fd);
	return err;
}

static void ifreq_name(struct ifreq *req, const char *ifname)
{
	memset(req, 0, sizeof(*req));
	strncpy(req->ifr_name, ifname, sizeof(req->ifr_name) - 1);
}

int netns_set_up(const char *ifname, bool up, struct errmsg *reterr)
{
	struct ifreq req;
	int err;

	ifreq_name(&req, ifname);
	err = link_ioctl(SIOCGIFFLAGS, &req);
	if (!err) {
		req.ifr_flags = (short)(up ? req.ifr_flags | IFF_UP : req.ifr_flags & ~IFF_UP);
		err = link_ioctl(SIOCSIFFLAGS, &req);
	}
	if (err)
		return errmsg_set(reterr, err, "%s: cannot set it %s: %s", ifname,
				  up ? "up" : "down", strerror(-err));
	return 0;
}

int netns_set_gro(const char *ifname, bool on, struct errmsg *reterr)
{
	struct ethtool_value value = { .cmd = ETHTOOL_SGRO, .data = on };
	struct ifreq req;
	int err;

	ifreq_name(&req, ifname);
	req.ifr_data = (void *)&value;
	err = link_ioctl(SIOCETHTOOL, &req);
	if (err)
		return errmsg_set(reterr, err, "%s: cannot switch GRO: %s", ifname, strerror(-err));
	return 0;
}

static int rtnl_open(struct nl_sock **ret, struct errmsg *reterr)
{
	struct nl_sock *sk = nl_socket_alloc();
	int err;

	if (!sk)
		return errmsg_set(reterr, -ENOMEM, "netlink: no memory");
	err = nl_connect(sk, NETLINK_ROUTE);
	if (err) {
		nl_socket_free(sk);
		return errmsg_set(reterr, -EIO, "netlink: %s", nl_geterror(err));
	}
	*ret = sk;
	return 0;
}

int netns_add_veth(const char *name, const char *peer, struct errmsg *reterr)
{
	struct nl_sock *sk;
	int err = rtnl_open(&sk, reterr);

	if (err)
		return err;
	err = rtnl_link_veth_add(sk, name, peer, getpid());
	nl_socket_free(sk);
	if (err)
		return errmsg_set(reterr, -EIO, "%s: cannot make a veth pair: %s", name,
				  nl_geterror(err));
	err = netns_set_up(name, true, reterr);
	if (!err)
		err = netns_set_up(peer, true, reterr);
	return err;
}

int netns_remove_link(const char *ifname, struct errmsg *reterr)
{
	struct rtnl_link *link;
	struct nl_sock *sk;
	int err = rtnl_open(&sk, reterr);

	if (err)
		return err;
	link = rtnl_link_alloc();
	if (!link) {
		nl_socket_free(sk);
		return errmsg_set(reterr, -ENOMEM, "netlink: no memory");
	}
	rtnl_link_set_name(link, ifname);
	err = rtnl_link_delete(sk, link);
	rtnl_link_put(link);
	nl_socket_free(sk);
	if (err)
		return errmsg_set(reterr, -EIO, "%s: cannot remove it: %s", ifname,
				  nl_geterror(err));
	return 0;
}

int netns_count_taps(const char *ifname)
{
	const unsigned ifindex = if_nametoindex(ifname);
	unsigned iface, running;
	char line[256];
	FILE *f = fopen("/proc/thread-self/net/packet", "re");
	int taps = 0;

	if (!f)
		return -errno;
	/* sk RefCnt Type Proto Iface R Rmem User Inode */
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %*s %*s %*s %u %u", &iface, &running) == 2 &&
		    iface == ifindex && running)
			taps++;
	fclose(f);
	return taps;
}
