/* capture/ring_batch.c -- threads that open or close rings, and the one that waits for them. */
#include "capture/ring_batch.h"

#include <pthread.h>
#include <time.h>

#include "core/clock.h"
#include "core/log.h"

enum { THREADS_MAX = 16, FIRST_WORD_MS = 1000, NEXT_WORD_MS = 5000 };

struct batch {
	pthread_mutex_t lock; /* of all that follows */
	pthread_cond_t ended; /* a thread is through */
	struct ring_job *jobs;
	uint32_t n, next, done, running;
	bool closing;
	int code; /* the first error */
	struct errmsg words;
};

static int do_job(const struct batch *b, struct ring_job *job, struct errmsg *err)
{
	if (!b->closing)
		return ring_open(&job->cfg, job->name, job->ring, err);
	if (job->ring->fd >= 0)
		ring_close(job->ring);
	return 0;
}

static void *take_jobs(void *arg)
{
	struct batch *b = arg;
	struct errmsg err;
	uint32_t i;
	int code;

	pthread_mutex_lock(&b->lock);
	while (b->next < b->n && !b->code) {
		i = b->next++;
		pthread_mutex_unlock(&b->lock);
		code = do_job(b, &b->jobs[i], &err);
		pthread_mutex_lock(&b->lock);
		b->done++;
		if (code && !b->code) {
			b->code = code;
			b->words = err;
		}
	}
	b->running--;
	pthread_cond_signal(&b->ended);
	pthread_mutex_unlock(&b->lock);
	return NULL;
}

static void say_progress(const struct batch *b, uint64_t took_ns)
{
	const unsigned long long mib = b->jobs[0].cfg.ring_bytes >> 20, s = took_ns / NS_PER_SEC;

	if (b->closing)
		log_note("closing %u rings: %u done in %llu s", b->n, b->done, s);
	else if (b->n == 1)
		log_note("making a ring of %llu MiB: for %llu s the kernel has been clearing its "
			 "memory",
			 mib, s);
	else
		log_note("making %u rings of %llu MiB: %u done in %llu s", b->n, mib, b->done, s);
}

static void await_threads(struct batch *b)
{
	const uint64_t start_ns = clock_monotonic_ns();
	uint64_t word_ns = start_ns + FIRST_WORD_MS * NS_PER_MS;
	struct timespec until;

	pthread_mutex_lock(&b->lock);
	while (b->running) {
		until = (struct timespec){ .tv_sec = (time_t)(word_ns / NS_PER_SEC),
					   .tv_nsec = (long)(word_ns % NS_PER_SEC) };
		(void)pthread_cond_timedwait(&b->ended, &b->lock, &until);
		if (b->running && clock_monotonic_ns() >= word_ns) {
			say_progress(b, clock_monotonic_ns() - start_ns);
			word_ns = clock_monotonic_ns() + NEXT_WORD_MS * NS_PER_MS;
		}
	}
	pthread_mutex_unlock(&b->lock);
}

/* Where no thread can be started, the caller does it all. */
static void run(struct batch *b)
{
	pthread_t threads[THREADS_MAX];
	const uint32_t wanted = MIN_OF(b->n, (uint32_t)THREADS_MAX);
	pthread_condattr_t attr;
	uint32_t i, started = 0;

	pthread_mutex_init(&b->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&b->ended, &attr);
	pthread_condattr_destroy(&attr);
	b->running = wanted;
	while (started < wanted && !pthread_create(&threads[started], NULL, take_jobs, b))
		started++;
	pthread_mutex_lock(&b->lock);
	b->running -= wanted - started;
	b->running += !started;
	pthread_mutex_unlock(&b->lock);
	if (!started)
		take_jobs(b);
	await_threads(b);
	for (i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_cond_destroy(&b->ended);
	pthread_mutex_destroy(&b->lock);
}

int ring_batch_open(struct ring_job *jobs, uint32_t n, struct errmsg *err)
{
	struct batch b = { .jobs = jobs, .n = n };

	run(&b);
	return b.code ? errmsg_set(err, b.code, "%s", b.words.text) : 0;
}

void ring_batch_close(struct ring_job *jobs, uint32_t n)
{
	struct batch b = { .jobs = jobs, .n = n, .closing = true };

	if (n)
		run(&b);
}
