/*
 * pcapio/writer_stream.c -- output as a stream of bytes: classic pcap, sorted files, pipes.
 *
 * Records have no room for padding, so ring memory cannot go to disk as it is. It is copied once,
 * into aligned buffers that direct writes take; the block goes back to the kernel as soon as it is
 * copied. Compressed output copies it into a piece first, and what comes here is frames.
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
	if (w->zip.pool)
		return writer_compress_room(w);
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
	struct out_file *f = s->file;
	struct pending *p;

	if (f->failed)
		len = 0;
	if (len)
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
			       .held_end = s->held_end,
			       .fixed = -1,
			       .done = !len };
	f->off += len;
	f->pending++;
	s->current = -1;
	s->fill = 0;
	s->whole = 0;
	s->flush_ns = p->start_ns;
	if (len)
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
uint32_t writer_stream_bytes(struct writer *w, const uint8_t *data, uint32_t len)
{
	struct stream *s = &w->stream;
	uint32_t n, done = 0;

	while (done < len) {
		if (s->current >= 0 && s->fill == STREAM_BUFFER && w->config->pipe)
			pipe_buffer(w);
		else if (s->current >= 0 && s->fill == STREAM_BUFFER)
			submit_buffer(w, STREAM_BUFFER);
		if (s->current < 0)
			start_buffer(s);
		if (s->current < 0)
			break;
		n = MIN_OF(len - done, (uint32_t)STREAM_BUFFER - s->fill);
		memcpy(s->buffers[s->current] + s->fill, data + done, n);
		s->fill += n;
		done += n;
	}
	return done;
}

bool writer_stream_whole(struct writer *w, uint32_t packets, uint64_t cap_bytes, uint64_t held_end)
{
	struct stream *s = &w->stream;

	if (s->current < 0)
		start_buffer(s);
	if (s->current < 0)
		return false;
	s->whole = s->fill;
	s->packets += packets;
	s->cap_bytes += cap_bytes;
	s->held_end = held_end;
	return true;
}

void writer_stream_append(struct writer *w, const uint8_t *data, uint32_t len)
{
	uint32_t n;

	if (w->zip.pool) {
		writer_compress_append(w, data, len);
		return;
	}
	/* Room was asked for before, but for as many flushes as a block may bring. */
	while ((n = writer_stream_bytes(w, data, len)) < len) {
		data += n;
		len -= n;
		writer_wait_progress(w);
	}
}

void writer_stream_mark(struct writer *w, uint32_t packets, uint64_t cap_bytes)
{
	if (w->zip.pool)
		writer_compress_mark(w, packets, cap_bytes);
	else
		(void)writer_stream_whole(w, packets, cap_bytes, 0);
}

uint64_t writer_stream_ahead(const struct writer *w)
{
	const struct stream *s = &w->stream;
	const uint64_t fill = s->file == w->file && s->current >= 0 ? s->fill : 0;

	return w->zip.pool ? fill + writer_compress_ahead(w) : fill;
}

void writer_stream_prelude(struct writer *w)
{
	if (!w->zip.pool)
		w->stream.file = w->file;
	writer_stream_append(w, segment_prelude(&w->seg), w->config->prelude_len);
	writer_stream_mark(w, 0, 0);
}

/*
 * The part of the buffer that is no whole page goes through the page cache and stays in the buffer:
 * the direct write of the full buffer later covers it.
 */
static void write_tail(struct writer *w)
{
	struct stream *s = &w->stream;
	struct out_file *f = s->file;
	const int fd = f->buffered_fd >= 0 ? f->buffered_fd : f->fd;
	ssize_t n;

	while (s->tail_done < s->fill) {
		n = pwrite(fd, s->buffers[s->current] + s->tail_done, s->fill - s->tail_done,
			   (off_t)(f->off + s->tail_done));
		if (n < 0 && (errno == EINTR || writer_file_make_room(w, errno)))
			continue;
		if (n <= 0) {
			f->failed = true;
			writer_fail(w, n ? errno : EIO, f->temporary);
			return;
		}
		s->tail_done += (uint32_t)n;
		if (w->durable.on)
			writer_durable_wrote(w, f, (uint64_t)n);
	}
	writer_account(w, &(struct pending){ .file = f,
					     .off = f->off,
					     .commit_len = s->whole,
					     .packets = s->packets,
					     .cap_bytes = s->cap_bytes,
					     .ring = NO_RING,
					     .held_end = s->held_end });
	s->packets = 0;
	s->cap_bytes = 0;
}

/* The whole records so far are in the file, and counted, if everything before them is. */
static void flush_tail(struct writer *w)
{
	struct stream *s = &w->stream;
	struct out_file *f = s->file;

	if (f->pending != f->pieces)
		return; /* not yet */
	if (f->failed)
		submit_buffer(w, 0);
	else if (s->tail_done < s->fill || s->held_end > w->zip.held_front)
		write_tail(w);
}

/* Everything before the tail is on its way already when this is called with `everything`. */
void writer_stream_flush(struct writer *w, bool everything)
{
	struct stream *s = &w->stream;
	struct out_file *f = s->file;

	s->flush_ns = clock_monotonic_ns();
	if (w->config->pipe && s->current >= 0 && s->fill) {
		pipe_buffer(w);
		return;
	}
	if (!f || s->current < 0)
		return;
	if (!everything) {
		flush_tail(w);
		return;
	}
	/* The last one: earlier writes may still be under way, so it goes through the queue as
	 * well. */
	if (f->direct && !f->failed && s->fill % FILE_PAGE) {
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

	if (w->config->format == OUTPUT_STREAM && !w->zip.pool && s->current >= 0 &&
	    s->tail_done < s->fill && clock_monotonic_ns() - s->flush_ns > NS_PER_SEC / 4)
		writer_stream_flush(w, false);
}
