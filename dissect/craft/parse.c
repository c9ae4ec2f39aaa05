/* dissect/craft/parse.c -- the text of descriptions into lists of layers, arguments and values. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/suggest.h"
#include "dissect/craft/craft_internal.h"

struct parser {
	struct compiling *c;
	const char *text;
	uint32_t at, len;
};

/* ---- complaints ---- */

int craft_error(const struct compiling *c, struct span at, const char *fmt, ...)
{
	char text[sizeof(c->err->text)];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return filter_error_set(c->err, -EINVAL, at.begin, at.end, "%s", text);
}

int craft_no_memory(const struct compiling *c)
{
	return filter_error_set(c->err, -ENOMEM, 0, c->len,
				"needs more memory than there is, or than %d MiB; give fewer "
				"descriptions, or a smaller range of sizes",
				FILTER_ARENA_MAX >> 20);
}

char *craft_copy(const struct compiling *c, struct span s, char *ret, size_t size)
{
	const size_t len = MIN_OF((size_t)(s.end - s.begin), size - 1);

	memcpy(ret, c->text + s.begin, len);
	ret[len] = '\0';
	return ret;
}

bool craft_is(const struct compiling *c, struct span s, const char *word)
{
	return strlen(word) == s.end - s.begin && !memcmp(c->text + s.begin, word, s.end - s.begin);
}

/* What stands here is not what could. */
static int expected(const struct parser *p, const char *what)
{
	const struct span here = { p->at, MIN_OF(p->at + 1, p->len) };

	if (p->at == p->len)
		return craft_error(p->c, here, "it ends here; expected %s", what);
	return craft_error(p->c, here, "expected %s", what);
}

/* ---- characters ---- */

static char peek(const struct parser *p)
{
	return p->at < p->len ? p->text[p->at] : '\0';
}

/* And comments. */
static void skip_blanks(struct parser *p)
{
	for (; p->at < p->len; p->at++) {
		if (p->text[p->at] == '#')
			while (p->at + 1 < p->len && p->text[p->at + 1] != '\n')
				p->at++;
		else if (!strchr(" \t\r\n", p->text[p->at]))
			break;
	}
}

/* Takes the character if it is the next one. */
static bool take(struct parser *p, char c)
{
	skip_blanks(p);
	if (peek(p) != c)
		return false;
	p->at++;
	return true;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == ':' || c == '_';
}

/* A word, which may be empty. */
static struct span take_word(struct parser *p)
{
	struct span s;

	skip_blanks(p);
	s.begin = p->at;
	while (p->at < p->len && is_word(p->text[p->at]))
		p->at++;
	s.end = p->at;
	return s;
}

static bool is_empty(struct span s)
{
	return s.begin == s.end;
}

/* ---- values ---- */

/* One character of a string behind its backslash. -1: there is no such escape. */
static int take_escape(struct parser *p)
{
	static const char names[] = "nrt0\\\"", values[] = "\n\r\t\0\\\"";
	const char c = peek(p);
	const char *known = c ? strchr(names, c) : NULL;
	int high, low;

	if (known) {
		p->at++;
		return (unsigned char)values[known - names];
	}
	if (c != 'x' || p->len - p->at < 3)
		return -1;
	high = craft_hex_value(p->text[p->at + 1]);
	low = craft_hex_value(p->text[p->at + 2]);
	p->at += 3;
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* Behind the opening quotation mark. */
static int take_string(struct parser *p, struct item *ret)
{
	const uint32_t begin = p->at;
	uint32_t end = begin;
	uint8_t *out;

	while (end < p->len && p->text[end] != '"')
		end += p->text[end] == '\\' ? 2 : 1;
	if (end >= p->len)
		return craft_error(p->c, (struct span){ begin - 1, begin },
				   "no quotation mark ends this text");
	out = arena_alloc(p->c->arena, end - begin + 1); /* escapes make it shorter */
	if (!out)
		return craft_no_memory(p->c);
	ret->bytes = out;
	while (p->at < end) {
		int c = (unsigned char)p->text[p->at++];

		if (c == '\\') {
			const struct span escape = { p->at - 1, p->at + 1 };

			c = take_escape(p);
			if (c < 0)
				return craft_error(p->c, escape,
						   "no such escape; there are \\n \\r \\t \\0 "
						   "\\\\ \\\" and \\xHH");
		}
		out[ret->len++] = (uint8_t)c;
	}
	p->at = end + 1;
	return 0;
}

/* Behind "hex". */
static int take_hex(struct parser *p, struct item *ret)
{
	const struct span s = take_word(p);
	uint8_t *out = arena_alloc(p->c->arena, (s.end - s.begin) / 2 + 1);
	int high = -1;

	if (!out)
		return craft_no_memory(p->c);
	ret->bytes = out;
	for (uint32_t i = s.begin; i < s.end; i++) {
		const int digit = craft_hex_value(p->text[i]);

		if (high < 0 && (p->text[i] == ':' || p->text[i] == '.'))
			continue;
		if (digit < 0)
			return craft_error(p->c, (struct span){ i, i + 1 },
					   "no hexadecimal digit; write bytes as hex 0a0b");
		if (high >= 0)
			out[ret->len++] = (uint8_t)(high << 4 | digit);
		high = high < 0 ? digit : -1;
	}
	if (high >= 0 || !ret->len)
		return craft_error(p->c, s, "a byte is two hexadecimal digits: hex 0a0b");
	return 0;
}

static int take_item(struct parser *p, struct item *ret)
{
	skip_blanks(p);
	ret->all.begin = ret->all.end = p->at;
	if (take(p, '"')) {
		const int code = take_string(p, ret);

		ret->first = ret->all = (struct span){ ret->all.begin, p->at };
		return code;
	}
	ret->first = take_word(p);
	if (is_empty(ret->first))
		return expected(p, "a value");
	if (craft_is(p->c, ret->first, "hex")) {
		const int code = take_hex(p, ret);

		ret->all.end = p->at;
		return code;
	}
	if (take(p, '-')) {
		ret->last = take_word(p);
		if (is_empty(ret->last))
			return expected(p, "the last value of the range");
	} else if (take(p, '/')) {
		ret->prefix = take_word(p);
		if (is_empty(ret->prefix))
			return expected(p, "the length of the prefix");
	}
	ret->all.end = MAX_OF(ret->first.end, MAX_OF(ret->last.end, ret->prefix.end));
	return 0;
}

static int take_number(struct parser *p, const char *what, uint64_t max, uint64_t *ret)
{
	const struct span s = take_word(p);

	*ret = 0;
	for (uint32_t i = s.begin; i < s.end; i++)
		if (!isdigit((unsigned char)p->text[i]) || __builtin_mul_overflow(*ret, 10, ret) ||
		    __builtin_add_overflow(*ret, (unsigned)(p->text[i] - '0'), ret))
			*ret = max + 1;
	if (!*ret || *ret > max)
		return craft_error(p->c, s, "expected %s: a number from 1 to %llu", what,
				   (unsigned long long)max);
	return 0;
}

/* count [STEP] [every N] | random, behind the values. */
static int take_how(struct parser *p, struct argument *a)
{
	static const char *const words[] = { "count", "random", "every" };
	const uint32_t begin = p->at;
	struct span s = take_word(p);
	char word[32];
	const char *near;
	int code;

	a->step = a->every = 1;
	if (is_empty(s)) {
		p->at = begin;
		return 0;
	}
	a->how = s;
	a->how_given = true;
	a->random = craft_is(p->c, s, "random");
	if (!a->random && !craft_is(p->c, s, "count") && !craft_is(p->c, s, "every")) {
		near = suggest(craft_copy(p->c, s, word, sizeof(word)), words, ARRAY_SIZE(words));
		return craft_error(
			p->c, s,
			"behind values there is count, every or random%s%s%s; a list has "
			"commas: 1,2,3",
			near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	}
	if (craft_is(p->c, s, "count")) {
		skip_blanks(p);
		code = isdigit((unsigned char)peek(p))
			       ? take_number(p, "the step", UINT32_MAX, &a->step)
			       : 0;
		if (code)
			return code;
		a->how.end = p->at;
		s = take_word(p);
		if (is_empty(s))
			return 0;
		if (!craft_is(p->c, s, "every"))
			return craft_error(p->c, s, "behind count there is a step, or every N");
	}
	code = a->random ? 0 : take_number(p, "the number of frames", UINT32_MAX, &a->every);
	a->how.end = p->at;
	return code;
}

/* Is "name =" next? Nothing is taken. */
static bool at_name(struct parser *p)
{
	const uint32_t begin = p->at;
	const bool word = !is_empty(take_word(p));
	const bool is_name = word && take(p, '=');

	p->at = begin;
	return is_name;
}

static int take_argument(struct parser *p, struct argument *ret)
{
	struct item **tail = &ret->items;
	int code;

	skip_blanks(p);
	ret->all.begin = p->at;
	if (at_name(p)) {
		ret->name = take_word(p);
		(void)take(p, '=');
	}
	do {
		struct item *item = arena_alloc(p->c->arena, sizeof(*item));
		uint32_t comma;

		if (!item)
			return craft_no_memory(p->c);
		code = take_item(p, item);
		if (code)
			return code;
		*tail = item;
		tail = &item->next;
		if (++ret->nr_items > CRAFT_LIST_MAX)
			return craft_error(p->c, item->all, "a list has at most %d values",
					   CRAFT_LIST_MAX);
		ret->all.end = item->all.end;
		comma = p->at;
		if (!take(p, ',')) {
			p->at = comma;
			break;
		}
		if (at_name(p)) { /* the comma is that of the next argument */
			p->at = comma;
			break;
		}
	} while (true);
	code = take_how(p, ret);
	ret->all.end = MAX_OF(ret->all.end, ret->how.end);
	return code;
}

/* ---- layers ---- */

static int take_arguments(struct parser *p, struct layer_text *l)
{
	struct argument **tail = &l->arguments;
	const struct span open = { p->at - 1, p->at };
	unsigned nr = 0;

	if (take(p, ')'))
		return 0;
	do {
		struct argument *a = arena_alloc(p->c->arena, sizeof(*a));
		int code;

		if (!a)
			return craft_no_memory(p->c);
		code = take_argument(p, a);
		if (code)
			return code;
		if (++nr > 2 * FIELDS_MAX)
			return craft_error(p->c, a->all, "too many fields for one layer");
		*tail = a;
		tail = &a->next;
	} while (take(p, ','));
	if (take(p, ')'))
		return 0;
	if (p->at == p->len)
		return craft_error(p->c, open, "no ) closes this");
	return expected(p, "a comma or )");
}

static int take_layer(struct parser *p, struct layer_text *ret)
{
	int code = 0;

	ret->name = take_word(p);
	ret->all = ret->name;
	if (is_empty(ret->name))
		return expected(p, "a layer, as eth, ip or udp");
	if (take(p, '(')) {
		code = take_arguments(p, ret);
		ret->all.end = p->at;
	}
	return code;
}

static int take_weight(struct parser *p, struct description *d)
{
	uint64_t weight;
	int code;

	d->weight = 1;
	if (!isdigit((unsigned char)peek(p)))
		return 0;
	code = take_number(p, "a weight", CRAFT_WEIGHT_MAX, &weight);
	if (code)
		return code;
	d->weight = (uint32_t)weight;
	return take(p, '*') ? 0 : expected(p, "* between a weight and its description");
}

static int take_description(struct parser *p, struct description *ret)
{
	struct layer_text **tail = &ret->layers;
	int code;

	ret->all.begin = p->at;
	code = take_weight(p, ret);
	while (!code) {
		struct layer_text *l = arena_alloc(p->c->arena, sizeof(*l));

		if (!l)
			return craft_no_memory(p->c);
		code = take_layer(p, l);
		if (code)
			break;
		if (++ret->nr_layers > CRAFT_LAYERS_MAX)
			return craft_error(p->c, l->all, "more than %d layers", CRAFT_LAYERS_MAX);
		*tail = l;
		tail = &l->next;
		ret->all.end = l->all.end;
		if (!take(p, '/'))
			break;
	}
	return code;
}

int craft_parse(struct compiling *c, struct description **ret, size_t *ret_nr)
{
	struct parser p = { .c = c, .text = c->text, .len = c->len };
	struct description **tail = ret;
	int code;

	*ret = NULL;
	*ret_nr = 0;
	while (take(&p, ';'))
		;
	while (p.at < p.len) {
		struct description *d = arena_alloc(c->arena, sizeof(*d));

		if (!d)
			return craft_no_memory(c);
		code = take_description(&p, d);
		if (code)
			return code;
		if (++*ret_nr > CRAFT_DESCRIPTIONS_MAX)
			return craft_error(c, d->all, "more than %d descriptions",
					   CRAFT_DESCRIPTIONS_MAX);
		*tail = d;
		tail = &d->next;
		if (p.at < p.len && peek(&p) != ';' &&
		    !memchr(p.text + d->all.end, '\n', p.at - d->all.end))
			return expected(&p, "/ and a layer, or ; and another description");
		while (take(&p, ';'))
			;
	}
	if (!*ret)
		return craft_error(c, (struct span){ 0, c->len },
				   "nothing is described; as eth/ip/udp(dport=9)");
	return 0;
}
