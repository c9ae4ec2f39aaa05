/* capture/netlink.h -- one request to the kernel over libnl-3, with the kernel's own errno as
 * result. */
#ifndef CAPTURE_NETLINK_H
#define CAPTURE_NETLINK_H

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "core/compiler.h"
#include "core/errmsg.h"

/* Called for every message of an answer. 0 goes on, -errno is handed back by netlink_request(). */
typedef int netlink_reply_fn(struct nl_msg *msg, void *ctx);

/* protocol is NETLINK_ROUTE or NETLINK_GENERIC; nl_socket_free() ends it. 0 or -errno. */
int netlink_open(int protocol, struct nl_sock **ret, struct errmsg *err) must_check;
/*
 * Sends msg, frees it, and waits for the whole answer (fn may be NULL). 0, or the kernel's -errno;
 * -EINTR when a dump changed under our eyes and has to be asked for again.
 */
int netlink_request(struct nl_sock *sock, struct nl_msg *msg, netlink_reply_fn *fn,
		    void *ctx) must_check;
/* libnl's error number as an -errno. */
int netlink_errno(int nl_error);

#endif
