/*
 * pcapio/writer_stream.c -- output as a stream of bytes: classic pcap, sorted files, pipes.
 *
 * Records have no room for padding, so ring memory cannot go to disk as it is. It is copied once,
 * into aligned buffers that direct writes take; the block goes back to the kernel as soon as it is
 * copied.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/clock.h"
#include "pcapio/writer_internal.h"

enum { PIPE_WAIT_MS = 200 };

int writer_stream_open(struct writer *w, struct errmsg *err)
{
	struct stream *s = &w->stream;
	uint8_t *base;
	int i;

	s->current = -1;
	if (w->config->format != OUTPUT_STREAM)
		return 0;
	base = mmap(NULL, (size_t)STREAM_BUFFER * STREAM_BUFFERS, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		return errmsg_set(err, -errno, "writer: no memory for its buffers");
	for (i = 0; i < STREAM_BUFFERS; i++)
		s->buffers[i] = base + (size_t)i * STREAM_BUFFER;
	return 0;
}

/* True when a run of len bytes can be taken without waiting. */
bool writer_stream_room(const struct writer *w, uint32_t len)
{
	uint64_t room = 0;
	int i;

	if (w->config->pipe)
		return true;
	for (i = 0; i < STREAM_BUFFERS; i++)
		if (!w->stream.busy[i])
			room += STREAM_BUFFER;
	/* One buffer more than the bytes need: a flush starts a new one. */
	return room >= (uint64_t)len + w->config->prelude_len + 2 * STREAM_BUFFER;
}

static void start_buffer(struct stream *s)
{
	int i;

	for (i = 0; i < STREAM_BUFFERS && s->current < 0; i++)
		if (!s->busy[i])
			s->current = i;
	if (s->current < 0)
		return;
	s->busy[s->current] = true;
	s->fill = 0;
	s->whole = 0;
	s->tail_done = 0;
	s->packets = 0;
	s->cap_bytes = 0;
}

/* Hands len bytes of the current buffer to the disk; they start at file offset f->off. */
static void submit_buffer(struct writer *w, uint32_t len)
{
	struct stream *s = &w->stream;
	struct out_file *f = w->file;
	struct pending *p;

	writer_file_room(w, f, len);
	p = writer_push(w);
	*p = (struct pending){ .file = f,
			       .data = s->buffers[s->current],
			       .off = f->off,
			       .len = len,
			       .commit_len = s->whole,
			       .packets = s->packets,
			       .cap_bytes = s->cap_bytes,
			       .ring = NO_RING,
			       .buffer = (uint32_t)s->current,
			       .fixed = -1 };
	f->off += len;
	f->pending++;
	s->current = -1;
	s->fill = 0;
	s->whole = 0;
	writer_io_submit(w, p);
}

/*
 * Somebody else's choice: the other end of stdout may have made it non-blocking. Returns as well
 * when the reader goes away, which the next write then tells. False: the capture is aborted.
 */
static bool pipe_wait(const struct writer *w)
{
	struct pollfd fd = { .fd = WRITER_FD_PIPE, .events = POLLOUT };

	while (!atomic_load(&w->seg.header->control.abort))
		if (poll(&fd, 1, PIPE_WAIT_MS) > 0)
			return true;
	return false;
}

static bool pipe_write(struct writer *w, const uint8_t *data, uint32_t len)
{
	ssize_t n;

	while (len) {
		n = write(WRITER_FD_PIPE, data, len);
		if (n < 0 && (errno == EINTR || (errno == EAGAIN && pipe_wait(w))))
			continue;
		if (n < 0) {
			writer_fail(w, errno,
				    errno == EPIPE ? "the reader of our output has gone"
						   : "output");
			return false;
		}
		data += n;
		len -= (uint32_t)n;
		counter_add(&w->counters->file_bytes, (uint64_t)n);
		counter_add(&w->counters->writes, 1);
	}
	return true;
}

/* Counts packets that have, or have not, gone into the pipe. */
static void count_piped(struct writer *w, bool written, uint32_t packets, uint64_t cap_bytes)
{
	if (!written) {
		writer_count_lost(w, LOSS_WRITE_ERROR, packets);
		return;
	}
	counter_add(&w->counters->packets_stored, packets);
	counter_add(&w->counters->cap_bytes_stored, cap_bytes);
}

/* The current buffer into the pipe; it stays the current one. */
static void pipe_buffer(struct writer *w)
{
	struct stream *s = &w->stream;
	const bool written =
		!atomic_load(&w->counters->error) && pipe_write(w, s->buffers[s->current], s->fill);

	count_piped(w, written, s->packets, s->cap_bytes);
	s->fill = 0;
	s->whole = 0;
	s->packets = 0;
	s->cap_bytes = 0;
}

void writer_stream_pipe_run(struct writer *w, const uint8_t *run, uint32_t len, uint32_t packets,
			    uint64_t cap_bytes)
{
	if (w->stream.current >= 0 && w->stream.fill)
		pipe_buffer(w);
	count_piped(w, !atomic_load(&w->counters->error) && pipe_write(w, run, len), packets,
		    cap_bytes);
}

/* A full buffer goes on its way when more bytes come: a mark may still belong to it. */
void writer_stream_append(struct writer *w, const uint8_t *data, uint32_t len)
{
	struct stream *s = &w->stream;
	uint32_t n;

	while (len) {
		if (s->current >= 0 && s->fill == STREAM_BUFFER && w->config->pipe)
			pipe_buffer(w);
		else if (s->current >= 0 && s->fill == STREAM_BUFFER)
			submit_buffer(w, STREAM_BUFFER);
		if (s->current < 0)
			start_buffer(s);
		n = MIN_OF(len, (uint32_t)STREAM_BUFFER - s->fill);
		memcpy(s->buffers[s->current] + s->fill, data, n);
		s->fill += n;
		data += n;
		len -= n;
	}
}

void writer_stream_mark(struct writer *w, uint32_t packets, uint64_t cap_bytes)
{
	w->stream.whole = w->stream.fill;
	w->stream.packets += packets;
	w->stream.cap_bytes += cap_bytes;
}

void writer_stream_prelude(struct writer *w)
{
	writer_stream_append(w, segment_prelude(&w->seg), w->config->prelude_len);
	writer_stream_mark(w, 0, 0);
}

/*
 * The part of the buffer that is no whole page goes through the page cache and stays in the buffer:
 * the direct write of the full buffer later covers it.
 */
static bool write_tail(struct writer *w)
{
	struct stream *s = &w->stream;
	struct out_file *f = w->file;
	const int fd = f->buffered_fd >= 0 ? f->buffered_fd : f->fd;
	ssize_t n;

	while (s->tail_done < s->fill) {
		n = pwrite(fd, s->buffers[s->current] + s->tail_done, s->fill - s->tail_done,
			   (off_t)(f->off + s->tail_done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			writer_fail(w, n ? errno : EIO, f->temporary);
			return false;
		}
		s->tail_done += (uint32_t)n;
	}
	if (f->pending)
		return true; /* earlier bytes are not there yet: count these when the buffer is
				written */
	atomic_store_explicit(&f->slot->committed, f->off + s->whole, memory_order_release);
	counter_add(&w->counters->packets_stored, s->packets);
	counter_add(&w->counters->cap_bytes_stored, s->cap_bytes);
	s->packets = 0;
	s->cap_bytes = 0;
	return true;
}

/* Everything before the tail is on its way already when this is called with `everything`. */
void writer_stream_flush(struct writer *w, bool everything)
{
	struct stream *s = &w->stream;
	struct out_file *f = w->file;

	s->flush_ns = clock_monotonic_ns();
	if (w->config->pipe && s->current >= 0 && s->fill) {
		pipe_buffer(w);
		return;
	}
	if (!f || s->current < 0 || !s->fill)
		return;
	if (!everything) {
		if (s->tail_done < s->fill)
			(void)write_tail(w);
		return;
	}
	/* The last one: earlier writes may still be under way, so it goes through the queue as
	 * well. */
	if (f->direct && s->fill % FILE_PAGE) {
		const uint32_t padded = (uint32_t)align_up(s->fill, FILE_PAGE);

		memset(s->buffers[s->current] + s->fill, 0, padded - s->fill);
		f->sealed_len = f->off + s->fill;
		submit_buffer(w, padded);
		return;
	}
	submit_buffer(w, s->fill);
}

void writer_stream_end(struct writer *w)
{
	if (w->config->pcap)
		return;
	writer_stream_append(w, w->page, writer_build_statistics(w, false));
	writer_stream_mark(w, 0, 0);
}

void writer_stream_idle(struct writer *w)
{
	struct stream *s = &w->stream;

	if (w->config->format == OUTPUT_STREAM && s->current >= 0 && s->tail_done < s->fill &&
	    clock_monotonic_ns() - s->flush_ns > NS_PER_SEC / 4)
		writer_stream_flush(w, false);
}
