/* The machine, instruction by instruction, its limits, and programs as text. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_packet.h>

#include "dissect/filter/program.h"

#define RUN(data, len, anc, ...)                                                                   \
	run((const struct sock_filter[]){ __VA_ARGS__ },                                           \
	    sizeof((struct sock_filter[]){ __VA_ARGS__ }) / sizeof(struct sock_filter), data, len, \
	    anc)

#define RET_A BPF_STMT(BPF_RET | BPF_A, 0)
#define RET_K BPF_STMT(BPF_RET | BPF_K, 7)

static const uint8_t bytes[] = { 0x81, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };

static uint32_t run(const struct sock_filter *insns, uint32_t len, const uint8_t *data,
		    uint32_t data_len, const struct filter_ancillary *anc)
{
	struct sock_filter copy[32];
	struct filter_program p = { .insns = copy, .len = len };
	struct errmsg err;

	memcpy(copy, insns, len * sizeof(*copy));
	cr_assert_eq(filter_check(copy, len, true, &err), 0, "%s", err.text);
	return filter_run(&p, data, data_len + 100, data_len, anc);
}

static uint32_t calculate(uint16_t op, uint32_t a, uint32_t b)
{
	const uint32_t by_x =
		RUN(bytes, 8, NULL, BPF_STMT(BPF_LDX | BPF_IMM, b), BPF_STMT(BPF_LD | BPF_IMM, a),
		    BPF_STMT(BPF_ALU | op | BPF_X, 0), RET_A);
	uint32_t by_k;

	if (!b && (op == BPF_DIV || op == BPF_MOD))
		return by_x;
	if (b > 31 && (op == BPF_LSH || op == BPF_RSH))
		return by_x;
	by_k = RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_IMM, a), BPF_STMT(BPF_ALU | op | BPF_K, b),
		   RET_A);
	cr_expect_eq(by_x, by_k);
	return by_k;
}

Test(filter_program, operations)
{
	cr_expect_eq(calculate(BPF_ADD, 0xfffffff0, 0x20), 0x10);
	cr_expect_eq(calculate(BPF_SUB, 1, 2), 0xffffffff);
	cr_expect_eq(calculate(BPF_MUL, 0x10001, 0x10001), 0x20001);
	cr_expect_eq(calculate(BPF_DIV, 0xfffffffe, 2), 0x7fffffff);
	cr_expect_eq(calculate(BPF_MOD, 0xffffffff, 10), 5);
	cr_expect_eq(calculate(BPF_AND, 0xff00ff, 0xffff), 0xff);
	cr_expect_eq(calculate(BPF_OR, 0xf0, 0x0f), 0xff);
	cr_expect_eq(calculate(BPF_XOR, 0xff, 0x0f), 0xf0);
	cr_expect_eq(calculate(BPF_LSH, 3, 31), 0x80000000);
	cr_expect_eq(calculate(BPF_RSH, 0x80000000, 31), 1);
	cr_expect_eq(calculate(BPF_LSH, 3, 33), 6, "as in the kernel, modulo 32");
	cr_expect_eq(calculate(BPF_RSH, 8, 34), 2);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_IMM, 5),
			 BPF_STMT(BPF_ALU | BPF_NEG, 0), RET_A),
		     0xfffffffb);
}

Test(filter_program, division_by_zero_does_not_accept)
{
	const struct sock_filter ops[] = { BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0),
					   BPF_STMT(BPF_ALU | BPF_MOD | BPF_X, 0) };

	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_IMM, 5), ops[0], RET_K), 0);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_IMM, 5), ops[1], RET_K), 0);
}

Test(filter_program, loads)
{
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 1), RET_A), 0x23456789);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6), RET_A), 0xcdef);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 7), RET_A), 0xef);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 4),
			 BPF_STMT(BPF_MISC | BPF_TXA, 0), RET_A),
		     0x24);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), RET_A), 108);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LDX | BPF_W | BPF_LEN, 0),
			 BPF_STMT(BPF_MISC | BPF_TXA, 0), RET_A),
		     108);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LDX | BPF_IMM, 2),
			 BPF_STMT(BPF_LD | BPF_H | BPF_IND, 3), RET_A),
		     0xabcd);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_IMM, 9), BPF_STMT(BPF_ST, 15),
			 BPF_STMT(BPF_LDX | BPF_MEM, 15), BPF_STMT(BPF_LD | BPF_IMM, 1),
			 BPF_STMT(BPF_STX, 0), BPF_STMT(BPF_LD | BPF_MEM, 0), RET_A),
		     9);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_MEM, 3), RET_A), 0);
}

static uint32_t load_at(uint16_t size, uint32_t x, uint32_t k, uint32_t len)
{
	return RUN(bytes, len, NULL, BPF_STMT(BPF_LDX | BPF_IMM, x),
		   BPF_STMT(BPF_LD | size | BPF_IND, k), RET_K);
}

Test(filter_program, loads_beyond_the_packet_do_not_accept)
{
	static const struct {
		uint16_t code;
		uint32_t bytes;
	} sizes[] = { { BPF_W, 4 }, { BPF_H, 2 }, { BPF_B, 1 } };
	uint32_t len, off, i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (len = 0; len <= 8; len++)
			for (off = 0; off < 12; off++) {
				const uint32_t want = off + sizes[i].bytes <= len ? 7 : 0;

				cr_expect_eq(RUN(bytes, len, NULL,
						 BPF_STMT(BPF_LD | sizes[i].code | BPF_ABS, off),
						 RET_K),
					     want);
				cr_expect_eq(load_at(sizes[i].code, off, 0, len), want);
				cr_expect_eq(load_at(sizes[i].code, -5, off + 5, len), want,
					     "x + k wraps");
			}
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (off = 1; off < 8; off++) {
			cr_expect_eq(load_at(sizes[i].code, -off, 0, 8), 0);
			cr_expect_eq(load_at(sizes[i].code, 0, -off, 8), 0);
		}
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 8), RET_K), 0);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, -1), RET_K), 0);
}

Test(filter_program, offsets_from_the_kernels_headers_do_not_accept)
{
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_B | BPF_ABS, SKF_NET_OFF), RET_K),
		     0);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_B | BPF_ABS, SKF_LL_OFF), RET_K), 0);
}

static uint32_t ancillary(uint32_t what, const struct filter_ancillary *anc)
{
	return RUN(bytes, 8, anc, BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + what), RET_A);
}

Test(filter_program, ancillary_words)
{
	const struct filter_ancillary a = { .protocol = 1,
					    .pkttype = 2,
					    .ifindex = 3,
					    .mark = 4,
					    .queue = 5,
					    .hatype = 6,
					    .rxhash = 7,
					    .cpu = 8,
					    .vlan_tci = 9,
					    .vlan_present = 10,
					    .vlan_tpid = 11 };
	static const uint32_t words[] = {
		SKF_AD_PROTOCOL, SKF_AD_PKTTYPE,          SKF_AD_IFINDEX,  SKF_AD_MARK,
		SKF_AD_QUEUE,    SKF_AD_HATYPE,           SKF_AD_RXHASH,   SKF_AD_CPU,
		SKF_AD_VLAN_TAG, SKF_AD_VLAN_TAG_PRESENT, SKF_AD_VLAN_TPID
	};
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		cr_expect_eq(ancillary(words[i], &a), i + 1);
		cr_expect_eq(ancillary(words[i], NULL), 0);
	}
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LDX | BPF_IMM, 5),
			 BPF_STMT(BPF_LD | BPF_IMM, 6),
			 BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_ALU_XOR_X), RET_A),
		     3);
}

Test(filter_program, what_a_file_knows)
{
	struct frame_view f = { .ifindex = 3, .hash = 9, .queue = 4 };
	struct filter_ancillary a;

	filter_ancillary_of(&f, &a);
	cr_expect(a.pkttype == PACKET_HOST && a.ifindex == 3 && a.rxhash == 0 && a.queue == 0);
	f.flags = FRAME_HAS_HASH | FRAME_HAS_QUEUE;
	f.reception = FRAME_RX_MULTICAST;
	filter_ancillary_of(&f, &a);
	cr_expect(a.pkttype == PACKET_MULTICAST && a.rxhash == 9 && a.queue == 4);
	f.direction = FRAME_DIR_OUT;
	filter_ancillary_of(&f, &a);
	cr_expect_eq(a.pkttype, PACKET_OUTGOING);
}

static bool jumps(uint16_t op, uint32_t a, uint32_t b)
{
	const uint32_t by_x =
		RUN(bytes, 8, NULL, BPF_STMT(BPF_LDX | BPF_IMM, b), BPF_STMT(BPF_LD | BPF_IMM, a),
		    BPF_JUMP(BPF_JMP | op | BPF_X, 0, 1, 0), BPF_STMT(BPF_RET | BPF_K, 1),
		    BPF_STMT(BPF_RET | BPF_K, 2));
	const uint32_t by_k = RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_IMM, a),
				  BPF_JUMP(BPF_JMP | op | BPF_K, b, 1, 0),
				  BPF_STMT(BPF_RET | BPF_K, 1), BPF_STMT(BPF_RET | BPF_K, 2));

	cr_expect_eq(by_x, by_k);
	return by_k == 2;
}

Test(filter_program, comparisons_know_no_sign)
{
	cr_expect(jumps(BPF_JEQ, 5, 5) && !jumps(BPF_JEQ, 5, 6));
	cr_expect(jumps(BPF_JGT, 0x80000000, 1) && !jumps(BPF_JGT, 5, 5));
	cr_expect(jumps(BPF_JGE, 5, 5) && !jumps(BPF_JGE, 4, 0xffffffff));
	cr_expect(jumps(BPF_JSET, 6, 2) && !jumps(BPF_JSET, 6, 9));
}

Test(filter_program, loops_end, .timeout = 20)
{
	/* Counts down from A = 10; without an end when it begins at 0. */
	const struct sock_filter count[] = { BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 0),
					     BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 1),
					     BPF_STMT(BPF_JMP | BPF_JA, -3), RET_K };

	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_IMM, 10), count[0], count[1],
			 count[2], count[3]),
		     7);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_LD | BPF_IMM, 0x40000000), count[0], count[1],
			 count[2], count[3]),
		     0);
	cr_expect_eq(RUN(bytes, 8, NULL, BPF_STMT(BPF_JMP | BPF_JA, -1), RET_K), 0);
}

static void expect_refused(const char *why, struct sock_filter first, struct sock_filter second)
{
	struct sock_filter p[] = { first, second };
	struct errmsg err = { "" };

	cr_expect_eq(filter_check(p, 2, false, &err), -EINVAL, "%s", why);
	cr_expect(strstr(err.text, why), "%s: %s", why, err.text);
}

Test(filter_program, what_is_no_program)
{
	const struct sock_filter ret = RET_K;
	struct errmsg err;
	struct sock_filter p[] = { BPF_STMT(BPF_JMP | BPF_JA, -2), RET_K };

	expect_refused("none that the kernel knows", (struct sock_filter)BPF_STMT(0xfff, 0), ret);
	expect_refused("16 words", (struct sock_filter)BPF_STMT(BPF_ST, 16), ret);
	expect_refused("16 words", (struct sock_filter)BPF_STMT(BPF_STX, 16), ret);
	expect_refused("16 words", (struct sock_filter)BPF_STMT(BPF_LD | BPF_MEM, 16), ret);
	expect_refused("16 words", (struct sock_filter)BPF_STMT(BPF_LDX | BPF_MEM, 16), ret);
	expect_refused("divides by 0", (struct sock_filter)BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0),
		       ret);
	expect_refused("divides by 0", (struct sock_filter)BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 0),
		       ret);
	expect_refused("31 bits", (struct sock_filter)BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32), ret);
	expect_refused("no number for",
		       (struct sock_filter)BPF_STMT(BPF_LD | BPF_B | BPF_ABS, SKF_AD_OFF + 64),
		       ret);
	expect_refused("beyond the end",
		       (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0), ret);
	expect_refused("beyond the end",
		       (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), ret);
	expect_refused("beyond the end", (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 1), ret);
	expect_refused("backwards", (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, -1), ret);
	expect_refused("does not return", ret, (struct sock_filter)BPF_STMT(BPF_LD | BPF_IMM, 1));
	cr_expect_eq(filter_check(p, 2, true, &err), -EINVAL);
	cr_expect(strstr(err.text, "before the beginning"));
	cr_expect_eq(filter_check(p, 0, true, &err), -EINVAL);
}

/* tcpdump's own words, in each of its forms. */
Test(filter_program, is_printed_as_tcpdump_does)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x800, 0, 4),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 27),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_X, 0, 0, 1),
		BPF_STMT(BPF_JMP | BPF_JA, 1),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, -1),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_STMT(BPF_ST, 3),
		BPF_STMT(BPF_RET | BPF_K, 262144),
	};
	const struct filter_program p = { .insns = insns, .len = ARRAY_SIZE(insns) };
	char text[2048];
	struct strbuf out = strbuf_over(text, sizeof(text));

	filter_print_listing(&p, &out);
	cr_expect_str_eq(text, "(000) ldh      [12]\n"
			       "(001) jeq      #0x800           jt 2\tjf 6\n"
			       "(002) ldxb     4*([14]&0xf)\n"
			       "(003) ldb      [x + 27]\n"
			       "(004) jset     x                jt 5\tjf 6\n"
			       "(005) ja       7\n"
			       "(006) ldb      [vlanp]\n"
			       "(007) and      #0xf0\n"
			       "(008) add      #-1\n"
			       "(009) tax      \n"
			       "(010) ld       #pktlen\n"
			       "(011) st       M[3]\n"
			       "(012) ret      #262144\n");
	strbuf_reset(&out);
	filter_print_c(&(struct filter_program){ .insns = insns, .len = 2 }, &out);
	cr_expect_str_eq(text, "{ 0x28, 0, 0, 0x0000000c },\n{ 0x15, 0, 4, 0x00000800 },\n");
	strbuf_reset(&out);
	filter_print_numbers(&(struct filter_program){ .insns = insns, .len = 2 }, &out);
	cr_expect_str_eq(text, "2\n40 0 0 12\n21 0 4 2048\n");
}

Test(filter_program, numbers_are_read)
{
	static const char *const same[] = {
		"4\n40 0 0 12\n21 0 1 2048\n6 0 0 65535\n6 0 0 0\n",
		"40 0 0 12\n21 0 1 2048\n6 0 0 65535\n6 0 0 0",
		"{ 0x28, 0, 0, 0x0000000c },\n{ 0x15, 0, 1, 0x800 },\n{6,0,0,65535},\n{6,0,0,0},",
		"4,\r\n{0x28,0,0,12},{0x15,0,1,0x800},{6,0,0,65535},{6,0,0,0}",
	};
	struct filter_program p;
	struct errmsg err;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(same); i++) {
		cr_assert_eq(filter_parse_numbers(same[i], &p, &err), 0, "%zu: %s", i, err.text);
		cr_assert_eq(p.len, 4);
		cr_expect(p.insns[0].code == 0x28 && p.insns[0].k == 12);
		cr_expect(p.insns[1].jf == 1 && p.insns[2].k == 65535 && !p.loops);
		filter_program_free(&p);
	}
	cr_assert_eq(filter_parse_numbers("5 0 0 4294967295\n6 0 0 0\n", &p, &err), 0);
	cr_expect(p.loops);
	filter_program_free(&p);
}

Test(filter_program, bad_numbers_are_refused)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "", "0" },
		{ "6 0 0", "line 1: no number where k" },
		{ "6 0 0 0\n6 0 256 0", "line 2: jf is more" },
		{ "6 0 0 4294967296", "k is more" },
		{ "70000 0 0 0", "code is more" },
		{ "6 0 0 x", "no number" },
		{ "6 0 0 0x", "'x' behind k" },
		{ "3\n6 0 0 0\n", "the count in front says 3" },
		{ "40 0 0 12\n", "does not return" },
		{ "6 0 0 -1\n", "no number" },
	};
	struct filter_program p;
	struct errmsg err;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		cr_expect_eq(filter_parse_numbers(bad[i].text, &p, &err), -EINVAL, "%zu", i);
		cr_expect(strstr(err.text, bad[i].why), "%zu: %s", i, err.text);
		cr_expect_null(p.insns);
	}
}

Test(filter_program, the_kernel_is_asked)
{
	struct sock_filter good[] = { RET_K };
	struct sock_filter unset[] = { BPF_STMT(BPF_LD | BPF_MEM, 1), RET_A };
	struct filter_program p = { .insns = good, .len = 1 };
	struct errmsg err = { "" };

	cr_expect_eq(filter_check_kernel(&p, &err), 0, "%s", err.text);
	p = (struct filter_program){ .insns = unset, .len = 2 };
	cr_expect_eq(filter_check_kernel(&p, &err), -EINVAL);
	cr_expect(strstr(err.text, "the kernel refuses"));
	p.loops = true;
	cr_expect_eq(filter_check_kernel(&p, &err), -EINVAL);
	cr_expect(strstr(err.text, "backwards"));
}
