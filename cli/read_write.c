#include "cli/read_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cli/read_select.h"
#include "cli/read_watch.h"
#include "cli/verbs.h"
#include "core/log.h"
#include "pcapio/packet_out.h"

struct rewrite {
	const struct read_options *o;
	const struct read_filters *filters;
	struct selection selection;
	struct display_state *display; /* of filters->display */
	uint64_t first_ns, prev_ns;    /* for frame.time_delta and the like */

	/* One file goes straight through; several, and what must be waited for, are merged. */
	struct input *input;
	struct merge *merge;
	const struct merged_item *held; /* to be given back */
	uint64_t input_bytes;           /* of the one file */
	bool input_failed;              /* it could not be read to its end */

	struct packet_out *out;
};

static uint64_t regular_size(const char *path)
{
	struct stat st;

	return strcmp(path, "-") && !stat(path, &st) && S_ISREG(st.st_mode) ? (uint64_t)st.st_size
									    : 0;
}

static int open_inputs(struct rewrite *w, struct errmsg *err)
{
	const struct read_options *o = w->o;
	int code;

	w->input_bytes = regular_size(o->files[0]);
	if (o->nr_files > 1 || o->window_given || !w->input_bytes)
		return merge_open(o->files, o->nr_files, &o->window, &w->merge, err);
	code = input_open(o->files[0], &w->input, err);
	if (!code && !input_reader(w->input))
		code = errmsg_set(err, -EINVAL, "%s: holds summaries, no packets to write",
				  o->files[0]);
	return code;
}

static bool is_pcap_name(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && !strcasecmp(dot, ".pcap");
}

static int open_output(struct rewrite *w, struct errmsg *err)
{
	const struct read_options *o = w->o;
	const struct packet_out_options options = {
		.path = o->write,
		.pcap = is_pcap_name(o->write),
		.nano = o->print.render.nano,
		.force = o->force,
		.nr_inputs = o->nr_files,
		.inputs = o->files,
	};

	return packet_out_open(&options, &w->out, err);
}

/* What one can know before the first packet. */
static int prepare_filter(struct rewrite *w)
{
	const size_t nr = w->merge ? merge_nr_inputs(w->merge) : 1;
	int code = 0;

	for (size_t i = 0; w->filters->capture && !code && i < nr; i++)
		code = packet_filter_prepare(w->filters->capture,
					     w->merge ? merge_reader(w->merge, i)
						      : input_reader(w->input));
	return code;
}

/* The next packet in order: 1, 0 = the end, -errno. */
static int next_packet(struct rewrite *w, struct frame_view *f, size_t *ret_input,
		       struct errmsg *err)
{
	struct input_item item;
	int code;

	if (w->input) {
		code = input_next(w->input, &item, err);
		*f = item.frame;
		*ret_input = 0;
		return code;
	}
	if (w->held)
		merge_give_back(w->merge, w->held);
	w->held = NULL;
	while ((code = merge_next(w->merge, &w->held, err)) == -EAGAIN) {
		w->held = NULL;
		code = packet_out_flush(w->out, err);
		if (code || read_watch_interrupted())
			return code;
		merge_wait(w->merge);
	}
	if (code <= 0) {
		w->held = NULL;
		return code;
	}
	*f = w->held->item.frame;
	*ret_input = w->held->input;
	return code;
}

static const struct reader *reader_of(const struct rewrite *w, size_t input)
{
	return w->input ? input_reader(w->input) : merge_reader(w->merge, input);
}

static bool display_accepts(struct rewrite *w, const struct reader *r, const struct frame_view *f)
{
	const struct reader_interface *iface = reader_interface(r, f->ifindex);
	const struct frame_context ctx = { .number = w->selection.seen,
					   .prev_ns = w->prev_ns,
					   .first_ns = w->first_ns,
					   .interface_name = iface ? iface->name : NULL };
	struct dissection d;

	dissect_frame(w->filters->registry, f, &d);
	return display_match(w->filters->display, w->display, &d, &ctx);
}

static enum selection_verdict judge(struct rewrite *w, const struct reader *r,
				    const struct frame_view *f)
{
	bool wanted = true;

	if (w->filters->display) {
		if (!w->first_ns)
			w->first_ns = w->prev_ns = f->ts_ns;
		wanted = display_accepts(w, r, f);
		w->prev_ns = f->ts_ns;
	}
	return wanted ? selection_count(&w->selection) : SELECT_PASS;
}

/* 0 or -errno, complained where err has no text. */
static int write_all(struct rewrite *w, struct errmsg *err)
{
	struct selection *s = &w->selection;
	struct read_watch watch = { 0 };
	struct frame_view f = { 0 };
	size_t input = 0;
	int code = 0;

	read_watch_begin(&watch);
	while (!read_watch_interrupted() && !selection_done(s)) {
		code = next_packet(w, &f, &input, err);
		if (code <= 0) {
			w->input_failed = w->input && code < 0;
			break;
		}
		code = selection_next(s, reader_of(w, input), &f);
		if (code < 0 || code == SELECT_END)
			break;
		if (code == SELECT_TAKE && judge(w, reader_of(w, input), &f) == SELECT_TAKE)
			code = packet_out_add(w->out, input, reader_of(w, input), &f, err);
		if (code < 0)
			break;
		if (read_watch_due(&watch, s->seen)) {
			uint64_t done = w->input ? reader_offset(input_reader(w->input)) : 0;
			uint64_t total = w->input_bytes;

			if (w->merge)
				merge_progress(w->merge, &done, &total);
			read_watch_show(done, total, s->seen);
		}
	}
	read_watch_end(&watch);
	return MIN_OF(code, 0);
}

/* A file without packets says at least what kind they would have been. */
static int describe_inputs(struct rewrite *w, struct errmsg *err)
{
	int code = 0;

	for (size_t i = 0; !code && i < w->o->nr_files; i++)
		code = packet_out_describe(w->out, i, reader_of(w, i), err);
	return code;
}

static int finish(struct rewrite *w, int code, struct errmsg *err)
{
	const uint64_t taken = w->selection.taken;
	/* A file that ends in the middle of a packet is written up to there. */
	const bool fatal = code && !w->input_failed;
	bool early = code != 0;
	int closed = 0, last;

	if (w->merge)
		early |= read_report_files(w->merge, w->o);
	if (code && err->text[0])
		log_error("%s", err->text);
	err->text[0] = '\0';
	if (!taken && !fatal)
		closed = describe_inputs(w, err);
	last = packet_out_close(w->out, fatal, err);
	w->out = NULL;
	closed = closed ? closed : last;
	if (code == -EPIPE || closed == -EPIPE)
		return EXIT_DONE;
	if (closed)
		log_error("%s", err->text);
	if (fatal && code == -EINVAL && !taken)
		return EXIT_USAGE; /* the filter, or a form that cannot hold the packets */
	log_note("read %llu, %s %llu", (unsigned long long)w->selection.seen,
		 closed ? "not all written of" : "written", (unsigned long long)taken);
	return early || closed ? EXIT_EARLY : EXIT_DONE;
}

int read_write(const struct read_options *o, const struct read_filters *filters)
{
	struct rewrite w = { .o = o,
			     .filters = filters,
			     .selection = { .o = o, .filter = filters->capture } };
	struct errmsg err = { .text = "" };
	int status = EXIT_NOT_STARTED;
	int code = open_inputs(&w, &err);

	if (!code && w.merge && !read_only_packets(w.merge, o))
		code = -EINVAL;
	if (!code)
		code = prepare_filter(&w);
	if (!code && filters->display)
		code = display_state_open(filters->display, &w.display);
	if (!code)
		code = open_output(&w, &err);
	if (code) {
		if (err.text[0])
			log_error("%s", err.text);
		status = code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	} else {
		read_watch_signals();
		code = write_all(&w, &err);
		status = finish(&w, code, &err);
	}
	display_state_close(w.display);
	merge_close(w.merge);
	input_close(w.input);
	return status;
}
