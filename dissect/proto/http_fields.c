/* dissect/proto/http_fields.c -- what an HTTP/1.x message says: RFC 9110, 9112, 6265, 6455, 7617.
 */
#include <string.h>

#include "dissect/proto/http.h"

enum {
	FULL_URI_MAX = 4096,    /* bytes; a longer one is not put together */
	FORM_TEXT_MAX = 4096,   /* bytes of a form item; what is longer is cut */
	CREDENTIALS_MAX = 1024, /* bytes; cut */
};

#define LISTED     (FIELD_DESCRIBED | FIELD_LIST)
#define UNDER_LINE (LISTED | FIELD_OVERLAP) /* part of the line that was put before it */

enum {
	MESSAGE,
	REQUEST,
	RESPONSE,
	NOTIFICATION,
	METHOD,
	URI,
	URI_PATH,
	URI_QUERY,
	URI_PARAMETER,
	VERSION,
	FULL_URI,
	RESPONSE_VERSION,
	CODE,
	CODE_NAME,
	PHRASE,
	REQUEST_LINE,
	RESPONSE_LINE,
	UNKNOWN_HEADER,
	CONTENT_LENGTH,
	COOKIE_PAIR,
	CREDENTIALS,
	BODY_LEN,
	CHUNK,
	CHUNK_SIZE,
	CHUNK_DATA,
	CHUNK_BOUNDARY,
	TRAILER,
	FORM,
	FORM_KEY,
	FORM_VALUE,
	HEADERS, /* from here on as in header_names */
};

#define HEADER(name, label)                               \
	{                                                 \
		name, label, 0, 0, FIELD_TEXT, UNDER_LINE \
	}

const struct field_desc http_described[HTTP_NR_DESCRIBED] = {
	[MESSAGE] = { "http.message", "Message", 0, 0, FIELD_GROUP, LISTED },
	[REQUEST] = { "http.request", "Request", 0, 0, FIELD_FLAG, LISTED },
	[RESPONSE] = { "http.response", "Response", 0, 0, FIELD_FLAG, LISTED },
	[NOTIFICATION] = { "http.notification", "Notification", 0, 0, FIELD_FLAG, LISTED },
	[METHOD] = { "http.request.method", "Method", 0, 0, FIELD_TEXT, LISTED },
	[URI] = { "http.request.uri", "URI", 0, 0, FIELD_TEXT, LISTED },
	[URI_PATH] = { "http.request.uri.path", "Path", 0, 0, FIELD_TEXT, UNDER_LINE },
	[URI_QUERY] = { "http.request.uri.query", "Query", 0, 0, FIELD_TEXT, UNDER_LINE },
	[URI_PARAMETER] = { "http.request.uri.query.parameter", "Parameter", 0, 0, FIELD_TEXT,
			    UNDER_LINE },
	[VERSION] = { "http.request.version", "Version", 0, 0, FIELD_TEXT, LISTED },
	[FULL_URI] = { "http.request.full_uri", "Full URI", 0, 0, FIELD_TEXT, LISTED },
	[RESPONSE_VERSION] = { "http.response.version", "Version", 0, 0, FIELD_TEXT, LISTED },
	[CODE] = { "http.response.code", "Status code", 0, 0, FIELD_UINT, LISTED },
	[CODE_NAME] = { "http.response.code.desc", "Meaning of the code", 0, 0, FIELD_TEXT,
			UNDER_LINE },
	[PHRASE] = { "http.response.phrase", "Phrase", 0, 0, FIELD_TEXT, LISTED },
	[REQUEST_LINE] = { "http.request.line", "Header line", 0, 0, FIELD_TEXT, LISTED },
	[RESPONSE_LINE] = { "http.response.line", "Header line", 0, 0, FIELD_TEXT, LISTED },
	[UNKNOWN_HEADER] = { "http.unknown_header", "Header line", 0, 0, FIELD_TEXT, LISTED },
	[CONTENT_LENGTH] = { "http.content_length", "Length of the body", 0, 0, FIELD_UINT,
			     UNDER_LINE, .unit = "bytes" },
	[COOKIE_PAIR] = { "http.cookie_pair", "Cookie pair", 0, 0, FIELD_TEXT, UNDER_LINE },
	[CREDENTIALS] = { "http.authbasic", "Credentials", 0, 0, FIELD_TEXT, UNDER_LINE },
	[BODY_LEN] = { "http.body_len", "Body in this packet", 0, 0, FIELD_UINT, LISTED,
		       .unit = "bytes" },
	[CHUNK] = { "http.chunk", "Chunk", 0, 0, FIELD_GROUP, LISTED },
	[CHUNK_SIZE] = { "http.chunk_size", "Chunk size", 0, 0, FIELD_UINT, LISTED,
			 .unit = "bytes" },
	[CHUNK_DATA] = { "http.chunk_data", "Chunk data", 0, 0, FIELD_BYTES, LISTED },
	[CHUNK_BOUNDARY] = { "http.chunk_boundary", "Chunk boundary", 0, 0, FIELD_BYTES, LISTED },
	[TRAILER] = { "http.chunked_trailer_part", "Trailer", 0, 0, FIELD_TEXT, LISTED },
	[FORM] = { "urlencoded-form", "Form", 0, 0, FIELD_GROUP, LISTED },
	[FORM_KEY] = { "urlencoded-form.key", "Key", 0, 0, FIELD_TEXT, LISTED },
	[FORM_VALUE] = { "urlencoded-form.value", "Value", 0, 0, FIELD_TEXT, LISTED },
	[HEADERS] = HEADER("http.host", "Host"),
	HEADER("http.user_agent", "User agent"),
	HEADER("http.accept", "Accept"),
	HEADER("http.accept_language", "Accept language"),
	HEADER("http.accept_encoding", "Accept encoding"),
	HEADER("http.connection", "Connection"),
	HEADER("http.referer", "Referer"),
	HEADER("http.cookie", "Cookie"),
	HEADER("http.set_cookie", "Set cookie"),
	HEADER("http.content_type", "Content type"),
	HEADER("http.content_length_header", "Content length"),
	HEADER("http.content_encoding", "Content encoding"),
	HEADER("http.transfer_encoding", "Transfer encoding"),
	HEADER("http.date", "Date"),
	HEADER("http.server", "Server"),
	HEADER("http.last_modified", "Last modified"),
	HEADER("http.location", "Location"),
	HEADER("http.cache_control", "Cache control"),
	HEADER("http.x_forwarded_for", "Forwarded for"),
	HEADER("http.upgrade", "Upgrade"),
	HEADER("http.authorization", "Authorization"),
	HEADER("http.proxy_authorization", "Proxy authorization"),
	HEADER("http.proxy_authenticate", "Proxy authenticate"),
	HEADER("http.www_authenticate", "WWW authenticate"),
	HEADER("http.proxy_connect_host", "Proxy connect host"),
	HEADER("http.http2_settings", "HTTP/2 settings"),
	HEADER("http.sec_websocket_accept", "WebSocket accept"),
	HEADER("http.sec_websocket_extensions", "WebSocket extensions"),
	HEADER("http.sec_websocket_key", "WebSocket key"),
	HEADER("http.sec_websocket_protocol", "WebSocket protocol"),
	HEADER("http.sec_websocket_version", "WebSocket version"),
};

static const char *const header_names[] = {
	"host",
	"user-agent",
	"accept",
	"accept-language",
	"accept-encoding",
	"connection",
	"referer",
	"cookie",
	"set-cookie",
	"content-type",
	"content-length",
	"content-encoding",
	"transfer-encoding",
	"date",
	"server",
	"last-modified",
	"location",
	"cache-control",
	"x-forwarded-for",
	"upgrade",
	"authorization",
	"proxy-authorization",
	"proxy-authenticate",
	"www-authenticate",
	"proxy-connect-hostname",
	"http2-settings",
	"sec-websocket-accept",
	"sec-websocket-extensions",
	"sec-websocket-key",
	"sec-websocket-protocol",
	"sec-websocket-version",
};

_Static_assert(HEADERS + ARRAY_SIZE(header_names) == HTTP_NR_DESCRIBED, "a name for each header");

/* IANA's registry; where it and Wireshark differ, Wireshark's words. */
static const struct name_map code_names[] = {
	{ 100, "Continue" },
	{ 101, "Switching Protocols" },
	{ 102, "Processing" },
	{ 103, "Early Hints" },
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 203, "Non-authoritative Information" },
	{ 204, "No Content" },
	{ 205, "Reset Content" },
	{ 206, "Partial Content" },
	{ 207, "Multi-Status" },
	{ 208, "Already Reported" },
	{ 226, "IM Used" },
	{ 300, "Multiple Choices" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 305, "Use Proxy" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 407, "Proxy Authentication Required" },
	{ 408, "Request Time-out" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 411, "Length Required" },
	{ 412, "Precondition Failed" },
	{ 413, "Request Entity Too Large" },
	{ 414, "Request-URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Requested Range Not Satisfiable" },
	{ 417, "Expectation Failed" },
	{ 418, "I'm a teapot" },
	{ 421, "Misdirected Request" },
	{ 422, "Unprocessable Entity" },
	{ 423, "Locked" },
	{ 424, "Failed Dependency" },
	{ 425, "Too Early" },
	{ 426, "Upgrade Required" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 451, "Unavailable For Legal Reasons" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Time-out" },
	{ 505, "HTTP Version not supported" },
	{ 506, "Variant Also Negotiates" },
	{ 507, "Insufficient Storage" },
	{ 508, "Loop Detected" },
	{ 510, "Not Extended" },
	{ 511, "Network Authentication Required" },
	{ 0, NULL },
};

static void put_span(struct field_out *o, unsigned field, struct span s)
{
	field_put_bytes(o, &http_described[field], s.p, s.len);
}

static void put_text(struct field_out *o, unsigned field, const struct strbuf *text, struct span s)
{
	field_put_text(o, &http_described[field], text->text, text->len, s.p, s.len);
}

/* The parts between separators. */
static void put_list(struct field_out *o, unsigned field, struct span s, char separator)
{
	while (s.len) {
		const struct span item = span_trim(span_until(&s, separator));

		if (item.len)
			put_span(o, field, item);
	}
}

/* Wireshark sets UPnP's NOTIFY apart from requests; its header lines have a name of their own. */
static bool is_notification(const struct http_message *m)
{
	return span_is(m->method, "NOTIFY");
}

static void put_request_line(const struct http_message *m, struct field_out *o)
{
	const uint8_t *query = m->uri.len ? memchr(m->uri.p, '?', m->uri.len) : NULL;
	const struct span line = line_span(&m->first);
	struct span rest = m->uri;

	field_put_num(o, &http_described[is_notification(m) ? NOTIFICATION : REQUEST], 1, line.p,
		      line.len);
	put_span(o, METHOD, m->method);
	if (!m->first.whole)
		return; /* who knows how the URI goes on */
	put_span(o, URI, m->uri);
	if (query) {
		put_span(o, URI_PATH, span_until(&rest, '?'));
		put_span(o, URI_QUERY, rest);
		put_list(o, URI_PARAMETER, rest, '&');
	}
	if (m->version.len)
		put_span(o, VERSION, m->version);
}

static void put_status_line(const struct http_message *m, struct field_out *o)
{
	const struct span line = line_span(&m->first);
	const char *name = name_find(code_names, m->code);

	field_put_num(o, &http_described[RESPONSE], 1, line.p, line.len);
	if (!m->version.len)
		return;
	put_span(o, RESPONSE_VERSION, m->version);
	field_put_num(o, &http_described[CODE], m->code, line.p + 9, 3);
	if (name)
		field_put_text(o, &http_described[CODE_NAME], name, strlen(name), line.p + 9, 3);
	if (m->phrase.len && m->first.whole)
		put_span(o, PHRASE, m->phrase);
}

static int base64_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* "Basic QWxhZGRpbjpvcGVu...", RFC 7617 */
static void put_credentials(struct span value, struct field_out *o)
{
	char memory[CREDENTIALS_MAX];
	struct strbuf text = strbuf_over(memory, sizeof(memory));
	struct span rest = value, code;
	uint32_t bits = 0;
	size_t i;

	if (!span_is(span_word(&rest), "basic"))
		return;
	code = span_word(&rest);
	for (i = 0; i < code.len && base64_value(code.p[i]) >= 0; i++) {
		bits = bits << 6 | (uint32_t)base64_value(code.p[i]);
		if (i % 4)
			strbuf_putc(&text, (char)(bits >> (6 - 2 * (i % 4))));
	}
	put_text(o, CREDENTIALS, &text, code);
}

static void put_header(const struct http_message *m, const struct http_header *h,
		       struct field_out *o)
{
	const uint8_t first = h->name.len ? h->name.p[0] | 0x20 : 0;
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(header_names); i++)
		if (first == (uint8_t)header_names[i][0] && span_is(h->name, header_names[i]))
			break;
	if (!is_notification(m))
		put_span(o, m->response ? RESPONSE_LINE : REQUEST_LINE, h->line);
	else if (i == ARRAY_SIZE(header_names))
		put_span(o, UNKNOWN_HEADER, h->line);
	if (i == ARRAY_SIZE(header_names))
		return;
	put_span(o, HEADERS + (unsigned)i, h->value);
	if (span_is(h->name, "content-length") && http_parse_length(h->value, &number))
		field_put_num(o, &http_described[CONTENT_LENGTH], number, h->value.p, h->value.len);
	else if (span_is(h->name, "cookie"))
		put_list(o, COOKIE_PAIR, h->value, ';');
	else if (span_is(h->name, "authorization") || span_is(h->name, "proxy-authorization"))
		put_credentials(h->value, o);
}

/* What a browser's address bar would show; known only with the name of the host. */
static void put_full_uri(const struct http_message *m, struct field_out *o)
{
	static const char *const host_name = "host";
	char memory[FULL_URI_MAX];
	struct strbuf text = strbuf_over(memory, sizeof(memory));
	struct span host = { 0 };

	if (!m->first.whole)
		return;
	if (!span_starts(m->uri, "http://") && !span_starts(m->uri, "https://") &&
	    !span_is(m->method, "CONNECT")) {
		http_headers_find(m, &host_name, 1, &host);
		if (!host.p)
			return;
		strbuf_puts(&text, "http://");
		strbuf_put(&text, (const char *)host.p, host.len);
	}
	strbuf_put(&text, (const char *)m->uri.p, m->uri.len);
	if (!text.overflow)
		put_text(o, FULL_URI, &text, m->uri);
}

/* Behind the last chunk. */
static void put_trailers(struct cursor *c, struct field_out *o)
{
	struct line line;

	while (line_next(c, &line) && line.whole && line.len)
		put_span(o, TRAILER, span_over(line.text, (size_t)(c->pos - line.text)));
}

static void put_chunks(const struct http_message *m, struct field_out *o)
{
	struct cursor c = span_cursor(m->body);
	const uint8_t *start = c.pos;
	struct http_chunk chunk;

	while (http_chunk_next(&c, &chunk)) {
		if (!chunk.size && chunk.missing)
			return; /* the line with the size goes on */
		field_put_group(o, &http_described[CHUNK], NULL, start, (size_t)(c.pos - start));
		field_put_num(o, &http_described[CHUNK_SIZE], chunk.size, chunk.size_line.p,
			      chunk.size_line.len);
		if (!chunk.size) {
			put_trailers(&c, o);
			return;
		}
		put_span(o, CHUNK_DATA, chunk.data);
		if (chunk.boundary.len)
			put_span(o, CHUNK_BOUNDARY, chunk.boundary);
		start = c.pos;
	}
}

/* %4a and +, as forms have them. */
static void put_decoded(struct field_out *o, unsigned field, struct span s)
{
	char memory[FORM_TEXT_MAX];
	struct strbuf text = strbuf_over(memory, sizeof(memory));
	size_t i;

	for (i = 0; i < s.len; i++) {
		int high = -1, low = -1;

		if (s.p[i] == '%' && s.len - i > 2) {
			high = http_hex_value(s.p[i + 1]);
			low = http_hex_value(s.p[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			strbuf_putc(&text, (char)(high << 4 | low));
			i += 2;
		} else {
			strbuf_putc(&text, s.p[i] == '+' ? ' ' : (char)s.p[i]);
		}
	}
	put_text(o, field, &text, s);
}

/* Only items whose end is here. */
static void put_form(const struct http_message *m, struct field_out *o)
{
	struct span rest = m->body;

	field_put_group(o, &http_described[FORM], NULL, rest.p, rest.len);
	while (rest.len) {
		const size_t before = rest.len;
		struct span value = span_until(&rest, '&'), key;

		if (value.len == before && m->missing)
			break;
		key = span_until(&value, '=');
		put_decoded(o, FORM_KEY, key);
		put_decoded(o, FORM_VALUE, value);
	}
}

static void put_body(const struct http_message *m, struct field_out *o)
{
	static const char *const type_name = "content-type";
	struct span type = { 0 };

	if (!m->body.len)
		return;
	field_put_num(o, &http_described[BODY_LEN], m->body.len, m->body.p, m->body.len);
	http_headers_find(m, &type_name, 1, &type);
	if (m->body_kind == HTTP_BODY_CHUNKED)
		put_chunks(m, o);
	else if (span_starts(type, "application/x-www-form-urlencoded"))
		put_form(m, o);
}

bool http_describe_message(struct cursor *c, enum http_carrier carrier, struct field_out *o)
{
	struct http_message m;
	struct http_header h;
	struct cursor headers;

	if (!http_message_next(c, carrier, &m))
		return false;
	field_put_text(o, &http_described[MESSAGE], (const char *)m.first.text, m.first.len,
		       m.start, (size_t)(c->pos - m.start));
	if (m.response)
		put_status_line(&m, o);
	else
		put_request_line(&m, o);
	headers = span_cursor(m.headers);
	while (http_header_next(&headers, &h))
		put_header(&m, &h, o);
	if (!m.response)
		put_full_uri(&m, o);
	put_body(&m, o);
	return true;
}
