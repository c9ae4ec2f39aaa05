/* dissect/filter/gen_ip.c -- IPv4 and IPv6 themselves: fragments, broadcast, extension headers. */
#include "dissect/filter/generate.h"

#include <net/ethernet.h>
#include <netinet/in.h>

#include "core/compiler.h"
#include "dissect/filter/words.h"

enum {
	IPV4_FRAGMENT = 6, /* offsets in the headers */
	IPV4_DST = 16,
	IPV6_NEXT = 6,
	IPV6_DST = 24,
	IPV6_LEN = 40,
	FRAGMENT_MASK4 = 0x1fff,
	FRAGMENT_MASK6 = 0xfff8,
	/* Extension headers of a packet that extended mode steps over. */
	WALK_HEADERS = 8,
};

struct cond *gen_first_fragment(struct gen *g)
{
	const char *const why = g->why;
	struct cond *c;

	g->why = "later fragment";
	c = cond_not(g->arena, gen_bits(g, GEN_NET, IPV4_FRAGMENT, 2, FRAGMENT_MASK4));
	g->why = why;
	return c;
}

struct cond *gen_broadcast(struct gen *g, enum filter_proto proto)
{
	const uint32_t host = ~g->opt->netmask;
	struct arena *const a = g->arena;
	struct cond *ip, *zeros, *ones;

	if (proto == FP_DEFAULT || proto == FP_LINK)
		return gen_link_broadcast(g);
	if (proto != FP_IP)
		return gen_fail(g, "'%s broadcast': only ether and ip have broadcasts",
				filter_proto_name(proto));
	if (g->opt->netmask == FILTER_NETMASK_UNKNOWN)
		return gen_fail(g,
				"'ip broadcast' needs the interface's netmask, which is not known; "
				"'ether broadcast' needs none");
	ip = gen_linktype(g, ETHERTYPE_IP);
	g->why = "ip broadcast";
	zeros = gen_mcmp(g, GEN_NET, IPV4_DST, 4, 0, host);
	ones = gen_mcmp(g, GEN_NET, IPV4_DST, 4, host, host);
	return cond_and(a, ip, cond_or(a, zeros, ones));
}

struct cond *gen_multicast(struct gen *g, enum filter_proto proto)
{
	struct cond *ip;

	switch (proto) {
	case FP_DEFAULT:
	case FP_LINK:
		return gen_link_multicast(g);
	case FP_IP:
		ip = gen_linktype(g, ETHERTYPE_IP);
		g->why = "ip multicast";
		return cond_and(g->arena, ip, gen_cmp_ge(g, GEN_NET, IPV4_DST, 1, 0xe0));
	case FP_IPV6:
		ip = gen_linktype(g, ETHERTYPE_IPV6);
		g->why = "ip6 multicast";
		return cond_and(g->arena, ip, gen_cmp(g, GEN_NET, IPV6_DST, 1, 0xff));
	default:
		return gen_fail(g, "'%s multicast': only ether, ip and ip6 have multicasts",
				filter_proto_name(proto));
	}
}

/* ---- extended mode ---- */

struct cond_code gen_load_walked(struct gen *g, const struct gen_ipv6_walk *w, uint32_t off,
				 unsigned size)
{
	const uint16_t width = size == 1 ? BPF_B : size == 2 ? BPF_H : BPF_W;
	struct cond_code c = gen_load_variable(g, &g->payload);
	struct arena *const a = g->arena;

	if (c.first) {
		code_add(a, &c, BPF_LD | BPF_MEM, (uint32_t)w->offset);
		code_add(a, &c, BPF_ALU | BPF_ADD | BPF_X, 0);
		code_add(a, &c, BPF_MISC | BPF_TAX, 0);
	} else {
		code_add(a, &c, BPF_LDX | BPF_MEM, (uint32_t)w->offset);
	}
	code_add(a, &c, BPF_LD | BPF_IND | width, g->payload.constant + g->net + off);
	return c;
}

static struct cond *walk_is(struct gen *g, const struct gen_ipv6_walk *w, uint32_t proto)
{
	struct cond_code c = { 0 };

	code_add(g->arena, &c, BPF_LD | BPF_MEM, (uint32_t)w->proto);
	return gen_test(g, c, BPF_JEQ | BPF_K, proto);
}

/* Past a header of (length byte + add) * unit bytes. */
static struct cond *walk_skip(struct gen *g, const struct gen_ipv6_walk *w, uint32_t add,
			      uint32_t unit)
{
	struct cond_code c = gen_load_walked(g, w, 0, 1);
	struct arena *const a = g->arena;

	code_add(a, &c, BPF_ST, (uint32_t)w->proto);
	code_append(&c, gen_load_walked(g, w, 1, 1));
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_K, add);
	code_add(a, &c, BPF_ALU | BPF_MUL | BPF_K, unit);
	code_add(a, &c, BPF_LDX | BPF_MEM, (uint32_t)w->offset);
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_X, 0);
	code_add(a, &c, BPF_ST, (uint32_t)w->offset);
	return cond_do(a, c);
}

/* Past a Fragment header, which says whether what follows is a header at all. */
static struct cond *walk_fragment(struct gen *g, const struct gen_ipv6_walk *w)
{
	struct cond_code c = gen_load_walked(g, w, 0, 1);
	struct arena *const a = g->arena;

	code_add(a, &c, BPF_ST, (uint32_t)w->proto);
	code_append(&c, gen_load_walked(g, w, 2, 2));
	code_add(a, &c, BPF_ALU | BPF_AND | BPF_K, FRAGMENT_MASK6);
	code_add(a, &c, BPF_ST, (uint32_t)w->fragment);
	code_add(a, &c, BPF_LD | BPF_MEM, (uint32_t)w->offset);
	code_add(a, &c, BPF_ALU | BPF_ADD | BPF_K, 8);
	code_add(a, &c, BPF_ST, (uint32_t)w->offset);
	code_add(a, &c, BPF_LD | BPF_MEM, (uint32_t)w->fragment);
	return gen_test(g, c, BPF_JEQ | BPF_K, 0);
}

/* One header further; false where the walk has come to its end. RFC 8200, RFC 4302 for AH. */
static struct cond *walk_step(struct gen *g, const struct gen_ipv6_walk *w)
{
	struct arena *const a = g->arena;
	struct cond *plain, *ah, *fragment;

	plain = cond_or(a, walk_is(g, w, IPPROTO_HOPOPTS), walk_is(g, w, IPPROTO_DSTOPTS));
	plain = cond_or(a, plain, walk_is(g, w, IPPROTO_ROUTING));
	plain = cond_and(a, plain, walk_skip(g, w, 1, 8));
	fragment = cond_and(a, walk_is(g, w, IPPROTO_FRAGMENT), walk_fragment(g, w));
	ah = cond_and(a, walk_is(g, w, IPPROTO_AH), walk_skip(g, w, 2, 4));
	return cond_or(a, cond_or(a, plain, fragment), ah);
}

static bool walk_alloc(struct gen *g, struct gen_ipv6_walk *w)
{
	w->proto = gen_reg_alloc(g);
	w->offset = gen_reg_alloc(g);
	w->fragment = gen_reg_alloc(g);
	return !g->failed;
}

static struct cond *walk_code(struct gen *g, const struct gen_ipv6_walk *w)
{
	const char *const why = g->why;
	struct arena *const a = g->arena;
	struct cond_code start;
	struct cond *steps;

	g->why = "extension header";
	start = gen_load(g, GEN_NET, IPV6_NEXT, 1);
	code_add(a, &start, BPF_ST, (uint32_t)w->proto);
	code_add(a, &start, BPF_LD | BPF_IMM, IPV6_LEN);
	code_add(a, &start, BPF_ST, (uint32_t)w->offset);
	code_add(a, &start, BPF_LD | BPF_IMM, 0);
	code_add(a, &start, BPF_ST, (uint32_t)w->fragment);
	steps = walk_step(g, w);
	for (unsigned i = 1; i < WALK_HEADERS; i++)
		steps = cond_and(a, steps, walk_step(g, w));
	g->why = why;
	return cond_and(a, cond_do(a, start), steps);
}

bool gen_ipv6_walk_share(struct gen *g)
{
	g->walk.is_shared = true;
	return walk_alloc(g, &g->walk);
}

/*
 * Some 270 instructions: once for a whole expression, or ten ports were all that a program can ask
 * for. The price is that a packet that is cut within its extension headers is not accepted at all.
 */
struct cond *gen_ipv6_walk_shared(struct gen *g)
{
	struct cond *const ip6 = gen_linktype(g, ETHERTYPE_IPV6);

	return cond_and(g->arena, ip6, walk_code(g, &g->walk));
}

struct cond *gen_ipv6_walk(struct gen *g, struct gen_ipv6_walk *ret)
{
	if (!g->is_shifted && !g->mpls_depth && g->vlan_depth <= g->tags_skipped) {
		g->is_walked = true;
		g->regs_zeroed |= (uint16_t)(1U << g->walk.proto | 1U << g->walk.offset |
					     1U << g->walk.fragment);
		*ret = g->walk;
		return cond_true(g->arena);
	}
	*ret = (struct gen_ipv6_walk){ 0 };
	return walk_alloc(g, ret) ? walk_code(g, ret) : NULL;
}

void gen_ipv6_walk_end(struct gen *g, const struct gen_ipv6_walk *w)
{
	if (w->is_shared)
		return;
	gen_reg_free(g, w->fragment);
	gen_reg_free(g, w->offset);
	gen_reg_free(g, w->proto);
}
