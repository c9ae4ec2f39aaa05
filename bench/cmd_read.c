/* bench/cmd_read.c -- reading a file of mixed packets: ringtap, tcpdump and tshark. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/read.h"
#include "bench/run.h"
#include "bench/run_count.h"
#include "bench/trial.h"

static const char help[] =
	"usage: ringtap-bench read [OPTION]...\n"
	"\n"
	"Builds a file of packets of many protocols ('ringtap-bench mix --help' has their shares) "
	"and lets\n"
	"ringtap, tcpdump and tshark print it in turn, to /dev/null: a line a packet, five fields, "
	"JSON.\n"
	"tshark is slow and gets the first packets of the file; packets a second are compared, "
	"without the\n"
	"start of each program, which is taken with one packet. Needs no root.\n"
	"\n"
	"  -n, --packets N        in the file (k, M; default 1M)\n"
	"      --peer-packets N   of them for tshark (default 100k)\n"
	"      --rounds N         of all in turn (default 3)\n"
	"  -f, --forms LIST       all (default), or some of: line fields json\n"
	"      --cpu N            all programs on this CPU; default: ringtap takes all there are\n"
	"      --ringtap PATH     the binary; default: the one of this build, else from PATH\n"
	"      --dir DIR          files go below this directory and are removed (/var/tmp)\n"
	"      --json FILE        all numbers; - = standard output\n"
	"\n"
	"  ringtap-bench read -n 2M --rounds 5 --json read.json\n";

#define FIVE_FIELDS                                                                             \
	"-T", "fields", "-e", "ip.src", "-e", "ip.dst", "-e", "tcp.dstport", "-e", "frame.len", \
		"-e", "dns.qry.name"

const struct read_form read_forms[NR_READ_FORMS] = {
	{ "line",
	  "a line a packet",
	  4,
	  { { NULL, { "read", "-nn" }, 1, false }, { "tcpdump", { "-nn", "-r" }, 0, false } } },
	{ "fields",
	  "five fields a packet",
	  20,
	  { { NULL, { "read", FIVE_FIELDS }, 1, false },
	    { "tshark", { "-n", FIVE_FIELDS, "-r" }, 1, true } } },
	{ "json",
	  "all fields of a packet as JSON",
	  60,
	  { { NULL, { "read", "--json" }, 1, false },
	    { "tshark", { "-n", "-T", "ek", "-r" }, 2, true } } },
};

enum { BYTES_A_PACKET = 640 };

static const char *const file_one = "one.pcap";

static const char *file_of(const struct read_form *form, enum read_who who, bool quarter)
{
	if (form->who[who].slow)
		return quarter ? "peer-quarter.pcap" : "peer.pcap";
	return quarter ? "quarter.pcap" : "all.pcap";
}

static void fill_argv(const struct read_bench *b, const struct read_form *form, enum read_who who,
		      char *path, char **argv)
{
	const char *const program = form->who[who].program;
	size_t n = 0;

	argv[n++] = (char *)(uintptr_t)(program ? program : b->place.ringtap);
	for (size_t i = 0; form->who[who].args[i]; i++)
		argv[n++] = (char *)(uintptr_t)form->who[who].args[i];
	argv[n++] = path;
	argv[n] = NULL;
}

/* One run. With lines: the output is counted on its way, else it goes to /dev/null. */
static int run_once(const struct read_bench *b, size_t form, enum read_who who, const char *file,
		    struct run_result *ret, uint64_t *lines, uint64_t *bytes, char *note,
		    size_t size)
{
	char path[PATH_MAX + 64], log[PATH_MAX + 64], *argv[READ_ARGS_MAX + 3];
	struct run_count count = { .wanted = lines };
	int code;

	snprintf(path, sizeof(path), "%s/%s", b->place.dir, file);
	snprintf(log, sizeof(log), "%s/log", b->place.dir);
	fill_argv(b, &read_forms[form], who, path, argv);
	code = run_counted(argv, b->place.cpu, log, &count, ret, note, size);
	if (lines) {
		*lines = count.lines;
		*bytes = count.bytes;
	}
	return code;
}

/*
 * Before anything is timed: a quarter of the packets, every line of the output counted. A program
 * that does not print what it should is not measured.
 */
static bool check_output(struct read_bench *b, size_t form, enum read_who who)
{
	struct read_contender *const c = &b->contenders[form][who];
	const unsigned lines = read_forms[form].who[who].lines;
	const uint64_t packets = c->packets / 4;
	struct read_trial *const t = &c->trials[0];
	struct run_result r = { 0 };

	if (run_once(b, form, who, file_of(&read_forms[form], who, true), &r, &c->quarter_lines,
		     &c->quarter_bytes, t->note, sizeof(t->note)))
		return false;
	c->quarter_rss_kib = r.rss_kib;
	if (lines ? c->quarter_lines == lines * packets : c->quarter_lines >= packets)
		return true;
	snprintf(t->note, sizeof(t->note), "%llu lines for %llu packets",
		 (unsigned long long)c->quarter_lines, (unsigned long long)packets);
	return false;
}

static void trial_once(struct read_bench *b, size_t form, enum read_who who, size_t round)
{
	struct read_contender *const c = &b->contenders[form][who];
	struct read_trial *const t = &c->trials[round];
	struct run_result start, all;

	if (run_once(b, form, who, file_one, &start, NULL, NULL, t->note, sizeof(t->note)) ||
	    run_once(b, form, who, file_of(&read_forms[form], who, false), &all, NULL, NULL,
		     t->note, sizeof(t->note)))
		return;
	t->wall_s = all.wall_s;
	t->cpu_s = all.user_s + all.system_s;
	t->start_wall_s = start.wall_s;
	t->start_cpu_s = start.user_s + start.system_s;
	t->rss_kib = all.rss_kib;
	t->valid = t->wall_s > t->start_wall_s && t->cpu_s > t->start_cpu_s;
	if (!t->valid)
		snprintf(t->note, sizeof(t->note), "too few packets to measure");
}

static const char *who_name(size_t form, enum read_who who)
{
	const char *const program = read_forms[form].who[who].program;

	return program ? program : "ringtap";
}

/* A B A B: what changes on the machine meanwhile falls on all of them. */
static void measure_round(struct read_bench *b, size_t round)
{
	for (size_t form = 0; form < NR_READ_FORMS; form++)
		for (size_t who = 0; who < NR_READ_WHO && !bench_interrupted; who++) {
			const struct read_contender *c = &b->contenders[form][who];
			const struct read_trial *t = &c->trials[round];

			if (!b->chosen[form] || c->missing)
				continue;
			trial_once(b, form, (enum read_who)who, round);
			if (t->valid)
				fprintf(stderr, "round %zu, %s, %s: %.2f s, CPU %.2f s\n",
					round + 1, read_forms[form].name,
					who_name(form, (enum read_who)who), t->wall_s, t->cpu_s);
			else if (!bench_interrupted)
				fprintf(stderr, "round %zu, %s, %s: not counted: %s\n", round + 1,
					read_forms[form].name, who_name(form, (enum read_who)who),
					t->note);
		}
}

/* Which programs can be run here, and whether they print what they should. */
static bool check_contenders(struct read_bench *b)
{
	char option[] = "--version";
	bool any = false;

	for (size_t form = 0; form < NR_READ_FORMS; form++)
		for (size_t who = 0; who < NR_READ_WHO && !bench_interrupted; who++) {
			struct read_contender *const c = &b->contenders[form][who];
			const char *const program = read_forms[form].who[who].program;
			char *argv[] = { (char *)(uintptr_t)(program ? program : b->place.ringtap),
					 option, NULL };

			if (!b->chosen[form])
				continue;
			c->packets = read_forms[form].who[who].slow ? b->peer_packets : b->packets;
			run_query(argv, -1, c->version, sizeof(c->version));
			c->missing = !c->version[0];
			if (c->missing)
				snprintf(c->trials[0].note, sizeof(c->trials[0].note),
					 "cannot be run here");
			else
				c->missing = !check_output(b, form, (enum read_who)who);
			if (c->missing && !bench_interrupted)
				fprintf(stderr, "ringtap-bench: %s, %s: left out: %s\n",
					who_name(form, (enum read_who)who), read_forms[form].name,
					c->trials[0].note);
			any |= !c->missing;
		}
	return any;
}

/* The files; each is the start of the first. */
static int make_files(struct read_bench *b, struct errmsg *err)
{
	const struct {
		const char *name;
		uint64_t packets;
		struct mix_stats *stats;
	} files[] = { { "all.pcap", b->packets, &b->stats },
		      { "quarter.pcap", b->packets / 4, NULL },
		      { "peer.pcap", b->peer_packets, &b->peer_stats },
		      { "peer-quarter.pcap", b->peer_packets / 4, NULL },
		      { file_one, 1, NULL } };
	char path[PATH_MAX + 64];
	int code = 0;

	for (size_t i = 0; !code && !bench_interrupted && i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", b->place.dir, files[i].name);
		code = mix_write_file(path, files[i].packets, 1, files[i].stats, err);
	}
	return code;
}

static int measure(struct read_bench *b)
{
	FILE *const out = b->place.json && !strcmp(b->place.json, "-") ? stderr : stdout;
	struct errmsg err;
	bool any;

	if (make_files(b, &err)) {
		fprintf(stderr, "ringtap-bench: %s\n", err.text);
		return BENCH_FAILED;
	}
	any = check_contenders(b);
	if (bench_interrupted)
		return BENCH_INTERRUPTED;
	read_print_head(b, out);
	fflush(out);
	for (size_t round = 0; any && round < b->place.rounds && !bench_interrupted; round++)
		measure_round(b, round);
	if (bench_interrupted)
		return BENCH_INTERRUPTED;
	read_print_table(b, out);
	if (b->place.json && read_write_json(b, &err)) {
		fprintf(stderr, "ringtap-bench: %s\n", err.text);
		return BENCH_FAILED;
	}
	return any ? BENCH_OK : BENCH_FAILED;
}

static int choose_forms(struct read_bench *b)
{
	char list[64], *rest = list, *name;

	snprintf(list, sizeof(list), "%s", b->forms);
	while ((name = strsep(&rest, ","))) {
		bool found = false;

		for (size_t i = 0; i < NR_READ_FORMS; i++)
			if (!strcmp(name, "all") || !strcmp(name, read_forms[i].name))
				found = b->chosen[i] = true;
		if (!found)
			return usage_error("read", "'%s': a form nobody knows", name);
	}
	return -1;
}

/* Returns -1 to go on, else the exit status. */
static int take_option(int opt, const char *text, struct read_bench *b)
{
	switch (opt) {
	case 'n':
		return workplace_packets(&b->place, text, &b->packets);
	case 'p':
		return workplace_packets(&b->place, text, &b->peer_packets);
	case 'f':
		b->forms = text;
		return -1;
	}
	return workplace_option(&b->place, opt, text);
}

int cmd_read(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "packets", required_argument, NULL, 'n' },
		{ "peer-packets", required_argument, NULL, 'p' },
		{ "forms", required_argument, NULL, 'f' },
		WORKPLACE_OPTIONS,
		{ 0 },
	};
	static const char *const names[] = { "all.pcap",          "quarter.pcap", "peer.pcap",
					     "peer-quarter.pcap", "one.pcap",     "log" };
	static struct read_bench b = { .forms = "all", .packets = 1000000, .peer_packets = 100000 };
	int opt, ret = -1;

	workplace_begin(&b.place, "read", help);
	catch_signals();
	while (ret < 0 && (opt = getopt_long(argc, argv, "n:f:h", longs, NULL)) != -1)
		ret = take_option(opt, optarg, &b);
	if (ret < 0 && optind < argc)
		ret = usage_error("read", "%s: not understood", argv[optind]);
	if (ret < 0)
		ret = choose_forms(&b);
	b.peer_packets = MIN_OF(b.peer_packets, b.packets);
	/* Each file, and a quarter of it. */
	if (ret < 0)
		ret = workplace_prepare(&b.place,
					(b.packets + b.peer_packets) / 4 * 5 * BYTES_A_PACKET,
					"so many packets");
	if (ret >= 0)
		return ret;
	ret = measure(&b);
	workplace_remove(&b.place, names, ARRAY_SIZE(names));
	return ret;
}
