/* bench/micro.h -- routines that time one inner loop each; the caller repeats, pins and compares.
 */
#ifndef BENCH_MICRO_H
#define BENCH_MICRO_H

#include <stdint.h>

#include "core/errmsg.h"

struct micro_result {
	double dissect_ns; /* ns per packet: dissect_frame() alone */
	double summary_ns; /* ns per packet: dissect_frame() and summary_fill() */
	uint64_t packets;  /* in each of the two runs */
	int error;         /* 0, or -errno: then the times mean nothing */
};

/*
 * Dissects about `packets` Ethernet/IPv4/TCP frames, varied, laid out 1600 bytes apart in a buffer
 * of 6.5 MB, as a ring block has them. One thread; allocates and frees its own buffer.
 */
struct micro_result micro_dissect(uint64_t packets);

/* Packets of many protocols, one behind the other as in a pcap file, in memory. */
struct mix_file;

/* *ret is the caller's, ended with mix_file_close(). -ENOMEM. */
int mix_file_open(uint64_t packets, struct mix_file **ret) must_check;
void mix_file_close(struct mix_file *f);

struct mix_result {
	double dissect_ns; /* ns per packet, finding its record included: dissect_frame() alone */
	double summary_ns; /* with summary_fill() */
	double inlined_ns; /* what a loop takes that knows Ethernet, IP, TCP and UDP, nothing else
			    */
	uint64_t bad;      /* packets of the file that were not dissected to their end */
};

/* Goes through the file, once or more often, for about that many packets in each of three runs. */
struct mix_result micro_mix(struct mix_file *f, uint64_t packets);

struct spool_result {
	double record_ns; /* wall time per record, from the first reserved to the last consumed */
	uint64_t records; /* taken out whole and in order */
	uint64_t full;    /* times the producer found no room and waited */
	int error;        /* 0, or -errno: then the time means nothing */
};

/*
 * Passes records of 64 bytes through a spool of 1 MiB, from this thread to one on consumer_cpu (-1
 * = anywhere), published by 256 as blocks of a ring would. Both sides look again at once when they
 * must wait: it is the spool that is timed, not waking up.
 */
struct spool_result micro_spool(uint64_t records, int consumer_cpu);

#endif
