#include "cli/replay_source.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "cli/merge.h"
#include "cli/open_files.h"
#include "core/counter.h"
#include "pcapio/source.h"

enum {
	WAIT_MS = 100,
	SHOW_EVERY = 256, /* packets between two looks at how far it is */
};

struct replay_source {
	const char *const *paths;
	size_t nr;
	struct merge_window window;
	struct packet_filter *filter; /* NULL: every packet */

	struct source *src; /* one file: the reader's */
	struct reader *reader;
	struct merge *merge; /* several */
	const struct merged_item *held;

	struct replay_packet last;
	bool again; /* last is to be handed out */
	bool ended;
	uint64_t *numbers; /* packets read of each file */
	char **failures;   /* of each file, owned, or NULL */
	struct replay_progress progress;
};

static void show_progress(struct replay_source *s)
{
	uint64_t done, total;

	if (s->merge) {
		merge_progress(s->merge, &done, &total);
	} else {
		done = source_file_offset(s->src);
		total = source_file_size(s->src);
	}
	counter_set(&s->progress.done, done);
	counter_set(&s->progress.total, total);
}

static void close_files(struct replay_source *s)
{
	merge_close(s->merge);
	reader_close(s->reader);
	s->merge = NULL;
	s->held = NULL;
	s->reader = NULL;
	s->src = NULL;
}

static int open_one(struct replay_source *s, struct errmsg *err)
{
	int code = source_open(s->paths[0], &s->src, err);

	if (!code)
		code = reader_open_source(s->src, &s->reader, err);
	if (!code)
		source_never_wait(s->src);
	return code;
}

static int open_files(struct replay_source *s, struct errmsg *err)
{
	int code;

	open_files_raise_limit();
	code = s->nr == 1 ? open_one(s, err)
			  : merge_open(s->paths, s->nr, &s->window, &s->merge, err);

	if (open_files_is_limit(code)) {
		const struct errmsg why = *err;

		return errmsg_set(err, code,
				  "%.300s; all %zu files are read at once: raise the limit (ulimit "
				  "-Hn), or make fewer of them with 'ringtap merge'",
				  why.text, s->nr);
	}
	memset(s->numbers, 0, s->nr * sizeof(*s->numbers));
	s->ended = false;
	for (size_t i = 0; !code && i < s->nr; i++) {
		const struct reader *r = replay_source_reader(s, i);

		if (!r)
			code = errmsg_set(err, -EOPNOTSUPP,
					  "%s: holds summaries of packets, not the packets "
					  "themselves: there is nothing to send",
					  s->paths[i]);
		else if (s->filter)
			code = packet_filter_prepare(s->filter, r);
	}
	if (!code)
		show_progress(s);
	return code;
}

int replay_source_open(const char *const *paths, size_t nr, const struct merge_window *window,
		       struct packet_filter *filter, struct replay_source **ret, struct errmsg *err)
{
	struct replay_source *s = calloc(1, sizeof(*s));
	int code;

	if (s) {
		s->numbers = calloc(nr, sizeof(*s->numbers));
		s->failures = calloc(nr, sizeof(*s->failures));
	}
	if (!s || !s->numbers || !s->failures) {
		replay_source_close(s);
		return errmsg_set(err, -ENOMEM, "out of memory");
	}
	s->paths = paths;
	s->nr = nr;
	s->window = *window;
	s->filter = filter;
	code = open_files(s, err);
	if (code)
		replay_source_close(s);
	else
		*ret = s;
	return code;
}

/* Said once, whatever the round. */
static void fail(struct replay_source *s, size_t file, const char *why)
{
	if (!s->failures[file])
		s->failures[file] = strdup(why);
}

static int next_of_one(struct replay_source *s, struct replay_packet *p)
{
	struct errmsg failure = { .text = "" };
	const int code = reader_next(s->reader, &p->frame, &failure);

	if (unlikely(code < 0 && code != -EAGAIN)) {
		fail(s, 0, failure.text);
		return 0;
	}
	p->reader = s->reader;
	p->time_ns = p->frame.ts_ns;
	return code;
}

static int next_of_many(struct replay_source *s, struct replay_packet *p, struct errmsg *err)
{
	int code;

	if (s->held)
		merge_give_back(s->merge, s->held);
	s->held = NULL;
	code = merge_next(s->merge, &s->held, err);
	if (code <= 0) {
		s->held = NULL;
		for (size_t i = 0; !code && i < s->nr; i++)
			if (merge_failure(s->merge, i))
				fail(s, i, merge_failure(s->merge, i));
		return code;
	}
	p->frame = s->held->item.frame;
	p->input = s->held->input;
	p->time_ns = s->held->time_ns;
	p->reader = merge_reader(s->merge, p->input);
	return code;
}

int replay_source_next(struct replay_source *s, struct replay_packet *ret, struct errmsg *err)
{
	int code;

	if (s->again) {
		s->again = false;
		*ret = s->last;
		return 1;
	}
	while (!s->ended) {
		const uint64_t nr = counter_get(&s->progress.read) + 1;

		code = s->merge ? next_of_many(s, &s->last, err) : next_of_one(s, &s->last);
		if (code <= 0) {
			s->ended = code != -EAGAIN;
			show_progress(s);
			return code;
		}
		s->last.number = ++s->numbers[s->last.input];
		counter_set(&s->progress.read, nr);
		if (nr % SHOW_EVERY == 0)
			show_progress(s);
		if (s->filter) {
			code = packet_filter_accepts(s->filter, s->last.reader, &s->last.frame);
			if (code < 0)
				return code;
			if (!code) {
				counter_set(&s->progress.filtered,
					    counter_get(&s->progress.filtered) + 1);
				continue;
			}
		}
		*ret = s->last;
		return 1;
	}
	return 0;
}

void replay_source_put_back(struct replay_source *s)
{
	s->again = true;
}

void replay_source_wait(struct replay_source *s)
{
	struct pollfd fd;

	if (s->merge) {
		merge_wait(s->merge);
		return;
	}
	fd = (struct pollfd){ .fd = source_poll_fd(s->src), .events = POLLIN };
	(void)poll(&fd, 1, WAIT_MS);
}

int replay_source_rewind(struct replay_source *s, struct errmsg *err)
{
	close_files(s);
	s->again = false;
	return open_files(s, err);
}

size_t replay_source_nr_files(const struct replay_source *s)
{
	return s->nr;
}

const struct reader *replay_source_reader(const struct replay_source *s, size_t file)
{
	return s->merge ? merge_reader(s->merge, file) : s->reader;
}

const char *replay_source_failure(const struct replay_source *s, size_t file)
{
	return s->failures[file];
}

const struct replay_progress *replay_source_progress(const struct replay_source *s)
{
	return &s->progress;
}

void replay_source_close(struct replay_source *s)
{
	if (!s)
		return;
	close_files(s);
	for (size_t i = 0; s->failures && i < s->nr; i++)
		free(s->failures[i]);
	free(s->failures);
	free(s->numbers);
	free(s);
}
