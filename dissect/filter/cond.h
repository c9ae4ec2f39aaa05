/*
 * dissect/filter/cond.h -- what a filter asks, as a tree of tests with their places resolved: what
 * the code generator makes, and the optimiser turns into a program.
 *
 * A test is a few instructions that leave something in the accumulator, and one comparison. Tests
 * are evaluated from left to right and no further than needed; a load beyond the packet's end
 * rejects the packet there and then, so the order is part of the meaning.
 *
 * All of it lives in the compilation's arena. Functions take NULL for a subtree that could not be
 * made and return NULL: whoever builds asks at the end.
 */
#ifndef DISSECT_FILTER_COND_H
#define DISSECT_FILTER_COND_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/filter.h>

#include "dissect/filter/arena.h"
#include "dissect/filter/filter.h"
#include "dissect/filter/program.h"

/* One instruction that is no jump and no return. */
struct cond_stmt {
	struct cond_stmt *next;
	uint32_t k;
	uint16_t code; /* BPF_LD | BPF_H | BPF_ABS and so on */
	bool certain;  /* the optimiser's: it cannot end the program */
};

/* A list that is appended to. All zeros is empty. */
struct cond_code {
	struct cond_stmt *first, *last;
};

enum cond_kind {
	COND_TRUE,
	COND_FALSE,
	COND_TEST,  /* code, then the jump */
	COND_NOT,   /* a */
	COND_AND,   /* a, then b */
	COND_OR,    /* a, else b */
	COND_THEN,  /* a for what it leaves in scratch words, whatever it says; then b */
	COND_LOOP,  /* a, in which COND_AGAIN goes back to the start of a */
	COND_AGAIN, /* of the innermost loop */
};

struct cond {
	uint8_t kind; /* enum cond_kind */
	/*
	 * Of a test: BPF_JEQ, BPF_JGT, BPF_JGE or BPF_JSET, with BPF_K or BPF_X; or COND_ALWAYS:
	 * true whatever the accumulator holds.
	 */
	uint16_t jump;
	uint32_t k;
	struct cond_code code;
	struct cond *a, *b;
	/* What was written that asks for this, for listings with comments; NULL: not known. */
	const char *why;
};

enum { COND_ALWAYS = 0xffff };

/* Appends one instruction. */
void code_add(struct arena *a, struct cond_code *c, uint16_t code, uint32_t k);
/* Appends all of `more`, which must not be used any more. */
void code_append(struct cond_code *c, struct cond_code more);

struct cond *cond_true(struct arena *a);
struct cond *cond_false(struct arena *a);
/* jump without BPF_JMP: BPF_JEQ | BPF_K. */
struct cond *cond_test(struct arena *a, struct cond_code code, uint16_t jump, uint32_t k);
/* Instructions alone: true. */
struct cond *cond_do(struct arena *a, struct cond_code code);
struct cond *cond_not(struct arena *a, struct cond *x);
struct cond *cond_and(struct arena *a, struct cond *x, struct cond *y);
struct cond *cond_or(struct arena *a, struct cond *x, struct cond *y);
struct cond *cond_then(struct arena *a, struct cond *x, struct cond *y);
struct cond *cond_loop(struct arena *a, struct cond *body);
struct cond *cond_again(struct arena *a);

/* ---- code generator (generate.c): file semantics, whatever the target ---- */

struct filter_node;
struct cond *filter_generate(struct arena *arena, const struct filter_node *ast,
			     const struct filter_options *opt, struct filter_error *err);

/* ---- retarget.c: the same question put to the kernel, whose packets lack a stripped VLAN tag and
 * cooked headers ---- */

struct cond *filter_retarget(struct arena *arena, struct cond *c, const struct filter_options *opt,
			     struct filter_error *err);

/* ---- assembler: tree -> control flow graph -> (optimised) -> program ---- */

/*
 * 0, or -E2BIG with words when more than FILTER_INSNS_MAX instructions are needed, -ENOMEM. The
 * program returns snaplen where c holds, else 0. Owned by the caller.
 */
int filter_assemble(struct arena *arena, const struct cond *c, uint32_t snaplen, bool optimize,
		    struct filter_program *ret, struct filter_error *err) must_check;

#endif
