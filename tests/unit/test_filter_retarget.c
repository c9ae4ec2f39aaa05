/*
 * What a socket's filter says of a packet is what the file's filter says of the bytes that are
 * stored: random trees over random packets, and the instructions that common filters cost.
 */
#include <criterion/criterion.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/linktype.h"
#include "dissect/filter/cond.h"

enum { FRAME_MAX = 160, SHORT = 64, TREES = 4000, KERNEL_EACH = 16, FRAMES = 24, SNAPLEN = 4096 };

/* A packet as it stands in the file, and as the socket has it. */
struct packet {
	uint8_t file[FRAME_MAX], live[FRAME_MAX];
	uint32_t file_len, live_len;
	struct filter_ancillary anc;
};

static uint32_t pick(uint32_t n)
{
	return (uint32_t)random() % n;
}

/* Few values, so that comparisons come true now and then. */
static void fill(uint8_t *p, uint32_t len)
{
	static const uint8_t values[] = { 0, 1, 4, 6, 8, 0x10, 0x45, 0x81, 0x88, 0xa8, 0xff };

	while (len--)
		*p++ = values[pick(sizeof(values))];
}

static void put_tag(struct packet *p, uint8_t *at)
{
	p->anc.vlan_present = 1;
	p->anc.vlan_tpid = pick(2) ? 0x8100 : 0x88a8;
	p->anc.vlan_tci = pick(2) ? pick(65536) : 100;
	store_be16(at, (uint16_t)p->anc.vlan_tpid);
}

static void make_ethernet(struct packet *p, bool tagged, uint32_t max)
{
	memset(p, 0, sizeof(*p));
	p->live_len = max == FRAME_MAX ? max - 18 : 14 + pick(max - 18 - 14 + 1);
	fill(p->live, p->live_len);
	p->anc.pkttype = pick(5);
	p->file_len = p->live_len;
	memcpy(p->file, p->live, p->live_len);
	if (!tagged)
		return;
	put_tag(p, p->file + 12);
	store_be16(p->file + 14, (uint16_t)p->anc.vlan_tci);
	memcpy(p->file + 16, p->live + 12, p->live_len - 12);
	p->file_len += 4;
}

static void make_sll2(struct packet *p, bool tagged, uint32_t max)
{
	uint32_t head = 20;

	memset(p, 0, sizeof(*p));
	p->live_len = max == FRAME_MAX ? max - 24 : pick(max - 24 + 1);
	fill(p->live, p->live_len);
	p->anc.pkttype = pick(5);
	p->anc.protocol = pick(2) ? 0x800 : pick(65536);
	p->anc.ifindex = pick(3) ? pick(10) : 0x01020304;
	p->anc.hatype = pick(2) ? 1 : 772;
	store_be16(p->file, (uint16_t)p->anc.protocol);
	store_be32(p->file + 4, p->anc.ifindex);
	store_be16(p->file + 8, (uint16_t)p->anc.hatype);
	p->file[10] = (uint8_t)p->anc.pkttype;
	memset(p->file + 11, 0xee, 9);
	if (tagged) {
		put_tag(p, p->file);
		store_be16(p->file + 20, (uint16_t)p->anc.vlan_tci);
		store_be16(p->file + 22, (uint16_t)p->anc.protocol);
		head = 24;
	}
	memcpy(p->file + head, p->live, p->live_len);
	p->file_len = head + p->live_len;
}

static void make_netlink(struct packet *p, bool tagged, uint32_t max)
{
	(void)tagged;
	memset(p, 0, sizeof(*p));
	p->live_len = max == FRAME_MAX ? max - 16 : pick(max - 16 + 1);
	fill(p->live, p->live_len);
	p->anc.pkttype = pick(5);
	p->anc.protocol = pick(20);
	p->anc.hatype = 824;
	store_be16(p->file, (uint16_t)p->anc.pkttype);
	store_be16(p->file + 2, 824);
	memset(p->file + 4, 0xee, 10);
	store_be16(p->file + 14, (uint16_t)p->anc.protocol);
	memcpy(p->file + 16, p->live, p->live_len);
	p->file_len = 16 + p->live_len;
}

struct kind {
	const char *name;
	void (*make)(struct packet *p, bool tagged, uint32_t max);
	uint16_t linktype;
	uint32_t hidden_from, hidden_to; /* bytes that no socket filter can ask for */
	bool dynamic;                    /* offsets may be computed anywhere */
};

static const struct kind kinds[] = {
	{ "ethernet", make_ethernet, LINKTYPE_ETHERNET, 0, 0, true },
	{ "sll2", make_sll2, LINKTYPE_LINUX_SLL2, 11, 20, false },
	{ "netlink", make_netlink, LINKTYPE_NETLINK, 4, 14, false },
};

/* ---- random trees ---- */

static uint32_t random_offset(const struct kind *k, uint32_t size)
{
	uint32_t off;

	do
		off = pick(pick(2) ? 26 : 50);
	while (off < k->hidden_to && off + size > k->hidden_from);
	return off;
}

static void random_load(struct arena *a, const struct kind *k, struct cond_code *c)
{
	static const uint16_t sizes[] = { BPF_B, BPF_H, BPF_W };
	const uint32_t s = pick(3);
	const uint16_t size = sizes[s];

	switch (pick(9)) {
	case 0:
		code_add(a, c, BPF_LD | BPF_W | BPF_LEN, 0);
		break;
	case 1: /* x is small: the header length, or a byte of the packet */
		code_add(a, c, BPF_LDX | BPF_B | BPF_MSH, random_offset(k, 1));
		code_add(a, c, BPF_LD | size | BPF_IND, 24 + pick(6));
		break;
	case 2:
		if (!k->dynamic)
			goto plain;
		code_add(a, c, BPF_LD | BPF_B | BPF_ABS, pick(14));
		code_add(a, c, BPF_ALU | BPF_AND | BPF_K, 31);
		code_add(a, c, BPF_MISC | BPF_TAX, 0);
		code_add(a, c, BPF_LD | size | BPF_IND, pick(20) - 4); /* and in front of X */
		/* X is as it was. */
		code_add(a, c, BPF_ALU | BPF_XOR | BPF_X, 0);
		break;
	case 3:
		code_add(a, c, BPF_LDX | BPF_IMM, random_offset(k, 4));
		code_add(a, c, BPF_LD | size | BPF_IND, 0);
		code_add(a, c, BPF_ALU | BPF_ADD | BPF_X, 0);
		break;
	case 4: /* A stays over a header length */
		code_add(a, c, BPF_LD | size | BPF_ABS, random_offset(k, 4));
		code_add(a, c, BPF_LDX | BPF_B | BPF_MSH, random_offset(k, 1));
		code_add(a, c, BPF_ALU | BPF_ADD | BPF_X, 0);
		break;
	case 5:
		code_add(a, c, BPF_LDX | BPF_W | BPF_LEN, 0);
		code_add(a, c, BPF_LD | size | BPF_ABS, random_offset(k, 4));
		code_add(a, c, BPF_ALU | BPF_ADD | BPF_X, 0);
		break;
	case 6: /* a place that an earlier test has found */
		code_add(a, c, BPF_LDX | BPF_MEM, 0);
		code_add(a, c, BPF_LD | size | BPF_IND, pick(12));
		code_add(a, c, BPF_ALU | BPF_XOR | BPF_X, 0);
		break;
	default:
	plain:
		code_add(a, c, BPF_LD | size | BPF_ABS, random_offset(k, 1u << s));
	}
}

static struct cond *random_test(struct arena *a, const struct kind *k)
{
	static const uint16_t jumps[] = { BPF_JEQ, BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	static const uint32_t values[] = { 0,      1,      8,      0x45, 0x800,      0x8100,
					   0x88a8, 0x86dd, 0x0064, 1500, 0x81000064, 30 };
	struct cond_code c = { 0 };

	/* As the generator asks for the type. */
	if (!pick(3))
		code_add(a, &c, BPF_LD | BPF_H | BPF_ABS,
			 k->linktype == LINKTYPE_ETHERNET ? 12 : 0);
	else
		random_load(a, k, &c);
	return cond_test(a, c, jumps[pick(5)] | BPF_K, values[pick(12)]);
}

static struct cond *random_tree(struct arena *a, const struct kind *k, int depth)
{
	const uint32_t what = depth ? pick(9) : 0;

	if (what == 7)
		return cond_not(a, random_tree(a, k, depth - 1));
	if (what == 8)
		return cond_then(a, random_test(a, k), random_tree(a, k, depth - 1));
	if (what > 3)
		return cond_and(a, random_tree(a, k, depth - 1), random_tree(a, k, depth - 1));
	if (what > 0)
		return cond_or(a, random_tree(a, k, depth - 1), random_tree(a, k, depth - 1));
	return random_test(a, k);
}

/* Behind a header of a length that the packet says: into the scratch word 0. */
static struct cond *find_place(struct arena *a, const struct kind *k)
{
	struct cond_code c = { 0 };

	code_add(a, &c, BPF_LDX | BPF_B | BPF_MSH, random_offset(k, 1));
	code_add(a, &c, BPF_MISC | BPF_TXA, 0);
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_K, k->dynamic ? pick(30) : 24 + pick(6));
	code_add(a, &c, BPF_ST, 0);
	return cond_do(a, c);
}

/* ---- */

static void assemble(struct arena *a, struct cond *c, bool optimize, struct filter_program *ret)
{
	struct filter_error err = { 0 };

	cr_assert_eq(filter_assemble(a, c, SNAPLEN, optimize, ret, &err), 0, "%s", err.text);
	cr_assert(!ret->loops);
}

static void check_tree(const struct kind *k, unsigned seed)
{
	const struct filter_options opt = { .linktype = k->linktype, .target = FILTER_SOCKET };
	struct filter_program file = { 0 }, live[2] = { { 0 }, { 0 } };
	struct filter_error err = { 0 };
	struct errmsg refused = { 0 };
	struct arena a = { 0 };
	struct cond *c, *moved;
	struct packet p;
	uint32_t want;
	int i, o;

	srandom(seed);
	c = cond_then(&a, find_place(&a, k), random_tree(&a, k, 4));
	assemble(&a, c, false, &file);
	moved = filter_retarget(&a, c, &opt, &err);
	cr_assert(moved, "%s, seed %u: %s", k->name, seed, err.text);
	for (o = 0; o < 2; o++) {
		assemble(&a, moved, o, &live[o]);
		if (seed % KERNEL_EACH == 0)
			cr_assert_eq(filter_check_kernel(&live[o], &refused), 0, "seed %u: %s",
				     seed, refused.text);
	}
	for (i = 0; i < FRAMES; i++) {
		k->make(&p, i & 1, i & 2 ? FRAME_MAX : SHORT);
		want = filter_run(&file, p.file, p.file_len, p.file_len, &p.anc);
		/* The optimiser leaves loads away whose value nobody needs, which a short
		 * packet would not have survived. */
		for (o = 0; o < (i & 2 ? 2 : 1); o++)
			cr_assert_eq(filter_run(&live[o], p.live, p.live_len, p.live_len, &p.anc),
				     want, "%s, seed %u, packet %d, %s: %u in the file", k->name,
				     seed, i, o ? "optimised" : "as generated", want);
	}
	filter_program_free(&file);
	filter_program_free(&live[0]);
	filter_program_free(&live[1]);
	arena_free(&a);
}

Test(filter_retarget, random_trees_say_what_the_file_says)
{
	unsigned seed;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		for (seed = 1; seed <= TREES; seed++)
			check_tree(&kinds[i], seed);
}

static struct cond *type_is(struct arena *a, uint32_t type)
{
	struct cond_code c = { 0 };

	code_add(a, &c, BPF_LD | BPF_H | BPF_ABS, 12);
	return cond_test(a, c, BPF_JEQ | BPF_K, type);
}

static struct cond *byte_is(struct arena *a, uint32_t off, uint32_t value)
{
	struct cond_code c = { 0 };

	code_add(a, &c, BPF_LD | BPF_B | BPF_ABS, off);
	return cond_test(a, c, BPF_JEQ | BPF_K, value);
}

static uint32_t cost(struct arena *a, struct cond *c, uint16_t linktype)
{
	const struct filter_options opt = { .linktype = linktype, .target = FILTER_SOCKET };
	struct filter_error err = { 0 };
	struct filter_program p;
	uint32_t len;

	c = filter_retarget(a, c, &opt, &err);
	cr_assert(c, "%s", err.text);
	assemble(a, c, false, &p);
	len = p.len;
	filter_program_free(&p);
	return len;
}

/* What a stripped tag makes false costs one question; what lies before the tag costs none. */
Test(filter_retarget, common_filters_cost_two_instructions)
{
	struct arena a = { 0 };
	struct cond *tcp, *mac = byte_is(&a, 6, 2);
	struct filter_program p;
	uint32_t len;

	tcp = cond_or(&a, cond_and(&a, type_is(&a, 0x86dd), byte_is(&a, 20, 6)),
		      cond_and(&a, type_is(&a, 0x800), byte_is(&a, 23, 6)));
	assemble(&a, tcp, false, &p);
	len = p.len;
	filter_program_free(&p);
	cr_assert_eq(cost(&a, tcp, LINKTYPE_ETHERNET), len + 2);
	assemble(&a, mac, false, &p);
	len = p.len;
	filter_program_free(&p);
	cr_assert_eq(cost(&a, mac, LINKTYPE_ETHERNET), len);
	cr_assert_eq(cost(&a, mac, LINKTYPE_RAW), len);
	arena_free(&a);
}

static void check_refused(struct arena *a, struct cond *c, uint16_t linktype, const char *word)
{
	const struct filter_options opt = { .linktype = linktype, .target = FILTER_SOCKET };
	struct filter_error err = { 0 };

	cr_assert_null(filter_retarget(a, c, &opt, &err));
	cr_assert(strstr(err.text, word), "'%s' does not say %s", err.text, word);
}

Test(filter_retarget, what_the_kernel_cannot_say_is_refused)
{
	struct arena a = { 0 };
	struct cond *body = byte_is(&a, 0, 1);

	check_refused(&a, byte_is(&a, 12, 1), LINKTYPE_LINUX_SLL2, "address");
	check_refused(&a, byte_is(&a, 6, 1), LINKTYPE_NETLINK, "address");
	check_refused(&a, cond_loop(&a, cond_and(&a, body, cond_again(&a))), LINKTYPE_ETHERNET,
		      "protochain");
	arena_free(&a);
}

/* Other link types, and files, are left alone. */
Test(filter_retarget, nothing_else_changes)
{
	struct filter_options opt = { .linktype = LINKTYPE_RAW, .target = FILTER_SOCKET };
	struct filter_error err = { 0 };
	struct arena a = { 0 };
	struct cond *c = byte_is(&a, 20, 1);

	cr_assert_eq(filter_retarget(&a, c, &opt, &err), c);
	opt = (struct filter_options){ .linktype = LINKTYPE_ETHERNET, .target = FILTER_FILE };
	cr_assert_eq(filter_retarget(&a, c, &opt, &err), c);
	cr_assert_null(filter_retarget(&a, NULL, &opt, &err));
	arena_free(&a);
}
