#include "bench/gen.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/gen_prog.h"
#include "capture/bpf_asm.h"
#include "core/clock.h"
#include "core/limits.h"

#define RUN_MAX ((uint64_t)INT32_MAX) /* what the kernel takes as a repeat count */

struct gen {
	struct gen_config cfg; /* ifname is not kept */
	uint32_t ifindex;
	int map_fd, prog_fd;
	struct gen_state *state; /* one page, shared with the program */
	atomic_bool stop;
	uint8_t first[GEN_FRAME_MAX];
	size_t first_len;
};

static int prog_open(struct gen *g, struct errmsg *reterr)
{
	struct bpf_insn insns[GEN_INSNS_MAX];
	const struct bpf_asm a = { .insns = insns,
				   .n = gen_assemble(&g->cfg, g->first, g->map_fd, insns) };

	g->prog_fd = bpf_load_program("generator", BPF_PROG_TYPE_XDP, "ringtap_gen", &a, reterr);
	return g->prog_fd < 0 ? g->prog_fd : 0;
}

static int config_check(const struct gen_config *cfg, struct errmsg *reterr)
{
	if (cfg->frame_bytes &&
	    (cfg->frame_bytes < GEN_FRAME_MIN || cfg->frame_bytes > GEN_FRAME_MAX))
		return errmsg_set(reterr, -EINVAL, "generator: %u bytes: a frame has %d to %d",
				  cfg->frame_bytes, GEN_FRAME_MIN, GEN_FRAME_MAX);
	if (cfg->flows > GEN_FLOWS_MAX)
		return errmsg_set(reterr, -EINVAL, "generator: %u flows: at most %d", cfg->flows,
				  GEN_FLOWS_MAX);
	if (cfg->batch > 256)
		return errmsg_set(reterr, -EINVAL, "generator: batch %u: at most 256", cfg->batch);
	return 0;
}

int gen_open(const struct gen_config *cfg, struct gen **ret, struct errmsg *reterr)
{
	void *map;
	struct gen *g;
	double pps;
	int err = config_check(cfg, reterr);

	if (err)
		return err;
	g = calloc(1, sizeof(*g));
	if (!g)
		return errmsg_set(reterr, -ENOMEM, "generator: no memory");
	g->cfg = *cfg;
	g->cfg.ifname = NULL;
	g->map_fd = g->prog_fd = -1;
	g->ifindex = if_nametoindex(cfg->ifname);
	if (!g->ifindex)
		err = errmsg_set(reterr, -ENODEV, "generator: %s: no such interface here",
				 cfg->ifname);
	g->first_len = gen_frame(cfg, 0, g->first);
	if (!err)
		err = bpf_array_open("generator", FILE_PAGE, &g->map_fd, &map, reterr);
	if (!err)
		g->state = map;
	if (!err)
		err = prog_open(g, reterr);
	if (err) {
		gen_close(g);
		return err;
	}
	if (gen_is_paced(cfg)) {
		pps = cfg->rate_pps ? (double)cfg->rate_pps
				    : (double)cfg->rate_bps / 8 / gen_frame_mean(cfg);
		g->state->gap2_ns = (uint64_t)(2 * 256 * (double)NS_PER_SEC / pps);
	}
	*ret = g;
	return 0;
}

void gen_close(struct gen *g)
{
	if (!g)
		return;
	if (g->state)
		munmap(g->state, FILE_PAGE);
	if (g->prog_fd >= 0)
		close(g->prog_fd);
	if (g->map_fd >= 0)
		close(g->map_fd);
	free(g);
}

void gen_stop(struct gen *g)
{
	atomic_store(&g->stop, true);
}

/* One call into the kernel; back when repeat runs of the program are over, or at a signal. */
static int run_live(const struct gen *g, uint32_t repeat)
{
	return bpf_run_live(g->prog_fd, g->ifindex, g->first, (uint32_t)g->first_len, repeat,
			    g->cfg.batch ? g->cfg.batch : 64);
}

/*
 * The call is made by a child, because only a signal ends it before its time, and a process of its
 * own can be given one without a word to anybody. It costs 25 ms to set up and tear down, so it is
 * one call.
 */
static pid_t runner_start(const struct gen *g, uint32_t repeat)
{
	const pid_t parent = getpid();
	pid_t pid = fork();

	if (pid)
		return pid < 0 ? -errno : pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Ctrl-C is for the parent, who stops us. */
	signal(SIGINT, SIG_IGN);
	if (getppid() != parent)
		_exit(ESRCH);
	_exit(-run_live(g, repeat));
}

/* Waits until the run is over, or makes it so. Returns 0 or the runner's -errno. */
static int runner_wait(struct gen *g, pid_t pid, uint64_t duration_ns)
{
	volatile struct gen_state *const s = g->state;
	const struct timespec nap = { .tv_nsec = 1000000 };
	bool killed = false;
	int status;
	pid_t got;

	while ((got = waitpid(pid, &status, killed ? 0 : WNOHANG)) != pid) {
		if (got < 0 && errno != EINTR)
			return -errno;
		if (killed)
			continue;
		if (atomic_load(&g->stop) || s->packets >= s->limit ||
		    (duration_ns && s->start_ns &&
		     clock_monotonic_ns() - s->start_ns >= duration_ns)) {
			if (!s->last_ns)
				s->last_ns = clock_monotonic_ns();
			kill(pid, SIGKILL);
			killed = true;
		} else {
			nanosleep(&nap, NULL);
		}
	}
	if (killed)
		return 0;
	if (!WIFEXITED(status))
		return -EIO;
	/* A signal to the whole process group: what it means is decided by our caller. */
	return WEXITSTATUS(status) == EINTR ? 0 : -WEXITSTATUS(status);
}

/* Full speed without other bounds needs no more runs than packets. */
static uint32_t run_size(const struct gen *g, uint64_t left)
{
	return (uint32_t)(gen_is_paced(&g->cfg) ? RUN_MAX : MIN_OF(left, RUN_MAX));
}

int gen_run(struct gen *g, uint64_t packets, uint64_t duration_ns, struct gen_count *ret,
	    struct errmsg *reterr)
{
	volatile struct gen_state *const s = g->state;
	const uint64_t packets0 = s->packets, bytes0 = s->bytes;
	uint64_t before;
	int err = 0;
	pid_t pid;

	if (!packets && !duration_ns)
		return errmsg_set(reterr, -EINVAL, "generator: neither packets nor a time given");
	s->first = packets0;
	s->limit = packets ? packets0 + packets : UINT64_MAX;
	s->start_ns = s->last_ns = 0;
	s->next_ns = 0;
	while (!err && !atomic_load(&g->stop) && s->packets < s->limit &&
	       (!duration_ns || !s->start_ns || clock_monotonic_ns() - s->start_ns < duration_ns)) {
		before = s->packets;
		pid = runner_start(g, run_size(g, s->limit - s->packets));
		err = pid < 0 ? pid : runner_wait(g, pid, duration_ns);
		if (!err && s->packets == before && !atomic_load(&g->stop))
			err = -EIO; /* the program drops everything: it would for ever */
	}
	ret->packets = s->packets - packets0;
	ret->bytes = s->bytes - bytes0;
	ret->ns = 0;
	if (ret->packets)
		ret->ns = (s->last_ns ? s->last_ns : clock_monotonic_ns()) - s->start_ns;
	if (err)
		return errmsg_set(reterr, err, "generator: BPF_PROG_TEST_RUN: %s%s", strerror(-err),
				  err == -EINVAL
					  ? " (live frames need Linux 5.18, and the interface here)"
					  : "");
	return 0;
}
