/* Fragments: of what sizes, with which headers, and that they make the packet again. */
#include <criterion/criterion.h>
#include <string.h>

#include "core/bytes.h"
#include "core/linktype.h"
#include "dissect/rewrite/fragment.h"
#include "tests/unit/rewrite_packets.h"

enum { ROUNDS = 300, FRAGMENTS_MAX = 1200 };

static uint8_t pieces[FRAGMENTS_MAX][PACKET_MAX];
static uint32_t lens[FRAGMENTS_MAX];

/* All fragments of a frame with this MTU. */
static uint32_t cut(struct rewrite_fragment_config *cfg, const uint8_t *frame, uint32_t len)
{
	struct rewrite_fragment it;
	uint32_t n = 0;

	cr_assert_eq(rewrite_fragment_begin(&it, cfg, frame, len, len, LINKTYPE_ETHERNET),
		     REWRITE_OK);
	for (;;) {
		const uint32_t left = rewrite_fragment_left(&it);

		cr_assert_lt(n, FRAGMENTS_MAX);
		lens[n] = rewrite_fragment_next(&it, pieces[n]);
		cr_assert_eq(left > 0, lens[n] > 0);
		if (!lens[n])
			return n;
		cr_assert(rewrite_fits_mtu(pieces[n], lens[n], LINKTYPE_ETHERNET, cfg->mtu));
		n++;
		cr_assert_eq(rewrite_fragment_left(&it), left - 1);
	}
}

static uint16_t header_sum(const uint8_t *ip)
{
	uint32_t sum = 0, i;

	for (i = 0; i < (ip[0] & 15) * 4u; i += 2)
		sum += load_be16(ip + i);
	return (uint16_t)(sum % 0xffff);
}

/* What a receiver does, RFC 791: the headers of the first, the data of all. Returns the length. */
static uint32_t join_v4(uint32_t n, uint32_t ip, uint8_t *out)
{
	const uint32_t hdr_len = (pieces[0][ip] & 15) * 4u;
	uint32_t i, end = 0, total;

	memcpy(out, pieces[0], ip + hdr_len);
	for (i = 0; i < n; i++) {
		const uint8_t *p = pieces[i] + ip;
		const uint32_t data = load_be16(p + 2) - (p[0] & 15) * 4u;
		const uint32_t off = (load_be16(p + 6) & 0x1fff) * 8u;

		cr_assert_eq(header_sum(p), 0);
		cr_assert_eq(load_be16(p + 4), load_be16(pieces[0] + ip + 4));
		cr_assert_eq(!!(load_be16(p + 6) & 0x2000), i + 1 < n);
		cr_assert_eq(off, end);
		cr_assert_eq(lens[i], ip + load_be16(p + 2));
		memcpy(out + ip + hdr_len + off, p + (p[0] & 15) * 4u, data);
		end = off + data;
	}
	total = hdr_len + end;
	store_be16(out + ip + 2, (uint16_t)total);
	store_be16(out + ip + 6, 0);
	store_be16(out + ip + 10, 0);
	store_be16(out + ip + 10, (uint16_t)(0xffff - header_sum(out + ip)));
	return ip + total;
}

/* The same of IPv6, whose fragment header stands at ip + unfragmented. */
static uint32_t join_v6(uint32_t n, uint32_t ip, uint32_t unfragmented, uint8_t *out)
{
	const uint32_t at = ip + unfragmented;
	uint32_t i, end = 0;

	memcpy(out, pieces[0], at);
	for (i = 0; i < n; i++) {
		const uint8_t *frag = pieces[i] + at;
		const uint32_t data = lens[i] - at - 8;

		cr_assert_eq(load_be16(frag + 2) & 0xfff8, end);
		cr_assert_eq(load_be16(frag + 2) & 7, i + 1 < n);
		cr_assert_eq(load_be32(frag + 4), load_be32(pieces[0] + at + 4));
		cr_assert_eq(load_be16(pieces[i] + ip + 4), lens[i] - ip - 40);
		cr_assert_arr_eq(pieces[i], out, ip);
		memcpy(out + at + end, frag + 8, data);
		end += data;
	}
	store_be16(out + ip + 4, (uint16_t)(unfragmented - 40 + end));
	return at + end;
}

Test(rewrite_fragment, fragments_make_the_packet_again)
{
	static uint8_t joined[PACKET_MAX];
	struct rewrite_fragment_config cfg = { .next_id = 77 };
	struct packet p;
	unsigned round;
	uint32_t n, len;

	test_random_seed(1);
	for (round = 0; round < ROUNDS; round++) {
		const bool v6 = round % 2;

		packet_build(&p, v6, round / 2 % 3, PROTO_NR_UDP, v6 ? 0 : test_random() % 4 * 8,
			     1 + test_random() % 4000);
		cfg.mtu = 84 + test_random() % 2000;
		n = cut(&cfg, p.bytes, p.len);
		if (n == 1) {
			cr_assert_eq(lens[0], p.len);
			cr_assert_arr_eq(pieces[0], p.bytes, p.len);
			continue;
		}
		len = v6 ? join_v6(n, p.ip, 40, joined) : join_v4(n, p.ip, joined);
		if (v6) {
			cr_assert_eq(joined[p.ip + 6], 44);
			cr_assert_eq(pieces[0][p.ip + 40], p.proto);
			joined[p.ip + 6] = p.proto;
		}
		cr_assert_eq(len, p.len, "round %u: %u, not %u", round, len, p.len);
		cr_assert_arr_eq(joined, p.bytes, p.len, "round %u", round);
	}
}

/* Rules on each fragment are the rules on the whole: the first has the ports, one the checksum. */
Test(rewrite_fragment, rules_reach_fragments)
{
	static uint8_t joined[PACKET_MAX];
	static struct rewrite rw;
	struct rewrite_fragment_config cfg = { .next_id = 1 };
	struct packet p;
	unsigned round;
	uint32_t n, i, len;

	test_random_seed(2);
	must_map(&rw, "0.0.0.0/0=192.0.2.0/24");
	must_map(&rw, "::/0=2001:db8::/32");
	for (round = 0; round < ROUNDS; round++) {
		const bool v6 = round % 2, udp = round % 4 / 2;

		if (round == ROUNDS / 2)
			must_map_port(&rw, "0-40000=20000-60000");
		packet_build(&p, v6, 0, udp ? PROTO_NR_UDP : PROTO_NR_TCP, 0,
			     500 + test_random() % 2000);
		/* TCP's checksum may be in the third fragment while no ports are changed. */
		cfg.mtu = (v6 ? 48 : 20) + (udp || round < ROUNDS / 2 ? 8 : 24) +
			  test_random() % (round % 8 / 4 ? 8 : 300);
		n = cut(&cfg, p.bytes, p.len);
		cr_assert_gt(n, 1);
		for (i = 0; i < n; i++)
			cr_assert(rewrite_apply(&rw, pieces[i], lens[i], LINKTYPE_ETHERNET));
		len = v6 ? join_v6(n, p.ip, 40, joined) : join_v4(n, p.ip, joined);
		if (v6)
			joined[p.ip + 6] = p.proto;
		rewrite_apply(&rw, p.bytes, p.len, LINKTYPE_ETHERNET);
		cr_assert_eq(len, p.len);
		cr_assert_eq(packet_error(&p), 0);
		cr_assert_arr_eq(joined, p.bytes, p.len, "round %u", round);
	}
}

/* A fragment of so few bytes that the checksum is in another: its ports stay. */
Test(rewrite_fragment, ports_stay_where_their_checksum_is_elsewhere)
{
	struct rewrite_fragment_config cfg = { 0 };
	static struct rewrite rw;
	struct packet p;
	int v6;

	test_random_seed(3);
	must_map_port(&rw, "0-32767=32768-65535");
	must_map_port(&rw, "32768-65535=0-32767");
	for (v6 = 0; v6 < 2; v6++) {
		packet_build(&p, v6, 0, PROTO_NR_TCP, 0, 60);
		cfg.mtu = v6 ? 56 : 28;
		cut(&cfg, p.bytes, p.len);
		cr_expect_eq(rewrite_apply(&rw, pieces[0], lens[0], LINKTYPE_ETHERNET), 0);
		cfg.mtu = v6 ? 72 : 44;
		cut(&cfg, p.bytes, p.len);
		cr_expect_eq(rewrite_apply(&rw, pieces[0], lens[0], LINKTYPE_ETHERNET),
			     REWRITE_CHANGED_PORT);
	}
}

Test(rewrite_fragment, fragments_again)
{
	static uint8_t first[PACKET_MAX];
	struct rewrite_fragment_config cfg = { .next_id = 5 };
	uint32_t n, m, len;
	struct packet p;
	int v6;

	for (v6 = 0; v6 < 2; v6++) {
		packet_build(&p, v6, 1, PROTO_NR_UDP, 0, 3000);
		cfg.mtu = 1500;
		n = cut(&cfg, p.bytes, p.len);
		cr_assert_eq(n, 3);
		/* The second one, in three parts, all of which say that more follow. */
		memcpy(first, pieces[1], lens[1]);
		len = lens[1];
		cfg.mtu = 600;
		m = cut(&cfg, first, len);
		cr_assert_eq(m, 3);
		cr_expect_eq(cfg.next_id, v6 ? 6 : 5);
		if (v6) {
			cr_expect_eq(load_be16(pieces[0] + p.ip + 42), 1448 | 1);
			cr_expect_eq(load_be16(pieces[2] + p.ip + 42) & 7, 1);
			cr_expect_eq(load_be32(pieces[2] + p.ip + 44), 5);
			cr_expect_eq(pieces[2][p.ip + 40], PROTO_NR_UDP);
			cr_expect_eq(lens[0] + lens[1] + lens[2] - 2 * (p.ip + 48), len);
		} else {
			cr_expect_eq(load_be16(pieces[0] + p.ip + 6), 0x2000 | 1480 / 8);
			cr_expect_eq(load_be16(pieces[2] + p.ip + 6) & 0x2000, 0x2000);
			cr_expect_eq(lens[0] + lens[1] + lens[2] - 2 * (p.ip + 20), len);
		}
	}
}

Test(rewrite_fragment, options_are_copied_by_their_flag)
{
	/* A router alert (copied), a record of the route (not), no operation, the end. */
	static const uint8_t options[] = { 148, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 1 };
	struct rewrite_fragment_config cfg = { .mtu = 100 };
	struct packet p;
	uint32_t n;

	test_random_seed(4);
	packet_build(&p, false, 0, PROTO_NR_UDP, 8, 300);
	memmove(p.bytes + p.ip + 32, p.bytes + p.ip + 28, p.len - p.ip - 28);
	memcpy(p.bytes + p.ip + 20, options, sizeof(options));
	p.bytes[p.ip] = 0x48;
	p.len += 4;
	store_be16(p.bytes + p.ip + 2, (uint16_t)(p.len - p.ip));
	n = cut(&cfg, p.bytes, p.len);
	cr_expect_eq(n, 5);
	cr_expect_arr_eq(pieces[0] + p.ip + 20, options, sizeof(options));
	cr_expect_eq(pieces[1][p.ip], 0x46);
	cr_expect_arr_eq(pieces[1] + p.ip + 20, options, 4);
	cr_expect_eq(header_sum(pieces[1] + p.ip), 0);
}

Test(rewrite_fragment, headers_for_routers_are_in_every_fragment)
{
	struct rewrite_fragment_config cfg = { .mtu = 200, .next_id = 9 };
	struct packet p;
	uint32_t n, i;
	uint8_t *ip;

	test_random_seed(5);
	packet_build(&p, true, 0, PROTO_NR_UDP, 32, 300);
	ip = p.bytes + p.ip;
	/* Of one header of 32 bytes make hop by hop, routing and destination options. */
	ip[6] = 0;
	memcpy(ip + 40, "\x2b\0\1\4\0\0\0\0", 8);
	memcpy(ip + 48, "\x3c\0\xfd\0\0\0\0\0", 8);
	memcpy(ip + 56, "\x11\1\1\x0c\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	n = cut(&cfg, p.bytes, p.len);
	cr_assert_gt(n, 1);
	for (i = 0; i < n; i++) {
		cr_expect_eq(pieces[i][p.ip + 6], 0);
		cr_expect_arr_eq(pieces[i] + p.ip + 40, "\x2b\0\1\4\0\0\0\0\x2c\0\xfd", 11);
		cr_expect_eq(pieces[i][p.ip + 56], 60);
		cr_expect_eq(load_be32(pieces[i] + p.ip + 60), 9);
	}
	cr_expect_eq(pieces[0][p.ip + 64], PROTO_NR_UDP);
	cr_expect_eq(cfg.next_id, 10);
}

static enum rewrite_result begin(const struct packet *p, uint32_t len, uint32_t wire_len,
				 struct rewrite_fragment_config *cfg)
{
	struct rewrite_fragment it;

	return rewrite_fragment_begin(&it, cfg, p->bytes, len, wire_len, LINKTYPE_ETHERNET);
}

Test(rewrite_fragment, refusals)
{
	struct rewrite_fragment_config cfg = { .mtu = 200, .next_id = 0x30000 };
	struct packet p;
	uint8_t *ip;

	test_random_seed(6);
	packet_build(&p, false, 0, PROTO_NR_UDP, 0, 300);
	ip = p.bytes + p.ip;
	cr_expect_eq(begin(&p, p.len - 1, p.len, &cfg), REWRITE_CUT);
	cr_expect_eq(begin(&p, p.len - 1, p.len - 1, &cfg), REWRITE_BAD_HEADER);
	cr_expect_eq(begin(&p, 13, p.len, &cfg), REWRITE_NOT_IP);
	cr_expect_eq(begin(&p, p.ip + 19, p.len, &cfg), REWRITE_CUT);
	cfg.mtu = 27;
	cr_expect_eq(begin(&p, p.len, p.len, &cfg), REWRITE_MTU_TOO_SMALL);
	cfg.mtu = 28;
	cr_expect_eq(begin(&p, p.len, p.len, &cfg), REWRITE_OK);
	store_be16(ip + 4, 0);
	store_be16(ip + 6, 0x4000);
	cr_expect_eq(begin(&p, p.len, p.len, &cfg), REWRITE_DONT_FRAGMENT);
	cfg.ignore_df = true;
	cut(&cfg, p.bytes, p.len);
	cr_expect_eq(load_be16(pieces[1] + p.ip + 6), 0x2001);
	cr_expect_eq(load_be16(pieces[1] + p.ip + 4), 0); /* the low half of next_id */
	cr_expect_eq(cfg.next_id, 0x30001);
	store_be16(ip + 6, 0x1fff); /* beyond what a datagram can have */
	cr_expect_eq(begin(&p, p.len, p.len, &cfg), REWRITE_BAD_HEADER);
	store_be16(ip + 2, 0);
	cr_expect_eq(begin(&p, p.len, p.len, &cfg), REWRITE_NO_LENGTH);
	ip[0] = 0x55;
	cr_expect_eq(begin(&p, p.len, p.len, &cfg), REWRITE_NOT_IP);
	store_be16(p.bytes + 12, 0x0806);
	cr_expect_eq(begin(&p, p.len, p.len, &cfg), REWRITE_NOT_IP);
}

/* net/packet/af_packet.c: one tag of 802.1Q is let through, others count. */
Test(rewrite_fragment, tags_and_the_mtu)
{
	struct packet p;

	packet_build(&p, false, 0, PROTO_NR_UDP, 0, 100 - 28);
	cr_expect(rewrite_fits_mtu(p.bytes, p.len, LINKTYPE_ETHERNET, 100));
	cr_expect_not(rewrite_fits_mtu(p.bytes, p.len, LINKTYPE_ETHERNET, 99));
	packet_build(&p, false, 1, PROTO_NR_UDP, 0, 100 - 28);
	cr_expect(rewrite_fits_mtu(p.bytes, p.len, LINKTYPE_ETHERNET, 100));
	store_be16(p.bytes + 12, 0x88a8);
	cr_expect_not(rewrite_fits_mtu(p.bytes, p.len, LINKTYPE_ETHERNET, 103));
	cr_expect(rewrite_fits_mtu(p.bytes, p.len, LINKTYPE_ETHERNET, 104));
	cr_expect(rewrite_fits_mtu(p.bytes, 100, LINKTYPE_RAW, 100));
	cr_expect_not(rewrite_fits_mtu(p.bytes, 101, LINKTYPE_RAW, 100));
}
