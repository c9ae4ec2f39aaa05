/* dissect/proto/tftp.c -- Trivial File Transfer Protocol, RFC 1350; options RFC 2347 to 2349. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	OP_READ = 1,
	OP_WRITE = 2,
	OP_DATA = 3,
	OP_ACK = 4,
	OP_ERROR = 5,
	OP_OPTIONS = 6,
	OPTIONS_MAX = 32,
	TEXT_SHOWN = 64,
};

enum {
	HAS_BLOCK = 1 << 0,
	HAS_ERROR = 1 << 1,
	HAS_FILE = 1 << 2,
	HAS_OPTIONS = 1 << 3,
};

static const struct name_map opcode_names[] = {
	{ OP_READ, "read request" },
	{ OP_WRITE, "write request" },
	{ OP_DATA, "data" },
	{ OP_ACK, "acknowledgement" },
	{ OP_ERROR, "error" },
	{ OP_OPTIONS, "option acknowledgement" },
	{ 0, NULL },
};

static const struct name_map error_names[] = {
	{ 0, "not defined" },         { 1, "file not found" },
	{ 2, "access violation" },    { 3, "disk full" },
	{ 4, "illegal operation" },   { 5, "unknown transfer id" },
	{ 6, "file already exists" }, { 7, "no such user" },
	{ 8, "option refused" },      { 0, NULL },
};

static const struct field_desc tftp_fields[] = {
	{ "tftp.opcode", "Opcode", 0, 16, FIELD_ENUM, .names = opcode_names },
	{ "tftp.block", "Block", 16, 16, FIELD_UINT, FIELD_OPT, .variants = HAS_BLOCK },
	{ "tftp.error.code", "Error", 16, 16, FIELD_ENUM, FIELD_OPT, .variants = HAS_ERROR,
	  .names = error_names },
};

enum { D_SOURCE, D_DESTINATION, D_TYPE, D_MESSAGE, D_OPTION, D_NAME, D_VALUE };

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc tftp_described[] = {
	[D_SOURCE] = { "tftp.source_file", "Source file", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[D_DESTINATION] = { "tftp.destination_file", "Destination file", 0, 0, FIELD_TEXT,
			    FIELD_DESCRIBED },
	[D_TYPE] = { "tftp.type", "Mode", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[D_MESSAGE] = { "tftp.error.message", "Message", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[D_OPTION] = { "tftp.option", "Option", 0, 0, FIELD_GROUP, LISTED },
	[D_NAME] = { "tftp.option.name", "Name", 0, 0, FIELD_TEXT, LISTED },
	[D_VALUE] = { "tftp.option.value", "Value", 0, 0, FIELD_TEXT, LISTED },
};

struct text_part {
	const uint8_t *p;
	size_t len; /* without its NUL */
};

/* Text up to a NUL, or what is left of it. False: nothing left. */
static bool text_next(struct cursor *c, struct text_part *ret)
{
	const uint8_t *end;

	if (!cursor_left(c))
		return false;
	ret->p = c->pos;
	end = memchr(c->pos, 0, cursor_left(c));
	ret->len = end ? (size_t)(end - ret->p) : cursor_left(c);
	c->pos += ret->len + (end ? 1 : 0);
	return true;
}

static struct next tftp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;
	uint16_t op;

	if (cursor_left(c) < 2)
		return next_reject();
	op = load_be16(p);
	if (op < OP_READ || op > OP_OPTIONS)
		return next_reject();
	if (op <= OP_WRITE || op == OP_OPTIONS) {
		/* A name, or the first option, starts with a character that can be printed. */
		if (cursor_left(c) < 3 || p[2] < 0x20)
			return next_reject();
		l->variant = op == OP_OPTIONS ? HAS_OPTIONS : HAS_FILE;
		dissect_take_rest(d, c);
	} else if (op == OP_ERROR) {
		l->variant = HAS_ERROR;
		cursor_skip(c, 4);
		dissect_take_rest(d, c);
	} else {
		l->variant = HAS_BLOCK;
		cursor_skip(c, 4);
	}
	return next_none();
}

static void put_text(struct field_out *o, unsigned which, const struct text_part *t)
{
	field_put_bytes(o, &tftp_described[which], t->p, t->len);
}

static void describe_options(struct cursor *c, struct field_out *o)
{
	struct text_part name, value;
	unsigned i;

	for (i = 0; i < OPTIONS_MAX && text_next(c, &name); i++) {
		const bool has_value = text_next(c, &value);

		field_put_group(o, &tftp_described[D_OPTION], NULL, name.p,
				(size_t)(c->pos - name.p));
		put_text(o, D_NAME, &name);
		if (has_value)
			put_text(o, D_VALUE, &value);
	}
}

static void tftp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, l->variant & (HAS_BLOCK | HAS_ERROR) ? 4 : 2);
	const uint8_t *p = layer_bytes(d, l, 0, 2);
	struct text_part text;

	if (!p)
		return;
	if (l->variant == HAS_ERROR && text_next(&c, &text))
		put_text(o, D_MESSAGE, &text);
	if (l->variant == HAS_FILE) {
		if (text_next(&c, &text))
			put_text(o, load_be16(p) == OP_READ ? D_SOURCE : D_DESTINATION, &text);
		if (text_next(&c, &text))
			put_text(o, D_TYPE, &text);
	}
	if (l->variant & (HAS_FILE | HAS_OPTIONS))
		describe_options(&c, o);
}

static void line_texts(struct cursor *c, unsigned max, struct strbuf *out)
{
	struct text_part text;

	while (max-- && text_next(c, &text)) {
		strbuf_putc(out, ' ');
		text_printable(text.p, text.len, TEXT_SHOWN, out);
	}
}

static void tftp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);
	struct cursor c = layer_cursor(d, l, l->variant & (HAS_BLOCK | HAS_ERROR) ? 4 : 2);
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "TFTP", out);
	if (!p)
		return;
	strbuf_putc(out, ' ');
	strbuf_puts(out, name_find(opcode_names, load_be16(p)));
	if (l->variant == HAS_BLOCK) {
		strbuf_puts(out, " block ");
		strbuf_uint(out, load_be16(p + 2));
		if (load_be16(p) == OP_DATA) {
			strbuf_puts(out, ", ");
			line_length(d, out);
		}
	} else if (l->variant == HAS_ERROR) {
		name = name_find(error_names, load_be16(p + 2));
		strbuf_printf(out, " %u (%s)", load_be16(p + 2), name ? name : "?");
		line_texts(&c, 1, out);
	} else {
		line_texts(&c, opt->quiet ? 1 : OPTIONS_MAX, out);
	}
}

const struct dissector tftp_dissector = {
	.name = "tftp",
	.title = "Trivial File Transfer Protocol",
	.id = PROTO_TFTP,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = 2,
	.fields = tftp_fields,
	.nr_fields = ARRAY_SIZE(tftp_fields),
	.described = tftp_described,
	.nr_described = ARRAY_SIZE(tftp_described),
	.keys = { { KEY_UDP_PORT, 69 } },
	.dissect = tftp_dissect,
	.describe = tftp_describe,
	.line = tftp_line,
};
