/* dissect/proto/pop.c -- Post Office Protocol version 3: RFC 1939, RFC 2449, RFC 5034. */
#include "dissect/dissect.h"
#include "dissect/lines.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	IS_RESPONSE = 1 << 0,
	IS_REQUEST = 1 << 1,
	IS_DATA = 1 << 2, /* the middle of a list or of a message */
};

enum { LINES_SHOWN_MAX = 8, TEXT_SHOWN_MAX = 120 };

enum pop_field {
	PF_REQUEST,
	PF_COMMAND,
	PF_PARAMETER,
	PF_RESPONSE,
	PF_INDICATOR,
	PF_DESCRIPTION,
	PF_DATA,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc pop_described[] = {
	[PF_REQUEST] = { "pop.request", "Request", 0, 0, FIELD_GROUP, LISTED },
	[PF_COMMAND] = { "pop.request.command", "Command", 0, 0, FIELD_TEXT, LISTED },
	[PF_PARAMETER] = { "pop.request.parameter", "Parameter", 0, 0, FIELD_TEXT, LISTED },
	[PF_RESPONSE] = { "pop.response", "Response", 0, 0, FIELD_GROUP, LISTED },
	[PF_INDICATOR] = { "pop.response.indicator", "Indicator", 0, 0, FIELD_TEXT, LISTED },
	[PF_DESCRIPTION] = { "pop.response.description", "Description", 0, 0, FIELD_TEXT, LISTED },
	[PF_DATA] = { "pop.response.data", "Data", 0, 0, FIELD_GROUP, LISTED },
};

static bool is_indicator(struct span word)
{
	return span_is(word, "+OK") || span_is(word, "-ERR") || span_is(word, "+");
}

static bool is_command(struct span word)
{
	static const char *const commands[] = { "USER", "PASS", "APOP", "STAT", "LIST", "RETR",
						"DELE", "NOOP", "RSET", "QUIT", "TOP",  "UIDL",
						"CAPA", "AUTH", "STLS", "UTF8", "LANG", "XTND" };

	return span_is_one_of(word, commands, ARRAY_SIZE(commands));
}

static struct next pop_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct cursor peek = *c;
	struct line first;
	struct span rest, word;

	if (looks_like_tls(c) || !line_next(&peek, &first))
		return next_reject();
	rest = line_span(&first);
	word = span_word(&rest);
	if (is_indicator(word))
		l->variant = IS_RESPONSE;
	else if (!span_is_text(line_span(&first)) ||
		 !(first.whole || c->clipped || is_command(word)))
		return next_reject();
	else if (flow_current(d)->sport < flow_current(d)->dport)
		l->variant = IS_DATA;
	else
		l->variant = IS_REQUEST; /* also the answer to a challenge: it has no command */
	lines_take(d, l, c);
	return next_none();
}

/*
 * Requests and replies may be pipelined. A reply's data reach from the first line that is no reply
 * to a lone dot: a mail may contain a line that looks like one.
 */
static bool reply_starts(const struct line *line, bool *in_data)
{
	struct span rest = line_span(line), word = span_word(&rest);

	if (*in_data) {
		*in_data = !(line->len == 1 && line->text[0] == '.');
		return false;
	}
	*in_data = !is_indicator(word);
	return !*in_data;
}

static void describe_line(unsigned variant, bool *in_data, const struct line *line,
			  struct field_out *o)
{
	struct span rest = line_span(line), word = span_word(&rest);

	if (variant == IS_REQUEST) {
		field_put_bytes(o, &pop_described[PF_REQUEST], line->text, line->len);
		if (!is_command(word))
			return;
		field_put_bytes(o, &pop_described[PF_COMMAND], word.p, word.len);
		if (rest.len)
			field_put_bytes(o, &pop_described[PF_PARAMETER], rest.p, rest.len);
	} else if (reply_starts(line, in_data)) {
		field_put_bytes(o, &pop_described[PF_RESPONSE], line->text, line->len);
		field_put_bytes(o, &pop_described[PF_INDICATOR], word.p, word.len);
		if (rest.len)
			field_put_bytes(o, &pop_described[PF_DESCRIPTION], rest.p, rest.len);
	} else {
		field_put_bytes(o, &pop_described[PF_DATA], line->text, line->len);
	}
}

static void pop_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct line line;
	bool in_data = l->variant == IS_DATA;

	while (line_next(&c, &line))
		describe_line(l->variant, &in_data, &line, o);
}

static void line_request(const struct line *line, struct strbuf *out)
{
	struct span rest = line_span(line), word = span_word(&rest);

	if (!is_command(word)) {
		strbuf_puts(out, "***"); /* of an AUTH */
		return;
	}
	text_printable(word.p, word.len, TEXT_SHOWN_MAX, out);
	if (!rest.len)
		return;
	strbuf_putc(out, ' ');
	if (span_is(word, "AUTH") || span_is(word, "APOP")) {
		word = span_word(&rest);
		text_printable(word.p, word.len, TEXT_SHOWN_MAX, out);
		strbuf_puts(out, rest.len ? " ***" : "");
	} else if (span_is(word, "PASS")) {
		strbuf_puts(out, "***");
	} else {
		text_printable(rest.p, rest.len, TEXT_SHOWN_MAX, out);
	}
}

static void pop_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct line line;
	bool in_data = false;
	unsigned nr;

	line_paint(opt, PAINT_PROTOCOL, "POP", out);
	if (l->variant == IS_DATA) {
		strbuf_puts(out, " data ");
		strbuf_uint(out, cursor_left(&c));
		return;
	}
	for (nr = 0; nr < LINES_SHOWN_MAX && line_next(&c, &line); nr++) {
		if (l->variant == IS_RESPONSE && !reply_starts(&line, &in_data)) {
			strbuf_puts(out, ", data ");
			strbuf_uint(out, line.len + cursor_left(&c));
			return;
		}
		strbuf_puts(out, nr ? " | " : " ");
		if (l->variant == IS_REQUEST)
			line_request(&line, out);
		else
			text_printable(line.text, line.len, TEXT_SHOWN_MAX, out);
	}
}

const struct dissector pop_dissector = {
	.name = "pop",
	.title = "Post Office Protocol",
	.id = PROTO_POP,
	.layer_class = CLASS_APPLICATION,
	.described = pop_described,
	.nr_described = ARRAY_SIZE(pop_described),
	.keys = { { KEY_TCP_PORT, 110 } },
	.dissect = pop_dissect,
	.describe = pop_describe,
	.line = pop_line,
};
