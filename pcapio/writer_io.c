/*
 * pcapio/writer_io.c -- writes through io_uring, on registered ring blocks where the kernel takes
 * them (6.5 and later), plainly where it does not, and by pwrite(2) where there is no io_uring at
 * all.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "pcapio/writer_internal.h"

/* What a completion is of: one of these, or the place of a write in its queue. */
enum { TAG_WAKE = -1, TAG_MAIN = -2, TAG_SUMMARY = 1 << 30, TAG_SYNC = 1 << 29 };

/*
 * The ring may write, sync and poll, nothing else: a system call filter does not see what io_uring
 * does, so the kernel is asked to refuse the rest.
 */
static int restrict_ring(struct io_uring *ring)
{
	static const uint8_t ops[] = { IORING_OP_WRITE, IORING_OP_WRITE_FIXED, IORING_OP_POLL_ADD,
				       IORING_OP_FSYNC };
	struct io_uring_restriction res[sizeof(ops)];
	size_t i;

	memset(res, 0, sizeof(res));
	for (i = 0; i < sizeof(ops); i++) {
		res[i].opcode = IORING_RESTRICTION_SQE_OP;
		res[i].sqe_op = ops[i];
	}
	/* liburing 2.3 declares calls for these two and does not export them. */
	if (syscall(SYS_io_uring_register, ring->ring_fd, IORING_REGISTER_RESTRICTIONS, res,
		    sizeof(ops)) < 0 ||
	    syscall(SYS_io_uring_register, ring->ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0) <
		    0)
		return -errno;
	return 0;
}

static bool register_buffers(struct writer *w)
{
	uint32_t i, n, total = 0;
	struct iovec *iov;
	int ret;

	for (i = 0; i < w->nr_rings; i++)
		total += w->rings[i].base ? w->rings[i].shared->nr_blocks : 0;
	if (!total || w->config->format != OUTPUT_PCAPNG_BLOCKS)
		return false;
	iov = calloc(total, sizeof(*iov));
	if (!iov)
		return false;
	for (i = 0, total = 0; i < w->nr_rings; i++) {
		const struct segment_ring *r = w->rings[i].shared;

		w->rings[i].fixed_base = (int)total;
		for (n = 0; n < r->nr_blocks; n++, total++)
			iov[total] = (struct iovec){ .iov_base = w->rings[i].base +
								 (uint64_t)n * r->block_size,
						     .iov_len = r->block_size };
	}
	ret = io_uring_register_buffers(&w->uring, iov, total);
	free(iov);
	if (ret)
		log_verbose("ring memory is not registered with io_uring: %s", strerror(-ret));
	return ret == 0;
}

int writer_io_open(struct writer *w, struct errmsg *err)
{
	static const unsigned int flags[] = {
		IORING_SETUP_R_DISABLED | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
			IORING_SETUP_TASKRUN_FLAG,
		IORING_SETUP_R_DISABLED,
	};
	size_t i;
	int ret = -ENOSYS;

	if (w->config->no_uring)
		return 0;
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]) && ret; i++)
		ret = io_uring_queue_init(URING_ENTRIES, &w->uring, flags[i]);
	if (ret) {
		log_verbose("no io_uring (%s): plain writes", strerror(-ret));
		return 0;
	}
	w->fixed_ok = register_buffers(w);
	ret = restrict_ring(&w->uring);
	if (ret) {
		io_uring_queue_exit(&w->uring);
		return errmsg_set(err, ret, "io_uring cannot be restricted: %s", strerror(-ret));
	}
	w->uring_ok = true;
	atomic_store(&w->counters->uses_uring, 1);
	atomic_store(&w->counters->uses_fixed, w->fixed_ok);
	return 0;
}

static bool is_summary(const struct writer *w, const struct pending *p)
{
	return p->file == &w->summary.direct;
}

/*
 * Where nothing could be allocated ahead the write itself meets the full disk. Those that were
 * under way with it try again before another file goes.
 */
static bool make_room(struct writer *w, struct pending *p)
{
	p->done_len -= p->done_len % FILE_PAGE;
	if (p->start_ns < w->room_made_ns)
		return true;
	if (!writer_file_make_room(w, ENOSPC))
		return false;
	w->room_made_ns = clock_monotonic_ns();
	return true;
}

static void note_written(struct writer *w, struct pending *p, int res)
{
	if (!is_summary(w, p)) {
		counter_max(&w->counters->write_ns_max, clock_monotonic_ns() - p->start_ns);
		if (res > 0) {
			counter_add(&w->counters->file_bytes, (uint64_t)res);
			if (w->durable.on)
				writer_durable_wrote(w, p->file, (uint64_t)res);
		}
	}
	if (res > 0)
		p->done_len += (uint32_t)res;
	/* A short direct write whose rest is not aligned means that the disk is full. */
	if (res == -EINVAL && p->done_len)
		res = -ENOSPC;
	if (res == -EAGAIN || res == -EINTR || (res > 0 && p->done_len < p->len) ||
	    (res == -ENOSPC && !is_summary(w, p) && make_room(w, p))) {
		writer_io_submit(w, p); /* the rest of a short write */
		return;
	}
	if (res <= 0)
		p->error = res ? -res : EIO;
	p->done = true;
}

static struct io_uring_sqe *next_sqe(struct writer *w)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&w->uring);

	if (!sqe) {
		io_uring_submit(&w->uring);
		sqe = io_uring_get_sqe(&w->uring);
	}
	return sqe;
}

void writer_io_submit(struct writer *w, struct pending *p)
{
	uint8_t *data = p->data + p->done_len;
	const uint32_t len = p->len - p->done_len;
	const uint64_t off = p->off + p->done_len;
	struct io_uring_sqe *sqe;
	ssize_t n;

	p->start_ns = clock_monotonic_ns();
	sqe = w->uring_ok ? next_sqe(w) : NULL;
	if (!sqe) {
		do
			n = pwrite(p->file->fd, data, len, (off_t)off);
		while (n < 0 && !is_summary(w, p) && writer_file_make_room(w, errno));
		note_written(w, p, n < 0 ? -errno : (int)n);
		return;
	}
	if (p->fixed >= 0)
		io_uring_prep_write_fixed(sqe, p->file->fd, data, len, off, p->fixed);
	else
		io_uring_prep_write(sqe, p->file->fd, data, len, off);
	io_uring_sqe_set_data64(sqe, is_summary(w, p)
					     ? TAG_SUMMARY + (uint64_t)(p - w->summary.writes)
					     : (uint64_t)(p - w->fifo));
}

/* A synchronous write of whole pages, for headers and trailers. */
bool writer_io_write_now(struct writer *w, struct out_file *f, const uint8_t *data, uint32_t len,
			 uint64_t off)
{
	uint32_t done = 0;
	ssize_t n;

	while (done < len) {
		n = pwrite(f->fd, data + done, len - done, (off_t)(off + done));
		if (n < 0 && (errno == EINTR || writer_file_make_room(w, errno)))
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = EIO;
			return false;
		}
		done += (uint32_t)n;
	}
	counter_add(&w->counters->file_bytes, len);
	if (w->durable.on)
		writer_durable_wrote(w, f, len);
	return true;
}

bool writer_io_sync(struct writer *w, int fd, bool data_only, uint32_t what)
{
	struct io_uring_sqe *sqe = w->uring_ok ? next_sqe(w) : NULL;

	if (!sqe)
		return false;
	io_uring_prep_fsync(sqe, fd, data_only ? IORING_FSYNC_DATASYNC : 0);
	io_uring_sqe_set_data64(sqe, TAG_SYNC + (uint64_t)what);
	return true;
}

static void handle_completion(struct writer *w, const struct io_uring_cqe *cqe)
{
	const uint64_t tag = cqe->user_data;
	uint64_t drained;

	switch ((int64_t)tag) {
	case TAG_WAKE:
		w->wake_armed = false;
		if (read(WRITER_FD_WAKE, &drained, sizeof(drained)) < 0)
			return; /* EAGAIN: somebody was quicker */
		return;
	case TAG_MAIN:
		w->main_armed = false;
		w->main_gone = true;
		return;
	default:
		if (tag & TAG_SYNC) {
			writer_durable_synced(w, (uint32_t)(tag - TAG_SYNC), cqe->res);
			return;
		}
		note_written(w,
			     tag & TAG_SUMMARY ? &w->summary.writes[tag % SUMMARY_RUNS]
					       : &w->fifo[tag & w->fifo_mask],
			     cqe->res);
	}
}

void writer_io_reap(struct writer *w)
{
	struct io_uring_cqe *cqe;

	if (!w->uring_ok)
		return;
	while (io_uring_peek_cqe(&w->uring, &cqe) == 0) {
		const struct io_uring_cqe copy = *cqe;

		io_uring_cqe_seen(&w->uring, cqe);
		handle_completion(w, &copy);
	}
}

static void arm_polls(struct writer *w)
{
	struct io_uring_sqe *sqe;

	if (!w->wake_armed && (sqe = next_sqe(w))) {
		io_uring_prep_poll_add(sqe, WRITER_FD_WAKE, POLLIN);
		io_uring_sqe_set_data64(sqe, (uint64_t)TAG_WAKE);
		w->wake_armed = true;
	}
	if (!w->main_armed && !w->main_gone && (sqe = next_sqe(w))) {
		io_uring_prep_poll_add(sqe, WRITER_FD_MAIN, POLLIN);
		io_uring_sqe_set_data64(sqe, (uint64_t)TAG_MAIN);
		w->main_armed = true;
	}
}

static void wait_without_uring(struct writer *w, const struct timespec *timeout)
{
	struct pollfd fds[2] = { { .fd = WRITER_FD_WAKE, .events = POLLIN },
				 { .fd = w->main_gone ? -1 : WRITER_FD_MAIN, .events = POLLIN } };
	uint64_t drained;

	if (ppoll(fds, 2, timeout, NULL) <= 0)
		return;
	if (fds[0].revents && read(WRITER_FD_WAKE, &drained, sizeof(drained)) < 0)
		return;
	if (fds[1].revents)
		w->main_gone = true;
}

void writer_io_wait(struct writer *w, uint64_t timeout_ns)
{
	struct __kernel_timespec kts = { .tv_sec = (long long)(timeout_ns / NS_PER_SEC),
					 .tv_nsec = (long long)(timeout_ns % NS_PER_SEC) };
	const struct timespec ts = { .tv_sec = kts.tv_sec, .tv_nsec = kts.tv_nsec };
	struct io_uring_cqe *cqe;

	if (!w->uring_ok) {
		wait_without_uring(w, &ts);
		return;
	}
	if (timeout_ns) {
		arm_polls(w);
		io_uring_submit_and_wait_timeout(&w->uring, &cqe, 1, &kts, NULL);
	} else {
		io_uring_submit(&w->uring);
	}
}
