/*
 * capture/writer_process.c -- starts the writer, notices its death and starts another.
 *
 * The successor finds in the segment where its predecessor stopped (see pcapio/writer.c), so a kill
 * costs nothing but what had been copied and not yet written.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/engine_internal.h"
#include "core/clock.h"
#include "core/log.h"
#include "pcapio/writer.h"

enum {
	QUICK_DEATH_S = 5,
	QUICK_DEATHS_MAX = 5,
	PAUSE_MS = 100, /* before the third start; doubles with each further one */
	DESCRIPTORS_MAX = WRITER_FD_RINGS + RINGS_MAX + 1,
	NOT_EXECUTED = 127, /* exit status, as a shell's */
};

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U /* Linux 6.3 */
#endif

struct inherited {
	int from, to;
};

/* Asks the kernel; one that is too old to be asked (5.8) is taken to agree. */
static bool may_execute(int fd)
{
	return faccessat(fd, "", X_OK, AT_EMPTY_PATH | AT_EACCESS) == 0 ||
	       (errno != EACCES && errno != EPERM);
}

/* A sealed memfd with the bytes of the program, or -errno. */
static int copy_program(int program)
{
	const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	struct stat st;
	off_t off = 0;
	int code = -EIO, fd;

	if (fstat(program, &st) < 0)
		return -errno;
	fd = memfd_create("ringtap-program", flags | MFD_EXEC);
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("ringtap-program", flags);
	if (fd < 0)
		return -errno;
	while (off < st.st_size) {
		const ssize_t n = sendfile(fd, program, &off, (size_t)(st.st_size - off));

		if (n < 0)
			code = -errno;
		if (n <= 0)
			goto fail;
	}
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0 &&
	    may_execute(fd))
		return fd;
	code = -EACCES;
fail:
	close(fd);
	return code;
}

int writer_process_program(struct engine *e, struct errmsg *err)
{
	int copy;

	if (e->program_fd < 0)
		e->program_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (e->program_fd < 0) /* a program may be executable and not readable */
		e->program_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	if (e->program_fd < 0)
		return errmsg_set(err, -errno, "this program's file: %s; is /proc mounted?",
				  strerror(errno));
	if (may_execute(e->program_fd))
		return 0;
	copy = copy_program(e->program_fd);
	if (copy < 0)
		return errmsg_set(err, copy,
				  "user %u may not execute this program, and a copy in memory "
				  "cannot be made (%s): a writer that is killed could not be "
				  "replaced; chmod a+x the program",
				  geteuid(), strerror(-copy));
	close(e->program_fd);
	e->program_fd = copy;
	return 0;
}

void writer_process_close(struct engine *e)
{
	if (e->program_fd >= 0)
		close(e->program_fd);
	if (e->restart_fd >= 0)
		close(e->restart_fd);
	e->program_fd = e->restart_fd = -1;
}

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
	ret[n++] = (struct inherited){ e->program_fd, WRITER_FD_RINGS + (int)i };
	return n;
}

/*
 * Child of a fork in a threaded process: async-signal-safe calls only. The last descriptor is the
 * program: who we are may not be able to reach it by its path.
 */
static void become_writer(const struct inherited *fds, uint32_t n, char *zone)
{
	char name[] = "ringtap", verb[] = "writer";
	char *const argv[] = { name, verb, NULL };
	char *const envp[] = { zone, NULL };
	const int program = fds[n - 1].to;
	int staged[DESCRIPTORS_MAX];
	uint32_t i;

	/* First out of the way of the final numbers, then into place. */
	for (i = 0; i < n; i++) {
		staged[i] = fcntl(fds[i].from, F_DUPFD, DESCRIPTORS_MAX);
		if (staged[i] < 0)
			staged[i] = fcntl(fds[i].from, F_DUPFD, program + 1);
		if (staged[i] < 0)
			_exit(126);
	}
	/* Whatever else is open below is not the writer's business. */
	syscall(SYS_close_range, WRITER_FD_SEGMENT, WRITER_FD_RINGS - 1, 0);
	for (i = 0; i < n; i++)
		if (dup2(staged[i], fds[i].to) < 0)
			_exit(126);
	syscall(SYS_close_range, program + 1, ~0u, 0);
	if (fcntl(program, F_SETFD, FD_CLOEXEC) == 0)
		syscall(SYS_execveat, program, "", argv, envp, AT_EMPTY_PATH);
	_exit(NOT_EXECUTED);
}

/*
 * The one thing of our environment that is the writer's: what time it is here. Never empty: without
 * it the C library looks for a changed /etc/localtime again and again, from within the sandbox.
 */
static void describe_zone(char *ret, size_t size)
{
	const char *zone = getenv("TZ");

	snprintf(ret, size, "TZ=%s", zone ? zone : ":/etc/localtime");
}

/* What the writer is told. A dead one has been able to write to it: it is put right again. */
static void give_config(struct engine *e)
{
	if (!e->writer_started_ns)
		e->writer_config = e->seg.header->config;
	else
		e->seg.header->config = e->writer_config;
}

int writer_process_start(struct engine *e, struct errmsg *err)
{
	struct inherited fds[DESCRIPTORS_MAX];
	struct writer_counters *c = &e->seg.header->writer;
	struct epoll_event ev = { .events = EPOLLIN };
	char zone[PATH_MAX];
	uint32_t n;
	pid_t pid;
	int ret;

	if (e->program_fd < 0) {
		ret = writer_process_program(e, err);
		if (ret < 0)
			return ret;
	}
	/* Whoever started us may have ignored it: then children end unseen. */
	signal(SIGCHLD, SIG_DFL);
	n = list_descriptors(e, fds);
	give_config(e);
	atomic_store(&c->state, WRITER_STARTING);
	atomic_fetch_add(&e->seg.header->control.writers, 1);
	describe_zone(zone, sizeof(zone));
	pid = fork();
	if (pid == 0)
		become_writer(fds, n, zone);
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
	const struct worker *w = &e->workers[ring];
	const struct segment_ring *r = w->seg_ring;
	uint64_t handed, waiting, seq, queued, first;

	/* Where the queue lies is the worker's word: the segment's may be a hostile writer's. */
	do {
		queued = atomic_load_explicit(&r->queued, memory_order_acquire);
		handed = counter_get(&r->packets_queued);
		first = atomic_load(&r->released);
		if (queued - first > w->ring.nr_blocks)
			return 0; /* not a number that an honest writer leaves */
		while (first != queued && segment_settled(&e->seg, ring, first))
			first++;
		waiting = 0;
		for (seq = first; seq != queued; seq++)
			waiting += w->queue[seq & w->queue_mask].packets;
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

/* The first time at once; one that dies again and again is given time, for what ails it to pass. */
static void plan_start(struct engine *e)
{
	const uint32_t again = e->writer_quick_deaths;
	const uint64_t pause = again > 1 ? (uint64_t)PAUSE_MS << (again - 2) : 0;
	const struct itimerspec when = { .it_value = { .tv_sec = (time_t)(pause / 1000),
						       .tv_nsec =
							       (long)(pause % 1000 * NS_PER_MS) } };
	struct epoll_event ev = { .events = EPOLLIN };

	e->writer_due_ns = clock_monotonic_ns() + pause * NS_PER_MS;
	if (!pause)
		return;
	if (e->restart_fd < 0) {
		e->restart_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
		ev.data.fd = e->restart_fd;
		(void)epoll_ctl(e->epoll_fd, EPOLL_CTL_ADD, e->restart_fd, &ev);
	}
	/* Without a timer it is seen at the control loop's next round, a second later at most. */
	(void)timerfd_settime(e->restart_fd, 0, &when, NULL);
}

static void writer_died(struct engine *e, int status)
{
	count_what_died(e);
	if (WIFSIGNALED(status))
		log_error("the writer was killed by signal %d (%s)", WTERMSIG(status),
			  strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == NOT_EXECUTED)
		log_error("the writer could not be executed");
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
	if (e->writer_quick_deaths < QUICK_DEATHS_MAX) {
		plan_start(e);
		return;
	}
	log_error("the writer died %d times within seconds: giving up", QUICK_DEATHS_MAX);
	e->failed = true;
}

static void start_again(struct engine *e)
{
	struct errmsg err;

	e->writer_due_ns = 0;
	if (writer_process_start(e, &err) < 0) {
		log_error("%s", err.text);
		e->failed = true;
	} else {
		log_note("another writer goes on, in a new file");
	}
}

static void reap(struct engine *e)
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

void writer_process_check(struct engine *e)
{
	uint64_t drained;

	reap(e);
	if (e->restart_fd >= 0 && read(e->restart_fd, &drained, sizeof(drained)) < 0)
		drained = 0; /* EAGAIN: it is not the timer that woke us */
	if (e->writer_due_ns && e->hurry_ns)
		e->writer_due_ns = 0; /* nobody waits for what another one would write */
	/* At the end there is nothing to be gained by waiting. */
	if (e->writer_due_ns && (e->stopping || clock_monotonic_ns() >= e->writer_due_ns))
		start_again(e);
}
