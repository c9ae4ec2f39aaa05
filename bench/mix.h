/*
 * bench/mix.h -- packets of many protocols as they go over a link between offices and the Internet:
 * what reading and dissecting is measured on.
 *
 * Made in code from a seed: the same on every machine, and fewer packets are the first of more.
 * Every packet is whole and right: lengths, checksums, sequence numbers, handshakes and messages,
 * also across segments; but what would be encrypted is random, QUIC's first packets too.
 */
#ifndef BENCH_MIX_H
#define BENCH_MIX_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/errmsg.h"

enum { MIX_FRAME_MAX = 1600, MIX_KINDS_MAX = 24, MIX_RECORD_HEAD = 16 };

struct mix;

/* *ret is the caller's, closed with mix_close(). -ENOMEM. */
int mix_open(uint64_t seed, struct mix **ret) must_check;
void mix_close(struct mix *m);

struct mix_packet {
	const uint8_t *data; /* until the next call */
	uint32_t len;
	uint64_t ts_ns; /* since the epoch; about 500000 packets a second */
};

/* There is always another one. */
struct mix_packet mix_next(struct mix *m);

/* The head of its record in a pcap file with nanoseconds: MIX_RECORD_HEAD bytes. */
void mix_put_record(uint8_t *head, const struct mix_packet *p);

struct mix_stats {
	uint64_t packets, bytes;       /* bytes of frames */
	uint64_t flows;                /* conversations begun */
	uint64_t kinds[MIX_KINDS_MAX]; /* packets of each kind */
};

const struct mix_stats *mix_stats(const struct mix *m);

/* "tls", or NULL beyond the last kind; packets of a thousand. */
const char *mix_kind_name(size_t i);
unsigned mix_kind_share(size_t i);
/* The kinds and their shares, as lines of a help text. */
void mix_print_shares(FILE *out);

/* A new pcap file with nanoseconds of the first `packets` packets. ret may be NULL. */
int mix_write_file(const char *path, uint64_t packets, uint64_t seed, struct mix_stats *ret,
		   struct errmsg *reterr) must_check;

#endif
