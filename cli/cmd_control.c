/* cli/cmd_control.c -- `ringtap control`: another filter for a running capture. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/attach.h"
#include "cli/control.h"
#include "cli/filter_file.h"
#include "cli/filter_options.h"
#include "cli/options.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/log.h"

static const char help_text[] =
	"Usage: ringtap control [OPTIONS] FILTER\n"
	"\n"
	"Gives a running capture another capture filter. Packets that the old filter and the new\n"
	"one both accept are not missed. A filter that does not compile changes nothing.\n"
	"\n"
	"  -p, --pid PID           which capture, where several run ('ringtap status' lists them)\n"
	"  -F, --filter-file FILE  the filter is in this file\n"
	"\n"
	"Example: ringtap control --pid 4711 'tcp port 443 and not host 10.0.0.1'\n"
	"         ringtap control ''        (everything)\n";

enum { OPT_HELP = 256 };

struct control_options {
	pid_t pid; /* 0: the only one */
	const char *file;
	char *filter; /* owned */
};

static int parse_pid(const char *text, pid_t *ret)
{
	uint64_t n;

	if (parse_count(text, &n) < 0 || !n || n > INT32_MAX) {
		log_error("control: --pid %s: a process id is expected", text);
		return EXIT_USAGE;
	}
	*ret = (pid_t)n;
	return EXIT_DONE;
}

static int parse(int argc, char **argv, struct control_options *o)
{
	static const struct option long_options[] = {
		{ "pid", required_argument, NULL, 'p' },
		{ "filter-file", required_argument, NULL, 'F' },
		{ "help", no_argument, NULL, OPT_HELP },
		{ NULL },
	};
	int opt;

	opterr = 0;
	optind = 1;
	while ((opt = getopt_long(argc, argv, "+:p:F:", long_options, NULL)) != -1) {
		if (opt == 'F') {
			o->file = optarg;
		} else if (opt == OPT_HELP) {
			fputs(help_text, stdout);
			exit(EXIT_DONE);
		} else if (opt != 'p') {
			return option_error("control", argc, argv, opt, long_options);
		} else if (parse_pid(optarg, &o->pid)) {
			return EXIT_USAGE;
		}
	}
	if (!o->file == (optind >= argc)) {
		log_error("control: a filter is expected, %s; '' accepts everything",
			  o->file ? "or -F, not both" : "or a file that holds it (-F)");
		return EXIT_USAGE;
	}
	o->filter = o->file ? filter_file_read("control", o->file)
			    : filter_join_words(argc, argv, optind);
	return o->filter ? EXIT_DONE : EXIT_USAGE;
}

/* The only capture that runs. */
static int find_capture(pid_t *ret)
{
	static struct attached captures[ATTACH_MAX];
	struct errmsg err;
	size_t hidden;
	const int nr = attach_all(0, captures, &hidden, &err);

	if (nr < 0)
		log_error("control: %s", err.text);
	else if (!nr)
		log_error("control: no capture is running%s",
			  hidden ? " that we may look at; root sees all" : "");
	else if (nr > 1)
		log_error("control: %d captures are running; --pid says which one ('ringtap "
			  "status' lists them)",
			  nr);
	if (nr > 0) {
		*ret = captures[0].pid;
		attach_close(captures, (size_t)nr);
	}
	return nr == 1 ? EXIT_DONE : EXIT_NOT_STARTED;
}

int cmd_control(int argc, char **argv)
{
	struct control_options o = { 0 };
	struct filter_error why;
	struct errmsg err;
	int status = parse(argc, argv, &o), code;

	if (!status && !o.pid)
		status = find_capture(&o.pid);
	if (!status) {
		code = control_set_filter(o.pid, o.filter, &why, &err);
		if (code < 0 && !why.text[0])
			log_error("control: %s", err.text);
		else if (code < 0)
			filter_complain("control", "filter", o.filter, &why);
		status = !code ? EXIT_DONE : why.text[0] ? EXIT_USAGE : EXIT_NOT_STARTED;
	}
	free(o.filter);
	return status;
}
