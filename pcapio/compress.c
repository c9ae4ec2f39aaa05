/* pcapio/compress.c -- the pool: jobs in a ring, taken in order by threads with a context each. */
#include "pcapio/compress.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pcapio/compress_codec.h"

enum { THREADS_MAX = 16, PIECE_MAX = 16 << 20 };

struct compress_thread {
	struct compressor *pool;
	struct compress_context *ctx;
	pthread_t thread;
};

struct compressor {
	int event_fd;
	uint32_t nr_threads;
	struct compress_thread threads[THREADS_MAX];

	pthread_mutex_t lock; /* over what follows */
	pthread_cond_t work, finished;
	bool stop;
	/* Indices that only grow: job i is jobs[i % jobs_max]. */
	size_t submitted, taken, jobs_max;
	struct compress_job *jobs[];
};

static void finish_job(struct compressor *c, struct compress_job *job)
{
	const uint64_t one = 1;

	atomic_store_explicit(&job->done, 1, memory_order_release);
	/* From here on the job may be gone. */
	pthread_mutex_lock(&c->lock);
	pthread_cond_broadcast(&c->finished);
	pthread_mutex_unlock(&c->lock);
	/* Full: the owner has enough to wake up for. */
	if (c->event_fd >= 0 && write(c->event_fd, &one, sizeof(one)) < 0)
		return;
}

static void *thread_main(void *arg)
{
	struct compress_thread *t = arg;
	struct compressor *c = t->pool;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		struct compress_job *job;

		while (!c->stop && c->taken == c->submitted)
			pthread_cond_wait(&c->work, &c->lock);
		if (c->taken == c->submitted)
			break;
		job = c->jobs[c->taken++ % c->jobs_max];
		pthread_mutex_unlock(&c->lock);
		compress_context_run(t->ctx, job);
		finish_job(c, job);
		pthread_mutex_lock(&c->lock);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static uint32_t cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 1 : (uint32_t)CPU_COUNT(&set);
}

uint32_t compress_nr_threads(uint32_t wanted)
{
	return MIN_OF(wanted ? wanted : cpus(), (uint32_t)THREADS_MAX);
}

/* One thread more. Signals are for the others. */
static int add_thread(struct compressor *c, const struct compress_options *o)
{
	struct compress_thread *t = &c->threads[c->nr_threads];
	sigset_t all, before;
	int code = compress_context_open(o->codec, o->level, o->piece_max, &t->ctx);

	if (code)
		return code;
	t->pool = c;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	code = -pthread_create(&t->thread, NULL, thread_main, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (code) {
		compress_context_close(t->ctx);
		return code;
	}
	c->nr_threads++;
	return 0;
}

/* Fewer threads than asked for will do, none will not. */
static int add_threads(struct compressor *c, const struct compress_options *o)
{
	const uint32_t nr = compress_nr_threads(o->nr_threads);
	uint64_t memory = 0;
	int code = 0;

	while (!code && c->nr_threads < nr) {
		code = add_thread(c, o);
		if (!code)
			memory += compress_context_memory(c->threads[c->nr_threads - 1].ctx);
		/* All contexts are about as large as the ones before. */
		if (!code && o->memory_max && memory + memory / c->nr_threads > o->memory_max)
			break;
	}
	return c->nr_threads ? 0 : code;
}

static int check_options(const struct compress_options *o, struct errmsg *err)
{
	int min, max;

	if (o->codec <= CODEC_NONE || o->codec >= CODEC_NR)
		return errmsg_set(err, -EINVAL, "no compression to do");
	compress_levels(o->codec, &min, &max);
	if (o->level && (o->level < min || o->level > max))
		return errmsg_set(err, -EINVAL, "%s has levels %d to %d, not %d",
				  codec_name(o->codec), min, max, o->level);
	if (!o->piece_max || o->piece_max > PIECE_MAX || !o->jobs_max)
		return errmsg_set(err, -EINVAL, "pieces of %u bytes, %u at a time: not possible",
				  o->piece_max, o->jobs_max);
	return 0;
}

int compressor_open(const struct compress_options *o, struct compressor **ret, struct errmsg *err)
{
	struct compressor *c;
	int code = check_options(o, err);

	if (code)
		return code;
	c = calloc(1, sizeof(*c) + o->jobs_max * sizeof(struct compress_job *));
	if (!c)
		return errmsg_set(err, -ENOMEM, "out of memory");
	c->event_fd = o->event_fd;
	c->jobs_max = o->jobs_max;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->work, NULL);
	pthread_cond_init(&c->finished, NULL);
	code = add_threads(c, o);
	if (code) {
		compressor_close(c);
		return errmsg_set(err, code, "%s: no thread to compress: %s", codec_name(o->codec),
				  strerror(-code));
	}
	*ret = c;
	return 0;
}

uint32_t compressor_nr_threads(const struct compressor *c)
{
	return c->nr_threads;
}

void compressor_submit(struct compressor *c, struct compress_job *job)
{
	job->out_len = 0;
	job->error = 0;
	atomic_store_explicit(&job->done, 0, memory_order_relaxed); /* the lock publishes it */
	pthread_mutex_lock(&c->lock);
	/* More than jobs_max: wait for a place rather than lose one. */
	while (c->submitted - c->taken == c->jobs_max)
		pthread_cond_wait(&c->finished, &c->lock);
	c->jobs[c->submitted++ % c->jobs_max] = job;
	pthread_cond_signal(&c->work);
	pthread_mutex_unlock(&c->lock);
}

/* Acquire: pairs with the release of finish_job(), behind which out and out_len are set. */
static bool is_done(const struct compress_job *job)
{
	return atomic_load_explicit(&job->done, memory_order_acquire);
}

void compressor_wait(struct compressor *c, struct compress_job *job)
{
	if (is_done(job))
		return;
	pthread_mutex_lock(&c->lock);
	while (!is_done(job))
		pthread_cond_wait(&c->finished, &c->lock);
	pthread_mutex_unlock(&c->lock);
}

void compressor_close(struct compressor *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_cond_broadcast(&c->work);
	pthread_mutex_unlock(&c->lock);
	for (uint32_t i = 0; i < c->nr_threads; i++) {
		pthread_join(c->threads[i].thread, NULL);
		compress_context_close(c->threads[i].ctx);
	}
	pthread_cond_destroy(&c->finished);
	pthread_cond_destroy(&c->work);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
