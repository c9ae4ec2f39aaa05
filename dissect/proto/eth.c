/* dissect/proto/eth.c -- Ethernet II and IEEE 802.3 length frames. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	ETH_LENGTH_MAX = 1500, /* up to here the field is a length; 1501 to 1535 mean nothing */
	ETH_TYPED = 1 << 0,
	ETH_LENGTH = 1 << 1,
};

static const struct field_desc eth_fields[] = {
	{ "eth.dst", "Destination", 0, 48, FIELD_MAC },
	{ "eth.src", "Source", 48, 48, FIELD_MAC },
	{ "eth.type", "Type", 96, 16, FIELD_ENUM, .variants = ETH_TYPED, .names = ethertype_names },
	{ "eth.len", "Length", 96, 16, FIELD_UINT, .variants = ETH_LENGTH },
};

static struct next eth_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 14);
	uint16_t type;

	if (unlikely(!p)) {
		l->variant = ETH_TYPED;
		return next_none();
	}
	type = load_be16(p + 12);
	if (likely(type > ETH_LENGTH_MAX)) {
		l->variant = ETH_TYPED;
		return next_key(KEY_ETHERTYPE, type);
	}
	l->variant = ETH_LENGTH;
	dissect_limit(d, c, type);
	return next_key(KEY_PROTO, PROTO_LLC);
}

static void eth_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 14);
	const bool last = layer_is_last(d, l);

	if (!p || !(opt->link_header || last || l->variant == ETH_LENGTH))
		return;
	text_mac(p + 6, out);
	strbuf_puts(out, " > ");
	text_mac(p, out);
	if (l->variant == ETH_LENGTH) {
		strbuf_printf(out, ", 802.3, length %u", load_be16(p + 12));
	} else if (last) {
		strbuf_puts(out, ", ");
		line_unknown_ethertype(d, load_be16(p + 12), out);
	} else {
		strbuf_puts(out, ", ethertype ");
		line_name_hex(ethertype_names, load_be16(p + 12), 4, out);
		strbuf_printf(out, ", length %u", d->frame.wire_len);
	}
}

const struct dissector eth_dissector = {
	.name = "eth",
	.title = "Ethernet",
	.id = PROTO_ETH,
	.layer_class = CLASS_LINK,
	.min_hdr_len = 14,
	.fields = eth_fields,
	.nr_fields = ARRAY_SIZE(eth_fields),
	.keys = { { KEY_LINKTYPE, 1 }, { KEY_ETHERTYPE, 0x6558 }, { KEY_IPPROTO, 143 } },
	.dissect = eth_dissect,
	.line = eth_line,
};
