/* dissect/proto/icmp_common.h -- what ICMP for IPv4 and for IPv6 share. */
#ifndef DISSECT_PROTO_ICMP_COMMON_H
#define DISSECT_PROTO_ICMP_COMMON_H

#include <stddef.h>
#include <stdint.h>

#include "core/strbuf.h"
#include "dissect/names.h"

/* A message type and its codes' names; a list of these ends with names of NULL. */
struct icmp_codes {
	uint8_t type;
	const struct name_map *names;
};

/* " destination unreachable (port)", with numbers where there is no name. */
void icmp_line_type(const struct name_map *types, const struct icmp_codes *codes, const uint8_t *p,
		    struct strbuf *out);
/* ", id 7, seq 3" from the four bytes behind the checksum of an echo message. */
void icmp_line_echo(const uint8_t *p, struct strbuf *out);

#endif
