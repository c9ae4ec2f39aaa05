/*
 * cli/replay_judge.h -- what becomes of a packet of the files: where it goes, rewritten, cut up or
 * left out. The reading thread's; its counters may be read by any.
 */
#ifndef CLI_REPLAY_JUDGE_H
#define CLI_REPLAY_JUDGE_H

#include <stdatomic.h>
#include <stdint.h>

#include "cli/replay_feed.h"
#include "cli/replay_options.h"
#include "cli/replay_source.h"
#include "dissect/rewrite/fragment.h"

/* Of packets as they are read: with --preload once, else in each round. */
struct replay_found {
	_Atomic uint64_t unassigned; /* belong to no -i */
	_Atomic uint64_t cut;        /* cut by the capture */
	_Atomic uint64_t unfinished; /* captured before their checksums were filled in */
	_Atomic uint64_t fragmented, truncated, changed;
	_Atomic uint64_t too_long;
};

struct replay_judge {
	const struct replay_options *o;
	struct replay_feed *feed;
	bool plain;          /* no rules: bytes go as they are */
	bool gap_told;       /* of a long one, or there are none */
	uint32_t to_look_at; /* packets whose checksums are still to be looked at */
	struct rewrite_fragment_config fragment;
	uint8_t *scratch; /* a frame while it is worked on */
	struct replay_found found;
};

/* 0 or -ENOMEM. */
int replay_judge_open(struct replay_judge *j, const struct replay_options *o,
		      struct replay_feed *feed) must_check;
void replay_judge_close(struct replay_judge *j);
/*
 * Hands it on. 0; -EINTR: sending was stopped; with words: -EMSGSIZE it is too long and
 * --mtu-policy is stop, -ENOMEM. Hot.
 */
int replay_judge_packet(struct replay_judge *j, const struct replay_packet *p,
			struct errmsg *err) must_check;

#endif
