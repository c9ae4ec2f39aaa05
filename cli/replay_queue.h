/*
 * cli/replay_queue.h -- frames on their way from the thread that reads to one that sends: in chunks
 * that change hands, so that nothing is locked for a single frame.
 *
 * The reading thread fills one chunk at a time; the sending one has what is full. Bounded, the
 * reader waits; or kept (--preload), then chunks stay and are gone through again and again.
 */
#ifndef CLI_REPLAY_QUEUE_H
#define CLI_REPLAY_QUEUE_H

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/compiler.h"
#include "core/limits.h"

enum {
	REPLAY_CHUNK_BYTES = 320 << 10, /* room for REPLAY_FRAME_MAX in any case */
	REPLAY_CHUNKS = 16,             /* of a bounded queue */
};

enum { REPLAY_FRAME_MAX = SNAPLEN_MAX }; /* without VLAN tag */

/* In front of each frame, aligned to 8. */
struct replay_record {
	uint64_t due_ns;  /* since the start of the round; nothing at top speed */
	uint32_t len;     /* bytes behind this; or REPLAY_SKIPPED and a reason: there are none */
	uint32_t ordinal; /* of the packet, among those of its round */
	uint8_t bytes[];
};

#define REPLAY_SKIPPED (1u << 31)

static_assert(REPLAY_FRAME_MAX + 64 + sizeof(struct replay_record) < REPLAY_CHUNK_BYTES,
	      "the longest frame");

struct replay_chunk {
	struct replay_chunk *next;
	uint32_t used; /* bytes */
	uint32_t nr;   /* records */
	uint8_t bytes[] __attribute__((aligned(8)));
};

struct replay_queue {
	/* The reading thread's. */
	struct replay_chunk *filling;
	bool keep; /* set before the first frame */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	struct replay_chunk *first, *last; /* full ones */
	struct replay_chunk *spare;
	uint32_t nr_chunks;       /* all of them */
	bool ended;               /* nothing more comes */
	_Atomic uint32_t nr_full; /* written under the lock, a hint to who reads without it */
};

static inline uint32_t replay_record_size(uint32_t len)
{
	const uint32_t bytes = len & REPLAY_SKIPPED ? 0 : len;

	return (uint32_t)(sizeof(struct replay_record) + align_up(bytes, 8));
}

void replay_queue_open(struct replay_queue *q, bool keep);
void replay_queue_close(struct replay_queue *q);

/* Reader: whether the next record of this length finds room in the chunk that is being filled. */
static inline bool replay_queue_has_room(const struct replay_queue *q, uint32_t len)
{
	return q->filling && replay_record_size(len) <= REPLAY_CHUNK_BYTES - q->filling->used;
}

/*
 * Reader: what is filled goes to the sending thread, and an empty chunk is taken. 0; -EAGAIN:
 * there is none now, replay_queue_wait_empty() waits for it; -ENOMEM.
 */
int replay_queue_turn(struct replay_queue *q) must_check;
/* Reader: until replay_queue_turn() finds one. 0; -EINTR: sending has been stopped. */
int replay_queue_wait_empty(struct replay_queue *q) must_check;

/* Reader: room for a record, after replay_queue_has_room(). */
static inline struct replay_record *replay_queue_add(struct replay_queue *q, uint32_t len)
{
	struct replay_chunk *c = q->filling;
	struct replay_record *r = (struct replay_record *)(c->bytes + c->used);

	c->used += replay_record_size(len);
	c->nr++;
	r->len = len;
	return r;
}

/* Reader: what is filled so far goes to the sending thread. */
void replay_queue_flush(struct replay_queue *q);
/* Reader: the same, and nothing more comes. */
void replay_queue_finish(struct replay_queue *q);
/* Whether the sending thread has nothing to do, or soon will. */
static inline bool replay_queue_is_hungry(const struct replay_queue *q)
{
	return !atomic_load_explicit(&q->nr_full, memory_order_relaxed);
}

/* Sender: the next chunk; NULL: none is there, or with `wait` none will ever be. */
struct replay_chunk *replay_queue_take(struct replay_queue *q, bool wait);
/* Sender: it is empty again. */
void replay_queue_give(struct replay_queue *q, struct replay_chunk *c);
/* Any thread, after send_watch_stop(): whoever waits looks again. */
void replay_queue_wake(struct replay_queue *q);

#endif
