/*
 * cli/replay_lane.h -- a thread that sends: frames out of its queue through its sender, each at its
 * time, and counts of them.
 */
#ifndef CLI_REPLAY_LANE_H
#define CLI_REPLAY_LANE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "capture/sender.h"
#include "cli/replay_queue.h"
#include "core/errmsg.h"
#include "dissect/rewrite/result.h"

/* X(constant, name in JSON, words after "skipped: N ") */
#define REPLAY_REASONS(X)                                                       \
	X(SHORT, short, "shorter than a link-layer header")                     \
	X(LONG, too_long, "longer than the interface takes (see --mtu-policy)") \
	X(CUT, cut, "cut by the capture (--cut)")                               \
	X(LINKTYPE, linktype, "of a link type that the interface does not take (see --rewrite)")

/* Why a frame of the files is not sent; the causes of dissect/rewrite stand behind ours. */
enum replay_reason {
#define X(id, name, text) REPLAY_##id,
	REPLAY_REASONS(X)
#undef X
		REPLAY_REWRITE,
	REPLAY_NR_REASONS = REPLAY_REWRITE + REWRITE_NR_RESULTS,
};

/* What all lanes go by; written before the first frame is handed to one. */
struct replay_clock {
	uint64_t start_ns; /* of the first round */
	bool paced;        /* due times count */
	/* Of what is kept in memory. */
	double round_ns;
	double gap_ns;       /* between all frames; below 0: not all the same */
	uint64_t rounds;     /* 0: for ever */
	uint32_t last_round; /* packets of the last one; 0: all */
};

struct replay_lane {
	struct replay_queue queue;
	struct sender *sender;
	bool live; /* it sends XDP live frames: the kernel can repeat them */
	const struct replay_clock *clock;
	void (*failed)(void *ctx); /* called once, when `code` and `err` have been set */
	void *ctx;

	pthread_t thread;
	bool started;
	/* By its thread. */
	uint64_t committed; /* what the sender has had */
	uint64_t repeated;  /* frames that the kernel repeats by itself, of a round; 0: none */
	uint64_t to_repeat; /* how many are to leave then */
	/* By its thread, for any to read; err when it has ended. */
	_Atomic uint64_t offered, unsent, rounds;
	_Atomic uint64_t skipped[REPLAY_NR_REASONS];
	_Atomic int code; /* 0, or why it ended early */
	struct errmsg err;
};

/* 0 or -errno. */
int replay_lane_start(struct replay_lane *l) must_check;
/* Until its thread has ended; fine where it was not started. */
void replay_lane_join(struct replay_lane *l);
/* Then: closes the sender; its last counts. Fine where there is none. */
void replay_lane_end(struct replay_lane *l, struct sender_counts *ret);

#endif
