/* bench/replay.h -- sending files: ringtap, tcpreplay, netsniff-ng and trafgen over a veth pair. */
#ifndef BENCH_REPLAY_H
#define BENCH_REPLAY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/stats.h"
#include "bench/workplace.h"
#include "core/errmsg.h"

enum { REPLAY_SIZES_MAX = 8, REPLAY_ARGS_MAX = 20 };

enum replay_who {
	REPLAY_RING, /* ours through the TX ring */
	REPLAY_XDP,  /* ours as XDP live frames */
	REPLAY_TCPREPLAY,
	REPLAY_NETSNIFF,
	REPLAY_TRAFGEN,
	NR_REPLAY_WHO
};

/* Words in braces stand for what differs from run to run. */
struct replay_contender {
	const char *name, *program; /* program: NULL = ringtap */
	const char *package;        /* that it comes in; NULL = ringtap */
	const char *args[REPLAY_ARGS_MAX];
	const char *claims; /* its count stands behind this word, or before it */
	double target;      /* packets a second: ours divided by the best peer's; 0: a peer */
};

extern const struct replay_contender replay_contenders[NR_REPLAY_WHO];

/* What was at one moment. */
struct replay_mark {
	uint64_t ns, packets; /* that have arrived */
	double cpu_s, busy_s; /* of its processes; of the CPU, whoever had it */
};

struct replay_trial {
	bool valid;
	uint64_t expected, claimed, arrived, dropped; /* claimed: UINT64_MAX = it does not say */
	struct replay_mark from, to;                  /* a tenth and nine tenths have arrived */
	double wall_s, cpu_s;                         /* from its start to its end */
	char note[200];
};

enum { NR_REPLAY_TIMED = 3 };

/* A file with known gaps, sent at its own pace. */
struct replay_timing {
	bool valid;
	uint64_t arrived, lost;           /* lost: by the socket that looked */
	double median_us, p99_us, max_us; /* of how far each gap is from the recorded one */
	double span_ratio;                /* from first to last, divided by the recorded time */
	double cpu_share;                 /* CPU time divided by wall time */
	char note[200];
};

struct replay_bench {
	struct workplace place;
	bool speed, timing; /* parts that are wanted */
	uint32_t sizes[REPLAY_SIZES_MAX];
	size_t nr_sizes;
	uint64_t packets, file_packets, timed_packets; /* file: of the one that goes round */
	char version[NR_REPLAY_WHO][128];
	char missing[NR_REPLAY_WHO][128]; /* why it is not measured; empty: it is */
	struct replay_trial trials[REPLAY_SIZES_MAX][NR_REPLAY_WHO][WORKPLACE_ROUNDS_MAX];
	struct replay_timing timings[NR_REPLAY_TIMED][WORKPLACE_ROUNDS_MAX];
};

#define REPLAY_IF    "rtbench0" /* where they send */
#define REPLAY_PEER  "rtbench1" /* where it arrives */
#define REPLAY_FILE  "loop.pcap"
#define REPLAY_LARGE "once.pcap"
#define REPLAY_CONF  "trafgen.cfg"
#define REPLAY_TIMED "timed.pcap"

enum {
	REPLAY_LARGE_BYTES = 1 << 30, /* of the file that goes once, at most */
	REPLAY_TIMED_PPS = 20000,
	REPLAY_TIMED_BYTES = 128, /* of a frame */
	REPLAY_TARGET_US = 50,
};

/* Which of them are timed. */
extern const enum replay_who replay_timed[NR_REPLAY_TIMED];

/* ---- replay_input.c ---- */

/* Packets that a run of this contender sends. */
uint64_t replay_packets_of(const struct replay_bench *b, size_t size, enum replay_who who);
/* The files of one size of frames; 0 or -errno. */
int replay_make_files(const struct replay_bench *b, size_t size, struct errmsg *err) must_check;
/*
 * Frames at random distances, 1000000000 / REPLAY_TIMED_PPS ns on average; gaps_us[i] is before
 * frame i, whole microseconds, as each of the programs can read them.
 */
int replay_make_timed(const struct replay_bench *b, uint32_t *gaps_us,
		      struct errmsg *err) must_check;

/* ---- replay_run.c ---- */

/* Versions, and who is not there. */
void replay_find_programs(struct replay_bench *b);
/* All contenders once with frames of this size. */
void replay_run_round(struct replay_bench *b, size_t size, size_t round);

struct run;

/* Starts it on the file, `loop` times, on the bench's CPU. 0 or -errno, in words in note. */
int replay_start(const struct replay_bench *b, enum replay_who who, const char *const *args,
		 uint64_t packets, uint64_t loop, struct run *ret, char *note,
		 size_t size) must_check;

/* ---- replay_timing.c ---- */

/* 0 or -errno. */
int replay_measure_timing(struct replay_bench *b, struct errmsg *err) must_check;

/* ---- replay_report.c, replay_json.c ---- */

struct spread replay_rate_of(const struct replay_bench *b, size_t size, size_t who);
struct spread replay_cpu_of(const struct replay_bench *b, size_t size, size_t who, bool busy);
/* Ours divided by the best peer's (rate), the best peer's by ours (CPU), round by round. */
struct spread replay_rate_ratio(const struct replay_bench *b, size_t size, size_t who);
struct spread replay_cpu_ratio(const struct replay_bench *b, size_t size, size_t who);
/* One figure of all rounds. */
struct spread replay_timing_of(const struct replay_bench *b, size_t who,
			       double (*figure)(const struct replay_timing *t));
double replay_timing_median(const struct replay_timing *t);
double replay_timing_p99(const struct replay_timing *t);

void replay_print_report(const struct replay_bench *b, FILE *out);
int replay_write_json(const struct replay_bench *b, struct errmsg *err) must_check;

#endif
