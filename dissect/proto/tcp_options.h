/* dissect/proto/tcp_options.h -- the variable part of a TCP header, for tcp.c alone. */
#ifndef DISSECT_PROTO_TCP_OPTIONS_H
#define DISSECT_PROTO_TCP_OPTIONS_H

#include "dissect/dissect.h"

enum { TCP_HDR_MIN = 20 };

/* Kinds of options. */
enum {
	OPT_END = 0,
	OPT_NOP = 1,
	OPT_MSS = 2,
	OPT_WSCALE = 3,
	OPT_SACK_PERM = 4,
	OPT_SACK = 5,
	OPT_TIMESTAMP = 8,
	OPT_MD5 = 19,
	OPT_AO = 29,
	OPT_MPTCP = 30,
	OPT_FAST_OPEN = 34,
	OPT_ACC_ECN_0 = 172,
	OPT_ACC_ECN_1 = 174,
	OPT_EXPERIMENT_1 = 253,
	OPT_EXPERIMENT_2 = 254,
	EXID_ACC_ECN_0 = 0xacc0,
	EXID_ACC_ECN_1 = 0xacc1,
	EXID_FAST_OPEN = 0xf989,
	WSCALE_MAX = 14,
};

enum {
	MP_CAPABLE = 0,
	MP_JOIN = 1,
	MP_DSS = 2,
	MP_ADD_ADDR = 3,
	MP_REMOVE_ADDR = 4,
	MP_PRIO = 5,
	MP_FAIL = 6,
	MP_FASTCLOSE = 7,
	MP_TCPRST = 8,
};

/* Descriptors: the first are what tcp.c describes itself; those of options follow. */
enum {
	TCP_CHECKSUM, /* and the two after it */
	TCP_LEN = TCP_CHECKSUM + 3,
	TCP_FLAGS_RES,
	TCP_FLAGS_STR,
	T_OPT,
	T_KIND,
	T_OPT_LEN,
	T_MSS,
	T_WSCALE,
	T_WSCALE_BY,
	T_SACK_LE,
	T_SACK_RE,
	T_DSACK_LE,
	T_DSACK_RE,
	T_SACK_COUNT,
	T_ECHO,
	T_TSVAL,
	T_TSECR,
	T_CC,
	T_MD5,
	T_SCPS,
	T_QS_RATE = T_SCPS + 7,
	T_QS_TTL,
	T_UTO_MINUTES,
	T_UTO,
	T_AO_KEY,
	T_AO_NEXT,
	T_AO_MAC,
	T_TFO,
	T_EXID,
	T_EXP_DATA,
	T_ECN_ECT0, /* and the two after it */
	T_UNKNOWN = T_ECN_ECT0 + 3,
	T_MP_SUBTYPE,
	T_MP_VERSION,
	T_MP_FLAGS,
	T_MP_CHECKSUM_WANTED,
	T_MP_EXTENSIBLE,
	T_MP_NO_MORE,
	T_MP_SHA256,
	T_MP_SHA1,
	T_MP_BACKUP,
	T_MP_ADDR_ID,
	T_MP_SEND_KEY,
	T_MP_RECV_KEY,
	T_MP_RECV_TOKEN,
	T_MP_SEND_RANDOM,
	T_MP_SHORT_HMAC,
	T_MP_HMAC,
	T_MP_DATA_FIN,
	T_MP_DSN8,
	T_MP_DSN_HERE,
	T_MP_ACK8,
	T_MP_ACK_HERE,
	T_MP_DATA_ACK,
	T_MP_DSN,
	T_MP_SUBFLOW_SEQ,
	T_MP_DATA_LEN,
	T_MP_CHECKSUM,
	T_MP_IP_VERSION,
	T_MP_ECHO,
	T_MP_IPV4,
	T_MP_IPV6,
	T_MP_PORT,
	T_MP_ADDR_HMAC,
	T_MP_TRANSIENT,
	T_MP_REASON,
	TCP_NR_DESCRIBED,
};

extern const struct name_map tcp_option_names[], tcp_mptcp_names[];
extern const struct field_desc tcp_described[];

void tcp_options_describe(const struct dissection *d, const struct layer *l, struct field_out *o);
/* "mss 1460,sackOK,TS val 1 ecr 0" */
void tcp_options_line(const struct dissection *d, const struct layer *l, struct strbuf *out);

#endif
