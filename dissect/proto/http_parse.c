/* dissect/proto/http_parse.c -- the parts of an HTTP/1.x message, RFC 9112. */
#include <string.h>

#include "dissect/proto/http.h"

enum {
	METHOD_LEN_MAX = 20,
	VERSION_LEN = 8, /* "HTTP/1.1" */
	VERSION_LEN_MAX = 12,
	STATUS_LEN = 12, /* "HTTP/1.1 200" */
	LEADING_LINES_MAX = 2,
	CHUNK_DIGITS_MAX = 8,
};

/*
 * RFC 9110, 5789 (PATCH), 4918, 3253, 3648, 3744, 4437, 4791, 5323, 5842 (WebDAV and its kin), 2068
 * (LINK), UPnP, and what Microsoft's servers and proxies speak.
 */
static const char *const methods[] = {
	"GET",
	"POST",
	"HEAD",
	"PUT",
	"DELETE",
	"OPTIONS",
	"CONNECT",
	"TRACE",
	"PATCH",
	"PROPFIND",
	"PROPPATCH",
	"MKCOL",
	"COPY",
	"MOVE",
	"LOCK",
	"UNLOCK",
	"SEARCH",
	"REPORT",
	"VERSION-CONTROL",
	"CHECKOUT",
	"CHECKIN",
	"UNCHECKOUT",
	"MKWORKSPACE",
	"UPDATE",
	"LABEL",
	"MERGE",
	"BASELINE-CONTROL",
	"MKACTIVITY",
	"ORDERPATCH",
	"ACL",
	"MKREDIRECTREF",
	"UPDATEREDIRECTREF",
	"MKCALENDAR",
	"BIND",
	"REBIND",
	"UNBIND",
	"LINK",
	"UNLINK",
	"NOTIFY",
	"SUBSCRIBE",
	"UNSUBSCRIBE",
	"M-SEARCH",
	"M-POST",
	"POLL",
	"BCOPY",
	"BDELETE",
	"BMOVE",
	"BPROPFIND",
	"BPROPPATCH",
	"TRACK",
	"PURGE",
	"SOURCE",
	"RPC_CONNECT",
	"RPC_IN_DATA",
	"RPC_OUT_DATA",
	"CCM_POST",
};

/* The length of the method that a request at p starts with, or 0. */
static size_t method_len(const uint8_t *p, size_t len)
{
	const size_t max = MIN_OF(len, (size_t)METHOD_LEN_MAX);
	size_t n = 0, i;

	while (n < max && ((p[n] >= 'A' && p[n] <= 'Z') || p[n] == '-' || p[n] == '_'))
		n++;
	if (n == max || p[n] != ' ')
		return 0;
	for (i = 0; i < ARRAY_SIZE(methods); i++)
		if (p[0] == (uint8_t)methods[i][0] && strlen(methods[i]) == n &&
		    !memcmp(p, methods[i], n))
			return n;
	return 0;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* "HTTP/1.1"; some devices say "HTTP/1.0.8". */
static bool is_version(const uint8_t *p, size_t len)
{
	return len >= VERSION_LEN && len <= VERSION_LEN_MAX && !memcmp(p, "HTTP/", 5) &&
	       is_digit(p[5]) && p[6] == '.' && is_digit(p[7]);
}

static bool parse_request(const struct line *l, struct http_message *ret)
{
	const size_t n = method_len(l->text, l->len);
	const uint8_t *uri = l->text + n + 1, *blank;
	size_t len;

	if (!n || (!l->whole && !span_is_text(line_span(l))))
		return false;
	len = l->len - n - 1;
	ret->method = span_over(l->text, n);
	ret->uri = span_over(uri, len);
	if (!l->whole)
		return true;
	blank = memrchr(uri, ' ', len);
	if (blank && is_version(blank + 1, (size_t)(uri + len - blank) - 1)) {
		ret->version = span_over(blank + 1, (size_t)(uri + len - blank) - 1);
		ret->uri = span_trim(span_over(uri, (size_t)(blank - uri)));
		return ret->uri.len;
	}
	/* A simple request, RFC 1945 4.1. */
	return n == 3 && !memcmp(l->text, "GET", 3) && len && uri[0] == '/' && !blank;
}

static bool parse_status(const struct line *l, struct http_message *ret)
{
	const uint8_t *p = l->text;

	ret->response = true;
	if (l->len < STATUS_LEN)
		return !l->whole && span_is_text(line_span(l));
	if (!is_version(p, VERSION_LEN) || p[8] != ' ' || !is_digit(p[9]) || !is_digit(p[10]) ||
	    !is_digit(p[11]) || (l->len > STATUS_LEN && p[STATUS_LEN] != ' '))
		return false;
	ret->version = span_over(p, VERSION_LEN);
	ret->code = (uint16_t)((p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0'));
	ret->phrase = span_trim(span_over(p + STATUS_LEN, l->len - STATUS_LEN));
	return true;
}

static bool starts_response(const uint8_t *p, size_t len)
{
	return len >= 5 && !memcmp(p, "HTTP/", 5);
}

/* Before the line is sought in what may be a segment full of data. */
static bool starts_message(const uint8_t *p, size_t len)
{
	return starts_response(p, len) || method_len(p, len);
}

bool http_header_next(struct cursor *c, struct http_header *ret)
{
	const uint8_t *start = c->pos;
	struct line line;

	if (!line_next(c, &line))
		return false;
	ret->line = span_over(start, (size_t)(c->pos - start));
	if (!line_header(&line, &ret->name, &ret->value)) {
		ret->name = span_over(start, 0);
		ret->value = span_trim(line_span(&line));
	}
	return true;
}

void http_headers_find(const struct http_message *m, const char *const *names, size_t nr,
		       struct span *ret)
{
	struct cursor c = span_cursor(m->headers);
	uint32_t letters = 0; /* that names start with, without their case */
	struct line line;
	size_t i;

	for (i = 0; i < nr; i++)
		letters |= 1u << (names[i][0] & 0x1f);
	while (line_next(&c, &line)) {
		if (!line.len || !(letters >> (line.text[0] & 0x1f) & 1))
			continue;
		for (i = 0; i < nr; i++)
			if (!ret[i].p && line_is_header(&line, names[i], &ret[i]))
				break;
	}
}

bool http_parse_length(struct span s, uint64_t *ret)
{
	uint64_t v = 0;
	size_t i;

	if (!s.len || s.len > 18)
		return false;
	for (i = 0; i < s.len; i++) {
		if (!is_digit(s.p[i]))
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	*ret = v;
	return true;
}

static bool ends_with_chunked(struct span s)
{
	return s.len >= 7 && span_is(span_over(s.p + s.len - 7, 7), "chunked");
}

/*
 * How many lengths a message has been given so far: the same one again does not count, one that is
 * no number counts twice. RFC 9112 6.3: with more than one nobody knows where the body ends.
 */
static void put_length(struct span value, unsigned *lengths, struct http_message *m)
{
	uint64_t len = 0;

	if (!http_parse_length(value, &len))
		*lengths += 2;
	else if (!*lengths || len != m->body_len)
		*lengths += 1;
	m->body_len = len;
}

/* The header lines up to the empty one, and what they say about the body. */
static void parse_headers(struct cursor *c, struct http_message *ret)
{
	const uint8_t *start = c->pos, *end = start;
	unsigned lengths = 0;
	bool chunked = false;
	struct span value;
	struct line line;

	while (line_next(c, &line) && line.whole) {
		if (!line.len) {
			ret->head_whole = true;
			break;
		}
		end = c->pos;
		if (line_is_header(&line, "content-length", &value))
			put_length(value, &lengths, ret);
		else if (line_is_header(&line, "transfer-encoding", &value))
			chunked = ends_with_chunked(value);
	}
	ret->headers = span_over(start, (size_t)(end - start));
	if (ret->response && (ret->code < 200 || ret->code == 204 || ret->code == 304))
		ret->body_kind = HTTP_BODY_NONE;
	else if (chunked)
		ret->body_kind = HTTP_BODY_CHUNKED;
	else if (lengths == 1)
		ret->body_kind = HTTP_BODY_LENGTH;
	else
		ret->body_kind = ret->response ? HTTP_BODY_UNTIL_CLOSE : HTTP_BODY_NONE;
}

int http_hex_value(uint8_t c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 9112 7.1: digits, perhaps blanks, perhaps extensions behind a semicolon. */
static bool parse_chunk_size(const struct line *l, uint64_t *ret)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < l->len && http_hex_value(l->text[i]) >= 0; i++) {
		if (i == CHUNK_DIGITS_MAX)
			return false;
		v = v << 4 | (uint64_t)http_hex_value(l->text[i]);
	}
	*ret = v;
	return i && (i == l->len || l->text[i] == ';' || l->text[i] == ' ');
}

bool http_chunk_next(struct cursor *c, struct http_chunk *ret)
{
	const uint8_t *start = c->pos;
	struct line line;
	size_t here;

	if (!line_next(c, &line))
		return false;
	*ret = (struct http_chunk){ .size_line = span_over(start, (size_t)(c->pos - start)) };
	if (!line.whole && line.len <= CHUNK_DIGITS_MAX) {
		ret->missing = 1;
		return true;
	}
	if (!line.whole || !parse_chunk_size(&line, &ret->size)) {
		c->pos = start;
		return false;
	}
	if (!ret->size)
		return true;
	here = (size_t)MIN_OF(ret->size, (uint64_t)cursor_left(c));
	ret->data = span_over(c->pos, here);
	cursor_skip(c, here);
	start = c->pos;
	if (here == ret->size && line_next(c, &line) && line.whole)
		ret->boundary = span_over(start, (size_t)(c->pos - start));
	else
		ret->missing = (size_t)(ret->size - here) + 2;
	return true;
}

/* Behind the last chunk; true when the empty line is here. */
static bool skip_trailers(struct cursor *c)
{
	struct line line;

	while (line_next(c, &line))
		if (line.whole && !line.len)
			return true;
	return false;
}

static size_t skip_chunks(struct cursor *c)
{
	struct http_chunk chunk;

	while (http_chunk_next(c, &chunk)) {
		if (chunk.missing)
			return chunk.missing;
		if (!chunk.size)
			return skip_trailers(c) ? 0 : 1;
	}
	if (!cursor_left(c))
		return 1;
	c->pos = c->end; /* no chunk: nobody knows where this body ends */
	return 0;
}

static void parse_body(struct cursor *c, struct http_message *ret)
{
	const uint8_t *start = c->pos;
	const size_t left = cursor_left(c);

	switch ((enum http_body)ret->body_kind) {
	case HTTP_BODY_NONE:
		break;
	case HTTP_BODY_LENGTH:
		cursor_skip(c, (size_t)MIN_OF(ret->body_len, (uint64_t)left));
		ret->missing = (size_t)MIN_OF(ret->body_len - (uint64_t)(c->pos - start),
					      (uint64_t)UINT32_MAX);
		break;
	case HTTP_BODY_CHUNKED:
		ret->missing = skip_chunks(c);
		break;
	case HTTP_BODY_UNTIL_CLOSE:
		cursor_skip(c, left);
		ret->missing = 1;
		break;
	}
	ret->body = span_over(start, (size_t)(c->pos - start));
}

bool http_message_next(struct cursor *c, enum http_carrier carrier, struct http_message *ret)
{
	const uint8_t *before = c->pos;
	int i;

	/* RFC 9112 2.2: some clients end a request with one line end too many. */
	for (i = 0;
	     i < LEADING_LINES_MAX && cursor_left(c) > 2 && c->pos[0] == '\r' && c->pos[1] == '\n';
	     i++)
		cursor_skip(c, 2);
	*ret = (struct http_message){ .start = c->pos };
	if (!starts_message(c->pos, cursor_left(c)) || !line_next(c, &ret->first)) {
		c->pos = before;
		return false;
	}
	ret->first.whole |= carrier == HTTP_DATAGRAM && !c->clipped;
	if (!(starts_response(ret->start, ret->first.len) ? parse_status(&ret->first, ret)
							  : parse_request(&ret->first, ret))) {
		c->pos = before;
		return false;
	}
	ret->headers = span_over(c->pos, 0);
	ret->body = ret->headers;
	if (!ret->first.whole) {
		ret->missing = 1;
		return true;
	}
	if (!ret->response && !ret->version.len)
		return true;
	parse_headers(c, ret);
	if (carrier == HTTP_DATAGRAM) {
		ret->body = span_over(c->pos, cursor_left(c));
		ret->body_kind = HTTP_BODY_LENGTH;
		ret->body_len = ret->body.len;
		c->pos = c->end;
	} else if (!ret->head_whole) {
		c->pos = c->end;
		ret->missing = 1;
	} else {
		parse_body(c, ret);
	}
	return true;
}

bool http_guess(const uint8_t *p, size_t len)
{
	struct cursor c = cursor_over(p, len, false);
	struct http_message m = { 0 };
	struct line line;

	if (!starts_message(p, len) || !line_next(&c, &line))
		return false;
	if (starts_response(p, line.len))
		return line.len >= STATUS_LEN && parse_status(&line, &m);
	if (!parse_request(&line, &m))
		return false;
	/* A word in capitals and a blank are not enough. */
	return m.version.len ||
	       (!line.whole && (span_starts(m.uri, "/") || span_starts(m.uri, "http://")));
}
