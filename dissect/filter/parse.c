/* dissect/filter/parse.c -- capture filters: `and`, `or`, `not` and parentheses. */
#include "dissect/filter/parse.h"

#include <errno.h>
#include <string.h>

int parser_next(struct filter_parser *p)
{
	p->prev = p->tok;
	return filter_lexer_next(&p->lex, &p->tok, p->err);
}

int parser_enter(struct filter_parser *p)
{
	if (++p->depth > FILTER_DEPTH_MAX)
		return filter_error_set(p->err, -EINVAL, p->tok.span.begin, p->tok.span.end,
					"nested more than %d deep", FILTER_DEPTH_MAX);
	return 0;
}

int parser_expect(struct filter_parser *p, uint8_t kind, const char *what)
{
	if (p->tok.kind != kind)
		return parse_unexpected(p, what);
	return parser_next(p);
}

const char *parser_text(struct filter_parser *p, struct filter_span span)
{
	return arena_text(p->arena, p->lex.expr + span.begin, span.end - span.begin);
}

struct filter_node *parser_node(struct filter_parser *p, uint8_t kind, uint32_t begin)
{
	struct filter_node *n = arena_alloc(p->arena, sizeof(*n));

	if (!n)
		return NULL;
	n->kind = kind;
	n->span = (struct filter_span){ begin, p->prev.span.end };
	return n;
}

int parse_plain_number(struct filter_parser *p, uint32_t *ret)
{
	unsigned open = 0;
	int r;

	while (p->tok.kind == TOK_PAREN_OPEN) {
		open++;
		r = parser_next(p);
		if (r < 0)
			return r;
	}
	*ret = p->tok.number;
	r = parser_expect(p, TOK_NUMBER, "a number");
	for (; r == 0 && open; open--)
		r = parser_expect(p, TOK_PAREN_CLOSE, "')'");
	return r;
}

int item_settle(struct filter_parser *p, struct parse_heir heir, struct parse_item *it)
{
	if (it->kind == ITEM_ARITH)
		return parse_unexpected(p, "a comparison (=, !=, <, >, <= or >=)");
	if (it->kind != ITEM_NUMBER)
		return 0;
	if (!heir.known)
		return parse_orphan(p, it->arith->span);
	it->kind = ITEM_ID;
	it->heir = heir;
	return parse_id_number(p, &heir.qual, it->arith, &it->node);
}

/* `not`s in front, and what they negate. */
static int parse_not(struct filter_parser *p, struct parse_heir heir, bool ids_only,
		     struct parse_item *ret)
{
	const uint32_t begin = p->tok.span.begin;
	struct filter_node *n;
	int r = parser_enter(p);

	if (r == 0)
		r = parser_next(p);
	if (r == 0)
		r = parse_unit(p, heir, ids_only, ret);
	if (r == 0)
		r = item_settle(p, heir, ret);
	if (r < 0)
		return r;
	p->depth--;
	n = parser_node(p, NODE_NOT, begin);
	if (!n)
		return -ENOMEM;
	n->a = ret->node;
	ret->node = n;
	ret->paren = false;
	return 0;
}

static int parse_paren(struct filter_parser *p, struct parse_heir heir, bool ids_only,
		       struct parse_item *ret)
{
	const struct filter_span open = p->tok.span;
	int r = parser_enter(p);

	if (r == 0)
		r = parser_next(p);
	if (r == 0)
		r = parse_chain(p, heir, ids_only, ret);
	if (r < 0)
		return r;
	if (p->tok.kind == TOK_END)
		return filter_error_set(p->err, -EINVAL, open.begin, open.end,
					"this '(' is never closed");
	r = parser_expect(p, TOK_PAREN_CLOSE, "')', 'and' or 'or'");
	if (r < 0)
		return r;
	p->depth--;
	ret->paren = true;
	/* A parenthesis bequeaths what stood in front of it, not what it holds. */
	ret->heir = heir;
	if (ids_only || ret->kind == ITEM_TERM || ret->kind == ITEM_ID)
		return 0;
	if (p->tok.kind == TOK_OPERATOR) {
		r = parse_arith_rest(p, ret->arith, &ret->arith);
		if (r < 0)
			return r;
		ret->kind = ITEM_ARITH;
	}
	return parse_comparison(p, ret->arith, ret);
}

/* A name or address that takes over the qualifiers of heir. */
static int parse_heir_id(struct filter_parser *p, struct parse_heir heir, struct parse_item *ret)
{
	if (!heir.known)
		return parse_orphan(p, p->tok.span);
	ret->kind = ITEM_ID;
	ret->heir = heir;
	return parse_id(p, &heir.qual, &ret->node);
}

int parse_unit(struct filter_parser *p, struct parse_heir heir, bool ids_only,
	       struct parse_item *ret)
{
	int r;

	*ret = (struct parse_item){ 0 };
	switch (p->tok.kind) {
	case TOK_NOT:
		return parse_not(p, heir, ids_only, ret);
	case TOK_PAREN_OPEN:
		return parse_paren(p, heir, ids_only, ret);
	case TOK_NAME:
	case TOK_DOTTED:
	case TOK_IPV6:
	case TOK_MAC:
	case TOK_ARCNET:
		return parse_heir_id(p, heir, ret);
	case TOK_NUMBER:
	case TOK_LEN:
	case TOK_OPERATOR:
		break;
	default:
		if (!ids_only)
			return parse_primitive(p, ret);
		/* "ip proto tcp": what else could it mean */
		if (p->tok.kind == TOK_PROTO &&
		    (heir.qual.addr == FA_PROTO || heir.qual.addr == FA_PROTOCHAIN))
			return parse_heir_id(p, heir, ret);
	}
	if (ids_only && p->tok.kind != TOK_NUMBER)
		return parse_unexpected(p, parse_id_wanted(&heir.qual));
	r = ids_only ? parse_number(p, &ret->arith) : parse_arith(p, &ret->arith);
	if (r < 0)
		return r;
	ret->kind = ret->arith->kind == ARITH_NUMBER ? ITEM_NUMBER : ITEM_ARITH;
	return ids_only ? 0 : parse_comparison(p, ret->arith, ret);
}

int parse_chain(struct filter_parser *p, struct parse_heir heir, bool ids_only,
		struct parse_item *ret)
{
	const struct filter_span first = p->tok.span;
	struct parse_item right;
	struct filter_node *n;
	uint8_t kind;
	int r = parse_unit(p, heir, ids_only, ret);

	if (r == 0 && ret->kind == ITEM_ID && ret->paren)
		return parse_refused(p, first,
				     "is one parenthesis too many: a list of names or addresses "
				     "does not begin with one");
	while (r == 0 && (p->tok.kind == TOK_AND || p->tok.kind == TOK_OR)) {
		kind = p->tok.kind == TOK_AND ? NODE_AND : NODE_OR;
		r = item_settle(p, heir, ret);
		if (r == 0)
			r = parser_next(p);
		if (r == 0)
			r = parse_unit(p, ret->heir, ret->kind == ITEM_ID, &right);
		if (r == 0)
			r = item_settle(p, ret->heir, &right);
		if (r != 0)
			break;
		n = parser_node(p, kind, first.begin);
		if (!n)
			return -ENOMEM;
		n->a = ret->node;
		n->b = right.node;
		ret->node = n;
		ret->paren = false;
		ret->heir = right.heir;
	}
	return r;
}

static int parse_all(struct filter_parser *p, const struct filter_node **ret)
{
	struct parse_item all;
	int r = parser_next(p);

	p->prev.kind = TOK_END;
	if (r < 0 || p->tok.kind == TOK_END)
		return r;
	r = parse_chain(p, (struct parse_heir){ 0 }, false, &all);
	if (r == 0)
		r = item_settle(p, (struct parse_heir){ 0 }, &all);
	if (r == 0 && p->tok.kind != TOK_END)
		r = parse_unexpected(p, "'and' or 'or'");
	if (r < 0)
		return r;
	*ret = all.node;
	return 0;
}

int filter_parse(struct arena *arena, const char *expr, const struct filter_node **ret,
		 struct filter_error *err)
{
	struct filter_parser p = { .arena = arena, .lex.expr = expr, .err = err };
	int r;

	*ret = NULL;
	if (strnlen(expr, FILTER_TEXT_MAX + 1) > FILTER_TEXT_MAX)
		return filter_error_set(err, -EINVAL, 0, 0, "longer than %d bytes",
					FILTER_TEXT_MAX);
	r = parse_all(&p, ret);
	if (arena->failed)
		r = filter_error_set(err, -ENOMEM, 0, 0, "too large for the memory there is");
	if (r < 0)
		*ret = NULL;
	return r;
}
