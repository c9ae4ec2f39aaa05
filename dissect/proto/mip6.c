/* dissect/proto/mip6.c -- mobility header of Mobile IPv6: RFC 6275 6.1, options 6.2 and RFC 4283.
 */
#include <stdio.h>

#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/ipv6_ext.h"
#include "dissect/render.h"

enum {
	MIP6_HDR_LEN = 6, /* without the message */
	OPT_PAD1 = 0,
	OPT_PADN = 1,
	OPT_ALTERNATE_COA = 3,
};

static const struct name_map message_names[] = {
	{ 0, "Binding refresh request" },
	{ 1, "Home test init" },
	{ 2, "Care-of test init" },
	{ 3, "Home test" },
	{ 4, "Care-of test" },
	{ 5, "Binding update" },
	{ 6, "Binding acknowledgement" },
	{ 7, "Binding error" },
	{ 8, "Fast binding update" },
	{ 9, "Fast binding acknowledgement" },
	{ 10, "Fast neighbor advertisement" },
	{ 11, "Experimental" },
	{ 12, "Home agent switch" },
	{ 13, "Heartbeat" },
	{ 14, "Handover initiate" },
	{ 15, "Handover acknowledge" },
	{ 16, "Binding revocation" },
	{ 0, NULL },
};

static const struct name_map ack_names[] = {
	{ 0, "Accepted" },
	{ 1, "Accepted, prefix discovery necessary" },
	{ 128, "Reason unspecified" },
	{ 129, "Administratively prohibited" },
	{ 130, "Insufficient resources" },
	{ 131, "Home registration not supported" },
	{ 132, "Not home subnet" },
	{ 133, "Not home agent for this node" },
	{ 134, "Duplicate address detection failed" },
	{ 135, "Sequence number out of window" },
	{ 136, "Expired home nonce index" },
	{ 137, "Expired care-of nonce index" },
	{ 138, "Expired nonces" },
	{ 139, "Registration type change disallowed" },
	{ 0, NULL },
};

static const struct name_map error_names[] = {
	{ 1, "Unknown binding for home address" },
	{ 2, "Unknown message type" },
	{ 0, NULL },
};

static const struct name_map option_names[] = {
	{ OPT_PAD1, "Pad1" },
	{ OPT_PADN, "PadN" },
	{ 2, "Binding refresh advice" },
	{ OPT_ALTERNATE_COA, "Alternate care-of address" },
	{ 4, "Nonce indices" },
	{ 5, "Authorization data" },
	{ 6, "Mobile network prefix" },
	{ 7, "Link-layer address" },
	{ 8, "Mobile node identifier" },
	{ 9, "Authentication" },
	{ 22, "Home network prefix" },
	{ 23, "Handoff indicator" },
	{ 24, "Access technology type" },
	{ 25, "Mobile node link-layer identifier" },
	{ 26, "Link-local address" },
	{ 27, "Timestamp" },
	{ 0, NULL },
};

static const struct field_desc mip6_fields[] = {
	{ "mip6.proto", "Next header", 0, 8, FIELD_ENUM, .names = ipproto_names },
	{ "mip6.hlen", "Length in 8 bytes, less 1", 8, 8, FIELD_UINT },
	{ "mip6.mhtype", "Type", 16, 8, FIELD_ENUM, .names = message_names },
	{ "mip6.reserved", "Reserved", 24, 8, FIELD_HEX },
	{ "mip6.csum", "Checksum", 32, 16, FIELD_HEX },
};

enum {
	MIP6_CHECKSUM, /* and the two after it */
	MIP6_HOTI = MIP6_CHECKSUM + 3,
	MIP6_COTI,
	MIP6_HOT,
	MIP6_COT = MIP6_HOT + 3,
	MIP6_BU = MIP6_COT + 3,
	MIP6_BA = MIP6_BU + 11,
	MIP6_BE = MIP6_BA + 6,
	MIP6_FBU = MIP6_BE + 2,
	MIP6_FBACK = MIP6_FBU + 6,
	MIP6_HB = MIP6_FBACK + 4,
	MIP6_OPT = MIP6_HB + 3,
	MIP6_OPT_TYPE,
	MIP6_OPT_LEN,
	MIP6_OPT_BRA,
	MIP6_OPT_ACOA,
	MIP6_OPT_HNI,
	MIP6_OPT_CNI,
	MIP6_OPT_AUTH,
	MIP6_OPT_MNP_LEN,
	MIP6_OPT_MNP,
	MIP6_OPT_MNID_TYPE,
	MIP6_OPT_MNID,
	MIP6_OPT_DATA,
	MIP6_DATA,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)
#define ALONE  FIELD_DESCRIBED

/* Bits count from the mobility header's first byte, and in options from the option's. */
static const struct field_desc mip6_described[] = {
	CHECKSUM_STATUS("mip6.csum.status"),
	CHECKSUM_EXPECTED("mip6.csum_calculated"),
	CHECKSUM_NOTE("mip6.csum.note"),
	[MIP6_HOTI] = { "mip6.hoti.cookie", "Home init cookie", 64, 64, FIELD_HEX, ALONE },
	[MIP6_COTI] = { "mip6.coti.cookie", "Care-of init cookie", 64, 64, FIELD_HEX, ALONE },
	[MIP6_HOT] = { "mip6.hot.nindex", "Home nonce index", 48, 16, FIELD_UINT, ALONE },
	{ "mip6.hot.cookie", "Home init cookie", 64, 64, FIELD_HEX, ALONE },
	{ "mip6.hot.token", "Home keygen token", 128, 64, FIELD_HEX, ALONE },
	[MIP6_COT] = { "mip6.cot.nindex", "Care-of nonce index", 48, 16, FIELD_UINT, ALONE },
	{ "mip6.cot.cookie", "Care-of init cookie", 64, 64, FIELD_HEX, ALONE },
	{ "mip6.cot.token", "Care-of keygen token", 128, 64, FIELD_HEX, ALONE },
	[MIP6_BU] = { "mip6.bu.seqnr", "Sequence number", 48, 16, FIELD_UINT, ALONE },
	{ "mip6.bu.a_flag", "Acknowledge", 64, 1, FIELD_FLAG, ALONE },
	{ "mip6.bu.h_flag", "Home registration", 65, 1, FIELD_FLAG, ALONE },
	{ "mip6.bu.l_flag", "Link-local compatible", 66, 1, FIELD_FLAG, ALONE },
	{ "mip6.bu.k_flag", "Key management mobile", 67, 1, FIELD_FLAG, ALONE },
	{ "mip6.bu.m_flag", "MAP registration", 68, 1, FIELD_FLAG, ALONE },
	{ "mip6.nemo.bu.r_flag", "Mobile router", 69, 1, FIELD_FLAG, ALONE },
	{ "mip6.bu.p_flag", "Proxy registration", 70, 1, FIELD_FLAG, ALONE },
	{ "mip6.bu.f_flag", "Force UDP", 71, 1, FIELD_FLAG, ALONE },
	{ "mip6.bu.t_flag", "TLV format", 72, 1, FIELD_FLAG, ALONE },
	{ "mip6.bu.lifetime", "Lifetime in 4 s", 80, 16, FIELD_UINT, ALONE },
	[MIP6_BA] = { "mip6.ba.status", "Status", 48, 8, FIELD_ENUM, ALONE, .names = ack_names },
	{ "mip6.ba.k_flag", "Key management mobile", 56, 1, FIELD_FLAG, ALONE },
	{ "mip6.nemo.ba.r_flag", "Mobile router", 57, 1, FIELD_FLAG, ALONE },
	{ "mip6.ba.p_flag", "Proxy registration", 58, 1, FIELD_FLAG, ALONE },
	{ "mip6.ba.seqnr", "Sequence number", 64, 16, FIELD_UINT, ALONE },
	{ "mip6.ba.lifetime", "Lifetime in 4 s", 80, 16, FIELD_UINT, ALONE },
	[MIP6_BE] = { "mip6.be.status", "Status", 48, 8, FIELD_ENUM, ALONE, .names = error_names },
	{ "mip6.be.haddr", "Home address", 64, 128, FIELD_IPV6, ALONE },
	[MIP6_FBU] = { "mip6.fbu.seqnr", "Sequence number", 48, 16, FIELD_UINT, ALONE },
	{ "mip6.fbu.a_flag", "Acknowledge", 64, 1, FIELD_FLAG, ALONE },
	{ "mip6.fbu.h_flag", "Home registration", 65, 1, FIELD_FLAG, ALONE },
	{ "mip6.fbu.l_flag", "Link-local compatible", 66, 1, FIELD_FLAG, ALONE },
	{ "mip6.fbu.k_flag", "Key management mobile", 67, 1, FIELD_FLAG, ALONE },
	{ "mip6.fbu.lifetime", "Lifetime in 4 s", 80, 16, FIELD_UINT, ALONE },
	[MIP6_FBACK] = { "mip6.fback.status", "Status", 48, 8, FIELD_UINT, ALONE },
	{ "mip6.fback.k_flag", "Key management mobile", 56, 1, FIELD_FLAG, ALONE },
	{ "mip6.fback.seqnr", "Sequence number", 64, 16, FIELD_UINT, ALONE },
	{ "mip6.fback.lifetime", "Lifetime in 4 s", 80, 16, FIELD_UINT, ALONE },
	[MIP6_HB] = { "mip6.hb.u_flag", "Unsolicited", 62, 1, FIELD_FLAG, ALONE },
	{ "mip6.hb.r_flag", "Response", 63, 1, FIELD_FLAG, ALONE },
	{ "mip6.hb.seqnr", "Sequence number", 64, 32, FIELD_UINT, ALONE },
	[MIP6_OPT] = { "mip6.options", "Option", 0, 0, FIELD_GROUP, LISTED },
	[MIP6_OPT_TYPE] = { "mip6.option.type", "Type", 0, 8, FIELD_ENUM, LISTED,
			    .names = option_names },
	[MIP6_OPT_LEN] = { "mip6.mobility_opt.len", "Length", 8, 8, FIELD_UINT, LISTED,
			   .unit = "bytes" },
	[MIP6_OPT_BRA] = { "mip6.bra.interval", "Refresh interval in 4 s", 16, 16, FIELD_UINT,
			   LISTED },
	[MIP6_OPT_ACOA] = { "mip6.acoa.acoa", "Alternate care-of address", 16, 128, FIELD_IPV6,
			    LISTED },
	[MIP6_OPT_HNI] = { "mip6.ni.hni", "Home nonce index", 16, 16, FIELD_UINT, LISTED },
	[MIP6_OPT_CNI] = { "mip6.ni.cni", "Care-of nonce index", 32, 16, FIELD_UINT, LISTED },
	[MIP6_OPT_AUTH] = { "mip6.bad.auth", "Authenticator", 16, 96, FIELD_BYTES, LISTED },
	[MIP6_OPT_MNP_LEN] = { "mip6.nemo.mnp.pfl", "Prefix length", 24, 8, FIELD_UINT, LISTED },
	[MIP6_OPT_MNP] = { "mip6.nemo.mnp.mnp", "Mobile network prefix", 32, 128, FIELD_IPV6,
			   LISTED },
	[MIP6_OPT_MNID_TYPE] = { "mip6.mnid.subtype", "Subtype", 16, 8, FIELD_UINT, LISTED },
	[MIP6_OPT_MNID] = { "mip6.mnid.identifier", "Identifier", 0, 0, FIELD_TEXT, LISTED },
	[MIP6_OPT_DATA] = { "mip6.option.data", "Data", 0, 0, FIELD_BYTES, LISTED },
	[MIP6_DATA] = { "mip6.data", "Message", 0, 0, FIELD_BYTES, ALONE },
};

/* A message: how many bytes before its options, and its descriptors. */
static const struct {
	uint8_t type, options_at, first, nr;
} messages[] = {
	{ 0, 8, 0, 0 },
	{ 1, 16, MIP6_HOTI, 1 },
	{ 2, 16, MIP6_COTI, 1 },
	{ 3, 24, MIP6_HOT, 3 },
	{ 4, 24, MIP6_COT, 3 },
	{ 5, 12, MIP6_BU, MIP6_BA - MIP6_BU },
	{ 6, 12, MIP6_BA, MIP6_BE - MIP6_BA },
	{ 7, 24, MIP6_BE, MIP6_FBU - MIP6_BE },
	{ 8, 12, MIP6_FBU, MIP6_FBACK - MIP6_FBU },
	{ 9, 12, MIP6_FBACK, MIP6_HB - MIP6_FBACK },
	{ 13, 12, MIP6_HB, MIP6_OPT - MIP6_HB },
};

static const struct {
	uint8_t type, len, first, nr;
} options[] = {
	{ 2, 2, MIP6_OPT_BRA, 1 },      { OPT_ALTERNATE_COA, 16, MIP6_OPT_ACOA, 1 },
	{ 4, 4, MIP6_OPT_HNI, 2 },      { 5, 12, MIP6_OPT_AUTH, 1 },
	{ 6, 18, MIP6_OPT_MNP_LEN, 2 }, { 8, 1, MIP6_OPT_MNID_TYPE, 1 },
};

static void describe_option(const uint8_t *p, size_t len, struct field_out *o)
{
	size_t i, known = 0;

	field_put_group(o, &mip6_described[MIP6_OPT], name_find(option_names, *p), p, len);
	field_put_table(o, &mip6_described[MIP6_OPT_TYPE], 2, 0, p, MIN_OF(len, (size_t)2));
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (options[i].type != *p || len < 2u + options[i].len)
			continue;
		known = options[i].len;
		field_put_table(o, &mip6_described[options[i].first], options[i].nr, 0, p,
				2 + known);
	}
	if (len > 2 + known)
		field_put_bytes(o,
				&mip6_described[*p == 8 && known ? MIP6_OPT_MNID : MIP6_OPT_DATA],
				p + 2 + known, len - 2 - known);
}

static void describe_options(const struct dissection *d, const struct layer *l, size_t at,
			     struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, at);

	while (cursor_left(&c)) {
		const uint8_t *p = c.pos;

		if (cursor_u8(&c) != OPT_PAD1 && !cursor_take(&c, cursor_u8(&c)))
			return;
		describe_option(p, (size_t)(c.pos - p), o);
	}
}

static void mip6_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, 8);
	struct checksum_found found;
	size_t i;

	if (!p)
		return;
	found = checksum_find(d, l, 135, l->hdr_len, l->hdr_len, 4);
	checksum_put(o, &mip6_described[MIP6_CHECKSUM], &found, p + 4, 2);
	for (i = 0; i < ARRAY_SIZE(messages); i++) {
		if (messages[i].type != p[2])
			continue;
		field_put_table(o, &mip6_described[messages[i].first], messages[i].nr, 0, p,
				MIN_OF(l->hdr_len, (uint32_t)messages[i].options_at));
		describe_options(d, l, messages[i].options_at, o);
		return;
	}
	field_put_bytes(o, &mip6_described[MIP6_DATA], p + MIP6_HDR_LEN, l->hdr_len - MIP6_HDR_LEN);
}

static void mip6_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 8);
	const uint8_t *m = layer_bytes(d, l, 0, 12);
	const char *name;
	char text[96];
	int len;

	line_paint(opt, PAINT_PROTOCOL, "MIPv6 ", out);
	if (!p)
		return;
	name = name_find(message_names, p[2]);
	len = snprintf(text, sizeof(text), "%s (%u)", name ? name : "type", p[2]);
	if (m && p[2] == 5)
		snprintf(text + len, sizeof(text) - (size_t)len, " seq %u lifetime %u s",
			 load_be16(m + 6), load_be16(m + 10) * 4u);
	else if (m && p[2] == 6)
		snprintf(text + len, sizeof(text) - (size_t)len, " status %u seq %u lifetime %u s",
			 m[6], load_be16(m + 8), load_be16(m + 10) * 4u);
	/* No next header is what it is by its standard. */
	if (p[0] == 59)
		strbuf_puts(out, text);
	else
		ipv6_ext_line(d, l, text, out);
}

const struct dissector mip6_dissector = {
	.name = "mipv6",
	.title = "Mobile IPv6",
	.id = PROTO_MIP6,
	.layer_class = CLASS_EXTENSION,
	.min_hdr_len = 8,
	.fields = mip6_fields,
	.nr_fields = ARRAY_SIZE(mip6_fields),
	.described = mip6_described,
	.nr_described = ARRAY_SIZE(mip6_described),
	.keys = { { KEY_IPPROTO, 135 } },
	.dissect = ipv6_ext_dissect,
	.describe = mip6_describe,
	.line = mip6_line,
};
