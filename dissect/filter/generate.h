/*
 * dissect/filter/generate.h -- internal to the code generator: where the parts of a packet are
 * while an expression is walked from left to right, and what its two sides give each other.
 *
 * generate.c, gen_ip.c, gen_host.c, gen_port.c, gen_proto.c, gen_arith.c and gen_tunnel.c know what
 * is above the link; gen_link.c and its kind know the link.
 */
#ifndef DISSECT_FILTER_GENERATE_H
#define DISSECT_FILTER_GENERATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/linktype.h"
#include "dissect/filter/arena.h"
#include "dissect/filter/ast.h"
#include "dissect/filter/cond.h"
#include "dissect/filter/filter.h"

/*
 * A place in the packet: a constant, plus the value of a scratch word where it is variable. The
 * word is allotted when the place is first used (gen_load_variable()); until then reg is -1. So
 * who computes variable places at the end knows which ones are wanted.
 */
struct gen_offset {
	bool is_variable;
	bool absent; /* this link type has no such thing */
	int8_t reg;
	uint32_t constant;
};

/* What an offset counts from. */
enum gen_base {
	GEN_PACKET,     /* the first byte captured: radio headers, Linux cooked headers */
	GEN_LINK,       /* the link header, in the innermost encapsulation */
	GEN_LINKTYPE,   /* the ethertype or protocol field */
	GEN_LLC,        /* the link payload, where an 802.2 header is if there is one */
	GEN_NET,        /* the network header: the payload behind 802.2, SNAP and MPLS labels */
	GEN_NET_NOSNAP, /* the same behind 802.2 without SNAP */
	GEN_PREV_MPLS,  /* the last MPLS label */
	GEN_TRANSPORT4, /* behind the IPv4 header, by its length field */
	GEN_TRANSPORT6, /* behind the fixed IPv6 header */
};

/* Extended mode: where a walk along the extension headers of IPv6 has ended, in scratch words. */
struct gen_ipv6_walk {
	int proto;    /* word: the protocol of the header at `offset` */
	int offset;   /* word: counts from the network header */
	int fragment; /* word: fragment offset, 0 for a first fragment and for none */
	bool is_shared;
};

struct gen {
	struct arena *arena;
	const struct filter_options *opt;
	struct filter_error *err;
	bool failed;             /* err is filled in; the first failure stays */
	struct filter_span span; /* of the primitive being generated: where errors point */
	const char *why;         /* cond.why of the tests made from now on; arena or literal */

	/*
	 * Where things are, in the innermost encapsulation: what vlan, mpls, pppoes, geneve and
	 * vxlan shift for all that follows.
	 */
	uint16_t linktype; /* LINKTYPE_* */
	struct gen_offset link, type, payload;
	uint32_t net, net_nosnap; /* of the network header, behind payload */
	uint8_t mpls_depth;
	uint8_t vlan_depth;
	/* Inside geneve or vxlan: link and payload have words that are computed on the way. */
	bool encapsulated;
	uint8_t tags_skipped; /* vlan_transparent: tags that this copy of the tests stands behind */

	/* The outermost link, type and payload, once pppoes, geneve or vxlan came. */
	bool is_shifted;
	struct gen_offset outer_link, outer_type, outer_payload;

	struct gen_ipv6_walk walk; /* the shared one */
	bool is_walked;            /* somebody asked for it */

	uint16_t regs_used; /* a bit per scratch word */
	/* Those that only some ways through the program write: the kernel wants all to. */
	uint16_t regs_zeroed;
	uint8_t reg_next;
};

/* ---- generate.c: for both sides. All return NULL after a failure, and take NULL for it. ---- */

/* Fills in g->err with the span and returns NULL. */
void *gen_fail(struct gen *g, const char *fmt, ...) printf_like(2, 3);
/* Text in the arena, for g->why. */
const char *gen_text(struct gen *g, const char *fmt, ...) printf_like(2, 3);

/* A free scratch word; -1 and a failure when there is none ("too complex"). */
int gen_reg_alloc(struct gen *g);
void gen_reg_free(struct gen *g, int reg);

/* X = the variable part of *o, nothing where there is none. Allots the word. */
struct cond_code gen_load_variable(struct gen *g, struct gen_offset *o);
/* A = size bytes (1, 2, 4) at off behind base. Spoils X where the base is variable. */
struct cond_code gen_load(struct gen *g, enum gen_base base, uint32_t off, unsigned size);
/* Of the base: the offset (NULL for GEN_PACKET), and what to add to its constant. */
struct gen_offset *gen_base_offset(struct gen *g, enum gen_base base, uint32_t *add);

/* cond_test() with g->why. */
struct cond *gen_test(struct gen *g, struct cond_code code, uint16_t jump, uint32_t k);
/* The bytes equal / are greater than / at least / at most the value; unsigned. */
struct cond *gen_cmp(struct gen *g, enum gen_base base, uint32_t off, unsigned size, uint32_t v);
struct cond *gen_cmp_gt(struct gen *g, enum gen_base base, uint32_t off, unsigned size, uint32_t v);
struct cond *gen_cmp_ge(struct gen *g, enum gen_base base, uint32_t off, unsigned size, uint32_t v);
struct cond *gen_cmp_le(struct gen *g, enum gen_base base, uint32_t off, unsigned size, uint32_t v);
/* (bytes & mask) == value; all ones costs no `and`. */
struct cond *gen_mcmp(struct gen *g, enum gen_base base, uint32_t off, unsigned size, uint32_t v,
		      uint32_t mask);
/* (bytes & mask) != 0, by one jset. */
struct cond *gen_bits(struct gen *g, enum gen_base base, uint32_t off, unsigned size,
		      uint32_t mask);
/* len bytes equal, in libpcap's order: last word first, then a half word, then a byte. */
struct cond *gen_bcmp(struct gen *g, enum gen_base base, uint32_t off, unsigned len,
		      const uint8_t *bytes);
/* A = an ancillary word of the kernel (SKF_AD_*). */
struct cond_code gen_load_ancillary(struct gen *g, uint32_t ad);

/* X = length of the IPv4 header (plus the variable part of the network header's place). */
struct cond_code gen_load_ipv4_len(struct gen *g);
/* "this", "that" or both, as dir asks: combines the tests of source and destination. */
struct cond *gen_either(struct gen *g, enum filter_dir dir,
			struct cond *(*side)(struct gen *g, const void *what, bool dst),
			const void *what);

/* ---- the parts above the link ---- */

/* gen_proto.c: the name of a protocol alone; "proto N"; "protochain N". */
struct cond *gen_name(struct gen *g, enum filter_proto proto);
struct cond *gen_proto(struct gen *g, enum filter_proto proto, uint32_t number);
struct cond *gen_protochain(struct gen *g, enum filter_proto proto, uint32_t number);
/* gen_proto.c: a primitive with FA_PROTO or FA_PROTOCHAIN. */
struct cond *gen_proto_id(struct gen *g, const struct filter_node *n);

/* gen_host.c: a primitive with FA_HOST, FA_NET, FA_GATEWAY or none of them. */
struct cond *gen_host_id(struct gen *g, const struct filter_node *n);

/* gen_port.c: a primitive with FA_PORT or FA_PORTRANGE. */
struct cond *gen_port_id(struct gen *g, const struct filter_node *n);
/* gen_port.c: IPv4 (first fragment) or IPv6, UDP, to this port. */
struct cond *gen_udp_dst4(struct gen *g, uint32_t port);
struct cond *gen_udp_dst6(struct gen *g, uint32_t port);

/* gen_ip.c */
struct cond *gen_first_fragment(struct gen *g);
struct cond *gen_broadcast(struct gen *g, enum filter_proto proto);
struct cond *gen_multicast(struct gen *g, enum filter_proto proto);
/*
 * gen_ip.c, extended mode: walks the extension headers of a packet that has been told to be IPv6.
 * The result is for cond_then(): it leaves in the words where the walk ended.
 */
struct cond *gen_ipv6_walk(struct gen *g, struct gen_ipv6_walk *ret);
/* gen_ip.c: the one walk that all tests outside of encapsulations share; for the very start. */
bool gen_ipv6_walk_share(struct gen *g);
struct cond *gen_ipv6_walk_shared(struct gen *g);
/* A = size bytes `off` behind the header where the walk ended. */
struct cond_code gen_load_walked(struct gen *g, const struct gen_ipv6_walk *w, uint32_t off,
				 unsigned size);
void gen_ipv6_walk_end(struct gen *g, const struct gen_ipv6_walk *w); /* gives the words back */

/* gen_arith.c: a relation between two terms, with the checks that accessors imply. */
struct cond *gen_relation(struct gen *g, const struct filter_node *n);

/* gen_tunnel.c: these shift the offsets of all that follows. */
struct cond *gen_tunnel_word(struct gen *g, const struct filter_node *n);
/* gen_tunnel.c: the Ethernet type at the current place is a VLAN tag's. */
struct cond *gen_vlan_tagged(struct gen *g);
/* gen_tunnel.c: what gen_linktype() means behind an MPLS label; call it when g->mpls_depth > 0. */
struct cond *gen_mpls_linktype(struct gen *g, uint32_t proto);
/* gen_tunnel.c: there is an Ethernet header inside geneve (the payload is not where it began). */
struct cond *gen_encap_link_check(struct gen *g);

/* ---- the link side (gen_link.c and so on) ---- */

/* Sets linktype, link, type, payload, net and net_nosnap. False: g has failed. */
bool gen_link_init(struct gen *g) must_check;
/*
 * After everything else: the code that must run before it, which fills the scratch words that were
 * allotted for variable places (radiotap, PPI, 802.11), and is false for a packet that no test may
 * accept. NULL when there is nothing to compute.
 * The caller has put the outermost link, type and payload back where they were.
 */
struct cond *gen_link_prologue(struct gen *g);

/*
 * The payload is of this protocol: an ethertype, or below 0x600 an LLC SAP (or what the link type
 * has). Sets its own why.
 */
struct cond *gen_linktype(struct gen *g, uint32_t proto);
/* [wlan|ether] [dir] host MAC, with addr1 to ta as well. mac: 6 bytes. */
struct cond *gen_mac_host(struct gen *g, const uint8_t *mac, enum filter_dir dir);
/* The MAC part of "gateway": src or dst is mac; refuses link types without MAC addresses. */
struct cond *gen_gateway_mac(struct gen *g, const uint8_t *mac);
/* "ether broadcast", "ether multicast", and the same without a word in front. */
struct cond *gen_link_broadcast(struct gen *g);
struct cond *gen_link_multicast(struct gen *g);
/* Primitives of one word that are the link's: FW_LLC, FW_WLAN_*, FW_INBOUND, FW_OUTBOUND,
 * FW_IFINDEX. */
struct cond *gen_link_word(struct gen *g, const struct filter_node *n);
/*
 * A protocol's name alone: FP_ATALK, FP_AARP, FP_DECNET, FP_LAT, FP_SCA, FP_MOPRC, FP_MOPDL,
 * FP_ISO, FP_ESIS, FP_ISIS, FP_CLNP, FP_STP, FP_IPX, FP_NETBEUI and FP_ISIS_*.
 */
struct cond *gen_link_name(struct gen *g, enum filter_proto proto);
/* "iso proto N" and "isis proto N": proto is FP_ISO or FP_ISIS. */
struct cond *gen_iso_proto(struct gen *g, enum filter_proto proto, uint32_t number);
/* "decnet host AREA.NODE", 16 bits. */
struct cond *gen_decnet_host(struct gen *g, uint32_t addr, enum filter_dir dir);
/* "host $xx": ARCnet, refused with words by all our link types. */
struct cond *gen_arcnet_host(struct gen *g, uint32_t addr, enum filter_dir dir);
/* There is a header in front of the link header, which radio[] reads. */
bool gen_has_radio(const struct gen *g);
/* "vlan" may stand here: the link type has ethertypes. */
bool gen_has_vlan(const struct gen *g);

#endif
