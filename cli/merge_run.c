#include "cli/merge_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/open_files.h"
#include "cli/sort_window.h"
#include "cli/store.h"
#include "core/log.h"

enum {
	HELD_BYTES_MAX = 32 << 20,
	OPEN_MAX = 64, /* files more than these are parked until their time comes */
};

/* ---- opening ---- */

static bool is_damage(int code)
{
	return code == -EBADMSG || code == -ENODATA;
}

/* Adds the remedy. Returns code. */
static int limit_reached(const struct merge_run *m, int code, const struct errmsg *failure,
			 struct errmsg *err)
{
	return errmsg_set(err, code,
			  "%.200s; %zu files that overlap in time are open: merge fewer at a time, "
			  "or raise the limit (ulimit -Hn)",
			  failure->text, m->budget.nr_open);
}

static void complain_open(const struct merge_run *m, int code, const struct errmsg *err)
{
	struct errmsg full;

	if (open_files_is_limit(code))
		(void)limit_reached(m, code, err, &full);
	log_error("%s", open_files_is_limit(code) ? full.text : err->text);
}

/* Nothing comes from this one any more. */
static void lose_input(struct merge_run *m, struct merge_input *in)
{
	in->parked = false;
	in->ended = true;
	in->key_ns = MERGE_NEVER;
	m->nr_left--;
}

static int open_input(struct merge_run *m, struct merge_input *in, bool park)
{
	struct errmsg err = { .text = "" };
	int code;

	if (park && merge_input_can_park(in))
		code = merge_input_park(in, &m->budget, &err);
	else
		code = merge_input_open(in, &m->budget, &err);
	if (is_damage(code)) {
		merge_input_fail(in, code, &err);
		lose_input(m, in);
		return 0;
	}
	if (code)
		complain_open(m, code, &err);
	return code;
}

int merge_run_open(struct merge_run *m, const char *const *paths, size_t nr)
{
	int code = 0;

	m->inputs = calloc(nr, sizeof(*m->inputs));
	if (!m->inputs) {
		log_error("merge: out of memory");
		return -ENOMEM;
	}
	m->nr_inputs = m->nr_left = nr;
	open_files_raise_limit();
	for (size_t i = 0; i < nr; i++) {
		int one;

		m->inputs[i].path = paths[i];
		one = open_input(m, &m->inputs[i], nr > OPEN_MAX);
		code = code ? code : one;
	}
	return code;
}

/* ---- reading ---- */

/*
 * A file is read to its end, or as far as it can be. Where it had no packet its interfaces are
 * described all the same; of a classic output that is worth doing only when no packet comes at all.
 */
static int finish_input(struct merge_run *m, struct merge_input *in, struct errmsg *err)
{
	const bool pcapng = m->options->format == PACKET_FORMAT_PCAPNG;
	int code = 0;

	if (!in->packets && !in->held && (pcapng || (!m->nr_read && m->nr_left == 1)))
		code = packet_out_describe(m->out, (size_t)(in - m->inputs), in->reader, err);
	lose_input(m, in);
	if (!in->held)
		merge_input_end(in, &m->budget);
	return code;
}

/* Up to the next packet of this file; blocks before it are written. 0 or -errno of the output. */
static int advance(struct merge_run *m, struct merge_input *in, struct errmsg *err)
{
	const size_t index = (size_t)(in - m->inputs);
	int code;

	for (;;) {
		struct errmsg failure;

		code = merge_input_next(in, &failure);
		if (likely(code == READER_FRAME))
			return 0;
		if (code == READER_BLOCK) {
			code = out_losses_block(&m->losses, m->out, index, in->reader,
						reader_block(in->reader), err);
		} else if (code == -EAGAIN) {
			code = merge_input_await(in, m->out, err);
			if (!code && read_watch_interrupted())
				return 0; /* which the loop looks at before it takes anything */
		} else {
			if (code)
				merge_input_fail(in, code, &failure);
			return finish_input(m, in, err);
		}
		if (code)
			return code;
	}
}

/*
 * From its start to its first packet. Classic files describe their interface in no block: it gets
 * its number here, in the order of the files.
 */
static int begin(struct merge_run *m, struct merge_input *in, struct errmsg *err)
{
	int code = 0;

	if (m->options->format == PACKET_FORMAT_PCAPNG && reader_nr_interfaces(in->reader))
		code = packet_out_describe(m->out, (size_t)(in - m->inputs), in->reader, err);
	return code ? code : advance(m, in, err);
}

/* A parked file's time has come. 0 or -errno of the output. */
static int unpark(struct merge_run *m, struct merge_input *in, struct errmsg *err)
{
	struct errmsg failure = { .text = "" };
	const int code = merge_input_open(in, &m->budget, &failure);

	if (!code)
		return begin(m, in, err);
	/* Nothing is wrong with the file, nor with those that would follow. */
	if (open_files_is_limit(code))
		return limit_reached(m, code, &failure, err);
	lose_input(m, in);
	in->failure = strdup(failure.text);
	complain_open(m, code, &failure);
	return 0;
}

static int put_packet(struct merge_run *m, struct merge_input *in, const struct frame_view *f,
		      const struct reader_block *block, uint64_t time_ns, struct errmsg *err)
{
	const int code =
		packet_out_add(m->out, (size_t)(in - m->inputs), in->reader, f, block, err);

	if (code)
		return code;
	in->packets++;
	m->packets++;
	if (unlikely(time_ns < m->last_ns)) {
		in->late++;
		m->late++;
	} else {
		m->last_ns = time_ns;
	}
	return 0;
}

/* ---- sorting ---- */

/* A packet that waits, with bytes of its own. */
struct held {
	struct sort_node node;
	struct merge_input *in;
	struct frame_view frame;
	struct reader_block block;
	bool has_block;
	uint8_t bytes[];
};

struct merge_sort {
	struct sort_window window;
	struct store store;
	uint64_t window_ns, newest_ns;
};

int merge_run_sort(struct merge_run *m, uint64_t window_ns)
{
	m->sort = calloc(1, sizeof(*m->sort));
	if (!m->sort)
		return -ENOMEM;
	m->sort->window_ns = window_ns;
	return 0;
}

static int release(struct merge_run *m, struct errmsg *err)
{
	struct held *h = (struct held *)sort_window_take(&m->sort->window);
	struct merge_input *in = h->in;
	const int code =
		put_packet(m, in, &h->frame, h->has_block ? &h->block : NULL, h->node.time_ns, err);

	store_give(&m->sort->store, h);
	if (!--in->held && in->ended)
		merge_input_end(in, &m->budget);
	return code;
}

/* Copies the packet of this file into the window; what is old enough goes out. */
static int hold(struct merge_run *m, struct merge_input *in, struct errmsg *err)
{
	struct merge_sort *s = m->sort;
	const struct reader_block *block = reader_block(in->reader);
	const size_t len = block ? block->len : in->frame.cap_len;
	struct held *h = store_take(&s->store, sizeof(*h) + len);
	int code = 0;

	if (!h)
		return errmsg_set(err, -ENOMEM, "out of memory");
	*h = (struct held){ .node = { .time_ns = in->key_ns, .order = m->nr_read },
			    .in = in,
			    .frame = in->frame,
			    .has_block = block != NULL };
	memcpy(h->bytes, block ? block->bytes : in->frame.data, len);
	h->frame.data = h->bytes;
	if (block) {
		h->frame.data = h->bytes + (in->frame.data - block->bytes);
		h->block = *block;
		h->block.bytes = h->bytes;
	}
	if (sort_window_add(&s->window, &h->node)) {
		store_give(&s->store, h);
		return errmsg_set(err, -ENOMEM, "out of memory");
	}
	in->held++;
	s->newest_ns = MAX_OF(s->newest_ns, in->key_ns);
	while (!code && s->window.nr &&
	       (s->newest_ns - sort_window_first(&s->window)->time_ns >= s->window_ns ||
		s->store.bytes > HELD_BYTES_MAX))
		code = release(m, err);
	return code;
}

/* The end: all that is still held. */
static int release_all(struct merge_run *m, struct errmsg *err)
{
	int code = 0;

	while (!code && m->sort && m->sort->window.nr)
		code = release(m, err);
	return code;
}

static void sort_close(struct merge_sort *s)
{
	if (!s)
		return;
	sort_window_close(&s->window);
	store_close(&s->store);
	free(s);
}

/* ---- the two orders ---- */

/* The packet whose turn it is. */
static int take(struct merge_run *m, struct merge_input *in, struct errmsg *err)
{
	m->nr_read++;
	if (m->sort)
		return hold(m, in, err);
	return put_packet(m, in, &in->frame, reader_block(in->reader), in->key_ns, err);
}

static void show_progress(const struct merge_run *m)
{
	uint64_t done = 0, total = 0;
	bool known = true;

	for (size_t i = 0; i < m->nr_inputs; i++) {
		const struct merge_input *in = &m->inputs[i];

		if (in->reader)
			done += source_file_offset(in->src);
		else if (in->ended)
			done += in->size;
		total += in->size;
		known &= in->size > 0;
	}
	read_watch_show("merge", done, known ? total : 0, m->nr_read);
}

/* True: go on. */
static bool look_around(struct merge_run *m)
{
	if (read_watch_due(&m->watch, m->nr_read))
		show_progress(m);
	m->interrupted = read_watch_interrupted();
	return !m->interrupted;
}

/* The first packet of each that is not parked. */
static int start(struct merge_run *m, struct errmsg *err)
{
	uint64_t *keys = calloc(m->nr_inputs, sizeof(*keys));
	int code = 0;

	if (!keys)
		return errmsg_set(err, -ENOMEM, "out of memory");
	for (size_t i = 0; !code && i < m->nr_inputs && look_around(m); i++) {
		if (m->inputs[i].reader)
			code = begin(m, &m->inputs[i], err);
		keys[i] = m->inputs[i].key_ns;
	}
	if (!code && merge_tree_open(&m->tree, keys, m->nr_inputs))
		code = errmsg_set(err, -ENOMEM, "out of memory");
	free(keys);
	return code;
}

int merge_by_time(struct merge_run *m, struct errmsg *err)
{
	int code;

	read_watch_begin(&m->watch);
	code = start(m, err);
	while (!code && look_around(m)) {
		const struct merge_player next = merge_tree_winner(&m->tree);
		struct merge_input *in = &m->inputs[next.index];

		if (next.key == MERGE_NEVER)
			break;
		if (unlikely(in->parked)) {
			code = unpark(m, in, err);
		} else {
			code = take(m, in, err);
			if (!code)
				code = advance(m, in, err);
		}
		merge_tree_replay(&m->tree, in->key_ns);
	}
	if (!code)
		code = release_all(m, err);
	read_watch_end(&m->watch);
	return code;
}

static int append_one(struct merge_run *m, struct merge_input *in, struct errmsg *err)
{
	int code = in->parked ? unpark(m, in, err) : begin(m, in, err);

	while (!code && !in->ended && look_around(m)) {
		code = take(m, in, err);
		m->last_ns = 0; /* nobody asked for an order */
		if (!code)
			code = advance(m, in, err);
	}
	return code;
}

int merge_append(struct merge_run *m, struct errmsg *err)
{
	int code = 0;

	read_watch_begin(&m->watch);
	for (size_t i = 0; !code && i < m->nr_inputs && look_around(m); i++)
		if (!m->inputs[i].ended)
			code = append_one(m, &m->inputs[i], err);
	read_watch_end(&m->watch);
	return code;
}

void merge_run_close(struct merge_run *m)
{
	for (size_t i = 0; i < m->nr_inputs; i++)
		merge_input_free(&m->inputs[i]);
	free(m->inputs);
	merge_tree_close(&m->tree);
	sort_close(m->sort);
}
