#include "cli/replay_feed.h"

#include <errno.h>
#include <inttypes.h>

#include "cli/replay_memory.h"
#include "cli/units.h"
#include "core/clock.h"

#define START_NS (2 * NS_PER_MS) /* until all threads have their first frames */
#define LOOK_NS  (2 * NS_PER_MS)

void replay_feed_begin(struct replay_feed *f, const struct pace_config *pace)
{
	/* From 0: due times are relative to the start of the first round. */
	pace_begin(&f->pace, pace, 0);
	f->clock->paced = pace->mode != PACE_TOPSPEED;
	f->looked_ns = clock_monotonic_ns();
	if (f->keep)
		f->kept_max = replay_memory_available() / 4 * 3;
}

/* Written before the first chunk is handed over, whose lock publishes it. */
static void start_clock(struct replay_feed *f)
{
	if (!f->clock->start_ns && !f->keep)
		f->clock->start_ns = clock_monotonic_ns() + START_NS;
}

static int memory_full(const struct replay_feed *f, struct errmsg *err)
{
	char max_text[32];
	struct strbuf max = strbuf_over(max_text, sizeof(max_text));

	format_size(&max, f->kept_max);
	return errmsg_set(err, -ENOMEM,
			  "--preload: the frames need more than %s, three quarters of the memory "
			  "that is available; %" PRIu64 " frames fit. Without --preload they are "
			  "read as they are sent; -c or a filter takes less",
			  max_text, f->frames);
}

/* An empty chunk for the lane. While its queue is full no other lane may starve. */
static int make_room(struct replay_feed *f, struct replay_queue *q, struct errmsg *err)
{
	int code;

	start_clock(f);
	if (f->keep && (f->kept += REPLAY_CHUNK_BYTES) > f->kept_max)
		return memory_full(f, err);
	while ((code = replay_queue_turn(q)) == -EAGAIN) {
		replay_feed_flush(f);
		code = replay_queue_wait_empty(q);
		if (code)
			return code;
	}
	return code ? errmsg_set(err, code, "out of memory") : 0;
}

static int add(struct replay_feed *f, struct replay_target *t, uint32_t len, uint64_t due_ns,
	       struct replay_record **ret, struct errmsg *err)
{
	struct replay_queue *q = &t->lanes[t->next_lane].queue;
	int code;

	if (unlikely(!replay_queue_has_room(q, len))) {
		code = make_room(f, q, err);
		if (code)
			return code;
	}
	*ret = replay_queue_add(q, len);
	(*ret)->due_ns = due_ns;
	(*ret)->ordinal = f->ordinal;
	f->frames++;
	if (++t->next_lane == t->nr_lanes)
		t->next_lane = 0;
	return 0;
}

int replay_feed_frame(struct replay_feed *f, struct replay_target *t, uint32_t len,
		      uint64_t time_ns, uint8_t **ret, struct errmsg *err)
{
	struct replay_record *r;
	int code;

	f->due_ns = pace_next(&f->pace, time_ns, len);
	code = add(f, t, len, f->due_ns, &r, err);
	if (likely(!code)) {
		*ret = r->bytes;
		f->sendable++;
	}
	return code;
}

int replay_feed_skip(struct replay_feed *f, struct replay_target *t, unsigned reason,
		     struct errmsg *err)
{
	struct replay_record *r;

	return add(f, t, REPLAY_SKIPPED | reason, 0, &r, err);
}

enum which { ALL, HUNGRY };

static void flush(struct replay_feed *f, enum which which)
{
	if (f->keep)
		return;
	start_clock(f);
	for (size_t i = 0; i < f->nr_targets; i++)
		for (uint32_t k = 0; k < f->targets[i].nr_lanes; k++) {
			struct replay_queue *q = &f->targets[i].lanes[k].queue;

			if (which == ALL || replay_queue_is_hungry(q))
				replay_queue_flush(q);
		}
}

void replay_feed_look(struct replay_feed *f)
{
	const uint64_t now = clock_monotonic_ns();

	if (now - f->looked_ns < LOOK_NS)
		return;
	f->looked_ns = now;
	flush(f, HUNGRY);
}

void replay_feed_flush(struct replay_feed *f)
{
	flush(f, ALL);
}

void replay_feed_finish(struct replay_feed *f)
{
	start_clock(f);
	for (size_t i = 0; i < f->nr_targets; i++)
		for (uint32_t k = 0; k < f->targets[i].nr_lanes; k++)
			replay_queue_finish(&f->targets[i].lanes[k].queue);
}

void replay_feed_wake(struct replay_feed *f)
{
	for (size_t i = 0; i < f->nr_targets; i++)
		for (uint32_t k = 0; k < f->targets[i].nr_lanes; k++)
			replay_queue_wake(&f->targets[i].lanes[k].queue);
}
