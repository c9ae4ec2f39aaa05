/*
 * dissect/filter/gen_iso.c -- names of link-level protocols, the ISO family and DECnet.
 */
#include <byteswap.h>

#include "core/compiler.h"
#include "dissect/filter/gen_link.h"
#include "dissect/filter/words.h"

enum {
	/* network layer protocol identifiers, ISO/IEC TR 9577 */
	NLPID_CLNP = 0x81,
	NLPID_ESIS = 0x82,
	NLPID_ISIS = 0x83,
	NLPID_MAX = 0xff,
	/* ISO 10589: the PDU type is the low five bits of the fifth byte */
	ISIS_PDU_TYPE = 4,
	ISIS_PDU_MASK = 0x1f,
	L1_LAN_IIH = 15,
	L2_LAN_IIH = 16,
	PTP_IIH = 17,
	L1_LSP = 18,
	L2_LSP = 20,
	L1_CSNP = 24,
	L2_CSNP = 25,
	L1_PSNP = 26,
	L2_PSNP = 27,
	ISIS_PDUS = 5, /* in one name, at most; unused places are 0 */
};

struct cond *gen_iso_proto(struct gen *g, enum filter_proto proto, uint32_t number)
{
	struct cond *c;

	if (proto == FP_ISIS) {
		if (number > ISIS_PDU_MASK)
			return gen_fail(g, "IS-IS PDU type %u: the greatest is %d", number,
					ISIS_PDU_MASK);
		c = gen_iso_proto(g, FP_ISO, NLPID_ISIS);
		g->why = gen_text(g, "IS-IS PDU type %u", number);
		return cond_and(
			g->arena, c,
			gen_mcmp(g, GEN_NET_NOSNAP, ISIS_PDU_TYPE, 1, number, ISIS_PDU_MASK));
	}
	if (number > NLPID_MAX)
		return gen_fail(g, "ISO protocol %u: the greatest is %d", number, NLPID_MAX);
	c = gen_linktype(g, PROTO_ISO);
	g->why = gen_text(g, "ISO protocol 0x%02x", number);
	return cond_and(g->arena, c, gen_cmp(g, GEN_NET_NOSNAP, 0, 1, number));
}

static const struct isis_name {
	uint8_t proto; /* enum filter_proto */
	uint8_t pdus[ISIS_PDUS];
} isis_names[] = {
	{ FP_ISIS_L1, { L1_PSNP, L1_CSNP, L1_LSP, L1_LAN_IIH, PTP_IIH } },
	{ FP_ISIS_L2, { L2_PSNP, L2_CSNP, L2_LSP, L2_LAN_IIH, PTP_IIH } },
	{ FP_ISIS_IIH, { PTP_IIH, L1_LAN_IIH, L2_LAN_IIH } },
	{ FP_ISIS_LSP, { L1_LSP, L2_LSP } },
	{ FP_ISIS_SNP, { L2_PSNP, L1_PSNP, L1_CSNP, L2_CSNP } },
	{ FP_ISIS_CSNP, { L1_CSNP, L2_CSNP } },
	{ FP_ISIS_PSNP, { L1_PSNP, L2_PSNP } },
};

static struct cond *gen_isis_name(struct gen *g, const struct isis_name *name)
{
	struct cond *any = cond_false(g->arena);

	for (size_t i = 0; i < ISIS_PDUS && name->pdus[i]; i++)
		any = cond_or(g->arena, any, gen_iso_proto(g, FP_ISIS, name->pdus[i]));
	return any;
}

struct cond *gen_link_name(struct gen *g, enum filter_proto proto)
{
	static const struct {
		uint8_t proto; /* enum filter_proto */
		uint16_t number;
	} links[] = {
		{ FP_ATALK, PROTO_ATALK },     { FP_AARP, PROTO_AARP },
		{ FP_DECNET, PROTO_DECNET },   { FP_LAT, PROTO_LAT },
		{ FP_SCA, PROTO_SCA },         { FP_MOPRC, PROTO_MOPRC },
		{ FP_MOPDL, PROTO_MOPDL },     { FP_ISO, PROTO_ISO },
		{ FP_STP, PROTO_STP },         { FP_IPX, PROTO_IPX },
		{ FP_NETBEUI, PROTO_NETBEUI },
	};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (links[i].proto == proto)
			return gen_linktype(g, links[i].number);
	for (size_t i = 0; i < ARRAY_SIZE(isis_names); i++)
		if (isis_names[i].proto == proto)
			return gen_isis_name(g, &isis_names[i]);
	switch (proto) {
	case FP_CLNP:
		return gen_iso_proto(g, FP_ISO, NLPID_CLNP);
	case FP_ESIS:
		return gen_iso_proto(g, FP_ISO, NLPID_ESIS);
	case FP_ISIS:
		return gen_iso_proto(g, FP_ISO, NLPID_ISIS);
	default:
		return gen_fail(g, "'%s' is not a protocol of the link layer",
				filter_proto_name(proto));
	}
}

/* ---- DECnet phase IV: a length, perhaps a byte of padding, then a short or a long header ---- */

enum {
	DECNET_FLAGS = 2, /* behind the length field */
	DECNET_FORMAT = 0x07,
	DECNET_SHORT = 0x02,
	DECNET_LONG = 0x06,
	DECNET_PAD = 0x81, /* one byte of padding, itself included */
	DECNET_SHORT_DST = 3,
	DECNET_SHORT_SRC = 5,
	DECNET_LONG_DST = 9,
	DECNET_LONG_SRC = 17,
};

/* The header has this format, and the address in it is the one (little-endian on the wire). */
static struct cond *gen_decnet_plain(struct gen *g, uint32_t format, uint32_t off, uint32_t wire)
{
	struct cond *const c = gen_mcmp(g, GEN_NET, DECNET_FLAGS, 1, format, DECNET_FORMAT);

	return cond_and(g->arena, c, gen_cmp(g, GEN_NET, off, 2, wire));
}

/* The same behind one byte of padding. */
static struct cond *gen_decnet_padded(struct gen *g, uint32_t format, uint32_t off, uint32_t wire)
{
	struct cond *const c = gen_mcmp(g, GEN_NET, DECNET_FLAGS, 2, DECNET_PAD << 8 | format,
					0xff00 | DECNET_FORMAT);

	return cond_and(g->arena, c, gen_cmp(g, GEN_NET, off + 1, 2, wire));
}

/* The short header's destination stands right behind its flags: one load takes both. */
static struct cond *gen_decnet_short_dst(struct gen *g, uint32_t wire)
{
	struct cond *const c = gen_mcmp(g, GEN_NET, DECNET_FLAGS, 4, DECNET_SHORT << 24 | wire << 8,
					DECNET_FORMAT << 24 | 0x00ffff00);
	const uint32_t padded = (uint32_t)(DECNET_PAD << 8 | DECNET_SHORT) << 16;

	return cond_or(g->arena, c,
		       gen_mcmp(g, GEN_NET, DECNET_FLAGS, 4, padded | wire,
				(0xff00U | DECNET_FORMAT) << 16 | 0xffff));
}

static struct cond *gen_decnet_side(struct gen *g, const void *what, bool dst)
{
	const uint32_t wire = bswap_16((uint16_t) * (const uint32_t *)what);
	const uint32_t off = dst ? DECNET_LONG_DST : DECNET_LONG_SRC;
	struct arena *const a = g->arena;
	struct cond *c;

	if (dst)
		c = gen_decnet_short_dst(g, wire);
	else
		c = cond_or(a, gen_decnet_plain(g, DECNET_SHORT, DECNET_SHORT_SRC, wire),
			    gen_decnet_padded(g, DECNET_SHORT, DECNET_SHORT_SRC, wire));
	c = cond_or(a, c, gen_decnet_plain(g, DECNET_LONG, off, wire));
	return cond_or(a, c, gen_decnet_padded(g, DECNET_LONG, off, wire));
}

struct cond *gen_decnet_host(struct gen *g, uint32_t addr, enum filter_dir dir)
{
	struct cond *const c = gen_linktype(g, PROTO_DECNET);

	if (dir > FD_SRC_AND_DST)
		return gen_fail(g, "'decnet host' takes src and dst, not the addresses of 802.11");
	g->why = gen_text(g, "DECnet host %u.%u", addr >> 10, addr & 0x3ff);
	return cond_and(g->arena, c, gen_either(g, dir, gen_decnet_side, &addr));
}
