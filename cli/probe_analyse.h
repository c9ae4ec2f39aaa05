/*
 * cli/probe_analyse.h -- what repeats in replies: bytes, echoes of what was sent, addresses; and
 * whether that is what Skype did.
 *
 * Pure: reads a log, prints nothing.
 */
#ifndef CLI_PROBE_ANALYSE_H
#define CLI_PROBE_ANALYSE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/probe_log.h"
#include "cli/probe_target.h"
#include "core/compiler.h"

enum {
	PROBE_MASK_MAX = 64, /* bytes of replies that are compared with each other */
	PROBE_LENGTHS_MAX = 6,
	PROBE_NIBBLES_FROM = 3, /* replies, for half bytes to be no accident */
};

struct probe_length {
	uint64_t len;
	uint32_t count; /* replies that are so long */
};

/* Something that is in replies. */
struct probe_place {
	uint32_t count;  /* replies that have it at this offset; 0: none */
	uint32_t offset; /* where most of them have it */
};

/*
 * Skype's answer to a datagram that it cannot read, as OpenSkype's notes have it: 11 bytes; the
 * first two of the datagram, a type whose low half is 5 (bad checksum) or 7 (and send again), the
 * IPv4 address that it came from as Skype's end has seen it, 4 bytes more.
 */
struct probe_skype_pattern {
	uint32_t fit;          /* replies of this form whose first two bytes were sent before */
	uint32_t type5, type7; /* of them */
	uint8_t address[4];    /* that most of them have */
	uint32_t same_address; /* of them */
	uint32_t tails;        /* different last four bytes, of them; counted up to 2 */
	bool likely; /* two or more, address the same in 3 of 4, which a host may have, tails not */
};

struct probe_analysis {
	uint32_t replies; /* with bytes, of those that are kept; unasked ones are left out */
	uint32_t empty;   /* without */
	uint32_t different, identical_max; /* contents; replies that have the most frequent one */
	struct probe_length lengths[PROBE_LENGTHS_MAX]; /* the most frequent ones first */
	uint32_t nr_lengths, other_lengths;             /* other_lengths: replies of further ones */

	uint32_t prefix; /* bytes that all replies have in front; counted up to PROBE_REPLY_MAX */
	/* Bytes up to the shortest reply's end: bits that are set in mask are as in value in all.
	 */
	uint32_t mask_len;
	uint8_t mask[PROBE_MASK_MAX], value[PROBE_MASK_MAX];

	/* In front of replies are the first echo_len bytes of what was sent. */
	uint32_t echo_len, echo_count;
	uint32_t echo_values; /* of what was sent there, in these */
	uint32_t whole;       /* replies that are exactly what was sent */
	uint32_t shifted_len; /* so many of its first bytes are elsewhere: */
	struct probe_place shifted;

	struct probe_place own_address, target_address, own_port, target_port;
	bool has_constant; /* four constant bytes that may be an IPv4 address, of neither end */
	uint32_t constant_offset;
	uint8_t constant[4];

	struct probe_skype_pattern skype;
};

/* local and target may be NULL, or of length 0: not known. Two calls at a time share memory. 0 or
 * -ENOMEM. */
int probe_analyse(const struct probe_log *log, const struct probe_address *local,
		  const struct probe_address *target, struct probe_analysis *ret) must_check;

#endif
