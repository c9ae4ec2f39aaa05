#include "bench/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/netns.h"
#include "bench/run.h"

enum {
	READY_BOUND_MS = 15000,
	SETTLE_MS =
		300, /* after the packet socket runs: a tool may still be replacing its filter */
	DRAIN_QUIET_MS = 1500, /* tcpdump looks at a block that is not full after a second */
	DRAIN_BOUND_MS = 20000,
	DRAIN_STEP_MS = 100,
	STOP_BOUND_MS = 30000,
	STEP_MS = 20,
	UNPACK_BOUND_MS = 600000,
};

#define RESTING_S 0.002 /* CPU time in a step of one that has nothing to do */

volatile sig_atomic_t bench_interrupted;

static struct gen *volatile running;

void trial_interrupt(void)
{
	struct gen *const g = running;

	bench_interrupted = 1;
	if (g)
		gen_stop(g);
}

void trial_watch(struct gen *gen)
{
	running = gen;
}

static uint64_t file_size(const struct contender_env *env, const char *file)
{
	char path[PATH_MAX];
	struct stat st;

	if (!file)
		return 0;
	contender_path(env, file, path, sizeof(path));
	return stat(path, &st) ? 0 : (uint64_t)st.st_size;
}

static void files_remove(const struct trial_config *cfg)
{
	const char *const files[] = { cfg->contender->file, cfg->contender->second };
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (files[i]) {
			contender_path(&cfg->env, files[i], path, sizeof(path));
			unlink(path);
		}
}

/*
 * The contender captures when its packet sockets run, have been the same for a while, and it has
 * come to rest: a socket may be there, and drop everything, long before the rest is.
 */
static bool wait_ready(const struct trial_config *cfg, const struct run *run, struct trial *t)
{
	unsigned waited, steady = 0;
	struct run_activity now, last = { 0 };
	int taps, before = 0;

	for (waited = 0; waited < READY_BOUND_MS && !bench_interrupted; waited += STEP_MS) {
		taps = netns_count_taps(cfg->env.ifname);
		run_look(run, &now);
		if (run_has_ended(run))
			return false;
		steady = taps > 0 && taps == before && !now.blocked &&
					 now.cpu_s - last.cpu_s < RESTING_S
				 ? steady + STEP_MS
				 : 0;
		if (steady >= SETTLE_MS) {
			t->start_s = now.cpu_s;
			return true;
		}
		before = taps;
		last = now;
		sleep_ms(STEP_MS);
	}
	return false;
}

/*
 * All is drained when nothing has been written for a while. What CPU time it took meanwhile is an
 * artefact of our waiting, so it is told apart. *busy_s is the contender's CPU's when the last work
 * was seen.
 */
static void wait_drained(const struct trial_config *cfg, const struct run *run, struct trial *t,
			 double *busy_s)
{
	struct run_activity now, last = { 0 };
	uint64_t size, last_size = UINT64_MAX;
	unsigned waited, quiet = 0;

	*busy_s = cpu_busy_s(CONTENDER_CPU);
	for (waited = 0; waited < DRAIN_BOUND_MS && !bench_interrupted; waited += DRAIN_STEP_MS) {
		size = file_size(&cfg->env, cfg->contender->file);
		run_look(run, &now);
		if (size != last_size || now.io_bytes != last.io_bytes || now.blocked) {
			quiet = 0;
			last = now;
			last_size = size;
			*busy_s = cpu_busy_s(CONTENDER_CPU);
		} else {
			quiet += DRAIN_STEP_MS;
		}
		if (quiet >= DRAIN_QUIET_MS)
			break;
		sleep_ms(DRAIN_STEP_MS);
	}
	t->idle_s = now.cpu_s - last.cpu_s;
}

/* The last non-empty line of the contender's log. */
static void log_last_line(const struct contender_env *env, char *line, size_t size)
{
	char path[PATH_MAX], text[4096];
	size_t n;
	char *p;
	FILE *f;

	line[0] = '\0';
	contender_path(env, "log", path, sizeof(path));
	f = fopen(path, "re");
	if (!f)
		return;
	if (fseek(f, -(long)(sizeof(text) - 1), SEEK_END))
		rewind(f); /* shorter than that */
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	while (n && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	text[n] = '\0';
	p = strrchr(text, '\n');
	snprintf(line, size, "%s", p ? p + 1 : text);
}

bool report_number(const char *json, const char *key, uint64_t *ret)
{
	char quoted[64];
	const char *p;

	snprintf(quoted, sizeof(quoted), "\"%s\":", key);
	p = strstr(json, quoted);
	if (!p)
		return false;
	*ret = strtoull(p + strlen(quoted), NULL, 10);
	return true;
}

static void trial_note(struct trial *t, const char *fmt, ...) printf_like(2, 3);

static void trial_note(struct trial *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->note, sizeof(t->note), fmt, ap);
	va_end(ap);
}

/* A compressed file is judged by what zstd's own program makes of it. */
static int judge_compressed(const struct trial_config *cfg, struct trial *t, const char *path,
			    struct errmsg *err)
{
	char plain[PATH_MAX], log[PATH_MAX], program[] = "zstd", how[] = "-qdc";
	char *const argv[] = { program, how, (char *)(uintptr_t)path, NULL };
	struct run_result result;
	struct run run;
	int out, ret;

	contender_path(&cfg->env, "unpacked", plain, sizeof(plain));
	contender_path(&cfg->env, "unpacked.log", log, sizeof(log));
	out = open(plain, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	if (out < 0)
		return errmsg_set(err, -errno, "%s: %s", plain, strerror(errno));
	ret = run_start(argv, -1, out, log, &run, err);
	close(out);
	if (!ret)
		ret = run_wait(&run, UNPACK_BOUND_MS, &result, err);
	if (!ret && (result.killed || result.status))
		ret = errmsg_set(err, -EBADMSG, "%s: zstd does not unpack it", path);
	if (!ret)
		ret = tally_file(plain, t->offered.packets, &t->tally, err);
	t->tally.file_bytes = file_size(&cfg->env, cfg->contender->file);
	unlink(plain);
	unlink(log);
	return ret;
}

static int judge_file_of(const struct trial_config *cfg, struct trial *t, struct errmsg *err)
{
	const char *const end = strrchr(cfg->contender->file, '.');
	char path[PATH_MAX];

	contender_path(&cfg->env, cfg->contender->file, path, sizeof(path));
	return end && !strcmp(end, ".zst") ? judge_compressed(cfg, t, path, err)
					   : tally_file(path, t->offered.packets, &t->tally, err);
}

/* Counts what was stored. The contender's own count is only compared with that. */
static void trial_judge(const struct trial_config *cfg, struct trial *t)
{
	const struct contender *const c = cfg->contender;
	char line[4096];
	struct errmsg err;
	uint64_t claim, dropped;

	log_last_line(&cfg->env, line, sizeof(line));
	if (!c->program && (!report_number(line, "queue_high", &t->queue_high) ||
			    !report_number(line, "ring_blocks", &t->ring_blocks)))
		t->queue_high = t->ring_blocks = 0;
	if (!c->program && (!report_number(line, "packets_dropped", &t->dropped) ||
			    !report_number(line, "freezes", &t->freezes)))
		t->dropped = t->freezes = 0;
	if (!c->file) {
		/* Nothing to count in: what came out of the ring, by its own account. */
		t->valid = report_number(line, "packets_seen", &claim) &&
			   report_number(line, "packets_dropped", &dropped) && dropped <= claim;
		if (t->valid)
			t->tally.stored = claim - dropped;
		else
			trial_note(t, "no report: %.100s", line);
		return;
	}
	t->written = file_size(&cfg->env, c->file) + file_size(&cfg->env, c->second);
	if (judge_file_of(cfg, t, &err)) {
		trial_note(t, "%.150s", err.text);
		return;
	}
	t->valid = true;
	if (t->tally.duplicates || t->tally.foreign)
		trial_note(t, "%llu packets twice, %llu not ours",
			   (unsigned long long)t->tally.duplicates,
			   (unsigned long long)t->tally.foreign);
	else if (!c->program && report_number(line, "packets_stored", &claim) &&
		 claim != t->tally.stored)
		trial_note(t, "reports %llu stored, the file holds %llu", (unsigned long long)claim,
			   (unsigned long long)t->tally.stored);
}

static int trial_generate(const struct trial_config *cfg, struct gen *gen, struct trial *t,
			  struct errmsg *reterr)
{
	int err;

	trial_watch(gen);
	err = bench_interrupted ? 0 : gen_run(gen, cfg->packets, 0, &t->offered, reterr);
	trial_watch(NULL);
	return err;
}

static int trial_capture(const struct trial_config *cfg, struct gen *gen, struct trial *t,
			 struct errmsg *reterr)
{
	struct run_result result;
	struct errmsg stop_err;
	char log[PATH_MAX], line[256];
	double busy0, busy1 = 0;
	bool ready, alive;
	struct args args;
	struct run run;
	int err;

	contender_path(&cfg->env, "log", log, sizeof(log));
	contender_args(cfg->contender, &cfg->env, &args);
	err = run_start(args.v, CONTENDER_CPU, -1, log, &run, reterr);
	if (err)
		return err;
	ready = wait_ready(cfg, &run, t);
	busy0 = cpu_busy_s(CONTENDER_CPU);
	if (ready)
		err = trial_generate(cfg, gen, t, reterr);
	if (ready && !err)
		wait_drained(cfg, &run, t, &busy1);
	alive = !run_has_ended(&run);
	if (run_stop(&run, STOP_BOUND_MS, &result, &stop_err)) {
		trial_note(t, "%.150s", stop_err.text);
		return err;
	}
	t->busy_s = busy1 - busy0;
	t->user_s = result.user_s;
	t->system_s = result.system_s;
	log_last_line(&cfg->env, line, sizeof(line));
	if (!ready)
		trial_note(t, "never captured: %.150s", line);
	else if (result.killed)
		trial_note(t, "had to be killed");
	else if (!alive)
		trial_note(t, "ended by itself: %.150s", line);
	else if (!err)
		trial_judge(cfg, t);
	return err;
}

int trial_run(const struct trial_config *cfg, struct trial *ret, struct errmsg *reterr)
{
	struct gen *gen;
	int err;

	memset(ret, 0, sizeof(*ret));
	err = cpu_pin(GEN_CPU);
	if (err)
		return errmsg_set(reterr, err, "cannot run on CPU %d: %s", GEN_CPU, strerror(-err));
	err = gen_open(&cfg->gen, &gen, reterr);
	if (err)
		return err;
	files_remove(cfg);
	err = trial_capture(cfg, gen, ret, reterr);
	files_remove(cfg);
	gen_close(gen);
	if (bench_interrupted)
		ret->valid = false;
	return err;
}
