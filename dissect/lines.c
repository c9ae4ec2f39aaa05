#include "dissect/lines.h"

#include <string.h>

#include "core/utf8.h"

enum { NUMBER_DIGITS_MAX = 9 };

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

bool line_next(struct cursor *c, struct line *ret)
{
	const size_t left = cursor_left(c);
	const uint8_t *start = c->pos, *end;
	size_t len;

	if (!left)
		return false;
	end = memchr(start, '\n', left);
	if (!end) {
		*ret = (struct line){ start, left, false };
		c->pos = c->end;
		return true;
	}
	len = (size_t)(end - start);
	c->pos = end + 1;
	if (len && start[len - 1] == '\r')
		len--;
	*ret = (struct line){ start, len, true };
	return true;
}

/* RFC 9110 5.6.2 */
static const bool token_chars[256] = {
	['!'] = true,         ['#' ... '\''] = true, ['*'] = true,         ['+'] = true,
	['-'] = true,         ['.'] = true,          ['0' ... '9'] = true, ['A' ... 'Z'] = true,
	['^' ... 'z'] = true, ['|'] = true,          ['~'] = true,
};

bool line_header(const struct line *l, struct span *ret_name, struct span *ret_value)
{
	size_t n = 0;

	while (n < l->len && token_chars[l->text[n]])
		n++;
	if (!n || n == l->len || l->text[n] != ':')
		return false;
	*ret_name = span_over(l->text, n);
	*ret_value = span_trim(span_over(l->text + n + 1, l->len - n - 1));
	return true;
}

bool line_reply(const struct line *l, struct reply *ret)
{
	if (l->len < 3 || !span_uint(span_over(l->text, 3), &ret->code) || ret->code < 100 ||
	    ret->code > 699 || (l->len > 3 && l->text[3] != ' ' && l->text[3] != '-'))
		return false;
	ret->more = l->len > 3 && l->text[3] == '-';
	ret->text = l->len > 4 ? span_over(l->text + 4, l->len - 4) : span_over(l->text, 0);
	return true;
}

void lines_take(struct dissection *d, const struct layer *l, struct cursor *c)
{
	const size_t left = cursor_left(c);
	const uint8_t *end = memrchr(c->pos, '\n', left);
	const uint8_t *last = end ? end + 1 : c->pos;
	const size_t tail = (size_t)(c->end - last);

	c->pos = last;
	if (tail)
		dissect_take_pdu(d, l, c, last, tail + 1);
}

struct span span_trim(struct span s)
{
	while (s.len && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* Without its first n bytes; an empty span may lie nowhere. */
static struct span span_behind(struct span s, size_t n)
{
	return n ? span_over(s.p + n, s.len - n) : s;
}

struct span span_word(struct span *rest)
{
	struct span word;

	*rest = span_trim(*rest);
	word = span_over(rest->p, 0);
	while (word.len < rest->len && !is_blank(rest->p[word.len]))
		word.len++;
	*rest = span_trim(span_behind(*rest, word.len));
	return word;
}

struct span span_until(struct span *rest, char separator)
{
	const uint8_t *end = rest->len ? memchr(rest->p, separator, rest->len) : NULL;
	const size_t len = end ? (size_t)(end - rest->p) : rest->len;
	const struct span head = span_over(rest->p, len);
	const size_t taken = end ? len + 1 : len;

	*rest = span_behind(*rest, taken);
	return head;
}

bool span_starts(struct span s, const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++)
		if (i == s.len || lower(s.p[i]) != lower((uint8_t)text[i]))
			return false;
	return true;
}

bool span_is_one_of(struct span s, const char *const *names, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (span_is(s, names[i]))
			return true;
	return false;
}

bool span_uint(struct span s, uint32_t *ret)
{
	uint32_t v = 0;
	size_t i;

	if (!s.len || s.len > NUMBER_DIGITS_MAX)
		return false;
	for (i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint32_t)(s.p[i] - '0');
	}
	*ret = v;
	return true;
}

bool span_is_text(struct span s)
{
	size_t i = 0, n;

	while (i < s.len) {
		const uint8_t c = s.p[i];

		n = c < 0x80 ? 1 : utf8_sequence(s.p + i, s.len - i);
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
		if (!n)
			return c >= 0xc2 && c < 0xf5 && s.len - i < 4;
		i += n;
	}
	return true;
}
