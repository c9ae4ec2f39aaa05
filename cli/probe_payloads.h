/*
 * cli/probe_payloads.h -- what the packets of a capture file carry over UDP or TCP, in memory.
 *
 * Bounded: so many payloads as are asked for, and PROBE_BYTES_MAX of them; the rest is counted.
 */
#ifndef CLI_PROBE_PAYLOADS_H
#define CLI_PROBE_PAYLOADS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/probe_options.h"
#include "core/compiler.h"
#include "core/errmsg.h"

enum {
	PROBE_BYTES_MAX = 64 << 20,
	PROBE_MESSAGE_MAX = 64 << 10, /* bytes of a TCP stream that are sent as one */
};

struct probe_payload {
	uint8_t *data;   /* owned by the list; NULL where len is 0 */
	uint32_t len;    /* bytes */
	uint32_t flow;   /* of TCP: what goes over one connection. Of UDP: the
			  * conversation; with a target all are one */
	uint64_t packet; /* its number in the file, from 1; of TCP: where it begins */
	uint64_t ts_ns;
	uint8_t side;   /* of the conversation: who sent it */
	bool is_answer; /* TCP: the server had spoken before */
};

struct probe_payloads {
	struct probe_payload *list;
	uint32_t nr, max;
	uint64_t bytes; /* of them */

	uint64_t packets, filtered;      /* read; of them, not accepted by the filter */
	uint64_t udp, tcp;               /* accepted, with a payload; TCP: of both sides */
	uint64_t found;                  /* payloads that there are, kept or not */
	uint64_t fragments, cut;         /* accepted, but not whole: left out */
	uint64_t connections;            /* TCP: with a payload of the client */
	uint64_t repeated;               /* TCP: segments that were there before */
	uint64_t gaps;                   /* TCP: places where bytes are not in the file */
	uint64_t conversations_left_out; /* packets of those beyond PROBE_FLOWS_MAX */
	bool damaged;                    /* the file could not be read to its end */
	bool interrupted;
};

/*
 * Reads o->file. 0, or -errno: the file cannot be opened, or a filter does not fit (-EINVAL), with
 * words or after a complaint. A file that ends early is said at once, and what it had is there.
 * Freed with probe_payloads_free() in any case.
 */
int probe_payloads_read(struct probe_payloads *p, const struct probe_options *o,
			struct errmsg *err) must_check;
void probe_payloads_free(struct probe_payloads *p);

/*
 * For the readers of UDP and TCP: a copy of these bytes behind the others. The payload, or NULL:
 * counted only, for there are enough.
 */
struct probe_payload *probe_payloads_add(struct probe_payloads *p, const uint8_t *data,
					 uint32_t len);
/* More bytes for the last or an earlier one of them; false: no memory, or not more than
 * PROBE_MESSAGE_MAX. */
bool probe_payload_append(struct probe_payloads *p, struct probe_payload *to, const uint8_t *data,
			  uint32_t len);

#endif
