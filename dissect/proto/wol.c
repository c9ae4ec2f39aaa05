/*
 * dissect/proto/wol.c -- Wake-on-LAN in an IEEE 802.3 frame or a datagram, AMD's magic packet
 * (publication 20213): six bytes of ones, then sixteen times the address of whoever shall wake,
 * then perhaps a password.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { SYNC_LEN = 6, MAC_LEN = 6, MAC_REPEATS = 16, MAGIC_LEN = SYNC_LEN + MAC_LEN * MAC_REPEATS };

static const struct field_desc wol_fields[] = {
	{ "wol.sync", "Sync stream", 0, 48, FIELD_BYTES },
};

enum { F_MAC, F_PASSWORD };

static const struct field_desc wol_described[] = {
	[F_MAC] = { "wol.mac", "MAC", 0, 0, FIELD_MAC, FIELD_DESCRIBED },
	[F_PASSWORD] = { "wol.passwd", "Password", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
};

static bool is_magic(const uint8_t *p, size_t len)
{
	static const uint8_t ones[SYNC_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	/*
	 * Equal to itself moved by one address: all of them are the same. One station sleeps, not
	 * a group: nothing but ones is no call for anybody.
	 */
	return len >= MAGIC_LEN && !memcmp(p, ones, SYNC_LEN) && !(p[SYNC_LEN] & 1) &&
	       !memcmp(p + SYNC_LEN, p + SYNC_LEN + MAC_LEN, MAC_LEN * (MAC_REPEATS - 1));
}

static struct next wol_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	size_t rest;

	if (cursor_left(c) < MAGIC_LEN && c->clipped)
		cursor_skip(c, MAGIC_LEN);
	if (c->failed)
		return next_none();
	if (!is_magic(c->pos, cursor_left(c)))
		return next_reject();
	cursor_skip(c, MAGIC_LEN);
	rest = cursor_left(c);
	if (rest == 4 || rest == 6)
		cursor_skip(c, rest);
	return next_none();
}

static void wol_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *macs = layer_bytes(d, l, SYNC_LEN, MAGIC_LEN - SYNC_LEN);

	if (macs) /* once is enough: dissect() has seen that they are all the same */
		field_put_bytes(o, &wol_described[F_MAC], macs, MAC_LEN);
	if (l->hdr_len > MAGIC_LEN)
		field_put_bytes(o, &wol_described[F_PASSWORD], d->frame.data + l->off + MAGIC_LEN,
				l->hdr_len - MAGIC_LEN);
}

static void wol_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *mac = layer_bytes(d, l, SYNC_LEN, MAC_LEN);

	line_paint(opt, PAINT_PROTOCOL, "Wake-on-LAN", out);
	if (!mac)
		return;
	strbuf_puts(out, " for ");
	text_mac(mac, out);
	if (l->hdr_len > MAGIC_LEN)
		strbuf_puts(out, " password ***");
}

const struct dissector wol_dissector = {
	.name = "wol",
	.title = "Wake-on-LAN",
	.id = PROTO_WOL,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = MAGIC_LEN,
	.fields = wol_fields,
	.nr_fields = ARRAY_SIZE(wol_fields),
	.described = wol_described,
	.nr_described = ARRAY_SIZE(wol_described),
	.keys = { { KEY_ETHERTYPE, 0x0842 } },
	.guess = is_magic,
	.guess_first = "\xff",
	.guess_udp = true,
	.dissect = wol_dissect,
	.describe = wol_describe,
	.line = wol_line,
};
