/* dissect/display/lex.h -- the words of a display filter. Any bytes are fine as input. */
#ifndef DISSECT_DISPLAY_LEX_H
#define DISSECT_DISPLAY_LEX_H

#include <stdbool.h>
#include <stdint.h>

#include "dissect/display/node.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD, /* a name, a number, an address */
	TOKEN_STRING,
	TOKEN_CHAR,
	TOKEN_LPAREN,
	TOKEN_RPAREN,
	TOKEN_LBRACE,
	TOKEN_RBRACE,
	TOKEN_LBRACKET,
	TOKEN_HASH,
	TOKEN_COMMA,
	TOKEN_DOTS,
	TOKEN_EQ,
	TOKEN_NE,
	TOKEN_ALL_EQ,
	TOKEN_ANY_NE,
	TOKEN_LT,
	TOKEN_LE,
	TOKEN_GT,
	TOKEN_GE,
	TOKEN_CONTAINS,
	TOKEN_MATCHES,
	TOKEN_IN,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_XOR,
	TOKEN_NOT,
	TOKEN_ANY,
	TOKEN_ALL,
	TOKEN_AMPERSAND,
	TOKEN_PLUS,
	TOKEN_MINUS,
	TOKEN_STAR,
	TOKEN_SLASH,
	TOKEN_PERCENT,
	TOKEN_ERROR, /* err is filled */
};

struct token {
	enum token_kind kind;
	uint32_t begin, end; /* in the expression */
	/* TOKEN_WORD, TOKEN_STRING, TOKEN_CHAR: its bytes, terminated; escapes are resolved. */
	char *text;
	size_t text_len;
};

struct lexer {
	struct compiler *c;
	uint32_t pos;
};

struct token lexer_next(struct lexer *l);

#endif
