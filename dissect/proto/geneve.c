/* dissect/proto/geneve.c -- Generic Network Virtualization Encapsulation, RFC 8926. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	GENEVE_HDR_LEN = 8,
	GENEVE_PORT = 6081,
	ETHERTYPE_BRIDGING = 0x6558, /* an Ethernet frame follows */
	CLASS_GCP = 0x0132,
	GCP_NETWORK = 1, /* types of its options */
	GCP_ENDPOINT = 2,
	GCP_PROFILE = 3,
};

static const struct name_map class_names[] = {
	{ 0x0000, "Standard" },
	{ 0x0100, "Linux" },
	{ 0x0101, "Open vSwitch" },
	{ 0x0102, "Open vSwitch OVN" },
	{ 0x0103, "In-band network telemetry" },
	{ 0x0104, "VMware" },
	{ 0x0105, "Amazon" },
	{ 0x0106, "Cisco" },
	{ 0x0108, "Amazon" },
	{ CLASS_GCP, "Google" },
	{ 0, NULL },
};

static const struct field_desc geneve_fields[] = {
	{ "geneve.version", "Version", 0, 2, FIELD_UINT },
	{ "geneve.flags", "Flags", 8, 8, FIELD_HEX },
	{ "geneve.flags.oam", "Operations and maintenance", 8, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "geneve.flags.critical", "Critical options present", 9, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "geneve.proto_type", "Protocol", 16, 16, FIELD_ENUM, FIELD_BASE_HEX,
	  .names = ethertype_names },
	{ "geneve.vni", "Network identifier (VNI)", 32, 24, FIELD_HEX },
	{ "geneve.reserved", "Reserved", 56, 8, FIELD_HEX },
};

enum {
	GENEVE_OPTION,
	GENEVE_CLASS,
	GENEVE_TYPE,
	GENEVE_CRITICAL,
	GENEVE_OPTION_FLAGS,
	GENEVE_LENGTH,
	GENEVE_DATA,
	GENEVE_GCP_NETWORK,
	GENEVE_GCP_RESERVED,
	GENEVE_GCP_DIRECTION,
	GENEVE_GCP_ENDPOINT,
	GENEVE_GCP_PROFILE,
};

static const struct name_map direction_names[] = {
	{ 0, "Ingress" },
	{ 1, "Egress" },
	{ 0, NULL },
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

/* Bits count from the option's first byte. */
static const struct field_desc geneve_described[] = {
	[GENEVE_OPTION] = { "geneve.option", "Option", 0, 0, FIELD_GROUP, LISTED },
	[GENEVE_CLASS] = { "geneve.option.class", "Class", 0, 16, FIELD_ENUM,
			   LISTED | FIELD_BASE_HEX, .names = class_names },
	[GENEVE_TYPE] = { "geneve.option.type", "Type", 16, 8, FIELD_HEX, LISTED },
	[GENEVE_CRITICAL] = { "geneve.option.type.critical", "Critical", 16, 1, FIELD_FLAG,
			      LISTED | FIELD_OVERLAP },
	[GENEVE_OPTION_FLAGS] = { "geneve.option.flags", "Flags", 24, 3, FIELD_HEX, LISTED,
				  .digits = 2 },
	[GENEVE_LENGTH] = { "geneve.option.length", "Option length", 0, 0, FIELD_UINT, LISTED,
			    .unit = "bytes" },
	[GENEVE_DATA] = { "geneve.option.unknown.data", "Data", 0, 0, FIELD_BYTES, LISTED },
	[GENEVE_GCP_NETWORK] = { "geneve.option.gcp.vnid", "Network", 32, 28, FIELD_UINT, LISTED },
	[GENEVE_GCP_RESERVED] = { "geneve.option.gcp.reserved", "Reserved bits", 0, 0, FIELD_FLAG,
				  LISTED },
	[GENEVE_GCP_DIRECTION] = { "geneve.option.gcp.direction", "Direction", 63, 1, FIELD_FLAG,
				   LISTED, .names = direction_names },
	[GENEVE_GCP_ENDPOINT] = { "geneve.option.gcp.endpoint", "Endpoint", 0, 0, FIELD_BYTES,
				  LISTED },
	[GENEVE_GCP_PROFILE] = { "geneve.option.gcp.profile", "Profile", 0, 0, FIELD_UINT, LISTED },
};

static struct next geneve_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, GENEVE_HDR_LEN);
	uint16_t type;

	if (unlikely(!p))
		return next_none();
	/* Version 0, no reserved bit, RFC 8926 3.4; the types below are lengths of IEEE 802.3. */
	if (p[0] >> 6 || p[1] & 0x3f || load_be16(p + 2) < 0x0600)
		return next_reject();
	if (!cursor_take(c, (p[0] & 63) * 4u))
		return next_none();
	type = load_be16(p + 2);
	if (type == ETHERTYPE_BRIDGING)
		return next_key(KEY_PROTO, PROTO_ETH);
	return next_key(KEY_ETHERTYPE, type);
}

/* A whole option; Google Cloud's are the ones whose contents are published. */
static void describe_value(const uint8_t *p, size_t len, struct field_out *o)
{
	const unsigned type = load_be16(p) == CLASS_GCP ? p[2] & 0x7f : 0;

	if (type == GCP_NETWORK && len == 8) {
		field_put_table(o, &geneve_described[GENEVE_GCP_NETWORK], 3, 0, p, len);
		field_put_num(o, &geneve_described[GENEVE_GCP_RESERVED], (p[7] & 0x0e) != 0, p + 7,
			      1);
	} else if (type == GCP_PROFILE && len == 12) {
		field_put_uint(o, &geneve_described[GENEVE_GCP_PROFILE], p + 4, 8);
	} else if (type == GCP_ENDPOINT && len > 4) {
		field_put_bytes(o, &geneve_described[GENEVE_GCP_ENDPOINT], p + 4, len - 4);
	} else if (len > 4) {
		field_put_bytes(o, &geneve_described[GENEVE_DATA], p + 4, len - 4);
	}
}

static void geneve_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, GENEVE_HDR_LEN);
	const uint8_t *hdr = layer_bytes(d, l, 0, GENEVE_HDR_LEN);

	if (!hdr)
		return;
	field_put_num(o, &geneve_described[GENEVE_LENGTH], (hdr[0] & 63) * 4u, hdr, 1);
	while (cursor_left(&c) >= 4) {
		const uint8_t *p = c.pos;
		const size_t len = 4 + (p[3] & 31) * 4u;

		if (!cursor_take(&c, len))
			return;
		field_put_group(o, &geneve_described[GENEVE_OPTION],
				name_find(class_names, load_be16(p)), p, len);
		field_put_table(o, &geneve_described[GENEVE_CLASS],
				GENEVE_OPTION_FLAGS - GENEVE_CLASS + 1, 0, p, 4);
		field_put_num(o, &geneve_described[GENEVE_LENGTH], len, p + 3, 1);
		describe_value(p, len, o);
	}
}

static void geneve_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, GENEVE_HDR_LEN);

	line_paint(opt, PAINT_PROTOCOL, "Geneve", out);
	if (!p)
		return;
	strbuf_puts(out, " vni ");
	strbuf_uint(out, load_be24(p + 4));
	if (p[1] & 0x80)
		strbuf_puts(out, " OAM");
	if (l->hdr_len > GENEVE_HDR_LEN && !opt->quiet) {
		strbuf_puts(out, " options ");
		strbuf_uint(out, l->hdr_len - GENEVE_HDR_LEN);
		strbuf_puts(out, " bytes");
	}
	if (layer_is_last(d, l)) {
		strbuf_putc(out, ' ');
		line_unknown_ethertype(d, load_be16(p + 2), out);
	}
}

const struct dissector geneve_dissector = {
	.name = "geneve",
	.title = "Generic Network Virtualization Encapsulation",
	.id = PROTO_GENEVE,
	.layer_class = CLASS_LINK,
	.min_hdr_len = GENEVE_HDR_LEN,
	.fields = geneve_fields,
	.nr_fields = ARRAY_SIZE(geneve_fields),
	.described = geneve_described,
	.nr_described = ARRAY_SIZE(geneve_described),
	.keys = { { KEY_UDP_PORT, GENEVE_PORT } },
	.dissect = geneve_dissect,
	.describe = geneve_describe,
	.line = geneve_line,
};
