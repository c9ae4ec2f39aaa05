/*
 * cli/probe_log.h -- what was sent and what came back: as it happened, or as a file tells it.
 *
 * Bounded: PROBE_REPLIES_EACH replies to each, PROBE_BYTES_MAX in all; the rest is counted.
 */
#ifndef CLI_PROBE_LOG_H
#define CLI_PROBE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/probe_payloads.h"
#include "cli/probe_target.h"
#include "core/compiler.h"

enum {
	PROBE_REPLIES_EACH = 16,
	PROBE_REPLIES_MAX = 32768,
	PROBE_REPLY_MAX = 64 << 10, /* bytes of one that are kept: only TCP has more */
};

enum probe_outcome {
	PROBE_UNANSWERED, /* nothing in time */
	PROBE_ANSWERED,
	PROBE_REFUSED,  /* an ICMP error, or a TCP connection that nobody took */
	PROBE_NOT_SENT, /* the kernel did not take it, or its connection had ended */
	PROBE_NR_OUTCOMES,
};

enum probe_end { PROBE_OPEN, PROBE_CLOSED, PROBE_RESET }; /* TCP, by the other side */

struct probe_sent {
	const struct probe_payload *payload; /* borrowed */
	uint64_t at_ns;                      /* CLOCK_MONOTONIC; of a file: recorded */
	uint64_t replies;                    /* kept or not, late ones too; none unasked */
	enum probe_outcome outcome;
	enum probe_end end;
	int error;    /* errno of what refused it, or kept it from being sent; 0: none */
	bool went;    /* the kernel took all of it */
	bool icmp;    /* the two below are set */
	bool icmp_v6; /* they are of ICMPv6 */
	uint8_t icmp_type, icmp_code;
	struct probe_address reporter; /* whose ICMP error it is; len 0: not known */
};

struct probe_reply {
	uint8_t *data; /* owned by the log: `kept` bytes */
	uint64_t len;  /* bytes; of TCP all until the next payload was sent */
	uint32_t kept; /* of them */
	uint32_t sent; /* index of what it answers */
	uint64_t after_ns;
	bool late;    /* after more than --wait */
	bool unasked; /* TCP: it came before anything was sent */
};

struct probe_log {
	struct probe_sent *sent;
	struct probe_reply *replies;
	uint32_t nr_sent, max_sent, nr_replies, max_replies;
	uint64_t bytes;      /* of replies that are kept */
	uint64_t nr_late;    /* of all replies */
	uint64_t nr_unasked; /* beside them */
	uint64_t not_kept;   /* replies of which nothing is */
	uint32_t dropped;    /* UDP: datagrams that the kernel could not give us */
	uint64_t total;      /* all replies, but for those unasked */
};

/* For so many sends. 0 or -ENOMEM. */
int probe_log_open(struct probe_log *l, uint32_t max_sent) must_check;
void probe_log_close(struct probe_log *l);
/* The next one; there is room, the caller has counted. Unanswered so far. */
struct probe_sent *probe_log_send(struct probe_log *l, const struct probe_payload *payload,
				  uint64_t at_ns);
/* A reply to one of them. It, or NULL: it was only counted. */
struct probe_reply *probe_log_reply(struct probe_log *l, uint32_t sent, const uint8_t *data,
				    uint64_t len, uint64_t after_ns, uint64_t wait_ns);
/* TCP: what came before the first was sent. */
void probe_log_unasked(struct probe_log *l, uint32_t sent, const uint8_t *data, uint64_t len);
/* More bytes of the last reply. */
void probe_log_more(struct probe_log *l, struct probe_reply *r, const uint8_t *data, uint64_t len);
/*
 * Which of those sent so far a datagram answers: the last, unless an earlier one that has no reply
 * begins with the same two bytes and the last does not.
 */
uint32_t probe_log_match(const struct probe_log *l, const uint8_t *data, uint64_t len);
/* How many ended like this. */
uint64_t probe_log_count(const struct probe_log *l, enum probe_outcome outcome);
/* How many the kernel took. */
uint64_t probe_log_went(const struct probe_log *l);

#endif
