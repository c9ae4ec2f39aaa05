/*
 * core/strbuf.h -- a bounded text builder over memory of the caller; it never allocates.
 *
 * Text that does not fit is cut and `overflow` is set; the result is always NUL-terminated.
 */
#ifndef CORE_STRBUF_H
#define CORE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/compiler.h"

struct strbuf {
	char *text;
	size_t len, size; /* bytes; size counts the NUL */
	bool overflow;
};

static inline struct strbuf strbuf_over(char *text, size_t size)
{
	text[0] = '\0';
	return (struct strbuf){ .text = text, .size = size };
}

static inline void strbuf_reset(struct strbuf *s)
{
	s->len = 0;
	s->text[0] = '\0';
	s->overflow = false;
}

/* The rest of strbuf_put(), where the text does not fit. */
void strbuf_put_cut(struct strbuf *s, const char *text, size_t len);

/* Inline: a printed packet is a hundred of these, most of constant text. */
static inline void strbuf_put(struct strbuf *s, const char *text, size_t len)
{
	char *p = s->text + s->len;

	if (unlikely(len >= s->size - s->len)) {
		strbuf_put_cut(s, text, len);
		return;
	}
	memcpy(p, text, len);
	p[len] = '\0';
	s->len += len;
}

static inline void strbuf_putc(struct strbuf *s, char c)
{
	strbuf_put(s, &c, 1);
}

static inline void strbuf_puts(struct strbuf *s, const char *text)
{
	strbuf_put(s, text, strlen(text));
}

void strbuf_printf(struct strbuf *s, const char *fmt, ...) printf_like(2, 3);
void strbuf_uint(struct strbuf *s, uint64_t v);
void strbuf_hex(struct strbuf *s, uint64_t v, unsigned min_digits); /* no 0x in front */
/*
 * A JSON string with its quotes. Control characters and what turns the direction of reading become
 * \uXXXX, bytes that are no UTF-8 \ufffd.
 */
void strbuf_json_string(struct strbuf *s, const char *text, size_t len);

#endif
