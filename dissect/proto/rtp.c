/* dissect/proto/rtp.c -- Real-time Transport Protocol, RFC 3550; profile RFC 3551, extensions RFC
 * 8285. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	RTP_HDR_MIN = 12,
	RTP_VERSION = 2,
	HAS_PADDING = 0x20,
	HAS_EXTENSION = 0x10,
	RTCP_FIRST = 72, /* with its marker bit these are RTCP's packet types 200 to 204 */
	RTCP_LAST = 76,
	PROFILE_ONE_BYTE = 0xbede,
	PROFILE_TWO_BYTE = 0x1000, /* and the low four bits as the application likes */
};

static const struct name_map payload_names[] = {
	{ 0, "PCMU" },        { 3, "GSM" },       { 4, "G723" },        { 5, "DVI4 8000" },
	{ 6, "DVI4 16000" },  { 7, "LPC" },       { 8, "PCMA" },        { 9, "G722" },
	{ 10, "L16 stereo" }, { 11, "L16 mono" }, { 12, "QCELP" },      { 13, "CN" },
	{ 14, "MPA" },        { 15, "G728" },     { 16, "DVI4 11025" }, { 17, "DVI4 22050" },
	{ 18, "G729" },       { 25, "CelB" },     { 26, "JPEG" },       { 28, "nv" },
	{ 31, "H261" },       { 32, "MPV" },      { 33, "MP2T" },       { 34, "H263" },
	{ 0, NULL },
};

static const struct field_desc rtp_fields[] = {
	{ "rtp.version", "Version", 0, 2, FIELD_UINT },
	{ "rtp.padding", "Padding", 2, 1, FIELD_FLAG },
	{ "rtp.ext", "Extension", 3, 1, FIELD_FLAG },
	{ "rtp.cc", "Contributing sources", 4, 4, FIELD_UINT },
	{ "rtp.marker", "Marker", 8, 1, FIELD_FLAG },
	{ "rtp.p_type", "Payload type", 9, 7, FIELD_ENUM, .names = payload_names },
	{ "rtp.seq", "Sequence number", 16, 16, FIELD_UINT },
	{ "rtp.timestamp", "Timestamp", 32, 32, FIELD_UINT },
	{ "rtp.ssrc", "Synchronization source", 64, 32, FIELD_HEX },
};

enum {
	RTP_CSRC,
	RTP_PROFILE,
	RTP_EXT_LEN,
	RTP_ELEMENT,
	RTP_ELEMENT_ID,
	RTP_ELEMENT_LEN,
	RTP_ELEMENT_DATA,
	RTP_EXT_WORD,
	RTP_PADDING_COUNT,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc rtp_described[] = {
	[RTP_CSRC] = { "rtp.csrc.item", "Contributing source", 0, 0, FIELD_HEX, LISTED },
	[RTP_PROFILE] = { "rtp.ext.profile", "Extension profile", 0, 0, FIELD_HEX,
			  FIELD_DESCRIBED },
	[RTP_EXT_LEN] = { "rtp.ext.len", "Extension length in 4 bytes", 0, 0, FIELD_UINT,
			  FIELD_DESCRIBED },
	[RTP_ELEMENT] = { "rtp.ext.rfc5285", "Extension", 0, 0, FIELD_GROUP, LISTED },
	[RTP_ELEMENT_ID] = { "rtp.ext.rfc5285.id", "Identifier", 0, 0, FIELD_UINT, LISTED },
	[RTP_ELEMENT_LEN] = { "rtp.ext.rfc5285.len", "Length", 0, 0, FIELD_UINT, LISTED,
			      .unit = "bytes" },
	[RTP_ELEMENT_DATA] = { "rtp.ext.rfc5285.data", "Data", 0, 0, FIELD_BYTES, LISTED },
	[RTP_EXT_WORD] = { "rtp.hdr_ext", "Extension", 0, 0, FIELD_HEX, LISTED },
	[RTP_PADDING_COUNT] = { "rtp.padding.count", "Padding", 0, 0, FIELD_UINT, FIELD_DESCRIBED,
				.unit = "bytes" },
};

static struct next rtp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, RTP_HDR_MIN), *ext;
	uint8_t type;

	if (unlikely(!p))
		return next_none();
	type = p[1] & 127;
	if (p[0] >> 6 != RTP_VERSION || (type >= RTCP_FIRST && type <= RTCP_LAST))
		return next_reject();
	cursor_skip(c, (p[0] & 15) * 4u);
	if (p[0] & HAS_EXTENSION) {
		ext = cursor_take(c, 4);
		if (ext)
			cursor_skip(c, load_be16(ext + 2) * 4u);
	}
	return next_none();
}

static void put_element(const uint8_t *p, size_t head, uint8_t id, size_t len, struct field_out *o)
{
	field_put_group(o, &rtp_described[RTP_ELEMENT], NULL, p, head + len);
	field_put_num(o, &rtp_described[RTP_ELEMENT_ID], id, p, 1);
	field_put_num(o, &rtp_described[RTP_ELEMENT_LEN], len, p + head - 1, 1);
	if (len)
		field_put_bytes(o, &rtp_described[RTP_ELEMENT_DATA], p + head, len);
}

/* Elements with a head of one byte (length less 1) or two; a zero between them is padding. */
static void describe_elements(struct cursor *c, bool two_bytes, struct field_out *o)
{
	while (cursor_left(c)) {
		const uint8_t *p = c->pos;
		const uint8_t first = cursor_u8(c);
		size_t len;

		if (!first)
			continue;
		if (!two_bytes && first >> 4 == 15) /* the rest is not to be read */
			return;
		len = two_bytes ? cursor_u8(c) : (first & 15) + 1u;
		if (c->failed || !cursor_take(c, len))
			return;
		put_element(p, two_bytes ? 2 : 1, two_bytes ? first : first >> 4, len, o);
	}
}

static void describe_extension(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);
	uint16_t profile;

	if (!p)
		return;
	profile = load_be16(p);
	field_put_uint(o, &rtp_described[RTP_PROFILE], p, 2);
	field_put_uint(o, &rtp_described[RTP_EXT_LEN], p + 2, 2);
	if (profile == PROFILE_ONE_BYTE || (profile & 0xfff0) == PROFILE_TWO_BYTE) {
		describe_elements(c, profile != PROFILE_ONE_BYTE, o);
		return;
	}
	while ((p = cursor_take(c, 4)))
		field_put_uint(o, &rtp_described[RTP_EXT_WORD], p, 4);
}

static void rtp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, RTP_HDR_MIN), *q;
	struct cursor c = layer_cursor(d, l, RTP_HDR_MIN);
	unsigned nr;

	if (!p)
		return;
	for (nr = p[0] & 15; nr && (q = cursor_take(&c, 4)); nr--)
		field_put_uint(o, &rtp_described[RTP_CSRC], q, 4);
	if (p[0] & HAS_EXTENSION)
		describe_extension(&c, o);
	/* Its last byte says how much of the payload is none. */
	if (p[0] & HAS_PADDING && d->payload_len && d->payload_len == d->payload_wire_len)
		field_put_uint(o, &rtp_described[RTP_PADDING_COUNT],
			       d->frame.data + d->payload_off + d->payload_len - 1, 1);
}

static void rtp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, RTP_HDR_MIN);
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "RTP", out);
	if (!p)
		return;
	name = name_find(payload_names, p[1] & 127);
	strbuf_puts(out, name ? " " : " type ");
	if (name)
		strbuf_puts(out, name);
	else
		strbuf_uint(out, p[1] & 127);
	strbuf_puts(out, " ssrc 0x");
	strbuf_hex(out, load_be32(p + 8), 8);
	strbuf_puts(out, " seq ");
	strbuf_uint(out, load_be16(p + 2));
	strbuf_puts(out, " time ");
	strbuf_uint(out, load_be32(p + 4));
	if (p[1] & 0x80)
		strbuf_puts(out, " mark");
	strbuf_puts(out, ", ");
	line_length(d, out);
}

const struct dissector rtp_dissector = {
	.name = "rtp",
	.title = "Real-time Transport Protocol",
	.id = PROTO_RTP,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = RTP_HDR_MIN,
	.fields = rtp_fields,
	.nr_fields = ARRAY_SIZE(rtp_fields),
	.described = rtp_described,
	.nr_described = ARRAY_SIZE(rtp_described),
	.keys = { { KEY_UDP_PORT, 5004 } },
	.dissect = rtp_dissect,
	.describe = rtp_describe,
	.line = rtp_line,
};
