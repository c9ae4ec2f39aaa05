/* cli/cmd_read.c -- `ringtap read`: the loop, and what there is to say at the end. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/merge.h"
#include "cli/printer.h"
#include "cli/read_options.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/clock.h"
#include "core/log.h"

enum {
	STDOUT_BUFFER = 1 << 20,    /* a write(2) per megabyte when nobody looks */
	PROGRESS_PACKETS = 1 << 14, /* looks at the clock so often */
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	interrupted = 1;
}

/* Ends with what is buffered printed; a second one ends at once. */
static void catch_interrupts(void)
{
	const struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESETHAND };

	signal(SIGPIPE, SIG_IGN); /* a reader that has seen enough is no failure */
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* A line on the terminal for whoever waits: how far the files are read. */
struct progress {
	bool wanted;
	uint64_t next_ns, packets;
};

static void progress_begin(struct progress *p)
{
	p->wanted = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
	p->next_ns = clock_monotonic_ns() + NS_PER_SEC;
}

static void progress_show(struct progress *p, const struct merge *m)
{
	const uint64_t now = clock_monotonic_ns();
	uint64_t done, total;
	char text[160];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (now < p->next_ns)
		return;
	p->next_ns = now + NS_PER_SEC;
	merge_progress(m, &done, &total);
	strbuf_puts(&s, "read: ");
	format_size(&s, done);
	if (total) {
		strbuf_puts(&s, " of ");
		format_size(&s, total);
		strbuf_printf(&s, " (%u %%)", (unsigned)(done * 100 / total));
	}
	strbuf_puts(&s, ", ");
	format_count(&s, (double)p->packets);
	strbuf_puts(&s, " packets");
	fprintf(stderr, "\r%s\033[K", text);
}

static void progress_end(const struct progress *p)
{
	if (p->wanted)
		fputs("\r\033[K", stderr);
}

/* The part of time that is asked for, known when the first packet is. */
struct period {
	bool known;
	uint64_t from_ns, to_ns;
	uint64_t stop_ns; /* behind it nothing of the period can come any more */
};

static void period_begin(struct period *t, const struct read_options *o, uint64_t first_ns)
{
	const uint64_t slack = MAX_OF(o->window.span_ns, NS_PER_SEC);

	t->known = true;
	t->from_ns = o->from.kind ? moment_resolve(&o->from, first_ns) : 0;
	t->to_ns = o->to.kind ? moment_resolve(&o->to, first_ns) : UINT64_MAX;
	t->stop_ns = t->to_ns < UINT64_MAX - slack ? t->to_ns + slack : UINT64_MAX;
}

/* 0 or -errno; -EPIPE: whoever read us has seen enough. */
static int print_all(struct merge *m, struct printer *p, const struct read_options *o,
		     uint64_t *ret_printed, struct errmsg *err)
{
	const struct merged_item *item;
	struct progress progress = { 0 };
	struct period period = { 0 };
	uint64_t seen = 0;
	int code = 0;

	*ret_printed = 0;
	progress_begin(&progress);
	while (!interrupted && *ret_printed < o->count) {
		code = merge_next(m, &item, err);
		if (code == -EAGAIN) { /* a pipe is empty: show what there is, then wait for it */
			code = printer_flush(p);
			if (code)
				break;
			merge_wait(m);
			continue;
		}
		if (code <= 0)
			break;
		if (!period.known)
			period_begin(&period, o, item->item.frame.ts_ns);
		if (item->item.frame.ts_ns > period.stop_ns)
			break;
		progress.packets = ++seen;
		if (progress.wanted && seen % PROGRESS_PACKETS == 0)
			progress_show(&progress, m);
		if (seen <= o->skip || item->item.frame.ts_ns < period.from_ns ||
		    item->item.frame.ts_ns > period.to_ns) {
			printer_pass(p, item);
			merge_give_back(m, item);
			continue;
		}
		code = printer_item(p, item, seen);
		if (code)
			break;
		++*ret_printed;
	}
	progress_end(&progress);
	if (code >= 0)
		code = printer_flush(p);
	if (code == -EOPNOTSUPP && !err->text[0])
		errmsg_set(err, code,
			   "summaries have no fields: they are printed as lines or --json");
	if (code < 0 && !err->text[0])
		errmsg_set(err, code, "standard output: %s", strerror(-code));
	return MIN_OF(code, 0);
}

/* What was wrong with the files. True: something was cut short. */
static bool report_files(const struct merge *m, const struct read_options *o, uint64_t printed)
{
	bool early = false;

	for (size_t i = 0; i < merge_nr_inputs(m); i++)
		if (merge_failure(m, i)) {
			log_error("%s", merge_failure(m, i));
			early = true;
		}
	if (merge_nr_late(m) && (o->window.span_ns || o->window.max_items))
		log_note("%llu packets stood further out of order than the window reaches and came "
			 "late; a larger --window sorts them",
			 (unsigned long long)merge_nr_late(m));
	if (early || o->verbose)
		log_note("printed: %llu; files: %zu", (unsigned long long)printed,
			 merge_nr_inputs(m));
	return early;
}

static int read_and_print(const struct read_options *o)
{
	struct printer *printer = NULL;
	struct merge *merge = NULL;
	struct errmsg err = { .text = "" };
	uint64_t printed = 0;
	int status = EXIT_NOT_STARTED;
	int code = merge_open(o->files, o->nr_files, &o->window, &merge, &err);

	if (!code)
		code = printer_open(merge, &o->print, &printer, &err);
	if (code) {
		log_error("%s", err.text);
		status = code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
		goto out;
	}
	catch_interrupts();
	code = print_all(merge, printer, o, &printed, &err);
	status = EXIT_DONE;
	if (code == -EPIPE)
		goto out;
	if (code) {
		log_error("%s", err.text);
		status = EXIT_EARLY;
		goto out; /* how much of it was printed nobody knows */
	}
	if (report_files(merge, o, printed))
		status = EXIT_EARLY;
	if (!printed && (o->from.kind || o->to.kind) && status == EXIT_DONE)
		log_note("no packet between --from and --to");
out:
	printer_close(printer);
	merge_close(merge);
	return status;
}

int cmd_read(int argc, char **argv)
{
	static char buffer[STDOUT_BUFFER];
	static struct read_options o = {
		.count = UINT64_MAX,
		.window = { .span_ns = 200 * NS_PER_MS },
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
	return read_and_print(&o);
}
