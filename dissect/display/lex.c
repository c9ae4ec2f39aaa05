#include "dissect/display/lex.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *text;
	enum token_kind kind;
} symbols[] = {
	/* The longer before what it starts with. */
	{ "===", TOKEN_ALL_EQ }, { "!==", TOKEN_ANY_NE },  { "~=", TOKEN_ANY_NE },
	{ "==", TOKEN_EQ },      { "!=", TOKEN_NE },       { "<=", TOKEN_LE },
	{ ">=", TOKEN_GE },      { "&&", TOKEN_AND },      { "||", TOKEN_OR },
	{ "^^", TOKEN_XOR },     { "..", TOKEN_DOTS },     { "<", TOKEN_LT },
	{ ">", TOKEN_GT },       { "~", TOKEN_MATCHES },   { "!", TOKEN_NOT },
	{ "&", TOKEN_AMPERSAND }, { "+", TOKEN_PLUS },     { "-", TOKEN_MINUS },
	{ "*", TOKEN_STAR },     { "/", TOKEN_SLASH },     { "%", TOKEN_PERCENT },
	{ "(", TOKEN_LPAREN },   { ")", TOKEN_RPAREN },    { "{", TOKEN_LBRACE },
	{ "}", TOKEN_RBRACE },   { "[", TOKEN_LBRACKET },  { "#", TOKEN_HASH },
	{ ",", TOKEN_COMMA },
}, words[] = {
	{ "eq", TOKEN_EQ },         { "ne", TOKEN_NE },           { "all_eq", TOKEN_ALL_EQ },
	{ "all_ne", TOKEN_NE },     { "any_ne", TOKEN_ANY_NE },   { "any_eq", TOKEN_EQ },
	{ "lt", TOKEN_LT },         { "le", TOKEN_LE },           { "gt", TOKEN_GT },
	{ "ge", TOKEN_GE },         { "contains", TOKEN_CONTAINS }, { "matches", TOKEN_MATCHES },
	{ "in", TOKEN_IN },         { "and", TOKEN_AND },         { "or", TOKEN_OR },
	{ "xor", TOKEN_XOR },       { "not", TOKEN_NOT },         { "any", TOKEN_ANY },
	{ "all", TOKEN_ALL },       { "bitwise_and", TOKEN_AMPERSAND },
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static unsigned hex_digit(char c)
{
	return is_digit(c) ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

static bool is_word_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       c == '.' || c == ':' || c == '-' || (unsigned char)c >= 0x80;
}

static struct token refuse(struct lexer *l, uint32_t begin, uint32_t end, const char *what)
{
	filter_error_set(l->c->err, -EINVAL, begin, end, "%s", what);
	return (struct token){ .kind = TOKEN_ERROR, .begin = begin, .end = end };
}

/* The value of an escape; p stands behind the backslash. False: there is no such one. */
static bool read_escape(const char **pp, char *ret)
{
	static const char from[] = "abfnrtv\\'\"?", to[] = "\a\b\f\n\r\t\v\\'\"?";
	const char *p = *pp, *known = *p ? strchr(from, *p) : NULL;
	unsigned value = 0;
	int i;

	if (known) {
		*ret = to[known - from];
		*pp = p + 1;
		return true;
	}
	if (*p == 'x' && is_hex(p[1])) {
		p++;
		for (i = 0; i < 2 && is_hex(*p); i++)
			value = value << 4 | hex_digit(*p++);
	} else if (*p >= '0' && *p <= '7') {
		for (i = 0; i < 3 && *p >= '0' && *p <= '7'; i++)
			value = value << 3 | (unsigned)(*p++ - '0');
	} else {
		return false;
	}
	*ret = (char)value;
	*pp = p;
	return value <= 0xff;
}

/* Bytes up to the closing quote, or the end. */
static size_t quoted_len(const char *p, char quote)
{
	size_t n = 0;

	while (p[n] && p[n] != quote)
		n += p[n] == '\\' && p[n + 1] ? 2 : 1;
	return n;
}

/* A quoted text that begins at l->pos; raw: what stands in it stands for itself. */
static struct token lex_quoted(struct lexer *l, bool raw)
{
	const char *expr = l->c->expr, *p = expr + l->pos + raw;
	const char quote = *p++;
	struct token t = { .kind = quote == '"' ? TOKEN_STRING : TOKEN_CHAR, .begin = l->pos };
	const char *start = p;
	char c;

	t.text = arena_alloc(&l->c->f->arena, quoted_len(p, quote) + 1);
	while (*p && *p != quote) {
		c = *p++;
		if (c == '\\' && raw && *p) { /* it may be a quote */
			if (t.text)
				t.text[t.text_len++] = c;
			c = *p++;
		} else if (c == '\\' && !read_escape(&p, &c)) {
			return refuse(l, (uint32_t)(p - 1 - expr), (uint32_t)(p - expr) + !!*p,
				      "no such escape; a backslash is written \\\\, or in a raw "
				      "string r\"...\" as it is");
		}
		if (t.text)
			t.text[t.text_len++] = c;
	}
	if (!*p)
		return refuse(l, l->pos, (uint32_t)(start - expr),
			      quote == '"' ? "the text that begins here has no closing '\"'"
					   : "the character that begins here has no closing \"'\"");
	p++;
	if (quote == '\'' && t.text && t.text_len != 1)
		return refuse(l, l->pos, (uint32_t)(p - expr),
			      "single quotes hold one byte; text is written \"...\"");
	l->pos = (uint32_t)(p - expr);
	t.end = l->pos;
	return t;
}

/* How many characters of p, which follow an address in a word, are "/24". */
static size_t prefix_len(const char *word, size_t len, const char *p)
{
	const bool address =
		memchr(word, ':', len) || (len && is_digit(word[0]) && memchr(word, '.', len));
	size_t n = 1;

	if (!address || *p != '/')
		return 0;
	while (is_digit(p[n]))
		n++;
	return n > 1 && !is_word_char(p[n]) ? n : 0;
}

static size_t word_len(const char *p)
{
	size_t n = 0;

	while (is_word_char(p[n]) && !(p[n] == '.' && p[n + 1] == '.'))
		n++;
	return n + prefix_len(p, n, p + n);
}

static struct token lex_word(struct lexer *l)
{
	const char *p = l->c->expr + l->pos;
	const size_t len = word_len(p);
	struct token t = { .kind = TOKEN_WORD, .begin = l->pos };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i].text) == len && !memcmp(words[i].text, p, len))
			t.kind = words[i].kind;
	if (t.kind == TOKEN_WORD) {
		t.text = arena_text(&l->c->f->arena, p, len);
		t.text_len = len;
	}
	l->pos += (uint32_t)len;
	t.end = l->pos;
	return t;
}

struct token lexer_next(struct lexer *l)
{
	const char *expr = l->c->expr, *p;
	size_t i, len;

	while (is_space(expr[l->pos]))
		l->pos++;
	p = expr + l->pos;
	if (!*p)
		return (struct token){ .kind = TOKEN_END, .begin = l->pos, .end = l->pos };
	if (*p == '"' || *p == '\'')
		return lex_quoted(l, false);
	if ((*p == 'r' || *p == 'R') && p[1] == '"')
		return lex_quoted(l, true);
	if (*p == '$')
		return refuse(l, l->pos, l->pos + 1,
			      p[1] == '{' ? "macros and references ${...} belong to Wireshark's "
					    "window; write out what it stands for"
					  : "a '$' means nothing here");
	if (*p != '-' && is_word_char(*p) && word_len(p))
		return lex_word(l);
	for (i = 0; i < ARRAY_SIZE(symbols); i++) {
		len = strlen(symbols[i].text);
		if (!strncmp(p, symbols[i].text, len)) {
			l->pos += (uint32_t)len;
			return (struct token){ .kind = symbols[i].kind,
					       .begin = l->pos - (uint32_t)len,
					       .end = l->pos };
		}
	}
	return refuse(l, l->pos, l->pos + 1, "this character means nothing here");
}
