/*
 * dissect/proto/pwethcw.c -- what stands between labels and a pseudowire's payload: control word,
 * RFC 4385, Ethernet's RFC 4448; associated channel header, RFC 5586.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/registry.h"
#include "dissect/render.h"

enum { CW_ETHERNET = 1 << 0, CW_GENERIC = 1 << 1, CW_CHANNEL = 1 << 2 };

enum { CHANNEL_IPV4 = 0x0021, CHANNEL_IPV6 = 0x0057 };

enum { ETH_HDR_LEN = 14 };

static const struct name_map channel_names[] = {
	{ 0x0001, "Management Communication Channel" },
	{ 0x0002, "Signaling Communication Channel" },
	{ 0x0007, "BFD control" },
	{ 0x000a, "Direct Loss Measurement" },
	{ 0x000b, "Inferred Loss Measurement" },
	{ 0x000c, "Delay Measurement" },
	{ CHANNEL_IPV4, "IPv4" },
	{ 0x0022, "BFD connectivity check" },
	{ 0x0023, "BFD connectivity verification" },
	{ 0x0024, "Protection State Coordination" },
	{ 0x0025, "On-Demand CV" },
	{ 0x0026, "Lock Instruct" },
	{ CHANNEL_IPV6, "IPv6" },
	{ 0x0058, "Fault OAM" },
	{ 0x8902, "Ethernet OAM" },
	{ 0, NULL },
};

static const struct field_desc pwethcw_fields[] = {
	{ "pweth.cw.sequence_number", "Sequence number", 16, 16, FIELD_UINT,
	  .variants = CW_ETHERNET },
	{ "pwmcw.flags", "Flags", 4, 6, FIELD_HEX, .variants = CW_GENERIC },
	{ "pwmcw.length", "Length", 10, 6, FIELD_UINT, .variants = CW_GENERIC },
	{ "pwmcw.sequence_number", "Sequence number", 16, 16, FIELD_UINT, .variants = CW_GENERIC },
	{ "pwach.ver", "Version", 4, 4, FIELD_UINT, .variants = CW_CHANNEL },
	{ "pwach.res", "Reserved", 8, 8, FIELD_HEX, .variants = CW_CHANNEL },
	{ "pwach.channel_type", "Channel type", 16, 16, FIELD_ENUM, FIELD_BASE_HEX,
	  .variants = CW_CHANNEL, .names = channel_names },
};

static struct next channel_next(uint16_t type)
{
	switch (type) {
	case CHANNEL_IPV4:
		return next_key(KEY_PROTO, PROTO_IPV4);
	case CHANNEL_IPV6:
		return next_key(KEY_PROTO, PROTO_IPV6);
	default:
		return next_none();
	}
}

/* Ethernet's control word is zero but for its sequence number, and a type stands where one should.
 */
static bool is_ethernet(const struct dissection *d, const uint8_t *p, const struct cursor *c)
{
	uint16_t type;

	if (load_be16(p) || cursor_left(c) < ETH_HDR_LEN)
		return false;
	type = load_be16(c->pos + ETH_HDR_LEN - 2);
	return d->reg->owner[KEY_ETHERTYPE][type] != PROTO_NONE ||
	       (type && type <= cursor_left(c) - ETH_HDR_LEN);
}

static struct next pwethcw_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	l->variant = CW_GENERIC;
	if (unlikely(!p))
		return next_none();
	if (p[0] >> 4 == 1) {
		l->variant = CW_CHANNEL;
		return channel_next(load_be16(p + 2));
	}
	if (!is_ethernet(d, p, c))
		return next_none();
	l->variant = CW_ETHERNET;
	return next_key(KEY_PROTO, PROTO_ETH);
}

static void pwethcw_line(const struct dissection *d, const struct layer *l,
			 const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);

	if (!p)
		return;
	if (l->variant == CW_CHANNEL) {
		strbuf_puts(out, "channel ");
		line_name_hex(channel_names, load_be16(p + 2), 4, out);
	} else {
		strbuf_printf(out, "pw seq %u", load_be16(p + 2));
	}
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_length(d, out);
	}
}

const struct dissector pwethcw_dissector = {
	.name = "pwethcw",
	.title = "Pseudowire control word",
	.id = PROTO_PWETHCW,
	.layer_class = CLASS_TAG,
	.min_hdr_len = 4,
	.fields = pwethcw_fields,
	.nr_fields = ARRAY_SIZE(pwethcw_fields),
	.dissect = pwethcw_dissect,
	.line = pwethcw_line,
};
