/* bench/trial.h -- one contender against one load, once. */
#ifndef BENCH_TRIAL_H
#define BENCH_TRIAL_H

#include <signal.h>

#include "bench/contender.h"
#include "bench/gen.h"
#include "bench/tally.h"

enum { GEN_CPU = 0, CONTENDER_CPU = 1 };

struct trial_config {
	struct gen_config gen;
	uint64_t packets;
	const struct contender *contender;
	struct contender_env env;
};

struct trial {
	struct gen_count offered;
	struct tally tally;      /* counted from the file; from the report if there is no file */
	double user_s, system_s; /* the contender and its descendants, from start to end */
	double start_s;          /* of that, before it captured */
	double idle_s; /* of that, after all was drained and before it was told to end: spinning */
	double busy_s; /* all that its CPU did from when it captured until all was drained */
	uint64_t written;                 /* bytes in all its files */
	uint64_t queue_high, ring_blocks; /* by ringtap's own account; 0 of others */
	uint64_t dropped, freezes;        /* too: what it lost, and how often the ring was full */
	bool valid;                       /* the numbers above may be used */
	char note[200];                   /* what went wrong or is odd, or empty */
};

/* A number in the JSON object that ringtap reports with; false if it is not there. */
bool report_number(const char *json, const char *key, uint64_t *ret);

/* Set by the bench's SIGINT: every wait of a trial ends. */
extern volatile sig_atomic_t bench_interrupted;

/* Sets it, and stops the generator given to trial_watch(), if any. Async-signal-safe. */
void trial_interrupt(void);
void trial_watch(struct gen *gen);

/*
 * Runs one trial in the caller's namespace and pins the caller to GEN_CPU. What failed about the
 * contender is in ret->note; an error is returned when the bench itself cannot go on. The
 * contender's files are gone afterwards, its log (env.dir/log) stays.
 */
int trial_run(const struct trial_config *cfg, struct trial *ret, struct errmsg *reterr) must_check;

#endif
