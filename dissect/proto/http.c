/* dissect/proto/http.c -- Hypertext Transfer Protocol, HTTP/1.x: RFC 9110, RFC 9112; RFC 1945. */
#include "dissect/proto/http.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	LINE_MESSAGES_MAX = 4, /* of a segment that are written out */
	LINE_URI_MAX = 120,
	LINE_VALUE_MAX = 60,
	TCP_FLAG_FIN = 1,
};

/* The header fields of which the line tells. */
enum {
	HOST,
	FORWARDED_FOR,
	UPGRADE,
	AUTHORIZATION,
	LOCATION,
	CONTENT_TYPE,
	CONTENT_ENCODING,
	NR_SHOWN,
};

static const char *const shown[NR_SHOWN] = {
	[HOST] = "host",
	[FORWARDED_FOR] = "x-forwarded-for",
	[UPGRADE] = "upgrade",
	[AUTHORIZATION] = "authorization",
	[LOCATION] = "location",
	[CONTENT_TYPE] = "content-type",
	[CONTENT_ENCODING] = "content-encoding",
};

/* As http_message_next(); what ends with the connection is whole where that ends here. */
static bool message_next(const struct dissection *d, struct cursor *c, struct http_message *ret)
{
	const struct flow *flow = d->nr_ip > 1 ? &d->inner : &d->flow;

	if (!http_message_next(c, HTTP_STREAM, ret))
		return false;
	if (ret->head_whole && ret->body_kind == HTTP_BODY_UNTIL_CLOSE && !c->clipped &&
	    flow->tcp_flags & TCP_FLAG_FIN)
		ret->missing = 0;
	return true;
}

/* One layer holds all messages of a segment. What is behind a message and starts none is payload.
 */
static struct next http_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct http_message m;

	if (!message_next(d, c, &m))
		return next_reject();
	do {
		if (m.missing) {
			dissect_take_pdu(d, l, c, m.start, m.missing);
			break;
		}
	} while (cursor_left(c) && message_next(d, c, &m));
	return next_none();
}

static void http_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);

	while (http_describe_message(&c, HTTP_STREAM, o))
		;
}

static void put_text(struct span s, size_t max, struct strbuf *out)
{
	text_printable(s.p, s.len, max, out);
}

/* " host=www.example.com", nothing where the message has no such field. */
static void put_value(const char *before, struct span value, struct strbuf *out)
{
	if (!value.p)
		return;
	strbuf_puts(out, before);
	put_text(value, LINE_VALUE_MAX, out);
}

static void put_body(const struct http_message *m, struct span *values, struct strbuf *out)
{
	if (values[CONTENT_TYPE].p)
		put_value(" ", span_trim(span_until(&values[CONTENT_TYPE], ';')), out);
	put_value(" ", values[CONTENT_ENCODING], out);
	if (!m->head_whole)
		return;
	if (m->body_kind == HTTP_BODY_CHUNKED)
		strbuf_puts(out, " chunked");
	if (m->body_kind == HTTP_BODY_NONE)
		return;
	strbuf_puts(out, " length ");
	strbuf_uint(out, m->body_kind == HTTP_BODY_LENGTH ? m->body_len : m->body.len);
	if (m->body_kind == HTTP_BODY_LENGTH && m->missing) {
		strbuf_puts(out, " (");
		strbuf_uint(out, m->body.len);
		strbuf_puts(out, " here)");
	} else if (m->missing) {
		strbuf_putc(out, '+');
	}
}

static void put_request(const struct http_message *m, const struct render_options *opt,
			struct strbuf *out)
{
	struct span values[NR_SHOWN] = { { 0 } };

	strbuf_putc(out, ' ');
	put_text(m->method, m->method.len, out);
	strbuf_putc(out, ' ');
	put_text(m->uri, LINE_URI_MAX, out);
	if (!m->first.whole)
		strbuf_puts(out, "...");
	if (opt->quiet)
		return;
	if (m->version.len) {
		strbuf_putc(out, ' ');
		put_text(m->version, m->version.len, out);
	}
	http_headers_find(m, shown, NR_SHOWN, values);
	put_value(" host=", values[HOST], out);
	put_value(" for=", values[FORWARDED_FOR], out);
	put_value(" upgrade=", values[UPGRADE], out);
	if (values[AUTHORIZATION].p) /* which kind of credentials; never themselves */
		put_value(" auth=", span_word(&values[AUTHORIZATION]), out);
	put_body(m, values, out);
}

static void put_response(const struct http_message *m, const struct render_options *opt,
			 struct strbuf *out)
{
	struct span values[NR_SHOWN] = { { 0 } };

	if (m->version.len > 4)
		put_text(span_over(m->version.p + 4, m->version.len - 4), m->version.len, out);
	if (m->code) {
		strbuf_putc(out, ' ');
		strbuf_uint(out, m->code);
	}
	if (m->phrase.len) {
		strbuf_putc(out, ' ');
		put_text(m->phrase, LINE_VALUE_MAX, out);
	}
	if (!m->first.whole)
		strbuf_puts(out, "...");
	if (opt->quiet)
		return;
	http_headers_find(m, shown, NR_SHOWN, values);
	put_value(" location=", values[LOCATION], out);
	put_value(" upgrade=", values[UPGRADE], out);
	put_body(m, values, out);
}

static void http_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct http_message m;
	unsigned nr;

	line_paint(opt, PAINT_PROTOCOL, "HTTP", out);
	for (nr = 0; message_next(d, &c, &m); nr++) {
		if (nr >= LINE_MESSAGES_MAX)
			continue;
		if (nr)
			strbuf_putc(out, ';');
		if (nr && m.response)
			strbuf_puts(out, " HTTP");
		if (m.response)
			put_response(&m, opt, out);
		else
			put_request(&m, opt, out);
	}
	if (nr > LINE_MESSAGES_MAX) {
		strbuf_puts(out, "; and ");
		strbuf_uint(out, nr - LINE_MESSAGES_MAX);
		strbuf_puts(out, " more");
	}
}

const struct dissector http_dissector = {
	.name = "http",
	.title = "Hypertext Transfer Protocol",
	.id = PROTO_HTTP,
	.layer_class = CLASS_APPLICATION,
	.described = http_described,
	.nr_described = HTTP_NR_DESCRIBED,
	.keys = { { KEY_TCP_PORT, 80 },
		  { KEY_TCP_PORT, 3128 },
		  { KEY_TCP_PORT, 8000 },
		  { KEY_TCP_PORT, 8008 },
		  { KEY_TCP_PORT, 8080 },
		  { KEY_TCP_PORT, 8888 } },
	.guess = http_guess,
	.guess_first = "ABCDGHLMNOPRSTUV",
	.guess_tcp = true,
	.dissect = http_dissect,
	.describe = http_describe,
	.line = http_line,
};
