#include "cli/merge_input.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/read_watch.h"
#include "core/log.h"

enum {
	BUFFERS_MAX = 16 << 20, /* of all files together, before each gets the least */
	CHUNK_MAX = 512 << 10,
	CHUNK_MIN = 4 << 10,
	SHARE = 32,        /* of what is left, a file gets one part of so many */
	PATIENCE_MS = 100, /* a pipe that is silent for so long lets what is written out */
	LOOK_MS = 1000,    /* without a look at signals */
};

/* The first files get large buffers, each later one a share of what is left. */
static uint32_t take_chunk(struct merge_budget *b)
{
	const size_t left = b->used < BUFFERS_MAX ? BUFFERS_MAX - b->used : 0;
	uint32_t chunk = CHUNK_MAX;

	while (chunk > CHUNK_MIN && chunk > left / SHARE)
		chunk /= 2;
	b->used += chunk;
	b->nr_open++;
	return chunk;
}

static void give_chunk(struct merge_budget *b, uint32_t chunk)
{
	b->used -= chunk;
	b->nr_open--;
}

static uint64_t regular_size(const char *path)
{
	struct stat st;

	return strcmp(path, "-") && !stat(path, &st) && S_ISREG(st.st_mode) ? (uint64_t)st.st_size
									    : 0;
}

bool merge_input_can_park(const struct merge_input *in)
{
	return regular_size(in->path) > 0;
}

int merge_input_open(struct merge_input *in, struct merge_budget *budget, struct errmsg *err)
{
	struct source *src;
	uint32_t chunk;
	int code = source_open(in->path, &src, err);

	if (code)
		return code;
	in->size = regular_size(in->path);
	chunk = take_chunk(budget);
	source_set_chunk(src, chunk);
	code = reader_open_source(src, &in->reader, err);
	if (code) {
		give_chunk(budget, chunk);
		return code;
	}
	in->src = src;
	in->parked = false;
	in->chunk = chunk;
	source_never_wait(src);
	return 0;
}

/* A packet without a time comes with the one before it. */
static void set_key(struct merge_input *in)
{
	const uint64_t ns = in->frame.ts_ns ? in->frame.ts_ns : in->newest_ns;

	in->key_ns = MIN_OF(ns, MERGE_NEVER - 1);
	if (in->key_ns > in->newest_ns)
		in->newest_ns = in->key_ns;
}

int merge_input_park(struct merge_input *in, struct merge_budget *budget, struct errmsg *err)
{
	int code = merge_input_open(in, budget, err);

	if (code)
		return code;
	/* Without a packet, or damaged before the first, it has something to say at once. */
	in->key_ns = 0;
	if (reader_next(in->reader, &in->frame, err) > 0)
		set_key(in);
	err->text[0] = '\0';
	merge_input_end(in, budget);
	in->newest_ns = 0;
	in->parked = true;
	return 0;
}

int merge_input_next(struct merge_input *in, struct errmsg *err)
{
	const int code = reader_next_any(in->reader, &in->frame, err);

	if (code == READER_FRAME)
		set_key(in);
	return code;
}

static bool has_more(const struct merge_input *in, int ms)
{
	struct pollfd fd = { .fd = source_poll_fd(in->src), .events = POLLIN };

	return poll(&fd, 1, ms) > 0;
}

int merge_input_await(const struct merge_input *in, struct packet_out *out, struct errmsg *err)
{
	int code;

	if (has_more(in, PATIENCE_MS))
		return 0;
	code = packet_out_flush(out, err);
	while (!code && !read_watch_interrupted() && !has_more(in, LOOK_MS))
		;
	return code;
}

void merge_input_fail(struct merge_input *in, int code, const struct errmsg *err)
{
	const bool damaged = code == -EBADMSG || code == -ENODATA;

	in->failure = strdup(err->text);
	if (damaged && in->size)
		log_error("%s; 'ringtap repair %s' saves what lies behind", err->text, in->path);
	else
		log_error("%s", err->text);
}

void merge_input_end(struct merge_input *in, struct merge_budget *budget)
{
	if (!in->reader)
		return;
	reader_close(in->reader);
	in->reader = NULL;
	in->src = NULL;
	give_chunk(budget, in->chunk);
}

void merge_input_free(struct merge_input *in)
{
	reader_close(in->reader);
	free(in->failure);
}
