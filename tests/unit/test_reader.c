/* Capture files built here, right and wrong: what the reader delivers and how it refuses. */
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

Test(reader, pcap_byte_orders_and_resolutions)
{
	static const struct {
		uint32_t magic, tick_ns;
		const char *name;
	} cases[] = { { 0xa1b2c3d4, 1000, "pcap" }, { 0xa1b23c4d, 1, "pcap (ns)" } };

	for (int i = 0; i < 4; i++) {
		struct capture c = { .big_endian = i & 1 };
		const uint32_t tick = cases[i / 2].tick_ns;
		struct outcome o;

		pcap_of_three(&c, cases[i / 2].magic);
		o = read_capture(&c);
		cr_expect_eq(o.code, 0, "%s", o.text);
		cr_assert_eq(o.nr, 3);
		cr_expect_eq(o.frames[0].ts_ns, 1000000000000ull + tick);
		cr_expect_eq(o.frames[1].ts_ns, 1000000000000ull + 999999ull * tick);
		cr_expect_eq(o.frames[2].ts_ns, 4000000000000000000ull);
		cr_expect_eq(o.frames[1].cap_len, 14);
		cr_expect_eq(o.frames[1].wire_len, 1500);
		cr_expect_eq(o.frames[0].linktype, LINKTYPE_ETHERNET);
		cr_expect_eq(o.first_byte[0], 10);
		cr_expect_eq(o.first_byte[1], 20);
	}
}

Test(reader, pcap_modified_header)
{
	struct capture c = { 0 };
	struct outcome o;

	pcap_header(&c, 0xa1b2cd34, 65535, LINKTYPE_ETHERNET);
	capture_u32(&c, 5);
	capture_u32(&c, 6);
	capture_u32(&c, 4);
	capture_u32(&c, 4);
	capture_u32(&c, 2); /* ifindex */
	capture_u16(&c, 0x0800);
	capture_put(&c, "\x04\0", 2); /* PACKET_OUTGOING */
	capture_put(&c, "abcd", 4);
	o = read_capture(&c);
	cr_assert_eq(o.code, 0, "%s", o.text);
	cr_assert_eq(o.nr, 1);
	cr_expect_eq(o.first_byte[0], 'a');
	cr_expect_eq(o.frames[0].direction, FRAME_DIR_OUT);
}

/* netsniff-ng -T 0xa1e2cb12: nanoseconds, the packet type one byte on; outgoing, then broadcast. */
Test(reader, pcap_of_netsniff_ng)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { .big_endian = big };
		struct outcome o;

		pcap_header(&c, 0xa1e2cb12, 65535, LINKTYPE_ETHERNET);
		for (uint8_t type = 4; type; type = type == 4 ? 1 : 0) {
			capture_u32(&c, 7);
			capture_u32(&c, 999999999);
			capture_u32(&c, 4);
			capture_u32(&c, 90);
			capture_u16(&c, 1); /* the time is software's */
			capture_u16(&c, 3); /* interface */
			capture_u16(&c, 0x0800);
			capture_put(&c, (uint8_t[]){ 1, type }, 2);
			capture_put(&c, type == 4 ? "abcd" : "efgh", 4);
		}
		o = read_capture(&c);
		cr_assert_eq(o.code, 0, "%s", o.text);
		cr_assert_eq(o.nr, 2);
		cr_expect_eq(o.first_byte[1], 'e');
		cr_expect_eq(o.frames[0].ts_ns, 7999999999ull);
		cr_expect_eq(o.frames[0].wire_len, 90);
		cr_expect_eq(o.frames[0].direction, FRAME_DIR_OUT);
		cr_expect_eq(o.frames[1].reception, FRAME_RX_BROADCAST);
		cr_expect_eq(o.frames[1].linktype, LINKTYPE_ETHERNET);
	}
}

/* Its cooked captures lack the cooked header: what it held is in the record's. */
Test(reader, pcap_of_netsniff_ng_cooked)
{
	static const uint8_t expected[] = {
		0, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 'a', 'b'
	};

	for (int big = 0; big < 2; big++) {
		struct capture c = { .big_endian = big };
		struct errmsg err;
		struct frame_view f;
		struct reader *r;

		pcap_header(&c, 0xa1e2cb12, 65535, LINKTYPE_LINUX_SLL);
		capture_zero(&c, 8);
		capture_u32(&c, 2);
		capture_u32(&c, UINT32_MAX);
		capture_zero(&c, 4);
		/* The kernel's sll_protocol, as a number of the machine that wrote it. */
		capture_put(&c, big ? "\6\10" : "\10\6", 2);
		capture_put(&c, (uint8_t[]){ 1, 4 }, 2);
		capture_put(&c, "ab", 2);
		cr_assert_eq(reader_open_memory(c.bytes, c.len, &r, &err), 0);
		cr_assert_eq(reader_next(r, &f, &err), 1, "%s", err.text);
		cr_expect_eq(f.cap_len, sizeof(expected));
		cr_expect_eq(f.wire_len, UINT32_MAX);
		cr_expect_eq(memcmp(f.data, expected, sizeof(expected)), 0);
		cr_expect_eq(reader_next(r, &f, &err), 0);
		reader_close(r);
		/* With the header a packet must not become longer than others may be. */
		c.len = 32;
		capture_u32(&c, SNAPLEN_MAX - 15);
		capture_zero(&c, 12);
		expect_refused(&c, 0, -EBADMSG, "claims 262129");
	}
}

/* Kuznetzov's type: some writers put the cooked header there, netsniff-ng does not. */
Test(reader, pcap_modified_cooked)
{
	static const uint8_t with[] = { 0, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 'a', 'b' };

	for (int cooked = 0; cooked < 2; cooked++) {
		struct capture c = { 0 };
		struct errmsg err;
		struct frame_view f;
		struct reader *r;

		pcap_header(&c, 0xa1b2cd34, 65535, LINKTYPE_LINUX_SLL);
		capture_zero(&c, 8);
		capture_u32(&c, cooked ? sizeof(with) : 2);
		capture_u32(&c, cooked ? sizeof(with) : 2);
		capture_u32(&c, 1);
		capture_put(&c, "\10\6\4", 4);
		capture_put(&c, cooked ? with : with + 16, cooked ? sizeof(with) : 2);
		cr_assert_eq(reader_open_memory(c.bytes, c.len, &r, &err), 0);
		cr_assert_eq(reader_next(r, &f, &err), 1, "%s", err.text);
		cr_expect_eq(f.cap_len, sizeof(with));
		cr_expect_eq(f.data[1], 4);
		cr_expect_eq(memcmp(f.data + 14, with + 14, 4), 0);
		cr_expect_eq(reader_next(r, &f, &err), 0);
		reader_close(r);
	}
}

/* netsniff-ng -w -T 0xd4c3b2a1: only the magic and the records are in the other byte order. */
Test(reader, pcap_with_a_header_of_two_byte_orders)
{
	struct capture c = { .big_endian = true };
	struct outcome o;

	pcap_of_three(&c, 0xa1b2c3d4);
	c.len = 4;
	c.big_endian = false;
	capture_u16(&c, 2);
	capture_u16(&c, 4);
	capture_zero(&c, 8);
	capture_u32(&c, 65535);
	capture_u32(&c, LINKTYPE_LINUX_SLL);
	c.len = 24 + 76 + 30 + 16;
	o = read_capture(&c);
	cr_assert_eq(o.code, 0, "%s", o.text);
	cr_assert_eq(o.nr, 3);
	cr_expect_eq(o.frames[1].linktype, LINKTYPE_LINUX_SLL);
	cr_expect_eq(o.frames[1].wire_len, 1500);
}

/* What was never written reads as zeros: a page in the middle, or the tail. */
Test(reader, pcap_zeros)
{
	struct capture c = { 0 };
	struct outcome o;

	pcap_of_three(&c, 0xa1b2c3d4);
	pcap_record(&c, 0, 0, 0, 0, 0); /* one may be a packet */
	pcap_record(&c, 0, 0, 0, 9, 0);
	pcap_record(&c, 0, 1, 0, 0, 0);
	o = read_capture(&c);
	cr_assert_eq(o.code, 0, "%s", o.text);
	cr_expect_eq(o.nr, 6);
	capture_zero(&c, 16);
	o = read_capture(&c);
	cr_expect_eq(o.nr, 7);
	cr_expect_eq(o.code, 0);
	capture_zero(&c, 4096 - 16);
	expect_refused(&c, 6, -ENODATA, "ends in 4 KiB of zeros from offset 194");
	pcap_record(&c, 1, 0, 60, 60, 0);
	expect_refused(&c, 6, -ENODATA, "more behind them");
}

/* A fraction of more than a second is no fraction; nothing overflows. */
Test(reader, pcap_hostile_fractions)
{
	struct capture c = { 0 }, ns = { 0 };
	struct outcome o;

	pcap_header(&c, 0xa1b2c3d4, 65535, 1);
	pcap_record(&c, 1, 1500000, 4, 4, 0);
	pcap_record(&c, UINT32_MAX, UINT32_MAX, 4, 4, 0);
	o = read_capture(&c);
	cr_expect_eq(o.frames[0].ts_ns, 2500000000ull);
	cr_expect_eq(o.frames[1].ts_ns, 4294967295ull * 1000000000 + 4294967295ull * 1000);
	pcap_header(&ns, 0xa1b23c4d, 65535, 1);
	pcap_record(&ns, 1, UINT32_MAX, 4, 4, 0);
	o = read_capture(&ns);
	cr_expect_eq(o.frames[0].ts_ns, 5294967295ull);
}

Test(reader, pcap_link_type_field)
{
	struct capture fcs = { 0 }, reserved = { 0 }, raw = { 0 };
	const struct reader_interface *iface;
	struct errmsg err;
	struct reader *r;

	pcap_header(&fcs, 0xa1b2c3d4, 65535, 0x24000000 | LINKTYPE_ETHERNET);
	cr_assert_eq(reader_open_memory(fcs.bytes, fcs.len, &r, &err), 0, "%s", err.text);
	iface = reader_interface(r, 0);
	cr_expect_eq(iface->linktype, LINKTYPE_ETHERNET);
	cr_expect_eq(iface->fcs_len, 4);
	cr_expect_null(reader_interface(r, 1));
	reader_close(r);
	pcap_header(&reserved, 0xa1b2c3d4, 65535, 0x00300000);
	expect_refused(&reserved, 0, -EBADMSG, "reserved");
	pcap_header(&raw, 0xa1b2c3d4, 65535, 12);
	cr_assert_eq(reader_open_memory(raw.bytes, raw.len, &r, &err), 0);
	cr_expect_eq(reader_interface(r, 0)->linktype, LINKTYPE_RAW);
	reader_close(r);
}

Test(reader, pcap_refuses)
{
	struct capture huge = { 0 }, version = { 0 }, lie = { 0 };
	struct outcome o;

	pcap_of_three(&huge, 0xa1b2c3d4);
	capture_u32(&huge, 0);
	capture_u32(&huge, 0);
	capture_u32(&huge, SNAPLEN_MAX + 1);
	capture_u32(&huge, SNAPLEN_MAX + 1);
	expect_refused(&huge, 3, -EBADMSG, "262145");
	pcap_of_three(&version, 0xa1b2c3d4);
	version.bytes[6] = 5;
	expect_refused(&version, 0, -EOPNOTSUPP, "2.5");
	/* More captured than there was: the bytes are there, so the length on the wire gives way.
	 */
	pcap_header(&lie, 0xa1b2c3d4, 65535, 1);
	pcap_record(&lie, 0, 0, 60, 20, 0);
	o = read_capture(&lie);
	cr_assert_eq(o.nr, 1);
	cr_expect_eq(o.frames[0].wire_len, 60);
}

/* Every prefix delivers the packets that are whole, and says so when one is not. */
static void check_prefixes(const struct capture *c, size_t header, const size_t *ends, size_t nr)
{
	for (size_t len = 1; len < c->len; len++) {
		const struct outcome o = read_bytes(c->bytes, len);
		bool clean = len == header;
		size_t whole = 0;

		while (whole < nr && ends[whole] <= len)
			clean |= ends[whole++] == len;
		cr_expect_eq(o.nr, whole, "%zu of %zu frames at %zu", o.nr, whole, len);
		if (clean)
			cr_expect_eq(o.code, 0, "%zu: %s", len, o.text);
		else
			cr_expect(o.code == -ENODATA || (len < 4 && o.code == -EOPNOTSUPP),
				  "%zu: %d %s", len, o.code, o.text);
	}
}

Test(reader, every_prefix_of_pcap)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { .big_endian = big };
		const size_t ends[] = { 24 + 76, 24 + 76 + 30, 24 + 76 + 30 + 16 };

		pcap_of_three(&c, 0xa1b2c3d4);
		check_prefixes(&c, 24, ends, 3);
	}
}

Test(reader, every_prefix_of_pcapng)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { .big_endian = big };
		size_t ends[4];

		section_header(&c);
		ends[3] = c.len; /* the end of a header is a clean one, too */
		interface_block(&c, LINKTYPE_ETHERNET, 262144, 9);
		ends[0] = c.len + 32 + 60;
		ends[1] = ends[0] + 32 + 64;
		ends[2] = ends[1] + 32 + 64 + 12;
		c.len = 0;
		pcapng_of_three(&c);
		cr_assert_eq(ends[2], c.len);
		for (size_t len = 1; len < c.len; len++) {
			const struct outcome o = read_bytes(c.bytes, len);
			const bool clean = len == ends[3] || len == ends[0] - 92 ||
					   len == ends[0] || len == ends[1];

			cr_expect_eq(o.nr, (len >= ends[0]) + (size_t)(len >= ends[1]), "at %zu",
				     len);
			cr_expect(clean ? o.code == 0 : o.code < 0, "%zu: %d %s", len, o.code,
				  o.text);
		}
	}
}

/* Whatever one wrong byte does, nothing is read that is not there and nothing hangs. */
Test(reader, every_single_byte_damaged)
{
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct capture c[2] = { { 0 }, { .big_endian = true } };

	pcapng_of_three(&c[0]);
	pcap_of_three(&c[1], 0xa1b2c3d4);
	for (int i = 0; i < 2; i++)
		for (size_t at = 0; at < c[i].len; at++)
			for (size_t v = 0; v < ARRAY_SIZE(values); v++) {
				const uint8_t before = c[i].bytes[at];
				struct outcome o;

				c[i].bytes[at] = values[v];
				o = read_capture(&c[i]);
				cr_expect_leq(o.nr, 3);
				cr_expect(o.code == 0 || o.text[0], "an error without words");
				c[i].bytes[at] = before;
			}
}

/* A byte at a time through a pipe: each packet comes with its last byte, and asking early costs
 * nothing. */
static void check_trickle(const struct capture *c, size_t header)
{
	struct outcome whole = read_capture(c);
	struct frame_view f;
	struct source *src;
	struct reader *r;
	struct errmsg err = { "" };
	char path[32];
	size_t nr = 0;
	int pipe_fd[2], code = 0;

	cr_assert_eq(pipe(pipe_fd), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", pipe_fd[0]);
	cr_assert_eq(source_open(path, &src, &err), 0, "%s", err.text);
	cr_assert_eq(write(pipe_fd[1], c->bytes, header), (ssize_t)header);
	cr_assert_eq(reader_open_source(src, &r, &err), 0, "%s", err.text);
	source_never_wait(src);
	cr_expect_eq(source_poll_fd(src) < 0, 0);
	for (size_t len = header; len < c->len; len++) {
		const struct outcome o = read_bytes(c->bytes, len);

		while ((code = reader_next(r, &f, &err)) > 0) {
			cr_assert_lt(nr, whole.nr);
			cr_expect_eq(f.ts_ns, whole.frames[nr].ts_ns);
			cr_expect_eq(f.cap_len, whole.frames[nr++].cap_len);
		}
		cr_assert_eq(code, -EAGAIN, "at %zu: %d %s", len, code, err.text);
		cr_expect_eq(nr, o.nr, "%zu of %zu frames at %zu", nr, o.nr, len);
		cr_assert_eq(write(pipe_fd[1], c->bytes + len, 1), 1);
	}
	close(pipe_fd[1]);
	while ((code = reader_next(r, &f, &err)) > 0)
		nr++;
	cr_expect_eq(code, whole.code, "%s", err.text);
	cr_expect_eq(nr, whole.nr);
	reader_close(r);
	close(pipe_fd[0]);
}

Test(reader, a_byte_at_a_time_without_waiting)
{
	for (int big = 0; big < 2; big++) {
		struct capture pcap = { .big_endian = big }, pcapng = { .big_endian = big };
		struct capture section = { .big_endian = big };

		pcap_of_three(&pcap, 0xa1b2c3d4);
		check_trickle(&pcap, 24);
		section_header(&section);
		pcapng_of_three(&pcapng);
		check_trickle(&pcapng, section.len);
	}
}
