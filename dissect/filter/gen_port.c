/* dissect/filter/gen_port.c -- ports of TCP, UDP and SCTP, one or a range, by number or name. */
#include "dissect/filter/generate.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core/compiler.h"
#include "dissect/filter/names.h"
#include "dissect/filter/words.h"

enum {
	IPV4_PROTO = 9,
	IPV4_FRAGMENT = 6,
	IPV6_NEXT = 6,
	FRAGMENT_MASK4 = 0x1fff,
	NAME_MAX_LEN = 64, /* of a service */
};

struct port_set {
	uint32_t first, last;
	bool tcp, udp, sctp;
	enum filter_dir dir;
	/* Where the header is: a base, or behind extension headers that were walked. */
	enum gen_base base;
	const struct gen_ipv6_walk *walk;
};

static const uint8_t numbers[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP };

static struct cond *side(struct gen *g, const void *what, bool dst)
{
	const struct port_set *const s = what;
	const uint32_t off = dst ? 2 : 0;
	struct cond_code first, last;
	struct cond *c;

	first = s->walk ? gen_load_walked(g, s->walk, off, 2) : gen_load(g, s->base, off, 2);
	if (s->first == s->last)
		return gen_test(g, first, BPF_JEQ | BPF_K, s->first);
	last = s->walk ? gen_load_walked(g, s->walk, off, 2) : gen_load(g, s->base, off, 2);
	c = gen_test(g, first, BPF_JGE | BPF_K, s->first);
	return cond_and(g->arena, c,
			cond_not(g->arena, gen_test(g, last, BPF_JGT | BPF_K, s->last)));
}

/* One of the transports, at a byte of the header or in a word of the walk. */
static struct cond *is_transport(struct gen *g, const struct port_set *s, uint32_t off)
{
	const bool wanted[] = { s->tcp, s->udp, s->sctp };
	const char *const why = g->why;
	struct cond *any = NULL, *c;
	struct cond_code code;

	g->why = s->tcp && s->udp ? "tcp, udp or sctp" : s->tcp ? "tcp" : s->udp ? "udp" : "sctp";
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (!wanted[i])
			continue;
		code = (struct cond_code){ 0 };
		if (s->walk)
			code_add(g->arena, &code, BPF_LD | BPF_MEM, (uint32_t)s->walk->proto);
		else
			code = gen_load(g, GEN_NET, off, 1);
		c = gen_test(g, code, BPF_JEQ | BPF_K, numbers[i]);
		any = any ? cond_or(g->arena, any, c) : c;
	}
	g->why = why;
	return any;
}

/* Only a first fragment has ports; in extended mode a later one passes. */
static struct cond *ports_v4(struct gen *g, struct port_set *s)
{
	struct arena *const a = g->arena;
	struct cond *ip, *proto, *first, *ports;

	s->base = GEN_TRANSPORT4;
	s->walk = NULL;
	ip = gen_linktype(g, ETHERTYPE_IP);
	proto = is_transport(g, s, IPV4_PROTO);
	first = gen_first_fragment(g);
	ports = gen_either(g, s->dir, side, s);
	if (g->opt->extended)
		ports = cond_or(a, cond_not(a, first), ports);
	else
		ports = cond_and(a, first, ports);
	return cond_and(a, ip, cond_and(a, proto, ports));
}

static struct cond *ports_v6(struct gen *g, struct port_set *s)
{
	struct arena *const a = g->arena;
	struct cond *ip6, *proto;

	s->base = GEN_TRANSPORT6;
	s->walk = NULL;
	ip6 = gen_linktype(g, ETHERTYPE_IPV6);
	proto = is_transport(g, s, IPV6_NEXT);
	return cond_and(a, ip6, cond_and(a, proto, gen_either(g, s->dir, side, s)));
}

/* Extended: behind extension headers; a later fragment passes. */
static struct cond *ports_v6_walked(struct gen *g, struct port_set *s)
{
	struct cond_code later = { 0 };
	struct arena *const a = g->arena;
	struct gen_ipv6_walk w;
	struct cond *ip6, *walk, *c;

	ip6 = gen_linktype(g, ETHERTYPE_IPV6);
	walk = gen_ipv6_walk(g, &w);
	if (!walk)
		return NULL;
	s->walk = &w;
	code_add(a, &later, BPF_LD | BPF_MEM, (uint32_t)w.fragment);
	c = cond_not(a, gen_test(g, later, BPF_JEQ | BPF_K, 0));
	c = cond_or(a, c, gen_either(g, s->dir, side, s));
	c = cond_and(a, is_transport(g, s, 0), c);
	gen_ipv6_walk_end(g, &w);
	return cond_and(a, ip6, cond_then(a, walk, c));
}

struct cond *gen_udp_dst4(struct gen *g, uint32_t port)
{
	struct port_set s = { .first = port, .last = port, .udp = true, .dir = FD_DST };

	return ports_v4(g, &s);
}

struct cond *gen_udp_dst6(struct gen *g, uint32_t port)
{
	struct port_set s = { .first = port, .last = port, .udp = true, .dir = FD_DST };

	return ports_v6(g, &s);
}

/* ---- operands ---- */

/* A name belongs to the protocols that have it under this number. */
static bool choose(struct gen *g, enum filter_proto proto, const char *name,
		   const struct names_ports *p, struct port_set *s)
{
	if (proto == FP_TCP || (proto == FP_DEFAULT && p->has_tcp)) {
		s->first = p->tcp;
		s->tcp = p->has_tcp;
	} else if (proto == FP_UDP || (proto == FP_DEFAULT && p->has_udp)) {
		s->first = p->udp;
		s->udp = p->has_udp;
	} else if (p->has_sctp) {
		s->first = p->sctp;
		s->sctp = true;
	} else if (p->has_tcp && p->has_udp && p->tcp == p->udp) {
		s->first = p->tcp; /* a name of both is one of the number */
		s->sctp = true;
	}
	if (!s->tcp && !s->udp && !s->sctp) {
		gen_fail(g, "port '%.60s' is %s", name,
			 p->has_tcp   ? "tcp"
			 : p->has_udp ? "udp"
				      : "sctp");
		return false;
	}
	if (proto == FP_DEFAULT && p->has_tcp && p->has_udp && p->tcp == p->udp)
		s->udp = s->sctp = true;
	return true;
}

static bool port_by_name(struct gen *g, const struct filter_node *n, const char *name,
			 struct port_set *s)
{
	struct names_ports p;
	char near[NAME_MAX_LEN];

	if (names_port(name, &p))
		return choose(g, n->qual.proto, name, &p, s);
	if (names_near_port(name, near, sizeof(near)))
		gen_fail(g, "unknown port '%.60s': did you mean '%s'?", name, near);
	else
		gen_fail(g, "unknown port '%.60s': neither a number nor in /etc/services", name);
	return false;
}

/* "smtp-domain"; as names may have dashes too, the first place where both sides are ports. */
static bool range_by_name(struct gen *g, const struct filter_node *n, struct port_set *s)
{
	struct port_set first = *s, last = *s;
	struct names_ports p;
	const char *dash = strchr(n->id.text, '-');
	char *head;

	for (; dash; dash = strchr(dash + 1, '-')) {
		head = arena_text(g->arena, n->id.text, (size_t)(dash - n->id.text));
		if (!head)
			return false;
		if (names_port(head, &p) && names_port(dash + 1, &p))
			break;
	}
	if (!dash)
		return port_by_name(g, n, n->id.text, s) && (s->last = s->first, true);
	if (!port_by_name(g, n, head, &first) || !port_by_name(g, n, dash + 1, &last))
		return false;
	*s = first;
	if (first.tcp != last.tcp || first.udp != last.udp || first.sctp != last.sctp) {
		if (n->qual.proto == FP_DEFAULT)
			s->tcp = s->udp = s->sctp = true;
	}
	s->first = MIN_OF(first.first, last.first);
	s->last = MAX_OF(first.first, last.first);
	return true;
}

static bool ports_of(struct gen *g, const struct filter_node *n, struct port_set *s)
{
	const enum filter_proto proto = n->qual.proto;

	switch ((enum filter_id_kind)n->id.kind) {
	case FID_NUMBER:
		s->first = s->last = n->id.number;
		s->tcp = proto == FP_DEFAULT || proto == FP_TCP;
		s->udp = proto == FP_DEFAULT || proto == FP_UDP;
		s->sctp = proto == FP_DEFAULT || proto == FP_SCTP;
		break;
	case FID_NAME:
		if (n->qual.addr == FA_PORTRANGE) {
			if (!range_by_name(g, n, s))
				return false;
			break;
		}
		if (!port_by_name(g, n, n->id.text, s))
			return false;
		s->last = s->first;
		break;
	default:
		return gen_fail(g, "'port' wants a number or a service's name, not an address");
	}
	if (s->last > 65535)
		return gen_fail(g, "port number %u greater than maximum 65535", s->last);
	return true;
}

struct cond *gen_port_id(struct gen *g, const struct filter_node *n)
{
	const enum filter_proto proto = n->qual.proto;
	struct port_set s = { .dir = n->qual.dir };
	struct arena *const a = g->arena;
	const char *dir;
	struct cond *c;

	if (proto != FP_DEFAULT && proto != FP_TCP && proto != FP_UDP && proto != FP_SCTP)
		return gen_fail(
			g, "illegal qualifier of 'port': '%s' has no ports; tcp, udp and sctp have",
			filter_proto_name(proto));
	if (s.dir >= FD_ADDR1)
		return gen_fail(
			g, "illegal qualifier of 'port': addr1 to addr4, ra and ta are for 'wlan'");
	if (!ports_of(g, n, &s))
		return NULL;
	dir = s.dir == FD_SRC ? "src port" : s.dir == FD_DST ? "dst port" : "port";
	if (s.first == s.last)
		g->why = gen_text(g, "%s %u", dir, s.first);
	else
		g->why = gen_text(g, "%s in %u-%u", dir, s.first, s.last);
	c = ports_v6(g, &s);
	if (g->opt->extended)
		c = cond_or(a, c, ports_v6_walked(g, &s));
	return cond_or(a, c, ports_v4(g, &s));
}
