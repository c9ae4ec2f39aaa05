/*
 * pcapio/writer_file.c -- the life of an output file: name, header, rotation, statistics, rename.
 *
 * A file is allocated ahead of its writes and cut to its length at the end. A rotated file is
 * written under a hidden name and gets its own when it is complete; nothing is overwritten unless
 * asked.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/clock.h"
#include "core/log.h"
#include "pcapio/file_finish.h"
#include "pcapio/interval.h"
#include "pcapio/pcapng_build.h"
#include "pcapio/retain.h"
#include "pcapio/summary_file.h"
#include "pcapio/writer_internal.h"
#include "pcapio/writer_name.h"

enum { NAME_TRIES = 1000, STRAGGLER_S = 5 };

static bool has_stored(const struct writer *w)
{
	return counter_get(&w->counters->packets_stored) ||
	       counter_get(&w->counters->summary_bytes) > sizeof(struct summary_file_header);
}

void writer_fail(struct writer *w, int error, const char *what)
{
	if (atomic_load(&w->counters->error))
		return;
	if (error == EPIPE)
		log_error("%s", what); /* says it better */
	else
		log_error("%s: %s%s", what, strerror(error),
			  has_stored(w) ? "; what was stored before is kept" : "");
	atomic_store(&w->counters->error, error);
	atomic_store(&w->counters->state, WRITER_FAILED);
	writer_notify_main();
}

static bool name_taken(const char *name)
{
	struct stat st;

	return fstatat(WRITER_FD_DIR, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

int writer_claim(int fd, const char *name)
{
	/* Where a file system knows no locks we go on without. */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		log_error("%s: another capture is writing it; choose another name", name);
		return -EBUSY;
	}
	return ftruncate(fd, 0) < 0 ? -errno : 0;
}

static int open_output(struct out_file *f, const char *name, bool force, bool no_direct)
{
	const int flags = O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW | (force ? 0 : O_EXCL);
	int ret;

	f->fd = -1;
	f->buffered_fd = -1;
	f->direct = !no_direct;
	if (f->direct)
		f->fd = openat(WRITER_FD_DIR, name, flags | O_DIRECT, 0640);
	if (f->fd < 0 && f->direct && errno == EINVAL) {
		/* The file system knows no direct I/O; the failed open may have made the file. */
		f->direct = false;
		f->fd = openat(WRITER_FD_DIR, name, flags & ~O_EXCL, 0640);
	} else if (!f->direct) {
		f->fd = openat(WRITER_FD_DIR, name, flags, 0640);
	}
	if (f->fd < 0)
		return -errno;
	ret = writer_claim(f->fd, name);
	if (ret < 0) {
		close(f->fd);
		f->fd = -1;
	}
	return ret;
}

/*
 * Makes the file under the name that f has; 0 or -errno. That is noted before it is done, for
 * whoever comes after a kill: till the inode is noted the file is known by its name alone, so the
 * note never stands beside a name that somebody has.
 */
static int make_output(struct writer *w, struct out_file *f, bool force)
{
	_Atomic uint32_t *state = &f->slot->state;
	struct stat st;
	int ret;

	if (!force && name_taken(f->temporary))
		return -EEXIST;
	/* Release: whoever sees the note also sees the name, which f->slot->id makes. */
	atomic_store_explicit(state, FILE_SLOT_MAKING, memory_order_release);
	ret = open_output(f, f->temporary, force, w->config->no_direct);
	if (ret == 0 && fstat(f->fd, &st) < 0)
		ret = -errno;
	if (ret == 0) {
		f->slot->id.inode = st.st_ino;
		f->slot->id.device = st.st_dev;
		return 0;
	}
	atomic_store_explicit(state, FILE_SLOT_FREE, memory_order_release);
	/* A kill leaves what was written so far: nothing of the next name beside this note. */
	atomic_signal_fence(memory_order_seq_cst);
	return ret;
}

/*
 * Numbers go on within a name, also where retention has freed one and where another writer gave the
 * last one: they are the order of the files, and --force must not have us replace our own.
 */
static uint32_t first_number(struct writer *w, const struct segment_file_id *id)
{
	const uint64_t second = counter_get(&w->counters->named_second);
	const uint64_t number = counter_get(&w->counters->named_number);
	const struct segment_file_id now = { .second = id->second,
					     .utc_offset_s = id->utc_offset_s,
					     .number = 1 };
	const struct segment_file_id last = { .second = second,
					      .utc_offset_s = local_offset_s(second),
					      .number = 1 };
	char name[SEGMENT_PATH_MAX], last_name[SEGMENT_PATH_MAX];

	counter_set(&w->counters->named_second, id->second);
	if (writer_name_counts(w->config))
		return (uint32_t)(number ? number + 1 : w->config->first_number);
	writer_name(w->config, &now, name);
	writer_name(w->config, &last, last_name);
	return number && number < UINT32_MAX - NAME_TRIES && !strcmp(name, last_name)
		       ? (uint32_t)number + 1
		       : 1;
}

/*
 * The time in a file's name. A ring may be a little behind another one: its time is then that of
 * the name before, so that names stay in the order of their files, and none comes twice after
 * retention has freed it. A clock that was put back is believed.
 */
static uint64_t second_of(const struct writer *w, uint64_t ts_ns)
{
	const uint64_t second = ts_ns / NS_PER_SEC, last = counter_get(&w->counters->named_second);

	return last > second && last - second <= STRAGGLER_S ? last : second;
}

/* Picks names that nobody has and creates the file; 0 or -errno. */
static int create_file(struct writer *w, struct out_file *f, uint64_t ts_ns)
{
	const struct writer_config *c = w->config;
	const bool single = !c->rotating && !counter_get(&w->counters->opened) &&
			    atomic_load(&w->seg.header->control.writers) <= 1;
	const uint64_t second = second_of(w, ts_ns);
	struct segment_file_id *id = &f->slot->id;
	int ret = -EEXIST, tries;

	*id = (struct segment_file_id){ .second = second,
					.utc_offset_s = local_offset_s(second),
					.serial = counter_get(&w->counters->opened) };
	id->number = first_number(w, id);
	f->slot->hidden = !single;
	for (tries = 0; tries < NAME_TRIES && ret == -EEXIST; tries++, id->number++) {
		counter_set(&w->counters->named_number, id->number);
		writer_name(c, id, f->final);
		if (single) {
			memcpy(f->temporary, f->final, sizeof(f->final));
			ret = make_output(w, f, c->force);
			break;
		}
		writer_name_hidden(c, id, f->temporary);
		if (!c->force && name_taken(f->final))
			continue;
		ret = make_output(w, f, false);
		if (ret == 0)
			break;
	}
	if (ret == 0 && f->direct && c->format == OUTPUT_STREAM)
		f->buffered_fd =
			openat(WRITER_FD_DIR, f->temporary, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	return ret;
}

static void set_interval(struct writer *w, struct out_file *f, uint64_t ts_ns)
{
	struct interval v;

	if (!w->config->rotate_ns)
		return;
	v = interval_around(ts_ns, w->config->rotate_ns);
	f->boundary_ns = v.end_ns;
	counter_set(&w->counters->interval_ns, v.begin_ns);
}

/* The prelude: to a page boundary for block files, through the stream for stream files. */
static bool write_prelude(struct writer *w, struct out_file *f)
{
	const uint32_t len = w->config->prelude_len;
	const uint32_t padded = (uint32_t)align_up(len + 12, FILE_PAGE);
	struct pcapng_builder b = { .data = w->page, .size = padded, .len = len };

	memcpy(w->page, segment_prelude(&w->seg), len);
	pcapng_filler(&b, padded);
	if (!writer_io_write_now(w, f, w->page, padded, 0))
		return false;
	f->off = padded;
	atomic_store_explicit(&f->slot->committed, f->off, memory_order_release);
	return true;
}

static struct out_file *free_slot(struct writer *w)
{
	uint32_t i;

	for (i = 0; i < SEGMENT_FILE_SLOTS; i++)
		if (!w->files[i].open)
			return &w->files[i];
	return NULL;
}

static struct out_file *open_file(struct writer *w, uint64_t ts_ns)
{
	struct out_file *f;
	int ret;

	/* A straggler of an interval that is over: it has its file, which is closed. */
	ts_ns = MAX_OF(ts_ns, counter_get(&w->counters->interval_ns));
	/* Many small files: wait until the oldest has taken its last write. */
	while (!(f = free_slot(w)))
		writer_wait_progress(w);
	retain_files(&w->seg, w->config, WRITER_FD_DIR,
		     (struct retain_coming){ .files = 1, .bytes = w->config->rotate_bytes });
	*f = (struct out_file){ .fd = -1,
				.buffered_fd = -1,
				.slot = &w->seg.header->files[f - w->files] };
	do
		ret = create_file(w, f, ts_ns);
	while (ret < 0 && writer_file_make_room(w, -ret));
	if (ret < 0) {
		writer_fail(w, -ret, f->final);
		return NULL;
	}
	f->open = true;
	set_interval(w, f, ts_ns);
	counter_add(&w->counters->opened, 1);
	atomic_store(&f->slot->committed, 0);
	counter_set(&f->slot->allocated, 0);
	/* Release: whoever sees the slot open sees which file it is. */
	atomic_store_explicit(&f->slot->state, FILE_SLOT_OPEN, memory_order_release);
	atomic_store(&w->counters->uses_direct, f->direct);
	w->file = f;
	writer_durable_named(w);
	writer_file_room(w, f, 1);
	if (w->config->format == OUTPUT_STREAM)
		writer_stream_prelude(w);
	else if (!write_prelude(w, f)) {
		f->failed = true;
		writer_fail(w, errno, f->final);
	}
	return f;
}

/*
 * As much as is written in about a quarter of a second to a second: what is allocated and not
 * written is the tail of zeros that a kill of both processes leaves.
 */
static uint64_t allocation_step(struct writer *w)
{
	const uint64_t now = clock_monotonic_ns(), lasted = now - w->allocated_ns;

	if (lasted < NS_PER_SEC / 4)
		w->allocate_ahead = MIN_OF(w->allocate_ahead * 2, (uint64_t)ALLOCATE_MAX);
	else if (lasted > NS_PER_SEC)
		w->allocate_ahead = MAX_OF(w->allocate_ahead / 2, (uint64_t)ALLOCATE_MIN);
	w->allocated_ns = now;
	return w->allocate_ahead;
}

bool writer_file_make_room(struct writer *w, int error)
{
	return error == ENOSPC && retain_remove_one(&w->seg, w->config, WRITER_FD_DIR);
}

/* With retention the oldest files make room. False: it will not be, so the write itself will tell.
 */
static bool allocate(struct writer *w, const struct out_file *f, uint64_t len)
{
	/* Zeros ahead of the data would be records in a classic pcap file whose writers were both
	 * killed, or a broken frame, so there the file's size stays behind. */
	const int mode = w->config->pcap || w->config->codec ? FALLOC_FL_KEEP_SIZE : 0;

	while (fallocate(f->fd, mode, (off_t)f->allocated, (off_t)len) < 0)
		if (errno != EINTR && !writer_file_make_room(w, errno))
			return false;
	return true;
}

/*
 * Makes room for a write of len bytes at f->off: allocates ahead, and, as often as that is done,
 * looks whether the oldest files must go.
 */
void writer_file_room(struct writer *w, struct out_file *f, uint64_t len)
{
	const bool retains = retain_wanted(w->config);
	const uint64_t limit = w->config->rotate_bytes;
	uint64_t ask;

	if (f->off + len <= f->allocated || (!f->direct && !retains))
		return;
	ask = allocation_step(w);
	if (limit && limit < ask)
		ask = align_up(limit, FILE_PAGE);
	if (f->off + len > f->allocated + ask)
		ask = align_up(f->off + len - f->allocated, FILE_PAGE);
	retain_files(&w->seg, w->config, WRITER_FD_DIR, (struct retain_coming){ .bytes = ask });
	if (!f->no_allocate && !allocate(w, f, ask))
		f->no_allocate = true; /* full, or unsupported: do not ask again */
	f->allocated = f->no_allocate && !retains ? UINT64_MAX / 2 : f->allocated + ask;
	counter_set(&f->slot->allocated, f->allocated);
}

static bool must_rotate(const struct writer *w, const struct out_file *f, uint64_t ts_ns,
			uint32_t len)
{
	const struct writer_config *c = w->config;
	uint64_t size;

	if (w->rotate_seen != atomic_load(&w->seg.header->control.rotate_requests))
		return true;
	if (f->boundary_ns && ts_ns >= f->boundary_ns)
		return true;
	if (c->rotate_packets && f->packets >= c->rotate_packets)
		return true;
	if (!c->rotate_bytes)
		return false;
	size = f->off + writer_stream_ahead(w);
	return size + len > c->rotate_bytes && size > align_up(c->prelude_len + 12, FILE_PAGE);
}

struct out_file *writer_file_for(struct writer *w, uint64_t first_ts_ns, uint32_t len)
{
	struct out_file *f = w->file;

	if (atomic_load(&w->counters->state) == WRITER_FAILED)
		return NULL;
	if (f && must_rotate(w, f, first_ts_ns, len)) {
		writer_file_seal(w);
		f = NULL;
	}
	w->rotate_seen = atomic_load(&w->seg.header->control.rotate_requests);
	return f ? f : open_file(w, first_ts_ns);
}

void writer_file_seal(struct writer *w)
{
	if (!w->file)
		return;
	if (w->config->format == OUTPUT_STREAM) {
		writer_stream_end(w);
		if (w->zip.pool)
			writer_compress_seal(w);
		else
			writer_stream_flush(w, true);
	}
	w->file->sealed = true;
	w->file = NULL;
}

/* The kernel's count is read once a second; what was taken out and dropped is known at once. */
static uint64_t received_of(const struct worker_counters *c)
{
	const uint64_t known = counter_get(&c->packets) + counter_get(&c->filtered) +
			       counter_get(&c->beyond_limit) + counter_get(&c->kernel_drops);

	return MAX_OF(known, counter_get(&c->kernel_packets));
}

static uint64_t dropped_of(const struct worker_counters *c)
{
	uint64_t n = counter_get(&c->kernel_drops);
	int i;

	for (i = 0; i < LOSS_NR; i++)
		n += counter_get(&c->lost[i]);
	return n;
}

/* One statistics block per interface description. */
uint32_t writer_build_statistics(struct writer *w, bool whole_pages)
{
	const uint32_t size = (uint32_t)align_up(12 + 128ull * w->nr_rings, FILE_PAGE);
	struct pcapng_builder b = { .data = w->page, .size = size };
	const uint64_t now = clock_realtime_ns();
	uint32_t i;

	for (i = 0; i < w->nr_rings; i++) {
		const struct segment_ring *r = w->rings[i].shared;
		const struct pcapng_statistics s = {
			.interface_id = r->interface_id,
			.ts_ns = now,
			.start_ns = w->config->capture_start_ns,
			.end_ns = now,
			.received = received_of(&r->worker),
			.dropped = dropped_of(&r->worker),
			.delivered = counter_get(&r->worker.packets),
		};

		pcapng_interface_statistics(&b, &s);
	}
	if (whole_pages)
		pcapng_filler(&b, size);
	return b.overflow ? 0 : (uint32_t)b.len;
}

/* The file as it shall be; it has still to be closed and named. */
static void end_file(struct writer *w, struct out_file *f)
{
	uint64_t end = atomic_load(&f->slot->committed);
	uint32_t len;

	f->ended = true;
	if (f->sealed_len && !f->failed) {
		/* The padding of the last direct write was never part of the file. */
		counter_set(&w->counters->file_bytes,
			    counter_get(&w->counters->file_bytes) - (f->off - f->sealed_len));
		end = f->sealed_len;
	}
	if (ftruncate(f->fd, (off_t)end) < 0)
		writer_fail(w, errno, f->temporary);
	if (!f->failed && w->config->format == OUTPUT_PCAPNG_BLOCKS) {
		len = writer_build_statistics(w, true);
		if (!writer_io_write_now(w, f, w->page, len, end)) {
			writer_fail(w, errno, f->temporary);
			(void)!ftruncate(f->fd,
					 (off_t)end); /* the packets stay, without statistics */
		}
	}
}

static void finish_file(struct writer *w, struct out_file *f)
{
	struct segment_file_id id = f->slot->id;
	int code;

	if (f->buffered_fd >= 0)
		close(f->buffered_fd);
	if (close(f->fd) < 0)
		writer_fail(w, errno, f->temporary);
	code = f->slot->hidden ? file_rename_final(&w->seg, w->config, WRITER_FD_DIR, &id) : 0;
	if (code < 0)
		log_error("%s: cannot be renamed to %s: %s", f->temporary, f->final,
			  strerror(-code));
	else
		file_finished(&w->seg, w->config, WRITER_FD_DIR, &id);
	writer_durable_named(w);
	counter_max(&w->counters->files, f->slot->id.serial + 1);
	atomic_store_explicit(&f->slot->state, FILE_SLOT_FREE, memory_order_release);
	f->open = false;
	if (w->config->post)
		writer_notify_main();
	retain_files(&w->seg, w->config, WRITER_FD_DIR, (struct retain_coming){ 0 });
}

/* The oldest file comes first, so that retention always meets the oldest. */
bool writer_file_finish_done(struct writer *w)
{
	bool any = false;

	for (;;) {
		struct out_file *oldest = NULL;
		uint32_t i;

		for (i = 0; i < SEGMENT_FILE_SLOTS; i++)
			if (w->files[i].open &&
			    (!oldest || w->files[i].slot->id.serial < oldest->slot->id.serial))
				oldest = &w->files[i];
		if (!oldest || !oldest->sealed || oldest->pending)
			return any;
		if (!oldest->ended)
			end_file(w, oldest);
		if (writer_durable_ending(w, oldest))
			return any;
		finish_file(w, oldest);
		any = true;
	}
}
