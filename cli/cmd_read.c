/* cli/cmd_read.c -- `ringtap read`: its options, the loop, and what there is to say at the end. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/merge.h"
#include "cli/options.h"
#include "cli/printer.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/strbuf.h"

enum {
	FILES_MAX = 4096,
	STDOUT_BUFFER = 1 << 20, /* a write(2) per megabyte when nobody looks */
};

static const char help_text[] =
	"Usage: ringtap read [OPTIONS] FILE...\n"
	"       ringtap read [OPTIONS] -r FILE [-r FILE]... [FILTER]\n"
	"\n"
	"Prints the packets of pcap, pcapng and summary files, all files merged by time; '-' is\n"
	"standard input. With -r, the words after the options are the capture filter, as in "
	"tcpdump.\n"
	"\n"
	"  -r, --read FILE       read this file (repeatable)\n"
	"  -f, --filter EXPR     capture filter\n"
	"  -c, --count N         stop after N packets\n"
	"      --skip N          pass over the first N packets\n"
	"  -n, --numeric         numbers instead of port names\n"
	"  -q, --quiet           shorter lines\n"
	"  -e, --link-header     the link-layer header too\n"
	"  -v, --verbose         every field of every layer; a count at the end\n"
	"  -t, -tt ... -ttttt    no time; seconds since 1970; since the previous packet; with the\n"
	"                        date; since the first packet\n"
	"      --nano            nine digits after the second\n"
	"  -x, -X                bytes from the network layer on, in hexadecimal (-X: and text)\n"
	"  -xx, -XX              the same with the link-layer header\n"
	"  -A, --ascii           bytes as text\n"
	"  -j, --json            one JSON object per line\n"
	"  -l, --line-buffered   write every line at once\n"
	"      --window WINDOW   how far packets may stand out of order: a time (200ms) or a "
	"number\n"
	"                        of packets; 0 prints them as they stand in the file\n"
	"\n"
	"Example: ringtap read -n -c 10 capture.pcapng\n";

struct read_options {
	const char *files[FILES_MAX];
	size_t nr_files;
	const char *filter;
	uint64_t count; /* UINT64_MAX: all */
	uint64_t skip;
	unsigned verbose;
	unsigned time_letters; /* how many -t */
	bool line_buffered;
	struct merge_window window;
	struct printer_options print;
};

enum {
	OPT_SKIP = 256,
	OPT_NANO,
	OPT_WINDOW,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "read", required_argument, NULL, 'r' },
	{ "filter", required_argument, NULL, 'f' },
	{ "count", required_argument, NULL, 'c' },
	{ "skip", required_argument, NULL, OPT_SKIP },
	{ "numeric", no_argument, NULL, 'n' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "link-header", no_argument, NULL, 'e' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "nano", no_argument, NULL, OPT_NANO },
	{ "ascii", no_argument, NULL, 'A' },
	{ "json", no_argument, NULL, 'j' },
	{ "line-buffered", no_argument, NULL, 'l' },
	{ "window", required_argument, NULL, OPT_WINDOW },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	interrupted = 1;
}

static bool add_file(struct read_options *o, const char *path)
{
	if (o->nr_files == FILES_MAX) {
		log_error("read: more than %d files", FILES_MAX);
		return false;
	}
	o->files[o->nr_files++] = path;
	return true;
}

/* "500ms" is a time, "5000" a number of packets. */
static bool parse_window(const char *text, struct merge_window *ret)
{
	if (parse_count(text, &ret->max_items) == 0) {
		ret->span_ns = 0;
		return true;
	}
	ret->max_items = 0;
	return option_duration("read", "--window", text, &ret->span_ns);
}

static bool is_print_option(int opt, struct read_options *o)
{
	switch (opt) {
	case 'n':
		o->print.render.numeric = true;
		return true;
	case 'q':
		o->print.render.quiet = true;
		return true;
	case 'e':
		o->print.render.link_header = true;
		return true;
	case 'x':
		o->print.hex++;
		return true;
	case 'X':
		o->print.hex_ascii++;
		return true;
	case 'A':
		o->print.ascii = true;
		return true;
	case 'j':
		o->print.json = true;
		return true;
	case 't':
		o->time_letters++;
		return true;
	case OPT_NANO:
		o->print.render.nano = true;
		return true;
	}
	return false;
}

/* False: it was wrong, and has been complained about. */
static bool take_option(int opt, struct read_options *o)
{
	if (is_print_option(opt, o))
		return true;
	switch (opt) {
	case 'r':
		return add_file(o, optarg);
	case 'f':
		o->filter = optarg;
		return true;
	case 'c':
		return option_count("read", "-c", optarg, &o->count);
	case OPT_SKIP:
		return option_count("read", "--skip", optarg, &o->skip);
	case 'v':
		o->verbose++;
		return true;
	case 'l':
		o->line_buffered = true;
		return true;
	case OPT_WINDOW:
		return parse_window(optarg, &o->window);
	}
	return false;
}

static bool finish_options(int argc, char **argv, struct read_options *o)
{
	static const enum time_format formats[] = { TIME_DEFAULT, TIME_NONE, TIME_EPOCH,
						    TIME_DELTA,   TIME_DATE, TIME_SINCE_FIRST };

	if (o->time_letters >= ARRAY_SIZE(formats)) {
		log_error("read: at most five -t; 'ringtap read --help' says what they mean");
		return false;
	}
	o->print.time = formats[o->time_letters];
	if (o->print.render.nano)
		o->print.time |= TIME_NANO;
	o->print.tree = o->verbose > 0;
	if (o->nr_files && optind < argc)
		o->filter = argv[optind];
	else
		for (; optind < argc; optind++)
			if (!add_file(o, argv[optind]))
				return false;
	if (o->filter) {
		log_error("read: filter '%s': this version does not understand filter expressions; "
			  "files without -r may stand behind the options",
			  o->filter);
		return false;
	}
	if (!o->nr_files) {
		log_error("read: no file; 'ringtap read FILE', or '-' for standard input");
		return false;
	}
	return true;
}

/* -1: go on; else the exit status. */
static int parse_options(int argc, char **argv, struct read_options *o)
{
	int opt;

	opterr = 0;
	optind = 1;
	while ((opt = getopt_long(argc, argv, ":r:f:c:nqevtxXAjl", long_options, NULL)) != -1) {
		if (opt == OPT_HELP) {
			fputs(help_text, stdout);
			return EXIT_DONE;
		}
		if (opt == '?' || opt == ':')
			return option_error("read", argc, argv, opt, long_options);
		if (!take_option(opt, o))
			return EXIT_USAGE;
	}
	return finish_options(argc, argv, o) ? -1 : EXIT_USAGE;
}

/* Ends with what is buffered printed; a second one ends at once. */
static void catch_interrupts(void)
{
	const struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* 0 or -errno; -EPIPE: whoever read us has seen enough. */
static int print_all(struct merge *m, struct printer *p, const struct read_options *o,
		     uint64_t *ret_printed, struct errmsg *err)
{
	const struct merged_item *item;
	uint64_t seen = 0;
	int code = 0;

	*ret_printed = 0;
	while (!interrupted && *ret_printed < o->count) {
		code = merge_next(m, &item, err);
		if (code <= 0)
			break;
		if (seen++ < o->skip)
			continue;
		code = printer_item(p, item, seen);
		if (code)
			return errmsg_set(err, code, "standard output: %s", strerror(-code));
		++*ret_printed;
	}
	if (code >= 0 && fflush(stdout)) {
		code = -errno;
		return errmsg_set(err, code, "standard output: %s", strerror(-code));
	}
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
	struct errmsg err;
	uint64_t printed = 0;
	int status = EXIT_NOT_STARTED;
	int code = merge_open(o->files, o->nr_files, &o->window, &merge, &err);

	if (!code)
		code = printer_open(merge, &o->print, &printer, &err);
	if (code) {
		log_error("%s", err.text);
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
	}
	if (report_files(merge, o, printed))
		status = EXIT_EARLY;
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
	};
	const int status = parse_options(argc, argv, &o);

	if (status >= 0)
		return status;
	o.print.render.color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && !o.print.json;
	if (isatty(STDOUT_FILENO))
		o.line_buffered = true;
	setvbuf(stdout, buffer, o.line_buffered ? _IOLBF : _IOFBF, sizeof(buffer));
	return read_and_print(&o);
}
