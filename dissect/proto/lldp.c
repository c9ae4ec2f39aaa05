/*
 * dissect/proto/lldp.c -- Link Layer Discovery Protocol, IEEE 802.1AB; organizations' TLVs in
 * lldp_fields.c.
 */
#include "dissect/proto/lldp.h"

#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	TLV_HDR_LEN = 2,
	ORG_HDR_LEN = 4, /* organization and subtype */
	TLVS_MAX = 512,
	CIVIC_MAX = 64,
	APPS_MAX = 168, /* as many three-byte entries fit a TLV */
	TEXT_SHOWN_MAX = 64,
};

enum { ID_CHASSIS_MAC = 4, ID_CHASSIS_NETWORK = 5, ID_PORT_MAC = 3, ID_PORT_NETWORK = 4 };

enum { FAMILY_IPV4 = 1, FAMILY_IPV6 = 2 };

struct tlv_view {
	const uint8_t *start, *value;
	uint8_t type;
	size_t len; /* of value */
};

static bool tlv_next(struct cursor *c, struct tlv_view *ret)
{
	const uint8_t *p = cursor_take(c, TLV_HDR_LEN);

	if (!p)
		return false;
	ret->start = p;
	ret->type = p[0] >> 1;
	ret->len = load_be16(p) & 0x1ff;
	ret->value = cursor_take(c, ret->len);
	return ret->value;
}

static struct next lldp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct tlv_view tlv = { .type = LLDP_CHASSIS };
	unsigned n = 0;

	if (!cursor_left(c))
		cursor_skip(c, 1);
	while (n < TLVS_MAX && cursor_left(c) && tlv_next(c, &tlv)) {
		n++;
		if (tlv.type == LLDP_END)
			break;
	}
	if (!c->failed && tlv.type == LLDP_END)
		dissect_limit(d, c, 0); /* what follows is padding */
	else if (c->clipped && n < TLVS_MAX)
		cursor_skip(c, cursor_left(c) + 1); /* cut between two TLVs */
	return next_none();
}

static void put(struct field_out *o, unsigned field, const uint8_t *p, size_t n)
{
	if (lldp_described[field].kind < FIELD_MAC)
		field_put_uint(o, &lldp_described[field], p, n);
	else if (n)
		field_put_bytes(o, &lldp_described[field], p, n);
}

static void put_table(struct field_out *o, unsigned first, unsigned nr, const uint8_t *p, size_t n)
{
	field_put_table(o, &lldp_described[first], nr, 0, p, n);
}

/* `kinds` is the first of four descriptors: MAC, IPv4, IPv6, anything. */
static void describe_id(const struct tlv_view *tlv, unsigned kinds, uint8_t mac, uint8_t network,
			struct field_out *o)
{
	const uint8_t *p = tlv->value;
	const size_t n = tlv->len;

	if (!n)
		return;
	put(o, kinds - 1, p, 1);
	if (p[0] == mac && n == 7) {
		put(o, kinds, p + 1, 6);
	} else if (p[0] == network && n >= 2) {
		put(o, L_NETWORK_FAMILY, p + 1, 1);
		if (p[1] == FAMILY_IPV4 && n == 6)
			put(o, kinds + 1, p + 2, 4);
		else if (p[1] == FAMILY_IPV6 && n == 18)
			put(o, kinds + 2, p + 2, 16);
		else
			put(o, kinds + 3, p + 2, n - 2);
	} else {
		put(o, kinds + 3, p + 1, n - 1);
	}
}

/* An object identifier as dotted numbers, X.690 8.19. */
static void put_oid(struct field_out *o, const uint8_t *p, size_t n)
{
	char text[256];
	struct strbuf s = strbuf_over(text, sizeof(text));
	uint32_t v = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		v = v << 7 | (p[i] & 0x7f);
		if (p[i] & 0x80)
			continue;
		if (!s.len)
			strbuf_printf(&s, "%u.%u", MIN_OF(v / 40, 2u), v - MIN_OF(v / 40, 2u) * 40);
		else
			strbuf_printf(&s, ".%u", v);
		v = 0;
	}
	field_put_text(o, &lldp_described[L_OID], text, s.len, p, n);
}

static void describe_management(const struct tlv_view *tlv, struct field_out *o)
{
	struct cursor c = cursor_over(tlv->value, tlv->len, false);
	const uint8_t *len = cursor_take(&c, 1), *p, *oid;

	if (!len || !*len)
		return;
	put(o, L_ADDRESS_LEN, len, 1);
	p = cursor_take(&c, *len);
	if (!p)
		return;
	put(o, L_ADDRESS_FAMILY, p, 1);
	if (p[0] == FAMILY_IPV4 && *len == 5)
		put(o, L_ADDRESS_IPV4, p + 1, 4);
	else if (p[0] == FAMILY_IPV6 && *len == 17)
		put(o, L_ADDRESS_IPV6, p + 1, 16);
	else
		put(o, L_ADDRESS, p + 1, *len - 1u);
	p = cursor_take(&c, 6);
	if (!p)
		return;
	put(o, L_NUMBERING, p, 1);
	put(o, L_INTERFACE, p + 1, 4);
	put(o, L_OID_LEN, p + 5, 1);
	oid = cursor_take(&c, p[5]);
	if (oid && p[5])
		put_oid(o, oid, p[5]);
}

/* RFC 4776 3: what it locates, a country, then kinds and values. */
static void describe_civic(const uint8_t *p, size_t n, struct field_out *o)
{
	struct cursor c = cursor_over(p, n, false);
	unsigned i;

	if (!cursor_take(&c, 4))
		return;
	put(o, L_CIVIC_LEN, p, 1);
	put(o, L_CIVIC_WHAT, p + 1, 1);
	put(o, L_CIVIC_COUNTRY, p + 2, 2);
	for (i = 0; i < CIVIC_MAX && cursor_left(&c) >= 2; i++) {
		const uint8_t *head = cursor_take(&c, 2);
		const uint8_t *v = cursor_take(&c, head[1]);

		put(o, L_CIVIC_TYPE, head, 1);
		put(o, L_CIVIC_LEN, head + 1, 1);
		if (!v)
			return;
		put(o, L_CIVIC_VALUE, v, head[1]);
	}
}

static void describe_med(uint8_t subtype, const uint8_t *p, size_t n, struct field_out *o)
{
	if (subtype >= 5 && subtype <= 11) {
		put(o, L_INVENTORY + subtype - 5u, p, n);
	} else if (subtype == 3 && n >= 1) {
		if (p[0] == 1)
			put_table(o, L_COORDINATES, L_COORDINATES_LAST - L_COORDINATES + 1, p + 1,
				  n - 1);
		else if (p[0] == 2)
			describe_civic(p + 1, n - 1, o);
		else if (p[0] == 3)
			put(o, L_ELIN, p + 1, n - 1);
	}
}

static void describe_8021(uint8_t subtype, const uint8_t *p, size_t n, struct field_out *o)
{
	size_t i;

	if (subtype == 3 && n >= 3)
		put(o, L_VLAN_NAME, p + 3, MIN_OF((size_t)p[2], n - 3));
	else if (subtype == 4 && n >= 1)
		put(o, L_PROTOCOL, p + 1, MIN_OF((size_t)p[0], n - 1));
	else if (subtype == 12)
		for (i = 0; i < APPS_MAX && 1 + 3 * i + 3 <= n; i++)
			put_table(o, L_APP, L_APP_LAST - L_APP + 1, p + 1 + 3 * i, 3);
}

static unsigned subtype_field(uint32_t oui)
{
	switch (oui) {
	case OUI_8021:
		return L_SUBTYPE_8021;
	case OUI_8023:
		return L_SUBTYPE_8023;
	case OUI_MED:
		return L_SUBTYPE_MED;
	case OUI_PROFIBUS:
		return L_SUBTYPE_PROFIBUS;
	case OUI_IANA:
		return L_SUBTYPE_IANA;
	default:
		return L_SUBTYPE_OTHER;
	}
}

static void describe_organization(const struct tlv_view *tlv, struct field_out *o)
{
	const uint8_t *p = tlv->value + ORG_HDR_LEN;
	uint8_t subtype;
	uint32_t oui;
	size_t i, n;

	if (tlv->len < ORG_HDR_LEN)
		return;
	oui = load_be24(tlv->value);
	subtype = tlv->value[3];
	n = tlv->len - ORG_HDR_LEN;
	put(o, L_OUI, tlv->value, 3);
	put(o, subtype_field(oui), tlv->value + 3, 1);
	if (!name_find(lldp_subtype_names(oui), subtype)) {
		put(o, L_OTHER, p, n);
		return;
	}
	for (i = 0; i < nr_lldp_shapes; i++)
		if (lldp_shapes[i].oui == oui && lldp_shapes[i].subtype == subtype)
			put_table(o, lldp_shapes[i].first, lldp_shapes[i].nr, p, n);
	if (oui == OUI_8021)
		describe_8021(subtype, p, n, o);
	else if (oui == OUI_MED)
		describe_med(subtype, p, n, o);
	else if (oui == OUI_IANA)
		put(o, L_MUD_URL, p, n);
}

static void describe_value(const struct tlv_view *tlv, struct field_out *o)
{
	const uint8_t *p = tlv->value;

	switch (tlv->type) {
	case LLDP_END:
		break;
	case LLDP_CHASSIS:
		describe_id(tlv, L_CHASSIS_MAC, ID_CHASSIS_MAC, ID_CHASSIS_NETWORK, o);
		break;
	case LLDP_PORT:
		describe_id(tlv, L_PORT_MAC, ID_PORT_MAC, ID_PORT_NETWORK, o);
		break;
	case LLDP_TTL:
		put_table(o, L_TTL, 1, p, tlv->len);
		break;
	case LLDP_PORT_DESC:
	case LLDP_SYSTEM_NAME:
	case LLDP_SYSTEM_DESC:
		put(o, L_PORT_DESC + tlv->type - LLDP_PORT_DESC, p, tlv->len);
		break;
	case LLDP_CAPABILITIES:
		put_table(o, L_CAPABILITIES, L_ENABLED - L_CAPABILITIES, p, tlv->len);
		if (tlv->len >= 4)
			put_table(o, L_ENABLED, L_ADDRESS_LEN - L_ENABLED, p + 2, 2);
		break;
	case LLDP_MANAGEMENT:
		describe_management(tlv, o);
		break;
	case LLDP_ORGANIZATION:
		describe_organization(tlv, o);
		break;
	default:
		put(o, L_RESERVED, p, tlv->len);
		break;
	}
}

static void lldp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct tlv_view tlv;
	const char *name;
	unsigned n;

	for (n = 0; n < TLVS_MAX && cursor_left(&c) && tlv_next(&c, &tlv); n++) {
		name = name_find(lldp_type_names, tlv.type);
		if (tlv.type == LLDP_ORGANIZATION && tlv.len >= ORG_HDR_LEN)
			name = name_find(lldp_subtype_names(load_be24(tlv.value)), tlv.value[3]);
		field_put_group(o, &lldp_described[L_GROUP], name, tlv.start,
				TLV_HDR_LEN + tlv.len);
		field_put_num(o, &lldp_described[L_TYPE], tlv.type, tlv.start, 1);
		field_put_num(o, &lldp_described[L_LEN], tlv.len, tlv.start, 2);
		describe_value(&tlv, o);
	}
}

static void line_id(const char *label, const struct tlv_view *tlv, uint8_t mac, uint8_t network,
		    struct strbuf *out)
{
	const uint8_t *p = tlv->value;

	strbuf_puts(out, label);
	if (tlv->len < 2)
		strbuf_puts(out, "-");
	else if (p[0] == mac && tlv->len == 7)
		text_mac(p + 1, out);
	else if (p[0] == network && (tlv->len == 6 || tlv->len == 18))
		text_addr(p + 2, (unsigned)tlv->len - 2, out);
	else
		text_printable(p + 1, tlv->len - 1, TEXT_SHOWN_MAX, out);
}

static void line_management(const struct tlv_view *tlv, struct strbuf *out)
{
	const uint8_t *p = tlv->value;

	if (tlv->len < 6 || (p[0] != 5 && p[0] != 17) || tlv->len < 1u + p[0])
		return;
	strbuf_puts(out, " management ");
	text_addr(p + 2, p[0] - 1u, out);
}

static void line_tlv(const struct tlv_view *tlv, struct strbuf *out)
{
	switch (tlv->type) {
	case LLDP_CHASSIS:
		line_id(" chassis ", tlv, ID_CHASSIS_MAC, ID_CHASSIS_NETWORK, out);
		break;
	case LLDP_PORT:
		line_id(" port ", tlv, ID_PORT_MAC, ID_PORT_NETWORK, out);
		break;
	case LLDP_TTL:
		if (tlv->len >= 2)
			strbuf_printf(out, " ttl %u", load_be16(tlv->value));
		break;
	case LLDP_SYSTEM_NAME:
		strbuf_puts(out, " system ");
		text_printable(tlv->value, tlv->len, TEXT_SHOWN_MAX, out);
		break;
	case LLDP_MANAGEMENT:
		line_management(tlv, out);
		break;
	default:
		break;
	}
}

static void lldp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct tlv_view tlv;
	unsigned n;

	line_paint(opt, PAINT_PROTOCOL, "LLDP", out);
	for (n = 0; n < TLVS_MAX && cursor_left(&c) && tlv_next(&c, &tlv); n++)
		line_tlv(&tlv, out);
}

const struct dissector lldp_dissector = {
	.name = "lldp",
	.title = "Link Layer Discovery Protocol",
	.id = PROTO_LLDP,
	.layer_class = CLASS_LINK,
	.described = lldp_described,
	.nr_described = NR_LLDP_DESCRIBED,
	.keys = { { KEY_ETHERTYPE, 0x88cc } },
	.dissect = lldp_dissect,
	.describe = lldp_describe,
	.line = lldp_line,
};
