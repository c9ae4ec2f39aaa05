/* dissect/display/parse.h -- the state of a parser, and what its two halves need of each other. */
#ifndef DISSECT_DISPLAY_PARSE_H
#define DISSECT_DISPLAY_PARSE_H

#include "dissect/display/lex.h"

struct parser {
	struct compiler *c;
	struct lexer lexer;
	struct token now; /* not consumed yet */
	unsigned depth;
};

static inline void parser_advance(struct parser *p)
{
	p->now = lexer_next(&p->lexer);
}

static inline bool parser_take(struct parser *p, enum token_kind kind)
{
	if (p->now.kind != kind)
		return false;
	parser_advance(p);
	return true;
}

/* parse_value.c. All of these give NULL or false with err filled. */
struct node *display_value(struct parser *p);
bool display_descend(struct parser *p);
bool display_expect(struct parser *p, enum token_kind kind, const char *wanted);
/* Always NULL. wanted: "a field, a protocol or a value" */
struct node *display_unexpected(struct parser *p, const char *wanted);
/*
 * What parse_one reads, several times with commas between, up to `end`; linked to *tail. Where the
 * last one ends is in *ret_end.
 */
bool display_list(struct parser *p, struct node *(*parse_one)(struct parser *p), struct node **tail,
		  enum token_kind end, const char *wanted, uint32_t *ret_end);

#endif
