/* cli/cmd_read.c -- `ringtap read`: the loop, and what there is to say at the end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/display_judge.h"
#include "cli/merge.h"
#include "cli/printer.h"
#include "cli/read_options.h"
#include "cli/read_select.h"
#include "cli/read_watch.h"
#include "cli/read_write.h"
#include "cli/verbs.h"
#include "core/log.h"

enum { STDOUT_BUFFER = 1 << 20 }; /* a write(2) per megabyte when nobody looks */

struct reading {
	const struct read_options *o;
	struct merge *merge;
	struct printer *printer;
	struct selection selection;
	uint64_t printed;
};

/* What becomes of an item: printed, passed over, or left out. 1 = go on, 0 = the end, -errno. */
static int print_item(struct reading *r, const struct merged_item *item)
{
	struct selection *s = &r->selection;
	int code = selection_next(s, merge_reader(r->merge, item->input), &item->item.frame);

	/* The printer counts by itself what a display filter lets through. */
	if (code == SELECT_TAKE && !r->o->print.display)
		code = selection_count(s);
	switch (code) {
	case SELECT_TAKE:
		code = printer_item(r->printer, item, s->seen);
		return code ? code : 1;
	case SELECT_PASS:
		printer_pass(r->printer, item);
		merge_give_back(r->merge, item);
		return 1;
	case SELECT_REJECT:
		merge_give_back(r->merge, item);
		return 1;
	}
	return MIN_OF(code, 0); /* an error, or SELECT_END */
}

/* 0 or -errno; -EPIPE: whoever read us has seen enough. */
static int print_all(struct reading *r, struct errmsg *err)
{
	const struct merged_item *item;
	struct read_watch watch = { 0 };
	uint64_t done, total;
	int code = 0;

	read_watch_begin(&watch);
	while (!read_watch_interrupted() && !selection_done(&r->selection) &&
	       !printer_done(r->printer)) {
		code = merge_next(r->merge, &item, err);
		if (code == -EAGAIN) { /* a pipe is empty: show what there is, then wait for it */
			code = printer_flush(r->printer);
			if (code || printer_done(r->printer))
				break;
			merge_wait(r->merge);
			continue;
		}
		if (code > 0)
			code = print_item(r, item);
		if (code <= 0)
			break;
		if (read_watch_due(&watch, r->selection.seen)) {
			merge_progress(r->merge, &done, &total);
			read_watch_show("read", done, total, r->selection.seen);
		}
	}
	read_watch_end(&watch);
	if (code >= 0)
		code = printer_flush(r->printer);
	r->printed = printer_nr_printed(r->printer);
	if (code == -EOPNOTSUPP && !err->text[0])
		errmsg_set(err, code,
			   "summaries have no fields: they are printed as lines or --json");
	return MIN_OF(code, 0);
}

bool read_only_packets(const struct merge *m, const struct read_options *o)
{
	for (size_t i = 0; i < merge_nr_inputs(m); i++)
		if (!merge_reader(m, i)) {
			log_error("read: %s: holds summaries of packets; filters and -w need the "
				  "packets themselves",
				  o->files[i]);
			return false;
		}
	return true;
}

bool read_report_files(const struct merge *m, const struct read_options *o)
{
	bool early = false;

	for (size_t i = 0; i < merge_nr_inputs(m); i++)
		if (merge_failure(m, i)) {
			log_error("%s", merge_failure(m, i));
			early = true;
		} else if (merge_follow_ended(m, i)) {
			log_note("%s: %s; following it ends here", o->files[i],
				 merge_follow_ended(m, i));
		}
	if (merge_nr_late(m) && (o->window.span_ns || o->window.max_items))
		log_note("%llu packets stood further out of order than the window reaches and came "
			 "late; a larger --window sorts them",
			 (unsigned long long)merge_nr_late(m));
	return early;
}

static int open_reading(struct reading *r, const struct read_filters *filters, struct errmsg *err)
{
	const struct read_options *o = r->o;
	int code = merge_open(o->files, o->nr_files, &o->window, &r->merge, err);

	if (!code && (filters->capture || filters->display) && !read_only_packets(r->merge, o))
		code = -EINVAL;
	for (size_t i = 0; !code && filters->capture && i < merge_nr_inputs(r->merge); i++)
		code = packet_filter_prepare(filters->capture, merge_reader(r->merge, i));
	if (!code)
		code = printer_open(r->merge, filters->registry, &o->print, &r->printer, err);
	return code;
}

/* The exit status of what ended with code. */
static int finish_reading(const struct reading *r, int code, struct errmsg *err)
{
	bool early;

	if (code == -EPIPE)
		return EXIT_DONE;
	if (code == -EINVAL && !err->text[0]) /* the filter, which has complained */
		return r->printed ? EXIT_EARLY : EXIT_USAGE;
	if (code) {
		if (!err->text[0])
			errmsg_set(err, code, "standard output: %s", strerror(-code));
		log_error("%s", err->text);
		return EXIT_EARLY; /* how much of it was printed nobody knows */
	}
	early = read_report_files(r->merge, r->o);
	if (early || r->o->verbose)
		log_note("printed: %llu; files: %zu", (unsigned long long)r->printed,
			 merge_nr_inputs(r->merge));
	if (!r->printed && (r->o->from.kind || r->o->to.kind) && !early)
		log_note("no packet between --from and --to");
	return early ? EXIT_EARLY : EXIT_DONE;
}

static int read_and_print(const struct read_options *o, const struct read_filters *filters)
{
	struct reading r = { .o = o, .selection = { .o = o, .filter = filters->capture } };
	struct errmsg err = { .text = "" };
	int status, code = open_reading(&r, filters, &err);

	if (code) {
		if (err.text[0])
			log_error("%s", err.text);
		if (code == -ENOENT && o->files_are_words)
			log_note("without -r all words are files; a filter stands behind -r FILE, "
				 "or in -f");
		status = code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	} else {
		read_watch_signals();
		code = print_all(&r, &err);
		status = finish_reading(&r, code, &err);
	}
	printer_close(r.printer);
	merge_close(r.merge);
	return status;
}

static int run(struct read_options *o)
{
	struct packet_filter *capture = NULL;
	struct display_filter *display = NULL;
	struct registry *registry = NULL;
	int status, code = 0;

	/* What only looks at bytes needs no dissectors. */
	if (!o->write || o->display)
		code = display_registry("read", o->print.decodes, o->print.nr_decodes, &registry);
	if (!code && o->filter)
		code = packet_filter_open("read", o->filter, &o->filter_options, &capture);
	if (!code && o->display)
		code = display_open("read", registry, o->display, &display);
	if (code) {
		status = code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	} else {
		const struct read_filters filters = { capture, display, registry };

		o->print.display = display;
		o->print.skip = display ? o->skip : 0;
		o->print.limit = display ? o->count : UINT64_MAX;
		status = o->write ? read_write(o, &filters) : read_and_print(o, &filters);
	}
	packet_filter_close(capture);
	display_free(display);
	registry_free(registry);
	return status;
}

int cmd_read(int argc, char **argv)
{
	static char buffer[STDOUT_BUFFER];
	static struct read_options o = {
		.count = UINT64_MAX,
		.window = { .span_ns = 200 * NS_PER_MS },
		.filter_options = { .netmask = FILTER_NETMASK_UNKNOWN },
		.print = { .columns = COLUMN_FORMAT_DEFAULT },
	};
	const int status = read_options_parse(argc, argv, &o);

	if (status >= 0)
		return status;
	o.print.render.color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	o.print.render.aligned = isatty(STDOUT_FILENO);
	if (isatty(STDOUT_FILENO))
		o.line_buffered = true;
	o.print.at_once = o.line_buffered;
	setvbuf(stdout, buffer, o.line_buffered ? _IOLBF : _IOFBF, sizeof(buffer));
	return run(&o);
}
