/*
 * dissect/proto/isakmp.c -- Internet Key Exchange: version 1 RFC 2408 and 2409, version 2 RFC 7296,
 * behind NATs RFC 3947 and 3948, fragments RFC 7383.
 */
#include "dissect/proto/isakmp.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	HEADER = 28,
	MARKER_LEN = 4, /* of zeros, where ESP has its SPI */
	PORT_NAT = 4500,
	KEEPALIVE = 0xff,
	FLAG_ENCRYPTED = 1,
	PAYLOADS_MAX = 64,
	PAYLOADS_IN_LINE = 12,
	V1_SA = 1,
	V1_KE = 4,
	V1_ID = 5,
	V1_CERT = 6,
	V1_CERTREQ = 7,
	V1_HASH = 8,
	V1_SIG = 9,
	V1_NONCE = 10,
	V1_NOTIFY = 11,
	V1_DELETE = 12,
	V1_VENDOR = 13,
	V1_CFG = 14,
	V1_NAT_D = 20,
	V1_NAT_OA = 21,
	V1_NAT_D_DRAFT = 130,
	V1_NAT_OA_DRAFT = 131,
	V1_FRAGMENT = 132,
	V2_SA = 33,
	V2_KE = 34,
	V2_IDI = 35,
	V2_IDR = 36,
	V2_CERT = 37,
	V2_CERTREQ = 38,
	V2_AUTH = 39,
	V2_NONCE = 40,
	V2_NOTIFY = 41,
	V2_DELETE = 42,
	V2_VENDOR = 43,
	V2_TSI = 44,
	V2_TSR = 45,
	V2_SK = 46,
	V2_CFG = 47,
	V2_EAP = 48,
	V2_SKF = 53,
};

enum {
	MARKED = 1 << 2, /* behind a marker, which moves everything by four bytes */
	IS_KEEPALIVE = 1 << 3,
	IS_CARRIER = 1 << 4, /* of ESP: nothing of it is IKE's */
};

static const struct name_map short_names[] = {
	{ V1_SA, "SA" },
	{ V1_KE, "KE" },
	{ V1_ID, "ID" },
	{ V1_CERT, "CERT" },
	{ V1_CERTREQ, "CERTREQ" },
	{ V1_HASH, "HASH" },
	{ V1_SIG, "SIG" },
	{ V1_NONCE, "NONCE" },
	{ V1_NOTIFY, "N" },
	{ V1_DELETE, "D" },
	{ V1_VENDOR, "VID" },
	{ V1_CFG, "CFG" },
	{ V1_NAT_D, "NAT-D" },
	{ V1_NAT_OA, "NAT-OA" },
	{ V2_SA, "SA" },
	{ V2_KE, "KE" },
	{ V2_IDI, "IDi" },
	{ V2_IDR, "IDr" },
	{ V2_CERT, "CERT" },
	{ V2_CERTREQ, "CERTREQ" },
	{ V2_AUTH, "AUTH" },
	{ V2_NONCE, "Nonce" },
	{ V2_NOTIFY, "N" },
	{ V2_DELETE, "D" },
	{ V2_VENDOR, "V" },
	{ V2_TSI, "TSi" },
	{ V2_TSR, "TSr" },
	{ V2_SK, "SK" },
	{ V2_CFG, "CP" },
	{ V2_EAP, "EAP" },
	{ V2_SKF, "SKF" },
	{ V1_NAT_D_DRAFT, "NAT-D" },
	{ V1_NAT_OA_DRAFT, "NAT-OA" },
	{ V1_FRAGMENT, "FRAG" },
	{ 0, NULL },
};

/* Where the IKE header is, or NULL. */
static const uint8_t *ike_header(const struct dissection *d, const struct layer *l)
{
	const size_t off = l->variant & MARKED ? MARKER_LEN : 0;

	if (l->variant & (IS_KEEPALIVE | IS_CARRIER))
		return NULL;
	return layer_bytes(d, l, off, HEADER);
}

static struct next ike_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;
	const size_t left = cursor_left(c);

	if (left < HEADER && d->wire_end <= l->off + left)
		return next_reject();
	if (left >= 18 && p[17] >> 4 != 1 && p[17] >> 4 != 2)
		return next_reject();
	if (left >= HEADER && (load_be32(p + 24) < HEADER || load_be32(p + 24) > UINT16_MAX))
		return next_reject();
	l->variant |= left >= 18 && p[17] >> 4 == 2 ? IKE_VERSION_2 : IKE_VERSION_1;
	if (cursor_take(c, HEADER))
		dissect_take_rest(d, c);
	return next_none();
}

/* RFC 3948 2: on this port four zeros stand in front of IKE, and all else is ESP. */
static struct next isakmp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const struct flow *flow = flow_current(d);
	const uint8_t *p = c->pos;

	if (flow->sport != PORT_NAT && flow->dport != PORT_NAT)
		return ike_dissect(d, l, c);
	if (cursor_left(c) == 1 && *p == KEEPALIVE && d->wire_end == l->off + 1) {
		l->variant = IS_KEEPALIVE;
		cursor_skip(c, 1);
		return next_none();
	}
	if (cursor_left(c) < MARKER_LEN)
		return next_reject();
	if (load_be32(p)) {
		l->variant = IS_CARRIER;
		return next_key(KEY_PROTO, PROTO_ESP);
	}
	cursor_skip(c, MARKER_LEN);
	l->variant = MARKED;
	return ike_dissect(d, l, c);
}

static void describe_id(struct cursor *c, bool v1, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);
	size_t n = cursor_left(c);
	unsigned which = IKE_ID_OTHER;

	if (!p)
		return;
	ike_put(o, IKE_ID_TYPE, p, 1);
	if (v1) {
		ike_put(o, IKE_ID_PROTO, p + 1, 1);
		ike_put(o, IKE_ID_PORT, p + 2, 2);
	}
	if (p[0] == 1 && n == 4)
		which = IKE_ID_IPV4;
	else if (p[0] == 2)
		which = IKE_ID_FQDN;
	else if (p[0] == 3)
		which = IKE_ID_USER;
	else if (p[0] == 5 && n == 16)
		which = IKE_ID_IPV6;
	else if (p[0] == 11)
		which = IKE_ID_KEY;
	ike_put_bytes(o, which, p + 4, n);
}

static void describe_notify(struct cursor *c, bool v1, struct field_out *o)
{
	const uint8_t *p, *spi;

	p = v1 ? cursor_take(c, 4) : NULL;
	if (p)
		ike_put(o, IKE_NOTIFY_DOI, p, 4);
	p = cursor_take(c, 4);
	if (!p)
		return;
	ike_put(o, IKE_NOTIFY, p, 1);
	ike_put(o, IKE_PROPOSAL + 2, p + 1, 1);
	ike_put(o, IKE_NOTIFY_TYPE, p + 2, 2);
	spi = cursor_take(c, p[1]);
	if (!spi)
		return;
	ike_put_bytes(o, IKE_SPI, spi, p[1]);
	ike_put_bytes(o, IKE_NOTIFY_DATA, c->pos, cursor_left(c));
}

static void describe_delete(struct cursor *c, bool v1, struct field_out *o)
{
	const uint8_t *p, *spi;
	unsigned nr;

	p = v1 ? cursor_take(c, 4) : NULL;
	if (p)
		ike_put(o, IKE_DELETE_DOI, p, 4);
	p = cursor_take(c, 4);
	if (!p)
		return;
	ike_put(o, IKE_DELETE, p, 1);
	ike_put(o, IKE_PROPOSAL + 2, p + 1, 1);
	ike_put(o, IKE_SPI_COUNT, p + 2, 2);
	for (nr = load_be16(p + 2); nr && p[1] && (spi = cursor_take(c, p[1])); nr--)
		ike_put_bytes(o, IKE_DELETE_SPI, spi, p[1]);
}

static void describe_selectors(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);
	size_t len;

	if (!p)
		return;
	ike_put(o, IKE_TS_NUMBER, p, 1);
	while ((p = cursor_take(c, 8))) {
		len = load_be16(p + 2);
		if (len < 8 || !cursor_take(c, len - 8))
			return;
		ike_put_table(o, IKE_TS, 5, p, 8);
		if (p[0] == 7 && len == 16)
			ike_put_table(o, IKE_TS_IPV4, 2, p, len);
		else if (p[0] == 8 && len == 40)
			ike_put_table(o, IKE_TS_IPV6, 2, p, len);
	}
}

/* The beginnings of what vendors send: hashes of texts that nobody could guess from them. */
static void describe_vendor(const uint8_t *p, size_t n, struct field_out *o)
{
	static const struct {
		const char *bytes, *name;
		size_t len;
	} vendors[] = {
		{ "\x4a\x13\x1c\x81\x07\x03\x58\x45", "RFC 3947 NAT traversal", 8 },
		{ "\xaf\xca\xd7\x13\x68\xa1\xf1\xc9", "RFC 3706 dead peer detection", 8 },
		{ "\x09\x00\x26\x89\xdf\xd6\xb7\x12", "XAUTH", 8 },
		{ "\x40\x48\xb7\xd5\x6e\xbc\xe8\x85", "IKE fragmentation", 8 },
		{ "\x1e\x2b\x51\x69\x05\x99\x1c\x7d", "Windows", 8 },
		{ "\x12\xf5\xf2\x8c\x45\x71\x68\xa9", "Cisco Unity", 8 },
		{ "\x88\x2f\xe5\x6d\x6f\xd2\x0d\xbc", "strongSwan", 8 },
		{ "\x7d\x94\x19\xa6\x53\x10\xca\x6f", "NAT traversal, draft 3", 8 },
		{ "\x90\xcb\x80\x91\x3e\xbb\x69\x6e", "NAT traversal, draft 2", 8 },
	};
	size_t i;

	ike_put_bytes(o, IKE_VENDOR, p, n);
	for (i = 0; i < ARRAY_SIZE(vendors); i++)
		if (n >= vendors[i].len && !memcmp(p, vendors[i].bytes, vendors[i].len))
			field_put_text(o, &isakmp_described[IKE_VENDOR_NAME], vendors[i].name,
				       strlen(vendors[i].name), p, n);
}

/* Payloads that are one number and the rest, or only bytes. */
static void describe_simple(uint8_t type, struct cursor *c, struct field_out *o)
{
	const uint8_t *p = c->pos;
	const size_t n = cursor_left(c);
	unsigned which = IKE_DATA;

	switch (type) {
	case V1_KE:
		which = IKE_KEY_DATA;
		break;
	case V1_HASH:
		which = IKE_HASH;
		break;
	case V1_SIG:
		which = IKE_SIG;
		break;
	case V1_NONCE:
	case V2_NONCE:
		which = IKE_NONCE;
		break;
	case V1_NAT_D:
	case V1_NAT_D_DRAFT:
		which = IKE_NAT_HASH;
		break;
	case V2_EAP:
		which = IKE_EAP;
		break;
	case V2_SK:
		which = IKE_ENCRYPTED;
		break;
	}
	ike_put_bytes(o, which, p, n);
}

/* Payloads that start with a byte or two of their own. */
static void describe_headed(uint8_t type, struct cursor *c, struct field_out *o)
{
	const size_t head = type == V2_KE || type == V1_FRAGMENT || type == V2_SKF ||
					    type == V2_AUTH || type == V1_CFG || type == V2_CFG ||
					    type == V1_NAT_OA || type == V1_NAT_OA_DRAFT
				    ? 4
				    : 1;
	const uint8_t *p = cursor_take(c, head), *rest = c->pos;
	const size_t n = cursor_left(c);

	if (!p)
		return;
	switch (type) {
	case V2_KE:
		ike_put(o, IKE_DH_GROUP, p, 2);
		ike_put_bytes(o, IKE_KEY_DATA, rest, n);
		break;
	case V2_AUTH:
		ike_put(o, IKE_AUTH_METHOD, p, 1);
		ike_put_bytes(o, IKE_AUTH_DATA, rest, n);
		break;
	case V2_SKF:
		ike_put_table(o, IKE_FRAGMENT, 2, p, 4);
		ike_put_bytes(o, IKE_ENCRYPTED, rest, n);
		break;
	case V1_FRAGMENT:
		ike_put_table(o, IKE_FRAGMENT1, 3, p, 4);
		break;
	case V1_CFG:
	case V2_CFG:
		ike_put(o, IKE_CFG_TYPE, p, 1);
		if (type == V1_CFG)
			ike_put(o, IKE_CFG_ID, p + 2, 2);
		ike_describe_cfg(c, o);
		break;
	case V1_NAT_OA:
	case V1_NAT_OA_DRAFT:
		ike_put(o, IKE_ID_TYPE, p, 1);
		if (n == 4 || n == 16)
			ike_put_bytes(o, n == 4 ? IKE_NAT_IPV4 : IKE_NAT_IPV6, rest, n);
		break;
	case V1_CERT:
	case V2_CERT:
		ike_put(o, IKE_CERT, p, 1);
		ike_put_bytes(o, IKE_CERT_DATA, rest, n);
		break;
	default:
		ike_put(o, IKE_CERTREQ, p, 1);
		ike_put_bytes(o, IKE_CERT_DATA, rest, n);
	}
}

static void describe_payload(struct ike_payload *p, struct field_out *o)
{
	struct cursor *c = &p->body;

	switch (p->type) {
	case V1_SA:
		ike_describe_sa1(c, o);
		break;
	case V2_SA:
		ike_describe_sa2(c, o);
		break;
	case V1_ID:
	case V2_IDI:
	case V2_IDR:
		describe_id(c, p->type == V1_ID, o);
		break;
	case V1_NOTIFY:
	case V2_NOTIFY:
		describe_notify(c, p->type == V1_NOTIFY, o);
		break;
	case V1_DELETE:
	case V2_DELETE:
		describe_delete(c, p->type == V1_DELETE, o);
		break;
	case V2_TSI:
	case V2_TSR:
		describe_selectors(c, o);
		break;
	case V1_VENDOR:
	case V2_VENDOR:
		describe_vendor(c->pos, cursor_left(c), o);
		break;
	case V2_KE:
	case V2_AUTH:
	case V2_SKF:
	case V1_FRAGMENT:
	case V1_CFG:
	case V2_CFG:
	case V1_NAT_OA:
	case V1_NAT_OA_DRAFT:
	case V1_CERT:
	case V2_CERT:
	case V1_CERTREQ:
	case V2_CERTREQ:
		describe_headed(p->type, c, o);
		break;
	default:
		describe_simple(p->type, c, o);
	}
}

/* The payloads of an IKE message: what lies behind its header, as far as its length says. */
static struct cursor ike_body(const struct dissection *d, const struct layer *l, const uint8_t *p)
{
	struct cursor c = layer_cursor(d, l, (size_t)(p - d->frame.data) - l->off + HEADER);
	const size_t len = load_be32(p + 24) - HEADER;

	if (len < cursor_left(&c))
		c.end = c.pos + len;
	return c;
}

static void isakmp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = ike_header(d, l);
	const unsigned version = l->variant & IKE_VERSION_2 ? 2 : 1;
	struct ike_payload payload;
	struct cursor c;
	unsigned nr;
	uint8_t type;

	if (!p)
		return;
	ike_put_table(o, IKE_HEADER, 2, p, HEADER);
	ike_put(o, IKE_NEXT, p + 16, 1);
	field_put_table(o, &isakmp_described[IKE_HEADER + 2], IKE_HEADER_LEN - 2, l->variant, p,
			HEADER);
	c = ike_body(d, l, p);
	if (version == 1 && p[19] & FLAG_ENCRYPTED) {
		ike_put_bytes(o, IKE_ENCRYPTED, c.pos, cursor_left(&c));
		return;
	}
	type = p[16];
	for (nr = 0; nr < PAYLOADS_MAX && type; nr++) {
		if (!ike_payload_next(&c, version, type, &payload, o))
			break;
		describe_payload(&payload, o);
		/* What an encrypted payload announces is inside of it. */
		type = type == V2_SK || type == V2_SKF ? 0 : payload.next;
	}
	if (!type)
		ike_put_bytes(o, IKE_EXTRA, c.pos, cursor_left(&c));
}

static void line_payloads(const uint8_t *p, struct cursor *c, unsigned version, struct strbuf *out)
{
	struct ike_payload payload;
	uint8_t type = p[16];
	unsigned nr;

	for (nr = 0; nr < PAYLOADS_IN_LINE && type; nr++) {
		const char *name = name_find(short_names, type);

		if (!ike_payload_next(c, version, type, &payload, NULL))
			return;
		strbuf_puts(out, nr ? "," : " ");
		if (name)
			strbuf_puts(out, name);
		else
			strbuf_uint(out, type);
		type = type == V2_SK || type == V2_SKF ? 0 : payload.next;
	}
	if (type)
		strbuf_puts(out, ",...");
}

static void isakmp_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = ike_header(d, l);
	const unsigned version = l->variant & IKE_VERSION_2 ? 2 : 1;
	const char *name;
	struct cursor c;

	if (l->variant & IS_CARRIER)
		return; /* ESP says it all */
	line_paint(opt, PAINT_PROTOCOL, "IKE", out);
	if (l->variant & IS_KEEPALIVE)
		strbuf_puts(out, " NAT keepalive");
	if (!p)
		return;
	name = name_find(isakmp_described[IKE_HEADER + 5].names, p[18]);
	strbuf_printf(out, "v%u ", version);
	strbuf_puts(out, name ? name : "?");
	if (version == 2)
		strbuf_puts(out, p[19] & 0x20 ? " response" : " request");
	strbuf_printf(out, " id 0x%08x", load_be32(p + 20));
	c = ike_body(d, l, p);
	if (version == 1 && p[19] & FLAG_ENCRYPTED)
		strbuf_puts(out, " encrypted");
	else if (!opt->quiet)
		line_payloads(p, &c, version, out);
	strbuf_puts(out, ", length ");
	strbuf_uint(out, load_be32(p + 24));
}

const struct dissector isakmp_dissector = {
	.name = "isakmp",
	.title = "Internet Key Exchange",
	.id = PROTO_ISAKMP,
	.layer_class = CLASS_APPLICATION,
	.described = isakmp_described,
	.nr_described = IKE_NR_DESCRIBED,
	.keys = { { KEY_UDP_PORT, 500 }, { KEY_UDP_PORT, PORT_NAT } },
	.dissect = isakmp_dissect,
	.describe = isakmp_describe,
	.line = isakmp_line,
};
