/* dissect/proto/isakmp.h -- what the files of IKE share: its table of described fields. */
#ifndef DISSECT_PROTO_ISAKMP_H
#define DISSECT_PROTO_ISAKMP_H

#include "core/cursor.h"
#include "dissect/field.h"

/* Where the slices of isakmp_described start; what has a number behind it is longer than one. */
/* Which of the header's fields a message has: bits of the layer's variant. */
enum { IKE_VERSION_1 = 1 << 0, IKE_VERSION_2 = 1 << 1 };

enum {
	IKE_HEADER, /* without the next payload */
	IKE_HEADER_LEN = 15,
	IKE_PAYLOAD = IKE_HEADER + IKE_HEADER_LEN,
	IKE_TYPE,
	IKE_NEXT,
	IKE_CRITICAL,
	IKE_RESERVED7,
	IKE_LENGTH,
	IKE_DATA,
	IKE_SA,
	IKE_SITUATION = IKE_SA + 2,
	IKE_PROPOSAL = IKE_SITUATION + 3,
	IKE_SPI = IKE_PROPOSAL + 4,
	IKE_TRANSFORM1,
	IKE_TRANSFORM2 = IKE_TRANSFORM1 + 2,
	IKE_TRANSFORM_ID,                /* by type 1 to 5, then any other */
	IKE_ATTR = IKE_TRANSFORM_ID + 6, /* of version 1's first phase: head, length, value */
	IKE_ATTR_LEN = IKE_ATTR + 2,
	IKE_ATTR_VALUE,
	IKE_IPSEC_ATTR, /* of its second */
	IKE_IPSEC_ATTR_LEN = IKE_IPSEC_ATTR + 2,
	IKE_IPSEC_ATTR_VALUE,
	IKE_ATTR2, /* of version 2 */
	IKE_ATTR2_LEN = IKE_ATTR2 + 2,
	IKE_ATTR2_VALUE,
	IKE_CFG_ATTR,
	IKE_CFG_ATTR_LEN = IKE_CFG_ATTR + 2,
	IKE_CFG_ATTR_VALUE,
	IKE_ATTR_TYPED, /* see isakmp_sa.c */
	IKE_IPSEC_TYPED = IKE_ATTR_TYPED + 7,
	IKE_KEY_LENGTH2 = IKE_IPSEC_TYPED + 6,
	IKE_DH_GROUP,
	IKE_KEY_DATA,
	IKE_ID_TYPE,
	IKE_ID_PROTO,
	IKE_ID_PORT,
	IKE_ID_IPV4,
	IKE_ID_FQDN,
	IKE_ID_USER,
	IKE_ID_IPV6,
	IKE_ID_KEY,
	IKE_ID_OTHER,
	IKE_CERT,
	IKE_CERT_DATA,
	IKE_CERTREQ,
	IKE_AUTH_METHOD,
	IKE_AUTH_DATA,
	IKE_HASH,
	IKE_SIG,
	IKE_NONCE,
	IKE_NOTIFY_DOI,
	IKE_NOTIFY,
	IKE_NOTIFY_TYPE,
	IKE_NOTIFY_DATA,
	IKE_DELETE_DOI,
	IKE_DELETE,
	IKE_SPI_COUNT,
	IKE_DELETE_SPI,
	IKE_VENDOR,
	IKE_VENDOR_NAME,
	IKE_TS_NUMBER,
	IKE_TS,
	IKE_TS_IPV4 = IKE_TS + 5,
	IKE_TS_IPV6 = IKE_TS_IPV4 + 2,
	IKE_CFG_TYPE = IKE_TS_IPV6 + 2,
	IKE_CFG_ID,
	IKE_EAP,
	IKE_NAT_HASH,
	IKE_NAT_IPV4,
	IKE_NAT_IPV6,
	IKE_ENCRYPTED,
	IKE_FRAGMENT,
	IKE_FRAGMENT1 = IKE_FRAGMENT + 2,
	IKE_EXTRA = IKE_FRAGMENT1 + 3,
	IKE_NR_DESCRIBED,
};

extern const struct field_desc isakmp_described[IKE_NR_DESCRIBED];

static inline void ike_put(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_uint(o, &isakmp_described[which], p, n);
}

static inline void ike_put_bytes(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	if (n)
		field_put_bytes(o, &isakmp_described[which], p, n);
}

static inline void ike_put_table(struct field_out *o, unsigned first, unsigned nr, const uint8_t *p,
				 size_t n)
{
	field_put_table(o, &isakmp_described[first], nr, 0, p, n);
}

struct ike_payload {
	const uint8_t *start; /* of its head of four bytes */
	uint8_t type, next;
	struct cursor body;
};

/*
 * The payload that type `type` announced; false, with nothing taken, when there is none. Puts its
 * head when o is not NULL.
 */
bool ike_payload_next(struct cursor *c, unsigned version, uint8_t type, struct ike_payload *ret,
		      struct field_out *o);

/* Security associations: what is behind the head of the payload. */
void ike_describe_sa1(struct cursor *c, struct field_out *o);
void ike_describe_sa2(struct cursor *c, struct field_out *o);
/* Attributes of a configuration payload. */
void ike_describe_cfg(struct cursor *c, struct field_out *o);

#endif
