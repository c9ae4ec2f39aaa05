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
	FIELD_MAC,   /* 48 bits, byte-aligned, as are all that follow */
	FIELD_IPV4,  /* 32 bits */
	FIELD_IPV6,  /* 128 bits */
	FIELD_BYTES, /* any number of whole bytes */
	FIELD_TEXT,  /* the same, meant to be read */
};

enum {
	FIELD_OPT = 1 << 0,       /* lies beyond min_hdr_len: not every header has it */
	FIELD_OVERLAP = 1 << 1,   /* shares bits with another field on purpose */
	FIELD_LE = 1 << 2,        /* little endian; whole bytes only */
	FIELD_LIST = 1 << 3,      /* described; may occur several times in one layer */
	FIELD_DESCRIBED = 1 << 4, /* has no fixed place: describe() emits it, bit and bits are 0 */
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
};

struct field_value {
	const struct field_desc *desc;
	uint64_t num;         /* FIELD_UINT to FIELD_PORT */
	const uint8_t *bytes; /* FIELD_MAC to FIELD_TEXT; borrowed from the frame */
	size_t len;           /* of bytes */
};

/* Whoever wants a layer's fields embeds one of these and gets them in order through put(). */
struct field_out {
	void (*put)(struct field_out *o, const struct field_value *v);
};

void field_put_uint(struct field_out *o, const struct field_desc *fd, uint64_t num);
void field_put_bytes(struct field_out *o, const struct field_desc *fd, const uint8_t *bytes,
		     size_t len);

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
/* The value as JSON: numbers and booleans bare, everything else a string. */
void field_json(const struct field_value *v, struct strbuf *out);

#endif
