/* bench/replay_timing.c -- a file with known gaps: how far those that arrive are from them. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "bench/replay.h"
#include "bench/run_count.h"
#include "bench/stamp_tap.h"
#include "bench/trial.h"
#include "core/clock.h"

enum { STEP_MS = 5, SETTLE_MS = 100, PATIENCE = 5 };

const enum replay_who replay_timed[NR_REPLAY_TIMED] = { REPLAY_RING, REPLAY_XDP, REPLAY_TCPREPLAY };

/* As somebody would who asks for nothing but the recorded times. */
static const char *const timed_args[NR_REPLAY_TIMED][REPLAY_ARGS_MAX] = {
	{ "replay", "-r", "{timed}", "-i", REPLAY_IF, "--json" },
	{ "replay", "-r", "{timed}", "-i", REPLAY_IF, "--json", "--xdp" },
	{ "-i", REPLAY_IF, "{timed}" },
};

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* errors has room for all of them. */
static void work_out(const struct stamp_tap *tap, const uint32_t *gaps_us, double *errors,
		     struct replay_timing *ret)
{
	uint64_t first = 0, last = 0, recorded_us = 0, seq;
	size_t n = 0;

	for (seq = 0; seq < tap->nr; seq++) {
		if (last)
			recorded_us += gaps_us[seq];
		if (!tap->ns[seq])
			continue;
		if (seq && tap->ns[seq - 1])
			errors[n++] = fabs(((double)tap->ns[seq] - (double)tap->ns[seq - 1]) / 1e3 -
					   gaps_us[seq]);
		first = first ? first : tap->ns[seq];
		last = tap->ns[seq];
	}
	qsort(errors, n, sizeof(*errors), compare);
	ret->median_us = percentile_of(errors, n, 50);
	ret->p99_us = percentile_of(errors, n, 99);
	ret->max_us = n ? errors[n - 1] : 0;
	ret->span_ratio = recorded_us ? (double)(last - first) / 1e3 / (double)recorded_us : 0;
	ret->valid = n > 0;
}

/* False: it does not end, or we are interrupted. */
static bool watch(const struct run *run, struct stamp_tap *tap, uint64_t bound_ns)
{
	const uint64_t end = clock_monotonic_ns() + bound_ns;

	while (!run_has_ended(run)) {
		if (bench_interrupted || clock_monotonic_ns() > end)
			return false;
		stamp_tap_read(tap);
		sleep_ms(STEP_MS);
	}
	sleep_ms(SETTLE_MS);
	stamp_tap_read(tap);
	return true;
}

static void time_once(const struct replay_bench *b, size_t k, const uint32_t *gaps_us,
		      double *errors, struct replay_timing *ret)
{
	const uint64_t bound_ns =
		PATIENCE * (NS_PER_SEC + b->timed_packets * (NS_PER_SEC / REPLAY_TIMED_PPS));
	struct stamp_tap tap;
	struct run_result r;
	struct errmsg err;
	char log[PATH_MAX + 64];
	struct run run;
	bool ended;

	workplace_path(&b->place, "log", log);
	if (stamp_tap_open(REPLAY_PEER, b->timed_packets, &tap, &err)) {
		snprintf(ret->note, sizeof(ret->note), "%.190s", err.text);
	} else if (!replay_start(b, replay_timed[k], timed_args[k], b->timed_packets, 1, &run,
				 ret->note, sizeof(ret->note))) {
		ended = watch(&run, &tap, bound_ns);
		if (run_wait(&run, ended ? 1000 : 1, &r, &err) || r.killed)
			snprintf(ret->note, sizeof(ret->note), "it did not end and was killed");
		else if (!WIFEXITED(r.status) || WEXITSTATUS(r.status))
			run_put_complaint(log, ret->note, sizeof(ret->note));
		else
			work_out(&tap, gaps_us, errors, ret);
		ret->cpu_share = r.wall_s > 0 ? (r.user_s + r.system_s) / r.wall_s : 0;
		ret->arrived = tap.stamped;
		ret->lost = stamp_tap_lost(&tap);
	}
	stamp_tap_close(&tap);
}

int replay_measure_timing(struct replay_bench *b, struct errmsg *err)
{
	uint32_t *const gaps_us = calloc(b->timed_packets, sizeof(*gaps_us));
	double *const errors = calloc(b->timed_packets, sizeof(*errors));
	int code = -ENOMEM;

	if (!gaps_us || !errors) {
		errmsg_set(err, code, "no memory for the gaps");
		goto out;
	}
	code = replay_make_timed(b, gaps_us, err);
	for (size_t round = 0; !code && round < b->place.rounds; round++)
		for (size_t k = 0; k < NR_REPLAY_TIMED && !bench_interrupted; k++) {
			struct replay_timing *const t = &b->timings[k][round];

			if (b->missing[replay_timed[k]][0])
				continue;
			time_once(b, k, gaps_us, errors, t);
			fprintf(stderr, "round %zu, recorded gaps, %s: median error %.2f us%s%s\n",
				round + 1, replay_contenders[replay_timed[k]].name, t->median_us,
				t->note[0] ? ": " : "", t->note);
		}
out:
	free(gaps_us);
	free(errors);
	return code;
}
