/*
 * cli/probe_streams.h -- the clients' halves of recorded TCP connections, in order and once.
 *
 * What a client sends until the server speaks is one message. Segments that were sent again are
 * left out; those that come too early wait, in bounded memory, for those before.
 */
#ifndef CLI_PROBE_STREAMS_H
#define CLI_PROBE_STREAMS_H

#include <stdint.h>

#include "cli/probe_payloads.h"
#include "core/compiler.h"
#include "dissect/dissect.h"

struct probe_streams;

struct probe_segment {
	const struct flow *flow;
	const uint8_t *data; /* len bytes behind the TCP header */
	uint32_t len, seq;
	uint8_t flags; /* of the header; FIN is bit 0 */
	uint64_t packet, ts_ns;
};

/* Messages go to *to, which is borrowed. 0 or -ENOMEM. */
int probe_streams_open(struct probe_payloads *to, struct probe_streams **ret) must_check;
/* The next segment of the file. 0 or -ENOMEM. */
int probe_streams_take(struct probe_streams *s, const struct probe_segment *seg) must_check;
/* The file is at its end: what still waits for bytes that never came is given out. */
void probe_streams_finish(struct probe_streams *s);
void probe_streams_close(struct probe_streams *s); /* NULL is fine */

#endif
