/* dissect/proto/imap.c -- Internet Message Access Protocol, RFC 9051, RFC 3501; literals RFC 7888.
 */
#include <string.h>

#include "dissect/dissect.h"
#include "dissect/lines.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	IS_RESPONSE = 1 << 0,
	IS_REQUEST = 1 << 1,
	IS_CONTINUED = 1 << 2, /* the middle of a literal, or the answer to a challenge */
};

enum { LINES_SHOWN_MAX = 8, TEXT_SHOWN_MAX = 120, TAG_LEN_MAX = 32 };

enum imap_field {
	IF_IS_REQUEST,
	IF_LINE,
	IF_TAG,
	IF_COMMAND,
	IF_REQUEST,
	IF_REQUEST_TAG,
	IF_REQUEST_COMMAND,
	IF_UID,
	IF_USERNAME,
	IF_PASSWORD,
	IF_FOLDER,
	IF_RESPONSE,
	IF_RESPONSE_TAG,
	IF_STATUS,
	IF_RESPONSE_COMMAND,
	IF_LITERAL,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc imap_described[] = {
	[IF_IS_REQUEST] = { "imap.isrequest", "Request", 0, 0, FIELD_FLAG, FIELD_DESCRIBED },
	[IF_LINE] = { "imap.line", "Line", 0, 0, FIELD_TEXT, LISTED },
	[IF_TAG] = { "imap.tag", "Tag", 0, 0, FIELD_TEXT, LISTED },
	[IF_COMMAND] = { "imap.command", "Command", 0, 0, FIELD_TEXT, LISTED },
	[IF_REQUEST] = { "imap.request", "Request", 0, 0, FIELD_TEXT, LISTED },
	[IF_REQUEST_TAG] = { "imap.request_tag", "Request tag", 0, 0, FIELD_TEXT, LISTED },
	[IF_REQUEST_COMMAND] = { "imap.request.command", "Request command", 0, 0, FIELD_TEXT,
				 LISTED },
	[IF_UID] = { "imap.request.command.uid", "By UID", 0, 0, FIELD_FLAG, LISTED },
	[IF_USERNAME] = { "imap.request.username", "User name", 0, 0, FIELD_TEXT, LISTED },
	[IF_PASSWORD] = { "imap.request.password", "Password", 0, 0, FIELD_TEXT, LISTED },
	[IF_FOLDER] = { "imap.request.folder", "Folder", 0, 0, FIELD_TEXT, LISTED },
	[IF_RESPONSE] = { "imap.response", "Response", 0, 0, FIELD_TEXT, LISTED },
	[IF_RESPONSE_TAG] = { "imap.response_tag", "Response tag", 0, 0, FIELD_TEXT, LISTED },
	[IF_STATUS] = { "imap.response.status", "Status", 0, 0, FIELD_TEXT, LISTED },
	[IF_RESPONSE_COMMAND] = { "imap.response.command", "Response command", 0, 0, FIELD_TEXT,
				  LISTED },
	[IF_LITERAL] = { "imap.literal", "Literal", 0, 0, FIELD_BYTES, LISTED },
};

static bool is_untagged(struct span word)
{
	return span_is(word, "*") || span_is(word, "+");
}

static bool is_status(struct span word)
{
	return span_is(word, "OK") || span_is(word, "NO") || span_is(word, "BAD");
}

/* RFC 9051 9: a tag is an astring without '+'; nobody makes long ones. */
static bool is_tag(struct span word)
{
	size_t i;

	if (!word.len || word.len > TAG_LEN_MAX)
		return false;
	for (i = 0; i < word.len; i++)
		if (word.p[i] <= ' ' || word.p[i] >= 0x7f || strchr("(){%*\"\\+:", word.p[i]))
			return false;
	return true;
}

static bool is_command(struct span word)
{
	static const char *const commands[] = {
		"CAPABILITY", "NOOP",        "LOGOUT",      "STARTTLS",     "AUTHENTICATE",
		"LOGIN",      "ENABLE",      "SELECT",      "EXAMINE",      "CREATE",
		"DELETE",     "RENAME",      "SUBSCRIBE",   "UNSUBSCRIBE",  "LIST",
		"LSUB",       "NAMESPACE",   "STATUS",      "APPEND",       "IDLE",
		"CHECK",      "CLOSE",       "UNSELECT",    "EXPUNGE",      "SEARCH",
		"FETCH",      "STORE",       "COPY",        "MOVE",         "UID",
		"ID",         "GETQUOTA",    "SETQUOTA",    "GETQUOTAROOT", "GETACL",
		"SETACL",     "MYRIGHTS",    "SORT",        "THREAD",       "COMPRESS",
		"NOTIFY",     "GETMETADATA", "SETMETADATA", "XLIST",
	};

	return span_is_one_of(word, commands, ARRAY_SIZE(commands));
}

static unsigned classify(const struct line *line)
{
	struct span rest = line_span(line), tag = span_word(&rest), word = span_word(&rest);

	if (is_untagged(tag) || (is_tag(tag) && is_status(word)))
		return IS_RESPONSE;
	return is_tag(tag) && is_command(word) ? IS_REQUEST : IS_CONTINUED;
}

static struct next imap_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct cursor peek = *c;
	struct line first;

	if (looks_like_tls(c) || !line_next(&peek, &first))
		return next_reject();
	l->variant = (uint8_t)classify(&first);
	if (l->variant == IS_CONTINUED &&
	    ((!first.whole && !c->clipped) || !span_is_text(line_span(&first))))
		return next_reject();
	lines_take(d, l, c);
	return next_none();
}

/* "{310}" or "{310+}" at the end of a line: so many bytes follow that are not lines. */
static size_t literal_len(const struct line *line)
{
	struct span s = line_span(line);
	uint32_t len;

	if (s.len < 3 || s.p[s.len - 1] != '}')
		return 0;
	s.len -= s.p[s.len - 2] == '+' ? 2 : 1;
	while (s.len && memchr(s.p, '{', s.len)) {
		(void)span_until(&s, '{');
	}
	return span_uint(s, &len) ? len : 0;
}

/* The bytes of the literal that the line announces, as far as they are here. */
static struct span take_literal(struct cursor *c, const struct line *line)
{
	const size_t here = MIN_OF(literal_len(line), cursor_left(c));

	return span_over(cursor_take(c, here), here);
}

/* An astring: an atom, or quoted. What a backslash quotes keeps it. */
static struct span astring(struct span *rest)
{
	struct span s = span_trim(*rest);
	size_t n;

	if (!s.len || s.p[0] != '"')
		return span_word(rest);
	for (n = 1; n < s.len && s.p[n] != '"'; n++)
		n += s.p[n] == '\\';
	if (n >= s.len)
		return span_word(rest);
	*rest = span_trim(span_over(s.p + n + 1, s.len - n - 1));
	return span_over(s.p + 1, n - 1);
}

static void put_span(enum imap_field f, struct span s, struct field_out *o)
{
	if (s.len)
		field_put_bytes(o, &imap_described[f], s.p, s.len);
}

static bool takes_folder(struct span command)
{
	static const char *const commands[] = { "SELECT",      "EXAMINE", "CREATE",
						"DELETE",      "RENAME",  "SUBSCRIBE",
						"UNSUBSCRIBE", "STATUS",  "APPEND" };

	return span_is_one_of(command, commands, ARRAY_SIZE(commands));
}

static void describe_request(const struct line *line, struct field_out *o)
{
	struct span rest = line_span(line), tag = span_word(&rest), word = span_word(&rest);
	const bool uid = span_is(word, "UID");

	put_span(IF_REQUEST, line_span(line), o);
	put_span(IF_REQUEST_TAG, tag, o);
	put_span(IF_TAG, tag, o);
	put_span(IF_COMMAND, word, o);
	if (uid) {
		field_put_num(o, &imap_described[IF_UID], 1, word.p, word.len);
		word = span_word(&rest);
	}
	put_span(IF_REQUEST_COMMAND, word, o);
	if (span_is(word, "LOGIN")) {
		put_span(IF_USERNAME, astring(&rest), o);
		put_span(IF_PASSWORD, astring(&rest), o);
	} else if (takes_folder(word)) {
		put_span(IF_FOLDER, astring(&rest), o);
	}
}

static void describe_response(const struct line *line, struct field_out *o)
{
	struct span rest = line_span(line), tag = span_word(&rest), word;

	if (span_is(tag, "*"))
		return;
	put_span(IF_RESPONSE, line_span(line), o);
	put_span(IF_RESPONSE_TAG, tag, o);
	put_span(IF_TAG, tag, o);
	if (is_untagged(tag))
		return;
	put_span(IF_STATUS, span_word(&rest), o);
	word = span_word(&rest);
	put_span(IF_RESPONSE_COMMAND, word, o);
	put_span(IF_COMMAND, word, o);
}

static void imap_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct line line;

	if (l->variant != IS_CONTINUED)
		field_put_num(o, &imap_described[IF_IS_REQUEST], l->variant == IS_REQUEST, NULL, 0);
	while (line_next(&c, &line)) {
		const unsigned kind = classify(&line);

		/* With its end, as Wireshark has it. */
		put_span(IF_LINE, span_over(line.text, (size_t)(c.pos - line.text)), o);
		if (kind == IS_REQUEST)
			describe_request(&line, o);
		else if (kind == IS_RESPONSE)
			describe_response(&line, o);
		put_span(IF_LITERAL, take_literal(&c, &line), o);
	}
}

static void line_request(const struct line *line, struct strbuf *out)
{
	struct span rest = line_span(line), tag = span_word(&rest), word = span_word(&rest);

	text_printable(tag.p, tag.len, TEXT_SHOWN_MAX, out);
	strbuf_putc(out, ' ');
	text_printable(word.p, word.len, TEXT_SHOWN_MAX, out);
	if (!rest.len)
		return;
	strbuf_putc(out, ' ');
	if (span_is(word, "LOGIN") || span_is(word, "AUTHENTICATE")) {
		word = astring(&rest);
		text_printable(word.p, word.len, TEXT_SHOWN_MAX, out);
		strbuf_puts(out, rest.len ? " ***" : "");
	} else {
		text_printable(rest.p, rest.len, TEXT_SHOWN_MAX, out);
	}
}

static void imap_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct line line;
	unsigned nr;

	line_paint(opt, PAINT_PROTOCOL, "IMAP", out);
	if (l->variant == IS_CONTINUED) {
		strbuf_puts(out, " data ");
		strbuf_uint(out, cursor_left(&c));
		return;
	}
	for (nr = 0; nr < LINES_SHOWN_MAX && line_next(&c, &line); nr++) {
		const unsigned kind = classify(&line);

		strbuf_puts(out, nr ? " | " : " ");
		if (kind == IS_REQUEST)
			line_request(&line, out);
		else if (kind == IS_RESPONSE || l->variant == IS_RESPONSE)
			text_printable(line.text, line.len, TEXT_SHOWN_MAX, out);
		else
			strbuf_puts(out, "***");
		take_literal(&c, &line);
	}
}

const struct dissector imap_dissector = {
	.name = "imap",
	.title = "Internet Message Access Protocol",
	.id = PROTO_IMAP,
	.layer_class = CLASS_APPLICATION,
	.described = imap_described,
	.nr_described = ARRAY_SIZE(imap_described),
	.keys = { { KEY_TCP_PORT, 143 } },
	.dissect = imap_dissect,
	.describe = imap_describe,
	.line = imap_line,
};
