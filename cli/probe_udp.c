#include <errno.h>
#include <time.h> /* what linux/errqueue.h leaves out */

#include <linux/errqueue.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "cli/probe_run.h"
#include "core/clock.h"

enum {
	DATAGRAM_MAX = 64 << 10,
	BURST = 64, /* datagrams read before the clock is looked at */
};

struct udp {
	struct probe_run *run;
	int fd;
	uint8_t *buffer; /* DATAGRAM_MAX */
	bool answered;   /* the last one */
};

/* ---- what comes ---- */

static void take_reply(struct udp *u, const uint8_t *data, size_t len)
{
	struct probe_run *const run = u->run;
	struct probe_log *const log = &run->log;
	struct probe_reply *r;
	uint32_t index;
	uint64_t now, at;

	if (!log->nr_sent) /* for whoever had this port before */
		return;
	now = clock_monotonic_ns();
	index = probe_log_match(log, data, len);
	at = log->sent[index].at_ns;
	r = probe_log_reply(log, index, data, len, now > at ? now - at : 0, run->o->wait_ns);
	u->answered |= index + 1 == log->nr_sent;
	if (r && index < run->shown)
		run->show_late(run, r);
}

static void set_reporter(struct probe_sent *s, const struct sock_extended_err *e)
{
	const struct sockaddr *from = (const struct sockaddr *)SO_EE_OFFENDER(e);

	if (from->sa_family == AF_INET) {
		memcpy(&s->reporter.v4, from, sizeof(s->reporter.v4));
		s->reporter.len = sizeof(s->reporter.v4);
	} else if (from->sa_family == AF_INET6) {
		memcpy(&s->reporter.v6, from, sizeof(s->reporter.v6));
		s->reporter.len = sizeof(s->reporter.v6);
	}
}

/* An ICMP error quotes what it is about, so it is known which of them that was. */
static struct probe_sent *quoted(struct probe_log *log, const uint8_t *data, size_t len)
{
	for (uint32_t i = log->nr_sent; i-- > 0 && log->nr_sent - i <= BURST;) {
		struct probe_sent *s = &log->sent[i];
		const size_t n = len < s->payload->len ? len : s->payload->len;

		if (s->outcome == PROBE_UNANSWERED && (!n || !memcmp(s->payload->data, data, n)))
			return s;
	}
	return NULL;
}

static void take_error(struct udp *u, const struct sock_extended_err *e, size_t len)
{
	struct probe_log *const log = &u->run->log;
	struct probe_sent *s;

	/* What this end could not send, send() has said. */
	if (e->ee_origin != SO_EE_ORIGIN_ICMP && e->ee_origin != SO_EE_ORIGIN_ICMP6)
		return;
	s = quoted(log, u->buffer, len);
	if (!s)
		return;
	s->error = (int)e->ee_errno;
	s->outcome = PROBE_REFUSED;
	s->icmp = true;
	s->icmp_v6 = e->ee_origin == SO_EE_ORIGIN_ICMP6;
	s->icmp_type = e->ee_type;
	s->icmp_code = e->ee_code;
	set_reporter(s, e);
	u->answered |= s == &log->sent[log->nr_sent - 1];
}

/* What the kernel has queued of ICMP errors. */
static void take_errors(struct udp *u)
{
	union {
		char bytes[512];
		struct cmsghdr align;
	} control;
	int pending;
	socklen_t size = sizeof(pending);

	for (int i = 0; i < BURST; i++) {
		struct iovec iov = { .iov_base = u->buffer, .iov_len = DATAGRAM_MAX };
		struct msghdr msg = { .msg_iov = &iov,
				      .msg_iovlen = 1,
				      .msg_control = &control,
				      .msg_controllen = sizeof(control) };
		const ssize_t n = recvmsg(u->fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT);

		if (n < 0)
			break;
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
			if ((c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR) ||
			    (c->cmsg_level == SOL_IPV6 && c->cmsg_type == IPV6_RECVERR))
				take_error(u, (void *)CMSG_DATA(c), (size_t)n);
	}
	/* The same error once more, for who has no queue. */
	(void)getsockopt(u->fd, SOL_SOCKET, SO_ERROR, &pending, &size);
}

/* True: there may be more. */
static bool take_datagrams(struct udp *u)
{
	for (int i = 0; i < BURST; i++) {
		const ssize_t n = recv(u->fd, u->buffer, DATAGRAM_MAX, MSG_DONTWAIT);

		if (n < 0)
			return false;
		take_reply(u, u->buffer, (size_t)n);
	}
	return true;
}

/* Until then; or until the last one is answered. 0 or -EINTR. */
static int collect(struct udp *u, uint64_t until_ns, bool stop_when_answered)
{
	do {
		const int events = probe_poll(u->fd, POLLIN, until_ns);

		if (events < 0)
			return events;
		if (events & POLLERR)
			take_errors(u);
		if (events & POLLIN)
			(void)take_datagrams(u);
		if (!events || (stop_when_answered && u->answered))
			return 0;
	} while (clock_monotonic_ns() < until_ns);
	return 0;
}

/* ---- what goes ---- */

/* One payload, at its time, and what comes until its reply does or the wait is over. */
static int send_one(struct udp *u, const struct probe_payload *p)
{
	struct probe_run *const run = u->run;
	struct probe_sent *s;
	int code = collect(u, run->next_ns, false);
	uint64_t now;
	ssize_t n;

	if (code)
		return code;
	if (!probe_show_rest(run))
		return -EPIPE;
	u->answered = false;
	now = clock_monotonic_ns();
	n = send(u->fd, p->data, p->len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && errno != EAGAIN) {
		/* It may be the error of one before. */
		take_errors(u);
		n = send(u->fd, p->data, p->len, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	code = n < 0 ? errno : 0;
	s = probe_log_send(&run->log, p, now);
	s->error = code;
	s->outcome = code ? PROBE_NOT_SENT : PROBE_UNANSWERED;
	s->went = !code;
	probe_pace(run, now);
	if (s->outcome == PROBE_NOT_SENT)
		return 0;
	return collect(u, now + run->o->wait_ns, true);
}

/* Its wait was not over. */
static void mark_interrupted(struct probe_run *run)
{
	struct probe_sent *last = run->log.nr_sent ? &run->log.sent[run->log.nr_sent - 1] : NULL;

	if (last && last->outcome == PROBE_UNANSWERED &&
	    clock_monotonic_ns() < last->at_ns + run->o->wait_ns)
		last->error = EINTR;
}

static int talk(struct udp *u)
{
	const struct probe_payloads *all = u->run->payloads;
	const uint64_t repeat = u->run->o->repeat;
	int code = 0;

	for (uint32_t i = 0; !code && i < all->nr; i++)
		for (uint64_t n = 0; !code && n < repeat; n++)
			code = send_one(u, &all->list[i]);
	/* More replies may follow the last one's first, and late ones of others. */
	if (!code && u->run->log.nr_sent) {
		const uint64_t last = u->run->log.sent[u->run->log.nr_sent - 1].at_ns;
		const bool all_done = !probe_log_count(&u->run->log, PROBE_UNANSWERED);

		code = collect(u, all_done ? u->run->next_ns : last + u->run->o->wait_ns, false);
	}
	/* Those that have come already; not for ever, for more may come. */
	for (int i = 0; code != -EPIPE && i < BURST && take_datagrams(u); i++)
		;
	if (code == -EINTR)
		mark_interrupted(u->run);
	return code == -EPIPE || !probe_show_rest(u->run) ? -EPIPE : code;
}

static bool is_broadcast(int fd, const struct probe_target *t)
{
	const int yes = 1;

	return !setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof(yes)) &&
	       !connect(fd, &t->address.any, t->address.len);
}

static int open_socket(struct probe_run *run, struct errmsg *err)
{
	const struct probe_target *t = run->target;
	const int fd = probe_target_socket(t, SOCK_DGRAM, run->o->from_port, err);
	const int yes = 1;
	int code;

	if (fd < 0)
		return fd;
	if (t->address.any.sa_family == AF_INET)
		setsockopt(fd, SOL_IP, IP_RECVERR, &yes, sizeof(yes));
	else
		setsockopt(fd, SOL_IPV6, IPV6_RECVERR, &yes, sizeof(yes));
	if (!connect(fd, &t->address.any, t->address.len)) {
		probe_address_local(fd, &run->local);
		if (!probe_target_is_self(t, fd))
			return fd;
		close(fd);
		return errmsg_set(err, -EINVAL,
				  "probe: %s is the socket that asks; choose another --from-port",
				  t->text);
	}
	code = -errno;
	/* A route that forbids it is the same errno as a broadcast address. */
	if (code == -EACCES && is_broadcast(fd, t))
		code = errmsg_set(err, -EINVAL,
				  "probe: %s is a broadcast address; one host is probed", t->text);
	else
		errmsg_set(err, code, "probe: %s: %s; 'ip route get' shows how packets go there",
			   t->text, strerror(-code));
	close(fd);
	return code;
}

/* Of what came, because it came faster than it was read, or with a wrong checksum. */
static uint32_t dropped_by_kernel(int fd)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof(info);

	(void)getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &size);
	return info[SK_MEMINFO_DROPS];
}

int probe_udp(struct probe_run *run, struct errmsg *err)
{
	static uint8_t buffer[DATAGRAM_MAX];
	struct udp u = { .run = run, .buffer = buffer, .fd = open_socket(run, err) };
	int code;

	if (u.fd < 0)
		return u.fd;
	run->next_ns = clock_monotonic_ns();
	code = talk(&u);
	run->interrupted = code == -EINTR;
	run->log.dropped = dropped_by_kernel(u.fd);
	close(u.fd);
	return code == -EPIPE ? code : 0;
}
