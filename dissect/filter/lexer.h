/* dissect/filter/lexer.h -- a capture filter's text, token by token. */
#ifndef DISSECT_FILTER_LEXER_H
#define DISSECT_FILTER_LEXER_H

#include <stdint.h>

#include "core/compiler.h"
#include "dissect/filter/ast.h"
#include "dissect/filter/words.h"

struct filter_token {
	uint8_t kind;  /* enum filter_token_kind */
	uint8_t value; /* of keywords and operators: see there */
	uint32_t number;
	struct filter_span span;
	union {
		uint8_t mac[6];
		uint8_t ipv6[16];
	};
};

struct filter_lexer {
	const char *expr; /* terminated, borrowed */
	uint32_t pos;
};

/* The next token; past the end TOK_END forever. 0, or -EINVAL with the place and reason in err. */
int filter_lexer_next(struct filter_lexer *l, struct filter_token *ret,
		      struct filter_error *err) must_check;

#endif
