/*
 * dissect/proto/wg.c -- WireGuard, the message formats of its paper (5.4); what they carry is
 * encrypted (RFC 8439). Any port: a type, three zero bytes and a length that fits the type.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	WG_INITIATION = 1,
	WG_RESPONSE = 2,
	WG_COOKIE = 3,
	WG_DATA = 4,
	INITIATION_LEN = 148,
	RESPONSE_LEN = 92,
	COOKIE_LEN = 64,
	DATA_HDR_LEN = 16,
	DATA_LEN_MIN = 32, /* with nothing in it: a keepalive */
	KEY_LEN = 32,
	KEY_TEXT_LEN = 44,
	IS_INITIATION = 1 << 0,
	IS_RESPONSE = 1 << 1,
	IS_COOKIE = 1 << 2,
	IS_DATA = 1 << 3,
};

static const struct name_map type_names[] = {
	{ WG_INITIATION, "Handshake Initiation" },
	{ WG_RESPONSE, "Handshake Response" },
	{ WG_COOKIE, "Cookie Reply" },
	{ WG_DATA, "Transport Data" },
	{ 0, NULL },
};

#define LATER FIELD_OPT

static const struct field_desc wg_fields[] = {
	{ "wg.type", "Type", 0, 8, FIELD_ENUM, .names = type_names },
	{ "wg.reserved", "Reserved", 8, 24, FIELD_BYTES },
	{ "wg.sender", "Sender", 32, 32, FIELD_HEX, FIELD_LE,
	  .variants = IS_INITIATION | IS_RESPONSE },
	{ "wg.receiver", "Receiver", 64, 32, FIELD_HEX, FIELD_LE | LATER, .variants = IS_RESPONSE },
	{ "wg.receiver", "Receiver", 32, 32, FIELD_HEX, FIELD_LE, .variants = IS_COOKIE | IS_DATA },
	{ "wg.encrypted_static", "Static key, encrypted", 40 * 8, 48 * 8, FIELD_BYTES, LATER,
	  .variants = IS_INITIATION },
	{ "wg.encrypted_timestamp", "Timestamp, encrypted", 88 * 8, 28 * 8, FIELD_BYTES, LATER,
	  .variants = IS_INITIATION },
	{ "wg.mac1", "MAC 1", 116 * 8, 16 * 8, FIELD_BYTES, LATER, .variants = IS_INITIATION },
	{ "wg.mac2", "MAC 2", 132 * 8, 16 * 8, FIELD_BYTES, LATER, .variants = IS_INITIATION },
	{ "wg.encrypted_empty", "Nothing, encrypted", 44 * 8, 16 * 8, FIELD_BYTES, LATER,
	  .variants = IS_RESPONSE },
	{ "wg.mac1", "MAC 1", 60 * 8, 16 * 8, FIELD_BYTES, LATER, .variants = IS_RESPONSE },
	{ "wg.mac2", "MAC 2", 76 * 8, 16 * 8, FIELD_BYTES, LATER, .variants = IS_RESPONSE },
	{ "wg.nonce", "Nonce", 8 * 8, 24 * 8, FIELD_BYTES, LATER, .variants = IS_COOKIE },
	{ "wg.encrypted_cookie", "Cookie, encrypted", 32 * 8, 32 * 8, FIELD_BYTES, LATER,
	  .variants = IS_COOKIE },
	{ "wg.counter", "Counter", 64, 64, FIELD_UINT, FIELD_LE | LATER, .variants = IS_DATA },
};

enum { WG_EPHEMERAL };

static const struct field_desc wg_described[] = {
	[WG_EPHEMERAL] = { "wg.ephemeral", "Ephemeral key", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
};

/* The length of a type's messages; of data, its header's. 0: no such type. */
static size_t message_len(uint8_t type)
{
	switch (type) {
	case WG_INITIATION:
		return INITIATION_LEN;
	case WG_RESPONSE:
		return RESPONSE_LEN;
	case WG_COOKIE:
		return COOKIE_LEN;
	case WG_DATA:
		return DATA_HDR_LEN;
	default:
		return 0;
	}
}

static bool wg_looks_right(const uint8_t *p, size_t len, size_t wire_len)
{
	if (len < 4 || p[1] || p[2] || p[3])
		return false;
	if (*p == WG_DATA)
		return wire_len >= DATA_LEN_MIN && wire_len % 16 == 0;
	return message_len(*p) && wire_len == message_len(*p);
}

static bool wg_guess(const uint8_t *p, size_t len)
{
	return wg_looks_right(p, len, len);
}

static struct next wg_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;

	if (!wg_looks_right(p, cursor_left(c), d->wire_end - l->off))
		return next_reject();
	l->variant = (uint8_t)(1 << (*p - 1));
	cursor_skip(c, message_len(*p));
	return next_none();
}

/* RFC 4648 4, as all of WireGuard's tools write keys. */
static void put_key(const uint8_t *key, struct field_out *o)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char text[KEY_TEXT_LEN + 1];
	struct strbuf out = strbuf_over(text, sizeof(text));
	uint32_t group;
	size_t i;

	for (i = 0; i + 3 <= KEY_LEN; i += 3) {
		group = load_be24(key + i);
		strbuf_putc(&out, letters[group / 262144]);
		strbuf_putc(&out, letters[group / 4096 % 64]);
		strbuf_putc(&out, letters[group / 64 % 64]);
		strbuf_putc(&out, letters[group % 64]);
	}
	group = load_be16(key + i); /* two bytes are left */
	strbuf_putc(&out, letters[group / 1024]);
	strbuf_putc(&out, letters[group / 16 % 64]);
	strbuf_putc(&out, letters[group % 16 * 4]);
	strbuf_putc(&out, '=');
	field_put_text(o, &wg_described[WG_EPHEMERAL], text, out.len, key, KEY_LEN);
}

static void wg_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *key = NULL;

	if (l->variant == IS_INITIATION)
		key = layer_bytes(d, l, 8, KEY_LEN);
	else if (l->variant == IS_RESPONSE)
		key = layer_bytes(d, l, 12, KEY_LEN);
	if (key)
		put_key(key, o);
}

static void line_index(const char *text, const uint8_t *p, struct strbuf *out)
{
	if (!p)
		return;
	strbuf_puts(out, text);
	strbuf_hex(out, load_le32(p), 8);
}

static void wg_line(const struct dissection *d, const struct layer *l,
		    const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);
	const uint8_t *counter;

	line_paint(opt, PAINT_PROTOCOL, "WireGuard", out);
	if (!p)
		return;
	strbuf_putc(out, ' ');
	strbuf_puts(out, name_find(type_names, *p));
	if (l->variant & (IS_INITIATION | IS_RESPONSE))
		line_index(" sender 0x", layer_bytes(d, l, 4, 4), out);
	if (l->variant & (IS_COOKIE | IS_DATA))
		line_index(" receiver 0x", layer_bytes(d, l, 4, 4), out);
	if (l->variant == IS_RESPONSE)
		line_index(" receiver 0x", layer_bytes(d, l, 8, 4), out);
	counter = l->variant == IS_DATA ? layer_bytes(d, l, 8, 8) : NULL;
	if (!counter)
		return;
	strbuf_puts(out, " counter ");
	strbuf_uint(out, (uint64_t)load_le32(counter + 4) << 32 | load_le32(counter));
	if (d->payload_wire_len == DATA_LEN_MIN - DATA_HDR_LEN) {
		strbuf_puts(out, " keepalive");
	} else {
		strbuf_puts(out, ", ");
		line_length(d, out);
	}
}

const struct dissector wg_dissector = {
	.name = "wg",
	.title = "WireGuard",
	.id = PROTO_WG,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = 8,
	.fields = wg_fields,
	.nr_fields = ARRAY_SIZE(wg_fields),
	.described = wg_described,
	.nr_described = ARRAY_SIZE(wg_described),
	.keys = { { KEY_UDP_PORT, 51820 } },
	.guess = wg_guess,
	.guess_first = "\1\2\3\4",
	.guess_udp = true,
	.dissect = wg_dissect,
	.describe = wg_describe,
	.line = wg_line,
};
