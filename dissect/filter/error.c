/* dissect/filter/error.c -- errors of expressions, with a caret under the place. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/compiler.h"
#include "core/utf8.h"
#include "dissect/filter/filter.h"

enum {
	LINE_COLUMNS = 78,
	CONTEXT_COLUMNS = 24, /* of what stands in front of the place, where not all fits */
	ESCAPE_MAX = 4,       /* bytes of "\xHH", and of a character */
};

/*
 * One character, or an escape for a byte that is none or steers a terminal. Returns the bytes of
 * text that it stands for; text is not empty.
 */
static size_t piece_next(const char *text, size_t len, char ret[static ESCAPE_MAX + 1],
			 size_t *ret_columns)
{
	const unsigned char c = (unsigned char)*text;
	const size_t seq = c < 0x80 ? 0 : utf8_printable((const uint8_t *)text, len);
	const size_t plain = c >= ' ' && c < 0x7f ? 1 : seq;

	if (plain) {
		memcpy(ret, text, plain);
		ret[plain] = '\0';
		*ret_columns = 1;
		return plain;
	}
	if (c == '\n' || c == '\t' || c == '\r')
		(void)snprintf(ret, ESCAPE_MAX + 1, "\\%c",
			       c == '\n'   ? 'n'
			       : c == '\t' ? 't'
					   : 'r');
	else
		(void)snprintf(ret, ESCAPE_MAX + 1, "\\x%02x", c);
	*ret_columns = strlen(ret);
	return 1;
}

/* Columns that text takes. */
static size_t columns_of(const char *text, size_t len)
{
	char piece[ESCAPE_MAX + 1];
	size_t columns, sum = 0;

	for (size_t i = 0; i < len; sum += columns)
		i += piece_next(text + i, len - i, piece, &columns);
	return sum;
}

/* Appends as many characters as fit into max columns; the columns taken. */
static size_t put_columns(struct strbuf *out, const char *text, size_t len, size_t max)
{
	char piece[ESCAPE_MAX + 1];
	size_t columns, sum = 0;

	for (size_t i = 0; i < len;) {
		i += piece_next(text + i, len - i, piece, &columns);
		if (sum + columns > max)
			break;
		strbuf_puts(out, piece);
		sum += columns;
	}
	return sum;
}

/* Where the line begins, so that the place is no more than max columns behind it. */
static size_t line_begin(const char *expr, size_t place, size_t max)
{
	size_t begin = place > max * ESCAPE_MAX ? place - max * ESCAPE_MAX : 0;

	/* not within a character */
	while (begin && begin < place && ((unsigned char)expr[begin] & 0xc0) == 0x80)
		begin++;
	while (begin < place && columns_of(expr + begin, place - begin) > max) {
		begin++;
		while (begin < place && ((unsigned char)expr[begin] & 0xc0) == 0x80)
			begin++;
	}
	return begin;
}

static void put_repeated(struct strbuf *out, char c, size_t times)
{
	while (times--)
		strbuf_putc(out, c);
}

void filter_error_render(const char *expr, const struct filter_error *e, struct strbuf *out)
{
	static const char cut[] = "...";
	const size_t cut_columns = sizeof(cut) - 1, len = strlen(expr);
	const size_t place = MIN_OF(e->begin, len), end = MIN_OF(MAX_OF(e->end, place), len);
	const size_t behind = columns_of(expr + place, MIN_OF(len - place, LINE_COLUMNS));
	size_t begin = 0, front = 0, room = LINE_COLUMNS, marked;
	bool all;

	if (columns_of(expr, MIN_OF(len, LINE_COLUMNS * ESCAPE_MAX)) > LINE_COLUMNS ||
	    len > LINE_COLUMNS * ESCAPE_MAX)
		begin = line_begin(expr, place,
				   behind < LINE_COLUMNS - cut_columns - CONTEXT_COLUMNS
					   ? LINE_COLUMNS - cut_columns - behind - 1
					   : CONTEXT_COLUMNS);
	if (begin) {
		strbuf_puts(out, cut);
		front = cut_columns;
		room -= cut_columns;
	}
	all = len - begin <= LINE_COLUMNS * ESCAPE_MAX &&
	      columns_of(expr + begin, len - begin) <= room;
	if (!all)
		room -= cut_columns;
	(void)put_columns(out, expr + begin, len - begin, room);
	if (!all)
		strbuf_puts(out, cut);
	front += columns_of(expr + begin, place - begin);
	marked = columns_of(expr + place, MIN_OF(end - place, LINE_COLUMNS * ESCAPE_MAX));
	marked = MIN_OF(marked, LINE_COLUMNS - front);
	strbuf_putc(out, '\n');
	put_repeated(out, ' ', front);
	strbuf_putc(out, '^');
	put_repeated(out, '~', marked > 1 ? marked - 1 : 0);
	strbuf_putc(out, '\n');
	strbuf_puts(out, e->text);
}

int filter_error_set(struct filter_error *e, int code, uint32_t begin, uint32_t end,
		     const char *fmt, ...)
{
	char raw[sizeof(e->text)];
	struct strbuf safe = strbuf_over(e->text, sizeof(e->text));
	size_t len, columns;
	char piece[ESCAPE_MAX + 1];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(raw, sizeof(raw), fmt, args);
	va_end(args);
	len = strlen(raw);
	/* Reasons repeat what was typed, and it may have been anything. */
	for (size_t i = 0; i < len && safe.len + ESCAPE_MAX < sizeof(e->text);) {
		i += piece_next(raw + i, len - i, piece, &columns);
		strbuf_puts(&safe, piece);
	}
	e->begin = begin;
	e->end = end;
	return code;
}
