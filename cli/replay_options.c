#include "cli/replay_options.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cli/filter_file.h"
#include "cli/filter_options.h"
#include "cli/options.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/log.h"

static const char help_text[] =
	"Usage: ringtap replay [OPTIONS] FILE... -i IF\n"
	"       ringtap replay [OPTIONS] -r FILE [-r FILE]... -i IF [FILTER]\n"
	"\n"
	"Sends the packets of capture files on an interface, at the distances that were recorded;\n"
	"several files are merged by time, '-' is standard input.\n"
	"\n"
	"  -i, --interface IF      send here; several: see --split. NAME=IF: what the file has of\n"
	"                          its interface NAME (or number)\n"
	"      --split HOW         several -i: 'file' (the n-th file on the n-th -i), 'interface'\n"
	"                          (of the file), 'direction' (in, out), 'all' (each on every "
	"one)\n"
	"  -r, --read FILE         send this file (repeatable)\n"
	"  -f, --filter EXPR       only what this capture filter accepts\n"
	"  -F, --filter-file FILE  it is in this file\n"
	"      --filter-mode extended, --vlan-transparent, --netmask MASK  as in 'ringtap read'\n"
	"  -c, --count N           N packets\n"
	"      --duration TIME     for so long\n"
	"      --loop N            N times; 0 or 'inf': until interrupted\n"
	"      --preload           all frames into memory first\n"
	"      --speed FACTOR      2x: twice as fast as recorded; 0.5: half\n"
	"      --max-gap TIME      longer recorded gaps are cut to this\n" SEND_RATE_HELP
	"      --threads N         an interface; they do not keep the order among them\n"
	"      --rewrite           convert link types that the interface does not take\n"
	"      --map NET=NET       other addresses, as 10.0.0.0/8=192.0.2.0/24 (repeatable)\n"
	"      --map-port [tcp:|udp:]P[-P]=P   other ports (repeatable)\n"
	"      --map-mac MAC=MAC, --src-mac MAC, --dst-mac MAC\n"
	"      --vlan ID|push:ID|pop   another VLAN tag, one more, or one less\n"
	"      --fix-checksums     compute all checksums anew\n"
	"      --mtu-policy WHAT   frames that are too long: skip (default), fragment, truncate, "
	"stop\n"
	"      --ignore-df         fragment also what says Don't Fragment\n"
	"      --cut WHAT          packets that the capture has cut: send (default), pad with "
	"zeros,\n"
	"                          skip\n" SEND_WAY_HELP SEND_REPORT_HELP "\n"
	"Example: ringtap replay night.pcapng.zst -i veth0 --speed 2x --max-gap 1s\n"
	"         ringtap replay -r a.pcap -i eth1 --preload --loop 0 --topspeed 'udp port 53'\n";

enum {
	OPT_SPLIT = 256,
	OPT_FILTER_MODE,
	OPT_VLAN_TRANSPARENT,
	OPT_NETMASK,
	OPT_DURATION,
	OPT_LOOP,
	OPT_PRELOAD,
	OPT_SPEED,
	OPT_MAX_GAP,
	OPT_THREADS,
	OPT_REWRITE,
	OPT_MAP,
	OPT_MAP_PORT,
	OPT_MAP_MAC,
	OPT_SRC_MAC,
	OPT_DST_MAC,
	OPT_VLAN,
	OPT_FIX_CHECKSUMS,
	OPT_MTU_POLICY,
	OPT_IGNORE_DF,
	OPT_CUT,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "interface", required_argument, NULL, 'i' },
	{ "split", required_argument, NULL, OPT_SPLIT },
	{ "read", required_argument, NULL, 'r' },
	{ "filter", required_argument, NULL, 'f' },
	{ "filter-file", required_argument, NULL, 'F' },
	{ "filter-mode", required_argument, NULL, OPT_FILTER_MODE },
	{ "vlan-transparent", no_argument, NULL, OPT_VLAN_TRANSPARENT },
	{ "netmask", required_argument, NULL, OPT_NETMASK },
	{ "count", required_argument, NULL, 'c' },
	{ "duration", required_argument, NULL, OPT_DURATION },
	{ "loop", required_argument, NULL, OPT_LOOP },
	{ "preload", no_argument, NULL, OPT_PRELOAD },
	{ "speed", required_argument, NULL, OPT_SPEED },
	{ "max-gap", required_argument, NULL, OPT_MAX_GAP },
	{ "threads", required_argument, NULL, OPT_THREADS },
	{ "rewrite", no_argument, NULL, OPT_REWRITE },
	{ "map", required_argument, NULL, OPT_MAP },
	{ "map-port", required_argument, NULL, OPT_MAP_PORT },
	{ "map-mac", required_argument, NULL, OPT_MAP_MAC },
	{ "src-mac", required_argument, NULL, OPT_SRC_MAC },
	{ "dst-mac", required_argument, NULL, OPT_DST_MAC },
	{ "vlan", required_argument, NULL, OPT_VLAN },
	{ "fix-checksums", no_argument, NULL, OPT_FIX_CHECKSUMS },
	{ "mtu-policy", required_argument, NULL, OPT_MTU_POLICY },
	{ "ignore-df", no_argument, NULL, OPT_IGNORE_DF },
	{ "cut", required_argument, NULL, OPT_CUT },
	SEND_OPTIONS,
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

static bool add_file(struct replay_options *o, const char *path)
{
	if (o->nr_files == REPLAY_FILES_MAX) {
		log_error("replay: more than %d files", REPLAY_FILES_MAX);
		return false;
	}
	o->files[o->nr_files++] = path;
	return true;
}

/* "veth0", or "NAME=veth0"; an interface may have '=' in its name, and then that is meant. */
static bool take_interface(struct replay_options *o)
{
	char *equals = strchr(optarg, '=');
	struct replay_to *to = &o->to[o->nr_to];

	if (o->nr_to == INTERFACES_MAX) {
		log_error("replay: more than %d times -i", INTERFACES_MAX);
		return false;
	}
	*to = (struct replay_to){ .name = optarg };
	if (equals && !if_nametoindex(optarg)) {
		*equals = '\0';
		*to = (struct replay_to){ .name = equals + 1, .of = optarg };
		if (parse_count(optarg, &to->number))
			to->number = UINT64_MAX;
	}
	if (!*to->name || (to->of && !*to->of)) {
		log_error("replay: -i: write an interface, or NAME=IF with the name that the file "
			  "has for its interface; 'ringtap interfaces' and 'ringtap info FILE' "
			  "list them");
		return false;
	}
	o->nr_to++;
	return true;
}

/* One of a list of words. False: complained. */
static bool take_word(const char *name, const char *const *words, size_t nr, int *ret)
{
	char text[128] = "";
	struct strbuf s = strbuf_over(text, sizeof(text));

	for (size_t i = 0; i < nr; i++) {
		if (words[i] && !strcmp(optarg, words[i])) {
			*ret = (int)i;
			return true;
		}
		if (words[i])
			strbuf_printf(&s, "%s%s", s.len ? ", " : "", words[i]);
	}
	log_error("replay: %s %s: it takes %s", name, optarg, text);
	return false;
}

static bool take_policy(int opt, struct replay_options *o)
{
	static const char *const splits[] = { [REPLAY_SPLIT_FILE] = "file",
					      [REPLAY_SPLIT_INTERFACE] = "interface",
					      [REPLAY_SPLIT_DIRECTION] = "direction",
					      [REPLAY_SPLIT_ALL] = "all" };
	static const char *const mtus[] = { [REPLAY_MTU_SKIP] = "skip",
					    [REPLAY_MTU_FRAGMENT] = "fragment",
					    [REPLAY_MTU_TRUNCATE] = "truncate",
					    [REPLAY_MTU_STOP] = "stop" };
	static const char *const cuts[] = {
		[REPLAY_CUT_SEND] = "send", [REPLAY_CUT_PAD] = "pad", [REPLAY_CUT_SKIP] = "skip"
	};
	int v;

	if (opt == OPT_SPLIT && take_word("--split", splits, ARRAY_SIZE(splits), &v))
		o->split = (enum replay_split)v;
	else if (opt == OPT_MTU_POLICY && take_word("--mtu-policy", mtus, ARRAY_SIZE(mtus), &v))
		o->mtu = (enum replay_mtu)v;
	else if (opt == OPT_CUT && take_word("--cut", cuts, ARRAY_SIZE(cuts), &v))
		o->cut = (enum replay_cut)v;
	else
		return false;
	o->rewrite.pad = o->cut == REPLAY_CUT_PAD;
	return true;
}

static bool take_speed(struct replay_options *o)
{
	char text[32];
	const size_t len = strlen(optarg);
	double v;

	if (len && len < sizeof(text)) {
		memcpy(text, optarg, len + 1);
		if (text[len - 1] == 'x' || text[len - 1] == 'X')
			text[len - 1] = '\0';
		if (!parse_rate(text, &v)) {
			o->send.pace.speed = v;
			return true;
		}
	}
	log_error("replay: --speed %s: write a factor, as 2x or 0.5", optarg);
	return false;
}

/* More than nothing. */
static bool take_positive(const char *name, uint64_t *ret,
			  bool (*take)(const char *, const char *, const char *, uint64_t *))
{
	if (!take("replay", name, optarg, ret))
		return false;
	if (!*ret)
		log_error("replay: %s %s: must be more than nothing", name, optarg);
	return *ret;
}

static bool take_threads(struct replay_options *o)
{
	uint64_t n;

	if (!take_positive("--threads", &n, option_count))
		return false;
	if (n > REPLAY_THREADS_MAX)
		log_error("replay: --threads %s: at most %d", optarg, REPLAY_THREADS_MAX);
	o->threads = (uint32_t)n;
	return n <= REPLAY_THREADS_MAX;
}

static bool take_loop(struct replay_options *o)
{
	if (!strcasecmp(optarg, "inf")) {
		o->loops = 0;
		return true;
	}
	return option_count("replay", "--loop", optarg, &o->loops);
}

/* Rules of rewriting: 1 it was one, 0 it was not, -1 it was wrong, and has been complained. */
static int take_rule(int opt, struct rewrite *rw)
{
	struct errmsg err;
	int code;

	switch (opt) {
	case OPT_MAP:
		code = rewrite_add_map(rw, optarg, &err);
		break;
	case OPT_MAP_PORT:
		code = rewrite_add_map_port(rw, optarg, &err);
		break;
	case OPT_MAP_MAC:
		code = rewrite_add_map_mac(rw, optarg, &err);
		break;
	case OPT_SRC_MAC:
		code = rewrite_set_src_mac(rw, optarg, &err);
		break;
	case OPT_DST_MAC:
		code = rewrite_set_dst_mac(rw, optarg, &err);
		break;
	case OPT_VLAN:
		code = rewrite_set_vlan(rw, optarg, &err);
		break;
	default:
		return 0;
	}
	if (code)
		log_error("replay: %s", err.text);
	return code ? -1 : 1;
}

/* Which packets; as take_rule(). */
static int take_what(int opt, struct replay_options *o)
{
	switch (opt) {
	case 'r':
		return add_file(o, optarg) ? 1 : -1;
	case 'f':
		o->filter = optarg;
		return 1;
	case 'F':
		o->filter = filter_file_read("replay", optarg);
		return o->filter ? 1 : -1;
	case OPT_FILTER_MODE:
		return option_filter_mode("replay", optarg, &o->filter_options) ? 1 : -1;
	case OPT_VLAN_TRANSPARENT:
		o->filter_options.vlan_transparent = true;
		return 1;
	case OPT_NETMASK:
		return option_netmask("replay", optarg, &o->filter_options) ? 1 : -1;
	case 'c':
		return take_positive("-c", &o->count, option_count) ? 1 : -1;
	}
	return 0;
}

/* False: it was wrong, and has been complained about. */
static bool take_option(int opt, void *arg)
{
	struct replay_options *const o = arg;
	int taken = take_what(opt, o);

	if (!taken)
		taken = take_rule(opt, &o->rewrite);
	if (!taken)
		taken = send_option("replay", opt, optarg, &o->send);
	if (taken)
		return taken > 0;
	switch (opt) {
	case 'i':
		return take_interface(o);
	case OPT_DURATION:
		return take_positive("--duration", &o->duration_ns, option_duration);
	case OPT_LOOP:
		return take_loop(o);
	case OPT_PRELOAD:
		o->preload = true;
		return true;
	case OPT_SPEED:
		return take_speed(o);
	case OPT_MAX_GAP:
		return take_positive("--max-gap", &o->send.pace.max_gap_ns, option_duration);
	case OPT_THREADS:
		return take_threads(o);
	case OPT_REWRITE:
		o->convert = true;
		return true;
	case OPT_FIX_CHECKSUMS:
		o->rewrite.fix_checksums = true;
		return true;
	case OPT_IGNORE_DF:
		o->ignore_df = true;
		return true;
	default:
		return take_policy(opt, o);
	}
}

/* Behind the options: with -r the filter, as in tcpdump; else files. */
static bool take_words(int argc, char **argv, struct replay_options *o)
{
	if (o->nr_files && optind < argc && o->filter) {
		log_error(
			"replay: two capture filters: '%s' and '%s'; files behind the options come "
			"without -r",
			o->filter, argv[optind]);
		return false;
	}
	if (o->nr_files && optind < argc) {
		o->filter = filter_join_words(argc, argv, optind);
		if (!o->filter)
			log_error("replay: out of memory");
		return o->filter;
	}
	o->files_are_words = true;
	for (; optind < argc; optind++)
		if (!add_file(o, argv[optind]))
			return false;
	if (!o->nr_files)
		log_error("replay: no file; 'ringtap replay FILE -i IF', or '-' for standard "
			  "input");
	return o->nr_files;
}

static bool check_split(struct replay_options *o)
{
	bool named = false;

	for (size_t i = 0; i < o->nr_to; i++)
		named |= o->to[i].of != NULL;
	if (named && !o->split)
		o->split = REPLAY_SPLIT_INTERFACE;
	if (!o->nr_to)
		log_error("replay: no interface to send on; -i IF, 'ringtap interfaces' lists "
			  "them");
	else if (named && o->split != REPLAY_SPLIT_INTERFACE)
		log_error("replay: -i NAME=IF goes with --split interface only");
	else if (o->nr_to > 1 && !o->split)
		log_error("replay: which packets go on which of the %zu interfaces? --split "
			  "file, interface, direction or all",
			  o->nr_to);
	else if (o->split == REPLAY_SPLIT_FILE && o->nr_to != o->nr_files)
		log_error("replay: --split file: one -i for each file; there are %zu files and "
			  "%zu times -i",
			  o->nr_files, o->nr_to);
	else if (o->split == REPLAY_SPLIT_DIRECTION && o->nr_to > 2)
		log_error("replay: --split direction: there are two, for %zu interfaces", o->nr_to);
	else
		return true;
	return false;
}

static const char *not_a_file(const struct replay_options *o)
{
	struct stat st;

	for (size_t i = 0; i < o->nr_files; i++)
		if (!strcmp(o->files[i], "-") || (!stat(o->files[i], &st) && !S_ISREG(st.st_mode)))
			return o->files[i];
	return NULL;
}

static bool check_rate(struct replay_options *o, bool speed_given)
{
	if (o->send.pace_given && (speed_given || o->send.pace.max_gap_ns)) {
		log_error("replay: --speed and --max-gap change recorded distances; --pps, "
			  "--bitrate and --topspeed have none");
		return false;
	}
	if (o->threads > 1 && o->send.pace.mode == PACE_RECORDED) {
		log_error("replay: --threads goes with --topspeed, --pps or --bitrate: threads do "
			  "not keep the recorded order among them");
		return false;
	}
	if (o->loops != 1 && !o->preload && not_a_file(o)) {
		log_error("replay: --loop: %s can be read only once; --preload keeps it in memory",
			  not_a_file(o));
		return false;
	}
	return true;
}

int replay_options_parse(int argc, char **argv, struct replay_options *o)
{
	static const struct option_set set = { .verb = "replay",
					       .letters = ":i:r:f:F:c:tqj",
					       .table = long_options,
					       .help = help_text,
					       .help_value = OPT_HELP,
					       .take = take_option };
	int status;

	send_options_default(&o->send);
	o->count = UINT64_MAX;
	o->loops = o->threads = 1;
	o->window.span_ns = 200 * NS_PER_MS;
	o->filter_options.netmask = FILTER_NETMASK_UNKNOWN;
	status = options_take(&set, argc, argv, o);
	if (status >= 0)
		return status;
	if (!take_words(argc, argv, o) || !check_split(o) ||
	    !check_rate(o, o->send.pace.speed != 1) || !send_options_finish("replay", &o->send))
		return EXIT_USAGE;
	return -1;
}
