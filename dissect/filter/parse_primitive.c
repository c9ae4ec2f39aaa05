/* dissect/filter/parse_primitive.c -- capture filters: what begins with a keyword. */
#include "dissect/filter/parse.h"

#include <errno.h>
#include <string.h>

/* "src", "src or dst", "dst and src", "addr1", ... */
static int parse_direction(struct filter_parser *p, uint8_t *ret)
{
	const uint8_t first = p->tok.value;
	const bool wlan = p->tok.kind == TOK_WLAN_DIR;
	int r = parser_next(p);

	*ret = first;
	if (r < 0 || wlan || (p->tok.kind != TOK_AND && p->tok.kind != TOK_OR))
		return r;
	*ret = p->tok.kind == TOK_AND ? FD_SRC_AND_DST : FD_SRC_OR_DST;
	r = parser_next(p);
	if (r < 0)
		return r;
	if (p->tok.kind != TOK_DIR || p->tok.value == first)
		return parse_unexpected(p, first == FD_SRC ? "'dst'" : "'src'");
	return parser_next(p);
}

/* Direction, kind, and what they qualify. */
static int parse_qualified(struct filter_parser *p, struct filter_qual qual, uint32_t begin,
			   struct parse_item *ret)
{
	struct parse_heir heir = { .known = true };
	int r = 0;

	if (p->tok.kind == TOK_DIR || p->tok.kind == TOK_WLAN_DIR)
		r = parse_direction(p, &qual.dir);
	if (r == 0 && (p->tok.kind == TOK_ADDR || (p->tok.kind == TOK_KIND && !qual.dir))) {
		qual.addr = p->tok.value;
		r = parser_next(p);
	}
	if (r < 0)
		return r;
	heir.qual = qual;
	r = parse_unit(p, heir, true, ret);
	if (r == 0)
		r = item_settle(p, heir, ret);
	if (r < 0)
		return r;
	ret->kind = ITEM_TERM;
	ret->paren = false;
	ret->heir = heir;
	ret->node->span.begin = begin;
	return 0;
}

/* A number, or a name that is no keyword. */
static int parse_value(struct filter_parser *p, const char *what, bool *has, uint32_t *number,
		       const char **text)
{
	struct filter_span span = p->tok.span;

	if (p->tok.kind == TOK_NUMBER) {
		*has = true;
		*number = p->tok.number;
	} else if (p->tok.kind == TOK_NAME) {
		span.begin += p->lex.expr[span.begin] == '\\';
		*text = parser_text(p, span);
	} else {
		return parse_unexpected(p, what);
	}
	return parser_next(p);
}

static int parse_wlan_subtype(struct filter_parser *p, struct filter_node *n)
{
	int r = parser_next(p);

	if (r < 0)
		return r;
	if (p->tok.kind == TOK_NUMBER && n->word == FW_WLAN_SUBTYPE)
		return parse_refused(
			p, p->tok.span,
			"could be a subtype of any type: write 'type mgt subtype ...'");
	return parse_value(p, "a subtype such as 'beacon'", &n->has_number2, &n->number2,
			   &n->text2);
}

/* type T, type T subtype S, subtype S, dir D */
static int parse_wlan_word(struct filter_parser *p, struct filter_node *n)
{
	int r;

	n->word = p->tok.value;
	if (n->word == FW_WLAN_SUBTYPE)
		return parse_wlan_subtype(p, n);
	r = parser_next(p);
	if (r < 0)
		return r;
	if (n->word == FW_WLAN_DIR)
		return parse_value(p, "a direction such as 'tods'", &n->has_number, &n->number,
				   &n->text);
	r = parse_value(p, "a type: 'mgt', 'ctl' or 'data'", &n->has_number, &n->number, &n->text);
	if (r < 0 || p->tok.kind != TOK_WLAN_WORD || p->tok.value != FW_WLAN_SUBTYPE)
		return r;
	return parse_wlan_subtype(p, n);
}

/* byte N = V */
static int parse_byte(struct filter_parser *p, struct filter_node *n)
{
	static const char op_of_relation[] = {
		[REL_EQ] = '=', [REL_LT] = '<', [REL_GT] = '>', [REL_LE] = 0
	};
	static const char op_of_operator[] = { [OP_AND] = '&', [OP_OR] = '|', [OP_RSH] = 0 };
	int r;

	n->number = p->tok.number;
	r = parser_expect(p, TOK_NUMBER, "a number: the byte's place");
	if (r < 0)
		return r;
	if (p->tok.kind == TOK_RELATION)
		n->byte_op = (uint8_t)op_of_relation[p->tok.value];
	else if (p->tok.kind == TOK_OPERATOR)
		n->byte_op = (uint8_t)op_of_operator[p->tok.value];
	if (!n->byte_op)
		return parse_unexpected(p, "one of = < > & |");
	if (p->tok.kind == TOK_RELATION)
		n->relation = p->tok.value;
	r = parser_next(p);
	if (r < 0)
		return r;
	n->has_number = n->has_number2 = true;
	n->number2 = p->tok.number;
	return parser_expect(p, TOK_NUMBER, "a number");
}

static int parse_llc(struct filter_parser *p, struct filter_node *n)
{
	struct filter_span span = p->tok.span;
	const char *const text = p->lex.expr + span.begin;
	const bool rnr = span.end - span.begin == 3 && memcmp(text, "rnr", 3) == 0;

	/* that one is a keyword of something else */
	if (p->tok.kind != TOK_NAME && !rnr)
		return 0;
	span.begin += *text == '\\';
	n->text = parser_text(p, span);
	return parser_next(p);
}

static int parse_word(struct filter_parser *p, struct filter_node *n)
{
	int r;

	n->word = p->tok.value;
	r = parser_next(p);
	if (r < 0)
		return r;
	switch (n->word) {
	case FW_LESS:
	case FW_GREATER:
	case FW_IFINDEX:
		n->has_number = true;
		n->number = p->tok.number;
		return parser_expect(p, TOK_NUMBER, "a number");
	case FW_VLAN:
	case FW_MPLS:
	case FW_PPPOES:
	case FW_GENEVE:
	case FW_VXLAN:
		if (p->tok.kind != TOK_NUMBER && p->tok.kind != TOK_PAREN_OPEN)
			return 0;
		n->has_number = true;
		return parse_plain_number(p, &n->number);
	case FW_BYTE:
		return parse_byte(p, n);
	case FW_LLC:
		return parse_llc(p, n);
	default:
		return 0;
	}
}

/* A primitive that is a word, and what belongs to it. */
static int parse_worded(struct filter_parser *p, struct filter_qual qual, uint32_t begin,
			struct parse_item *ret)
{
	struct filter_node *n = parser_node(p, NODE_WORD, begin);
	int r;

	if (!n)
		return -ENOMEM;
	n->qual = qual;
	if (p->tok.kind == TOK_WLAN_WORD)
		r = parse_wlan_word(p, n);
	else
		r = parse_word(p, n);
	n->span.end = p->prev.span.end;
	ret->kind = ITEM_TERM;
	ret->node = n;
	return r;
}

/* proto[...], and what is calculated or compared */
static int parse_load(struct filter_parser *p, uint8_t proto, uint32_t begin,
		      struct parse_item *ret)
{
	int r = parse_accessor(p, proto, begin, &ret->arith);

	if (r == 0)
		r = parse_arith_rest(p, ret->arith, &ret->arith);
	if (r < 0)
		return r;
	ret->kind = ITEM_ARITH;
	return parse_comparison(p, ret->arith, ret);
}

int parse_primitive(struct filter_parser *p, struct parse_item *ret)
{
	const uint32_t begin = p->tok.span.begin;
	const bool named = p->tok.kind == TOK_PROTO;
	struct filter_qual qual = { 0 };
	int r;

	if (named) {
		qual.proto = p->tok.value;
		r = parser_next(p);
		if (r < 0)
			return r;
	}
	switch (p->tok.kind) {
	case TOK_DIR:
	case TOK_WLAN_DIR:
	case TOK_ADDR:
	case TOK_KIND:
		return parse_qualified(p, qual, begin, ret);
	case TOK_CAST:
	case TOK_WLAN_WORD:
		return parse_worded(p, qual, begin, ret);
	case TOK_BRACKET_OPEN:
		if (!named)
			break;
		return parse_load(p, qual.proto, begin, ret);
	case TOK_WORD:
		if (named)
			break;
		return parse_worded(p, qual, begin, ret);
	case TOK_RELIC:
		if (named)
			break;
		return parse_relic(p);
	default:
		break;
	}
	if (!named)
		return parse_unexpected(p, "a primitive such as 'host', 'port' or 'tcp'");
	ret->kind = ITEM_TERM;
	ret->node = parser_node(p, NODE_NAME, begin);
	if (!ret->node)
		return -ENOMEM;
	ret->node->qual = qual;
	return 0;
}
