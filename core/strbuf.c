#include "core/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/utf8.h"

void strbuf_put_cut(struct strbuf *s, const char *text, size_t len)
{
	const size_t room = s->size - s->len - 1;

	if (len > room) {
		s->overflow = true;
		len = room;
	}
	memcpy(s->text + s->len, text, len);
	s->len += len;
	s->text[s->len] = '\0';
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

enum { UINT_DIGITS_MAX = 20 };

static unsigned count_digits(uint64_t v)
{
	unsigned n = 1;

	for (; v >= 10000; v /= 10000)
		n += 4;
	return n + (v >= 10) + (v >= 100) + (v >= 1000);
}

/* Two digits at a time, straight into their place. */
void strbuf_uint(struct strbuf *s, uint64_t v)
{
	static const char pairs[201] =
		"0001020304050607080910111213141516171819202122232425262728293031323334353637383940"
		"4142434445464748495051525354555657585960616263646566676869707172737475767778798081"
		"828384858687888990919293949596979899";
	char own[UINT_DIGITS_MAX], *p;
	unsigned n;
	bool fits;

	if (v < 10) {
		strbuf_putc(s, (char)('0' + v));
		return;
	}
	n = count_digits(v);
	fits = s->size - s->len > n;
	p = (fits ? s->text + s->len : own) + n;
	for (; v >= 100; v /= 100) {
		p -= 2;
		memcpy(p, pairs + v % 100 * 2, 2);
	}
	if (v >= 10)
		memcpy(p - 2, pairs + v * 2, 2);
	else
		p[-1] = (char)('0' + v);
	if (!fits) {
		strbuf_put(s, own, n);
		return;
	}
	s->len += n;
	s->text[s->len] = '\0';
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

/* What a JSON string may hold as it stands: printable ASCII but quote and backslash. */
static bool json_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))

/* Some byte of v is zero: of all words without the high bits of bytes. */
static bool some_zero(uint64_t v)
{
	return (v - EACH_BYTE(1)) & ~v & EACH_BYTE(0x80);
}

/* How many bytes from p on are plain. Eight at a time: JSON is mostly text of packets. */
static size_t json_plain_run(const uint8_t *p, size_t len)
{
	size_t n = 0;
	uint64_t v;

	for (; len - n >= sizeof(v); n += sizeof(v)) {
		memcpy(&v, p + n, sizeof(v));
		if (((v - EACH_BYTE(0x20)) | v) & EACH_BYTE(0x80) ||
		    some_zero(v ^ EACH_BYTE('"')) || some_zero(v ^ EACH_BYTE('\\')) ||
		    some_zero(v ^ EACH_BYTE(0x7f)))
			break;
	}
	while (n < len && json_plain(p[n]))
		n++;
	return n;
}

/* Of a sequence of two or three bytes; those of four stand for nothing that steers a terminal. */
static uint32_t utf8_value(const uint8_t *p, size_t n)
{
	if (n == 2)
		return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
	return (p[0] & 0xfu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
}

/* One character that may not stand as it is; returns the bytes it has. */
static size_t put_json_special(struct strbuf *s, const uint8_t *p, size_t left)
{
	const size_t n = p[0] >= 0x80 ? utf8_sequence(p, left) : 0;

	if (p[0] == '"' || p[0] == '\\') {
		strbuf_putc(s, '\\');
		strbuf_putc(s, (char)p[0]);
	} else if (n && utf8_printable(p, left)) {
		strbuf_put(s, (const char *)p, n);
	} else {
		/* U+FFFD for a byte that is no UTF-8, as Unicode has it. */
		strbuf_put(s, "\\u", 2);
		strbuf_hex(s, n ? utf8_value(p, n) : p[0] < 0x80 ? p[0] : 0xfffd, 4);
	}
	return n ? n : 1;
}

void strbuf_json_string(struct strbuf *s, const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t i = 0, n;

	strbuf_putc(s, '"');
	while (i < len) {
		n = json_plain_run(p + i, len - i);
		strbuf_put(s, text + i, n);
		i += n;
		if (i == len)
			break;
		i += put_json_special(s, p + i, len - i);
	}
	strbuf_putc(s, '"');
}
