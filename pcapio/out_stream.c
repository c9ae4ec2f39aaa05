#include "pcapio/out_stream.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "pcapio/compress.h"
#include "pcapio/out_file.h"

enum {
	BUFFERS_MAX = 24,
	PLAIN_BUFFERS = 4,
	PLAIN_SIZE = 1 << 20,
	MANY_SIZE = 64 << 10,
	/* Pieces that are compressed: as long as memory allows, for a better ratio. */
	PIECE_SIZE = 1 << 20,
	PIECE_SIZE_THREADS = 512 << 10, /* with more than THREADS_FEW */
	THREADS_FEW = 4,
	CONTEXTS_MEMORY = 22 << 20,
};

/* Owned by the caller's thread until it is full, then by the one that writes. */
struct out_buffer {
	uint8_t *bytes; /* size, and OUT_STREAM_ROOM bytes for the item that crosses the limit */
	size_t fill;    /* set when it is handed over */
	struct compress_job job;
};

struct out_stream {
	struct out_place place; /* in the buffer that is being filled; first member */
	struct out_file file;
	enum codec codec;
	size_t size;     /* of a buffer, up to its limit */
	uint64_t before; /* bytes put into the buffers before this one */
	uint32_t nr_buffers;
	struct compressor *compressor;
	bool borrowed; /* the compressor is everybody's */
	struct seek_table *table;
	bool has_thread, no_thread;
	pthread_t thread;

	pthread_mutex_t lock; /* over what follows, but for the caller's own look at `filling` */
	pthread_cond_t changed;
	bool stop;
	/* Indices that only grow: buffer i is buffers[i % nr_buffers]. */
	size_t filling, writing;
	int failure; /* of a write, sticky */
	struct errmsg failure_text;

	struct out_buffer buffers[BUFFERS_MAX];
};

/* ---- the compressor of all that are `many` ---- */

/* Opened by the first of them, closed with the last; one after another, each waits for its piece.
 */
static struct {
	pthread_mutex_t lock;
	struct compressor *compressor;
	enum codec codec;
	int level;
	unsigned users;
	uint8_t *out;
} shared = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int shared_take(struct out_stream *s, const struct compress_options *c, struct errmsg *err)
{
	int code = 0;

	pthread_mutex_lock(&shared.lock);
	if (shared.users && (shared.codec != c->codec || shared.level != c->level))
		code = errmsg_set(err, -EINVAL, "%s: another compression than the other files'",
				  s->file.name);
	if (!code && !shared.users) {
		code = compressor_open(c, &shared.compressor, err);
		shared.codec = c->codec;
		shared.level = c->level;
	}
	if (!code && !shared.out) {
		shared.out = malloc(compress_bound(c->codec, c->piece_max));
		if (!shared.out)
			code = errmsg_set(err, -ENOMEM, "out of memory");
	}
	if (!code)
		shared.users++;
	if (code && !shared.users) {
		compressor_close(shared.compressor);
		shared.compressor = NULL;
	}
	pthread_mutex_unlock(&shared.lock);
	if (code)
		return code;
	s->compressor = shared.compressor;
	s->borrowed = true;
	return 0;
}

static void shared_give(void)
{
	pthread_mutex_lock(&shared.lock);
	if (!--shared.users) {
		compressor_close(shared.compressor);
		free(shared.out);
		shared.compressor = NULL;
		shared.out = NULL;
	}
	pthread_mutex_unlock(&shared.lock);
}

/* ---- opening ---- */

static int open_compressor(struct out_stream *s, const struct out_stream_options *o,
			   struct errmsg *err)
{
	const uint32_t piece_max = (uint32_t)s->size + OUT_STREAM_ROOM;
	const struct compress_options c = { .codec = o->codec,
					    .level = o->level,
					    .nr_threads = o->many ? 1 : o->threads,
					    .piece_max = piece_max,
					    .jobs_max = BUFFERS_MAX,
					    .event_fd = -1,
					    .memory_max = CONTEXTS_MEMORY };
	int code;

	if (o->many)
		return shared_take(s, &c, err);
	code = compressor_open(&c, &s->compressor, err);
	if (code)
		return code;
	/* One each under way, and a few to fill and to write meanwhile. */
	s->nr_buffers = MIN_OF(compressor_nr_threads(s->compressor) + 4, (uint32_t)BUFFERS_MAX);
	return 0;
}

static int open_buffers(struct out_stream *s, struct errmsg *err)
{
	for (uint32_t i = 0; i < s->nr_buffers; i++) {
		struct out_buffer *b = &s->buffers[i];

		/* Pages of it that are never reached cost nothing. */
		b->bytes = aligned_alloc(FILE_PAGE, s->size + OUT_STREAM_ROOM);
		if (s->codec != CODEC_NONE && !s->borrowed) {
			b->job.out_size =
				compress_bound(s->codec, (uint32_t)s->size + OUT_STREAM_ROOM);
			b->job.out = malloc(b->job.out_size);
		}
		if (!b->bytes || (b->job.out_size && !b->job.out))
			return errmsg_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}

static size_t buffer_size(const struct out_stream_options *o)
{
	if (o->many)
		return MANY_SIZE;
	if (o->codec == CODEC_NONE)
		return PLAIN_SIZE;
	return compress_nr_threads(o->threads) <= THREADS_FEW ? PIECE_SIZE : PIECE_SIZE_THREADS;
}

static void begin_buffer(struct out_stream *s, size_t fill)
{
	uint8_t *bytes;

	assert(s->nr_buffers);
	bytes = s->buffers[s->filling % s->nr_buffers].bytes;
	s->place = (struct out_place){ .pos = bytes + fill, .limit = bytes + s->size };
}

int out_stream_open(const struct out_stream_options *o, struct out_stream **ret, struct errmsg *err)
{
	struct out_stream *s = calloc(1, sizeof(*s));
	int code = 0;

	if (!s)
		return errmsg_set(err, -ENOMEM, "out of memory");
	s->file = (struct out_file){ .fd = o->fd,
				     .name = o->name,
				     .may_direct =
					     o->own_file && !o->many && o->codec == CODEC_NONE };
	s->codec = o->codec;
	s->nr_buffers = o->many ? 1 : PLAIN_BUFFERS;
	s->no_thread = o->many;
	s->size = buffer_size(o);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	if (o->codec == CODEC_ZSTD && seek_table_new(&s->table))
		code = errmsg_set(err, -ENOMEM, "out of memory");
	if (!code && o->codec != CODEC_NONE)
		code = open_compressor(s, o, err);
	if (!code)
		code = open_buffers(s, err);
	if (code) {
		out_stream_close(s);
		return code;
	}
	begin_buffer(s, 0);
	*ret = s;
	return 0;
}

/* ---- writing ---- */

static void compress_buffer(struct out_stream *s, struct out_buffer *b)
{
	b->job.in = b->bytes;
	b->job.in_len = (uint32_t)b->fill;
	if (s->borrowed) {
		b->job.out = shared.out;
		b->job.out_size = compress_bound(s->codec, b->job.in_len);
	}
	compressor_submit(s->compressor, &b->job);
}

static int write_frame(struct out_stream *s, struct out_buffer *b, struct errmsg *err)
{
	struct compress_job *job = &b->job;

	compressor_wait(s->compressor, job);
	if (job->error)
		return errmsg_set(err, job->error, "%s: %s: %s", s->file.name, codec_name(s->codec),
				  strerror(-job->error));
	if (s->table) {
		/* Hundreds at a time, each with all interfaces: too much memory for an index. */
		if (!s->borrowed)
			seek_table_note(s->table, job->in, job->in_len);
		seek_table_add(s->table, job->out_len, job->in_len);
	}
	return out_file_write(&s->file, job->out, job->out_len, err);
}

/* With the lock, which is not held while it writes. */
static void write_oldest(struct out_stream *s)
{
	struct out_buffer *b = &s->buffers[s->writing % s->nr_buffers];
	struct errmsg err = { .text = "" };
	int code = s->failure;

	pthread_mutex_unlock(&s->lock);
	if (code && s->compressor)
		compressor_wait(s->compressor, &b->job);
	else if (!code && s->compressor)
		code = write_frame(s, b, &err);
	else if (!code)
		code = out_file_write(&s->file, b->bytes, b->fill, &err);
	pthread_mutex_lock(&s->lock);
	if (code && !s->failure) {
		s->failure = code;
		s->failure_text = err;
	}
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

static size_t filled(const struct out_stream *s)
{
	return (size_t)(s->place.pos - s->buffers[s->filling % s->nr_buffers].bytes);
}

/* Hands what is filled over, and waits until at most `behind` buffers are not written. */
static int hand_over(struct out_stream *s, size_t fill, size_t behind, struct errmsg *err)
{
	struct out_buffer *b = &s->buffers[s->filling % s->nr_buffers];
	int code;

	b->fill = fill;
	if (fill && s->compressor)
		compress_buffer(s, b);
	pthread_mutex_lock(&s->lock);
	if (fill)
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

/*
 * An item may have crossed the limit. A piece to compress is as long as it is; what is written as
 * it stands goes out in equal, aligned parts, and the rest begins the next buffer.
 */
int out_stream_next(struct out_stream *s, struct errmsg *err)
{
	const size_t have = filled(s);
	const size_t fill = s->codec == CODEC_NONE ? MIN_OF(have, s->size) : have;
	const uint8_t *rest = s->buffers[s->filling % s->nr_buffers].bytes + fill;
	int code;

	if (!s->has_thread && !s->no_thread)
		start_thread(s);
	code = hand_over(s, fill, s->nr_buffers - 1, err);
	s->before += fill;
	begin_buffer(s, have - fill);
	/* The writer does not touch what lies behind the limit. */
	memmove(s->place.pos - (have - fill), rest, have - fill);
	return code;
}

int out_stream_put(struct out_stream *s, const void *data, size_t len, struct errmsg *err)
{
	const uint8_t *p = data;

	for (;;) {
		uint8_t *pos;
		size_t n;
		const int code = out_stream_room(s, &pos, err);

		if (code)
			return code;
		n = MIN_OF(len, (size_t)OUT_STREAM_ROOM);
		memcpy(pos, p, n);
		out_stream_take(s, n);
		p += n;
		len -= n;
		if (!len)
			return 0;
	}
}

uint64_t out_stream_bytes(const struct out_stream *s)
{
	return s->before + filled(s);
}

int out_stream_flush(struct out_stream *s, struct errmsg *err)
{
	int code = filled(s) >= s->size ? out_stream_next(s, err) : 0;
	const size_t fill = filled(s);

	if (!code)
		code = hand_over(s, fill, 0, err);
	s->before += fill;
	begin_buffer(s, 0);
	return code;
}

int out_stream_finish(struct out_stream *s, struct errmsg *err)
{
	int code = out_stream_flush(s, err);
	const uint8_t *table;
	size_t len;

	/* Nobody writes any more: the thread waits for a buffer. */
	if (!code && s->table) {
		table = seek_table_bytes(s->table, &len);
		code = table ? out_file_write(&s->file, table, len, err) : 0;
	}
	if (!code)
		code = out_file_finish(&s->file, err);
	return code;
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
	if (s->borrowed)
		shared_give();
	else
		compressor_close(s->compressor);
	/* After a failure too, space that was allocated ahead is given back. */
	if (out_file_finish(&s->file, NULL))
		s->file.may_direct = false;
	for (uint32_t i = 0; i < s->nr_buffers; i++) {
		free(s->buffers[i].bytes);
		if (!s->borrowed)
			free(s->buffers[i].job.out);
	}
	seek_table_free(s->table);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
