#include "cli/replay_run.h"

#include <errno.h>
#include <string.h>

#include "cli/send_watch.h"
#include "core/clock.h"
#include "core/counter.h"

#define START_NS (2 * NS_PER_MS) /* until all threads run */

enum { LOOK_EVERY = 256 /* packets */ };

/* Waits for the first packet, behind the description of its interface; it stays there. */
static int look_at_first(struct replay_run *r, struct errmsg *err)
{
	struct replay_packet p;
	int code;

	while ((code = replay_source_next(r->source, &p, err)) == -EAGAIN)
		replay_source_wait(r->source);
	if (code > 0)
		replay_source_put_back(r->source);
	return MIN_OF(code, 0);
}

int replay_run_open(struct replay_run *r, const struct replay_options *o,
		    struct packet_filter *filter, struct errmsg *err)
{
	int code;

	r->o = o;
	r->feed = (struct replay_feed){ .targets = r->targets,
					.clock = &r->clock,
					.keep = o->preload };
	code = replay_source_open(o->files, o->nr_files, &o->window, filter, &r->source, err);
	for (; !code && r->nr_targets < o->nr_to; r->nr_targets++)
		code = replay_target_open(&r->targets[r->nr_targets], o, &o->to[r->nr_targets],
					  err);
	r->feed.nr_targets = r->nr_targets;
	if (!code && replay_judge_open(&r->judge, o, &r->feed))
		code = errmsg_set(err, -ENOMEM, "out of memory");
	if (!code)
		code = look_at_first(r, err);
	if (!code)
		code = replay_targets_check(r->targets, r->nr_targets, o, r->source, err);
	return code;
}

void replay_run_close(struct replay_run *r)
{
	for (size_t i = 0; i < r->nr_targets; i++)
		replay_target_close(&r->targets[i]);
	replay_judge_close(&r->judge);
	replay_source_close(r->source);
}

/* ---- the reading thread ---- */

/* One round through the files. 0 or -errno. */
static int read_round(struct replay_run *r)
{
	struct replay_packet p;
	int code;

	r->feed.ordinal = 0;
	while (counter_get(&r->packets) < r->o->count && !send_watch_stopped()) {
		code = replay_source_next(r->source, &p, &r->err);
		if (code == -EAGAIN) {
			replay_feed_flush(&r->feed);
			replay_source_wait(r->source);
			continue;
		}
		if (code <= 0)
			return code;
		code = replay_judge_packet(&r->judge, &p, &r->err);
		if (code)
			return code;
		counter_set(&r->packets, counter_get(&r->packets) + 1);
		counter_set(&r->handed, r->feed.frames);
		if (++r->feed.ordinal % LOOK_EVERY == 0)
			replay_feed_look(&r->feed);
		if (unlikely(r->feed.ordinal == UINT32_MAX)) /* of what is kept; else it is free */
			r->feed.ordinal = 0;
	}
	return send_watch_stopped() ? -EINTR : 0;
}

/* Rounds through the files as long as frames come out of them. */
static int read_rounds(struct replay_run *r)
{
	const struct replay_options *o = r->o;
	uint64_t before;
	int code;

	for (;;) {
		before = r->feed.sendable;
		counter_set(&r->rounds, counter_get(&r->rounds) + 1);
		code = read_round(r);
		if (code || counter_get(&r->packets) == o->count || r->feed.sendable == before ||
		    (o->loops && counter_get(&r->rounds) == o->loops))
			return code;
		code = replay_source_rewind(r->source, &r->err);
		if (code)
			return code;
		pace_again(&r->feed.pace);
	}
}

/* How long a round of what is kept lasts. */
static double round_length(const struct replay_feed *f)
{
	struct pace p = f->pace;

	if (p.cfg.mode != PACE_RECORDED)
		return p.ahead_ns;
	pace_again(&p);
	return (double)p.start_ns;
}

/* The distance of all frames, where one lane has them all; below 0: there is none. */
static double constant_gap(const struct replay_run *r)
{
	if (r->o->send.pace.mode == PACE_TOPSPEED)
		return 0;
	if (r->o->send.pace.mode == PACE_PPS && r->nr_targets == 1 && r->o->threads == 1)
		return (double)NS_PER_SEC / r->o->send.pace.rate;
	return -1;
}

/* How often what is kept goes, for --loop and -c. */
static void plan_rounds(struct replay_run *r)
{
	const uint64_t packets = counter_get(&r->packets), count = r->o->count;

	r->clock.round_ns = round_length(&r->feed);
	r->clock.gap_ns = constant_gap(r);
	r->clock.rounds = r->o->loops;
	if (!r->feed.sendable)
		r->clock.rounds = 1; /* nothing but what is skipped */
	if (!r->feed.sendable || count == UINT64_MAX ||
	    (r->o->loops && r->o->loops <= count / packets))
		return;
	r->clock.rounds = count / packets + (count % packets != 0);
	r->clock.last_round = (uint32_t)(count % packets);
}

static int start_lanes(struct replay_run *r)
{
	int code = 0;

	for (size_t i = 0; i < r->nr_targets; i++)
		for (uint32_t k = 0; !code && k < r->targets[i].nr_lanes; k++)
			code = replay_lane_start(&r->targets[i].lanes[k]);
	if (code) /* those that run would send a part, with --loop 0 for ever */
		send_watch_stop();
	return code ? errmsg_set(&r->err, code, "no thread can be started: %s", strerror(-code))
		    : 0;
}

static void begin_sending(struct replay_run *r)
{
	/* Release: pairs with replay_run_state(); the clock is whole. */
	atomic_store_explicit(&r->state, REPLAY_SENDING, memory_order_release);
	send_watch_poke();
}

/* All frames into memory, then they are sent from there. */
static int preload(struct replay_run *r)
{
	int code;

	counter_set(&r->rounds, 1);
	code = read_round(r);
	replay_feed_finish(&r->feed);
	if (code)
		return code;
	counter_set(&r->kept_bytes, r->feed.kept);
	r->read_all = true;
	plan_rounds(r);
	r->clock.start_ns = clock_monotonic_ns() + START_NS;
	begin_sending(r);
	return start_lanes(r);
}

static int stream(struct replay_run *r)
{
	int code = start_lanes(r);

	begin_sending(r);
	if (!code)
		code = read_rounds(r);
	r->read_all = !code;
	replay_feed_finish(&r->feed);
	return code;
}

static void *read_and_send(void *arg)
{
	struct replay_run *r = arg;
	const int code = r->o->preload ? preload(r) : stream(r);

	if (code != -EINTR)
		r->code = code;
	for (size_t i = 0; i < r->nr_targets; i++)
		for (uint32_t k = 0; k < r->targets[i].nr_lanes; k++)
			replay_lane_join(&r->targets[i].lanes[k]);
	send_watch_done();
	return NULL;
}

/* ---- the main thread ---- */

/* In a lane's thread: the others end with it. */
static void lane_failed(void *ctx)
{
	struct replay_run *r = ctx;

	send_watch_stop();
	replay_run_stop(r);
}

int replay_run_start(struct replay_run *r)
{
	for (size_t i = 0; i < r->nr_targets; i++)
		for (uint32_t k = 0; k < r->targets[i].nr_lanes; k++) {
			struct replay_lane *l = &r->targets[i].lanes[k];

			l->clock = &r->clock;
			l->failed = lane_failed;
			l->ctx = r;
		}
	replay_feed_begin(&r->feed, &r->o->send.pace);
	return -pthread_create(&r->reader, NULL, read_and_send, r);
}

void replay_run_stop(struct replay_run *r)
{
	replay_feed_wake(&r->feed);
}

void replay_run_join(struct replay_run *r)
{
	pthread_join(r->reader, NULL);
	for (size_t i = 0; i < r->nr_targets; i++)
		replay_target_end(&r->targets[i]);
}

enum replay_state replay_run_state(const struct replay_run *r)
{
	return (enum replay_state)atomic_load_explicit(&r->state, memory_order_acquire);
}

uint64_t replay_run_rounds(const struct replay_run *r)
{
	uint64_t most = 0;

	if (!r->o->preload)
		return counter_get(&r->rounds);
	for (size_t i = 0; i < r->nr_targets; i++)
		for (uint32_t k = 0; k < r->targets[i].nr_lanes; k++)
			most = MAX_OF(most, counter_get(&r->targets[i].lanes[k].rounds));
	return most;
}

const char *replay_run_failure(const struct replay_run *r)
{
	for (size_t i = 0; i < r->nr_targets; i++)
		for (uint32_t k = 0; k < r->targets[i].nr_lanes; k++) {
			const struct replay_lane *l = &r->targets[i].lanes[k];

			if (atomic_load_explicit(&l->code, memory_order_acquire))
				return l->err.text;
		}
	return NULL;
}
