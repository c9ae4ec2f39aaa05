/*
 * dissect/filter/gen_tunnel.c -- vlan, mpls, pppoe, geneve and vxlan: they test, and shift the
 * offsets of all that is written to their right.
 */
#include "dissect/filter/generate.h"

#include <net/ethernet.h>

#include "core/compiler.h"

enum {
	TYPE_MPLS = 0x8847,
	PPP_MPLS = 0x281, /* RFC 3032 */
	TYPE_PPPOE_DISCOVERY = 0x8863,
	TYPE_PPPOE_SESSION = 0x8864,
	MPLS_LABEL_LEN = 4,
	VLAN_TAG_LEN = 4,
	PPPOE_LEN = 6,
	UDP_LEN = 8,
	PORT_GENEVE = 6081,
	PORT_VXLAN = 4789,
	GENEVE_ETHERNET = 0x6558, /* Transparent Ethernet Bridging */
	ETHER_TYPE = 12,
	ETHER_LEN = 14,
};

/* ---- vlan ---- */

struct cond *gen_vlan_tagged(struct gen *g)
{
	static const uint16_t types[] = { 0x8100, 0x88a8, 0x9100 };
	struct cond *any = NULL, *c;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		c = gen_linktype(g, types[i]);
		any = any ? cond_or(g->arena, any, c) : c;
	}
	return any;
}

/* The offsets are behind tags_skipped tags already: the vlan_depth-th of them is asked. */
static struct cond *gen_skipped_vlan(struct gen *g, const struct filter_node *n)
{
	const uint32_t back = VLAN_TAG_LEN * (uint32_t)(g->tags_skipped - g->vlan_depth);
	struct cond_code c = { 0 };

	g->vlan_depth++;
	if (!n->has_number)
		return cond_true(g->arena);
	code_add(g->arena, &c, BPF_LD | BPF_H | BPF_ABS, g->payload.constant - back);
	code_add(g->arena, &c, BPF_ALU | BPF_AND | BPF_K, 0xfff);
	return gen_test(g, c, BPF_JEQ | BPF_K, n->number);
}

static struct cond *gen_vlan(struct gen *g, const struct filter_node *n)
{
	struct cond *c;

	if (n->has_number && n->number > 4095)
		return gen_fail(g, "VLAN tag %u greater than maximum 4095", n->number);
	if (g->mpls_depth > 0)
		return gen_fail(g, "no VLAN match after MPLS");
	if (!gen_has_vlan(g))
		return gen_fail(g, "'vlan' not supported on %s%s", linktype_name(g->linktype),
				g->linktype == LINKTYPE_LINUX_SLL2
					? ": name the interface instead of 'any'"
					: "");
	g->why = n->has_number ? gen_text(g, "vlan %u", n->number) : "vlan";
	if (!g->is_shifted && g->vlan_depth < g->tags_skipped)
		return gen_skipped_vlan(g, n);
	c = gen_vlan_tagged(g);
	if (n->has_number)
		c = cond_and(g->arena, c, gen_mcmp(g, GEN_NET, 0, 2, n->number, 0xfff));
	g->payload.constant += VLAN_TAG_LEN;
	g->type.constant += VLAN_TAG_LEN;
	g->vlan_depth++;
	return c;
}

/* ---- mpls ---- */

struct cond *gen_mpls_linktype(struct gen *g, uint32_t proto)
{
	const uint32_t version = proto == ETHERTYPE_IP ? 0x40 : 0x60;
	const char *const why = g->why;
	struct cond *bottom, *c;

	if (proto != ETHERTYPE_IP && proto != ETHERTYPE_IPV6)
		return gen_fail(g, "unsupported protocol over mpls: only ip and ip6 can be told");
	g->why = "bottom of the label stack";
	bottom = gen_bits(g, GEN_PREV_MPLS, 2, 1, 1);
	g->why = proto == ETHERTYPE_IP ? "ip" : "ip6";
	c = cond_and(g->arena, bottom, gen_mcmp(g, GEN_NET, 0, 1, version, 0xf0));
	g->why = why;
	return c;
}

static struct cond *gen_mpls(struct gen *g, const struct filter_node *n)
{
	struct cond *c;

	if (n->has_number && n->number > 0xfffff)
		return gen_fail(g, "MPLS label %u greater than maximum 1048575", n->number);
	g->why = "mpls";
	if (g->mpls_depth > 0)
		c = cond_not(g->arena, gen_bits(g, GEN_PREV_MPLS, 2, 1, 1));
	else if (g->linktype == LINKTYPE_PPP)
		c = gen_linktype(g, PPP_MPLS);
	else if (g->linktype == LINKTYPE_ETHERNET)
		c = gen_linktype(g, TYPE_MPLS);
	else
		return gen_fail(g, "'mpls' not supported on %s", linktype_name(g->linktype));
	if (n->has_number) {
		g->why = gen_text(g, "mpls %u", n->number);
		c = cond_and(g->arena, c, gen_mcmp(g, GEN_NET, 0, 4, n->number << 12, 0xfffff000));
	}
	if (g->mpls_depth == UINT8_MAX)
		return gen_fail(g, "more MPLS labels than a packet has");
	g->net += MPLS_LABEL_LEN;
	g->net_nosnap += MPLS_LABEL_LEN;
	g->mpls_depth++;
	return c;
}

/* ---- a link header inside ---- */

static void enter(struct gen *g, uint16_t linktype, const struct gen_offset *link)
{
	if (!g->is_shifted) {
		g->is_shifted = true;
		g->outer_link = g->link;
		g->outer_type = g->type;
		g->outer_payload = g->payload;
	}
	g->linktype = linktype;
	g->link = *link;
	g->mpls_depth = 0;
}

static struct cond *gen_pppoe_session(struct gen *g, const struct filter_node *n)
{
	struct gen_offset link;
	struct cond *c;

	if (n->has_number && n->number > 65535)
		return gen_fail(g, "PPPoE session number %u greater than maximum 65535", n->number);
	g->why = "pppoes";
	c = gen_linktype(g, TYPE_PPPOE_SESSION);
	if (n->has_number) {
		g->why = gen_text(g, "pppoes %u", n->number);
		c = cond_and(g->arena, c, gen_cmp(g, GEN_NET, 2, 2, n->number));
	}
	/* What follows shares the payload's word: it has to have one. */
	gen_load_variable(g, &g->payload);
	link = g->payload;
	link.constant += g->net + PPPOE_LEN;
	enter(g, LINKTYPE_PPP, &link);
	g->type = link;
	g->payload = link;
	g->payload.constant += 2;
	g->net = 0;
	g->net_nosnap = 0;
	return c;
}

/* M[at] = where the header behind UDP begins, in the packet. */
static struct cond *find_behind_udp(struct gen *g, bool v6, uint32_t at)
{
	const uint32_t constant = g->payload.constant + g->net + UDP_LEN;
	struct arena *const a = g->arena;
	struct cond_code c;

	if (v6) {
		c = gen_load_variable(g, &g->payload);
		if (c.first)
			code_add(a, &c, BPF_MISC | BPF_TXA, 0);
		else
			code_add(a, &c, BPF_LD | BPF_IMM, 0);
		code_add(a, &c, BPF_ALU | BPF_ADD | BPF_K, constant + 40);
	} else {
		c = gen_load_ipv4_len(g);
		code_add(a, &c, BPF_MISC | BPF_TXA, 0);
		code_add(a, &c, BPF_ALU | BPF_ADD | BPF_K, constant);
	}
	code_add(a, &c, BPF_ST, at);
	return cond_do(a, c);
}

/* The header over IPv4 or IPv6: its port, its first byte, its network identifier. */
static struct cond *gen_overlay_header(struct gen *g, const struct filter_node *n, bool v6,
				       uint32_t at)
{
	const enum gen_base base = v6 ? GEN_TRANSPORT6 : GEN_TRANSPORT4;
	const bool geneve = n->word == FW_GENEVE;
	const uint32_t port = geneve ? PORT_GENEVE : PORT_VXLAN;
	struct arena *const a = g->arena;
	struct cond *c;

	c = v6 ? gen_udp_dst6(g, port) : gen_udp_dst4(g, port);
	if (geneve) /* version 0 */
		c = cond_and(a, c, gen_mcmp(g, base, UDP_LEN, 1, 0, 0xc0));
	else /* the flag that says that there is an identifier, and no other */
		c = cond_and(a, c, gen_cmp(g, base, UDP_LEN, 1, 8));
	if (n->has_number)
		c = cond_and(a, c, gen_mcmp(g, base, UDP_LEN + 4, 4, n->number << 8, 0xffffff00));
	return cond_and(a, c, find_behind_udp(g, v6, at));
}

struct overlay_words {
	uint32_t at, type, link, payload;
};

/* RFC 7348: 8 bytes, then Ethernet. */
static struct cond *vxlan_offsets(struct gen *g, const struct overlay_words *w)
{
	struct arena *const a = g->arena;
	struct cond_code c = { 0 };

	code_add(a, &c, BPF_LD | BPF_MEM, w->at);
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_K, 8);
	code_add(a, &c, BPF_ST, w->link);
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_K, ETHER_TYPE);
	code_add(a, &c, BPF_ST, w->type);
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_K, ETHER_LEN - ETHER_TYPE);
	code_add(a, &c, BPF_ST, w->payload);
	return cond_do(a, c);
}

/* RFC 8926: options of variable length, then what the type says, Ethernet or not. */
static struct cond *geneve_offsets(struct gen *g, const struct overlay_words *w)
{
	struct cond_code c = { 0 }, type = { 0 }, ether = { 0 };
	struct arena *const a = g->arena;
	struct cond *is_ether;

	code_add(a, &c, BPF_LD | BPF_MEM, w->at);
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_K, 2);
	code_add(a, &c, BPF_ST, w->type);
	code_add(a, &c, BPF_LDX | BPF_MEM, w->at);
	code_add(a, &c, BPF_LD | BPF_IND | BPF_B, 0);
	code_add(a, &c, BPF_ALU | BPF_AND | BPF_K, 0x3f);
	code_add(a, &c, BPF_ALU | BPF_MUL | BPF_K, 4);
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_K, 8);
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_X, 0);
	code_add(a, &c, BPF_ST, w->link);
	code_add(a, &c, BPF_ST, w->payload);
	code_add(a, &type, BPF_LDX | BPF_MEM, w->at);
	code_add(a, &type, BPF_LD | BPF_IND | BPF_H, 2);
	is_ether = gen_test(g, type, BPF_JEQ | BPF_K, GENEVE_ETHERNET);
	code_add(a, &ether, BPF_LD | BPF_MEM, w->link);
	code_add(a, &ether, BPF_ALU | BPF_ADD | BPF_K, ETHER_TYPE);
	code_add(a, &ether, BPF_ST, w->type);
	code_add(a, &ether, BPF_ALU | BPF_ADD | BPF_K, ETHER_LEN - ETHER_TYPE);
	code_add(a, &ether, BPF_ST, w->payload);
	return cond_and(a, cond_do(a, c),
			cond_then(a, cond_and(a, is_ether, cond_do(a, ether)), cond_true(a)));
}

static struct cond *gen_overlay(struct gen *g, const struct filter_node *n)
{
	const bool geneve = n->word == FW_GENEVE;
	const char *const name = geneve ? "geneve" : "vxlan";
	struct gen_offset var = { .is_variable = true };
	struct arena *const a = g->arena;
	struct overlay_words w;
	struct cond *c;
	int at;

	if (n->has_number && n->number > 0xffffff)
		return gen_fail(g, "%s VNI %u greater than maximum 16777215",
				geneve ? "Geneve" : "VXLAN", n->number);
	g->why = n->has_number ? gen_text(g, "%s %u", name, n->number) : name;
	at = gen_reg_alloc(g);
	w = (struct overlay_words){ .at = (uint32_t)at,
				    .type = (uint32_t)gen_reg_alloc(g),
				    .link = (uint32_t)gen_reg_alloc(g),
				    .payload = (uint32_t)gen_reg_alloc(g) };
	if (g->failed)
		return NULL;
	c = gen_overlay_header(g, n, false, w.at);
	c = cond_or(a, c, gen_overlay_header(g, n, true, w.at));
	c = cond_and(a, c, geneve ? geneve_offsets(g, &w) : vxlan_offsets(g, &w));
	gen_reg_free(g, at);
	g->regs_zeroed |= (uint16_t)(1U << w.type | 1U << w.link | 1U << w.payload);
	var.reg = (int8_t)w.link;
	enter(g, LINKTYPE_ETHERNET, &var);
	var.reg = (int8_t)w.type;
	g->type = var;
	var.reg = (int8_t)w.payload;
	g->payload = var;
	g->net = 0;
	g->net_nosnap = 3;
	g->encapsulated = true;
	return c;
}

struct cond *gen_encap_link_check(struct gen *g)
{
	struct arena *const a = g->arena;
	struct cond_code c = { 0 };
	const char *const why = g->why;
	struct cond *same;

	code_add(a, &c, BPF_LD | BPF_MEM, (uint32_t)g->link.reg);
	code_append(&c, gen_load_variable(g, &g->payload));
	g->why = "no Ethernet inside";
	same = gen_test(g, c, BPF_JEQ | BPF_X, 0);
	g->why = why;
	return cond_not(a, same);
}

struct cond *gen_tunnel_word(struct gen *g, const struct filter_node *n)
{
	switch ((enum filter_word)n->word) {
	case FW_VLAN:
		return gen_vlan(g, n);
	case FW_MPLS:
		return gen_mpls(g, n);
	case FW_PPPOED:
		g->why = "pppoed";
		return gen_linktype(g, TYPE_PPPOE_DISCOVERY);
	case FW_PPPOES:
		return gen_pppoe_session(g, n);
	default:
		return gen_overlay(g, n);
	}
}
