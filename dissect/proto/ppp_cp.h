/*
 * dissect/proto/ppp_cp.h -- between the messages of PPP's control protocols (ppp_cp.c) and their
 * options (ppp_opt.c).
 */
#ifndef DISSECT_PROTO_PPP_CP_H
#define DISSECT_PROTO_PPP_CP_H

#include <stdbool.h>

#include "core/cursor.h"
#include "core/strbuf.h"
#include "dissect/field.h"

/* The layer's variant: the protocol that the PPP header named. */
enum {
	IS_LCP = 1 << 0,
	IS_IPCP = 1 << 1,
	IS_IPV6CP = 1 << 2,
	IS_CCP = 1 << 3,
	IS_OTHER = 1 << 4, /* a network control protocol whose options nobody knows here */
	IS_PAP = 1 << 5,
	IS_CHAP = 1 << 6,
	IS_CONTROL = IS_LCP | IS_IPCP | IS_IPV6CP | IS_CCP | IS_OTHER,
};

/* Indices of ppp_cp_described. */
enum {
	F_GROUP,
	F_LCP_TYPE,
	F_LCP_LEN,
	F_IPCP_TYPE,
	F_IPCP_LEN,
	F_IPV6CP_TYPE,
	F_IPV6CP_LEN,
	F_CCP_TYPE,
	F_CCP_LEN,
	F_OTHER_TYPE,
	F_OTHER_LEN,
	F_LCP_DATA,
	F_IPCP_DATA,
	F_CCP_DATA,
	F_DATA,
	F_MRU,
	F_ASYNC_MAP,
	F_AUTH,
	F_ALGORITHM,
	F_QUALITY,
	F_PERIOD,
	F_OPT_MAGIC,
	F_FCS,
	F_MAXIMUM,
	F_WINDOW,
	F_OPERATION,
	F_OPERATION_MESSAGE,
	F_MRRU,
	F_EP_CLASS,
	F_EP_IP,
	F_EP_MAC,
	F_EP_DATA,
	F_LINK,
	F_IP_SRC,
	F_IP_DST,
	F_IP,
	F_MOBILE,
	F_DNS1,
	F_DNS2,
	F_NBNS1,
	F_NBNS2,
	F_COMPRESSION,
	F_SLOTS,
	F_SLOT_ID,
	F_INTERFACE_ID,
	F_MPPE,
	F_MPPE_LAST = F_MPPE + 6,
	F_MAGIC,
	F_ECHO_DATA,
	F_MESSAGE,
	F_SECONDS,
	F_REJECTED,
	F_PEER_LEN,
	F_PEER,
	F_PASSWORD_LEN,
	F_PASSWORD,
	F_PAP_MESSAGE_LEN,
	F_PAP_MESSAGE,
	F_VALUE_LEN,
	F_VALUE,
	F_NAME,
	F_CHAP_MESSAGE,
	NR_PPP_CP_DESCRIBED,
};

extern const struct field_desc ppp_cp_described[NR_PPP_CP_DESCRIBED];

struct option_view {
	const uint8_t *start, *value;
	uint8_t type;
	size_t len; /* of value */
};

/* False at the end, or where the list does not parse: bytes are left, or the cursor failed. */
bool ppp_option_next(struct cursor *c, struct option_view *ret);
/* Puts an option of the protocol that `variant` tells, under a heading. */
void ppp_option_describe(uint8_t variant, const struct option_view *opt, struct field_out *o);
/* " mru 1492" */
void ppp_option_line(uint8_t variant, const struct option_view *opt, struct strbuf *out);
/* n bytes at p as the field's kind has them; no bytes: nothing. */
void ppp_put(struct field_out *o, unsigned field, const uint8_t *p, size_t n);

#endif
