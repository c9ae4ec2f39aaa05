/*
 * dissect/display/node.h -- a compiled display filter: one tree, made by the parser, typed by the
 * checker, walked for each packet.
 *
 * Everything lies in the filter's arena and is constant once it is compiled.
 */
#ifndef DISSECT_DISPLAY_NODE_H
#define DISSECT_DISPLAY_NODE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dissect/field.h"
#include "dissect/filter/arena.h"
#include "dissect/filter/filter.h"
#include "dissect/proto.h"

struct registry;

enum {
	SLICE_PARTS_MAX = 32,
	ARGUMENTS_MAX = 32,
};

/* What values are compared as. */
enum value_type {
	TYPE_NONE, /* a heading: it is there, and has no value */
	TYPE_BOOL,
	TYPE_UINT,
	TYPE_INT,
	TYPE_DATE, /* nanoseconds since 1970 */
	TYPE_SPAN, /* nanoseconds, signed */
	TYPE_IPV4,
	TYPE_IPV6,
	TYPE_MAC,
	TYPE_BYTES,
	TYPE_TEXT,
	TYPE_PROTO,
};

enum node_kind {
	/* tests */
	NODE_TRUE,
	NODE_AND, /* any number of children */
	NODE_OR,
	NODE_XOR,
	NODE_NOT,
	NODE_HAS,     /* its child is a value: it is there */
	NODE_NONZERO, /* some value of its child is not 0 */
	NODE_COMPARE, /* two children */
	NODE_IN,      /* the first child is the value, further ones the set's members */
	/* values */
	NODE_LITERAL, /* as written; gone once checked */
	NODE_CONST,
	NODE_FIELD,
	NODE_PROTO,
	NODE_SLICE,
	NODE_CALL,
	NODE_ARITH, /* two children; one is a negation */
	NODE_RANGE, /* in a set: two children */
};

enum literal_kind { LITERAL_WORD, LITERAL_STRING, LITERAL_CHAR };

enum compare_op {
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_CONTAINS,
	OP_MATCHES,
};

enum quantifier { QUANT_ANY, QUANT_ALL };

enum function {
	FUNC_LEN,
	FUNC_COUNT,
	FUNC_LOWER,
	FUNC_UPPER,
	FUNC_STRING,
	FUNC_MAX,
	FUNC_MIN,
	FUNC_ABS,
};

/* One value of a packet, or a constant. Borrows from the frame, the filter or the scratch. */
struct value {
	const struct field_desc *desc; /* whose it is; NULL: computed */
	const uint8_t *bytes;
	uint64_t num; /* numbers, times; an IPv4 address in host order */
	uint32_t len; /* of bytes; of a number: how many bytes hold it */
	/* An address: bits of its network, all of them without one. TYPE_PROTO: bytes from its
	 * header to the end of what it carries. */
	uint32_t extent;
};

/* "start:length", "first-last": of bytes, or of layers. */
struct slice_part {
	int32_t start, end;
	enum { SLICE_LENGTH, SLICE_LAST, SLICE_REST } how; /* what end is */
};

struct slice {
	unsigned nr;
	struct slice_part parts[SLICE_PARTS_MAX];
};

/* Numbers, both ends among them. */
struct interval {
	uint64_t first, last;
};

struct field_ref {
	const struct field_desc *desc;
	uint8_t proto;  /* enum proto_id */
	bool described; /* slot is valid */
	uint16_t slot;
	struct field_ref *next;
};

struct node {
	enum node_kind kind;
	enum value_type type; /* of a value; of NODE_COMPARE and NODE_RANGE: what is compared as */
	enum value_type as;   /* a member of a set: the same */
	uint32_t begin, end;  /* place in the expression */
	struct node *child, *next;
	/* NODE_LITERAL */
	enum literal_kind literal;
	bool forced_field, forced_literal; /* ".ip", ":fc" */
	char *text; /* its terminated text; of a NODE_CALL the function's name */
	size_t text_len;
	/* NODE_CONST */
	const struct value *values;
	size_t nr_values;
	/* NODE_FIELD; frame_field for those that no protocol has */
	struct field_ref *refs;
	const struct field_desc *frame_field;
	uint64_t protos[PROTO_ID_MAX / 64]; /* NODE_PROTO; whose fields a NODE_FIELD reads */
	bool whole_frame, payload, carried; /* NODE_PROTO: "frame", "data", "tcp.payload" */
	const struct slice *layers;         /* NULL: all */
	const struct slice *slice;
	enum compare_op op;
	enum quantifier quant;
	bool quick; /* NODE_COMPARE: fields of fixed places against one constant */
	char arith; /* '+', '-', '*', '/', '%', '&' */
	enum function func;
	bool named_call; /* a field whose name stands for a call, as ip.host does */
	pcre2_code *regex;
	/* NODE_IN: members that are numbers, ascending; children are the others. */
	const struct interval *intervals;
	size_t nr_intervals, nr_members;
};

/* A described field that somebody wants; those of one protocol stand together. */
struct wanted_field {
	const struct field_desc *desc;
	uint8_t proto;
};

struct display_filter {
	const struct registry *reg;
	struct arena arena;
	struct node *root;
	const struct wanted_field *wanted;
	uint16_t nr_wanted;
	uint16_t first_wanted[PROTO_ID_MAX + 1]; /* of a protocol: up to the next one's first */
	struct regex_list *regexes;
	size_t nr_regexes;
};

/* What is known while a filter is compiled. */
struct compiler {
	struct display_filter *f;
	const char *expr;
	struct filter_error *err;
};

static inline bool proto_in(const uint64_t *set, unsigned id)
{
	return set[id / 64] >> (id % 64) & 1;
}

static inline void proto_add(uint64_t *set, unsigned id)
{
	set[id / 64] |= 1ull << (id % 64);
}

static inline bool type_is_number(enum value_type t)
{
	return t >= TYPE_BOOL && t <= TYPE_SPAN;
}

/* parse.c: the tree as written, or NULL with err filled. */
struct node *display_parse(struct compiler *c);
struct node *node_new(struct compiler *c, enum node_kind kind, uint32_t begin, uint32_t end);

/* check.c: names become fields, literals constants. 0 or -errno with err filled. */
int display_check(struct compiler *c, struct node *test) must_check;
const char *type_name(enum value_type type); /* "an IPv4 address" */

/* names.c: the field or protocol of that name becomes n; false: there is none. */
bool names_resolve(struct compiler *c, struct node *n, const char *name);
/* -EINVAL: nobody knows that name; the nearest is told. */
int names_refuse(struct compiler *c, const struct node *n);
/* -EINVAL with what a capture filter written here would be, where it looks like one; else 0. */
int names_capture_hint(struct compiler *c);
/* Gives each described field that the tree reads its slot. 0 or -ENOMEM. */
int names_assign_slots(struct compiler *c) must_check;

/*
 * literal.c: n, a literal, becomes a constant to be compared with `other`. With as_bytes it is what
 * a field's bytes may contain. 0 or -errno with err filled.
 */
int literal_check(struct compiler *c, struct node *n, const struct node *other,
		  bool as_bytes) must_check;
struct value *literal_value(struct compiler *c, struct node *n, enum value_type type);
/* n, a calculation with two literals, becomes one. 0 or -errno with err filled. */
int literal_fold(struct compiler *c, struct node *n) must_check;

/* time.c: ISO and "Nov 21, 2026 10:00:00.5"; local time unless it says otherwise. */
bool time_parse_date(const char *text, uint64_t *ret_ns);
/* Seconds with a fraction: "-1.5" */
bool time_parse_span(const char *text, int64_t *ret_ns);

/* regex.c: compiles n's text; the filter owns the result. */
int regex_check(struct compiler *c, struct node *n, pcre2_code **ret) must_check;
void regex_free_all(struct display_filter *f);

/* slice.c: "[...]" at text: where it ends in *ret_end. NULL with err filled. */
const struct slice *slice_parse(struct compiler *c, uint32_t begin, uint32_t *ret_end);
/* "#N" or "#[...]" */
const struct slice *slice_parse_layers(struct compiler *c, uint32_t begin, uint32_t *ret_end);
/*
 * First byte and number of bytes of a part in `len`. False: it reaches beyond, and what is taken
 * ends with the parts before it.
 */
bool slice_part_find(const struct slice_part *part, uint32_t len, uint32_t *ret_start,
		     uint32_t *ret_len);
/* Is the layer `number` (from 1) of `nr` one of these? */
bool slice_has_layer(const struct slice *s, unsigned number, unsigned nr);

/* calculate.c: false where the result is no number of 64 bits. */
bool calculate_signed(char sign, int64_t a, int64_t b, uint64_t *ret);

/* set.c: takes out of a set what can be sorted, and counts the rest. 0 or -ENOMEM. */
int set_sort(struct compiler *c, struct node *n) must_check;
bool set_has(const struct node *n, uint64_t num);

/* function.c */
bool function_find(const char *name, size_t len, enum function *ret);
int function_check(struct compiler *c, struct node *n) must_check;
/* -EINVAL with the list of functions. */
int function_refuse(struct compiler *c, const struct node *n);

#endif
