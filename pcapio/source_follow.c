/*
 * pcapio/source_follow.c -- a file that is still growing: its end is not the end.
 *
 * A timer and not inotify(7): a file that is written through memory, as our own captures in place
 * are, raises no event, and one on a network file system none here.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/clock.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/source_input.h"

enum {
	TICK_MS = 100,
	/* Zeros that end what can be read: space that the writer has allocated ahead. Fewer may be
	 * the end of a packet. */
	ZEROS_MIN = 4096,
};

/* A writer renames or deletes what it has finished; what it wrote just before still counts. */
#define GONE_NS NS_PER_SEC

int source_follow_begin(struct source_input *in, const char *path)
{
	const struct itimerspec tick = { .it_interval.tv_nsec = TICK_MS * (long)NS_PER_MS,
					 .it_value.tv_nsec = TICK_MS * (long)NS_PER_MS };
	struct stat st;
	int fd;

	if (!in->is_file)
		return 0; /* a pipe ends when its writer says so */
	if (fstat(in->fd, &st))
		return -errno;
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (fd < 0)
		return -errno;
	if (timerfd_settime(fd, 0, &tick, NULL)) {
		const int code = -errno;

		close(fd);
		return code;
	}
	in->follow = (struct source_follow){
		.path = path, .timer = fd, .dev = st.st_dev, .ino = st.st_ino
	};
	return 0;
}

static bool all_zero(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && !memcmp(p, p + 1, n - 1));
}

/* Is there a byte that is not zero at or behind this offset of the file? Looks at two places. */
static bool data_behind(const struct source_input *in, off_t from)
{
	uint8_t bytes[ZEROS_MIN];
	struct stat st;
	off_t at = lseek(in->fd, from, SEEK_DATA); /* pread(2) does not care */
	ssize_t n;

	if (at < 0 || fstat(in->fd, &st))
		return false; /* unwritten to the end */
	n = pread(in->fd, bytes, sizeof(bytes), at);
	if (n > 0 && !all_zero(bytes, (size_t)n))
		return true;
	at = st.st_size > ZEROS_MIN ? st.st_size - ZEROS_MIN : 0;
	n = pread(in->fd, bytes, sizeof(bytes), at);
	return n > 0 && !all_zero(bytes, (size_t)n);
}

size_t source_follow_settled(struct source_input *in, const uint8_t *bytes, size_t n, size_t len)
{
	const uint64_t offset = in->start + in->offset;
	size_t end = n;

	in->follow.soft = 0;
	if (!in->offset && n >= 4 && load_u32(bytes) == PCAPNG_SHB)
		in->follow.is_pcapng = true;
	while (end && !bytes[end - 1])
		end--;
	/* At the file's end few zeros are those of a packet. */
	if (n < len && n - end < (in->follow.is_pcapng ? 4 : ZEROS_MIN))
		return n;
	if (n == end || data_behind(in, (off_t)(offset + n)))
		return n;
	in->follow.soft = MIN_OF((size_t)(align_up(offset + end, 4) - offset) - end, n - end);
	return end;
}

/* The path leads to another file now, or to none. */
static bool is_gone(const struct source_follow *f, const struct stat *ours)
{
	struct stat st;

	if (!ours->st_nlink)
		return true;
	if (!f->path)
		return false;
	return stat(f->path, &st) ? errno == ENOENT : st.st_dev != f->dev || st.st_ino != f->ino;
}

int source_follow_end(struct source_input *in, struct errmsg *err)
{
	struct source_follow *f = &in->follow;
	struct pollfd tick = { .fd = f->timer, .events = POLLIN };
	uint64_t ticks, read_so_far;
	struct stat st;

	if (f->ended)
		return 0;
	if (fstat(in->fd, &st))
		return errmsg_set(err, -errno, "%s", strerror(errno));
	read_so_far = in->start + in->offset;
	if ((uint64_t)st.st_size < read_so_far)
		return errmsg_set(err, -ESTALE,
				  "was cut to %llu bytes while it was followed, %llu were read",
				  (unsigned long long)st.st_size, (unsigned long long)read_so_far);
	if (!is_gone(f, &st)) {
		f->gone_ns = 0;
	} else if (!f->gone_ns) {
		f->gone_ns = clock_monotonic_ns();
	} else if (clock_monotonic_ns() - f->gone_ns >= GONE_NS) {
		f->ended = st.st_nlink ? "was renamed or replaced" : "was deleted";
		return 0;
	}
	if (!in->never_wait)
		poll(&tick, 1, -1);
	if (read(f->timer, &ticks, sizeof(ticks)) < 0 && errno != EAGAIN)
		return errmsg_set(err, -errno, "the timer: %s", strerror(errno));
	return -EAGAIN;
}
