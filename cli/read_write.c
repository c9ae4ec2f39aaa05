#include "cli/read_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cli/display_judge.h"
#include "cli/out_report.h"
#include "cli/read_select.h"
#include "cli/read_watch.h"
#include "cli/verbs.h"
#include "core/log.h"
#include "pcapio/packet_out.h"

struct rewrite {
	const struct read_options *o;
	const struct read_filters *filters;
	struct selection selection;
	struct display_judge display; /* by filters->display */

	/* One file goes straight through; several, and what must be waited for, are merged. */
	struct input *input;
	struct merge *merge;
	const struct merged_item *held; /* to be given back */
	uint64_t input_bytes;           /* of the one file */
	bool input_failed;              /* it could not be read to its end */

	struct packet_out_options options;
	struct packet_out *out;
	struct out_losses losses;
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
	struct merge_window window = o->window;
	int code;

	/* A single file keeps its order, and so its sections, unless it is asked to be sorted. */
	if (o->nr_files == 1 && !o->window_given)
		window.span_ns = window.max_items = 0;
	w->input_bytes = regular_size(o->files[0]);
	if (o->nr_files > 1 || o->window_given || window.follow || !w->input_bytes) {
		code = merge_open(o->files, o->nr_files, &window, &w->merge, err);
		if (!code)
			merge_take_blocks(w->merge);
		return code;
	}
	code = input_open(o->files[0], &w->input, err);
	if (code)
		return code;
	if (!input_reader(w->input))
		return errmsg_set(err, -EINVAL, "%s: holds summaries, no packets to write",
				  o->files[0]);
	input_take_blocks(w->input);
	return 0;
}

static int open_output(struct rewrite *w, struct errmsg *err)
{
	const struct read_options *o = w->o;

	w->options = (struct packet_out_options){
		.path = o->write,
		.force = o->force,
		.nr_inputs = o->nr_files,
		.inputs = o->files,
		.one_section = o->window_given,
	};
	packet_out_by_name(o->write, o->print.render.nano, &w->options);
	return packet_out_open(&w->options, &w->out, err);
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

/* The next packet or block in order: 1, 0 = the end, -errno. */
static int next_item(struct rewrite *w, struct input_item *ret, size_t *ret_input,
		     struct errmsg *err)
{
	int code;

	*ret_input = 0;
	if (w->input)
		return input_next(w->input, ret, err);
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
	*ret = w->held->item;
	*ret_input = w->held->input;
	return code;
}

static const struct reader *reader_of(const struct rewrite *w, size_t input)
{
	return w->input ? input_reader(w->input) : merge_reader(w->merge, input);
}

static enum selection_verdict judge(struct rewrite *w, const struct reader *r,
				    const struct frame_view *f)
{
	return display_judge_accepts(&w->display, r, f, w->selection.seen)
		       ? selection_count(&w->selection)
		       : SELECT_PASS;
}

/* A packet, if it is wanted, or a block. 1, 0 = no more are wanted, -errno. */
static int write_item(struct rewrite *w, const struct input_item *item, size_t input,
		      struct errmsg *err)
{
	const struct reader *r = reader_of(w, input);
	const struct reader_block *block = item->block.bytes ? &item->block : NULL;
	int code;

	if (item->is_block) {
		code = out_losses_block(&w->losses, w->out, input, r, block, err);
		return code ? code : 1;
	}
	code = selection_next(&w->selection, r, &item->frame);
	if (code < 0 || code == SELECT_END)
		return MIN_OF(code, 0);
	if (code == SELECT_TAKE && judge(w, r, &item->frame) == SELECT_TAKE)
		code = packet_out_add(w->out, input, r, &item->frame, block, err);
	return code < 0 ? code : 1;
}

static void show_progress(const struct rewrite *w)
{
	uint64_t done = w->input ? input_file_offset(w->input) : 0;
	uint64_t total = w->input_bytes;

	if (w->merge)
		merge_progress(w->merge, &done, &total);
	read_watch_show("read", done, total, w->selection.seen);
}

/* 0 or -errno, complained where err has no text. */
static int write_all(struct rewrite *w, struct errmsg *err)
{
	struct read_watch watch = { 0 };
	struct input_item item;
	size_t input = 0;
	int code = 0;

	read_watch_begin(&watch);
	while (!read_watch_interrupted() && !selection_done(&w->selection)) {
		code = next_item(w, &item, &input, err);
		w->input_failed = w->input && code < 0;
		if (code > 0)
			code = write_item(w, &item, input, err);
		if (code <= 0)
			break;
		if (read_watch_due(&watch, w->selection.seen))
			show_progress(w);
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
	struct packet_out_counts counts;
	int closed = 0, last;

	if (w->merge)
		early |= read_report_files(w->merge, w->o);
	if (code && err->text[0])
		log_error("%s", err->text);
	err->text[0] = '\0';
	if (!taken && !fatal)
		closed = describe_inputs(w, err);
	counts = packet_out_counts(w->out);
	last = packet_out_close(w->out, fatal, err);
	w->out = NULL;
	closed = closed ? closed : last;
	if (code == -EPIPE || closed == -EPIPE)
		return EXIT_DONE;
	if (closed && !fatal) /* else it is said, or follows from that */
		log_error("%s", err->text);
	if (fatal && code == -EINVAL && !taken)
		return EXIT_USAGE; /* the filter, or a form that cannot hold the packets */
	log_note("read %llu, %s %llu%s", (unsigned long long)w->selection.seen,
		 fatal || closed ? "not all written of" : "written", (unsigned long long)taken,
		 last ? "; what was written may end in the middle of a packet" : "");
	out_losses_note(&w->losses, &counts, &w->options);
	return early || closed ? EXIT_EARLY : EXIT_DONE;
}

int read_write(const struct read_options *o, const struct read_filters *filters)
{
	struct rewrite w = { .o = o,
			     .filters = filters,
			     .selection = { .o = o, .filter = filters->capture },
			     .display = { .registry = filters->registry,
					  .filter = filters->display } };
	struct errmsg err = { .text = "" };
	int status = EXIT_NOT_STARTED;
	int code = open_inputs(&w, &err);

	if (!code && w.merge && !read_only_packets(w.merge, o))
		code = -EINVAL;
	if (!code)
		code = prepare_filter(&w);
	if (!code)
		code = display_judge_open(&w.display);
	read_watch_signals(); /* from here on a file may have to be ended */
	if (!code)
		code = open_output(&w, &err);
	if (code) {
		if (err.text[0])
			log_error("%s", err.text);
		status = code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	} else {
		code = write_all(&w, &err);
		status = finish(&w, code, &err);
	}
	display_judge_close(&w.display);
	merge_close(w.merge);
	input_close(w.input);
	return status;
}
