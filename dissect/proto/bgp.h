/* dissect/proto/bgp.h -- what the files of BGP share: its table of described fields. */
#ifndef DISSECT_PROTO_BGP_H
#define DISSECT_PROTO_BGP_H

#include "core/cursor.h"
#include "core/strbuf.h"
#include "dissect/field.h"

/* Where the slices of bgp_described start; what has a number behind it is longer than one. */
enum {
	BGP_MESSAGE,
	BGP_HEADER,
	BGP_OPEN = BGP_HEADER + 3,
	BGP_PARAM = BGP_OPEN + 5,
	BGP_PARAM_TYPE,
	BGP_PARAM_LEN,
	BGP_PARAM_DATA,
	BGP_CAP,
	BGP_CAP_HEAD,
	BGP_CAP_UNKNOWN = BGP_CAP_HEAD + 2,
	BGP_CAP_MP,
	BGP_CAP_NEXT_HOP = BGP_CAP_MP + 2,
	BGP_CAP_RESTART = BGP_CAP_NEXT_HOP + 3,
	BGP_CAP_RESTART_FAMILY = BGP_CAP_RESTART + 4,
	BGP_CAP_AS4 = BGP_CAP_RESTART_FAMILY + 4,
	BGP_CAP_DYNAMIC,
	BGP_CAP_ADD_PATH,
	BGP_CAP_ORF = BGP_CAP_ADD_PATH + 3,
	BGP_CAP_ORF_ENTRY = BGP_CAP_ORF + 3,
	BGP_CAP_HOST_LEN = BGP_CAP_ORF_ENTRY + 2,
	BGP_CAP_HOST,
	BGP_CAP_DOMAIN_LEN,
	BGP_CAP_DOMAIN,
	BGP_CAP_BGPSEC,
	BGP_NOTIFY = BGP_CAP_BGPSEC + 5,
	BGP_NOTIFY_HEADER, /* what the second byte means depends on the first: 1 to 7 */
	BGP_NOTIFY_OTHER = BGP_NOTIFY_HEADER + 7,
	BGP_NOTIFY_DATA,
	BGP_NOTIFY_TEXT_LEN,
	BGP_NOTIFY_TEXT,
	BGP_REFRESH,
	BGP_WITHDRAWN_LEN = BGP_REFRESH + 3,
	BGP_WITHDRAWN,
	BGP_ATTRIBUTES_LEN,
	BGP_ATTRIBUTE,
	BGP_ATTRIBUTE_FLAGS,
	BGP_ATTRIBUTE_TYPE = BGP_ATTRIBUTE_FLAGS + 6,
	BGP_ATTRIBUTE_LEN,
	BGP_ATTRIBUTE_VALUE,
	BGP_ORIGIN,
	BGP_SEGMENT,
	BGP_SEGMENT_HEAD,
	BGP_AS2 = BGP_SEGMENT_HEAD + 2,
	BGP_AS4,
	BGP_NEXT_HOP,
	BGP_MED,
	BGP_LOCAL_PREF,
	BGP_AGGREGATOR_AS,
	BGP_AGGREGATOR,
	BGP_COMMUNITY_KNOWN,
	BGP_COMMUNITY,
	BGP_ORIGINATOR = BGP_COMMUNITY + 2,
	BGP_CLUSTER,
	BGP_REACH,
	BGP_UNREACH = BGP_REACH + 2,
	BGP_MP_NEXT_HOP = BGP_UNREACH + 2,
	BGP_MP_NEXT_HOP_RD,
	BGP_MP_NEXT_HOP_IPV4,
	BGP_MP_NEXT_HOP_IPV6,
	BGP_MP_NEXT_HOP_LOCAL,
	BGP_MP_SNPA,
	BGP_MP_NLRI,
	BGP_EXT,
	BGP_EXT_TYPE,
	BGP_EXT_SUB = BGP_EXT_TYPE + 3, /* by type 0 to 3, then any other */
	BGP_EXT_LOCAL_SUB = BGP_EXT_SUB + 5,
	BGP_EXT_LINK,
	BGP_EXT_AS2,
	BGP_EXT_AS4,
	BGP_EXT_IPV4,
	BGP_EXT_AN2,
	BGP_EXT_AN4,
	BGP_EXT_RAW,
	BGP_AIGP,
	BGP_AIGP_METRIC = BGP_AIGP + 2,
	BGP_LARGE,
	BGP_PREFIX_LEN = BGP_LARGE + 3,
	BGP_PATH_ID,
	BGP_LABELS,
	BGP_TARGET_AS,
	BGP_TARGET,
	BGP_SET_AS,
	BGP_RD,
	BGP_NLRI,
	BGP_NLRI_WITHDRAWN,
	BGP_NLRI_REACH_IPV4,
	BGP_NLRI_UNREACH_IPV4,
	BGP_NLRI_REACH_IPV6,
	BGP_NLRI_UNREACH_IPV6,
	BGP_CONTINUATION,
	BGP_NR_DESCRIBED,
};

extern const struct field_desc bgp_described[BGP_NR_DESCRIBED];

/* The name of a value of an enumeration, or NULL. */
static inline const char *bgp_name(unsigned which, uint64_t value)
{
	return name_find(bgp_described[which].names, value);
}

static inline void bgp_put(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_uint(o, &bgp_described[which], p, n);
}

static inline void bgp_put_bytes(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_bytes(o, &bgp_described[which], p, n);
}

static inline void bgp_put_table(struct field_out *o, unsigned first, unsigned nr, const uint8_t *p,
				 size_t n)
{
	field_put_table(o, &bgp_described[first], nr, 0, p, n);
}

/* The body of an UPDATE (RFC 4271 4.3), as much of it as is here. */
void bgp_describe_update(struct cursor *c, struct field_out *o);
/* The values of the attributes "communities" and "extended communities". */
void bgp_describe_communities(struct cursor *c, struct field_out *o);
void bgp_describe_ext_communities(struct cursor *c, struct field_out *o);
/* ", withdraws 10.0.0.0/8, announces 192.0.2.0/24 and 3 more by 192.0.2.1" */
void bgp_line_update(struct cursor *c, struct strbuf *out);

#endif
