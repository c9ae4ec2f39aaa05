/* cli/control.c -- one question, one answer: "this filter, please". */
#include "cli/control.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/clock.h"

enum {
	CONTROL_MAGIC = 0x31435452, /* "RTC1" in little-endian byte order */
	ASKING_MS = 2000,           /* from connecting to asking */
	ANSWER_S = 60,              /* names may have to be looked up */
};

/* Followed by the expression, without a terminator. */
struct control_question {
	uint32_t magic;
	uint32_t len;
};

struct control_answer {
	uint32_t magic;
	int32_t code; /* 0 or -errno */
	struct filter_error error;
};

/* "\0ringtap-control-PID"; returns the address's length. */
static socklen_t address_of(pid_t pid, struct sockaddr_un *ret)
{
	int n;

	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = snprintf(ret->sun_path + 1, sizeof(ret->sun_path) - 1, "ringtap-control-%d", (int)pid);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
}

static int watch(const struct control_server *s, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 ? -errno : 0;
}

int control_open(struct control_server *s, int epoll_fd, struct errmsg *err)
{
	struct sockaddr_un name;
	const socklen_t len = address_of(getpid(), &name);
	int i;

	s->epoll_fd = epoll_fd;
	s->owner = getuid();
	for (i = 0; i < CONTROL_CLIENTS_MAX; i++)
		s->clients[i].fd = -1;
	s->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0 || bind(s->fd, (const struct sockaddr *)&name, len) < 0 ||
	    listen(s->fd, CONTROL_CLIENTS_MAX) < 0 || watch(s, s->fd) < 0)
		return errmsg_set(err, -errno, "control socket: %s", strerror(errno));
	return 0;
}

static bool may_ask(const struct control_server *s, int fd)
{
	struct ucred who;
	socklen_t len = sizeof(who);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 &&
	       (who.uid == 0 || who.uid == s->owner);
}

static void take_clients(struct control_server *s, uint64_t now)
{
	int i, fd;

	for (i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		if (s->clients[i].fd >= 0)
			continue;
		fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return;
		if (!may_ask(s, fd) || watch(s, fd) < 0)
			close(fd);
		else
			s->clients[i] = (struct control_client){ .fd = fd, .accepted_ns = now };
	}
}

/* The expression, terminated, in memory that the next call takes again; NULL: no question. */
static char *read_question(int fd, bool *ret_wait)
{
	static struct {
		struct control_question head;
		char text[FILTER_TEXT_MAX + 1];
	} q;
	const ssize_t n = recv(fd, &q, sizeof(q) - 1, MSG_DONTWAIT);

	*ret_wait = n < 0 && (errno == EAGAIN || errno == EINTR);
	if (n < (ssize_t)sizeof(q.head) || q.head.magic != CONTROL_MAGIC ||
	    q.head.len != (size_t)n - sizeof(q.head))
		return NULL;
	q.text[q.head.len] = '\0';
	return strlen(q.text) == q.head.len ? q.text : NULL;
}

void control_serve(struct control_server *s, control_filter_fn *fn, void *ctx)
{
	const uint64_t now = clock_monotonic_ns();
	struct control_answer a = { 0 };
	bool wait;
	char *expr;
	int i;

	if (s->fd < 0)
		return;
	take_clients(s, now);
	for (i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct control_client *c = &s->clients[i];

		if (c->fd < 0)
			continue;
		expr = read_question(c->fd, &wait);
		if (wait && now - c->accepted_ns < ASKING_MS * NS_PER_MS)
			continue;
		if (expr) {
			memset(&a, 0, sizeof(a));
			a.magic = CONTROL_MAGIC;
			a.code = fn(ctx, expr, &a.error);
			/* Who does not take his answer has gone. */
			(void)!send(c->fd, &a, sizeof(a), MSG_DONTWAIT | MSG_NOSIGNAL);
		}
		close(c->fd);
		c->fd = -1;
	}
}

void control_close(struct control_server *s)
{
	int i;

	for (i = 0; s->fd >= 0 && i < CONTROL_CLIENTS_MAX; i++)
		if (s->clients[i].fd >= 0)
			close(s->clients[i].fd);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* ---- the other side ---- */

/* Abstract names belong to a network namespace: into the capture's, if it is not ours. */
static int enter_namespace_of(pid_t pid, struct errmsg *err)
{
	struct stat ours, theirs;
	char path[64];
	int fd, code = 0;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errmsg_set(err, -errno, "process %d: %s", (int)pid,
				  errno == ENOENT   ? "does not exist"
				  : errno == EACCES ? "is not ours; its user or root may ask"
						    : strerror(errno));
	if (fstat(fd, &theirs) < 0 || stat("/proc/self/ns/net", &ours) < 0)
		code = errmsg_set(err, -errno, "%s: %s", path, strerror(errno));
	else if ((ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev) &&
		 setns(fd, CLONE_NEWNET) < 0)
		code = errmsg_set(err, -errno,
				  "process %d captures in another network namespace: %s; try as "
				  "root",
				  (int)pid, strerror(errno));
	close(fd);
	return code;
}

static int connect_to(pid_t pid, struct errmsg *err)
{
	const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	const struct timeval patience = { .tv_sec = ANSWER_S };
	struct ucred who = { .pid = 0 };
	socklen_t len = sizeof(who);
	struct sockaddr_un name;
	const socklen_t name_len = address_of(pid, &name);
	int code = 0;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
	    connect(fd, (const struct sockaddr *)&name, name_len) < 0)
		code = errmsg_set(err, -errno, "process %d: %s", (int)pid,
				  errno == ECONNREFUSED ? "is no capture that can be told anything"
							: strerror(errno));
	/* Anybody may take such a name: the kernel knows who listens. */
	else if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) < 0 || who.pid != pid)
		code = errmsg_set(err, -EPERM,
				  "process %d: another process (%d) listens in its name", (int)pid,
				  (int)who.pid);
	if (code < 0 && fd >= 0)
		close(fd);
	return code < 0 ? code : fd;
}

static int ask(int fd, const char *expr, struct control_answer *ret)
{
	struct control_question q = { .magic = CONTROL_MAGIC, .len = (uint32_t)strlen(expr) };
	struct iovec parts[2] = { { &q, sizeof(q) }, { (char *)(uintptr_t)expr, q.len } };
	const struct msghdr msg = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t n;

	if (sendmsg(fd, &msg, MSG_NOSIGNAL) < 0)
		return -errno;
	n = recv(fd, ret, sizeof(*ret), 0);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (!n)
		return -EACCES;
	if (n != (ssize_t)sizeof(*ret) || ret->magic != CONTROL_MAGIC)
		return -EPROTO;
	ret->error.text[sizeof(ret->error.text) - 1] = '\0';
	return 0;
}

int control_set_filter(pid_t pid, const char *expr, struct filter_error *why, struct errmsg *err)
{
	struct control_answer a = { 0 };
	int fd, code;

	*why = (struct filter_error){ 0 };
	if (strlen(expr) > FILTER_TEXT_MAX)
		return errmsg_set(err, -E2BIG, "a filter has %d bytes at most", FILTER_TEXT_MAX);
	code = enter_namespace_of(pid, err);
	if (code < 0)
		return code;
	fd = connect_to(pid, err);
	if (fd < 0)
		return fd;
	code = ask(fd, expr, &a);
	close(fd);
	if (code < 0)
		return errmsg_set(err, code, "process %d: %s", (int)pid,
				  code == -EACCES
					  ? "does not listen to us: its user or root may ask"
				  : code == -EPROTO ? "answers in another version's words"
						    : strerror(-code));
	*why = a.error;
	return a.code;
}
