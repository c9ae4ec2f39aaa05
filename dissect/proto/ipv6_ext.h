/* dissect/proto/ipv6_ext.h -- what all IPv6 extension headers have in common. */
#ifndef DISSECT_PROTO_IPV6_EXT_H
#define DISSECT_PROTO_IPV6_EXT_H

#include "dissect/dissect.h"

/* Next header, then a length: (length + 1) * 8 bytes. */
struct next ipv6_ext_dissect(struct dissection *d, struct layer *l, struct cursor *c);
/* name, and what follows when nobody knows it. The layer's first byte is the next header's number.
 */
void ipv6_ext_line(const struct dissection *d, const struct layer *l, const char *name,
		   struct strbuf *out);

#endif
