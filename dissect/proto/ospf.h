/* dissect/proto/ospf.h -- what the files of OSPF share: its table of described fields. */
#ifndef DISSECT_PROTO_OSPF_H
#define DISSECT_PROTO_OSPF_H

#include "core/cursor.h"
#include "dissect/field.h"

/* Where the slices of ospf_described start; a number behind a name is the length of the slice. */
enum {
	OSPF_CHECKSUM, /* three of them */
	OSPF_PASSWORD = OSPF_CHECKSUM + 3,
	OSPF_AUTH_DATA,
	OSPF_OPTIONS2,
	OSPF_OPTION_P = OSPF_OPTIONS2 + 9, /* what N is in the header of an NSSA LSA */
	OSPF_OPTIONS3,
	OSPF_HELLO2 = OSPF_OPTIONS3 + 10,
	OSPF_HELLO3 = OSPF_HELLO2 + 6,
	OSPF_NEIGHBOR,
	OSPF_MTU,
	OSPF_DD,
	OSPF_NR_LSAS = OSPF_DD + 6,
	OSPF_LSA,
	OSPF_AGE2,
	OSPF_AGE3 = OSPF_AGE2 + 2,
	OSPF_TYPE2,
	OSPF_TYPE3,
	OSPF_ID2 = OSPF_TYPE3 + 4,
	OSPF_ID3,
	OSPF_OPAQUE_TYPE,
	OSPF_TE_ID,
	OSPF_OPAQUE_ID = OSPF_TE_ID + 2,
	OSPF_ADV_ROUTER,
	OSPF_LSA_TAIL,
	OSPF_ROUTER2 = OSPF_LSA_TAIL + 3,
	OSPF_LINK2 = OSPF_ROUTER2 + 8,
	OSPF_TOS = OSPF_LINK2 + 5,
	OSPF_METRIC,
	OSPF_NETMASK,
	OSPF_ATTACHED2,
	OSPF_SUMMARY_MASK,
	OSPF_EXTERNAL_MASK,
	OSPF_EXTERNAL_TYPE,
	OSPF_EXTERNAL,
	OSPF_ROUTER3 = OSPF_EXTERNAL + 2,
	OSPF_LINK3 = OSPF_ROUTER3 + 5,
	OSPF_ATTACHED3 = OSPF_LINK3 + 4,
	OSPF_PREFIX,
	OSPF_PREFIX_ADDR = OSPF_PREFIX + 6,
	OSPF_DESTINATION,
	OSPF_EXTERNAL3,
	OSPF_REFERENCED_TYPE = OSPF_EXTERNAL3 + 4,
	OSPF_FORWARD3,
	OSPF_TAG3,
	OSPF_REFERENCED_ID,
	OSPF_REFERENCED_ROUTER,
	OSPF_LINK_PRIORITY,
	OSPF_LINK_LOCAL,
	OSPF_NR_PREFIXES,
	OSPF_TLV,
	OSPF_TLV_HEAD,
	OSPF_TLV_VALUE = OSPF_TLV_HEAD + 2,
	OSPF_TE_ROUTER,
	OSPF_TE_LINK_TYPE,
	OSPF_TE_LINK_ID,
	OSPF_TE_LOCAL,
	OSPF_TE_REMOTE,
	OSPF_TE_METRIC,
	OSPF_TE_BANDWIDTH,
	OSPF_TE_UNRESERVED,
	OSPF_TE_COLOR,
	OSPF_GRACE_PERIOD,
	OSPF_GRACE_REASON,
	OSPF_GRACE_ADDR,
	OSPF_TE_SWITCHING, /* of a link's switching capability */
	OSPF_TE_LSP = OSPF_TE_SWITCHING + 2,
	OSPF_TE_LINK_MTU,
	OSPF_RI_TYPE, /* router information */
	OSPF_RI_OPTIONS,
	OSPF_HOSTNAME = OSPF_RI_OPTIONS + 8,
	OSPF_ALGORITHM,
	OSPF_RANGE,
	OSPF_RANGE_TYPE,
	OSPF_SID,
	OSPF_PREFERENCE,
	OSPF_MSD,
	OSPF_EXT_TYPE = OSPF_MSD + 2, /* extended prefixes */
	OSPF_EXT_ROUTE,
	OSPF_EXT_FAMILY,
	OSPF_EXT_FLAGS,
	OSPF_EXT_RANGE_FLAGS = OSPF_EXT_FLAGS + 3,
	OSPF_EXT_ADDR = OSPF_EXT_RANGE_FLAGS + 2,
	OSPF_EXT_SUB_TYPE,
	OSPF_PREFIX_SID,
	OSPF_TOPOLOGY = OSPF_PREFIX_SID + 6,
	OSPF_LLS,
	OSPF_LLS_OPTIONS = OSPF_LLS + 2,
	OSPF_LLS_AUTH = OSPF_LLS_OPTIONS + 3,
	OSPF_LLS_AUTH_DATA,
	OSPF_NR_DESCRIBED,
};

enum { OSPF_LSA_HEADER = 20 };

extern const struct field_desc ospf_described[OSPF_NR_DESCRIBED];

static inline void ospf_put(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_uint(o, &ospf_described[which], p, n);
}

static inline void ospf_put_bytes(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_bytes(o, &ospf_described[which], p, n);
}

static inline void ospf_put_table(struct field_out *o, unsigned first, unsigned nr,
				  const uint8_t *p, size_t n)
{
	field_put_table(o, &ospf_described[first], nr, 0, p, n);
}

/* One LSA at the cursor, its header or all of it. False: it does not hold together. */
bool ospf_describe_lsa(struct cursor *c, unsigned version, bool whole, struct field_out *o);

/* A TLV of two-byte type and length, padded to words: RFC 3630 2.3.2. False: none is left. */
bool ospf_tlv_next(struct cursor *c, uint16_t *ret_type, struct cursor *ret_value,
		   const uint8_t **ret_start);

/* A TLV's heading and its length; the field `type` tells its type. */
void ospf_put_tlv(struct field_out *o, unsigned type, const uint8_t *start,
		  const struct cursor *value);

/* Router information and extended prefixes: the bodies of opaque LSAs of types 4 and 7. */
void ospf_describe_router_info(struct cursor *c, struct field_out *o);
void ospf_describe_prefixes(struct cursor *c, struct field_out *o);

#endif
