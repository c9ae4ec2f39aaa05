/*
 * dissect/proto/quic.c -- QUIC: what all versions share RFC 8999, version 1 RFC 9000, version 2 RFC
 * 9369. The headers; what they protect is encrypted.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	FORM_LONG = 0x80,
	FIXED_BIT = 0x40,
	CID_MAX = 20,
	RETRY_TAG_LEN = 16,
	SHORT_LEN_MIN =
		21,       /* what keeps it apart from a stateless reset's shortest, RFC 9000 10.3 */
	PACKETS_MAX = 16, /* of one datagram */
	QUIC_PORT = 443,
};

/* The same four in every version; version 2 numbers them otherwise. */
enum quic_type { QUIC_INITIAL = 0, QUIC_ZERO_RTT = 1, QUIC_HANDSHAKE = 2, QUIC_RETRY = 3 };

#define VERSION_1     0x00000001u
#define VERSION_2     0x6b3343cfu
#define DRAFT_FIRST   0xff000017u /* 23, the first with today's header */
#define DRAFT_LAST    0xff000022u
#define GREASE_MASK   0x0f0f0f0fu /* reserved to be unknown, RFC 9000 15 */
#define GREASE_RESULT 0x0a0a0a0au

static const struct name_map form_names[] = {
	{ 0, "Short header" },
	{ 1, "Long header" },
	{ 0, NULL },
};

static const struct name_map version_names[] = {
	{ 0, "Version Negotiation" }, { VERSION_1, "1" }, { VERSION_2, "2" },
	{ 0xff00001d, "draft-29" },   { 0, NULL },
};

static const struct name_map type_names[] = {
	{ QUIC_INITIAL, "Initial" },
	{ QUIC_ZERO_RTT, "0-RTT" },
	{ QUIC_HANDSHAKE, "Handshake" },
	{ QUIC_RETRY, "Retry" },
	{ 0, NULL },
};

static const struct name_map type_2_names[] = {
	{ 0, "Retry" }, { 1, "Initial" }, { 2, "0-RTT" }, { 3, "Handshake" }, { 0, NULL },
};

enum {
	Q_PACKET,
	Q_PACKET_LEN,
	Q_FORM,
	Q_FIXED,
	Q_TYPE,
	Q_TYPE_2,
	Q_SPIN,
	Q_UNUSED,
	Q_VERSION,
	Q_DCIL,
	Q_DCID,
	Q_SCIL,
	Q_SCID,
	Q_SUPPORTED,
	Q_TOKEN_LEN,
	Q_TOKEN,
	Q_LENGTH,
	Q_RETRY_TOKEN,
	Q_RETRY_TAG,
	Q_PAYLOAD,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

/* Bits count from the packet's first byte. */
static const struct field_desc quic_described[] = {
	[Q_PACKET] = { "quic", "Packet", 0, 0, FIELD_GROUP, LISTED },
	[Q_PACKET_LEN] = { "quic.packet_length", "Packet length", 0, 0, FIELD_UINT, LISTED,
			   .unit = "bytes" },
	[Q_FORM] = { "quic.header_form", "Header form", 0, 1, FIELD_ENUM, LISTED,
		     .names = form_names },
	[Q_FIXED] = { "quic.fixed_bit", "Fixed bit", 1, 1, FIELD_FLAG, LISTED },
	[Q_TYPE] = { "quic.long.packet_type", "Packet type", 2, 2, FIELD_ENUM, LISTED,
		     .names = type_names },
	[Q_TYPE_2] = { "quic.long.packet_type_v2", "Packet type", 2, 2, FIELD_ENUM, LISTED,
		       .names = type_2_names },
	[Q_SPIN] = { "quic.spin_bit", "Spin bit", 2, 1, FIELD_FLAG, LISTED },
	[Q_UNUSED] = { "quic.vn.unused", "Unused", 1, 7, FIELD_HEX, LISTED },
	[Q_VERSION] = { "quic.version", "Version", 8, 32, FIELD_ENUM, LISTED | FIELD_BASE_HEX,
			.names = version_names },
	[Q_DCIL] = { "quic.dcil", "Destination id length", 0, 0, FIELD_UINT, LISTED,
		     .unit = "bytes" },
	[Q_DCID] = { "quic.dcid", "Destination connection id", 0, 0, FIELD_BYTES, LISTED },
	[Q_SCIL] = { "quic.scil", "Source id length", 0, 0, FIELD_UINT, LISTED, .unit = "bytes" },
	[Q_SCID] = { "quic.scid", "Source connection id", 0, 0, FIELD_BYTES, LISTED },
	[Q_SUPPORTED] = { "quic.supported_version", "Supported version", 0, 32, FIELD_ENUM,
			  LISTED | FIELD_BASE_HEX, .names = version_names },
	[Q_TOKEN_LEN] = { "quic.token_length", "Token length", 0, 0, FIELD_UINT, LISTED,
			  .unit = "bytes" },
	[Q_TOKEN] = { "quic.token", "Token", 0, 0, FIELD_BYTES, LISTED },
	[Q_LENGTH] = { "quic.length", "Length", 0, 0, FIELD_UINT, LISTED, .unit = "bytes" },
	[Q_RETRY_TOKEN] = { "quic.retry_token", "Retry token", 0, 0, FIELD_BYTES, LISTED },
	[Q_RETRY_TAG] = { "quic.retry_integrity_tag", "Integrity tag", 0, 0, FIELD_BYTES, LISTED },
	[Q_PAYLOAD] = { "quic.remaining_payload", "Protected", 0, 0, FIELD_BYTES, LISTED },
};

/* A length or number of 1, 2, 4 or 8 bytes, RFC 9000 16. */
struct varint {
	const uint8_t *p;
	size_t len; /* 0: not here */
	uint64_t value;
};

struct quic_packet {
	const uint8_t *start;
	size_t len;         /* of what is here */
	uint64_t whole_len; /* of what it claims */
	bool is_long;
	uint32_t version;
	enum quic_type type; /* of a long header of a version that is known */
	const uint8_t *dcid, *scid;
	uint8_t dcid_len, scid_len;
	struct varint token_len, length;
	const uint8_t *token;
	struct cursor rest; /* versions, a retry token, or what is protected */
};

static struct varint take_varint(struct cursor *c)
{
	struct varint v = { .p = c->pos };
	size_t i, len;

	if (!cursor_left(c))
		return v;
	len = (size_t)1 << (*c->pos >> 6);
	if (!cursor_take(c, len))
		return v;
	v.value = *v.p & 63;
	for (i = 1; i < len; i++)
		v.value = v.value << 8 | v.p[i];
	v.len = len;
	return v;
}

static bool version_is_known(uint32_t version)
{
	return version == VERSION_1 || version == VERSION_2 ||
	       (version >= DRAFT_FIRST && version <= DRAFT_LAST);
}

/* Id lengths that no version uses with a header of this form mean that this is something else. */
static bool read_ids(struct cursor *c, struct quic_packet *ret)
{
	ret->dcid_len = cursor_u8(c);
	ret->dcid = ret->dcid_len <= CID_MAX ? cursor_take(c, ret->dcid_len) : NULL;
	if (!ret->dcid)
		return false;
	ret->scid_len = cursor_u8(c);
	ret->scid = ret->scid_len <= CID_MAX ? cursor_take(c, ret->scid_len) : NULL;
	return ret->scid;
}

static void read_length(struct cursor *c, struct quic_packet *ret)
{
	size_t len;

	if (ret->type == QUIC_INITIAL) {
		ret->token_len = take_varint(c);
		len = ret->token_len.value < cursor_left(c) ? (size_t)ret->token_len.value
							    : cursor_left(c);
		ret->token = cursor_take(c, len);
		if (len < ret->token_len.value)
			c->failed = true;
	}
	ret->length = take_varint(c);
	len = MIN_OF(ret->length.value, (uint64_t)cursor_left(c));
	ret->rest = cursor_over(c->pos, len, false);
	ret->whole_len = (uint64_t)(c->pos - ret->start) + ret->length.value;
	if (len < ret->length.value)
		c->failed = true;
	c->pos += len;
}

/*
 * One packet of a datagram. False: it is none. The cursor has failed where the packet goes on
 * behind what is here.
 */
static bool quic_packet_next(struct cursor *c, struct quic_packet *ret)
{
	*ret = (struct quic_packet){ .start = c->pos, .len = cursor_left(c) };
	if (!ret->len)
		return false;
	ret->is_long = *c->pos & FORM_LONG;
	ret->rest = cursor_over(c->pos + 1, ret->len - 1, false);
	if (!ret->is_long) {
		c->pos = c->end;
		return *ret->start & FIXED_BIT;
	}
	cursor_skip(c, 1);
	ret->version = cursor_be32(c);
	if (!read_ids(c, ret))
		return false;
	ret->rest = cursor_over(c->pos, cursor_left(c), false);
	if (!version_is_known(ret->version)) { /* only the ids are the same in all versions */
		c->pos = c->end;
		return true;
	}
	if (!(*ret->start & FIXED_BIT))
		return false;
	ret->type =
		(enum quic_type)(((*ret->start >> 4) + (ret->version == VERSION_2 ? 3 : 0)) & 3);
	if (ret->type == QUIC_RETRY)
		c->pos = c->end;
	else
		read_length(c, ret);
	ret->len = (size_t)(c->pos - ret->start);
	if (ret->whole_len < ret->len)
		ret->whole_len = ret->len;
	return true;
}

/* A datagram with a long header of a version that we know: nothing else looks so. */
static bool quic_guess(const uint8_t *p, size_t len)
{
	struct cursor c = cursor_over(p, len, false);
	struct quic_packet packet;

	return len >= 7 && version_is_known(load_be32(p + 1)) && quic_packet_next(&c, &packet) &&
	       !c.failed && (packet.type == QUIC_RETRY || packet.length.value >= 4);
}

/*
 * Behind the first byte all is encrypted or random, so nothing proves a short header: only the port
 * speaks for it, and that it is not text. Of real packets one in 10^9 of the shortest looks so.
 */
static bool short_is_right(const uint8_t *p, size_t len, const struct flow *flow)
{
	size_t i;

	if (!(*p & FIXED_BIT) || len < SHORT_LEN_MIN ||
	    (flow->sport != QUIC_PORT && flow->dport != QUIC_PORT))
		return false;
	for (i = 0; i < SHORT_LEN_MIN; i++)
		if (!(p[i] >= ' ' && p[i] < 0x7f) && p[i] != '\t' && p[i] != '\r' && p[i] != '\n')
			return true;
	return false;
}

/* On QUIC's port also what only has the right bits. */
static bool starts_right(const struct quic_packet *packet, const struct flow *flow)
{
	if (!packet->is_long)
		return short_is_right(packet->start, packet->len, flow);
	if (!packet->version)
		return cursor_left(&packet->rest) && cursor_left(&packet->rest) % 4 == 0;
	return version_is_known(packet->version) ||
	       (packet->version & GREASE_MASK) == GREASE_RESULT ||
	       (*packet->start & FIXED_BIT && packet->dcid_len >= 8);
}

/* The packets of a datagram. False: these are none. */
static bool take_packets(struct dissection *d, struct cursor *look)
{
	struct quic_packet packet;
	unsigned nr;

	/* Nearly all have a short header, which says nothing more to who has no keys. */
	if (cursor_left(look) && !(*look->pos & FORM_LONG))
		return short_is_right(look->pos, cursor_left(look), flow_current(d));
	if (!quic_packet_next(look, &packet) || !starts_right(&packet, flow_current(d)))
		return false;
	for (nr = 1; nr < PACKETS_MAX && cursor_left(look) && !look->failed; nr++)
		if (!quic_packet_next(look, &packet))
			break; /* padding behind the last one */
	return true;
}

static struct next quic_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct cursor look = *c;

	if (!take_packets(d, &look))
		return next_reject();
	if (look.failed && !c->clipped) {
		c->pos = c->end;
		return next_malformed(d, NOTE_BAD_LENGTH);
	}
	/* What the snaplen cut off is encrypted: the headers are here. */
	if (c->clipped)
		c->pos = c->end;
	else
		dissect_take_rest(d, c);
	return next_none();
}

static void put_id(unsigned field, const uint8_t *id, uint8_t len, struct field_out *o)
{
	field_put_num(o, &quic_described[field], len, id - 1, 1);
	if (len)
		field_put_bytes(o, &quic_described[field + 1], id, len);
}

static void describe_rest(const struct quic_packet *packet, struct field_out *o)
{
	struct cursor c = packet->rest;
	const uint8_t *p;

	if (packet->is_long && !packet->version) {
		while ((p = cursor_take(&c, 4)))
			field_put_uint(o, &quic_described[Q_SUPPORTED], p, 4);
		return;
	}
	if (packet->is_long && version_is_known(packet->version) && packet->type == QUIC_RETRY &&
	    cursor_left(&c) >= RETRY_TAG_LEN) {
		p = c.end - RETRY_TAG_LEN;
		field_put_bytes(o, &quic_described[Q_RETRY_TOKEN], c.pos, (size_t)(p - c.pos));
		field_put_bytes(o, &quic_described[Q_RETRY_TAG], p, RETRY_TAG_LEN);
		return;
	}
	if (cursor_left(&c))
		field_put_bytes(o, &quic_described[Q_PAYLOAD], c.pos, cursor_left(&c));
}

static const char *packet_name(const struct quic_packet *packet)
{
	if (!packet->is_long)
		return "Protected Payload";
	if (!packet->version)
		return "Version Negotiation";
	if (!version_is_known(packet->version))
		return "Long header";
	return name_find(type_names, packet->type);
}

static void put_varint(unsigned field, const struct varint *v, struct field_out *o)
{
	if (v->len)
		field_put_num(o, &quic_described[field], v->value, v->p, v->len);
}

static void describe_packet(const struct quic_packet *packet, struct field_out *o)
{
	const uint8_t *p = packet->start;
	const bool known = version_is_known(packet->version);

	field_put_group(o, &quic_described[Q_PACKET], packet_name(packet), p, packet->len);
	field_put_num(o, &quic_described[Q_PACKET_LEN], MAX_OF(packet->whole_len, packet->len), p,
		      packet->len);
	field_put_table(o, &quic_described[Q_FORM], 1, 0, p, 1);
	if (packet->is_long && !packet->version)
		field_put_table(o, &quic_described[Q_UNUSED], 1, 0, p, 1);
	else if (!packet->is_long || (known && packet->type != QUIC_RETRY))
		field_put_table(o, &quic_described[Q_FIXED], 1, 0, p, 1);
	if (!packet->is_long)
		field_put_table(o, &quic_described[Q_SPIN], 1, 0, p, 1);
	else if (known)
		field_put_table(o,
				&quic_described[packet->version == VERSION_2 ? Q_TYPE_2 : Q_TYPE],
				1, 0, p, 1);
	if (packet->is_long) {
		field_put_table(o, &quic_described[Q_VERSION], 1, 0, p, 5);
		put_id(Q_DCIL, packet->dcid, packet->dcid_len, o);
		put_id(Q_SCIL, packet->scid, packet->scid_len, o);
	}
	put_varint(Q_TOKEN_LEN, &packet->token_len, o);
	if (packet->token && packet->token_len.value)
		field_put_bytes(o, &quic_described[Q_TOKEN], packet->token,
				(size_t)(packet->length.p - packet->token));
	put_varint(Q_LENGTH, &packet->length, o);
	describe_rest(packet, o);
}

static void quic_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct quic_packet packet;
	unsigned nr;

	for (nr = 0; nr < PACKETS_MAX && quic_packet_next(&c, &packet); nr++)
		describe_packet(&packet, o);
}

static void line_id(const char *text, const uint8_t *id, uint8_t len, struct strbuf *out)
{
	uint8_t i;

	if (!len)
		return;
	strbuf_puts(out, text);
	for (i = 0; i < len; i++)
		strbuf_hex(out, id[i], 2);
}

static void quic_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct quic_packet packet, first = { 0 };
	unsigned nr;

	/* The port is all that says so, see short_is_right(). */
	line_paint(opt, PAINT_PROTOCOL, *(d->frame.data + l->off) & FORM_LONG ? "QUIC" : "QUIC?",
		   out);
	for (nr = 0; nr < PACKETS_MAX && quic_packet_next(&c, &packet); nr++) {
		strbuf_puts(out, nr ? "+" : " ");
		strbuf_puts(out, packet_name(&packet));
		if (!nr)
			first = packet;
	}
	if (first.is_long) {
		const char *name = name_find(version_names, first.version);

		if (name && first.version)
			strbuf_printf(out, " version %s", name);
		else if (first.version)
			strbuf_printf(out, " version 0x%08x", first.version);
		line_id(" dcid ", first.dcid, first.dcid_len, out);
		line_id(" scid ", first.scid, first.scid_len, out);
	}
	strbuf_puts(out, ", length ");
	strbuf_uint(out, d->wire_end > l->off ? d->wire_end - l->off : 0);
}

const struct dissector quic_dissector = {
	.name = "quic",
	.title = "QUIC",
	.id = PROTO_QUIC,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = 1,
	.described = quic_described,
	.nr_described = ARRAY_SIZE(quic_described),
	.keys = { { KEY_UDP_PORT, QUIC_PORT } },
	.guess = quic_guess,
	.guess_first = "\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf"
		       "\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf"
		       "\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef"
		       "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff",
	.guess_udp = true,
	.dissect = quic_dissect,
	.describe = quic_describe,
	.line = quic_line,
};
