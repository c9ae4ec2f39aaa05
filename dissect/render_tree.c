#include "dissect/registry.h"
#include "dissect/render.h"

struct tree_out {
	struct field_out out;
	struct strbuf *text;
};

static void tree_put(struct field_out *o, const struct field_value *v)
{
	struct strbuf *out = ((struct tree_out *)o)->text;

	strbuf_printf(out, "\t%s%-28s %-32s ", v->desc->flags & FIELD_OVERLAP ? "  " : "",
		      v->desc->label, v->desc->name);
	field_text(v, out);
	strbuf_putc(out, '\n');
}

void render_tree(const struct registry *reg, const struct dissection *d,
		 const struct render_options *opt, struct strbuf *out)
{
	struct tree_out tree = { .out.put = tree_put, .text = out };
	unsigned i;

	for (i = 0; i < d->nr_layers; i++) {
		const struct layer *l = &d->layers[i];
		const struct dissector *p = registry_by_id(reg, l->proto);

		if (!p)
			continue;
		strbuf_puts(out, "    ");
		line_paint(opt, PAINT_PROTOCOL, p->title, out);
		strbuf_printf(out, " (%s), bytes %u to %u\n", p->name, l->off, l->off + l->hdr_len);
		field_walk(p, d, l, &tree.out);
	}
	if (d->payload_wire_len)
		strbuf_printf(out, "    Data, %u bytes, %u captured\n", d->payload_wire_len,
			      d->payload_len);
	if (d->status != DISSECT_OK)
		strbuf_printf(out, "    Packet is %s\n",
			      dissect_status_name((enum dissect_status)d->status));
}
