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

/* Codes of time exceeded, and of the extended echo reply (RFC 8335 §3). */
extern const struct name_map icmp_exceeded_names[], icmp_ext_reply_names[];
/* Types of IGMPv3's and MLDv2's group records, RFC 3376 §4.2.12 and RFC 3810 §5.2.12. */
extern const struct name_map multicast_record_names[];

/* " destination unreachable (port)", with numbers where there is no name. */
void icmp_line_type(const struct name_map *types, const struct icmp_codes *codes, const uint8_t *p,
		    struct strbuf *out);
/* ", id 7, seq 3" from the four bytes behind the checksum of an echo message. */
void icmp_line_echo(const uint8_t *p, struct strbuf *out);

#endif
