/*
 * dissect/filter/retarget.h -- internal to filter_retarget(): where each byte of the file's packet
 * is to be had while the kernel filters, and how loads are put there.
 */
#ifndef DISSECT_FILTER_RETARGET_H
#define DISSECT_FILTER_RETARGET_H

#include "dissect/filter/cond.h"

enum { ANCILLARY_FROM = 0x80000000u /* offsets from here are none of the packet's */ };

enum source {
	FROM_PACKET,    /* at `at` of the socket's packet */
	FROM_ANCILLARY, /* `at` is SKF_AD_*, a number of `len` bytes in network order */
	FROM_ZERO,
	FROM_NOWHERE, /* a classic filter cannot ask for it */
};

struct field {
	uint8_t off, len; /* bytes of the file's packet */
	uint8_t source;   /* enum source */
	uint8_t at;
};

/* The fields stand in order without gaps and end at `body`; from there on it is packet bytes. */
struct view {
	const struct field *fields;
	uint32_t body;      /* offset in the file's packet */
	uint32_t shift;     /* subtract it there: what the socket's packet is shorter */
	uint32_t live_min;  /* bytes that the socket's packet has in any case */
	uint32_t untouched; /* bytes at the start that are where they are in the file */
	bool tagged;        /* the field at SKF_AD_VLAN_TPID is one of two values */
};

/* What a number in a register may be, both ends included. */
struct range {
	uint32_t lo, hi;
};

/* What the scratch words hold at a place in the tree. In the arena, and never changed. */
struct retarget_words {
	struct range word[FILTER_SCRATCH];
};

/* Scratch words that the tree itself does not use. */
enum scratch { SCRATCH_A, SCRATCH_X, SCRATCH_OFFSET, SCRATCH_VALUE, SCRATCH_NR };

struct retarget {
	struct arena *arena;
	const struct view *view;
	uint8_t word[SCRATCH_NR];
	bool have_words;
	uint16_t used;   /* bits of the tree's scratch words */
	bool changed;    /* something is not as it was */
	const char *why; /* the first thing that cannot be asked, or NULL */
};

static inline bool is_load(uint16_t code)
{
	return BPF_CLASS(code) == BPF_LD || BPF_CLASS(code) == BPF_LDX;
}

static inline uint32_t load_size(uint16_t code)
{
	return BPF_SIZE(code) == BPF_W ? 4 : BPF_SIZE(code) == BPF_H ? 2 : 1;
}

static inline uint16_t size_code(uint32_t size)
{
	return size == 4 ? BPF_W : size == 2 ? BPF_H : BPF_B;
}

/* ---- retarget_range.c ---- */

/* A test starts with both registers unknown. */
struct registers {
	struct range a, x;
};

/* Follows one statement: the registers in place; what the words hold then is returned. */
const struct retarget_words *retarget_follow(struct arena *a, const struct retarget_words *w,
					     const struct cond_stmt *s, struct registers *r);
/* Where two ways meet; NULL: nobody comes that way. */
const struct retarget_words *retarget_join(struct arena *a, const struct retarget_words *x,
					   const struct retarget_words *y);
/* Nothing is known. */
extern const struct retarget_words retarget_unknown;

/* ---- retarget_load.c: each appends to *out ---- */

/* A is loaded with `size` bytes from `off` of the file's packet. X stays. */
void retarget_load(struct retarget *r, struct cond_code *out, uint32_t off, uint32_t size);
/* X = 4 * (byte & 15); A stays. */
void retarget_header_length(struct retarget *r, struct cond_code *out, uint32_t off);
/* The file's length in the register that `code` loads; the other one stays. */
void retarget_length(struct retarget *r, struct cond_code *out, uint16_t code);
/*
 * A load whose place only the packet tells, and which may lie in what is missing. Returns what
 * comes before it and the choice; *out continues with the value in A, X as it was.
 */
struct cond *retarget_dynamic(struct retarget *r, struct cond_code *out, const struct cond_stmt *s);

#endif
