/* cli/bridge_options.c -- two interfaces, and what is copied to files on the way. */
#include "cli/bridge_options.h"

#include <string.h>

#include "cli/capture_files.h"
#include "cli/filter_file.h"
#include "cli/filter_options.h"
#include "cli/options.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/clock.h"
#include "core/log.h"

enum {
	TAP_BLOCK = 2 << 20,
	RING_MIN = 2 << 20,
	RING_MAX = 1 << 30,
	DURATION_MAX_DAYS = 10000,
};

static const char help_text[] =
	"Usage: ringtap bridge [OPTIONS] IF1 IF2 [FILTER]\n"
	"\n"
	"Passes every packet that comes in on IF1 on to IF2, and back; with -w a copy of each "
	"goes\n"
	"to a file. FILTER is tcpdump's: only what matches is passed on.\n"
	"\n"
	"      --one-way          only from IF1 to IF2\n"
	"  -F, --filter-file FILE the filter is in it\n"
	"      --filter-mode extended  --vlan-transparent   more than tcpdump: see the manual\n"
	"  -c, --count N          stop after N packets, of both directions together\n"
	"      --duration TIME    stop after TIME (10s, 5min, 2h)\n"
	"      --cpus A,B         the threads of the directions stay on these CPUs\n"
	"  -B, --ring-size SIZE   what waits of each direction at most (32MiB)\n"
	"      --qdisc            through the queueing discipline (tc), not past it\n"
	"      --netns NAME       both interfaces are in this network namespace\n"
	"\n"
	"  -w, --write-file FILE  a copy of what comes in, as 'ringtap capture -w' writes it\n"
	"  -s, --snaplen BYTES    of each packet, in the file\n"
	"  -C, --rotate-size SIZE -G, --rotate-time TIME  --rotate-packets N  whichever is first\n"
	"  -W, --keep-files N     --keep-bytes SIZE  --keep-free SIZE|N%   the oldest files go\n"
	"      --post 'CMD {}'    run for each finished file, --post-jobs N at a time (1)\n"
	"      --durable[=T|SIZE] on the disk after T (1s) --compress-level N --compress-threads "
	"N\n"
	"      --nano             classic pcap in ns       --force (replace files)\n"
	"  -Z, --user NAME        who owns the files\n"
	"\n"
	"  -j, --json             the report as JSON       -q, --quiet  -v, --verbose\n"
	"\n"
	"Example: ringtap bridge eth1 eth2 -w line.pcapng.zst -C 1GiB -W 20\n";

enum {
	OPT_ONE_WAY = 256,
	OPT_DURATION,
	OPT_CPUS,
	OPT_QDISC,
	OPT_NETNS,
	OPT_FILTER_MODE,
	OPT_VLAN_TRANSPARENT,
	OPT_NANO,
	OPT_FORCE,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "one-way", no_argument, NULL, OPT_ONE_WAY },
	{ "filter-file", required_argument, NULL, 'F' },
	{ "filter-mode", required_argument, NULL, OPT_FILTER_MODE },
	{ "vlan-transparent", no_argument, NULL, OPT_VLAN_TRANSPARENT },
	{ "count", required_argument, NULL, 'c' },
	{ "duration", required_argument, NULL, OPT_DURATION },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ "ring-size", required_argument, NULL, 'B' },
	{ "qdisc", no_argument, NULL, OPT_QDISC },
	{ "netns", required_argument, NULL, OPT_NETNS },
	{ "snaplen", required_argument, NULL, 's' },
	{ "nano", no_argument, NULL, OPT_NANO },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "user", required_argument, NULL, 'Z' },
	{ "json", no_argument, NULL, 'j' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

static bool complain(const char *option, const char *value, const char *what)
{
	log_error("bridge: %s %s: %s", option, value, what);
	return false;
}

static bool take_cpus(const char *value, struct bridge_config *c)
{
	const char *comma = strchr(value, ',');
	const size_t len = comma ? (size_t)(comma - value) : strlen(value);
	char first[16];
	uint64_t a = CPU_SETSIZE, b = 0;

	/* Their order is of account, which a list of CPUs has not. */
	if (len < sizeof(first)) {
		memcpy(first, value, len);
		first[len] = '\0';
		if (parse_count(first, &a) < 0 || (comma && parse_count(comma + 1, &b) < 0))
			a = CPU_SETSIZE;
	}
	if (a >= CPU_SETSIZE || b >= CPU_SETSIZE)
		return complain("--cpus", value, "one CPU or two are expected, such as 2,3");
	c->nr_cpus = comma ? 2 : 1;
	c->cpus[0] = (int)a;
	c->cpus[1] = (int)b;
	return true;
}

/* A bare number counts in KiB, as with `ringtap capture`. */
static bool take_ring_size(const char *value, uint64_t *ret)
{
	uint64_t n;

	if (parse_count(value, &n) == 0)
		n = n > RING_MAX ? n : n * 1024;
	else if (!option_size("bridge", "-B", value, &n))
		return false;
	if (n < RING_MIN || n > RING_MAX)
		return complain("-B", value, "2MiB to 1GiB is expected");
	*ret = n;
	return true;
}

static bool take_duration(const char *value, uint64_t *ret)
{
	if (!option_duration("bridge", "--duration", value, ret))
		return false;
	return (*ret && *ret <= DURATION_MAX_DAYS * 86400ull * NS_PER_SEC) ||
	       complain("--duration", value, "more than 0 and at most 10000d is expected");
}

static bool take_snaplen(const char *value, uint32_t *ret)
{
	uint64_t n;

	if (!option_count("bridge", "-s", value, &n))
		return false;
	if (n > SNAPLEN_MAX)
		return complain("-s", value, "at most 262144");
	*ret = n ? (uint32_t)n : SNAPLEN_MAX;
	return true;
}

static bool take_rest(int opt, struct bridge_options *o)
{
	switch (opt) {
	case OPT_NANO:
		o->tap.nanoseconds = true;
		return true;
	case OPT_FORCE:
		o->tap.force = true;
		return true;
	case 's':
		return take_snaplen(optarg, &o->tap.snaplen);
	case 'Z':
		o->tap.user = optarg;
		return true;
	case 'j':
		o->json = true;
		return true;
	case 'q':
		o->quiet = true;
		return true;
	default:
		o->verbose = true;
		return true;
	}
}

static bool take(int opt, void *arg)
{
	struct bridge_options *o = arg;
	struct bridge_config *c = &o->bridge;
	const int taken = capture_file_option(opt, optarg, &o->tap);

	if (taken)
		return taken > 0;
	switch (opt) {
	case OPT_ONE_WAY:
		c->one_way = true;
		return true;
	case 'F':
		o->filter_file = optarg;
		return true;
	case OPT_FILTER_MODE:
		return option_filter_mode("bridge", optarg, &c->filter_options);
	case OPT_VLAN_TRANSPARENT:
		c->filter_options.vlan_transparent = true;
		return true;
	case 'c':
		return option_count("bridge", "-c", optarg, &c->limit) &&
		       (c->limit || complain("-c", optarg, "must be more than 0"));
	case OPT_DURATION:
		return take_duration(optarg, &o->duration_ns);
	case OPT_CPUS:
		return take_cpus(optarg, c);
	case 'B':
		return take_ring_size(optarg, &c->ring_bytes);
	case OPT_QDISC:
		c->qdisc = true;
		return true;
	case OPT_NETNS:
		c->netns = optarg;
		return true;
	default:
		return take_rest(opt, o);
	}
}

static bool take_filter(int argc, char **argv, struct bridge_options *o)
{
	if (optind >= argc && !o->filter_file)
		return true;
	if (optind < argc && o->filter_file)
		return complain("-F", o->filter_file,
				"and a filter behind the interfaces: only one of them");
	o->filter = o->filter_file ? filter_file_read("bridge", o->filter_file)
				   : filter_join_words(argc, argv, optind);
	o->bridge.filter = o->filter;
	return o->filter;
}

/* The same packets, as they come in. */
static bool finish_tap(struct bridge_options *o)
{
	struct engine_config *t = &o->tap;
	const bool told = t->user || t->force || t->nanoseconds || t->snaplen != SNAPLEN_MAX;

	if (!t->output && told) {
		log_error("bridge: -s, -Z, --nano, --force: there is no file for it: -w is "
			  "missing");
		return false;
	}
	if (!capture_files_finish(t))
		return false;
	t->interfaces[t->nr_interfaces++] = o->bridge.interfaces[0];
	if (!o->bridge.one_way)
		t->interfaces[t->nr_interfaces++] = o->bridge.interfaces[1];
	t->no_outgoing = true;
	t->filter = o->bridge.filter;
	t->filter_options = o->bridge.filter_options;
	return true;
}

int bridge_options_parse(int argc, char **argv, struct bridge_options *ret)
{
	const struct option_set set = { .verb = "bridge",
					.letters = ":F:c:B:w:s:C:G:W:Z:jqv",
					.table = capture_file_table(long_options),
					.help = help_text,
					.help_value = OPT_HELP,
					.take = take };
	int status;

	*ret = (struct bridge_options){ .tap = { .block_size = TAP_BLOCK,
						 .snaplen = SNAPLEN_MAX } };
	capture_files_of("bridge");
	status = options_take(&set, argc, argv, ret);
	if (status >= 0)
		return status;
	if (argc - optind < 2) {
		log_error("bridge: two interfaces are needed: ringtap bridge IF1 IF2; 'ringtap "
			  "interfaces' lists them");
		return EXIT_USAGE;
	}
	ret->bridge.interfaces[0] = argv[optind++];
	ret->bridge.interfaces[1] = argv[optind++];
	return take_filter(argc, argv, ret) && finish_tap(ret) ? -1 : EXIT_USAGE;
}
