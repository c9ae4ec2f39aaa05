/* dissect/proto/sctp.c -- Stream Control Transmission Protocol, RFC 9260; over UDP RFC 6951. */
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/sctp_chunk.h"
#include "dissect/render.h"

enum { CHUNKS_SHOWN_MAX = 6 };

static const struct field_desc sctp_fields[] = {
	{ "sctp.srcport", "Source port", 0, 16, FIELD_PORT },
	{ "sctp.dstport", "Destination port", 16, 16, FIELD_PORT },
	{ "sctp.verification_tag", "Verification tag", 32, 32, FIELD_HEX },
	{ "sctp.checksum", "Checksum", 64, 32, FIELD_HEX },
};

/* Over UDP only the port has said so: ports, and a first chunk of a known type that lies inside. */
static bool is_sctp(struct cursor c)
{
	const uint8_t *p = cursor_take(&c, SCTP_HDR_LEN + SCTP_CHUNK_HDR_LEN);
	size_t len;

	if (!p)
		return c.clipped;
	len = load_be16(p + SCTP_HDR_LEN + 2);
	return load_be16(p) && load_be16(p + 2) && name_find(sctp_chunk_names, p[SCTP_HDR_LEN]) &&
	       len >= SCTP_CHUNK_HDR_LEN &&
	       (c.clipped || len - SCTP_CHUNK_HDR_LEN <= cursor_left(&c));
}

/* All chunks are this layer's: several of them, of several messages, share a packet. */
static struct next sctp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct sctp_chunk chunk;
	struct flow *flow;
	const uint8_t *p;

	if (layer_carrier(d, l) == PROTO_UDP && !is_sctp(*c))
		return next_reject();
	p = cursor_take(c, SCTP_HDR_LEN);
	if (unlikely(!p))
		return next_cut_ports(d, l, c);
	flow = flow_current(d);
	flow->sport = load_be16(p);
	flow->dport = load_be16(p + 2);
	while (cursor_left(c)) {
		if (!sctp_chunk_next(c, &chunk))
			return c->failed ? next_none() : next_malformed(d, NOTE_BAD_LENGTH);
		if (chunk.here < chunk.len && !c->clipped)
			return next_malformed(d, NOTE_BAD_LENGTH);
	}
	return next_none();
}

/* The sum is little endian and was made with zeros in its place. */
static enum checksum_status sctp_checksum(const struct dissection *d, const struct layer *l,
					  const uint8_t *p)
{
	static const uint8_t zeros[4];
	uint32_t crc;
	size_t len;

	if (!checksum_span(d, l, &len) || len < SCTP_HDR_LEN || d->notes & NOTE_FRAGMENT ||
	    d->frame.flags & FRAME_CSUM_NOT_READY)
		return CHECKSUM_UNVERIFIED;
	if (layer_carrier(d, l) == PROTO_UDP)
		len = MIN_OF(len, (size_t)l->hdr_len);
	crc = checksum_crc32c(p, 8, 0);
	crc = checksum_crc32c(zeros, sizeof(zeros), crc);
	crc = checksum_crc32c(p + SCTP_HDR_LEN, len - SCTP_HDR_LEN, crc);
	return crc == load_le32(p + 8) ? CHECKSUM_GOOD : CHECKSUM_BAD;
}

static void sctp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, SCTP_HDR_LEN);
	struct cursor c = layer_cursor(d, l, SCTP_HDR_LEN);
	struct sctp_chunk chunk;

	if (!p)
		return;
	field_put_num(o, &sctp_described[SCTP_STATUS], sctp_checksum(d, l, p), p + 8, 4);
	while (sctp_chunk_next(&c, &chunk))
		sctp_chunk_describe(&chunk, o);
}

static void line_chunk(const struct sctp_chunk *chunk, struct strbuf *out)
{
	const char *name = name_find(sctp_chunk_names, chunk->type);
	const uint8_t *p = chunk->start;

	strbuf_puts(out, " [");
	if (name)
		strbuf_puts(out, name);
	else
		strbuf_printf(out, "chunk %u", chunk->type);
	if (chunk->type == SCTP_DATA && chunk->here >= 16) {
		strbuf_printf(out, " tsn %u sid %u ssn %u", load_be32(p + 4), load_be16(p + 8),
			      load_be16(p + 10));
		name = name_find(sctp_ppid_names, load_be32(p + 12));
		if (name && load_be32(p + 12))
			strbuf_printf(out, " %s", name);
		else if (!name)
			strbuf_printf(out, " ppid %u", load_be32(p + 12));
		strbuf_printf(out, " length %zu", chunk->len >= 16 ? chunk->len - 16 : 0);
	} else if (chunk->type == SCTP_SACK && chunk->here >= 16) {
		strbuf_printf(out, " cum %u rwnd %u", load_be32(p + 4), load_be32(p + 8));
		if (load_be16(p + 12))
			strbuf_printf(out, " gaps %u", load_be16(p + 12));
	} else if ((chunk->type == SCTP_INIT || chunk->type == SCTP_INIT_ACK) &&
		   chunk->here >= 20) {
		strbuf_printf(out, " tag 0x%08x rwnd %u out %u in %u tsn %u", load_be32(p + 4),
			      load_be32(p + 8), load_be16(p + 12), load_be16(p + 14),
			      load_be32(p + 16));
	}
	if ((chunk->type == SCTP_ABORT || chunk->type == SCTP_ERROR) && chunk->here >= 8) {
		name = name_find(sctp_cause_names, load_be16(p + 4));
		strbuf_printf(out, " %s", name ? name : "unknown cause");
	}
	strbuf_putc(out, ']');
}

static void sctp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, SCTP_HDR_LEN);
	struct sctp_chunk chunk;
	unsigned nr = 0;

	line_paint(opt, PAINT_PROTOCOL, "SCTP", out);
	while (sctp_chunk_next(&c, &chunk))
		if (nr++ < CHUNKS_SHOWN_MAX)
			line_chunk(&chunk, out);
	if (nr > CHUNKS_SHOWN_MAX)
		strbuf_printf(out, " and %u chunks more", nr - CHUNKS_SHOWN_MAX);
}

const struct dissector sctp_dissector = {
	.name = "sctp",
	.title = "Stream Control Transmission Protocol",
	.id = PROTO_SCTP,
	.layer_class = CLASS_TRANSPORT,
	.has_ports = true,
	.min_hdr_len = SCTP_HDR_LEN,
	.fields = sctp_fields,
	.nr_fields = ARRAY_SIZE(sctp_fields),
	.described = sctp_described,
	.nr_described = SCTP_NR_DESCRIBED,
	.keys = { { KEY_IPPROTO, 132 }, { KEY_UDP_PORT, 9899 } },
	.dissect = sctp_dissect,
	.describe = sctp_describe,
	.line = sctp_line,
};
