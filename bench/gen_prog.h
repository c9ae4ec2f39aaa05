/* bench/gen_prog.h -- between the generator's parts: frame layout and the XDP program. */
#ifndef BENCH_GEN_PROG_H
#define BENCH_GEN_PROG_H

#include <linux/bpf.h>

#include "bench/gen.h"

enum {
	GEN_IMIX_LARGE = 1514,
	GEN_IMIX_MEDIUM = 590,
	GEN_IMIX_SMALL = 64,
	GEN_IMIX_PERIOD = 12,
	/* offsets within their headers, bytes */
	GEN_IP_LEN = 20,
	GEN_IP_LENGTH = 2,
	GEN_IP_ID = 4,
	GEN_IP_CHECKSUM = 10,
	GEN_UDP_LEN = 8,
	GEN_UDP_LENGTH = 4,
	GEN_INSNS_MAX = 128,
};

/* What program and user space share: the one value of an array map, mapped into both. */
struct gen_state {
	uint64_t packets, bytes; /* since gen_open(); written by the program only */
	uint64_t first, limit;   /* this run's first packet; packets from limit on are dropped */
	uint64_t start_ns;       /* CLOCK_MONOTONIC at the first packet of the run */
	uint64_t last_ns;        /* at the last so far when paced, else at the one before limit */
	uint64_t next_ns;        /* paced: before this nothing passes; 1/256 ns */
	uint64_t gap2_ns;        /* paced: twice the mean distance of packets; 1/256 ns */
};

static inline uint32_t gen_l3_offset(const struct gen_config *cfg)
{
	return cfg->vlan_tpid ? 18 : 14;
}

static inline bool gen_is_paced(const struct gen_config *cfg)
{
	return cfg->rate_pps || cfg->rate_bps;
}

/* The ones' complement sum of an IPv4 header in memory order, not folded. */
uint32_t gen_ip_sum(const uint8_t *ip);

/*
 * Assembles the program for cfg into insns (GEN_INSNS_MAX); first is the template, the frame with
 * sequence number 0. Returns the number of instructions.
 */
size_t gen_assemble(const struct gen_config *cfg, const uint8_t *first, int map_fd,
		    struct bpf_insn *insns);

#endif
