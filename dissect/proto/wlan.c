/*
 * dissect/proto/wlan.c -- IEEE 802.11-2020: frame control, addresses, and how a protected frame is
 * enciphered. What an open data frame carries is LLC's.
 */
#include "dissect/proto/wlan.h"

#include "core/linktype.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	FLAG_TO_DS = 0x01,
	FLAG_FROM_DS = 0x02,
	FLAG_MORE_FRAGMENTS = 0x04,
	FLAG_RETRY = 0x08,
	FLAG_PROTECTED = 0x40,
	FLAG_ORDER = 0x80,
	SUBTYPE_QOS = 8, /* of data frames: bits of their own */
	SUBTYPE_NO_DATA = 4,
	CTL_BLOCK_ACK_REQUEST = 8,
	CTL_BLOCK_ACK = 9,
	CTL_PS_POLL = 10,
	CTL_RTS = 11,
	CTL_CTS = 12,
	CTL_ACK = 13,
	CTL_CF_END = 14,
	CTL_CF_END_ACK = 15,
	QOS_AMSDU = 0x80,
	IV_EXTENDED = 0x20,
	FCS_LEN = 4,
	WEP_ICV_LEN = 4,
};

/* Variants: who the addresses are. */
enum {
	IS_MANAGEMENT = 1 << 0,
	IS_IBSS = 1 << 1,
	IS_FROM_DS = 1 << 2,
	IS_TO_DS = 1 << 3,
	IS_WDS = 1 << 4,
	IS_TWO = 1 << 5, /* control frames with receiver and transmitter */
	IS_ONE = 1 << 6, /* with a receiver only */
	IS_PS_POLL = 1 << 7,
	HAS_THREE = IS_MANAGEMENT | IS_IBSS | IS_FROM_DS | IS_TO_DS,
	IS_DATA = IS_IBSS | IS_FROM_DS | IS_TO_DS | IS_WDS,
};

static const struct name_map type_names[] = {
	{ 0, "Management" }, { 1, "Control" }, { 2, "Data" }, { 3, "Extension" }, { 0, NULL },
};

static const struct field_desc wlan_fields[] = {
	{ "wlan.fc", "Frame control", 0, 16, FIELD_HEX },
	{ "wlan.fc.version", "Version", 6, 2, FIELD_UINT, FIELD_OVERLAP },
	{ "wlan.fc.type", "Type", 4, 2, FIELD_ENUM, FIELD_OVERLAP, .names = type_names },
	{ "wlan.fc.subtype", "Subtype", 0, 4, FIELD_UINT, FIELD_OVERLAP },
	{ "wlan.flags", "Flags", 8, 8, FIELD_HEX, FIELD_OVERLAP },
	{ "wlan.fc.tods", "To DS", 15, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "wlan.fc.fromds", "From DS", 14, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "wlan.fc.frag", "More fragments", 13, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "wlan.fc.retry", "Retry", 12, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "wlan.fc.pwrmgt", "Power management", 11, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "wlan.fc.moredata", "More data", 10, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "wlan.fc.protected", "Protected", 9, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "wlan.fc.order", "Order or HT control", 8, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "wlan.duration", "Duration", 16, 16, FIELD_UINT, FIELD_LE,
	  .variants = HAS_THREE | IS_WDS | IS_TWO | IS_ONE, .unit = "us" },
	{ "wlan.ra", "Receiver", 32, 48, FIELD_MAC, FIELD_OVERLAP,
	  .variants = HAS_THREE | IS_WDS | IS_TWO | IS_ONE },
	{ "wlan.ta", "Transmitter", 80, 48, FIELD_MAC, FIELD_OVERLAP | FIELD_OPT,
	  .variants = HAS_THREE | IS_WDS | IS_TWO | IS_PS_POLL },
	{ "wlan.da", "Destination", 32, 48, FIELD_MAC, FIELD_OVERLAP,
	  .variants = IS_MANAGEMENT | IS_IBSS | IS_FROM_DS },
	{ "wlan.da", "Destination", 128, 48, FIELD_MAC, FIELD_OVERLAP | FIELD_OPT,
	  .variants = IS_TO_DS | IS_WDS },
	{ "wlan.sa", "Source", 80, 48, FIELD_MAC, FIELD_OVERLAP | FIELD_OPT,
	  .variants = IS_MANAGEMENT | IS_IBSS | IS_TO_DS },
	{ "wlan.sa", "Source", 128, 48, FIELD_MAC, FIELD_OVERLAP | FIELD_OPT,
	  .variants = IS_FROM_DS },
	{ "wlan.sa", "Source", 192, 48, FIELD_MAC, FIELD_OVERLAP | FIELD_OPT, .variants = IS_WDS },
	{ "wlan.bssid", "BSS id", 32, 48, FIELD_MAC, FIELD_OVERLAP,
	  .variants = IS_TO_DS | IS_PS_POLL },
	{ "wlan.bssid", "BSS id", 80, 48, FIELD_MAC, FIELD_OVERLAP | FIELD_OPT,
	  .variants = IS_FROM_DS },
	{ "wlan.bssid", "BSS id", 128, 48, FIELD_MAC, FIELD_OVERLAP | FIELD_OPT,
	  .variants = IS_MANAGEMENT | IS_IBSS },
	{ "wlan.staa", "Station", 32, 48, FIELD_MAC, FIELD_OVERLAP, .variants = IS_FROM_DS },
	{ "wlan.staa", "Station", 80, 48, FIELD_MAC, FIELD_OVERLAP | FIELD_OPT,
	  .variants = IS_IBSS | IS_TO_DS },
};

/* The frame control's first two bytes, taken apart. */
struct kind {
	unsigned type, subtype;
	uint8_t flags;
};

static struct kind kind_of(const uint8_t *p)
{
	return (struct kind){ p[0] >> 2 & 3, p[0] >> 4, p[1] };
}

static uint8_t variant_of(struct kind k)
{
	static const uint8_t data[4] = { IS_IBSS, IS_TO_DS, IS_FROM_DS, IS_WDS };

	if (k.type == WLAN_MANAGEMENT)
		return IS_MANAGEMENT;
	if (k.type == WLAN_DATA)
		return data[k.flags & (FLAG_TO_DS | FLAG_FROM_DS)];
	switch (k.subtype) {
	case CTL_PS_POLL:
		return IS_PS_POLL;
	case CTL_RTS:
	case CTL_BLOCK_ACK:
	case CTL_BLOCK_ACK_REQUEST:
	case CTL_CF_END:
	case CTL_CF_END_ACK:
		return IS_TWO;
	default:
		return IS_ONE;
	}
}

static bool has_qos(struct kind k)
{
	return k.type == WLAN_DATA && k.subtype & SUBTYPE_QOS;
}

static size_t header_len(struct kind k, uint8_t variant)
{
	const bool htc = k.flags & FLAG_ORDER;

	if (variant & (IS_TWO | IS_PS_POLL))
		return 16;
	if (variant & IS_ONE)
		return 10;
	return 24 + (variant == IS_WDS ? 6 : 0) + (has_qos(k) ? 2 : 0) +
	       (htc && (has_qos(k) || variant == IS_MANAGEMENT) ? 4 : 0);
}

/* Radiotap says whether a checksum and padding are there; who else carries frames has neither. */
static unsigned carrier_flags(const struct dissection *d, const struct layer *l)
{
	return layer_carrier(d, l) == PROTO_RADIOTAP ? l[-1].variant : 0;
}

/*
 * Where the cipher's parameters end, from the body on: 4 for WEP, 8 with an extended IV. WEP's
 * check value stands behind what is encrypted.
 */
static struct next take_protected(struct dissection *d, struct cursor *c)
{
	const uint8_t *iv = cursor_take(c, 4);
	size_t pos;

	if (!iv)
		return next_none();
	pos = (size_t)(c->pos - d->frame.data);
	if (iv[3] & IV_EXTENDED)
		cursor_skip(c, 4);
	else if (d->wire_end >= pos + WEP_ICV_LEN)
		dissect_limit(d, c, d->wire_end - pos - WEP_ICV_LEN);
	return next_none();
}

static struct next take_body(struct dissection *d, struct layer *l, struct cursor *c,
			     const uint8_t *p, struct kind k)
{
	const uint8_t *qos = p + (l->variant == IS_WDS ? 30 : 24);

	if (k.type == WLAN_CONTROL) {
		if (k.subtype == CTL_BLOCK_ACK || k.subtype == CTL_BLOCK_ACK_REQUEST)
			dissect_take_rest(d, c);
		return next_none();
	}
	if (k.flags & FLAG_PROTECTED)
		return take_protected(d, c);
	if (k.type == WLAN_MANAGEMENT) {
		dissect_take_rest(d, c);
		return next_none();
	}
	/* Later fragments have no LLC header, and aggregates have another one in front. */
	if (k.subtype & SUBTYPE_NO_DATA || p[22] & 15 || (has_qos(k) && *qos & QOS_AMSDU))
		return next_none();
	return next_key(KEY_PROTO, PROTO_LLC);
}

static struct next wlan_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const unsigned carrier = carrier_flags(d, l);
	const size_t start = (size_t)(c->pos - d->frame.data);
	const uint8_t *p;
	struct kind k;
	size_t len;

	if (carrier & WLAN_HAS_FCS && d->wire_end >= start + FCS_LEN)
		dissect_limit(d, c, d->wire_end - start - FCS_LEN);
	p = cursor_take(c, 2);
	if (unlikely(!p))
		return next_none();
	k = kind_of(p);
	if (p[0] & 3 || k.type == WLAN_EXTENSION) /* headers of other shapes */
		return next_none();
	l->variant = variant_of(k);
	len = header_len(k, l->variant);
	if (!cursor_take(c, len - 2))
		return next_none();
	if (carrier & WLAN_HAS_PAD && k.type == WLAN_DATA)
		cursor_skip(c, align_up(len, 4) - len);
	return take_body(d, l, c, p, k);
}

static void put_bits(struct field_out *o, enum wlan_field f, unsigned value, const uint8_t *p,
		     size_t n)
{
	field_put_num(o, &wlan_described[f], value, p, n);
}

static unsigned le16(const uint8_t *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

static void block_ack_describe(const struct dissection *d, const struct layer *l,
			       struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 16, 4);

	if (!p)
		return;
	put_bits(o, WLANF_BA_CONTROL, le16(p), p, 2);
	put_bits(o, WLANF_BA_POLICY, p[0] & 1, p, 1);
	put_bits(o, WLANF_BA_TYPE, p[0] >> 1 & 15, p, 2);
	put_bits(o, WLANF_BA_TID, p[1] >> 4, p, 2);
	put_bits(o, WLANF_BA_SSC, le16(p + 2), p + 2, 2);
	put_bits(o, WLANF_BA_FRAGMENT, p[2] & 15, p + 2, 1);
	put_bits(o, WLANF_BA_SEQUENCE, le16(p + 2) >> 4, p + 2, 2);
	if (l->hdr_len > 20)
		field_put_bytes(o, &wlan_described[WLANF_BA_BITMAP], p + 4, l->hdr_len - 20u);
}

/* IEEE 802.11-2020 12.3 to 12.5. TKIP repeats a byte of its counter in a known way. */
static void cipher_describe(const uint8_t *iv, size_t n, struct field_out *o)
{
	char text[24];
	struct strbuf s = strbuf_over(text, sizeof(text));
	const bool tkip = iv[1] == ((iv[0] | 0x20) & 0x7f);
	unsigned i;

	put_bits(o, WLANF_WEP_KEY, iv[3] >> 6, iv + 3, 1);
	if (!(iv[3] & IV_EXTENDED)) {
		put_bits(o, WLANF_WEP_IV, load_be24(iv), iv, 3);
		return;
	}
	if (n < 8)
		return;
	strbuf_puts(&s, "0x");
	for (i = 8; i-- > 4;)
		strbuf_hex(&s, iv[i], 2);
	strbuf_hex(&s, tkip ? iv[0] : iv[1], 2);
	strbuf_hex(&s, tkip ? iv[2] : iv[0], 2);
	field_put_text(o, &wlan_described[tkip ? WLANF_TKIP_IV : WLANF_CCMP_IV], text, s.len, iv,
		       8);
}

static void qos_describe(const uint8_t *p, bool from_ap, struct field_out *o)
{
	put_bits(o, WLANF_QOS, le16(p), p, 2);
	put_bits(o, WLANF_QOS_TID, p[0] & 15, p, 1);
	if (from_ap)
		put_bits(o, WLANF_QOS_EOSP, p[0] >> 4 & 1, p, 1);
	put_bits(o, WLANF_QOS_ACK, p[0] >> 5 & 3, p, 2);
	put_bits(o, WLANF_QOS_AMSDU, p[0] >> 7, p, 1);
}

/* The checksum lies behind all layers; it is there when the whole frame was captured. */
static void fcs_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const struct frame_view *f = &d->frame;
	const uint8_t *p;

	if (!(carrier_flags(d, l) & WLAN_HAS_FCS) || f->cap_len < f->wire_len ||
	    f->cap_len < l->off + l->hdr_len + FCS_LEN)
		return;
	p = f->data + f->cap_len - FCS_LEN;
	field_put_num(o, &wlan_described[WLANF_FCS], load_le32(p), p, FCS_LEN);
}

/* Behind what WEP has encrypted, in front of the checksum. */
static void icv_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const size_t behind = WEP_ICV_LEN + (carrier_flags(d, l) & WLAN_HAS_FCS ? FCS_LEN : 0);
	const struct frame_view *f = &d->frame;
	const uint8_t *p;

	if (f->wire_len < l->off + l->hdr_len + behind ||
	    f->cap_len < f->wire_len - behind + WEP_ICV_LEN)
		return;
	p = f->data + f->wire_len - behind;
	put_bits(o, WLANF_WEP_ICV, load_be32(p), p, WEP_ICV_LEN);
}

static void wlan_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, 2);
	size_t len;
	struct kind k;

	if (!p || !l->variant)
		return;
	k = kind_of(p);
	put_bits(o, WLANF_TYPE_SUBTYPE, k.type << 4 | k.subtype, p, 2);
	put_bits(o, WLANF_DS, k.flags & (FLAG_TO_DS | FLAG_FROM_DS), p + 1, 1);
	len = header_len(k, l->variant);
	if (l->hdr_len < len)
		return;
	if (k.type == WLAN_CONTROL) {
		if (k.subtype == CTL_BLOCK_ACK || k.subtype == CTL_BLOCK_ACK_REQUEST)
			block_ack_describe(d, l, o);
		if (k.subtype == CTL_PS_POLL) /* the two highest bits are always set */
			put_bits(o, WLANF_POLL_AID, le16(p + 2) & 0x3fff, p + 2, 2);
		fcs_describe(d, l, o);
		return;
	}
	put_bits(o, WLANF_FRAG, p[22] & 15, p + 22, 1);
	put_bits(o, WLANF_SEQ, le16(p + 22) >> 4, p + 22, 2);
	if (has_qos(k))
		qos_describe(p + (l->variant == IS_WDS ? 30 : 24), k.flags & FLAG_FROM_DS, o);
	if (k.flags & FLAG_ORDER && (has_qos(k) || k.type == WLAN_MANAGEMENT))
		put_bits(o, WLANF_HTC, load_le32(p + len - 4), p + len - 4, 4);
	if (carrier_flags(d, l) & WLAN_HAS_PAD && k.type == WLAN_DATA)
		len = align_up(len, 4);
	if (k.flags & FLAG_PROTECTED && l->hdr_len >= len + 4) {
		cipher_describe(p + len, l->hdr_len - len, o);
		if (!(p[len + 3] & IV_EXTENDED))
			icv_describe(d, l, o);
	} else if (k.type == WLAN_MANAGEMENT) {
		wlan_management_describe(k.subtype, p + len, l->hdr_len - len, o);
	}
	fcs_describe(d, l, o);
}

void wlan_line_addresses(const uint8_t *p, uint8_t variant, struct strbuf *out)
{
	static const struct {
		uint8_t variants, to, from;
	} roles[] = {
		{ IS_MANAGEMENT | IS_IBSS, 4, 10 },
		{ IS_FROM_DS, 4, 16 },
		{ IS_TO_DS, 16, 10 },
		{ IS_WDS, 16, 24 },
		{ IS_TWO, 4, 10 },
		{ IS_PS_POLL, 4, 10 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(roles); i++) {
		if (!(roles[i].variants & variant))
			continue;
		text_mac(p + roles[i].from, out);
		strbuf_puts(out, " > ");
		text_mac(p + roles[i].to, out);
		return;
	}
	strbuf_puts(out, "> ");
	text_mac(p + 4, out);
}

static void line_cipher(const uint8_t *iv, struct strbuf *out)
{
	if (!(iv[3] & IV_EXTENDED))
		strbuf_puts(out, ", WEP key ");
	else if (iv[1] == ((iv[0] | 0x20) & 0x7f))
		strbuf_puts(out, ", TKIP key ");
	else
		strbuf_puts(out, ", CCMP key ");
	strbuf_uint(out, iv[3] >> 6);
}

/* An open data frame speaks through what it carries. */
static void wlan_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 2);
	const char *name;
	struct kind k;
	size_t len;

	if (p && !opt->link_header && !layer_is_last(d, l))
		return;
	line_paint(opt, PAINT_PROTOCOL, "802.11", out);
	if (!p)
		return;
	k = kind_of(p);
	if (!l->variant) {
		strbuf_puts(out, p[0] & 3 ? " of an unknown version" : " extension");
		return;
	}
	name = name_find(wlan_subtype_names, k.type << 4 | k.subtype);
	strbuf_putc(out, ' ');
	strbuf_puts(out, name ? name : "unknown subtype");
	len = header_len(k, l->variant);
	if (l->hdr_len < len)
		return;
	strbuf_putc(out, ' ');
	wlan_line_addresses(p, l->variant, out);
	if (opt->quiet)
		return;
	if (k.flags & FLAG_RETRY)
		strbuf_puts(out, ", retry");
	if (k.flags & FLAG_PROTECTED && k.type != WLAN_CONTROL && l->hdr_len >= len + 4)
		line_cipher(p + len, out);
	else if (k.type == WLAN_MANAGEMENT)
		wlan_management_line(k.subtype, p + len, l->hdr_len - len, out);
	if (k.type == WLAN_DATA && !(k.subtype & SUBTYPE_NO_DATA) && layer_is_last(d, l)) {
		strbuf_puts(out, k.flags & FLAG_MORE_FRAGMENTS ? ", fragment, " : ", ");
		line_length(d, out);
	}
}

const struct dissector wlan_dissector = {
	.name = "wlan",
	.title = "IEEE 802.11",
	.id = PROTO_WLAN,
	.layer_class = CLASS_LINK,
	.min_hdr_len = 10,
	.fields = wlan_fields,
	.nr_fields = ARRAY_SIZE(wlan_fields),
	.described = wlan_described,
	.nr_described = WLANF_COUNT,
	.keys = { { KEY_LINKTYPE, LINKTYPE_IEEE802_11 } },
	.dissect = wlan_dissect,
	.describe = wlan_describe,
	.line = wlan_line,
};
