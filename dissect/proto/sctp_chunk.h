/* dissect/proto/sctp_chunk.h -- names and shapes of SCTP chunks, for sctp.c alone. */
#ifndef DISSECT_PROTO_SCTP_CHUNK_H
#define DISSECT_PROTO_SCTP_CHUNK_H

#include "dissect/dissect.h"

enum {
	SCTP_HDR_LEN = 12,
	SCTP_CHUNK_HDR_LEN = 4,
	SCTP_DATA = 0,
	SCTP_INIT = 1,
	SCTP_INIT_ACK = 2,
	SCTP_SACK = 3,
	SCTP_HEARTBEAT = 4,
	SCTP_HEARTBEAT_ACK = 5,
	SCTP_ABORT = 6,
	SCTP_SHUTDOWN = 7,
	SCTP_SHUTDOWN_ACK = 8,
	SCTP_ERROR = 9,
	SCTP_COOKIE_ECHO = 10,
	SCTP_COOKIE_ACK = 11,
	SCTP_ECNE = 12,
	SCTP_CWR = 13,
	SCTP_SHUTDOWN_COMPLETE = 14,
	SCTP_AUTH = 15,
	SCTP_I_DATA = 64,
	SCTP_ASCONF_ACK = 128,
	SCTP_RECONFIG = 130,
	SCTP_PAD = 132,
	SCTP_FORWARD_TSN = 192,
	SCTP_ASCONF = 193,
};

/* What sctp.c puts itself; the chunks' descriptors follow. */
enum {
	SCTP_STATUS,
	SCTP_NR_DESCRIBED = 75, /* sctp_chunk.c checks it */
};

struct sctp_chunk {
	const uint8_t *start;
	size_t len;  /* what its length field says; at least 4 */
	size_t here; /* bytes of it that were captured */
	uint8_t type, flags;
};

extern const struct field_desc sctp_described[];
extern const struct name_map sctp_chunk_names[], sctp_ppid_names[], sctp_cause_names[];

/* The next chunk; its padding is taken too. False: the list ends here. */
bool sctp_chunk_next(struct cursor *c, struct sctp_chunk *ret);
void sctp_chunk_describe(const struct sctp_chunk *chunk, struct field_out *o);

#endif
