#include "cli/probe_options.h"

#include <stdio.h>
#include <string.h>

#include "cli/filter_file.h"
#include "cli/filter_options.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "core/clock.h"
#include "core/log.h"

static const uint64_t wait_max_ns = 60 * NS_PER_SEC;

static const char help_text[] =
	"Usage: ringtap probe [OPTIONS] HOST:PORT -r FILE [FILTER]\n"
	"       ringtap probe [OPTIONS] -r FILE\n"
	"\n"
	"Sends the UDP payloads of a capture file to one address, shows each beside its reply, and "
	"says\n"
	"what repeats in the replies: echoed bytes, constant bytes, embedded addresses. Without "
	"HOST:PORT\n"
	"nothing is sent: what is compared are the replies in the file. IPv6 is [ADDRESS]:PORT; "
	"the words\n"
	"behind it are a capture filter, as in tcpdump.\n"
	"\n"
	"  -r, --read FILE       the capture file; '-' is standard input\n"
	"      --tcp             what clients have sent over TCP, one connection for each recorded "
	"one\n"
	"  -c, --count N         the first N payloads (default 100)\n"
	"      --repeat N        each of them N times; at most 10000 are sent in all\n"
	"      --pps N           at most so many per second (default 10, at most 1000)\n"
	"      --wait TIME       for a reply to each (default 1s)\n"
	"      --from-port PORT  of ours\n"
	"      --skype           ask over TCP too, as nmap's skypev2-version does; FILE is not "
	"needed\n"
	"  -f, --filter EXPR     capture filter: 'ringtap help pcap-filter' has the language\n"
	"  -F, --filter-file FILE  it is in this file\n"
	"      --filter-mode extended, --vlan-transparent, --netmask MASK  as in 'ringtap read'\n"
	"      --full            all bytes of long payloads\n"
	"  -q, --quiet           only the report\n"
	"  -j, --json            payloads, replies and report as JSON\n"
	"\n"
	"Example: ringtap probe 192.168.0.14:48915 -r skype.pcap --repeat 3 udp and dst port "
	"48915\n";

enum {
	OPT_TCP = 256,
	OPT_REPEAT,
	OPT_PPS,
	OPT_WAIT,
	OPT_FROM_PORT,
	OPT_SKYPE,
	OPT_FILTER_MODE,
	OPT_VLAN_TRANSPARENT,
	OPT_NETMASK,
	OPT_FULL,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "read", required_argument, NULL, 'r' },
	{ "tcp", no_argument, NULL, OPT_TCP },
	{ "count", required_argument, NULL, 'c' },
	{ "repeat", required_argument, NULL, OPT_REPEAT },
	{ "pps", required_argument, NULL, OPT_PPS },
	{ "wait", required_argument, NULL, OPT_WAIT },
	{ "from-port", required_argument, NULL, OPT_FROM_PORT },
	{ "skype", no_argument, NULL, OPT_SKYPE },
	{ "filter", required_argument, NULL, 'f' },
	{ "filter-file", required_argument, NULL, 'F' },
	{ "filter-mode", required_argument, NULL, OPT_FILTER_MODE },
	{ "vlan-transparent", no_argument, NULL, OPT_VLAN_TRANSPARENT },
	{ "netmask", required_argument, NULL, OPT_NETMASK },
	{ "full", no_argument, NULL, OPT_FULL },
	{ "quiet", no_argument, NULL, 'q' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

/* A number from 1 to max. */
static bool take_number(const char *name, uint64_t max, uint64_t *ret)
{
	uint64_t n;

	if (!option_count("probe", name, optarg, &n))
		return false;
	if (!n || n > max) {
		log_error("probe: %s %s: from 1 to %llu", name, optarg, (unsigned long long)max);
		return false;
	}
	*ret = n;
	return true;
}

static bool take_wait(struct probe_options *o)
{
	if (!option_duration("probe", "--wait", optarg, &o->wait_ns))
		return false;
	if (o->wait_ns >= NS_PER_MS && o->wait_ns <= wait_max_ns)
		return true;
	log_error("probe: --wait %s: from 1ms to 60s", optarg);
	return false;
}

static bool take_from_port(struct probe_options *o)
{
	uint64_t port;

	if (!take_number("--from-port", UINT16_MAX, &port))
		return false;
	o->from_port = (uint16_t)port;
	return true;
}

static bool take_file(struct probe_options *o)
{
	if (o->file)
		log_error("probe: -r %s: one file is read, and %s is given; 'ringtap merge' puts "
			  "files together",
			  optarg, o->file);
	return !o->file && (o->file = optarg);
}

/* 1 it was of the filter, 0 it was not, -1 it was wrong, and has been complained. */
static int take_filter(int opt, struct probe_options *o)
{
	switch (opt) {
	case 'f':
		o->filter = optarg;
		return 1;
	case 'F':
		o->filter = filter_file_read("probe", optarg);
		return o->filter ? 1 : -1;
	case OPT_FILTER_MODE:
		return option_filter_mode("probe", optarg, &o->filter_options) ? 1 : -1;
	case OPT_VLAN_TRANSPARENT:
		o->filter_options.vlan_transparent = true;
		return 1;
	case OPT_NETMASK:
		return option_netmask("probe", optarg, &o->filter_options) ? 1 : -1;
	}
	return 0;
}

/* False: it was wrong, and has been complained about. */
static bool take_option(int opt, void *arg)
{
	struct probe_options *const o = arg;
	const int filter = take_filter(opt, o);

	if (filter)
		return filter > 0;
	switch (opt) {
	case 'r':
		return take_file(o);
	case OPT_TCP:
		return o->tcp = true;
	case 'c':
		return take_number("-c", PROBE_SENDS_MAX, &o->count);
	case OPT_REPEAT:
		return take_number("--repeat", PROBE_SENDS_MAX, &o->repeat);
	case OPT_PPS:
		return take_number("--pps", PROBE_PPS_MAX, &o->pps);
	case OPT_WAIT:
		return take_wait(o);
	case OPT_FROM_PORT:
		return take_from_port(o);
	case OPT_SKYPE:
		return o->skype = true;
	case OPT_FULL:
		return o->full = true;
	case 'q':
		return o->quiet = true;
	default: /* 'j' */
		return o->json = true;
	}
}

static bool take_words(int argc, char **argv, struct probe_options *o)
{
	if (optind < argc)
		o->target = argv[optind++];
	if (optind == argc)
		return true;
	if (o->filter) {
		log_error("probe: two capture filters: '%s' and '%s'", o->filter, argv[optind]);
		return false;
	}
	o->filter = filter_join_words(argc, argv, optind);
	if (!o->filter)
		log_error("probe: out of memory");
	return o->filter;
}

static bool check(const struct probe_options *o)
{
	if (!o->file && !(o->target && o->skype)) {
		log_error("probe: no file; 'ringtap probe HOST:PORT -r FILE' sends its payloads");
		return false;
	}
	if (!o->file && (o->tcp || o->count || o->filter)) {
		log_error("probe: %s needs a file: -r FILE", o->tcp     ? "--tcp"
							     : o->count ? "-c"
									: "a capture filter");
		return false;
	}
	if (!o->target && (o->tcp || o->skype || o->from_port || o->repeat > 1 || o->pps)) {
		log_error(
			"probe: %s needs a target, as 192.0.2.1:5000: without one nothing is sent",
			o->tcp         ? "--tcp"
			: o->skype     ? "--skype"
			: o->from_port ? "--from-port"
			: o->pps       ? "--pps"
				       : "--repeat");
		return false;
	}
	return true;
}

int probe_options_parse(int argc, char **argv, struct probe_options *o)
{
	static const struct option_set set = { .verb = "probe",
					       .letters = ":r:c:f:F:qj",
					       .table = long_options,
					       .help = help_text,
					       .help_value = OPT_HELP,
					       .take = take_option };
	int status;

	o->repeat = 1;
	o->wait_ns = NS_PER_SEC;
	o->filter_options.netmask = FILTER_NETMASK_UNKNOWN;
	status = options_take(&set, argc, argv, o);
	if (status >= 0)
		return status;
	if (!take_words(argc, argv, o))
		return EXIT_USAGE;
	if (!check(o))
		return EXIT_USAGE;
	if (!o->count)
		o->count = o->target ? PROBE_COUNT_DEFAULT : PROBE_SENDS_MAX;
	if (!o->pps)
		o->pps = PROBE_PPS_DEFAULT;
	if (o->count * o->repeat <= PROBE_SENDS_MAX)
		return -1;
	log_error("probe: %llu payloads %llu times are more than %d; lower -c or --repeat",
		  (unsigned long long)o->count, (unsigned long long)o->repeat, PROBE_SENDS_MAX);
	return EXIT_USAGE;
}
