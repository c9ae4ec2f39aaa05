/* cli/capture_options.c -- letters as tcpdump's users know them, long names for all. */
#include "cli/capture_options.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/capture_files.h"
#include "cli/filter_file.h"
#include "cli/filter_options.h"
#include "cli/options.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/clock.h"
#include "core/log.h"

enum {
	DEFAULT_BLOCK = 2 << 20,
	BLOCK_MIN = 64 << 10,
	LATENCY_MAX_MS = 60000,
	DURATION_MAX_DAYS = 10000,
};

static const char help_text[] =
	"Usage: ringtap capture [OPTIONS] [-i INTERFACE]... [-w FILE|DIR/|-] [FILTER]\n"
	"\n"
	"Captures packets into a file; without -w it prints a line for each. FILTER is tcpdump's.\n"
	"\n"
	"  -i, --interface NAME   capture here (repeatable; 'any': everywhere; default any)\n"
	"  -w, --write-file FILE  pcapng, or classic pcap where it ends in .pcap; compressed with "
	".zst,\n"
	"                         .gz, .lz4, .xz; DIR/ for files named by time; '-' is stdout\n"
	"      --write MODE       auto, inplace, packed or sorted\n"
	"      --summaries FILE   64 bytes of facts per packet, into a file of their own\n"
	"      --discard          count, store nothing\n"
	"  -c, --count N          stop after exactly N packets\n"
	"      --duration TIME    stop after TIME (10s, 5min, 2h)\n"
	"  -s, --snaplen BYTES    of each packet (default 262144)\n"
	"  -C, --rotate-size SIZE -G, --rotate-time TIME  --rotate-packets N  whichever is first\n"
	"  -W, --keep-files N     --keep-bytes SIZE  --keep-free SIZE|N%   the oldest files go\n"
	"      --post 'CMD {}'    run for each finished file, --post-jobs N at a time (1)\n"
	"      --durable[=T|SIZE] on the disk after T (1s) --compress-level N --compress-threads "
	"N\n"
	"  -B, --ring-size SIZE   per ring (default: by memory) --block-size SIZE (default 2MiB)\n"
	"      --rings N          per interface                --cpus 0,2-3  one ring on each\n"
	"      --fanout HOW       cpu, hash, qm, lb, rnd, rollover, ebpf=PINNED\n"
	"  -F, --filter-file FILE the filter is in it; read again on SIGHUP\n"
	"      --filter-mode extended  --vlan-transparent   more than tcpdump: see the manual\n"
	"  -Y, --display-filter EXPR  only packets whose fields match: 'dns.flags.rcode == 3'\n"
	"      --latency TIME     how long a packet may wait for its block (100ms; 10ms printed)\n"
	"      --timestamp HOW    software or hardware         --nano    classic pcap in ns\n"
	"  -p, --no-promiscuous   --netns NAME   -Z, --user NAME   --force (replace files)\n"
	"  -nn -q -e -v -x -X -A -t... -l -j --decode RULE   how it is printed: see the manual\n"
	"\n"
	"Example: ringtap capture -i eth0 -w web-%H%M.pcapng -G 10min -W 144 tcp port 80\n";

enum {
	OPT_WRITE = 256,
	OPT_SUMMARIES,
	OPT_DISCARD,
	OPT_DURATION,
	OPT_BLOCK_SIZE,
	OPT_RINGS,
	OPT_CPUS,
	OPT_FANOUT,
	OPT_LATENCY,
	OPT_TIMESTAMP,
	OPT_NANO,
	OPT_NETNS,
	OPT_FORCE,
	OPT_NO_URING,
	OPT_NO_DIRECT,
	OPT_DECODE,
	OPT_FILTER_MODE,
	OPT_VLAN_TRANSPARENT,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "interface", required_argument, NULL, 'i' },
	{ "write", required_argument, NULL, OPT_WRITE },
	{ "summaries", required_argument, NULL, OPT_SUMMARIES },
	{ "discard", no_argument, NULL, OPT_DISCARD },
	{ "count", required_argument, NULL, 'c' },
	{ "duration", required_argument, NULL, OPT_DURATION },
	{ "snaplen", required_argument, NULL, 's' },
	{ "ring-size", required_argument, NULL, 'B' },
	{ "block-size", required_argument, NULL, OPT_BLOCK_SIZE },
	{ "rings", required_argument, NULL, OPT_RINGS },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ "fanout", required_argument, NULL, OPT_FANOUT },
	{ "latency", required_argument, NULL, OPT_LATENCY },
	{ "timestamp", required_argument, NULL, OPT_TIMESTAMP },
	{ "nano", no_argument, NULL, OPT_NANO },
	{ "no-promiscuous", no_argument, NULL, 'p' },
	{ "netns", required_argument, NULL, OPT_NETNS },
	{ "user", required_argument, NULL, 'Z' },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "filter-file", required_argument, NULL, 'F' },
	{ "filter-mode", required_argument, NULL, OPT_FILTER_MODE },
	{ "vlan-transparent", no_argument, NULL, OPT_VLAN_TRANSPARENT },
	{ "display-filter", required_argument, NULL, 'Y' },
	{ "list-interfaces", no_argument, NULL, 'D' },
	{ "no-io-uring", no_argument, NULL, OPT_NO_URING },
	{ "no-direct", no_argument, NULL, OPT_NO_DIRECT },
	{ "numeric", no_argument, NULL, 'n' },
	{ "decode", required_argument, NULL, OPT_DECODE },
	{ "quiet", no_argument, NULL, 'q' },
	{ "link-header", no_argument, NULL, 'e' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "ascii", no_argument, NULL, 'A' },
	{ "json", no_argument, NULL, 'j' },
	{ "line-buffered", no_argument, NULL, 'l' },
	{ "packet-buffered", no_argument, NULL, 'U' },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

/* What was counted while parsing and is put together at the end. */
struct letters {
	unsigned time, hex, hex_ascii, numeric;
	bool discard;
	const char *ring_size; /* of -B, as typed */
};

static bool complain(const char *option, const char *value, const char *what)
{
	log_error("capture: %s %s: %s", option, value, what);
	return false;
}

static bool take_word(const char *option, const char *value, const char *const *words, int *ret)
{
	char all[128] = "";
	int i;

	for (i = 0; words[i]; i++) {
		if (!strcmp(words[i], value)) {
			*ret = i;
			return true;
		}
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? ", " : "",
			 words[i]);
	}
	log_error("capture: %s %s: one of %s is expected", option, value, all);
	return false;
}

static bool take_fanout(const char *value, struct engine_config *c)
{
	static const char *const words[] = { [FANOUT_CPU] = "cpu",
					     [FANOUT_HASH] = "hash",
					     [FANOUT_QM] = "qm",
					     [FANOUT_LB] = "lb",
					     [FANOUT_RND] = "rnd",
					     [FANOUT_ROLLOVER] = "rollover",
					     [FANOUT_EBPF] = "ebpf=PINNED-PROGRAM",
					     NULL };
	int mode;

	if (!strncmp(value, "ebpf=", 5)) {
		c->fanout = FANOUT_EBPF;
		c->fanout_ebpf = value + 5;
		return true;
	}
	if (!take_word("--fanout", value, words, &mode))
		return false;
	c->fanout = (enum fanout_mode)mode;
	return true;
}

static bool take_cpus(const char *value, struct engine_config *c)
{
	cpu_set_t set;
	unsigned i;

	if (parse_cpu_list(value, &set) < 0)
		return complain("--cpus", value, "a list such as 0,2-3 is expected");
	for (c->nr_cpus = 0, i = 0; i < CPU_SETSIZE && c->nr_cpus < RINGS_MAX; i++)
		if (CPU_ISSET(i, &set))
			c->cpus[c->nr_cpus++] = (int)i;
	return true;
}

static bool take_u32(const char *option, const char *value, uint64_t min, uint64_t max,
		     uint32_t *ret)
{
	uint64_t n;

	if (!option_count("capture", option, value, &n))
		return false;
	if (n < min || n > max) {
		log_error("capture: %s %s: must lie between %llu and %llu", option, value,
			  (unsigned long long)min, (unsigned long long)max);
		return false;
	}
	*ret = (uint32_t)n;
	return true;
}

/* A bare number counts in KiB, as tcpdump's does; with a suffix it says its own. */
static bool take_ring_size(const char *value, uint64_t *ret)
{
	uint64_t n;

	if (parse_count(value, &n) == 0) {
		if (n > UINT64_MAX / 2048 || !n)
			return complain("-B", value, "out of range");
		*ret = n * 1024;
		return true;
	}
	if (!option_size("capture", "-B", value, ret))
		return false;
	return *ret ? true : complain("-B", value, "must be more than 0");
}

static bool take_block_size(const char *value, struct engine_config *c)
{
	uint64_t n;

	if (!option_size("capture", "--block-size", value, &n))
		return false;
	if (n < BLOCK_MIN || n > BLOCK_SIZE_MAX || n & (n - 1))
		return complain("--block-size", value,
				"a power of two from 64KiB to 4MiB is expected");
	c->block_size = (uint32_t)n;
	return true;
}

static bool take_latency(const char *value, struct engine_config *c)
{
	uint64_t ns;

	if (!option_duration("capture", "--latency", value, &ns))
		return false;
	if (ns < NS_PER_MS || ns > LATENCY_MAX_MS * NS_PER_MS)
		return complain("--latency", value, "1ms to 60s is expected");
	c->latency_ms = (uint32_t)(ns / NS_PER_MS);
	return true;
}

static bool take_duration(const char *value, struct capture_options *o)
{
	if (!option_duration("capture", "--duration", value, &o->duration_ns))
		return false;
	if (!o->duration_ns || o->duration_ns > DURATION_MAX_DAYS * 86400ull * NS_PER_SEC)
		return complain("--duration", value, "more than 0 and at most 10000d is expected");
	return true;
}

static bool take_interface(const char *value, struct engine_config *c)
{
	uint32_t i;

	for (i = 0; i < c->nr_interfaces; i++)
		if (!strcmp(c->interfaces[i], value))
			return complain("-i", value,
					"is given twice; every packet would be stored twice");
	if (c->nr_interfaces == INTERFACES_MAX)
		return complain("-i", value, "too many interfaces");
	c->interfaces[c->nr_interfaces++] = value;
	return true;
}

static bool take_long(int opt, const char *value, struct capture_options *o, struct letters *l)
{
	static const char *const modes[] = { [WRITE_AUTO] = "auto",
					     [WRITE_INPLACE] = "inplace",
					     [WRITE_PACKED] = "packed",
					     [WRITE_SORTED] = "sorted",
					     NULL };
	static const char *const clocks[] = { "software", "hardware", NULL };
	struct engine_config *c = &o->engine;
	int word;

	switch (opt) {
	case OPT_WRITE:
		if (!take_word("--write", value, modes, &word))
			return false;
		c->mode = (enum write_mode)word;
		return true;
	case OPT_SUMMARIES:
		c->summaries = value;
		return true;
	case OPT_DISCARD:
		l->discard = true;
		return true;
	case OPT_DURATION:
		return take_duration(value, o);
	case OPT_BLOCK_SIZE:
		return take_block_size(value, c);
	case OPT_RINGS:
		return take_u32("--rings", value, 1, RINGS_MAX, &c->rings);
	case OPT_CPUS:
		return take_cpus(value, c);
	case OPT_FANOUT:
		return take_fanout(value, c);
	case OPT_LATENCY:
		return take_latency(value, c);
	case OPT_TIMESTAMP:
		if (!take_word("--timestamp", value, clocks, &word))
			return false;
		c->hardware_time = word == 1;
		return true;
	case OPT_NANO:
		c->nanoseconds = true;
		return true;
	case OPT_NETNS:
		c->netns = value;
		return true;
	case OPT_FORCE:
		c->force = true;
		return true;
	case OPT_NO_URING:
		c->no_uring = true;
		return true;
	case OPT_NO_DIRECT:
		c->no_direct = true;
		return true;
	case OPT_DECODE:
		if (c->nr_decodes == ENGINE_DECODES_MAX)
			return complain("--decode", value, "too many of them");
		c->decodes[c->nr_decodes++] = value;
		return true;
	case OPT_FILTER_MODE:
		return option_filter_mode("capture", value, &c->filter_options);
	case OPT_VLAN_TRANSPARENT:
		c->filter_options.vlan_transparent = true;
		return true;
	default:
		return false;
	}
}

static bool take_print_letter(int opt, struct capture_options *o, struct letters *l)
{
	switch (opt) {
	case 'n':
		o->engine.line.render.numeric = l->numeric++ > 0;
		return true;
	case 'q':
		o->quiet = o->engine.line.render.quiet = true;
		return true;
	case 'e':
		o->engine.line.render.link_header = true;
		return true;
	case 'v':
		o->verbose++;
		return true;
	case 'x':
		l->hex++;
		return true;
	case 'X':
		l->hex_ascii++;
		return true;
	case 'A':
		o->engine.line.ascii = true;
		return true;
	case 't':
		l->time++;
		return true;
	case 'l':
	case 'U':
		o->line_buffered = true;
		return true;
	case 'j':
		o->json = true;
		return true;
	default:
		return false;
	}
}

static bool take_letter(int opt, const char *value, struct capture_options *o, struct letters *l)
{
	struct engine_config *c = &o->engine;
	const int taken = capture_file_option(opt, value, c);

	if (taken)
		return taken > 0;
	switch (opt) {
	case 'i':
		return take_interface(value, c);
	case 'c':
		return option_count("capture", "-c", value, &c->limit) &&
		       (c->limit || complain("-c", value, "must be more than 0"));
	case 's':
		if (!take_u32("-s", value, 0, SNAPLEN_MAX, &c->snaplen))
			return false;
		c->snaplen = c->snaplen ? c->snaplen : SNAPLEN_MAX;
		return true;
	case 'B':
		l->ring_size = value;
		return take_ring_size(value, &c->ring_bytes);
	case 'p':
		c->no_promiscuous = true;
		return true;
	case 'Z':
		c->user = value;
		return true;
	case 'D':
		o->list_interfaces = true;
		return true;
	case 'F':
		o->filter_file = value;
		return true;
	case 'Y':
		c->display = value;
		return true;
	default:
		return take_print_letter(opt, o, l) || take_long(opt, value, o, l);
	}
}

static bool check_ring_size(const struct engine_config *c, const char *value)
{
	char block[32], text[128];
	struct strbuf size = strbuf_over(block, sizeof(block));
	struct strbuf out = strbuf_over(text, sizeof(text));

	if (!c->ring_bytes || c->ring_bytes >= (uint64_t)RING_BLOCKS_MIN * c->block_size)
		return true;
	format_size(&size, c->block_size);
	strbuf_printf(&out, "a ring needs at least %d blocks, ", RING_BLOCKS_MIN);
	format_size(&out, (uint64_t)RING_BLOCKS_MIN * c->block_size);
	strbuf_printf(&out, " with a --block-size of %s", block);
	return complain("-B", value, text);
}

/* The words behind the options, or the file. */
static bool take_filter(int argc, char **argv, struct capture_options *o)
{
	if (optind >= argc && !o->filter_file)
		return true;
	if (optind < argc && o->filter_file)
		return complain("-F", o->filter_file,
				"and a filter behind the options: only one of them");
	o->filter = o->filter_file ? filter_file_read("capture", o->filter_file)
				   : filter_join_words(argc, argv, optind);
	o->engine.filter = o->filter;
	return o->filter;
}

static int finish(int argc, char **argv, struct capture_options *o, const struct letters *l)
{
	static const enum time_format formats[] = { TIME_DEFAULT, TIME_NONE, TIME_EPOCH,
						    TIME_DELTA,   TIME_DATE, TIME_SINCE_FIRST };
	struct engine_config *c = &o->engine;

	if (!take_filter(argc, argv, o))
		return EXIT_USAGE;
	if (l->time >= ARRAY_SIZE(formats)) {
		log_error("capture: at most five -t");
		return EXIT_USAGE;
	}
	if (!capture_files_finish(c) || !check_ring_size(c, l->ring_size))
		return EXIT_USAGE;
	if (!c->nr_interfaces)
		c->interfaces[c->nr_interfaces++] = "any";
	c->lines = !c->output && !c->summaries && !l->discard;
	c->line.json = o->json;
	c->line.hex = l->hex > 0;
	c->line.hex_ascii = l->hex_ascii > 0;
	c->line.link_hex = l->hex > 1 || l->hex_ascii > 1;
	c->line.tree = o->verbose > 0;
	c->line.render.raw = o->verbose > 1;
	c->line.render.aligned = isatty(STDOUT_FILENO) && !o->json;
	c->line.render.nano = c->nanoseconds;
	c->line.render.color = isatty(STDOUT_FILENO) && !o->json && !getenv("NO_COLOR");
	c->line.show_interface = c->nr_interfaces > 1 || !strcmp(c->interfaces[0], "any");
	c->line.render.interface_shown = c->line.show_interface;
	o->time = formats[l->time] | (c->nanoseconds ? TIME_NANO : 0);
	return 0;
}

int capture_options_parse(int argc, char **argv, struct capture_options *ret)
{
	const struct option *options = capture_file_table(long_options);
	struct letters l = { 0 };
	int opt;

	*ret = (struct capture_options){ .engine = { .block_size = DEFAULT_BLOCK,
						     .snaplen = SNAPLEN_MAX } };
	opterr = 0;
	optind = 1;
	while ((opt = getopt_long(argc, argv, ":i:w:c:s:C:G:W:B:pZ:F:Y:DnqevxXAtljU", options,
				  NULL)) != -1) {
		if (opt == OPT_HELP) {
			fputs(help_text, stdout);
			return CAPTURE_HELP_SHOWN;
		}
		if (opt == '?' || opt == ':')
			return option_error("capture", argc, argv, opt, options);
		if (!take_letter(opt, optarg, ret, &l))
			return EXIT_USAGE;
	}
	return finish(argc, argv, ret, &l);
}
