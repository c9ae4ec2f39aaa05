/* dissect/proto/ptp.h -- between PTP's walk (ptp.c) and its tables (ptp_fields.c). */
#ifndef DISSECT_PROTO_PTP_H
#define DISSECT_PROTO_PTP_H

#include "dissect/field.h"

enum ptp_message {
	PTP_SYNC = 0x0,
	PTP_DELAY_REQ = 0x1,
	PTP_PDELAY_REQ = 0x2,
	PTP_PDELAY_RESP = 0x3,
	PTP_FOLLOW_UP = 0x8,
	PTP_DELAY_RESP = 0x9,
	PTP_PDELAY_FOLLOW_UP = 0xa,
	PTP_ANNOUNCE = 0xb,
	PTP_SIGNALING = 0xc,
	PTP_MANAGEMENT = 0xd,
};

/* The control field of version 1. */
enum ptp1_message { PTP1_SYNC, PTP1_DELAY_REQ, PTP1_FOLLOW_UP, PTP1_DELAY_RESP, PTP1_MANAGEMENT };

/* Indices of ptp_described. _LAST ends a part of fixed shape. */
enum ptp_field {
	P_CORRECTION,
	P_CORRECTION_SUB,
	P_SYNC,
	P_SYNC_LAST,
	P_PDELAY_REQ,
	P_PDELAY_REQ_LAST,
	P_PDELAY_RESP,
	P_PDELAY_RESP_LAST = P_PDELAY_RESP + 3,
	P_FOLLOW_UP,
	P_FOLLOW_UP_LAST,
	P_DELAY_RESP,
	P_DELAY_RESP_LAST = P_DELAY_RESP + 3,
	P_PDELAY_FU,
	P_PDELAY_FU_LAST = P_PDELAY_FU + 3,
	P_ANNOUNCE,
	P_ANNOUNCE_LAST = P_ANNOUNCE + 10,
	P_SIGNALING,
	P_SIGNALING_LAST,
	P_MANAGEMENT,
	P_MANAGEMENT_LAST = P_MANAGEMENT + 4,
	P_TLV_GROUP,
	P_AN_TLV,
	P_AN_TLV_LAST,
	P_AN_DATA,
	P_PATH,
	P_OFFSET,
	P_OFFSET_LAST = P_OFFSET + 3,
	P_OFFSET_NAME,
	P_SIG_TLV,
	P_SIG_TLV_LAST,
	P_SIG_DATA,
	P_UNICAST,
	P_UNICAST_LAST = P_UNICAST + 3,
	P_MM_TLV,
	P_MM_TLV_LAST,
	P_MM_ERROR,
	P_MM_ID,
	P_MM_DATA,
	P_AS,
	P_AS_LAST = P_AS + 7,
	P_TLV,
	P_TLV_LAST,
	P_TLV_DATA,
	P1_SYNC,
	P1_SYNC_LAST = P1_SYNC + 23,
	P1_FOLLOW_UP,
	P1_FOLLOW_UP_LAST = P1_FOLLOW_UP + 2,
	P1_DELAY_RESP,
	P1_DELAY_RESP_LAST = P1_DELAY_RESP + 5,
	P_DATA,
	NR_PTP_DESCRIBED,
};

/* What a message has in fixed places behind the header. The list ends with len 0. */
struct ptp_shape {
	uint8_t type; /* enum ptp_message, or enum ptp1_message */
	uint8_t len;  /* bytes */
	uint8_t first, nr;
};

extern const struct name_map ptp_message_names[];
extern const struct field_desc ptp_described[NR_PTP_DESCRIBED];
extern const struct ptp_shape ptp_v1_shapes[];
extern const struct ptp_shape ptp_v2_shapes[];

#endif
