/* dissect/proto/pppoes.c -- PPP over Ethernet sessions, RFC 2516. */
#include <stdio.h>

#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/pppoe.h"
#include "dissect/render.h"

static struct next pppoes_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, PPPOE_HDR_LEN);

	if (unlikely(!p))
		return next_none();
	dissect_limit(d, c, load_be16(p + 4));
	return cursor_left(c) ? next_key(KEY_PROTO, PROTO_PPP) : next_none();
}

static void pppoes_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, PPPOE_HDR_LEN);
	char text[32];

	if (!p)
		return;
	snprintf(text, sizeof(text), "pppoe 0x%04x", load_be16(p + 2));
	line_paint(opt, PAINT_TAG, text, out);
	if (p[1])
		strbuf_printf(out, " code 0x%02x", p[1]);
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_length(d, out);
	}
}

const struct dissector pppoes_dissector = {
	.name = "pppoes",
	.title = "PPP over Ethernet session",
	.id = PROTO_PPPOES,
	.layer_class = CLASS_TAG,
	.min_hdr_len = PPPOE_HDR_LEN,
	.fields = pppoe_fields,
	.nr_fields = NR_PPPOE_FIELDS,
	.keys = { { KEY_ETHERTYPE, 0x8864 } },
	.dissect = pppoes_dissect,
	.line = pppoes_line,
};
