/*
 * dissect/proto/loop.c -- Configuration Testing Protocol: Ethernet version 2.0 (1982) chapter 8,
 * not taken over by IEEE 802.3.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { LOOP_REPLY = 1, LOOP_FORWARD = 2, MESSAGES_MAX = 32 };

static const struct name_map function_names[] = {
	{ LOOP_REPLY, "reply" },
	{ LOOP_FORWARD, "forward data" },
	{ 0, NULL },
};

static const struct field_desc loop_fields[] = {
	{ "loop.skipcount", "Skip count", 0, 16, FIELD_UINT, FIELD_LE },
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST | FIELD_LE)

enum { F_RELEVANT, F_FUNCTION, F_RECEIPT, F_FORWARD };

static const struct field_desc loop_described[] = {
	[F_RELEVANT] = { "loop.relevant_function", "Function to do now", 0, 0, FIELD_ENUM,
			 FIELD_DESCRIBED | FIELD_LE, .names = function_names },
	[F_FUNCTION] = { "loop.function", "Function", 0, 0, FIELD_ENUM, LISTED,
			 .names = function_names },
	[F_RECEIPT] = { "loop.receipt_number", "Receipt number", 0, 0, FIELD_UINT, LISTED },
	[F_FORWARD] = { "loop.forwarding_address", "Forward to", 0, 0, FIELD_MAC,
			FIELD_DESCRIBED | FIELD_LIST },
};

static uint16_t load_le16(const uint8_t *p)
{
	return swap_u16(load_be16(p));
}

/* The messages follow one another until one of them is no forwarding. */
static struct next loop_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	unsigned n;

	if (!cursor_take(c, 2))
		return next_none();
	for (n = 0; n < MESSAGES_MAX; n++) {
		const uint8_t *p = cursor_take(c, 2);

		if (!p)
			return next_none();
		if (load_le16(p) == LOOP_REPLY)
			cursor_skip(c, 2);
		if (load_le16(p) != LOOP_FORWARD)
			return next_none();
		cursor_skip(c, 6);
	}
	return next_none();
}

static void loop_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *skip = layer_bytes(d, l, 0, 2);
	struct cursor c = layer_cursor(d, l, 2);
	const uint8_t *now = skip ? layer_bytes(d, l, 2u + load_le16(skip), 2) : NULL;
	unsigned n;

	if (now)
		field_put_uint(o, &loop_described[F_RELEVANT], now, 2);
	for (n = 0; n < MESSAGES_MAX && cursor_left(&c) >= 2; n++) {
		const uint8_t *p = cursor_take(&c, 2), *v;

		field_put_uint(o, &loop_described[F_FUNCTION], p, 2);
		v = cursor_take(&c, load_le16(p) == LOOP_FORWARD ? 6 : 2);
		if (!v)
			return;
		if (load_le16(p) == LOOP_FORWARD) {
			field_put_bytes(o, &loop_described[F_FORWARD], v, 6);
		} else {
			if (load_le16(p) == LOOP_REPLY)
				field_put_uint(o, &loop_described[F_RECEIPT], v, 2);
			return;
		}
	}
}

static void loop_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *skip = layer_bytes(d, l, 0, 2);
	const uint8_t *now = skip ? layer_bytes(d, l, 2u + load_le16(skip), 2) : NULL;
	const uint8_t *value = skip ? layer_bytes(d, l, 4u + load_le16(skip), 2) : NULL;

	line_paint(opt, PAINT_PROTOCOL, "Loopback test", out);
	if (!now)
		return;
	if (load_le16(now) == LOOP_REPLY && value)
		strbuf_printf(out, " reply, receipt %u", load_le16(value));
	else if (load_le16(now) == LOOP_FORWARD)
		strbuf_puts(out, " forward");
	else
		strbuf_printf(out, " function %u", load_le16(now));
}

const struct dissector loop_dissector = {
	.name = "loop",
	.title = "Configuration Testing Protocol",
	.id = PROTO_LOOP,
	.layer_class = CLASS_LINK,
	.min_hdr_len = 2,
	.fields = loop_fields,
	.nr_fields = ARRAY_SIZE(loop_fields),
	.described = loop_described,
	.nr_described = ARRAY_SIZE(loop_described),
	.keys = { { KEY_ETHERTYPE, 0x9000 } },
	.dissect = loop_dissect,
	.describe = loop_describe,
	.line = loop_line,
};
