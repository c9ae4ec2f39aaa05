/*
 * dissect/proto/ieee8021ah.c -- provider backbone bridges, IEEE 802.1ah: the I-TAG with the
 * customer's addresses and type behind it.
 */
#include <stdio.h>

#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { ITAG_LEN = 18, LENGTH_MAX = 1500 };

static const struct field_desc ieee8021ah_fields[] = {
	{ "ieee8021ah.priority", "Priority", 0, 3, FIELD_UINT },
	{ "ieee8021ah.drop", "Drop eligible", 3, 1, FIELD_UINT },
	{ "ieee8021ah.nca", "No customer address", 4, 1, FIELD_UINT },
	{ "ieee8021ah.res1", "Reserved 1", 5, 1, FIELD_UINT },
	{ "ieee8021ah.res2", "Reserved 2", 6, 2, FIELD_UINT },
	{ "ieee8021ah.isid", "Service id", 8, 24, FIELD_UINT },
	{ "ieee8021ah.cdst", "Customer destination", 32, 48, FIELD_MAC },
	{ "ieee8021ah.csrc", "Customer source", 80, 48, FIELD_MAC },
	{ "ieee8021ah.etype", "Type", 128, 16, FIELD_ENUM, FIELD_BASE_HEX,
	  .names = ethertype_names },
};

static struct next ieee8021ah_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, ITAG_LEN);
	uint16_t type;

	if (unlikely(!p))
		return next_none();
	type = load_be16(p + ITAG_LEN - 2);
	if (type > LENGTH_MAX)
		return next_key(KEY_ETHERTYPE, type);
	dissect_limit(d, c, type);
	return next_key(KEY_PROTO, PROTO_LLC);
}

static void ieee8021ah_line(const struct dissection *d, const struct layer *l,
			    const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, ITAG_LEN);
	char text[32];

	if (!p)
		return;
	snprintf(text, sizeof(text), "i-sid %u", load_be24(p + 1));
	line_paint(opt, PAINT_TAG, text, out);
	if (p[0] >> 5)
		strbuf_printf(out, " p%u", p[0] >> 5);
	if (opt->link_header) {
		strbuf_putc(out, ' ');
		text_mac(p + 10, out);
		strbuf_puts(out, " > ");
		text_mac(p + 4, out);
	}
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_unknown_ethertype(d, load_be16(p + ITAG_LEN - 2), out);
	}
}

const struct dissector ieee8021ah_dissector = {
	.name = "ieee8021ah",
	.title = "Provider backbone bridge",
	.id = PROTO_IEEE8021AH,
	.layer_class = CLASS_TAG,
	.min_hdr_len = ITAG_LEN,
	.fields = ieee8021ah_fields,
	.nr_fields = ARRAY_SIZE(ieee8021ah_fields),
	.keys = { { KEY_ETHERTYPE, 0x88e7 } },
	.dissect = ieee8021ah_dissect,
	.line = ieee8021ah_line,
};
