/* Ring blocks become pcapng, and a reader that knows nothing of rings gets the packets back. */
#include <criterion/criterion.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>

#include "capture/block.h"
#include "capture/stamp.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "pcapio/pcapng_build.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/reader.h"
#include "tests/unit/ring_block.h"

#ifndef TP_STATUS_GSO_TCP
#define TP_STATUS_GSO_TCP (1 << 8) /* linux/if_packet.h since 6.7 */
#endif

enum { BLOCK = 65536, PACKETS_MAX = 512, HEAD_MAX = 4096 };

static const uint64_t start_ns = 1700000000 * NS_PER_SEC;

/* What is stamped and what must come out of it. */
struct scene {
	struct ring_packet packets[PACKETS_MAX];
	uint32_t nr, limit; /* limit: stamp only so many, 0: all */
	uint16_t mac;
	struct ring_traits traits;
	struct stamper stamper;
	struct stamp_statistics statistics;

	uint8_t *base;
	struct stamp_run run;
	uint8_t *file; /* head and run, as a reader would find them */
	size_t file_len;
};

static uint8_t payload[BLOCK + 64];

static void fill_payload(void)
{
	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)(i % 251 + 1);
}

TestSuite(stamp, .init = fill_payload);

static struct scene *scene_new(enum stamp_form form, bool whole_pages)
{
	struct scene *s = calloc(1, sizeof(*s));

	cr_assert_not_null(s);
	s->mac = MAC_ETHERNET;
	s->traits = (struct ring_traits){ .linktype = LINKTYPE_ETHERNET, .snaplen = SNAPLEN_MAX };
	s->stamper = (struct stamper){
		.size = BLOCK, .form = form, .whole_pages = whole_pages, .queue = UINT32_MAX
	};
	s->statistics = (struct stamp_statistics){ .received = 1000, .dropped = 7 };
	return s;
}

static struct ring_packet *scene_packet(struct scene *s, uint32_t len)
{
	struct ring_packet *p = &s->packets[s->nr++];

	cr_assert_leq(s->nr, (uint32_t)PACKETS_MAX);
	*p = (struct ring_packet){ .data = payload + s->nr % 64,
				   .cap_len = len,
				   .wire_len = len,
				   .ts_ns = start_ns + s->nr * 1000003ull,
				   .protocol = htobe16(ETH_P_IP),
				   .hatype = 1,
				   .hash = 0x01020304,
				   .pkttype = PACKET_HOST };
	return p;
}

static void build_head(struct scene *s)
{
	struct pcapng_builder b = { .data = s->file, .size = HEAD_MAX };
	const uint8_t nanoseconds = 9;

	pcapng_section(&b, "test", "test", "test", NULL);
	pcapng_begin(&b, PCAPNG_IDB);
	pcapng_u16(&b, s->traits.linktype);
	pcapng_u16(&b, 0);
	pcapng_u32(&b, s->traits.snaplen);
	pcapng_option(&b, PCAPNG_IF_TSRESOL, &nanoseconds, 1);
	pcapng_end(&b, true);
	pcapng_filler(&b, HEAD_MAX);
	cr_assert(!b.overflow);
}

/* Block, walk and stamps over memory in which an earlier lap has left `stale` everywhere. */
static uint8_t *stamp_over(struct scene *s, int stale, struct stamp_run *ret)
{
	uint8_t *base = guarded_alloc(BLOCK);
	struct ring_block b;
	struct block_view v;
	struct block_frame f;
	uint32_t i, limit = s->limit ? s->limit : s->nr;

	memset(base, stale, BLOCK);
	s->stamper.base = base;
	ring_block_begin(&b, base, BLOCK, 0, s->mac);
	for (i = 0; i < s->nr; i++)
		cr_assert(ring_block_add(&b, &s->packets[i]), "packet %u does not fit", i);
	ring_block_end(&b);
	cr_assert_eq(block_begin(base, BLOCK, &v), 0);
	stamp_begin(&s->stamper);
	for (i = 0; i < limit; i++) {
		cr_assert_eq(block_next_frame(&v, &f), 1);
		block_frame_complete(base, &s->traits, &f);
		stamp_frame(&s->stamper, &f);
	}
	cr_assert(block_ready(base), "the status word belongs to the kernel's protocol");
	stamp_end(&s->stamper, &s->statistics, ret);
	cr_assert(block_ready(base), "the status word belongs to the kernel's protocol");
	cr_assert_eq(ret->packets, limit);
	cr_assert_leq(ret->offset + ret->len, (uint32_t)BLOCK);
	if (s->stamper.whole_pages) {
		cr_assert_eq(ret->offset, 0);
		cr_assert_eq(ret->len % FILE_PAGE, 0);
	}
	return base;
}

/* Also: no byte of what is written depends on what was in the block before. */
static void scene_run(struct scene *s)
{
	struct stamp_run other;
	uint8_t *second = stamp_over(s, STALE, &other);
	uint32_t i;

	s->base = stamp_over(s, (uint8_t)~STALE, &s->run);
	cr_assert_eq(s->run.len, other.len);
	for (i = s->run.offset; i < s->run.offset + s->run.len; i++)
		cr_assert_eq(s->base[i], second[i], "a stale byte at %u of the block", i);
	guarded_free(second, BLOCK);
	s->file_len = HEAD_MAX + s->run.len;
	s->file = calloc(1, s->file_len);
	build_head(s);
	memcpy(s->file + HEAD_MAX, s->base + s->run.offset, s->run.len);
}

static void scene_free(struct scene *s)
{
	guarded_free(s->base, BLOCK);
	free(s->file);
	free(s);
}

/* The bytes of packet i as they must be stored; returns their length before the snap length. */
static uint32_t expected_bytes(const struct scene *s, uint32_t i, uint8_t *out)
{
	const struct ring_packet *p = &s->packets[i];
	const uint32_t len = MIN_OF(p->cap_len, (uint32_t)(BLOCK - BLOCK_FIRST_FRAME - s->mac));
	uint32_t head = 0;

	if (p->status & TP_STATUS_VLAN_VALID) {
		memcpy(out, p->data, 12);
		store_be16(out + 12,
			   p->status & TP_STATUS_VLAN_TPID_VALID ? p->vlan_tpid : ETH_P_8021Q);
		store_be16(out + 14, p->vlan_tci);
		memcpy(out + 16, p->data + 12, len - 12);
		return len + 4;
	}
	if (s->traits.cooked)
		head = s->traits.linktype == LINKTYPE_NETLINK ? 16 : 20;
	memcpy(out + head, p->data, len);
	return head + len;
}

/* Reads the file and compares every packet with what went in. */
static void scene_check(struct scene *s)
{
	static uint8_t want[BLOCK + 64];
	const uint32_t limit = s->limit ? s->limit : s->nr;
	const uint32_t head = s->traits.linktype == LINKTYPE_NETLINK ? 16
			      : s->traits.cooked                     ? 20
								     : 0;
	struct errmsg err = { "" };
	const struct reader_interface *itf;
	struct frame_view f;
	struct reader *r;
	uint64_t bytes = 0;
	uint32_t i, len;

	cr_assert_eq(reader_open_memory(s->file, s->file_len, &r, &err), 0, "%s", err.text);
	for (i = 0; i < limit; i++) {
		cr_assert_eq(reader_next(r, &f, &err), 1, "packet %u: %s", i, err.text);
		len = MIN_OF(expected_bytes(s, i, want), s->traits.snaplen);
		cr_assert_eq(f.cap_len, len, "packet %u: %u bytes, expected %u", i, f.cap_len, len);
		cr_assert_eq(f.ts_ns, s->packets[i].ts_ns);
		if (len > head)
			cr_assert_arr_eq(f.data + head, want + head, len - head, "packet %u", i);
		bytes += len;
	}
	cr_assert_eq(reader_next(r, &f, &err), 0, "%s", err.text);
	cr_assert_eq(s->run.cap_bytes, bytes);
	if (limit) {
		itf = reader_interface(r, 0);
		cr_assert_eq(s->run.first_ts_ns, s->packets[0].ts_ns);
		cr_assert_eq(s->run.last_ts_ns, s->packets[limit - 1].ts_ns);
		cr_assert_eq(itf->dropcount, s->stamper.dropped_before);
		cr_assert_eq(itf->statistics.nr_blocks, 1);
		cr_assert_eq(itf->statistics.value[READER_RECEIVED], s->statistics.received);
		cr_assert_eq(itf->statistics.value[READER_OS_DROPPED], s->statistics.dropped);
		cr_assert_eq(itf->statistics.ts_ns, s->packets[limit - 1].ts_ns);
	}
	reader_close(r);
}

/* Calls fn for each form, with and without whole pages. */
static void each_form(void (*fn)(struct scene *s))
{
	for (int form = STAMP_INPLACE; form <= STAMP_PACKED; form++) {
		for (int pages = 0; pages < 2; pages++) {
			struct scene *s = scene_new((enum stamp_form)form, pages);

			fn(s);
			scene_run(s);
			scene_check(s);
			scene_free(s);
		}
	}
}

static void every_length(struct scene *s)
{
	for (uint32_t len = 0; len < 200; len++)
		scene_packet(s, len);
}

static void large_ones(struct scene *s)
{
	static const uint32_t lengths[] = { 1514, 1513, 60,   9014, 4096,
					    4084, 4068, 4095, 1511, 12000 };

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		scene_packet(s, lengths[i]);
}

static void only_one(struct scene *s)
{
	scene_packet(s, 77);
}

static void only_an_empty_one(struct scene *s)
{
	scene_packet(s, 0);
}

Test(stamp, gives_every_packet_back)
{
	each_form(every_length);
	each_form(large_ones);
	each_form(only_one);
	each_form(only_an_empty_one);
}

static void tags(struct scene *s)
{
	for (uint32_t i = 0; i < 150; i++) {
		struct ring_packet *p = scene_packet(s, 14 + i);

		if (i % 3 == 0)
			continue;
		p->status = TP_STATUS_VLAN_VALID | (i % 3 == 2 ? TP_STATUS_VLAN_TPID_VALID : 0);
		p->vlan_tpid = ETH_P_8021AD;
		p->vlan_tci = (uint16_t)(i * 331 | 0xe000);
	}
}

static void tags_at_the_snap_length(struct scene *s)
{
	s->traits.snaplen = 18;
	for (uint32_t i = 0; i < 40; i++) {
		struct ring_packet *p = scene_packet(s, 12 + i % 7);

		p->wire_len = 1000;
		p->status = TP_STATUS_VLAN_VALID;
		p->vlan_tci = 0x2001;
	}
}

Test(stamp, stores_vlan_tags)
{
	each_form(tags);
	each_form(tags_at_the_snap_length);
}

/* Link types without a reserve: the packet's first byte at every alignment. */
static uint16_t odd_mac;

static void misaligned(struct scene *s)
{
	s->mac = odd_mac;
	for (uint32_t len = 0; len < 100; len++)
		scene_packet(s, len);
}

Test(stamp, aligns_what_the_kernel_did_not)
{
	for (odd_mac = 80; odd_mac < 98; odd_mac++)
		each_form(misaligned);
}

static void cooked_packets(struct scene *s)
{
	s->mac = MAC_COOKED;
	s->traits.cooked = true;
	s->traits.linktype = LINKTYPE_LINUX_SLL2;
	for (uint32_t len = 0; len < 100; len++)
		scene_packet(s, len);
}

static void netlink_packets(struct scene *s)
{
	cooked_packets(s);
	s->traits.linktype = LINKTYPE_NETLINK;
}

Test(stamp, stores_cooked_headers)
{
	each_form(cooked_packets);
	each_form(netlink_packets);
}

static void with_queue(struct scene *s)
{
	every_length(s);
	s->stamper.queue = 3;
	s->stamper.dropped_before = 1234567;
}

static void with_hash(struct scene *s)
{
	every_length(s);
	s->stamper.keep_hash = true;
	s->stamper.dropped_before = 1;
}

static void cooked_with_everything(struct scene *s)
{
	cooked_packets(s);
	s->stamper.keep_hash = true;
	s->stamper.dropped_before = 1;
}

/* Options take room: dense blocks must not overtake frames that have not been read. */
Test(stamp, has_room_for_options)
{
	each_form(with_queue);
	each_form(with_hash);
	each_form(cooked_with_everything);
}

Test(stamp, tells_flags_queue_and_hash)
{
	static const struct {
		uint8_t pkttype;
		uint32_t status;
		uint8_t direction, reception, flags;
	} cases[] = {
		{ PACKET_HOST, 0, FRAME_DIR_IN, FRAME_RX_UNICAST, 0 },
		{ PACKET_BROADCAST, 0, FRAME_DIR_IN, FRAME_RX_BROADCAST, 0 },
		{ PACKET_MULTICAST, 0, FRAME_DIR_IN, FRAME_RX_MULTICAST, 0 },
		{ PACKET_OTHERHOST, 0, FRAME_DIR_IN, FRAME_RX_PROMISCUOUS, 0 },
		{ PACKET_OUTGOING, 0, FRAME_DIR_OUT, FRAME_RX_UNKNOWN, 0 },
		{ PACKET_HOST, TP_STATUS_CSUMNOTREADY, FRAME_DIR_IN, FRAME_RX_UNICAST,
		  FRAME_CSUM_NOT_READY },
		{ PACKET_HOST, TP_STATUS_CSUM_VALID, FRAME_DIR_IN, FRAME_RX_UNICAST,
		  FRAME_CSUM_VALID },
		{ PACKET_HOST, TP_STATUS_GSO_TCP, FRAME_DIR_IN, FRAME_RX_UNICAST, FRAME_GSO_TCP },
		{ 200, 0, FRAME_DIR_UNKNOWN, FRAME_RX_UNKNOWN, 0 },
	};

	for (int form = STAMP_INPLACE; form <= STAMP_PACKED; form++) {
		struct scene *s = scene_new((enum stamp_form)form, true);
		struct errmsg err;
		struct frame_view f;
		struct reader *r;

		s->stamper.queue = 5;
		s->stamper.keep_hash = true;
		for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
			struct ring_packet *p = scene_packet(s, 60);

			p->pkttype = cases[i].pkttype;
			p->status = cases[i].status;
		}
		scene_run(s);
		cr_assert_eq(reader_open_memory(s->file, s->file_len, &r, &err), 0);
		for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
			cr_assert_eq(reader_next(r, &f, &err), 1);
			cr_assert_eq(f.direction, cases[i].direction, "case %zu", i);
			cr_assert_eq(f.reception, cases[i].reception, "case %zu", i);
			cr_assert_eq(f.flags & ~(FRAME_HAS_HASH | FRAME_HAS_QUEUE), cases[i].flags,
				     "case %zu", i);
			cr_assert(f.flags & FRAME_HAS_QUEUE && f.queue == 5, "case %zu", i);
			cr_assert(f.flags & FRAME_HAS_HASH && f.hash == 0x01020304, "case %zu", i);
		}
		reader_close(r);
		scene_free(s);
	}
}

static uint32_t first_of_many;

static void only_the_first(struct scene *s)
{
	every_length(s);
	s->limit = first_of_many;
}

/* -c ends inside a block: what comes after is not in the file, not even as padding. */
Test(stamp, stops_inside_a_block)
{
	for (first_of_many = 1; first_of_many < 40; first_of_many++)
		each_form(only_the_first);
}

Test(stamp, of_nothing_is_nothing)
{
	for (int form = STAMP_INPLACE; form <= STAMP_PACKED; form++) {
		struct scene *s = scene_new((enum stamp_form)form, true);

		scene_run(s);
		cr_assert_eq(s->run.len, 0);
		cr_assert_eq(s->run.packets, 0);
		scene_free(s);
	}
}

static uint32_t tail_room;

/* The kernel lets the last frame end 8 bytes before the block's end. */
static void full_to_the_end(struct scene *s)
{
	const uint32_t last = BLOCK - BLOCK_FIRST_FRAME - 2 * MAC_ETHERNET - 20004 - 8 - tail_room;

	scene_packet(s, 20004);
	scene_packet(s, last);
}

Test(stamp, fills_the_block_to_its_end)
{
	for (tail_room = 0; tail_room < 40; tail_room++)
		each_form(full_to_the_end);
}

/* A frame that alone is larger than a block is cut by the kernel to fill it to the last byte. */
Test(stamp, keeps_a_frame_larger_than_the_block)
{
	for (int form = STAMP_INPLACE; form <= STAMP_PACKED; form++) {
		for (uint32_t over = 0; over < 24; over++) {
			struct scene *s = scene_new((enum stamp_form)form, true);
			struct errmsg err = { "" };
			struct frame_view f;
			struct reader *r;

			scene_packet(s, BLOCK - BLOCK_FIRST_FRAME - MAC_ETHERNET - over);
			scene_run(s);
			cr_assert_eq(reader_open_memory(s->file, s->file_len, &r, &err), 0);
			cr_assert_eq(reader_next(r, &f, &err), 1, "%s", err.text);
			cr_assert_eq(f.wire_len, s->packets[0].wire_len);
			cr_assert_geq(f.cap_len + 16, f.wire_len, "no more is cut than needed");
			cr_assert_arr_eq(f.data, s->packets[0].data, f.cap_len);
			cr_assert_eq(s->run.cap_bytes, f.cap_len);
			cr_assert_eq(reader_next(r, &f, &err), 0, "%s", err.text);
			reader_close(r);
			scene_free(s);
		}
	}
}
