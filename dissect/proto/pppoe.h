/* dissect/proto/pppoe.h -- the header that discovery and sessions of PPPoE share, RFC 2516 4. */
#ifndef DISSECT_PROTO_PPPOE_H
#define DISSECT_PROTO_PPPOE_H

#include "dissect/field.h"

enum { PPPOE_HDR_LEN = 6, NR_PPPOE_FIELDS = 5 };

extern const struct field_desc pppoe_fields[NR_PPPOE_FIELDS];

#endif
