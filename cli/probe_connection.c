#include "cli/probe_connection.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "cli/probe_run.h"
#include "core/clock.h"

enum { CHUNK = 16 << 10, BURST = 64 };

int probe_connection_open(struct probe_connection *c, const struct probe_target *t,
			  uint16_t from_port, uint64_t wait_ns, struct errmsg *err)
{
	int code = probe_target_socket(t, SOCK_STREAM, from_port, err);
	socklen_t size = sizeof(code);

	*c = (struct probe_connection){ .fd = code };
	if (code < 0)
		return code;
	code = connect(c->fd, &t->address.any, t->address.len) ? -errno : 0;
	if (code == -EINPROGRESS) {
		code = probe_poll(c->fd, POLLOUT, clock_monotonic_ns() + wait_ns);
		if (!code)
			code = -ETIMEDOUT;
		if (code > 0 && !getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &code, &size))
			code = -code;
	}
	/* Of its own range of ports the kernel may take the target's, where nobody listens. */
	if (!code && probe_target_is_self(t, c->fd))
		code = -ECONNREFUSED;
	if (code)
		probe_connection_close(c);
	return code;
}

void probe_connection_close(struct probe_connection *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

/* Bytes that were there. */
static size_t take(struct probe_connection *c, probe_received *received, void *arg)
{
	uint8_t chunk[CHUNK];
	size_t all = 0;

	for (int i = 0; i < BURST && !c->ended && !c->reset; i++) {
		const ssize_t n = recv(c->fd, chunk, sizeof(chunk), MSG_DONTWAIT);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		c->ended = n == 0;
		c->reset = n < 0;
		if (n <= 0)
			break;
		received(arg, chunk, (size_t)n);
		all += (size_t)n;
	}
	return all;
}

int probe_connection_send(struct probe_connection *c, const uint8_t *data, size_t len,
			  uint64_t until_ns, probe_received *received, void *arg)
{
	size_t done = 0;

	while (done < len) {
		const ssize_t n = send(c->fd, data + done, len - done, MSG_NOSIGNAL | MSG_DONTWAIT);
		int events;

		if (n > 0)
			done += (size_t)n;
		else if (errno != EAGAIN && errno != EINTR)
			c->reset = true;
		if (c->reset || done == len)
			break;
		/* Who talks without end, or has ended and takes no more, is always readable. */
		events = probe_poll(c->fd, c->ended ? POLLOUT : POLLIN | POLLOUT, until_ns);
		if (events < 0)
			return events;
		if (!events || clock_monotonic_ns() >= until_ns)
			return -ETIMEDOUT;
		if (events & (POLLIN | POLLERR | POLLHUP))
			(void)take(c, received, arg);
	}
	return done == len ? 0 : -EPIPE;
}

int probe_connection_receive(struct probe_connection *c, uint64_t until_ns, uint64_t quiet_ns,
			     probe_received *received, void *arg)
{
	uint64_t end = until_ns, now;

	do {
		const int events = probe_poll(c->fd, POLLIN, end);

		if (events < 0)
			return events;
		if (!events)
			return 0;
		now = clock_monotonic_ns();
		if (take(c, received, arg) && now + quiet_ns < until_ns)
			end = now + quiet_ns;
	} while (!c->ended && !c->reset && now < until_ns);
	return 0;
}
