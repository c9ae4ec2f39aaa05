/* bench/micro.h -- routines that time one inner loop each; the caller repeats, pins and compares.
 */
#ifndef BENCH_MICRO_H
#define BENCH_MICRO_H

#include <stdint.h>

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
