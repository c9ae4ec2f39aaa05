/*
 * dissect/filter/optimize.h -- fewer instructions for the same answer.
 *
 * The verdict of every packet stays what it was, cut ones included. A load that may fail is neither
 * brought forward nor dropped, even where nobody wants its value, unless all ends in a refusal
 * anyway.
 *
 * Every place that a program can look at holds a numbered value: equal numbers, equal contents. A
 * load of what the accumulator holds already is dropped, and a test whose outcome the tests before
 * it have settled is jumped over.
 */
#ifndef DISSECT_FILTER_OPTIMIZE_H
#define DISSECT_FILTER_OPTIMIZE_H

#include "dissect/filter/flow.h"

/* Changes g, which has no loops. Without memory it stops early; the arena says so. */
void filter_optimize(struct flow *g);

/* ---- between the passes ---- */

/* The places. Scratch words come first, so that M[k] is place k. */
enum { OPT_A = FILTER_SCRATCH, OPT_X, OPT_PLACES };

/* What makes a value, beside the codes of instructions that load or compute one. */
enum {
	VALUE_NONE, /* the number 0: a place that no path has come to */
};

#define VALUE_JOINED (UINT32_C(1) << 31) /* from here on: what paths bring differs */
#define VALUE_LOST   (UINT32_C(3) << 30) /* from here on: no room for more values */

struct opt_value {
	uint16_t code; /* of the instruction, BPF_X where both operands are values; IMM: constant */
	uint32_t a, b; /* numbers of values, or b a constant with BPF_K */
	uint32_t maybe; /* bits that can be set */
	uint32_t next;  /* of the same hash */
};

enum { OPT_SET_MAX = 8 };

/* Constants, one of which a value is; none: no packet comes here. */
struct opt_set {
	uint32_t n, k[OPT_SET_MAX];
};

enum { FACT_ONE_OF = 0xff }; /* no test: all ways here together say so; see set_find() */

/* A test that was made on the way here, and what came out. */
struct opt_fact {
	const struct opt_fact *up, *skip; /* the one before; one further before */
	uint32_t depth;                   /* of the chain */
	uint32_t tested, operand;         /* values; each has been computed on the way */
	uint16_t jump;
	bool outcome;
};

/* What is known of a block, by its index. */
struct opt_block {
	uint32_t in[OPT_PLACES], out[OPT_PLACES]; /* values at its begin and before its jump */
	uint32_t live_in, live_out;               /* bits of places that are read later */
	uint32_t safe_in, safe_out;               /* bytes that the packet certainly has */
	const struct opt_fact *facts;             /* at its begin */
	struct opt_fact way[2];                   /* what its jump tells: true, false */
	struct opt_joined *joined;                /* where ways join: what they say together */
	uint32_t entries;                         /* ways that lead here */
	struct flow_block *same;                  /* the one to go to instead; or itself */
	struct flow_block *next_merged;
};

struct optimizer {
	struct flow *g;
	struct opt_block *blocks;
	struct opt_value *values;
	uint32_t value_count, value_max;
	uint32_t value_lost; /* numbers given where there was no room */
	uint32_t *buckets;
	uint32_t bucket_mask;
	struct cond_stmt **stmts;                 /* the dead code pass': those of one block */
	struct flow_block **merged;               /* the merging pass': by hash */
	struct opt_joined *joined, **joined_next; /* the sets': all; those free */
	struct opt_list *list;                    /* the grouping pass' */
	bool changed;
};

static inline struct opt_block *opt_of(struct optimizer *o, const struct flow_block *b)
{
	return &o->blocks[b->index];
}

/* ---- optimize_value.c ---- */

void value_reset(struct optimizer *o);
uint32_t value_constant(struct optimizer *o, uint32_t k);
bool value_is_constant(const struct optimizer *o, uint32_t v, uint32_t *k);
/* The value behind a number, or NULL where nothing is known of it. */
const struct opt_value *value_of(const struct optimizer *o, uint32_t v);
uint32_t value_maybe(const struct optimizer *o, uint32_t v);
/* acc op operand; false where there is no answer (a division by 0). */
bool value_compute(uint16_t op, uint32_t acc, uint32_t operand, uint32_t *ret);
/* What places hold after s. */
void value_step(struct optimizer *o, uint32_t places[OPT_PLACES], const struct cond_stmt *s);
/* Whether the test comes out true for acc. */
bool value_test(uint16_t jump, uint32_t acc, uint32_t operand);

/* Whether s, executed with these places, may end the program; safe bytes are there. */
bool value_may_fail(struct optimizer *o, uint32_t places[OPT_PLACES], uint32_t safe,
		    const struct cond_stmt *s);
/* Bytes that the packet has when s has not ended the program. */
uint32_t value_reach(const struct cond_stmt *s);
/* True when v was computed on the way to computing whole. */
bool value_contains(const struct optimizer *o, uint32_t whole, uint32_t v);

/* ---- the passes ---- */

/* optimize_block.c: forwards, each block: simpler instructions, and what its places hold. */
void optimize_block(struct optimizer *o, struct flow_block *b);
/* optimize_dead.c: backwards: what nobody reads is not computed, tests take over operations. */
void optimize_dead(struct optimizer *o);
/* Bits of places that b reads before it writes them, with what is read behind it. */
uint32_t live_before(const struct flow_block *b, uint32_t live_out);
/* optimize_jump.c: ways over tests that are settled. */
void fact_make(struct optimizer *o, struct flow_block *b);
/* f becomes the fact behind up. */
void fact_link(struct opt_fact *f, const struct opt_fact *up, bool outcome);
const struct opt_fact *fact_common(const struct opt_fact *a, const struct opt_fact *b);
void optimize_jumps(struct optimizer *o);
/*
 * optimize_set.c: what all ways to a block say of one value. join_reset() takes back what the round
 * before had. join_begin() when there is a second way, while p->facts are still the first's, then
 * join_way() for it and for each further one; join_end() when all have come, and p->facts are what
 * they have in common.
 */
void join_reset(struct optimizer *o);
void join_begin(struct optimizer *o, struct opt_block *p);
void join_way(const struct optimizer *o, struct opt_block *p, const struct opt_fact *facts);
void join_end(const struct optimizer *o, struct opt_block *p);
/* The constants that v can be; false: not known, or too many. */
bool set_find(const struct optimizer *o, const struct opt_fact *facts, uint32_t v,
	      struct opt_set *ret);
/* optimize_group.c: tests of a list in the order of what they look at. */
void optimize_groups(struct optimizer *o);
struct opt_list *list_make(struct arena *a, uint32_t blocks);
/* optimize_merge.c: equal blocks are one, and blocks in a row. */
void optimize_merge(struct optimizer *o);
/* How many ways lead to each block, into opt_block.entries. */
void optimize_count_entries(struct optimizer *o);

#endif
