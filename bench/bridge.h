/* bench/bridge.h -- from one interface to another: ringtap bridge and netsniff-ng. */
#ifndef BENCH_BRIDGE_H
#define BENCH_BRIDGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/stats.h"
#include "bench/workplace.h"
#include "core/errmsg.h"

enum { BRIDGE_SIZES_MAX = 8, BRIDGE_ARGS_MAX = 16, NR_BRIDGE_RATES = 2 };

enum bridge_who { BRIDGE_OURS, BRIDGE_NETSNIFF, BRIDGE_NETSNIFF_SLOW, NR_BRIDGE_WHO };

struct bridge_contender {
	const char *name, *program; /* program: NULL = ringtap */
	const char *args[BRIDGE_ARGS_MAX];
};

extern const struct bridge_contender bridge_contenders[NR_BRIDGE_WHO];

/* One stream at a rate. */
struct bridge_latency {
	bool valid;
	double pps; /* that was offered */
	double median_us, p99_us, max_us;
	uint64_t offered, passed; /* passed: with a time stamp at both ends */
};

struct bridge_trial {
	bool valid;
	double best_pps;              /* the highest rate that passed without loss */
	bool bounded;                 /* by the generator: it might be more */
	double full_pps, full_passed; /* at the generator's full speed: offered, passed on */
	struct bridge_latency latency[NR_BRIDGE_RATES];
	char note[200];
};

struct bridge_bench {
	struct workplace place;
	uint32_t sizes[BRIDGE_SIZES_MAX];
	size_t nr_sizes;
	uint64_t step_ns; /* of one rate that is tried */
	char version[NR_BRIDGE_WHO][128];
	char missing[NR_BRIDGE_WHO][128]; /* why it is not measured; empty: it is */
	struct bridge_trial trials[BRIDGE_SIZES_MAX][NR_BRIDGE_WHO][WORKPLACE_ROUNDS_MAX];
};

#define BRIDGE_LOSS 1e-4 /* less than that counts as none */

enum {
	BRIDGE_GEN_CPU = 0, /* where packets come in; the programs have place.cpu */
	BRIDGE_SLOW_PPS = 1000,
};
#define BRIDGE_TARGET 1.5 /* rate without loss: ours divided by the best peer's */

/* ---- bridge_run.c ---- */

/* The interfaces, versions, and who is not there. 0 or -errno. */
int bridge_prepare(struct bridge_bench *b, struct errmsg *err) must_check;
/* All contenders once with frames of this size. 0 or -errno: the bench itself cannot go on. */
int bridge_run_round(struct bridge_bench *b, size_t size, size_t round,
		     struct errmsg *err) must_check;

/* ---- bridge_report.c ---- */

void bridge_print_report(const struct bridge_bench *b, FILE *out);
int bridge_write_json(const struct bridge_bench *b, struct errmsg *err) must_check;

#endif
