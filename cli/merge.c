#include "cli/merge.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/store.h"

enum {
	CHAINS_MAX = 64, /* runs that are in order: rings of a capture, rotated files */
	NONE = -1,
	WAIT_MAX_NS = 1000000000, /* without a look at the caller's flag for signals */
	LOOK_EVERY = 256,         /* items between looks at silent pipes, while others are busy */
};

struct held {
	struct merged_item merged;
	struct held *next; /* the later one of its chain */
	uint8_t bytes[];
};

/*
 * What comes in order is chained, so that a file that is sorted costs a comparison a packet. Only
 * what fits behind no chain goes into the heap.
 */
struct chain {
	struct held *first, *last;
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
	struct chain chains[CHAINS_MAX];
	int nr_chains;      /* in use so far; some may be empty */
	struct held **heap; /* earliest first */
	size_t nr_heap, heap_size;
	size_t nr_held; /* in chains and heap */
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

static bool earlier(const struct held *a, const struct held *b)
{
	if (a->merged.time_ns != b->merged.time_ns)
		return a->merged.time_ns < b->merged.time_ns;
	return a->merged.order < b->merged.order;
}

static int heap_push(struct merge *m, struct held *h)
{
	size_t i = m->nr_heap;

	if (m->nr_heap == m->heap_size) {
		const size_t size = m->heap_size ? m->heap_size * 2 : 1024;
		struct held **grown = reallocarray(m->heap, size, sizeof(struct held *));

		if (!grown)
			return -ENOMEM;
		m->heap = grown;
		m->heap_size = size;
	}
	m->nr_heap++;
	for (; i && earlier(h, m->heap[(i - 1) / 2]); i = (i - 1) / 2)
		m->heap[i] = m->heap[(i - 1) / 2];
	m->heap[i] = h;
	return 0;
}

static struct held *heap_pop(struct merge *m)
{
	struct held *first = m->heap[0], *last = m->heap[--m->nr_heap];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < m->nr_heap && earlier(m->heap[child + 1], m->heap[child]))
			child++;
		if (child >= m->nr_heap || !earlier(m->heap[child], last))
			break;
		m->heap[i] = m->heap[child];
		i = child;
	}
	m->heap[i] = last;
	return first;
}

/* Behind the chain whose last one is the latest that is not later; else a free chain, or the heap.
 */
static int hold(struct merge *m, struct held *h)
{
	int i, best = NONE, empty = NONE;

	h->next = NULL;
	for (i = 0; i < m->nr_chains; i++) {
		const struct held *last = m->chains[i].last;

		if (!last)
			empty = i;
		else if (earlier(last, h) && (best == NONE || earlier(m->chains[best].last, last)))
			best = i;
	}
	if (best != NONE) {
		m->chains[best].last->next = h;
		m->chains[best].last = h;
		return 0;
	}
	if (empty == NONE && m->nr_chains < CHAINS_MAX)
		empty = m->nr_chains++;
	if (empty == NONE)
		return heap_push(m, h);
	m->chains[empty] = (struct chain){ h, h };
	return 0;
}

/* The earliest of all; *ret_chain is NONE for the heap's. NULL: nothing is held. */
static struct held *earliest(const struct merge *m, int *ret_chain)
{
	struct held *found = m->nr_heap ? m->heap[0] : NULL;
	int i;

	*ret_chain = NONE;
	for (i = 0; i < m->nr_chains; i++) {
		struct held *h = m->chains[i].first;

		if (h && (!found || earlier(h, found))) {
			found = h;
			*ret_chain = i;
		}
	}
	return found;
}

static struct held *take_earliest(struct merge *m)
{
	int chain;
	struct held *h = earliest(m, &chain);

	if (chain == NONE)
		return heap_pop(m);
	m->chains[chain].first = h->next;
	if (!h->next)
		m->chains[chain].last = NULL;
	return h;
}

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
	for (; m->nr_inputs < nr; m->nr_inputs++) {
		const int code = input_open(paths[m->nr_inputs], &m->inputs[m->nr_inputs].in, err);

		if (code) {
			merge_close(m);
			return code;
		}
		input_never_wait(m->inputs[m->nr_inputs].in);
		m->inputs[m->nr_inputs].size = file_size(paths[m->nr_inputs]);
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

/* Copies an item of this file to its place in the order. 0 or -ENOMEM. */
static int merge_hold(struct merge *m, struct merge_input *in, struct input_item item)
{
	struct held *h;

	h = store_take(&m->store, sizeof(*h) + item.frame.cap_len);
	if (!h)
		return -ENOMEM;
	if (item.frame.cap_len)
		memcpy(h->bytes, item.frame.data, item.frame.cap_len);
	item.frame.data = h->bytes;
	h->merged = (struct merged_item){ .item = item,
					  .time_ns = item.frame.ts_ns ? item.frame.ts_ns
								      : in->newest_ns,
					  .order = m->nr_read++,
					  .input = (uint32_t)(in - m->inputs) };
	if (h->merged.time_ns > in->newest_ns)
		in->newest_ns = h->merged.time_ns;
	if (hold(m, h)) {
		store_give(&m->store, h);
		return -ENOMEM;
	}
	m->nr_held++;
	return 0;
}

/* The next item of this file is not there: from now on its silence, and what is held, have a term.
 */
static void merge_dry(struct merge *m, struct merge_input *in)
{
	const uint64_t now = clock_monotonic_ns();

	if (!in->dry_ns)
		in->dry_ns = now;
	if (!m->nr_due && m->nr_held) {
		m->nr_due = m->nr_held;
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
	int chain;

	if (!m->nr_held)
		return false;
	if (!behind || m->overdue || m->store.bytes > MERGE_BYTES_MAX)
		return true;
	first_ns = earliest(m, &chain)->merged.time_ns;
	if (behind->newest_ns < first_ns)
		return false;
	if (m->window.max_items)
		return m->nr_held > m->window.max_items;
	return behind->newest_ns - first_ns >= m->window.span_ns;
}

static int merge_fail_memory(struct errmsg *err)
{
	return errmsg_set(err, -ENOMEM, "out of memory; a smaller --window needs less");
}

/* The earliest is no longer held. */
static struct held *merge_release(struct merge *m)
{
	struct held *out = take_earliest(m);

	/* Written a window ago, it has left the caches: fetched while this one is printed. */
	if (out->next) {
		__builtin_prefetch(out->next);
		__builtin_prefetch((const char *)out->next + 64);
		__builtin_prefetch((const char *)out->next + 128);
	}
	m->nr_held--;
	if (m->nr_due && out->merged.order < m->due_order && --m->nr_due == 0)
		m->overdue = false;
	return out;
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
		m->nr_late++;
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

void merge_give_back(struct merge *m, const struct merged_item *item)
{
	/* merged is the first member */
	store_give(&m->store, (void *)(uintptr_t)item);
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

void merge_progress(const struct merge *m, uint64_t *ret_done, uint64_t *ret_total)
{
	bool whole = true;

	*ret_done = *ret_total = 0;
	for (size_t i = 0; i < m->nr_inputs; i++) {
		const struct reader *r = input_reader(m->inputs[i].in);

		*ret_done += m->inputs[i].at_end ? m->inputs[i].size : r ? reader_offset(r) : 0;
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
	free(m->heap);
	for (size_t i = 0; i < m->nr_inputs; i++)
		input_close(m->inputs[i].in);
	free(m->inputs);
	free(m->polls);
	free(m);
}
