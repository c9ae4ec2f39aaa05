/* What else a pcapng file says: its blocks as they stand, sections, interfaces; and their options.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/linktype.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/pcapng_options.h"
#include "pcapio/reader.h"
#include "tests/unit/capture_bytes.h"
#include "tests/unit/reader_drive.h"

/* One of every kind, in two sections. */
static void every_block(struct capture *c, bool second_big)
{
	static const uint32_t others[] = {
		PCAPNG_NRB, PCAPNG_DSB, PCAPNG_JOURNAL,   PCAPNG_CB,
		PCAPNG_DCB, 0x7777,     PCAPNG_RING_HEAD, PCAPNG_FILLER
	};

	section_header(c);
	interface_block(c, LINKTYPE_ETHERNET, 0, 9);
	packet_block(c, 0, 1, 60, 60);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		block_begin(c, others[i]);
		capture_zero(c, 8);
		block_end(c);
	}
	c->big_endian = second_big;
	section_header(c);
	interface_block(c, LINKTYPE_RAW, 0, 9);
	interface_block(c, LINKTYPE_ETHERNET, 0, 9);
	packet_block(c, 1, 2, 61, 61);
	block_begin(c, PCAPNG_SPB);
	capture_u32(c, 4);
	capture_put(c, "ABCD", 4);
	block_end(c);
	for (uint32_t id = 1; id < 3; id++) { /* the second is of nothing */
		block_begin(c, PCAPNG_ISB);
		capture_u32(c, id);
		capture_u64(c, 0);
		block_end(c);
	}
}

static void interface_of_all_options(struct capture *c, bool wrong)
{
	static const uint8_t v4[] = { 192, 0, 2, 1, 255, 255, 255, 0 };
	static const uint8_t odd[] = { 10, 0, 0, 1, 255, 0, 255, 0 };
	static const uint8_t v6[17] = { 0x20, 1, 0xd, 0xb8, [15] = 1, [16] = 64 };
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 1 };
	static const uint8_t eui[] = { 2, 3, 4, 0xff, 0xfe, 5, 6, 7 };
	const uint16_t cut = wrong ? 1 : 0; /* lengths that the draft does not give them */

	block_begin(c, PCAPNG_IDB);
	capture_u16(c, LINKTYPE_ETHERNET);
	capture_u16(c, 0);
	capture_u32(c, 0);
	option_put(c, PCAPNG_IF_IPV4ADDR, v4, sizeof(v4) - cut);
	option_put(c, PCAPNG_IF_IPV4ADDR, odd, sizeof(odd) - cut);
	option_put(c, PCAPNG_IF_IPV6ADDR, v6, sizeof(v6) - cut);
	option_put(c, PCAPNG_IF_MACADDR, mac, sizeof(mac) - cut);
	option_put(c, PCAPNG_IF_EUIADDR, eui, sizeof(eui) - cut);
	option_put(c, PCAPNG_IF_TZONE, "\0\0\0\0", 4 - cut);
	if (!wrong) {
		option_u64(c, PCAPNG_IF_TXSPEED, 1000000);
		option_u64(c, PCAPNG_IF_RXSPEED, 2000000);
		option_put(c, PCAPNG_IF_FCSLEN, "\4", 1);
	} else {
		option_u32(c, PCAPNG_IF_TXSPEED, 1000000);
		option_u32(c, PCAPNG_IF_SPEED, 1000000);
		option_u32(c, PCAPNG_IF_FCSLEN, 4);
	}
	option_put(c, PCAPNG_IF_IANA_TZNAME, "Europe/Berlin", 13);
	option_put(c, PCAPNG_OPT_COMMENT, "of an interface", 15);
	option_put(c, PCAPNG_IF_FILTER, wrong ? "" : "\1code", wrong ? 0 : 5);
	option_put(c, PCAPNG_OPT_CUSTOM_TEXT, "PEN", 3);
	option_put(c, 0x8123, "local", 5);
	block_end(c);
}

Test(blocks, each_is_delivered_as_it_stands)
{
	static const struct {
		uint32_t type, interface, section;
		int code;
	} expected[] = {
		{ PCAPNG_SHB, READER_NO_INTERFACE, 0, READER_BLOCK },
		{ PCAPNG_IDB, 0, 0, READER_BLOCK },
		{ PCAPNG_EPB, 0, 0, READER_FRAME },
		{ PCAPNG_NRB, READER_NO_INTERFACE, 0, READER_BLOCK },
		{ PCAPNG_DSB, READER_NO_INTERFACE, 0, READER_BLOCK },
		{ PCAPNG_JOURNAL, READER_NO_INTERFACE, 0, READER_BLOCK },
		{ PCAPNG_CB, READER_NO_INTERFACE, 0, READER_BLOCK },
		{ PCAPNG_DCB, READER_NO_INTERFACE, 0, READER_BLOCK },
		{ 0x7777, READER_NO_INTERFACE, 0, READER_BLOCK },
		{ PCAPNG_RING_HEAD, READER_NO_INTERFACE, 0, READER_BLOCK },
		{ PCAPNG_FILLER, READER_NO_INTERFACE, 0, READER_BLOCK },
		{ PCAPNG_SHB, READER_NO_INTERFACE, 1, READER_BLOCK },
		{ PCAPNG_IDB, 1, 1, READER_BLOCK },
		{ PCAPNG_IDB, 2, 1, READER_BLOCK },
		{ PCAPNG_EPB, 2, 1, READER_FRAME },
		{ PCAPNG_SPB, 1, 1, READER_FRAME },
		{ PCAPNG_ISB, 2, 1, READER_BLOCK },
		{ PCAPNG_ISB, READER_NO_INTERFACE, 1, READER_BLOCK },
	};

	for (int order = 0; order < 4; order++) {
		struct capture c = { .big_endian = order & 1 };
		const bool second_big = order & 2;
		struct errmsg err;
		struct frame_view f;
		struct reader *r;
		size_t offset = 0;

		every_block(&c, second_big);
		cr_assert_eq(reader_open_memory(c.bytes, c.len, &r, &err), 0, "%s", err.text);
		cr_expect_null(reader_block(r));
		for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
			const struct reader_block *b;

			cr_assert_eq(reader_next_any(r, &f, &err), expected[i].code, "%zu", i);
			b = reader_block(r);
			cr_assert_not_null(b);
			cr_expect_eq(b->type, expected[i].type, "%zu", i);
			cr_expect_eq(b->interface_id, expected[i].interface, "%zu", i);
			cr_expect_eq(b->section, expected[i].section, "%zu", i);
			cr_expect_eq(b->offset, offset, "%zu", i);
			cr_expect_eq(b->swapped, expected[i].section ? second_big : order & 1);
			cr_expect_eq(memcmp(b->bytes, c.bytes + offset, b->len), 0);
			if (expected[i].code == READER_FRAME)
				cr_expect_eq(f.ifindex, b->interface_id);
			offset += b->len;
		}
		cr_expect_eq(offset, c.len);
		cr_expect_eq(reader_next_any(r, &f, &err), 0);
		cr_expect_null(reader_block(r));
		cr_expect_eq(reader_nr_interfaces(r), 3);
		reader_close(r);
	}
}

Test(blocks, everything_before_an_error_is_delivered)
{
	for (int any = 0; any < 2; any++) {
		struct capture c = { 0 };
		struct errmsg err, again;
		struct frame_view f;
		struct reader *r;
		int code, nr = 0;

		every_block(&c, false);
		block_begin(&c, PCAPNG_EPB); /* of interface 7 */
		capture_u32(&c, 7);
		capture_zero(&c, 16);
		block_end(&c);
		cr_assert_eq(reader_open_memory(c.bytes, c.len, &r, &err), 0);
		while ((code = any ? reader_next_any(r, &f, &err) : reader_next(r, &f, &err)) > 0)
			nr++;
		cr_expect_eq(code, -EBADMSG);
		cr_expect_eq(nr, any ? 18 : 3);
		cr_expect(strstr(err.text, "interface 7"), "%s", err.text);
		cr_expect_null(reader_block(r));
		cr_expect_eq(reader_next_any(r, &f, &again), -EBADMSG);
		cr_expect_str_eq(again.text, err.text);
		reader_close(r);
	}
}

/* To the end: packets, and every option of every block is walked over. */
static int drain_blocks(const struct capture *c, bool any, size_t *ret_frames, struct errmsg *err)
{
	struct pcapng_options options;
	struct pcapng_option_view o;
	struct frame_view f;
	struct reader *r;
	int code = reader_open_memory(c->bytes, c->len, &r, err);

	*ret_frames = 0;
	if (code)
		return code;
	while ((code = any ? reader_next_any(r, &f, err) : reader_next(r, &f, err)) > 0) {
		const struct reader_block *b = reader_block(r);
		int left = pcapng_options_begin(b, &options);

		*ret_frames += code == READER_FRAME;
		cr_expect_leq(b->offset + b->len, c->len);
		while (left > 0 && (left = pcapng_options_next(&options, &o)) > 0)
			cr_expect_leq(o.value + o.len, b->bytes + b->len - 4);
	}
	reader_close(r);
	return code;
}

/* Whatever one wrong byte does: both ways of reading see the same packets and the same end. */
Test(blocks, every_single_byte_damaged)
{
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct capture c = { 0 };

	every_block(&c, true);
	interface_of_all_options(&c, false);
	for (size_t at = 0; at < c.len; at++)
		for (size_t v = 0; v < ARRAY_SIZE(values); v++) {
			const uint8_t before = c.bytes[at];
			struct errmsg plain = { "" }, any = { "" };
			size_t frames, frames_any;

			c.bytes[at] = values[v];
			cr_expect_eq(drain_blocks(&c, false, &frames, &plain),
				     drain_blocks(&c, true, &frames_any, &any));
			cr_expect_eq(frames, frames_any);
			cr_expect_str_eq(plain.text, any.text);
			c.bytes[at] = before;
		}
}

/* Nothing hangs on what a section says of its own length. */
Test(blocks, claimed_lengths_of_sections_are_not_believed)
{
	for (uint64_t claim = 0; claim < 3; claim++) {
		struct capture c = { .big_endian = claim == 1 };
		const struct reader_section *section;
		struct errmsg err;
		struct frame_view f;
		struct reader *r;

		pcapng_of_three(&c);
		c.len = 16; /* over the length in the header */
		capture_u64(&c, claim ? claim << 40 : 4);
		c.len = 28;
		interface_block(&c, LINKTYPE_ETHERNET, 0, 9);
		packet_block(&c, 0, 1, 60, 60);
		cr_assert_eq(reader_open_memory(c.bytes, c.len, &r, &err), 0);
		section = reader_section(r, 0);
		cr_assert_not_null(section, "known since the file is open");
		cr_expect_eq(section->length, claim ? claim << 40 : 4);
		cr_expect_eq(reader_next(r, &f, &err), READER_FRAME, "%s", err.text);
		cr_expect_eq(reader_next(r, &f, &err), 0);
		cr_expect_eq(reader_nr_sections(r), 1);
		reader_close(r);
	}
}

Test(blocks, sections_are_described)
{
	static char longer[2000];
	struct capture c = { 0 };
	const struct reader_section *section;
	struct errmsg err;
	struct frame_view f;
	struct reader *r;

	memset(longer, 'x', sizeof(longer));
	for (int i = 0; i < 2; i++) {
		c.big_endian = i == 1;
		block_begin(&c, PCAPNG_SHB);
		capture_u32(&c, PCAPNG_BYTE_ORDER_MAGIC);
		capture_u16(&c, 1);
		capture_u16(&c, 2);
		capture_u64(&c, UINT64_MAX);
		option_put(&c, PCAPNG_OPT_COMMENT, "first", 5);
		option_put(&c, PCAPNG_OPT_COMMENT, "second", 6);
		option_put(&c, PCAPNG_SHB_HARDWARE, "a machine", 9);
		option_put(&c, PCAPNG_SHB_OS, "Linux", 5);
		option_put(&c, PCAPNG_SHB_OS, "Linux 6", 7);
		option_put(&c, PCAPNG_SHB_USERAPPL, longer, sizeof(longer));
		option_end(&c);
		block_end(&c);
		interface_block(&c, LINKTYPE_ETHERNET, 0, 9);
	}
	cr_assert_eq(reader_open_memory(c.bytes, c.len, &r, &err), 0, "%s", err.text);
	cr_expect_eq(reader_next(r, &f, &err), 0, "%s", err.text);
	cr_expect_eq(reader_nr_sections(r), 2);
	cr_expect_null(reader_section(r, 2));
	for (uint32_t i = 0; i < 2; i++) {
		section = reader_section(r, i);
		cr_assert_not_null(section);
		cr_expect_str_eq(section->comment, "first\nsecond");
		cr_expect_str_eq(section->hardware, "a machine");
		cr_expect_str_eq(section->os, "Linux 6");
		cr_expect_eq(strlen(section->application), READER_STRING_MAX);
		cr_expect_eq(section->offset, i * c.len / 2);
		cr_expect_eq(section->length, UINT64_MAX);
		cr_expect_eq(section->first_interface, i);
		cr_expect_eq(section->nr_interfaces, 1);
		cr_expect_eq(section->minor, 2);
		cr_expect_eq(section->swapped, i == 1);
	}
	reader_close(r);
}

Test(blocks, interfaces_are_described)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { .big_endian = big };
		const struct reader_interface *iface;
		struct errmsg err;
		struct frame_view f;
		struct reader *r;

		section_header(&c);
		interface_of_all_options(&c, false);
		interface_of_all_options(&c, true);
		cr_assert_eq(reader_open_memory(c.bytes, c.len, &r, &err), 0);
		cr_assert_eq(reader_next(r, &f, &err), 0, "%s", err.text);
		iface = reader_interface(r, 0);
		cr_expect_str_eq(iface->addresses,
				 "192.0.2.1/24 10.0.0.1/255.0.255.0 2001:db8::1/64");
		cr_expect(iface->has_mac && iface->mac[5] == 1);
		cr_expect(iface->has_eui && iface->eui[7] == 7);
		cr_expect_eq(iface->tx_speed, 1000000);
		cr_expect_eq(iface->rx_speed, 2000000);
		cr_expect_eq(iface->fcs_len, 4);
		cr_expect_str_eq(iface->timezone, "Europe/Berlin");
		cr_expect_str_eq(iface->comment, "of an interface");
		cr_expect_null(iface->filter, "code is no expression");
		iface = reader_interface(r, 1);
		cr_expect_null(iface->addresses);
		cr_expect(!iface->has_mac && !iface->has_eui);
		cr_expect_eq(iface->tx_speed, 0);
		cr_expect_eq(iface->fcs_len, 0);
		reader_close(r);
	}
}

/* Without these two no time stamp means anything. */
Test(blocks, wrong_time_options_are_refused)
{
	for (uint16_t code = PCAPNG_IF_TSRESOL; code <= PCAPNG_IF_TSOFFSET;
	     code += PCAPNG_IF_TSOFFSET - PCAPNG_IF_TSRESOL) {
		struct capture c = { 0 };

		section_header(&c);
		block_begin(&c, PCAPNG_IDB);
		capture_zero(&c, 8);
		option_u32(&c, code, 6);
		block_end(&c);
		expect_refused(&c, 0, -EBADMSG,
			       code == PCAPNG_IF_TSRESOL ? "if_tsresol" : "if_tsoffset");
	}
}

/* A file in memory that is larger than a struct capture. */
static uint8_t *repeat_block(const struct capture *head, const struct capture *block, size_t times,
			     size_t *ret_len)
{
	uint8_t *bytes;

	*ret_len = head->len + times * block->len;
	bytes = malloc(*ret_len);
	cr_assert_not_null(bytes);
	memcpy(bytes, head->bytes, head->len);
	for (size_t i = 0; i < times; i++)
		memcpy(bytes + head->len + i * block->len, block->bytes, block->len);
	return bytes;
}

static void expect_limit(const struct capture *head, const struct capture *block, size_t times,
			 const char *reason)
{
	size_t len;
	uint8_t *bytes = repeat_block(head, block, times, &len);
	const struct outcome o = read_bytes(bytes, len);

	free(bytes);
	if (!reason) {
		cr_expect_eq(o.code, 0, "%s", o.text);
		return;
	}
	cr_expect_eq(o.code, -E2BIG, "%s", o.text);
	cr_expect(strstr(o.text, reason), "%s", o.text);
	cr_expect(strstr(o.text, "offset "), "%s", o.text);
}

Test(blocks, descriptions_are_bounded)
{
	static char text[READER_STRING_MAX];
	struct capture head = { 0 }, plain = { 0 }, verbose = { 0 }, talkative = { 0 };

	memset(text, 'x', sizeof(text));
	section_header(&head);
	interface_block(&plain, LINKTYPE_ETHERNET, 0, 9);
	expect_limit(&head, &plain, 20000, NULL);
	expect_limit(&head, &plain, READER_INTERFACES_MAX + 1, "are not read");
	block_begin(&verbose, PCAPNG_IDB);
	capture_zero(&verbose, 8);
	for (uint16_t code = PCAPNG_OPT_COMMENT; code <= PCAPNG_IF_DESCRIPTION; code++)
		option_put(&verbose, code, text, sizeof(text));
	block_end(&verbose);
	expect_limit(&head, &verbose, 4000, NULL);
	expect_limit(&head, &verbose, 6000, "16 MiB of names and descriptions");
	/* What is replaced is given back. */
	block_begin(&talkative, PCAPNG_IDB);
	capture_zero(&talkative, 8);
	for (int i = 0; i < 15; i++)
		option_put(&talkative, PCAPNG_IF_NAME, text, sizeof(text));
	block_end(&talkative);
	expect_limit(&head, &talkative, 4000, NULL);
}

Test(blocks, later_sections_are_read_without_a_description)
{
	struct capture none = { 0 }, section = { 0 };
	const size_t times = READER_SECTIONS_MAX + 2;
	struct errmsg err;
	struct frame_view f;
	struct reader *r;
	uint8_t *bytes;
	size_t len, nr = 0;
	int code;

	section_header(&section);
	interface_block(&section, LINKTYPE_ETHERNET, 0, 9);
	packet_block(&section, 0, 1, 60, 60);
	bytes = repeat_block(&none, &section, times, &len);
	cr_assert_eq(reader_open_memory(bytes, len, &r, &err), 0);
	while ((code = reader_next(r, &f, &err)) > 0)
		cr_expect_eq(f.ifindex, nr++);
	cr_expect_eq(code, 0);
	cr_expect_eq(nr, times);
	cr_expect_eq(reader_nr_sections(r), times);
	cr_expect_not_null(reader_section(r, READER_SECTIONS_MAX - 1));
	cr_expect_null(reader_section(r, READER_SECTIONS_MAX));
	reader_close(r);
	free(bytes);
}

Test(blocks, statistics_tell_the_time_of_a_capture)
{
	struct capture c = { .big_endian = true };
	const struct reader_statistics *s;
	struct errmsg err;
	struct frame_view f;
	struct reader *r;

	section_header(&c);
	interface_block(&c, LINKTYPE_ETHERNET, 0, 6);
	block_begin(&c, PCAPNG_ISB);
	capture_u32(&c, 0);
	capture_u64(&c, 5); /* big-endian: the high word is first anyway */
	option_u64(&c, PCAPNG_ISB_STARTTIME, 3);
	option_u64(&c, PCAPNG_ISB_ENDTIME, 4);
	option_u32(&c, PCAPNG_ISB_IFRECV, 9); /* of the wrong length */
	block_end(&c);
	cr_assert_eq(reader_open_memory(c.bytes, c.len, &r, &err), 0);
	cr_assert_eq(reader_next(r, &f, &err), 0, "%s", err.text);
	s = &reader_interface(r, 0)->statistics;
	cr_expect_eq(s->start_ns, 3000);
	cr_expect_eq(s->end_ns, 4000);
	cr_expect_eq(s->ts_ns, 5000);
	cr_expect_eq(s->present, 0);
	reader_close(r);
}
