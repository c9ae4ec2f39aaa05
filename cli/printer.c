#include "cli/printer.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/vendors.h"
#include "dissect/registry.h"

enum {
	BATCH_ITEMS = 256,
	BATCH_TEXT = 128 << 10, /* at first; it grows to what a batch needs */
	/* A packet of the largest usual size in hexadecimal; what is longer is cut, and says so. */
	ITEM_TEXT_MAX = 2 << 20,
	THREADS_MAX = 16,
	BATCHES_PER_THREAD = 3,
};

enum batch_state { BATCH_FREE, BATCH_FULL, BATCH_TAKEN, BATCH_DONE };

/* Owned by the caller's thread when free or done, by a maker's while taken. */
struct batch {
	enum batch_state state;
	size_t nr;
	struct print_item items[BATCH_ITEMS];
	/* Where its text ends in that of the batch. */
	size_t ends[BATCH_ITEMS];
	bool matched[BATCH_ITEMS]; /* by -Y */
	size_t head;               /* bytes in front of the first item's */
	char *memory;
	struct strbuf text;
};

struct printer {
	struct merge *merge;
	struct printer_options o;
	const struct registry *registry;
	struct vendors *vendors; /* may be NULL */
	struct print_maker *own; /* of the caller's thread */

	/* Names of interfaces: the reader's may move when it reads on. */
	char ***names;
	size_t *nr_names;
	size_t nr_interfaces; /* when they were last looked at */
	bool many_interfaces;

	uint64_t first_ns, prev_ns;
	bool started;
	uint64_t nr_skipped, nr_printed; /* of the items that match */

	struct batch *batches;
	size_t nr_batches;
	size_t filling, writing; /* indices that only grow: batch i is batches[i % nr_batches] */

	pthread_t threads[THREADS_MAX];
	size_t nr_threads;
	size_t taking; /* the next batch for a thread; under the lock, as the states are */
	bool stop;
	pthread_mutex_t lock;
	pthread_cond_t full, done;
};

static int batch_open(struct batch *b)
{
	b->memory = malloc(BATCH_TEXT);
	if (!b->memory)
		return -ENOMEM;
	b->text = strbuf_over(b->memory, BATCH_TEXT);
	return 0;
}

static int open_output(struct printer *p, struct errmsg *err)
{
	const char *mark = p->o.highlight;

	if (mark && !registry_field(p->registry, mark, NULL) &&
	    !registry_by_name(p->registry, mark))
		return errmsg_set(err, -EINVAL,
				  "--highlight %s: no such field or protocol; 'ringtap fields' "
				  "lists them",
				  mark);
	p->vendors = p->o.tree || p->o.render.link_header ? vendors_open() : NULL;
	if (p->vendors) {
		p->o.render.vendor = vendors_find;
		p->o.render.vendor_context = p->vendors;
	}
	return print_maker_open(p->registry, &p->o, &p->own, err);
}

int printer_open(struct merge *merge, const struct registry *reg, const struct printer_options *o,
		 struct printer **ret, struct errmsg *err)
{
	const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct printer *p = calloc(1, sizeof(*p));
	int code = 0;

	if (!p)
		return errmsg_set(err, -ENOMEM, "out of memory");
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->full, NULL);
	pthread_cond_init(&p->done, NULL);
	p->merge = merge;
	p->registry = reg;
	p->o = *o;
	p->nr_batches = 1;
	if (!o->at_once && cpus > 1)
		p->nr_batches = (size_t)MIN_OF(cpus, (long)THREADS_MAX) * BATCHES_PER_THREAD;
	p->batches = calloc(p->nr_batches, sizeof(*p->batches));
	p->names = calloc(merge_nr_inputs(merge), sizeof(*p->names));
	p->nr_names = calloc(merge_nr_inputs(merge), sizeof(*p->nr_names));
	if (!p->batches || !p->names || !p->nr_names)
		code = -ENOMEM;
	for (size_t i = 0; !code && i < p->nr_batches; i++)
		code = batch_open(&p->batches[i]);
	if (code)
		errmsg_set(err, code, "out of memory");
	else
		code = open_output(p, err);
	if (code) {
		printer_close(p);
		return code;
	}
	print_maker_head(p->own, &p->batches[0].text);
	*ret = p;
	return 0;
}

/* ---- names of interfaces ---- */

static int copy_names(struct printer *p, size_t input, const struct reader *r)
{
	const size_t nr = reader_nr_interfaces(r);
	char **names;

	if (nr == p->nr_names[input])
		return 0;
	names = reallocarray(p->names[input], nr, sizeof(*names));
	if (!names)
		return -ENOMEM;
	p->names[input] = names;
	for (; p->nr_names[input] < nr; p->nr_names[input]++) {
		const char *name = reader_interface(r, (uint32_t)p->nr_names[input])->name;

		names[p->nr_names[input]] = name ? strdup(name) : NULL;
	}
	return 0;
}

/* Several rings of one interface are one name: only different ones are worth a column. */
static int note_interfaces(struct printer *p)
{
	const char *first = NULL;
	size_t nr = 0, i, k;

	for (i = 0; i < merge_nr_inputs(p->merge); i++)
		if (merge_reader(p->merge, i))
			nr += reader_nr_interfaces(merge_reader(p->merge, i));
	if (nr == p->nr_interfaces)
		return 0;
	p->nr_interfaces = nr;
	for (i = 0; i < merge_nr_inputs(p->merge); i++) {
		if (merge_reader(p->merge, i) && copy_names(p, i, merge_reader(p->merge, i)))
			return -ENOMEM;
		for (k = 0; k < p->nr_names[i]; k++) {
			const char *name = p->names[i][k];

			if (name && first && strcmp(name, first) != 0)
				p->many_interfaces = true;
			else if (name)
				first = name;
		}
	}
	return 0;
}

static const char *interface_name(const struct printer *p, const struct merged_item *m)
{
	const uint32_t id = m->item.frame.ifindex;

	return id < p->nr_names[m->input] ? p->names[m->input][id] : NULL;
}

/* ---- batches ---- */

/* A line that did not fit: text is cut, an object that nobody could parse is not printed at all. */
static void note_overflow(const struct printer_options *o, struct batch *b, size_t start,
			  uint64_t number)
{
	static const char cut[] = "\n[cut: this packet fills more text than is printed]\n";
	struct strbuf *s = &b->text;

	s->overflow = false;
	if (o->form == PRINT_TEXT) {
		s->len = s->size - sizeof(cut);
		strbuf_puts(s, cut);
		return;
	}
	s->len = start;
	s->text[start] = '\0';
	if (o->form == PRINT_JSON)
		strbuf_printf(s, "{\"frame.number\":%llu,\"ringtap.status\":\"too long\"}\n",
			      (unsigned long long)number);
}

/* Twice the room. False: there is none, or enough of it. */
static bool batch_grow(struct batch *b, size_t start)
{
	const size_t size = b->text.size * 2;
	char *memory;

	if (b->text.size - start > ITEM_TEXT_MAX)
		return false;
	memory = realloc(b->memory, size);
	if (!memory)
		return false;
	b->memory = memory;
	b->text.text = memory;
	b->text.size = size;
	return true;
}

static void batch_make(struct batch *b, struct print_maker *maker, const struct printer_options *o)
{
	b->head = b->text.len;
	for (size_t i = 0; i < b->nr; i++) {
		const size_t start = b->text.len;

		b->matched[i] = print_maker_add(maker, &b->items[i], &b->text);
		while (unlikely(b->text.overflow) && batch_grow(b, start)) {
			b->text.len = start;
			b->text.overflow = false;
			print_maker_add(maker, &b->items[i], &b->text);
		}
		if (unlikely(b->text.overflow))
			note_overflow(o, b, start, b->items[i].ctx.number);
		b->ends[i] = b->text.len;
	}
}

/* The part of a batch's text that is printed: behind o.skip items that match, at most o.limit. */
static void batch_count(struct printer *p, const struct batch *b, size_t *ret_from, size_t *ret_to)
{
	*ret_from = *ret_to = b->head;
	for (size_t i = 0; i < b->nr && !printer_done(p); i++) {
		if (!b->matched[i])
			continue;
		if (p->nr_skipped < p->o.skip) {
			p->nr_skipped++;
			*ret_from = b->ends[i];
		} else {
			p->nr_printed++;
		}
		*ret_to = b->ends[i];
	}
}

static int batch_write(struct printer *p, struct batch *b)
{
	size_t i, from, to;
	int code = 0;

	batch_count(p, b, &from, &to);
	errno = 0;
	if (fwrite(b->text.text, 1, b->head, stdout) < b->head ||
	    fwrite(b->text.text + from, 1, to - from, stdout) < to - from)
		code = errno ? -errno : -EIO;
	strbuf_reset(&b->text);
	for (i = 0; i < b->nr; i++)
		merge_give_back(p->merge, b->items[i].merged);
	b->nr = 0;
	pthread_mutex_lock(&p->lock);
	b->state = BATCH_FREE;
	pthread_mutex_unlock(&p->lock);
	return code;
}

static void *maker_main(void *arg)
{
	struct printer *p = arg;
	struct print_maker *maker = NULL;

	/* The same as the caller's own, which was opened: only memory can be short. */
	if (print_maker_open(p->registry, &p->o, &maker, NULL))
		return NULL;
	pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		struct batch *b = &p->batches[p->taking % p->nr_batches];

		if (b->state != BATCH_FULL) {
			pthread_cond_wait(&p->full, &p->lock);
			continue;
		}
		b->state = BATCH_TAKEN;
		p->taking++;
		pthread_mutex_unlock(&p->lock);
		batch_make(b, maker, &p->o);
		pthread_mutex_lock(&p->lock);
		b->state = BATCH_DONE;
		pthread_cond_signal(&p->done);
	}
	pthread_mutex_unlock(&p->lock);
	print_maker_close(maker);
	return NULL;
}

/* The oldest batch that is not written, made if nobody does it, written. */
static int write_oldest(struct printer *p)
{
	struct batch *b = &p->batches[p->writing % p->nr_batches];
	bool mine;

	pthread_mutex_lock(&p->lock);
	mine = b->state == BATCH_FULL;
	if (mine) {
		b->state = BATCH_TAKEN;
		p->taking = p->writing + 1;
	}
	while (!mine && b->state != BATCH_DONE)
		pthread_cond_wait(&p->done, &p->lock);
	pthread_mutex_unlock(&p->lock);
	if (mine)
		batch_make(b, p->own, &p->o);
	p->writing++;
	return batch_write(p, b);
}

/* The second batch of a file is worth threads. */
static void start_threads(struct printer *p)
{
	const size_t wanted = p->nr_batches / BATCHES_PER_THREAD;

	while (p->nr_threads < wanted &&
	       !pthread_create(&p->threads[p->nr_threads], NULL, maker_main, p))
		p->nr_threads++;
}

/* The batch that is being filled is full, or the last. */
static int batch_end(struct printer *p)
{
	struct batch *b = &p->batches[p->filling % p->nr_batches];
	int code = 0;

	if (p->filling == 1 && p->nr_batches > 1 && !p->nr_threads)
		start_threads(p);
	pthread_mutex_lock(&p->lock);
	b->state = BATCH_FULL;
	pthread_cond_signal(&p->full);
	pthread_mutex_unlock(&p->lock);
	p->filling++;
	while (!code && p->filling - p->writing >= p->nr_batches)
		code = write_oldest(p);
	return code;
}

bool printer_done(const struct printer *p)
{
	return p->nr_printed >= p->o.limit;
}

uint64_t printer_nr_printed(const struct printer *p)
{
	return p->nr_printed;
}

void printer_pass(struct printer *p, const struct merged_item *m)
{
	if (!p->started)
		p->first_ns = m->item.frame.ts_ns;
	p->started = true;
	p->prev_ns = m->item.frame.ts_ns;
}

int printer_item(struct printer *p, const struct merged_item *m, uint64_t number)
{
	struct batch *b = &p->batches[p->filling % p->nr_batches];
	const uint64_t ts_ns = m->item.frame.ts_ns;

	if (!p->started) {
		p->started = true;
		p->first_ns = p->prev_ns = ts_ns;
	}
	if (note_interfaces(p))
		return -ENOMEM;
	if (m->item.is_summary && p->o.form != PRINT_TEXT && p->o.form != PRINT_JSON)
		return -EOPNOTSUPP;
	b->items[b->nr++] = (struct print_item){
		.merged = m,
		.ctx = { .number = number,
			 .prev_ns = p->prev_ns,
			 .first_ns = p->first_ns,
			 .interface_name = interface_name(p, m) },
		.show_interface = p->many_interfaces,
	};
	p->prev_ns = ts_ns;
	return b->nr == (p->o.at_once ? 1 : BATCH_ITEMS) ? batch_end(p) : 0;
}

int printer_flush(struct printer *p)
{
	const struct batch *b = &p->batches[p->filling % p->nr_batches];
	int code = 0;

	if (b->nr || b->text.len)
		code = batch_end(p);
	while (!code && p->writing < p->filling)
		code = write_oldest(p);
	if (code)
		return code;
	return fflush(stdout) ? -errno : 0;
}

void printer_close(struct printer *p)
{
	size_t i, k;

	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->full);
	pthread_mutex_unlock(&p->lock);
	for (i = 0; i < p->nr_threads; i++)
		pthread_join(p->threads[i], NULL);
	for (i = 0; p->batches && i < p->nr_batches; i++)
		free(p->batches[i].memory);
	for (i = 0; p->names && p->nr_names && i < merge_nr_inputs(p->merge); i++) {
		for (k = 0; k < p->nr_names[i]; k++)
			free(p->names[i][k]);
		free(p->names[i]);
	}
	print_maker_close(p->own);
	vendors_close(p->vendors);
	free(p->names);
	free(p->nr_names);
	free(p->batches);
	free(p);
}
