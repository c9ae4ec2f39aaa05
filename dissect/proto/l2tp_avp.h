/* dissect/proto/l2tp_avp.h -- attribute value pairs of L2TP's control messages, for l2tp.c alone.
 */
#ifndef DISSECT_PROTO_L2TP_AVP_H
#define DISSECT_PROTO_L2TP_AVP_H

#include "dissect/dissect.h"

/* What l2tp.c puts itself; the AVPs' descriptors follow. */
enum {
	L2TP_NS, /* and Nr: bits from the first of the four bytes */
	L2TP_OFFSET = L2TP_NS + 2,
	L2TP_OWN_NR,
	L2TP_NR_DESCRIBED = 41, /* l2tp_avp.c checks it */
};

extern const struct field_desc l2tp_described[];

void l2tp_avps_describe(struct cursor *c, struct field_out *o);
/* The name of the message that the first AVP tells; NULL: none, or nobody knows it. */
const char *l2tp_message_name(const struct cursor *c);

#endif
