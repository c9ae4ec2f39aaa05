#include "cli/replay_lane.h"

#include <errno.h>
#include <string.h>

#include "cli/send_watch.h"
#include "core/counter.h"

enum {
	AHEAD = 512, /* bytes of frames that are fetched before their turn */
	/* A round of so many the kernel repeats by itself: any ring of live frames has that room.
	 */
	REPEAT_FRAMES = 1024,
};

static void fail(struct replay_lane *l, int code)
{
	/* Being stopped is no failure; and the first one counts. */
	if (!code || code == -EINTR || atomic_load_explicit(&l->code, memory_order_relaxed))
		return;
	/* Pairs with the join, or with whoever reads the words after this. */
	atomic_store_explicit(&l->code, code, memory_order_release);
	l->failed(l->ctx);
}

/* What of the chunk has had no turn, from `at` on, is counted. */
static void count_rest(struct replay_lane *l, const struct replay_chunk *c, uint32_t at,
		       uint32_t limit)
{
	while (at < c->used) {
		const struct replay_record *r = (const struct replay_record *)(c->bytes + at);

		if (r->ordinal >= limit)
			break;
		counter_add(&l->offered, 1);
		counter_add(r->len & REPLAY_SKIPPED ? &l->skipped[r->len & ~REPLAY_SKIPPED]
						    : &l->unsent,
			    1);
		at += replay_record_size(r->len);
	}
}

/* Whether the frame at which sender_send() failed is among those that the sender counts. */
static bool was_committed(const struct replay_lane *l, uint64_t sent)
{
	struct sender_counts c;

	sender_counts(l->sender, &c);
	return c.committed > l->committed + sent;
}

/*
 * The frames of a chunk whose round began at base_ns; of packets below `limit`. 0, or -errno: all
 * that was not sent is counted. Hot.
 */
static int send_chunk(struct replay_lane *l, const struct replay_chunk *c, uint64_t base_ns,
		      uint32_t limit)
{
	const bool paced = l->clock->paced;
	struct sender *const s = l->sender;
	uint64_t offered = 0, sent = 0;
	uint32_t at = 0;
	int code = 0;

	while (at < c->used) {
		const struct replay_record *r = (const struct replay_record *)(c->bytes + at);
		uint8_t *slot;

		if (unlikely(r->ordinal >= limit))
			break;
		if (likely(!(r->len & REPLAY_SKIPPED))) {
			__builtin_prefetch(c->bytes + at + AHEAD);
			code = sender_slot(s, &slot, &l->err);
			if (unlikely(code))
				break;
			memcpy(slot, r->bytes, r->len);
			code = sender_send(s, r->len, paced ? base_ns + r->due_ns : 0, &l->err);
			if (unlikely(code && !was_committed(l, sent)))
				break;
			sent++;
		} else {
			counter_add(&l->skipped[r->len & ~REPLAY_SKIPPED], 1);
		}
		offered++;
		at += replay_record_size(r->len);
		if (unlikely(code))
			break;
	}
	l->committed += sent;
	counter_add(&l->offered, offered);
	if (unlikely(code))
		count_rest(l, c, at, limit);
	return code;
}

static int stopped_or(int code)
{
	return !code && send_watch_stopped() ? -EINTR : code;
}

/* Chunk by chunk as they come. */
static int send_stream(struct replay_lane *l)
{
	struct replay_chunk *c;
	int code = 0;

	for (;;) {
		c = replay_queue_take(&l->queue, false);
		if (!c) {
			/* Nobody knows when more comes; what is pending does not wait for it. */
			if (!code)
				code = sender_push(l->sender, &l->err);
			fail(l, code);
			c = replay_queue_take(&l->queue, true);
		}
		if (!c)
			return code;
		code = stopped_or(code);
		if (!code)
			code = send_chunk(l, c, l->clock->start_ns, UINT32_MAX);
		else
			count_rest(l, c, 0, UINT32_MAX);
		fail(l, code);
		replay_queue_give(&l->queue, c);
	}
}

/* All that is kept, once. */
static int send_round(struct replay_lane *l, uint64_t base_ns, uint32_t limit)
{
	int code = 0;

	for (const struct replay_chunk *c = l->queue.first; c; c = c->next) {
		code = stopped_or(code);
		if (!code)
			code = send_chunk(l, c, base_ns, limit);
		else
			count_rest(l, c, 0, limit);
	}
	return code;
}

/* ---- rounds that the kernel repeats ---- */

/* Frames of a round, or 0 where it cannot be left to the kernel: records of what is skipped are
 * counted in each round. *last: those of the packets of the last round. */
static uint64_t can_repeat(const struct replay_lane *l, uint64_t *last)
{
	uint64_t frames = 0;

	*last = 0;
	if (!l->live || l->clock->gap_ns < 0 || l->clock->rounds == 1)
		return 0;
	for (const struct replay_chunk *c = l->queue.first; c; c = c->next)
		for (uint32_t at = 0; at < c->used;) {
			const struct replay_record *r =
				(const struct replay_record *)(c->bytes + at);

			if (r->len & REPLAY_SKIPPED || ++frames > REPEAT_FRAMES)
				return 0;
			*last += !l->clock->last_round || r->ordinal < l->clock->last_round;
			at += replay_record_size(r->len);
		}
	return frames;
}

/* 0, -EOPNOTSUPP: it has to be done here, or as sender_slot(). */
static int send_repeated(struct replay_lane *l)
{
	const uint64_t rounds = l->clock->rounds;
	uint64_t last;
	const uint64_t frames = can_repeat(l, &last);
	int code;

	if (!frames)
		return -EOPNOTSUPP;
	l->repeated = frames;
	l->to_repeat = INT64_MAX; /* longer than anybody waits */
	if (rounds && rounds - 1 < INT64_MAX / frames)
		l->to_repeat = (rounds - 1) * frames + last;
	for (const struct replay_chunk *c = l->queue.first; c; c = c->next)
		for (uint32_t at = 0; at < c->used;) {
			const struct replay_record *r =
				(const struct replay_record *)(c->bytes + at);
			uint8_t *slot;

			code = sender_slot(l->sender, &slot, &l->err);
			if (code)
				return code;
			memcpy(slot, r->bytes, r->len);
			sender_commit(l->sender, r->len);
			at += replay_record_size(r->len);
		}
	code = sender_repeat(l->sender, l->to_repeat, l->clock->gap_ns);
	if (code)
		return errmsg_set(&l->err, code, "%s: repeating live frames: %s",
				  sender_link(l->sender)->name, strerror(-code));
	return sender_finish(l->sender, &l->err);
}

/* What was offered: all frames of each round that was begun. */
static void end_repeated(struct replay_lane *l, struct sender_counts *c)
{
	uint64_t done = c->sent, begun, offered;

	for (size_t i = 0; i < TRANSMIT_NR_FAILURES; i++)
		done += i == TRANSMIT_UNSENT ? 0 : c->failed[i];
	begun = done / l->repeated + (done % l->repeated != 0);
	offered = MIN_OF(begun * l->repeated, l->to_repeat);
	c->failed[TRANSMIT_UNSENT] = offered - MIN_OF(done, offered);
	counter_add(&l->offered, offered);
	counter_add(&l->rounds, begun);
}

static int send_kept(struct replay_lane *l)
{
	const struct replay_clock *k = l->clock;
	uint64_t n;
	int code;

	if (!l->queue.first)
		return 0;
	code = send_repeated(l);
	if (code != -EOPNOTSUPP)
		return code;
	for (n = 0, code = 0; !code && (!k->rounds || n < k->rounds); n++) {
		const bool last = n + 1 == k->rounds;

		code = stopped_or(0);
		if (code)
			break;
		counter_add(&l->rounds, 1);
		code = send_round(l, k->start_ns + (uint64_t)((double)n * k->round_ns),
				  last && k->last_round ? k->last_round : UINT32_MAX);
	}
	return code;
}

static void *run(void *arg)
{
	struct replay_lane *l = arg;
	int code = l->queue.keep ? send_kept(l) : send_stream(l);

	if (!code)
		code = sender_finish(l->sender, &l->err);
	fail(l, code);
	return NULL;
}

int replay_lane_start(struct replay_lane *l)
{
	const int code = -pthread_create(&l->thread, NULL, run, l);

	l->started = !code;
	return code;
}

void replay_lane_join(struct replay_lane *l)
{
	if (l->started)
		pthread_join(l->thread, NULL);
	l->started = false;
}

void replay_lane_end(struct replay_lane *l, struct sender_counts *ret)
{
	*ret = (struct sender_counts){ 0 };
	sender_close(l->sender, ret);
	l->sender = NULL;
	if (l->repeated)
		end_repeated(l, ret);
	l->repeated = 0;
}
