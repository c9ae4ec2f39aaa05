/*
 * dissect/proto/carp.c -- Common Address Redundancy Protocol, of OpenBSD; no RFC describes it. It
 * has the IP protocol number of VRRP (RFC 5798).
 */
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum { CARP_LEN = 36 };

static const struct name_map type_names[] = {
	{ 1, "advertisement" },
	{ 0, NULL },
};

static const struct field_desc carp_fields[] = {
	{ "carp.version", "Version", 0, 4, FIELD_UINT },
	{ "carp.type", "Type", 4, 4, FIELD_ENUM, .names = type_names },
	{ "carp.vhid", "Virtual host", 8, 8, FIELD_UINT },
	{ "carp.advskew", "Advertisement skew", 16, 8, FIELD_UINT },
	{ "carp.authlen", "Authentication length in words", 24, 8, FIELD_UINT },
	{ "carp.demotion", "Demotion", 32, 8, FIELD_UINT },
	{ "carp.adver_int", "Advertisement interval", 40, 8, FIELD_UINT, .unit = "s" },
	{ "carp.checksum", "Checksum", 48, 16, FIELD_HEX },
	{ "carp.counter", "Counter", 64, 64, FIELD_UINT },
	{ "carp.hmac", "HMAC", 128, 160, FIELD_BYTES },
};

static const struct field_desc carp_described[] = {
	CHECKSUM_STATUS("carp.checksum.status"),
	CHECKSUM_EXPECTED("carp.checksum.expected"),
	CHECKSUM_NOTE("carp.checksum.note"),
};

static struct next carp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	cursor_skip(c, CARP_LEN);
	return next_none();
}

static void carp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, CARP_LEN);
	struct checksum_found sum;

	if (!p)
		return;
	sum = checksum_find_plain(d, l, CARP_LEN, 6);
	checksum_put(o, carp_described, &sum, p + 6, 2);
}

static void carp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, CARP_LEN);

	line_paint(opt, PAINT_PROTOCOL, "CARP", out);
	if (p)
		strbuf_printf(out, " v%u advertisement, vhid %u, skew %u, base %us, demotion %u",
			      p[0] >> 4, p[1], p[2], p[5], p[4]);
}

const struct dissector carp_dissector = {
	.name = "carp",
	.title = "Common Address Redundancy Protocol",
	.id = PROTO_CARP,
	.layer_class = CLASS_TRANSPORT,
	.min_hdr_len = CARP_LEN,
	.fields = carp_fields,
	.nr_fields = ARRAY_SIZE(carp_fields),
	.described = carp_described,
	.nr_described = ARRAY_SIZE(carp_described),
	.dissect = carp_dissect,
	.describe = carp_describe,
	.line = carp_line,
};
