/*
 * dissect/filter/flow.h -- a program as a graph of blocks: instructions in a row, then one jump.
 *
 * Made from the tree of tests, improved by optimize.h, laid out by assemble.c. Everything lives in
 * the compilation's arena.
 */
#ifndef DISSECT_FILTER_FLOW_H
#define DISSECT_FILTER_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "dissect/filter/cond.h"

enum {
	FLOW_RETURN = 0xfffe,      /* ends: k bytes are kept */
	FLOW_ALWAYS = COND_ALWAYS, /* goes on at t; f is the same */
};

struct flow_block {
	struct cond_stmt *code; /* the graph's own */
	uint16_t jump;          /* as in struct cond, or FLOW_RETURN */
	uint32_t k;
	struct flow_block *t, *f;
	const char *why; /* see struct cond */
	bool why_not;    /* the jump asks the opposite of that */

	struct flow_block *older; /* the one made before */
	uint32_t index;           /* in flow.order */
	uint8_t mark;             /* flow_order()'s */
	uint32_t place;           /* layout: instructions from its first to the program's end */
};

struct flow {
	struct arena *arena;
	struct flow_block *root;
	struct flow_block *accept, *reject; /* the only ones that return */
	struct flow_block *newest;
	uint32_t made; /* blocks ever made */
	bool loops;

	struct flow_block **order; /* reachable; each before those it jumps to, but for loops */
	struct flow_block **stack; /* flow_order()'s */
	uint32_t count;
};

/* 0, -E2BIG where c is nested too deeply, -ENOMEM; err has words. */
int flow_build(struct arena *arena, const struct cond *c, uint32_t snaplen, struct flow *ret,
	       struct filter_error *err) must_check;

/* Fills order and index. After flow_build(), and whenever edges were changed. */
void flow_order(struct flow *g);

/* True for a block whose two ways are one. */
static inline bool flow_is_plain(const struct flow_block *b)
{
	return b->jump != FLOW_RETURN && b->t == b->f;
}

/* ---- assemble.c ---- */

/*
 * For each instruction the words of what it decides: NULL, or a jump's `why`, which stays the
 * arena's; opposite where the jump asks for the opposite. All zeros to begin with.
 */
struct flow_notes {
	const char *why[FILTER_INSNS_MAX];
	bool opposite[FILTER_INSNS_MAX];
};

/* The program of a graph whose order is up to date; errors as of filter_assemble(). notes may be
 * NULL. */
int filter_layout(struct flow *g, struct filter_program *ret, struct flow_notes *notes,
		  struct filter_error *err) must_check;

/* filter_assemble(), with notes. */
int filter_assemble_noted(struct arena *arena, const struct cond *c, uint32_t snaplen,
			  bool optimize, struct filter_program *ret, struct flow_notes *notes,
			  struct filter_error *err) must_check;

/* ---- print.c ---- */

/* The listing, with the words behind the jumps. */
void filter_print_noted(const struct filter_program *p, const struct flow_notes *notes,
			struct strbuf *out);

#endif
