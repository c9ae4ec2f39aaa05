/*
 * dissect/lines.h -- text protocols: the lines of a segment, their words and header fields.
 *
 * Lines end with CR LF or with a bare LF (RFC 5321 and its kin say CR LF, many senders do not).
 * Spans borrow the frame's bytes. Everything is bounded by the cursor and takes linear time.
 */
#ifndef DISSECT_LINES_H
#define DISSECT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/cursor.h"
#include "dissect/dissect.h"

struct line {
	const uint8_t *text;
	size_t len; /* bytes; without the line end */
	bool whole; /* its end is here; else it goes on in a later segment */
};

struct span {
	const uint8_t *p;
	size_t len; /* bytes */
};

/* The next line; what is left counts as one without an end. False, ret untouched: nothing left. */
bool line_next(struct cursor *c, struct line *ret);

/*
 * "Name: value", RFC 9110 5.5: the name is a token, the value lies without the blanks around it.
 * False: no such line, e.g. one that is empty or goes on with its predecessor's value.
 */
bool line_header(const struct line *l, struct span *ret_name, struct span *ret_value);

static inline struct span span_over(const uint8_t *p, size_t len)
{
	return (struct span){ p, len };
}

static inline struct span line_span(const struct line *l)
{
	return span_over(l->text, l->len);
}

/*
 * The reply of a server, RFC 5321 4.2 and RFC 959 4.2: three digits, then nothing, a blank, or '-'
 * where more lines follow.
 */
struct reply {
	uint32_t code;
	bool more;
	struct span text;
};

bool line_reply(const struct line *l, struct reply *ret);

/*
 * For dissect(): takes all lines that are here. One without an end goes on in a later segment and
 * is "need more".
 */
void lines_take(struct dissection *d, const struct layer *l, struct cursor *c);

/*
 * Could this be the start of a record of TLS? Then it is not text, whatever the port: STARTTLS has
 * been said before. At least 3 bytes.
 */
static inline bool looks_like_tls(const struct cursor *c)
{
	return cursor_left(c) >= 3 && c->pos[0] >= 20 && c->pos[0] <= 24 && c->pos[1] == 3;
}

/* The first word (blanks and tabs separate); it and the blanks around it are taken from *rest. */
struct span span_word(struct span *rest);
/* What stands before the first `separator`; *rest keeps what is behind it, or nothing. */
struct span span_until(struct span *rest, char separator);
/* Without blanks and tabs at both ends. */
struct span span_trim(struct span s);
/* Letters of ASCII compare without their case. */
bool span_starts(struct span s, const char *text);

static inline bool span_is(struct span s, const char *text)
{
	return strlen(text) == s.len && span_starts(s, text);
}

/* The same, one of a list of names. */
bool span_is_one_of(struct span s, const char *const *names, size_t nr);

/* Only decimal digits, no more than nine of them. */
bool span_uint(struct span s, uint32_t *ret);
/* UTF-8 without control characters other than tabs; the last sequence may be cut. */
bool span_is_text(struct span s);

/*
 * line_header() for whoever wants the value of one name, and meets every line of every message:
 * most lines are told apart by the place of the colon.
 */
static inline bool line_is_header(const struct line *l, const char *name, struct span *ret_value)
{
	const size_t len = strlen(name);

	if (l->len <= len || l->text[len] != ':' || !span_starts(line_span(l), name))
		return false;
	*ret_value = span_trim(span_over(l->text + len + 1, l->len - len - 1));
	return true;
}

#endif
