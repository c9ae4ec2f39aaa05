/*
 * dissect/proto/xmpp.c -- Extensible Messaging and Presence Protocol: RFC 6120, RFC 6121.
 *
 * A stream of XML that never ends; a segment is read tag by tag. What is between the tags, a
 * message's body above all, is left alone.
 */
#include "dissect/dissect.h"
#include "dissect/lines.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { TAGS_SHOWN_MAX = 6, TEXT_SHOWN_MAX = 120, DEPTH_MAX = 64 };

enum xmpp_field {
	XF_STREAM,
	XF_STREAM_END,
	XF_FEATURES,
	XF_STARTTLS,
	XF_REQUIRED,
	XF_PROCEED,
	XF_AUTH,
	XF_CHALLENGE,
	XF_RESPONSE,
	XF_SUCCESS,
	XF_FAILURE,
	XF_IQ,
	XF_MESSAGE,
	XF_PRESENCE,
	XF_ELEMENT,
	XF_MECHANISM,
	XF_SHOW,
	XF_TO,
	XF_FROM,
	XF_ID,
	XF_TYPE,
	XF_VERSION,
	XF_XMLNS,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc xmpp_described[] = {
	[XF_STREAM] = { "xmpp.stream", "Stream", 0, 0, FIELD_GROUP, LISTED },
	[XF_STREAM_END] = { "xmpp.stream_end", "End of stream", 0, 0, FIELD_GROUP, LISTED },
	[XF_FEATURES] = { "xmpp.features", "Features", 0, 0, FIELD_GROUP, LISTED },
	[XF_STARTTLS] = { "xmpp.starttls", "StartTLS", 0, 0, FIELD_GROUP, LISTED },
	[XF_REQUIRED] = { "xmpp.starttls.required", "Required", 0, 0, FIELD_FLAG, LISTED },
	[XF_PROCEED] = { "xmpp.proceed", "Proceed with TLS", 0, 0, FIELD_GROUP, LISTED },
	[XF_AUTH] = { "xmpp.auth", "Authentication", 0, 0, FIELD_GROUP, LISTED },
	[XF_CHALLENGE] = { "xmpp.challenge", "Challenge", 0, 0, FIELD_GROUP, LISTED },
	[XF_RESPONSE] = { "xmpp.response", "Response", 0, 0, FIELD_GROUP, LISTED },
	[XF_SUCCESS] = { "xmpp.success", "Success", 0, 0, FIELD_GROUP, LISTED },
	[XF_FAILURE] = { "xmpp.failure", "Failure", 0, 0, FIELD_GROUP, LISTED },
	[XF_IQ] = { "xmpp.iq", "Info/query", 0, 0, FIELD_GROUP, LISTED },
	[XF_MESSAGE] = { "xmpp.message", "Message", 0, 0, FIELD_GROUP, LISTED },
	[XF_PRESENCE] = { "xmpp.presence", "Presence", 0, 0, FIELD_GROUP, LISTED },
	[XF_ELEMENT] = { "xmpp.element", "Element", 0, 0, FIELD_TEXT, LISTED },
	[XF_MECHANISM] = { "xmpp.auth.mechanism", "Mechanism", 0, 0, FIELD_TEXT, LISTED },
	[XF_SHOW] = { "xmpp.presence.show", "Show", 0, 0, FIELD_TEXT, LISTED },
	[XF_TO] = { "xmpp.to", "To", 0, 0, FIELD_TEXT, LISTED },
	[XF_FROM] = { "xmpp.from", "From", 0, 0, FIELD_TEXT, LISTED },
	[XF_ID] = { "xmpp.id", "Id", 0, 0, FIELD_TEXT, LISTED },
	[XF_TYPE] = { "xmpp.type", "Type", 0, 0, FIELD_TEXT, LISTED },
	[XF_VERSION] = { "xmpp.version", "Version", 0, 0, FIELD_TEXT, LISTED },
	[XF_XMLNS] = { "xmpp.xmlns", "Namespace", 0, 0, FIELD_TEXT, LISTED },
};

/* The elements that say something by themselves. */
static const struct {
	const char *name;
	enum xmpp_field field;
} known_elements[] = {
	{ "stream:stream", XF_STREAM },
	{ "stream:features", XF_FEATURES },
	{ "starttls", XF_STARTTLS },
	{ "proceed", XF_PROCEED },
	{ "auth", XF_AUTH },
	{ "challenge", XF_CHALLENGE },
	{ "response", XF_RESPONSE },
	{ "success", XF_SUCCESS },
	{ "failure", XF_FAILURE },
	{ "iq", XF_IQ },
	{ "message", XF_MESSAGE },
	{ "presence", XF_PRESENCE },
};

struct tag {
	const uint8_t *start;
	size_t len;             /* from '<' to '>' */
	struct span name, rest; /* rest: the attributes */
	bool opens, closes;     /* <a> opens, </a> closes, <a/> does both */
	struct span text;       /* what follows up to the next tag */
};

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span skip_space(struct span s)
{
	while (s.len && is_space(s.p[0])) {
		s.p++;
		s.len--;
	}
	return s;
}

static struct span until_space(struct span *s)
{
	struct span word = span_over(s->p, 0);

	while (word.len < s->len && !is_space(word.p[word.len]) && word.p[word.len] != '=')
		word.len++;
	*s = span_over(s->p + word.len, s->len - word.len);
	return word;
}

/* The next tag of the segment; declarations and comments are passed over. False: no whole one. */
static bool tag_next(struct cursor *c, struct tag *ret)
{
	const uint8_t *end, *next;
	struct span s;

	do {
		ret->start = cursor_left(c) ? memchr(c->pos, '<', cursor_left(c)) : NULL;
		if (!ret->start)
			return false;
		end = memchr(ret->start, '>', (size_t)(c->end - ret->start));
		if (!end)
			return false;
		c->pos = end + 1;
	} while (ret->start[1] == '?' || ret->start[1] == '!');
	ret->len = (size_t)(c->pos - ret->start);
	s = span_over(ret->start + 1, ret->len - 2);
	ret->opens = !s.len || s.p[0] != '/';
	ret->closes = !ret->opens || (s.len && s.p[s.len - 1] == '/');
	if (ret->closes && s.len) {
		s.p += !ret->opens;
		s.len--;
	}
	ret->name = until_space(&s);
	ret->rest = s;
	next = cursor_left(c) ? memchr(c->pos, '<', cursor_left(c)) : NULL;
	ret->text = span_over(c->pos, next ? (size_t)(next - c->pos) : 0);
	return true;
}

/* name='value' or name="value" */
static bool attribute_next(struct span *rest, struct span *name, struct span *value)
{
	uint8_t quote;

	*rest = skip_space(*rest);
	*name = until_space(rest);
	*rest = skip_space(*rest);
	if (!name->len || !rest->len || rest->p[0] != '=')
		return false;
	*rest = skip_space(span_over(rest->p + 1, rest->len - 1));
	if (!rest->len || (rest->p[0] != '\'' && rest->p[0] != '"'))
		return false;
	quote = rest->p[0];
	*rest = span_over(rest->p + 1, rest->len - 1);
	*value = span_until(rest, (char)quote);
	return true;
}

static struct span tag_attribute(const struct tag *t, const char *wanted)
{
	struct span rest = t->rest, name, value;

	while (attribute_next(&rest, &name, &value))
		if (span_is(name, wanted))
			return value;
	return span_over(t->start, 0);
}

static bool tag_field(const struct tag *t, enum xmpp_field *ret)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_elements); i++) {
		if (span_is(t->name, known_elements[i].name)) {
			*ret = known_elements[i].field;
			return true;
		}
	}
	return false;
}

static struct next xmpp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const struct span s = skip_space(span_over(c->pos, cursor_left(c)));
	const uint8_t *open, *close;

	/* A lone blank keeps the connection alive, RFC 6120 4.6.1. */
	if (s.len && (s.p[0] != '<' || (s.len > 1 && !memchr("/?!", s.p[1], 3) &&
					((s.p[1] | 0x20) < 'a' || (s.p[1] | 0x20) > 'z'))))
		return next_reject();
	if (!cursor_left(c))
		return next_reject();
	open = memrchr(c->pos, '<', cursor_left(c));
	close = memrchr(c->pos, '>', cursor_left(c));
	if (open && (!close || close < open)) {
		c->pos = open;
		dissect_take_pdu(d, l, c, open, cursor_left(c) + 1);
	} else {
		c->pos = c->end;
	}
	return next_none();
}

static void put_span(enum xmpp_field f, struct span s, struct field_out *o)
{
	if (s.len)
		field_put_bytes(o, &xmpp_described[f], s.p, s.len);
}

static void describe_attributes(const struct tag *t, struct field_out *o)
{
	static const struct {
		const char *name;
		enum xmpp_field field;
	} known[] = { { "to", XF_TO },
		      { "from", XF_FROM },
		      { "id", XF_ID },
		      { "type", XF_TYPE },
		      { "version", XF_VERSION },
		      { "xmlns", XF_XMLNS },
		      { "mechanism", XF_MECHANISM } };
	struct span rest = t->rest, name, value;
	size_t i;

	while (attribute_next(&rest, &name, &value))
		for (i = 0; i < ARRAY_SIZE(known); i++)
			if (span_is(name, known[i].name) ||
			    (known[i].field == XF_XMLNS && span_starts(name, "xmlns:")))
				put_span(known[i].field, value, o);
}

/* A heading reaches over the whole element, as far as it is here. */
static size_t element_len(struct cursor c, const struct tag *t)
{
	unsigned depth = 1;
	struct tag inner;

	if (t->closes)
		return t->len;
	while (depth && tag_next(&c, &inner)) {
		if (inner.opens && !inner.closes)
			depth++;
		else if (!inner.opens)
			depth--;
		if (depth > DEPTH_MAX)
			break;
	}
	return (size_t)((depth ? c.end : c.pos) - t->start);
}

static void describe_tag(const struct cursor *c, const struct tag *t, const uint8_t **end,
			 struct field_out *o)
{
	enum xmpp_field f;

	if (!t->opens) {
		if (span_is(t->name, "stream:stream"))
			field_put_group(o, &xmpp_described[XF_STREAM_END], NULL, t->start, t->len);
		return;
	}
	if (span_is(t->name, "required"))
		field_put_num(o, &xmpp_described[XF_REQUIRED], 1, t->start, t->len);
	if (span_is(t->name, "mechanism"))
		put_span(XF_MECHANISM, t->text, o);
	if (span_is(t->name, "show"))
		put_span(XF_SHOW, t->text, o);
	if (tag_field(t, &f)) {
		/* Only what is not within another element is measured: no square of the length. */
		size_t len = t->len;

		if (t->start >= *end) {
			len = f == XF_STREAM ? t->len : element_len(*c, t);
			*end = t->start + len;
		}
		field_put_group(o, &xmpp_described[f], NULL, t->start, len);
		describe_attributes(t, o);
	} else {
		put_span(XF_ELEMENT, t->name, o);
		put_span(XF_XMLNS, tag_attribute(t, "xmlns"), o);
	}
}

static void xmpp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);
	const uint8_t *end = c.pos;
	struct tag t;

	while (tag_next(&c, &t))
		describe_tag(&c, &t, &end, o);
}

static void line_tag(const struct tag *t, const struct render_options *opt, struct strbuf *out)
{
	static const char *const shown[] = { "type", "from", "to", "id", "mechanism" };
	size_t i;

	text_printable(t->name.p, t->name.len, TEXT_SHOWN_MAX, out);
	for (i = 0; i < ARRAY_SIZE(shown); i++) {
		const struct span value = tag_attribute(t, shown[i]);

		if (!value.len || (opt->quiet && i == 3))
			continue;
		strbuf_putc(out, ' ');
		strbuf_puts(out, shown[i]);
		strbuf_putc(out, '=');
		text_printable(value.p, value.len, TEXT_SHOWN_MAX, out);
	}
}

static void xmpp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	enum xmpp_field f;
	unsigned nr = 0;
	struct tag t;

	line_paint(opt, PAINT_PROTOCOL, "XMPP", out);
	while (nr < TAGS_SHOWN_MAX && tag_next(&c, &t)) {
		if (!t.opens && span_is(t.name, "stream:stream")) {
			strbuf_puts(out, nr++ ? ", end of stream" : " end of stream");
		} else if (t.opens && tag_field(&t, &f)) {
			strbuf_puts(out, nr++ ? ", " : " ");
			line_tag(&t, opt, out);
		} else if (t.opens && span_is(t.name, "mechanism") && t.text.len) {
			strbuf_puts(out, nr ? " " : " mechanism ");
			nr += !nr;
			text_printable(t.text.p, t.text.len, TEXT_SHOWN_MAX, out);
		}
	}
	if (nr)
		return;
	c = layer_cursor(d, l, 0);
	if (!skip_space(span_over(c.pos, cursor_left(&c))).len) {
		strbuf_puts(out, " keep-alive");
		return;
	}
	strbuf_puts(out, " data ");
	strbuf_uint(out, l->hdr_len);
}

const struct dissector xmpp_dissector = {
	.name = "xmpp",
	.title = "Extensible Messaging and Presence Protocol",
	.id = PROTO_XMPP,
	.layer_class = CLASS_APPLICATION,
	.described = xmpp_described,
	.nr_described = ARRAY_SIZE(xmpp_described),
	.keys = { { KEY_TCP_PORT, 5222 }, { KEY_TCP_PORT, 5269 } },
	.dissect = xmpp_dissect,
	.describe = xmpp_describe,
	.line = xmpp_line,
};
