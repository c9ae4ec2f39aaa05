/* dissect/proto/etherip.c -- Ethernet in IP datagrams, RFC 3378. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum { ETHERIP_VERSION = 3 };

static const struct field_desc etherip_fields[] = {
	{ "etherip.ver", "Version", 0, 4, FIELD_UINT },
	{ "etherip.reserved", "Reserved", 4, 12, FIELD_HEX },
};

static struct next etherip_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	if (unlikely(!p))
		return next_none();
	return p[0] >> 4 == ETHERIP_VERSION ? next_key(KEY_PROTO, PROTO_ETH) : next_none();
}

static void etherip_line(const struct dissection *d, const struct layer *l,
			 const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 2);

	line_paint(opt, PAINT_TAG, "etherip", out);
	if (p && layer_is_last(d, l)) {
		strbuf_printf(out, " version %u, ", p[0] >> 4);
		line_length(d, out);
	}
}

const struct dissector etherip_dissector = {
	.name = "etherip",
	.title = "Ethernet in IP",
	.id = PROTO_ETHERIP,
	.layer_class = CLASS_TAG,
	.min_hdr_len = 2,
	.fields = etherip_fields,
	.nr_fields = ARRAY_SIZE(etherip_fields),
	.keys = { { KEY_IPPROTO, 97 } },
	.dissect = etherip_dissect,
	.line = etherip_line,
};
