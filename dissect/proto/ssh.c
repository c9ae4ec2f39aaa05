/* dissect/proto/ssh.c -- Secure Shell, before it encrypts: RFC 4253; RFC 5656, RFC 8731. */
#include "dissect/dissect.h"
#include "dissect/lines.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	PACKET_LEN_MIN = 12, /* RFC 4253 6: 16 bytes with the length itself */
	PACKET_LEN_MAX = 35000,
	PADDING_MIN = 4,
	COOKIE_LEN = 16,
	NAME_LISTS = 10,
	SSH_PORT = 22,
	PACKET_HDR = 6, /* length, padding length, message code */
	BANNER_SHOWN_MAX = 255,
};

enum {
	MSG_DISCONNECT = 1,
	MSG_KEXINIT = 20,
	MSG_NEWKEYS = 21,
};

enum { IS_PLAIN = 1 << 0, IS_OPAQUE = 1 << 1 };

static const struct name_map message_names[] = {
	{ 1, "Disconnect" },
	{ 2, "Ignore" },
	{ 3, "Unimplemented" },
	{ 4, "Debug" },
	{ 5, "Service Request" },
	{ 6, "Service Accept" },
	{ 7, "Extension Info" },
	{ 20, "Key Exchange Init" },
	{ 21, "New Keys" },
	{ 30, "Diffie-Hellman Key Exchange Init" },
	{ 31, "Diffie-Hellman Key Exchange Reply" },
	{ 32, "Diffie-Hellman Group Exchange Init" },
	{ 33, "Diffie-Hellman Group Exchange Reply" },
	{ 34, "Diffie-Hellman Group Exchange Request" },
	{ 0, NULL },
};

static const struct name_map disconnect_names[] = {
	{ 1, "Host not allowed to connect" },
	{ 2, "Protocol error" },
	{ 3, "Key exchange failed" },
	{ 5, "MAC error" },
	{ 6, "Compression error" },
	{ 7, "Service not available" },
	{ 8, "Protocol version not supported" },
	{ 9, "Host key not verifiable" },
	{ 10, "Connection lost" },
	{ 11, "By application" },
	{ 12, "Too many connections" },
	{ 13, "Auth cancelled by user" },
	{ 14, "No more auth methods available" },
	{ 15, "Illegal user name" },
	{ 0, NULL },
};

enum ssh_field {
	HF_DIRECTION,
	HF_PROTOCOL,
	HF_PACKET,
	HF_PACKET_LENGTH,
	HF_PADDING_LENGTH,
	HF_CODE,
	HF_COOKIE,
	HF_LISTS, /* ten pairs: length and list */
	HF_FOLLOWS = HF_LISTS + 2 * NAME_LISTS,
	HF_RESERVED,
	HF_REASON,
	HF_DESCRIPTION_LEN,
	HF_DESCRIPTION,
	HF_PADDING,
	HF_OPAQUE,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)
#define NAME_LIST(i, name, label)                                                    \
	[HF_LISTS + 2 * (i)] = { name "_length", label ", length", 0, 0, FIELD_UINT, \
				 LISTED,         .unit = "bytes" },                  \
			[HF_LISTS + 2 * (i) + 1] = { name, label, 0, 0, FIELD_TEXT, LISTED }

static const struct field_desc ssh_described[] = {
	[HF_DIRECTION] = { "ssh.direction", "From the server", 0, 0, FIELD_FLAG, FIELD_DESCRIBED },
	[HF_PROTOCOL] = { "ssh.protocol", "Protocol", 0, 0, FIELD_TEXT, LISTED },
	[HF_PACKET] = { "ssh.packet", "Packet", 0, 0, FIELD_GROUP, LISTED },
	[HF_PACKET_LENGTH] = { "ssh.packet_length", "Packet length", 0, 0, FIELD_UINT, LISTED,
			       .unit = "bytes" },
	[HF_PADDING_LENGTH] = { "ssh.padding_length", "Padding length", 0, 0, FIELD_UINT, LISTED,
				.unit = "bytes" },
	[HF_CODE] = { "ssh.message_code", "Message", 0, 0, FIELD_ENUM, LISTED,
		      .names = message_names },
	[HF_COOKIE] = { "ssh.cookie", "Cookie", 0, 0, FIELD_BYTES, LISTED },
	NAME_LIST(0, "ssh.kex_algorithms", "Key exchange"),
	NAME_LIST(1, "ssh.server_host_key_algorithms", "Host keys"),
	NAME_LIST(2, "ssh.encryption_algorithms_client_to_server", "Ciphers to the server"),
	NAME_LIST(3, "ssh.encryption_algorithms_server_to_client", "Ciphers to the client"),
	NAME_LIST(4, "ssh.mac_algorithms_client_to_server", "MACs to the server"),
	NAME_LIST(5, "ssh.mac_algorithms_server_to_client", "MACs to the client"),
	NAME_LIST(6, "ssh.compression_algorithms_client_to_server", "Compression to the server"),
	NAME_LIST(7, "ssh.compression_algorithms_server_to_client", "Compression to the client"),
	NAME_LIST(8, "ssh.languages_client_to_server", "Languages to the server"),
	NAME_LIST(9, "ssh.languages_server_to_client", "Languages to the client"),
	[HF_FOLLOWS] = { "ssh.first_kex_packet_follows", "A guessed packet follows", 0, 0,
			 FIELD_UINT, LISTED },
	[HF_RESERVED] = { "ssh.kex.reserved", "Reserved", 0, 0, FIELD_BYTES, LISTED },
	[HF_REASON] = { "ssh.disconnect_reason", "Reason", 0, 0, FIELD_ENUM,
			LISTED | FIELD_BASE_HEX, .names = disconnect_names },
	[HF_DESCRIPTION_LEN] = { "ssh.disconnect_description_length", "Description length", 0, 0,
				 FIELD_UINT, LISTED, .unit = "bytes" },
	[HF_DESCRIPTION] = { "ssh.disconnect_description", "Description", 0, 0, FIELD_TEXT,
			     LISTED },
	[HF_PADDING] = { "ssh.padding_string", "Padding", 0, 0, FIELD_BYTES, LISTED },
	[HF_OPAQUE] = { "ssh.opaque", "Encrypted, or the middle of a packet", 0, 0, FIELD_BYTES,
			FIELD_DESCRIBED },
};

static bool is_banner(const uint8_t *p, size_t len)
{
	return len >= 4 && !memcmp(p, "SSH-", 4);
}

/* The head of a packet in the clear, which is a multiple of 8 bytes. At least PACKET_HDR bytes. */
static bool is_plain_packet(const uint8_t *p)
{
	const uint32_t len = load_be32(p);

	return len >= PACKET_LEN_MIN && len <= PACKET_LEN_MAX && (len + 4) % 8 == 0 &&
	       p[4] >= PADDING_MIN && p[4] + 1u < len && name_find(message_names, p[5]);
}

static struct next ssh_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	if (!cursor_left(c) || looks_like_tls(c))
		return next_reject();
	l->variant = IS_PLAIN;
	if (!is_banner(c->pos, cursor_left(c)) &&
	    (cursor_left(c) < PACKET_HDR || !is_plain_packet(c->pos)))
		l->variant = IS_OPAQUE;
	while (l->variant == IS_PLAIN && cursor_left(c)) {
		const uint8_t *start = c->pos;
		const size_t left = cursor_left(c);

		if (is_banner(start, left)) {
			const uint8_t *end = memchr(start, '\n', left);

			if (!dissect_take_pdu(d, l, c, start,
					      end ? (size_t)(end + 1 - start) : left + 1))
				break;
			continue;
		}
		if (left >= PACKET_HDR && !is_plain_packet(start))
			break; /* encrypted from here on */
		if (left < PACKET_HDR) {
			dissect_take_pdu(d, l, c, start, PACKET_HDR);
			break;
		}
		if (!dissect_take_pdu(d, l, c, start, 4 + load_be32(start)))
			break;
	}
	dissect_take_rest(d, c);
	return next_none();
}

/* A string of RFC 4251 5. Clipped: it goes on behind what is here. */
static struct cursor string_take(struct cursor *c)
{
	const size_t len = cursor_be32(c), here = MIN_OF(len, cursor_left(c));

	return cursor_over(cursor_take(c, here), here, here < len);
}

static void put_string(struct cursor *c, unsigned len_field, unsigned field, struct field_out *o)
{
	const uint8_t *at = c->pos;
	struct cursor s;

	if (cursor_left(c) < 4)
		return;
	s = string_take(c);
	field_put_uint(o, &ssh_described[len_field], at, 4);
	if (!s.clipped)
		field_put_bytes(o, &ssh_described[field], s.pos, cursor_left(&s));
}

static void describe_kexinit(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, COOKIE_LEN);
	unsigned i;

	if (!p)
		return;
	field_put_bytes(o, &ssh_described[HF_COOKIE], p, COOKIE_LEN);
	for (i = 0; i < NAME_LISTS; i++)
		put_string(c, HF_LISTS + 2 * i, HF_LISTS + 2 * i + 1, o);
	p = cursor_take(c, 5);
	if (!p)
		return;
	field_put_uint(o, &ssh_described[HF_FOLLOWS], p, 1);
	field_put_bytes(o, &ssh_described[HF_RESERVED], p + 1, 4);
}

static void describe_disconnect(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);

	if (!p)
		return;
	field_put_uint(o, &ssh_described[HF_REASON], p, 4);
	put_string(c, HF_DESCRIPTION_LEN, HF_DESCRIPTION, o);
}

struct packet {
	const uint8_t *start;
	uint32_t len; /* behind its own field */
	uint8_t padding, code;
	struct cursor body; /* behind the code, without the padding */
	bool whole;
};

/* False: no packet in the clear starts at c. */
static bool packet_next(struct cursor *c, struct packet *ret)
{
	const uint8_t *p = c->pos;
	size_t here;

	if (cursor_left(c) < PACKET_HDR || !is_plain_packet(p))
		return false;
	ret->start = p;
	ret->len = load_be32(p);
	ret->padding = p[4];
	ret->code = p[5];
	here = MIN_OF(cursor_left(c), (size_t)ret->len + 4);
	ret->whole = here == (size_t)ret->len + 4;
	c->pos += here;
	ret->body = cursor_over(p + PACKET_HDR,
				MIN_OF(here - PACKET_HDR, (size_t)ret->len - ret->padding - 2),
				!ret->whole);
	return true;
}

static void describe_packet(const struct packet *pk, struct field_out *o)
{
	struct cursor body = pk->body;

	field_put_group(o, &ssh_described[HF_PACKET], name_find(message_names, pk->code), pk->start,
			pk->whole ? (size_t)pk->len + 4 : PACKET_HDR + cursor_left(&body));
	field_put_uint(o, &ssh_described[HF_PACKET_LENGTH], pk->start, 4);
	field_put_uint(o, &ssh_described[HF_PADDING_LENGTH], pk->start + 4, 1);
	field_put_uint(o, &ssh_described[HF_CODE], pk->start + 5, 1);
	if (pk->code == MSG_KEXINIT)
		describe_kexinit(&body, o);
	else if (pk->code == MSG_DISCONNECT)
		describe_disconnect(&body, o);
	if (pk->whole)
		field_put_bytes(o, &ssh_described[HF_PADDING],
				pk->start + 4 + pk->len - pk->padding, pk->padding);
}

static bool banner_next(struct cursor *c, struct line *ret)
{
	return is_banner(c->pos, cursor_left(c)) && line_next(c, ret);
}

static void ssh_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const struct flow *flow = d->nr_ip > 1 ? &d->inner : &d->flow;
	struct cursor c = layer_cursor(d, l, 0);
	struct packet packet;
	struct line banner;
	bool encrypted = false;

	if (flow->sport == SSH_PORT || flow->dport == SSH_PORT)
		field_put_num(o, &ssh_described[HF_DIRECTION], flow->sport == SSH_PORT, NULL, 0);
	if (banner_next(&c, &banner))
		field_put_bytes(o, &ssh_described[HF_PROTOCOL], banner.text, banner.len);
	while (!encrypted && packet_next(&c, &packet)) {
		describe_packet(&packet, o);
		encrypted = packet.code == MSG_NEWKEYS;
	}
	if (cursor_left(&c))
		field_put_bytes(o, &ssh_described[HF_OPAQUE], c.pos, cursor_left(&c));
}

/* The first algorithms of the lists: what a client would like best. */
static void line_kexinit(struct cursor body, struct strbuf *out)
{
	static const char *const shown[] = { " kex=", " hostkey=", " cipher=" };
	size_t i;

	cursor_skip(&body, COOKIE_LEN);
	for (i = 0; i < ARRAY_SIZE(shown); i++) {
		const struct cursor s = string_take(&body);
		struct span list = span_over(s.pos, cursor_left(&s));

		const bool cut = s.clipped && !(list.len && memchr(list.p, ',', list.len));

		list = span_until(&list, ',');
		if (!list.len || cut)
			return;
		strbuf_puts(out, shown[i]);
		text_printable(list.p, list.len, BANNER_SHOWN_MAX, out);
	}
}

static void line_disconnect(struct cursor body, struct strbuf *out)
{
	const uint32_t reason = cursor_be32(&body);
	const char *name = name_find(disconnect_names, reason);
	const struct cursor text = string_take(&body);

	strbuf_puts(out, ": ");
	if (name)
		strbuf_puts(out, name);
	else
		strbuf_uint(out, reason);
	if (!cursor_left(&text))
		return;
	strbuf_puts(out, ", ");
	text_printable(text.pos, cursor_left(&text), BANNER_SHOWN_MAX, out);
}

static void ssh_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct packet packet;
	struct line banner;
	bool encrypted = false, any = false;

	line_paint(opt, PAINT_PROTOCOL, "SSH", out);
	if (banner_next(&c, &banner)) {
		strbuf_putc(out, ' ');
		text_printable(banner.text, banner.len, BANNER_SHOWN_MAX, out);
		any = true;
	}
	while (!encrypted && packet_next(&c, &packet)) {
		strbuf_puts(out, any ? ", " : " ");
		strbuf_puts(out, name_find(message_names, packet.code));
		if (packet.code == MSG_KEXINIT && !opt->quiet)
			line_kexinit(packet.body, out);
		else if (packet.code == MSG_DISCONNECT && cursor_left(&packet.body) >= 4)
			line_disconnect(packet.body, out);
		encrypted = packet.code == MSG_NEWKEYS;
		any = true;
	}
	if (!cursor_left(&c))
		return;
	strbuf_puts(out, any ? ", opaque " : " opaque ");
	strbuf_uint(out, cursor_left(&c));
}

const struct dissector ssh_dissector = {
	.name = "ssh",
	.title = "Secure Shell",
	.id = PROTO_SSH,
	.layer_class = CLASS_APPLICATION,
	.described = ssh_described,
	.nr_described = ARRAY_SIZE(ssh_described),
	.keys = { { KEY_TCP_PORT, SSH_PORT } },
	.guess = is_banner,
	.guess_first = "S",
	.guess_tcp = true,
	.dissect = ssh_dissect,
	.describe = ssh_describe,
	.line = ssh_line,
};
