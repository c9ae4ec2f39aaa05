/* bench/cmd_files.c -- info, merge, convert and cut on files of gigabytes, beside their peers. */
#include <getopt.h>
#include <string.h>

#include "bench/files.h"
#include "bench/trial.h"

static const char help[] =
	"usage: ringtap-bench files [OPTION]...\n"
	"\n"
	"Makes large capture files of many protocols ('ringtap-bench mix --help' has their shares) "
	"and runs\n"
	"ringtap and its peers on them in turn: capinfos, mergecap, editcap, tcpdump, zstd. Wall "
	"time, CPU\n"
	"time of all threads and peak memory are taken, and the outputs compared first. The files "
	"are in the\n"
	"page cache. Needs no root.\n"
	"\n"
	"      --size SIZE        of each task's input (default 4.5Gi); twice as much is needed on "
	"the disk\n"
	"      --rounds N         of all in turn (default 3)\n"
	"  -f, --forms LIST       all (default), or some of: info cut convert compress info-zst "
	"merge\n"
	"      --cold             drop the inputs from the page cache before each run\n"
	"      --cpu N            all programs on this CPU; default: any\n"
	"      --ringtap PATH     the binary; default: the one of this build, else from PATH\n"
	"  -w, --dir DIR          files go below this directory and are removed (/var/tmp)\n"
	"      --json FILE        all numbers; - = standard output\n"
	"\n"
	"  ringtap-bench files --size 256Mi --rounds 1\n";

/* All that it can tell but the hashes, which would be most of its work. */
#define CAPINFOS_NO_HASHES "capinfos", "-tEcsduaeyizxokFIln", "-M"

const struct files_form files_forms[NR_FILES_FORMS] = {
	{ "info",
	  "what is in a pcap file",
	  FILES_PCAP,
	  NULL,
	  CHECK_REPORT,
	  1.5,
	  { { "ringtap", { "RINGTAP", "info", "IN" } },
	    { "capinfos, no hashes", { CAPINFOS_NO_HASHES, "IN" } },
	    { "capinfos", { "capinfos", "-M", "IN" } } } },
	{ "cut",
	  "'tcp port 80' of a pcap file",
	  FILES_PCAP,
	  "out.pcap",
	  CHECK_SAME,
	  2,
	  { { "ringtap",
	      { "RINGTAP", "cut", "IN", "-w", "OUT", "--format", "pcap", "tcp port 80" } },
	    { "tcpdump", { "tcpdump", "-r", "IN", "-w", "OUT", "tcp port 80" } } } },
	{ "convert",
	  "pcapng to pcap",
	  FILES_PCAPNG,
	  "out.pcap",
	  CHECK_ALL,
	  3,
	  { { "ringtap", { "RINGTAP", "convert", "IN", "-w", "OUT" } },
	    { "editcap", { "editcap", "-F", "pcap", "IN", "OUT" } } } },
	{ "compress",
	  "pcapng to pcapng.zst, by all CPUs",
	  FILES_PCAPNG,
	  "out.pcapng.zst",
	  CHECK_ALL,
	  0,
	  { { "ringtap", { "RINGTAP", "convert", "IN", "-w", "OUT" } },
	    { "zstd -T0", { "zstd", "-q", "-T0", "IN", "-o", "OUT" } } } },
	{ "info-zst",
	  "what is in a pcapng.zst file",
	  FILES_ZSTD,
	  NULL,
	  CHECK_REPORT,
	  0,
	  { { "ringtap", { "RINGTAP", "info", "IN" } },
	    { "capinfos, no hashes", { CAPINFOS_NO_HASHES, "IN" } } } },
	{ "merge",
	  "eight pcap files by time",
	  FILES_SPREAD,
	  "out.pcapng",
	  CHECK_SORTED,
	  3,
	  { { "ringtap", { "RINGTAP", "merge", "IN", "-w", "OUT" } },
	    { "mergecap", { "mergecap", "-w", "OUT", "IN" } } } },
};

static int measure_form(struct files_bench *b, size_t form, FILE *out, struct errmsg *err)
{
	const int code = files_make(b, files_forms[form].input, err);

	if (code || bench_interrupted)
		return code;
	b->input_bytes[form] = b->made.bytes;
	b->input_packets[form] = b->made.packets;
	files_check_form(b, form);
	for (size_t round = 0; round < b->place.rounds && !bench_interrupted; round++)
		files_run_round(b, form, round);
	if (!bench_interrupted)
		files_print_form(b, form, out);
	return 0;
}

static int measure(struct files_bench *b)
{
	FILE *const out = b->place.json && !strcmp(b->place.json, "-") ? stderr : stdout;
	struct errmsg err;
	int code = 0;

	files_print_head(b, out);
	for (size_t form = 0; !code && form < NR_FILES_FORMS && !bench_interrupted; form++)
		if (b->chosen[form])
			code = measure_form(b, form, out, &err);
	files_unmake(b);
	if (bench_interrupted)
		return BENCH_INTERRUPTED;
	if (!code && b->place.json)
		code = files_write_json(b, &err);
	if (code)
		fprintf(stderr, "ringtap-bench: %s\n", err.text);
	return code ? BENCH_FAILED : BENCH_OK;
}

static int choose_forms(struct files_bench *b)
{
	char list[128], *rest = list, *name;

	snprintf(list, sizeof(list), "%s", b->forms);
	while ((name = strsep(&rest, ","))) {
		bool found = false;

		for (size_t i = 0; i < NR_FILES_FORMS; i++)
			if (!strcmp(name, "all") || !strcmp(name, files_forms[i].name))
				found = b->chosen[i] = true;
		if (!found)
			return usage_error("files", "'%s': a form nobody knows", name);
	}
	return -1;
}

/* Returns -1 to go on, else the exit status. */
static int take_option(int opt, const char *text, struct files_bench *b)
{
	switch (opt) {
	case 's':
		if (!parse_scaled(text, &b->size) || b->size < 1 << 20)
			return usage_error("files", "'%s': a size of at least 1Mi", text);
		return -1;
	case 'f':
		b->forms = text;
		return -1;
	case 'C':
		b->cold = true;
		return -1;
	}
	return workplace_option(&b->place, opt, text);
}

int cmd_files(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "size", required_argument, NULL, 's' },
		{ "forms", required_argument, NULL, 'f' },
		{ "cold", no_argument, NULL, 'C' },
		WORKPLACE_OPTIONS,
		{ 0 },
	};
	static const char *const names[] = { "out.pcap", "out.pcapng", "out.pcapng.zst", "log",
					     "report" };
	static struct files_bench b = { .size = (uint64_t)9 << 29, .forms = "all" };
	int opt, ret = -1;

	workplace_begin(&b.place, "files", help);
	catch_signals();
	while (ret < 0 && (opt = getopt_long(argc, argv, "f:w:h", longs, NULL)) != -1)
		ret = take_option(opt == 'w' ? 'd' : opt, optarg, &b);
	if (ret < 0 && optind < argc)
		ret = usage_error("files", "%s: not understood", argv[optind]);
	if (ret < 0)
		ret = choose_forms(&b);
	/* An input, and an output that is about as large; pcapng is larger than what is asked. */
	if (ret < 0)
		ret = workplace_prepare(&b.place, b.size / 10 * 22, "the files");
	if (ret >= 0)
		return ret;
	ret = measure(&b);
	workplace_remove(&b.place, names, ARRAY_SIZE(names));
	return ret;
}
