/* dissect/proto/sip.c -- Session Initiation Protocol, RFC 3261; keep-alives RFC 5626. */
#include "dissect/proto/sip.h"

#include <string.h>

#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	METHOD_LEN_MAX = 20,
	STATUS_LEN = 11, /* "SIP/2.0 200" */
	KEEP_ALIVE_MAX = 4,
	LEADING_LINES_MAX = 2,
	LINE_MESSAGES_MAX = 4,
	LINE_VALUE_MAX = 80,
};

static const char version[] = "SIP/2.0";
enum { VERSION_LEN = sizeof(version) - 1 };

static bool parse_status(const struct line *l, struct sip_message *ret)
{
	const uint8_t *p = l->text + VERSION_LEN + 1;
	uint32_t code;

	ret->response = true;
	if (l->len < STATUS_LEN || l->text[VERSION_LEN] != ' ' ||
	    !span_uint(span_over(p, 3), &code) || (l->len > STATUS_LEN && p[3] != ' '))
		return false;
	ret->code = (uint16_t)code;
	ret->phrase = span_trim(span_over(l->text + STATUS_LEN, l->len - STATUS_LEN));
	return true;
}

static size_t method_len(const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (n < len && n < METHOD_LEN_MAX && p[n] >= 'A' && p[n] <= 'Z')
		n++;
	return n < len && p[n] == ' ' ? n : 0;
}

static bool starts_response(const uint8_t *p, size_t len)
{
	return len >= VERSION_LEN && !memcmp(p, version, VERSION_LEN);
}

/* Before the line is sought in what may be a segment full of data. */
static bool starts_message(const uint8_t *p, size_t len)
{
	return starts_response(p, len) || method_len(p, len);
}

static bool parse_request(const struct line *l, struct sip_message *ret)
{
	const size_t n = method_len(l->text, l->len);
	struct span rest;

	if (!n)
		return false;
	ret->method = span_over(l->text, n);
	rest = span_over(l->text + n + 1, l->len - n - 1);
	if (!l->whole) {
		ret->uri = rest;
		return (span_starts(rest, "sip:") || span_starts(rest, "sips:")) &&
		       span_is_text(rest);
	}
	if (rest.len <= VERSION_LEN + 1 || rest.p[rest.len - VERSION_LEN - 1] != ' ' ||
	    memcmp(rest.p + rest.len - VERSION_LEN, version, VERSION_LEN) != 0)
		return false;
	ret->uri = span_trim(span_over(rest.p, rest.len - VERSION_LEN - 1));
	return ret->uri.len && !memchr(ret->uri.p, ' ', ret->uri.len);
}

static bool parse_first_line(const struct line *l, struct sip_message *ret)
{
	if (starts_response(l->text, l->len))
		return parse_status(l, ret);
	return parse_request(l, ret);
}

/* The message's head at the cursor, which then stands behind what is here of it. */
static bool head_next(struct cursor *c, struct sip_message *ret)
{
	const uint8_t *before = c->pos, *start;
	struct span value;
	struct line line;
	int i;

	for (i = 0;
	     i < LEADING_LINES_MAX && cursor_left(c) > 2 && c->pos[0] == '\r' && c->pos[1] == '\n';
	     i++)
		cursor_skip(c, 2);
	*ret = (struct sip_message){ .start = c->pos };
	if (!starts_message(c->pos, cursor_left(c)) || !line_next(c, &ret->first) ||
	    !parse_first_line(&ret->first, ret)) {
		c->pos = before;
		return false;
	}
	start = c->pos;
	ret->headers = span_over(start, 0);
	while (line_next(c, &line) && line.whole) {
		if (!line.len) {
			ret->head_whole = true;
			break;
		}
		ret->headers.len = (size_t)(c->pos - start);
		if (line_is_header(&line, "content-length", &value) ||
		    line_is_header(&line, "l", &value))
			ret->has_length = span_uint(value, &ret->body_len);
	}
	ret->body = span_over(c->pos, 0);
	return true;
}

/* Bytes of the body that the message has: a datagram without a length ends with its own. */
static size_t body_want(const struct sip_message *m, bool stream, const struct cursor *c)
{
	if (m->has_length)
		return m->body_len;
	return stream ? 0 : cursor_left(c);
}

/* Head and what is here of the body. */
static bool message_next(struct cursor *c, bool stream, struct sip_message *ret)
{
	size_t want;

	if (!head_next(c, ret))
		return false;
	want = body_want(ret, stream, c);
	ret->body = span_over(c->pos, ret->head_whole ? MIN_OF(want, cursor_left(c)) : 0);
	cursor_skip(c, ret->body.len);
	return true;
}

static bool is_keep_alive(const uint8_t *p, size_t len)
{
	return (len == 2 || len == KEEP_ALIVE_MAX) && !memcmp(p, "\r\n\r\n", len);
}

static struct next sip_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const bool stream = layer_carrier(d, l) == PROTO_TCP;
	struct sip_message m;

	if (is_keep_alive(c->pos, cursor_left(c)) && !c->clipped) {
		cursor_skip(c, cursor_left(c));
		return next_none();
	}
	if (!message_next(c, stream, &m))
		return next_reject();
	do {
		if (!stream && c->clipped) {
			cursor_skip(c, cursor_left(c) + 1);
			break;
		}
		if (stream && !m.head_whole) {
			c->pos = c->end;
			dissect_take_pdu(d, l, c, m.start, 1);
			break;
		}
		if (!m.has_length || m.body.len == m.body_len)
			continue;
		if (!stream) /* RFC 3261 18.3: an error */
			return next_malformed(d, NOTE_BAD_LENGTH);
		dissect_take_pdu(d, l, c, m.start, m.body_len - m.body.len);
		break;
	} while (stream && cursor_left(c) && message_next(c, stream, &m));
	return next_none();
}

static void sip_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const bool stream = layer_carrier(d, l) == PROTO_TCP;
	struct cursor c = layer_cursor(d, l, 0);
	struct sip_message m;

	while (message_next(&c, stream, &m))
		sip_describe_message(&m, c.pos, o);
}

static void put_text(struct span s, struct strbuf *out)
{
	text_printable(s.p, s.len, LINE_VALUE_MAX, out);
}

/* " from=sip:alice@example.com": the address alone. */
static void put_address(const struct sip_message *m, const char *name, const char *before,
			struct strbuf *out)
{
	struct span value, inner;

	if (!sip_message_header(m, name, &value))
		return;
	inner = value;
	span_until(&inner, '<');
	if (inner.len)
		value = span_until(&inner, '>');
	else
		value = span_until(&value, ';');
	strbuf_puts(out, before);
	put_text(value, out);
}

static void put_value(const struct sip_message *m, const char *name, const char *before,
		      struct strbuf *out)
{
	struct span value;

	if (!sip_message_header(m, name, &value))
		return;
	strbuf_puts(out, before);
	put_text(value, out);
}

static void put_media(const struct sip_message *m, struct strbuf *out)
{
	struct span content, type, address, port;

	if (!m->body.len || !sip_message_header(m, "Content-Type", &content))
		return;
	content = span_trim(span_until(&content, ';'));
	strbuf_putc(out, ' ');
	put_text(content, out);
	if (!span_is(content, "application/sdp") ||
	    !sdp_first_media(m->body, &type, &address, &port) || !port.len)
		return;
	strbuf_putc(out, ' ');
	put_text(type, out);
	strbuf_putc(out, ' ');
	put_text(address, out);
	strbuf_putc(out, ':');
	put_text(port, out);
}

static void put_message(const struct sip_message *m, const struct render_options *opt,
			struct strbuf *out)
{
	strbuf_putc(out, ' ');
	if (m->response) {
		strbuf_uint(out, m->code);
		strbuf_putc(out, ' ');
		put_text(m->phrase, out);
	} else {
		put_text(m->method, out);
		strbuf_putc(out, ' ');
		put_text(m->uri, out);
	}
	if (!m->first.whole)
		strbuf_puts(out, "...");
	put_value(m, "CSeq", " cseq=", out);
	if (opt->quiet)
		return;
	put_address(m, "From", " from=", out);
	put_address(m, "To", " to=", out);
	put_value(m, "Call-ID", " call=", out);
	put_media(m, out);
}

static void sip_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const bool stream = layer_carrier(d, l) == PROTO_TCP;
	struct cursor c = layer_cursor(d, l, 0);
	struct sip_message m;
	unsigned nr;

	line_paint(opt, PAINT_PROTOCOL, "SIP", out);
	if (is_keep_alive(c.pos, cursor_left(&c))) {
		strbuf_puts(out, " keep-alive");
		return;
	}
	for (nr = 0; message_next(&c, stream, &m); nr++) {
		if (nr && nr < LINE_MESSAGES_MAX)
			strbuf_putc(out, ';');
		if (nr < LINE_MESSAGES_MAX)
			put_message(&m, opt, out);
	}
	if (nr > LINE_MESSAGES_MAX) {
		strbuf_puts(out, "; and ");
		strbuf_uint(out, nr - LINE_MESSAGES_MAX);
		strbuf_puts(out, " more");
	}
}

/* The version at one end of the first line is certain enough for any port. */
static bool sip_guess(const uint8_t *p, size_t len)
{
	struct cursor c = cursor_over(p, len, false);
	struct sip_message m = { 0 };
	struct line line;

	return starts_message(p, len) && line_next(&c, &line) && line.whole &&
	       parse_first_line(&line, &m);
}

const struct dissector sip_dissector = {
	.name = "sip",
	.title = "Session Initiation Protocol",
	.id = PROTO_SIP,
	.layer_class = CLASS_APPLICATION,
	.described = sip_described,
	.nr_described = SIP_NR_DESCRIBED,
	.keys = { { KEY_UDP_PORT, 5060 }, { KEY_TCP_PORT, 5060 } },
	.guess = sip_guess,
	.guess_first = "ABCIMNOPRSU",
	.guess_tcp = true,
	.guess_udp = true,
	.dissect = sip_dissect,
	.describe = sip_describe,
	.line = sip_line,
};
