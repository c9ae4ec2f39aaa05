/*
 * dissect/proto/pppoed.c -- PPP over Ethernet discovery, RFC 2516; maximum payload RFC 4638,
 * credits and metrics RFC 5578, access line characteristics TR-101.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/pppoe.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	TAG_HDR_LEN = 4,
	TAGS_MAX = 256,
	TEXT_SHOWN_MAX = 64,
	VENDOR_BROADBAND_FORUM = 3561,
};

enum {
	TAG_SERVICE_NAME = 0x0101,
	TAG_AC_NAME = 0x0102,
	TAG_HOST_UNIQ = 0x0103,
	TAG_AC_COOKIE = 0x0104,
	TAG_VENDOR = 0x0105,
	TAG_CREDITS = 0x0106,
	TAG_METRICS = 0x0107,
	TAG_SEQUENCE = 0x0108,
	TAG_CREDIT_SCALE = 0x0109,
	TAG_RELAY = 0x0110,
	TAG_HURL = 0x0111,
	TAG_MOTM = 0x0112,
	TAG_MAX_PAYLOAD = 0x0120,
	TAG_IP_ROUTE = 0x0121,
	TAG_SERVICE_ERROR = 0x0201,
	TAG_SYSTEM_ERROR = 0x0202,
	TAG_GENERIC_ERROR = 0x0203,
};

static const struct name_map code_names[] = {
	{ 0x00, "session data" }, { 0x07, "PADO" }, { 0x09, "PADI" }, { 0x0a, "PADG" },
	{ 0x0b, "PADC" },         { 0x0c, "PADQ" }, { 0x19, "PADR" }, { 0x65, "PADS" },
	{ 0xa7, "PADT" },         { 0xd3, "PADM" }, { 0xd4, "PADN" }, { 0, NULL },
};

const struct field_desc pppoe_fields[NR_PPPOE_FIELDS] = {
	{ "pppoe.version", "Version", 0, 4, FIELD_UINT },
	{ "pppoe.type", "Type", 4, 4, FIELD_UINT },
	{ "pppoe.code", "Code", 8, 8, FIELD_ENUM, FIELD_BASE_HEX, .names = code_names },
	{ "pppoe.session_id", "Session id", 16, 16, FIELD_HEX },
	{ "pppoe.payload_length", "Payload length", 32, 16, FIELD_UINT, .unit = "bytes" },
};

static const struct name_map encapsulation_names[] = {
	{ 0, "not available" },
	{ 1, "untagged Ethernet" },
	{ 2, "single-tagged Ethernet" },
	{ 0, NULL },
};

static const struct name_map data_link_names[] = { { 0, "AAL5" }, { 1, "Ethernet" }, { 0, NULL } };

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

enum {
	F_GROUP,
	F_TAG,
	F_TAG_LEN,
	F_UNKNOWN,
	F_SERVICE_NAME,
	F_AC_NAME,
	F_HOST_UNIQ,
	F_AC_COOKIE,
	F_RELAY,
	F_HURL,
	F_MOTM,
	F_MAX_PAYLOAD,
	F_IP_ROUTE,
	F_SERVICE_ERROR,
	F_SYSTEM_ERROR,
	F_GENERIC_ERROR,
	F_SEQUENCE,
	F_CREDIT_SCALE,
	F_FCN,
	F_BCN,
	F_METRICS,
	F_VENDOR_ID,
	F_VENDOR_OTHER,
	F_VENDOR_TAG,
	F_CIRCUIT_ID,
	F_REMOTE_ID,
	F_RATE_FIRST,
	F_RATE_LAST = F_RATE_FIRST + 13,
	F_ENCAP_LINK,
	F_ENCAP_1,
	F_ENCAP_2,
};

#define TEXT(name, label)                             \
	{                                             \
		name, label, 0, 0, FIELD_TEXT, LISTED \
	}
#define BYTES(name, label)                             \
	{                                              \
		name, label, 0, 0, FIELD_BYTES, LISTED \
	}
#define RATE(name, label)                                                              \
	{                                                                              \
		"pppoed.tags." name, label, 0, 0, FIELD_UINT, LISTED, .unit = "kbit/s" \
	}
#define DELAY(name, label)                                                         \
	{                                                                          \
		"pppoed.tags." name, label, 0, 0, FIELD_UINT, LISTED, .unit = "ms" \
	}

static const struct field_desc pppoed_described[] = {
	[F_GROUP] = { "pppoed.tag_entry", "Tag", 0, 0, FIELD_GROUP, LISTED },
	[F_TAG] = { "pppoed.tag", "Type", 0, 0, FIELD_HEX, LISTED },
	[F_TAG_LEN] = { "pppoed.tag_length", "Length", 0, 0, FIELD_UINT, LISTED },
	[F_UNKNOWN] = BYTES("pppoed.tag.unknown_data", "Data"),
	[F_SERVICE_NAME] = TEXT("pppoed.tags.service_name", "Service name"),
	[F_AC_NAME] = TEXT("pppoed.tags.ac_name", "Access concentrator"),
	[F_HOST_UNIQ] = BYTES("pppoed.tags.host_uniq", "Host unique"),
	[F_AC_COOKIE] = BYTES("pppoed.tags.ac_cookie", "Cookie"),
	[F_RELAY] = BYTES("pppoed.tags.relay_session_id", "Relay session id"),
	[F_HURL] = BYTES("pppoed.tags.hurl", "HURL"),
	[F_MOTM] = BYTES("pppoed.tags.motm", "Message of the minute"),
	[F_MAX_PAYLOAD] = BYTES("pppoed.tags.max_payload", "Maximum payload"),
	[F_IP_ROUTE] = BYTES("pppoed.tags.ip_route_add", "IP route"),
	[F_SERVICE_ERROR] = TEXT("pppoed.tags.service_name_error", "Service name error"),
	[F_SYSTEM_ERROR] = TEXT("pppoed.tags.ac_system_error", "System error"),
	[F_GENERIC_ERROR] = TEXT("pppoed.tags.generic_error", "Error"),
	[F_SEQUENCE] = { "pppoed.tags.seq_num", "Sequence number", 0, 0, FIELD_HEX, LISTED },
	[F_CREDIT_SCALE] = { "pppoed.tags.credit_scale", "Credit scale", 0, 0, FIELD_UINT, LISTED },
	[F_FCN] = { "pppoed.tags.credits.fcn", "Forward credits", 0, 0, FIELD_UINT, LISTED },
	[F_BCN] = { "pppoed.tags.credits.bcn", "Backward credits", 0, 0, FIELD_UINT, LISTED },
	[F_METRICS] = BYTES("pppoed.tags.metrics", "Metrics"),
	[F_VENDOR_ID] = { "pppoed.tags.vendor_id", "Vendor", 0, 0, FIELD_UINT, LISTED },
	[F_VENDOR_OTHER] = BYTES("pppoed.tags.vendor_unspecified", "Data of the vendor's"),
	[F_VENDOR_TAG] = { "pppoed.tags.vendorspecific.tag", "Type", 0, 0, FIELD_HEX, LISTED },
	[F_CIRCUIT_ID] = TEXT("pppoed.tags.circuit_id", "Circuit id"),
	[F_REMOTE_ID] = TEXT("pppoed.tags.remote_id", "Remote id"),
	/* TR-101's types 0x81 to 0x8e, in order. */
	[F_RATE_FIRST] = RATE("act_data_rate_up", "Actual rate up"),
	RATE("act_data_rate_down", "Actual rate down"),
	RATE("min_data_rate_up", "Minimum rate up"),
	RATE("min_data_rate_down", "Minimum rate down"),
	RATE("attainable_data_rate_up", "Attainable rate up"),
	RATE("attainable_data_rate_down", "Attainable rate down"),
	RATE("max_data_rate_up", "Maximum rate up"),
	RATE("max_data_rate_down", "Maximum rate down"),
	RATE("min_data_rate_up_lp", "Minimum rate up, low power"),
	RATE("min_data_rate_down_lp", "Minimum rate down, low power"),
	DELAY("max_int_delay_up", "Maximum delay up"),
	DELAY("act_int_delay_up", "Actual delay up"),
	DELAY("max_int_delay_down", "Maximum delay down"),
	[F_RATE_LAST] = DELAY("act_int_delay_down", "Actual delay down"),
	[F_ENCAP_LINK] = { "pppoed.tags.access_loop_encap.data_link", "Data link", 0, 0, FIELD_ENUM,
			   LISTED | FIELD_BASE_HEX, .names = data_link_names },
	[F_ENCAP_1] = { "pppoed.tags.access_loop_encap.encap_1", "Encapsulation 1", 0, 0,
			FIELD_ENUM, LISTED | FIELD_BASE_HEX, .names = encapsulation_names },
	[F_ENCAP_2] = { "pppoed.tags.access_loop_encap.encap_2", "Encapsulation 2", 0, 0, FIELD_HEX,
			LISTED },
};

/* Tags whose value is one field; number: its bytes, 0 for text and bytes of any length. */
static const struct {
	uint16_t tag;
	uint8_t field, number;
	const char *name;
} tags[] = {
	{ TAG_SERVICE_NAME, F_SERVICE_NAME, 0, "Service-Name" },
	{ TAG_AC_NAME, F_AC_NAME, 0, "AC-Name" },
	{ TAG_HOST_UNIQ, F_HOST_UNIQ, 0, "Host-Uniq" },
	{ TAG_AC_COOKIE, F_AC_COOKIE, 0, "AC-Cookie" },
	{ TAG_VENDOR, 0, 0, "Vendor-Specific" },
	{ TAG_CREDITS, 0, 0, "Credits" },
	{ TAG_METRICS, F_METRICS, 0, "Metrics" },
	{ TAG_SEQUENCE, F_SEQUENCE, 2, "Sequence-Number" },
	{ TAG_CREDIT_SCALE, F_CREDIT_SCALE, 2, "Credit-Scale-Factor" },
	{ TAG_RELAY, F_RELAY, 0, "Relay-Session-Id" },
	{ TAG_HURL, F_HURL, 0, "HURL" },
	{ TAG_MOTM, F_MOTM, 0, "MOTM" },
	{ TAG_MAX_PAYLOAD, F_MAX_PAYLOAD, 0, "PPP-Max-Payload" },
	{ TAG_IP_ROUTE, F_IP_ROUTE, 0, "IP-Route-Add" },
	{ TAG_SERVICE_ERROR, F_SERVICE_ERROR, 0, "Service-Name-Error" },
	{ TAG_SYSTEM_ERROR, F_SYSTEM_ERROR, 0, "AC-System-Error" },
	{ TAG_GENERIC_ERROR, F_GENERIC_ERROR, 0, "Generic-Error" },
	{ 0, 0, 0, "End-Of-List" },
};

static const char *pppoe_code_name(uint8_t code)
{
	return name_find(code_names, code);
}

struct tag_view {
	const uint8_t *start, *value;
	uint16_t tag;
	size_t len; /* of value */
};

static bool tag_next(struct cursor *c, struct tag_view *ret)
{
	const uint8_t *p = cursor_take(c, TAG_HDR_LEN);

	if (!p)
		return false;
	ret->start = p;
	ret->tag = load_be16(p);
	ret->len = load_be16(p + 2);
	ret->value = cursor_take(c, ret->len);
	return ret->value;
}

static struct next pppoed_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, PPPOE_HDR_LEN);
	struct tag_view tag;
	unsigned n = 0;

	if (unlikely(!p))
		return next_none();
	dissect_limit(d, c, load_be16(p + 4));
	while (n < TAGS_MAX && cursor_left(c) && tag_next(c, &tag))
		n++;
	return next_none();
}

static void describe_broadband(const uint8_t *p, size_t len, struct field_out *o)
{
	struct cursor c = cursor_over(p, len, false);
	unsigned n;

	for (n = 0; n < TAGS_MAX && cursor_left(&c) >= 2; n++) {
		const uint8_t *head = cursor_take(&c, 2), *v = cursor_take(&c, head[1]);

		if (!v)
			return;
		if (head[0] == 1)
			field_put_bytes(o, &pppoed_described[F_CIRCUIT_ID], v, head[1]);
		else if (head[0] == 2)
			field_put_bytes(o, &pppoed_described[F_REMOTE_ID], v, head[1]);
		else if (head[0] >= 0x81 && head[0] <= 0x8e && head[1] == 4)
			field_put_uint(o, &pppoed_described[F_RATE_FIRST + head[0] - 0x81], v, 4);
		else if (head[0] == 0x90 && head[1] == 3) {
			field_put_uint(o, &pppoed_described[F_ENCAP_LINK], v, 1);
			field_put_uint(o, &pppoed_described[F_ENCAP_1], v + 1, 1);
			field_put_uint(o, &pppoed_described[F_ENCAP_2], v + 2, 1);
		} else {
			field_put_uint(o, &pppoed_described[F_VENDOR_TAG], head, 1);
			field_put_bytes(o, &pppoed_described[F_UNKNOWN], v, head[1]);
		}
	}
}

static void describe_composed(const struct tag_view *tag, struct field_out *o)
{
	const uint8_t *p = tag->value;

	if (tag->tag == TAG_CREDITS && tag->len == 4) {
		field_put_uint(o, &pppoed_described[F_FCN], p, 2);
		field_put_uint(o, &pppoed_described[F_BCN], p + 2, 2);
	} else if (tag->tag == TAG_VENDOR && tag->len >= 4) {
		field_put_uint(o, &pppoed_described[F_VENDOR_ID], p, 4);
		if (load_be32(p) == VENDOR_BROADBAND_FORUM)
			describe_broadband(p + 4, tag->len - 4, o);
		else if (tag->len > 4)
			field_put_bytes(o, &pppoed_described[F_VENDOR_OTHER], p + 4, tag->len - 4);
	}
}

static void describe_tag(const struct tag_view *tag, struct field_out *o)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(tags) && tags[i].tag != tag->tag)
		i++;
	field_put_group(o, &pppoed_described[F_GROUP], i < ARRAY_SIZE(tags) ? tags[i].name : NULL,
			tag->start, TAG_HDR_LEN + tag->len);
	if (i == ARRAY_SIZE(tags)) {
		field_put_uint(o, &pppoed_described[F_TAG], tag->start, 2);
		field_put_uint(o, &pppoed_described[F_TAG_LEN], tag->start + 2, 2);
		if (tag->len)
			field_put_bytes(o, &pppoed_described[F_UNKNOWN], tag->value, tag->len);
	} else if (!tags[i].field) {
		describe_composed(tag, o);
	} else if (!tags[i].number && tag->len) {
		field_put_bytes(o, &pppoed_described[tags[i].field], tag->value, tag->len);
	} else if (tags[i].number && tags[i].number == tag->len) {
		field_put_uint(o, &pppoed_described[tags[i].field], tag->value, tag->len);
	}
}

static void pppoed_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, PPPOE_HDR_LEN);
	struct tag_view tag;
	unsigned n;

	for (n = 0; n < TAGS_MAX && cursor_left(&c) && tag_next(&c, &tag); n++)
		describe_tag(&tag, o);
}

static void line_tag(const struct tag_view *tag, struct strbuf *out)
{
	const char *label = NULL;

	switch (tag->tag) {
	case TAG_SERVICE_NAME:
		label = " service ";
		break;
	case TAG_AC_NAME:
		label = " ac ";
		break;
	case TAG_SERVICE_ERROR:
	case TAG_SYSTEM_ERROR:
	case TAG_GENERIC_ERROR:
		label = " error ";
		break;
	case TAG_HOST_UNIQ:
		strbuf_puts(out, " host-uniq ");
		text_bytes(tag->value, tag->len, 16, out);
		break;
	default:
		break;
	}
	if (label && tag->len) {
		strbuf_puts(out, label);
		text_printable(tag->value, tag->len, TEXT_SHOWN_MAX, out);
	}
}

static void pppoed_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, PPPOE_HDR_LEN);
	const uint8_t *p = layer_bytes(d, l, 0, PPPOE_HDR_LEN);
	struct tag_view tag;
	const char *name;
	unsigned n;

	line_paint(opt, PAINT_PROTOCOL, "PPPoE", out);
	if (!p)
		return;
	name = pppoe_code_name(p[1]);
	if (name)
		strbuf_printf(out, " %s", name);
	else
		strbuf_printf(out, " code 0x%02x", p[1]);
	if (load_be16(p + 2))
		strbuf_printf(out, " session 0x%04x", load_be16(p + 2));
	for (n = 0; n < TAGS_MAX && cursor_left(&c) && tag_next(&c, &tag); n++)
		line_tag(&tag, out);
}

const struct dissector pppoed_dissector = {
	.name = "pppoed",
	.title = "PPP over Ethernet discovery",
	.id = PROTO_PPPOED,
	.layer_class = CLASS_LINK,
	.min_hdr_len = PPPOE_HDR_LEN,
	.fields = pppoe_fields,
	.nr_fields = NR_PPPOE_FIELDS,
	.described = pppoed_described,
	.nr_described = ARRAY_SIZE(pppoed_described),
	.keys = { { KEY_ETHERTYPE, 0x8863 } },
	.dissect = pppoed_dissect,
	.describe = pppoed_describe,
	.line = pppoed_line,
};
