/*
 * dissect/proto/radius.c -- Remote Authentication Dial In User Service: RFC 2865, accounting RFC
 * 2866, dynamic authorization RFC 5176.
 */
#include "dissect/proto/radius.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	HEADER = 20,
	LEN_MAX = 4096, /* RFC 2865 3 */
	ATTR_USER = 1,
	ATTR_PASSWORD = 2,
	ATTR_REPLY = 18,
	ATTR_VENDOR = 26,
	ATTR_CALLING = 31,
	ATTR_EGRESS_VLAN = 56,
	ATTR_EGRESS_VLAN_NAME = 58,
	ATTR_TUNNEL_PASSWORD = 69,
	ATTR_ARAP_PASSWORD = 70,
	ATTR_EAP = 79,
	TAG_MAX = 0x1f, /* RFC 2868 3.1: a larger first byte is text already */
	TEXT_SHOWN = 64,
};

static const struct name_map code_names[] = {
	{ 1, "Access-Request" },
	{ 2, "Access-Accept" },
	{ 3, "Access-Reject" },
	{ 4, "Accounting-Request" },
	{ 5, "Accounting-Response" },
	{ 6, "Accounting-Status" },
	{ 7, "Password-Request" },
	{ 8, "Password-Ack" },
	{ 9, "Password-Reject" },
	{ 10, "Accounting-Message" },
	{ 11, "Access-Challenge" },
	{ 12, "Status-Server" },
	{ 13, "Status-Client" },
	{ 21, "Resource-Free-Request" },
	{ 22, "Resource-Free-Response" },
	{ 23, "Resource-Query-Request" },
	{ 24, "Resource-Query-Response" },
	{ 25, "Alternate-Resource-Reclaim-Request" },
	{ 26, "NAS-Reboot-Request" },
	{ 27, "NAS-Reboot-Response" },
	{ 29, "Next-Passcode" },
	{ 30, "New-Pin" },
	{ 31, "Terminate-Session" },
	{ 32, "Password-Expired" },
	{ 33, "Event-Request" },
	{ 34, "Event-Response" },
	{ 40, "Disconnect-Request" },
	{ 41, "Disconnect-ACK" },
	{ 42, "Disconnect-NAK" },
	{ 43, "CoA-Request" },
	{ 44, "CoA-ACK" },
	{ 45, "CoA-NAK" },
	{ 50, "IP-Address-Allocate" },
	{ 51, "IP-Address-Release" },
	{ 0, NULL },
};

static const struct field_desc radius_fields[] = {
	{ "radius.code", "Code", 0, 8, FIELD_ENUM, .names = code_names },
	{ "radius.id", "Identifier", 8, 8, FIELD_UINT },
	{ "radius.length", "Length", 16, 16, FIELD_UINT },
	{ "radius.authenticator", "Authenticator", 32, 128, FIELD_BYTES },
};

/* Attributes that are not simply one value: those have a field of their own, with a name. */
static const struct name_map special_names[] = {
	{ ATTR_PASSWORD, "User-Password" },
	{ ATTR_VENDOR, "Vendor-Specific" },
	{ ATTR_EGRESS_VLAN, "Egress-VLANID" },
	{ ATTR_EGRESS_VLAN_NAME, "Egress-VLAN-Name" },
	{ ATTR_TUNNEL_PASSWORD, "Tunnel-Password" },
	{ ATTR_ARAP_PASSWORD, "ARAP-Password" },
	{ ATTR_EAP, "EAP-Message" },
	{ 0, NULL },
};

struct avp {
	const uint8_t *start; /* of type and length */
	const uint8_t *value;
	size_t len; /* of value */
	uint8_t type;
};

/* False: nothing left, or what is left is no attribute. */
static bool avp_next(struct cursor *c, struct avp *ret)
{
	const uint8_t *p = cursor_take(c, 2);

	if (!p || p[1] < 2)
		return false;
	ret->start = p;
	ret->type = p[0];
	ret->len = p[1] - 2u;
	ret->value = cursor_take(c, ret->len);
	return ret->value;
}

static struct next radius_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;
	size_t len;

	if (cursor_left(c) >= 4) {
		len = load_be16(p + 2);
		if (len < HEADER || len > LEN_MAX || len > d->wire_end - l->off ||
		    !name_find(code_names, p[0]))
			return next_reject();
		dissect_limit(d, c, len);
	}
	if (cursor_take(c, HEADER))
		dissect_take_rest(d, c);
	return next_none();
}

static void put(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_uint(o, &radius_described[which], p, n);
}

static void put_bytes(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_bytes(o, &radius_described[which], p, n);
}

/* RFC 2865 5.26: as most vendors do it, further attributes of one byte each. */
static void describe_vendor(const struct avp *a, struct field_out *o)
{
	struct cursor c = cursor_over(a->value, a->len, false);
	struct avp sub;

	if (!cursor_take(&c, 4))
		return;
	put(o, RADIUS_VENDOR, a->value, 4);
	while (avp_next(&c, &sub)) {
		put(o, RADIUS_VENDOR_TYPE, sub.start, 1);
		put(o, RADIUS_VENDOR_LEN, sub.start + 1, 1);
		put_bytes(o, RADIUS_VENDOR_VALUE, sub.value, sub.len);
	}
}

static void describe_typed(const struct field_desc *fd, bool tagged, const struct avp *a,
			   struct field_out *o)
{
	const uint8_t *p = a->value;
	size_t n = a->len;

	if (tagged && n && (*p <= TAG_MAX || fd->kind != FIELD_TEXT)) {
		put(o, RADIUS_TAG, p, 1);
		p++;
		n--;
	}
	if (fd->kind == FIELD_TIME && n == 4)
		field_put_num(o, fd, load_be32(p) * 1000000000ull, p, n);
	else if (fd->kind >= FIELD_MAC)
		field_put_bytes(o, fd, p, n);
	else if (n == (tagged ? 3 : 4))
		field_put_uint(o, fd, p, n);
}

static void describe_avp(const struct avp *a, struct field_out *o)
{
	const struct field_desc *fd;
	bool tagged = false;

	switch (a->type) {
	case ATTR_PASSWORD: /* hidden with a shared secret only: guessable by whoever sees it */
	case ATTR_TUNNEL_PASSWORD:
	case ATTR_ARAP_PASSWORD:
		return;
	case ATTR_VENDOR:
		describe_vendor(a, o);
		return;
	case ATTR_EAP:
		put_bytes(o, RADIUS_EAP, a->value, a->len);
		return;
	case ATTR_EGRESS_VLAN:
		field_put_table(o, &radius_described[RADIUS_VLAN], 3, 0, a->value, a->len);
		return;
	case ATTR_EGRESS_VLAN_NAME:
		if (a->len) {
			put(o, RADIUS_VLAN_NAME_TAG, a->value, 1);
			put_bytes(o, RADIUS_VLAN_NAME, a->value + 1, a->len - 1);
		}
		return;
	}
	fd = radius_attribute(a->type, &tagged);
	if (fd)
		describe_typed(fd, tagged, a, o);
	else
		put_bytes(o, RADIUS_AVP_VALUE, a->value, a->len);
}

static void radius_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, HEADER);
	const struct field_desc *fd;
	struct avp a;
	bool tagged;

	while (avp_next(&c, &a)) {
		fd = radius_attribute(a.type, &tagged);
		field_put_group(o, &radius_described[RADIUS_AVP],
				fd ? fd->label : name_find(special_names, a.type), a.start,
				a.len + 2);
		put(o, RADIUS_AVP_TYPE, a.start, 1);
		put(o, RADIUS_AVP_LEN, a.start + 1, 1);
		describe_avp(&a, o);
	}
}

static void radius_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, HEADER);
	struct cursor c = layer_cursor(d, l, HEADER);
	const char *name;
	struct avp a;

	line_paint(opt, PAINT_PROTOCOL, "RADIUS", out);
	if (!p)
		return;
	name = name_find(code_names, p[0]);
	strbuf_putc(out, ' ');
	strbuf_puts(out, name ? name : "?");
	strbuf_puts(out, " id ");
	strbuf_uint(out, p[1]);
	while (!opt->quiet && avp_next(&c, &a)) {
		if (a.type == ATTR_USER)
			strbuf_puts(out, ", user ");
		else if (a.type == ATTR_CALLING)
			strbuf_puts(out, ", calling ");
		else if (a.type == ATTR_REPLY)
			strbuf_puts(out, ", says ");
		else
			continue;
		text_printable(a.value, a.len, TEXT_SHOWN, out);
	}
	strbuf_puts(out, ", length ");
	strbuf_uint(out, load_be16(p + 2));
}

const struct dissector radius_dissector = {
	.name = "radius",
	.title = "RADIUS",
	.id = PROTO_RADIUS,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = HEADER,
	.fields = radius_fields,
	.nr_fields = ARRAY_SIZE(radius_fields),
	.described = radius_described,
	.nr_described = RADIUS_NR_DESCRIBED,
	.keys = { { KEY_UDP_PORT, 1812 },
		  { KEY_UDP_PORT, 1813 },
		  { KEY_UDP_PORT, 1645 },
		  { KEY_UDP_PORT, 1646 },
		  { KEY_UDP_PORT, 1700 },
		  { KEY_UDP_PORT, 3799 } },
	.dissect = radius_dissect,
	.describe = radius_describe,
	.line = radius_line,
};
