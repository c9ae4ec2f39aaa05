/* dissect/proto/sip.h -- what the parts of the SIP dissector share: messages, fields, SDP. */
#ifndef DISSECT_PROTO_SIP_H
#define DISSECT_PROTO_SIP_H

#include "dissect/dissect.h"
#include "dissect/lines.h"

struct sip_message {
	const uint8_t *start;
	struct line first;
	bool response;
	uint16_t code;
	struct span method;  /* of a request */
	struct span uri;     /* of a request; what is here of it */
	struct span phrase;  /* of a response */
	struct span headers; /* all whole header lines, with their ends */
	bool head_whole;
	bool has_length;   /* Content-Length is there and a number */
	uint32_t body_len; /* bytes that it says */
	struct span body;  /* what is here of it */
};

enum sip_field {
	SIP_MESSAGE,
	SIP_REQUEST_LINE,
	SIP_METHOD,
	SIP_R_URI,
	SIP_R_URI_USER,
	SIP_R_URI_HOST,
	SIP_R_URI_PORT,
	SIP_STATUS_LINE,
	SIP_STATUS_CODE,
	SIP_HEADER_LINE, /* one that has no name of its own */
	SIP_VIA_TRANSPORT,
	SIP_VIA_ADDRESS,
	SIP_VIA_PORT,
	SIP_VIA_BRANCH,
	SIP_VIA_RECEIVED,
	SIP_VIA_RPORT,
	SIP_VIA_MADDR,
	SIP_VIA_TTL,
	SIP_FROM_DISPLAY,
	SIP_FROM_ADDR,
	SIP_FROM_USER,
	SIP_FROM_HOST,
	SIP_FROM_PORT,
	SIP_FROM_PARAM,
	SIP_FROM_TAG,
	SIP_TO_DISPLAY, /* from here as the From ones */
	SIP_TO_ADDR,
	SIP_TO_USER,
	SIP_TO_HOST,
	SIP_TO_PORT,
	SIP_TO_PARAM,
	SIP_TO_TAG,
	SIP_CONTACT_DISPLAY, /* and here */
	SIP_CONTACT_ADDR,
	SIP_CONTACT_USER,
	SIP_CONTACT_HOST,
	SIP_CONTACT_PORT,
	SIP_CONTACT_PARAM,
	SIP_CONTACT_PARAMETER,
	SIP_CSEQ_SEQ,
	SIP_CSEQ_METHOD,
	SIP_AUTH_SCHEME,
	SIP_AUTH_USERNAME, /* from here as in auth_names of sip_fields.c */
	SIP_AUTH_REALM,
	SIP_AUTH_NONCE,
	SIP_AUTH_URI,
	SIP_AUTH_RESPONSE,
	SIP_AUTH_ALGORITHM,
	SIP_AUTH_CNONCE,
	SIP_AUTH_OPAQUE,
	SIP_AUTH_QOP,
	SIP_AUTH_NC,
	SIP_AUTH_DOMAIN,
	SIP_AUTH_STALE,
	SIP_BODY_LEN,
	SDP,
	SDP_VERSION,
	SDP_OWNER,
	SDP_OWNER_USERNAME, /* in the order of the line's words, to the address */
	SDP_OWNER_SESSION,
	SDP_OWNER_VERSION,
	SDP_OWNER_NETWORK,
	SDP_OWNER_TYPE,
	SDP_OWNER_ADDRESS,
	SDP_SESSION_NAME,
	SDP_SESSION_INFO,
	SDP_URI,
	SDP_EMAIL,
	SDP_PHONE,
	SDP_CONNECTION,
	SDP_CONNECTION_NETWORK, /* in the order of the line's words */
	SDP_CONNECTION_TYPE,
	SDP_CONNECTION_ADDRESS,
	SDP_CONNECTION_TTL,
	SDP_CONNECTION_COUNT,
	SDP_BANDWIDTH,
	SDP_BANDWIDTH_MODIFIER,
	SDP_BANDWIDTH_VALUE,
	SDP_TIME,
	SDP_TIME_START,
	SDP_TIME_STOP,
	SDP_REPEAT,
	SDP_TIMEZONE,
	SDP_KEY,
	SDP_SESSION_ATTR,
	SDP_SESSION_ATTR_FIELD,
	SDP_SESSION_ATTR_VALUE,
	SDP_MEDIA,
	SDP_MEDIA_TYPE,
	SDP_MEDIA_PORT,
	SDP_MEDIA_PORT_COUNT,
	SDP_MEDIA_PROTO,
	SDP_MEDIA_FORMAT,
	SDP_MEDIA_TITLE,
	SDP_MEDIA_ATTR,
	SDP_MEDIA_ATTR_FIELD,
	SDP_MEDIA_ATTR_VALUE,
	SDP_MIME_TYPE,
	SDP_SAMPLE_RATE,
	SDP_FMTP,
	SDP_UNKNOWN,
	SDP_INVALID,
	SIP_NR_FIXED, /* from here on one field for each row of sip_headers */
};

enum { SIP_NR_HEADERS = 60, SIP_NR_DESCRIBED = SIP_NR_FIXED + SIP_NR_HEADERS };

struct sip_header {
	const char *name;
	char compact; /* RFC 3261 7.3.3; 0: has none */
};

extern const struct field_desc sip_described[SIP_NR_DESCRIBED];
extern const struct sip_header sip_headers[SIP_NR_HEADERS];

/* The row of sip_headers, or SIP_NR_HEADERS: not in it. Compact names count. */
unsigned sip_header_find(struct span name);
/* The value of the first header of that (long) name; false, ret untouched: there is none. */
bool sip_message_header(const struct sip_message *m, const char *name, struct span *ret);
/* All fields of a message whose bytes are start to end. */
void sip_describe_message(const struct sip_message *m, const uint8_t *end, struct field_out *o);
/* The lines of a session description, RFC 8866. */
void sdp_describe(struct span body, struct field_out *o);
/* What its first media line and the address for it come to; false: there is none. */
bool sdp_first_media(struct span body, struct span *ret_type, struct span *ret_address,
		     struct span *ret_port);

static inline void sip_put(struct field_out *o, unsigned field, struct span s)
{
	field_put_bytes(o, &sip_described[field], s.p, s.len);
}

#endif
