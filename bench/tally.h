/*
 * bench/tally.h -- what a capture file really holds of what was generated: the judge of every
 * contender.
 *
 * It walks pcap and pcapng by itself, not with the code that is being judged, and ticks off
 * sequence numbers, so a packet stored twice or mangled is not taken for another one.
 */
#ifndef BENCH_TALLY_H
#define BENCH_TALLY_H

#include <stdint.h>

#include "core/errmsg.h"

#define TALLY_OFFERED_MAX (1ull << 32) /* half a GiB of bits */

struct tally {
	uint64_t stored;     /* different packets of ours, sequence number below offered */
	uint64_t duplicates; /* of ours, seen before */
	uint64_t foreign;    /* not ours, or cut before the sequence number, or beyond offered */
	uint64_t reordered;  /* of ours, with a number below the one before */
	uint64_t bytes;      /* captured bytes of all packets */
	uint64_t file_bytes;
};

/* Reads path, whose packets should be 0..offered-1. -EBADMSG when its structure is broken. */
int tally_file(const char *path, uint64_t offered, struct tally *ret,
	       struct errmsg *reterr) must_check;

#endif
