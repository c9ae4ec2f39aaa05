/*
 * pcapio/writer_durable.c -- --durable: what is written is synced every so often, beside the
 * writes.
 *
 * A completed direct write is on the disk, or in its cache, but the file system may not know: the
 * file's size and the conversion of blocks that were allocated ahead wait in memory. A sync covers
 * the writes that were complete when it began; later ones are the next one's. A file is synced
 * once more at its end, before it gets its name, and its directory after each new name.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "pcapio/writer_internal.h"

enum { DIRECTORY = SEGMENT_FILE_SLOTS };

void writer_durable_open(struct writer *w)
{
	struct durable *d = &w->durable;

	d->dir_fd = -1;
	d->on = (w->config->durable_ns || w->config->durable_bytes) && !w->config->pipe &&
		w->config->format != OUTPUT_NONE;
	if (!d->on)
		return;
	/* The descriptor that we were given names the directory and cannot be synced. */
	d->dir_fd = openat(WRITER_FD_DIR, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->dir_fd < 0)
		log_note(
			"--durable: the output directory cannot be opened (%s): names of files are "
			"not synced",
			strerror(errno));
}

void writer_durable_wrote(struct writer *w, struct out_file *f, uint64_t len)
{
	if (!w->durable.on)
		return;
	if (!f->dirty)
		f->dirty_ns = clock_monotonic_ns();
	f->dirty += len;
	counter_max(&w->counters->unsynced_max, f->dirty + f->covered);
}

static void count_sync(struct writer *w, uint64_t since_ns)
{
	const uint64_t took = clock_monotonic_ns() - since_ns;

	counter_add(&w->counters->syncs, 1);
	counter_add(&w->counters->sync_ns, took);
	counter_max(&w->counters->sync_ns_max, took);
}

static void begin(struct writer *w, struct out_file *f, bool data_only)
{
	const uint32_t what = (uint32_t)(f - w->files);

	f->covered = f->dirty;
	f->dirty = 0;
	f->syncing = true;
	f->sync_ns = clock_monotonic_ns();
	if (!writer_io_sync(w, f->fd, data_only, what))
		writer_durable_synced(
			w, what, (data_only ? fdatasync(f->fd) : fsync(f->fd)) < 0 ? -errno : 0);
}

static void begin_directory(struct writer *w)
{
	struct durable *d = &w->durable;

	d->dir_syncing = true;
	d->dir_again = false;
	d->dir_sync_ns = clock_monotonic_ns();
	if (!writer_io_sync(w, d->dir_fd, false, DIRECTORY))
		writer_durable_synced(w, DIRECTORY, fsync(d->dir_fd) < 0 ? -errno : 0);
}

void writer_durable_named(struct writer *w)
{
	struct durable *d = &w->durable;

	if (!d->on || d->dir_fd < 0)
		return;
	if (d->dir_syncing)
		d->dir_again = true; /* it may have begun before the name was there */
	else
		begin_directory(w);
}

static void directory_synced(struct writer *w, int res)
{
	struct durable *d = &w->durable;

	d->dir_syncing = false;
	count_sync(w, d->dir_sync_ns);
	if (res < 0) {
		log_error("--durable: the output directory: %s; names of files are not synced",
			  strerror(-res));
		close(d->dir_fd);
		d->dir_fd = -1;
	} else if (d->dir_again) {
		begin_directory(w);
	}
}

void writer_durable_synced(struct writer *w, uint32_t what, int res)
{
	struct out_file *f;

	if (what == DIRECTORY) {
		directory_synced(w, res);
		return;
	}
	if (what > DIRECTORY)
		return;
	f = &w->files[what];
	f->syncing = false;
	f->covered = 0;
	count_sync(w, f->sync_ns);
	/* What the system could not write it has forgotten: asking again would be told a lie. */
	if (res < 0 && !f->failed) {
		f->failed = true;
		writer_fail(w, -res, f->temporary);
	}
}

/* Monotonic time when the file's next sync is due; 0: now, UINT64_MAX: not by time. */
static uint64_t due_ns(const struct writer *w, const struct out_file *f)
{
	const struct writer_config *c = w->config;

	if (!f->open || f->ended || f->failed || f->syncing || !f->dirty)
		return UINT64_MAX;
	if (c->durable_bytes && f->dirty >= c->durable_bytes)
		return 0;
	return c->durable_ns ? f->dirty_ns + c->durable_ns : UINT64_MAX;
}

static uint64_t next_due_ns(const struct writer *w, uint32_t *ret_slot)
{
	uint64_t next = UINT64_MAX, at;
	uint32_t i;

	for (i = 0; i < SEGMENT_FILE_SLOTS; i++) {
		at = due_ns(w, &w->files[i]);
		if (at < next) {
			next = at;
			*ret_slot = i;
		}
	}
	return next;
}

void writer_durable_step(struct writer *w)
{
	uint32_t slot = 0;
	uint64_t at;

	if (!w->durable.on)
		return;
	for (;;) {
		at = next_due_ns(w, &slot);
		if (at == UINT64_MAX || (at && at > clock_monotonic_ns()))
			return;
		begin(w, &w->files[slot], true);
	}
}

uint64_t writer_durable_timeout(const struct writer *w, uint64_t timeout_ns)
{
	uint64_t at, now;
	uint32_t slot;

	if (!w->durable.on)
		return timeout_ns;
	at = next_due_ns(w, &slot);
	now = clock_monotonic_ns();
	/* Zero would not wait at all, not even for a completion. */
	return at <= now ? 1 : MIN_OF(timeout_ns, at - now);
}

bool writer_durable_ending(struct writer *w, struct out_file *f)
{
	if (!w->durable.on)
		return false;
	if (!f->syncing && !f->end_synced && !f->failed) {
		f->end_synced = true;
		begin(w, f, false);
	}
	return f->syncing;
}

bool writer_durable_busy(const struct writer *w)
{
	uint32_t i;

	for (i = 0; i < SEGMENT_FILE_SLOTS; i++)
		if (w->files[i].syncing)
			return true;
	return w->durable.dir_syncing;
}
