#include "core/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void strbuf_put(struct strbuf *s, const char *text, size_t len)
{
	const size_t room = s->size - s->len - 1;

	if (unlikely(len > room)) {
		s->overflow = true;
		len = room;
	}
	memcpy(s->text + s->len, text, len);
	s->len += len;
	s->text[s->len] = '\0';
}

void strbuf_putc(struct strbuf *s, char c)
{
	strbuf_put(s, &c, 1);
}

void strbuf_puts(struct strbuf *s, const char *text)
{
	strbuf_put(s, text, strlen(text));
}

void strbuf_printf(struct strbuf *s, const char *fmt, ...)
{
	const size_t room = s->size - s->len;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(s->text + s->len, room, fmt, args);
	va_end(args);
	if (n < 0)
		return;
	if ((size_t)n >= room) {
		s->overflow = true;
		s->len = s->size - 1;
	} else {
		s->len += (size_t)n;
	}
}

void strbuf_uint(struct strbuf *s, uint64_t v)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	strbuf_put(s, digits + i, sizeof(digits) - i);
}

void strbuf_hex(struct strbuf *s, uint64_t v, unsigned min_digits)
{
	static const char hex[] = "0123456789abcdef";
	char digits[16];
	size_t i = sizeof(digits);

	do {
		digits[--i] = hex[v & 15];
		v >>= 4;
	} while (v || (sizeof(digits) - i < min_digits && i));
	strbuf_put(s, digits + i, sizeof(digits) - i);
}

/* The length of the well-formed UTF-8 sequence at p, or 0 (RFC 3629: no surrogates, no overlongs).
 */
static size_t utf8_sequence(const uint8_t *p, size_t left)
{
	size_t n, i;

	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		n = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (n > left)
		return 0;
	for (i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

void strbuf_json_string(struct strbuf *s, const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t i = 0, n;

	strbuf_putc(s, '"');
	while (i < len) {
		if (p[i] == '"' || p[i] == '\\') {
			strbuf_putc(s, '\\');
			strbuf_putc(s, text[i++]);
		} else if (p[i] >= 0x20 && p[i] < 0x7f) {
			strbuf_putc(s, text[i++]);
		} else if (p[i] >= 0x80 && (n = utf8_sequence(p + i, len - i))) {
			strbuf_put(s, text + i, n);
			i += n;
		} else {
			strbuf_puts(s, "\\u");
			strbuf_hex(s, p[i++], 4);
		}
	}
	strbuf_putc(s, '"');
}
