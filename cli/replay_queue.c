#include "cli/replay_queue.h"

#include <errno.h>
#include <stdlib.h>

#include "cli/send_watch.h"

void replay_queue_open(struct replay_queue *q, bool keep)
{
	*q = (struct replay_queue){ .keep = keep };
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->changed, NULL);
}

static void free_all(struct replay_chunk *c)
{
	while (c) {
		struct replay_chunk *next = c->next;

		free(c);
		c = next;
	}
}

void replay_queue_close(struct replay_queue *q)
{
	free_all(q->first);
	free_all(q->spare);
	free(q->filling);
	pthread_cond_destroy(&q->changed);
	pthread_mutex_destroy(&q->lock);
}

static void set_full(struct replay_queue *q, uint32_t nr)
{
	atomic_store_explicit(&q->nr_full, nr, memory_order_relaxed);
}

/* Under the lock. */
static void push(struct replay_queue *q)
{
	struct replay_chunk *c = q->filling;

	if (!c || !c->nr)
		return;
	if (q->last)
		q->last->next = c;
	else
		q->first = c;
	q->last = c;
	q->filling = NULL;
	set_full(q, q->nr_full + 1);
	pthread_cond_broadcast(&q->changed);
}

static bool has_empty(const struct replay_queue *q)
{
	return q->spare || q->keep || q->nr_chunks < REPLAY_CHUNKS;
}

/* Under the lock. 0, -EAGAIN or -ENOMEM. */
static int take_empty(struct replay_queue *q)
{
	struct replay_chunk *c = q->spare;

	if (!has_empty(q))
		return -EAGAIN;
	if (c) {
		q->spare = c->next;
	} else {
		c = malloc(sizeof(*c) + REPLAY_CHUNK_BYTES);
		if (!c)
			return -ENOMEM;
		q->nr_chunks++;
	}
	c->next = NULL;
	c->used = c->nr = 0;
	q->filling = c;
	return 0;
}

int replay_queue_turn(struct replay_queue *q)
{
	int code = 0;

	pthread_mutex_lock(&q->lock);
	push(q);
	if (!q->filling)
		code = take_empty(q);
	pthread_mutex_unlock(&q->lock);
	return code;
}

int replay_queue_wait_empty(struct replay_queue *q)
{
	pthread_mutex_lock(&q->lock);
	while (!has_empty(q) && !send_watch_stopped())
		pthread_cond_wait(&q->changed, &q->lock);
	pthread_mutex_unlock(&q->lock);
	return send_watch_stopped() ? -EINTR : 0;
}

void replay_queue_flush(struct replay_queue *q)
{
	pthread_mutex_lock(&q->lock);
	push(q);
	pthread_mutex_unlock(&q->lock);
}

void replay_queue_finish(struct replay_queue *q)
{
	pthread_mutex_lock(&q->lock);
	push(q);
	q->ended = true;
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
}

struct replay_chunk *replay_queue_take(struct replay_queue *q, bool wait)
{
	struct replay_chunk *c;

	pthread_mutex_lock(&q->lock);
	/* When sending is stopped the reader ends too, and says so by replay_queue_finish(). */
	while (wait && !q->first && !q->ended)
		pthread_cond_wait(&q->changed, &q->lock);
	c = q->first;
	if (c) {
		q->first = c->next;
		if (!q->first)
			q->last = NULL;
		set_full(q, q->nr_full - 1);
	}
	pthread_mutex_unlock(&q->lock);
	return c;
}

void replay_queue_give(struct replay_queue *q, struct replay_chunk *c)
{
	pthread_mutex_lock(&q->lock);
	c->next = q->spare;
	q->spare = c;
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
}

void replay_queue_wake(struct replay_queue *q)
{
	pthread_mutex_lock(&q->lock);
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
}
