#include <errno.h>
#include <string.h>

#include "dissect/display/node.h"

enum { OFFSET_DIGITS_MAX = 7 }; /* no packet has more bytes */

/* A signed number at expr[*pos]: decimal, 0x..., or 0... in octal. */
static bool read_offset(const char *expr, uint32_t *pos, int32_t *ret)
{
	uint32_t i = *pos;
	const bool negative = expr[i] == '-';
	unsigned base = 10, digits = 0;
	int32_t value = 0;

	i += negative;
	if (expr[i] == '0' && (expr[i + 1] | 0x20) == 'x') {
		base = 16;
		i += 2;
	} else if (expr[i] == '0') {
		base = 8;
	}
	for (;; i++, digits++) {
		const char c = expr[i], low = (char)(c | 0x20);
		unsigned digit;

		if (c >= '0' && c <= '9')
			digit = (unsigned)(c - '0');
		else if (base == 16 && low >= 'a' && low <= 'f')
			digit = (unsigned)(low - 'a' + 10);
		else
			break;
		if (digit >= base || digits == OFFSET_DIGITS_MAX)
			return false;
		value = value * (int32_t)base + (int32_t)digit;
	}
	*ret = negative ? -value : value;
	*pos = i;
	return digits;
}

static void skip_space(const char *expr, uint32_t *pos)
{
	while (expr[*pos] == ' ' || expr[*pos] == '\t')
		++*pos;
}

/* "i", "i:n", "i-j", "i:", ":n" */
static bool read_part(const char *expr, uint32_t *pos, struct slice_part *ret)
{
	*ret = (struct slice_part){ .how = SLICE_LENGTH, .end = 1 };
	skip_space(expr, pos);
	if (expr[*pos] != ':' && !read_offset(expr, pos, &ret->start))
		return false;
	skip_space(expr, pos);
	if (expr[*pos] == ':') {
		++*pos;
		skip_space(expr, pos);
		if (expr[*pos] == ']' || expr[*pos] == ',')
			ret->how = SLICE_REST;
		else if (!read_offset(expr, pos, &ret->end) || ret->end <= 0)
			return false;
	} else if (expr[*pos] == '-') {
		++*pos;
		skip_space(expr, pos);
		ret->how = SLICE_LAST;
		if (!read_offset(expr, pos, &ret->end))
			return false;
		if ((ret->start < 0) == (ret->end < 0) && ret->end < ret->start)
			return false;
	}
	skip_space(expr, pos);
	return true;
}

const struct slice *slice_parse(struct compiler *c, uint32_t begin, uint32_t *ret_end)
{
	struct slice *s = arena_alloc(&c->f->arena, sizeof(*s));
	uint32_t pos = begin;
	bool good;

	if (!s) {
		filter_error_set(c->err, -ENOMEM, begin, begin, "out of memory");
		return NULL;
	}
	do {
		pos++;
		good = s->nr < SLICE_PARTS_MAX && read_part(c->expr, &pos, &s->parts[s->nr++]);
	} while (good && c->expr[pos] == ',');
	if (good && c->expr[pos] == ']') {
		*ret_end = pos + 1;
		return s;
	}
	filter_error_set(c->err, -EINVAL, begin, pos + !!c->expr[pos],
			 "in brackets stand offset:length, first-last, offset: or :length, or "
			 "several (at most %d) with commas between",
			 SLICE_PARTS_MAX);
	return NULL;
}

const struct slice *slice_parse_layers(struct compiler *c, uint32_t begin, uint32_t *ret_end)
{
	struct slice *s;
	uint32_t pos = begin + 1;

	if (c->expr[pos] == '[')
		return slice_parse(c, pos, ret_end);
	s = arena_alloc(&c->f->arena, sizeof(*s));
	if (s && c->expr[pos] != '-' && read_offset(c->expr, &pos, &s->parts[0].start)) {
		s->nr = 1;
		s->parts[0].end = 1;
		*ret_end = pos;
		return s;
	}
	filter_error_set(c->err, -EINVAL, begin, begin + 1,
			 "behind '#' stands the number of a layer, as in ip.src#1, or several, as "
			 "in ip.src#[1-2]");
	return NULL;
}

bool slice_part_find(const struct slice_part *part, uint32_t len, uint32_t *ret_start,
		     uint32_t *ret_len)
{
	const int64_t size = len, start = part->start < 0 ? size + part->start : part->start;
	int64_t count = 0;

	switch (part->how) {
	case SLICE_LENGTH:
		count = part->end;
		break;
	case SLICE_REST:
		count = size - start;
		break;
	case SLICE_LAST:
		count = (part->end < 0 ? size + part->end : part->end) - start + 1;
		break;
	}
	if (start < 0 || count <= 0 || start + count > size)
		return false;
	*ret_start = (uint32_t)start;
	*ret_len = (uint32_t)count;
	return true;
}

bool slice_has_layer(const struct slice *s, unsigned number, unsigned nr)
{
	unsigned i;

	for (i = 0; i < s->nr; i++) {
		const struct slice_part *part = &s->parts[i];
		const int64_t first = part->start < 0 ? (int64_t)nr + 1 + part->start : part->start;
		int64_t last = nr;

		if (part->how == SLICE_LENGTH)
			last = first + part->end - 1;
		else if (part->how == SLICE_LAST)
			last = part->end < 0 ? (int64_t)nr + 1 + part->end : part->end;
		if (number >= first && number <= last)
			return true;
	}
	return false;
}
