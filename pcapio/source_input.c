#include "pcapio/source_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"

void source_input_init(struct source_input *in, int fd)
{
	struct stat st;
	off_t start;

	*in = (struct source_input){ .fd = fd, .follow = { .timer = -1 } };
	in->is_file = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	if (!in->is_file)
		return;
	in->size = (uint64_t)st.st_size;
	start = lseek(fd, 0, SEEK_CUR);
	in->start = start > 0 ? (uint64_t)start : 0;
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
}

/* Until there is something to read, or its end. 0, or -EAGAIN where waiting is not wanted. */
static int input_await(const struct source_input *in)
{
	struct pollfd fd = { .fd = in->fd, .events = POLLIN };

	/* An error or a signal is for read(2), or the next round, to tell. */
	return poll(&fd, 1, in->never_wait ? 0 : -1) == 0 ? -EAGAIN : 0;
}

static ssize_t read_memory(struct source_input *in, void *to, size_t len)
{
	const size_t n = MIN_OF(len, in->memory_len - (size_t)in->offset);

	if (n)
		memcpy(to, in->memory + in->offset, n);
	return (ssize_t)n;
}

/* One read(2): also -EAGAIN, -EINTR. */
static ssize_t read_once(struct source_input *in, void *to, size_t len)
{
	ssize_t n;

	if (in->fd < 0)
		return read_memory(in, to, len);
	if (!in->is_file && in->never_wait && input_await(in))
		return -EAGAIN;
	n = in->is_file ? pread(in->fd, to, len, (off_t)(in->start + in->offset))
			: read(in->fd, to, len);
	return n < 0 ? -errno : n;
}

ssize_t source_input_read(struct source_input *in, void *to, size_t len, struct errmsg *err)
{
	for (;;) {
		ssize_t n = read_once(in, to, len);

		if (n == -EINTR)
			continue;
		if (n == -EAGAIN && !in->never_wait) { /* O_NONBLOCK, from whoever ran us */
			input_await(in);
			continue;
		}
		if (n > 0 && in->follow.timer >= 0)
			n = (ssize_t)source_follow_settled(in, to, (size_t)n, len);
		if (n == 0 && in->follow.timer >= 0) {
			n = source_follow_end(in, err);
			if (n == -EAGAIN && !in->never_wait)
				continue;
			return n;
		}
		if (n < 0 && n != -EAGAIN)
			return errmsg_set(err, (int)n, "%s", strerror((int)-n));
		if (n > 0) {
			in->offset += (uint64_t)n;
			in->follow.gone_ns = 0;
		}
		return n;
	}
}

void source_input_close(struct source_input *in)
{
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	if (in->follow.timer >= 0)
		close(in->follow.timer);
}
