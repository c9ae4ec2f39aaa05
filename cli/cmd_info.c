/* cli/cmd_info.c -- `ringtap info`: what files hold, without looking into the packets. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/info.h"
#include "cli/info_blocks.h"
#include "cli/info_collect.h"
#include "cli/info_hash.h"
#include "cli/info_print.h"
#include "cli/options.h"
#include "cli/read_watch.h"
#include "cli/verbs.h"
#include "core/log.h"

enum { COMMENTS_DEFAULT = 20, STDOUT_BUFFER = 256 << 10, OPT_HASH = 256 };

static const char help_text[] =
	"Usage: ringtap info [OPTIONS] FILE...\n"
	"\n"
	"Says what capture files hold: format, packets, bytes, times, order, gaps, drops, "
	"interfaces,\n"
	"sections, comments, and whether the file is whole. Compressed files too; '-' is standard\n"
	"input.\n"
	"\n"
	"  -b, --blocks          every block: number, offset, length, type, interface, and of "
	"packets\n"
	"                        the time and both lengths\n"
	"  -j, --json            one JSON object per file (with --blocks: per block)\n"
	"  -T, --table           one line per file, columns separated by tabs\n"
	"  -u, --utc             times in UTC instead of local time\n"
	"      --hash            the file's SHA-256\n"
	"  -g, --gap TIME        list every gap at least this long\n"
	"  -c, --comments N      show so many comments of packets (20)\n"
	"\n"
	"Example: ringtap info capture.pcapng\n"
	"         ringtap info -T *.pcap.zst\n"
	"         ringtap info --gap 1s night.pcapng\n";

static const struct option long_options[] = {
	{ "blocks", no_argument, NULL, 'b' },
	{ "json", no_argument, NULL, 'j' },
	{ "table", no_argument, NULL, 'T' },
	{ "utc", no_argument, NULL, 'u' },
	{ "hash", no_argument, NULL, OPT_HASH },
	{ "gap", required_argument, NULL, 'g' },
	{ "comments", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL },
};

static bool take_option(int opt, void *arg)
{
	struct info_options *const o = arg;

	switch (opt) {
	case 'b':
		o->blocks = true;
		return true;
	case 'j':
		o->json = true;
		return true;
	case 'T':
		o->table = true;
		return true;
	case 'u':
		o->utc = true;
		return true;
	case OPT_HASH:
		o->hash = true;
		return true;
	case 'g':
		o->gap_given = true;
		return option_duration("info", "--gap", optarg, &o->gap_ns);
	case 'c':
		return option_count("info", "--comments", optarg, &o->comments_max);
	}
	return false;
}

/* An exit status, or -1: go on. */
static int parse(int argc, char **argv, struct info_options *o)
{
	static const struct option_set set = { .verb = "info",
					       .letters = ":bjTug:c:",
					       .table = long_options,
					       .help = help_text,
					       .help_value = 'h',
					       .take = take_option };
	int status;

	status = options_take(&set, argc, argv, o);
	if (status >= 0)
		return status;
	o->files = (const char *const *)argv + optind;
	o->nr_files = (size_t)(argc - optind);
	if (!o->nr_files) {
		log_error("info: no file; 'ringtap info FILE', or '-' for standard input");
		return EXIT_USAGE;
	}
	if (o->comments_max > INFO_COMMENTS_MAX) {
		log_error("info: --comments %llu: at most %d are kept",
			  (unsigned long long)o->comments_max, INFO_COMMENTS_MAX);
		return EXIT_USAGE;
	}
	if (o->table && (o->json || o->blocks)) {
		log_error("info: --table goes with neither --json nor --blocks");
		return EXIT_USAGE;
	}
	return -1;
}

static int one_file(const char *path, const struct info_options *o)
{
	static struct info in;
	struct errmsg err = { .text = "" };
	enum info_state state;

	if (o->blocks)
		return info_blocks(path, o);
	if (info_collect(path, o, &in, &err)) {
		log_error("%s", err.text);
		return EXIT_NOT_STARTED;
	}
	if (o->hash && !info_hash(path, in.sha256))
		log_note("info: %s: no hash: it is no file, or was not read to its end", path);
	if (o->json)
		info_print_json(&in, stdout);
	else if (o->table)
		info_print_row(&in, stdout);
	else
		info_print_text(&in, stdout);
	state = info_state(&in);
	if (in.failure && (o->json || o->table))
		log_error("%s", in.failure_text.text);
	info_free(&in);
	return state == INFO_WHOLE ? EXIT_DONE : EXIT_EARLY;
}

int cmd_info(int argc, char **argv)
{
	static char buffer[STDOUT_BUFFER];
	static struct info_options o = { .comments_max = COMMENTS_DEFAULT };
	int code, status = parse(argc, argv, &o);
	bool any = false;

	if (status >= 0)
		return status;
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	read_watch_signals();
	if (o.table)
		info_print_heads(stdout);
	status = EXIT_DONE;
	for (size_t i = 0; i < o.nr_files && !read_watch_interrupted() && !ferror(stdout); i++) {
		if (i && !o.json && !o.table)
			putchar('\n');
		code = one_file(o.files[i], &o);
		any |= code != EXIT_NOT_STARTED;
		status = code ? code : status;
		fflush(stdout);
	}
	if (ferror(stdout) && errno != EPIPE)
		log_error("standard output: %s", strerror(errno));
	if (ferror(stdout))
		return errno == EPIPE ? EXIT_DONE : EXIT_EARLY;
	return any && status ? EXIT_EARLY : status;
}
