/* pcapng files built here: options, sections, fillers, lies; and other ways in. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/reader.h"
#include "pcapio/summary_file.h"
#include "tests/unit/capture_bytes.h"
#include "tests/unit/reader_drive.h"

Test(reader, time_stamp_resolutions)
{
	static const struct {
		uint8_t tsresol;
		uint64_t ticks, ns;
	} cases[] = {
		{ 0xff, 1500000, 1500000000 }, /* no option: microseconds */
		{ 0, 7, 7000000000 },
		{ 3, 1234, 1234000000 },
		{ 6, 1234567, 1234567000 },
		{ 9, 1234567891, 1234567891 },
		{ 12, 1234567891234, 1234567891 },
		{ 19, 12345678912345678912ull, 1234567891 },
		{ 0x7f, UINT64_MAX, 0 },
		{ 0x80, 3, 3000000000 },
		{ 0x80 | 1, 3, 1500000000 },
		{ 0x80 | 30, 1 << 29, 500000000 },
		{ 0x80 | 63, 1ull << 63, 1000000000 },
		{ 0x80 | 64, 1ull << 63, 500000000 },
		{ 0xfe, UINT64_MAX, 0 },       /* 2^-126 */
		{ 0, UINT64_MAX, UINT64_MAX }, /* later than 64 bits of nanoseconds reach */
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct capture c = { .big_endian = i & 1 };
		struct outcome o;

		section_header(&c);
		interface_block(&c, LINKTYPE_ETHERNET, 0, cases[i].tsresol);
		packet_block(&c, 0, cases[i].ticks, 14, 14);
		o = read_capture(&c);
		cr_assert_eq(o.nr, 1, "%s", o.text);
		cr_expect_eq(o.frames[0].ts_ns, cases[i].ns, "case %zu: %lu", i, o.frames[0].ts_ns);
	}
}

Test(reader, time_stamp_offset)
{
	static const struct {
		int64_t offset;
		uint64_t ns;
	} cases[] = { { 10, 11000000000ull },
		      { -1, 0 },
		      { -5, 0 }, /* before 1970 */
		      { INT64_MAX, UINT64_MAX },
		      { INT64_MIN, 0 } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct capture c = { .big_endian = i & 1 };
		struct outcome o;

		section_header(&c);
		block_begin(&c, PCAPNG_IDB);
		capture_u16(&c, LINKTYPE_ETHERNET);
		capture_u16(&c, 0);
		capture_u32(&c, 0);
		option_u64(&c, PCAPNG_IF_TSOFFSET, (uint64_t)cases[i].offset);
		block_end(&c);
		packet_block(&c, 0, 1000000, 14, 14);
		o = read_capture(&c);
		cr_assert_eq(o.nr, 1, "%s", o.text);
		cr_expect_eq(o.frames[0].ts_ns, cases[i].ns, "case %zu", i);
	}
}

Test(reader, packet_options)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { .big_endian = big };
		uint8_t hash[5] = { PCAPNG_HASH_TOEPLITZ };
		struct errmsg err;
		struct frame_view f;
		struct reader *r;

		if (big)
			store_be32(hash + 1, 0x01020304);
		else
			store_le32(hash + 1, 0x01020304);
		section_header(&c);
		interface_block(&c, LINKTYPE_ETHERNET, 0, 9);
		packet_begin(&c, 0, 1, 61, 61);
		/* out, promiscuous, FCS of 4, all three checksum bits */
		option_u32(&c, PCAPNG_EPB_FLAGS, 2 | 4 << 2 | 4 << 5 | 1 << 9 | 1 << 10 | 1 << 11);
		option_put(&c, PCAPNG_OPT_COMMENT, "hi", 2);
		option_put(&c, PCAPNG_EPB_HASH, hash, sizeof(hash));
		option_u64(&c, PCAPNG_EPB_DROPCOUNT, 7);
		option_u32(&c, PCAPNG_EPB_QUEUE, 3);
		option_put(&c, 0x8001, "local", 5);
		option_end(&c);
		capture_zero(&c, 52); /* what lies behind the end is filler */
		block_end(&c);
		cr_assert_eq(reader_open_memory(c.bytes, c.len, &r, &err), 0, "%s", err.text);
		cr_assert_eq(reader_next(r, &f, &err), 1, "%s", err.text);
		cr_expect_eq(f.direction, FRAME_DIR_OUT);
		cr_expect_eq(f.reception, FRAME_RX_PROMISCUOUS);
		cr_expect_eq(f.flags, FRAME_CSUM_NOT_READY | FRAME_CSUM_VALID | FRAME_GSO_TCP |
					      FRAME_HAS_HASH | FRAME_HAS_QUEUE);
		cr_expect_eq(f.hash, 0x01020304);
		cr_expect_eq(f.queue, 3);
		cr_expect_eq(reader_interface(r, 0)->dropcount, 7);
		cr_expect_eq(reader_interface(r, 0)->packets, 1);
		cr_expect_eq(reader_next(r, &f, &err), 0);
		reader_close(r);
	}
}

Test(reader, interface_options_and_statistics)
{
	static const uint8_t filter[] = "\0tcp port 80";
	struct capture c = { .big_endian = true };
	const struct reader_interface *iface;
	struct errmsg err;
	struct frame_view f;
	struct reader *r;

	section_header(&c);
	block_begin(&c, PCAPNG_IDB);
	capture_u16(&c, LINKTYPE_RAW);
	capture_u16(&c, 0);
	capture_u32(&c, 65535);
	option_put(&c, PCAPNG_IF_NAME, "eth0", 4);
	option_put(&c, PCAPNG_IF_DESCRIPTION, "uplink", 6);
	option_put(&c, PCAPNG_IF_FILTER, filter, sizeof(filter) - 1);
	option_u64(&c, PCAPNG_IF_SPEED, 10000000000ull);
	option_end(&c);
	block_end(&c);
	for (uint64_t i = 1; i <= 2; i++) {
		block_begin(&c, PCAPNG_ISB);
		capture_u32(&c, 0);
		capture_u64(&c, 0);
		option_u64(&c, PCAPNG_ISB_IFRECV, 100 * i);
		option_u64(&c, PCAPNG_ISB_OSDROP, i);
		block_end(&c);
	}
	block_begin(&c, PCAPNG_ISB); /* of an interface that nobody described */
	capture_u32(&c, 9);
	capture_u64(&c, 0);
	block_end(&c);
	cr_assert_eq(reader_open_memory(c.bytes, c.len, &r, &err), 0, "%s", err.text);
	cr_assert_eq(reader_next(r, &f, &err), 0, "%s", err.text);
	iface = reader_interface(r, 0);
	cr_assert_not_null(iface);
	cr_expect_str_eq(iface->name, "eth0");
	cr_expect_str_eq(iface->description, "uplink");
	cr_expect_str_eq(iface->filter, "tcp port 80");
	cr_expect_null(iface->os);
	cr_expect_eq(iface->speed, 10000000000ull);
	cr_expect_eq(iface->snaplen, 65535);
	cr_expect_eq(iface->statistics.nr_blocks, 2);
	cr_expect_eq(iface->statistics.present, 1 << READER_RECEIVED | 1 << READER_OS_DROPPED);
	cr_expect_eq(iface->statistics.value[READER_RECEIVED], 200);
	cr_expect_eq(iface->statistics.value[READER_OS_DROPPED], 2);
	reader_close(r);
}

Test(reader, other_packet_blocks)
{
	struct capture c = { 0 };
	struct outcome o;

	section_header(&c);
	interface_block(&c, LINKTYPE_ETHERNET, 20, 9);
	interface_block(&c, LINKTYPE_RAW, 0, 9);
	block_begin(&c, PCAPNG_SPB);
	capture_u32(&c, 1000); /* cut by the snaplen of interface 0 */
	capture_put(&c, "ABCDEFGHIJKLMNOPQRST", 20);
	block_end(&c);
	block_begin(&c, PCAPNG_PB);
	capture_u16(&c, 1);
	capture_u16(&c, 0xffff);
	capture_u32(&c, 0);
	capture_u32(&c, 77);
	capture_u32(&c, 3);
	capture_u32(&c, 4);
	capture_put(&c, "xyz\0", 4);
	option_u32(&c, PCAPNG_EPB_FLAGS, 1);
	option_put(&c, PCAPNG_EPB_QUEUE, "?", 1); /* means nothing in an obsolete block */
	block_end(&c);
	o = read_capture(&c);
	cr_assert_eq(o.code, 0, "%s", o.text);
	cr_assert_eq(o.nr, 2);
	cr_expect_eq(o.frames[0].cap_len, 20);
	cr_expect_eq(o.frames[0].wire_len, 1000);
	cr_expect_eq(o.frames[0].ts_ns, SPB_NO_TIME);
	cr_expect_eq(o.frames[1].cap_len, 3);
	cr_expect_eq(o.frames[1].wire_len, 4);
	cr_expect_eq(o.frames[1].ts_ns, 77);
	cr_expect_eq(o.frames[1].linktype, LINKTYPE_RAW);
	cr_expect_eq(o.frames[1].ifindex, 1);
	cr_expect_eq(o.frames[1].direction, FRAME_DIR_IN);
	cr_expect_eq(o.first_byte[1], 'x');
}

Test(reader, sections_of_both_byte_orders)
{
	struct capture c = { 0 };
	struct outcome o;

	for (int i = 0; i < 3; i++) {
		c.big_endian = i & 1;
		section_header(&c);
		interface_block(&c, LINKTYPE_ETHERNET, 0, 9);
		packet_block(&c, 0, (uint64_t)i, 60, 60);
	}
	o = read_capture(&c);
	cr_assert_eq(o.code, 0, "%s", o.text);
	cr_assert_eq(o.nr, 3);
	for (uint32_t i = 0; i < 3; i++) {
		cr_expect_eq(o.frames[i].ifindex, i, "ids count on over the sections");
		cr_expect_eq(o.frames[i].ts_ns, i);
	}
	/* A section begins without interfaces. */
	section_header(&c);
	packet_block(&c, 0, 3, 60, 60);
	expect_refused(&c, 3, -EBADMSG, "interface 0");
}

Test(reader, fillers_are_passed_over)
{
	static const uint32_t types[] = {
		PCAPNG_LOCAL_USE | 1, 0xffffffff, PCAPNG_NRB, 0x0bad,
		0x40000bad,           9,          0x0a,       0x77777777
	};
	struct capture c = { 0 };
	struct outcome o;

	section_header(&c);
	interface_block(&c, LINKTYPE_ETHERNET, 0, 9);
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		block_begin(&c, types[i]);
		capture_zero(&c, 4 * i);
		block_end(&c);
		packet_block(&c, 0, i, 60, 60);
	}
	o = read_capture(&c);
	cr_expect_eq(o.code, 0, "%s", o.text);
	cr_expect_eq(o.nr, ARRAY_SIZE(types));
}

Test(reader, zero_tail)
{
	struct capture c = { 0 };

	pcapng_of_three(&c);
	capture_zero(&c, 4096);
	expect_refused(&c, 3, -ENODATA, "ends in 4 KiB of zeros from offset");
	capture_zero(&c, 3 << 10);
	expect_refused(&c, 3, -ENODATA, "ends in 7 KiB of zeros from offset");
	packet_block(&c, 0, 4, 60, 60);
	expect_refused(&c, 3, -ENODATA, "7 KiB of zeros from");
	expect_refused(&c, 3, -ENODATA, "more behind them");
}

/* A stream that was cut between two writes: zeros from the middle of a block on. */
Test(reader, zero_tail_inside_a_block)
{
	for (size_t left = 4; left < 88; left += 4) {
		struct capture c = { 0 };
		size_t end;

		pcapng_of_three(&c);
		end = c.len;
		packet_block(&c, 0, 4, 60, 60);
		memset(c.bytes + end + left, 0, c.len - end - left);
		expect_refused(&c, 3, -ENODATA, "ends in ");
		capture_zero(&c, 4096);
		expect_refused(&c, 3, -ENODATA, "ends in 4 KiB of zeros from offset");
		packet_block(&c, 0, 5, 60, 60);
		expect_refused(&c, 3, -EBADMSG,
			       left < 8 ? "0 bytes is not possible" : "at its end");
	}
}

/* One block after a good packet, its bytes by the caller. */
static void expect_block_refused(uint32_t type, uint32_t head, uint32_t tail, const uint32_t *words,
				 size_t nr, const char *reason)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { .big_endian = big };

		section_header(&c);
		interface_block(&c, LINKTYPE_ETHERNET, 0, 9);
		packet_block(&c, 0, 1, 60, 60);
		capture_u32(&c, type);
		capture_u32(&c, head);
		for (size_t i = 0; i < nr; i++)
			capture_u32(&c, words[i]);
		capture_u32(&c, tail);
		expect_refused(&c, 1, -EBADMSG, reason);
	}
}

Test(reader, hostile_lengths)
{
	const uint32_t zeros[16] = { 0 };
	const uint32_t no_interface[] = { 5, 0, 0, 0, 0 };
	const uint32_t too_long[] = { 0, 0, 0, 1, 1 };
	const uint32_t wraps[] = { 0, 0, 0, 0xffffffff, 0xffffffff };
	const uint32_t simple[] = { 5, 0 };

	expect_block_refused(PCAPNG_EPB, 8, 8, zeros, 0, "8 bytes");
	expect_block_refused(PCAPNG_EPB, 30, 30, zeros, 5, "30 bytes");
	expect_block_refused(PCAPNG_EPB, 28, 28, zeros, 4, "28 bytes");
	expect_block_refused(PCAPNG_EPB, 0xfffffffc, 0, zeros, 5, "at most");
	expect_block_refused(PCAPNG_EPB, READER_BLOCK_MAX + 4, 0, zeros, 5, "at most");
	expect_block_refused(PCAPNG_EPB, 32, 36, zeros, 5, "at its end");
	expect_block_refused(PCAPNG_EPB, 32, 32, no_interface, 5, "interface 5");
	expect_block_refused(PCAPNG_EPB, 32, 32, too_long, 5, "claims 1");
	expect_block_refused(PCAPNG_EPB, 32, 32, wraps, 5, "claims 4294967295");
	expect_block_refused(PCAPNG_IDB, 16, 16, zeros, 1, "16 bytes");
	expect_block_refused(PCAPNG_ISB, 20, 20, zeros, 2, "20 bytes");
	expect_block_refused(PCAPNG_SPB, 12, 12, zeros, 0, "12 bytes");
	expect_block_refused(PCAPNG_SPB, 20, 20, simple, 2, "simple packet of 5");
	expect_block_refused(PCAPNG_SHB, 32, 32, zeros, 5, "magic");
	expect_block_refused(0, 4, 4, zeros, 0, "4 bytes");
}

Test(reader, hostile_options)
{
	static const struct {
		uint16_t code, len;
		const char *reason;
	} cases[] = {
		{ PCAPNG_OPT_COMMENT, 0xffff, "claims 65535" },
		{ PCAPNG_OPT_COMMENT, 9, "claims 9" },
		{ PCAPNG_EPB_FLAGS, 3, "3 bytes instead of 4" },
		{ PCAPNG_EPB_QUEUE, 8, "8 bytes instead of 4" },
		{ PCAPNG_EPB_DROPCOUNT, 4, "4 bytes instead of 8" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct capture c = { .big_endian = i & 1 };

		section_header(&c);
		interface_block(&c, LINKTYPE_ETHERNET, 0, 9);
		packet_begin(&c, 0, 1, 60, 60);
		capture_u16(&c, cases[i].code);
		capture_u16(&c, cases[i].len);
		capture_zero(&c, 8);
		block_end(&c);
		expect_refused(&c, 0, -EBADMSG, cases[i].reason);
	}
}

Test(reader, a_packet_longer_than_any)
{
	const size_t len = 4096 + SNAPLEN_MAX + 4;
	uint8_t *big = calloc(1, len + 64);
	struct capture c = { 0 };
	struct outcome o;

	section_header(&c);
	interface_block(&c, LINKTYPE_ETHERNET, 0, 9);
	memcpy(big, c.bytes, c.len);
	store_le32(big + c.len, PCAPNG_EPB);
	store_le32(big + c.len + 4, SNAPLEN_MAX + 4 + 32);
	store_le32(big + c.len + 20, SNAPLEN_MAX + 1);
	store_le32(big + c.len + SNAPLEN_MAX + 4 + 32 - 4, SNAPLEN_MAX + 4 + 32);
	o = read_bytes(big, c.len + SNAPLEN_MAX + 4 + 32);
	cr_expect_eq(o.code, -EBADMSG);
	cr_expect(strstr(o.text, "262145"), "%s", o.text);
	store_le32(big + c.len + 20, SNAPLEN_MAX);
	o = read_bytes(big, c.len + SNAPLEN_MAX + 4 + 32);
	cr_expect_eq(o.nr, 1, "%s", o.text);
	free(big);
}

Test(reader, foreign_files)
{
	static const struct {
		const char *bytes, *word;
		size_t len;
		int code;
	} cases[] = {
		{ "", "empty", 0, -ENODATA },
		{ "x", "neither", 1, -EOPNOTSUPP },
		{ "hello, world", "neither", 12, -EOPNOTSUPP },
		{ "BZh91AY", "bzcat", 7, -EOPNOTSUPP },
		{ "snoop\0\0\0", "editcap", 8, -EOPNOTSUPP },
		{ SUMMARY_FILE_MAGIC, "summaries", 8, -EOPNOTSUPP },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct errmsg err;
		struct reader *r = NULL;

		cr_expect_eq(reader_open_memory(cases[i].bytes, cases[i].len, &r, &err),
			     cases[i].code);
		cr_expect(strstr(err.text, cases[i].word), "%s", err.text);
		cr_expect_null(r);
	}
}

/* A pipe hands out what it likes, a byte at a time if need be. */
Test(reader, from_a_pipe)
{
	struct capture c = { .big_endian = true };
	struct errmsg err = { "" };
	struct outcome o;
	struct reader *r;
	int fds[2], status;
	pid_t pid;

	pcapng_of_three(&c);
	cr_assert_eq(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		for (size_t i = 0; i < c.len; i++)
			if (write(fds[1], c.bytes + i, 1) != 1)
				_exit(1);
		_exit(0);
	}
	close(fds[1]);
	cr_assert_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	cr_assert_eq(reader_open("-", &r, &err), 0, "%s", err.text);
	cr_expect_str_eq(reader_name(r), "standard input");
	o = drain(r);
	cr_expect_eq(o.code, 0, "%s", o.text);
	cr_expect_eq(o.nr, 3);
	cr_expect_eq(o.frames[2].ts_ns, 1000000000003ull);
	cr_expect_eq(o.frames[2].direction, FRAME_DIR_IN);
	reader_close(r);
	waitpid(pid, &status, 0);
}

Test(reader, from_a_file_larger_than_its_buffer)
{
	char path[] = "/tmp/ringtap-test-XXXXXX";
	const uint32_t nr = 1000;
	struct capture c = { 0 };
	struct errmsg err = { "" };
	struct frame_view f;
	struct reader *r;
	unsigned long long size;
	char offset[48];
	uint32_t seen = 0;
	const int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");

	cr_assert_not_null(file);
	pcap_header(&c, 0xa1b23c4d, 262144, LINKTYPE_ETHERNET);
	fwrite(c.bytes, 1, c.len, file);
	for (uint32_t i = 0; i < nr; i++) {
		c.len = 0;
		pcap_record(&c, i, i, 1000 + i, 2000 + i, (uint8_t)i);
		fwrite(c.bytes, 1, c.len, file);
	}
	fclose(file);
	cr_assert_eq(reader_open(path, &r, &err), 0, "%s", err.text);
	while (reader_next(r, &f, &err) == 1) {
		cr_assert_eq(f.cap_len, 1000 + seen);
		cr_assert_eq(f.ts_ns, seen * 1000000001ull);
		cr_assert_eq(f.data[999], (uint8_t)(seen + 999));
		seen++;
	}
	cr_expect_eq(seen, nr);
	reader_close(r);
	/* The last record lacks a byte: the offset counts from the file's start, not the buffer's.
	 */
	size = 24 + nr * 16ull + nr * 1000ull + nr * (nr - 1ull) / 2;
	cr_assert_eq(truncate(path, (off_t)size - 1), 0);
	cr_assert_eq(reader_open(path, &r, &err), 0, "%s", err.text);
	while (reader_next(r, &f, &err) == 1)
		seen--;
	cr_expect_eq(seen, 1);
	snprintf(offset, sizeof(offset), "offset %llu:", size - 16 - (1000ull + nr - 1));
	cr_expect(strstr(err.text, offset), "%s, not %s", err.text, offset);
	reader_close(r);
	cr_expect_eq(reader_open("/tmp", &r, &err), -EISDIR);
	unlink(path);
	cr_expect_eq(reader_open(path, &r, &err), -ENOENT);
	cr_expect(strstr(err.text, path), "%s", err.text);
}
