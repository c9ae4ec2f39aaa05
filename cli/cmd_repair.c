/* cli/cmd_repair.c -- `ringtap repair`: what is whole of a damaged file, into a new one. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/info_text.h"
#include "cli/options.h"
#include "cli/read_watch.h"
#include "cli/repair_output.h"
#include "cli/repair_report.h"
#include "cli/verbs.h"
#include "core/log.h"
#include "pcapio/source.h"

enum { OPT_FORCE = 256, OPT_LINKTYPE, OPT_HELP };

struct repair {
	struct repair_output output; /* .path NULL: none, a report is all that is wanted */
	const char *path;
	int linktype;
	bool json;

	struct source *src;
	uint64_t size;
	struct read_watch watch;
	struct errmsg err;
};

static const char help_text[] =
	"Usage: ringtap repair [OPTIONS] FILE [-w NEW]\n"
	"\n"
	"Saves what is whole of a damaged capture file: one that was cut off, that ends in zeros, "
	"has\n"
	"holes or damage in the middle, or has lost its header. FILE is never changed; without -w "
	"only\n"
	"says what could be saved. pcap and pcapng, compressed or not; '-' is standard input.\n"
	"\n"
	"  -w, --write-file NEW  write what is saved to this file; '-': to standard output\n"
	"      --force           NEW may be replaced\n"
	"      --linktype N      of interfaces whose description is lost: a number, 1 is Ethernet\n"
	"                        (else as the file's first interface, or Ethernet)\n"
	"  -j, --json            the report as one JSON object\n"
	"\n"
	"Exit status: 0 FILE was whole, 3 something was lost, 2 no packet could be saved.\n"
	"\n"
	"Example: ringtap repair crashed.pcapng -w saved.pcapng\n";

static const struct option long_options[] = {
	{ "write-file", required_argument, NULL, 'w' },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "linktype", required_argument, NULL, OPT_LINKTYPE },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

static bool take_linktype(struct repair *r)
{
	uint64_t v;

	if (!option_count("repair", "--linktype", optarg, &v))
		return false;
	if (v > UINT16_MAX) {
		log_error("repair: --linktype %s: at most %d", optarg, UINT16_MAX);
		return false;
	}
	r->linktype = (int)v;
	return true;
}

static bool take_option(int opt, void *arg)
{
	struct repair *const r = arg;

	switch (opt) {
	case 'w':
		r->output.path = optarg;
		return true;
	case 'j':
		r->json = true;
		return true;
	case OPT_FORCE:
		r->output.force = true;
		return true;
	case OPT_LINKTYPE:
		return take_linktype(r);
	}
	return false;
}

/* An exit status, or -1: go on. */
static int parse(int argc, char **argv, struct repair *r)
{
	static const struct option_set set = { .verb = "repair",
					       .letters = ":w:j",
					       .table = long_options,
					       .help = help_text,
					       .help_value = OPT_HELP,
					       .take = take_option };
	int status;

	status = options_take(&set, argc, argv, r);
	if (status >= 0)
		return status;
	if (argc - optind != 1) {
		log_error(argc == optind ? "repair: no file; 'ringtap repair FILE -w NEW'"
					 : "repair: one file at a time");
		return EXIT_USAGE;
	}
	r->path = argv[optind];
	r->output.input = r->path;
	return -1;
}

static int put(void *context, const uint8_t *bytes, size_t len)
{
	struct repair *r = context;

	return repair_output_put(&r->output, bytes, len, &r->err);
}

static bool stop(void *context, const struct salvage_report *so_far)
{
	struct repair *r = context;

	if (read_watch_due(&r->watch, 0))
		read_watch_show("repair", source_file_offset(r->src), r->size, so_far->packets);
	return read_watch_interrupted();
}

static int failed(const struct repair *r, int status)
{
	if (r->err.text[0])
		log_error("%s", r->err.text);
	return status;
}

/* The output could not be completed. */
static void note_removed(const struct repair *r)
{
	if (r->output.removed)
		log_note("repair: %s is removed: it was not complete", r->output.path);
}

/* What there is to say, and the exit status. */
static int finish(struct repair *r, const struct salvage_report *report)
{
	const bool lost = !repair_was_whole(report),
		   to_stdout = r->output.path && !strcmp(r->output.path, "-");
	const bool nothing = lost && !report->packets;
	const struct repair_result result = { .path = source_name(r->src),
					      .written = nothing || !r->output.stream
								 ? NULL
								 : r->output.path,
					      .read = source_offset(r->src),
					      .report = report,
					      .linktype_given = r->linktype >= 0 };
	FILE *out = to_stdout ? stderr : stdout;

	if (repair_output_close(&r->output, nothing, &r->err)) {
		if (!r->err.text[0]) /* -EPIPE: whoever read it has seen enough */
			return EXIT_DONE;
		note_removed(r);
		return failed(r, EXIT_EARLY);
	}
	if (r->json)
		repair_print_json(&result, out);
	else
		repair_print_text(&result, out);
	if (fflush(out) || ferror(out))
		return EXIT_EARLY;
	if (nothing && !report->stopped) {
		log_error("%s: no packet could be saved", result.path);
		return EXIT_NOT_STARTED;
	}
	return lost ? EXIT_EARLY : EXIT_DONE;
}

static int run(struct repair *r)
{
	static struct salvage_report report;
	struct salvage_options o = { .linktype = r->linktype,
				     .put = r->output.path ? put : NULL,
				     .stop = stop,
				     .context = r };
	int code;

	if (r->output.path && repair_output_check(&r->output, &r->err))
		return failed(r, EXIT_NOT_STARTED);
	if (source_open(r->path, &r->src, &r->err))
		return failed(r, EXIT_NOT_STARTED);
	(void)regular_file_size(r->path, &r->size);
	read_watch_signals();
	read_watch_begin(&r->watch);
	r->watch.wanted = isatty(STDERR_FILENO);
	code = salvage(r->src, &o, &report, &r->err);
	read_watch_end(&r->watch);
	if (!code)
		return finish(r, &report);
	if (r->output.path && !r->output.stream && r->err.text[0]) /* it cannot be written at all */
		return failed(r, EXIT_NOT_STARTED);
	if (repair_output_close(&r->output, true, &(struct errmsg){ 0 }))
		return EXIT_EARLY;
	if (code == -EPIPE && !r->err.text[0])
		return EXIT_DONE;
	note_removed(r);
	return failed(r, EXIT_EARLY);
}

int cmd_repair(int argc, char **argv)
{
	static struct repair r = { .linktype = -1 };
	int status = parse(argc, argv, &r);

	if (status >= 0)
		return status;
	status = run(&r);
	source_close(r.src);
	return status;
}
