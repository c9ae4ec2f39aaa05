#include "cli/merge.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/sort_window.h"
#include "cli/store.h"
#include "pcapio/pcapng_format.h"

enum {
	WAIT_MAX_NS = 1000000000, /* without a look at the caller's flag for signals */
	LOOK_EVERY = 256,         /* items between looks at silent pipes, while others are busy */
};

struct held {
	struct sort_node node;
	struct merged_item merged;
	uint8_t bytes[];
};

struct merge_input {
	struct input *in;
	uint64_t size;      /* of the file; 0: a pipe */
	uint64_t newest_ns; /* latest time seen: what comes from here on is hardly earlier */
	uint64_t dry_ns;    /* real time since which the next item is not there; 0: it may be */
	bool silent;        /* dry for so long that nobody waits for it */
	bool at_end;
	bool failed;
	struct errmsg failure;
};

struct merge {
	struct merge_window window;
	uint64_t patience_ns; /* real time to wait for a dry input */
	struct merge_input *inputs;
	struct pollfd *polls; /* one an input */
	size_t nr_inputs, nr_silent;
	struct sort_window held; /* each node is the first member of a struct held */
	uint64_t nr_read;
	/* What was held when there was no more to read: from due_ns on, in real time, it goes out.
	 */
	uint64_t due_ns, due_order; /* items before due_order are meant */
	size_t nr_due;              /* of them, how many are still held */
	bool overdue;
	bool no_memory;   /* in merge_wait(), for merge_next() to tell */
	uint64_t last_ns; /* of what was handed out last */
	uint64_t nr_late;
	struct store store;
};

static uint64_t file_size(const char *path)
{
	struct stat st;

	return strcmp(path, "-") && !stat(path, &st) && S_ISREG(st.st_mode) ? (uint64_t)st.st_size
									    : 0;
}

int merge_open(const char *const *paths, size_t nr, const struct merge_window *window,
	       struct merge **ret, struct errmsg *err)
{
	struct merge *m = calloc(1, sizeof(*m));

	if (m) {
		m->inputs = calloc(nr, sizeof(*m->inputs));
		m->polls = calloc(nr, sizeof(*m->polls));
	}
	if (!m || !m->inputs || !m->polls) {
		merge_close(m);
		return errmsg_set(err, -ENOMEM, "out of memory");
	}
	m->window = *window;
	/* Half of all time leaves room for sums. */
	m->patience_ns =
		window->span_ns ? MIN_OF(window->span_ns, UINT64_MAX / 2) : MERGE_PATIENCE_NS;
	if (window->follow) /* what is written to a file hardly comes out of order later than this
			     */
		m->patience_ns = MIN_OF(m->patience_ns, MERGE_FOLLOW_PATIENCE_NS);
	for (; m->nr_inputs < nr; m->nr_inputs++) {
		const int code = input_open_follow(paths[m->nr_inputs], window->follow,
						   &m->inputs[m->nr_inputs].in, err);

		if (code) {
			merge_close(m);
			return code;
		}
		input_never_wait(m->inputs[m->nr_inputs].in);
		m->inputs[m->nr_inputs].size = window->follow ? 0 : file_size(paths[m->nr_inputs]);
	}
	*ret = m;
	return 0;
}

/* The file that is furthest behind, so that all advance together in time; NULL: all are read, or
 * silent. */
static struct merge_input *hindmost(const struct merge *m)
{
	struct merge_input *found = NULL;

	for (size_t i = 0; i < m->nr_inputs; i++)
		if (!m->inputs[i].at_end && !m->inputs[i].silent &&
		    (!found || m->inputs[i].newest_ns < found->newest_ns))
			found = &m->inputs[i];
	return found;
}

/* The bytes of an item, or the whole block with the packet in it. */
static void copy_item(struct held *h, struct input_item *item)
{
	const struct reader_block *block = item->block.bytes ? &item->block : NULL;
	const uint8_t *from = block ? block->bytes : item->frame.data;
	const size_t len = block ? block->len : item->frame.cap_len;

	if (len)
		memcpy(h->bytes, from, len);
	item->frame.data =
		block && !item->is_block ? h->bytes + (item->frame.data - from) : h->bytes;
	if (block)
		item->block.bytes = h->bytes;
}

/*
 * Packets without a time and blocks go with the packet before them; sections and interfaces at
 * once, since a packet of theirs may be earlier than that.
 */
static uint64_t place_in_time(const struct merge_input *in, const struct input_item *item)
{
	if (item->is_block && (item->block.type == PCAPNG_SHB || item->block.type == PCAPNG_IDB))
		return 0;
	return item->frame.ts_ns ? item->frame.ts_ns : in->newest_ns;
}

/* Copies an item of this file to its place in the order. 0 or -ENOMEM. */
static int merge_hold(struct merge *m, struct merge_input *in, struct input_item item)
{
	struct held *h;

	h = store_take(&m->store,
		       sizeof(*h) + (item.block.bytes ? item.block.len : item.frame.cap_len));
	if (!h)
		return -ENOMEM;
	copy_item(h, &item);
	h->merged = (struct merged_item){ .item = item,
					  .time_ns = place_in_time(in, &item),
					  .order = m->nr_read++,
					  .input = (uint32_t)(in - m->inputs) };
	if (h->merged.time_ns > in->newest_ns)
		in->newest_ns = h->merged.time_ns;
	h->node.time_ns = h->merged.time_ns;
	h->node.order = h->merged.order;
	if (sort_window_add(&m->held, &h->node)) {
		store_give(&m->store, h);
		return -ENOMEM;
	}
	return 0;
}

/* The next item of this file is not there: from now on its silence, and what is held, have a term.
 */
static void merge_dry(struct merge *m, struct merge_input *in)
{
	const uint64_t now = clock_monotonic_ns();

	if (!in->dry_ns)
		in->dry_ns = now;
	if (!m->nr_due && m->held.nr) {
		m->nr_due = m->held.nr;
		m->due_order = m->nr_read;
		m->due_ns = now + m->patience_ns;
	}
}

/* Reads one item of this file. 0, -ENOMEM, or -EAGAIN: there is none yet. */
static int merge_take(struct merge *m, struct merge_input *in)
{
	struct input_item item;
	const int code = input_next(in->in, &item, &in->failure);

	if (code == -EAGAIN) {
		merge_dry(m, in);
		return code;
	}
	in->dry_ns = 0;
	if (code <= 0) {
		in->at_end = true;
		in->failed = code < 0;
		return 0;
	}
	return merge_hold(m, in, item);
}

/* Leaves this one aside until it has bytes. 0 or -ENOMEM. */
static int merge_silence(struct merge *m, struct merge_input *in)
{
	struct input_item item;

	in->silent = true;
	m->nr_silent++;
	return input_settle(in->in, &item) ? merge_hold(m, in, item) : 0;
}

/*
 * Sleeps until a dry input has bytes, until_ns at the latest (0: only looks). A silent one that has
 * some is waited for again, but its term goes on until it has brought a whole item.
 */
static void merge_poll(struct merge *m, uint64_t until_ns)
{
	const uint64_t now = until_ns ? clock_monotonic_ns() : 0;
	const uint64_t ms = until_ns > now ? (until_ns - now + NS_PER_MS - 1) / NS_PER_MS : 0;

	for (size_t i = 0; i < m->nr_inputs; i++) {
		const struct merge_input *in = &m->inputs[i];

		m->polls[i] = (struct pollfd){ .fd = in->dry_ns ? input_poll_fd(in->in) : -1,
					       .events = POLLIN };
	}
	if (poll(m->polls, m->nr_inputs, (int)ms) <= 0)
		return;
	for (size_t i = 0; i < m->nr_inputs; i++)
		if (m->inputs[i].silent && m->polls[i].revents) {
			m->inputs[i].silent = false;
			m->nr_silent--;
		}
}

/* Nothing that is still unread may come before the earliest held item, or there is no more room. */
static bool merge_ripe(const struct merge *m, const struct merge_input *behind)
{
	uint64_t first_ns;

	if (!m->held.nr)
		return false;
	if (!behind || m->overdue || m->store.bytes > MERGE_BYTES_MAX)
		return true;
	first_ns = sort_window_first(&m->held)->time_ns;
	if (behind->newest_ns < first_ns)
		return false;
	if (m->window.max_items)
		return m->held.nr > m->window.max_items;
	return behind->newest_ns - first_ns >= m->window.span_ns;
}

static int merge_fail_memory(struct errmsg *err)
{
	return errmsg_set(err, -ENOMEM, "out of memory; a smaller --window needs less");
}

/* The earliest is no longer held. */
static struct held *merge_release(struct merge *m)
{
	struct held *out = (struct held *)sort_window_take(&m->held);

	/* Written a window ago, it has left the caches: fetched while this one is printed. */
	if (out->node.next) {
		__builtin_prefetch(out->node.next);
		__builtin_prefetch((const char *)out->node.next + 64);
		__builtin_prefetch((const char *)out->node.next + 128);
	}
	if (m->nr_due && out->merged.order < m->due_order && --m->nr_due == 0)
		m->overdue = false;
	return out;
}

/* Else the order is the files' own, and nothing in it is late. */
static bool merge_sorts(const struct merge *m)
{
	return m->nr_inputs > 1 || m->window.span_ns || m->window.max_items;
}

int merge_next(struct merge *m, const struct merged_item **ret, struct errmsg *err)
{
	struct merge_input *behind;
	struct held *out;
	int code;

	if (m->no_memory)
		return merge_fail_memory(err);
	while (behind = hindmost(m), !merge_ripe(m, behind)) {
		if (!behind)
			return m->nr_silent ? -EAGAIN : 0;
		if (m->nr_silent && m->nr_read % LOOK_EVERY == 0)
			merge_poll(m, 0);
		code = merge_take(m, behind);
		if (code)
			return code == -EAGAIN ? code : merge_fail_memory(err);
	}
	out = merge_release(m);
	if (out->merged.time_ns < m->last_ns)
		m->nr_late += !out->merged.item.is_block && merge_sorts(m);
	else
		m->last_ns = out->merged.time_ns;
	*ret = &out->merged;
	return 1;
}

void merge_wait(struct merge *m)
{
	uint64_t now = clock_monotonic_ns();
	uint64_t until_ns = now + WAIT_MAX_NS;

	for (size_t i = 0; i < m->nr_inputs; i++)
		if (m->inputs[i].dry_ns && !m->inputs[i].silent)
			until_ns = MIN_OF(until_ns, m->inputs[i].dry_ns + m->patience_ns);
	if (m->nr_due)
		until_ns = MIN_OF(until_ns, m->due_ns);
	merge_poll(m, until_ns);
	now = clock_monotonic_ns();
	m->overdue = m->nr_due && now >= m->due_ns;
	for (size_t i = 0; i < m->nr_inputs; i++) {
		struct merge_input *in = &m->inputs[i];

		if (in->dry_ns && !in->silent && !m->polls[i].revents &&
		    now - in->dry_ns >= m->patience_ns)
			m->no_memory |= merge_silence(m, in) != 0;
	}
}

void merge_take_blocks(struct merge *m)
{
	for (size_t i = 0; i < m->nr_inputs; i++)
		input_take_blocks(m->inputs[i].in);
}

void merge_give_back(struct merge *m, const struct merged_item *item)
{
	store_give(&m->store, (char *)(uintptr_t)item - offsetof(struct held, merged));
}

size_t merge_nr_inputs(const struct merge *m)
{
	return m->nr_inputs;
}

const struct reader *merge_reader(const struct merge *m, size_t input)
{
	return input_reader(m->inputs[input].in);
}

const char *merge_failure(const struct merge *m, size_t input)
{
	return m->inputs[input].failed ? m->inputs[input].failure.text : NULL;
}

const char *merge_follow_ended(const struct merge *m, size_t input)
{
	return input_follow_ended(m->inputs[input].in);
}

void merge_progress(const struct merge *m, uint64_t *ret_done, uint64_t *ret_total)
{
	bool whole = true;

	*ret_done = *ret_total = 0;
	for (size_t i = 0; i < m->nr_inputs; i++) {
		*ret_done += m->inputs[i].at_end && m->inputs[i].size
				     ? m->inputs[i].size
				     : input_file_offset(m->inputs[i].in);
		*ret_total += m->inputs[i].size;
		whole &= m->inputs[i].size > 0;
	}
	if (!whole)
		*ret_total = 0;
}

uint64_t merge_nr_late(const struct merge *m)
{
	return m->nr_late;
}

void merge_close(struct merge *m)
{
	if (!m)
		return;
	store_close(&m->store);
	sort_window_close(&m->held);
	for (size_t i = 0; i < m->nr_inputs; i++)
		input_close(m->inputs[i].in);
	free(m->inputs);
	free(m->polls);
	free(m);
}
