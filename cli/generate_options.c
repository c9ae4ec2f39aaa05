#include "cli/generate_options.h"

#include <errno.h>
#include <string.h>

#include "cli/options.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/log.h"

static const char help_text[] =
	"Usage: ringtap generate [OPTIONS] -i INTERFACE | -w FILE | --print  DESCRIPTION...\n"
	"\n"
	"Makes frames as a description says: layers from outside in, with fields that are "
	"constant,\n"
	"count or are random. The same description, seed and number give the same frame.\n"
	"\n"
	"  -f, --description-file FILE  descriptions are in this file; - is standard input\n"
	"      --seed N            of what is random (default 0)\n"
	"      --size SIZE         bytes of a frame without FCS: 64, 60-1514 (random), imix, mtu\n"
	"      --flows N           N source ports in turn, where none is described\n"
	"  -n, -c, --count N       N frames: 1000 (default, unless --duration), 1.5M\n"
	"      --duration TIME     for this time\n"
	"      --print[=N]         show the first N frames (default 1) as 'ringtap read -v' does\n"
	"\n"
	"Out of an interface:\n"
	"  -i, --interface NAME    this one; 1000 frames a second unless a rate is "
	"given\n" SEND_RATE_HELP SEND_WAY_HELP
	"      --threads N         that send, each every Nth frame (with -w: that compress)\n"
	"      --force             --topspeed though the default route leads through "
	"it\n" SEND_REPORT_HELP "\n"
	"Into a file (time stamps by the rate, from 2000-01-01 on):\n" OUT_OPTIONS_HELP "\n"
	"Example: ringtap generate -i veth0 --topspeed --duration 10s --size imix \\\n"
	"           'eth(dst=02:00:00:00:00:02)/ip(src=10.0.0.0/16 random)/udp(dport=53,123)'\n";

enum {
	OPT_SEED = 256,
	OPT_SIZE,
	OPT_FLOWS,
	OPT_DURATION,
	OPT_PRINT,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "interface", required_argument, NULL, 'i' },
	{ "description-file", required_argument, NULL, 'f' },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "size", required_argument, NULL, OPT_SIZE },
	{ "flows", required_argument, NULL, OPT_FLOWS },
	{ "count", required_argument, NULL, 'n' },
	{ "duration", required_argument, NULL, OPT_DURATION },
	{ "print", optional_argument, NULL, OPT_PRINT },
	SEND_OPTIONS,
	OUT_OPTIONS,
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

static bool take_size(const char *text, struct generate_options *o)
{
	const int code = craft_sizes_parse(text, &o->craft.sizes);

	if (code == -ERANGE)
		log_error("generate: --size %s: from %d to %d bytes, without FCS", text,
			  CRAFT_FRAME_MIN, CRAFT_FRAME_MAX);
	else if (code)
		log_error("generate: --size %s: not understood; it takes 64, 60-1514, imix or mtu",
			  text);
	return !code;
}

static bool take_flows(const char *text, struct generate_options *o)
{
	uint64_t v;

	if (!option_count("generate", "--flows", text, &v))
		return false;
	if (!v || v > CRAFT_FLOWS_MAX) {
		log_error("generate: --flows %s: from 1 to %d; for more let addresses vary, as "
			  "ip(src=10.0.0.0/8 random)",
			  text, CRAFT_FLOWS_MAX);
		return false;
	}
	o->craft.flows = (uint32_t)v;
	return true;
}

/* 1000, 1.5M */
static bool take_number(const char *name, const char *text, uint64_t *ret)
{
	uint64_t whole;
	double v;

	if (!parse_count(text, &whole) && whole) {
		*ret = whole;
		return true;
	}
	if (!parse_rate(text, &v) && v >= 1 && v < 1e18) {
		*ret = (uint64_t)v;
		return true;
	}
	log_error("generate: %s %s: write how many frames, as 1000 or 1.5M", name, text);
	return false;
}

static bool take_duration(const char *text, struct generate_options *o)
{
	if (!option_duration("generate", "--duration", text, &o->duration_ns))
		return false;
	if (!o->duration_ns)
		log_error("generate: --duration %s: must be more than nothing", text);
	return o->duration_ns;
}

static bool take_once(const char *name, const char *text, const char **ret)
{
	if (*ret)
		log_error("generate: %s %s: %s %s is given already", name, text, name, *ret);
	return !*ret && (*ret = text);
}

/* Of what both have; -1: it was none of them. */
static bool take_shared(int opt, struct generate_options *o)
{
	int taken = send_option("generate", opt, optarg, &o->send);

	if (!taken)
		taken = out_option("generate", opt, optarg, &o->out);
	return taken > 0;
}

static bool take_option(int opt, void *arg)
{
	struct generate_options *const o = arg;

	switch (opt) {
	case 'i':
		return take_once("-i", optarg, &o->interface);
	case 'f':
		return take_once("-f", optarg, &o->file);
	case OPT_SEED:
		return option_count("generate", "--seed", optarg, &o->craft.seed);
	case OPT_SIZE:
		return take_size(optarg, o);
	case OPT_FLOWS:
		return take_flows(optarg, o);
	case 'n':
	case 'c': /* as tcpdump has it */
		return take_number(opt == 'n' ? "-n" : "-c", optarg, &o->count);
	case OPT_DURATION:
		return take_duration(optarg, o);
	case OPT_PRINT:
		o->print = 1;
		return !optarg || take_number("--print", optarg, &o->print);
	default:
		return take_shared(opt, o);
	}
}

static const char *missing(const struct generate_options *o)
{
	if (!o->nr_words && !o->file)
		return "what? describe a frame, as 'eth/ip/udp(dport=9)'; 'ringtap help generate' "
		       "has the language";
	if (!o->interface && !o->out.path && !o->print)
		return "where to? -i INTERFACE, -w FILE or --print";
	if (o->interface && o->out.path)
		return "-i and -w: one of them";
	if (o->print && (o->send.json || (o->out.path && !strcmp(o->out.path, "-"))))
		return "--print shows text on standard output, where --json or -w - would mix with "
		       "it; leave one of them out";
	if (!o->interface && (o->send.qdisc || o->send.xdp))
		return "--qdisc and --xdp are for an interface: -i";
	if (!o->interface && o->send.pace_given && o->send.pace.mode == PACE_TOPSPEED)
		return "--topspeed is for an interface: -i; frames of a file get their times by "
		       "--pps or --bitrate";
	if (o->interface && (o->out.format || o->out.compress || o->out.level_given))
		return "--format, --compress and --level are for a file: -w";
	return NULL;
}

int generate_options_parse(int argc, char **argv, struct generate_options *o)
{
	const struct option_set set = { .verb = "generate",
					.letters = ":i:f:n:c:w:tqj",
					.table = long_options,
					.help = help_text,
					.help_value = OPT_HELP,
					.take = take_option };
	const char *wrong;
	int status;

	*o = (struct generate_options){ .threads = 1 };
	send_options_default(&o->send);
	o->send.pace.mode = PACE_PPS;
	o->send.pace.rate = GENERATE_PPS_DEFAULT;
	status = options_take(&set, argc, argv, o);
	if (status >= 0)
		return status;
	o->words = argv + optind;
	o->nr_words = argc - optind;
	wrong = missing(o);
	if (wrong) {
		log_error("generate: %s", wrong);
		return EXIT_USAGE;
	}
	if (!o->count && !o->duration_ns)
		o->count = GENERATE_FRAMES_DEFAULT;
	if (o->interface && o->out.threads)
		o->threads = MIN_OF(o->out.threads, (uint32_t)GENERATE_THREADS_MAX);
	return send_options_finish("generate", &o->send) ? -1 : EXIT_USAGE;
}
