/* dissect/proto/eth.c -- Ethernet II and IEEE 802.3 length frames, with what trails the packet. */
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	ETH_HDR_LEN = 14,
	ETH_LENGTH_MAX = 1500, /* up to here the field is a length */
	ETH_TYPE_MIN = 0x600,  /* from here on a type; between them it is nothing */
	ETH_MIN_LEN = 60,      /* shorter frames are padded; without the check sequence */
	ETH_FCS_LEN = 4,
	IPX_NO_CHECKSUM = 0xffff, /* an 802.3 frame of Novell's without LLC begins so */
};

enum {
	ETH_TYPED = 1 << 0,
	ETH_LENGTH = 1 << 1,
	ETH_INVALID = 1 << 2,
};

static const struct field_desc eth_fields[] = {
	{ "eth.dst", "Destination", 0, 48, FIELD_MAC },
	{ "eth.dst.lg", "Locally administered", 6, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "eth.dst.ig", "Group address", 7, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "eth.src", "Source", 48, 48, FIELD_MAC },
	{ "eth.src.lg", "Locally administered", 54, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "eth.src.ig", "Group address", 55, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "eth.type", "Type", 96, 16, FIELD_ENUM, FIELD_BASE_HEX, .variants = ETH_TYPED,
	  .names = ethertype_names },
	{ "eth.len", "Length", 96, 16, FIELD_UINT, .variants = ETH_LENGTH, .unit = "bytes" },
	{ "eth.invalid_lentype", "Neither type nor length", 96, 16, FIELD_HEX,
	  .variants = ETH_INVALID },
};

enum { ETH_PADDING, ETH_TRAILER, ETH_FCS };

static const struct field_desc eth_described[] = {
	[ETH_PADDING] = { "eth.padding", "Padding", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
	[ETH_TRAILER] = { "eth.trailer", "Trailer", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
	[ETH_FCS] = { "eth.fcs", "Check sequence, perhaps", 0, 0, FIELD_HEX, FIELD_DESCRIBED },
};

static struct next eth_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, ETH_HDR_LEN);
	uint16_t type;

	if (unlikely(!p)) {
		l->variant = ETH_TYPED;
		return next_none();
	}
	type = load_be16(p + 12);
	if (likely(type >= ETH_TYPE_MIN)) {
		l->variant = ETH_TYPED;
		return next_key(KEY_ETHERTYPE, type);
	}
	l->variant = type > ETH_LENGTH_MAX ? ETH_INVALID : ETH_LENGTH;
	if (l->variant == ETH_INVALID)
		return next_none();
	dissect_limit(d, c, type);
	if (cursor_left(c) >= 2 && load_be16(c->pos) == IPX_NO_CHECKSUM)
		return next_none();
	return next_key(KEY_PROTO, PROTO_LLC);
}

static bool ip_above(const struct dissection *d, const struct layer *l)
{
	while (++l < d->layers + d->nr_layers)
		if (l->proto == PROTO_IPV4 || l->proto == PROTO_IPV6)
			return true;
	return false;
}

/*
 * Where the packet of the network layer above l ends, by its own length; 0: nobody says. Only what
 * the first header above link and tags claims counts: its payload may end earlier.
 */
static size_t network_end(const struct dissection *d, const struct layer *l)
{
	const struct layer *end = d->layers + d->nr_layers;
	const uint8_t *p;

	if (!ip_above(d, l)) /* whatever there is has told its length, or fills the frame */
		return d->wire_end;
	for (l++; l < end && (l->proto == PROTO_VLAN || l->proto == PROTO_MPLS); l++)
		;
	if (l == end)
		return 0;
	p = layer_bytes(d, l, 0, l->proto == PROTO_IPV6 ? 40 : 20);
	if (p && l->proto == PROTO_IPV4 && load_be16(p + 2) >= 20)
		return l->off + load_be16(p + 2);
	if (p && l->proto == PROTO_IPV6 && load_be16(p + 4))
		return l->off + 40u + load_be16(p + 4);
	return 0;
}

/* The zeros behind the packet's end that fill the frame to its minimum; none where others follow.
 */
static size_t padding_len(const struct frame_view *f, size_t end)
{
	const size_t need = end < ETH_MIN_LEN ? ETH_MIN_LEN - end : 0;
	size_t i;

	if (f->cap_len < end + need)
		return 0;
	for (i = 0; i < need; i++)
		if (f->data[end + i])
			return 0; /* somebody else's */
	return need;
}

/*
 * Behind the packet stand zeros that fill the frame to its minimum, then what a tap or switch
 * appended, then, in a frame that needs no padding to be this long, most likely the check sequence.
 * In a tunnel there is none, and nobody knows who filled up what.
 */
static void eth_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const struct frame_view *f = &d->frame;
	const bool outer = l == d->layers;
	size_t end, wire_end = f->wire_len, n, pad;
	const uint8_t *p;

	/* MACsec's check value is no trailer. */
	if (l->hdr_len < ETH_HDR_LEN || (d->nr_layers > 1 && d->layers[1].proto == PROTO_MACSEC))
		return;
	if (!outer) {
		if (!checksum_span(d, l, &n))
			return;
		wire_end = l->off + n;
	}
	end = network_end(d, l);
	if (!end || end >= MIN_OF(wire_end, (size_t)f->cap_len))
		return;
	pad = outer ? padding_len(f, end) : 0;
	if (pad)
		field_put_bytes(o, &eth_described[ETH_PADDING], f->data + end, pad);
	p = f->data + end + pad;
	n = wire_end - end - pad;
	if (outer && n >= ETH_FCS_LEN && wire_end >= ETH_MIN_LEN + ETH_FCS_LEN)
		n -= ETH_FCS_LEN;
	wire_end = (size_t)(p - f->data) + n;
	n = MIN_OF(n, f->cap_len - (size_t)(p - f->data));
	if (n)
		field_put_bytes(o, &eth_described[ETH_TRAILER], p, n);
	if (outer && wire_end < f->wire_len && f->wire_len == f->cap_len)
		field_put_uint(o, &eth_described[ETH_FCS], p + n, ETH_FCS_LEN);
}

static void eth_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, ETH_HDR_LEN);
	const bool last = layer_is_last(d, l);

	if (!p || !(opt->link_header || last || l->variant == ETH_LENGTH))
		return;
	text_mac(p + 6, out);
	strbuf_puts(out, " > ");
	text_mac(p, out);
	if (l->variant == ETH_LENGTH) {
		strbuf_printf(out, ", 802.3, length %u", load_be16(p + 12));
		if (last && d->payload_wire_len)
			strbuf_puts(out, ", no LLC");
	} else if (l->variant == ETH_INVALID) {
		strbuf_printf(out, ", neither type nor length (%u), ", load_be16(p + 12));
		line_length(d, out);
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
	.min_hdr_len = ETH_HDR_LEN,
	.fields = eth_fields,
	.nr_fields = ARRAY_SIZE(eth_fields),
	.described = eth_described,
	.nr_described = ARRAY_SIZE(eth_described),
	.keys = { { KEY_LINKTYPE, 1 }, { KEY_ETHERTYPE, 0x6558 }, { KEY_IPPROTO, 143 } },
	.dissect = eth_dissect,
	.describe = eth_describe,
	.line = eth_line,
};
