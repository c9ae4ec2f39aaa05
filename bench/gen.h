/*
 * bench/gen.h -- the traffic generator: packets that enter the stack as if an interface had
 * received them, counted exactly.
 *
 * An XDP program, run in the kernel by BPF_PROG_TEST_RUN with live frames (Linux 5.18 or newer,
 * root), numbers each packet, counts it and passes it to the stack on the interface; the
 * destination address belongs to nobody, so the stack drops the packet right after the packet
 * sockets have seen it. The interface must be in the network namespace of the caller.
 *
 * One frame: Ethernet, an optional 802.1Q tag, IPv4, UDP, an 8-byte big-endian sequence number that
 * starts at 0, the 4 bytes of GEN_MAGIC, and a fixed pattern. The UDP checksum is 0 (none); the
 * IPv4 checksum is right. gen_frame() builds the same bytes for a test to compare with.
 */
#ifndef BENCH_GEN_H
#define BENCH_GEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"

#define GEN_MAGIC 0x52544150u /* "RTAP", right after the sequence number */

enum {
	GEN_FRAME_MIN = 60,   /* Ethernet's minimum, without the FCS */
	GEN_FRAME_MAX = 3000, /* a live frame lies in one page, with headroom */
	GEN_FLOWS_MAX = 32768,
	GEN_PORT_BASE = 10000,
	GEN_PORT_DST = 9, /* discard */
};

struct gen_config {
	const char *ifname;
	uint32_t frame_bytes; /* without FCS; 0 = IMIX: 64, 590 and 1514 bytes as 7:4:1 */
	uint32_t flows;       /* source port = GEN_PORT_BASE + sequence % flows; 0 means 1 */
	uint64_t rate_pps;    /* 0 = see rate_bps */
	uint64_t rate_bps;  /* bits of frames per second, no preamble or FCS; both 0 = full speed */
	uint32_t batch;     /* packets handed to the stack at a time, at most 256; 0 = 64 */
	uint16_t vlan_tci;  /* with vlan_tpid */
	uint16_t vlan_tpid; /* 0 = no tag */
	bool vary_id;       /* IPv4 identification = sequence's low 16 bits, else 0 */
};

struct gen_count {
	uint64_t packets, bytes; /* handed to the stack; bytes of frames without FCS */
	uint64_t ns;             /* from the first to the last packet */
};

struct gen;

/* Loads the program. *ret is the caller's, closed with gen_close(). cfg is not kept. */
int gen_open(const struct gen_config *cfg, struct gen **ret, struct errmsg *reterr) must_check;
void gen_close(struct gen *g);

/*
 * Sends until packets more are sent (0 = no such bound), duration_ns is over (0 = no such bound;
 * kept to a few ms) or gen_stop(). Sequence numbers go on from the last call's. *ret is this call's
 * share, exact also after an error. Not for two threads at once on one generator. -EINVAL without a
 * bound.
 */
int gen_run(struct gen *g, uint64_t packets, uint64_t duration_ns, struct gen_count *ret,
	    struct errmsg *reterr) must_check;

/* Makes the gen_run() under way, and every later one, return 0 early. Async-signal-safe. */
void gen_stop(struct gen *g);

/* The frame with this sequence number, into out of GEN_FRAME_MAX bytes; returns its length. */
size_t gen_frame(const struct gen_config *cfg, uint64_t seq, uint8_t *out);

/* The length of the frame with this sequence number, bytes. */
uint32_t gen_frame_len(const struct gen_config *cfg, uint64_t seq);

/* The mean length of a frame, bytes. */
double gen_frame_mean(const struct gen_config *cfg);

/*
 * Is this a whole head of one of our frames? Then *ret_seq is its number. The tag may be present or
 * stripped; len is what was captured.
 */
bool gen_parse(const uint8_t *frame, size_t len, uint64_t *ret_seq);

#endif
