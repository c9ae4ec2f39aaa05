/*
 * capture/writer_process.c -- starts the writer, notices its death and starts another.
 *
 * The successor finds in the segment where its predecessor stopped (see pcapio/writer.c), so a kill
 * costs nothing but what had been copied and not yet written.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/engine_internal.h"
#include "core/clock.h"
#include "core/log.h"
#include "pcapio/writer.h"

enum { QUICK_DEATH_S = 5, QUICK_DEATHS_MAX = 5, START_WAIT_MS = 5000 };

struct inherited {
	int from, to;
};

static uint32_t list_descriptors(const struct engine *e, struct inherited *ret)
{
	uint32_t i, n = 0;

	ret[n++] = (struct inherited){ e->seg.fd, WRITER_FD_SEGMENT };
	ret[n++] = (struct inherited){ e->wake_fd, WRITER_FD_WAKE };
	ret[n++] = (struct inherited){ e->alive_pipe[0], WRITER_FD_MAIN };
	ret[n++] = (struct inherited){ e->notify_fd, WRITER_FD_NOTIFY };
	if (e->output.dir_fd >= 0)
		ret[n++] = (struct inherited){ e->output.dir_fd, WRITER_FD_DIR };
	if (e->output.summary_dir_fd >= 0)
		ret[n++] = (struct inherited){ e->output.summary_dir_fd, WRITER_FD_SUMMARY_DIR };
	if (e->output.pipe_fd >= 0)
		ret[n++] = (struct inherited){ e->output.pipe_fd, WRITER_FD_PIPE };
	for (i = 0; i < e->nr_workers; i++)
		ret[n++] = (struct inherited){ e->workers[i].ring.fd, WRITER_FD_RINGS + (int)i };
	return n;
}

/* Child of a fork in a threaded process: async-signal-safe calls only. */
static void become_writer(const struct inherited *fds, uint32_t n)
{
	char program[] = "ringtap", verb[] = "writer";
	char *const argv[] = { program, verb, NULL };
	char *const envp[] = { NULL };
	int staged[WRITER_FD_RINGS + RINGS_MAX];
	uint32_t i;

	/* First out of the way of the final numbers, then into place. */
	for (i = 0; i < n; i++) {
		staged[i] = fcntl(fds[i].from, F_DUPFD, WRITER_FD_RINGS + RINGS_MAX);
		if (staged[i] < 0)
			staged[i] = fcntl(fds[i].from, F_DUPFD, WRITER_FD_RINGS + (int)n);
		if (staged[i] < 0)
			_exit(126);
	}
	/* Whatever else is open below is not the writer's business. */
	syscall(SYS_close_range, WRITER_FD_SEGMENT, WRITER_FD_RINGS - 1, 0);
	for (i = 0; i < n; i++)
		if (dup2(staged[i], fds[i].to) < 0)
			_exit(126);
	syscall(SYS_close_range, WRITER_FD_RINGS + n, ~0u, 0);
	execve("/proc/self/exe", argv, envp);
	_exit(127);
}

int writer_process_start(struct engine *e, struct errmsg *err)
{
	struct inherited fds[WRITER_FD_RINGS + RINGS_MAX];
	struct writer_counters *c = &e->seg.header->writer;
	struct epoll_event ev = { .events = EPOLLIN };
	const uint32_t n = list_descriptors(e, fds);
	pid_t pid;

	atomic_store(&c->state, WRITER_STARTING);
	atomic_fetch_add(&e->seg.header->control.writers, 1);
	pid = fork();
	if (pid == 0)
		become_writer(fds, n);
	if (pid < 0)
		return errmsg_set(err, -errno, "the writer cannot be started: %s", strerror(errno));
	e->writer_pid = pid;
	e->writer_started_ns = clock_monotonic_ns();
	atomic_store(&e->seg.header->control.writer_pid, (uint32_t)pid);
	e->writer_pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	ev.data.fd = e->writer_pidfd;
	if (e->writer_pidfd >= 0 && epoll_ctl(e->epoll_fd, EPOLL_CTL_ADD, e->writer_pidfd, &ev) < 0)
		return errmsg_set(err, -errno, "the writer cannot be watched: %s", strerror(errno));
	return 0;
}

void writer_process_kill(struct engine *e)
{
	if (!e->writer_pid)
		return;
	if (kill(e->writer_pid, SIGKILL) == 0)
		waitpid(e->writer_pid, NULL, 0);
	e->writer_pid = 0;
	if (e->writer_pidfd >= 0)
		close(e->writer_pidfd);
	e->writer_pidfd = -1;
}

void writer_process_abandon(struct engine *e)
{
	if (!e->writer_pid)
		return;
	log_error("the writer does not end; killed");
	kill(e->writer_pid, SIGKILL);
	(void)waitpid(e->writer_pid, NULL, WNOHANG);
	e->writer_pid = 0;
}

static uint64_t lost_by_writer(const struct writer_counters *c)
{
	uint64_t n = 0;
	int i;

	for (i = 0; i < LOSS_NR; i++)
		n += counter_get(&c->lost[i]);
	return n;
}

/*
 * Packets of one ring that were handed on and whose blocks are not waiting for the successor. The
 * worker goes on meanwhile: count again when it queued something in between.
 */
static uint64_t packets_taken_away(const struct engine *e, uint32_t ring)
{
	const struct segment_ring *r = e->workers[ring].seg_ring;
	uint64_t handed, waiting, seq, queued, first;

	do {
		queued = atomic_load_explicit(&r->queued, memory_order_acquire);
		if (queued - atomic_load(&r->released) > r->nr_blocks)
			return 0; /* not a number that an honest writer leaves */
		handed = counter_get(&r->packets_queued);
		first = atomic_load(&r->released);
		first += first != queued && segment_settled(&e->seg, ring, first);
		waiting = 0;
		for (seq = first; seq != queued; seq++)
			waiting += segment_queue_entry(&e->seg, r, seq)->packets;
		if (first != queued)
			waiting -= segment_merged(r, first).packets;
	} while (queued != atomic_load_explicit(&r->queued, memory_order_acquire) ||
		 handed < waiting);
	return handed - waiting;
}

/* Handed on, neither stored nor lost nor waiting: it was in the dead writer's memory. */
static void count_what_died(struct engine *e)
{
	struct writer_counters *c = &e->seg.header->writer;
	struct control_block *control = &e->seg.header->control;
	uint64_t taken = 0, accounted;
	uint32_t i;

	segment_settle(&e->seg);
	for (i = 0; i < e->nr_workers; i++)
		taken += packets_taken_away(e, i);
	accounted = counter_get(&c->packets_stored) + lost_by_writer(c) +
		    counter_get(&control->lost[LOSS_WRITER_DIED]);
	if (taken > accounted)
		counter_add(&control->lost[LOSS_WRITER_DIED], taken - accounted);
}

static void writer_died(struct engine *e, int status)
{
	struct errmsg err;

	count_what_died(e);
	if (WIFSIGNALED(status))
		log_error("the writer was killed by signal %d (%s)", WTERMSIG(status),
			  strsignal(WTERMSIG(status)));
	else
		log_error("the writer ended with status %d", WEXITSTATUS(status));
	if (e->output.pipe_fd >= 0) {
		log_error("what it was writing cannot be continued: the capture ends");
		e->failed = true;
		return;
	}
	e->writer_quick_deaths =
		clock_monotonic_ns() - e->writer_started_ns < QUICK_DEATH_S * NS_PER_SEC
			? e->writer_quick_deaths + 1
			: 0;
	if (e->writer_quick_deaths >= QUICK_DEATHS_MAX) {
		log_error("the writer died %d times within seconds: giving up", QUICK_DEATHS_MAX);
		e->failed = true;
	} else if (writer_process_start(e, &err) < 0) {
		log_error("%s", err.text);
		e->failed = true;
	} else {
		log_note("another writer goes on, in a new file");
	}
}

void writer_process_check(struct engine *e)
{
	struct writer_counters *c = &e->seg.header->writer;
	int status;

	if (!e->writer_pid || waitpid(e->writer_pid, &status, WNOHANG) != e->writer_pid)
		return;
	e->writer_pid = 0;
	close(e->writer_pidfd);
	e->writer_pidfd = -1;
	atomic_store(&e->seg.header->control.writer_pid, 0);
	if (atomic_load(&c->state) == WRITER_FINISHED)
		return;
	if (WIFEXITED(status) && (atomic_load(&c->state) == WRITER_FAILED || !e->started)) {
		e->failed = true;
		return;
	}
	writer_died(e, status);
}
