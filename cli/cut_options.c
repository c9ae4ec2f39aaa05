#include "cli/cut_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/filter_file.h"
#include "cli/filter_options.h"
#include "cli/options.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/limits.h"
#include "core/log.h"

enum { WINDOW_DEFAULT = 5 }; /* editcap's */

static const char help_text[] =
	"Usage: ringtap cut [OPTIONS] FILE -w OUT [FILTER]\n"
	"\n"
	"Writes the packets of a capture file that everything below asks for, in the order of the "
	"file,\n"
	"with all that a pcapng file says beside them; or splits them over many files. '-' is "
	"standard\n"
	"input. The words behind FILE are a capture filter, as in tcpdump.\n"
	"\n"
	"      --from TIME       nothing earlier; '2026-11-21 17:03', 17:03:25, +5min (after the\n"
	"      --to TIME         nothing later     first packet), or seconds since 1970\n"
	"      --packets LIST    by number, as 'ringtap read -v' has them: 1-100,205,300-\n"
	"      --length LIST     by length on the wire: 64-127,1500-\n"
	"      --captured-length LIST  by bytes in the file\n"
	"  -i, --interface NAME  of this interface; or its number, from 0 (repeatable)\n"
	"  -f, --filter EXPR     capture filter: 'ringtap help pcap-filter' has the language\n"
	"  -F, --filter-file FILE  it is in this file\n"
	"  -Y, --display-filter EXPR  whose fields say so: 'dns.flags.rcode != 0'\n"
	"      --filter-mode extended, --vlan-transparent, --netmask MASK  as in 'ringtap read'\n"
	"      --no-duplicates[=WINDOW]    of equal packets the first\n"
	"      --only-duplicates[=WINDOW]  of equal packets all but the first\n"
	"      --duplicate-window WINDOW   how far apart: packets (default 5), or a time (10ms)\n"
	"  -c, --count N         the first N of what is left\n"
	"      --skip N          but not the first N of it\n"
	"      --last N          the last N of it (FILE is read twice)\n"
	"  -s, --snaplen N       N bytes of each packet\n"
	"\n"
	"      --split-packets N, --split-size SIZE, --split-time TIME, --split-interface\n"
	"                        a new file after so many, whichever comes first; times by the "
	"clock:\n"
	"                        OUT-00001-20261121-060000.pcapng, and so on\n" OUT_OPTIONS_HELP
	"  -q, --quiet           errors only\n"
	"  -j, --json            the report as JSON\n"
	"\n"
	"Example: ringtap cut big.pcapng.zst --from 17:03 --to 17:05 -w part.pcapng tcp port 80\n";

enum {
	OPT_FROM = 256,
	OPT_TO,
	OPT_PACKETS,
	OPT_LENGTH,
	OPT_CAPTURED,
	OPT_FILTER_MODE,
	OPT_VLAN_TRANSPARENT,
	OPT_NETMASK,
	OPT_NO_DUPLICATES,
	OPT_ONLY_DUPLICATES,
	OPT_WINDOW,
	OPT_SKIP,
	OPT_LAST,
	OPT_SPLIT_PACKETS,
	OPT_SPLIT_SIZE,
	OPT_SPLIT_TIME,
	OPT_SPLIT_INTERFACE,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "read", required_argument, NULL, 'r' },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "to", required_argument, NULL, OPT_TO },
	{ "packets", required_argument, NULL, OPT_PACKETS },
	{ "length", required_argument, NULL, OPT_LENGTH },
	{ "captured-length", required_argument, NULL, OPT_CAPTURED },
	{ "interface", required_argument, NULL, 'i' },
	{ "filter", required_argument, NULL, 'f' },
	{ "filter-file", required_argument, NULL, 'F' },
	{ "display-filter", required_argument, NULL, 'Y' },
	{ "filter-mode", required_argument, NULL, OPT_FILTER_MODE },
	{ "vlan-transparent", no_argument, NULL, OPT_VLAN_TRANSPARENT },
	{ "netmask", required_argument, NULL, OPT_NETMASK },
	{ "no-duplicates", optional_argument, NULL, OPT_NO_DUPLICATES },
	{ "only-duplicates", optional_argument, NULL, OPT_ONLY_DUPLICATES },
	{ "duplicate-window", required_argument, NULL, OPT_WINDOW },
	{ "count", required_argument, NULL, 'c' },
	{ "skip", required_argument, NULL, OPT_SKIP },
	{ "last", required_argument, NULL, OPT_LAST },
	{ "snaplen", required_argument, NULL, 's' },
	{ "split-packets", required_argument, NULL, OPT_SPLIT_PACKETS },
	{ "split-size", required_argument, NULL, OPT_SPLIT_SIZE },
	{ "split-time", required_argument, NULL, OPT_SPLIT_TIME },
	{ "split-interface", no_argument, NULL, OPT_SPLIT_INTERFACE },
	OUT_OPTIONS,
	{ "quiet", no_argument, NULL, 'q' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

static bool take_moment(const char *name, struct moment *ret)
{
	if (!moment_parse(optarg, ret))
		return true;
	log_error("cut: %s %s: a time is '2026-11-21 17:03:25', 17:03:25 (the first packet's day), "
		  "+1.5min (after the first packet) or seconds since 1970",
		  name, optarg);
	return false;
}

static bool take_ranges(const char *name, uint64_t min, struct number_ranges *ret)
{
	int code;

	if (ret->nr) {
		log_error("cut: %s is given twice; one list has them all: 1-100,205", name);
		return false;
	}
	code = ranges_parse(optarg, min, ret);
	if (code == -ENOMEM)
		log_error("cut: out of memory");
	else if (code)
		log_error("cut: %s %s: write numbers and ranges from %llu on, as 1-100,205,300-",
			  name, optarg, (unsigned long long)min);
	return !code;
}

static bool take_interface(struct cut_options *o)
{
	if (o->nr_interfaces == CUT_INTERFACES_MAX) {
		log_error("cut: more than %d times --interface", CUT_INTERFACES_MAX);
		return false;
	}
	o->interfaces[o->nr_interfaces++] = optarg;
	return true;
}

/* "500ms" is a time, "5000" a number of packets. */
static bool take_window(const char *name, const char *text, struct cut_options *o)
{
	struct duplicate_window w = { 0 };

	if (o->window_given) {
		log_error("cut: %s %s: the window is given already", name, text);
		return false;
	}
	o->window_given = true;
	if (!parse_count(text, &w.packets)) {
		if (w.packets < 2 || w.packets > DUPLICATES_MAX) {
			log_error("cut: %s %s: from 2 packets, this one and the one before, to %d; "
				  "or a time, as 10ms",
				  name, text, DUPLICATES_MAX);
			return false;
		}
	} else if (!option_duration("cut", name, text, &w.span_ns)) {
		return false;
	}
	o->window = w;
	return true;
}

static bool take_duplicates(const char *name, enum cut_duplicates which, struct cut_options *o)
{
	if (o->duplicates && o->duplicates != which) {
		log_error("cut: --no-duplicates and --only-duplicates leave nothing");
		return false;
	}
	o->duplicates = which;
	return !optarg || take_window(name, optarg, o);
}

/* More than nothing. */
static bool take_positive(const char *name, uint64_t *ret,
			  bool (*take)(const char *, const char *, const char *, uint64_t *))
{
	if (!take("cut", name, optarg, ret))
		return false;
	if (!*ret)
		log_error("cut: %s %s: must be more than nothing", name, optarg);
	return *ret;
}

static bool take_snaplen(struct cut_options *o)
{
	uint64_t n;

	if (!take_positive("-s", &n, option_count))
		return false;
	o->snaplen = (uint32_t)MIN_OF(n, (uint64_t)SNAPLEN_MAX);
	return true;
}

static bool take_file(const char *path, struct cut_options *o)
{
	if (o->file)
		log_error(
			"cut: -r %s: one file is cut, and %s is given; 'ringtap merge' puts files "
			"together",
			path, o->file);
	return !o->file && (o->file = path);
}

/* Which packets. 1 it was one of them, 0 it was not, -1 it was wrong, and has been complained. */
static int take_what(int opt, struct cut_options *o)
{
	switch (opt) {
	case OPT_FROM:
		return take_moment("--from", &o->from) ? 1 : -1;
	case OPT_TO:
		return take_moment("--to", &o->to) ? 1 : -1;
	case OPT_PACKETS:
		return take_ranges("--packets", 1, &o->packets) ? 1 : -1;
	case OPT_LENGTH:
		return take_ranges("--length", 0, &o->length) ? 1 : -1;
	case OPT_CAPTURED:
		return take_ranges("--captured-length", 0, &o->captured) ? 1 : -1;
	case 'i':
		return take_interface(o) ? 1 : -1;
	case OPT_NO_DUPLICATES:
		return take_duplicates("--no-duplicates", DUPLICATES_DROP, o) ? 1 : -1;
	case OPT_ONLY_DUPLICATES:
		return take_duplicates("--only-duplicates", DUPLICATES_ONLY, o) ? 1 : -1;
	case OPT_WINDOW:
		return take_window("--duplicate-window", optarg, o) ? 1 : -1;
	case 'c':
		return option_count("cut", "-c", optarg, &o->count) ? 1 : -1;
	case OPT_SKIP:
		return option_count("cut", "--skip", optarg, &o->skip) ? 1 : -1;
	case OPT_LAST:
		return take_positive("--last", &o->last, option_count) ? 1 : -1;
	}
	return 0;
}

static int take_filter(int opt, struct cut_options *o)
{
	switch (opt) {
	case 'f':
		o->filter = optarg;
		return 1;
	case 'F':
		o->filter = filter_file_read("cut", optarg);
		return o->filter ? 1 : -1;
	case 'Y':
		o->display = optarg;
		return 1;
	case OPT_FILTER_MODE:
		return option_filter_mode("cut", optarg, &o->filter_options) ? 1 : -1;
	case OPT_VLAN_TRANSPARENT:
		o->filter_options.vlan_transparent = true;
		return 1;
	case OPT_NETMASK:
		return option_netmask("cut", optarg, &o->filter_options) ? 1 : -1;
	}
	return 0;
}

/* Where it goes. False: it was wrong, and has been complained about. */
static bool take_where(int opt, struct cut_options *o)
{
	switch (opt) {
	case 'r':
		return take_file(optarg, o);
	case 's':
		return take_snaplen(o);
	case 'q':
		return o->quiet = true;
	case 'j':
		return o->json = true;
	case OPT_SPLIT_PACKETS:
		return take_positive("--split-packets", &o->split.packets, option_count);
	case OPT_SPLIT_SIZE:
		return take_positive("--split-size", &o->split.bytes, option_size);
	case OPT_SPLIT_TIME:
		return take_positive("--split-time", &o->split.span_ns, option_duration);
	case OPT_SPLIT_INTERFACE:
		return o->split.interface = true;
	}
	return out_option("cut", opt, optarg, &o->out) > 0;
}

static bool take_option(int opt, void *arg)
{
	struct cut_options *const o = arg;
	int taken = take_what(opt, o);

	if (!taken)
		taken = take_filter(opt, o);
	return taken ? taken > 0 : take_where(opt, o);
}

/* The file, unless -r has named it, then a filter. */
static bool take_words(int argc, char **argv, struct cut_options *o)
{
	if (!o->file && optind < argc)
		o->file = argv[optind++];
	if (!o->file) {
		log_error("cut: no file; 'ringtap cut FILE -w OUT', or '-' for standard input");
		return false;
	}
	if (optind == argc)
		return true;
	if (o->filter) {
		log_error("cut: two capture filters: '%s' and '%s'", o->filter, argv[optind]);
		return false;
	}
	o->filter = filter_join_words(argc, argv, optind);
	if (!o->filter)
		log_error("cut: out of memory");
	return o->filter;
}

static bool check(const struct cut_options *o)
{
	if (o->window_given && !o->duplicates) {
		log_error("cut: --duplicate-window is for --no-duplicates or --only-duplicates");
		return false;
	}
	if (o->last && (o->skip || o->count != UINT64_MAX)) {
		log_error("cut: --last goes with neither -c nor --skip");
		return false;
	}
	if (cut_is_split(o) && o->out.path && !strcmp(o->out.path, "-")) {
		log_error("cut: -w -: standard output is one file; with --split the parts need a "
			  "name");
		return false;
	}
	return true;
}

int cut_options_parse(int argc, char **argv, struct cut_options *o)
{
	static const struct option_set set = { .verb = "cut",
					       .letters = ":r:w:i:f:F:Y:c:s:qj",
					       .table = long_options,
					       .help = help_text,
					       .help_value = OPT_HELP,
					       .take = take_option };
	int status;

	o->count = UINT64_MAX;
	o->window.packets = WINDOW_DEFAULT;
	o->filter_options.netmask = FILTER_NETMASK_UNKNOWN;
	status = options_take(&set, argc, argv, o);
	if (status >= 0)
		return status;
	return take_words(argc, argv, o) && check(o) ? -1 : EXIT_USAGE;
}
