/*
 * dissect/display/state.h -- what one thread needs to evaluate a display filter.
 *
 * Values of a packet live in scratch memory, which is taken once and used again for each packet.
 */
#ifndef DISSECT_DISPLAY_STATE_H
#define DISSECT_DISPLAY_STATE_H

#include "dissect/display/display.h"
#include "dissect/display/node.h"

enum {
	/* Of one field in one packet; what comes behind them is not looked at. */
	FIELD_VALUES_MAX = 65536,
	SCRATCH_MAX = 64 << 20, /* bytes for one packet; values that do not fit are left out */
	PAIRS_MAX = 1 << 20,    /* comparisons in one packet; what is left after them is not made */
};

struct scratch_chunk {
	struct scratch_chunk *next;
	size_t size, used;
	_Alignas(16) uint8_t data[];
};

/* A value that describe() has found. */
struct entry {
	struct value value;
	struct entry *next;
	unsigned layer; /* index into the dissection's */
};

struct slot {
	struct entry *first, **tail;
	uint32_t nr;
};

struct display_state {
	const struct display_filter *f;
	const struct dissection *d;
	const struct frame_context *ctx;
	uint64_t serial;                  /* of the packet, from 1 */
	uint64_t collected[PROTO_ID_MAX]; /* the packet whose described fields the slots hold */
	struct slot *slots;               /* of f->wanted */
	struct scratch_chunk *chunks, *chunk;
	size_t scratch_size;
	size_t pairs; /* compared in this packet */
	struct field_out out;
	unsigned layer; /* whose describe() runs */
	pcre2_match_data *match;
	pcre2_match_context *match_context;
	pcre2_jit_stack *jit_stack;
};

struct values {
	const struct value *v;
	size_t nr;
};

/* NULL: too much for one packet. Aligned to 16. */
void *scratch_alloc(struct display_state *s, size_t size);

/* collect.c: makes the slots of this protocol's described fields those of this packet. */
void collect_described(struct display_state *s, unsigned proto);
/* The described value as one that can be compared. */
void value_from_field(struct value *ret, const struct field_value *v);

/* value.c: all values of n in this packet. False: there is none, so that no test of them holds. */
bool values_get(struct display_state *s, const struct node *n, struct values *ret);
/* Is there one? */
bool values_any(struct display_state *s, const struct node *n);

/* apply.c: the same of what is made of values */
bool values_call(struct display_state *s, const struct node *n, struct values *ret);
bool values_slice(struct display_state *s, const struct node *n, struct values *ret);
/* calculate.c */
bool values_arith(struct display_state *s, const struct node *n, struct values *ret);

/* compare.c: one value against one; type is that of the comparison, the sides' own are on them. */
bool compare_values(enum compare_op op, enum value_type type, enum value_type type_a,
		    enum value_type type_b, const struct value *a, const struct value *b);
/* nr: how many values are asked, so that all of them end. */
bool compare_regex(struct display_state *s, const struct node *n, const struct value *a, size_t nr);
/* Less than 0, 0 or more. */
int compare_order(enum value_type type, const struct value *a, const struct value *b);

#endif
