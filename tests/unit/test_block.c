/* Walking ring blocks: right ones, ones that end exactly, and ones that lie. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture/block.h"
#include "capture/stamp.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "tests/unit/ring_block.h"

enum { BLOCK = 16384, PACKET_MAX = 2000 };

static uint8_t packet_bytes[PACKET_MAX];
static const struct ring_traits ethernet = { .linktype = LINKTYPE_ETHERNET,
					     .snaplen = SNAPLEN_MAX };
static const struct ring_traits cooked = { .linktype = LINKTYPE_LINUX_SLL2,
					   .cooked = true,
					   .snaplen = SNAPLEN_MAX };
static const struct ring_traits netlink = { .linktype = LINKTYPE_NETLINK,
					    .cooked = true,
					    .snaplen = SNAPLEN_MAX };

static void fill_packet(void)
{
	for (size_t i = 0; i < sizeof(packet_bytes); i++)
		packet_bytes[i] = (uint8_t)(i % 97 + 1);
}

static struct ring_packet packet(uint32_t len, uint32_t i)
{
	return (struct ring_packet){ .data = packet_bytes,
				     .cap_len = len,
				     .wire_len = len,
				     .ts_ns = 1700000000 * NS_PER_SEC + i,
				     .protocol = htobe16(ETH_P_IP),
				     .hatype = 1,
				     .pkttype = PACKET_OTHERHOST };
}

TestSuite(block, .init = fill_packet);

Test(block, delivers_frames_in_order)
{
	uint8_t *base = guarded_alloc(BLOCK);
	struct block_frame f;
	struct ring_block b;
	struct block_view v;
	uint32_t i, n = 0;

	ring_block_begin(&b, base, BLOCK, 7, MAC_ETHERNET);
	for (i = 0; i < 60; i++, n++) {
		const struct ring_packet p = packet(i * 3, i);

		cr_assert(ring_block_add(&b, &p));
	}
	cr_assert(!block_ready(base) || base[BLOCK_STATUS_OFFSET] == STALE);
	ring_block_end(&b);
	cr_assert(block_ready(base));
	cr_assert_eq(block_begin(base, BLOCK, &v), 0);
	cr_assert_eq(v.nr_packets, n);
	cr_assert_eq(v.seq, 7);
	cr_assert_eq(v.length, b.next);
	for (i = 0; i < n; i++) {
		cr_assert_eq(block_next_frame(&v, &f), 1);
		cr_assert_eq(f.cap_len, i * 3);
		cr_assert_eq(f.wire_len, i * 3);
		cr_assert_eq(f.ts_ns, 1700000000 * NS_PER_SEC + i);
		cr_assert_eq(f.ifindex, 3);
		cr_assert_eq(f.pkttype, PACKET_OTHERHOST);
		cr_assert_eq(f.protocol, htobe16(ETH_P_IP));
		cr_assert_arr_eq(base + f.data_off, packet_bytes, f.cap_len);
	}
	cr_assert_eq(block_next_frame(&v, &f), 0);
	cr_assert_eq(block_next_frame(&v, &f), 0, "the end stays the end");
	block_release(base);
	cr_assert(!block_ready(base));
	guarded_free(base, BLOCK);
}

Test(block, accepts_an_empty_one)
{
	uint8_t *base = guarded_alloc(BLOCK);
	struct block_frame f;
	struct ring_block b;
	struct block_view v;

	ring_block_begin(&b, base, BLOCK, 0, MAC_ETHERNET);
	ring_block_end(&b);
	cr_assert_eq(block_begin(base, BLOCK, &v), 0);
	cr_assert_eq(block_next_frame(&v, &f), 0);
	guarded_free(base, BLOCK);
}

/* One frame through block_frame_complete(). */
static uint8_t *complete_one(const struct ring_packet *p, uint16_t mac, const struct ring_traits *t,
			     struct block_frame *ret)
{
	static uint8_t *base;
	struct ring_block b;
	struct block_view v;

	base = guarded_alloc(BLOCK);
	ring_block_begin(&b, base, BLOCK, 0, mac);
	cr_assert(ring_block_add(&b, p));
	ring_block_end(&b);
	cr_assert_eq(block_begin(base, BLOCK, &v), 0);
	cr_assert_eq(block_next_frame(&v, ret), 1);
	block_frame_complete(base, t, ret);
	cr_assert_geq(ret->data_off, ret->off + 28, "room for a packet block's head");
	return base;
}

Test(block, puts_vlan_tags_back)
{
	static const uint16_t tcis[] = { 0, 1, 0xfff, 0xe064, 0x1001, 0xffff };
	struct ring_packet p = packet(60, 0);
	struct block_frame f;

	for (size_t i = 0; i < ARRAY_SIZE(tcis); i++) {
		for (int with_tpid = 0; with_tpid < 2; with_tpid++) {
			uint8_t *base;

			p.status =
				TP_STATUS_VLAN_VALID | (with_tpid ? TP_STATUS_VLAN_TPID_VALID : 0);
			p.vlan_tci = tcis[i];
			p.vlan_tpid = ETH_P_8021AD;
			base = complete_one(&p, MAC_ETHERNET, &ethernet, &f);
			cr_assert_eq(f.cap_len, 64);
			cr_assert_eq(f.wire_len, 64);
			cr_assert_arr_eq(base + f.data_off, packet_bytes, 12);
			cr_assert_eq(load_be16(base + f.data_off + 12),
				     with_tpid ? ETH_P_8021AD : ETH_P_8021Q);
			cr_assert_eq(load_be16(base + f.data_off + 14), tcis[i]);
			cr_assert_arr_eq(base + f.data_off + 16, packet_bytes + 12, 48);
			guarded_free(base, BLOCK);
		}
	}
}

Test(block, leaves_frames_without_addresses_alone)
{
	struct ring_packet p = packet(11, 0);
	struct block_frame f;
	uint8_t *base;

	p.wire_len = 60;
	p.status = TP_STATUS_VLAN_VALID;
	base = complete_one(&p, MAC_ETHERNET, &ethernet, &f);
	cr_assert_eq(f.cap_len, 11, "no tag can be put between addresses that are not there");
	cr_assert_arr_eq(base + f.data_off, packet_bytes, 11);
	guarded_free(base, BLOCK);
}

Test(block, cuts_at_the_snap_length)
{
	const struct ring_traits t = { .linktype = LINKTYPE_ETHERNET, .snaplen = 96 };
	struct ring_packet p = packet(96, 0);
	struct block_frame f;
	uint8_t *base;

	p.wire_len = 1500;
	p.status = TP_STATUS_VLAN_VALID;
	p.vlan_tci = 5;
	base = complete_one(&p, MAC_ETHERNET, &t, &f);
	cr_assert_eq(f.cap_len, 96);
	cr_assert_eq(f.wire_len, 1504);
	cr_assert_arr_eq(base + f.data_off + 16, packet_bytes + 12, 80);
	guarded_free(base, BLOCK);
}

Test(block, writes_sll2_headers)
{
	static const uint8_t head[20] = { 0x08, 0x00, 0, 0,    0,    0,    0,    3, 0, 1,
					  3,    6,    2, 0x01, 0x02, 0x03, 0x04, 5, 0, 0 };
	struct ring_packet p = packet(33, 0);
	struct block_frame f;
	uint8_t *base = complete_one(&p, MAC_COOKED, &cooked, &f);

	cr_assert_eq(f.cap_len, 53);
	cr_assert_eq(f.wire_len, 53);
	cr_assert_arr_eq(base + f.data_off, head, sizeof(head));
	cr_assert_arr_eq(base + f.data_off + 20, packet_bytes, 33);
	guarded_free(base, BLOCK);

	p.status = TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID;
	p.vlan_tpid = ETH_P_8021AD;
	p.vlan_tci = 0x2123;
	base = complete_one(&p, MAC_COOKED, &cooked, &f);
	cr_assert_eq(f.cap_len, 57);
	cr_assert_eq(load_be16(base + f.data_off), ETH_P_8021AD);
	cr_assert_eq(load_be16(base + f.data_off + 20), 0x2123);
	cr_assert_eq(load_be16(base + f.data_off + 22), ETH_P_IP);
	cr_assert_arr_eq(base + f.data_off + 24, packet_bytes, 33);
	guarded_free(base, BLOCK);
}

Test(block, writes_netlink_headers)
{
	struct ring_packet p = packet(40, 0);
	struct block_frame f;
	uint8_t *base;

	p.hatype = 824;
	p.protocol = htobe16(16);
	p.pkttype = PACKET_OUTGOING;
	base = complete_one(&p, MAC_COOKED, &netlink, &f);
	cr_assert_eq(f.cap_len, 56);
	cr_assert_eq(load_be16(base + f.data_off), PACKET_OUTGOING);
	cr_assert_eq(load_be16(base + f.data_off + 2), 824);
	cr_assert_eq(load_be16(base + f.data_off + 14), 16);
	cr_assert_arr_eq(base + f.data_off + 16, packet_bytes, 40);
	guarded_free(base, BLOCK);
}

static char mutation[128];

static void tell_mutation(int number)
{
	(void)number;
	if (write(STDERR_FILENO, mutation, strlen(mutation)) < 0)
		_exit(2);
	_exit(1);
}

/* Everything that a worker does with a block; what it says does not matter, what it touches does.
 */
static void use_block(uint8_t *base, const struct ring_traits *t, enum stamp_form form, bool pages)
{
	const struct stamp_statistics stats = { .received = 1 };
	struct stamper s = { .base = base,
			     .size = BLOCK,
			     .form = form,
			     .whole_pages = pages,
			     .keep_hash = true,
			     .queue = 1,
			     .dropped_before = 5 };
	struct block_view v;
	struct block_frame f;
	struct stamp_run run;
	uint32_t frames = 0;
	int ret = block_begin(base, BLOCK, &v);

	if (ret < 0) {
		cr_assert_eq(ret, -EPROTO, "%s", mutation);
		return;
	}
	stamp_begin(&s);
	while ((ret = block_next_frame(&v, &f)) == 1) {
		cr_assert_lt(frames++, BLOCK / 8, "%s: it must come to an end", mutation);
		block_frame_complete(base, t, &f);
		stamp_frame(&s, &f);
		cr_assert_leq(f.cap_len, BLOCK - f.data_off, "%s", mutation);
	}
	cr_assert(ret == 0 || ret == -EPROTO, "%s: %d", mutation, ret);
	stamp_end(&s, &stats, &run);
	cr_assert_leq(run.offset, (uint32_t)BLOCK, "%s", mutation);
	cr_assert_leq(run.len, (uint32_t)BLOCK - run.offset, "%s", mutation);
	cr_assert(!pages || run.len % FILE_PAGE == 0, "%s", mutation);
}

/* A few frames, a tag and a full last page among them. */
static void build_victim(uint8_t *base, uint16_t mac)
{
	static const uint32_t lengths[] = { 60,  0,  1,    1514, 64,   1999,
					    300, 60, 1514, 1000, 1990, 1999 };
	struct ring_block b;

	ring_block_begin(&b, base, BLOCK, 1, mac);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct ring_packet p = packet(lengths[i], (uint32_t)i);

		p.status = i % 3 ? 0 : TP_STATUS_VLAN_VALID;
		cr_assert(ring_block_add(&b, &p));
	}
	ring_block_end(&b);
}

static void mutate(const struct ring_traits *t, uint16_t mac, enum stamp_form form, bool pages)
{
	static const uint32_t values[] = {
		0,         1,          3,          4,          7,          8,
		28,        47,         67,         68,         111,        113,
		0xff,      0x7fff,     0x8000,     0xfff8,     0xffff,     BLOCK - 1,
		BLOCK,     BLOCK - 4,  BLOCK - 8,  BLOCK - 28, BLOCK - 68, BLOCK - 112,
		BLOCK + 1, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff
	};
	uint8_t *base = guarded_alloc(BLOCK), *good = guarded_alloc(BLOCK);
	struct block_view v;
	struct block_frame f;
	uint32_t at[16], nr = 0, k, off;
	size_t i;

	build_victim(good, mac);
	at[nr++] = 0;
	cr_assert_eq(block_begin(good, BLOCK, &v), 0);
	while (block_next_frame(&v, &f) == 1)
		at[nr++] = f.off;
	for (k = 0; k < nr; k++) {
		for (off = 0; off < (k ? FRAME_HEADER_LEN : BLOCK_DESC_LEN); off += 2) {
			for (i = 0; i < 2 * ARRAY_SIZE(values); i++) {
				const uint32_t value = values[i / 2];

				if (i % 2 && off % 4)
					continue;
				snprintf(mutation, sizeof(mutation),
					 "%d bytes at %u + %u := %#x, form %d\n", i % 2 ? 4 : 2,
					 at[k], off, value, form);
				memcpy(base, good, BLOCK);
				if (i % 2)
					store_u32(base + at[k] + off, value);
				else
					store_u16(base + at[k] + off, (uint16_t)value);
				use_block(base, t, form, pages);
			}
		}
	}
	guarded_free(base, BLOCK);
	guarded_free(good, BLOCK);
}

/* Nothing outside the block is touched, whatever a header says. */
Test(block, survives_every_mutated_field, .timeout = 60)
{
	const struct sigaction action = { .sa_handler = tell_mutation };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGABRT, &action, NULL);
	for (int pages = 0; pages < 2; pages++) {
		for (int form = STAMP_INPLACE; form <= STAMP_PACKED; form++) {
			mutate(&ethernet, MAC_ETHERNET, (enum stamp_form)form, pages);
			mutate(&cooked, MAC_COOKED, (enum stamp_form)form, pages);
		}
	}
}

/* A header near the block's end whose few bytes end anywhere up to it. */
Test(block, survives_bytes_at_the_end)
{
	const struct sigaction action = { .sa_handler = tell_mutation };
	uint8_t *base = guarded_alloc(BLOCK);
	uint32_t data_off, len, off;

	sigaction(SIGSEGV, &action, NULL);
	for (off = BLOCK - 160; off < BLOCK; off += 8) {
		for (data_off = off + FRAME_HEADER_LEN; data_off <= BLOCK; data_off++) {
			for (len = 0; len <= BLOCK - data_off; len++) {
				for (int form = 0; form < 4; form++) {
					struct tpacket3_hdr *h =
						(struct tpacket3_hdr *)(base + off);

					build_victim(base, MAC_ETHERNET);
					store_u32(base + 12, 1);
					store_u32(base + 16, off);
					h->tp_mac = (uint16_t)(data_off - off);
					h->tp_snaplen = len;
					h->tp_len = len;
					h->tp_status = len % 2 ? TP_STATUS_VLAN_VALID : 0;
					snprintf(mutation, sizeof(mutation),
						 "header at %u, data at %u, %u bytes, form %d\n",
						 off, data_off, len, form);
					use_block(base, form % 2 ? &cooked : &ethernet,
						  form < 2 ? STAMP_INPLACE : STAMP_PACKED,
						  form & 1);
				}
			}
		}
	}
	guarded_free(base, BLOCK);
}
