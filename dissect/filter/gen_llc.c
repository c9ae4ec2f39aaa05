/*
 * dissect/filter/gen_llc.c -- 802.2 logical link control and SNAP: what they carry, and "llc".
 */
#include <string.h>

#include "core/compiler.h"
#include "dissect/filter/gen_link.h"

enum {
	SAP_MAX = 0xff,
	SNAP_TYPE = 6, /* offset of the ethertype behind a SNAP header */
	ORG_APPLE = 0x080007,
	LLC_CONTROL = 2,        /* offset of the control field */
	LLC_SUPERVISORY = 0x0f, /* its bits that tell the kinds of S frames apart */
	LLC_UNNUMBERED = 0xef,  /* of U frames: all but poll/final */
};

struct cond *gen_snap(struct gen *g, uint32_t org, uint32_t type)
{
	const uint8_t header[] = {
		0xaa,
		0xaa,
		0x03, /* both access points are SNAP's; unnumbered information */
		(uint8_t)(org >> 16),
		(uint8_t)(org >> 8),
		(uint8_t)org,
		(uint8_t)(type >> 8),
		(uint8_t)type,
	};

	return gen_bcmp(g, GEN_LLC, 0, sizeof(header), header);
}

/* Source and destination access point are the same. */
static struct cond *gen_llc_both_saps(struct gen *g, uint32_t sap)
{
	return gen_cmp(g, GEN_LLC, 0, 2, sap << 8 | sap);
}

struct cond *gen_llc_dsap(struct gen *g, uint32_t sap)
{
	if (sap > SAP_MAX)
		return gen_fail(g,
				"link protocol %u is neither an ethertype (1501 to 65535) nor an "
				"LLC access point (0 to %d)",
				sap, SAP_MAX);
	return gen_cmp(g, GEN_LLC, 0, 1, sap);
}

struct cond *gen_llc_carries(struct gen *g, uint32_t proto)
{
	switch (proto) {
	case PROTO_SAP_IP:
	case PROTO_ISO:
	case PROTO_NETBEUI:
		return gen_llc_both_saps(g, proto);
	case PROTO_ATALK:
		return gen_snap(g, ORG_APPLE, proto);
	case PROTO_AARP:
		/* 802.11, where SNAP is the rule, does without the look at its first six bytes */
		if (!link_is_wlan(g->linktype))
			return gen_snap(g, 0, proto);
		break;
	default:
		break;
	}
	if (proto <= PROTO_LENGTH_MAX)
		return gen_llc_dsap(g, proto);
	return gen_cmp(g, GEN_LLC, SNAP_TYPE, 2, proto);
}

/* ---- "llc" ---- */

static struct cond *gen_is_llc(struct gen *g)
{
	struct arena *const a = g->arena;
	struct cond *framed, *novell;

	if (link_is_wlan(g->linktype))
		return gen_wlan_data(g);
	if (g->linktype != LINKTYPE_ETHERNET)
		return gen_fail(g, "'llc': no 802.2 headers are looked for in %s",
				link_words(g->linktype));
	framed = gen_cmp_le(g, GEN_LINKTYPE, 0, 2, PROTO_LENGTH_MAX);
	novell = gen_cmp(g, GEN_LLC, 0, 2, 0xffff);
	return cond_and(a, framed, cond_not(a, novell));
}

static const struct llc_kind {
	const char *name;
	uint8_t mask, value;
} llc_kinds[] = {
	{ "s", 0x03, 0x01 },
	{ "u", 0x03, 0x03 },
	{ "rr", LLC_SUPERVISORY, 0x01 },
	{ "rnr", LLC_SUPERVISORY, 0x05 },
	{ "rej", LLC_SUPERVISORY, 0x09 },
	{ "ui", LLC_UNNUMBERED, 0x03 },
	{ "ua", LLC_UNNUMBERED, 0x63 },
	{ "disc", LLC_UNNUMBERED, 0x43 },
	{ "dm", LLC_UNNUMBERED, 0x0f },
	{ "sabme", LLC_UNNUMBERED, 0x6f },
	{ "test", LLC_UNNUMBERED, 0xe3 },
	{ "xid", LLC_UNNUMBERED, 0xaf },
	{ "frmr", LLC_UNNUMBERED, 0x87 },
};

static struct cond *gen_llc_kind(struct gen *g, const char *name)
{
	if (strcmp(name, "i") == 0) /* information frames: the lowest bit is 0 */
		return cond_not(g->arena, gen_bits(g, GEN_LLC, LLC_CONTROL, 1, 0x01));
	for (size_t i = 0; i < ARRAY_SIZE(llc_kinds); i++)
		if (strcmp(name, llc_kinds[i].name) == 0)
			return gen_mcmp(g, GEN_LLC, LLC_CONTROL, 1, llc_kinds[i].value,
					llc_kinds[i].mask);
	return gen_fail(g,
			"'llc %s': the kinds are i, s, u, rr, rnr, rej, ui, ua, disc, dm, sabme, "
			"test, xid and frmr",
			name);
}

struct cond *gen_llc_word(struct gen *g, const struct filter_node *n)
{
	struct cond *is_llc;

	g->why = "802.2 LLC";
	is_llc = gen_is_llc(g);
	if (!n->text)
		return is_llc;
	g->why = gen_text(g, "LLC %s", n->text);
	return cond_and(g->arena, is_llc, gen_llc_kind(g, n->text));
}
