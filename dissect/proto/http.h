/*
 * dissect/proto/http.h -- where an HTTP/1.x message has its parts. SSDP speaks the same in
 * datagrams.
 *
 * Spans borrow the packet's bytes. Every function takes linear time over what it is given.
 */
#ifndef DISSECT_PROTO_HTTP_H
#define DISSECT_PROTO_HTTP_H

#include "dissect/dissect.h"
#include "dissect/lines.h"

enum http_carrier {
	HTTP_STREAM,
	HTTP_DATAGRAM, /* the packet's end is the message's */
};

enum http_body {
	HTTP_BODY_NONE,
	HTTP_BODY_LENGTH,
	HTTP_BODY_CHUNKED,
	HTTP_BODY_UNTIL_CLOSE, /* ends with the connection, RFC 9112 6.3 */
};

struct http_message {
	const uint8_t *start;
	struct line first; /* request or status line; may go on in a later segment */
	bool response;
	uint16_t code;       /* 0: a request, or not here yet */
	struct span method;  /* of a request */
	struct span uri;     /* of a request; what is here of it */
	struct span version; /* "HTTP/1.1"; empty in HTTP/0.9, or not here yet */
	struct span phrase;  /* of a response */
	struct span headers; /* all whole header lines, with their ends */
	bool head_whole;     /* the empty line is here */
	uint8_t body_kind;   /* enum http_body */
	uint64_t body_len;   /* bytes, of HTTP_BODY_LENGTH */
	struct span body;    /* what is here of it, chunk sizes and trailers included */
	size_t missing;      /* bytes that are not here, at least; 0: it is whole */
};

struct http_header {
	struct span line; /* with its end */
	struct span name; /* empty: no header field, or the rest of the one before */
	struct span value;
};

struct http_chunk {
	struct span size_line; /* with its end */
	uint64_t size;         /* bytes; 0: the last one, trailers follow */
	struct span data;      /* what is here of it */
	struct span boundary;  /* the line end behind the data */
	size_t missing;
};

/*
 * The message at the cursor, which then stands behind what is here of it. False, with the cursor
 * where it was: nothing that starts a message.
 */
bool http_message_next(struct cursor *c, enum http_carrier carrier, struct http_message *ret);
/* The whole header lines of a message, one by one. */
bool http_header_next(struct cursor *c, struct http_header *ret);
/* The chunk at the cursor. False: none, or its size is no number. */
bool http_chunk_next(struct cursor *c, struct http_chunk *ret);
/*
 * The value of the first field of each name, in one walk; names are in lower case, ret[i] belongs
 * to names[i]. ret comes in all zero and stays so where there is no such field.
 */
void http_headers_find(const struct http_message *m, const char *const *names, size_t nr,
		       struct span *ret);

/* Decimal digits only, at most 18 of them. */
bool http_parse_length(struct span s, uint64_t *ret);
/* Of a hexadecimal digit; -1: it is none. */
int http_hex_value(uint8_t c);

static inline struct cursor span_cursor(struct span s)
{
	return cursor_over(s.p, s.len, false);
}

/* A payload that can only be HTTP, on any port. */
bool http_guess(const uint8_t *p, size_t len);

enum { HTTP_NR_DESCRIBED = 61 };
extern const struct field_desc http_described[HTTP_NR_DESCRIBED];
/* All fields of the message at *c, which is moved behind it. False: there is none. */
bool http_describe_message(struct cursor *c, enum http_carrier carrier, struct field_out *o);

#endif
