/* dissect/filter/lexer.c -- a capture filter's text, token by token. */
#include "dissect/filter/lexer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "core/utf8.h"

enum { QUOTE_MAX = 48 }; /* bytes of a bad token that an error repeats */

/* Independent of the locale, and of the sign of char. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int token_error(const struct filter_token *t, struct filter_error *err, const char *expr,
		       const char *reason)
{
	const uint32_t len = t->span.end - t->span.begin;

	return filter_error_set(err, -EINVAL, t->span.begin, t->span.end, "'%.*s%s' %s",
				(int)MIN_OF(len, QUOTE_MAX), expr + t->span.begin,
				len > QUOTE_MAX ? "..." : "", reason);
}

/* 0x and hex digits, or decimal digits. */
static bool is_number(const char *p, size_t len)
{
	size_t i = 0;

	if (len > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		for (i = 2; i < len; i++)
			if (hex_value(p[i]) < 0)
				return false;
		return true;
	}
	while (i < len && is_digit(p[i]))
		i++;
	return len && i == len;
}

/* Two to four numbers with dots between. */
static bool is_dotted(const char *p, size_t len)
{
	const char *const end = p + len;
	size_t groups = 0;

	while (p < end) {
		const char *const dot = memchr(p, '.', (size_t)(end - p));

		if (!is_number(p, (size_t)((dot ? dot : end) - p)))
			return false;
		groups++;
		if (!dot)
			return groups >= 2 && groups <= 4;
		p = dot + 1;
	}
	return false;
}

/* nr groups of min to max hex digits with sep between; the digits go to digits, 2 for an octet. */
static bool read_groups(const char *p, size_t len, char sep, unsigned nr, unsigned max,
			uint8_t mac[static 6])
{
	const unsigned octets = 6 / nr;
	size_t i = 0;

	for (unsigned g = 0; g < nr; g++) {
		uint64_t value = 0;
		unsigned digits = 0;

		for (; i < len && digits < max && hex_value(p[i]) >= 0; i++, digits++)
			value = value << 4 | (unsigned)hex_value(p[i]);
		if (!digits || (max > 2 && digits != max))
			return false;
		for (unsigned o = 0; o < octets; o++)
			mac[g * octets + o] = (uint8_t)(value >> 8 * (octets - 1 - o));
		if (g + 1 < nr && (i == len || p[i++] != sep))
			return false;
	}
	return i == len;
}

/* 01-23-45-67-89-ab, 1.23.45.67.89.ab, 0123.4567.89ab, 0123456789ab; colons are seen elsewhere. */
static bool read_mac(const char *p, size_t len, uint8_t mac[static 6])
{
	return read_groups(p, len, '-', 6, 2, mac) || read_groups(p, len, '.', 6, 2, mac) ||
	       read_groups(p, len, '.', 3, 4, mac) || read_groups(p, len, 0, 1, 12, mac);
}

static int lex_number(const char *expr, struct filter_token *t, struct filter_error *err)
{
	const char *p = expr + t->span.begin;
	const char *const end = expr + t->span.end;
	unsigned base = 10;
	uint64_t value = 0;
	bool too_large = false, not_octal = false;

	if (*p == '0' && end - p > 1) {
		base = p[1] == 'x' || p[1] == 'X' ? 16 : 8;
		p += base == 16 ? 2 : 1;
	}
	for (; p < end; p++) {
		const unsigned digit = (unsigned)hex_value(*p);

		not_octal |= digit >= base;
		value = value * base + digit;
		too_large |= value > UINT32_MAX;
		value &= UINT32_MAX;
	}
	t->kind = TOK_NUMBER;
	t->number = (uint32_t)value;
	if (not_octal)
		return token_error(t, err, expr,
				   "begins with 0, which means octal, and has a digit that octal "
				   "does not have");
	if (too_large)
		return token_error(t, err, expr, "does not fit into 32 bits");
	return 0;
}

/* Anything with two colons: nothing but an address has. */
static int lex_address(struct filter_lexer *l, size_t len, struct filter_token *t,
		       struct filter_error *err)
{
	const char *const p = l->expr + l->pos;
	char text[INET6_ADDRSTRLEN];

	t->span.end = t->span.begin + (uint32_t)len;
	if (read_groups(p, len, ':', 6, 2, t->mac)) {
		t->kind = TOK_MAC;
	} else if (len < sizeof(text)) {
		memcpy(text, p, len);
		text[len] = '\0';
		if (inet_pton(AF_INET6, text, t->ipv6) == 1)
			t->kind = TOK_IPV6;
	}
	if (t->kind == TOK_STRAY) {
		while (is_alnum(p[len]) || (p[len] && strchr(":._%-", p[len])))
			len++;
		t->span.end = t->span.begin + (uint32_t)len;
		return token_error(t, err, l->expr, "is neither a MAC nor an IPv6 address");
	}
	l->pos = t->span.end;
	return 0;
}

/* Bytes at p that an address with colons may consist of; 0 when fewer than two are colons. */
static size_t address_len(const char *p)
{
	size_t len = 0, colons = 0;

	for (; hex_value(p[len]) >= 0 || p[len] == ':' || (p[len] == '.' && colons > 1); len++)
		colons += p[len] == ':';
	return colons > 1 ? len : 0;
}

static int lex_word(struct filter_lexer *l, struct filter_token *t, struct filter_error *err)
{
	const char *const p = l->expr + l->pos;
	const struct filter_keyword *k;
	size_t len = 1;

	while (is_alnum(p[len]) || p[len] == '-' || p[len] == '_' || p[len] == '.')
		len++;
	while (p[len - 1] == '-' || p[len - 1] == '_')
		len--;
	l->pos += (uint32_t)len;
	t->span.end = l->pos;
	if (hex_value(*p) >= 0 && read_mac(p, len, t->mac)) {
		t->kind = TOK_MAC;
		return 0;
	}
	if (is_digit(*p)) {
		if (is_number(p, len))
			return lex_number(l->expr, t, err);
		if (is_dotted(p, len)) {
			t->kind = TOK_DOTTED;
			return 0;
		}
	}
	t->kind = TOK_NAME;
	k = filter_keyword_find(p, len);
	if (k) {
		t->kind = k->kind;
		t->value = k->value;
		t->number = k->value;
	}
	return 0;
}

/* \word: a name, whatever keyword it looks like. */
static void lex_escaped(struct filter_lexer *l, struct filter_token *t)
{
	const size_t len = strcspn(l->expr + l->pos + 1, " !()\n\t");

	if (len == 0)
		return;
	t->kind = TOK_NAME;
	l->pos += (uint32_t)len + 1;
	t->span.end = l->pos;
}

static void lex_arcnet(struct filter_lexer *l, struct filter_token *t)
{
	const char *p = l->expr + l->pos + 1;

	if (hex_value(*p) < 0)
		return;
	t->kind = TOK_ARCNET;
	for (int digits = 0; digits < 2 && hex_value(*p) >= 0; digits++)
		t->number = t->number << 4 | (unsigned)hex_value(*p++);
	l->pos = (uint32_t)(p - l->expr);
	t->span.end = l->pos;
}

static void lex_operator(struct filter_lexer *l, struct filter_token *t)
{
	static const struct {
		char text[3];
		uint8_t kind, value;
	} operators[] = {
		/* of two that begin alike the longer first */
		{ "!=", TOK_RELATION, REL_NE }, { "!", TOK_NOT, 0 },
		{ "&&", TOK_AND, 0 },           { "||", TOK_OR, 0 },
		{ "==", TOK_RELATION, REL_EQ }, { "=", TOK_RELATION, REL_EQ },
		{ "<<", TOK_OPERATOR, OP_LSH }, { "<=", TOK_RELATION, REL_LE },
		{ "<", TOK_RELATION, REL_LT },  { ">>", TOK_OPERATOR, OP_RSH },
		{ ">=", TOK_RELATION, REL_GE }, { ">", TOK_RELATION, REL_GT },
		{ "(", TOK_PAREN_OPEN, 0 },     { ")", TOK_PAREN_CLOSE, 0 },
		{ "[", TOK_BRACKET_OPEN, 0 },   { "]", TOK_BRACKET_CLOSE, 0 },
		{ ":", TOK_COLON, 0 },          { "+", TOK_OPERATOR, OP_ADD },
		{ "-", TOK_OPERATOR, OP_SUB },  { "*", TOK_OPERATOR, OP_MUL },
		{ "/", TOK_OPERATOR, OP_DIV },  { "%", TOK_OPERATOR, OP_MOD },
		{ "&", TOK_OPERATOR, OP_AND },  { "|", TOK_OPERATOR, OP_OR },
		{ "^", TOK_OPERATOR, OP_XOR },
	};
	const char *const p = l->expr + l->pos;

	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		const char *const o = operators[i].text;

		if (p[0] == o[0] && (!o[1] || p[1] == o[1])) {
			t->kind = operators[i].kind;
			t->value = operators[i].value;
			l->pos += o[1] ? 2 : 1;
			t->span.end = l->pos;
			return;
		}
	}
}

int filter_lexer_next(struct filter_lexer *l, struct filter_token *ret, struct filter_error *err)
{
	const char *const expr = l->expr;
	struct filter_token *const t = ret;
	size_t len;

	while (is_blank(expr[l->pos]))
		l->pos++;
	*t = (struct filter_token){ .kind = TOK_STRAY, .span = { l->pos, l->pos + 1 } };
	len = strnlen(expr + l->pos, 4);
	if (len) {
		/* a whole character, for errors that repeat it */
		len = utf8_sequence((const uint8_t *)expr + l->pos, len);
		t->span.end = l->pos + (uint32_t)MAX_OF(len, 1);
	} else {
		t->kind = TOK_END;
		t->span.end = l->pos;
		return 0;
	}
	len = address_len(expr + l->pos);
	if (len)
		return lex_address(l, len, t, err);
	if (is_alnum(expr[l->pos]))
		return lex_word(l, t, err);
	if (expr[l->pos] == '\\')
		lex_escaped(l, t);
	else if (expr[l->pos] == '$')
		lex_arcnet(l, t);
	else
		lex_operator(l, t);
	return 0;
}
