/* dissect/proto/macsec.c -- MAC security tag, IEEE 802.1AE-2018 clause 9. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	TAG_LEN = 6,
	SCI_LEN = 8,
	ICV_LEN = 16,
	TYPE_LEN = 2,
	LENGTH_MAX = 1500,
	SHORT_LEN_MASK = 0x3f,
};

/* Of the tag's first byte. */
enum {
	TCI_SC = 0x20,
	TCI_E = 0x08, /* encrypted */
	TCI_C = 0x04, /* changed text: not what the user sent */
};

enum { HAS_SCI = 1 << 0, NO_SCI = 1 << 1, PLAIN = 1 << 2 };

static const struct field_desc macsec_fields[] = {
	{ "macsec.TCI", "Control information", 0, 6, FIELD_HEX },
	{ "macsec.TCI.V", "Version", 0, 1, FIELD_HEX, FIELD_OVERLAP, .digits = 2 },
	{ "macsec.TCI.ES", "End station", 1, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "macsec.TCI.SC", "Channel id present", 2, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "macsec.TCI.SCB", "Single copy broadcast", 3, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "macsec.TCI.E", "Encrypted", 4, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "macsec.TCI.C", "Changed text", 5, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "macsec.AN", "Association number", 6, 2, FIELD_HEX, .digits = 2 },
	{ "macsec.SL", "Short length", 8, 8, FIELD_UINT },
	{ "macsec.PN", "Packet number", 16, 32, FIELD_UINT },
	{ "macsec.SCI.system_identifier", "System id", 48, 48, FIELD_MAC, FIELD_OPT,
	  .variants = HAS_SCI },
	{ "macsec.SCI.port_identifier", "Port id", 96, 16, FIELD_UINT, FIELD_OPT,
	  .variants = HAS_SCI },
};

enum { F_ETYPE, F_ICV };

static const struct field_desc macsec_described[] = {
	[F_ETYPE] = { "macsec.etype", "Type", 0, 0, FIELD_ENUM, FIELD_DESCRIBED | FIELD_BASE_HEX,
		      .names = ethertype_names },
	[F_ICV] = { "macsec.ICV", "Check value", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
};

/*
 * Bytes from frame offset `off` to the check value, which ends the packet unless a short length
 * says that padding follows; 0: there is no room for them.
 */
static size_t secured_len(const struct dissection *d, const struct layer *l, size_t off)
{
	const uint8_t short_len = d->frame.data[l->off + 1] & SHORT_LEN_MASK;
	const size_t left = d->wire_end > off ? d->wire_end - off : 0;

	if (left < ICV_LEN)
		return 0;
	return short_len ? MIN_OF((size_t)short_len, left - ICV_LEN) : left - ICV_LEN;
}

static struct next macsec_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, TAG_LEN);
	size_t len;

	l->variant = NO_SCI;
	if (unlikely(!p))
		return next_none();
	if (p[0] & TCI_SC) {
		l->variant = HAS_SCI;
		if (!cursor_take(c, SCI_LEN))
			return next_none();
	}
	if (p[0] & (TCI_E | TCI_C))
		return next_none();
	/* Only integrity is protected: the user's type and data stand here as they were sent. */
	len = secured_len(d, l, (size_t)(c->pos - d->frame.data));
	if (len < TYPE_LEN)
		return next_none();
	p = cursor_take(c, TYPE_LEN);
	if (!p)
		return next_none();
	l->variant |= PLAIN;
	dissect_limit(d, c, len - TYPE_LEN);
	if (load_be16(p) <= LENGTH_MAX)
		return next_key(KEY_PROTO, PROTO_LLC);
	return next_key(KEY_ETHERTYPE, load_be16(p));
}

static void macsec_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const struct frame_view *f = &d->frame;
	const uint8_t *p = layer_bytes(d, l, 0, TAG_LEN), *type;
	size_t off, len;

	if (!p)
		return;
	if (l->variant & PLAIN) {
		type = layer_bytes(d, l, l->hdr_len - TYPE_LEN, TYPE_LEN);
		if (type)
			field_put_uint(o, &macsec_described[F_ETYPE], type, TYPE_LEN);
	}
	/* In a tunnel nobody knows any more where this packet ended. */
	off = l->off + TAG_LEN + (p[0] & TCI_SC ? SCI_LEN : 0);
	if (l != d->layers + 1)
		return;
	len = p[1] & SHORT_LEN_MASK;
	if (!len && f->cap_len == f->wire_len && f->cap_len >= off + ICV_LEN)
		len = f->cap_len - ICV_LEN - off;
	if (!len || off + len + ICV_LEN > f->cap_len)
		return;
	field_put_bytes(o, &macsec_described[F_ICV], f->data + off + len, ICV_LEN);
}

static void macsec_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, TAG_LEN);
	const uint8_t *sci = layer_bytes(d, l, TAG_LEN, SCI_LEN);

	line_paint(opt, PAINT_TAG, "macsec", out);
	if (!p)
		return;
	strbuf_printf(out, " an %u pn %u", p[0] & 3, load_be32(p + 2));
	if (sci && l->variant & HAS_SCI && !opt->quiet) {
		strbuf_puts(out, " sci ");
		text_mac(sci, out);
		strbuf_printf(out, "/%u", load_be16(sci + 6));
	}
	if (p[0] & TCI_E)
		strbuf_puts(out, " encrypted");
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_length(d, out);
	}
}

const struct dissector macsec_dissector = {
	.name = "macsec",
	.title = "MAC security tag",
	.id = PROTO_MACSEC,
	.layer_class = CLASS_TAG,
	.min_hdr_len = TAG_LEN,
	.fields = macsec_fields,
	.nr_fields = ARRAY_SIZE(macsec_fields),
	.described = macsec_described,
	.nr_described = ARRAY_SIZE(macsec_described),
	.keys = { { KEY_ETHERTYPE, 0x88e5 } },
	.dissect = macsec_dissect,
	.describe = macsec_describe,
	.line = macsec_line,
};
