/*
 * dissect/frame_fields.h -- frame.*: what is known of a packet before a byte of it is read.
 *
 * They stand in a table like those of a protocol, but come from the frame view and from what the
 * reader of a file knows.
 */
#ifndef DISSECT_FRAME_FIELDS_H
#define DISSECT_FRAME_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "core/strbuf.h"
#include "dissect/dissect.h"
#include "dissect/field.h"

/* What the packet's bytes do not say. */
struct frame_context {
	uint64_t number;            /* in the order of printing, from 1; 0: unknown */
	uint64_t prev_ns, first_ns; /* of the packet before and of the first one */
	const char *interface_name; /* NULL: unknown */
};

extern const struct field_desc frame_fields[];
extern const size_t nr_frame_fields;

/* The field's value as `tshark -T fields` writes it; nothing where this packet has none. */
void frame_field_text(const struct field_desc *fd, const struct dissection *d,
		      const struct frame_context *ctx, struct strbuf *out);

/*
 * The same, typed: num of a number or of a time in nanoseconds (signed where it is a difference),
 * bytes of the frame, or text that is written to out. False: this packet has none; ctx may be NULL.
 */
bool frame_field_value(const struct field_desc *fd, const struct dissection *d,
		       const struct frame_context *ctx, struct strbuf *out,
		       struct field_value *ret);
/* A point in time, as all FIELD_TIME of protocols are; the others are spans. */
bool frame_field_is_date(const struct field_desc *fd);

/* Seconds with nine digits: "1.000000001"; b may be later than a. */
void frame_seconds(uint64_t a_ns, uint64_t b_ns, struct strbuf *out);

#endif
