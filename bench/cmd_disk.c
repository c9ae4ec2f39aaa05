/* bench/cmd_disk.c -- the writer process alone against dd: how fast, and for how much CPU time. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/disk.h"
#include "bench/run.h"
#include "bench/trial.h"
#include "core/limits.h"

static const char help[] =
	"usage: ringtap-bench disk [OPTION]...\n"
	"\n"
	"The writer process alone: blocks of finished packets in memory, queued as fast as it "
	"takes\n"
	"them, against dd(1) in the same directory. Every time is taken until the file is "
	"flushed.\n"
	"Needs no network, no root and better two CPUs.\n"
	"\n"
	"      --dir DIR          files go below this directory and are removed (/var/tmp)\n"
	"      --bytes N          of each file (default 4Gi)\n"
	"      --block-size N     of one write, 64Ki to 4Mi (default 2Mi)\n"
	"      --blocks N         in memory, 2 to 256 (default 32)\n"
	"      --rounds N         of all in turn (default 3)\n"
	"  -c, --contenders LIST  all (default), or some of: ringtap ringtap-no-io-uring\n"
	"                         ringtap-no-direct dd-direct dd-buffered\n"
	"      --ringtap PATH     the binary; default: the one of this build, else from PATH\n"
	"      --json FILE        all numbers; - = standard output\n"
	"\n"
	"  ringtap-bench disk --dir /data --bytes 16Gi --rounds 5\n";

enum { BLOCK_SIZE_MIN = 64 << 10, NR_BLOCKS_MAX = 256 };

const struct disk_row disk_rows[NR_DISK_ROWS] = {
	{ "ringtap", false, false, false },
	{ "dd-direct", true, false, false },
	{ "ringtap-no-io-uring", false, true, false },
	{ "ringtap-no-direct", false, false, true },
	{ "dd-buffered", true, false, true },
};

static void trial_once(struct disk *d, size_t row, size_t round)
{
	struct disk_trial *const t = &d->trials[row][round];
	const double gb = (double)d->bytes / 1e9;
	const struct disk_job job = { .ring = &d->ring,
				      .ringtap = d->ringtap,
				      .dir = d->dir,
				      .file = disk_rows[row].peer ? "dd.out" : "ringtap.pcapng",
				      .blocks = d->bytes / d->block_size,
				      .cpu = CONTENDER_CPU,
				      .no_uring = disk_rows[row].no_uring,
				      .no_direct = disk_rows[row].no_direct };
	char path[PATH_MAX + 32];
	struct disk_result r;
	struct errmsg err;

	if (disk_rows[row].peer ? disk_run_dd(&job, &r, &err) : disk_run_writer(&job, &r, &err)) {
		snprintf(t->note, sizeof(t->note), "%.190s", err.text);
	} else {
		t->valid = true;
		t->direct = r.direct;
		t->figures[DISK_SPEED] = gb / r.elapsed_s;
		t->figures[DISK_CPU_PER_GB] = r.cpu_s / gb;
		t->figures[DISK_SLOWEST] = r.slowest_s * 1e3;
		t->figures[DISK_IN_FLIGHT] = (double)r.in_flight;
		if (!r.direct && !disk_rows[row].no_direct)
			snprintf(t->note, sizeof(t->note),
				 "through the page cache: %s knows no other way", d->host.fs);
	}
	snprintf(path, sizeof(path), "%s/%s", d->dir, job.file);
	unlink(path);
	if (t->valid)
		fprintf(stderr, "round %zu, %s: %.2f GB/s, CPU %.3f s/GB\n", round + 1,
			disk_rows[row].name, t->figures[DISK_SPEED], t->figures[DISK_CPU_PER_GB]);
	else if (!bench_interrupted)
		fprintf(stderr, "round %zu, %s: not counted: %s\n", round + 1, disk_rows[row].name,
			t->note);
}

static bool any_valid(const struct disk *d)
{
	for (size_t i = 0; i < NR_DISK_ROWS; i++)
		for (size_t k = 0; k < d->rounds; k++)
			if (d->trials[i][k].valid)
				return true;
	return false;
}

/* A B C A B C: what changes on the machine meanwhile falls on all of them. */
static int measure(struct disk *d)
{
	FILE *const out = d->json && !strcmp(d->json, "-") ? stderr : stdout;
	struct errmsg err;

	disk_print_head(d, out);
	fflush(out);
	if (cpu_pin(GEN_CPU))
		fprintf(stderr, "ringtap-bench: cannot run on CPU %d: times will vary\n", GEN_CPU);
	for (size_t round = 0; round < d->rounds; round++)
		for (size_t i = 0; i < NR_DISK_ROWS && !bench_interrupted; i++)
			if (d->chosen[i])
				trial_once(d, i, round);
	if (bench_interrupted)
		return BENCH_INTERRUPTED;
	disk_print_table(d, out);
	if (d->json && disk_write_json(d, &err)) {
		fprintf(stderr, "ringtap-bench: %s\n", err.text);
		return BENCH_FAILED;
	}
	return any_valid(d) ? BENCH_OK : BENCH_FAILED;
}

static bool choose(struct disk *d, const char *name)
{
	bool found = false;

	for (size_t i = 0; i < NR_DISK_ROWS; i++)
		if (!strcmp(name, "all") || !strcmp(name, disk_rows[i].name))
			found = d->chosen[i] = true;
	return found;
}

/* Which rows, and what each is; a program that cannot be run is named and left out. */
static int choose_rows(struct disk *d)
{
	char list[256], *rest = list, *name, dd[] = "dd", option[] = "--version";
	size_t left = 0;

	snprintf(list, sizeof(list), "%s", d->contenders);
	while ((name = strsep(&rest, ",")))
		if (!choose(d, name))
			return usage_error("disk", "'%s': a contender nobody knows", name);
	for (size_t i = 0; i < NR_DISK_ROWS; i++) {
		char *argv[] = { disk_rows[i].peer ? dd : d->ringtap, option, NULL };

		if (!d->chosen[i])
			continue;
		run_query(argv, -1, d->version[i], sizeof(d->version[i]));
		d->missing[i] = !d->version[i][0];
		d->chosen[i] = !d->missing[i];
		left += d->chosen[i];
		if (d->missing[i])
			fprintf(stderr, "ringtap-bench: %s cannot be run here: left out\n",
				disk_rows[i].name);
	}
	return left ? -1 : usage_error("disk", "no contender is left");
}

/* Everything that can be wrong before anything runs. Returns -1 to go on, else the exit status. */
static int prepare(struct disk *d)
{
	const size_t len = strlen(d->dir);
	struct statvfs fs;
	struct errmsg err;
	int ret;

	d->bytes -= d->bytes % d->block_size;
	if (!d->bytes)
		return usage_error("disk", "a file of less than one block");
	if (statvfs(d->dir, &fs)) {
		fprintf(stderr, "ringtap-bench: %s: %s\n", d->dir, strerror(errno));
		return BENCH_FAILED;
	}
	/* One file at a time; some room is allocated ahead. */
	if ((uint64_t)fs.f_bavail * fs.f_frsize / 2 < d->bytes / 2 + (64 << 20)) {
		fprintf(stderr, "ringtap-bench: %s: %llu bytes are too much for its free room\n",
			d->dir, (unsigned long long)d->bytes);
		return BENCH_FAILED;
	}
	ret = choose_rows(d);
	if (ret >= 0)
		return ret;
	host_read(d->dir, &d->host);
	d->trials = calloc(NR_DISK_ROWS, sizeof(*d->trials));
	if (!d->trials ||
	    disk_ring_make((uint32_t)d->block_size, (uint32_t)d->nr_blocks, &d->ring, &err)) {
		fprintf(stderr, "ringtap-bench: %s\n", d->trials ? err.text : "no memory");
		return BENCH_FAILED;
	}
	if ((size_t)snprintf(d->dir + len, sizeof(d->dir) - len, "/ringtap-bench.XXXXXX") >=
		    sizeof(d->dir) - len ||
	    !mkdtemp(d->dir)) {
		fprintf(stderr, "ringtap-bench: %s: cannot make a directory there\n", d->dir);
		return BENCH_FAILED;
	}
	return -1;
}

/* Returns -1 to go on, else the exit status. */
static int take_option(int opt, const char *text, struct disk *d)
{
	switch (opt) {
	case 'd':
		snprintf(d->dir, sizeof(d->dir), "%s", text);
		break;
	case 'b':
		if (!parse_scaled(text, &d->bytes) || !d->bytes)
			return usage_error("disk", "'%s': not a number of bytes", text);
		break;
	case 'B':
		if (!parse_scaled(text, &d->block_size) || d->block_size < BLOCK_SIZE_MIN ||
		    d->block_size > BLOCK_SIZE_MAX || d->block_size % FILE_PAGE)
			return usage_error("disk", "'%s': a block is 64Ki to 4Mi, whole pages",
					   text);
		break;
	case 'k':
		if (!parse_scaled(text, &d->nr_blocks) || d->nr_blocks < 2 ||
		    d->nr_blocks > NR_BLOCKS_MAX)
			return usage_error("disk", "'%s': 2 to %d blocks", text, NR_BLOCKS_MAX);
		break;
	case 'o':
		if (!parse_scaled(text, &d->rounds) || !d->rounds || d->rounds > DISK_ROUNDS_MAX)
			return usage_error("disk", "'%s': 1 to %d rounds", text, DISK_ROUNDS_MAX);
		break;
	case 'c':
		d->contenders = text;
		break;
	case 'R':
		snprintf(d->ringtap, sizeof(d->ringtap), "%s", text);
		break;
	case 'j':
		d->json = text;
		break;
	case 'h':
		fputs(help, stdout);
		return BENCH_OK;
	default:
		return usage_error("disk", "what is wrong stands above");
	}
	return -1;
}

static int take_options(struct disk *d, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "dir", required_argument, NULL, 'd' },
		{ "bytes", required_argument, NULL, 'b' },
		{ "block-size", required_argument, NULL, 'B' },
		{ "blocks", required_argument, NULL, 'k' },
		{ "rounds", required_argument, NULL, 'o' },
		{ "contenders", required_argument, NULL, 'c' },
		{ "ringtap", required_argument, NULL, 'R' },
		{ "json", required_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int opt, ret;

	while ((opt = getopt_long(argc, argv, "c:h", longs, NULL)) != -1) {
		ret = take_option(opt, optarg, d);
		if (ret >= 0)
			return ret;
	}
	if (optind < argc)
		return usage_error("disk", "%s: not understood", argv[optind]);
	return prepare(d);
}

int cmd_disk(int argc, char **argv)
{
	struct disk d = { .dir = "/var/tmp",
			  .contenders = "all",
			  .bytes = 4ull << 30,
			  .block_size = 2 << 20,
			  .nr_blocks = 32,
			  .rounds = 3 };
	int ret;

	find_ringtap(d.ringtap, sizeof(d.ringtap));
	catch_signals();
	ret = take_options(&d, argc, argv);
	if (ret < 0) {
		ret = measure(&d);
		rmdir(d.dir);
	}
	disk_ring_free(&d.ring);
	free(d.trials);
	return ret;
}
