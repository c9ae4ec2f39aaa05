/*
 * dissect/proto/tls.c -- Transport Layer Security: RFC 8446 (1.3), RFC 5246 (1.2) and before.
 *
 * A layer is the records of one segment. A record that goes on in a later one is "need more"; a
 * segment that starts in the middle of one is not TLS by its look, and is left alone.
 */
#include "dissect/proto/tls.h"

#include <string.h>

#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	RECORD_LEN_MAX = (1 << 14) + 2048, /* RFC 5246 6.2.3 */
	NAME_SHOWN_MAX = 255,
	MESSAGES_SHOWN_MAX = 8,
};

/* p has len bytes, at least 3; those that are here must be right. */
static bool looks_like_record(const uint8_t *p, size_t len)
{
	if (p[0] < TLS_CHANGE_CIPHER_SPEC || p[0] > TLS_HEARTBEAT || p[1] != 3 || p[2] > 4)
		return false;
	return len < TLS_RECORD_HDR || (load_be16(p + 3) <= RECORD_LEN_MAX &&
					(load_be16(p + 3) || p[0] == TLS_APPLICATION_DATA));
}

/* Port or not: five bytes that could hardly be better chosen. */
static bool tls_guess(const uint8_t *p, size_t len)
{
	return len >= TLS_RECORD_HDR && looks_like_record(p, len);
}

static struct next tls_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	if (cursor_left(c) < 3 || !looks_like_record(c->pos, cursor_left(c)))
		return next_reject();
	while (cursor_left(c)) {
		const uint8_t *start = c->pos;
		const size_t left = cursor_left(c);

		if (left >= 3 && !looks_like_record(start, left))
			break; /* shown as payload */
		if (!dissect_take_pdu(d, l, c, start, TLS_RECORD_HDR) ||
		    !dissect_take_pdu(d, l, c, start, load_be16(start + 3)))
			break;
	}
	return next_none();
}

/* ---- fields ---- */

static void put_group(const char *text, enum tls_field f, const uint8_t *p, size_t n,
		      struct field_out *o)
{
	field_put_group(o, tls_field(f), text, p, n);
}

static void describe_handshake(struct tls_walk *w, const struct tls_record *r, struct field_out *o)
{
	struct cursor c = r->body;
	struct tls_handshake h;
	struct tls_hello hello;

	if (!tls_handshake_readable(w, r)) {
		put_group("encrypted", TF_HANDSHAKE, c.pos, cursor_left(&c), o);
		return;
	}
	if (w->unfinished)
		put_group("continuation", TF_HANDSHAKE, c.pos,
			  MIN_OF(w->unfinished, cursor_left(&c)), o);
	while (tls_handshake_next(w, &c, &h)) {
		put_group(h.type == TLS_HELLO_RETRY ? "Hello Retry Request"
						    : name_find(tls_message_names, h.type),
			  TF_HANDSHAKE, h.start, TLS_HANDSHAKE_HDR + cursor_left(&h.body), o);
		field_put_uint(o, tls_field(TF_TYPE), h.start, 1);
		field_put_uint(o, tls_field(TF_LENGTH), h.start + 1, 3);
		if (h.type == TLS_SERVER_HELLO && tls_hello_read(&h, &hello) &&
		    cursor_left(&hello.ciphers) == 2) {
			w->cipher = load_be16(hello.ciphers.pos);
			w->version = tls_hello_version(&hello);
		}
		tls_describe_message(w, &h, o);
	}
}

static void describe_alert(const struct tls_record *r, struct field_out *o)
{
	const uint8_t *p = r->body.pos;

	if (r->len != 2 || cursor_left(&r->body) != 2) {
		put_group("encrypted", TF_ALERT, p, cursor_left(&r->body), o);
		return;
	}
	put_group(name_find(tls_alert_names, p[1]), TF_ALERT, p, 2, o);
	field_put_uint(o, tls_field(TF_ALERT_LEVEL), p, 1);
	field_put_uint(o, tls_field(TF_ALERT_DESC), p + 1, 1);
}

/* RFC 6520. What it claims to have as payload and has not: Heartbleed. */
static void describe_heartbeat(const struct tls_record *r, struct field_out *o)
{
	struct cursor c = r->body;
	const uint8_t *p = cursor_take(&c, 3);
	size_t len;

	if (!p || !name_find(tls_heartbeat_names, p[0]))
		return; /* encrypted */
	len = MIN_OF((size_t)load_be16(p + 1), cursor_left(&c));
	field_put_uint(o, tls_field(TF_HEARTBEAT_TYPE), p, 1);
	field_put_uint(o, tls_field(TF_HEARTBEAT_LENGTH), p + 1, 2);
	field_put_bytes(o, tls_field(TF_HEARTBEAT_PAYLOAD), cursor_take(&c, len), len);
	len = cursor_left(&c);
	if (len)
		field_put_bytes(o, tls_field(TF_HEARTBEAT_PADDING), c.pos, len);
}

/* RFC 8446 5.2: once TLS 1.3 was chosen, the type of a record of cipher text says nothing. */
static enum tls_field content_field(const struct tls_walk *w, const struct tls_record *r)
{
	return r->type == TLS_APPLICATION_DATA && w->cipher && w->version == 0x0304
		       ? TF_OPAQUE_TYPE
		       : TF_CONTENT_TYPE;
}

static void tls_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct tls_walk w = { .version = 0 };
	struct tls_record r;

	while (tls_record_next(&c, &r)) {
		const size_t here = cursor_left(&r.body);

		tls_walk_record(&w, &r);
		put_group(name_find(tls_content_names, r.type), TF_RECORD, r.start,
			  TLS_RECORD_HDR + here, o);
		field_put_uint(o, tls_field(content_field(&w, &r)), r.start, 1);
		field_put_uint(o, tls_field(TF_RECORD_VERSION), r.start + 1, 2);
		field_put_uint(o, tls_field(TF_RECORD_LENGTH), r.start + 3, 2);
		if (r.type == TLS_HANDSHAKE)
			describe_handshake(&w, &r, o);
		else if (r.type == TLS_ALERT)
			describe_alert(&r, o);
		else if (r.type == TLS_CHANGE_CIPHER_SPEC)
			put_group(NULL, TF_CCS, r.body.pos, here, o);
		else if (r.type == TLS_HEARTBEAT)
			describe_heartbeat(&r, o);
		else if (r.type == TLS_APPLICATION_DATA && here == r.len)
			field_put_bytes(o, tls_field(TF_APP_DATA), r.body.pos, here);
	}
}

/* ---- the line ---- */

/* " ClientHello": the name without its blanks. */
static void put_name(const char *name, struct strbuf *out)
{
	while (*name) {
		const size_t len = strcspn(name, " ");

		strbuf_put(out, name, len);
		name += len + (name[len] == ' ');
	}
}

static void line_alpn(const struct tls_hello *hello, struct strbuf *out)
{
	struct cursor list, name;
	bool first = true;

	if (!tls_hello_alpn(hello, &list) || !cursor_left(&list))
		return;
	strbuf_puts(out, " alpn=");
	while (cursor_left(&list)) {
		name = tls_vector(&list, cursor_u8(&list));
		if (!first)
			strbuf_putc(out, ',');
		first = false;
		text_printable(name.pos, cursor_left(&name), NAME_SHOWN_MAX, out);
	}
}

static void line_cipher(const struct tls_hello *hello, struct strbuf *out)
{
	const char *name;

	if (hello->client || cursor_left(&hello->ciphers) != 2)
		return;
	name = name_find(tls_cipher_names, load_be16(hello->ciphers.pos));
	strbuf_putc(out, ' ');
	if (name) {
		strbuf_puts(out, name);
	} else {
		strbuf_puts(out, "cipher 0x");
		strbuf_hex(out, load_be16(hello->ciphers.pos), 4);
	}
}

static void line_hello(const struct tls_handshake *h, const struct render_options *opt,
		       struct strbuf *out)
{
	struct tls_extension ext;
	struct tls_hello hello;
	struct span sni;

	if (!tls_hello_read(h, &hello))
		return;
	line_cipher(&hello, out);
	sni = tls_hello_server_name(&hello);
	if (sni.len) {
		strbuf_puts(out, " sni=");
		text_printable(sni.p, sni.len, NAME_SHOWN_MAX, out);
	}
	if (opt->quiet)
		return;
	line_alpn(&hello, out);
	if (tls_extension_find(&hello, TLS_EXT_ECH, &ext))
		strbuf_puts(out, " ech");
	if (tls_extension_find(&hello, TLS_EXT_PSK, &ext))
		strbuf_puts(out, " psk");
}

static bool is_hello(const struct tls_handshake *h)
{
	return h->type == TLS_CLIENT_HELLO || h->type == TLS_SERVER_HELLO ||
	       h->type == TLS_HELLO_RETRY;
}

static void line_message(const struct tls_handshake *h, const struct render_options *opt,
			 struct strbuf *out)
{
	const char *name = name_find(tls_message_names, h->type);
	struct cursor c = h->body;

	if (h->type == TLS_HELLO_RETRY)
		strbuf_puts(out, "HelloRetryRequest");
	else if (name)
		put_name(name, out);
	else
		strbuf_uint(out, h->type);
	if (is_hello(h)) {
		line_hello(h, opt, out);
	} else if (h->type == TLS_CERTIFICATE && cursor_left(&c) > 6) {
		cursor_skip(&c, 3);
		tls_cert_line(tls_vector(&c, load_be24(cursor_take(&c, 3))), out);
	}
}

static void put_separator(unsigned *nr, struct strbuf *out)
{
	strbuf_puts(out, (*nr)++ ? ", " : " ");
}

static void line_handshake(struct tls_walk *w, const struct tls_record *r,
			   const struct render_options *opt, unsigned *nr, struct strbuf *out)
{
	struct cursor c = r->body;
	struct tls_handshake h;
	bool any = false;

	if (!tls_handshake_readable(w, r)) {
		put_separator(nr, out);
		strbuf_puts(out, "encrypted Handshake");
		return;
	}
	while (*nr < MESSAGES_SHOWN_MAX && tls_handshake_next(w, &c, &h)) {
		put_separator(nr, out);
		line_message(&h, opt, out);
		any = true;
	}
	if (!any) {
		put_separator(nr, out);
		strbuf_puts(out, "Handshake continued");
	}
}

static void line_alert(const struct tls_record *r, struct strbuf *out)
{
	const uint8_t *p = r->body.pos;
	const char *name;

	if (r->len != 2 || cursor_left(&r->body) != 2) {
		strbuf_puts(out, "encrypted Alert");
		return;
	}
	name = name_find(tls_alert_names, p[1]);
	strbuf_puts(out, p[0] == 2 ? "fatal Alert " : "Alert ");
	if (name)
		strbuf_puts(out, name);
	else
		strbuf_uint(out, p[1]);
}

/* Which version, as far as this segment tells: only a hello knows it. */
static uint16_t segment_version(const struct dissection *d, const struct layer *l)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct tls_walk w = { .version = 0 };
	struct tls_handshake h;
	struct tls_hello hello;
	struct tls_record r;

	do {
		if (!tls_record_next(&c, &r))
			return 0;
	} while (r.type == TLS_CHANGE_CIPHER_SPEC);
	if (r.type != TLS_HANDSHAKE || !tls_handshake_readable(&w, &r))
		return 0;
	c = r.body;
	if (!tls_handshake_next(&w, &c, &h) || !is_hello(&h) || !tls_hello_read(&h, &hello))
		return 0;
	return tls_hello_version(&hello);
}

static void line_record(struct tls_walk *w, const struct tls_record *r,
			const struct render_options *opt, unsigned *nr, struct strbuf *out)
{
	const char *name = name_find(tls_content_names, r->type);

	if (r->type == TLS_HANDSHAKE) {
		line_handshake(w, r, opt, nr, out);
		return;
	}
	put_separator(nr, out);
	if (r->type == TLS_ALERT)
		line_alert(r, out);
	else
		put_name(name ? name : "?", out);
	if (r->type == TLS_APPLICATION_DATA) {
		strbuf_putc(out, ' ');
		strbuf_uint(out, r->len);
	}
}

static void tls_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const char *version = name_find(tls_version_names, segment_version(d, l));
	struct cursor c = layer_cursor(d, l, 0);
	struct tls_walk w = { .version = 0 };
	struct tls_record r;
	unsigned nr = 0;

	line_paint(opt, PAINT_PROTOCOL, version ? version : "TLS", out);
	while (nr < MESSAGES_SHOWN_MAX && tls_record_next(&c, &r)) {
		tls_walk_record(&w, &r);
		line_record(&w, &r, opt, &nr, out);
	}
	if (cursor_left(&c))
		strbuf_puts(out, ", ...");
}

const struct dissector tls_dissector = {
	.name = "tls",
	.title = "Transport Layer Security",
	.id = PROTO_TLS,
	.layer_class = CLASS_APPLICATION,
	.described = tls_described,
	.nr_described = ARRAY_SIZE(tls_described),
	.keys = { { KEY_TCP_PORT, 443 },
		  { KEY_TCP_PORT, 465 },
		  { KEY_TCP_PORT, 636 },
		  { KEY_TCP_PORT, 853 },
		  { KEY_TCP_PORT, 989 },
		  { KEY_TCP_PORT, 990 },
		  { KEY_TCP_PORT, 993 },
		  { KEY_TCP_PORT, 995 },
		  { KEY_TCP_PORT, 5223 },
		  { KEY_TCP_PORT, 8443 } },
	.guess = tls_guess,
	.guess_first = "\x14\x15\x16\x17\x18",
	.guess_tcp = true,
	.dissect = tls_dissect,
	.describe = tls_describe,
	.line = tls_line,
};
