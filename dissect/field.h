/*
 * dissect/field.h -- typed fields: where a value lies in a layer's header and what it is called.
 *
 * A protocol's fields are one constant table of bit ranges. Nothing reads it while packets only
 * pass; text, tree, JSON, columns and display filters all read it, so they cannot disagree. Names
 * are Wireshark's.
 */
#ifndef DISSECT_FIELD_H
#define DISSECT_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/strbuf.h"
#include "dissect/names.h"

struct dissection;
struct dissector;
struct layer;

enum field_kind {
	FIELD_UINT,  /* decimal; up to 64 bits, within 8 bytes */
	FIELD_HEX,   /* the same, shown as 0x... */
	FIELD_FLAG,  /* one bit */
	FIELD_ENUM,  /* a number whose values have names */
	FIELD_PORT,  /* 16 bits */
	FIELD_INT,   /* signed; num holds it sign-extended */
	FIELD_TIME,  /* described only: nanoseconds since 1970, UTC */
	FIELD_MAC,   /* 48 bits, byte-aligned, as are all that follow */
	FIELD_IPV4,  /* 32 bits */
	FIELD_IPV6,  /* 128 bits */
	FIELD_BYTES, /* any number of whole bytes */
	FIELD_TEXT,  /* the same, meant to be read */
	FIELD_GROUP, /* a heading: the fields that lie within its bytes belong to it */
};

enum {
	FIELD_OPT = 1 << 0,     /* lies beyond min_hdr_len: not every header has it */
	FIELD_OVERLAP = 1 << 1, /* shares bits with another field on purpose */
	FIELD_LE = 1 << 2,      /* little endian; whole bytes only */
	FIELD_LIST = 1 << 3,    /* described; may occur several times in one layer */
	/*
	 * Has no fixed place: describe() emits it. bit and bits are 0, or its place within the
	 * part that field_put_table() was given.
	 */
	FIELD_DESCRIBED = 1 << 4,
	FIELD_BASE_HEX = 1 << 5, /* an enumeration whose bare number is written as 0x... */
};

struct field_desc {
	const char *name;  /* "udp.srcport": JSON key, column, filter */
	const char *label; /* "Source port": for people */
	uint16_t bit;      /* from the start of the layer's header, most significant bit first */
	uint16_t bits;
	uint8_t kind;     /* enum field_kind */
	uint8_t flags;    /* FIELD_OPT and so on */
	uint8_t scale;    /* the value is the number in the header times this; 0 means 1 */
	uint8_t variants; /* 0: in every header; else only where (layer.variant & variants) */
	const struct name_map *names; /* for FIELD_ENUM */
	const char *unit;             /* "s", "bytes": behind the number, for people */
	uint8_t digits;               /* of a hexadecimal number; 0: what its bits need */
};

struct field_value {
	const struct field_desc *desc;
	uint64_t num;         /* FIELD_UINT to FIELD_TIME */
	const uint8_t *bytes; /* FIELD_MAC to FIELD_GROUP; of the frame, or text of describe()'s */
	size_t len;           /* of bytes */
	const uint8_t *at; /* the bytes of the frame that say so; NULL: computed from all of it */
	size_t at_len;
};

/*
 * Whoever wants a layer's fields embeds one of these and gets them in order through put(). bytes of
 * a value that lie outside the frame are valid during the call only.
 */
struct field_out {
	void (*put)(struct field_out *o, const struct field_value *v);
};

/*
 * ---- for describe() ----
 *
 * p and n are the bytes of the frame that hold the value, which a reader sees marked. NULL and 0
 * where a value comes from no certain place.
 */

/* The number of n bytes (at most 8) at p; big endian unless FIELD_LE. */
void field_put_uint(struct field_out *o, const struct field_desc *fd, const uint8_t *p, size_t n);
/* A number that is not simply in the bytes: scaled, a few bits, computed. */
void field_put_num(struct field_out *o, const struct field_desc *fd, uint64_t num, const uint8_t *p,
		   size_t n);
/* FIELD_MAC to FIELD_TEXT as it stands in the frame. A wrong length for the kind is not put. */
void field_put_bytes(struct field_out *o, const struct field_desc *fd, const uint8_t *p, size_t n);
/* Text that was made from bytes: a decompressed name, a decoded time. Copied by whoever keeps it.
 */
void field_put_text(struct field_out *o, const struct field_desc *fd, const char *text, size_t len,
		    const uint8_t *p, size_t n);
/*
 * A heading over the bytes p, n; FIELD_GROUP. What is put next and lies inside them is shown under
 * it. text, which may be NULL, says what the part amounts to: "example.com: type A, 192.0.2.1".
 */
void field_put_group(struct field_out *o, const struct field_desc *fd, const char *text,
		     const uint8_t *p, size_t n);
/*
 * A part of fixed shape: bit counts from p. All fields of the table whose bytes lie within n are
 * put, in order; with variants, those whose variants are 0 or share a bit with it.
 */
void field_put_table(struct field_out *o, const struct field_desc *table, size_t nr_fields,
		     uint8_t variant, const uint8_t *p, size_t n);

/*
 * Reads one field of a layer. False, with ret untouched: this header has no such field (variant),
 * or it does not lie wholly inside the layer's captured bytes. ret borrows from the frame.
 */
bool field_read(const struct dissection *d, const struct layer *l, const struct field_desc *fd,
		struct field_value *ret);

/* All fields of a layer: those of the table, then those that describe() finds. */
void field_walk(const struct dissector *p, const struct dissection *d, const struct layer *l,
		struct field_out *o);

/* The value for people: an enum has its name in front of the number. */
void field_text(const struct field_value *v, struct strbuf *out);
/* The value as `tshark -T fields` writes it: bare numbers, flags as 1 and 0. */
void field_plain(const struct field_value *v, struct strbuf *out);
/* The value as JSON: numbers and booleans bare, everything else a string. */
void field_json(const struct field_value *v, struct strbuf *out);

#endif
