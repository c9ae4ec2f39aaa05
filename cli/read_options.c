#include "cli/read_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/filter_file.h"
#include "cli/filter_options.h"
#include "cli/options.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/log.h"

static const char help_text[] =
	"Usage: ringtap read [OPTIONS] FILE...\n"
	"       ringtap read [OPTIONS] -r FILE [-r FILE]... [FILTER]\n"
	"\n"
	"Prints the packets of pcap, pcapng and summary files, all files merged by time, or "
	"writes\n"
	"them to another file; '-' is standard input. With -r, the words after the options are "
	"the\n"
	"capture filter, as in tcpdump.\n"
	"\n"
	"  -r, --read FILE       read this file (repeatable)\n"
	"  -f, --filter EXPR     capture filter: 'ringtap help pcap-filter' has the language\n"
	"  -F, --filter-file FILE  it is in this file\n"
	"  -Y, --display-filter EXPR  only packets whose fields say so: 'dns.qry.name contains "
	"\"x\"'\n"
	"  -w, --write OUT       write what matches: .pcap, or pcapng; '-': pcapng on standard "
	"output\n"
	"      --force           OUT may be replaced\n"
	"  -c, --count N         stop after N packets that match\n"
	"      --skip N          pass over the first N of them\n"
	"      --from TIME       nothing earlier; '2026-11-21 17:03', 17:03:25, +5min (after the\n"
	"      --to TIME         nothing later     first packet), or seconds since 1970\n"
	"  -n, --numeric         the default: addresses are never looked up\n"
	"  -nn                   numbers instead of port names, too\n"
	"  -q, --quiet           shorter lines\n"
	"  -e, --link-header     the link-layer header too\n"
	"  -v, -vv               every field of every layer; -vv: with its bits and bytes\n"
	"  -t, -tt ... -ttttt    no time; seconds since 1970; since the previous packet; with the\n"
	"                        date; since the first packet\n"
	"      --nano            nine digits after the second\n"
	"  -x, -X                bytes from the network layer on, in hexadecimal (-X: and text)\n"
	"  -xx, -XX              the same with the link-layer header\n"
	"  -A, --ascii           bytes as text\n"
	"      --highlight FIELD mark its bytes in -x, -X, -xx, -XX\n"
	"  -j, --json            one JSON object per line\n"
	"  -T FORMAT             text, json, fields, csv or ek\n"
	"  -e FIELD              with -T fields or csv: this field (repeatable)\n"
	"  -E NAME=VALUE         header=y, separator=/t|/s|C, aggregator=C, occurrence=f|l|a,\n"
	"                        quote=d|s|n, escape=y|n, bom=y\n"
	"  -d, --decode RULE     udp.port==5000,dns: what that port carries (repeatable)\n"
	"  -l, --line-buffered   write every line at once\n"
	"      --filter-mode extended  ports and accessors behind IPv6, its headers, in fragments\n"
	"      --vlan-transparent  VLAN tags do not hide what is inside from the capture filter\n"
	"      --netmask MASK    of the network, for 'ip broadcast'\n"
	"      --follow          wait at a file's end for more, until it is deleted or renamed\n"
	"      --window WINDOW   how far packets may stand out of order: a time (200ms) or a "
	"number\n"
	"                        of packets; 0 prints them as they stand in the file\n"
	"\n"
	"Example: ringtap read -n -c 10 capture.pcapng\n"
	"         ringtap read -r big.pcapng -w web.pcapng 'tcp port 80'\n";

enum {
	OPT_SKIP = 256,
	OPT_NANO,
	OPT_FROM,
	OPT_TO,
	OPT_HIGHLIGHT,
	OPT_WINDOW,
	OPT_FOLLOW,
	OPT_FORCE,
	OPT_FILTER_MODE,
	OPT_VLAN_TRANSPARENT,
	OPT_NETMASK,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "read", required_argument, NULL, 'r' },
	{ "filter", required_argument, NULL, 'f' },
	{ "filter-file", required_argument, NULL, 'F' },
	{ "display-filter", required_argument, NULL, 'Y' },
	{ "write", required_argument, NULL, 'w' },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "filter-mode", required_argument, NULL, OPT_FILTER_MODE },
	{ "vlan-transparent", no_argument, NULL, OPT_VLAN_TRANSPARENT },
	{ "netmask", required_argument, NULL, OPT_NETMASK },
	{ "count", required_argument, NULL, 'c' },
	{ "skip", required_argument, NULL, OPT_SKIP },
	{ "numeric", no_argument, NULL, 'n' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "link-header", no_argument, NULL, 'e' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "nano", no_argument, NULL, OPT_NANO },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "to", required_argument, NULL, OPT_TO },
	{ "highlight", required_argument, NULL, OPT_HIGHLIGHT },
	{ "decode", required_argument, NULL, 'd' },
	{ "format", required_argument, NULL, 'T' },
	{ "ascii", no_argument, NULL, 'A' },
	{ "json", no_argument, NULL, 'j' },
	{ "line-buffered", no_argument, NULL, 'l' },
	{ "follow", no_argument, NULL, OPT_FOLLOW },
	{ "window", required_argument, NULL, OPT_WINDOW },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

static bool add_file(struct read_options *o, const char *path)
{
	if (o->nr_files == READ_FILES_MAX) {
		log_error("read: more than %d files", READ_FILES_MAX);
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
		o->print.render.numeric = o->numeric++ > 0;
		return true;
	case 'q':
		o->print.render.quiet = true;
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
		o->print.form = PRINT_JSON;
		return true;
	case OPT_HIGHLIGHT:
		o->print.highlight = optarg;
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

static bool take_moment(const char *name, struct moment *ret)
{
	if (!moment_parse(optarg, ret))
		return true;
	log_error(
		"read: %s %s: a time is '2026-11-21 17:03:25', 17:03:25 (the first packet's day), "
		"+1.5min (after the first packet) or seconds since 1970",
		name, optarg);
	return false;
}

static bool take_form(struct read_options *o)
{
	static const struct {
		const char *name;
		enum print_form form;
	} forms[] = { { "text", PRINT_TEXT },
		      { "json", PRINT_JSON },
		      { "fields", PRINT_FIELDS },
		      { "csv", PRINT_CSV },
		      { "ek", PRINT_EK } };

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		if (!strcmp(optarg, forms[i].name)) {
			o->print.form = forms[i].form;
			return true;
		}
	log_error("read: -T %s: it takes text, json, fields, csv or ek", optarg);
	return false;
}

static bool take_column_option(struct read_options *o)
{
	struct errmsg err;

	if (!column_format_set(&o->print.columns, optarg, &err))
		return true;
	log_error("read: %s", err.text);
	return false;
}

static bool take_decode(struct read_options *o)
{
	if (o->print.nr_decodes == PRINT_DECODES_MAX) {
		log_error("read: more than %d times --decode", PRINT_DECODES_MAX);
		return false;
	}
	o->print.decodes[o->print.nr_decodes++] = optarg;
	return true;
}

static bool take_field(struct read_options *o)
{
	if (o->print.nr_names == COLUMNS_MAX) {
		log_error("read: more than %d times -e", COLUMNS_MAX);
		return false;
	}
	if (optarg[0] == '-') {
		log_error("read: -e %s: with -T fields or csv, -e takes the name of a field; "
			  "'ringtap fields' lists them",
			  optarg);
		return false;
	}
	o->print.names[o->print.nr_names++] = optarg;
	return true;
}

/* 1 it was one of them, 0 it was not, -1 it was wrong, and has been complained about. */
static int take_filter_option(int opt, struct read_options *o)
{
	switch (opt) {
	case 'f':
		o->filter = optarg;
		return 1;
	case 'F':
		o->filter = filter_file_read("read", optarg);
		return o->filter ? 1 : -1;
	case 'Y':
		o->display = optarg;
		return 1;
	case OPT_FILTER_MODE:
		return option_filter_mode("read", optarg, &o->filter_options) ? 1 : -1;
	case OPT_VLAN_TRANSPARENT:
		o->filter_options.vlan_transparent = true;
		return 1;
	case OPT_NETMASK:
		return option_netmask("read", optarg, &o->filter_options) ? 1 : -1;
	}
	return 0;
}

/* False: it was wrong, and has been complained about. */
static bool take_option(int opt, void *arg)
{
	struct read_options *const o = arg;
	const int taken = take_filter_option(opt, o);

	if (taken)
		return taken > 0;
	if (is_print_option(opt, o))
		return true;
	switch (opt) {
	case 'r':
		return add_file(o, optarg);
	case 'w':
		o->write = optarg;
		return true;
	case OPT_FORCE:
		o->force = true;
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
		o->window_given = true;
		return parse_window(optarg, &o->window);
	case OPT_FOLLOW:
		o->window.follow = true;
		return true;
	case OPT_FROM:
		return take_moment("--from", &o->from);
	case OPT_TO:
		return take_moment("--to", &o->to);
	case 'e':
		if (optarg)
			return take_field(o);
		o->print.render.link_header = true;
		return true;
	case 'T':
		return take_form(o);
	case 'E':
		return take_column_option(o);
	case 'd':
		return take_decode(o);
	}
	return false;
}

/* Behind the options: with -r the filter, as in tcpdump; else files. */
static bool take_words(int argc, char **argv, struct read_options *o)
{
	if (o->nr_files && optind < argc && o->filter) {
		log_error("read: two capture filters: '%s' and '%s'; files behind the options "
			  "come without -r",
			  o->filter, argv[optind]);
		return false;
	}
	if (o->nr_files && optind < argc) {
		o->filter = filter_join_words(argc, argv, optind);
		if (!o->filter)
			log_error("read: out of memory");
		return o->filter;
	}
	o->files_are_words = true;
	for (; optind < argc; optind++)
		if (!add_file(o, argv[optind]))
			return false;
	return true;
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
	o->print.render.raw = o->verbose > 1;
	if (o->print.form == PRINT_CSV) {
		o->print.columns.csv = true;
		o->print.columns.header |= !o->print.columns.header_given;
		o->print.columns.separator = ',';
	}
	if (o->print.highlight && !o->print.hex && !o->print.hex_ascii)
		o->print.hex_ascii = 2;
	if (!take_words(argc, argv, o))
		return false;
	for (size_t i = 0; i < o->nr_files; i++)
		if (o->print.render.link_header && strchr(o->files[i], '.') &&
		    access(o->files[i], F_OK)) {
			log_error("read: %s: no such file; -e takes a field only with -T fields or "
				  "-T csv",
				  o->files[i]);
			return false;
		}
	if (!o->nr_files) {
		log_error("read: no file; 'ringtap read FILE', or '-' for standard input");
		return false;
	}
	return true;
}

/*
 * -e is tcpdump's and takes nothing; with -T fields or -T csv somewhere it is tshark's and takes a
 * name.
 */
static const char *letters_for(int argc, char **argv)
{
	for (int i = 1; i < argc && argv[i]; i++) {
		const char *form = !strncmp(argv[i], "-T", 2)          ? argv[i] + 2
				   : !strncmp(argv[i], "--format=", 9) ? argv[i] + 9
								       : NULL;

		if (form && !*form && i + 1 < argc)
			form = argv[i + 1];
		if (form && (!strcmp(form, "fields") || !strcmp(form, "csv")))
			return ":r:f:F:Y:w:c:nqe:vtxXAjlT:E:d:";
	}
	return ":r:f:F:Y:w:c:nqevtxXAjlT:E:d:";
}

int read_options_parse(int argc, char **argv, struct read_options *o)
{
	const struct option_set set = { .verb = "read",
					.letters = letters_for(argc, argv),
					.table = long_options,
					.help = help_text,
					.help_value = OPT_HELP,
					.take = take_option };
	const int status = options_take(&set, argc, argv, o);

	if (status >= 0)
		return status;
	return finish_options(argc, argv, o) ? -1 : EXIT_USAGE;
}
