/* dissect/proto/icmpv6.h -- what the files of ICMPv6 share: its table of described fields. */
#ifndef DISSECT_PROTO_ICMPV6_H
#define DISSECT_PROTO_ICMPV6_H

#include "core/cursor.h"
#include "dissect/field.h"

/* Where the slices of icmpv6_described start; what stands on one line with a number is a slice. */
enum {
	ICMPV6_CHECKSUM, /* three of them */
	ICMPV6_LENGTH = ICMPV6_CHECKSUM + 3,
	ICMPV6_POINTER,
	ICMPV6_REDIRECT,
	ICMPV6_MLD2_QUERY = ICMPV6_REDIRECT + 2,
	ICMPV6_MLD_SOURCE = ICMPV6_MLD2_QUERY + 6,
	ICMPV6_NR_RECORDS,
	ICMPV6_RECORD,
	ICMPV6_RECORD_HEAD,
	ICMPV6_RECORD_SOURCE = ICMPV6_RECORD_HEAD + 4,
	ICMPV6_RECORD_AUX,
	ICMPV6_NODE, /* node information */
	ICMPV6_NODE_IPV6 = ICMPV6_NODE + 9,
	ICMPV6_NODE_IPV4,
	ICMPV6_NODE_NAME,
	ICMPV6_REPLY_TTL,
	ICMPV6_REPLY_NAME,
	ICMPV6_REPLY_IPV6,
	ICMPV6_REPLY_IPV4,
	ICMPV6_RENUMBER,
	ICMPV6_HOME_ID = ICMPV6_RENUMBER + 8,
	ICMPV6_HOME_FLAGS,
	ICMPV6_HOME_AGENT = ICMPV6_HOME_FLAGS + 3,
	ICMPV6_MCAST_RA,
	ICMPV6_ECHO = ICMPV6_MCAST_RA + 2,
	ICMPV6_ECHO_REQUEST = ICMPV6_ECHO + 1,
	ICMPV6_ECHO_REPLY = ICMPV6_ECHO_REQUEST + 2,
	ICMPV6_DUPLICATE = ICMPV6_ECHO_REPLY + 5, /* 6LoWPAN duplicate address messages */
	ICMPV6_OPT = ICMPV6_DUPLICATE + 4,
	ICMPV6_OPT_TYPE,
	ICMPV6_OPT_LEN,
	ICMPV6_OPT_LINKADDR,
	ICMPV6_OPT_SOURCE,
	ICMPV6_OPT_TARGET,
	ICMPV6_OPT_LINKADDR8,
	ICMPV6_OPT_SOURCE8,
	ICMPV6_OPT_TARGET8,
	ICMPV6_OPT_PREFIX,
	ICMPV6_OPT_PREFIX_LEN =
		ICMPV6_OPT_PREFIX + 8, /* of options other than prefix information */
	ICMPV6_OPT_MTU,
	ICMPV6_OPT_REDIRECTED,
	ICMPV6_OPT_INTERVAL,
	ICMPV6_OPT_HOME,
	ICMPV6_OPT_NONCE = ICMPV6_OPT_HOME + 2,
	ICMPV6_OPT_TIMESTAMP,
	ICMPV6_OPT_ROUTE,
	ICMPV6_OPT_RDNSS_LIFE = ICMPV6_OPT_ROUTE + 4,
	ICMPV6_OPT_RDNSS,
	ICMPV6_OPT_DNSSL_LIFE,
	ICMPV6_OPT_DNSSL,
	ICMPV6_OPT_FLAGS,
	ICMPV6_OPT_REGISTER = ICMPV6_OPT_FLAGS + 6, /* 6LoWPAN: ARO, 6CO, ABRO */
	ICMPV6_OPT_CONTEXT = ICMPV6_OPT_REGISTER + 3,
	ICMPV6_OPT_CONTEXT_PREFIX = ICMPV6_OPT_CONTEXT + 5,
	ICMPV6_OPT_BORDER,
	ICMPV6_OPT_PORTAL = ICMPV6_OPT_BORDER + 4,
	ICMPV6_OPT_PREF64,
	ICMPV6_OPT_PREF64_PREFIX = ICMPV6_OPT_PREF64 + 2,
	ICMPV6_OPT_DATA,
	ICMPV6_NR_DESCRIBED,
};

extern const struct field_desc icmpv6_described[ICMPV6_NR_DESCRIBED];

static inline void icmpv6_put(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_uint(o, &icmpv6_described[which], p, n);
}

static inline void icmpv6_put_bytes(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_bytes(o, &icmpv6_described[which], p, n);
}

/* A name in DNS encoding without compression, dots between its labels; false: there is none. */
bool icmpv6_name(struct cursor *c, char *text, size_t size);

/* The options of neighbour discovery, RFC 4861 4.6: all of what is left in c. */
void icmpv6_describe_options(struct cursor *c, struct field_out *o);

/* The name of an option's type, or NULL. */
const char *icmpv6_option_name(uint8_t type);

#endif
