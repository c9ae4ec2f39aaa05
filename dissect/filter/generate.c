/* dissect/filter/generate.c -- from what was written to tests: the walk, loads and comparisons. */
#include "dissect/filter/generate.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/compiler.h"

enum { TEXT_SIZE = 256 };

void *gen_fail(struct gen *g, const char *fmt, ...)
{
	char text[sizeof(g->err->text)];
	va_list ap;

	if (g->failed)
		return NULL;
	g->failed = true;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	filter_error_set(g->err, 0, g->span.begin, g->span.end, "%s", text);
	return NULL;
}

const char *gen_text(struct gen *g, const char *fmt, ...)
{
	char text[TEXT_SIZE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return arena_text(g->arena, text, strlen(text));
}

/* Goes round, so that a word given back is not the next one given out. */
int gen_reg_alloc(struct gen *g)
{
	for (unsigned i = 0; i < FILTER_SCRATCH; i++) {
		const unsigned reg = (g->reg_next + i) % FILTER_SCRATCH;

		if (!(g->regs_used & 1U << reg)) {
			g->regs_used |= (uint16_t)(1U << reg);
			g->reg_next = (uint8_t)reg;
			return (int)reg;
		}
	}
	gen_fail(g,
		 "too complex: more than the %d scratch words of a BPF program are needed at once",
		 FILTER_SCRATCH);
	return -1;
}

void gen_reg_free(struct gen *g, int reg)
{
	if (reg >= 0)
		g->regs_used &= (uint16_t) ~(1U << reg);
}

struct cond_code gen_load_variable(struct gen *g, struct gen_offset *o)
{
	struct cond_code c = { 0 };

	if (!o->is_variable)
		return c;
	if (o->reg < 0)
		o->reg = (int8_t)gen_reg_alloc(g);
	if (o->reg >= 0)
		code_add(g->arena, &c, BPF_LDX | BPF_MEM, (uint32_t)o->reg);
	return c;
}

struct gen_offset *gen_base_offset(struct gen *g, enum gen_base base, uint32_t *add)
{
	*add = 0;
	switch (base) {
	case GEN_PACKET:
		return NULL;
	case GEN_LINK:
		return &g->link;
	case GEN_LINKTYPE:
		return &g->type;
	case GEN_LLC:
		return &g->payload;
	case GEN_NET_NOSNAP:
		*add = g->net_nosnap;
		return &g->payload;
	case GEN_PREV_MPLS:
		*add = g->net - 4;
		return &g->payload;
	case GEN_TRANSPORT6:
		*add = g->net + 40;
		return &g->payload;
	case GEN_NET:
	case GEN_TRANSPORT4:
		break;
	}
	*add = g->net;
	return &g->payload;
}

struct cond_code gen_load_ipv4_len(struct gen *g)
{
	const uint32_t at = g->payload.constant + g->net;
	struct cond_code c = gen_load_variable(g, &g->payload);

	if (!c.first) {
		code_add(g->arena, &c, BPF_LDX | BPF_MSH | BPF_B, at);
		return c;
	}
	code_add(g->arena, &c, BPF_LD | BPF_IND | BPF_B, at);
	code_add(g->arena, &c, BPF_ALU | BPF_AND | BPF_K, 0xf);
	code_add(g->arena, &c, BPF_ALU | BPF_LSH | BPF_K, 2);
	code_add(g->arena, &c, BPF_ALU | BPF_ADD | BPF_X, 0);
	code_add(g->arena, &c, BPF_MISC | BPF_TAX, 0);
	return c;
}

static uint16_t load_size(unsigned size)
{
	return size == 1 ? BPF_B : size == 2 ? BPF_H : BPF_W;
}

struct cond_code gen_load(struct gen *g, enum gen_base base, uint32_t off, unsigned size)
{
	struct cond_code c = { 0 };
	uint32_t add;
	struct gen_offset *const o = gen_base_offset(g, base, &add);

	assert(g);
	if (o)
		c = base == GEN_TRANSPORT4 ? gen_load_ipv4_len(g) : gen_load_variable(g, o);
	code_add(g->arena, &c, (uint16_t)(BPF_LD | (c.first ? BPF_IND : BPF_ABS) | load_size(size)),
		 (o ? o->constant : 0) + add + off);
	return c;
}

struct cond_code gen_load_ancillary(struct gen *g, uint32_t ad)
{
	struct cond_code c = { 0 };

	code_add(g->arena, &c, BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_AD_OFF + ad);
	return c;
}

struct cond *gen_test(struct gen *g, struct cond_code code, uint16_t jump, uint32_t k)
{
	struct cond *const c = cond_test(g->arena, code, jump, k);

	if (c)
		c->why = g->why;
	return c;
}

struct cond *gen_cmp(struct gen *g, enum gen_base base, uint32_t off, unsigned size, uint32_t v)
{
	return gen_test(g, gen_load(g, base, off, size), BPF_JEQ | BPF_K, v);
}

struct cond *gen_cmp_gt(struct gen *g, enum gen_base base, uint32_t off, unsigned size, uint32_t v)
{
	return gen_test(g, gen_load(g, base, off, size), BPF_JGT | BPF_K, v);
}

struct cond *gen_cmp_ge(struct gen *g, enum gen_base base, uint32_t off, unsigned size, uint32_t v)
{
	return gen_test(g, gen_load(g, base, off, size), BPF_JGE | BPF_K, v);
}

struct cond *gen_cmp_le(struct gen *g, enum gen_base base, uint32_t off, unsigned size, uint32_t v)
{
	return cond_not(g->arena, gen_cmp_gt(g, base, off, size, v));
}

struct cond *gen_mcmp(struct gen *g, enum gen_base base, uint32_t off, unsigned size, uint32_t v,
		      uint32_t mask)
{
	struct cond_code c;

	/* Nothing is asked, and libpcap does not even look whether the bytes are there. */
	if (mask == 0)
		return v == 0 ? cond_true(g->arena) : cond_false(g->arena);
	c = gen_load(g, base, off, size);
	if (mask != 0xffffffff)
		code_add(g->arena, &c, BPF_ALU | BPF_AND | BPF_K, mask);
	return gen_test(g, c, BPF_JEQ | BPF_K, v);
}

struct cond *gen_bits(struct gen *g, enum gen_base base, uint32_t off, unsigned size, uint32_t mask)
{
	return gen_test(g, gen_load(g, base, off, size), BPF_JSET | BPF_K, mask);
}

struct cond *gen_bcmp(struct gen *g, enum gen_base base, uint32_t off, unsigned len,
		      const uint8_t *bytes)
{
	struct cond *all = NULL, *c;

	while (len) {
		const unsigned size = len >= 4 ? 4 : len >= 2 ? 2 : 1;
		uint32_t v = 0;

		len -= size;
		for (unsigned i = 0; i < size; i++)
			v = v << 8 | bytes[len + i];
		c = gen_cmp(g, base, off + len, size, v);
		all = all ? cond_and(g->arena, all, c) : c;
	}
	return all;
}

struct cond *gen_either(struct gen *g, enum filter_dir dir,
			struct cond *(*side)(struct gen *g, const void *what, bool dst),
			const void *what)
{
	struct cond *src, *dst;

	if (dir == FD_SRC || dir == FD_DST)
		return side(g, what, dir == FD_DST);
	src = side(g, what, false);
	dst = side(g, what, true);
	return dir == FD_SRC_AND_DST ? cond_and(g->arena, src, dst) : cond_or(g->arena, src, dst);
}

/* ---- primitives that need no more than a comparison ---- */

static struct cond *gen_len(struct gen *g, uint16_t jump, uint32_t number)
{
	struct cond_code c = { 0 };

	code_add(g->arena, &c, BPF_LD | BPF_LEN, 0);
	return gen_test(g, c, jump, number);
}

static struct cond *gen_byte(struct gen *g, const struct filter_node *n)
{
	struct cond_code c = gen_load(g, GEN_LINK, n->number, 1);

	if (n->number2 > 255)
		return gen_fail(g, "byte argument %u: a byte is at most 255", n->number2);
	g->why = gen_text(g, "byte %u %c %u", n->number, n->byte_op, n->number2);
	switch (n->byte_op) {
	case '=':
		return gen_test(g, c, BPF_JEQ | BPF_K, n->number2);
	case '<':
		return cond_not(g->arena, gen_test(g, c, BPF_JGE | BPF_K, n->number2));
	case '>':
		return gen_test(g, c, BPF_JGT | BPF_K, n->number2);
	case '|':
		code_add(g->arena, &c, BPF_ALU | BPF_OR | BPF_K, n->number2);
		break;
	default:
		code_add(g->arena, &c, BPF_ALU | BPF_AND | BPF_K, n->number2);
		break;
	}
	return cond_not(g->arena, gen_test(g, c, BPF_JEQ | BPF_K, 0));
}

static struct cond *gen_word(struct gen *g, const struct filter_node *n)
{
	switch ((enum filter_word)n->word) {
	case FW_BROADCAST:
		return gen_broadcast(g, n->qual.proto);
	case FW_MULTICAST:
		return gen_multicast(g, n->qual.proto);
	case FW_LESS:
		g->why = gen_text(g, "longer than %u", n->number);
		return cond_not(g->arena, gen_len(g, BPF_JGT | BPF_K, n->number));
	case FW_GREATER:
		g->why = gen_text(g, "at least %u long", n->number);
		return gen_len(g, BPF_JGE | BPF_K, n->number);
	case FW_BYTE:
		return gen_byte(g, n);
	case FW_VLAN:
	case FW_MPLS:
	case FW_PPPOED:
	case FW_PPPOES:
	case FW_GENEVE:
	case FW_VXLAN:
		return gen_tunnel_word(g, n);
	case FW_INBOUND:
	case FW_OUTBOUND:
	case FW_IFINDEX:
	case FW_LLC:
	case FW_WLAN_TYPE:
	case FW_WLAN_SUBTYPE:
	case FW_WLAN_DIR:
		return gen_link_word(g, n);
	}
	return gen_fail(g, "not supported here");
}

static struct cond *gen_id(struct gen *g, const struct filter_node *n)
{
	if (n->id.kind == FID_NAME)
		g->span = n->id.span;
	switch ((enum filter_addr)n->qual.addr) {
	case FA_PORT:
	case FA_PORTRANGE:
		return gen_port_id(g, n);
	case FA_PROTO:
	case FA_PROTOCHAIN:
		return gen_proto_id(g, n);
	case FA_DEFAULT:
	case FA_HOST:
	case FA_NET:
	case FA_GATEWAY:
		break;
	}
	return gen_host_id(g, n);
}

/* ---- the walk ---- */

static struct cond *gen_node(struct gen *g, const struct filter_node *n);

static struct cond *gen_leaf(struct gen *g, const struct filter_node *n)
{
	g->span = n->span;
	g->why = NULL;
	switch ((enum filter_node_kind)n->kind) {
	case NODE_NOT:
		return cond_not(g->arena, gen_node(g, n->a));
	case NODE_ID:
		return gen_id(g, n);
	case NODE_NAME:
		return gen_name(g, n->qual.proto);
	case NODE_REL:
		return gen_relation(g, n);
	case NODE_WORD:
		return gen_word(g, n);
	case NODE_AND:
	case NODE_OR:
		break;
	}
	return NULL;
}

/* True or false whatever the packet: the link type alone says so. */
static bool is_constant(const struct cond *c, bool value)
{
	for (; c && c->kind == COND_NOT; c = c->a)
		value = !value;
	return c && c->kind == (value ? COND_TRUE : COND_FALSE);
}

/* Where the right side is such, the left one is not even loaded (as of libpcap 1.11). */
static struct cond *combine(struct gen *g, uint8_t kind, struct cond *left, struct cond *right)
{
	if (left && is_constant(right, kind == NODE_OR))
		return right;
	return kind == NODE_AND ? cond_and(g->arena, left, right) : cond_or(g->arena, left, right);
}

struct spine {
	struct spine *up;
	const struct filter_node *node;
};

/* A chain of `or` hangs to the left, thousands deep: only what parentheses nest is recursion. */
static struct cond *gen_node(struct gen *g, const struct filter_node *n)
{
	struct spine *s = NULL, *up;
	struct cond *c, *b;

	for (; n->kind == NODE_AND || n->kind == NODE_OR; n = n->a) {
		up = s;
		s = arena_alloc(g->arena, sizeof(*s));
		if (!s)
			return NULL;
		*s = (struct spine){ up, n };
	}
	c = gen_leaf(g, n);
	for (; s && !g->failed; s = s->up) {
		b = gen_node(g, s->node->b);
		c = combine(g, s->node->kind, c, b);
	}
	return g->failed ? NULL : c;
}

/* Puts the outermost offsets back where `start` has them; words that were allotted stay. */
static void rewind_offsets(struct gen *g, const struct gen *start)
{
	if (g->is_shifted) {
		g->link = g->outer_link;
		g->type = g->outer_type;
		g->payload = g->outer_payload;
	}
	g->link.constant = start->link.constant;
	g->type.constant = start->type.constant;
	g->payload.constant = start->payload.constant;
	g->linktype = start->linktype;
	g->net = start->net;
	g->net_nosnap = start->net_nosnap;
	g->mpls_depth = 0;
	g->vlan_depth = 0;
	g->encapsulated = false;
	g->is_shifted = false;
}

static struct cond *zero_words(struct gen *g)
{
	struct cond_code c = { 0 };

	code_add(g->arena, &c, BPF_LD | BPF_IMM, 0);
	for (uint32_t reg = 0; reg < FILTER_SCRATCH; reg++)
		if (g->regs_zeroed & 1U << reg)
			code_add(g->arena, &c, BPF_ST, reg);
	return cond_do(g->arena, c);
}

/* The expression as one piece, from the state that gen_link_init() leaves. */
static struct cond *gen_plain(struct gen *g, const struct filter_node *ast)
{
	struct cond *c, *prologue;
	struct gen start;

	if (g->opt->extended && !gen_ipv6_walk_share(g))
		return NULL;
	start = *g;
	c = gen_node(g, ast);
	if (!c)
		return NULL;
	rewind_offsets(g, &start);
	if (g->is_walked)
		c = cond_then(g->arena, gen_ipv6_walk_shared(g), c);
	if (g->regs_zeroed)
		c = cond_and(g->arena, zero_words(g), c);
	prologue = gen_link_prologue(g);
	return prologue ? cond_and(g->arena, prologue, c) : c;
}

static struct cond *gen_behind_tags(struct gen *g, const struct filter_node *ast, unsigned tags)
{
	struct gen copy = *g;
	struct cond *c;

	copy.tags_skipped = (uint8_t)tags;
	copy.type.constant += 4 * tags;
	copy.payload.constant += 4 * tags;
	c = gen_plain(&copy, ast);
	g->failed = copy.failed;
	return c;
}

/*
 * The tests once for each number of tags, 0 to 2, with constant places: no more work for a packet
 * than the tests of its tags.
 */
static struct cond *gen_transparent(struct gen *g, const struct filter_node *ast)
{
	struct arena *const a = g->arena;
	struct gen inner = *g;
	struct cond *c, *once, *twice;

	g->why = "VLAN tag";
	inner.why = "second VLAN tag";
	inner.type.constant += 4;
	once = cond_and(a, cond_not(a, gen_vlan_tagged(&inner)), gen_behind_tags(g, ast, 1));
	twice = cond_and(a, gen_vlan_tagged(&inner), gen_behind_tags(g, ast, 2));
	c = cond_and(a, cond_not(a, gen_vlan_tagged(g)), gen_behind_tags(g, ast, 0));
	return cond_or(a, c, cond_and(a, gen_vlan_tagged(g), cond_or(a, once, twice)));
}

struct cond *filter_generate(struct arena *arena, const struct filter_node *ast,
			     const struct filter_options *opt, struct filter_error *err)
{
	struct gen g = { .arena = arena, .opt = opt, .err = err, .linktype = opt->linktype };

	if (!gen_link_init(&g))
		return NULL;
	if (!ast)
		return cond_true(arena);
	if (opt->vlan_transparent && g.linktype == LINKTYPE_ETHERNET)
		return gen_transparent(&g, ast);
	return gen_plain(&g, ast);
}
