#include "dissect/display/parse.h"

static struct node *parse_test(struct parser *p);

static struct node *wrap(struct parser *p, enum node_kind kind, struct node *child)
{
	struct node *n;

	if (!child)
		return NULL;
	n = node_new(p->c, kind, child->begin, child->end);
	if (n)
		n->child = child;
	return n;
}

static struct node *parse_member(struct parser *p)
{
	struct node *n = display_value(p), *range;

	if (!n || p->now.kind != TOKEN_DOTS)
		return n;
	parser_advance(p);
	range = wrap(p, NODE_RANGE, n);
	n->next = range ? display_value(p) : NULL;
	if (!n->next)
		return NULL;
	range->end = n->next->end;
	return range;
}

static struct node *parse_set(struct parser *p, struct node *value)
{
	struct node *n = wrap(p, NODE_IN, value);

	if (!n || !display_expect(p, TOKEN_LBRACE, "'{' behind 'in'") ||
	    !display_list(p, parse_member, &value->next, TOKEN_RBRACE,
			  "',' or '}' behind a member of a set", &n->end))
		return NULL;
	return n;
}

static bool relation(enum token_kind kind, enum compare_op *op, enum quantifier *quant)
{
	static const struct {
		uint8_t kind, op, quant;
	} relations[] = {
		{ TOKEN_EQ, OP_EQ, QUANT_ANY },
		{ TOKEN_NE, OP_NE, QUANT_ALL },
		{ TOKEN_ALL_EQ, OP_EQ, QUANT_ALL },
		{ TOKEN_ANY_NE, OP_NE, QUANT_ANY },
		{ TOKEN_LT, OP_LT, QUANT_ANY },
		{ TOKEN_LE, OP_LE, QUANT_ANY },
		{ TOKEN_GT, OP_GT, QUANT_ANY },
		{ TOKEN_GE, OP_GE, QUANT_ANY },
		{ TOKEN_CONTAINS, OP_CONTAINS, QUANT_ANY },
		{ TOKEN_MATCHES, OP_MATCHES, QUANT_ANY },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(relations); i++)
		if (relations[i].kind == kind) {
			*op = (enum compare_op)relations[i].op;
			*quant = (enum quantifier)relations[i].quant;
			return true;
		}
	return false;
}

/* Each comparison needs a node of its own: "a < b < c" names b twice. */
static struct node *copy_value(struct parser *p, const struct node *n)
{
	struct node *copy = node_new(p->c, n->kind, n->begin, n->end);

	if (copy) {
		*copy = *n;
		copy->next = NULL;
		if (n->kind == NODE_SLICE || n->kind == NODE_ARITH || n->kind == NODE_CALL) {
			const struct node *child;
			struct node **tail = &copy->child;

			for (child = n->child; child; child = child->next) {
				*tail = copy_value(p, child);
				if (!*tail)
					return NULL;
				tail = &(*tail)->next;
			}
			*tail = NULL;
		}
	}
	return copy;
}

/* "a < b", "a < b < c" */
static struct node *parse_chain(struct parser *p, struct node *left, int quantified)
{
	struct node *all = NULL, **tail = NULL, *n;
	enum quantifier quant;
	enum compare_op op;

	while (left && relation(p->now.kind, &op, &quant)) {
		parser_advance(p);
		n = wrap(p, NODE_COMPARE, left);
		left->next = n ? display_value(p) : NULL;
		if (!left->next)
			return NULL;
		n->op = op;
		n->quant = quantified >= 0 ? (enum quantifier)quantified : quant;
		n->end = left->next->end;
		if (!all) {
			all = wrap(p, NODE_AND, n);
			if (!all)
				return NULL;
			tail = &all->child;
		}
		*tail = n;
		tail = &n->next;
		all->end = n->end;
		left = relation(p->now.kind, &op, &quant) ? copy_value(p, left->next) : NULL;
		if (!left && relation(p->now.kind, &op, &quant))
			return NULL;
	}
	return all && all->child->next ? all : all ? all->child : NULL;
}

static struct node *parse_relation(struct parser *p)
{
	const int quantified = p->now.kind == TOKEN_ANY   ? QUANT_ANY
			       : p->now.kind == TOKEN_ALL ? QUANT_ALL
							  : -1;
	enum quantifier quant;
	enum compare_op op;
	struct node *value, *n;

	if (quantified >= 0)
		parser_advance(p);
	value = display_value(p);
	if (!value)
		return NULL;
	if (relation(p->now.kind, &op, &quant))
		return parse_chain(p, value, quantified);
	if (p->now.kind == TOKEN_IN || p->now.kind == TOKEN_NOT) {
		const bool negated = parser_take(p, TOKEN_NOT);

		if (!display_expect(p, TOKEN_IN, "'in' behind 'not', or 'and' or 'or' before it"))
			return NULL;
		n = parse_set(p, value);
		if (n && quantified == QUANT_ALL)
			n->quant = QUANT_ALL;
		return negated ? wrap(p, NODE_NOT, n) : n;
	}
	if (quantified >= 0)
		return display_unexpected(p, "a comparison behind 'any' or 'all'");
	return wrap(p, value->kind == NODE_ARITH ? NODE_NONZERO : NODE_HAS, value);
}

static struct node *parse_primary(struct parser *p)
{
	const unsigned depth = p->depth;
	const uint32_t begin = p->now.begin;
	struct node *n;

	if (!display_descend(p))
		return NULL;
	if (parser_take(p, TOKEN_NOT)) {
		n = wrap(p, NODE_NOT, parse_primary(p));
		if (n)
			n->begin = begin;
	} else if (parser_take(p, TOKEN_LPAREN)) {
		n = parse_test(p);
		if (n && !display_expect(p, TOKEN_RPAREN,
					 "'and', 'or' or ')'; values are grouped with {...}"))
			return NULL;
	} else {
		n = parse_relation(p);
	}
	p->depth = depth;
	return n;
}

/* From weak to strong. */
static const struct {
	enum token_kind token;
	enum node_kind node;
} connectives[] = {
	{ TOKEN_OR, NODE_OR },
	{ TOKEN_XOR, NODE_XOR },
	{ TOKEN_AND, NODE_AND },
};

static struct node *parse_connected(struct parser *p, size_t level)
{
	struct node *n, *all, *last;

	if (level == ARRAY_SIZE(connectives))
		return parse_primary(p);
	n = parse_connected(p, level + 1);
	if (!n || p->now.kind != connectives[level].token)
		return n;
	all = wrap(p, connectives[level].node, n);
	last = n;
	while (all && parser_take(p, connectives[level].token)) {
		last->next = parse_connected(p, level + 1);
		if (!last->next)
			return NULL;
		last = last->next;
		all->end = last->end;
	}
	return all;
}

static struct node *parse_test(struct parser *p)
{
	return parse_connected(p, 0);
}

struct node *display_parse(struct compiler *c)
{
	struct parser p = { .c = c, .lexer = { .c = c } };
	struct node *n;

	parser_advance(&p);
	if (p.now.kind == TOKEN_END)
		return node_new(c, NODE_TRUE, 0, 0);
	n = parse_test(&p);
	if (n && p.now.kind != TOKEN_END)
		return display_unexpected(&p, "'and', 'or' or the end");
	return n;
}
