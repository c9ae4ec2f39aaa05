/*
 * pcapio/writer_summary.c -- the spools' records, as they are, into a summary file.
 *
 * A run of records goes to the disk out of the spool itself, as blocks do out of the ring: whole
 * pages by direct writes, what lies before the first page and behind the last through the page
 * cache. For that a byte must lie as far behind a page's start in the file as in the spool; where
 * the ring before ended somewhere else, a record of zeros comes in between. Runs are accounted for
 * in their order, and only then leave the spool.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/clock.h"
#include "core/log.h"
#include "pcapio/summary_file.h"
#include "pcapio/writer_internal.h"

enum {
	RUN_WORTH = 2 << 20,
	RUN_MAX = 4 << 20,
	DIRECT_WORTH = 64 << 10, /* below, two more system calls are no gain */
	ALLOCATE_STEP = 4 << 20,
	SUMMARY_RECORD_SIZE = 64,
	/*
	 * What was at the same time in two rings stands no further apart than this and the age of a
	 * block: less than the window in which a file is sorted when it is read.
	 */
	PAUSE_MS = 60,
	WAIT_MS = 1000,
};

/*
 * The packets are worth more than their summaries: their capture goes on without. The file ends
 * with a whole record. No write is under way any more.
 */
static void end_summaries(struct writer *w, int error)
{
	struct summary_out *o = &w->summary;

	o->error = error;
	atomic_store(&w->counters->summary_error, error);
	if (o->fd >= 0) {
		(void)!ftruncate(o->fd, (off_t)counter_get(&w->counters->summary_bytes));
		close(o->fd);
	}
	o->fd = -1;
	if (w->config->format == OUTPUT_NONE)
		writer_fail(w, error, w->config->summary_name);
	else
		log_error("%s: %s; no more summaries are written, packets are",
			  w->config->summary_name, strerror(error));
}

/* Through the page cache, at the end of what there is; 0 or an errno. */
static int put(struct summary_out *o, const void *data, uint64_t len)
{
	const uint8_t *p = data;
	ssize_t n;

	while (len) {
		n = pwrite(o->fd, p, len, (off_t)o->off);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? errno : EIO;
		p += n;
		len -= (uint64_t)n;
		o->off += (uint64_t)n;
	}
	return 0;
}

static int put_header(struct writer *w)
{
	struct summary_file_header h = { .byte_order = SUMMARY_FILE_BYTE_ORDER,
					 .version = SUMMARY_FILE_VERSION,
					 .record_size = SUMMARY_RECORD_SIZE,
					 .start_ns = w->config->capture_start_ns };
	int error;

	memcpy(h.magic, SUMMARY_FILE_MAGIC, SUMMARY_FILE_MAGIC_LEN);
	error = put(&w->summary, &h, sizeof(h));
	if (!error)
		counter_set(&w->counters->summary_bytes, sizeof(h));
	return error;
}

/* The same file again, for direct writes; without them the page cache takes all. */
static void open_direct(struct writer *w, uint64_t inode)
{
	struct summary_out *o = &w->summary;
	struct stat st;

	if (w->config->no_direct)
		return;
	o->direct.fd = openat(WRITER_FD_SUMMARY_DIR, w->config->summary_name,
			      O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_DIRECT);
	if (o->direct.fd < 0)
		return;
	if (fstat(o->direct.fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_ino == inode)
		return;
	close(o->direct.fd);
	o->direct.fd = -1;
}

/* 0, or -errno: a new file, its header included. */
static int create_summaries(struct writer *w)
{
	const int flags = O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW;
	struct summary_out *o = &w->summary;
	struct stat st;
	int ret;

	o->fd = openat(WRITER_FD_SUMMARY_DIR, w->config->summary_name,
		       flags | (w->config->force ? 0 : O_EXCL), 0640);
	if (o->fd < 0 || fstat(o->fd, &st) < 0)
		return -errno;
	ret = writer_claim(o->fd, w->config->summary_name);
	if (ret < 0)
		return ret;
	counter_set(&w->counters->summary_inode, st.st_ino);
	open_direct(w, st.st_ino);
	return -put_header(w);
}

/*
 * 0, or -errno: the predecessor's file, without what it wrote and had not accounted for. Cutting it
 * waits for direct writes that the predecessor's end has left under way.
 */
static int continue_summaries(struct writer *w)
{
	const uint64_t committed = counter_get(&w->counters->summary_bytes);
	struct summary_out *o = &w->summary;
	struct stat st;

	o->fd = openat(WRITER_FD_SUMMARY_DIR, w->config->summary_name,
		       O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (o->fd < 0)
		return -errno;
	if (fstat(o->fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_ino != counter_get(&w->counters->summary_inode) ||
	    (uint64_t)st.st_size < committed) {
		log_error("%s: somebody has replaced or cut it; it stays as it is",
			  w->config->summary_name);
		close(o->fd);
		o->fd = -1;
		return -ESTALE;
	}
	if (ftruncate(o->fd, (off_t)committed) < 0)
		return -errno;
	open_direct(w, st.st_ino);
	o->off = committed;
	return committed ? 0 : -put_header(w);
}

/*
 * A run that is in the file counts, and leaves the spool: both or, after a kill, the open
 * settlement says what is left to be done. Doing it twice is the same as once.
 */
static void settle_summaries(struct writer *w, uint32_t ring)
{
	struct summary_settlement *m = &w->counters->summary_settlement;

	/* Acquire: pairs with the release in settle_run(), of a predecessor maybe. */
	if (!atomic_load_explicit(&m->valid, memory_order_acquire) || m->ring != ring)
		return;
	counter_set(&w->counters->summary_bytes, m->committed);
	spool_consume_to(&w->rings[ring].spool, m->consumed);
	atomic_store_explicit(&m->valid, 0, memory_order_release);
}

static void settle_run(struct writer *w, const struct summary_run *r)
{
	struct summary_settlement *m = &w->counters->summary_settlement;

	m->ring = r->ring;
	m->committed = r->committed;
	m->consumed = r->consumed;
	atomic_store_explicit(&m->valid, 1, memory_order_release);
	settle_summaries(w, r->ring);
}

/* Summaries in a run of whole records. */
static uint64_t count_summaries(const uint8_t *run, uint64_t len)
{
	uint64_t n = 0, off = 0;

	while (off < len) {
		const struct spool_record *rec = (const struct spool_record *)(run + off);

		n += rec->type == SPOOL_SUMMARY;
		off += sizeof(*rec) +
		       align_up(atomic_load_explicit(&rec->word, memory_order_relaxed) & SPOOL_LEN,
				8);
	}
	return n;
}

/*
 * Settles what is written, in order. From the first failure on everything is lost; the file ends
 * when nothing is under way to it any more.
 */
static void settle_done(struct writer *w)
{
	struct summary_out *o = &w->summary;

	while (o->front != o->back && o->writes[o->front % SUMMARY_RUNS].done) {
		const struct summary_run *r = &o->runs[o->front % SUMMARY_RUNS];

		if (!o->error)
			o->error = o->writes[o->front % SUMMARY_RUNS].error;
		if (!o->error) {
			settle_run(w, r);
		} else {
			counter_add(&w->counters->summaries_lost, count_summaries(r->data, r->len));
			spool_consume_to(&w->rings[r->ring].spool, r->consumed);
		}
		o->front++;
	}
	if (o->error && o->front == o->back && o->fd >= 0)
		end_summaries(w, o->error);
}

/* Until everything that was taken is accounted for. */
static void wait_runs(struct writer *w)
{
	settle_done(w);
	while (w->summary.front != w->summary.back) {
		writer_io_wait(w, WAIT_MS * NS_PER_MS);
		writer_io_reap(w);
		settle_done(w);
	}
}

/* A direct write that extends the file would wait in a thread of the kernel. */
static void make_room(struct summary_out *o, uint64_t end)
{
	const uint64_t from = MAX_OF(o->allocated, o->off);

	if (end <= o->allocated)
		return;
	o->allocated = align_up(end, ALLOCATE_STEP);
	if (fallocate(o->fd, 0, (off_t)from, (off_t)(o->allocated - from)) < 0)
		o->allocated = UINT64_MAX / 2; /* full, or unsupported: do not ask again */
}

/* A record that nobody reads, of so many bytes, its head included. */
static int put_filler(struct summary_out *o, uint32_t len)
{
	static const uint8_t zeros[FILE_PAGE];
	const struct spool_record head = { .word = len - (uint32_t)sizeof(head),
					   .type = SPOOL_FILLER };
	int error;

	if (!len)
		return 0;
	error = put(o, &head, sizeof(head));
	return error ? error : put(o, zeros, len - sizeof(head));
}

/* The run's whole pages, out of the spool; what lies around them through the page cache. */
static int write_run(struct writer *w, const struct summary_run *r, struct pending *p)
{
	struct summary_out *o = &w->summary;
	const uint64_t pos = r->consumed - r->len;
	uint64_t head, body;
	int error;

	if (o->fd < 0)
		return EIO;
	if (o->direct.fd < 0 || r->len < DIRECT_WORTH)
		return put(o, r->data, r->len);
	error = put_filler(o, (uint32_t)((pos - o->off) % FILE_PAGE));
	head = align_up(o->off, FILE_PAGE) - o->off;
	body = (r->len - head) / FILE_PAGE * FILE_PAGE;
	if (!error)
		error = put(o, r->data, head);
	if (error)
		return error;
	make_room(o, o->off + body);
	*p = (struct pending){ .file = &o->direct,
			       .data = (uint8_t *)(uintptr_t)r->data + head,
			       .off = o->off,
			       .len = (uint32_t)body,
			       .fixed = -1 };
	writer_io_submit(w, p);
	o->off += body;
	return put(o, r->data + head + body, r->len - head - body);
}

static void take_run(struct writer *w, uint32_t ring, const uint8_t *run, uint64_t len)
{
	struct summary_out *o = &w->summary;
	struct summary_run *r = &o->runs[o->back % SUMMARY_RUNS];
	struct pending *p = &o->writes[o->back % SUMMARY_RUNS];
	int error;

	o->back++;
	*r = (struct summary_run){
		.data = run, .len = len, .consumed = w->rings[ring].spool.pos, .ring = ring
	};
	*p = (struct pending){ .done = true };
	error = write_run(w, r, p);
	if (error)
		p->error = error;
	r->committed = o->off;
}

/* One run of a ring's; false: there is none. */
static bool take_from(struct writer *w, uint32_t ring)
{
	struct spool *s = &w->rings[ring].spool;
	const uint8_t *run;
	int64_t len;

	if (!s->header)
		return false;
	len = spool_peek_published(s, RUN_MAX, &run);
	if (len < 0) {
		log_error("a spool's lengths contradict each other; its summaries end here");
		wait_runs(w);
		spool_unmap(s);
	}
	if (len > 0)
		take_run(w, ring, run, (uint64_t)len);
	return len > 0;
}

/*
 * The rings in turn, so that what was at the same time stands together in the file. False: what is
 * left has to wait until writes have completed.
 */
static bool take_all(struct writer *w)
{
	struct summary_out *o = &w->summary;
	uint32_t empty = 0;

	while (empty < w->nr_rings && o->back - o->front < SUMMARY_RUNS) {
		empty = take_from(w, o->next_ring) ? 0 : empty + 1;
		o->next_ring = (o->next_ring + 1) % w->nr_rings;
	}
	settle_done(w);
	return empty == w->nr_rings;
}

/* The end of the file is where the last record ends. */
static void finish_summaries(struct writer *w)
{
	struct summary_out *o = &w->summary;

	wait_runs(w);
	if (o->fd < 0)
		return;
	if (ftruncate(o->fd, (off_t)o->off) < 0 || close(o->fd) < 0)
		log_error("%s: %s", w->config->summary_name, strerror(errno));
	o->fd = -1;
}

static bool worth_it(const struct writer *w)
{
	uint32_t i;

	for (i = 0; i < w->nr_rings; i++) {
		const struct spool *s = &w->rings[i].spool;

		if (s->header &&
		    atomic_load_explicit(&s->header->produced, memory_order_relaxed) - s->pos >=
			    MIN_OF((uint64_t)RUN_WORTH, s->size / 8))
			return true;
	}
	return false;
}

void writer_summary_drain(struct writer *w, bool everything)
{
	struct summary_out *o = &w->summary;
	uint64_t now;

	if (!w->config->summary_name[0])
		return;
	now = clock_monotonic_ns();
	settle_done(w);
	if (everything) {
		while (!take_all(w))
			wait_runs(w);
		finish_summaries(w);
	} else if ((now - o->taken_ns > PAUSE_MS * NS_PER_MS || worth_it(w)) && take_all(w)) {
		o->taken_ns = now;
	}
}

int writer_summary_open(struct writer *w, struct errmsg *err)
{
	const bool successor = counter_get(&w->counters->summary_inode) != 0;
	uint32_t i;
	int ret;

	w->summary.fd = w->summary.direct.fd = -1;
	if (!w->config->summary_name[0])
		return 0;
	for (i = 0; i < w->nr_rings; i++) {
		const struct segment_ring *r = w->rings[i].shared;

		if (!r->spool_off)
			continue;
		ret = spool_map(WRITER_FD_SEGMENT, r->spool_off, w->seg.header->spool_data_len,
				&w->rings[i].spool, err);
		if (ret < 0)
			return ret;
		settle_summaries(w, i);
	}
	if (!successor) {
		ret = create_summaries(w);
		return ret ? errmsg_set(err, ret, "%s: %s", w->config->summary_name, strerror(-ret))
			   : 0;
	}
	if (atomic_load(&w->counters->summary_error))
		return 0; /* they have ended, with a gap there would be no telling where */
	ret = continue_summaries(w);
	if (ret < 0)
		end_summaries(w, -ret);
	return 0;
}
