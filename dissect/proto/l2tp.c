/* dissect/proto/l2tp.c -- Layer 2 Tunneling Protocol: version 2 RFC 2661, version 3 RFC 3931. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/l2tp_avp.h"
#include "dissect/render.h"

enum {
	L2TP_HDR_MIN = 4,
	IS_CONTROL = 0x80, /* of the first byte */
	HAS_LENGTH = 0x40,
	HAS_SEQUENCE = 0x08,
	HAS_OFFSET = 0x02,
	HAS_PRIORITY = 0x01,
	V2_RESERVED = 0x34,
	CONTROL_FLAGS = IS_CONTROL | HAS_LENGTH | HAS_SEQUENCE,
	V2_LONG = 1 << 0,  /* version 2 with a length */
	V2_SHORT = 1 << 1, /* and without */
	V3_DATA = 1 << 2,  /* over UDP */
	V3_CONTROL = 1 << 3,
	V3_IP_DATA = 1 << 4, /* straight over IP, where a session's id comes first */
	V3_IP_CONTROL = 1 << 5,
	V_UDP = V2_LONG | V2_SHORT | V3_DATA | V3_CONTROL,
};

static const struct name_map type_names[] = {
	{ 0, "Data" },
	{ 1, "Control" },
	{ 0, NULL },
};

static const struct field_desc l2tp_fields[] = {
	{ "l2tp.flags", "Flags", 0, 16, FIELD_HEX, .variants = V_UDP },
	{ "l2tp.type", "Type", 0, 1, FIELD_ENUM, FIELD_OVERLAP, .variants = V_UDP,
	  .names = type_names },
	{ "l2tp.length_bit", "Length present", 1, 1, FIELD_FLAG, FIELD_OVERLAP, .variants = V_UDP },
	{ "l2tp.seq_bit", "Sequence present", 4, 1, FIELD_FLAG, FIELD_OVERLAP, .variants = V_UDP },
	{ "l2tp.offset_bit", "Offset present", 6, 1, FIELD_FLAG, FIELD_OVERLAP,
	  .variants = V2_LONG | V2_SHORT },
	{ "l2tp.priority", "Priority", 7, 1, FIELD_FLAG, FIELD_OVERLAP,
	  .variants = V2_LONG | V2_SHORT },
	{ "l2tp.version", "Version", 12, 4, FIELD_UINT, FIELD_OVERLAP, .variants = V_UDP },
	{ "l2tp.length", "Length", 16, 16, FIELD_UINT, .variants = V2_LONG | V3_CONTROL,
	  .unit = "bytes" },
	{ "l2tp.tunnel", "Tunnel", 32, 16, FIELD_UINT, FIELD_OPT, .variants = V2_LONG },
	{ "l2tp.session", "Session", 48, 16, FIELD_UINT, FIELD_OPT, .variants = V2_LONG },
	{ "l2tp.tunnel", "Tunnel", 16, 16, FIELD_UINT, .variants = V2_SHORT },
	{ "l2tp.session", "Session", 32, 16, FIELD_UINT, FIELD_OPT, .variants = V2_SHORT },
	{ "l2tp.res", "Reserved", 16, 16, FIELD_HEX, .variants = V3_DATA },
	{ "l2tp.sid", "Session", 32, 32, FIELD_HEX, FIELD_OPT, .variants = V3_DATA },
	{ "l2tp.ccid", "Control connection", 32, 32, FIELD_HEX, FIELD_OPT, .variants = V3_CONTROL },
	{ "l2tp.sid", "Session", 0, 32, FIELD_HEX, .variants = V3_IP_DATA | V3_IP_CONTROL },
	{ "l2tp.flags", "Flags", 32, 16, FIELD_HEX, FIELD_OPT, .variants = V3_IP_CONTROL },
	{ "l2tp.type", "Type", 32, 1, FIELD_ENUM, FIELD_OPT | FIELD_OVERLAP,
	  .variants = V3_IP_CONTROL, .names = type_names },
	{ "l2tp.length_bit", "Length present", 33, 1, FIELD_FLAG, FIELD_OPT | FIELD_OVERLAP,
	  .variants = V3_IP_CONTROL },
	{ "l2tp.seq_bit", "Sequence present", 36, 1, FIELD_FLAG, FIELD_OPT | FIELD_OVERLAP,
	  .variants = V3_IP_CONTROL },
	{ "l2tp.version", "Version", 44, 4, FIELD_UINT, FIELD_OPT | FIELD_OVERLAP,
	  .variants = V3_IP_CONTROL },
	{ "l2tp.length", "Length", 48, 16, FIELD_UINT, FIELD_OPT, .variants = V3_IP_CONTROL,
	  .unit = "bytes" },
	{ "l2tp.ccid", "Control connection", 64, 32, FIELD_HEX, FIELD_OPT,
	  .variants = V3_IP_CONTROL },
};

/* Where things are in a header of version 2: it is all optional. 0: not there. */
struct v2_layout {
	size_t ns, offset, len;
};

static struct v2_layout v2_layout_of(uint8_t flags)
{
	struct v2_layout at = { .len = flags & HAS_LENGTH ? 8 : 6 };

	if (flags & HAS_SEQUENCE) {
		at.ns = at.len;
		at.len += 4;
	}
	if (flags & HAS_OFFSET) {
		at.offset = at.len;
		at.len += 2;
	}
	return at;
}

static struct next v2_dissect(struct dissection *d, struct layer *l, const uint8_t *p,
			      struct cursor *c)
{
	const struct v2_layout at = v2_layout_of(p[0]);
	const uint8_t *rest = cursor_take(c, at.len - L2TP_HDR_MIN);

	l->variant = p[0] & HAS_LENGTH ? V2_LONG : V2_SHORT;
	if (!rest)
		return next_none();
	if (at.offset)
		cursor_skip(c, load_be16(p + at.offset));
	if (p[0] & HAS_LENGTH) {
		const size_t taken = (size_t)(c->pos - p);

		if (load_be16(p + 2) < taken)
			return next_malformed(d, NOTE_BAD_LENGTH);
		dissect_limit(d, c, load_be16(p + 2) - taken);
	}
	if (p[0] & IS_CONTROL) {
		dissect_take_rest(d, c);
		return next_none();
	}
	return next_key(KEY_PROTO, PROTO_PPP);
}

/* What a session carries, and how long its cookie is, was agreed upon in its control messages. */
static struct next v3_udp_dissect(struct dissection *d, struct layer *l, const uint8_t *p,
				  struct cursor *c)
{
	if (!(p[0] & IS_CONTROL)) {
		l->variant = V3_DATA;
		cursor_skip(c, 4);
		return next_none();
	}
	l->variant = V3_CONTROL;
	if (load_be16(p + 2) < 12)
		return next_malformed(d, NOTE_BAD_LENGTH);
	dissect_limit(d, c, load_be16(p + 2) - L2TP_HDR_MIN);
	dissect_take_rest(d, c);
	return next_none();
}

static struct next v3_ip_dissect(struct dissection *d, struct layer *l, const uint8_t *p,
				 struct cursor *c)
{
	const uint8_t *q;

	l->variant = V3_IP_DATA;
	if (load_be32(p))
		return next_none();
	l->variant = V3_IP_CONTROL;
	q = cursor_take(c, 4);
	if (!q)
		return next_none();
	if ((q[1] & 15) != 3 || load_be16(q + 2) < 12)
		return next_malformed(d, NOTE_BAD_LENGTH);
	dissect_limit(d, c, load_be16(q + 2) - 4u);
	dissect_take_rest(d, c);
	return next_none();
}

/* RFC 2661 3.1, RFC 3931 3.2.1, 4.1.2.1: what is reserved is zero, control has its three flags. */
static bool flags_valid(const uint8_t *p)
{
	if (p[1] & 0xf0)
		return false;
	if (p[0] & IS_CONTROL)
		return (p[0] & ~(p[1] == 2 ? HAS_PRIORITY : 0)) == CONTROL_FLAGS;
	return p[1] == 2 ? !(p[0] & V2_RESERVED) : !p[0] && !load_be16(p + 2);
}

static struct next l2tp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, L2TP_HDR_MIN);

	if (unlikely(!p))
		return next_none();
	if (layer_carrier(d, l) != PROTO_UDP)
		return v3_ip_dissect(d, l, p, c);
	if (!flags_valid(p))
		return next_reject();
	switch (p[1] & 15) {
	case 2:
		return v2_dissect(d, l, p, c);
	case 3:
		return v3_udp_dissect(d, l, p, c);
	default:
		return next_reject();
	}
}

/* Where a control message's AVPs begin; 0: this is none. */
static size_t avps_at(const struct layer *l, const uint8_t *p)
{
	switch (l->variant) {
	case V2_LONG:
	case V2_SHORT:
		return p[0] & IS_CONTROL ? v2_layout_of(p[0]).len : 0;
	case V3_CONTROL:
		return 12;
	case V3_IP_CONTROL:
		return 16;
	default:
		return 0;
	}
}

/* Where the two sequence numbers stand; 0: nowhere. */
static size_t sequence_at(const struct layer *l, const uint8_t *p)
{
	switch (l->variant) {
	case V2_LONG:
	case V2_SHORT:
		return v2_layout_of(p[0]).ns;
	case V3_CONTROL:
		return 8;
	case V3_IP_CONTROL:
		return 12;
	default:
		return 0;
	}
}

static void l2tp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, L2TP_HDR_MIN);
	size_t at, offset = 0;
	struct cursor c;

	if (!p)
		return;
	at = sequence_at(l, p);
	if (at && layer_bytes(d, l, at, 4))
		field_put_table(o, &l2tp_described[L2TP_NS], 2, 0, p + at, 4);
	if (l->variant & (V2_LONG | V2_SHORT))
		offset = v2_layout_of(p[0]).offset;
	if (offset && layer_bytes(d, l, offset, 2))
		field_put_uint(o, &l2tp_described[L2TP_OFFSET], p + offset, 2);
	if (!avps_at(l, p))
		return;
	c = layer_cursor(d, l, avps_at(l, p));
	l2tp_avps_describe(&c, o);
}

static void line_control(const struct dissection *d, const struct layer *l, const uint8_t *p,
			 struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, avps_at(l, p));
	const char *name;

	if (!cursor_left(&c)) {
		strbuf_puts(out, " ZLB"); /* an acknowledgment: no body of AVPs */
		return;
	}
	name = l2tp_message_name(&c);
	strbuf_printf(out, " %s", name ? name : "control message");
}

static void l2tp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, L2TP_HDR_MIN);
	const uint8_t *q = layer_bytes(d, l, 0, 8);

	line_paint(opt, PAINT_PROTOCOL, l->variant & (V2_LONG | V2_SHORT) ? "L2TP" : "L2TPv3", out);
	if (!p)
		return;
	if (avps_at(l, p))
		line_control(d, l, p, out);
	if (l->variant == V2_LONG && q)
		strbuf_printf(out, " tunnel %u session %u", load_be16(q + 4), load_be16(q + 6));
	else if (l->variant == V2_SHORT && layer_bytes(d, l, 0, 6))
		strbuf_printf(out, " tunnel %u session %u", load_be16(p + 2), load_be16(p + 4));
	else if (l->variant == V3_DATA && q)
		strbuf_printf(out, " session 0x%08x", load_be32(q + 4));
	else if (l->variant == V3_IP_DATA)
		strbuf_printf(out, " session 0x%08x", load_be32(p));
	else if (l->variant == V3_CONTROL && q)
		strbuf_printf(out, " connection 0x%08x", load_be32(q + 4));
	if (layer_is_last(d, l) && !avps_at(l, p)) {
		strbuf_puts(out, ", ");
		line_length(d, out);
	}
}

const struct dissector l2tp_dissector = {
	.name = "l2tp",
	.title = "Layer 2 Tunneling Protocol",
	.id = PROTO_L2TP,
	.layer_class = CLASS_LINK,
	.min_hdr_len = L2TP_HDR_MIN,
	.fields = l2tp_fields,
	.nr_fields = ARRAY_SIZE(l2tp_fields),
	.described = l2tp_described,
	.nr_described = L2TP_NR_DESCRIBED,
	.keys = { { KEY_UDP_PORT, 1701 }, { KEY_IPPROTO, 115 } },
	.dissect = l2tp_dissect,
	.describe = l2tp_describe,
	.line = l2tp_line,
};
