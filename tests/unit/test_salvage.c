/* What pcapio/salvage.h promises: what was not touched is saved, and nothing else happens. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/linktype.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/salvage.h"
#include "tests/unit/capture_bytes.h"
#include "tests/unit/reader_drive.h"

enum { PACKETS = 20, FIRST_SECOND = 1700000000, OUT_MAX = 2 * CAPTURE_MAX };

/* What was handed on. */
struct saved {
	size_t len, puts, fail_at; /* fail_at: the number of the put that fails; 0: none */
	uint8_t bytes[OUT_MAX];
};

static struct salvage_report report;
static struct saved saved;

static int take(void *context, const uint8_t *bytes, size_t len)
{
	struct saved *s = context;

	if (++s->puts == s->fail_at)
		return -ENOSPC;
	cr_assert_leq(len, OUT_MAX - s->len);
	memcpy(s->bytes + s->len, bytes, len);
	s->len += len;
	return 0;
}

static int run(const uint8_t *bytes, size_t len, int linktype)
{
	const struct salvage_options o = { .linktype = linktype, .put = take, .context = &saved };
	struct errmsg err;
	struct source *src;
	int code;

	saved.len = saved.puts = 0;
	cr_assert_eq(source_open_memory("memory", bytes, len, &src), 0);
	code = salvage(src, &o, &report, &err);
	if (!code)
		cr_assert_eq(report.bytes + report.lost_bytes, len, "every byte is accounted for");
	source_close(src);
	return code;
}

/* Of the packets in what was saved: a bit per number, which is its captured length - 10. */
static uint32_t saved_packets(void)
{
	struct outcome o;
	uint32_t seen = 0;

	if (!saved.len)
		return 0;
	o = read_bytes(saved.bytes, saved.len);
	cr_assert_eq(o.code, 0, "what was saved is whole: %s", o.text);
	cr_assert_eq(o.nr, report.packets);
	for (size_t i = 0; i < o.nr; i++)
		if (o.frames[i].cap_len >= 10 && o.frames[i].cap_len < 10 + PACKETS)
			seen |= 1u << (o.frames[i].cap_len - 10);
	return seen;
}

static void build(struct capture *c, bool ng, bool big_endian, size_t begins[PACKETS + 1])
{
	c->big_endian = big_endian;
	if (ng) {
		section_header(c);
		interface_block(c, LINKTYPE_ETHERNET, 0, 9);
	} else {
		pcap_header(c, 0xa1b2c3d4, 65535, LINKTYPE_ETHERNET);
	}
	for (uint32_t i = 0; i < PACKETS; i++) {
		begins[i] = c->len;
		if (ng)
			packet_block(c, 0, (FIRST_SECOND + i) * 1000000000ull, 10 + i, 10 + i);
		else
			pcap_record(c, FIRST_SECOND + i, i, 10 + i, 10 + i, 1);
	}
	begins[PACKETS] = c->len;
}

static struct capture original, damaged;
static size_t begins[PACKETS + 1];

static void build_kind(unsigned kind)
{
	memset(&original, 0, sizeof(original));
	build(&original, kind & 1, kind & 2, begins);
	damaged = original;
}

/* A bit per packet that is in the damaged file as it was. */
static uint32_t untouched(size_t len)
{
	uint32_t whole = 0;

	for (unsigned i = 0; i < PACKETS; i++)
		if (begins[i + 1] <= len &&
		    !memcmp(original.bytes + begins[i], damaged.bytes + begins[i],
			    begins[i + 1] - begins[i]))
			whole |= 1u << i;
	return whole;
}

Test(salvage, whole_files_are_copied)
{
	for (unsigned kind = 0; kind < 4; kind++) {
		build_kind(kind);
		cr_assert_eq(run(original.bytes, original.len, -1), 0);
		cr_assert_eq(saved.len, original.len);
		cr_assert_arr_eq(saved.bytes, original.bytes, original.len);
		cr_assert_eq(report.nr_regions, 0);
		cr_assert_eq(report.packets, PACKETS);
		cr_assert_not(report.header_made);
	}
}

Test(salvage, cut_at_every_byte)
{
	for (unsigned kind = 0; kind < 4; kind++) {
		build_kind(kind);
		for (size_t len = 0; len <= original.len; len++) {
			cr_assert_eq(run(original.bytes, len, -1), 0);
			cr_assert_leq(saved.len, len);
			cr_assert_arr_eq(saved.bytes, original.bytes, saved.len);
			cr_assert_eq(saved_packets(), untouched(len), "kind %u cut at %zu", kind,
				     len);
			cr_assert_leq(report.nr_regions, 1);
		}
	}
}

Test(salvage, zeros_anywhere)
{
	for (unsigned kind = 0; kind < 4; kind++) {
		build_kind(kind);
		for (size_t at = begins[0]; at + 8 <= original.len; at += 4)
			for (size_t len = 8; len <= 256 && at + len <= original.len; len *= 2) {
				uint32_t lost;

				damaged = original;
				memset(damaged.bytes + at, 0, len);
				cr_assert_eq(run(damaged.bytes, damaged.len, -1), 0);
				lost = untouched(damaged.len) & ~saved_packets();
				cr_assert_eq(lost, 0, "kind %u: %zu zeros at %zu lose %x", kind,
					     len, at, lost);
			}
	}
}

Test(salvage, bits_turned)
{
	srandom(1);
	for (unsigned round = 0; round < 20000; round++) {
		const unsigned nr = 1 + (unsigned)random() % 8;
		uint32_t lost;

		build_kind(round % 4);
		for (unsigned i = 0; i < nr; i++)
			damaged.bytes[begins[0] + (size_t)random() % (damaged.len - begins[0])] ^=
				(uint8_t)(1 << random() % 8);
		cr_assert_eq(run(damaged.bytes, damaged.len, -1), 0);
		lost = untouched(damaged.len) & ~saved_packets();
		if (round % 2)
			cr_assert_eq(lost, 0, "round %u loses %x", round, lost);
	}
}

Test(salvage, anything_at_all)
{
	srandom(2);
	for (unsigned round = 0; round < 20000; round++) {
		const unsigned nr = 1 + (unsigned)random() % 40;

		build_kind(round % 4);
		for (unsigned i = 0; i < nr; i++)
			damaged.bytes[(size_t)random() % damaged.len] = (uint8_t)random();
		cr_assert_eq(run(damaged.bytes, (size_t)random() % (damaged.len + 1), -1), 0);
		(void)saved_packets();
	}
}

/* Neither what is in front of a record nor what is behind it tells where it begins. */
Test(salvage, records_alone)
{
	for (unsigned kind = 0; kind < 4; kind += 2) {
		build_kind(kind);
		for (unsigned i = 1; i < PACKETS; i += 2)
			memset(damaged.bytes + begins[i] + 8, 0xff, 4);
		cr_assert_eq(run(damaged.bytes, damaged.len, -1), 0);
		cr_assert_eq(saved_packets(), untouched(damaged.len), "kind %u", kind);
		cr_assert_eq(report.nr_regions, PACKETS / 2);
		cr_assert_eq(report.reasons[SALVAGE_RECORD], PACKETS / 2);
	}
}

Test(salvage, headers_are_made_anew)
{
	for (unsigned kind = 0; kind < 4; kind++) {
		build_kind(kind);
		memset(damaged.bytes, 0, begins[0]);
		cr_assert_eq(run(damaged.bytes, damaged.len, LINKTYPE_RAW), 0);
		cr_assert_eq(saved_packets(), (1u << PACKETS) - 1, "kind %u", kind);
		cr_assert(report.header_made);
		cr_assert_eq(report.linktype_made, LINKTYPE_RAW);
		cr_assert_eq(report.interfaces_made, kind & 1);
		cr_assert_eq(report.tsresol_made, kind & 1 ? 9 : 6);
		cr_assert_eq(read_bytes(saved.bytes, saved.len).frames[3].ts_ns / 1000000000,
			     FIRST_SECOND + 3);
		cr_assert_eq(read_bytes(saved.bytes, saved.len).frames[0].linktype, LINKTYPE_RAW);
	}
}

Test(salvage, interface_lost)
{
	build_kind(1);
	damaged.bytes[begins[0] - 1] ^= 0x40; /* the description's second length */
	cr_assert_eq(run(damaged.bytes, damaged.len, -1), 0);
	cr_assert_eq(saved_packets(), (1u << PACKETS) - 1);
	cr_assert_eq(report.interfaces_made, 1);
	cr_assert_not(report.header_made);
	cr_assert_eq(report.nr_regions, 1);
	cr_assert_eq(report.regions[0].reason, SALVAGE_LENGTHS);
	cr_assert_eq(report.regions[0].offset, 28);
}

/* Without damage in front of it a packet of an unknown interface is not one. */
Test(salvage, interface_never_described)
{
	build_kind(1);
	packet_block(&original, 7, FIRST_SECOND * 1000000000ull, 50, 50);
	cr_assert_eq(run(original.bytes, original.len, -1), 0);
	cr_assert_eq(report.packets, PACKETS);
	cr_assert_eq(report.regions[0].reason, SALVAGE_INTERFACE);
}

Test(salvage, regions_and_reasons)
{
	build_kind(1);
	memset(damaged.bytes + begins[3], 0, begins[5] - begins[3]);
	damaged.bytes[begins[10] + 4] = 0xff;
	damaged.bytes[begins[10] + 7] = 0xff;
	cr_assert_eq(run(damaged.bytes, damaged.len - 1, -1), 0);
	cr_assert_eq(report.nr_regions, 3);
	cr_assert_eq(report.regions[0].offset, begins[3]);
	cr_assert_eq(report.regions[0].len, begins[5] - begins[3]);
	cr_assert_eq(report.regions[0].reason, SALVAGE_ZEROS);
	cr_assert_eq(report.regions[1].offset, begins[10]);
	cr_assert_eq(report.regions[1].len, begins[11] - begins[10]);
	cr_assert_eq(report.regions[1].reason, SALVAGE_LENGTH);
	cr_assert_eq(report.regions[2].offset, begins[PACKETS - 1]);
	cr_assert_eq(report.regions[2].reason, SALVAGE_CUT);
	cr_assert_eq(report.packets, PACKETS - 4);
}

Test(salvage, output_fails)
{
	build_kind(1);
	for (saved.fail_at = 1; saved.fail_at < PACKETS; saved.fail_at++) {
		cr_assert_eq(run(original.bytes, original.len, -1), -ENOSPC);
		cr_assert_eq(saved.puts, saved.fail_at);
	}
}

static bool at_once(void *context, const struct salvage_report *so_far)
{
	return true;
}

/* A search through megabytes of false starts ends, and ends early on request. */
Test(salvage, false_starts)
{
	const size_t len = 48 << 20;
	const uint32_t words[] = { PCAPNG_EPB, 1 << 20, 1 << 20, PCAPNG_NRB, 1 << 20, 1 << 20 };
	struct salvage_options o = { .linktype = -1, .stop = at_once };
	uint8_t *bytes = malloc(len);
	struct source *src;

	cr_assert_not_null(bytes);
	build_kind(1);
	for (size_t at = 0; at + sizeof(words) <= len; at += sizeof(words))
		memcpy(bytes + at, words, sizeof(words));
	memcpy(bytes, original.bytes, begins[1]);
	cr_assert_eq(run(bytes, len, -1), 0);
	cr_assert_eq(report.packets, 1);
	cr_assert_eq(source_open_memory("memory", bytes, len, &src), 0);
	cr_assert_eq(salvage(src, &o, &report, NULL), 0);
	cr_assert(report.stopped);
	cr_assert_lt(source_offset(src), len);
	source_close(src);
	free(bytes);
}
