/* Values: names, literals, calls, slices, calculations; and what all parsing needs. */
#include <errno.h>
#include <string.h>

#include "dissect/display/parse.h"

struct node *node_new(struct compiler *c, enum node_kind kind, uint32_t begin, uint32_t end)
{
	struct node *n = arena_alloc(&c->f->arena, sizeof(*n));

	if (!n) {
		filter_error_set(c->err, -ENOMEM, begin, end, "out of memory");
		return NULL;
	}
	n->kind = kind;
	n->begin = begin;
	n->end = end;
	return n;
}

struct node *display_unexpected(struct parser *p, const char *wanted)
{
	if (p->now.kind == TOKEN_ERROR)
		return NULL;
	if (names_capture_hint(p->c))
		return NULL;
	if (p->now.kind == TOKEN_END)
		filter_error_set(p->c->err, -EINVAL, p->now.begin, p->now.end,
				 "the expression ends here; expected %s", wanted);
	else
		filter_error_set(p->c->err, -EINVAL, p->now.begin, p->now.end, "expected %s",
				 wanted);
	return NULL;
}

bool display_expect(struct parser *p, enum token_kind kind, const char *wanted)
{
	if (parser_take(p, kind))
		return true;
	display_unexpected(p, wanted);
	return false;
}

bool display_descend(struct parser *p)
{
	if (++p->depth <= FILTER_DEPTH_MAX)
		return true;
	filter_error_set(p->c->err, -EINVAL, p->now.begin, p->now.end,
			 "nested deeper than %d levels", FILTER_DEPTH_MAX);
	return false;
}

bool display_list(struct parser *p, struct node *(*parse_one)(struct parser *p), struct node **tail,
		  enum token_kind end, const char *wanted, uint32_t *ret_end)
{
	do {
		*tail = parse_one(p);
		if (!*tail)
			return false;
		tail = &(*tail)->next;
	} while (parser_take(p, TOKEN_COMMA));
	*ret_end = p->now.end;
	return display_expect(p, end, wanted);
}

static struct node *literal_node(struct parser *p, const struct token *t)
{
	struct node *n = node_new(p->c, NODE_LITERAL, t->begin, t->end);
	const char *text = t->text;
	size_t len = t->text_len;

	if (!n)
		return NULL;
	n->literal = t->kind == TOKEN_STRING ? LITERAL_STRING
		     : t->kind == TOKEN_CHAR ? LITERAL_CHAR
					     : LITERAL_WORD;
	if (n->literal == LITERAL_WORD && len > 1 && text[0] == '.' && text[1] > '9')
		n->forced_field = true;
	if (n->literal == LITERAL_WORD && len > 1 && text[0] == ':' && text[1] != ':')
		n->forced_literal = true;
	if (n->forced_field || n->forced_literal)
		text++, len--;
	n->text = arena_text(&p->c->f->arena, text, len);
	n->text_len = len;
	return n;
}

static struct node *parse_arguments(struct parser *p, const struct token *name)
{
	struct node *n = node_new(p->c, NODE_CALL, name->begin, name->end);

	if (!n || !display_descend(p))
		return NULL;
	n->text = name->text;
	n->text_len = name->text_len;
	if (!function_find(n->text, n->text_len, &n->func)) {
		function_refuse(p->c, n);
		return NULL;
	}
	parser_advance(p);
	if (!display_list(p, display_value, &n->child, TOKEN_RPAREN,
			  "',' or ')' behind an argument", &n->end))
		return NULL;
	p->depth--;
	return n;
}

static struct node *parse_atom(struct parser *p)
{
	const struct token t = p->now;
	struct node *n;

	switch (t.kind) {
	case TOKEN_STRING:
	case TOKEN_CHAR:
		parser_advance(p);
		return literal_node(p, &t);
	case TOKEN_WORD:
		parser_advance(p);
		if (p->now.kind == TOKEN_LPAREN && p->now.begin == t.end)
			return parse_arguments(p, &t);
		return literal_node(p, &t);
	case TOKEN_LBRACE:
		if (!display_descend(p))
			return NULL;
		parser_advance(p);
		n = display_value(p);
		if (!n || !display_expect(p, TOKEN_RBRACE, "'}' behind a calculation"))
			return NULL;
		p->depth--;
		return n;
	default:
		return display_unexpected(p, "a field, a protocol or a value");
	}
}

/* "#2", "[0:3]" behind a value. */
static struct node *parse_suffixes(struct parser *p, struct node *n)
{
	uint32_t end;

	if (n && p->now.kind == TOKEN_HASH) {
		n->layers = slice_parse_layers(p->c, p->now.begin, &end);
		if (!n->layers)
			return NULL;
		n->end = p->lexer.pos = end;
		parser_advance(p);
	}
	while (n && p->now.kind == TOKEN_LBRACKET) {
		struct node *outer = node_new(p->c, NODE_SLICE, n->begin, n->end);

		if (!outer || !display_descend(p))
			return NULL;
		outer->slice = slice_parse(p->c, p->now.begin, &end);
		if (!outer->slice)
			return NULL;
		outer->child = n;
		outer->end = p->lexer.pos = end;
		parser_advance(p);
		n = outer;
	}
	return n;
}

/* A minus in front: of a number it is part of the number. */
static struct node *negate(struct parser *p, struct node *n, uint32_t begin)
{
	struct node *outer;
	char *text;

	if (n->kind == NODE_LITERAL && n->literal == LITERAL_WORD && n->text && n->text_len &&
	    n->text[0] >= '0' && n->text[0] <= '9') {
		text = arena_alloc(&p->c->f->arena, n->text_len + 2);
		if (text) {
			text[0] = '-';
			memcpy(text + 1, n->text, n->text_len);
			n->text = text;
			n->text_len++;
		}
		n->begin = begin;
		return n;
	}
	outer = node_new(p->c, NODE_ARITH, begin, n->end);
	if (outer) {
		outer->arith = '-';
		outer->child = n;
	}
	return outer;
}

static struct node *parse_unary(struct parser *p)
{
	const unsigned depth = p->depth;
	struct node *n;

	if (p->now.kind == TOKEN_MINUS) {
		const uint32_t begin = p->now.begin;

		if (!display_descend(p))
			return NULL;
		parser_advance(p);
		n = parse_unary(p);
		if (n)
			n = negate(p, n, begin);
	} else {
		parser_take(p, TOKEN_PLUS);
		n = parse_suffixes(p, parse_atom(p));
	}
	p->depth = depth;
	return n;
}

static int arith_level(enum token_kind kind, char *ret_sign)
{
	static const struct {
		uint8_t kind, level;
		char sign;
	} signs[] = {
		{ TOKEN_AMPERSAND, 0, '&' }, { TOKEN_PLUS, 1, '+' },  { TOKEN_MINUS, 1, '-' },
		{ TOKEN_STAR, 2, '*' },      { TOKEN_SLASH, 2, '/' }, { TOKEN_PERCENT, 2, '%' },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signs); i++)
		if (signs[i].kind == kind) {
			*ret_sign = signs[i].sign;
			return signs[i].level;
		}
	return -1;
}

/* From weak to strong: & | + - | * / % */
static struct node *parse_level(struct parser *p, int level)
{
	const unsigned depth = p->depth;
	struct node *n, *outer;
	char sign = 0;

	n = level == 2 ? parse_unary(p) : parse_level(p, level + 1);
	while (n && arith_level(p->now.kind, &sign) == level) {
		if (!display_descend(p)) /* the tree grows to the left */
			return NULL;
		parser_advance(p);
		outer = node_new(p->c, NODE_ARITH, n->begin, n->end);
		if (!outer)
			return NULL;
		outer->arith = sign;
		outer->child = n;
		n->next = level == 2 ? parse_unary(p) : parse_level(p, level + 1);
		if (!n->next)
			return NULL;
		outer->end = n->next->end;
		n = outer;
	}
	p->depth = depth;
	return n;
}

struct node *display_value(struct parser *p)
{
	return parse_level(p, 0);
}
