#include "bench/compare.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/disk.h"
#include "bench/netns.h"
#include "bench/report.h"
#include "bench/run.h"

#define IFNAME "rtbench0"
#define IFPEER "rtbench1"

/* What the disk is measured with: blocks in memory, of the size that ringtap's have. */
enum { DISK_BLOCK = 2 << 20, DISK_BLOCKS = 32 };

struct compare {
	const struct compare_preset *preset;
	const char *contenders, *sizes, *rates, *baseline, *json, *plot;
	char ringtap[PATH_MAX], dir[PATH_MAX];
	bool dir_made;
	struct disk_ring disk_ring;
	struct report *report;
};

/* Calls take() with each part of a list with commas; stops at the first that is refused. */
static bool each_part(const char *list, bool (*take)(struct compare *c, const char *part),
		      struct compare *c)
{
	char part[64];
	size_t len;

	for (; *list; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		if (!len || len >= sizeof(part))
			return false;
		memcpy(part, list, len);
		part[len] = '\0';
		if (!take(c, part))
			return false;
	}
	return true;
}

static void add_contender(struct compare *c, const struct contender *row)
{
	struct report *const r = c->report;
	const size_t i = r->nr_contenders;

	if (i == CONTENDERS_MAX || r->nr_missing == CONTENDERS_MAX)
		return;
	if (contender_version(row, &r->env, r->versions[i], sizeof(r->versions[i])))
		r->contenders[r->nr_contenders++] = row;
	else
		r->missing[r->nr_missing++] = row->name;
}

static bool take_contender(struct compare *c, const char *part)
{
	const struct contender *row = contender_find(part);

	if (row)
		add_contender(c, row);
	else if (!strcmp(part, "all"))
		for (size_t i = 0; i < nr_contenders; i++)
			add_contender(c, &contenders[i]);
	else
		return false;
	return true;
}

/* The size under way, while the rates are gone through. */
static uint32_t size_bytes;
static char size_label[32];

static bool take_rate(struct compare *c, const char *part)
{
	struct report *const r = c->report;
	struct cell *const cell = &r->cells[r->nr_cells];

	if (r->nr_cells == CELLS_MAX || !parse_rate(part, &cell->gen.rate_bps, &cell->gen.rate_pps))
		return false;
	cell->gen.frame_bytes = size_bytes;
	cell->gen.flows = 64;
	snprintf(cell->label, sizeof(cell->label), "%s, %.12s", size_label,
		 strcmp(part, "full") ? part : "full speed");
	r->nr_cells++;
	return true;
}

static bool take_size(struct compare *c, const char *part)
{
	if (!parse_size(part, &size_bytes))
		return false;
	if (size_bytes)
		snprintf(size_label, sizeof(size_label), "%u bytes", size_bytes);
	else
		snprintf(size_label, sizeof(size_label), "IMIX");
	return each_part(c->rates, take_rate, c);
}

/* Everything that can be wrong before anything runs. Returns -1 to go on, else the exit status. */
static int prepare(struct compare *c)
{
	struct report *const r = c->report;
	const char *const verb = c->preset->verb;

	r->verb = verb;
	r->env.ifname = IFNAME;
	r->env.ringtap = c->ringtap;
	r->env.dir = c->dir;
	if (!each_part(c->sizes, take_size, c) || !r->nr_cells)
		return usage_error(verb, "'%s' at '%s': not sizes and rates", c->sizes, c->rates);
	if (!each_part(c->contenders, take_contender, c))
		return usage_error(verb, "'%s': a contender nobody knows", c->contenders);
	for (size_t i = 0; i < r->nr_missing; i++)
		fprintf(stderr, "ringtap-bench: %s cannot be run here: left out\n", r->missing[i]);
	if (c->plot && !report_can_plot()) {
		fprintf(stderr, "ringtap-bench: --plot needs gnuplot, which is not installed\n");
		return BENCH_FAILED;
	}
	if (!r->nr_contenders)
		return usage_error(verb, "no contender is left");
	r->discard = r->writer = NO_CONTENDER;
	for (size_t i = r->nr_contenders; i-- > 0;) {
		if (!strcmp(r->contenders[i]->name, c->baseline))
			r->baseline = i;
		if (!r->contenders[i]->program && r->contenders[i]->file)
			r->writer = i;
		else if (!r->contenders[i]->program)
			r->discard = i;
	}
	if (mkdir(c->dir, 0700) && errno != EEXIST) {
		fprintf(stderr, "ringtap-bench: %s: %s\n", c->dir, strerror(errno));
		return BENCH_FAILED;
	}
	c->dir_made = true;
	host_read(c->dir, &r->host);
	for (size_t i = 0; i < r->nr_cells; i++) {
		r->cells[i].trials = calloc(r->nr_contenders * r->rounds, sizeof(struct trial));
		r->cells[i].disk = calloc(r->rounds, sizeof(struct disk_sample));
		if (!r->cells[i].trials || !r->cells[i].disk) {
			fputs("ringtap-bench: no memory\n", stderr);
			return BENCH_FAILED;
		}
	}
	return -1;
}

/* The ring that ringtap takes here when nobody says anything: it is asked. */
static unsigned ask_ring_mib(const struct compare *c)
{
	const struct contender *const ours = contender_find("ringtap");
	char line[4096], duration[] = "--duration", shortest[] = "1ms";
	uint64_t bytes, rings;
	char path[PATH_MAX];
	struct args args;

	contender_args(ours, &c->report->env, &args);
	args.v[args.n++] = duration;
	args.v[args.n++] = shortest;
	args.v[args.n] = NULL;
	run_query(args.v, CONTENDER_CPU, line, sizeof(line));
	contender_path(&c->report->env, ours->file, path, sizeof(path));
	unlink(path);
	if (!report_number(line, "ring_bytes", &bytes) || !report_number(line, "rings", &rings) ||
	    !rings) {
		fprintf(stderr,
			"ringtap-bench: what ring ringtap takes is not known (%.100s): who is to "
			"have the same keeps its own\n",
			line);
		return 0;
	}
	return (unsigned)(bytes / rings >> 20);
}

/* As much as the trial's file would have had with every packet in it; what was offered, at least.
 */
static uint64_t disk_bytes(const struct trial *t)
{
	uint64_t bytes = t->offered.bytes;

	if (t->valid && t->tally.stored)
		bytes = (uint64_t)((double)t->written / (double)t->tally.stored *
				   (double)t->offered.packets);
	return MAX_OF(bytes, (uint64_t)DISK_BLOCK);
}

/* What the disk takes now, from the writer alone. */
static void measure_disk(struct compare *c, const struct trial *t, struct disk_sample *ret)
{
	static const char file[] = "disk.pcapng";
	const struct disk_job job = { .ring = &c->disk_ring,
				      .ringtap = c->ringtap,
				      .dir = c->dir,
				      .file = file,
				      .blocks = disk_bytes(t) / DISK_BLOCK,
				      .cpu = CONTENDER_CPU };
	struct disk_result result;
	struct errmsg err;
	char path[PATH_MAX];

	ret->bytes = job.blocks * DISK_BLOCK;
	ret->valid = !disk_run_writer(&job, &result, &err);
	contender_path(&c->report->env, file, path, sizeof(path));
	unlink(path);
	if (!ret->valid) {
		snprintf(ret->note, sizeof(ret->note), "%.190s", err.text);
		return;
	}
	ret->gb_per_s = (double)ret->bytes / 1e9 / (result.elapsed_s - result.start_s);
	ret->direct = result.direct;
	if (!ret->direct)
		snprintf(ret->note, sizeof(ret->note), "through the page cache");
}

static int measure_trial(struct compare *c, const struct cell *cell, size_t i, size_t round,
			 struct errmsg *reterr)
{
	struct report *const r = c->report;
	struct trial_config cfg = { .gen = cell->gen,
				    .packets = r->packets,
				    .contender = r->contenders[i],
				    .env = r->env };
	struct trial *const t = report_trial(r, cell, i, round);
	int err;

	cfg.gen.ifname = IFNAME;
	err = trial_run(&cfg, t, reterr);
	if (err)
		return err;
	if (t->valid)
		fprintf(stderr, "%s, round %zu, %s: lost %.2f %%, CPU %.2f s%s%s\n", cell->label,
			round + 1, cfg.contender->name, metrics[METRIC_LOST].of(t),
			metrics[METRIC_CPU].of(t), t->note[0] ? ", " : "", t->note);
	else
		fprintf(stderr, "%s, round %zu, %s: not counted: %s\n", cell->label, round + 1,
			cfg.contender->name, t->note);
	if (i != r->writer || bench_interrupted)
		return 0;
	measure_disk(c, t, &cell->disk[round]);
	if (cell->disk[round].valid)
		fprintf(stderr, "%s, round %zu, disk: %.2f GB/s\n", cell->label, round + 1,
			cell->disk[round].gb_per_s);
	return 0;
}

/* A B C A B C: what changes on the machine meanwhile falls on all of them. */
static int measure_cell(struct compare *c, const struct cell *cell, struct errmsg *reterr)
{
	int err = 0;

	for (size_t round = 0; round < c->report->rounds; round++)
		for (size_t i = 0; i < c->report->nr_contenders && !err && !bench_interrupted; i++)
			err = measure_trial(c, cell, i, round, reterr);
	return err;
}

static int open_lab(struct compare *c, struct errmsg *reterr)
{
	int err = netns_enter(reterr);

	if (!err)
		err = netns_add_veth(IFNAME, IFPEER, reterr);
	if (!err && c->report->writer != NO_CONTENDER)
		err = disk_ring_make(DISK_BLOCK, DISK_BLOCKS, &c->disk_ring, reterr);
	if (!err)
		c->report->env.ring_mib = ask_ring_mib(c);
	return err;
}

static int measure(struct compare *c, struct errmsg *reterr)
{
	struct report *const r = c->report;
	FILE *const out = c->json && !strcmp(c->json, "-") ? stderr : stdout;
	int err = open_lab(c, reterr);

	if (err)
		return err;
	report_print_head(r, out);
	for (size_t i = 0; i < r->nr_cells && !bench_interrupted; i++) {
		err = measure_cell(c, &r->cells[i], reterr);
		if (err)
			return err;
		report_print_cell(r, &r->cells[i], out);
	}
	if (c->json)
		err = report_write_json(r, c->json, reterr);
	if (!err && c->plot)
		err = report_write_plot(r, c->plot, reterr);
	return err;
}

/* Returns -1 to go on, else the exit status. */
static int take_option(int opt, const char *text, struct compare *c)
{
	struct report *const r = c->report;
	uint64_t v;

	switch (opt) {
	case 's':
		c->sizes = text;
		break;
	case 'r':
		c->rates = text;
		break;
	case 'c':
		c->contenders = text;
		break;
	case 'b':
		c->baseline = text;
		break;
	case 'd':
		snprintf(c->dir, sizeof(c->dir), "%s/ringtap-bench.%d", text, (int)getpid());
		break;
	case 'R':
		snprintf(c->ringtap, sizeof(c->ringtap), "%s", text);
		break;
	case 'j':
		c->json = text;
		break;
	case 'p':
		c->plot = text;
		break;
	case 'n':
		if (!parse_scaled(text, &r->packets) || !r->packets ||
		    r->packets > TALLY_OFFERED_MAX)
			return usage_error(c->preset->verb, "'%s': not a number of packets", text);
		break;
	case 'o':
		if (!parse_scaled(text, &v) || !v || v > ROUNDS_MAX)
			return usage_error(c->preset->verb, "'%s': 1 to %d rounds", text,
					   ROUNDS_MAX);
		r->rounds = v;
		break;
	case 'h':
		fputs(c->preset->help, stdout);
		return BENCH_OK;
	default:
		return usage_error(c->preset->verb, "what is wrong stands above");
	}
	return -1;
}

static int take_options(struct compare *c, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "size", required_argument, NULL, 's' },
		{ "rate", required_argument, NULL, 'r' },
		{ "contenders", required_argument, NULL, 'c' },
		{ "baseline", required_argument, NULL, 'b' },
		{ "packets", required_argument, NULL, 'n' },
		{ "rounds", required_argument, NULL, 'o' },
		{ "dir", required_argument, NULL, 'd' },
		{ "ringtap", required_argument, NULL, 'R' },
		{ "json", required_argument, NULL, 'j' },
		{ "plot", required_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int opt, ret;

	while ((opt = getopt_long(argc, argv, "s:r:c:n:h", longs, NULL)) != -1) {
		ret = take_option(opt, optarg, c);
		if (ret >= 0)
			return ret;
	}
	if (optind < argc)
		return usage_error(c->preset->verb, "%s: not understood", argv[optind]);
	return prepare(c);
}

static void clean_up(struct compare *c)
{
	char log[PATH_MAX];

	for (size_t i = 0; i < c->report->nr_cells; i++) {
		free(c->report->cells[i].trials);
		free(c->report->cells[i].disk);
	}
	disk_ring_free(&c->disk_ring);
	if (c->dir_made) {
		contender_path(&c->report->env, "log", log, sizeof(log));
		unlink(log);
		rmdir(c->dir);
	}
	free(c->report);
}

int compare_main(const struct compare_preset *preset, int argc, char **argv)
{
	struct compare c = {
		.preset = preset,
		.contenders = preset->contenders,
		.baseline = preset->baseline,
		.sizes = preset->sizes,
		.rates = preset->rates,
		.report = calloc(1, sizeof(*c.report)),
	};
	struct errmsg err;
	int ret;

	if (!c.report)
		return BENCH_FAILED;
	c.report->packets = 3000000;
	c.report->rounds = 3;
	find_ringtap(c.ringtap, sizeof(c.ringtap));
	snprintf(c.dir, sizeof(c.dir), "/var/tmp/ringtap-bench.%d", (int)getpid());
	catch_signals();
	ret = take_options(&c, argc, argv);
	if (ret < 0) {
		ret = BENCH_OK;
		if (measure(&c, &err)) {
			fprintf(stderr, "ringtap-bench: %s\n", err.text);
			ret = BENCH_FAILED;
		}
		if (bench_interrupted)
			ret = BENCH_INTERRUPTED;
	}
	clean_up(&c);
	return ret;
}
