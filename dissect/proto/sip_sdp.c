/* dissect/proto/sip_sdp.c -- Session Description Protocol, RFC 8866, in the body of SIP. */
#include <string.h>

#include "dissect/proto/sip.h"

/* RFC 3551 6, in Wireshark's words. */
static const struct name_map payload_names[] = {
	{ 0, "ITU-T G.711 PCMU" },
	{ 1, "USA Federal Standard FS-1016" },
	{ 2, "ITU-T G.721" },
	{ 3, "GSM 06.10" },
	{ 4, "ITU-T G.723" },
	{ 5, "DVI4 8000 samples/s" },
	{ 6, "DVI4 16000 samples/s" },
	{ 7, "Experimental linear predictive encoding from Xerox PARC" },
	{ 8, "ITU-T G.711 PCMA" },
	{ 9, "ITU-T G.722" },
	{ 10, "16-bit uncompressed audio, stereo" },
	{ 11, "16-bit uncompressed audio, monaural" },
	{ 12, "Qualcomm Code Excited Linear Predictive coding" },
	{ 13, "Comfort noise" },
	{ 14, "MPEG-I/II Audio" },
	{ 15, "ITU-T G.728" },
	{ 16, "DVI4 11025 samples/s" },
	{ 17, "DVI4 22050 samples/s" },
	{ 18, "ITU-T G.729" },
	{ 19, "Comfort noise (old)" },
	{ 25, "Sun CellB video encoding" },
	{ 26, "JPEG-compressed video" },
	{ 28, "'nv' program" },
	{ 31, "ITU-T H.261" },
	{ 32, "MPEG-I/II Video" },
	{ 33, "MPEG-II transport streams" },
	{ 34, "ITU-T H.263" },
	{ 0, NULL },
};

enum { DYNAMIC_FIRST = 96, DYNAMIC_LAST = 127 };

/* The words of a line into fields that follow one another; at most nr of them. */
static void put_words(struct field_out *o, unsigned first, unsigned nr, struct span value)
{
	unsigned i;

	for (i = 0; i < nr && value.len; i++)
		sip_put(o, first + i, span_word(&value));
}

/* "IN IP4 233.252.0.1/127/3" */
static void put_connection(struct field_out *o, struct span value)
{
	struct span address;

	put_words(o, SDP_CONNECTION_NETWORK, 2, value);
	span_word(&value);
	span_word(&value);
	if (!value.len)
		return;
	address = span_until(&value, '/');
	sip_put(o, SDP_CONNECTION_ADDRESS, address);
	if (value.len)
		sip_put(o, SDP_CONNECTION_TTL, span_until(&value, '/'));
	if (value.len)
		sip_put(o, SDP_CONNECTION_COUNT, value);
}

static void put_format(struct field_out *o, struct span format)
{
	const char *name = NULL;
	char text[32];
	uint32_t type;

	if (span_uint(format, &type)) {
		name = name_find(payload_names, type);
		if (!name && type >= DYNAMIC_FIRST && type <= DYNAMIC_LAST) {
			struct strbuf s = strbuf_over(text, sizeof(text));

			strbuf_puts(&s, "DynamicRTP-Type-");
			strbuf_uint(&s, type);
			name = text;
		}
	}
	if (name)
		field_put_text(o, &sip_described[SDP_MEDIA_FORMAT], name, strlen(name), format.p,
			       format.len);
	else
		sip_put(o, SDP_MEDIA_FORMAT, format);
}

/* "audio 49170/2 RTP/AVP 0 8" */
static void put_media(struct field_out *o, struct span value)
{
	struct span type = span_word(&value), ports = span_word(&value), proto = span_word(&value),
		    port;
	uint32_t number;

	sip_put(o, SDP_MEDIA_TYPE, type);
	if (!ports.len)
		return;
	port = span_until(&ports, '/');
	if (span_uint(port, &number))
		field_put_num(o, &sip_described[SDP_MEDIA_PORT], number, port.p, port.len);
	if (ports.len)
		sip_put(o, SDP_MEDIA_PORT_COUNT, ports);
	if (!proto.len)
		return;
	sip_put(o, SDP_MEDIA_PROTO, proto);
	while (value.len) {
		const struct span format = span_word(&value);

		if (span_starts(proto, "RTP/"))
			put_format(o, format);
		else
			sip_put(o, SDP_MEDIA_FORMAT, format);
	}
}

/* "rtpmap:0 PCMU/8000", "fmtp:101 0-16", "name:value" */
static void put_media_attribute(struct field_out *o, struct span value)
{
	struct span rest = value;
	const struct span name = span_until(&rest, ':');

	if (!rest.len)
		return;
	sip_put(o, SDP_MEDIA_ATTR_FIELD, name);
	if (span_is(name, "rtpmap")) {
		sip_put(o, SDP_MEDIA_FORMAT, span_word(&rest));
		if (rest.len)
			sip_put(o, SDP_MIME_TYPE, span_until(&rest, '/'));
		if (rest.len)
			sip_put(o, SDP_SAMPLE_RATE, span_until(&rest, '/'));
	} else if (span_is(name, "fmtp")) {
		sip_put(o, SDP_MEDIA_FORMAT, span_word(&rest));
		while (rest.len)
			sip_put(o, SDP_FMTP, span_trim(span_until(&rest, ';')));
	} else {
		sip_put(o, SDP_MEDIA_ATTR_VALUE, rest);
	}
}

static void put_session_attribute(struct field_out *o, struct span value)
{
	const struct span name = span_until(&value, ':');

	if (!value.len)
		return;
	sip_put(o, SDP_SESSION_ATTR_FIELD, name);
	sip_put(o, SDP_SESSION_ATTR_VALUE, value);
}

static unsigned line_field(uint8_t type, bool in_media)
{
	switch (type) {
	case 'v':
		return SDP_VERSION;
	case 'o':
		return SDP_OWNER;
	case 's':
		return SDP_SESSION_NAME;
	case 'i':
		return in_media ? SDP_MEDIA_TITLE : SDP_SESSION_INFO;
	case 'u':
		return SDP_URI;
	case 'e':
		return SDP_EMAIL;
	case 'p':
		return SDP_PHONE;
	case 'c':
		return SDP_CONNECTION;
	case 'b':
		return SDP_BANDWIDTH;
	case 't':
		return SDP_TIME;
	case 'r':
		return SDP_REPEAT;
	case 'z':
		return SDP_TIMEZONE;
	case 'k':
		return SDP_KEY;
	case 'm':
		return SDP_MEDIA;
	case 'a':
		return in_media ? SDP_MEDIA_ATTR : SDP_SESSION_ATTR;
	default:
		return SDP_UNKNOWN;
	}
}

static void put_details(struct field_out *o, unsigned field, struct span value)
{
	switch (field) {
	case SDP_OWNER:
		put_words(o, SDP_OWNER_USERNAME, 6, value);
		break;
	case SDP_CONNECTION:
		put_connection(o, value);
		break;
	case SDP_BANDWIDTH:
		sip_put(o, SDP_BANDWIDTH_MODIFIER, span_until(&value, ':'));
		if (value.len)
			sip_put(o, SDP_BANDWIDTH_VALUE, value);
		break;
	case SDP_TIME:
		put_words(o, SDP_TIME_START, 2, value);
		break;
	case SDP_SESSION_ATTR:
		put_session_attribute(o, value);
		break;
	case SDP_MEDIA:
		put_media(o, value);
		break;
	case SDP_MEDIA_ATTR:
		put_media_attribute(o, value);
		break;
	default:
		break;
	}
}

/* "m=audio ...": type and value. False: no such line. */
static bool split_line(const struct line *line, struct span *ret_value)
{
	if (line->len < 2 || line->text[1] != '=')
		return false;
	*ret_value = span_trim(span_over(line->text + 2, line->len - 2));
	return true;
}

void sdp_describe(struct span body, struct field_out *o)
{
	struct cursor c = cursor_over(body.p, body.len, false);
	bool in_media = false;
	struct span value;
	struct line line;

	field_put_group(o, &sip_described[SDP], NULL, body.p, body.len);
	while (line_next(&c, &line)) {
		unsigned field;

		if (!line.len)
			continue;
		if (!split_line(&line, &value)) {
			sip_put(o, SDP_INVALID, line_span(&line));
			continue;
		}
		field = line_field(line.text[0], in_media);
		in_media |= field == SDP_MEDIA;
		sip_put(o, field, field == SDP_UNKNOWN ? line_span(&line) : value);
		if (value.len)
			put_details(o, field, value);
	}
}

bool sdp_first_media(struct span body, struct span *ret_type, struct span *ret_address,
		     struct span *ret_port)
{
	struct cursor c = cursor_over(body.p, body.len, false);
	bool in_media = false;
	struct span value;
	struct line line;

	*ret_address = span_over(body.p, 0);
	while (line_next(&c, &line)) {
		if (!split_line(&line, &value))
			continue;
		if (line.text[0] == 'm') {
			if (in_media)
				break;
			in_media = true;
			*ret_type = span_word(&value);
			*ret_port = span_word(&value);
			*ret_port = span_until(ret_port, '/');
		} else if (line.text[0] == 'c') {
			span_word(&value);
			span_word(&value);
			*ret_address = span_until(&value, '/');
		}
	}
	return in_media;
}
