/* dissect/proto/ftp.c -- File Transfer Protocol, the control connection: RFC 959, RFC 2428. */
#include <arpa/inet.h>

#include "dissect/dissect.h"
#include "dissect/lines.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	IS_REPLY = 1 << 0,
	IS_COMMAND = 1 << 1,
	IS_TEXT = 1 << 2, /* the middle of a reply of many lines */
};

enum { LINES_SHOWN_MAX = 8, TEXT_SHOWN_MAX = 120, COMMAND_LEN_MAX = 8, ADDRESS_TEXT_MAX = 64 };

static const struct name_map code_names[] = {
	{ 110, "Restart marker reply" },
	{ 120, "Service ready in a while" },
	{ 125, "Data connection already open; transfer starting" },
	{ 150, "File status okay; about to open data connection" },
	{ 200, "Command okay" },
	{ 202, "Command not implemented, superfluous here" },
	{ 211, "System status or help" },
	{ 212, "Directory status" },
	{ 213, "File status" },
	{ 214, "Help message" },
	{ 215, "System type" },
	{ 220, "Service ready for new user" },
	{ 221, "Service closing control connection" },
	{ 225, "Data connection open; no transfer in progress" },
	{ 226, "Closing data connection" },
	{ 227, "Entering passive mode" },
	{ 228, "Entering long passive mode" },
	{ 229, "Entering extended passive mode" },
	{ 230, "User logged in, proceed" },
	{ 232, "User logged in, authorized by security data" },
	{ 234, "Security data exchange complete" },
	{ 250, "Requested file action okay, completed" },
	{ 257, "Pathname" },
	{ 331, "User name okay, need password" },
	{ 332, "Need account for login" },
	{ 350, "Requested file action pending further information" },
	{ 421, "Service not available" },
	{ 425, "Can't open data connection" },
	{ 426, "Connection closed; transfer aborted" },
	{ 430, "Invalid username or password" },
	{ 450, "File unavailable for now" },
	{ 451, "Action aborted: local error" },
	{ 452, "Insufficient storage space" },
	{ 500, "Syntax error, command unrecognized" },
	{ 501, "Syntax error in parameters" },
	{ 502, "Command not implemented" },
	{ 503, "Bad sequence of commands" },
	{ 504, "Command not implemented for that parameter" },
	{ 522, "Network protocol not supported" },
	{ 530, "Not logged in" },
	{ 532, "Need account for storing files" },
	{ 550, "File unavailable" },
	{ 551, "Page type unknown" },
	{ 552, "Exceeded storage allocation" },
	{ 553, "File name not allowed" },
	{ 0, NULL },
};

static const struct name_map family_names[] = { { 1, "IPv4" }, { 2, "IPv6" }, { 0, NULL } };

enum ftp_field {
	FF_REQUEST,
	FF_RESPONSE,
	FF_LINE,
	FF_COMMAND,
	FF_ARG,
	FF_CODE,
	FF_RESPONSE_ARG,
	FF_PASSIVE_IP,
	FF_PASSIVE_PORT,
	FF_ACTIVE_IP,
	FF_ACTIVE_PORT,
	FF_EPRT_AF,
	FF_EPRT_IP,
	FF_EPRT_IPV6,
	FF_EPRT_PORT,
	FF_EPSV_PORT,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc ftp_described[] = {
	[FF_REQUEST] = { "ftp.request", "Request", 0, 0, FIELD_FLAG, FIELD_DESCRIBED },
	[FF_RESPONSE] = { "ftp.response", "Response", 0, 0, FIELD_FLAG, FIELD_DESCRIBED },
	[FF_LINE] = { "ftp.line", "Line", 0, 0, FIELD_GROUP, LISTED },
	[FF_COMMAND] = { "ftp.request.command", "Command", 0, 0, FIELD_TEXT, LISTED },
	[FF_ARG] = { "ftp.request.arg", "Argument", 0, 0, FIELD_TEXT, LISTED },
	[FF_CODE] = { "ftp.response.code", "Code", 0, 0, FIELD_ENUM, LISTED, .names = code_names },
	[FF_RESPONSE_ARG] = { "ftp.response.arg", "Text", 0, 0, FIELD_TEXT, LISTED },
	[FF_PASSIVE_IP] = { "ftp.passive.ip", "Passive address", 0, 0, FIELD_IPV4, LISTED },
	[FF_PASSIVE_PORT] = { "ftp.passive.port", "Passive port", 0, 0, FIELD_PORT, LISTED },
	[FF_ACTIVE_IP] = { "ftp.active.cip", "Active address", 0, 0, FIELD_IPV4, LISTED },
	[FF_ACTIVE_PORT] = { "ftp.active.port", "Active port", 0, 0, FIELD_PORT, LISTED },
	[FF_EPRT_AF] = { "ftp.eprt.af", "Address family", 0, 0, FIELD_ENUM, LISTED,
			 .names = family_names },
	[FF_EPRT_IP] = { "ftp.eprt.ip", "Active address", 0, 0, FIELD_IPV4, LISTED },
	[FF_EPRT_IPV6] = { "ftp.eprt.ipv6", "Active address", 0, 0, FIELD_IPV6, LISTED },
	[FF_EPRT_PORT] = { "ftp.eprt.port", "Active port", 0, 0, FIELD_PORT, LISTED },
	[FF_EPSV_PORT] = { "ftp.epsv.port", "Passive port", 0, 0, FIELD_PORT, LISTED },
};

/* Three letters or four, as all but a few; then nothing or a blank. */
static bool is_command(const struct line *l)
{
	struct span rest = line_span(l), word = span_word(&rest);
	size_t i;

	if (word.len < 3 || word.len > COMMAND_LEN_MAX || word.p != l->text)
		return false;
	for (i = 0; i < word.len; i++)
		if (!((word.p[i] | 0x20) >= 'a' && (word.p[i] | 0x20) <= 'z'))
			return false;
	return true;
}

/* Without its end a line must be a command that everybody has, or it is any word. */
static bool is_known_command(const struct line *l)
{
	static const char *const commands[] = {
		"USER", "PASS", "ACCT", "CWD",  "CDUP", "QUIT", "PORT", "PASV", "EPRT", "EPSV",
		"TYPE", "MODE", "STRU", "RETR", "STOR", "STOU", "APPE", "REST", "RNFR", "RNTO",
		"ABOR", "DELE", "RMD",  "MKD",  "PWD",  "LIST", "NLST", "SITE", "SYST", "STAT",
		"HELP", "NOOP", "FEAT", "OPTS", "AUTH", "PBSZ", "PROT", "SIZE", "MDTM", "MLSD",
	};
	struct span rest = line_span(l), word = span_word(&rest);

	return span_is_one_of(word, commands, ARRAY_SIZE(commands));
}

static struct next ftp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct cursor peek = *c;
	struct line first;
	struct reply reply;

	if (looks_like_tls(c) || !line_next(&peek, &first))
		return next_reject();
	if (line_reply(&first, &reply))
		l->variant = IS_REPLY;
	else if (!first.whole && !c->clipped && !is_known_command(&first))
		return next_reject();
	else if (flow_current(d)->sport > flow_current(d)->dport && is_command(&first))
		l->variant = IS_COMMAND;
	else if (flow_current(d)->sport < flow_current(d)->dport && span_is_text(line_span(&first)))
		l->variant = IS_TEXT;
	else
		return next_reject();
	lines_take(d, l, c);
	return next_none();
}

/* ---- addresses: "192,0,2,1,19,137", "|1|192.0.2.1|5001|", "(|||5001|)" ---- */

struct ftp_address {
	uint8_t addr[16];
	unsigned addr_len; /* 4, 16, or 0: the port only */
	uint16_t port;
};

static bool small_number(struct span *rest, uint8_t *ret)
{
	uint32_t v;

	if (!span_uint(span_trim(span_until(rest, ',')), &v) || v > 255)
		return false;
	*ret = (uint8_t)v;
	return true;
}

static bool comma_address(struct span s, struct ftp_address *ret)
{
	uint8_t v[6];
	size_t i;

	for (i = 0; i < sizeof(v); i++)
		if (!small_number(&s, &v[i]))
			return false;
	memcpy(ret->addr, v, 4);
	ret->addr_len = 4;
	ret->port = load_be16(v + 4);
	return true;
}

/* What is between the brackets of a reply. */
static struct span bracketed(struct span text)
{
	(void)span_until(&text, '(');
	return span_until(&text, ')');
}

static bool port_number(struct span s, uint16_t *ret)
{
	uint32_t v;

	if (!span_uint(s, &v) || v > UINT16_MAX)
		return false;
	*ret = (uint16_t)v;
	return true;
}

/* RFC 2428 2: the delimiter is whatever the first character is. */
static bool extended_address(struct span s, struct ftp_address *ret)
{
	char text[ADDRESS_TEXT_MAX];
	struct strbuf b = strbuf_over(text, sizeof(text));
	struct span family, addr;
	char delimiter;

	if (s.len < 5)
		return false;
	delimiter = (char)s.p[0];
	(void)span_until(&s, delimiter);
	family = span_until(&s, delimiter);
	addr = span_until(&s, delimiter);
	strbuf_put(&b, (const char *)addr.p, addr.len);
	ret->addr_len = 0;
	if (span_is(family, "1") && inet_pton(AF_INET, text, ret->addr) == 1)
		ret->addr_len = 4;
	else if (span_is(family, "2") && inet_pton(AF_INET6, text, ret->addr) == 1)
		ret->addr_len = 16;
	else if (family.len || addr.len)
		return false;
	return port_number(span_until(&s, delimiter), &ret->port);
}

static void describe_address(const struct ftp_address *a, enum ftp_field ip, enum ftp_field port,
			     struct span at, struct field_out *o)
{
	if (a->addr_len)
		field_put_text(o, &ftp_described[ip], (const char *)a->addr, a->addr_len, at.p,
			       at.len);
	field_put_num(o, &ftp_described[port], a->port, at.p, at.len);
}

/* ---- fields ---- */

static void describe_command(const struct line *line, struct field_out *o)
{
	struct span rest = line_span(line), word = span_word(&rest);
	struct ftp_address a;

	field_put_bytes(o, &ftp_described[FF_COMMAND], word.p, word.len);
	if (rest.len)
		field_put_bytes(o, &ftp_described[FF_ARG], rest.p, rest.len);
	if (span_is(word, "PORT") && comma_address(rest, &a)) {
		describe_address(&a, FF_ACTIVE_IP, FF_ACTIVE_PORT, rest, o);
	} else if (span_is(word, "EPRT") && extended_address(rest, &a) && a.addr_len) {
		field_put_num(o, &ftp_described[FF_EPRT_AF], a.addr_len == 4 ? 1 : 2, rest.p,
			      rest.len);
		describe_address(&a, a.addr_len == 4 ? FF_EPRT_IP : FF_EPRT_IPV6, FF_EPRT_PORT,
				 rest, o);
	}
}

static void describe_reply(const struct line *line, const struct reply *reply, struct field_out *o)
{
	const struct span at = bracketed(reply->text);
	struct ftp_address a;

	field_put_num(o, &ftp_described[FF_CODE], reply->code, line->text, 3);
	if (reply->text.len)
		field_put_bytes(o, &ftp_described[FF_RESPONSE_ARG], reply->text.p, reply->text.len);
	if (reply->code == 227 && comma_address(at, &a))
		describe_address(&a, FF_PASSIVE_IP, FF_PASSIVE_PORT, at, o);
	else if (reply->code == 229 && extended_address(at, &a))
		field_put_num(o, &ftp_described[FF_EPSV_PORT], a.port, at.p, at.len);
}

static void ftp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct reply reply;
	struct line line;

	field_put_num(o, &ftp_described[FF_REQUEST], l->variant == IS_COMMAND, NULL, 0);
	field_put_num(o, &ftp_described[FF_RESPONSE], l->variant != IS_COMMAND, NULL, 0);
	while (line_next(&c, &line)) {
		field_put_text(o, &ftp_described[FF_LINE], (const char *)line.text, line.len,
			       line.text, (size_t)(c.pos - line.text));
		if (l->variant == IS_COMMAND)
			describe_command(&line, o);
		else if (line_reply(&line, &reply))
			describe_reply(&line, &reply, o);
		else if (line.len)
			field_put_bytes(o, &ftp_described[FF_RESPONSE_ARG], line.text, line.len);
	}
}

/* ---- the line ---- */

static void line_address(const struct ftp_address *a, struct strbuf *out)
{
	strbuf_puts(out, " [");
	if (a->addr_len) {
		text_addr(a->addr, a->addr_len, out);
		strbuf_putc(out, '.');
	} else {
		strbuf_puts(out, "port ");
	}
	strbuf_uint(out, a->port);
	strbuf_putc(out, ']');
}

static void line_command(const struct line *line, struct strbuf *out)
{
	struct span rest = line_span(line), word = span_word(&rest);
	struct ftp_address a;

	text_printable(word.p, word.len, TEXT_SHOWN_MAX, out);
	if (rest.len) {
		strbuf_putc(out, ' ');
		if (span_is(word, "PASS") || span_is(word, "ACCT"))
			strbuf_puts(out, "***");
		else
			text_printable(rest.p, rest.len, TEXT_SHOWN_MAX, out);
	}
	if (span_is(word, "PORT") && comma_address(rest, &a))
		line_address(&a, out);
}

static void ftp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct ftp_address a;
	struct reply reply;
	struct line line;
	unsigned nr;

	line_paint(opt, PAINT_PROTOCOL, "FTP", out);
	for (nr = 0; nr < LINES_SHOWN_MAX && line_next(&c, &line); nr++) {
		strbuf_puts(out, nr ? " | " : " ");
		if (l->variant == IS_COMMAND)
			line_command(&line, out);
		else
			text_printable(line.text, line.len, TEXT_SHOWN_MAX, out);
		if (l->variant != IS_COMMAND && line_reply(&line, &reply) && reply.code == 227 &&
		    comma_address(bracketed(reply.text), &a))
			line_address(&a, out);
	}
}

const struct dissector ftp_dissector = {
	.name = "ftp",
	.title = "File Transfer Protocol",
	.id = PROTO_FTP,
	.layer_class = CLASS_APPLICATION,
	.described = ftp_described,
	.nr_described = ARRAY_SIZE(ftp_described),
	.keys = { { KEY_TCP_PORT, 21 } },
	.dissect = ftp_dissect,
	.describe = ftp_describe,
	.line = ftp_line,
};
