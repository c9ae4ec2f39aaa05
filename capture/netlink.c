/* capture/netlink.c -- one request, its answers, and errors as errno values. */
#include "capture/netlink.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct request {
	netlink_reply_fn *fn;
	void *ctx;
	int code;
	bool done;
};

int netlink_errno(int nl_error)
{
	switch (nl_error < 0 ? -nl_error : nl_error) {
	case NLE_SUCCESS:
		return 0;
	case NLE_INTR:
	case NLE_DUMP_INTR:
		return -EINTR;
	case NLE_AGAIN:
		return -EAGAIN;
	case NLE_NOMEM: /* also ENOBUFS: the socket's queue ran over */
		return -ENOBUFS;
	case NLE_PERM:
		return -EPERM;
	case NLE_NOACCESS:
		return -EACCES;
	case NLE_NODEV:
		return -ENODEV;
	case NLE_OBJ_NOTFOUND:
		return -ENOENT;
	case NLE_OPNOTSUPP:
	case NLE_PROTO_MISMATCH:
	case NLE_AF_NOSUPPORT:
		return -EOPNOTSUPP;
	default:
		return -EIO;
	}
}

int netlink_open(int protocol, struct nl_sock **ret, struct errmsg *err)
{
	struct nl_sock *sock = nl_socket_alloc();
	int code;

	if (!sock)
		return errmsg_set(err, -ENOMEM, "netlink: out of memory");
	code = nl_connect(sock, protocol);
	if (code == -NLE_FAILURE && (errno == EMFILE || errno == ENFILE)) {
		code = -errno;
		nl_socket_free(sock);
		return errmsg_set(err, code, "netlink: %s", strerror(-code));
	}
	if (code) {
		nl_socket_free(sock);
		return errmsg_set(err, netlink_errno(code), "netlink: %s", nl_geterror(code));
	}
	*ret = sock;
	return 0;
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct request *req = arg;

	if (req->fn && !req->code)
		req->code = req->fn(msg, req->ctx);
	return NL_OK;
}

static int on_done(struct nl_msg *msg, void *arg)
{
	struct request *req = arg;

	req->done = true;
	return NL_STOP;
}

static int on_error(struct sockaddr_nl *who, struct nlmsgerr *nlerr, void *arg)
{
	struct request *req = arg;

	req->done = true;
	req->code = nlerr->error;
	return NL_STOP;
}

int netlink_request(struct nl_sock *sock, struct nl_msg *msg, netlink_reply_fn *fn, void *ctx)
{
	struct request req = { .fn = fn, .ctx = ctx };
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int code = cb ? nl_send_auto(sock, msg) : -NLE_NOMEM;

	nlmsg_free(msg);
	if (code >= 0) {
		nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, &req);
		nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_done, &req);
		nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_done, &req);
		nl_cb_err(cb, NL_CB_CUSTOM, on_error, &req);
		for (code = 0; !req.done && code >= 0;)
			code = nl_recvmsgs(sock, cb);
	}
	nl_cb_put(cb);
	if (req.code)
		return req.code;
	return code < 0 ? netlink_errno(code) : 0;
}
