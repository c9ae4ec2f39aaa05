/*
 * dissect/proto/eap.c -- Extensible Authentication Protocol, RFC 3748; TLS RFC 5216, PEAP, TTLS RFC
 * 5281, MS-CHAP-V2 as Microsoft describes it.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { EAP_HDR_LEN = 4, TEXT_SHOWN_MAX = 64 };

enum { EAP_REQUEST = 1, EAP_RESPONSE = 2 };

enum eap_type {
	TYPE_IDENTITY = 1,
	TYPE_NOTIFICATION = 2,
	TYPE_NAK = 3,
	TYPE_MD5 = 4,
	TYPE_TLS = 13,
	TYPE_LEAP = 17,
	TYPE_SIM = 18,
	TYPE_TTLS = 21,
	TYPE_AKA = 23,
	TYPE_PEAP = 25,
	TYPE_MSCHAPV2 = 26,
	TYPE_FAST = 43,
	TYPE_PSK = 47,
	TYPE_AKA_PRIME = 50,
	TYPE_PWD = 52,
	TYPE_TEAP = 55,
	TYPE_EXPANDED = 254,
};

enum { TYPED = 1 << 0, UNTYPED = 1 << 1 };

static const struct name_map code_names[] = {
	{ 1, "Request" },  { 2, "Response" }, { 3, "Success" }, { 4, "Failure" },
	{ 5, "Initiate" }, { 6, "Finish" },   { 0, NULL },
};

static const struct name_map type_names[] = {
	{ TYPE_IDENTITY, "Identity" },
	{ TYPE_NOTIFICATION, "Notification" },
	{ TYPE_NAK, "Nak" },
	{ TYPE_MD5, "MD5-Challenge" },
	{ 5, "One-Time-Password" },
	{ 6, "Generic-Token-Card" },
	{ TYPE_TLS, "TLS" },
	{ TYPE_LEAP, "LEAP" },
	{ TYPE_SIM, "SIM" },
	{ TYPE_TTLS, "TTLS" },
	{ TYPE_AKA, "AKA" },
	{ TYPE_PEAP, "PEAP" },
	{ TYPE_MSCHAPV2, "MS-CHAP-V2" },
	{ TYPE_FAST, "FAST" },
	{ TYPE_PSK, "PSK" },
	{ TYPE_AKA_PRIME, "AKA'" },
	{ TYPE_PWD, "PWD" },
	{ TYPE_TEAP, "TEAP" },
	{ TYPE_EXPANDED, "Expanded" },
	{ 0, NULL },
};

static const struct name_map mschap_names[] = {
	{ 1, "Challenge" }, { 2, "Response" },        { 3, "Success" },
	{ 4, "Failure" },   { 7, "Change-Password" }, { 0, NULL },
};

static const struct name_map vendor_names[] = {
	{ 0, "IETF" },
	{ 0x137, "Microsoft" },
	{ 0x372a, "Wi-Fi Alliance" },
	{ 0, NULL },
};

static const struct field_desc eap_fields[] = {
	{ "eap.code", "Code", 0, 8, FIELD_ENUM, .names = code_names },
	{ "eap.id", "Identifier", 8, 8, FIELD_UINT },
	{ "eap.len", "Length", 16, 16, FIELD_UINT },
	{ "eap.type", "Type", 32, 8, FIELD_ENUM, FIELD_OPT, .variants = TYPED,
	  .names = type_names },
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)
#define FLAG(name, label, bit)                                                   \
	{                                                                        \
		name, label, bit, 1, FIELD_FLAG, FIELD_DESCRIBED | FIELD_OVERLAP \
	}

enum {
	F_IDENTITY,
	F_NOTIFICATION,
	F_DESIRED,
	F_MD5_SIZE,
	F_MD5_VALUE,
	F_MD5_EXTRA,
	F_TLS,
	F_TLS_LAST = F_TLS + 3,
	F_TLS_VERSION,
	F_TLS_LEN,
	F_MSCHAP,
	F_MSCHAP_LAST = F_MSCHAP + 2,
	F_MSCHAP_SIZE,
	F_MSCHAP_CHALLENGE,
	F_MSCHAP_RESPONSE,
	F_MSCHAP_NAME,
	F_MSCHAP_MESSAGE,
	F_VENDOR,
	F_VENDOR_LAST,
	F_DATA,
	F_TYPE_DATA,
};

static const struct field_desc eap_described[] = {
	[F_IDENTITY] = { "eap.identity", "Identity", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[F_NOTIFICATION] = { "eap.notification", "Notification", 0, 0, FIELD_TEXT,
			     FIELD_DESCRIBED },
	[F_DESIRED] = { "eap.desired_type", "Desired type", 0, 0, FIELD_ENUM, LISTED,
			.names = type_names },
	[F_MD5_SIZE] = { "eap.md5.value_size", "Value size", 0, 0, FIELD_UINT, FIELD_DESCRIBED },
	[F_MD5_VALUE] = { "eap.md5.value", "Value", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
	[F_MD5_EXTRA] = { "eap.md5.extra_data", "Extra data", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
	[F_TLS] = { "eap.tls.flags", "Flags", 0, 8, FIELD_HEX, FIELD_DESCRIBED },
	FLAG("eap.tls.flags.len_included", "Length included", 0),
	FLAG("eap.tls.flags.more_fragments", "More fragments", 1),
	[F_TLS_LAST] = FLAG("eap.tls.flags.start", "Start", 2),
	[F_TLS_VERSION] = { "eap.tls.flags.version", "Version", 5, 3, FIELD_UINT, FIELD_DESCRIBED },
	[F_TLS_LEN] = { "eap.tls.len", "TLS length", 0, 0, FIELD_UINT, FIELD_DESCRIBED },
	[F_MSCHAP] = { "eap.ms_chap_v2.opcode", "Opcode", 0, 8, FIELD_ENUM, FIELD_DESCRIBED,
		       .names = mschap_names },
	{ "eap.ms_chap_v2.id", "Identifier", 8, 8, FIELD_UINT, FIELD_DESCRIBED },
	[F_MSCHAP_LAST] = { "eap.ms_chap_v2.length", "Length", 16, 16, FIELD_UINT,
			    FIELD_DESCRIBED },
	[F_MSCHAP_SIZE] = { "eap.ms_chap_v2.value_size", "Value size", 0, 0, FIELD_UINT,
			    FIELD_DESCRIBED },
	[F_MSCHAP_CHALLENGE] = { "eap.ms_chap_v2.challenge", "Challenge", 0, 0, FIELD_BYTES,
				 FIELD_DESCRIBED },
	[F_MSCHAP_RESPONSE] = { "eap.ms_chap_v2.response", "Response", 0, 0, FIELD_BYTES,
				FIELD_DESCRIBED },
	[F_MSCHAP_NAME] = { "eap.ms_chap_v2.name", "Name", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[F_MSCHAP_MESSAGE] = { "eap.ms_chap_v2.message", "Message", 0, 0, FIELD_TEXT,
			       FIELD_DESCRIBED },
	[F_VENDOR] = { "eap.ext.vendor_id", "Vendor", 0, 24, FIELD_ENUM,
		       FIELD_DESCRIBED | FIELD_BASE_HEX, .names = vendor_names },
	[F_VENDOR_LAST] = { "eap.ext.vendor_type", "Vendor's type", 24, 32, FIELD_HEX,
			    FIELD_DESCRIBED },
	[F_DATA] = { "eap.data", "Data", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
	[F_TYPE_DATA] = { "eap.type_data", "Data of its type", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
};

static struct next eap_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, EAP_HDR_LEN);
	size_t len;

	l->variant = UNTYPED;
	if (unlikely(!p))
		return next_none();
	len = load_be16(p + 2);
	if (len < EAP_HDR_LEN)
		return next_malformed(d, NOTE_BAD_LENGTH);
	if ((p[0] == EAP_REQUEST || p[0] == EAP_RESPONSE) && len > EAP_HDR_LEN)
		l->variant = TYPED;
	dissect_limit(d, c, len - EAP_HDR_LEN);
	dissect_take_rest(d, c);
	return next_none();
}

static void put(struct field_out *o, unsigned field, const uint8_t *p, size_t n)
{
	if (!n)
		return;
	if (eap_described[field].kind < FIELD_MAC)
		field_put_uint(o, &eap_described[field], p, n);
	else
		field_put_bytes(o, &eap_described[field], p, n);
}

/* A byte of size, so many bytes, and whatever follows. */
static void put_sized(struct field_out *o, struct cursor *c, unsigned size, unsigned value,
		      unsigned rest)
{
	const uint8_t *p = cursor_take(c, 1), *v;

	if (!p)
		return;
	put(o, size, p, 1);
	v = cursor_take(c, *p);
	if (!v)
		return;
	put(o, value, v, *p);
	put(o, rest, c->pos, cursor_left(c));
}

static void describe_tls(struct cursor *c, bool versioned, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 1), *len;

	if (!p)
		return;
	field_put_table(o, &eap_described[F_TLS],
			(versioned ? F_TLS_VERSION : F_TLS_LAST) - F_TLS + 1, 0, p, 1);
	if (!(*p & 0x80))
		return;
	len = cursor_take(c, 4);
	if (len)
		put(o, F_TLS_LEN, len, 4);
}

static void describe_mschap(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);

	if (!p) { /* a success or failure is acknowledged by its opcode alone */
		return;
	}
	field_put_table(o, &eap_described[F_MSCHAP], F_MSCHAP_LAST - F_MSCHAP + 1, 0, p, 4);
	if (p[0] == 1)
		put_sized(o, c, F_MSCHAP_SIZE, F_MSCHAP_CHALLENGE, F_MSCHAP_NAME);
	else if (p[0] == 2)
		put_sized(o, c, F_MSCHAP_SIZE, F_MSCHAP_RESPONSE, F_MSCHAP_NAME);
	else
		put(o, F_MSCHAP_MESSAGE, c->pos, cursor_left(c));
}

static void eap_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, EAP_HDR_LEN + 1);
	const uint8_t *p = layer_bytes(d, l, 0, EAP_HDR_LEN + 1);

	if (!p || l->variant != TYPED)
		return;
	switch ((enum eap_type)p[EAP_HDR_LEN]) {
	case TYPE_IDENTITY:
		put(o, F_IDENTITY, c.pos, cursor_left(&c));
		break;
	case TYPE_NOTIFICATION:
		put(o, F_NOTIFICATION, c.pos, cursor_left(&c));
		break;
	case TYPE_NAK:
		while (cursor_left(&c))
			put(o, F_DESIRED, cursor_take(&c, 1), 1);
		break;
	case TYPE_MD5:
		put_sized(o, &c, F_MD5_SIZE, F_MD5_VALUE, F_MD5_EXTRA);
		break;
	case TYPE_TLS:
		describe_tls(&c, false, o);
		break;
	case TYPE_TTLS:
	case TYPE_PEAP:
	case TYPE_FAST:
	case TYPE_TEAP:
		describe_tls(&c, true, o);
		break;
	case TYPE_MSCHAPV2:
		describe_mschap(&c, o);
		break;
	case TYPE_EXPANDED:
		field_put_table(o, &eap_described[F_VENDOR], 2, 0, c.pos, cursor_left(&c));
		break;
	case TYPE_LEAP:
	case TYPE_SIM:
	case TYPE_AKA:
	case TYPE_PSK:
	case TYPE_AKA_PRIME:
	case TYPE_PWD:
		put(o, F_TYPE_DATA, c.pos, cursor_left(&c));
		break;
	default:
		put(o, F_DATA, c.pos, cursor_left(&c));
		break;
	}
}

static void eap_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, EAP_HDR_LEN);
	const uint8_t *type = layer_bytes(d, l, EAP_HDR_LEN, 1);
	struct cursor c = layer_cursor(d, l, EAP_HDR_LEN + 1);
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "EAP", out);
	if (!p)
		return;
	name = name_find(code_names, p[0]);
	if (name)
		strbuf_printf(out, " %s id %u", name, p[1]);
	else
		strbuf_printf(out, " code %u id %u", p[0], p[1]);
	if (!type || l->variant != TYPED)
		return;
	name = name_find(type_names, *type);
	if (name)
		strbuf_printf(out, " %s", name);
	else
		strbuf_printf(out, " type %u", *type);
	if ((*type == TYPE_IDENTITY || *type == TYPE_NOTIFICATION) && cursor_left(&c)) {
		strbuf_putc(out, ' ');
		text_printable(c.pos, cursor_left(&c), TEXT_SHOWN_MAX, out);
	} else if (*type == TYPE_NAK && cursor_left(&c)) {
		name = name_find(type_names, *c.pos);
		if (name)
			strbuf_printf(out, " wants %s", name);
	}
}

const struct dissector eap_dissector = {
	.name = "eap",
	.title = "Extensible Authentication Protocol",
	.id = PROTO_EAP,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = EAP_HDR_LEN,
	.fields = eap_fields,
	.nr_fields = ARRAY_SIZE(eap_fields),
	.described = eap_described,
	.nr_described = ARRAY_SIZE(eap_described),
	.dissect = eap_dissect,
	.describe = eap_describe,
	.line = eap_line,
};
