/* Rules on frames that are sent again: what changes, what stays, and the checksums. */
#include <criterion/criterion.h>
#include <string.h>

#include "core/bytes.h"
#include "core/linktype.h"
#include "dissect/checksum.h"
#include "tests/unit/rewrite_packets.h"

enum { ROUNDS = 3000 };

static struct rewrite rw; /* each test is a process of its own */

/* An IPv4 packet with UDP, 192.0.2.1 port 4096 to 192.0.2.2 port 4097, "hi!". */
static const uint8_t udp_packet[31] = {
	0x45, 0, 0, 31, 0,    0, 0,    0, 64, 17, 0xf6, 0xcb, 192, 0,   2,   1,
	192,  0, 2, 2,  0x10, 0, 0x10, 1, 0,  11, 0xd2, 0x69, 'h', 'i', '!',
};

static unsigned apply_raw(uint8_t *bytes, uint32_t len)
{
	return rewrite_apply(&rw, bytes, len, LINKTYPE_RAW);
}

Test(rewrite, byte_for_byte)
{
	uint8_t p[sizeof(udp_packet)], expect[sizeof(udp_packet)];

	memcpy(p, udp_packet, sizeof(p));
	memcpy(expect, udp_packet, sizeof(p));
	must_map(&rw, "192.0.2.1=192.0.2.9");
	must_map_port(&rw, "udp:4097=53");
	must_map_port(&rw, "4097=54"); /* too late */
	cr_expect_eq(apply_raw(p, sizeof(p)), REWRITE_CHANGED_ADDRESS | REWRITE_CHANGED_PORT);
	expect[15] = 9;
	store_be16(expect + 10, 0xf6c3);
	store_be16(expect + 22, 53);
	store_be16(expect + 26, 0xe22d);
	cr_expect_arr_eq(p, expect, sizeof(p));
}

Test(rewrite, nothing_matches_nothing_is_written)
{
	uint8_t p[sizeof(udp_packet)];

	cr_expect(rewrite_is_empty(&rw));
	memcpy(p, udp_packet, sizeof(p));
	must_map(&rw, "10.0.0.0/8=192.0.2.0/24");
	must_map(&rw, "2001:db8::/32=2001:db8:1::/48");
	must_map_port(&rw, "tcp:4096-4097=1-2");
	must_map(&rw, "192.0.2.1=192.0.2.1"); /* the first that matches: this one stays */
	must_map(&rw, "192.0.2.1=192.0.2.7");
	cr_expect_not(rewrite_is_empty(&rw));
	cr_expect_eq(apply_raw(p, sizeof(p)), 0);
	cr_expect_arr_eq(p, udp_packet, sizeof(p));
}

Test(rewrite, host_bits_stay_as_far_as_there_is_room)
{
	static const struct {
		const char *map;
		uint8_t old[4], new[4];
	} cases[] = {
		{ "10.0.0.0/8=192.0.2.0/24", { 10, 1, 2, 3 }, { 192, 0, 2, 3 } },
		{ "10.0.0.0/8=172.16.0.0/12", { 10, 31, 2, 3 }, { 172, 31, 2, 3 } },
		{ "10.1.2.0/24=192.0.0.0/8", { 10, 1, 2, 3 }, { 192, 1, 2, 3 } },
		{ "10.0.0.0/8=192.0.2.1", { 10, 1, 2, 3 }, { 192, 0, 2, 1 } },
		{ "0.0.0.0/0=127.0.0.0/8", { 1, 2, 3, 4 }, { 127, 2, 3, 4 } },
		{ "10.0.0.0/9=192.0.2.0/24", { 10, 128, 2, 3 }, { 10, 128, 2, 3 } },
	};
	uint8_t p[20];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rw = (struct rewrite){ 0 };
		must_map(&rw, cases[i].map);
		memset(p, 0, sizeof(p));
		p[0] = 0x45;
		p[3] = sizeof(p);
		memcpy(p + 16, cases[i].old, 4);
		memcpy(p + 12, "\xe0\0\0\1", 4);
		apply_raw(p, sizeof(p));
		cr_expect_arr_eq(p + 16, cases[i].new, 4, "%s", cases[i].map);
	}
}

static void random_map(bool v6)
{
	static const char *const v4_maps[] = {
		"0.0.0.0/1=10.0.0.0/8", "128.0.0.0/2=192.0.2.0/24",   "0.0.0.0/0=203.0.113.77",
		"0.0.0.0/0=0.0.0.0/0",  "192.0.0.0/2=255.255.0.0/16", "0.0.0.0/0=0.0.0.0",
	};
	static const char *const v6_maps[] = {
		"::/1=2001:db8::/32", "8000::/1=2001:db8:1:2::/64", "::/0=::1", "::/0=::/0",
		"::/0=fe80::/10",     "::/0=2001:db8::/81",
	};
	static const char *const ports[] = {
		"0-32767=32768-65535",    "tcp:0-65535=0-65535", "0-65535=80-65615",
		"udp:0-9999=50000-59999", "40000-65535=1-25536", "sctp:0-65534=1-65535",
	};

	rw = (struct rewrite){ 0 };
	must_map(&rw, v6 ? v6_maps[test_random() % 6] : v4_maps[test_random() % 6]);
	must_map(&rw, v6 ? v6_maps[test_random() % 6] : v4_maps[test_random() % 6]);
	if (test_random() % 2) {
		struct errmsg err;

		/* One of them is refused, for it ends above the last port. */
		(void)!rewrite_add_map_port(&rw, ports[test_random() % 6], &err);
	}
}

static void random_packet(struct packet *p)
{
	static const uint8_t protos[] = { PROTO_NR_TCP,  PROTO_NR_UDP,    PROTO_NR_DCCP,
					  PROTO_NR_SCTP, PROTO_NR_ICMPV6, PROTO_NR_ICMP };
	const bool v6 = test_random() % 2;
	uint8_t proto = protos[test_random() % 5];

	if (proto == PROTO_NR_ICMPV6 && !v6)
		proto = PROTO_NR_ICMP;
	packet_build(p, v6, test_random() % 4, proto, test_random() % 3 * 8, test_random() % 200);
}

/* Right before: right after. Wrong before: wrong by the same after. */
Test(rewrite, a_checksum_is_as_right_as_it_was)
{
	struct packet p, old;
	unsigned round, nr_changed = 0;

	test_random_seed(1);
	for (round = 0; round < ROUNDS; round++) {
		random_packet(&p);
		random_map(p.v6);
		cr_assert_eq(packet_error(&p), 0);
		cr_assert_eq(packet_header_error(&p), 0);
		if (round % 2) {
			p.bytes[p.l4 + packet_sum_at(&p)] ^= (uint8_t)test_random();
			p.bytes[p.ip + 10] ^= p.v6 ? 0 : (uint8_t)test_random();
		}
		old = p;
		if (p.proto == PROTO_NR_UDP && !load_be16(p.bytes + p.l4 + 6))
			continue;
		nr_changed += !!rewrite_apply(&rw, p.bytes, p.len, LINKTYPE_ETHERNET);
		cr_assert_eq(packet_error(&p), packet_error(&old), "round %u proto %u: %x, was %x",
			     round, p.proto, packet_error(&p), packet_error(&old));
		cr_assert_eq(packet_header_error(&p), packet_header_error(&old), "round %u", round);
		if (p.proto == PROTO_NR_UDP)
			cr_assert_neq(load_be16(p.bytes + p.l4 + 6), 0, "round %u", round);
	}
	cr_expect_gt(nr_changed, ROUNDS / 2);
}

/* What the capture has cut off changes nothing of what comes before. */
Test(rewrite, a_cut_packet_is_the_first_bytes_of_the_whole_one)
{
	struct packet p, cut;
	unsigned round;
	uint32_t len, sum_at;

	test_random_seed(2);
	for (round = 0; round < 400; round++) {
		random_packet(&p);
		random_map(p.v6);
		cut = p;
		sum_at = p.l4 + packet_sum_at(&p);
		rewrite_apply(&rw, p.bytes, p.len, LINKTYPE_ETHERNET);
		len = p.l4 + 4 + test_random() % (p.len - p.l4 - 3);
		if (len > sum_at && len < sum_at + 4)
			len = sum_at; /* not through the middle of the checksum */
		/* Behind its end nothing may be touched. */
		memset(cut.bytes + len, 0xa5, p.len - len);
		memset(p.bytes + len, 0xa5, p.len - len);
		rewrite_apply(&rw, cut.bytes, len, LINKTYPE_ETHERNET);
		cr_assert_arr_eq(cut.bytes, p.bytes, p.len, "round %u, %u of %u", round, len,
				 p.len);
	}
}

Test(rewrite, udp_without_a_checksum_stays_without)
{
	struct packet p;
	int v6;

	test_random_seed(3);
	must_map(&rw, "0.0.0.0/0=192.0.2.0/24");
	must_map(&rw, "::/0=2001:db8::/64");
	must_map_port(&rw, "0-1000=2000-3000");
	for (v6 = 0; v6 < 2; v6++) {
		packet_build(&p, v6, 0, PROTO_NR_UDP, 0, 10);
		store_be16(p.bytes + p.l4 + 6, 0);
		cr_expect(rewrite_apply(&rw, p.bytes, p.len, LINKTYPE_ETHERNET) &
			  REWRITE_CHANGED_ADDRESS);
		cr_expect_eq(load_be16(p.bytes + p.l4 + 6), 0);
	}
}

/* RFC 768: a sum that comes out as 0 is sent as all ones. */
Test(rewrite, udp_never_gets_a_checksum_of_0)
{
	struct packet p;
	uint16_t want;

	test_random_seed(4);
	packet_build(&p, false, 0, PROTO_NR_UDP, 0, 8);
	store_be32(p.bytes + p.ip + 12, 0x0a000001);
	packet_sum(&p);
	want = load_be16(p.bytes + p.l4 + 6);
	/* Adding the checksum to the address takes it away from the checksum. */
	rw.v4[0] = (struct rewrite_map){ .net = { load_u32(p.bytes + p.ip + 12) },
					 .mask = { UINT32_MAX } };
	rw.nr_v4 = 1;
	store_be32((uint8_t *)&rw.v4[0].to[0], 0x0a000000u + ((want + 1u) % 0xffff));
	rw.v4[0].to[0] = load_u32(&rw.v4[0].to[0]);
	rewrite_apply(&rw, p.bytes, p.len, LINKTYPE_ETHERNET);
	cr_expect_eq(load_be16(p.bytes + p.l4 + 6), 0xffff);
	cr_expect_eq(packet_error(&p), 0);
}

Test(rewrite, fix_checksums_computes_what_was_there)
{
	struct packet p, old;
	unsigned round, changed;

	test_random_seed(5);
	rw.fix_checksums = true;
	for (round = 0; round < ROUNDS / 4; round++) {
		random_packet(&p);
		old = p;
		cr_assert_eq(rewrite_apply(&rw, p.bytes, p.len, LINKTYPE_ETHERNET), 0, "%u", round);
		p.bytes[p.l4 + packet_sum_at(&p)] ^= 0x55;
		p.bytes[p.l4 + packet_sum_at(&p) + 1] |= 1;
		if (!p.v6)
			store_be16(p.bytes + p.ip + 10, 0);
		changed = rewrite_apply(&rw, p.bytes, p.len, LINKTYPE_ETHERNET);
		cr_assert_eq(changed, REWRITE_CHANGED_CHECKSUM);
		cr_assert_arr_eq(p.bytes, old.bytes, p.len, "round %u proto %u", round, p.proto);
		/* Not all is here: only the header can be computed. */
		p.bytes[p.l4 + packet_sum_at(&p)] ^= 0x55;
		old = p;
		cr_assert_eq(rewrite_apply(&rw, p.bytes, p.len - 1, LINKTYPE_ETHERNET), 0);
		cr_assert_arr_eq(p.bytes, old.bytes, p.len);
	}
}

/* A loose source route: the sum has its last address, and that one is mapped too. */
Test(rewrite, source_routes_follow)
{
	struct packet p;
	uint8_t *ip, *l4;
	uint32_t sum;

	test_random_seed(6);
	packet_build(&p, false, 1, PROTO_NR_TCP, 8, 30);
	ip = p.bytes + p.ip;
	l4 = p.bytes + p.l4;
	memcpy(ip + 16, "\x0a\1\1\1", 4);
	memcpy(ip + 20, "\x83\x07\x04\x0a\2\2\2\0", 8);
	/* Summed as if it had arrived. */
	memcpy(ip + 16, "\x0a\2\2\2", 4);
	packet_sum(&p);
	memcpy(ip + 16, "\x0a\1\1\1", 4);
	sum = load_be16(l4 + 16);
	must_map(&rw, "10.2.0.0/16=192.0.2.0/24");
	cr_expect_eq(rewrite_apply(&rw, p.bytes, p.len, LINKTYPE_ETHERNET),
		     REWRITE_CHANGED_ADDRESS);
	cr_expect_arr_eq(ip + 16, "\x0a\1\1\1", 4);
	cr_expect_arr_eq(ip + 20, "\x83\x07\x04\xc0\0\2\2\0", 8);
	cr_expect_neq(load_be16(l4 + 16), sum);
	memcpy(ip + 16, ip + 23, 4);
	cr_expect_eq(packet_error(&p), 0);
}

Test(rewrite, what_an_icmp_error_quotes_follows)
{
	struct packet inner, p;
	int v6, len;

	test_random_seed(7);
	must_map(&rw, "0.0.0.0/0=10.0.0.0/8");
	must_map(&rw, "::/0=2001:db8::/32");
	must_map_port(&rw, "0-39999=20000-59999");
	for (v6 = 0; v6 < 2; v6++) {
		for (len = 0; len < 60; len++) {
			packet_build(&inner, v6, 0, len % 2 ? PROTO_NR_UDP : PROTO_NR_TCP, 0, 40);
			packet_build(&p, v6, 2, v6 ? PROTO_NR_ICMPV6 : PROTO_NR_ICMP, 0,
				     (uint32_t)((v6 ? 48 : 28) + len));
			p.bytes[p.l4] = v6 ? 1 : 3;
			memcpy(p.bytes + p.l4 + 8, inner.bytes + inner.ip, p.len - p.l4 - 8);
			packet_sum(&p);
			cr_assert(rewrite_apply(&rw, p.bytes, p.len, LINKTYPE_ETHERNET));
			rewrite_apply(&rw, inner.bytes, inner.len, LINKTYPE_ETHERNET);
			cr_assert_eq(packet_error(&p), 0, "v6 %d, %d", v6, len);
			cr_assert_eq(packet_header_error(&p), 0);
			cr_assert_arr_eq(p.bytes + p.l4 + 8, inner.bytes + inner.ip,
					 p.len - p.l4 - 8, "v6 %d, %d", v6, len);
		}
	}
}

Test(rewrite, neighbour_discovery_follows)
{
	static const uint8_t options[] = { 1, 1, 2, 0, 0, 0, 0, 1, 2, 1, 2, 0, 0, 0, 0, 1 };
	struct errmsg err;
	struct packet p;
	uint8_t *l4;

	test_random_seed(8);
	packet_build(&p, true, 0, PROTO_NR_ICMPV6, 0, 32);
	l4 = p.bytes + p.l4;
	l4[0] = 135;
	memcpy(l4 + 24, options, sizeof(options));
	memset(l4 + 8, 0x20, 16);
	packet_sum(&p);
	must_map(&rw, "2020:2000::/20=2001:db8::/32");
	cr_assert_eq(rewrite_add_map_mac(&rw, "02:00:00:00:00:01=02:00:00:00:00:99", &err), 0);
	cr_expect_eq(rewrite_apply(&rw, p.bytes, p.len, LINKTYPE_ETHERNET),
		     REWRITE_CHANGED_ADDRESS | REWRITE_CHANGED_MAC);
	cr_expect_eq(load_be32(l4 + 8), 0x20010db8);
	cr_expect_eq(load_be32(l4 + 20), 0x20202020);
	cr_expect_eq(l4[31], 0x99);
	cr_expect_eq(l4[39], 0x99);
	cr_expect_eq(packet_error(&p), 0);
}

Test(rewrite, arp_and_macs)
{
	uint8_t arp[42] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0,  1, 8, 6,
			    0,    1,    8,    0,    6,    4,    0, 1, 2, 0, 0,  0, 0, 1,
			    10,   1,    2,    3,    0,    0,    0, 0, 0, 0, 10, 1, 2, 4 };
	struct errmsg err;
	uint32_t len;

	must_map(&rw, "10.0.0.0/8=192.0.2.0/24");
	cr_assert_eq(rewrite_add_map_mac(&rw, "2:0:0:0:0:1=0200.0000.0009", &err), 0);
	cr_expect_eq(rewrite_apply(&rw, arp, sizeof(arp), LINKTYPE_ETHERNET),
		     REWRITE_CHANGED_ADDRESS | REWRITE_CHANGED_MAC);
	cr_expect_arr_eq(arp + 6, "\2\0\0\0\0\x09", 6);
	cr_expect_arr_eq(arp + 22, "\2\0\0\0\0\x09\xc0\0\2\3", 10);
	cr_expect_arr_eq(arp + 38, "\xc0\0\2\4", 4);
	cr_assert_eq(rewrite_set_src_mac(&rw, "02-00-00-00-00-0a", &err), 0);
	cr_assert_eq(rewrite_set_dst_mac(&rw, "02:00:00:00:00:0B", &err), 0);
	cr_expect_eq(rewrite_apply(&rw, arp, sizeof(arp), LINKTYPE_ETHERNET), REWRITE_CHANGED_MAC);
	cr_expect_arr_eq(arp, "\2\0\0\0\0\x0b\2\0\0\0\0\x0a", 12);
	for (len = 0; len < 14; len++)
		cr_expect_eq(rewrite_apply(&rw, arp, len, LINKTYPE_ETHERNET), 0);
}

static struct rewritten framed(const struct packet *p, uint8_t *out, uint32_t room)
{
	const struct frame_view f = { .data = p->bytes,
				      .cap_len = p->len,
				      .wire_len = p->len + 5,
				      .linktype = LINKTYPE_ETHERNET };
	struct rewritten done = { 0 };

	cr_assert_eq(rewrite_frame(&rw, NULL, &f, out, room, &done), REWRITE_OK);
	return done;
}

Test(rewrite, vlan_tags)
{
	uint8_t out[PACKET_MAX];
	struct rewritten done;
	struct errmsg err;
	struct packet p;

	test_random_seed(9);
	cr_assert_eq(rewrite_set_vlan(&rw, "100", &err), 0);
	packet_build(&p, false, 0, PROTO_NR_UDP, 0, 30);
	done = framed(&p, out, p.len + 4);
	cr_expect_eq(done.len, p.len + 4);
	cr_expect_eq(done.wire_len, p.len + 9);
	cr_expect_eq(load_be32(out + 12), 0x81000064);
	cr_expect_arr_eq(out + 16, p.bytes + 12, p.len - 12);
	packet_build(&p, false, 2, PROTO_NR_UDP, 0, 30);
	store_be16(p.bytes + 14, 0xe123);
	done = framed(&p, out, p.len);
	cr_expect_eq(load_be32(out + 12), 0x88a8e064);
	cr_expect_eq(done.changed, REWRITE_CHANGED_VLAN);
	cr_expect_arr_eq(out + 16, p.bytes + 16, p.len - 16);
	cr_assert_eq(rewrite_set_vlan(&rw, "push:7", &err), 0);
	done = framed(&p, out, p.len + 4);
	cr_expect_eq(load_be32(out + 12), 0x81000007);
	cr_expect_arr_eq(out + 16, p.bytes + 12, p.len - 12);
	cr_assert_eq(rewrite_set_vlan(&rw, "pop", &err), 0);
	done = framed(&p, out, p.len);
	cr_expect_eq(done.len, p.len - 4);
	cr_expect_arr_eq(out + 12, p.bytes + 16, p.len - 16);
	packet_build(&p, false, 0, PROTO_NR_UDP, 0, 30);
	cr_expect_eq(framed(&p, out, p.len).changed, 0);
}

Test(rewrite, pads_what_was_cut_and_sums_it)
{
	const struct rewrite none = { 0 };
	uint8_t out[PACKET_MAX];
	struct rewritten done;
	struct packet p;
	struct frame_view f;

	test_random_seed(10);
	packet_build(&p, false, 0, PROTO_NR_UDP, 0, 30);
	memset(p.bytes + p.l4 + 8, 0, 30);
	packet_sum(&p);
	f = (struct frame_view){ p.bytes, .cap_len = p.len - 20, .wire_len = p.len,
				 .linktype = LINKTYPE_ETHERNET };
	cr_expect_eq(rewrite_frame(&none, NULL, &f, out, p.len - 20, &done), REWRITE_OK);
	cr_expect_eq(done.len, p.len - 20);
	cr_expect_eq(done.wire_len, p.len);
	rw.pad = true;
	cr_expect_eq(rewrite_frame(&rw, NULL, &f, out, p.len - 1, &done), REWRITE_NO_ROOM);
	cr_expect_eq(rewrite_frame(&rw, NULL, &f, out, p.len, &done), REWRITE_OK);
	cr_expect_eq(done.changed, REWRITE_CHANGED_LENGTH);
	cr_expect_arr_eq(out, p.bytes, p.len);
	rw.fix_checksums = true;
	p.bytes[p.l4 + 6] ^= 1;
	cr_expect_eq(rewrite_frame(&rw, NULL, &f, out, p.len, &done), REWRITE_OK);
	cr_expect_eq(done.changed, REWRITE_CHANGED_LENGTH | REWRITE_CHANGED_CHECKSUM);
	f.wire_len = UINT32_MAX;
	cr_expect_eq(rewrite_frame(&rw, NULL, &f, out, sizeof(out), &done), REWRITE_NO_ROOM);
}

/* What Linux leaves in the packet for the NIC to begin with (CHECKSUM_PARTIAL). */
static void leave_sum(struct packet *p)
{
	const uint32_t len = p->len - p->l4;
	uint32_t sum = checksum_partial(p->bytes + p->ip + (p->v6 ? 8 : 12), p->v6 ? 32 : 8, len);

	store_be16(p->bytes + p->l4 + packet_sum_at(p),
		   (uint16_t)~checksum_fold(sum + (uint32_t)p->proto));
}

static bool is_left(const struct packet *p, uint32_t len)
{
	return rewrite_checksum_left(p->bytes, len, LINKTYPE_ETHERNET);
}

Test(rewrite, a_checksum_that_was_left_to_the_nic)
{
	struct packet p;

	test_random_seed(11);
	for (int i = 0; i < 8; i++) {
		packet_build(&p, i & 1, i >> 2, i & 2 ? PROTO_NR_TCP : PROTO_NR_UDP, 0, 1000);
		cr_expect_not(is_left(&p, p.len), "%d: it is right", i);
		leave_sum(&p);
		cr_expect(is_left(&p, p.len), "%d", i);
		cr_expect(rewrite_checksum_left(p.bytes + p.ip, p.len - p.ip, LINKTYPE_RAW));
		for (uint32_t len = 0; len < p.len; len++)
			cr_assert_not(is_left(&p, len), "%d: of a part nothing is known", i);
		if (!p.v6)
			p.bytes[p.ip + 6] |= 0x20; /* more fragments */
		else
			p.bytes[p.ip + 24] ^= 1;
		cr_expect_not(is_left(&p, p.len), "%d: a fragment, another address", i);
	}
	packet_build(&p, true, 0, PROTO_NR_ICMPV6, 0, 100);
	leave_sum(&p);
	cr_expect_not(is_left(&p, p.len));
}
