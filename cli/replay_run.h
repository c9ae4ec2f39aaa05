/*
 * cli/replay_run.h -- a replay from its first round to its last: one thread reads and hands out,
 * others send, the main one looks after them.
 */
#ifndef CLI_REPLAY_RUN_H
#define CLI_REPLAY_RUN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/replay_judge.h"
#include "cli/replay_options.h"
#include "cli/replay_source.h"
#include "cli/replay_target.h"

enum replay_state { REPLAY_LOADING, REPLAY_SENDING };

struct replay_run {
	const struct replay_options *o;
	struct replay_source *source;
	struct replay_target targets[INTERFACES_MAX];
	size_t nr_targets;
	struct replay_clock clock;
	struct replay_feed feed;
	struct replay_judge judge;

	pthread_t reader;
	/* By the reading thread, for any. */
	_Atomic int state;        /* enum replay_state */
	_Atomic uint64_t rounds;  /* of reading: begun */
	_Atomic uint64_t packets; /* handed out, in all rounds; with --preload in one */
	_Atomic uint64_t handed;  /* frames, skipped ones included, likewise */
	_Atomic uint64_t kept_bytes;
	/* When it has ended: 0, or why early, with words or with a complaint behind it. */
	int code;
	struct errmsg err;
	_Atomic bool read_all; /* the files, as often as was asked for */
};

/* Opens files and interfaces and looks whether they go together. 0 or -errno with words, or after a
 * complaint. */
int replay_run_open(struct replay_run *r, const struct replay_options *o,
		    struct packet_filter *filter, struct errmsg *err) must_check;
/* After send_watch_begin(). 0 or -errno. send_watch_done() is called when everything has ended. */
int replay_run_start(struct replay_run *r) must_check;
/* After send_watch_stop(): whoever waits for frames or room is woken. */
void replay_run_stop(struct replay_run *r);
/* After send_watch_done(): the counts are final then. */
void replay_run_join(struct replay_run *r);
/* What it does now; REPLAY_SENDING: `clock` is what it will be. */
enum replay_state replay_run_state(const struct replay_run *r);
/* Rounds that were begun, by whom sends or reads. */
uint64_t replay_run_rounds(const struct replay_run *r);
/* Why a lane ended early, or NULL. After replay_run_join(). */
const char *replay_run_failure(const struct replay_run *r);
void replay_run_close(struct replay_run *r);

#endif
