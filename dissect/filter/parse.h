/*
 * dissect/filter/parse.h -- between the files of the parser.
 *
 * Recursive descent. Only what nests recurses (parentheses, `not`, `-`, brackets, and the operators
 * % and ^), FILTER_DEPTH_MAX deep; chains of `and`, `or` and operators are loops.
 */
#ifndef DISSECT_FILTER_PARSE_H
#define DISSECT_FILTER_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/compiler.h"
#include "dissect/filter/ast.h"
#include "dissect/filter/lexer.h"

struct filter_parser {
	struct arena *arena;
	struct filter_lexer lex;
	struct filter_token tok;  /* the one that comes next */
	struct filter_token prev; /* the one before it; TOK_END at the beginning */
	unsigned depth;
	struct filter_error *err;
};

/*
 * What an identifier without qualifiers of its own takes over: those of the primitive in front.
 * Nothing is taken over from `tcp`, a comparison or a word.
 */
struct parse_heir {
	struct filter_qual qual;
	bool known;
};

/*
 * What stands between `and` and `or`. Until the next token a number may be an identifier ("port 80
 * or 81") or the beginning of a comparison, and a parenthesis may hold any of them.
 */
enum parse_item_kind {
	ITEM_TERM,   /* node: true or false by itself */
	ITEM_ID,     /* node: true or false by qualifiers taken over */
	ITEM_NUMBER, /* arith: a number, alone */
	ITEM_ARITH,  /* arith: no comparison yet */
};

struct parse_item {
	uint8_t kind; /* enum parse_item_kind */
	bool paren;   /* stands in parentheses */
	struct parse_heir heir;
	struct filter_node *node;
	const struct filter_arith *arith;
};

/* All return 0 or a negative errno with p->err set. */

int parser_next(struct filter_parser *p) must_check;
/* One level deeper, refused beyond FILTER_DEPTH_MAX; p->depth-- leaves it. */
int parser_enter(struct filter_parser *p) must_check;
/* Takes the token if it is of that kind, or says that `what` was expected. */
int parser_expect(struct filter_parser *p, uint8_t kind, const char *what) must_check;
/* A copy of an expression's part; NULL when the arena has failed. */
const char *parser_text(struct filter_parser *p, struct filter_span span);
struct filter_node *parser_node(struct filter_parser *p, uint8_t kind, uint32_t begin);
/* A number that may stand in parentheses: at one. */
int parse_plain_number(struct filter_parser *p, uint32_t *ret) must_check;

/* Terms with `and` and `or` between. With ids_only identifiers alone: the list behind "host (". */
int parse_chain(struct filter_parser *p, struct parse_heir heir, bool ids_only,
		struct parse_item *ret) must_check;
/* One of them. */
int parse_unit(struct filter_parser *p, struct parse_heir heir, bool ids_only,
	       struct parse_item *ret) must_check;

/* An item that is to be true or false: a number becomes an identifier of heir. */
int item_settle(struct filter_parser *p, struct parse_heir heir, struct parse_item *it) must_check;

/* parse_id.c: a name, address or number as `qual` has it. */
int parse_id(struct filter_parser *p, const struct filter_qual *qual,
	     struct filter_node **ret) must_check;
/* The same of a number that has been read already. */
int parse_id_number(struct filter_parser *p, const struct filter_qual *qual,
		    const struct filter_arith *number, struct filter_node **ret) must_check;
/* "a port's number or name" */
const char *parse_id_wanted(const struct filter_qual *qual);

/* parse_primitive.c: what begins with a keyword. */
int parse_primitive(struct filter_parser *p, struct parse_item *ret) must_check;

/* parse_arith.c: numbers, len, proto[...], and what is calculated from them. */
int parse_arith(struct filter_parser *p, const struct filter_arith **ret) must_check;
/* The same where the first operand has been read. */
int parse_arith_rest(struct filter_parser *p, const struct filter_arith *first,
		     const struct filter_arith **ret) must_check;
/* A number alone. */
int parse_number(struct filter_parser *p, const struct filter_arith **ret) must_check;
/* proto[...]: at the bracket. */
int parse_accessor(struct filter_parser *p, uint8_t proto, uint32_t begin,
		   const struct filter_arith **ret) must_check;
/* left is read; the relation and what stands right of it, where there is one. */
int parse_comparison(struct filter_parser *p, const struct filter_arith *left,
		     struct parse_item *ret) must_check;

/* parse_error.c: "expected WHAT, found TOKEN", and what may have been meant. Returns -EINVAL. */
int parse_unexpected(struct filter_parser *p, const char *what);
/* The reason why the unit at hand cannot be one. */
int parse_refused(struct filter_parser *p, struct filter_span span, const char *reason);
/* At a keyword of link types that we have not. */
int parse_relic(struct filter_parser *p);
/* A number or name without qualifiers, where there are none to take over. */
int parse_orphan(struct filter_parser *p, struct filter_span span);

#endif
