/* pcapio/segment.c -- making, mapping and distrusting the shared segment. */
#include "pcapio/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/clock.h"

static uint32_t queue_entries(uint32_t nr_blocks)
{
	uint32_t n = 1;

	while (n < nr_blocks)
		n <<= 1;
	return n;
}

static void layout_rings(struct segment_header *h, const struct segment_plan *plan, uint64_t *end)
{
	struct segment_ring *ring = (struct segment_ring *)((uint8_t *)h + h->rings_off);
	uint64_t off = h->queues_off;
	uint32_t i;

	for (i = 0; i < plan->nr_rings; i++, ring++) {
		const uint32_t entries = queue_entries(plan->nr_blocks[i]);

		ring->nr_blocks = plan->nr_blocks[i];
		ring->queue_mask = entries - 1;
		ring->queue_off = off;
		if (plan->spool_data_len)
			ring->spool_off = h->spools_off + i * h->spool_stride;
		off += (uint64_t)entries * sizeof(struct block_entry);
	}
	*end = off;
}

int segment_create(const struct segment_plan *plan, struct segment *ret, struct errmsg *err)
{
	struct segment_header h = { .magic = SEGMENT_MAGIC,
				    .abi = SEGMENT_ABI,
				    .header_len = sizeof(h),
				    .ring_len = sizeof(struct segment_ring),
				    .nr_rings = plan->nr_rings,
				    .spool_data_len = plan->spool_data_len };
	uint64_t queue_len = 0, end;
	/* Files that are complete may be as many more as may be open at a time. */
	const uint64_t kept =
		plan->keep_files
			? MIN_OF(plan->keep_files, (uint32_t)KEEP_FILES_MAX) + SEGMENT_FILE_SLOTS
			: 0;
	struct segment s = { .fd = -1 };
	uint32_t i;
	int code;

	for (i = 0; i < plan->nr_rings; i++)
		queue_len +=
			(uint64_t)queue_entries(plan->nr_blocks[i]) * sizeof(struct block_entry);
	h.rings_off = align_up(sizeof(h), SEGMENT_PAGE);
	h.prelude_off = align_up(h.rings_off + (uint64_t)h.nr_rings * h.ring_len, SEGMENT_PAGE);
	h.queues_off = h.prelude_off + SEGMENT_PRELUDE_MAX;
	h.kept_entries = kept;
	h.kept_off = h.queues_off + queue_len;
	h.spools_off = h.kept_off + kept * sizeof(struct segment_file_id);
	if (plan->post) {
		h.finished_off = h.spools_off;
		h.spools_off += FINISHED_MAX * sizeof(struct segment_file_id);
	}
	h.spools_off = align_up(h.spools_off, SEGMENT_PAGE);
	h.spool_stride = plan->spool_data_len ? SEGMENT_PAGE + plan->spool_data_len : 0;
	h.total_len = h.spools_off + h.spool_stride * h.nr_rings;
	h.main_pid = (uint32_t)getpid();
	h.start_ns = clock_realtime_ns();
	h.start_monotonic_ns = clock_monotonic_ns();

	s.len = h.total_len;
	s.fd = memfd_create("ringtap-segment", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (s.fd < 0)
		return errmsg_set(err, -errno, "shared segment: %s", strerror(errno));
	if (ftruncate(s.fd, (off_t)s.len) < 0)
		goto fail;
	s.header = mmap(NULL, s.len, PROT_READ | PROT_WRITE, MAP_SHARED, s.fd, 0);
	if (s.header == MAP_FAILED)
		goto fail;
	if (fcntl(s.fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
		goto fail;
	*s.header = h;
	layout_rings(s.header, plan, &end);
	*ret = s;
	return 0;
fail:
	code = -errno;
	segment_close(&s);
	return errmsg_set(err, code, "shared segment of %llu bytes: %s",
			  (unsigned long long)h.total_len, strerror(-code));
}

/* True when [off, off + len) lies inside the segment, without overflow. */
static bool inside(const struct segment *s, uint64_t off, uint64_t len)
{
	return off <= s->len && len <= s->len - off;
}

static const char *check_ring(const struct segment *s, const struct segment_ring *r)
{
	const struct segment_header *h = s->header;

	if (r->queue_mask & (r->queue_mask + 1) || r->queue_mask == UINT32_MAX ||
	    r->nr_blocks > r->queue_mask + 1)
		return "a block queue's size";
	if (r->queue_off % 8 ||
	    !inside(s, r->queue_off, ((uint64_t)r->queue_mask + 1) * sizeof(struct block_entry)))
		return "a block queue's offset";
	if (r->spool_off && (r->spool_off % SEGMENT_PAGE || !h->spool_data_len ||
			     !inside(s, r->spool_off, SEGMENT_PAGE + h->spool_data_len)))
		return "a spool's offset";
	if (!memchr(r->interface, 0, sizeof(r->interface)))
		return "an interface name";
	return NULL;
}

static const char *check_layout(const struct segment *s)
{
	const struct segment_header *h = s->header;
	const char *wrong;
	uint32_t i;

	if (h->total_len != s->len)
		return "its length";
	if (h->header_len != sizeof(*h) || h->ring_len != sizeof(struct segment_ring))
		return "its structure sizes";
	if (!h->nr_rings || h->nr_rings > RINGS_MAX * INTERFACES_MAX)
		return "its number of rings";
	if (h->rings_off % 64 || !inside(s, h->rings_off, (uint64_t)h->nr_rings * h->ring_len))
		return "the offset of its rings";
	if (!inside(s, h->prelude_off, SEGMENT_PRELUDE_MAX) ||
	    h->config.prelude_len > SEGMENT_PRELUDE_MAX)
		return "the offset of its file header";
	if (h->kept_off % 8 || h->kept_entries > KEEP_FILES_MAX + SEGMENT_FILE_SLOTS ||
	    !inside(s, h->kept_off, h->kept_entries * sizeof(struct segment_file_id)))
		return "its list of files";
	if (h->finished_off % 8 ||
	    !inside(s, h->finished_off, FINISHED_MAX * sizeof(struct segment_file_id)))
		return "its list of files for --post";
	if (h->spool_data_len & (h->spool_data_len - 1) || h->spool_data_len % SEGMENT_PAGE ||
	    h->spool_data_len > s->len)
		return "its spool size";
	if (!memchr(h->command, 0, sizeof(h->command)) ||
	    !memchr(h->output, 0, sizeof(h->output)) ||
	    !memchr(h->config.name, 0, SEGMENT_NAME_MAX) ||
	    !memchr(h->config.summary_name, 0, SEGMENT_NAME_MAX))
		return "its names";
	for (i = 0; i < h->nr_rings; i++) {
		wrong = check_ring(s, segment_ring_at(s, i));
		if (wrong)
			return wrong;
	}
	return NULL;
}

int segment_attach(int fd, bool read_only, struct segment *ret, struct errmsg *err)
{
	struct segment s = { .fd = fd, .read_only = read_only };
	const char *wrong;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return errmsg_set(err, -errno, "shared segment: %s", strerror(errno));
	if (st.st_size < (off_t)sizeof(struct segment_header))
		return errmsg_set(err, -EPROTO,
				  "shared segment: %lld bytes are too few for its header",
				  (long long)st.st_size);
	/* Whoever could shrink it under us could kill us with SIGBUS. */
	if (!(fcntl(fd, F_GET_SEALS) & F_SEAL_SHRINK) || fcntl(fd, F_GET_SEALS) < 0)
		return errmsg_set(err, -EPROTO,
				  "shared segment refused: it is not sealed against shrinking");
	s.len = (uint64_t)st.st_size;
	s.header = mmap(NULL, s.len, read_only ? PROT_READ : PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			0);
	if (s.header == MAP_FAILED)
		return errmsg_set(err, -errno, "shared segment: mmap: %s", strerror(errno));
	if (s.header->magic != SEGMENT_MAGIC)
		wrong = "its magic number: it is not a ringtap segment";
	else if (s.header->abi != SEGMENT_ABI)
		wrong = "its ABI version: made by another release of ringtap";
	else
		wrong = check_layout(&s);
	if (wrong) {
		munmap(s.header, s.len);
		return errmsg_set(err, -EPROTO, "shared segment refused: %s is wrong", wrong);
	}
	*ret = s;
	return 0;
}

void segment_set_filter(const struct segment *s, const char *text)
{
	struct control_block *c = &s->header->control;
	const size_t len = MIN_OF(strlen(text), (size_t)SEGMENT_FILTER_MAX - 1);

	atomic_fetch_add_explicit(&c->filter_version, 1, memory_order_relaxed);
	/* Release fence: pairs with the acquire in segment_get_filter(): odd before any byte. */
	atomic_thread_fence(memory_order_release);
	memset(c->filter, 0, sizeof(c->filter));
	memcpy(c->filter, text, len);
	/* Release: pairs with the acquire in segment_get_filter(): even after every byte. */
	atomic_fetch_add_explicit(&c->filter_version, 1, memory_order_release);
}

void segment_get_filter(const struct segment *s, char ret[SEGMENT_FILTER_MAX])
{
	const struct control_block *c = &s->header->control;
	const uint32_t before = atomic_load_explicit(&c->filter_version, memory_order_acquire);

	memcpy(ret, c->filter, SEGMENT_FILTER_MAX);
	ret[SEGMENT_FILTER_MAX - 1] = '\0';
	atomic_thread_fence(memory_order_acquire);
	if (before & 1 || atomic_load_explicit(&c->filter_version, memory_order_relaxed) != before)
		*ret = '\0';
}

void segment_close(struct segment *s)
{
	if (s->header && s->header != MAP_FAILED)
		munmap(s->header, s->len);
	if (s->fd >= 0)
		close(s->fd);
	s->header = NULL;
	s->fd = -1;
}

struct segment_ring *segment_ring_at(const struct segment *s, uint32_t i)
{
	const struct segment_header *h = s->header;
	const uint64_t off = h->rings_off + (uint64_t)i * sizeof(struct segment_ring);

	/* The header may be rewritten by its owner after attach: the mapping's end is what counts.
	 */
	if (i >= h->nr_rings || off % 64 || !inside(s, off, sizeof(struct segment_ring)))
		return NULL;
	return (struct segment_ring *)((uint8_t *)h + off);
}

struct block_entry *segment_queue_entry(const struct segment *s, const struct segment_ring *r,
					uint64_t seq)
{
	return (struct block_entry *)((uint8_t *)s->header + r->queue_off) + (seq & r->queue_mask);
}

/* seq's low bits, packets, offset: 22 bits hold the offset in a block of 4 MiB and its packets. */
enum { MERGED_BITS = 22, MERGED_SEQ_BITS = 20 };

#define MERGED_MASK     ((1ull << MERGED_BITS) - 1)
#define MERGED_SEQ_MASK ((1ull << MERGED_SEQ_BITS) - 1)

struct segment_merged segment_merged(const struct segment_ring *r, uint64_t seq)
{
	const uint64_t word = atomic_load_explicit(&r->merged, memory_order_acquire);

	if (word >> 2 * MERGED_BITS != (seq & MERGED_SEQ_MASK))
		return (struct segment_merged){ 0 };
	return (struct segment_merged){ .packets = (uint32_t)(word >> MERGED_BITS & MERGED_MASK),
					.offset = (uint32_t)(word & MERGED_MASK) };
}

void segment_set_merged(struct segment_ring *r, uint64_t seq, struct segment_merged m)
{
	atomic_store_explicit(&r->merged,
			      (seq & MERGED_SEQ_MASK) << 2 * MERGED_BITS |
				      (uint64_t)m.packets << MERGED_BITS | m.offset,
			      memory_order_release);
}

void segment_settle(const struct segment *s)
{
	struct writer_counters *w = &s->header->writer;
	const struct settlement *m = &w->settlement;

	if (!atomic_load_explicit(&m->valid, memory_order_acquire) || m->slot >= SEGMENT_FILE_SLOTS)
		return;
	if (m->committed)
		atomic_store_explicit(&s->header->files[m->slot].committed, m->committed,
				      memory_order_release);
	counter_set(&w->packets_stored, m->packets_stored);
	counter_set(&w->cap_bytes_stored, m->cap_bytes_stored);
}

bool segment_settled(const struct segment *s, uint32_t ring, uint64_t seq)
{
	const struct settlement *m = &s->header->writer.settlement;
	const struct segment_ring *r = segment_ring_at(s, ring);

	return atomic_load_explicit(&m->valid, memory_order_acquire) &&
	       ((m->ring == ring && m->seq == seq) ||
		(r && seq < atomic_load_explicit(&r->settling, memory_order_relaxed)));
}

/* The entry number seq, or NULL: what the header says of the list is not to be believed. */
static struct segment_file_id *kept_entry(const struct segment *s, uint64_t seq)
{
	const struct segment_header *h = s->header;
	const uint64_t entries = h->kept_entries, off = h->kept_off;

	if (!entries || entries > KEEP_FILES_MAX + SEGMENT_FILE_SLOTS || off % 8 ||
	    !inside(s, off, entries * sizeof(struct segment_file_id)))
		return NULL;
	return (struct segment_file_id *)((uint8_t *)h + off) + seq % entries;
}

uint64_t segment_kept(const struct segment *s, struct segment_file_id *ret)
{
	const struct writer_counters *w = &s->header->writer;
	const uint64_t removed = counter_get(&w->kept_removed);
	/* Acquire: pairs with the release of whoever noted them, maybe a writer that is dead. */
	const uint64_t n = atomic_load_explicit(&w->kept_added, memory_order_acquire) - removed;
	const struct segment_file_id *id = kept_entry(s, removed);

	if (!id || !n || n > s->header->kept_entries)
		return 0;
	*ret = *id;
	return n;
}

void segment_keep(const struct segment *s, const struct segment_file_id *id)
{
	struct writer_counters *w = &s->header->writer;
	const uint64_t added = counter_get(&w->kept_added);
	const uint64_t n = added - counter_get(&w->kept_removed);
	const struct segment_file_id *last = n ? kept_entry(s, added - 1) : NULL;
	struct segment_file_id *entry = kept_entry(s, added);

	if (!entry || (last && !memcmp(last, id, sizeof(*id))))
		return;
	segment_forget(s, id->inode, id->device);
	/* No room: better one file too many than a wrong one removed. */
	if (added - counter_get(&w->kept_removed) >= s->header->kept_entries)
		return;
	*entry = *id;
	atomic_store_explicit(&w->kept_added, added + 1, memory_order_release);
	counter_add(&w->kept_bytes, id->bytes);
}

/* The older ones move up. A kill amid that leaves one of them twice: a file too few is kept. */
void segment_forget(const struct segment *s, uint64_t inode, uint64_t device)
{
	struct writer_counters *w = &s->header->writer;
	const uint64_t removed = counter_get(&w->kept_removed), added = counter_get(&w->kept_added);
	uint64_t seq, bytes = 0;

	if (!kept_entry(s, removed) || added - removed > s->header->kept_entries)
		return;
	for (seq = added; seq != removed; seq--) {
		const struct segment_file_id *id = kept_entry(s, seq - 1);

		bytes = id->bytes;
		if (id->inode == inode && id->device == device)
			break;
	}
	if (seq == removed)
		return;
	while (--seq != removed)
		*kept_entry(s, seq) = *kept_entry(s, seq - 1);
	kept_entry(s, removed)->bytes = bytes;
	segment_forget_oldest(s);
}

void segment_forget_oldest(const struct segment *s)
{
	struct writer_counters *w = &s->header->writer;
	const uint64_t removed = counter_get(&w->kept_removed), all = counter_get(&w->kept_bytes);
	const struct segment_file_id *id = kept_entry(s, removed);

	counter_set(&w->kept_removed, removed + 1);
	if (id)
		counter_set(&w->kept_bytes, all - MIN_OF(id->bytes, all));
}

void segment_recount(const struct segment *s)
{
	struct writer_counters *w = &s->header->writer;
	const uint64_t removed = counter_get(&w->kept_removed), added = counter_get(&w->kept_added);
	uint64_t seq, bytes = 0;

	if (!kept_entry(s, removed) || added - removed > s->header->kept_entries)
		return;
	for (seq = removed; seq != added; seq++)
		bytes += kept_entry(s, seq)->bytes;
	counter_set(&w->kept_bytes, bytes);
}

static struct segment_file_id *finished_entry(const struct segment *s, uint64_t seq)
{
	const uint64_t off = s->header->finished_off;

	if (!off || off % 8 || !inside(s, off, FINISHED_MAX * sizeof(struct segment_file_id)))
		return NULL;
	return (struct segment_file_id *)((uint8_t *)s->header + off) + seq % FINISHED_MAX;
}

void segment_finished(const struct segment *s, const struct segment_file_id *id)
{
	counter64 *added = &s->header->writer.finished_added;
	const uint64_t n = counter_get(added);
	const struct segment_file_id *last = n ? finished_entry(s, n - 1) : NULL;
	struct segment_file_id *entry = finished_entry(s, n);

	if (!entry || (last && last->serial == id->serial && last->inode == id->inode))
		return;
	*entry = *id;
	/* Release: pairs with the acquire in segment_next_finished(). */
	atomic_store_explicit(added, n + 1, memory_order_release);
}

bool segment_next_finished(const struct segment *s, uint64_t *seq, struct segment_file_id *ret,
			   uint64_t *ret_missed)
{
	const counter64 *added = &s->header->writer.finished_added;
	const struct segment_file_id *entry = finished_entry(s, *seq);
	uint64_t ahead = atomic_load_explicit(added, memory_order_acquire) - *seq;

	while (entry && ahead && ahead <= INT64_MAX) {
		/* The one that is about to be written over is as good as gone. */
		if (ahead < FINISHED_MAX) {
			*ret = *entry;
			atomic_thread_fence(memory_order_acquire);
			ahead = atomic_load_explicit(added, memory_order_relaxed) - *seq;
		}
		if (ahead < FINISHED_MAX) {
			++*seq;
			return true;
		}
		*ret_missed += ahead - FINISHED_MAX / 2;
		*seq += ahead - FINISHED_MAX / 2;
		entry = finished_entry(s, *seq);
		ahead = FINISHED_MAX / 2;
	}
	return false;
}

uint8_t *segment_prelude(const struct segment *s)
{
	return (uint8_t *)s->header + s->header->prelude_off;
}

void segment_wake_writer(const struct segment *s, int wake_fd)
{
	const uint64_t one = 1;

	atomic_thread_fence(memory_order_seq_cst);
	if (!atomic_load_explicit(&s->header->writer.sleeping, memory_order_relaxed))
		return;
	if (write(wake_fd, &one, sizeof(one)) < 0)
		return; /* EAGAIN: it is full of wake-ups already */
}
