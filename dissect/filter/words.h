/* dissect/filter/words.h -- the words of the capture filter language. */
#ifndef DISSECT_FILTER_WORDS_H
#define DISSECT_FILTER_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum filter_token_kind {
	TOK_END,
	TOK_NUMBER, /* number; also the named values: tcp-syn */
	TOK_DOTTED, /* 10.1, 10.0.0.1 */
	TOK_IPV6,
	TOK_MAC,
	TOK_ARCNET,   /* $xx */
	TOK_NAME,     /* no keyword, or one behind a backslash */
	TOK_PROTO,    /* value: enum filter_proto */
	TOK_DIR,      /* value: FD_SRC or FD_DST */
	TOK_WLAN_DIR, /* value: enum filter_dir from FD_ADDR1 on */
	TOK_ADDR, /* value: FA_HOST, FA_NET, FA_PORT, FA_PORTRANGE: a direction may stand before */
	TOK_KIND, /* value: FA_PROTO, FA_PROTOCHAIN, FA_GATEWAY: a protocol only */
	TOK_WORD, /* value: enum filter_word */
	TOK_WLAN_WORD, /* value: FW_WLAN_TYPE, FW_WLAN_SUBTYPE, FW_WLAN_DIR */
	TOK_CAST,      /* value: FW_BROADCAST, FW_MULTICAST */
	TOK_RELIC,     /* value: enum filter_relic */
	TOK_LEN,
	TOK_MASK,
	TOK_AND,
	TOK_OR,
	TOK_NOT,
	TOK_PAREN_OPEN,
	TOK_PAREN_CLOSE,
	TOK_BRACKET_OPEN,
	TOK_BRACKET_CLOSE,
	TOK_COLON,
	TOK_OPERATOR, /* value: enum filter_arith_op */
	TOK_RELATION, /* value: enum filter_relation */
	TOK_STRAY,    /* a byte that no token begins with */
};

/* Whose primitives those are that no capture of ours has a use for. */
enum filter_relic { RELIC_ATM, RELIC_PFLOG, RELIC_MTP2, RELIC_SS7 };

struct filter_keyword {
	const char *text;
	uint8_t kind; /* enum filter_token_kind */
	uint8_t value;
};

/* Sorted by text. */
extern const struct filter_keyword filter_keywords[];
extern const size_t filter_keyword_nr;

/* NULL: no keyword. text need not be terminated. */
const struct filter_keyword *filter_keyword_find(const char *text, size_t len);
/*
 * The keyword that was meant, or NULL. word is terminated. In arithmetic those are the names of
 * values, elsewhere all the others.
 */
const char *filter_keyword_nearest(const char *word, bool arithmetic);
/* "ip6"; "link" for FP_LINK, "" for FP_DEFAULT. */
const char *filter_proto_name(uint8_t proto);
/* "ATM" */
const char *filter_relic_name(uint8_t relic);

#endif
