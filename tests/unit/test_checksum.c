/* Checksums against their definitions, written down a second time, and the verdicts on headers. */
#include <criterion/criterion.h>
#include <string.h>

#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/registry.h"

static uint16_t by_definition(const uint8_t *p, size_t len)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? p[i] : (uint64_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)~sum;
}

Test(checksum, is_that_of_rfc_1071_for_any_length_and_place)
{
	uint8_t bytes[300];
	size_t i, off, len;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 151 + (i >> 3) * 7 + 255);
	for (off = 0; off < 9; off++)
		for (len = 0; off + len <= sizeof(bytes); len++)
			cr_assert_eq(checksum_fold(checksum_partial(bytes + off, len, 0)),
				     by_definition(bytes + off, len), "%zu bytes at %zu", len, off);
	memset(bytes, 0xff, sizeof(bytes));
	cr_expect_eq(checksum_fold(checksum_partial(bytes, 64, 0)), 0);
	cr_expect_eq(checksum_fold(checksum_partial(bytes, 3, 0)), by_definition(bytes, 3));
}

Test(checksum, goes_on_after_an_even_piece)
{
	static const uint8_t bytes[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7, 0x99 };
	uint32_t sum = checksum_partial(bytes, 4, 0);

	cr_expect_eq(sum, 0xf204);
	cr_expect_eq(checksum_fold(checksum_partial(bytes + 4, 5, sum)),
		     by_definition(bytes, sizeof(bytes)));
}

/* RFC 3720 B.4 has the first two; the third is the usual check value. */
Test(checksum, crc32c)
{
	static const uint8_t digits[] = "123456789";
	uint8_t bytes[32] = { 0 };

	cr_expect_eq(checksum_crc32c(bytes, 32, 0), 0x8a9136aa);
	memset(bytes, 0xff, sizeof(bytes));
	cr_expect_eq(checksum_crc32c(bytes, 32, 0), 0x62a8ab43);
	cr_expect_eq(checksum_crc32c(digits, 9, 0), 0xe3069283);
	cr_expect_eq(checksum_crc32c(digits + 4, 5, checksum_crc32c(digits, 4, 0)), 0xe3069283);
}

/* An IPv4 packet with UDP, 192.0.2.1 to 192.0.2.2, "hi!". */
static const uint8_t packet[31] = {
	0x45, 0, 0, 31, 0,    0, 0,    0, 64, 17, 0xf6, 0xcb, 192, 0,   2,   1,
	192,  0, 2, 2,  0x10, 0, 0x10, 1, 0,  11, 0xd2, 0x69, 'h', 'i', '!',
};

struct packet_case {
	uint8_t bytes[sizeof(packet)];
	struct frame_view frame;
	struct dissection d;
};

static struct checksum_found verdict(struct packet_case *pc, uint32_t cap_len, uint8_t flags)
{
	static struct registry *reg;

	if (!reg)
		cr_assert_eq(registry_init(&reg, NULL), 0);
	pc->frame = (struct frame_view){
		.data = pc->bytes,
		.cap_len = cap_len,
		.wire_len = sizeof(packet),
		.linktype = 228,
		.flags = flags,
	};
	dissect_frame(reg, &pc->frame, &pc->d);
	cr_assert_geq(pc->d.nr_layers, 2);
	return checksum_find(&pc->d, &pc->d.layers[1], 17,
			     checksum_layer_len(&pc->d, &pc->d.layers[1]), 11, 6);
}

static struct packet_case packet_case(void)
{
	struct packet_case pc;

	memcpy(pc.bytes, packet, sizeof(packet));
	return pc;
}

Test(checksum, good_bad_and_what_it_should_be)
{
	struct packet_case pc = packet_case();
	struct checksum_found f = verdict(&pc, sizeof(packet), 0);
	const uint16_t right = (uint16_t)f.expected;

	cr_expect_eq(right, 0xd269, "0x%04x", right);
	cr_expect_eq(f.status, CHECKSUM_GOOD);
	pc.bytes[26] ^= 0x40;
	f = verdict(&pc, sizeof(packet), 0);
	cr_expect_eq(f.status, CHECKSUM_BAD);
	cr_expect_eq(f.expected, right);
	cr_expect_eq(f.found, right ^ 0x4000);
	pc.bytes[26] ^= 0x40;
	pc.bytes[30] ^= 1;
	cr_expect_eq(verdict(&pc, sizeof(packet), 0).status, CHECKSUM_BAD);
}

Test(checksum, is_not_judged_where_it_cannot_be)
{
	struct packet_case pc = packet_case();
	struct checksum_found f;

	cr_expect_eq(verdict(&pc, sizeof(packet) - 1, 0).status, CHECKSUM_UNVERIFIED);
	f = verdict(&pc, sizeof(packet), FRAME_CSUM_NOT_READY);
	cr_expect_eq(f.status, CHECKSUM_UNVERIFIED);
	cr_expect(f.offloaded);
	pc.bytes[6] = 0x20; /* more fragments */
	f = verdict(&pc, sizeof(packet), 0);
	cr_expect_eq(f.status, CHECKSUM_UNVERIFIED);
	cr_expect_not(f.offloaded);
}

Test(checksum, a_bare_pseudo_header_sum_is_offload)
{
	struct packet_case pc = packet_case();
	struct checksum_found f;

	/* 0xc000 + 0x0201 + 0xc000 + 0x0202 + 17 + 11, carries put back */
	pc.bytes[26] = 0x84;
	pc.bytes[27] = 0x20;
	f = verdict(&pc, sizeof(packet), 0);
	cr_expect_eq(f.status, CHECKSUM_UNVERIFIED);
	cr_expect(f.offloaded);
}
