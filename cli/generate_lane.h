/*
 * cli/generate_lane.h -- a thread that makes every nth frame and sends it.
 *
 * Which frames there are does not depend on the number of threads: lane k of n has k, k + n, ...
 */
#ifndef CLI_GENERATE_LANE_H
#define CLI_GENERATE_LANE_H

#include <pthread.h>

#include "cli/generate_options.h"

struct generate_lane {
	const struct generate_options *o; /* borrowed, as craft is */
	const struct craft *craft;
	uint32_t number, of;
	uint64_t start_ns;       /* CLOCK_MONOTONIC: when frame 0 is due */
	void (*done)(void *ctx); /* called by the thread when it ends, err and code being set */
	void *ctx;

	struct sender *sender;
	pthread_t thread;
	bool started;
	_Atomic int code; /* -errno of what ended it early; not of being stopped */
	struct errmsg err;
};

/* 0 or -errno: the interface cannot be sent to. */
int generate_lane_open(struct generate_lane *l, struct errmsg *err) must_check;
int generate_lane_start(struct generate_lane *l) must_check;
void generate_lane_join(struct generate_lane *l);
/* Into *last: what became of its frames. */
void generate_lane_close(struct generate_lane *l, struct sender_counts *last);

#endif
