/* The index of a compressed pcapng file, and passing over what it says is too old. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#include "core/bytes.h"
#include "pcapio/compress.h"
#include "pcapio/frame_index.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/reader_seek.h"
#include "tests/unit/capture_bytes.h"

enum { PACKETS = 12, FRAMES_MAX = 8, FILE_MAX = 32 << 10 };

static void statistics_block(struct capture *c, uint32_t interface, uint64_t ticks)
{
	block_begin(c, PCAPNG_ISB);
	capture_u32(c, interface);
	capture_u32(c, (uint32_t)(ticks >> 32));
	capture_u32(c, (uint32_t)ticks);
	block_end(c);
}

/* Packet i is at 100 + i; `starts` gets where each begins, and the end. */
static void make_capture(struct capture *c, size_t *starts)
{
	section_header(c);
	interface_block(c, 1, 0, 9);
	for (uint32_t i = 0; i < PACKETS; i++) {
		starts[i] = c->len;
		packet_block(c, 0, 100 + i, 20 + i, 20 + i);
	}
	starts[PACKETS] = c->len;
}

static size_t index_bytes(const struct frame_index *x, size_t nr, struct frame_content *ret)
{
	const size_t len = frame_index_size(x, nr);
	uint8_t bytes[FRAME_INDEX_HEADER + FRAMES_MAX * FRAME_INDEX_ENTRY];

	cr_assert_leq(len, sizeof(bytes));
	if (!len)
		return 0;
	frame_index_put(x, bytes);
	cr_assert_eq(frame_index_parse(bytes, len, ret, nr), 0);
	cr_assert_eq(frame_index_parse(bytes, len - 1, ret, nr), -ESPIPE);
	bytes[len - 1] ^= 1;
	cr_assert_eq(frame_index_parse(bytes, len, ret, nr), -ESPIPE, "its sum is checked");
	bytes[len - 1] ^= 1;
	return len;
}

static bool is_start(const size_t *starts, size_t at)
{
	for (size_t i = 0; i <= PACKETS; i++)
		if (starts[i] == at)
			return true;
	return false;
}

/* Packets that begin before. */
static uint64_t begun(const size_t *starts, size_t at)
{
	uint64_t n = 0;

	while (n < PACKETS && starts[n] < at)
		n++;
	return n;
}

Test(frame_index, is_right_wherever_the_frames_end_or_not_there)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { .big_endian = big };
		struct frame_content f[2];
		size_t starts[PACKETS + 1], made = 0;
		struct frame_index *x;

		make_capture(&c, starts);
		cr_assert_eq(frame_index_new(&x), 0);
		for (size_t at = starts[0]; at < c.len; at++) {
			frame_index_reset(x);
			frame_index_add(x, c.bytes, at);
			frame_index_add(x, c.bytes + at, c.len - at);
			if (!index_bytes(x, 2, f)) {
				cr_assert(!is_start(starts, at));
				continue;
			}
			made++;
			cr_assert_eq(f[0].packets + f[1].packets, PACKETS);
			cr_assert_eq(f[0].flags, FRAME_HAS_OTHERS);
			cr_assert_eq(f[0].first_ns, f[0].packets ? 100 : 0);
			cr_assert_eq(f[0].last_ns, f[0].packets ? 99 + f[0].packets : 0);
			cr_assert_eq(f[1].first_ns, f[1].packets ? 100 + f[0].packets : 0);
			cr_assert_eq(f[1].last_ns, f[1].packets ? 100 + PACKETS - 1 : 0);
			cr_assert_eq(f[1].flags, 0);
			cr_assert(is_start(starts, at + f[1].begin));
		}
		cr_expect_gt(made, c.len / 4);
		cr_expect_eq(frame_index_size(x, 1), 0, "of another number of frames");
		frame_index_free(x);
	}
}

Test(frame_index, only_of_pcapng_and_forgets)
{
	struct capture pcap = { 0 }, c = { 0 };
	struct frame_content f[1];
	size_t starts[PACKETS + 1];
	struct frame_index *x;

	pcap_header(&pcap, 0xa1b2c3d4, 65535, 1);
	make_capture(&c, starts);
	cr_assert_eq(frame_index_new(&x), 0);
	frame_index_add(x, pcap.bytes, pcap.len);
	frame_index_add(x, c.bytes, c.len);
	cr_expect_eq(frame_index_size(x, 1) + frame_index_size(x, 2), 0);
	frame_index_reset(x);
	frame_index_add(x, c.bytes, c.len);
	cr_assert(index_bytes(x, 1, f));
	cr_expect_eq(f[0].packets, PACKETS);
	frame_index_reset(x);
	cr_expect_eq(frame_index_size(x, 0), 0);
	frame_index_free(x);
}

Test(frame_index, tells_statistics_fillers_and_all_others_apart)
{
	struct capture c = { 0 };
	struct frame_content f[4];
	size_t ends[5] = { 0 }, nr = 0;
	struct frame_index *x;

	section_header(&c);
	interface_block(&c, 1, 0, 6);
	ends[++nr] = c.len;
	statistics_block(&c, 0, 7);
	packet_block(&c, 0, 5, 20, 20);
	ends[++nr] = c.len;
	block_begin(&c, PCAPNG_FILLER);
	block_end(&c);
	ends[++nr] = c.len;
	packet_block(&c, 1, 5, 20, 20); /* of an interface that is not there */
	ends[++nr] = c.len;
	cr_assert_eq(frame_index_new(&x), 0);
	for (size_t i = 0; i < nr; i++)
		frame_index_add(x, c.bytes + ends[i], ends[i + 1] - ends[i]);
	cr_assert(index_bytes(x, nr, f));
	cr_expect_eq(f[0].flags, FRAME_HAS_OTHERS);
	cr_expect_eq(f[1].flags, 0);
	cr_expect_eq(f[1].statistics, 1);
	cr_expect_eq(f[1].packets, 1);
	cr_expect_eq(f[1].first_ns, 5000);
	cr_expect_eq(f[1].last_ns, 7000);
	cr_expect_eq(f[2].flags, 0);
	cr_expect_eq(f[2].last_ns, 0);
	cr_expect_eq(f[3].flags, FRAME_HAS_OTHERS);
	frame_index_free(x);
}

/* ---- a file ---- */

/* The capture in frames that end at these offsets, with table and index; the reader of it. */
static struct reader *open_frames(const struct capture *c, const size_t *ends, size_t nr)
{
	static uint8_t file[FILE_MAX];
	char path[] = "/tmp/ringtap-test-XXXXXX";
	const int fd = mkstemp(path);
	struct seek_table *table;
	size_t len = 0, from = 0, table_len;
	const uint8_t *bytes;
	struct errmsg err;
	struct reader *r;

	cr_assert_eq(seek_table_new(&table), 0);
	for (size_t i = 0; i < nr; from = ends[i++]) {
		const size_t n = ZSTD_compress(file + len, sizeof(file) - len, c->bytes + from,
					       ends[i] - from, 1);

		cr_assert(!ZSTD_isError(n));
		seek_table_note(table, c->bytes + from, (uint32_t)(ends[i] - from));
		seek_table_add(table, (uint32_t)n, (uint32_t)(ends[i] - from));
		len += n;
	}
	bytes = seek_table_bytes(table, &table_len);
	cr_assert_eq(write(fd, file, len), (ssize_t)len);
	cr_assert_eq(write(fd, bytes, table_len), (ssize_t)table_len);
	seek_table_free(table);
	close(fd);
	cr_assert_eq(reader_open(path, &r, &err), 0, "%s", err.text);
	unlink(path);
	return r;
}

/* Reads to the end as `cut --from` does: the packets, those that were passed over included. */
static uint64_t read_from(struct reader *r, uint64_t from, uint64_t *ret_late, uint64_t *ret_passed)
{
	struct reader_passed passed;
	struct frame_view f = { 0 };
	struct errmsg err;
	uint64_t seen = 0;
	bool early = false, may_pass = true;
	int code;

	*ret_late = *ret_passed = 0;
	while ((code = reader_next_any(r, &f, &err)) > 0) {
		if (code == READER_FRAME) {
			early = f.ts_ns < from;
			*ret_late += !early;
			seen++;
		}
		if (!early || !may_pass)
			continue;
		code = reader_seek_time(r, from, &passed, &err);
		may_pass = code == 0;
		cr_assert(code == 0 || code == -ESPIPE);
		seen += passed.packets;
		*ret_passed += passed.packets;
	}
	cr_assert_eq(code, 0, "%s", err.text);
	return seen;
}

Test(reader_seek, misses_nothing_wherever_frames_end)
{
	struct capture c = { 0 };
	size_t starts[PACKETS + 1];
	uint64_t most = 0, behind_rests = 0;

	make_capture(&c, starts);
	/* Also in the middle of packets: the index says where the first one begins. */
	for (size_t a = starts[1]; a < starts[6]; a += 4) {
		const size_t ends[] = { a, starts[7] + 24, starts[9], c.len };

		for (uint64_t from = 100; from <= 100 + PACKETS; from++) {
			struct reader *r = open_frames(&c, ends, ARRAY_SIZE(ends));
			uint64_t late, passed;

			cr_assert_eq(read_from(r, from, &late, &passed), PACKETS);
			cr_assert_eq(late, 100 + PACKETS - from);
			cr_assert_leq(passed, from - 100);
			most = MAX_OF(most, passed);
			behind_rests += passed && !is_start(starts, a);
			if (passed && from == 100 + PACKETS)
				cr_assert_eq(passed, PACKETS - begun(starts, a));
			if (from == 108 &&
			    (passed || is_start(starts, a))) /* the third has the rest of 7 */
				cr_assert_eq(passed, 8 - begun(starts, a));
			reader_close(r);
		}
	}
	cr_expect_eq(most, PACKETS - 1, "all but the first frame");
	cr_expect_gt(behind_rests, 0, "a frame that begins with the rest of a packet");
}

Test(reader_seek, reads_frames_with_others_and_goes_on_behind_them)
{
	struct capture c = { 0 };
	size_t ends[6], nr = 0;
	struct reader *r;
	uint64_t late, passed;

	section_header(&c);
	interface_block(&c, 1, 0, 9);
	for (uint32_t i = 0; i < 6; i++) {
		packet_block(&c, i / 3, 10 + i, 20, 20);
		packet_block(&c, 0, 10 + i, 20, 20);
		if (i == 2)
			interface_block(&c, 1, 0, 9);
		ends[nr++] = c.len;
	}
	r = open_frames(&c, ends, nr);
	cr_assert_eq(read_from(r, 15, &late, &passed), 12);
	cr_expect_eq(late, 2);
	cr_expect_eq(passed, 6, "frames 1, 3 and 4; 0 and 2 describe interfaces");
	cr_expect_eq(reader_nr_interfaces(r), 2);
	reader_close(r);
	r = open_frames(&c, ends, nr);
	cr_assert_eq(read_from(r, 1000, &late, &passed), 12);
	cr_expect_eq(passed, 8, "to the end");
	reader_close(r);
}

Test(reader_seek, not_where_there_is_no_index)
{
	struct reader_passed passed;
	struct capture c = { 0 };
	size_t starts[PACKETS + 1];
	struct frame_view f;
	struct errmsg err;
	struct reader *r;

	make_capture(&c, starts);
	cr_assert_eq(reader_open_memory(c.bytes, c.len, &r, &err), 0);
	cr_assert_eq(reader_next(r, &f, &err), 1);
	cr_expect_eq(reader_seek_time(r, 1000, &passed, &err), -ESPIPE);
	cr_expect_eq(passed.packets, 0);
	for (int i = 1; i < PACKETS; i++)
		cr_assert_eq(reader_next(r, &f, &err), 1);
	cr_expect_eq(reader_next(r, &f, &err), 0);
	reader_close(r);
}
