/* dissect/proto/sip_fields.c -- what the header fields of a SIP message say, RFC 3261. */
#include <string.h>

#include "dissect/proto/sip.h"

/* The fields of one address, in the order of enum sip_field. */
enum { ADDR_DISPLAY, ADDR_ADDR, ADDR_USER, ADDR_HOST, ADDR_PORT, ADDR_PARAM, ADDR_TAG };

struct name_addr {
	struct span display; /* empty: none */
	struct span uri;
	struct span params; /* behind the URI's end */
};

unsigned sip_header_find(struct span name)
{
	unsigned i;

	for (i = 0; i < SIP_NR_HEADERS; i++) {
		const struct sip_header *h = &sip_headers[i];

		if (span_is(name, h->name) ||
		    (name.len == 1 && h->compact && (name.p[0] | 0x20) == h->compact))
			break;
	}
	return i;
}

bool sip_message_header(const struct sip_message *m, const char *name, struct span *ret)
{
	struct cursor c = cursor_over(m->headers.p, m->headers.len, false);
	struct span found, value;
	struct line line;
	unsigned i;

	while (line_next(&c, &line)) {
		if (!line_header(&line, &found, &value))
			continue;
		i = sip_header_find(found);
		if (i < SIP_NR_HEADERS && !strcmp(sip_headers[i].name, name)) {
			*ret = value;
			return true;
		}
	}
	return false;
}

/* Up to a comma that stands neither in quotes nor in <>. */
static struct span next_of_list(struct span *rest)
{
	bool quoted = false, bracketed = false;
	struct span item;
	size_t i;

	for (i = 0; i < rest->len; i++) {
		const uint8_t c = rest->p[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '<' || c == '>'))
			bracketed = c == '<';
		else if (c == ',' && !quoted && !bracketed)
			break;
	}
	item = span_over(rest->p, MIN_OF(i, rest->len));
	i = MIN_OF(i + 1, rest->len);
	*rest = span_over(rest->p + i, rest->len - i);
	return span_trim(item);
}

/* Behind the quoted string that value starts with; 0: it does not, or has no end. */
static size_t quoted_len(struct span value)
{
	size_t i;

	if (!value.len || value.p[0] != '"')
		return 0;
	for (i = 1; i < value.len; i++) {
		if (value.p[i] == '\\')
			i++;
		else if (value.p[i] == '"')
			return i + 1;
	}
	return 0;
}

/* RFC 3261 20.10: name <uri>;params, or uri;params. */
static bool parse_name_addr(struct span value, struct name_addr *ret)
{
	const size_t quoted = quoted_len(value);
	struct span rest = span_over(value.p + quoted, value.len - quoted);
	const uint8_t *open = rest.len ? memchr(rest.p, '<', rest.len) : NULL;

	if (!open) {
		ret->display = span_over(value.p, 0);
		ret->params = value;
		ret->uri = span_trim(span_until(&ret->params, ';'));
		return ret->uri.len;
	}
	ret->display =
		quoted ? span_over(value.p, quoted) : span_over(value.p, (size_t)(open - value.p));
	rest = span_over(open + 1, (size_t)(value.p + value.len - open) - 1);
	if (!rest.len || !memchr(rest.p, '>', rest.len))
		return false;
	ret->uri = span_until(&rest, '>');
	span_until(&rest, ';');
	ret->params = rest;
	return true;
}

/* "[2001:db8::1]:5060" or "host:5060" */
static void split_host(struct span s, struct span *ret_host, struct span *ret_port)
{
	if (s.len && s.p[0] == '[') {
		s = span_over(s.p + 1, s.len - 1);
		*ret_host = span_until(&s, ']');
		span_until(&s, ':');
	} else {
		*ret_host = span_until(&s, ':');
	}
	*ret_port = span_trim(s);
	*ret_host = span_trim(*ret_host);
}

/* The parts of a URI into the fields user, host and port, which follow one another; RFC 3261 19.1.
 */
static void put_uri(struct field_out *o, unsigned user_field, unsigned param_field, struct span uri)
{
	struct span rest = uri, host, port, user;
	const uint8_t *at;

	if (!span_starts(uri, "sip:") && !span_starts(uri, "sips:"))
		return;
	span_until(&rest, ':');
	at = rest.len ? memchr(rest.p, '@', rest.len) : NULL;
	if (at) {
		user = span_until(&rest, '@');
		sip_put(o, user_field, user);
	}
	split_host(span_until(&rest, ';'), &host, &port);
	sip_put(o, user_field + ADDR_HOST - ADDR_USER, host);
	if (port.len)
		sip_put(o, user_field + ADDR_PORT - ADDR_USER, port);
	while (param_field && rest.len)
		sip_put(o, param_field, span_until(&rest, ';'));
}

/* From and To; `first` is the field of the display name. */
static void put_address(struct field_out *o, unsigned first, struct span value)
{
	struct name_addr a;

	if (!parse_name_addr(value, &a))
		return;
	if (a.display.len)
		sip_put(o, first + ADDR_DISPLAY, a.display);
	sip_put(o, first + ADDR_ADDR, a.uri);
	put_uri(o, first + ADDR_USER, first + ADDR_PARAM, a.uri);
	while (a.params.len) {
		struct span param = span_until(&a.params, ';');
		struct span name = span_trim(span_until(&param, '='));

		if (span_is(name, "tag"))
			sip_put(o, first + ADDR_TAG, span_trim(param));
	}
}

static void put_contacts(struct field_out *o, struct span value)
{
	struct name_addr a;

	while (value.len) {
		const struct span one = next_of_list(&value);

		if (!parse_name_addr(one, &a) || span_is(a.uri, "*"))
			continue;
		if (a.display.len)
			sip_put(o, SIP_CONTACT_DISPLAY, a.display);
		sip_put(o, SIP_CONTACT_ADDR, a.uri);
		put_uri(o, SIP_CONTACT_USER, SIP_CONTACT_PARAM, a.uri);
		while (a.params.len)
			sip_put(o, SIP_CONTACT_PARAMETER, span_trim(span_until(&a.params, ';')));
	}
}

static void put_via_param(struct field_out *o, struct span param)
{
	static const struct {
		const char *name;
		unsigned field;
	} params[] = {
		{ "branch", SIP_VIA_BRANCH }, { "received", SIP_VIA_RECEIVED },
		{ "rport", SIP_VIA_RPORT },   { "maddr", SIP_VIA_MADDR },
		{ "ttl", SIP_VIA_TTL },
	};
	struct span value = param;
	const struct span name = span_trim(span_until(&value, '='));
	size_t i;

	for (i = 0; i < ARRAY_SIZE(params); i++)
		if (span_is(name, params[i].name))
			sip_put(o, params[i].field, value.len ? span_trim(value) : name);
}

/* "SIP/2.0/UDP host:port;branch=...", RFC 3261 20.42 */
static void put_via(struct field_out *o, struct span value)
{
	while (value.len) {
		struct span rest = next_of_list(&value), protocol = span_word(&rest), host, port;
		uint32_t number;

		span_until(&protocol, '/');
		span_until(&protocol, '/');
		if (!protocol.len || !rest.len)
			continue;
		sip_put(o, SIP_VIA_TRANSPORT, protocol);
		split_host(span_until(&rest, ';'), &host, &port);
		sip_put(o, SIP_VIA_ADDRESS, host);
		if (span_uint(port, &number))
			field_put_num(o, &sip_described[SIP_VIA_PORT], number, port.p, port.len);
		while (rest.len)
			put_via_param(o, span_trim(span_until(&rest, ';')));
	}
}

static void put_cseq(struct field_out *o, struct span value)
{
	const struct span number = span_word(&value);
	uint32_t seq;

	if (!span_uint(number, &seq))
		return;
	field_put_num(o, &sip_described[SIP_CSEQ_SEQ], seq, number.p, number.len);
	if (value.len)
		sip_put(o, SIP_CSEQ_METHOD, value);
}

/* `Digest username="alice", realm=...`, RFC 7616 and RFC 3261 22. */
static void put_auth(struct field_out *o, struct span value)
{
	static const char *const auth_names[] = {
		"username", "realm",  "nonce", "uri", "response", "algorithm",
		"cnonce",   "opaque", "qop",   "nc",  "domain",   "stale",
	};
	const struct span scheme = span_word(&value);
	size_t i;

	if (scheme.len)
		sip_put(o, SIP_AUTH_SCHEME, scheme);
	while (value.len) {
		struct span param = next_of_list(&value);
		const struct span name = span_trim(span_until(&param, '='));

		for (i = 0; i < ARRAY_SIZE(auth_names); i++)
			if (span_is(name, auth_names[i]))
				sip_put(o, SIP_AUTH_USERNAME + (unsigned)i, span_trim(param));
	}
}

static void put_details(struct field_out *o, const char *name, struct span value)
{
	if (!strcmp(name, "Via"))
		put_via(o, value);
	else if (!strcmp(name, "From"))
		put_address(o, SIP_FROM_DISPLAY, value);
	else if (!strcmp(name, "To"))
		put_address(o, SIP_TO_DISPLAY, value);
	else if (!strcmp(name, "Contact"))
		put_contacts(o, value);
	else if (!strcmp(name, "CSeq"))
		put_cseq(o, value);
	else if (!strcmp(name, "Authorization") || !strcmp(name, "WWW-Authenticate") ||
		 !strcmp(name, "Proxy-Authorization") || !strcmp(name, "Proxy-Authenticate"))
		put_auth(o, value);
}

static void put_header(const struct line *line, struct field_out *o)
{
	struct span name, value;
	uint32_t number;
	unsigned i = SIP_NR_HEADERS;

	if (line_header(line, &name, &value))
		i = sip_header_find(name);
	if (i == SIP_NR_HEADERS) {
		sip_put(o, SIP_HEADER_LINE, line_span(line));
		return;
	}
	if (sip_described[SIP_NR_FIXED + i].kind != FIELD_UINT)
		sip_put(o, SIP_NR_FIXED + i, value);
	else if (span_uint(value, &number))
		field_put_num(o, &sip_described[SIP_NR_FIXED + i], number, value.p, value.len);
	put_details(o, sip_headers[i].name, value);
}

static void put_first_line(const struct sip_message *m, struct field_out *o)
{
	if (!m->first.whole)
		return;
	sip_put(o, m->response ? SIP_STATUS_LINE : SIP_REQUEST_LINE, line_span(&m->first));
	if (m->response) {
		field_put_num(o, &sip_described[SIP_STATUS_CODE], m->code, m->first.text + 8, 3);
		return;
	}
	sip_put(o, SIP_METHOD, m->method);
	sip_put(o, SIP_R_URI, m->uri);
	put_uri(o, SIP_R_URI_USER, 0, m->uri);
}

void sip_describe_message(const struct sip_message *m, const uint8_t *end, struct field_out *o)
{
	struct cursor c = cursor_over(m->headers.p, m->headers.len, false);
	struct line line;
	struct span type;

	field_put_text(o, &sip_described[SIP_MESSAGE], (const char *)m->first.text, m->first.len,
		       m->start, (size_t)(end - m->start));
	put_first_line(m, o);
	while (line_next(&c, &line))
		put_header(&line, o);
	if (!m->body.len)
		return;
	field_put_num(o, &sip_described[SIP_BODY_LEN], m->body.len, m->body.p, m->body.len);
	if (sip_message_header(m, "Content-Type", &type) &&
	    span_is(span_trim(span_until(&type, ';')), "application/sdp"))
		sdp_describe(m->body, o);
}
