#include "pcapio/out_stream.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER_SIZE = 512 << 10, NR_BUFFERS = 4 };

/* Owned by the caller's thread until it is full, then by the thread that writes. */
struct out_buffer {
	size_t fill;
	uint8_t bytes[BUFFER_SIZE];
};

struct out_stream {
	int fd;
	const char *name;
	bool has_thread, no_thread;
	pthread_t thread;

	pthread_mutex_t lock; /* over what follows, but for the caller's own look at `filling` */
	pthread_cond_t changed;
	bool stop;
	/* Indices that only grow: buffer i is buffers[i % NR_BUFFERS]. */
	size_t filling, writing;
	int failure; /* of a write, sticky */
	struct errmsg failure_text;

	struct out_buffer buffers[NR_BUFFERS];
};

int out_stream_open(int fd, const char *name, struct out_stream **ret)
{
	struct out_stream *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->fd = fd;
	s->name = name;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	*ret = s;
	return 0;
}

static int write_all(const struct out_stream *s, const uint8_t *p, size_t len, struct errmsg *err)
{
	while (len) {
		const ssize_t n = write(s->fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE)
			return -EPIPE;
		if (n < 0)
			return errmsg_set(err, -errno, "%s: %s", s->name, strerror(errno));
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* With the lock, which is not held while it writes. */
static void write_oldest(struct out_stream *s)
{
	struct out_buffer *b = &s->buffers[s->writing % NR_BUFFERS];
	struct errmsg err = { .text = "" };
	int code = s->failure;

	if (!code) {
		pthread_mutex_unlock(&s->lock);
		code = write_all(s, b->bytes, b->fill, &err);
		pthread_mutex_lock(&s->lock);
		if (code) {
			s->failure = code;
			s->failure_text = err;
		}
	}
	b->fill = 0;
	s->writing++;
	pthread_cond_signal(&s->changed);
}

static void *writer_main(void *arg)
{
	struct out_stream *s = arg;

	pthread_mutex_lock(&s->lock);
	while (!s->stop || s->writing < s->filling) {
		if (s->writing < s->filling)
			write_oldest(s);
		else
			pthread_cond_wait(&s->changed, &s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* Signals are for the caller's thread, which may be waiting for packets. */
static void start_thread(struct out_stream *s)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	s->has_thread = !pthread_create(&s->thread, NULL, writer_main, s);
	s->no_thread = !s->has_thread;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Hands the buffer that is being filled over, and waits until at most `behind` are not written. */
static int hand_over(struct out_stream *s, size_t behind, struct errmsg *err)
{
	int code;

	pthread_mutex_lock(&s->lock);
	if (s->buffers[s->filling % NR_BUFFERS].fill)
		s->filling++;
	if (s->has_thread)
		pthread_cond_signal(&s->changed);
	while (s->has_thread && s->filling - s->writing > behind)
		pthread_cond_wait(&s->changed, &s->lock);
	while (!s->has_thread && s->writing < s->filling)
		write_oldest(s);
	code = s->failure;
	if (code && err)
		*err = s->failure_text;
	pthread_mutex_unlock(&s->lock);
	return code;
}

int out_stream_put(struct out_stream *s, const void *data, size_t len, struct errmsg *err)
{
	const uint8_t *p = data;

	for (;;) {
		struct out_buffer *b = &s->buffers[s->filling % NR_BUFFERS];
		const size_t n = MIN_OF(len, sizeof(b->bytes) - b->fill);
		int code;

		memcpy(b->bytes + b->fill, p, n);
		b->fill += n;
		p += n;
		len -= n;
		if (likely(!len))
			return 0;
		if (!s->has_thread && !s->no_thread)
			start_thread(s);
		code = hand_over(s, NR_BUFFERS - 1, err);
		if (code)
			return code;
	}
}

int out_stream_flush(struct out_stream *s, struct errmsg *err)
{
	return hand_over(s, 0, err);
}

void out_stream_close(struct out_stream *s)
{
	if (!s)
		return;
	if (s->has_thread) {
		pthread_mutex_lock(&s->lock);
		s->stop = true;
		pthread_cond_signal(&s->changed);
		pthread_mutex_unlock(&s->lock);
		pthread_join(s->thread, NULL);
	}
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
