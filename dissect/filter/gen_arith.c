/*
 * dissect/filter/gen_arith.c -- relations between arithmetic terms: "ip[0] & 0xf > 5".
 *
 * A term's code leaves its value in the accumulator; constants are computed here. What is left of
 * an operator is loaded first: a load may reject the packet.
 */
#include "dissect/filter/generate.h"

#include <net/ethernet.h>
#include <netinet/in.h>

#include "dissect/filter/words.h"

enum {
	/* A constant place that no packet has, and no ancillary word either (SKF_AD_OFF). */
	NOWHERE = 0x7ffffff0,
	/* So far in front of a variable place the kernel still finds nothing else (SKF_NET_OFF). */
	IN_FRONT_MAX = 0x80000,
	IPV4_PROTO = 9,
	IPV6_NEXT = 6,
	PROTO_IGRP = 9,
	PROTO_VRRP = 112,
};

struct value {
	bool is_const;
	uint32_t number;
	struct cond_code code;
	struct cond *check; /* what the packet must be, or NULL */
	uint16_t words;     /* scratch words that check fills for code, a bit each */
};

static bool value_of(struct gen *g, const struct filter_arith *e, struct value *ret);

static uint16_t load_size(unsigned size)
{
	return size == 1 ? BPF_B : size == 2 ? BPF_H : BPF_W;
}

/* Modulo 2^32, so an index may be negative: what it leads to in front of a header is loaded. */
static uint32_t place(uint64_t off, bool indirect)
{
	const int64_t at = (int32_t)off;

	return at >= (indirect ? -IN_FRONT_MAX : 0) && at < NOWHERE ? (uint32_t)off : NOWHERE;
}

/* ---- accessors ---- */

/* A = size bytes at index behind the offset. */
static void load_at(struct gen *g, struct gen_offset *o, uint32_t add, unsigned size,
		    struct value *index)
{
	const uint64_t at = (uint64_t)(o ? o->constant : 0) + add;
	struct arena *const a = g->arena;
	struct cond_code var = { 0 };
	bool indirect;

	if (o)
		var = gen_load_variable(g, o);
	indirect = var.first || !index->is_const;
	if (index->is_const) {
		code_append(&index->code, var);
	} else {
		if (var.first) {
			code_append(&index->code, var);
			code_add(a, &index->code, BPF_ALU | BPF_ADD | BPF_X, 0);
		}
		code_add(a, &index->code, BPF_MISC | BPF_TAX, 0);
	}
	code_add(a, &index->code,
		 (uint16_t)(BPF_LD | (indirect ? BPF_IND : BPF_ABS) | load_size(size)),
		 place(at + (index->is_const ? index->number : 0), indirect));
	index->is_const = false;
}

/* The same behind the IPv4 header. */
static bool load_behind_ipv4(struct gen *g, unsigned size, struct value *index)
{
	const uint64_t at = (uint64_t)g->payload.constant + g->net;
	struct cond_code *const c = &index->code;
	struct arena *const a = g->arena;
	int keep;

	if (index->is_const) {
		code_append(c, gen_load_ipv4_len(g));
	} else {
		keep = gen_reg_alloc(g);
		if (keep < 0)
			return false;
		code_add(a, c, BPF_ST, (uint32_t)keep);
		code_append(c, gen_load_ipv4_len(g));
		code_add(a, c, BPF_LD | BPF_MEM, (uint32_t)keep);
		code_add(a, c, BPF_ALU | BPF_ADD | BPF_X, 0);
		code_add(a, c, BPF_MISC | BPF_TAX, 0);
		gen_reg_free(g, keep);
	}
	code_add(a, c, (uint16_t)(BPF_LD | BPF_IND | load_size(size)),
		 place(at + (index->is_const ? index->number : 0), true));
	index->is_const = false;
	return true;
}

/* first, where there is one, and then second. */
static struct cond *both(struct gen *g, struct cond *first, struct cond *second)
{
	return first ? cond_and(g->arena, first, second) : second;
}

static uint32_t transport_number(enum filter_proto proto)
{
	switch (proto) {
	case FP_SCTP:
		return IPPROTO_SCTP;
	case FP_TCP:
		return IPPROTO_TCP;
	case FP_UDP:
		return IPPROTO_UDP;
	case FP_ICMP:
		return IPPROTO_ICMP;
	case FP_IGMP:
		return IPPROTO_IGMP;
	case FP_IGRP:
		return PROTO_IGRP;
	case FP_PIM:
		return IPPROTO_PIM;
	case FP_VRRP:
	case FP_CARP:
		return PROTO_VRRP;
	case FP_ICMPV6:
		return IPPROTO_ICMPV6;
	default:
		return 0;
	}
}

/* Extended: the word gets where the header begins, counted from the network header. */
static struct cond *find_header_v4(struct gen *g, uint32_t number, uint32_t word)
{
	struct cond *const ip = gen_linktype(g, ETHERTYPE_IP);
	struct cond *const is = gen_cmp(g, GEN_NET, IPV4_PROTO, 1, number);
	struct cond_code c = gen_load(g, GEN_NET, 0, 1);
	struct arena *const a = g->arena;
	struct cond *const first = gen_first_fragment(g);

	code_add(a, &c, BPF_ALU | BPF_AND | BPF_K, 0xf);
	code_add(a, &c, BPF_ALU | BPF_LSH | BPF_K, 2);
	code_add(a, &c, BPF_ST, word);
	return cond_and(a, ip, cond_and(a, is, cond_and(a, first, cond_do(a, c))));
}

static struct cond *find_header_v6(struct gen *g, uint32_t number, uint32_t word)
{
	struct cond *const ip6 = gen_linktype(g, ETHERTYPE_IPV6);
	struct cond_code is = { 0 }, first = { 0 }, c = { 0 };
	struct arena *const a = g->arena;
	struct gen_ipv6_walk w;
	struct cond *const walk = gen_ipv6_walk(g, &w);
	struct cond *found;

	if (!walk)
		return NULL;
	code_add(a, &is, BPF_LD | BPF_MEM, (uint32_t)w.proto);
	code_add(a, &first, BPF_LD | BPF_MEM, (uint32_t)w.fragment);
	code_add(a, &c, BPF_LD | BPF_MEM, (uint32_t)w.offset);
	code_add(a, &c, BPF_ST, word);
	found = cond_and(a, gen_test(g, is, BPF_JEQ | BPF_K, number),
			 cond_and(a, gen_test(g, first, BPF_JEQ | BPF_K, 0), cond_do(a, c)));
	gen_ipv6_walk_end(g, &w);
	return cond_and(a, ip6, cond_then(a, walk, found));
}

/* Extended mode: wherever the header is, in IPv4 or IPv6. */
static bool load_extended(struct gen *g, const struct filter_arith *e, struct value *index)
{
	const uint32_t number = transport_number(e->proto);
	const int word = gen_reg_alloc(g);
	struct gen_offset at = { .is_variable = true, .reg = (int8_t)word };
	struct arena *const a = g->arena;
	struct cond_code sum;
	struct cond *c;

	if (word < 0)
		return false;
	c = find_header_v6(g, number, (uint32_t)word);
	if (e->proto == FP_TCP || e->proto == FP_UDP || e->proto == FP_SCTP)
		c = cond_or(a, find_header_v4(g, number, (uint32_t)word), c);
	if (g->payload.is_variable) {
		sum = gen_load_variable(g, &g->payload);
		code_add(a, &sum, BPF_LD | BPF_MEM, (uint32_t)word);
		code_add(a, &sum, BPF_ALU | BPF_ADD | BPF_X, 0);
		code_add(a, &sum, BPF_ST, (uint32_t)word);
		c = cond_and(a, c, cond_do(a, sum));
	}
	index->check = both(g, index->check, c);
	index->words |= (uint16_t)(1U << word);
	at.constant = g->payload.constant + g->net;
	load_at(g, &at, 0, e->size, index);
	return true;
}

static bool load_transport(struct gen *g, const struct filter_arith *e, struct value *index)
{
	const uint32_t number = transport_number(e->proto);
	struct cond *link, *is;

	if (e->proto == FP_ICMPV6) {
		link = both(g, index->check, gen_linktype(g, ETHERTYPE_IPV6));
		is = gen_cmp(g, GEN_NET, IPV6_NEXT, 1, number);
		index->check = cond_and(g->arena, link, is);
		load_at(g, &g->payload, g->net + 40, e->size, index);
		return true;
	}
	link = gen_linktype(g, ETHERTYPE_IP);
	is = gen_cmp(g, GEN_NET, IPV4_PROTO, 1, number);
	is = cond_and(g->arena, is, gen_first_fragment(g));
	index->check = cond_and(g->arena, link, both(g, index->check, is));
	return load_behind_ipv4(g, e->size, index);
}

static bool load_value(struct gen *g, const struct filter_arith *e, struct value *ret)
{
	const enum filter_proto proto = e->proto;

	if (!value_of(g, e->a, ret))
		return false;
	g->why = filter_proto_name(proto);
	switch (proto) {
	case FP_RADIO:
		if (!gen_has_radio(g))
			return gen_fail(g,
					"'radio': packets of this link type have no radio header");
		load_at(g, NULL, 0, e->size, ret);
		return true;
	case FP_LINK:
		load_at(g, &g->link, 0, e->size, ret);
		return true;
	case FP_IP:
	case FP_ARP:
	case FP_RARP:
	case FP_ATALK:
	case FP_DECNET:
	case FP_LAT:
	case FP_SCA:
	case FP_MOPRC:
	case FP_MOPDL:
	case FP_IPV6:
		ret->check = both(g, ret->check, gen_name(g, proto));
		load_at(g, &g->payload, g->net, e->size, ret);
		return true;
	case FP_TCP:
	case FP_UDP:
	case FP_SCTP:
	case FP_ICMPV6:
		if (g->opt->extended)
			return load_extended(g, e, ret);
		return load_transport(g, e, ret);
	case FP_ICMP:
	case FP_IGMP:
	case FP_IGRP:
	case FP_PIM:
	case FP_VRRP:
	case FP_CARP:
		return load_transport(g, e, ret);
	default:
		return gen_fail(g, "'%s[...]' is not supported", filter_proto_name(proto));
	}
}

/* ---- operators ---- */

static uint16_t op_code(enum filter_arith_op op)
{
	static const uint16_t codes[] = {
		[OP_ADD] = BPF_ADD, [OP_SUB] = BPF_SUB, [OP_MUL] = BPF_MUL, [OP_DIV] = BPF_DIV,
		[OP_MOD] = BPF_MOD, [OP_AND] = BPF_AND, [OP_OR] = BPF_OR,   [OP_XOR] = BPF_XOR,
		[OP_LSH] = BPF_LSH, [OP_RSH] = BPF_RSH,
	};

	return codes[op];
}

static uint32_t compute(enum filter_arith_op op, uint32_t a, uint32_t b)
{
	switch (op) {
	case OP_ADD:
		return a + b;
	case OP_SUB:
		return a - b;
	case OP_MUL:
		return a * b;
	case OP_DIV:
		return a / b;
	case OP_MOD:
		return a % b;
	case OP_AND:
		return a & b;
	case OP_OR:
		return a | b;
	case OP_XOR:
		return a ^ b;
	case OP_LSH:
		return a << b;
	case OP_RSH:
		return a >> b;
	}
	return 0;
}

/* A = a number, where only code will do. */
static void need_code(struct gen *g, struct value *v)
{
	if (v->is_const)
		code_add(g->arena, &v->code, BPF_LD | BPF_IMM, v->number);
	v->is_const = false;
}

/* The kernel refuses it as a constant; libpcap too as a literal, and has 0 for one it computed. */
static bool is_long_shift(enum filter_arith_op op, uint32_t bits)
{
	return (op == OP_LSH || op == OP_RSH) && bits > 31;
}

static bool check_divisor(struct gen *g, const struct filter_arith *e, uint32_t b)
{
	g->span = e->b->span;
	if (e->op == OP_DIV && b == 0)
		return gen_fail(g, "division by zero");
	if (e->op == OP_MOD && b == 0)
		return gen_fail(g, "modulus by zero");
	if (is_long_shift(e->op, b) && e->b->kind == ARITH_NUMBER)
		return gen_fail(g, "shift by more than 31 bits");
	return true;
}

/* left op= right; right's checks are not asked for, as libpcap has it, but where code needs them.
 */
static bool apply(struct gen *g, const struct filter_arith *e, struct value *left,
		  struct value *right, int keep)
{
	struct arena *const a = g->arena;

	if (right->is_const) {
		const bool none = is_long_shift(e->op, right->number);
		const enum filter_arith_op op = none ? OP_AND : e->op;
		const uint32_t number = none ? 0 : right->number;

		if (!check_divisor(g, e, right->number))
			return false;
		if (left->is_const)
			left->number = compute(op, left->number, number);
		else
			code_add(a, &left->code, (uint16_t)(BPF_ALU | BPF_K | op_code(op)), number);
		return true;
	}
	if (right->words)
		left->check = both(g, left->check, right->check);
	left->words |= right->words;
	if (left->is_const) {
		code_add(a, &right->code, BPF_MISC | BPF_TAX, 0);
		code_add(a, &right->code, BPF_LD | BPF_IMM, left->number);
		left->code = right->code;
	} else {
		code_add(a, &left->code, BPF_ST, (uint32_t)keep);
		code_append(&left->code, right->code);
		code_add(a, &left->code, BPF_MISC | BPF_TAX, 0);
		code_add(a, &left->code, BPF_LD | BPF_MEM, (uint32_t)keep);
	}
	code_add(a, &left->code, (uint16_t)(BPF_ALU | BPF_X | op_code(e->op)), 0);
	left->is_const = false;
	return true;
}

static bool binary_value(struct gen *g, const struct filter_arith *e, struct value *left)
{
	struct value right = { 0 };
	int keep = -1;
	bool ok;

	/* The word must be free while the right side is computed. */
	if (!left->is_const && e->b->kind != ARITH_NUMBER) {
		keep = gen_reg_alloc(g);
		if (keep < 0)
			return false;
	}
	ok = value_of(g, e->b, &right) && apply(g, e, left, &right, keep);
	gen_reg_free(g, keep);
	return ok;
}

struct arith_spine {
	struct arith_spine *up;
	const struct filter_arith *e;
};

/* Sums hang to the left like chains of `or`, as long as an expression may be. */
static bool value_of(struct gen *g, const struct filter_arith *e, struct value *ret)
{
	struct arith_spine *s = NULL, *up;

	*ret = (struct value){ 0 };
	for (; e->kind == ARITH_BINARY || e->kind == ARITH_NEGATE; e = e->a) {
		up = s;
		s = arena_alloc(g->arena, sizeof(*s));
		if (!s)
			return false;
		*s = (struct arith_spine){ up, e };
	}
	g->span = e->span;
	if (e->kind == ARITH_NUMBER)
		*ret = (struct value){ .is_const = true, .number = e->number };
	else if (e->kind == ARITH_LEN)
		code_add(g->arena, &ret->code, BPF_LD | BPF_LEN, 0);
	else if (!load_value(g, e, ret))
		return false;
	for (; s; s = s->up) {
		if (s->e->kind == ARITH_BINARY) {
			if (!binary_value(g, s->e, ret))
				return false;
		} else if (ret->is_const) {
			ret->number = -ret->number;
		} else {
			code_add(g->arena, &ret->code, BPF_ALU | BPF_NEG, 0);
		}
	}
	return true;
}

/* ---- relations ---- */

static uint16_t relation_jump(enum filter_relation r, bool *ret_negated)
{
	*ret_negated = r == REL_NE || r == REL_LT || r == REL_LE;
	switch (r) {
	case REL_EQ:
	case REL_NE:
		return BPF_JEQ;
	case REL_GT:
	case REL_LE:
		return BPF_JGT;
	case REL_GE:
	case REL_LT:
		return BPF_JGE;
	}
	return BPF_JEQ;
}

/* The comparison, once both sides are there. */
static struct cond *compare(struct gen *g, enum filter_relation relation, struct value *left,
			    struct value *right, int keep)
{
	struct arena *const a = g->arena;
	bool negated;
	const uint16_t jump = relation_jump(relation, &negated);
	struct cond *c;

	need_code(g, left);
	if (right->is_const) {
		c = gen_test(g, left->code, jump | BPF_K, right->number);
	} else {
		code_add(a, &left->code, BPF_ST, (uint32_t)keep);
		code_append(&left->code, right->code);
		code_add(a, &left->code, BPF_MISC | BPF_TAX, 0);
		code_add(a, &left->code, BPF_LD | BPF_MEM, (uint32_t)keep);
		c = gen_test(g, left->code, jump | BPF_X, 0);
	}
	return negated ? cond_not(a, c) : c;
}

struct cond *gen_relation(struct gen *g, const struct filter_node *n)
{
	struct value left, right;
	int keep;
	struct cond *c, *check = NULL;

	if (!value_of(g, n->left, &left))
		return NULL;
	keep = gen_reg_alloc(g);
	if (keep < 0 || !value_of(g, n->right, &right))
		return NULL;
	g->span = n->span;
	g->why = "comparison";
	c = compare(g, n->relation, &left, &right, keep);
	if (left.check)
		check = left.check;
	if (right.check)
		check = both(g, check, right.check);
	for (int reg = 0; reg < FILTER_SCRATCH; reg++)
		if ((left.words | right.words) & 1U << reg)
			gen_reg_free(g, reg);
	gen_reg_free(g, keep);
	return check ? cond_and(g->arena, check, c) : c;
}
