/* capture/link_monitor.c -- follows the links through RTM_NEWLINK and RTM_DELLINK. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "capture/link_internal.h"

enum {
	DISPATCH_MAX = 256, /* datagrams in one call; the descriptor stays readable for the rest */
	DRAIN_MAX =
		65536, /* datagrams thrown away before a resync: far more than the queue holds */
	MONITOR_RCVBUF = 1 << 20, /* some thousand changes at once, before a resync is needed */
};

struct link_monitor {
	struct nl_sock *sock;
	struct nl_cb *cb;
	struct link_set known;
	link_event_fn *fn;
	void *ctx;
	int code; /* of the message being handled */
	bool discard;
};

static bool link_differs(const struct link_info *a, const struct link_info *b)
{
	return strcmp(a->name, b->name) != 0 || a->up != b->up || a->running != b->running ||
	       a->mtu != b->mtu || a->arphrd != b->arphrd || a->mac_len != b->mac_len ||
	       memcmp(a->mac, b->mac, a->mac_len) != 0;
}

static int monitor_seen(struct link_monitor *m, const struct link_info *info)
{
	const struct link_info *before = link_set_find(&m->known, info->ifindex);
	const bool changed = before && link_differs(before, info);
	int code;

	if (before && !changed)
		return 0;
	code = link_set_put(&m->known, info);
	if (!code)
		m->fn(m->ctx, changed ? LINK_CHANGED : LINK_NEW, info);
	return code;
}

static void monitor_gone(struct link_monitor *m, uint32_t ifindex)
{
	const struct link_info *before = link_set_find(&m->known, ifindex);
	struct link_info info;

	if (!before)
		return;
	info = *before;
	link_set_remove(&m->known, ifindex);
	m->fn(m->ctx, LINK_GONE, &info);
}

static int on_event(struct nl_msg *msg, void *arg)
{
	struct link_monitor *m = arg;
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	struct link_info info;

	if (m->discard || !link_parse(hdr, &info))
		return NL_OK;
	if (hdr->nlmsg_type == RTM_DELLINK)
		monitor_gone(m, info.ifindex);
	else
		m->code = monitor_seen(m, &info);
	return NL_OK;
}

static int on_event_sequence(struct nl_msg *msg, void *arg)
{
	return NL_OK;
}

static int monitor_compare(struct link_monitor *m, const struct link_set *now)
{
	int code = 0;

	for (size_t i = m->known.nr; i-- > 0;)
		if (!link_set_find(now, m->known.links[i].ifindex))
			monitor_gone(m, m->known.links[i].ifindex);
	for (size_t i = 0; i < now->nr && !code; i++)
		code = monitor_seen(m, &now->links[i]);
	return code;
}

/*
 * What is queued is older than the list that follows and may tell of links whose end was lost: it
 * is thrown away first. What arrives during the listing is whole and is dispatched afterwards.
 */
int link_monitor_resync(struct link_monitor *m, struct errmsg *err)
{
	struct link_set now = { 0 };
	struct nl_sock *sock;
	int code;

	m->discard = true;
	for (int i = 0; i < DRAIN_MAX && nl_recvmsgs(m->sock, m->cb) != -NLE_AGAIN; i++)
		;
	m->discard = false;
	code = netlink_open(NETLINK_ROUTE, &sock, err);
	if (code)
		return code;
	code = link_dump(sock, &now);
	nl_socket_free(sock);
	if (!code)
		code = monitor_compare(m, &now);
	link_set_free(&now);
	if (code)
		return errmsg_set(err, code, "the kernel does not list its interfaces: %s",
				  strerror(-code));
	return 0;
}

int link_monitor_open(struct link_monitor **ret, link_event_fn *fn, void *ctx, struct errmsg *err)
{
	struct link_monitor *m = calloc(1, sizeof(*m));
	int code;

	if (!m)
		return errmsg_set(err, -ENOMEM, "out of memory");
	m->fn = fn;
	m->ctx = ctx;
	m->cb = nl_cb_alloc(NL_CB_DEFAULT);
	code = m->cb ? netlink_open(NETLINK_ROUTE, &m->sock, err)
		     : errmsg_set(err, -ENOMEM, "out of memory");
	if (code)
		goto fail;
	nl_cb_set(m->cb, NL_CB_VALID, NL_CB_CUSTOM, on_event, m);
	/* Events carry no sequence number of ours; this cb replaces the socket's. */
	nl_cb_set(m->cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_event_sequence, NULL);
	nl_socket_set_buffer_size(m->sock, MONITOR_RCVBUF, 0); /* as much as the system allows */
	code = nl_socket_add_membership(m->sock, RTNLGRP_LINK);
	if (!code)
		code = nl_socket_set_nonblocking(m->sock);
	if (code) {
		code = errmsg_set(err, netlink_errno(code), "link events: %s", nl_geterror(code));
		goto fail;
	}
	code = link_monitor_resync(m, err);
	if (code)
		goto fail;
	*ret = m;
	return 0;
fail:
	link_monitor_close(m);
	return code;
}

int link_monitor_fd(const struct link_monitor *m)
{
	return nl_socket_get_fd(m->sock);
}

int link_monitor_dispatch(struct link_monitor *m, struct errmsg *err)
{
	for (int i = 0; i < DISPATCH_MAX; i++) {
		const int code = nl_recvmsgs(m->sock, m->cb);

		if (code == -NLE_AGAIN)
			break;
		/* The queue ran over (ENOBUFS), or a message did not fit: something was not seen.
		 */
		if (code < 0 || m->code) {
			m->code = 0;
			return link_monitor_resync(m, err);
		}
	}
	return 0;
}

void link_monitor_close(struct link_monitor *m)
{
	if (!m)
		return;
	if (m->sock)
		nl_socket_free(m->sock);
	if (m->cb)
		nl_cb_put(m->cb);
	link_set_free(&m->known);
	free(m);
}
