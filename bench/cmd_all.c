/* bench/cmd_all.c -- every measurement, one after the other. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/trial.h"
#include "core/compiler.h"

static const char help[] =
	"usage: ringtap-bench all [OPTION]...\n"
	"\n"
	"Runs dissect, read, filter, spool, disk, ring, capture (64, 512, 1500 and IMIX at full "
	"speed, 3.7,\n"
	"6.4 and 10 Gbit/s), replay and bridge. Takes about an hour. Needs root and two CPUs.\n"
	"\n"
	"      --rounds N   of each (default 3)\n"
	"      --quick      a hundredth of it, once: shows that all of it works; its "
	"figures say little\n"
	"      --json DIR   a file for each in this directory, which is made\n"
	"\n"
	"  ringtap-bench all --json results\n";

static const struct {
	const char *verb;
	int (*main)(int argc, char **argv);
	const char *quick;   /* what makes it short */
	const char *args[4]; /* beyond --rounds and --json */
} parts[] = {
	{ "dissect", cmd_dissect, "--packets=50k", { NULL } },
	{ "read", cmd_read, "--packets=20k", { NULL } },
	{ "filter", cmd_filter, "--packets=20k", { NULL } },
	{ "spool", cmd_spool, "--packets=50k", { NULL } },
	{ "disk", cmd_disk, "--bytes=64Mi", { NULL } },
	{ "ring", cmd_ring, "--packets=30k", { NULL } },
	{ "capture", cmd_capture, "--packets=30k", { "--size=64,imix", "--rate=full", NULL } },
	{ "capture",
	  cmd_capture,
	  "--packets=30k",
	  { "--size=512,1500", "--rate=full,3.7g,6.4g,10g", NULL } },
	{ "replay", cmd_replay, "--packets=300k", { NULL } },
	{ "bridge", cmd_bridge, "--duration=20ms", { NULL } },
};

/* In a child: each part enters a namespace of its own and has the options' state for itself. */
static int part_run(size_t i, const char *rounds, bool quick, const char *dir)
{
	char json[PATH_MAX], *argv[12];
	int argc = 0, status;
	pid_t pid;

	argv[argc++] = (char *)(uintptr_t)parts[i].verb;
	for (size_t k = 0; parts[i].args[k]; k++)
		argv[argc++] = (char *)(uintptr_t)parts[i].args[k];
	if (quick)
		argv[argc++] = (char *)(uintptr_t)parts[i].quick;
	argv[argc++] = (char *)(uintptr_t) "--rounds";
	argv[argc++] = (char *)(uintptr_t)rounds;
	if (dir) {
		snprintf(json, sizeof(json), "%s/%zu-%s.json", dir, i + 1, parts[i].verb);
		argv[argc++] = (char *)(uintptr_t) "--json";
		argv[argc++] = json;
	}
	argv[argc] = NULL;
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return BENCH_FAILED;
	if (!pid) {
		optind = 0;
		status = parts[i].main(argc, argv);
		fflush(NULL);
		_exit(status);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return BENCH_FAILED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : BENCH_FAILED;
}

int cmd_all(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "rounds", required_argument, NULL, 'o' },
		{ "quick", no_argument, NULL, 'k' },
		{ "json", required_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *rounds = NULL, *dir = NULL;
	bool quick = false;
	int opt, ret, worst = BENCH_OK;

	while ((opt = getopt_long(argc, argv, "h", longs, NULL)) != -1)
		switch (opt) {
		case 'o':
			rounds = optarg;
			break;
		case 'k':
			quick = true;
			break;
		case 'j':
			dir = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			return BENCH_OK;
		default:
			return usage_error("all", "what is wrong stands above");
		}
	if (optind < argc)
		return usage_error("all", "%s: not understood", argv[optind]);
	if (dir && mkdir(dir, 0755) && errno != EEXIST)
		return usage_error("all", "%s: %s", dir, strerror(errno));
	if (!rounds)
		rounds = quick ? "1" : "3";
	catch_signals();
	for (size_t i = 0; i < ARRAY_SIZE(parts) && !bench_interrupted; i++) {
		if (i)
			putchar('\n');
		ret = part_run(i, rounds, quick, dir);
		worst = MAX_OF(worst, ret);
	}
	return bench_interrupted ? BENCH_INTERRUPTED : worst;
}
