#include <string.h>

#include "dissect/registry.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	DEPTH_MAX = 8, /* headings within headings; deeper ones stand beside each other */
	INDENT = 2,
	LABEL_COLUMN = 8, /* where a layer's fields start */
	NAME_COLUMN = 42,
	VALUE_COLUMN = 76,
	RAW_SHOWN_MAX = 16,
};

/* The bytes of a heading: what lies within belongs under it. */
struct span {
	const uint8_t *at;
	size_t len;
};

struct tree_out {
	struct field_out out;
	struct strbuf *text;
	const struct render_options *opt;
	struct span open[DEPTH_MAX];
	unsigned depth;
};

/* At least one space, and as many as it takes from line start to column. */
static void pad_to(struct strbuf *out, size_t start, size_t column)
{
	do
		strbuf_putc(out, ' ');
	while (out->len - start < column && !out->overflow);
}

static bool lies_within(const struct field_value *v, const struct span *s)
{
	return v->at && v->at >= s->at && v->at + v->at_len <= s->at + s->len;
}

/* "0101 .... ": the bits of a field that does not fill its bytes. */
static void put_bits(const struct field_value *v, struct strbuf *out)
{
	const unsigned first = v->desc->bit % 8, last = first + v->desc->bits;
	unsigned i;

	for (i = 0; i < v->at_len * 8; i++) {
		const bool set = v->at[i / 8] & 0x80 >> i % 8;

		if (i && i % 4 == 0)
			strbuf_putc(out, ' ');
		strbuf_putc(out, i < first || i >= last ? '.' : set ? '1' : '0');
	}
}

/* -vv: what stands in the packet. */
static void put_raw(const struct field_value *v, struct strbuf *out)
{
	const size_t n = MIN_OF(v->at_len, (size_t)RAW_SHOWN_MAX);
	size_t i;

	if (!v->at || !n || v->desc->kind == FIELD_GROUP)
		return;
	strbuf_puts(out, "  [");
	if (v->desc->bits && (v->desc->bits % 8 || v->desc->bit % 8) && v->at_len <= 8) {
		put_bits(v, out);
	} else {
		for (i = 0; i < n; i++) {
			if (i)
				strbuf_putc(out, ' ');
			strbuf_hex(out, v->at[i], 2);
		}
		if (n < v->at_len)
			strbuf_puts(out, " ...");
	}
	strbuf_putc(out, ']');
}

static void tree_put(struct field_out *o, const struct field_value *v)
{
	struct tree_out *t = (struct tree_out *)o;
	struct strbuf *out = t->text;
	const size_t start = out->len;
	unsigned indent;
	size_t value;

	while (t->depth && !lies_within(v, &t->open[t->depth - 1]))
		t->depth--;
	indent = LABEL_COLUMN + INDENT * t->depth;
	if (v->desc->flags & FIELD_OVERLAP)
		indent += INDENT;
	pad_to(out, start, indent);
	strbuf_puts(out, v->desc->label);
	if (v->desc->kind == FIELD_GROUP) {
		if (v->len) {
			strbuf_puts(out, ": ");
			field_text(v, out);
		}
		if (v->at && t->depth < DEPTH_MAX)
			t->open[t->depth++] = (struct span){ v->at, v->at_len };
	} else {
		pad_to(out, start, NAME_COLUMN);
		strbuf_puts(out, v->desc->name);
		pad_to(out, start, VALUE_COLUMN);
		value = out->len;
		field_text(v, out);
		if (out->len == value)
			strbuf_puts(out, "(empty)");
		if (v->desc->unit) {
			strbuf_putc(out, ' ');
			strbuf_puts(out, v->desc->unit);
		}
		if (v->desc->kind == FIELD_MAC && t->opt->vendor)
			line_vendor(t->opt, v->bytes, out);
		if (t->opt->raw)
			put_raw(v, out);
	}
	strbuf_putc(out, '\n');
}

/* What no protocol took: its first bytes, and what they are as text. */
static void put_data(const struct dissection *d, struct strbuf *out)
{
	const size_t n = MIN_OF(d->payload_len, (uint32_t)RAW_SHOWN_MAX);
	const uint8_t *p = d->frame.data + d->payload_off;
	size_t i;

	strbuf_printf(out, "    Data, %u bytes, %u captured", d->payload_wire_len, d->payload_len);
	if (n)
		strbuf_putc(out, ':');
	for (i = 0; i < n; i++) {
		strbuf_putc(out, ' ');
		strbuf_hex(out, p[i], 2);
	}
	if (n) {
		strbuf_puts(out, n < d->payload_len ? " ...  " : "  ");
		text_printable(p, n, n, out);
	}
	strbuf_putc(out, '\n');
}

void render_tree(const struct registry *reg, const struct dissection *d,
		 const struct render_options *opt, struct strbuf *out)
{
	struct tree_out tree = { .out.put = tree_put, .text = out, .opt = opt };
	unsigned i;

	for (i = 0; i < d->nr_layers; i++) {
		const struct layer *l = &d->layers[i];
		const struct dissector *p = registry_by_id(reg, l->proto);

		if (!p)
			continue;
		strbuf_puts(out, "    ");
		line_paint(opt, PAINT_PROTOCOL, p->title, out);
		strbuf_printf(out, " (%s), bytes %u to %u\n", p->name, l->off, l->off + l->hdr_len);
		tree.depth = 0;
		field_walk(p, d, l, &tree.out);
	}
	if (d->payload_wire_len)
		put_data(d, out);
	if (d->notes & NOTE_NEED_MORE)
		strbuf_printf(out,
			      "    The message from byte %u on needs %u bytes more, of a later "
			      "segment\n",
			      d->pdu_off, d->pdu_need);
	if (d->status != DISSECT_OK)
		strbuf_printf(out, "    Packet is %s\n",
			      dissect_status_name((enum dissect_status)d->status));
}
