/* cli/cmd_merge.c -- `ringtap merge`. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/merge_run.h"
#include "cli/options.h"
#include "cli/out_options.h"
#include "cli/verbs.h"
#include "core/log.h"

static const char help_text[] =
	"Usage: ringtap merge [OPTIONS] -w OUT FILE...\n"
	"\n"
	"Puts the packets of any number of capture files into one, by time. Interfaces stay apart, "
	"and\n"
	"options, comments, names, secrets and statistics are kept. - is standard input.\n"
	"\n" OUT_OPTIONS_HELP
	"  -a, --append            one file after the other, whatever their times\n"
	"      --window TIME       sort packets that come up to this much too late in their file\n"
	"      --same-interfaces   equal interfaces become one\n"
	"  -s, --snaplen BYTES     cut longer packets\n"
	"  -q, --quiet             say only what went wrong\n"
	"      --json              a report as JSON, on standard output (with -w - on standard "
	"error)\n"
	"\n"
	"Example: ringtap merge -w all.pcapng.zst ring-*.pcapng\n";

enum {
	OPT_WINDOW = 256,
	OPT_SAME_INTERFACES,
	OPT_JSON,
	OPT_HELP,
	LINES_MAX = 16, /* files that get a line each */
};

static const struct option long_options[] = {
	OUT_OPTIONS,
	{ "append", no_argument, NULL, 'a' },
	{ "window", required_argument, NULL, OPT_WINDOW },
	{ "same-interfaces", no_argument, NULL, OPT_SAME_INTERFACES },
	{ "snaplen", required_argument, NULL, 's' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

struct merge_command {
	struct out_options out;
	struct packet_out_options options;
	uint32_t snaplen;
	uint64_t window_ns; /* 0: files are in order */
	bool same_interfaces, append, quiet, json;
	bool is_new; /* the output did not exist */
	struct merge_run run;
};

/* False: it was wrong, and has been complained about. */
static bool take_option(int opt, void *arg)
{
	struct merge_command *const c = arg;

	switch (opt) {
	case 'a':
		c->append = true;
		return true;
	case OPT_WINDOW:
		return option_duration("merge", "--window", optarg, &c->window_ns);
	case OPT_SAME_INTERFACES:
		c->same_interfaces = true;
		return true;
	case 's':
		return out_snaplen("merge", optarg, &c->snaplen);
	case 'q':
		c->quiet = true;
		return true;
	case OPT_JSON:
		c->json = true;
		return true;
	default:
		return out_option("merge", opt, optarg, &c->out) > 0;
	}
}

static bool check_files(char **files, size_t nr)
{
	bool piped = false;

	if (!nr)
		log_error("merge: no files; 'ringtap merge -w OUT FILE...' names them");
	for (size_t i = 0; i < nr; i++) {
		if (!strcmp(files[i], "-") && piped) {
			log_error("merge: standard input can be read only once");
			return false;
		}
		piped |= !strcmp(files[i], "-");
	}
	return nr > 0;
}

/* ---- what there is to say ---- */

/* Why a file ended early has been said when it did. */
static void note_files(const struct merge_command *c)
{
	const struct merge_run *m = &c->run;
	size_t nr_late = 0;

	for (size_t i = 0; i < m->nr_inputs; i++) {
		const struct merge_input *in = &m->inputs[i];

		if (m->nr_inputs <= LINES_MAX)
			log_note("%s: %" PRIu64 " packets%s", in->path, in->packets,
				 in->failure ? ", then it ended early" : "");
		nr_late += in->late > 0;
		if (in->late && nr_late <= LINES_MAX)
			log_note("%" PRIu64 " packets of %s are out of order", in->late, in->path);
	}
	if (nr_late > LINES_MAX)
		log_note("%" PRIu64 " packets of %zu files in all are out of order", m->late,
			 nr_late);
	if (m->late)
		log_note("%s", c->window_ns ? "a larger --window sorts those too"
					    : "--window 1s sorts what is up to a second late");
}

static void report_text(const struct merge_command *c)
{
	const struct packet_out_counts counts = packet_out_counts(c->run.out);

	note_files(c);
	out_losses_note(&c->run.losses, &counts, &c->options);
	log_note("merged %" PRIu64 " packets of %zu file%s into %s%s", c->run.packets,
		 c->run.nr_inputs, c->run.nr_inputs == 1 ? "" : "s",
		 strcmp(c->options.path, "-") ? c->options.path : "standard output",
		 c->run.interrupted ? "; interrupted before their end" : "");
}

/* A line of JSON has no end known before: printed piece by piece. */
static void report_json(const struct merge_command *c)
{
	const struct packet_out_counts counts = packet_out_counts(c->run.out);
	static char memory[64 << 10]; /* a path is 4096 bytes at most, 6 times that in JSON */
	struct strbuf s = strbuf_over(memory, sizeof(memory));

	strbuf_puts(&s, "{\"output\":");
	out_report_string(&s, c->options.path);
	strbuf_putc(&s, ',');
	out_losses_json(&c->run.losses, &counts, &s);
	strbuf_printf(&s, "\"packets_out_of_order\":%" PRIu64 ",\"interrupted\":%s,\"files\":[",
		      c->run.late, c->run.interrupted ? "true" : "false");
	for (size_t i = 0; i < c->run.nr_inputs; i++) {
		const struct merge_input *in = &c->run.inputs[i];

		out_report_print(&c->options, &s);
		strbuf_reset(&s);
		strbuf_puts(&s, i ? ",{\"file\":" : "{\"file\":");
		out_report_string(&s, in->path);
		strbuf_printf(&s,
			      ",\"packets\":%" PRIu64 ",\"packets_out_of_order\":%" PRIu64
			      ",\"error\":",
			      in->packets, in->late);
		out_report_string(&s, in->failure);
		strbuf_putc(&s, '}');
	}
	strbuf_puts(&s, "]}\n");
	out_report_print(&c->options, &s);
}

/* The exit status of a merge that ended with code. */
static int finish(struct merge_command *c, int code, struct errmsg *err)
{
	struct merge_run *m = &c->run;
	bool early = m->interrupted;

	for (size_t i = 0; i < m->nr_inputs; i++)
		early |= m->inputs[i].failure != NULL;
	/* What is still buffered is part of the counts. */
	if (!code)
		code = packet_out_flush(m->out, err);
	if (!code && c->json)
		report_json(c);
	else if (!code)
		report_text(c);
	return out_end(&c->options, m->out, c->is_new, code, err, early);
}

static int run(struct merge_command *c)
{
	struct merge_run *m = &c->run;
	struct errmsg err = { .text = "" };
	int code;

	if (c->window_ns && merge_run_sort(m, c->window_ns)) {
		log_error("merge: out of memory");
		return EXIT_NOT_STARTED;
	}
	if (merge_run_open(m, c->options.inputs, c->options.nr_inputs))
		return EXIT_NOT_STARTED;
	read_watch_signals(); /* from here on a file may have to be ended, or removed */
	c->is_new = out_is_new(&c->options);
	m->options = &c->options;
	code = packet_out_open(&c->options, &m->out, &err);
	if (code) {
		log_error("%s", err.text);
		return code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	}
	code = c->append ? merge_append(m, &err) : merge_by_time(m, &err);
	return finish(c, code, &err);
}

int cmd_merge(int argc, char **argv)
{
	static const struct option_set set = { .verb = "merge",
					       .letters = ":w:as:q",
					       .table = long_options,
					       .help = help_text,
					       .help_value = OPT_HELP,
					       .take = take_option };
	static struct merge_command c;
	int status;

	status = options_take(&set, argc, argv, &c);
	if (status >= 0)
		return status;
	if (!out_options_finish("merge", &c.out, (const char *const *)argv + optind,
				(size_t)(argc - optind), &c.options) ||
	    !check_files(argv + optind, (size_t)(argc - optind)))
		return EXIT_USAGE;
	if (c.append && c.window_ns) {
		log_error("merge: --window sorts by time, and --append does not look at times; "
			  "leave one out");
		return EXIT_USAGE;
	}
	c.options.snaplen = c.snaplen;
	c.options.same_interfaces = c.same_interfaces;
	c.options.one_section = c.window_ns > 0; /* its blocks lose their places */
	if (c.quiet || c.json)
		log_set_level(LOG_LEVEL_ERROR);
	status = run(&c);
	merge_run_close(&c.run);
	return status;
}
