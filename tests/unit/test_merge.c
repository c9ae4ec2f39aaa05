/* Several files, none quite in order: what comes out, and what is counted as late. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/merge.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "core/linktype.h"
#include "dissect/summary.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/spool.h"
#include "pcapio/summary_file.h"
#include "tests/unit/capture_bytes.h"

enum { NR_MAX = 64 };

static void save(char *path, const struct capture *c)
{
	const int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, c->bytes, c->len), (ssize_t)c->len);
	close(fd);
}

/* A file of packets at these milliseconds; each packet's length tells which it is. */
static void save_packets(char *path, const uint32_t *ms, size_t nr)
{
	struct capture c = { 0 };

	pcap_header(&c, 0xa1b2c3d4, 65535, LINKTYPE_ETHERNET);
	for (size_t i = 0; i < nr; i++)
		pcap_record(&c, ms[i] / 1000, ms[i] % 1000 * 1000, (uint32_t)i, (uint32_t)i, 0);
	save(path, &c);
}

struct merged {
	size_t nr;
	uint64_t ms[NR_MAX];
	uint32_t len[NR_MAX];
	uint32_t input[NR_MAX];
	uint64_t nr_late;
	char failure[512];
};

static struct merged merge_files(const char *const *paths, size_t nr, struct merge_window window)
{
	const struct merged_item *item;
	struct merged out = { 0 };
	struct errmsg err = { "" };
	struct merge *m;
	int code;

	cr_assert_eq(merge_open(paths, nr, &window, &m, &err), 0, "%s", err.text);
	while ((code = merge_next(m, &item, &err)) > 0) {
		cr_assert_lt(out.nr, NR_MAX);
		out.ms[out.nr] = item->item.frame.ts_ns / NS_PER_MS;
		out.len[out.nr] = item->item.frame.cap_len;
		out.input[out.nr++] = item->input;
	}
	cr_assert_eq(code, 0, "%s", err.text);
	out.nr_late = merge_nr_late(m);
	for (size_t i = 0; i < nr; i++)
		if (merge_failure(m, i))
			snprintf(out.failure, sizeof(out.failure), "%s", merge_failure(m, i));
	merge_close(m);
	return out;
}

static bool is_sorted(const struct merged *m)
{
	for (size_t i = 1; i < m->nr; i++)
		if (m->ms[i] < m->ms[i - 1])
			return false;
	return true;
}

static const struct merge_window window_200ms = { .span_ns = 200 * NS_PER_MS };

Test(merge, sorts_within_the_window)
{
	static const uint32_t ms[] = { 1000, 1100, 1050, 1000, 1190, 1300, 1101, 1500 };
	char path[] = "/tmp/ringtap-merge-XXXXXX";
	struct merged m;

	save_packets(path, ms, ARRAY_SIZE(ms));
	m = merge_files((const char *[]){ path }, 1, window_200ms);
	cr_assert_eq(m.nr, ARRAY_SIZE(ms));
	cr_expect(is_sorted(&m));
	cr_expect_eq(m.nr_late, 0);
	cr_expect_eq(m.len[0], 0, "equal times keep their order");
	cr_expect_eq(m.len[1], 3);
	/* As they stand in the file. */
	m = merge_files((const char *[]){ path }, 1, (struct merge_window){ 0 });
	cr_assert_eq(m.nr, ARRAY_SIZE(ms));
	for (uint32_t i = 0; i < m.nr; i++)
		cr_expect_eq(m.len[i], i);
	/* By number of packets. */
	m = merge_files((const char *[]){ path }, 1, (struct merge_window){ .max_items = 4 });
	cr_expect(is_sorted(&m));
	m = merge_files((const char *[]){ path }, 1, (struct merge_window){ .max_items = 1 });
	cr_assert_eq(m.nr, ARRAY_SIZE(ms));
	cr_expect_gt(m.nr_late, 0);
	unlink(path);
}

Test(merge, counts_what_comes_too_late)
{
	static const uint32_t ms[] = { 1000, 1250, 1500, 1001, 1600 };
	char path[] = "/tmp/ringtap-merge-XXXXXX";
	struct merged m;

	save_packets(path, ms, ARRAY_SIZE(ms));
	m = merge_files((const char *[]){ path }, 1, window_200ms);
	cr_assert_eq(m.nr, ARRAY_SIZE(ms), "late is not lost");
	cr_expect_eq(m.nr_late, 1);
	m = merge_files((const char *[]){ path }, 1,
			(struct merge_window){ .span_ns = NS_PER_SEC });
	cr_expect_eq(m.nr_late, 0);
	cr_expect(is_sorted(&m));
	unlink(path);
}

Test(merge, files_by_time)
{
	static const uint32_t a[] = { 1000, 3000, 5000, 7000 }, b[] = { 2000, 4000, 6000 };
	static const uint32_t late[] = { 100000, 100001 };
	char pa[] = "/tmp/ringtap-merge-XXXXXX", pb[] = "/tmp/ringtap-merge-XXXXXX",
	     pl[] = "/tmp/ringtap-merge-XXXXXX";
	struct merged m;

	save_packets(pa, a, ARRAY_SIZE(a));
	save_packets(pb, b, ARRAY_SIZE(b));
	save_packets(pl, late, ARRAY_SIZE(late));
	m = merge_files((const char *[]){ pl, pa, pb }, 3, window_200ms);
	cr_assert_eq(m.nr, 9);
	cr_expect(is_sorted(&m));
	cr_expect_eq(m.nr_late, 0);
	for (uint32_t i = 0; i < 7; i++)
		cr_expect_eq(m.input[i], 1 + i % 2);
	cr_expect_eq(m.input[8], 0);
	unlink(pa);
	unlink(pb);
	unlink(pl);
}

Test(merge, one_file_ends_early_the_others_go_on)
{
	static const uint32_t a[] = { 1000, 2000, 3000 }, b[] = { 1500, 2500, 3500 };
	char pa[] = "/tmp/ringtap-merge-XXXXXX", pb[] = "/tmp/ringtap-merge-XXXXXX";
	struct merged m;

	save_packets(pa, a, ARRAY_SIZE(a));
	save_packets(pb, b, ARRAY_SIZE(b));
	cr_assert_eq(truncate(pa, 24 + 16 + 17 + 5), 0);
	m = merge_files((const char *[]){ pa, pb }, 2, window_200ms);
	cr_expect_eq(m.nr, 5);
	cr_expect(is_sorted(&m));
	cr_expect(strstr(m.failure, pa), "%s", m.failure);
	unlink(pa);
	unlink(pb);
}

Test(merge, nothing_is_opened_when_one_cannot_be)
{
	static const uint32_t a[] = { 1 };
	char pa[] = "/tmp/ringtap-merge-XXXXXX";
	const struct merge_window window = { 0 };
	struct merge *m = NULL;
	struct errmsg err;

	save_packets(pa, a, 1);
	cr_expect_eq(merge_open((const char *[]){ pa, "/nonexistent" }, 2, &window, &m, &err),
		     -ENOENT);
	cr_expect_null(m);
	unlink(pa);
}

static void put_record(struct capture *c, uint16_t type, const void *payload, uint32_t len)
{
	capture_u32(c, len);
	capture_u16(c, type);
	capture_u16(c, 0);
	capture_put(c, payload, len);
	capture_zero(c, (8 - len % 8) % 8);
}

Test(merge, summaries_and_their_extras)
{
	const struct summary_file_header h = { .magic = SUMMARY_FILE_MAGIC,
					       .byte_order = SUMMARY_FILE_BYTE_ORDER,
					       .version = SUMMARY_FILE_VERSION,
					       .record_size = 64 };
	const uint32_t len = sizeof(struct summary), extra_len = sizeof(struct summary_extra);
	struct capture c = { .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	struct summary s = { .ts_ns = 1050 * NS_PER_MS };
	const struct summary_extra x = { 0 };
	char path[] = "/tmp/ringtap-merge-XXXXXX";
	struct merged m;

	capture_put(&c, &h, sizeof(h));
	put_record(&c, SPOOL_SUMMARY, &s, len);
	put_record(&c, SPOOL_EXTRA, &x, extra_len);
	put_record(&c, SPOOL_BLOCK_MARK, &x, 32);
	put_record(&c, 999, "from the future", 15);
	s.ts_ns = 1000 * NS_PER_MS;
	put_record(&c, SPOOL_SUMMARY, &s, len);
	save(path, &c);
	m = merge_files((const char *[]){ path }, 1, window_200ms);
	cr_assert_eq(m.nr, 2);
	cr_expect_eq(m.ms[0], 1000);
	cr_expect_eq(m.len[0], len);
	cr_expect_eq(m.ms[1], 1050);
	cr_expect_eq(m.len[1], len + extra_len);
	/* Cut inside the last record: what was whole comes, then the reason. */
	cr_assert_eq(truncate(path, (off_t)c.len - 1), 0);
	m = merge_files((const char *[]){ path }, 1, window_200ms);
	cr_expect_eq(m.nr, 1);
	cr_expect_eq(m.len[0], len + extra_len);
	cr_expect(strstr(m.failure, "inside a record"), "%s", m.failure);
	unlink(path);
}

/* Both ends of a pipe, and a path to open it by. */
struct feed {
	int in, out;
	char path[32];
};

static void feed_open(struct feed *f, const struct capture *c, size_t len)
{
	int fd[2];

	cr_assert_eq(pipe(fd), 0);
	f->out = fd[0];
	f->in = fd[1];
	snprintf(f->path, sizeof(f->path), "/dev/fd/%d", f->out);
	cr_assert_eq(write(f->in, c->bytes, len), (ssize_t)len);
}

/* The next item, with whatever waiting it takes; never more than a hundred times. */
static int next_waiting(struct merge *m, const struct merged_item **ret)
{
	struct errmsg err = { "" };
	int code = -EAGAIN;

	for (int i = 0; i < 100 && code == -EAGAIN; i++) {
		code = merge_next(m, ret, &err);
		if (code == -EAGAIN)
			merge_wait(m);
	}
	return code;
}

static void expect_next(struct merge *m, uint64_t ms)
{
	const struct merged_item *item;

	cr_assert_eq(next_waiting(m, &item), 1, "nothing came, %llu was due",
		     (unsigned long long)ms);
	cr_expect_eq(item->time_ns / NS_PER_MS, ms);
	merge_give_back(m, item);
}

static const struct merge_window windows[] = { { .span_ns = 200 * NS_PER_MS },
					       { .max_items = 1000 } };

Test(merge, an_open_pipe_holds_nothing_back, .timeout = 30)
{
	static const uint32_t ms[] = { 1000, 1100, 1050, 1051 };

	for (size_t w = 0; w < ARRAY_SIZE(windows); w++) {
		const struct merged_item *item;
		struct errmsg err = { "" };
		struct capture c = { 0 };
		struct feed f;
		struct merge *m;

		pcap_header(&c, 0xa1b2c3d4, 65535, LINKTYPE_ETHERNET);
		for (size_t i = 0; i < ARRAY_SIZE(ms); i++)
			pcap_record(&c, 1, ms[i] % 1000 * 1000, 10, 10, 0);
		feed_open(&f, &c, c.len - 5);
		cr_assert_eq(merge_open((const char *[]){ f.path }, 1, &windows[w], &m, &err), 0);
		cr_expect_eq(merge_next(m, &item, &err), -EAGAIN, "there may be earlier ones");
		expect_next(m, 1000);
		expect_next(m, 1050);
		expect_next(m, 1100);
		cr_expect_eq(merge_next(m, &item, &err), -EAGAIN, "half a packet");
		cr_assert_eq(write(f.in, c.bytes + c.len - 5, 5), 5);
		expect_next(m, 1051);
		cr_expect_eq(merge_nr_late(m), 1);
		close(f.in);
		cr_expect_eq(next_waiting(m, &item), 0);
		cr_expect_null(merge_failure(m, 0));
		merge_close(m);
		close(f.out);
	}
}

/* Never silent, and its packets' time stands still: neither releases what is held. */
Test(merge, a_trickle_is_not_held_for_ever, .timeout = 30)
{
	const struct merge_window window = { .span_ns = 20 * NS_PER_MS };
	const uint64_t give_up_ns = clock_monotonic_ns() + 10 * NS_PER_SEC;
	const struct merged_item *item;
	struct errmsg err = { "" };
	struct capture c = { 0 };
	struct merge *m;
	struct feed f;
	int code;

	pcap_header(&c, 0xa1b2c3d4, 65535, LINKTYPE_ETHERNET);
	feed_open(&f, &c, c.len);
	cr_assert_eq(merge_open((const char *[]){ f.path }, 1, &window, &m, &err), 0);
	c.len = 0;
	pcap_record(&c, 1, 0, 10, 10, 0);
	while ((code = merge_next(m, &item, &err)) == -EAGAIN &&
	       clock_monotonic_ns() < give_up_ns) {
		cr_assert_eq(write(f.in, c.bytes, c.len), (ssize_t)c.len);
		merge_wait(m);
	}
	cr_expect_eq(code, 1, "held for ever");
	merge_close(m);
	close(f.in);
	close(f.out);
}

Test(merge, a_silent_pipe_does_not_hold_the_others, .timeout = 30)
{
	static const uint32_t ms[] = { 1000, 3000, 5000 };

	for (size_t w = 0; w < ARRAY_SIZE(windows); w++) {
		char path[] = "/tmp/ringtap-merge-XXXXXX";
		const struct merged_item *item;
		struct errmsg err = { "" };
		struct capture c = { 0 };
		struct feed f;
		struct merge *m;

		save_packets(path, ms, ARRAY_SIZE(ms));
		pcap_header(&c, 0xa1b2c3d4, 65535, LINKTYPE_ETHERNET);
		feed_open(&f, &c, c.len);
		cr_assert_eq(merge_open((const char *[]){ path, f.path }, 2, &windows[w], &m, &err),
			     0);
		for (size_t i = 0; i < ARRAY_SIZE(ms); i++)
			expect_next(m, ms[i]);
		cr_expect_eq(merge_next(m, &item, &err), -EAGAIN, "not the end: the pipe is open");
		c.len = 0;
		pcap_record(&c, 7, 0, 10, 10, 0);
		cr_assert_eq(write(f.in, c.bytes, c.len), (ssize_t)c.len);
		expect_next(m, 7000);
		close(f.in);
		cr_expect_eq(next_waiting(m, &item), 0);
		merge_close(m);
		close(f.out);
		unlink(path);
	}
}

Test(merge, a_summary_waits_for_its_extra_but_not_for_ever, .timeout = 30)
{
	const struct summary_file_header h = { .magic = SUMMARY_FILE_MAGIC,
					       .byte_order = SUMMARY_FILE_BYTE_ORDER,
					       .version = SUMMARY_FILE_VERSION,
					       .record_size = 64 };
	const struct merge_window hour = { .span_ns = 3600 * NS_PER_SEC };
	struct capture c = { .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	const struct summary s = { .ts_ns = 1000 * NS_PER_MS };
	const struct summary_extra x = { 0 };
	const struct merged_item *item;
	struct errmsg err = { "" };
	struct merge *m;
	struct feed f;
	size_t cut;

	capture_put(&c, &h, sizeof(h));
	put_record(&c, SPOOL_SUMMARY, &s, sizeof(s));
	cut = c.len;
	put_record(&c, SPOOL_EXTRA, &x, sizeof(x));
	feed_open(&f, &c, cut);
	cr_assert_eq(merge_open((const char *[]){ f.path }, 1, &hour, &m, &err), 0);
	cr_expect_eq(merge_next(m, &item, &err), -EAGAIN);
	cr_assert_eq(write(f.in, c.bytes + cut, c.len - cut), (ssize_t)(c.len - cut));
	cr_expect_eq(merge_next(m, &item, &err), -EAGAIN);
	close(f.in);
	cr_assert_eq(next_waiting(m, &item), 1);
	cr_expect_eq(item->item.frame.cap_len, sizeof(s) + sizeof(x));
	merge_close(m);
	close(f.out);
	/* The last one of a pipe that stays open. */
	feed_open(&f, &c, cut);
	cr_assert_eq(merge_open((const char *[]){ f.path }, 1, &window_200ms, &m, &err), 0);
	expect_next(m, 1000);
	merge_close(m);
	close(f.in);
	close(f.out);
}

/* A packet may be earlier than the one before its interface: it must not overtake it. */
Test(merge, interfaces_come_before_their_packets)
{
	static const uint32_t types[] = { PCAPNG_SHB, PCAPNG_IDB, PCAPNG_IDB,
					  PCAPNG_EPB, PCAPNG_EPB, PCAPNG_ISB };
	char path[] = "/tmp/ringtap-merge-XXXXXX";
	const struct merged_item *item;
	struct errmsg err = { "" };
	struct capture c = { .big_endian = true };
	struct merge *m;
	size_t nr = 0;
	int code;

	section_header(&c);
	interface_block(&c, LINKTYPE_ETHERNET, 0, 3);
	packet_block(&c, 0, 1100, 20, 20);
	interface_block(&c, LINKTYPE_ETHERNET, 0, 3);
	packet_block(&c, 1, 1000, 21, 21);
	block_begin(&c, PCAPNG_ISB);
	capture_u32(&c, 0);
	capture_u64(&c, 0);
	block_end(&c);
	save(path, &c);
	cr_assert_eq(merge_open((const char *[]){ path }, 1, &window_200ms, &m, &err), 0);
	merge_take_blocks(m);
	while ((code = merge_next(m, &item, &err)) > 0) {
		cr_assert_lt(nr, ARRAY_SIZE(types));
		cr_assert_eq(item->item.block.type, types[nr], "item %zu", nr);
		cr_assert_eq(load_be32(item->item.block.bytes), types[nr]);
		cr_assert_eq(item->item.is_block, types[nr] != PCAPNG_EPB);
		if (!item->item.is_block)
			cr_assert_eq(item->item.frame.data,
				     item->item.block.bytes + PCAPNG_EPB_HEADER);
		nr++;
		merge_give_back(m, item);
	}
	cr_assert_eq(code, 0, "%s", err.text);
	cr_assert_eq(nr, ARRAY_SIZE(types));
	cr_assert_eq(merge_nr_late(m), 0);
	merge_close(m);
	unlink(path);
}
