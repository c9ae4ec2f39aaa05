/* cli/cmd_cut.c -- `ringtap cut`: the loop over the file, once or (--last) twice. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cut_options.h"
#include "cli/cut_parts.h"
#include "cli/cut_report.h"
#include "cli/cut_select.h"
#include "cli/read_watch.h"
#include "cli/verbs.h"
#include "core/log.h"
#include "pcapio/source.h"

enum { SILENCE_MS = 200 /* of a pipe, after which others may read what there is */ };

struct cut {
	const struct cut_options *o;
	struct packet_out_options out;
	struct packet_filter *filter;
	struct registry *registry;
	struct display_filter *display;

	struct source *src; /* the reader's */
	struct reader *r;
	uint64_t size; /* of a regular file; 0: unknown */
	bool may_pass; /* it may have an index */
	struct cut_selection selection;
	struct cut_parts parts;
	bool input_failed; /* the pass could not read it to its end */
	bool damaged;      /* nor could one before */
	bool interrupted;
};

static int open_input(struct cut *c, struct errmsg *err)
{
	struct stat st;
	int code = source_open(c->o->file, &c->src, err);

	if (code)
		return code;
	c->size = strcmp(c->o->file, "-") && !stat(c->o->file, &st) && S_ISREG(st.st_mode)
			  ? (uint64_t)st.st_size
			  : 0;
	c->may_pass = true;
	code = reader_open_source(c->src, &c->r, err);
	if (!code)
		source_never_wait(c->src);
	if (!code && c->filter)
		code = packet_filter_prepare(c->filter, c->r);
	return code;
}

/* A pipe is empty. 0 or -errno. */
static int wait_for_input(struct cut *c, bool write, struct errmsg *err)
{
	struct pollfd fd = { .fd = source_poll_fd(c->src), .events = POLLIN };

	return poll(&fd, 1, SILENCE_MS) == 0 && write ? cut_parts_flush(&c->parts, err) : 0;
}

/* What the reader has handed out. 0 or -errno. */
static int take_item(struct cut *c, int item, const struct frame_view *f, bool write,
		     struct errmsg *err)
{
	int code;

	if (item == READER_BLOCK && cut_is_early(&c->selection, c->r, reader_block(c->r))) {
		c->selection.statistics_early++;
		return 0;
	}
	if (item == READER_BLOCK)
		return write ? cut_parts_block(&c->parts, c->r, err) : 0;
	code = cut_select(&c->selection, c->r, f);
	if (code > 0)
		code = write ? cut_parts_add(&c->parts, c->r, f, err) : 0;
	return code;
}

/* What is older than --from need not be read, where the file has an index. 0 or -errno. */
static int pass_over(struct cut *c, struct errmsg *err)
{
	const int code = cut_pass_over(&c->selection, c->r, err);

	c->may_pass = !code;
	c->input_failed = code && code != -ESPIPE;
	c->damaged |= c->input_failed;
	return code == -ESPIPE ? 0 : code;
}

/* The file from here to its end, or as far as anything is wanted. 0 or -errno. */
static int pass(struct cut *c, bool write, struct errmsg *err)
{
	struct read_watch watch = { 0 };
	struct frame_view f = { 0 };
	int code = 0;

	read_watch_begin(&watch);
	while (!code && !c->selection.done && !(c->interrupted = read_watch_interrupted())) {
		code = reader_next_any(c->r, &f, err);
		if (code == -EAGAIN) {
			code = wait_for_input(c, write, err);
			continue;
		}
		c->input_failed = code < 0;
		c->damaged |= code < 0;
		if (code <= 0)
			break;
		code = take_item(c, code, &f, write, err);
		if (!code && c->selection.early && c->may_pass)
			code = pass_over(c, err);
		if (read_watch_due(&watch, c->selection.seen))
			read_watch_show("cut", source_file_offset(c->src), c->size,
					c->selection.seen);
	}
	read_watch_end(&watch);
	return code;
}

static int begin_selection(struct cut *c)
{
	return cut_selection_open(&c->selection, c->o, c->filter, c->registry, c->display);
}

/* --last: how many match is known when all have been seen; then the file is read again. */
static int find_last(struct cut *c, struct errmsg *err)
{
	int code = pass(c, false, err);
	uint64_t matched;

	if (code && !c->input_failed)
		return code;
	matched = c->selection.matched;
	cut_selection_close(&c->selection);
	reader_close(c->r);
	c->r = NULL;
	c->input_failed = false;
	code = open_input(c, err);
	if (!code)
		code = begin_selection(c);
	if (code)
		return code;
	c->selection.skip = matched > c->o->last ? matched - c->o->last : 0;
	c->selection.count = c->o->last;
	return 0;
}

/* How it ended with code. */
static int finish(struct cut *c, int code, struct errmsg *err)
{
	/* A file that ends in the middle of a packet is cut up to there. */
	const bool fatal = code && !c->input_failed;
	struct errmsg close_err = { .text = "" };
	struct cut_result result = { .selection = &c->selection,
				     .parts = &c->parts,
				     .out = &c->out,
				     .reader = c->r,
				     .interrupted = c->interrupted };
	const int closed = cut_parts_close(&c->parts, c->r, fatal, &close_err);

	if (code == -EPIPE || closed == -EPIPE)
		return EXIT_DONE;
	if (err->text[0])
		log_error("%s", err->text);
	if (closed && strcmp(err->text, close_err.text))
		log_error("%s", close_err.text);
	if (fatal && !c->parts.nr_made) /* a filter, or a form that cannot hold the packets */
		return code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	if (err->text[0] || closed)
		result.failure = err->text[0] ? err->text : close_err.text;
	cut_report(&result);
	return code || closed || c->damaged || c->interrupted ? EXIT_EARLY : EXIT_DONE;
}

static int run(struct cut *c)
{
	struct errmsg err = { .text = "" };
	int code = open_input(c, &err);

	if (!code && c->o->last && !c->size)
		code = errmsg_set(&err, -EINVAL,
				  "cut: --last reads the file twice, which %s cannot be; write it "
				  "to a file first",
				  reader_name(c->r));
	if (!code)
		code = begin_selection(c);
	read_watch_signals(); /* from here on a file may have to be ended */
	if (!code)
		code = cut_parts_open(&c->parts, &err);
	if (code) {
		if (err.text[0])
			log_error("%s", err.text);
		return code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	}
	if (c->o->last)
		code = find_last(c, &err);
	if (!code && !c->interrupted)
		code = pass(c, true, &err);
	return finish(c, code, &err);
}

/* 0 or -errno, after a complaint. */
static int compile(struct cut *c)
{
	const struct cut_options *o = c->o;
	int code = 0;

	if (o->filter)
		code = packet_filter_open("cut", o->filter, &o->filter_options, &c->filter);
	if (!code && o->display)
		code = display_registry("cut", NULL, 0, &c->registry);
	if (!code && o->display)
		code = display_open("cut", c->registry, o->display, &c->display);
	return code;
}

int cmd_cut(int argc, char **argv)
{
	static struct cut_options o;
	static struct cut c = { .o = &o, .parts = { .o = &o } };
	int status = cut_options_parse(argc, argv, &o);
	int code;

	if (status >= 0)
		return status;
	if (!out_options_finish("cut", &o.out, &o.file, 1, &c.out))
		return EXIT_USAGE;
	c.out.snaplen = o.snaplen;
	c.parts.out = &c.out;
	if (o.quiet || o.json)
		log_set_level(LOG_LEVEL_ERROR);
	code = compile(&c);
	status = code == -EINVAL ? EXIT_USAGE : code ? EXIT_NOT_STARTED : run(&c);
	cut_selection_close(&c.selection);
	reader_close(c.r);
	packet_filter_close(c.filter);
	display_free(c.display);
	registry_free(c.registry);
	return status;
}
