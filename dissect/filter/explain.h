/* dissect/filter/explain.h -- between the files that put a capture filter into words. */
#ifndef DISSECT_FILTER_EXPLAIN_H
#define DISSECT_FILTER_EXPLAIN_H

#include "core/strbuf.h"
#include "dissect/filter/ast.h"
#include "dissect/filter/words.h"

/* What is worth saying below, once. A bit each. */
enum explain_note {
	NOTE_RANK,     /* and, or without parentheses */
	NOTE_FRAGMENT, /* ports and what follows the IPv4 header: first fragments */
	NOTE_EXTENSION,
	NOTE_ACCESSOR, /* proto[...] of IPv4 only */
	NOTE_ICMPV6,
	NOTE_HOST, /* host without ip */
	NOTE_VLAN,
	NOTE_TUNNEL,
	NOTE_NOT,
	NOTE_RANKLESS, /* % and ^ */
	NOTE_DIVISION,
	NOTE_GROUP, /* broadcast is multicast too */
	NOTE_CHAIN,
	NOTE_PORT_NAME,
	NOTE_FRAGMENT_HEADER,
	NOTE_BYTE,
	NOTE_NR,
};

/* Layers that the tests to the right stand behind, in the order in which they were written. */
enum { EXPLAIN_LAYERS_MAX = 8 };

struct explain {
	const char *expr;
	const struct filter_options *opt;
	struct arena *arena;
	struct strbuf *out;
	uint32_t notes;
	const char *layers[EXPLAIN_LAYERS_MAX];
	unsigned layer_nr;
};

void explain_note(struct explain *e, enum explain_note note);
/* A primitive, without a line feed. */
void explain_primitive(struct explain *e, const struct filter_node *n);
/* explain_id.c: a primitive with an identifier. */
void explain_id(struct explain *e, const struct filter_node *n);
/* explain_arith.c: a comparison. */
void explain_relation(struct explain *e, const struct filter_node *n);
/* "TCP over IPv4 or IPv6" */
const char *explain_proto(uint8_t proto);

#endif
