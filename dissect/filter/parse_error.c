/* dissect/filter/parse_error.c -- capture filters: what is wrong, and what may have been meant. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/strbuf.h"
#include "dissect/filter/parse.h"

enum {
	WORD_MAX = 40, /* bytes of a token that an error repeats */
	HINT_SIZE = 200,
};

/* A token's text, terminated and cut. */
struct token_word {
	char text[WORD_MAX + 4];
	uint32_t len; /* of the token */
};

static struct token_word token_word(const struct filter_parser *p, struct filter_span span)
{
	struct token_word w = { .len = span.end - span.begin };
	const bool cut = w.len > WORD_MAX;

	(void)snprintf(w.text, sizeof(w.text), "%.*s%s", (int)MIN_OF(w.len, WORD_MAX),
		       p->lex.expr + span.begin, cut ? "..." : "");
	return w;
}

static bool word_is_one_of(const char *word, const char *const *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

/* Protocols that only display filters know. */
static bool word_is_application(const char *word)
{
	static const char *const names[] = { "dhcp",     "dns",   "eth",       "frame", "ftp",
					     "http",     "http2", "icmpv6",    "ipv6",  "quic",
					     "radiotap", "sip",   "smb",       "smb2",  "ssh",
					     "ssl",      "tls",   "wlan_radio" };

	return word_is_one_of(word, names, ARRAY_SIZE(names));
}

/* Is the word one of display filters: an operator, or a field such as tcp.port? */
static bool word_is_display(const char *word)
{
	static const char *const operators[] = { "contains", "matches", "in", "eq", "ne",
						 "gt",       "ge",      "lt", "le", "xor" };
	const char *const dot = strchr(word, '.');
	char top[WORD_MAX];
	const struct filter_keyword *k;

	if (word_is_one_of(word, operators, ARRAY_SIZE(operators)))
		return true;
	if (!dot || dot == word || (size_t)(dot - word) >= sizeof(top))
		return false;
	(void)snprintf(top, sizeof(top), "%.*s", (int)(dot - word), word);
	k = filter_keyword_find(top, strlen(top));
	return (k && k->kind == TOK_PROTO) || word_is_application(top);
}

/* "1-1" and "len-1" are names: a hyphen is part of one. */
static bool word_is_subtraction(const char *word, bool arithmetic)
{
	const char *const hyphen = strchr(word, '-');
	const struct filter_keyword *k;

	if (!hyphen || strlen(word) > 20)
		return false;
	if (arithmetic && word[strspn(word, "0123456789-")] == '\0')
		return true;
	k = filter_keyword_find(word, (size_t)(hyphen - word));
	return k && k->kind == TOK_LEN;
}

/* The keyword in lower case, or NULL. */
static const struct filter_keyword *word_lowered(const char *word)
{
	char lower[WORD_MAX];
	size_t i;

	for (i = 0; word[i] && i < sizeof(lower) - 1; i++)
		lower[i] = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] | 0x20) : word[i];
	return word[i] ? NULL : filter_keyword_find(lower, i);
}

/* What a word that is no keyword may have been meant as. False: no idea. */
static bool hint_word(const char *word, bool arithmetic, struct strbuf *out)
{
	const struct filter_keyword *const k = word_lowered(word);
	const char *nearest;

	if (k) {
		strbuf_printf(out, "keywords are lower case: '%s'", k->text);
		return true;
	}
	if (word_is_display(word)) {
		strbuf_puts(out, "this looks like a display filter: those go with -Y");
		return true;
	}
	if (word_is_application(word)) {
		strbuf_printf(out, "a capture filter knows ports, -Y '%s' looks inside", word);
		return true;
	}
	if (word_is_subtraction(word, arithmetic)) {
		strbuf_puts(out, "a hyphen belongs to the word: put blanks around '-'");
		return true;
	}
	nearest = filter_keyword_nearest(word, arithmetic);
	if (nearest)
		strbuf_printf(out, "did you mean '%s'?", nearest);
	return nearest;
}

static bool hint_stray(char c, struct strbuf *out)
{
	switch (c) {
	case ',':
		strbuf_puts(out, "a list is written with 'or': port (80 or 443)");
		return true;
	case '"':
	case '\'':
		strbuf_puts(out, "nothing is quoted inside a filter");
		return true;
	case '{':
	case '}':
	case '~':
		strbuf_puts(out, "this looks like a display filter: those go with -Y");
		return true;
	case '#':
	case ';':
		strbuf_puts(out, "there are no comments");
		return true;
	case '$':
		strbuf_puts(out, "did the shell leave a variable? '$' begins an ARCNET address");
		return true;
	default:
		return false;
	}
}

static bool token_is_qualifier(uint8_t kind)
{
	return kind == TOK_DIR || kind == TOK_WLAN_DIR || kind == TOK_ADDR || kind == TOK_KIND;
}

/* Behind qualifiers an identifier was expected. */
static bool hint_after_qualifier(const struct filter_parser *p, const char *word,
				 struct strbuf *out)
{
	const struct filter_keyword *k = filter_keyword_find(word, strlen(word));

	if (p->tok.kind == TOK_RELATION) {
		strbuf_puts(out, "the value follows without a sign: port 80, host 10.0.0.1");
		return true;
	}
	if (p->tok.kind == TOK_OPERATOR && strcmp(word, "*") == 0) {
		strbuf_puts(out, "there are no wildcards; a network is written 'net 10.0.0.0/8'");
		return true;
	}
	if (!k || k->kind == TOK_AND || k->kind == TOK_OR || token_is_qualifier(k->kind))
		return false;
	strbuf_printf(out, "a name that is a keyword is written '\\%s'", word);
	return true;
}

/* An operator behind something complete. */
static bool hint_operator(const struct filter_parser *p, const char *word, struct strbuf *out)
{
	const uint8_t op = p->tok.value, before = p->prev.kind;

	if (op == OP_AND || op == OP_OR)
		strbuf_printf(out, "'%s' calculates; conditions are joined by '%s'", word,
			      op == OP_AND ? "and" : "or");
	else if (op == OP_DIV && before == TOK_NUMBER)
		strbuf_printf(out, "a lone number takes no prefix length: write %u.0.0.0",
			      p->prev.number & 255);
	else if (op == OP_DIV && before == TOK_NAME)
		strbuf_puts(out, "a name takes no prefix length");
	else if (op == OP_MOD && before == TOK_IPV6)
		strbuf_puts(out, "packets carry no zone: leave it out");
	else if (op == OP_MUL)
		strbuf_puts(out, "there are no wildcards; a network is written 'net 10.0.0.0/8'");
	else if (op == OP_SUB && before == TOK_NUMBER)
		strbuf_puts(out, "a range of ports is written without blanks: portrange 1-2");
	else
		return false;
	return true;
}

/* Behind something complete 'and' or 'or' was expected. */
static bool hint_after_term(const struct filter_parser *p, const char *word, struct strbuf *out)
{
	const struct token_word before = token_word(p, p->prev.span);

	switch (p->tok.kind) {
	case TOK_OPERATOR:
		return hint_operator(p, word, out);
	case TOK_RELATION:
		if (p->prev.kind != TOK_PROTO)
			return false;
		strbuf_printf(out, "what has a value is a load, such as %s[0]", before.text);
		return true;
	case TOK_NUMBER:
	case TOK_DOTTED:
	case TOK_IPV6:
	case TOK_MAC:
		if (p->prev.kind == TOK_NAME)
			return hint_word(before.text, false, out);
		if (p->prev.kind != TOK_PROTO)
			return false;
		strbuf_printf(out, "did you mean '%s %s %s'?", before.text,
			      p->tok.kind == TOK_NUMBER ? "port" : "host", word);
		return true;
	case TOK_PAREN_CLOSE:
		if (p->depth)
			return false;
		strbuf_puts(out, "no '(' is open");
		return true;
	case TOK_MASK:
		strbuf_puts(out, "only an IPv4 address with dots takes a mask");
		return true;
	default:
		break;
	}
	if (p->prev.kind != TOK_PAREN_CLOSE || !token_is_qualifier(p->tok.kind))
		return false;
	strbuf_puts(out, "qualifiers do not spread over parentheses: write them out on both sides");
	return true;
}

/* Relations that are spelt otherwise here. */
static bool hint_relation(const struct filter_parser *p, struct strbuf *out)
{
	const uint8_t first = p->prev.value, second = p->tok.value;

	if (first == REL_LT && second == REL_GT)
		strbuf_puts(out, "unequal is written '!='");
	else if (first == REL_EQ && (second == REL_GT || second == REL_LT))
		strbuf_printf(out, "write '%s'", second == REL_GT ? ">=" : "<=");
	else
		return false;
	return true;
}

static bool token_ends_term(uint8_t kind)
{
	return kind == TOK_PROTO || kind == TOK_PAREN_CLOSE || kind == TOK_BRACKET_CLOSE ||
	       kind == TOK_NUMBER || kind == TOK_NAME || kind == TOK_DOTTED || kind == TOK_IPV6 ||
	       kind == TOK_MAC || kind == TOK_WORD || kind == TOK_CAST || kind == TOK_LEN;
}

static bool token_wants_operand(uint8_t kind)
{
	return kind == TOK_BRACKET_OPEN || kind == TOK_OPERATOR || kind == TOK_RELATION;
}

static bool hint(const struct filter_parser *p, const char *word, struct strbuf *out)
{
	if (p->tok.kind == TOK_STRAY)
		return hint_stray(*word, out);
	if (token_is_qualifier(p->prev.kind) && hint_after_qualifier(p, word, out))
		return true;
	if (token_ends_term(p->prev.kind) && hint_after_term(p, word, out))
		return true;
	if (p->tok.kind == TOK_MAC && token_wants_operand(p->prev.kind) && strlen(word) == 12) {
		strbuf_puts(out, "twelve digits are a MAC address: put two zeros in front");
		return true;
	}
	if (p->prev.kind == TOK_RELATION && p->tok.kind == TOK_RELATION)
		return hint_relation(p, out);
	if (p->tok.kind == TOK_NAME)
		return hint_word(word, token_wants_operand(p->prev.kind), out);
	return false;
}

int parse_unexpected(struct filter_parser *p, const char *what)
{
	const struct token_word word = token_word(p, p->tok.span);
	const struct token_word before = token_word(p, p->prev.span);
	char hint_text[HINT_SIZE];
	struct strbuf out = strbuf_over(hint_text, sizeof(hint_text));
	const bool has_hint = hint(p, word.text, &out);

	if (p->tok.kind != TOK_END)
		return filter_error_set(p->err, -EINVAL, p->tok.span.begin, p->tok.span.end,
					"expected %s, found '%s'%s%s", what, word.text,
					has_hint ? "; " : "", hint_text);
	if (p->prev.kind == TOK_END || token_ends_term(p->prev.kind))
		return filter_error_set(p->err, -EINVAL, p->tok.span.begin, p->tok.span.end,
					"expected %s, found the end", what);
	return filter_error_set(p->err, -EINVAL, p->tok.span.begin, p->tok.span.end,
				"expected %s behind '%s', found the end", what, before.text);
}

int parse_refused(struct filter_parser *p, struct filter_span span, const char *reason)
{
	const struct token_word word = token_word(p, span);

	return filter_error_set(p->err, -EINVAL, span.begin, span.end, "'%s' %s", word.text,
				reason);
}

int parse_relic(struct filter_parser *p)
{
	const struct token_word word = token_word(p, p->tok.span);

	return filter_error_set(p->err, -EINVAL, p->tok.span.begin, p->tok.span.end,
				"'%s' is a primitive of %s, which Linux captures do not have",
				word.text, filter_relic_name(p->tok.value));
}

/* Where nothing hands qualifiers down: which ones to write. */
static const char *orphan_qualifiers(const struct filter_token *t, bool prefix)
{
	switch (t->kind) {
	case TOK_NUMBER:
		return "port";
	case TOK_MAC:
		return "ether host";
	case TOK_ARCNET:
		return "link host";
	case TOK_DOTTED:
	case TOK_IPV6:
		return prefix ? "net" : "host";
	default:
		return NULL;
	}
}

int parse_orphan(struct filter_parser *p, struct filter_span span)
{
	const struct token_word word = token_word(p, span);
	/* a number has been read when it turns out to be one */
	const bool current = span.begin == p->tok.span.begin;
	const char *const expr = p->lex.expr;
	const char *qualifiers;
	struct filter_token number = { .kind = TOK_NUMBER };
	char hint_text[HINT_SIZE];
	struct strbuf out = strbuf_over(hint_text, sizeof(hint_text));

	if (!current && (*word.text < '0' || *word.text > '9'))
		return parse_refused(p, span, "stands for a number, which alone decides nothing");
	qualifiers = orphan_qualifiers(current ? &p->tok : &number,
				       expr[span.end + strspn(expr + span.end, " ")] == '/');
	if (qualifiers)
		return filter_error_set(p->err, -EINVAL, span.begin, span.end,
					"'%s' has no qualifier, and none in front to take over: "
					"did you mean '%s %s'?",
					word.text, qualifiers, word.text);
	if (hint_word(word.text, false, &out))
		return filter_error_set(p->err, -EINVAL, span.begin, span.end,
					"'%s' is no keyword; %s", word.text, hint_text);
	return filter_error_set(
		p->err, -EINVAL, span.begin, span.end,
		"'%s' is no keyword; a name has a qualifier in front: host %s, net %s, port %s",
		word.text, word.text, word.text, word.text);
}
