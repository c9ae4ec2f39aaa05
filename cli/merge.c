#include "cli/merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct held {
	struct merged_item merged;
	uint8_t bytes[];
};

struct merge_input {
	struct input *in;
	uint64_t newest_ns; /* latest time seen: what comes from here on is hardly earlier */
	bool at_end;
	bool failed;
	struct errmsg failure;
};

struct merge {
	struct merge_window window;
	struct merge_input *inputs;
	size_t nr_inputs;
	struct held **heap; /* earliest first */
	size_t nr_held, heap_size;
	size_t held_bytes;
	uint64_t nr_read;
	uint64_t last_ns; /* of what was handed out last */
	uint64_t nr_late;
	struct held *out; /* handed out, freed at the next call */
};

static bool earlier(const struct held *a, const struct held *b)
{
	if (a->merged.time_ns != b->merged.time_ns)
		return a->merged.time_ns < b->merged.time_ns;
	return a->merged.order < b->merged.order;
}

static int heap_push(struct merge *m, struct held *h)
{
	size_t i = m->nr_held;

	if (m->nr_held == m->heap_size) {
		const size_t size = m->heap_size ? m->heap_size * 2 : 1024;
		struct held **grown = reallocarray(m->heap, size, sizeof(struct held *));

		if (!grown)
			return -ENOMEM;
		m->heap = grown;
		m->heap_size = size;
	}
	m->nr_held++;
	for (; i && earlier(h, m->heap[(i - 1) / 2]); i = (i - 1) / 2)
		m->heap[i] = m->heap[(i - 1) / 2];
	m->heap[i] = h;
	return 0;
}

static struct held *heap_pop(struct merge *m)
{
	struct held *first = m->heap[0], *last = m->heap[--m->nr_held];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < m->nr_held && earlier(m->heap[child + 1], m->heap[child]))
			child++;
		if (child >= m->nr_held || !earlier(m->heap[child], last))
			break;
		m->heap[i] = m->heap[child];
		i = child;
	}
	m->heap[i] = last;
	return first;
}

static size_t held_size(const struct held *h)
{
	return sizeof(*h) + h->merged.item.frame.cap_len;
}

int merge_open(const char *const *paths, size_t nr, const struct merge_window *window,
	       struct merge **ret, struct errmsg *err)
{
	struct merge *m = calloc(1, sizeof(*m));

	if (m)
		m->inputs = calloc(nr, sizeof(*m->inputs));
	if (!m || !m->inputs) {
		free(m);
		return errmsg_set(err, -ENOMEM, "out of memory");
	}
	m->window = *window;
	for (; m->nr_inputs < nr; m->nr_inputs++) {
		const int code = input_open(paths[m->nr_inputs], &m->inputs[m->nr_inputs].in, err);

		if (code) {
			merge_close(m);
			return code;
		}
	}
	*ret = m;
	return 0;
}

/* The file that is furthest behind, so that all advance together in time; NULL: all are read. */
static struct merge_input *hindmost(const struct merge *m)
{
	struct merge_input *found = NULL;

	for (size_t i = 0; i < m->nr_inputs; i++)
		if (!m->inputs[i].at_end && (!found || m->inputs[i].newest_ns < found->newest_ns))
			found = &m->inputs[i];
	return found;
}

/* Takes one item of this file into the heap. */
static int merge_take(struct merge *m, struct merge_input *in)
{
	struct input_item item;
	struct held *h;
	const int code = input_next(in->in, &item, &in->failure);

	if (code <= 0) {
		in->at_end = true;
		in->failed = code < 0;
		return 0;
	}
	h = malloc(sizeof(*h) + item.frame.cap_len);
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
	if (heap_push(m, h)) {
		free(h);
		return -ENOMEM;
	}
	m->held_bytes += held_size(h);
	return 0;
}

/* Nothing that is still unread may come before the earliest held item, or there is no more room. */
static bool merge_ripe(const struct merge *m, const struct merge_input *behind)
{
	uint64_t earliest;

	if (!m->nr_held)
		return false;
	if (!behind || m->held_bytes > MERGE_BYTES_MAX)
		return true;
	earliest = m->heap[0]->merged.time_ns;
	if (behind->newest_ns < earliest)
		return false;
	if (m->window.max_items)
		return m->nr_held > m->window.max_items;
	return behind->newest_ns - earliest >= m->window.span_ns;
}

int merge_next(struct merge *m, const struct merged_item **ret, struct errmsg *err)
{
	struct merge_input *behind;

	free(m->out);
	m->out = NULL;
	while (behind = hindmost(m), !merge_ripe(m, behind)) {
		if (!behind)
			return 0;
		if (merge_take(m, behind))
			return errmsg_set(err, -ENOMEM,
					  "out of memory; a smaller --window needs less");
	}
	m->out = heap_pop(m);
	m->held_bytes -= held_size(m->out);
	if (m->out->merged.time_ns < m->last_ns)
		m->nr_late++;
	else
		m->last_ns = m->out->merged.time_ns;
	*ret = &m->out->merged;
	return 1;
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

uint64_t merge_nr_late(const struct merge *m)
{
	return m->nr_late;
}

void merge_close(struct merge *m)
{
	if (!m)
		return;
	while (m->nr_held)
		free(heap_pop(m));
	free(m->heap);
	free(m->out);
	for (size_t i = 0; i < m->nr_inputs; i++)
		input_close(m->inputs[i].in);
	free(m->inputs);
	free(m);
}
