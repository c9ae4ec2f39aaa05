/* pcapio/writer_summary.c -- the spools' records, as they are, into a summary file. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/clock.h"
#include "core/log.h"
#include "pcapio/summary_file.h"
#include "pcapio/writer_internal.h"

enum { RUN_WORTH = 256 << 10, RUN_MAX = 1 << 20, SUMMARY_RECORD_SIZE = 64 };

/* The packets are worth more than their summaries: their capture goes on without. */
static void end_summaries(struct writer *w, int error)
{
	atomic_store(&w->counters->summary_error, error);
	close(w->summary_fd);
	w->summary_fd = -1;
	if (w->config->format == OUTPUT_NONE)
		writer_fail(w, error, w->config->summary_name);
	else
		log_error("%s: %s; no more summaries are written, packets are",
			  w->config->summary_name, strerror(error));
}

static bool put(struct writer *w, const void *data, uint64_t len)
{
	const uint8_t *p = data;
	ssize_t n;

	while (len && w->summary_fd >= 0) {
		n = write(w->summary_fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			end_summaries(w, n ? errno : EIO);
			return false;
		}
		p += n;
		len -= (uint64_t)n;
		counter_add(&w->counters->summary_bytes, (uint64_t)n);
	}
	return true;
}

int writer_summary_open(struct writer *w, struct errmsg *err)
{
	const bool successor = atomic_load(&w->seg.header->control.writers) > 1;
	struct summary_file_header h = { .byte_order = SUMMARY_FILE_BYTE_ORDER,
					 .version = SUMMARY_FILE_VERSION,
					 .record_size = SUMMARY_RECORD_SIZE,
					 .start_ns = w->config->capture_start_ns };
	int flags = O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_APPEND;
	uint32_t i;
	int ret;

	if (!w->config->summary_name[0])
		return 0;
	memcpy(h.magic, SUMMARY_FILE_MAGIC, SUMMARY_FILE_MAGIC_LEN);
	if (!successor)
		flags |= w->config->force ? O_TRUNC : O_EXCL;
	w->summary_fd = openat(WRITER_FD_SUMMARY_DIR, w->config->summary_name, flags, 0640);
	if (w->summary_fd < 0)
		return errmsg_set(err, -errno, "%s: %s", w->config->summary_name, strerror(errno));
	if (!successor && !put(w, &h, sizeof(h)))
		return errmsg_set(err, -EIO, "%s: cannot be written", w->config->summary_name);
	for (i = 0; i < w->nr_rings; i++) {
		const struct segment_ring *r = w->rings[i].shared;

		if (!r->spool_off)
			continue;
		ret = spool_map(WRITER_FD_SEGMENT, r->spool_off, w->seg.header->spool_data_len,
				&w->rings[i].spool, err);
		if (ret < 0)
			return ret;
	}
	return 0;
}

/* Summaries in a run of whole records. */
static uint64_t count_summaries(const uint8_t *run, int64_t len)
{
	uint64_t n = 0;
	int64_t off = 0;

	while (off < len) {
		const struct spool_record *rec = (const struct spool_record *)(run + off);

		n += rec->type == SPOOL_SUMMARY;
		off += (int64_t)(sizeof(*rec) +
				 align_up(atomic_load_explicit(&rec->word, memory_order_relaxed) &
						  SPOOL_LEN,
					  8));
	}
	return n;
}

/* Once the file has ended, what still comes is read and counted as lost. */
static void drain_ring(struct writer *w, struct spool *s)
{
	const uint8_t *run;
	int64_t len;

	do {
		len = spool_peek_run(s, RUN_MAX, &run);
		if (len < 0) {
			log_error(
				"a spool's lengths contradict each other; its summaries end here");
			spool_unmap(s);
			return;
		}
		if (len && (w->summary_fd < 0 || !put(w, run, (uint64_t)len)))
			counter_add(&w->counters->summaries_lost, count_summaries(run, len));
		spool_consume(s);
	} while (len);
}

/* Writes what is worth a system call; with `everything`, or after a pause, all there is. */
void writer_summary_drain(struct writer *w, bool everything)
{
	const uint64_t now = everything || !w->config->summary_name[0] ? 0 : clock_monotonic_ns();
	uint32_t i;

	if (!w->config->summary_name[0])
		return;
	everything |= now - w->summary_ns > NS_PER_SEC / 4;
	for (i = 0; i < w->nr_rings; i++) {
		struct spool *s = &w->rings[i].spool;

		if (s->header &&
		    (everything ||
		     atomic_load_explicit(&s->header->produced, memory_order_relaxed) - s->pos >=
			     RUN_WORTH))
			drain_ring(w, s);
	}
	if (everything)
		w->summary_ns = now;
}
