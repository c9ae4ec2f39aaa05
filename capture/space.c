/* capture/space.c -- how much is free where the packets go, and a warning before it is gone. */
#include <sys/statvfs.h>

#include "capture/engine_internal.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/strbuf.h"

enum { WARN_S = 60, WARN_PERCENT = 5, AGAIN_S = 3600, RATE_S = 10 };

/* Bytes a second, over the last ten seconds or so; a file's end may take some back. */
static double growth(struct space_watch *w, uint64_t bytes, uint64_t now)
{
	const double s = (double)(now - w->ns) / (double)NS_PER_SEC;
	const double rate = bytes > w->bytes ? (double)(bytes - w->bytes) / s : 0;
	const double weight = s < RATE_S ? s / RATE_S : 1;

	if (!w->ns)
		w->rate = 0;
	else
		w->rate += (rate - w->rate) * weight;
	w->bytes = bytes;
	w->ns = now;
	return w->rate;
}

/* Bytes that the files of this capture take at most; UINT64_MAX: there is no limit. */
static uint64_t most_bytes(const struct engine_config *c)
{
	const uint64_t most = c->keep_bytes ? c->keep_bytes : UINT64_MAX;

	return c->keep_files && c->rotate_bytes && c->rotate_bytes < most / c->keep_files
		       ? c->rotate_bytes * c->keep_files
		       : most;
}

/* Retention keeps the size as it is once it has removed something, or will before it is full. */
static bool will_fill(const struct engine *e, uint64_t space)
{
	const uint64_t most = most_bytes(&e->cfg);
	const uint64_t written = counter_get(&e->seg.header->writer.file_bytes);

	return !e->output.keep_free && !counter_get(&e->seg.header->writer.removed) &&
	       most - MIN_OF(most, written) > space;
}

static void warn(const struct engine *e, uint64_t space, uint64_t disk, double rate)
{
	const double left = rate > 0 ? (double)space / rate : 0;

	if (rate > 0 && left < WARN_S)
		log_error("%s: the disk is full in %.0f s at this rate (%llu MB are free); "
			  "--keep-free or --keep-bytes removes the oldest files in time",
			  e->cfg.output, left, (unsigned long long)(space / 1000000));
	else
		log_error("%s: only %.1f %% of the disk are free (%llu MB); --keep-free or "
			  "--keep-bytes removes the oldest files in time",
			  e->cfg.output, 100 * (double)space / (double)disk,
			  (unsigned long long)(space / 1000000));
}

void space_check(struct engine *e)
{
	struct control_block *c = &e->seg.header->control;
	const uint64_t now = clock_monotonic_ns();
	struct space_watch *w = &e->space;
	uint64_t space, disk;
	struct statvfs st;
	double rate;

	if (e->output.dir_fd < 0 || fstatvfs(e->output.dir_fd, &st) < 0)
		return;
	space = (uint64_t)st.f_bavail * st.f_frsize;
	disk = (uint64_t)st.f_blocks * st.f_frsize;
	counter_set(&c->free_bytes, space);
	counter_set(&c->disk_bytes, disk);
	rate = growth(w, counter_get(&e->seg.header->writer.file_bytes), now);
	if (!disk || !will_fill(e, space) ||
	    (w->warned_ns && now - w->warned_ns < AGAIN_S * NS_PER_SEC))
		return;
	if (space / WARN_PERCENT * 100 >= disk && (rate <= 0 || (double)space / rate >= WARN_S))
		return;
	w->warned_ns = now;
	warn(e, space, disk, rate);
}
