/*
 * dissect/proto/gtp.c -- GPRS Tunnelling Protocol: user plane 3GPP TS 29.281, control plane version
 * 1 TS 29.060 and version 2 TS 29.274.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	PORT_USER = 2152,
	PORT_CONTROL = 2123,
	V1_HDR_LEN = 8,
	V1_OPTIONAL_LEN = 4, /* sequence number, N-PDU number, next extension: all or none */
	V2_HDR_MIN = 8,      /* without the tunnel's id */
	PROTOCOL_GTP = 0x10, /* else GTP', which is about charging */
	HAS_EXTENSION = 4,
	HAS_SEQUENCE = 2,
	HAS_NPDU = 1,
	HAS_TEID = 8, /* version 2 */
	MESSAGE_PDU = 255,
	EXT_PDU_SESSION = 0x85,
	EXT_PDCP = 0xc0,
	EXT_UDP_PORT = 0x40,
	IE_APN = 71,
	IE_CAUSE = 2,
	IE_RECOVERY = 3,
	IS_V1 = 1 << 0,
	IS_V1_LONG = 1 << 1,
	IS_V2 = 1 << 2,
	IS_V2_TEID = 1 << 3,
	IS_V1_SEQUENCE = 1 << 4,
	IS_V1_NPDU = 1 << 5,
};

static const struct name_map v1_names[] = {
	{ 1, "Echo request" },
	{ 2, "Echo response" },
	{ 3, "Version not supported" },
	{ 16, "Create PDP context request" },
	{ 17, "Create PDP context response" },
	{ 18, "Update PDP context request" },
	{ 19, "Update PDP context response" },
	{ 20, "Delete PDP context request" },
	{ 21, "Delete PDP context response" },
	{ 26, "Error indication" },
	{ 27, "PDU notification request" },
	{ 28, "PDU notification response" },
	{ 31, "Supported extension headers notification" },
	{ 32, "Send routing information for GPRS request" },
	{ 33, "Send routing information for GPRS response" },
	{ 48, "Identification request" },
	{ 49, "Identification response" },
	{ 50, "SGSN context request" },
	{ 51, "SGSN context response" },
	{ 52, "SGSN context acknowledge" },
	{ 53, "Forward relocation request" },
	{ 54, "Forward relocation response" },
	{ 254, "End marker" },
	{ MESSAGE_PDU, "T-PDU" },
	{ 0, NULL },
};

static const struct name_map v2_names[] = {
	{ 1, "Echo Request" },
	{ 2, "Echo Response" },
	{ 3, "Version Not Supported Indication" },
	{ 32, "Create Session Request" },
	{ 33, "Create Session Response" },
	{ 34, "Modify Bearer Request" },
	{ 35, "Modify Bearer Response" },
	{ 36, "Delete Session Request" },
	{ 37, "Delete Session Response" },
	{ 38, "Change Notification Request" },
	{ 39, "Change Notification Response" },
	{ 64, "Modify Bearer Command" },
	{ 66, "Delete Bearer Command" },
	{ 68, "Bearer Resource Command" },
	{ 70, "Downlink Data Notification Failure Indication" },
	{ 73, "Stop Paging Indication" },
	{ 95, "Create Bearer Request" },
	{ 96, "Create Bearer Response" },
	{ 97, "Update Bearer Request" },
	{ 98, "Update Bearer Response" },
	{ 99, "Delete Bearer Request" },
	{ 100, "Delete Bearer Response" },
	{ 128, "Identification Request" },
	{ 129, "Identification Response" },
	{ 130, "Context Request" },
	{ 131, "Context Response" },
	{ 132, "Context Acknowledge" },
	{ 133, "Forward Relocation Request" },
	{ 134, "Forward Relocation Response" },
	{ 170, "Release Access Bearers Request" },
	{ 171, "Release Access Bearers Response" },
	{ 176, "Downlink Data Notification" },
	{ 177, "Downlink Data Notification Acknowledgement" },
	{ 0, NULL },
};

static const struct name_map payload_names[] = { { 0, "GTP'" }, { 1, "GTP" }, { 0, NULL } };

static const struct name_map extension_names[] = {
	{ 0, "No more extension headers" }, { 0x20, "Service class indicator" },
	{ EXT_UDP_PORT, "UDP port" },       { 0x81, "RAN container" },
	{ 0x82, "Long PDCP PDU number" },   { 0x83, "Xw RAN container" },
	{ 0x84, "NR RAN container" },       { EXT_PDU_SESSION, "PDU session container" },
	{ EXT_PDCP, "PDCP PDU number" },    { 0, NULL },
};

static const struct name_map session_names[] = {
	{ 0, "DL PDU session information" },
	{ 1, "UL PDU session information" },
	{ 0, NULL },
};

static const struct name_map ie_names[] = {
	{ 1, "IMSI" },
	{ IE_CAUSE, "Cause" },
	{ IE_RECOVERY, "Recovery" },
	{ IE_APN, "Access point name" },
	{ 72, "Aggregate maximum bit rate" },
	{ 73, "EPS bearer id" },
	{ 74, "IP address" },
	{ 75, "Mobile equipment identity" },
	{ 76, "MSISDN" },
	{ 77, "Indication" },
	{ 78, "Protocol configuration options" },
	{ 79, "PDN address allocation" },
	{ 80, "Bearer quality of service" },
	{ 82, "RAT type" },
	{ 83, "Serving network" },
	{ 84, "Bearer traffic flow template" },
	{ 86, "User location information" },
	{ 87, "Fully qualified TEID" },
	{ 93, "Bearer context" },
	{ 94, "Charging id" },
	{ 95, "Charging characteristics" },
	{ 99, "PDN type" },
	{ 114, "UE time zone" },
	{ 127, "APN restriction" },
	{ 128, "Selection mode" },
	{ 255, "Private extension" },
	{ 0, NULL },
};

static const struct field_desc gtp_fields[] = {
	{ "gtp.flags", "Flags", 0, 8, FIELD_HEX, .variants = IS_V1 },
	{ "gtp.flags.version", "Version", 0, 3, FIELD_UINT, FIELD_OVERLAP, .variants = IS_V1 },
	{ "gtp.flags.payload", "Protocol type", 3, 1, FIELD_ENUM, FIELD_OVERLAP, .variants = IS_V1,
	  .names = payload_names },
	{ "gtp.flags.reserved", "Reserved", 4, 1, FIELD_UINT, FIELD_OVERLAP, .variants = IS_V1 },
	{ "gtp.flags.e", "Extension header", 5, 1, FIELD_FLAG, FIELD_OVERLAP, .variants = IS_V1 },
	{ "gtp.flags.s", "Sequence number", 6, 1, FIELD_FLAG, FIELD_OVERLAP, .variants = IS_V1 },
	{ "gtp.flags.pn", "N-PDU number", 7, 1, FIELD_FLAG, FIELD_OVERLAP, .variants = IS_V1 },
	{ "gtp.message", "Message", 8, 8, FIELD_ENUM, FIELD_BASE_HEX, .variants = IS_V1,
	  .names = v1_names },
	{ "gtp.length", "Length", 16, 16, FIELD_UINT, .variants = IS_V1, .unit = "bytes" },
	{ "gtp.teid", "Tunnel endpoint (TEID)", 32, 32, FIELD_HEX, .variants = IS_V1 },
	{ "gtp.seq_number", "Sequence number", 64, 16, FIELD_HEX, FIELD_OPT,
	  .variants = IS_V1_SEQUENCE },
	{ "gtp.npdu_number", "N-PDU number", 80, 8, FIELD_HEX, FIELD_OPT, .variants = IS_V1_NPDU },
	{ "gtpv2.flags", "Flags", 0, 8, FIELD_HEX, .variants = IS_V2 },
	{ "gtpv2.version", "Version", 0, 3, FIELD_UINT, FIELD_OVERLAP, .variants = IS_V2 },
	{ "gtpv2.p", "Another message follows", 3, 1, FIELD_UINT, FIELD_OVERLAP,
	  .variants = IS_V2 },
	{ "gtpv2.t", "TEID present", 4, 1, FIELD_UINT, FIELD_OVERLAP, .variants = IS_V2 },
	{ "gtpv2.mp", "Message priority", 5, 1, FIELD_UINT, FIELD_OVERLAP, .variants = IS_V2 },
	{ "gtpv2.message_type", "Message", 8, 8, FIELD_ENUM, .variants = IS_V2, .names = v2_names },
	{ "gtpv2.msg_length", "Length", 16, 16, FIELD_UINT, .variants = IS_V2, .unit = "bytes" },
	{ "gtpv2.teid", "Tunnel endpoint (TEID)", 32, 32, FIELD_HEX, FIELD_OPT,
	  .variants = IS_V2_TEID },
};

enum {
	G_EXT_FIRST,
	G_EXT,
	G_EXT_LEN,
	G_EXT_PDU_TYPE,
	G_EXT_QFI,
	G_EXT_PDCP,
	G_EXT_PORT,
	G_EXT_DATA,
	G_SEQ,
	G_IE,
	G_IE_TYPE,
	G_IE_LEN,
	G_IE_INSTANCE,
	G_IE_CAUSE,
	G_IE_RECOVERY,
	G_IE_APN,
	G_IE_DATA,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

/* Bits of an information element count from its first byte. */
static const struct field_desc gtp_described[] = {
	[G_EXT_FIRST] = { "gtp.ext_hdr.next", "Next extension header", 0, 0, FIELD_ENUM,
			  LISTED | FIELD_BASE_HEX, .names = extension_names },
	[G_EXT] = { "gtp.ext_hdr", "Extension header", 0, 0, FIELD_GROUP, LISTED },
	[G_EXT_LEN] = { "gtp.ext_hdr.length", "Length in 4 bytes", 0, 0, FIELD_UINT, LISTED },
	[G_EXT_PDU_TYPE] = { "gtp.ext_hdr.pdu_ses_con.pdu_type", "PDU type", 0, 4, FIELD_ENUM,
			     LISTED, .names = session_names },
	[G_EXT_QFI] = { "gtp.ext_hdr.pdu_ses_con.qos_flow_id", "QoS flow (QFI)", 0, 6, FIELD_UINT,
			LISTED },
	[G_EXT_PDCP] = { "gtp.ext_hdr.pdcp_sn", "PDCP sequence number", 0, 0, FIELD_UINT, LISTED },
	[G_EXT_PORT] = { "gtp.ext_hdr.udp_port", "UDP port", 0, 0, FIELD_UINT, LISTED },
	[G_EXT_DATA] = { "gtp.ext_hdr.data", "Data", 0, 0, FIELD_BYTES, LISTED },
	[G_SEQ] = { "gtpv2.seq", "Sequence number", 0, 0, FIELD_HEX, FIELD_DESCRIBED },
	[G_IE] = { "gtpv2.ie", "Information element", 0, 0, FIELD_GROUP, LISTED },
	[G_IE_TYPE] = { "gtpv2.ie_type", "Type", 0, 8, FIELD_ENUM, LISTED, .names = ie_names },
	[G_IE_LEN] = { "gtpv2.ie_len", "Length", 8, 16, FIELD_UINT, LISTED, .unit = "bytes" },
	[G_IE_INSTANCE] = { "gtpv2.instance", "Instance", 28, 4, FIELD_UINT, LISTED },
	[G_IE_CAUSE] = { "gtpv2.cause", "Cause", 32, 8, FIELD_UINT, LISTED },
	[G_IE_RECOVERY] = { "gtpv2.rec", "Restart counter", 32, 8, FIELD_UINT, LISTED },
	[G_IE_APN] = { "gtpv2.apn", "Access point name", 0, 0, FIELD_TEXT, LISTED },
	[G_IE_DATA] = { "gtpv2.ie_data", "Data", 0, 0, FIELD_BYTES, LISTED },
};

/* A chain: length in 4 bytes, contents, the next one's type in the last byte. False: it lies. */
static bool take_extensions(struct cursor *c, uint8_t type)
{
	while (type) {
		const uint8_t *p = cursor_take(c, 4);

		if (!p || !cursor_take(c, p[0] ? (p[0] - 1u) * 4 : 0))
			return true;
		if (!p[0])
			return false;
		type = p[p[0] * 4u - 1];
	}
	return true;
}

static struct next v1_dissect(struct dissection *d, struct layer *l, const uint8_t *p,
			      struct cursor *c)
{
	const uint8_t *optional = NULL;

	l->variant = IS_V1;
	dissect_limit(d, c, load_be16(p + 2));
	if (p[0] & (HAS_EXTENSION | HAS_SEQUENCE | HAS_NPDU)) {
		l->variant |= (uint8_t)(IS_V1_LONG | (p[0] & HAS_SEQUENCE ? IS_V1_SEQUENCE : 0) |
					(p[0] & HAS_NPDU ? IS_V1_NPDU : 0));
		optional = cursor_take(c, V1_OPTIONAL_LEN);
	}
	if (optional && p[0] & HAS_EXTENSION && !take_extensions(c, optional[3]))
		return next_malformed(d, NOTE_BAD_LENGTH);
	if (c->failed)
		return next_none();
	return p[1] == MESSAGE_PDU ? next_ip(c) : next_none();
}

static struct next v2_dissect(struct dissection *d, struct layer *l, const uint8_t *p,
			      struct cursor *c)
{
	l->variant = IS_V2;
	if (p[0] & HAS_TEID) {
		l->variant |= IS_V2_TEID;
		cursor_skip(c, 4);
	}
	/* The length counts from behind its field on, a second message is not in it. */
	cursor_skip(c, load_be16(p + 2) > (p[0] & HAS_TEID ? 8 : 4)
			       ? load_be16(p + 2) - (p[0] & HAS_TEID ? 8u : 4u)
			       : 0);
	return p[0] & 0x10 && cursor_left(c) >= V2_HDR_MIN ? next_key(KEY_PROTO, PROTO_GTP)
							   : next_none();
}

static struct next gtp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, V1_HDR_LEN);

	if (unlikely(!p))
		return next_none();
	switch (p[0] >> 5) {
	case 1:
		return p[0] & PROTOCOL_GTP ? v1_dissect(d, l, p, c) : next_reject();
	case 2:
		return v2_dissect(d, l, p, c);
	default:
		return next_reject();
	}
}

static void describe_extension(uint8_t type, const uint8_t *p, size_t len, struct field_out *o)
{
	if (type == EXT_PDU_SESSION && len >= 2) {
		field_put_num(o, &gtp_described[G_EXT_PDU_TYPE], p[0] >> 4, p, 1);
		field_put_num(o, &gtp_described[G_EXT_QFI], p[1] & 63, p + 1, 1);
	} else if ((type == EXT_PDCP || type == EXT_UDP_PORT) && len >= 2) {
		field_put_uint(o, &gtp_described[type == EXT_PDCP ? G_EXT_PDCP : G_EXT_PORT], p, 2);
	} else {
		field_put_bytes(o, &gtp_described[G_EXT_DATA], p, len);
	}
}

static void describe_extensions(struct cursor *c, const uint8_t *type, struct field_out *o)
{
	field_put_uint(o, &gtp_described[G_EXT_FIRST], type, 1);
	while (*type) {
		const uint8_t *p = c->pos;
		const size_t len = cursor_u8(c) * (size_t)4;

		if (!len || !cursor_take(c, len - 1))
			return;
		field_put_group(o, &gtp_described[G_EXT], name_find(extension_names, *type), p,
				len);
		field_put_uint(o, &gtp_described[G_EXT_LEN], p, 1);
		describe_extension(*type, p + 1, len - 2, o);
		type = p + len - 1;
		field_put_uint(o, &gtp_described[G_EXT_FIRST], type, 1);
	}
}

/* Labels with a length byte each, like a host name's in DNS, to text with dots. */
static void put_apn(const uint8_t *p, size_t len, struct field_out *o)
{
	char text[256];
	struct strbuf out = strbuf_over(text, sizeof(text));
	size_t i = 0, label;

	while (i < len) {
		label = p[i];
		if (!label || label > len - i - 1)
			break;
		if (i)
			strbuf_putc(&out, '.');
		strbuf_put(&out, (const char *)p + i + 1, label);
		i += 1 + label;
	}
	field_put_text(o, &gtp_described[G_IE_APN], text, out.len, p, len);
}

static void describe_ies(struct cursor *c, struct field_out *o)
{
	while (cursor_left(c) >= 4) {
		const uint8_t *p = c->pos;
		const size_t len = load_be16(p + 1);

		if (!cursor_take(c, 4 + len))
			return;
		field_put_group(o, &gtp_described[G_IE], name_find(ie_names, p[0]), p, 4 + len);
		field_put_table(o, &gtp_described[G_IE_TYPE], 3, 0, p, 4);
		if (p[0] == IE_CAUSE && len)
			field_put_table(o, &gtp_described[G_IE_CAUSE], 1, 0, p, 5);
		else if (p[0] == IE_RECOVERY && len)
			field_put_table(o, &gtp_described[G_IE_RECOVERY], 1, 0, p, 5);
		else if (p[0] == IE_APN)
			put_apn(p + 4, len, o);
		else if (len)
			field_put_bytes(o, &gtp_described[G_IE_DATA], p + 4, len);
	}
}

static void gtp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, V1_HDR_LEN);
	const uint8_t *p = layer_bytes(d, l, 0, V1_HDR_LEN), *q;

	if (!p)
		return;
	if (l->variant & IS_V1) {
		q = l->variant & IS_V1_LONG ? cursor_take(&c, V1_OPTIONAL_LEN) : NULL;
		if (q && p[0] & HAS_EXTENSION)
			describe_extensions(&c, q + 3, o);
		return;
	}
	c = layer_cursor(d, l, l->variant & IS_V2_TEID ? 8 : 4);
	q = cursor_take(&c, 4);
	if (!q)
		return;
	field_put_uint(o, &gtp_described[G_SEQ], q, 3);
	describe_ies(&c, o);
}

static void gtp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, V1_HDR_LEN);
	const bool v1 = l->variant & IS_V1;
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, v1 ? "GTP" : "GTPv2", out);
	if (!p)
		return;
	name = name_find(v1 ? v1_names : v2_names, p[1]);
	if (name && !(v1 && p[1] == MESSAGE_PDU && !layer_is_last(d, l)))
		strbuf_printf(out, " %s", name);
	else if (!name)
		strbuf_printf(out, " message %u", p[1]);
	if (l->variant & (IS_V1 | IS_V2_TEID)) {
		strbuf_puts(out, " teid 0x");
		strbuf_hex(out, load_be32(p + 4), 8);
	}
	if (layer_is_last(d, l) && d->payload_wire_len) {
		strbuf_puts(out, ", ");
		line_length(d, out);
	}
}

const struct dissector gtp_dissector = {
	.name = "gtp",
	.title = "GPRS Tunnelling Protocol",
	.id = PROTO_GTP,
	.layer_class = CLASS_LINK,
	.min_hdr_len = V1_HDR_LEN,
	.fields = gtp_fields,
	.nr_fields = ARRAY_SIZE(gtp_fields),
	.described = gtp_described,
	.nr_described = ARRAY_SIZE(gtp_described),
	.keys = { { KEY_UDP_PORT, PORT_USER }, { KEY_UDP_PORT, PORT_CONTROL } },
	.dissect = gtp_dissect,
	.describe = gtp_describe,
	.line = gtp_line,
};
