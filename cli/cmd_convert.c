/* cli/cmd_convert.c -- `ringtap convert`. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/convert_change.h"
#include "cli/filter_options.h"
#include "cli/merge_input.h"
#include "cli/options.h"
#include "cli/out_options.h"
#include "cli/out_report.h"
#include "cli/read_watch.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/log.h"

static const char help_text[] =
	"Usage: ringtap convert [OPTIONS] FILE -w OUT\n"
	"\n"
	"Writes a capture file in another form: pcapng or classic pcap, compressed or not. What "
	"the "
	"new\n"
	"form has no place for is counted and said. FILE may be -, standard input.\n"
	"\n" OUT_OPTIONS_HELP
	"      --resolution UNIT   of time stamps in pcapng: s, ms, us, ns or 10^-N\n"
	"  -s, --snaplen BYTES     cut longer packets\n"
	"      --linktype NAME     where nothing is lost: RAW <-> IPV4, RAW <-> IPV6, NULL <-> "
	"LOOP\n"
	"      --strip-options     without comments, names of machines, direction, hashes, ...\n"
	"      --strip-names       without names of addresses\n"
	"      --strip-secrets     without keys of TLS and others\n"
	"  -q, --quiet             say only what went wrong\n"
	"      --json              a report as JSON, on standard output (with -w - on standard "
	"error)\n"
	"\n"
	"Example: ringtap convert today.pcapng -w today.pcap.gz\n";

enum {
	OPT_RESOLUTION = 256,
	OPT_LINKTYPE,
	OPT_STRIP_OPTIONS,
	OPT_STRIP_NAMES,
	OPT_STRIP_SECRETS,
	OPT_JSON,
	OPT_HELP,
	RESOLUTION_MAX = 9, /* packets count nanoseconds */
};

static const struct option long_options[] = {
	OUT_OPTIONS,
	{ "resolution", required_argument, NULL, OPT_RESOLUTION },
	{ "snaplen", required_argument, NULL, 's' },
	{ "linktype", required_argument, NULL, OPT_LINKTYPE },
	{ "strip-options", no_argument, NULL, OPT_STRIP_OPTIONS },
	{ "strip-names", no_argument, NULL, OPT_STRIP_NAMES },
	{ "strip-secrets", no_argument, NULL, OPT_STRIP_SECRETS },
	{ "quiet", no_argument, NULL, 'q' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

struct convert_command {
	struct out_options out;
	struct packet_out_options options;
	struct convert_change change;
	uint32_t snaplen;
	int resolution; /* -1: not given */
	bool quiet, json;
	bool is_new; /* the output did not exist */

	struct merge_input in;
	struct merge_budget budget;
	struct packet_out *packets;
	struct out_losses losses;
	uint64_t interfaces; /* that the file has described */
	const char *format;  /* of the file */
	bool interrupted;
};

/* ---- the command line ---- */

static bool take_resolution(const char *text, int *ret)
{
	static const char *const units[] = { "s", "ms", "us", "ns" };
	uint64_t n;

	for (int i = 0; i < (int)ARRAY_SIZE(units); i++)
		if (!strcmp(text, units[i])) {
			*ret = 3 * i;
			return true;
		}
	if (!strncmp(text, "10^-", 4) && !parse_count(text + 4, &n) && n <= RESOLUTION_MAX) {
		*ret = (int)n;
		return true;
	}
	log_error("convert: --resolution %s: it takes s, ms, us, ns, or 10^-0 to 10^-%d", text,
		  RESOLUTION_MAX);
	return false;
}

static bool take_linktype(const char *text, struct convert_change *c)
{
	c->linktype_given = linktype_parse(text, &c->linktype);
	if (!c->linktype_given)
		log_error("convert: --linktype %s: no such link type; RAW, IPV4, IPV6, NULL and "
			  "LOOP can be changed into each other",
			  text);
	return c->linktype_given;
}

/* False: it was wrong, and has been complained about. */
static bool take_option(int opt, void *arg)
{
	struct convert_command *const c = arg;

	switch (opt) {
	case OPT_RESOLUTION:
		return take_resolution(optarg, &c->resolution);
	case 's':
		return out_snaplen("convert", optarg, &c->snaplen);
	case OPT_LINKTYPE:
		return take_linktype(optarg, &c->change);
	case OPT_STRIP_OPTIONS:
		c->change.strip_options = true;
		return true;
	case OPT_STRIP_NAMES:
		c->change.strip_names = true;
		return true;
	case OPT_STRIP_SECRETS:
		c->change.strip_secrets = true;
		return true;
	case 'q':
		c->quiet = true;
		return true;
	case OPT_JSON:
		c->json = true;
		return true;
	default:
		return out_option("convert", opt, optarg, &c->out) > 0;
	}
}

static bool finish_options(int argc, char **argv, struct convert_command *c)
{
	if (optind == argc)
		log_error("convert: which file? 'ringtap convert FILE -w OUT' names both");
	else if (argc - optind > 1)
		log_error("convert: %s: one file at a time; 'ringtap merge' takes several",
			  argv[optind + 1]);
	if (argc - optind != 1 ||
	    !out_options_finish("convert", &c->out, (const char *const *)argv + optind, 1,
				&c->options))
		return false;
	if (c->resolution >= 0 && c->options.format != PACKET_FORMAT_PCAPNG) {
		log_error("convert: --resolution is for pcapng; classic files have --format pcap "
			  "(microseconds) and --format pcap-ns");
		return false;
	}
	c->options.snaplen = c->snaplen;
	c->options.resolution = c->resolution;
	c->options.linktype_given = c->change.linktype_given;
	c->options.linktype = c->change.linktype;
	c->in.path = argv[optind];
	return true;
}

/* ---- the way of a packet ---- */

/* The interfaces of all sections are numbered in one row. */
static void count_interfaces(struct convert_command *c)
{
	c->interfaces = reader_nr_interfaces(c->in.reader);
}

static int pass_packet(struct convert_command *c, struct errmsg *err)
{
	const struct reader *r = c->in.reader;
	const struct reader_block *block = reader_block(r);
	struct frame_view f = c->in.frame;
	struct reader_block changed;
	int code;

	if (convert_changes_packets(&c->change)) {
		code = convert_check(&c->change, r, &f, c->in.packets + 1, err);
		if (!code)
			code = convert_packet(&c->change, &f, block, &changed, err);
		if (code)
			return code;
		block = block ? &changed : NULL;
	}
	c->in.packets++;
	return packet_out_add(c->packets, 0, r, &f, block, err);
}

static int pass_block(struct convert_command *c, struct errmsg *err)
{
	const struct reader *r = c->in.reader;
	struct reader_block changed;
	const int code = convert_block(&c->change, reader_block(r), &changed, err);

	return code > 0 ? out_losses_block(&c->losses, c->packets, 0, r, &changed, err) : code;
}

/* 0, or -errno of the output; where the file fails that is said. */
static int pass_all(struct convert_command *c, struct errmsg *err)
{
	struct errmsg failure = { .text = "" };
	struct read_watch watch = { 0 };
	int code = 0;

	read_watch_begin(&watch);
	while (!code && !(c->interrupted = read_watch_interrupted())) {
		code = merge_input_next(&c->in, &failure);
		if (likely(code == READER_FRAME)) {
			code = pass_packet(c, err);
		} else if (code == READER_BLOCK) {
			code = pass_block(c, err);
		} else if (code == -EAGAIN) {
			code = merge_input_await(&c->in, c->packets, err);
		} else {
			if (code)
				merge_input_fail(&c->in, code, &failure);
			code = 0;
			break;
		}
		if (read_watch_due(&watch, c->in.packets))
			read_watch_show("convert", source_file_offset(c->in.src), c->in.size,
					c->in.packets);
	}
	read_watch_end(&watch);
	count_interfaces(c);
	if (!code && !c->in.packets)
		code = packet_out_describe(c->packets, 0, c->in.reader, err);
	return code;
}

/*
 * Whether all packets of a file can have the link type that is asked for, before anything is
 * written. 0 or -errno.
 */
static int check_file(struct convert_command *c, struct errmsg *err)
{
	struct frame_view f;
	struct reader *r;
	uint64_t number = 0;
	int code;

	if (!c->change.linktype_given || !merge_input_can_park(&c->in))
		return 0;
	code = reader_open(c->in.path, &r, err);
	if (code)
		return code;
	while (!code && reader_next(r, &f, err) > 0) /* damage is for the writing to say */
		code = convert_check(&c->change, r, &f, ++number, err);
	reader_close(r);
	return code;
}

/* Classic stays as fine as it was, unless it is said otherwise. */
static void keep_nanoseconds(struct convert_command *c)
{
	const struct reader_interface *iface = reader_interface(c->in.reader, 0);
	const bool classic = strcmp(c->format, "pcapng") != 0;

	if (!classic || !iface)
		return;
	if (!c->out.format && iface->tsresol == 9 && c->options.format == PACKET_FORMAT_PCAP)
		c->options.format = PACKET_FORMAT_PCAP_NS;
	if (strcmp(c->format, "pcap") && strcmp(c->format, "pcap (ns)"))
		log_note("%s: is %s, and becomes %s", c->in.path, c->format,
			 out_format_name(c->options.format));
}

/* ---- what there is to say ---- */

static void report_text(const struct convert_command *c)
{
	const struct packet_out_counts counts = packet_out_counts(c->packets);
	const struct convert_change *change = &c->change;

	out_losses_note(&c->losses, &counts, &c->options);
	if (c->options.format != PACKET_FORMAT_PCAPNG && c->interfaces > 1)
		log_note("lost: %" PRIu64 " interfaces became one; only pcapng tells them apart",
			 c->interfaces);
	if (change->options || change->names || change->secrets)
		log_note("left out as asked: options of %" PRIu64 " packets, %" PRIu64
			 " blocks of names, %" PRIu64 " of secrets",
			 change->options, change->names, change->secrets);
	log_note("converted %" PRIu64 " packets of %s (%s) into %s (%s)%s", counts.packets,
		 c->in.path, c->format,
		 strcmp(c->options.path, "-") ? c->options.path : "standard output",
		 out_format_name(c->options.format),
		 c->interrupted ? "; interrupted before the end" : "");
}

static void report_json(const struct convert_command *c)
{
	const struct packet_out_counts counts = packet_out_counts(c->packets);
	static char memory[64 << 10]; /* two paths of 4096 bytes at most, 6 times that in JSON */
	struct strbuf s = strbuf_over(memory, sizeof(memory));

	strbuf_puts(&s, "{\"input\":");
	out_report_string(&s, c->in.path);
	strbuf_printf(&s, ",\"input_format\":\"%s\",\"output\":", c->format);
	out_report_string(&s, c->options.path);
	strbuf_printf(&s, ",\"format\":\"%s\",\"interfaces\":%" PRIu64 ",",
		      out_format_name(c->options.format), c->interfaces);
	out_losses_json(&c->losses, &counts, &s);
	strbuf_printf(&s,
		      "\"stripped\":{\"options\":%" PRIu64 ",\"names\":%" PRIu64
		      ",\"secrets\":%" PRIu64 "},\"interrupted\":%s,\"error\":",
		      c->change.options, c->change.names, c->change.secrets,
		      c->interrupted ? "true" : "false");
	out_report_string(&s, c->in.failure);
	strbuf_puts(&s, "}\n");
	out_report_print(&c->options, &s);
}

static int run(struct convert_command *c)
{
	struct errmsg err = { .text = "" };
	int code = merge_input_open(&c->in, &c->budget, &err);

	if (!code) {
		c->format = reader_format_name(c->in.reader);
		code = check_file(c, &err);
	}
	if (!code) {
		keep_nanoseconds(c);
		read_watch_signals(); /* from here on a file may have to be ended, or removed */
		c->is_new = out_is_new(&c->options);
		code = packet_out_open(&c->options, &c->packets, &err);
	}
	if (code) {
		log_error("%s", err.text);
		return code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	}
	code = pass_all(c, &err);
	if (!code)
		code = packet_out_flush(c->packets, &err);
	if (!code && c->json)
		report_json(c);
	else if (!code)
		report_text(c);
	return out_end(&c->options, c->packets, c->is_new, code, &err,
		       c->interrupted || c->in.failure);
}

int cmd_convert(int argc, char **argv)
{
	static const struct option_set set = { .verb = "convert",
					       .letters = ":w:s:q",
					       .table = long_options,
					       .help = help_text,
					       .help_value = OPT_HELP,
					       .take = take_option };
	static struct convert_command c = { .resolution = -1 };
	int status;

	status = options_take(&set, argc, argv, &c);
	if (status >= 0)
		return status;
	if (!finish_options(argc, argv, &c))
		return EXIT_USAGE;
	if (c.quiet || c.json)
		log_set_level(LOG_LEVEL_ERROR);
	status = run(&c);
	merge_input_free(&c.in);
	convert_close(&c.change);
	return status;
}
