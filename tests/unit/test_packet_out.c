/* What packet_out writes, read back: blocks byte for byte, or field by field where they change. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/linktype.h"
#include "pcapio/packet_out.h"
#include "pcapio/pcap_format.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/pcapng_options.h"
#include "pcapio/pcapng_transcode.h"
#include "tests/unit/capture_bytes.h"
#include "tests/unit/every_block.h"

enum { INPUTS_MAX = 4, WRITTEN_MAX = 1 << 20, BLOCKS_MAX = 64 };

struct written {
	size_t len;
	uint8_t bytes[WRITTEN_MAX];
	struct packet_out_counts counts;
	int code;
	struct errmsg err;
};

static struct written out; /* too large for a stack */

static char path[64];

static void make_path(void)
{
	snprintf(path, sizeof(path), "/tmp/ringtap-out-%d", getpid());
	unlink(path);
}

static void remove_path(void)
{
	unlink(path);
}

TestSuite(packet_out, .init = make_path, .fini = remove_path);

static int pass_on(struct packet_out *o, size_t input, struct reader *r, bool blocks,
		   struct errmsg *err)
{
	struct frame_view f = { 0 };
	int code;

	while ((code = blocks ? reader_next_any(r, &f, err) : reader_next(r, &f, err)) > 0) {
		code = blocks && code == READER_BLOCK
			       ? packet_out_block(o, input, r, reader_block(r), err)
			       : packet_out_add(o, input, r, &f, blocks ? reader_block(r) : NULL,
						err);
		if (code)
			return code;
	}
	return code;
}

/* All of these inputs, one after the other, in the form that o says. */
static void write_out(struct packet_out_options o, const struct capture *inputs, size_t nr,
		      bool blocks)
{
	static const char *const names[INPUTS_MAX] = { "a", "b", "c", "d" };
	struct packet_out *p;
	int fd, code;

	o.path = path;
	o.nr_inputs = nr;
	o.inputs = names;
	o.force = true;
	out.err.text[0] = '\0';
	out.code = packet_out_open(&o, &p, &out.err);
	if (out.code)
		return;
	for (size_t i = 0; i < nr && !out.code; i++) {
		struct reader *r;

		cr_assert_eq(reader_open_memory(inputs[i].bytes, inputs[i].len, &r, &out.err), 0,
			     "%s", out.err.text);
		out.code = pass_on(p, i, r, blocks, &out.err);
		reader_close(r);
	}
	out.counts = packet_out_counts(p);
	code = packet_out_close(p, out.code != 0, out.code ? NULL : &out.err);
	out.code = out.code ? out.code : code;
	fd = open(path, O_RDONLY);
	out.len = fd < 0 ? 0 : (size_t)read(fd, out.bytes, sizeof(out.bytes));
	if (fd >= 0)
		close(fd);
}

static struct packet_out_options pcapng(void)
{
	return (struct packet_out_options){ .format = PACKET_FORMAT_PCAPNG, .resolution = -1 };
}

/* The blocks of what was written. */
static size_t blocks_of(struct reader_block *blocks)
{
	size_t at = 0, nr = 0;
	bool swapped = false;

	while (at < out.len) {
		struct reader_block *b = &blocks[nr++];
		uint32_t type = load_u32(out.bytes + at), len = load_u32(out.bytes + at + 4);

		cr_assert_leq(nr, BLOCKS_MAX);
		if (type == PCAPNG_SHB)
			swapped = load_u32(out.bytes + at + 8) != PCAPNG_BYTE_ORDER_MAGIC;
		len = swapped ? swap_u32(len) : len;
		cr_assert_leq(len, out.len - at);
		cr_assert_eq(load_u32(out.bytes + at + len - 4), load_u32(out.bytes + at + 4));
		*b = (struct reader_block){ .bytes = out.bytes + at,
					    .len = len,
					    .type = swapped ? swap_u32(type) : type,
					    .swapped = swapped };
		at += len;
	}
	return nr;
}

/* The first option of that code; its length or -1. */
static int find_option(const struct reader_block *b, uint16_t code, const uint8_t **ret)
{
	struct pcapng_options o;
	struct pcapng_option_view v;

	for (int more = pcapng_options_begin(b, &o);
	     more > 0 && (more = pcapng_options_next(&o, &v)) > 0;)
		if (v.code == code) {
			*ret = v.value;
			return v.len;
		}
	return -1;
}

/* ---- verbatim ---- */

Test(packet_out, one_pcapng_is_copied_byte_for_byte)
{
	for (int order = 0; order < 2; order++) {
		struct capture c = { .big_endian = order };

		everything(&c);
		write_out(pcapng(), &c, 1, true);
		cr_assert_eq(out.code, 0, "%s", out.err.text);
		cr_assert_eq(out.len, c.len);
		cr_assert(!memcmp(out.bytes, c.bytes, c.len));
		cr_assert_eq(out.counts.packets, 6);
		cr_assert_eq(out.counts.bytes, c.len);
		cr_assert_eq(out.counts.blocks_lost + out.counts.options_lost + out.counts.no_time +
				     out.counts.times_lost,
			     0);
	}
}

/* The section's length is what a reader would skip by: it must not be the old one. */
Test(packet_out, section_length_is_forgotten_and_fillers_go)
{
	struct capture c = { .big_endian = true };
	struct reader_block blocks[BLOCKS_MAX];
	size_t filler;

	commented_section(&c, "x", 4096);
	interface_block(&c, LINKTYPE_ETHERNET, 0, 9);
	filler = c.len;
	block_begin(&c, PCAPNG_FILLER);
	capture_zero(&c, 100);
	block_end(&c);
	filler = c.len - filler;
	packet_block(&c, 0, 1, 20, 20);
	write_out(pcapng(), &c, 1, true);
	cr_assert_eq(out.code, 0, "%s", out.err.text);
	cr_assert_eq(out.len, c.len - filler);
	cr_assert_eq(blocks_of(blocks), 3);
	cr_assert_eq(load_u64(blocks[0].bytes + 16), UINT64_MAX);
	cr_assert(!memcmp(blocks[0].bytes + 24, c.bytes + 24, blocks[0].len - 24));
}

Test(packet_out, snaplen_cuts_packets_and_keeps_their_options)
{
	for (int order = 0; order < 2; order++) {
		struct capture c = { .big_endian = order };
		struct reader_block b[BLOCKS_MAX];
		struct packet_out_options o = pcapng();
		const uint8_t *value;

		o.snaplen = 30;
		everything(&c);
		write_out(o, &c, 1, true);
		cr_assert_eq(out.code, 0, "%s", out.err.text);
		cr_assert_eq(out.counts.cut, 6);
		cr_assert_eq(out.counts.options_lost, 2, "not to be copied, where it is rewritten");
		cr_assert_eq(out.counts.blocks_lost, 2, "the custom ones not to be copied");
		cr_assert_eq(blocks_of(b), 20);
		cr_assert_eq(b[3].type, PCAPNG_EPB);
		cr_assert_eq(b[3].swapped, (bool)order);
		cr_assert_eq(load_u32(b[3].bytes + 20), order ? swap_u32(30) : 30);
		cr_assert_eq(load_u32(b[3].bytes + 24), order ? swap_u32(161) : 161);
		cr_assert_eq(b[3].bytes[28 + 29], 29);
		cr_assert_eq(b[3].bytes[28 + 30], 0);
		cr_assert_eq(find_option(&b[3], PCAPNG_OPT_COMMENT, &value), 8);
		cr_assert_eq(find_option(&b[3], 0x8001, &value), 4);
		cr_assert_eq(b[4].type, PCAPNG_SPB);
		cr_assert_eq(b[4].len, PCAPNG_SPB_MIN + 32);
		cr_assert_eq(b[6].type, PCAPNG_EPB, "the obsolete block");
		cr_assert_eq(find_option(&b[6], PCAPNG_EPB_DROPCOUNT, &value), 8);
		cr_assert_eq(load_u64(value), order ? swap_u64(3) : 3);
	}
}

Test(packet_out, resolution_converts_packets_and_statistics)
{
	struct capture c = { .big_endian = true };
	struct packet_out_options o = pcapng();
	struct reader_block b[BLOCKS_MAX];
	const uint8_t *value;

	o.resolution = 6;
	section_header(&c);
	full_interface(&c, "eth0", 9);
	packet_block(&c, 0, 1700000000123456789, 20, 20);
	packet_block(&c, 0, 1700000000123456000, 20, 20);
	statistics_block(&c, 0, 1700000000123456789);
	write_out(o, &c, 1, true);
	cr_assert_eq(out.code, 0, "%s", out.err.text);
	cr_assert_eq(out.counts.times_lost, 1);
	cr_assert_eq(blocks_of(b), 5);
	cr_assert_eq(find_option(&b[1], PCAPNG_IF_TSRESOL, &value), 1);
	cr_assert_eq(*value, 6);
	cr_assert_eq(find_option(&b[1], PCAPNG_IF_NAME, &value), 4);
	for (int i = 2; i < 5; i++)
		cr_assert_eq((uint64_t)load_be32(b[i].bytes + 12) << 32 |
				     load_be32(b[i].bytes + 16),
			     1700000000123456);
	cr_assert_eq(find_option(&b[4], PCAPNG_ISB_STARTTIME, &value), 8);
	cr_assert_eq((uint64_t)load_be32(value) << 32 | load_be32(value + 4), 1700000000123456);
	o.resolution = 15;
	write_out(o, &c, 1, true);
	cr_assert_eq(out.code, -EINVAL);
	cr_assert(strstr(out.err.text, "does not fit"), "%s", out.err.text);
	o.resolution = 20;
	write_out(o, &c, 1, true);
	cr_assert_eq(out.code, -EINVAL);
}

/* ---- one section ---- */

Test(packet_out, several_inputs_become_one_section_of_our_byte_order)
{
	static struct capture in[2];
	struct reader_block b[BLOCKS_MAX];
	const uint8_t *value;
	size_t nr;

	in[0] = (struct capture){ .big_endian = true };
	in[1] = (struct capture){ .big_endian = false };
	everything(&in[0]);
	everything(&in[1]);
	write_out(pcapng(), in, 2, true);
	cr_assert_eq(out.code, 0, "%s", out.err.text);
	nr = blocks_of(b);
	/* Four sections of nine blocks that stay; the local one of the other byte order does not.
	 */
	cr_assert_eq(nr, 1 + 4 * 8 + 2);
	cr_assert_eq(out.counts.packets, 12);
	cr_assert_eq(out.counts.no_time, 4);
	cr_assert_eq(out.counts.blocks_lost, 4 + 2);
	cr_assert_eq(b[0].type, PCAPNG_SHB);
	cr_assert(!b[0].swapped);
	cr_assert_eq(find_option(&b[0], PCAPNG_OPT_COMMENT, &value), 5);
	cr_assert(!memcmp(value, "first", 5));
	cr_assert_eq(find_option(&b[0], PCAPNG_SHB_HARDWARE, &value), 6);
	cr_assert_gt(find_option(&b[0], PCAPNG_SHB_USERAPPL, &value), 0);
	cr_assert(!memcmp(value, "ringtap ", 8));
	for (uint32_t i = 1, interface = 0; i < nr; i++) {
		cr_assert_neq(b[i].type, PCAPNG_SHB);
		interface += b[i].type == PCAPNG_IDB;
		if (b[i].type == PCAPNG_EPB || b[i].type == PCAPNG_ISB)
			cr_assert_eq(load_u32(b[i].bytes + 8), interface - 1);
	}
}

Test(packet_out, options_change_their_byte_order)
{
	static struct capture in[2];
	struct reader_block b[BLOCKS_MAX];
	const uint8_t *v;

	in[0] = (struct capture){ .big_endian = true };
	section_header(&in[0]);
	full_interface(&in[0], "eth0", 9);
	full_packet(&in[0], 0, 0x1122334455667788, 61);
	statistics_block(&in[0], 0, 0x1122334455667788);
	names_block(&in[0]);
	secrets_block(&in[0]);
	custom_block(&in[0], PCAPNG_CB);
	in[1] = (struct capture){ .big_endian = false };
	section_header(&in[1]);
	write_out(pcapng(), in, 2, true);
	cr_assert_eq(out.code, 0, "%s", out.err.text);
	cr_assert_eq(blocks_of(b), 7);
	cr_assert_eq(out.counts.options_lost, 2, "not to be copied; of local use");
	cr_assert_eq(find_option(&b[1], PCAPNG_IF_SPEED, &v), 8);
	cr_assert_eq(load_u64(v), 10000000000);
	cr_assert_eq(find_option(&b[1], PCAPNG_OPT_CUSTOM_TEXT, &v), 6);
	cr_assert_eq(load_u32(v), 32473);
	cr_assert_eq(find_option(&b[1], PCAPNG_OPT_CUSTOM_TEXT_NO_COPY, &v), -1);
	cr_assert_eq(load_u32(b[2].bytes + 12), 0x11223344);
	cr_assert_eq(load_u32(b[2].bytes + 16), 0x55667788);
	cr_assert_eq(find_option(&b[2], PCAPNG_EPB_FLAGS, &v), 4);
	cr_assert_eq(load_u32(v), 0x201);
	cr_assert_eq(find_option(&b[2], PCAPNG_EPB_HASH, &v), 5);
	cr_assert_eq(load_u32(v + 1), 0x01020304);
	cr_assert_eq(find_option(&b[2], PCAPNG_EPB_PACKETID, &v), 8);
	cr_assert_eq(load_u64(v), 0x1122334455667788);
	cr_assert_eq(find_option(&b[2], 0x8001, &v), -1);
	cr_assert_eq(find_option(&b[3], PCAPNG_ISB_STARTTIME, &v), 8);
	cr_assert_eq(load_u32(v), 0x11223344);
	cr_assert_eq(load_u16(b[4].bytes + 8), 1);
	cr_assert_eq(load_u16(b[4].bytes + 10), 9);
	cr_assert_eq(find_option(&b[4], PCAPNG_NS_DNSNAME, &v), 3);
	cr_assert_eq(load_u32(b[5].bytes + 12), 5);
	cr_assert(!memcmp(b[5].bytes + 16, "secre", 5));
	cr_assert_eq(load_u32(b[6].bytes + 8), 32473);
	cr_assert(!memcmp(b[6].bytes + 12, "data", 4));
}

Test(packet_out, interfaces_that_are_the_same)
{
	static struct capture in[2];
	struct packet_out_options o = pcapng();
	struct reader_block b[BLOCKS_MAX];

	for (int i = 0; i < 2; i++) {
		in[i] = (struct capture){ .big_endian = i };
		section_header(&in[i]);
		full_interface(&in[i], "eth0", 9);
		full_interface(&in[i], i ? "eth2" : "eth1", 9);
		packet_block(&in[i], 0, 1, 20, 20);
		packet_block(&in[i], 1, 1, 20, 20);
	}
	write_out(o, in, 2, true);
	cr_assert_eq(blocks_of(b), 1 + 4 + 4, "kept apart");
	o.same_interfaces = true;
	write_out(o, in, 2, true);
	cr_assert_eq(out.code, 0, "%s", out.err.text);
	cr_assert_eq(blocks_of(b), 1 + 3 + 4);
	cr_assert_eq(load_u32(b[6].bytes + 8), 0);
	cr_assert_eq(load_u32(b[7].bytes + 8), 2);
}

Test(packet_out, packets_without_their_blocks)
{
	struct capture c = { .big_endian = true };
	struct reader_block b[BLOCKS_MAX];
	const uint8_t *v;

	section_header(&c);
	full_interface(&c, "eth0", 6);
	full_packet(&c, 0, 1700000000123456, 61);
	write_out(pcapng(), &c, 1, false);
	cr_assert_eq(out.code, 0, "%s", out.err.text);
	cr_assert_eq(blocks_of(b), 3);
	cr_assert_eq(find_option(&b[1], PCAPNG_IF_NAME, &v), 4);
	cr_assert_eq((uint64_t)load_u32(b[2].bytes + 12) << 32 | load_u32(b[2].bytes + 16),
		     1700000000123456);
	cr_assert_eq(find_option(&b[2], PCAPNG_EPB_FLAGS, &v), 4);
	cr_assert_eq(find_option(&b[2], PCAPNG_EPB_HASH, &v), 5);
}

Test(packet_out, classic_input_keeps_its_resolution_and_fcs)
{
	struct reader_block b[BLOCKS_MAX];
	const uint8_t *v;

	for (int nano = 0; nano < 2; nano++) {
		struct capture c = { .big_endian = true };

		pcap_header(&c, nano ? PCAP_MAGIC_NS : PCAP_MAGIC_US, 1000,
			    LINKTYPE_ETHERNET | PCAP_LINKTYPE_HAS_FCS |
				    2u << PCAP_LINKTYPE_FCS_SHIFT);
		pcap_record(&c, 5, 7, 21, 30, 0);
		write_out(pcapng(), &c, 1, true);
		cr_assert_eq(out.code, 0, "%s", out.err.text);
		cr_assert_eq(blocks_of(b), 3);
		cr_assert_eq(load_u32(b[1].bytes + 12), 1000);
		cr_assert_eq(find_option(&b[1], PCAPNG_IF_TSRESOL, &v), 1);
		cr_assert_eq(*v, nano ? 9 : 6);
		cr_assert_eq(find_option(&b[1], PCAPNG_IF_FCSLEN, &v), 1);
		cr_assert_eq(*v, 4);
		cr_assert_eq((uint64_t)load_u32(b[2].bytes + 12) << 32 | load_u32(b[2].bytes + 16),
			     nano ? 5000000007 : 5000007);
	}
}

/* ---- classic ---- */

Test(packet_out, classic_counts_what_it_has_no_place_for)
{
	struct capture c = { .big_endian = true };
	struct packet_out_options o = { .format = PACKET_FORMAT_PCAP, .resolution = -1 };

	everything(&c);
	write_out(o, &c, 1, true);
	cr_assert_eq(out.code, 0, "%s", out.err.text);
	cr_assert_eq(out.len, PCAP_FILE_HEADER + 6 * PCAP_RECORD_HEADER + 2 * (61 + 33 + 35));
	cr_assert_eq(load_u32(out.bytes), PCAP_MAGIC_US);
	cr_assert_eq(out.counts.packets, 6);
	cr_assert_eq(out.counts.times_lost, 2);
	cr_assert_eq(out.counts.options_lost, 2);
	cr_assert_eq(out.counts.no_time, 2);
	cr_assert_eq(out.counts.blocks_lost, 2 * 6);
	o.format = PACKET_FORMAT_PCAP_NS;
	o.snaplen = 40;
	write_out(o, &c, 1, true);
	cr_assert_eq(out.counts.times_lost, 0);
	cr_assert_eq(out.counts.cut, 2);
	cr_assert_eq(load_u32(out.bytes), PCAP_MAGIC_NS);
	cr_assert_eq(load_u32(out.bytes + 16), 40);
	cr_assert_eq(load_u32(out.bytes + 24 + 8), 40);
	cr_assert_eq(load_u32(out.bytes + 24 + 12), 161);
}

Test(packet_out, classic_of_classic_is_the_same_file)
{
	struct capture c = { .big_endian = BYTE_ORDER == BIG_ENDIAN };

	pcap_header(&c, PCAP_MAGIC_US, 96,
		    LINKTYPE_ETHERNET | PCAP_LINKTYPE_HAS_FCS | 2u << PCAP_LINKTYPE_FCS_SHIFT);
	pcap_record(&c, 5, 7, 21, 30, 0);
	pcap_record(&c, 6, 999999, 96, 1500, 9);
	write_out((struct packet_out_options){ .format = PACKET_FORMAT_PCAP }, &c, 1, true);
	cr_assert_eq(out.code, 0, "%s", out.err.text);
	cr_assert_eq(out.len, c.len);
	cr_assert(!memcmp(out.bytes, c.bytes, c.len));
}

Test(packet_out, classic_refuses_a_second_link_type)
{
	struct capture c = { .big_endian = false };

	section_header(&c);
	interface_block(&c, LINKTYPE_ETHERNET, 0, 9);
	interface_block(&c, LINKTYPE_RAW, 0, 9);
	packet_block(&c, 0, 1, 20, 20);
	packet_block(&c, 1, 1, 20, 20);
	write_out((struct packet_out_options){ .format = PACKET_FORMAT_PCAP }, &c, 1, true);
	cr_assert_eq(out.code, -EINVAL);
	cr_assert(strstr(out.err.text, ".pcapng"), "%s", out.err.text);
}

/* ---- files ---- */

Test(packet_out, compressed_forms_hold_the_same)
{
	static const char *const suffix[] = { "", ".gz", ".zst", ".lz4", ".xz" };
	struct packet_out_options o;

	for (int codec = CODEC_NONE + 1; codec < CODEC_NR; codec++)
		for (int many = 0; many < 2; many++) {
			struct capture c = { .big_endian = false };
			char command[256];
			uint8_t back[CAPTURE_MAX];
			FILE *f;
			size_t n;

			everything(&c);
			o = pcapng();
			o.codec = (enum codec)codec;
			o.many = many;
			o.threads = 2;
			write_out(o, &c, 1, true);
			cr_assert_eq(out.code, 0, "%s", out.err.text);
			cr_assert_eq(codec_detect(out.bytes, out.len), (enum codec)codec);
			snprintf(command, sizeof(command), "%s -dc < %s", codec_name(o.codec),
				 path);
			f = popen(command, "r");
			cr_assert_not_null(f);
			n = fread(back, 1, sizeof(back), f);
			if (pclose(f))
				cr_skip_test("no %s here", suffix[codec]);
			cr_assert_eq(n, c.len);
			cr_assert(!memcmp(back, c.bytes, n));
		}
}

/* Large enough for the way past the page cache, with an end that is no whole page. */
Test(packet_out, large_files_arrive_whole)
{
	struct packet_out_options o = {
		.path = path, .format = PACKET_FORMAT_PCAP_NS, .resolution = -1, .nr_inputs = 0
	};
	enum { PACKETS = 150, LEN = 100001 };
	static uint8_t data[LEN], back[LEN];
	struct capture c = { .big_endian = false };
	struct packet_out *p;
	struct reader *r;
	struct errmsg err;
	struct stat st;
	int fd;

	pcap_header(&c, PCAP_MAGIC_NS, 262144, LINKTYPE_ETHERNET);
	cr_assert_eq(reader_open_memory(c.bytes, c.len, &r, &err), 0);
	cr_assert_eq(packet_out_open(&o, &p, &err), 0, "%s", err.text);
	for (int i = 0; i < PACKETS; i++) {
		const struct frame_view f = {
			.data = data, .cap_len = LEN, .wire_len = LEN, .linktype = LINKTYPE_ETHERNET
		};

		memset(data, i, LEN);
		cr_assert_eq(packet_out_add(p, 0, r, &f, NULL, &err), 0);
	}
	cr_assert_eq(packet_out_close(p, false, &err), 0, "%s", err.text);
	reader_close(r);
	fd = open(path, O_RDONLY);
	cr_assert_eq(fstat(fd, &st), 0);
	cr_assert_eq(st.st_size, PCAP_FILE_HEADER + PACKETS * (PCAP_RECORD_HEADER + LEN));
	cr_assert_leq(st.st_blocks * 512, st.st_size + (1 << 20), "space ahead is given back");
	for (int i = 0; i < PACKETS; i++) {
		const off_t at = PCAP_FILE_HEADER + i * (PCAP_RECORD_HEADER + LEN);

		memset(data, i, LEN);
		cr_assert_eq(pread(fd, back, LEN, at + PCAP_RECORD_HEADER), LEN);
		cr_assert(!memcmp(back, data, LEN), "packet %d", i);
	}
	close(fd);
}

Test(packet_out, names_say_the_form)
{
	static const struct {
		const char *name;
		enum packet_format format;
		enum codec codec;
	} cases[] = {
		{ "a.pcap", PACKET_FORMAT_PCAP, CODEC_NONE },
		{ "a.PCAP.ZST", PACKET_FORMAT_PCAP, CODEC_ZSTD },
		{ "a.pcap.gz", PACKET_FORMAT_PCAP, CODEC_GZIP },
		{ "a.pcapng.lz4", PACKET_FORMAT_PCAPNG, CODEC_LZ4 },
		{ "a.xz", PACKET_FORMAT_PCAPNG, CODEC_XZ },
		{ "pcap", PACKET_FORMAT_PCAPNG, CODEC_NONE },
		{ "-", PACKET_FORMAT_PCAPNG, CODEC_NONE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct packet_out_options o = { 0 };

		packet_out_by_name(cases[i].name, false, &o);
		cr_assert_eq(o.format, cases[i].format, "%s", cases[i].name);
		cr_assert_eq(o.codec, cases[i].codec, "%s", cases[i].name);
		cr_assert_eq(o.resolution, -1);
	}
}

Test(packet_out, ticks)
{
	uint64_t v;
	bool lost = false;

	cr_assert(pcapng_ticks_convert(6, 9, 5, &v, &lost));
	cr_assert_eq(v, 5000);
	cr_assert(pcapng_ticks_convert(0x80 | 10, 3, 512, &v, &lost));
	cr_assert_eq(v, 500);
	cr_assert(!lost);
	cr_assert(pcapng_ticks_convert(0x80 | 10, 0, 1536, &v, &lost));
	cr_assert_eq(v, 1);
	cr_assert(lost);
	lost = false;
	cr_assert(pcapng_ticks_convert(127, 0, UINT64_MAX, &v, &lost));
	cr_assert_eq(v, 0);
	cr_assert(lost);
	cr_assert(!pcapng_ticks_convert(0, 19, UINT64_MAX, &v, &lost));
	cr_assert(!pcapng_ticks_convert(0x80, 19, UINT64_MAX, &v, &lost));
	cr_assert(pcapng_ticks_convert(0xff, 19, UINT64_MAX, &v, &lost));
	cr_assert(pcapng_ticks_from_ns(9, -5, 0, &v));
	cr_assert_eq(v, 5000000000);
	cr_assert(!pcapng_ticks_from_ns(9, 5, 0, &v));
	cr_assert(pcapng_ticks_from_ns(0x80 | 1, 0, 1500000000, &v));
	cr_assert_eq(v, 3);
	cr_assert(!pcapng_ticks_from_ns(15, 0, UINT64_MAX, &v));
}
