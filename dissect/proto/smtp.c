/* dissect/proto/smtp.c -- Simple Mail Transfer Protocol, RFC 5321; BDAT RFC 3030, AUTH RFC 4954. */
#include "dissect/dissect.h"
#include "dissect/lines.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	IS_REPLY = 1 << 0,
	IS_COMMAND = 1 << 1,
	IS_MESSAGE = 1 << 2, /* what a client sends after DATA, from its start or in its middle */
};

enum { LINES_SHOWN_MAX = 12, TEXT_SHOWN_MAX = 120 };

/* RFC 5321 4.2.3, RFC 4954 6, RFC 5248, as short as they are told over the telephone. */
static const struct name_map code_names[] = {
	{ 211, "System status" },
	{ 214, "Help message" },
	{ 220, "Service ready" },
	{ 221, "Service closing transmission channel" },
	{ 235, "Authentication succeeded" },
	{ 250, "Requested mail action okay, completed" },
	{ 251, "User not local, will forward" },
	{ 252, "Cannot verify user, but will accept message" },
	{ 334, "Server challenge" },
	{ 354, "Start mail input" },
	{ 421, "Service not available" },
	{ 432, "A password transition is needed" },
	{ 450, "Mailbox unavailable for now" },
	{ 451, "Local error in processing" },
	{ 452, "Insufficient system storage" },
	{ 454, "Temporary authentication failure" },
	{ 455, "Server unable to accommodate parameters" },
	{ 500, "Syntax error, command unrecognized" },
	{ 501, "Syntax error in parameters" },
	{ 502, "Command not implemented" },
	{ 503, "Bad sequence of commands" },
	{ 504, "Command parameter not implemented" },
	{ 521, "Host does not accept mail" },
	{ 523, "Encryption needed" },
	{ 530, "Authentication required" },
	{ 534, "Authentication mechanism is too weak" },
	{ 535, "Authentication credentials invalid" },
	{ 538, "Encryption required for authentication" },
	{ 550, "Mailbox unavailable" },
	{ 551, "User not local" },
	{ 552, "Exceeded storage allocation" },
	{ 553, "Mailbox name not allowed" },
	{ 554, "Transaction failed" },
	{ 555, "Parameters not recognized or not implemented" },
	{ 556, "Domain does not accept mail" },
	{ 0, NULL },
};

enum smtp_field {
	SF_REQ,
	SF_RSP,
	SF_COMMAND_LINE,
	SF_COMMAND,
	SF_PARAMETER,
	SF_RESPONSE,
	SF_CODE,
	SF_ENHANCED,
	SF_RSP_PARAMETER,
	SF_KEYWORD,
	SF_MESSAGE,
	SF_HEADER,
	SF_FROM,
	SF_TO,
	SF_SUBJECT,
	SF_DATE,
	SF_MESSAGE_ID,
	SF_SENDER,
	SF_REPLY_TO,
	SF_CC,
	SF_BCC,
	SF_IN_REPLY_TO,
	SF_REFERENCES,
	SF_RETURN_PATH,
	SF_RECEIVED,
	SF_USER_AGENT,
	SF_MAILER,
	SF_MIME_VERSION,
	SF_CONTENT_TYPE,
	SF_ENCODING,
	SF_EOM,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc smtp_described[] = {
	[SF_REQ] = { "smtp.req", "Request", 0, 0, FIELD_FLAG, LISTED },
	[SF_RSP] = { "smtp.rsp", "Response", 0, 0, FIELD_FLAG, FIELD_DESCRIBED },
	[SF_COMMAND_LINE] = { "smtp.command_line", "Command", 0, 0, FIELD_GROUP, LISTED },
	[SF_COMMAND] = { "smtp.req.command", "Command", 0, 0, FIELD_TEXT, LISTED },
	[SF_PARAMETER] = { "smtp.req.parameter", "Parameter", 0, 0, FIELD_TEXT, LISTED },
	[SF_RESPONSE] = { "smtp.response", "Response", 0, 0, FIELD_GROUP, LISTED },
	[SF_CODE] = { "smtp.response.code", "Code", 0, 0, FIELD_ENUM, LISTED, .names = code_names },
	[SF_ENHANCED] = { "smtp.response.enhanced_code", "Enhanced code", 0, 0, FIELD_TEXT,
			  LISTED },
	[SF_RSP_PARAMETER] = { "smtp.rsp.parameter", "Parameter", 0, 0, FIELD_TEXT, LISTED },
	[SF_KEYWORD] = { "smtp.rsp.keyword", "Keyword", 0, 0, FIELD_TEXT, LISTED },
	[SF_MESSAGE] = { "smtp.message_data", "Message", 0, 0, FIELD_GROUP, LISTED },
	[SF_HEADER] = { "smtp.message_header", "Header", 0, 0, FIELD_TEXT, LISTED },
	[SF_FROM] = { "imf.from", "From", 0, 0, FIELD_TEXT, LISTED },
	[SF_TO] = { "imf.to", "To", 0, 0, FIELD_TEXT, LISTED },
	[SF_SUBJECT] = { "imf.subject", "Subject", 0, 0, FIELD_TEXT, LISTED },
	[SF_DATE] = { "imf.date", "Date", 0, 0, FIELD_TEXT, LISTED },
	[SF_MESSAGE_ID] = { "imf.message_id", "Message id", 0, 0, FIELD_TEXT, LISTED },
	[SF_SENDER] = { "imf.sender", "Sender", 0, 0, FIELD_TEXT, LISTED },
	[SF_REPLY_TO] = { "imf.reply_to", "Reply to", 0, 0, FIELD_TEXT, LISTED },
	[SF_CC] = { "imf.cc", "Copies to", 0, 0, FIELD_TEXT, LISTED },
	[SF_BCC] = { "imf.bcc", "Hidden copies to", 0, 0, FIELD_TEXT, LISTED },
	[SF_IN_REPLY_TO] = { "imf.in_reply_to", "In reply to", 0, 0, FIELD_TEXT, LISTED },
	[SF_REFERENCES] = { "imf.references", "References", 0, 0, FIELD_TEXT, LISTED },
	[SF_RETURN_PATH] = { "imf.return_path", "Return path", 0, 0, FIELD_TEXT, LISTED },
	[SF_RECEIVED] = { "imf.received", "Received", 0, 0, FIELD_TEXT, LISTED },
	[SF_USER_AGENT] = { "imf.user_agent", "User agent", 0, 0, FIELD_TEXT, LISTED },
	[SF_MAILER] = { "imf.ext.mailer", "Mailer", 0, 0, FIELD_TEXT, LISTED },
	[SF_MIME_VERSION] = { "imf.mime_version", "MIME version", 0, 0, FIELD_TEXT, LISTED },
	[SF_CONTENT_TYPE] = { "imf.content.type", "Content type", 0, 0, FIELD_TEXT, LISTED },
	[SF_ENCODING] = { "imf.content.transfer_encoding", "Transfer encoding", 0, 0, FIELD_TEXT,
			  LISTED },
	[SF_EOM] = { "smtp.eom", "End of message", 0, 0, FIELD_GROUP, LISTED },
};

static bool is_command(const struct line *l)
{
	static const char *const commands[] = {
		"HELO", "EHLO", "LHLO", "MAIL", "RCPT", "DATA",     "BDAT",    "RSET",
		"VRFY", "EXPN", "HELP", "NOOP", "QUIT", "ETRN",     "TURN",    "ATRN",
		"SEND", "SOML", "SAML", "AUTH", "BURL", "STARTTLS", "XCLIENT", "XFORWARD",
	};
	struct span rest = line_span(l), word = span_word(&rest);

	return span_is_one_of(word, commands, ARRAY_SIZE(commands));
}

static struct next smtp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct cursor peek = *c;
	struct line first;
	struct reply reply;

	if (looks_like_tls(c) || !line_next(&peek, &first))
		return next_reject();
	if (line_reply(&first, &reply))
		l->variant = IS_REPLY;
	else if (is_command(&first))
		l->variant = IS_COMMAND;
	else if ((first.whole || c->clipped) && span_is_text(line_span(&first)))
		l->variant = IS_MESSAGE;
	else
		return next_reject();
	lines_take(d, l, c);
	return next_none();
}

/* What a client sends, line by line: commands, and messages between them. */
struct smtp_walk {
	struct cursor c;
	bool in_message, in_header;
	struct line line;
};

static struct smtp_walk walk_begin(const struct dissection *d, const struct layer *l)
{
	return (struct smtp_walk){ .c = layer_cursor(d, l, 0),
				   .in_message = l->variant == IS_MESSAGE,
				   .in_header = l->variant == IS_MESSAGE };
}

/* A chunk has a length and no end of its own: BDAT 1000 LAST. */
static void skip_chunk(struct smtp_walk *w, struct span rest)
{
	uint32_t len;

	if (span_uint(span_word(&rest), &len))
		cursor_skip(&w->c, MIN_OF((size_t)len, cursor_left(&w->c)));
}

/* After a command: does a message follow? */
static void walk_command(struct smtp_walk *w)
{
	struct span rest = line_span(&w->line), word = span_word(&rest);

	if (span_is(word, "DATA"))
		w->in_message = w->in_header = true;
	else if (span_is(word, "BDAT"))
		skip_chunk(w, rest);
}

static bool is_end_of_message(const struct line *l)
{
	return l->len == 1 && l->text[0] == '.' && l->whole;
}

static size_t line_bytes(const struct cursor *c, const struct line *l)
{
	return (size_t)(c->pos - l->text);
}

static void describe_command(const struct smtp_walk *w, struct field_out *o)
{
	const struct line *line = &w->line;
	struct span rest = line_span(line), word = span_word(&rest);

	field_put_text(o, &smtp_described[SF_COMMAND_LINE], (const char *)line->text, line->len,
		       line->text, line_bytes(&w->c, line));
	field_put_num(o, &smtp_described[SF_REQ], 1, line->text, line->len);
	field_put_bytes(o, &smtp_described[SF_COMMAND], word.p, word.len);
	if (rest.len)
		field_put_bytes(o, &smtp_described[SF_PARAMETER], rest.p, rest.len);
}

/* RFC 5322 2.2.3: a value goes on in lines that begin with a blank. */
static struct span unfolded(const struct smtp_walk *w, struct span value)
{
	struct cursor c = w->c;
	struct line line;

	while (cursor_left(&c) && (*c.pos == ' ' || *c.pos == '\t') && line_next(&c, &line) &&
	       line.whole)
		value.len = (size_t)(line.text + line.len - value.p);
	return value;
}

/* RFC 5322, RFC 2045: the header fields that people ask for. */
static void describe_header(const struct smtp_walk *w, struct field_out *o)
{
	static const struct {
		const char *name;
		enum smtp_field field;
	} known[] = {
		{ "From", SF_FROM },
		{ "To", SF_TO },
		{ "Subject", SF_SUBJECT },
		{ "Date", SF_DATE },
		{ "Message-ID", SF_MESSAGE_ID },
		{ "Sender", SF_SENDER },
		{ "Reply-To", SF_REPLY_TO },
		{ "Cc", SF_CC },
		{ "Bcc", SF_BCC },
		{ "In-Reply-To", SF_IN_REPLY_TO },
		{ "References", SF_REFERENCES },
		{ "Return-Path", SF_RETURN_PATH },
		{ "Received", SF_RECEIVED },
		{ "User-Agent", SF_USER_AGENT },
		{ "X-Mailer", SF_MAILER },
		{ "MIME-Version", SF_MIME_VERSION },
		{ "Content-Type", SF_CONTENT_TYPE },
		{ "Content-Transfer-Encoding", SF_ENCODING },
	};
	struct span name, value;
	size_t i;

	if (!line_header(&w->line, &name, &value))
		return;
	value = unfolded(w, value);
	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (span_is(name, known[i].name))
			field_put_bytes(o, &smtp_described[known[i].field], value.p, value.len);
	field_put_bytes(o, &smtp_described[SF_HEADER], w->line.text, w->line.len);
}

static void describe_message_line(struct smtp_walk *w, struct field_out *o)
{
	struct span name, value;

	if (is_end_of_message(&w->line)) {
		field_put_group(o, &smtp_described[SF_EOM], NULL, w->line.text, 1);
		w->in_message = false;
		return;
	}
	/* The middle of a message has no header: that must start with one. */
	if (w->in_header && w->line.len && w->line.text[0] != ' ' && w->line.text[0] != '\t')
		w->in_header = line_header(&w->line, &name, &value);
	else if (!w->line.len)
		w->in_header = false;
	if (w->in_header && w->line.whole)
		describe_header(w, o);
}

static void describe_replies(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct span text, word;
	struct reply reply;
	struct line line;
	bool follows = false;

	while (line_next(&c, &line)) {
		if (!line_reply(&line, &reply))
			continue;
		field_put_text(o, &smtp_described[SF_RESPONSE], (const char *)line.text, line.len,
			       line.text, line_bytes(&c, &line));
		if (!follows)
			field_put_num(o, &smtp_described[SF_CODE], reply.code, line.text, 3);
		text = reply.text;
		word = span_word(&text);
		if (word.len >= 5 && word.p[1] == '.' && word.p[0] == line.text[0])
			field_put_bytes(o, &smtp_described[SF_ENHANCED], word.p, word.len);
		if (reply.text.len && line.whole)
			field_put_bytes(o, &smtp_described[SF_RSP_PARAMETER], reply.text.p,
					reply.text.len);
		if (follows && reply.code == 250 && line.whole)
			field_put_bytes(o, &smtp_described[SF_KEYWORD], word.p, word.len);
		follows = reply.more;
	}
}

static void smtp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct smtp_walk w = walk_begin(d, l);

	if (l->variant == IS_REPLY) {
		field_put_num(o, &smtp_described[SF_RSP], 1, NULL, 0);
		describe_replies(d, l, o);
		return;
	}
	if (l->variant == IS_MESSAGE)
		field_put_group(o, &smtp_described[SF_MESSAGE], NULL, w.c.pos, cursor_left(&w.c));
	while (line_next(&w.c, &w.line)) {
		if (w.in_message) {
			describe_message_line(&w, o);
		} else if (is_command(&w.line)) {
			describe_command(&w, o);
			walk_command(&w);
		}
	}
}

static void put_text(struct span s, struct strbuf *out)
{
	text_printable(s.p, s.len, TEXT_SHOWN_MAX, out);
}

/* "AUTH PLAIN AGFsaWNl...": the mechanism may be read by everybody, the rest is a secret. */
static void line_command(const struct line *line, struct strbuf *out)
{
	struct span rest = line_span(line), word = span_word(&rest);

	put_text(word, out);
	if (!rest.len)
		return;
	strbuf_putc(out, ' ');
	if (!span_is(word, "AUTH")) {
		put_text(rest, out);
		return;
	}
	put_text(span_word(&rest), out);
	if (rest.len)
		strbuf_puts(out, " ***");
}

static void line_requests(const struct dissection *d, const struct layer *l, struct strbuf *out)
{
	struct smtp_walk w = walk_begin(d, l);
	size_t bytes = 0;
	unsigned nr = 0;

	while (nr < LINES_SHOWN_MAX && line_next(&w.c, &w.line)) {
		if (w.in_message) {
			bytes += line_bytes(&w.c, &w.line);
			if (cursor_left(&w.c) && !is_end_of_message(&w.line))
				continue;
			strbuf_puts(out, nr++ ? ", data " : " data ");
			strbuf_uint(out, bytes);
			w.in_message = !is_end_of_message(&w.line);
			bytes = 0;
			strbuf_puts(out, w.in_message ? "" : ", end of message");
			continue;
		}
		strbuf_puts(out, nr++ ? ", " : " ");
		if (is_command(&w.line)) {
			line_command(&w.line, out);
			walk_command(&w);
		} else {
			strbuf_puts(out, "***");
		}
	}
}

static void line_replies(const struct dissection *d, const struct layer *l, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct reply reply;
	struct line line;
	bool follows = false;
	unsigned nr = 0;

	while (nr < LINES_SHOWN_MAX && line_next(&c, &line)) {
		if (!line_reply(&line, &reply))
			continue;
		if (follows) {
			strbuf_puts(out, " | ");
		} else {
			strbuf_puts(out, nr ? ", " : " ");
			strbuf_uint(out, reply.code);
			strbuf_putc(out, ' ');
		}
		nr++;
		put_text(reply.text, out);
		follows = reply.more;
	}
}

static void smtp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	line_paint(opt, PAINT_PROTOCOL, "SMTP", out);
	if (l->variant == IS_REPLY)
		line_replies(d, l, out);
	else
		line_requests(d, l, out);
}

const struct dissector smtp_dissector = {
	.name = "smtp",
	.title = "Simple Mail Transfer Protocol",
	.id = PROTO_SMTP,
	.layer_class = CLASS_APPLICATION,
	.described = smtp_described,
	.nr_described = ARRAY_SIZE(smtp_described),
	.keys = { { KEY_TCP_PORT, 25 }, { KEY_TCP_PORT, 587 }, { KEY_TCP_PORT, 2525 } },
	.dissect = smtp_dissect,
	.describe = smtp_describe,
	.line = smtp_line,
};
