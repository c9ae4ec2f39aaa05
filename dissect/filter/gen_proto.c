/* dissect/filter/gen_proto.c -- "tcp", "ip proto N", "protochain N". */
#include "dissect/filter/generate.h"

#include <net/ethernet.h>
#include <netinet/in.h>

#include "core/compiler.h"
#include "dissect/filter/names.h"
#include "dissect/filter/words.h"

enum {
	PROTO_IGRP = 9, /* Cisco's; 88 is EIGRP */
	PROTO_VRRP = 112,
	IPV4_PROTO = 9, /* offsets in the headers */
	IPV6_NEXT = 6,
	IPV6_LEN = 40,
	/* Headers that protochain follows where programs must not loop. */
	CHAIN_UNROLLED = 8,
};

static struct cond *proto_v4(struct gen *g, uint32_t number)
{
	struct cond *const ip = gen_linktype(g, ETHERTYPE_IP);

	return cond_and(g->arena, ip, gen_cmp(g, GEN_NET, IPV4_PROTO, 1, number));
}

/* Extended: behind whatever extension headers there are, and a later fragment too. */
static struct cond *proto_v6_walk(struct gen *g, uint32_t number)
{
	struct arena *const a = g->arena;
	struct cond *const ip6 = gen_linktype(g, ETHERTYPE_IPV6);
	struct cond *const next = gen_cmp(g, GEN_NET, IPV6_NEXT, 1, number);
	struct cond_code c = { 0 };
	struct gen_ipv6_walk w;
	struct cond *walk, *is;

	walk = gen_ipv6_walk(g, &w);
	if (!walk)
		return NULL;
	code_add(a, &c, BPF_LD | BPF_MEM, (uint32_t)w.proto);
	is = gen_test(g, c, BPF_JEQ | BPF_K, number);
	gen_ipv6_walk_end(g, &w);
	return cond_and(a, ip6, cond_or(a, next, cond_then(a, walk, is)));
}

/* As the next header, or behind one Fragment header. */
static struct cond *proto_v6(struct gen *g, uint32_t number)
{
	struct arena *const a = g->arena;
	struct cond *ip6, *next, *frag, *behind;

	if (g->opt->extended)
		return proto_v6_walk(g, number);
	ip6 = gen_linktype(g, ETHERTYPE_IPV6);
	next = gen_cmp(g, GEN_NET, IPV6_NEXT, 1, number);
	frag = gen_cmp(g, GEN_NET, IPV6_NEXT, 1, IPPROTO_FRAGMENT);
	behind = gen_cmp(g, GEN_NET, IPV6_LEN, 1, number);
	return cond_and(a, ip6, cond_or(a, next, cond_and(a, frag, behind)));
}

struct cond *gen_proto(struct gen *g, enum filter_proto proto, uint32_t number)
{
	struct cond *v4;

	if (proto == FP_LINK)
		return gen_linktype(g, number);
	if (proto == FP_ISO || proto == FP_ISIS)
		return gen_iso_proto(g, proto, number);
	if (proto != FP_DEFAULT && proto != FP_IP && proto != FP_IPV6)
		return gen_fail(
			g,
			"'%s proto': only ether, ip, ip6, iso and isis carry protocols by number",
			filter_proto_name(proto));
	if (number > 255)
		return gen_fail(g, "protocol number %u greater than maximum 255", number);
	if (!g->why)
		g->why = gen_text(g, "protocol %u", number);
	if (proto == FP_IP)
		return proto_v4(g, number);
	if (proto == FP_IPV6)
		return proto_v6(g, number);
	v4 = proto_v4(g, number);
	return cond_or(g->arena, v4, proto_v6(g, number));
}

struct cond *gen_name(struct gen *g, enum filter_proto proto)
{
	g->why = filter_proto_name(proto);
	switch (proto) {
	case FP_IP:
		return gen_linktype(g, ETHERTYPE_IP);
	case FP_ARP:
		return gen_linktype(g, ETHERTYPE_ARP);
	case FP_RARP:
		return gen_linktype(g, ETHERTYPE_REVARP);
	case FP_IPV6:
		return gen_linktype(g, ETHERTYPE_IPV6);
	case FP_SCTP:
		return gen_proto(g, FP_DEFAULT, IPPROTO_SCTP);
	case FP_TCP:
		return gen_proto(g, FP_DEFAULT, IPPROTO_TCP);
	case FP_UDP:
		return gen_proto(g, FP_DEFAULT, IPPROTO_UDP);
	case FP_PIM:
		return gen_proto(g, FP_DEFAULT, IPPROTO_PIM);
	case FP_AH:
		return gen_proto(g, FP_DEFAULT, IPPROTO_AH);
	case FP_ESP:
		return gen_proto(g, FP_DEFAULT, IPPROTO_ESP);
	case FP_ICMP:
		return gen_proto(g, FP_IP, IPPROTO_ICMP);
	case FP_IGMP:
		return gen_proto(g, FP_IP, IPPROTO_IGMP);
	case FP_IGRP:
		return gen_proto(g, FP_IP, PROTO_IGRP);
	case FP_VRRP:
	case FP_CARP:
		return gen_proto(g, FP_IP, PROTO_VRRP);
	case FP_ICMPV6:
		return gen_proto(g, FP_IPV6, IPPROTO_ICMPV6);
	case FP_DEFAULT:
	case FP_LINK:
	case FP_RADIO:
		return gen_fail(g, "'%s' alone is no test: an address, or [...] must follow",
				filter_proto_name(proto));
	default:
		return gen_link_name(g, proto);
	}
}

/* ---- protochain: two scratch words hold the protocol at hand and where its header is ---- */

struct chain {
	uint32_t wanted;
	uint32_t proto, at; /* words; `at` counts from the network header */
	bool is_v6;
};

static struct cond *chain_is(struct gen *g, const struct chain *ch, uint32_t number)
{
	struct cond_code c = { 0 };

	code_add(g->arena, &c, BPF_LD | BPF_MEM, ch->proto);
	return gen_test(g, c, BPF_JEQ | BPF_K, number);
}

/* A = the byte `off` behind the header at hand. */
static void chain_load(struct gen *g, const struct chain *ch, struct cond_code *c, uint32_t off)
{
	code_add(g->arena, c, BPF_LDX | BPF_MEM, ch->at);
	code_add(g->arena, c, BPF_LD | BPF_IND | BPF_B, g->payload.constant + g->net + off);
}

/* Past a header whose length byte counts units of 8 bytes without the first. */
static struct cond *chain_skip(struct gen *g, const struct chain *ch)
{
	struct arena *const a = g->arena;
	struct cond_code c = { 0 };

	chain_load(g, ch, &c, 0);
	code_add(a, &c, BPF_ST, ch->proto);
	code_add(a, &c, BPF_LD | BPF_IND | BPF_B, g->payload.constant + g->net + 1);
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_K, 1);
	code_add(a, &c, BPF_ALU | BPF_MUL | BPF_K, 8);
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_X, 0);
	code_add(a, &c, BPF_ST, ch->at);
	return cond_do(a, c);
}

/*
 * Past an authentication header (RFC 4302), as libpcap goes: it takes the header's length for the
 * place of the next one, which only the first chain of one AH notices not.
 */
static struct cond *chain_skip_ah(struct gen *g, const struct chain *ch)
{
	struct arena *const a = g->arena;
	struct cond_code c = { 0 };

	chain_load(g, ch, &c, 0);
	code_add(a, &c, BPF_ST, ch->proto);
	code_add(a, &c, BPF_LD | BPF_IND | BPF_B, g->payload.constant + g->net + 1);
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_K, 2);
	code_add(a, &c, BPF_ALU | BPF_MUL | BPF_K, 4);
	code_add(a, &c, BPF_ST, ch->at);
	return cond_do(a, c);
}

static struct cond *chain_step(struct gen *g, const struct chain *ch)
{
	static const uint8_t skipped[] = { IPPROTO_HOPOPTS, IPPROTO_DSTOPTS, IPPROTO_ROUTING,
					   IPPROTO_FRAGMENT };
	struct arena *const a = g->arena;
	struct cond *any = NULL, *c;

	for (size_t i = 0; ch->is_v6 && i < ARRAY_SIZE(skipped); i++) {
		c = chain_is(g, ch, skipped[i]);
		any = any ? cond_or(a, any, c) : c;
	}
	if (any)
		any = cond_and(a, any, chain_skip(g, ch));
	c = cond_and(a, chain_is(g, ch, IPPROTO_AH), chain_skip_ah(g, ch));
	return any ? cond_or(a, any, c) : c;
}

static struct cond *chain_round(struct gen *g, const struct chain *ch, unsigned left)
{
	struct arena *const a = g->arena;
	struct cond *const found = chain_is(g, ch, ch->wanted);
	struct cond *rest;

	if (g->opt->target == FILTER_FILE)
		rest = cond_again(a);
	else if (left > 0)
		rest = chain_round(g, ch, left - 1);
	else
		return found;
	return cond_or(a, found, cond_and(a, chain_step(g, ch), rest));
}

static struct cond *chain_of(struct gen *g, uint32_t number, bool is_v6)
{
	struct arena *const a = g->arena;
	struct chain ch = { .wanted = number, .is_v6 = is_v6 };
	struct cond *family, *c;
	struct cond_code start;
	int proto, at;

	family = gen_linktype(g, is_v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);
	proto = gen_reg_alloc(g);
	at = gen_reg_alloc(g);
	if (proto < 0 || at < 0)
		return NULL;
	ch.proto = (uint32_t)proto;
	ch.at = (uint32_t)at;
	start = gen_load(g, GEN_NET, is_v6 ? IPV6_NEXT : IPV4_PROTO, 1);
	code_add(a, &start, BPF_ST, ch.proto);
	if (is_v6)
		code_add(a, &start, BPF_LDX | BPF_IMM, IPV6_LEN);
	else
		code_append(&start, gen_load_ipv4_len(g));
	code_add(a, &start, BPF_STX, ch.at);
	c = chain_round(g, &ch, CHAIN_UNROLLED);
	if (g->opt->target == FILTER_FILE)
		c = cond_loop(a, c);
	gen_reg_free(g, at);
	gen_reg_free(g, proto);
	return cond_and(a, family, cond_and(a, cond_do(a, start), c));
}

struct cond *gen_protochain(struct gen *g, enum filter_proto proto, uint32_t number)
{
	struct cond *v4;

	if (proto != FP_DEFAULT && proto != FP_IP && proto != FP_IPV6)
		return gen_fail(g, "'%s protochain': only ip and ip6 have chains of headers",
				filter_proto_name(proto));
	if (g->payload.is_variable)
		return gen_fail(g, "'protochain' not supported with variable length headers");
	if (number > 255)
		return gen_fail(g, "protocol number %u greater than maximum 255", number);
	g->why = gen_text(g, "protocol %u in the chain", number);
	if (proto == FP_IP)
		return chain_of(g, number, false);
	if (proto == FP_IPV6)
		return chain_of(g, number, true);
	v4 = chain_of(g, number, false);
	return cond_or(g->arena, v4, chain_of(g, number, true));
}

/* ---- with an operand ---- */

static bool proto_number(struct gen *g, const struct filter_node *n, uint32_t *ret)
{
	const enum filter_proto proto = n->qual.proto;
	const struct filter_id *const id = &n->id;
	bool ok;

	if (id->kind == FID_NUMBER) {
		*ret = id->number;
		return true;
	}
	if (id->kind != FID_NAME) {
		gen_fail(g,
			 "'%s' qualifier applied to an address: a protocol's number or name is "
			 "wanted",
			 n->qual.addr == FA_PROTO ? "proto" : "protochain");
		return false;
	}
	if (proto == FP_LINK)
		ok = names_ether_proto(id->text, ret);
	else if (proto == FP_ISO)
		ok = names_iso_proto(id->text, ret);
	else
		ok = (proto == FP_DEFAULT || proto == FP_IP || proto == FP_IPV6) &&
		     names_ip_proto(id->text, ret);
	if (!ok)
		gen_fail(g, "unknown %s%s%s '%.60s'",
			 proto == FP_DEFAULT ? "" : filter_proto_name(proto),
			 proto == FP_DEFAULT ? "" : " ",
			 n->qual.addr == FA_PROTO ? "protocol" : "protochain value", id->text);
	return ok;
}

struct cond *gen_proto_id(struct gen *g, const struct filter_node *n)
{
	uint32_t number;

	if (n->qual.dir != FD_DEFAULT)
		return gen_fail(g, "a protocol has no direction: leave src and dst out");
	if (!proto_number(g, n, &number))
		return NULL;
	g->why = n->id.kind == FID_NAME ? gen_text(g, "protocol %.60s", n->id.text) : NULL;
	if (n->qual.addr == FA_PROTOCHAIN)
		return gen_protochain(g, n->qual.proto, number);
	return gen_proto(g, n->qual.proto, number);
}
