/*
 * dissect/filter/ast.h -- a capture filter as it was written: what the parser makes and the code
 * generator reads. The language is that of pcap-filter(7).
 *
 * Everything lives in the compilation's arena. Nothing is resolved here but syntax: a name is a
 * name, and whether "port" may follow "ether" is the generator's business.
 */
#ifndef DISSECT_FILTER_AST_H
#define DISSECT_FILTER_AST_H

#include <stdbool.h>
#include <stdint.h>

#include "dissect/filter/arena.h"
#include "dissect/filter/filter.h"

/* Byte offsets into the expression: first, and one past the last. */
struct filter_span {
	uint32_t begin, end;
};

/* What a primitive is qualified by; also the protocols of accessors. */
enum filter_proto {
	FP_DEFAULT, /* none was written */
	FP_LINK,    /* ether, fddi, tr, wlan, ppp, slip, link: all the same */
	FP_IP,
	FP_ARP,
	FP_RARP,
	FP_IPV6,
	FP_SCTP,
	FP_TCP,
	FP_UDP,
	FP_ICMP,
	FP_IGMP,
	FP_IGRP,
	FP_PIM,
	FP_VRRP,
	FP_CARP,
	FP_ICMPV6,
	FP_AH,
	FP_ESP,
	FP_ATALK,
	FP_AARP,
	FP_DECNET,
	FP_LAT,
	FP_SCA,
	FP_MOPRC,
	FP_MOPDL,
	FP_ISO,
	FP_ESIS,
	FP_ISIS,
	FP_CLNP,
	FP_STP,
	FP_IPX,
	FP_NETBEUI,
	FP_ISIS_L1,
	FP_ISIS_L2,
	FP_ISIS_IIH,
	FP_ISIS_SNP,
	FP_ISIS_CSNP,
	FP_ISIS_PSNP,
	FP_ISIS_LSP,
	FP_RADIO, /* accessor only: the radiotap (or other) header in front */
};

enum filter_dir {
	FD_DEFAULT, /* none was written: means src or dst */
	FD_SRC,
	FD_DST,
	FD_SRC_OR_DST,
	FD_SRC_AND_DST,
	FD_ADDR1, /* 802.11, as all that follow */
	FD_ADDR2,
	FD_ADDR3,
	FD_ADDR4,
	FD_RA,
	FD_TA,
};

enum filter_addr {
	FA_DEFAULT, /* none was written: host */
	FA_HOST,
	FA_NET,
	FA_PORT,
	FA_PORTRANGE,
	FA_GATEWAY,
	FA_PROTO,
	FA_PROTOCHAIN,
};

struct filter_qual {
	uint8_t proto; /* enum filter_proto */
	uint8_t dir;   /* enum filter_dir */
	uint8_t addr;  /* enum filter_addr */
};

enum filter_id_kind {
	FID_NAME,   /* text */
	FID_NUMBER, /* number */
	FID_DOTTED, /* text "10.1", number with its octets at the top, octets 2-4; maybe prefix or
		       mask */
	FID_IPV6,   /* ipv6; maybe prefix */
	FID_MAC,    /* mac */
	FID_ARCNET, /* number: $xx */
};

/* What stands behind the qualifiers. A bare number may have a prefix length too: "net 10/8". */
struct filter_id {
	uint8_t kind;   /* enum filter_id_kind */
	uint8_t octets; /* of a dotted address: 2 to 4 */
	uint8_t mask_octets;
	bool has_prefix, has_mask;
	uint32_t number;
	uint32_t prefix;
	uint32_t mask;
	uint8_t mac[6];
	uint8_t ipv6[16];
	const char *text; /* as written, without a backslash; terminated */
	const char *mask_text;
	struct filter_span span; /* of this alone; the node's has the qualifiers as well */
};

enum filter_arith_kind {
	ARITH_NUMBER, /* number; also named values (tcp-syn, icmptype) */
	ARITH_LEN,
	ARITH_LOAD,   /* proto[a:size] */
	ARITH_NEGATE, /* -a */
	ARITH_BINARY, /* a op b */
};

enum filter_arith_op {
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_AND,
	OP_OR,
	OP_XOR,
	OP_LSH,
	OP_RSH
};

struct filter_arith {
	uint8_t kind;   /* enum filter_arith_kind */
	uint8_t op;     /* enum filter_arith_op */
	uint8_t proto;  /* enum filter_proto */
	uint8_t size;   /* 1, 2, 4 */
	uint16_t depth; /* of this tree, 1 to FILTER_DEPTH_MAX */
	uint32_t number;
	const struct filter_arith *a, *b;
	struct filter_span span;
};

enum filter_relation { REL_EQ, REL_NE, REL_GT, REL_GE, REL_LT, REL_LE };

/* Primitives that are one word, perhaps with a number or a name. */
enum filter_word {
	FW_BROADCAST, /* qual.proto */
	FW_MULTICAST, /* qual.proto */
	FW_LESS,      /* number */
	FW_GREATER,   /* number */
	FW_BYTE,      /* number = index, relation or op, value */
	FW_INBOUND,
	FW_OUTBOUND,
	FW_IFINDEX, /* number */
	FW_VLAN,    /* [number] */
	FW_MPLS,    /* [number] */
	FW_PPPOED,
	FW_PPPOES,       /* [number] */
	FW_GENEVE,       /* [number] */
	FW_VXLAN,        /* [number] */
	FW_LLC,          /* [text]: i, s, u, rr, ... */
	FW_WLAN_TYPE,    /* text or number; with a subtype: text2 or number2 */
	FW_WLAN_SUBTYPE, /* text2 or number2 */
	FW_WLAN_DIR,     /* text or number */
};

enum filter_node_kind {
	NODE_AND,  /* a, b */
	NODE_OR,   /* a, b */
	NODE_NOT,  /* a */
	NODE_ID,   /* qual, id: "tcp dst port 80" */
	NODE_NAME, /* qual.proto alone: "tcp" */
	NODE_REL,  /* left relation right */
	NODE_WORD,
};

struct filter_node {
	uint8_t kind;     /* enum filter_node_kind */
	uint8_t word;     /* enum filter_word */
	uint8_t relation; /* enum filter_relation; also of FW_BYTE, there with byte_op */
	uint8_t byte_op;  /* FW_BYTE: '=', '<', '>', '&', '|' */
	struct filter_qual qual;
	bool has_number, has_number2;
	uint32_t number, number2;
	const char *text, *text2;
	struct filter_id id;
	const struct filter_arith *left, *right;
	const struct filter_node *a, *b;
	struct filter_span span;
};

/*
 * Parses an expression. 0 with *ret NULL for an empty one, which accepts everything; -EINVAL with
 * the place in err, -ENOMEM when the arena has failed. *ret lives in the arena.
 */
int filter_parse(struct arena *arena, const char *expr, const struct filter_node **ret,
		 struct filter_error *err) must_check;

#endif
