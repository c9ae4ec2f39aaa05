/* Optimised and plain code of the same tests: shorter, and the same verdict on every packet. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "dissect/filter/cond.h"

#define CODE(...)                                            \
	code_of((const struct sock_filter[]){ __VA_ARGS__ }, \
		sizeof((struct sock_filter[]){ __VA_ARGS__ }) / sizeof(struct sock_filter))
#define LDB(k) BPF_STMT(BPF_LD | BPF_B | BPF_ABS, k)
#define LDH(k) BPF_STMT(BPF_LD | BPF_H | BPF_ABS, k)
#define LDW(k) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, k)

static struct arena arena;
static uint64_t seed = 20;

static void clean_up(void)
{
	arena_free(&arena);
}

TestSuite(filter_optimize, .fini = clean_up);

static uint32_t pick(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

static struct cond_code code_of(const struct sock_filter *insns, size_t n)
{
	struct cond_code c = { 0 };
	size_t i;

	for (i = 0; i < n; i++)
		code_add(&arena, &c, insns[i].code, insns[i].k);
	return c;
}

static struct cond *test_eq(struct cond_code code, uint32_t k)
{
	return cond_test(&arena, code, BPF_JEQ | BPF_K, k);
}

static void assemble(const struct cond *c, bool optimize, struct filter_program *ret)
{
	struct filter_error err;
	struct errmsg msg;

	cr_assert_eq(filter_assemble(&arena, c, 96, optimize, ret, &err), 0, "%s", err.text);
	cr_assert_eq(filter_check(ret->insns, ret->len, ret->loops, &msg), 0, "%s", msg.text);
}

static void expect_program(const struct cond *c, const char *want)
{
	struct filter_program p;
	char text[4096];
	struct strbuf out = strbuf_over(text, sizeof(text));

	assemble(c, true, &p);
	filter_print_listing(&p, &out);
	cr_expect_str_eq(text, want, "%s", text);
	filter_program_free(&p);
}

Test(filter_optimize, one_load_for_two_tests)
{
	expect_program(cond_or(&arena, test_eq(CODE(LDH(12)), 1), test_eq(CODE(LDH(12)), 2)),
		       "(000) ldh      [12]\n"
		       "(001) jeq      #0x1             jt 3\tjf 2\n"
		       "(002) jeq      #0x2             jt 3\tjf 4\n"
		       "(003) ret      #96\n"
		       "(004) ret      #0\n");
}

/* After "is 1" the question "is 2" is answered, on both ways. */
Test(filter_optimize, settled_tests_are_jumped_over)
{
	struct cond *one = cond_and(&arena, test_eq(CODE(LDH(12)), 1), test_eq(CODE(LDB(20)), 5));
	struct cond *two = cond_and(&arena, test_eq(CODE(LDH(12)), 2), test_eq(CODE(LDB(30)), 5));

	expect_program(cond_or(&arena, one, two), "(000) ldh      [12]\n"
						  "(001) jeq      #0x1             jt 2\tjf 4\n"
						  "(002) ldb      [20]\n"
						  "(003) jeq      #0x5             jt 7\tjf 8\n"
						  "(004) jeq      #0x2             jt 5\tjf 8\n"
						  "(005) ldb      [30]\n"
						  "(006) jeq      #0x5             jt 7\tjf 8\n"
						  "(007) ret      #96\n"
						  "(008) ret      #0\n");
}

/* "udp[4] = 0xcd" as the generator writes it, with an index by way of scratch memory. */
Test(filter_optimize, indices_are_folded)
{
	const struct cond_code code =
		CODE(BPF_STMT(BPF_LD | BPF_IMM, 4), BPF_STMT(BPF_ST, 0),
		     BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14), BPF_STMT(BPF_LD | BPF_MEM, 0),
		     BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0), BPF_STMT(BPF_MISC | BPF_TAX, 0),
		     BPF_STMT(BPF_LD | BPF_B | BPF_IND, 14), BPF_STMT(BPF_ST, 1),
		     BPF_STMT(BPF_LD | BPF_IMM, 0xcd), BPF_STMT(BPF_ST, 2),
		     BPF_STMT(BPF_LDX | BPF_MEM, 2), BPF_STMT(BPF_LD | BPF_MEM, 1));

	expect_program(cond_test(&arena, code, BPF_JEQ | BPF_X, 0),
		       "(000) ldxb     4*([14]&0xf)\n"
		       "(001) ldb      [x + 18]\n"
		       "(002) jeq      #0xcd            jt 3\tjf 4\n"
		       "(003) ret      #96\n"
		       "(004) ret      #0\n");
}

Test(filter_optimize, tests_take_over_operations)
{
	expect_program(test_eq(CODE(LDB(20), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 7)), 0),
		       "(000) ldb      [20]\n"
		       "(001) jset     #0x7             jt 3\tjf 2\n"
		       "(002) ret      #96\n"
		       "(003) ret      #0\n");
	expect_program(cond_test(&arena, CODE(LDB(20), BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4)),
				 BPF_JGT | BPF_K, 5),
		       "(000) ldb      [20]\n"
		       "(001) jgt      #0x5f            jt 2\tjf 3\n"
		       "(002) ret      #96\n"
		       "(003) ret      #0\n");
	expect_program(test_eq(CODE(LDB(20), BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 3),
				    BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 5)),
			       1),
		       "(000) ldb      [20]\n"
		       "(001) jeq      #0x3             jt 2\tjf 3\n"
		       "(002) ret      #96\n"
		       "(003) ret      #0\n");
}

/* Two questions to the same masked word. */
Test(filter_optimize, what_a_test_has_taken_over_is_not_there)
{
	const struct sock_filter mask = BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff);
	const uint8_t zeros[] = { 0, 0, 0, 0 }, ones[] = { 1, 2, 3, 0xff },
		      other[] = { 0, 0, 0, 4 };
	struct filter_program p;

	assemble(cond_or(&arena, test_eq(CODE(LDW(0), mask), 0), test_eq(CODE(LDW(0), mask), 0xff)),
		 true, &p);
	cr_expect_eq(filter_run(&p, zeros, 4, 4, NULL), 96);
	cr_expect_eq(filter_run(&p, ones, 4, 4, NULL), 96);
	cr_expect_eq(filter_run(&p, other, 4, 4, NULL), 0);
	filter_program_free(&p);
}

/* "host 1 or host 2 or host 3": once both words have been loaded, each only once more. */
Test(filter_optimize, lists_are_sorted_by_what_they_look_at)
{
	struct cond *c = test_eq(CODE(LDW(26)), 1);
	uint32_t host;

	c = cond_or(&arena, c, test_eq(CODE(LDW(30)), 1));
	for (host = 2; host < 4; host++) {
		c = cond_or(&arena, c, test_eq(CODE(LDW(26)), host));
		c = cond_or(&arena, c, test_eq(CODE(LDW(30)), host));
	}
	expect_program(c, "(000) ld       [26]\n"
			  "(001) jeq      #0x1             jt 9\tjf 2\n"
			  "(002) ld       [30]\n"
			  "(003) jeq      #0x1             jt 9\tjf 4\n"
			  "(004) jeq      #0x2             jt 9\tjf 5\n"
			  "(005) jeq      #0x3             jt 9\tjf 6\n"
			  "(006) ld       [26]\n"
			  "(007) jeq      #0x2             jt 9\tjf 8\n"
			  "(008) jeq      #0x3             jt 9\tjf 10\n"
			  "(009) ret      #96\n"
			  "(010) ret      #0\n");
}

/* Byte 20 is one of n numbers: 6, 17, 28, ... */
static struct cond *one_of(unsigned n)
{
	struct cond *c = test_eq(CODE(LDB(20)), 6);
	unsigned i;

	for (i = 1; i < n; i++)
		c = cond_or(&arena, c, test_eq(CODE(LDB(20)), 6 + 11 * i));
	return c;
}

/* "port 1 or port 2": the protocol is one of three on every way to the second, so nobody asks. */
Test(filter_optimize, ways_that_join_know_a_set)
{
	struct cond *c = cond_and(&arena, one_of(3), test_eq(CODE(LDB(30)), 1));

	c = cond_or(&arena, c, cond_and(&arena, one_of(3), test_eq(CODE(LDB(31)), 2)));
	expect_program(c, "(000) ldb      [20]\n"
			  "(001) jeq      #0x6             jt 4\tjf 2\n"
			  "(002) jeq      #0x11            jt 4\tjf 3\n"
			  "(003) jeq      #0x1c            jt 4\tjf 9\n"
			  "(004) ldb      [30]\n"
			  "(005) jeq      #0x1             jt 8\tjf 6\n"
			  "(006) ldb      [31]\n"
			  "(007) jeq      #0x2             jt 8\tjf 9\n"
			  "(008) ret      #96\n"
			  "(009) ret      #0\n");
}

/* What is not in the set is answered, and the last of the set; the loads of 31 and 32 stay. */
Test(filter_optimize, sets_answer_other_tests)
{
	struct cond *c = cond_and(&arena, one_of(2), test_eq(CODE(LDB(30)), 1));

	c = cond_and(&arena, c, cond_not(&arena, test_eq(CODE(LDB(20)), 7)));
	c = cond_and(&arena, c, test_eq(CODE(LDB(31)), 1));
	c = cond_and(&arena, c, cond_test(&arena, CODE(LDB(20)), BPF_JGT | BPF_K, 5));
	c = cond_and(&arena, c, cond_not(&arena, test_eq(CODE(LDB(32)), 1)));
	c = cond_and(&arena, c, cond_not(&arena, test_eq(CODE(LDB(20)), 6)));
	c = cond_and(&arena, c, test_eq(CODE(LDB(20)), 17));
	expect_program(c, "(000) ldb      [20]\n"
			  "(001) jeq      #0x6             jt 3\tjf 2\n"
			  "(002) jeq      #0x11            jt 3\tjf 12\n"
			  "(003) ldb      [30]\n"
			  "(004) jeq      #0x1             jt 5\tjf 12\n"
			  "(005) ldb      [31]\n"
			  "(006) jeq      #0x1             jt 7\tjf 12\n"
			  "(007) ldb      [32]\n"
			  "(008) jeq      #0x1             jt 12\tjf 9\n"
			  "(009) ldb      [20]\n"
			  "(010) jeq      #0x6             jt 12\tjf 11\n"
			  "(011) ret      #96\n"
			  "(012) ret      #0\n");
}

/* The first list leaves to the second, of other lengths, with or without a way around it. */
static void expect_lists(unsigned n, unsigned second, bool around)
{
	uint8_t packet[32] = { [31] = 2 };
	struct cond *c = one_of(n);
	struct filter_program p;
	unsigned value;
	bool in;

	if (around)
		c = cond_or(&arena, test_eq(CODE(LDB(25)), 1), c);
	c = cond_and(&arena, c, test_eq(CODE(LDB(30)), 1));
	c = cond_or(&arena, c, cond_and(&arena, one_of(second), test_eq(CODE(LDB(31)), 2)));
	assemble(c, true, &p);
	for (value = 0; value < 256; value++) {
		packet[20] = (uint8_t)value;
		packet[25] = value & 1;
		in = value >= 6 && value < 6 + 11 * second && (value - 6) % 11 == 0;
		cr_expect_eq(filter_run(&p, packet, 32, 32, NULL), in ? 96 : 0, "%u of %u, %u",
			     value, n, second);
	}
	filter_program_free(&p);
}

/* A way that says nothing of the value, or more constants than a set has: it is asked again. */
Test(filter_optimize, ways_without_a_set_are_asked)
{
	unsigned n, second;

	for (n = 1; n < 12; n++) {
		for (second = 1; second < 13; second++) {
			expect_lists(n, second, false);
			expect_lists(n, second, true);
		}
	}
}

/* A load that may fail stands before one that was made already: they stay in this order. */
Test(filter_optimize, loads_that_may_fail_are_not_passed_over)
{
	const uint8_t packet[24] = { [20] = 1, [21] = 2 };
	struct cond *c = cond_or(&arena, test_eq(CODE(LDB(20)), 9), test_eq(CODE(LDB(40)), 9));
	struct filter_program p;

	c = cond_or(&arena, c, test_eq(CODE(LDB(20)), 1));
	assemble(c, true, &p);
	cr_expect_eq(filter_run(&p, packet, 24, 24, NULL), 0);
	filter_program_free(&p);
	assemble(cond_not(&arena, test_eq(CODE(LDB(40)), 9)), true, &p);
	cr_expect_eq(filter_run(&p, packet, 24, 24, NULL), 0);
	filter_program_free(&p);
}

/* ---- random tests, random packets ---- */

/* A value that depends on bytes of the packet. */
static void random_value(struct cond_code *c)
{
	static const uint16_t sizes[] = { BPF_B, BPF_H, BPF_W };
	static const uint16_t ops[] = { BPF_ADD, BPF_SUB, BPF_AND, BPF_OR, BPF_XOR, BPF_RSH };
	const uint16_t size = sizes[pick(3)];

	switch (pick(7)) {
	case 6: /* for nothing, but for the packet's end */
		code_add(&arena, c, BPF_LD | BPF_B | BPF_ABS, pick(8));
		code_add(&arena, c, BPF_LD | size | BPF_ABS, pick(6));
		break;
	case 0:
		code_add(&arena, c, BPF_LDX | BPF_B | BPF_MSH, pick(3));
		code_add(&arena, c, BPF_LD | size | BPF_IND, pick(12));
		break;
	case 1:
		code_add(&arena, c, BPF_LDX | BPF_IMM, pick(3));
		code_add(&arena, c, BPF_LD | size | BPF_IND, pick(6));
		code_add(&arena, c, BPF_STX, 5);
		code_add(&arena, c, BPF_ST, 3);
		code_add(&arena, c, BPF_LDX | BPF_MEM, 5);
		code_add(&arena, c, BPF_LD | BPF_MEM, 3);
		code_add(&arena, c, BPF_ALU | BPF_ADD | BPF_X, 0);
		break;
	case 2:
		code_add(&arena, c, BPF_LD | BPF_B | BPF_ABS, pick(6));
		code_add(&arena, c, BPF_ALU | BPF_AND | BPF_K, 3);
		code_add(&arena, c, BPF_ALU | BPF_ADD | BPF_K, pick(4));
		code_add(&arena, c, BPF_MISC | BPF_TAX, 0);
		code_add(&arena, c, BPF_LD | size | BPF_IND, pick(6));
		break;
	default:
		code_add(&arena, c, BPF_LD | size | BPF_ABS, pick(6));
	}
	if (!pick(3))
		code_add(&arena, c, BPF_ALU | ops[pick(ARRAY_SIZE(ops))] | BPF_K, 1 + pick(7));
}

static struct cond *random_test(void)
{
	static const uint16_t jumps[] = { BPF_JEQ, BPF_JEQ, BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	struct cond_code c = { 0 };

	random_value(&c);
	if (pick(8))
		return cond_test(&arena, c, jumps[pick(6)] | BPF_K, 1 + pick(4));
	code_add(&arena, &c, BPF_ST, 7);
	random_value(&c);
	code_add(&arena, &c, BPF_MISC | BPF_TAX, 0);
	code_add(&arena, &c, BPF_LD | BPF_MEM, 7);
	return cond_test(&arena, c, jumps[pick(6)] | BPF_X, 0);
}

static struct cond *random_tree(unsigned depth)
{
	struct cond *a, *b;

	if (!depth || !pick(5))
		return random_test();
	a = random_tree(depth - 1);
	if (!pick(5))
		return cond_not(&arena, a);
	b = random_tree(depth - 1);
	return pick(2) ? cond_and(&arena, a, b) : cond_or(&arena, a, b);
}

static uint32_t verdict(const struct filter_program *p, const uint8_t *packet, uint32_t len)
{
	return filter_run(p, packet, len, len, NULL);
}

Test(filter_optimize, verdicts_stay, .timeout = 60)
{
	struct filter_program plain, best;
	uint8_t packet[80];
	uint32_t len, longer = 0;
	unsigned round, i, j;

	for (round = 0; round < 3000; round++) {
		const uint64_t from = seed;
		const struct cond *c = random_tree(1 + round % 6);

		assemble(c, false, &plain);
		assemble(c, true, &best);
		longer += best.len > plain.len;
		for (i = 0; i < 300; i++) {
			for (j = 0; j < sizeof(packet); j++)
				packet[j] = (uint8_t)pick(pick(2) ? 5 : 256);
			len = pick(3) ? sizeof(packet) : pick(12);
			cr_assert_eq(verdict(&plain, packet, len), verdict(&best, packet, len),
				     "round %u, seed %lu, length %u", round, from, len);
		}
		filter_program_free(&plain);
		filter_program_free(&best);
		arena_free(&arena);
	}
	cr_expect_eq(longer, 0);
}

/* ---- sizes ---- */

static struct cond *many(unsigned n, bool same_place)
{
	struct cond *c = NULL, *t;
	unsigned i;

	for (i = 0; i < n; i++) {
		t = test_eq(CODE(LDW(same_place ? 30 : 4 * i)), 1000 + i);
		c = c ? cond_or(&arena, c, t) : t;
	}
	return c;
}

Test(filter_optimize, long_jumps)
{
	uint8_t packet[4096] = { 0 };
	struct filter_program p;
	unsigned i;

	assemble(many(1000, false), true, &p);
	for (i = 0; i < 1000; i += 37) {
		packet[4 * i + 2] = (uint8_t)((1000 + i) >> 8);
		packet[4 * i + 3] = (uint8_t)(1000 + i);
		cr_expect_eq(filter_run(&p, packet, 4096, 4096, NULL), 96, "%u", i);
		packet[4 * i + 2] = packet[4 * i + 3] = 0;
	}
	cr_expect_eq(filter_run(&p, packet, 4096, 4096, NULL), 0);
	filter_program_free(&p);
}

Test(filter_optimize, hostile_sizes, .timeout = 20)
{
	struct cond *c = test_eq(CODE(LDB(0)), 1);
	struct filter_program p;
	struct filter_error err;
	unsigned i;

	assemble(many(2000, true), true, &p);
	cr_expect_leq(p.len, 4010);
	filter_program_free(&p);
	cr_expect_eq(filter_assemble(&arena, many(20000, true), 96, true, &p, &err), -E2BIG);
	cr_expect(strstr(err.text, "4096"), "%s", err.text);
	cr_expect_eq(filter_assemble(&arena, many(20000, false), 96, false, &p, &err), -E2BIG);
	for (i = 0; i < 100000; i++)
		c = cond_or(&arena, test_eq(CODE(LDB(0)), i), c);
	cr_expect_eq(filter_assemble(&arena, c, 96, true, &p, &err), -E2BIG);
	cr_expect(strstr(err.text, "nested"), "%s", err.text);
}

/* Bytes 0, 1, 2 ... until one is not 1; is it 9? */
Test(filter_optimize, loops_jump_backwards)
{
	const uint8_t packet[] = { 1, 1, 1, 9 }, other[] = { 1, 1, 8, 9 };
	struct cond *step, *body;
	struct filter_program p;

	step = cond_do(&arena,
		       CODE(BPF_STMT(BPF_MISC | BPF_TXA, 0), BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 1),
			    BPF_STMT(BPF_MISC | BPF_TAX, 0)));
	body = cond_and(&arena, test_eq(CODE(BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0)), 1),
			cond_then(&arena, step, cond_again(&arena)));
	body = cond_or(&arena, test_eq(CODE(BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0)), 9), body);
	assemble(cond_then(&arena, cond_do(&arena, CODE(BPF_STMT(BPF_LDX | BPF_IMM, 0))),
			   cond_loop(&arena, body)),
		 true, &p);
	cr_expect(p.loops);
	cr_expect_eq(filter_run(&p, packet, 4, 4, NULL), 96);
	cr_expect_eq(filter_run(&p, other, 4, 4, NULL), 0);
	cr_expect_eq(filter_run(&p, packet, 3, 3, NULL), 0);
	filter_program_free(&p);
}

Test(filter_optimize, constants_are_programs)
{
	expect_program(cond_true(&arena), "(000) ret      #96\n");
	expect_program(cond_not(&arena, cond_true(&arena)), "(000) ret      #0\n");
	expect_program(cond_do(&arena, CODE(BPF_STMT(BPF_LD | BPF_IMM, 1))),
		       "(000) ret      #96\n");
}
