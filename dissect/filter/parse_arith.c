/* dissect/filter/parse_arith.c -- capture filters: arithmetic, accessors and comparisons. */
#include "dissect/filter/parse.h"

#include <errno.h>

static struct filter_arith *arith_new(struct filter_parser *p, uint8_t kind, uint32_t begin)
{
	struct filter_arith *a = arena_alloc(p->arena, sizeof(*a));

	if (!a)
		return NULL;
	a->kind = kind;
	a->depth = 1;
	a->span = (struct filter_span){ begin, p->prev.span.end };
	return a;
}

/* Bounds the tree as well: a chain of operators nests without nesting in the text. */
static int arith_join(struct filter_parser *p, struct filter_arith *n, const struct filter_arith *a,
		      const struct filter_arith *b)
{
	const unsigned depth = 1 + (b ? MAX_OF(a->depth, b->depth) : a->depth);

	n->a = a;
	n->b = b;
	n->depth = (uint16_t)depth;
	if (depth > FILTER_DEPTH_MAX)
		return filter_error_set(p->err, -EINVAL, n->span.begin, n->span.end,
					"more than %d operations in one calculation",
					FILTER_DEPTH_MAX);
	return 0;
}

int parse_number(struct filter_parser *p, const struct filter_arith **ret)
{
	const struct filter_token t = p->tok;
	struct filter_arith *n;
	int r = parser_expect(p, TOK_NUMBER, "a number");

	if (r < 0)
		return r;
	n = arith_new(p, ARITH_NUMBER, t.span.begin);
	if (!n)
		return -ENOMEM;
	n->number = t.number;
	*ret = n;
	return 0;
}

/* ":size]"; or "]", which leaves *ret alone */
static int parse_size(struct filter_parser *p, uint8_t *ret)
{
	const struct filter_span colon = p->tok.span;
	int r;

	if (p->tok.kind == TOK_BRACKET_CLOSE)
		return parser_next(p);
	r = parser_expect(p, TOK_COLON, "']' or ':' and a size");
	if (r < 0)
		return r;
	if (p->tok.kind == TOK_NUMBER && p->tok.number != 1 && p->tok.number != 2 &&
	    p->tok.number != 4)
		return filter_error_set(p->err, -EINVAL, colon.end, p->tok.span.end,
					"%u bytes: a load takes 1, 2 or 4", p->tok.number);
	*ret = (uint8_t)p->tok.number;
	r = parser_expect(p, TOK_NUMBER, "a size of 1, 2 or 4 bytes");
	if (r < 0)
		return r;
	return parser_expect(p, TOK_BRACKET_CLOSE, "']'");
}

int parse_accessor(struct filter_parser *p, uint8_t proto, uint32_t begin,
		   const struct filter_arith **ret)
{
	const struct filter_arith *index;
	struct filter_arith *n;
	uint8_t size = 1;
	int r = parser_enter(p);

	if (r == 0)
		r = parser_next(p);
	if (r == 0)
		r = parse_arith(p, &index);
	if (r == 0)
		r = parse_size(p, &size);
	if (r < 0)
		return r;
	p->depth--;
	n = arith_new(p, ARITH_LOAD, begin);
	if (!n)
		return -ENOMEM;
	n->proto = proto;
	n->size = size;
	*ret = n;
	return arith_join(p, n, index, NULL);
}

static int parse_negative(struct filter_parser *p, const struct filter_arith **ret);

static int parse_operand(struct filter_parser *p, const struct filter_arith **ret)
{
	const struct filter_token t = p->tok;
	int r;

	switch (t.kind) {
	case TOK_NUMBER:
		return parse_number(p, ret);
	case TOK_LEN:
		r = parser_next(p);
		if (r < 0)
			return r;
		*ret = arith_new(p, ARITH_LEN, t.span.begin);
		return *ret ? 0 : -ENOMEM;
	case TOK_PROTO:
		r = parser_next(p);
		if (r < 0)
			return r;
		if (p->tok.kind == TOK_BRACKET_OPEN)
			return parse_accessor(p, t.value, t.span.begin, ret);
		(void)parse_refused(p, t.span,
				    "is no number; what it carries is loaded as in ip[8]");
		return -EINVAL;
	case TOK_PAREN_OPEN:
		r = parser_enter(p);
		if (r == 0)
			r = parser_next(p);
		if (r == 0)
			r = parse_arith(p, ret);
		if (r == 0)
			r = parser_expect(p, TOK_PAREN_CLOSE, "')' or an operator");
		p->depth--;
		return r;
	case TOK_OPERATOR:
		if (t.value == OP_SUB)
			return parse_negative(p, ret);
		break;
	default:
		break;
	}
	(void)parse_unexpected(p, "a number, 'len' or a load such as ip[8]");
	return -EINVAL;
}

/*
 * How tightly an operator binds. % and ^ have no rank in the grammar that everybody uses: whatever
 * stands left of them binds less tightly, and their right operand goes on as far as it can: "len %
 * 3 + 1" is "len % (3 + 1)".
 */
enum { RANK_NONE, RANK_OR, RANK_AND, RANK_SHIFT, RANK_SUM, RANK_PRODUCT, RANK_MINUS, RANK_GREEDY };

static unsigned rank_of(const struct filter_token *t)
{
	static const uint8_t ranks[] = {
		[OP_ADD] = RANK_SUM,     [OP_SUB] = RANK_SUM,    [OP_MUL] = RANK_PRODUCT,
		[OP_DIV] = RANK_PRODUCT, [OP_MOD] = RANK_GREEDY, [OP_AND] = RANK_AND,
		[OP_OR] = RANK_OR,       [OP_XOR] = RANK_GREEDY, [OP_LSH] = RANK_SHIFT,
		[OP_RSH] = RANK_SHIFT,
	};

	return t->kind == TOK_OPERATOR ? ranks[t->value] : RANK_NONE;
}

static int parse_ranked(struct filter_parser *p, unsigned above, const struct filter_arith *first,
			const struct filter_arith **ret);

/* '-' and what it negates */
static int parse_negative(struct filter_parser *p, const struct filter_arith **ret)
{
	const uint32_t begin = p->tok.span.begin;
	const struct filter_arith *a;
	struct filter_arith *n;
	int r = parser_enter(p);

	if (r == 0)
		r = parser_next(p);
	if (r == 0)
		r = parse_ranked(p, RANK_MINUS, NULL, &a);
	if (r < 0)
		return r;
	p->depth--;
	n = arith_new(p, ARITH_NEGATE, begin);
	if (!n)
		return -ENOMEM;
	*ret = n;
	return arith_join(p, n, a, NULL);
}

/* Operators that bind more tightly than `above`; first: NULL, or the operand that has been read. */
static int parse_ranked(struct filter_parser *p, unsigned above, const struct filter_arith *first,
			const struct filter_arith **ret)
{
	const struct filter_arith *left = first, *right;
	struct filter_arith *n;
	unsigned rank;
	uint8_t op;
	int r = first ? 0 : parse_operand(p, &left);

	while (r == 0 && (rank = rank_of(&p->tok)) > above) {
		op = p->tok.value;
		r = parser_enter(p);
		if (r == 0)
			r = parser_next(p);
		if (r == 0)
			r = parse_ranked(p, rank == RANK_GREEDY ? RANK_NONE : rank, NULL, &right);
		if (r != 0)
			return r;
		p->depth--;
		n = arith_new(p, ARITH_BINARY, left->span.begin);
		if (!n)
			return -ENOMEM;
		n->op = op;
		r = arith_join(p, n, left, right);
		left = n;
	}
	*ret = left;
	return r;
}

int parse_arith(struct filter_parser *p, const struct filter_arith **ret)
{
	return parse_ranked(p, RANK_NONE, NULL, ret);
}

int parse_arith_rest(struct filter_parser *p, const struct filter_arith *first,
		     const struct filter_arith **ret)
{
	return parse_ranked(p, RANK_NONE, first, ret);
}

int parse_comparison(struct filter_parser *p, const struct filter_arith *left,
		     struct parse_item *ret)
{
	const uint8_t relation = p->tok.value;
	const struct filter_arith *right;
	struct filter_node *n;
	int r;

	if (p->tok.kind != TOK_RELATION)
		return 0;
	r = parser_next(p);
	if (r == 0)
		r = parse_arith(p, &right);
	if (r != 0)
		return r;
	n = parser_node(p, NODE_REL, left->span.begin);
	if (!n)
		return -ENOMEM;
	n->relation = relation;
	n->left = left;
	n->right = right;
	*ret = (struct parse_item){ .kind = ITEM_TERM, .node = n };
	return 0;
}
