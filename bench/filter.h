/* bench/filter.h -- filters measured: against tcpdump and tshark, and by themselves. */
#ifndef BENCH_FILTER_H
#define BENCH_FILTER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/mix.h"
#include "bench/stats.h"
#include "bench/workplace.h"
#include "core/errmsg.h"

enum { NR_FILTER_RACES = 4, NR_FILTER_VM = 7, NR_FILTER_CODE = 42 };

enum filter_who { FILTER_OURS, FILTER_PEER, NR_FILTER_WHO };

/* Two programs that do the same with the same file. */
struct filter_race {
	const char *name, *expr;
	bool writes; /* a capture filter, matches into a file: tcpdump; else -Y and lines: tshark */
	double target; /* packets a second: ours divided by the peer's */
};

extern const struct filter_race filter_races[NR_FILTER_RACES];
extern const char *const filter_vm_exprs[NR_FILTER_VM];
extern const char *const filter_code_exprs[NR_FILTER_CODE];

struct filter_trial {
	bool valid;
	double wall_s, cpu_s, start_wall_s; /* start: on a file of one packet */
	char note[200];
};

struct filter_side {
	char missing[200]; /* why it is not measured; empty: it is */
	uint64_t packets;  /* in its file */
	uint64_t matched;  /* of the packets of the smaller file: bytes written, or lines */
	struct filter_trial trials[WORKPLACE_ROUNDS_MAX];
};

/* One expression as a program. */
struct filter_code {
	char error[200];
	uint32_t insns, peer_insns; /* peer: 0, not known */
	double compile_ns;          /* in process, the mean of many */
	double peer_ms;             /* tcpdump -d, the whole process */
};

struct filter_vm {
	char error[200];
	uint32_t insns;
	double accepted; /* share of the packets */
	double ns[WORKPLACE_ROUNDS_MAX];
};

struct filter_bench {
	struct workplace place;
	char version[NR_FILTER_WHO + 1][128]; /* ringtap, tcpdump, tshark */
	uint64_t packets, peer_packets;
	struct mix_stats stats;
	struct filter_side sides[NR_FILTER_RACES][NR_FILTER_WHO];
	struct filter_vm vm[NR_FILTER_VM];
	struct filter_code code[NR_FILTER_CODE];
};

/* ---- filter_run.c: the programs ---- */

/* Whether both sides of each race are there and find the same packets. */
void filter_check_races(struct filter_bench *b);
/* All races once, side after side. */
void filter_run_round(struct filter_bench *b, size_t round);
/* Instructions and time of tcpdump -d for each expression. */
void filter_ask_tcpdump(struct filter_bench *b);

/* ---- filter_code.c: in this process ---- */

/* 0 or -errno. */
int filter_measure_vm(struct filter_bench *b, struct errmsg *err) must_check;
void filter_measure_compile(struct filter_bench *b);

/* ---- filter_report.c ---- */

void filter_print_report(const struct filter_bench *b, FILE *out);
int filter_write_json(const struct filter_bench *b, struct errmsg *err) must_check;

#endif
