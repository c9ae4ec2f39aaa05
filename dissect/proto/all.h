/* dissect/proto/all.h -- every dissector, declared out of the one list. */
#ifndef DISSECT_PROTO_ALL_H
#define DISSECT_PROTO_ALL_H

#include "dissect/proto.h"

#define PROTO_DECLARATION(number, constant, symbol) \
	extern const struct dissector symbol##_dissector;
FOR_EACH_PROTOCOL(PROTO_DECLARATION)
#undef PROTO_DECLARATION

#endif
