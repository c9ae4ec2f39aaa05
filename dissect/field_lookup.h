/*
 * dissect/field_lookup.h -- what a name stands for: fields of protocols, pairs of them, and what a
 * protocol carries. Columns and display filters ask the same.
 */
#ifndef DISSECT_FIELD_LOOKUP_H
#define DISSECT_FIELD_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "dissect/dissect.h"
#include "dissect/field.h"
#include "dissect/registry.h"

/* One field that the name stands for; described: describe() finds it, else it has a fixed place. */
typedef void (*field_found_fn)(void *arg, const struct field_desc *desc, uint8_t proto,
			       bool described);

/* Calls found for every field of that name, in order of protocols; of a pair the first member's
 * before the second's. How many there were; 0: no field has it. */
unsigned field_lookup(const struct registry *reg, const char *name, field_found_fn found,
		      void *arg);

/* Bytes from a layer's header to the end of what it carries; captured ones. Padding behind a packet
 * belongs to the link alone. */
uint32_t layer_extent(const struct dissection *d, const struct layer *l);

/* "tcp.payload": the protocol whose payload the name stands for, or PROTO_ID_MAX. */
unsigned payload_lookup(const char *name);

#endif
