/* The shared segment: what its maker lays out, and everything that a stranger must refuse. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/bytes.h"
#include "pcapio/segment.h"
#include "pcapio/spool.h"

enum { RINGS = 3, SPOOL = 8192, KEEP = 5 };

static const uint32_t nr_blocks[RINGS] = { 4, 64, 7 };

static void make(struct segment *ret, uint64_t spool_len)
{
	const struct segment_plan plan = { .nr_rings = RINGS,
					   .nr_blocks = nr_blocks,
					   .spool_data_len = spool_len,
					   .keep_files = KEEP };
	struct errmsg err = { "" };

	cr_assert_eq(segment_create(&plan, ret, &err), 0, "%s", err.text);
}

/* A memfd with the same bytes. */
static int copy_of(const void *bytes, size_t len)
{
	const int fd = memfd_create("copy", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, bytes, len), (ssize_t)len);
	cr_assert_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL), 0);
	return fd;
}

Test(segment, is_laid_out_without_overlap)
{
	struct segment s;

	make(&s, SPOOL);
	cr_assert_eq(s.header->magic, SEGMENT_MAGIC);
	cr_assert_eq(s.header->nr_rings, RINGS);
	for (uint32_t i = 0; i < RINGS; i++) {
		struct segment_ring *r = segment_ring_at(&s, i);
		const uint64_t entries = r->queue_mask + 1ull;

		cr_assert_eq(r->nr_blocks, nr_blocks[i]);
		cr_assert_geq(entries, nr_blocks[i]);
		cr_assert_eq(entries & (entries - 1), 0);
		/* Every byte is its owner's alone: write all, then look. */
		memset(segment_queue_entry(&s, r, 0), (int)i + 1,
		       entries * sizeof(struct block_entry));
		memset((uint8_t *)s.header + r->spool_off, 0x10 + (int)i, SEGMENT_PAGE + SPOOL);
		cr_assert_eq(r->spool_off % SEGMENT_PAGE, 0);
	}
	memset(segment_prelude(&s), 0x77, SEGMENT_PRELUDE_MAX);
	for (uint32_t i = 0; i < RINGS; i++) {
		struct segment_ring *r = segment_ring_at(&s, i);

		cr_assert_eq(r->nr_blocks, nr_blocks[i]);
		for (uint64_t seq = 0; seq <= r->queue_mask; seq++)
			cr_assert_eq(segment_queue_entry(&s, r, seq)->index, 0x01010101u * (i + 1));
		cr_assert_eq(segment_queue_entry(&s, r, r->queue_mask + 1ull),
			     segment_queue_entry(&s, r, 0));
		for (uint32_t k = 0; k < SEGMENT_PAGE + SPOOL; k++)
			cr_assert_eq(((uint8_t *)s.header)[r->spool_off + k], 0x10 + i);
	}
	cr_assert_eq(s.header->magic, SEGMENT_MAGIC);
	cr_assert_null(segment_ring_at(&s, RINGS));
	cr_assert_null(segment_ring_at(&s, UINT32_MAX));
	segment_close(&s);
	segment_close(&s);
}

Test(segment, is_of_fixed_size)
{
	struct segment s;

	make(&s, 0);
	cr_assert_lt(ftruncate(s.fd, 4096), 0, "nobody may cut it under its users");
	cr_assert_lt(ftruncate(s.fd, (off_t)s.len + 4096), 0);
	cr_assert_eq(segment_ring_at(&s, 0)->spool_off, 0);
	segment_close(&s);
}

Test(segment, is_shared)
{
	struct errmsg err = { "" };
	struct segment a, b, c;

	make(&a, SPOOL);
	cr_assert_eq(segment_attach(dup(a.fd), false, &b, &err), 0, "%s", err.text);
	cr_assert_eq(segment_attach(dup(a.fd), true, &c, &err), 0, "%s", err.text);
	counter_add(&segment_ring_at(&a, 1)->worker.packets, 42);
	cr_assert_eq(counter_get(&segment_ring_at(&b, 1)->worker.packets), 42);
	cr_assert_eq(counter_get(&segment_ring_at(&c, 1)->worker.packets), 42);
	cr_assert(c.read_only && !b.read_only);
	segment_close(&a);
	segment_close(&b);
	segment_close(&c);
}

static void write_to_it(const struct segment *s)
{
	s->header->nr_rings = 1;
}

Test(segment, cannot_be_written_by_a_viewer, .signal = SIGSEGV)
{
	struct errmsg err;
	struct segment a, b;

	make(&a, 0);
	cr_assert_eq(segment_attach(dup(a.fd), true, &b, &err), 0);
	signal(SIGSEGV, SIG_DFL); /* a sanitizer would keep it */
	write_to_it(&b);
}

static void expect_refused(const uint8_t *bytes, size_t len, const char *reason)
{
	struct errmsg err = { "" };
	struct segment s = { .fd = -1 };
	const int fd = copy_of(bytes, len);

	cr_assert_eq(segment_attach(fd, true, &s, &err), -EPROTO, "%s", reason);
	cr_assert(strstr(err.text, reason), "'%s' is not in '%s'", reason, err.text);
	cr_assert_null(s.header, "untouched on failure");
	cr_assert_eq(close(fd), 0, "the descriptor stays the caller's on failure");
}

static struct segment_file_id file_number(uint32_t n)
{
	return (struct segment_file_id){
		.second = 1000 + n / 3, .number = n % 3 + 1, .inode = n, .device = 7
	};
}

/* The newest -W files and those open at the time, in order, for ever. */
/* The filter's text is cut, never without its end, and another one replaces all of it. */
Test(segment, says_the_filter)
{
	char text[2 * SEGMENT_FILTER_MAX], got[SEGMENT_FILTER_MAX];
	struct segment s;

	make(&s, 0);
	segment_get_filter(&s, got);
	cr_assert_str_eq(got, "");
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	segment_set_filter(&s, text);
	segment_get_filter(&s, got);
	cr_assert_eq(strlen(got), SEGMENT_FILTER_MAX - 1);
	segment_set_filter(&s, "udp");
	segment_get_filter(&s, got);
	cr_assert_str_eq(got, "udp");
	atomic_fetch_add(&s.header->control.filter_version, 1); /* somebody is writing */
	segment_get_filter(&s, got);
	cr_assert_str_eq(got, "");
	segment_close(&s);
}

Test(segment, remembers_finished_files)
{
	struct segment_file_id id, oldest;
	struct segment s;
	uint32_t n;

	make(&s, 0);
	cr_assert_eq(segment_kept(&s, &oldest), 0);
	for (n = 0; n < 100; n++) {
		id = file_number(n);
		segment_keep(&s, &id);
		segment_keep(&s, &id); /* as a successor does that finds its file finished */
		cr_assert_eq(segment_kept(&s, &oldest), n < KEEP ? n + 1 : KEEP + 1);
		id = file_number(n < KEEP ? 0 : n - KEEP);
		cr_assert(!memcmp(&oldest, &id, sizeof(id)), "file %u", n);
		if (n >= KEEP)
			segment_forget_oldest(&s);
	}
	/* Full: what does not fit is not noted, and nothing that is there is overwritten. */
	for (n = 200; n < 300; n++) {
		id = file_number(n);
		segment_keep(&s, &id);
	}
	cr_assert_eq(segment_kept(&s, &oldest), KEEP + SEGMENT_FILE_SLOTS);
	id = file_number(100 - KEEP);
	cr_assert(!memcmp(&oldest, &id, sizeof(id)));
	segment_close(&s);
}

/* An inode that is given to a new file is not the old one's any more; one may also be given up. */
Test(segment, forgets_files_that_are_gone)
{
	struct segment_file_id id, oldest;
	struct segment s;
	uint32_t n;

	make(&s, 0);
	for (n = 0; n < KEEP; n++) {
		id = file_number(n);
		segment_keep(&s, &id);
	}
	segment_forget(&s, 2, 7);
	segment_forget(&s, 3, 8); /* of another file system */
	segment_forget(&s, 99, 7);
	id = (struct segment_file_id){ .second = 2000, .number = 1, .inode = 1, .device = 7 };
	segment_keep(&s, &id);
	for (n = 0; n < KEEP; n++) {
		if (n == 1 || n == 2)
			continue;
		id = file_number(n);
		cr_assert_gt(segment_kept(&s, &oldest), 0);
		cr_assert(!memcmp(&oldest, &id, sizeof(id)), "file %u", n);
		segment_forget_oldest(&s);
	}
	cr_assert_eq(segment_kept(&s, &oldest), 1);
	cr_assert_eq(oldest.second, 2000);
	segment_forget(&s, 1, 7);
	cr_assert_eq(segment_kept(&s, &oldest), 0);
	segment_forget(&s, 1, 7);
	cr_assert_eq(segment_kept(&s, &oldest), 0);
	segment_close(&s);
}

/* Whatever a writer leaves there, nothing outside the list is read or written. */
Test(segment, distrusts_the_list_of_files)
{
	const struct segment_file_id id = { .second = 1, .number = 1 };
	struct segment_file_id oldest;
	struct segment s;
	uint64_t off, entries;

	make(&s, 0);
	off = s.header->kept_off;
	entries = s.header->kept_entries;
	segment_keep(&s, &id);
	cr_assert_eq(segment_kept(&s, &oldest), 1);
	counter_set(&s.header->writer.kept_removed, 2);
	cr_assert_eq(segment_kept(&s, &oldest), 0, "more removed than added");
	segment_keep(&s, &id);
	counter_set(&s.header->writer.kept_removed, 0);
	counter_set(&s.header->writer.kept_added, UINT64_MAX);
	cr_assert_eq(segment_kept(&s, &oldest), 0, "more than there is room for");
	counter_set(&s.header->writer.kept_added, 1);
	s.header->kept_off = UINT64_MAX - 7;
	cr_assert_eq(segment_kept(&s, &oldest), 0, "an offset outside");
	segment_keep(&s, &id);
	s.header->kept_off = off;
	s.header->kept_entries = UINT64_MAX / sizeof(id) + 2;
	cr_assert_eq(segment_kept(&s, &oldest), 0, "a size that overflows");
	segment_keep(&s, &id);
	s.header->kept_entries = 0;
	cr_assert_eq(segment_kept(&s, &oldest), 0, "no list");
	segment_keep(&s, &id);
	s.header->kept_entries = entries;
	cr_assert_eq(segment_kept(&s, &oldest), 1);
	segment_close(&s);
}

Test(segment, is_refused_with_a_reason)
{
	struct segment s;
	struct segment_header *h;
	uint8_t *bytes;

	make(&s, SPOOL);
	bytes = malloc(s.len);
	h = (struct segment_header *)bytes;
#define REFUSED(change, reason)                       \
	do {                                          \
		memcpy(bytes, s.header, s.len);       \
		change;                               \
		expect_refused(bytes, s.len, reason); \
	} while (0)
	REFUSED(h->magic ^= 1, "magic");
	REFUSED(h->abi++, "ABI");
	REFUSED(h->total_len--, "length");
	REFUSED(h->header_len++, "structure sizes");
	REFUSED(h->ring_len -= 64, "structure sizes");
	REFUSED(h->nr_rings = 0, "number of rings");
	REFUSED(h->nr_rings = UINT32_MAX, "number of rings");
	REFUSED(h->rings_off += 8, "offset of its rings");
	REFUSED(h->rings_off = s.len & ~63ull, "offset of its rings");
	REFUSED(h->rings_off = UINT64_MAX & ~63ull, "offset of its rings");
	REFUSED(h->prelude_off = s.len - 1, "file header");
	REFUSED(h->config.prelude_len = SEGMENT_PRELUDE_MAX + 1, "file header");
	REFUSED(h->spool_data_len = 3 * 4096, "spool size");
	REFUSED(h->kept_off += 4, "list of files");
	REFUSED(h->kept_off = s.len - 8, "list of files");
	REFUSED(h->kept_off = UINT64_MAX & ~63ull, "list of files");
	REFUSED(h->finished_off = 4, "list of files for --post");
	REFUSED(h->finished_off = s.len - 8, "list of files for --post");
	REFUSED(h->finished_off = UINT64_MAX & ~63ull, "list of files for --post");
	REFUSED(h->kept_entries = KEEP_FILES_MAX + SEGMENT_FILE_SLOTS + 1, "list of files");
	REFUSED(h->kept_entries = UINT64_MAX / 16 + 2, "list of files");
	REFUSED(memset(h->command, 'x', sizeof(h->command)), "names");
	REFUSED(memset(h->config.name, 'x', SEGMENT_NAME_MAX), "names");
#undef REFUSED
	memcpy(bytes, s.header, s.len);
	expect_refused(bytes, s.len - 4096, "length");
	expect_refused(bytes, sizeof(*h) - 1, "too few");
	expect_refused(bytes, 0, "too few");
	free(bytes);
	segment_close(&s);
}

/* The list of finished files behind the mapping's back: read, and noted in a copy. */
static void touch_kept(const struct segment *s)
{
	const struct segment_file_id id = { .second = 1, .number = 2 };
	struct segment_file_id oldest = { .number = 0 };
	struct segment_header *copy = malloc(s->len);
	const struct segment writable = { .header = copy, .len = s->len, .fd = -1 };

	(void)segment_kept(s, &oldest);
	memcpy(copy, s->header, s->len);
	segment_keep(&writable, &id);
	segment_forget(&writable, 0, 0);
	segment_forget_oldest(&writable);
	(void)segment_kept(&writable, &oldest);
	free(copy);
}

/* Reads through every accessor whatever an accepted segment offers. */
static void touch(const struct segment *s)
{
	const struct segment_header *h = s->header;
	static volatile uint64_t sink;
	uint64_t sum = 0, seq;
	uint32_t i, k;

	for (i = 0; i < h->nr_rings; i++) {
		const struct segment_ring *r = segment_ring_at(s, i);
		struct errmsg err;
		struct spool spool;

		cr_assert_not_null(r);
		for (seq = 0; seq < 3ull * r->nr_blocks && seq < 1000; seq++)
			sum += segment_queue_entry(s, r, seq * 0x9e3779b97f4a7c15ull)->packets;
		sum += segment_queue_entry(s, r, r->queue_mask)->packets;
		sum += strlen(r->interface) + counter_get(&r->worker.packets);
		if (!r->spool_off ||
		    spool_map(s->fd, r->spool_off, h->spool_data_len, &spool, &err) < 0)
			continue;
		sum += spool.data[0] + spool.data[2 * spool.size - 1];
		spool_unmap(&spool);
	}
	touch_kept(s);
	for (k = 0; k < h->config.prelude_len; k++)
		sum += segment_prelude(s)[k];
	sink = sum + strlen(h->command) + strlen(h->config.name);
	(void)sink;
}

static char mutation[128];

static void tell_mutation(int number)
{
	(void)number;
	if (write(STDERR_FILENO, mutation, strlen(mutation)) < 0)
		_exit(2);
	_exit(1);
}

static void mutate_word(int fd, uint8_t *map, uint64_t len, uint64_t off)
{
	static const uint64_t values[] = { 0,
					   1,
					   7,
					   8,
					   63,
					   4095,
					   4096,
					   0x7fffffff,
					   0x80000000,
					   0xffffffff,
					   0x100000000,
					   0x7fffffffffffffff,
					   0x8000000000000000,
					   0xfffffffffffff000,
					   0xffffffffffffffc0,
					   UINT64_MAX };
	uint64_t good, value;
	struct errmsg err;
	struct segment s;
	size_t i;

	memcpy(&good, map + off, 8);
	for (i = 0; i < 4 * ARRAY_SIZE(values); i++) {
		const uint64_t v = values[i / 4];
		int ret;

		/* The whole word, each half of it, and near the segment's end. */
		value = i % 4 == 0   ? v
			: i % 4 == 1 ? (good & ~0xffffffffull) | (uint32_t)v
			: i % 4 == 2 ? (good & 0xffffffffull) | v << 32
				     : len - v;
		snprintf(mutation, sizeof(mutation), "word at %llu := %#llx\n",
			 (unsigned long long)off, (unsigned long long)value);
		memcpy(map + off, &value, 8);
		ret = segment_attach(dup(fd), true, &s, &err);
		if (ret == 0) {
			touch(&s);
			segment_close(&s);
		} else {
			cr_assert_eq(ret, -EPROTO, "%s", mutation);
			cr_assert_gt(strlen(err.text), 20, "%s", mutation);
		}
	}
	memcpy(map + off, &good, 8);
}

/* A settlement takes one block, or all blocks of several rings up to a number; only while valid. */
Test(segment, settlement_takes_blocks)
{
	struct settlement *m;
	struct segment s;

	make(&s, 0);
	m = &s.header->writer.settlement;
	*m = (struct settlement){ .ring = 1, .seq = 7 };
	atomic_store(&segment_ring_at(&s, 2)->settling, 5);
	cr_assert(!segment_settled(&s, 1, 7) && !segment_settled(&s, 2, 4));
	atomic_store(&m->valid, 1);
	cr_assert(segment_settled(&s, 1, 7));
	cr_assert(!segment_settled(&s, 1, 6) && !segment_settled(&s, 0, 0));
	cr_assert(segment_settled(&s, 2, 4) && segment_settled(&s, 2, 0));
	cr_assert(!segment_settled(&s, 2, 5));
	cr_assert(!segment_settled(&s, RINGS, 0));
	segment_close(&s);
}

/* Refused with a reason, or accepted and safe to read: every word of header and rings. */
Test(segment, survives_every_mutated_word, .timeout = 60)
{
	const struct sigaction action = { .sa_handler = tell_mutation };
	struct segment s;
	uint8_t *map;
	uint64_t off;

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	make(&s, SPOOL);
	map = (uint8_t *)s.header;
	for (off = 0; off < sizeof(*s.header); off += 8) {
		/* Inside long names one word is as good as another. */
		if (off % 64 == 0 || off < 256 || off > sizeof(*s.header) - 256 ||
		    (off >= offsetof(struct segment_header, config) &&
		     off < offsetof(struct segment_header, config) +
				     offsetof(struct writer_config, name)))
			mutate_word(s.fd, map, s.len, off);
	}
	for (off = s.header->rings_off;
	     off < s.header->rings_off + RINGS * sizeof(struct segment_ring); off += 8)
		mutate_word(s.fd, map, s.len, off);
	segment_close(&s);
}
