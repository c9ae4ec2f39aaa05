/*
 * bench/micro_disk.c -- the writer process, fed from memory as fast as it takes it, and dd beside
 * it.
 *
 * We play the main process and the only worker of a capture: the writer finds the descriptors, the
 * segment and the queue that it always finds, only its ring is a memfd and no packet socket.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/disk.h"
#include "bench/run.h"
#include "bench/trial.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "core/linktype.h"
#include "pcapio/pcapng_build.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/segment.h"
#include "pcapio/writer.h"

enum {
	BLOCK_STATUS = 8, /* offset in a block; 0 there = it is the kernel's */
	FD_STAGE = 64,    /* above every number that the writer expects */
	STEP_MS = 100,
	KILL_BOUND_MS = 5000,
	EXIT_NO_EXEC = 127,
};

/* Full: as long as a fast disk needs for a small block. */
#define FULL_POLL_NS (50 * NS_PER_US)
/* Nothing was written for so long: the disk, or the program, hangs. */
#define PATIENCE_NS (30 * NS_PER_SEC)
/* What a disk does at least, for programs that do not tell how far they are. */
#define SLOWEST_DISK 4000000 /* bytes per second */

/* ---- a program under measurement ---- */

struct child {
	pid_t pid; /* 0: none */
	int pidfd;
	uint64_t start_ns;
	int status; /* when it has ended */
	struct rusage usage;
};

struct inherited {
	int from, to;
};

/* After the fork: becomes the program, with its descriptors where it expects them. */
static void child_exec(char *const argv[], int cpu, struct inherited *fds, uint32_t n)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (cpu_pin(cpu))
		dprintf(2, "ringtap-bench: cannot run on CPU %d: times will vary\n", cpu);
	/* Our own standard output may be a report. */
	if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		_exit(EXIT_NO_EXEC);
	/* First out of the way of the final numbers, then into place. */
	for (uint32_t i = 0; i < n; i++) {
		fds[i].from = fcntl(fds[i].from, F_DUPFD_CLOEXEC, FD_STAGE);
		if (fds[i].from < 0)
			_exit(EXIT_NO_EXEC);
	}
	for (uint32_t i = 0; i < n; i++)
		if (dup2(fds[i].from, fds[i].to) < 0)
			_exit(EXIT_NO_EXEC);
	execvp(argv[0], argv);
	dprintf(2, "ringtap-bench: %s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_NO_EXEC);
}

static int child_start(char *const argv[], int cpu, struct inherited *fds, uint32_t n,
		       struct child *ret, struct errmsg *reterr)
{
	int err;

	fflush(NULL); /* or the child would print it again */
	*ret = (struct child){ .start_ns = clock_monotonic_ns() };
	ret->pid = fork();
	if (!ret->pid)
		child_exec(argv, cpu, fds, n);
	if (ret->pid < 0) {
		ret->pid = 0;
		return errmsg_set(reterr, -errno, "fork: %s", strerror(errno));
	}
	ret->pidfd = (int)syscall(SYS_pidfd_open, ret->pid, 0);
	if (ret->pidfd >= 0)
		return 0;
	err = errmsg_set(reterr, -errno, "pidfd_open: %s", strerror(errno));
	kill(ret->pid, SIGKILL);
	waitpid(ret->pid, NULL, 0);
	ret->pid = 0;
	return err;
}

/* True when it has ended and is reaped, at once or within bound_ns. */
static bool child_ended(struct child *c, uint64_t bound_ns, bool interruptible)
{
	const uint64_t end = clock_monotonic_ns() + bound_ns;
	struct pollfd p = { .fd = c->pidfd, .events = POLLIN };

	while (c->pid) {
		if (poll(&p, 1, bound_ns ? STEP_MS : 0) > 0) {
			if (wait4(c->pid, &c->status, 0, &c->usage) != c->pid)
				return false;
			close(c->pidfd);
			c->pid = 0;
		} else if (clock_monotonic_ns() >= end || (interruptible && bench_interrupted)) {
			return false;
		}
	}
	return true;
}

static void child_kill(struct child *c)
{
	if (!c->pid)
		return;
	kill(c->pid, SIGKILL);
	/* What hangs in the kernel does not even die; then it is init's to wait for. */
	if (!child_ended(c, KILL_BOUND_MS * NS_PER_MS, false))
		close(c->pidfd);
	c->pid = 0;
}

static double usage_s(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) +
	       (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e6;
}

/* Waits for the end of a program that needs no more of us, as long as this many bytes may take. */
static int child_finish(struct child *c, const char *name, uint64_t bytes, struct errmsg *reterr)
{
	if (!child_ended(c, PATIENCE_NS + bytes / SLOWEST_DISK * NS_PER_SEC, true))
		return bench_interrupted ? errmsg_set(reterr, -EINTR, "interrupted")
					 : errmsg_set(reterr, -ETIMEDOUT, "%s does not end", name);
	if (WIFSIGNALED(c->status))
		return errmsg_set(reterr, -EIO, "%s was killed by signal %d", name,
				  WTERMSIG(c->status));
	if (WEXITSTATUS(c->status))
		return errmsg_set(reterr, -EIO, "%s ended with status %d", name,
				  WEXITSTATUS(c->status));
	return 0;
}

/*
 * The same end for everybody: what the page cache, or the disk's own cache, still holds is not yet
 * written. The clock stops here.
 */
static int flush_file(const struct disk_job *job, const struct child *c, struct disk_result *ret,
		      struct errmsg *reterr)
{
	const uint64_t bytes = job->blocks * job->ring->block_size;
	const int dir = open(job->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const int fd = openat(dir, job->file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct rusage before, after;
	struct stat st;
	int err = 0;

	getrusage(RUSAGE_THREAD, &before);
	if (fd < 0 || fdatasync(fd) || fstat(fd, &st))
		err = errmsg_set(reterr, -errno, "%s/%s: %s", job->dir, job->file, strerror(errno));
	ret->elapsed_s = (double)(clock_monotonic_ns() - c->start_ns) / (double)NS_PER_SEC;
	getrusage(RUSAGE_THREAD, &after);
	ret->cpu_s = usage_s(&c->usage) + usage_s(&after) - usage_s(&before);
	if (!err && (uint64_t)st.st_size < bytes)
		err = errmsg_set(reterr, -EIO, "%s has %lld bytes, %llu were to be written",
				 job->file, (long long)st.st_size, (unsigned long long)bytes);
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	return err;
}

int disk_run_dd(const struct disk_job *job, struct disk_result *ret, struct errmsg *reterr)
{
	char program[] = "dd", in[] = "if=/dev/zero", status[] = "status=none", out[4096], bs[32];
	char count[32], direct[] = "oflag=direct", sync[] = "conv=fdatasync";
	char *const argv[] = { program, in, out, bs, count, status, job->no_direct ? sync : direct,
			       NULL };
	struct disk_result r = { .direct = !job->no_direct };
	struct child c;
	int err;

	if ((size_t)snprintf(out, sizeof(out), "of=%s/%s", job->dir, job->file) >= sizeof(out))
		return errmsg_set(reterr, -ENAMETOOLONG, "%s: too long a name", job->dir);
	snprintf(bs, sizeof(bs), "bs=%u", job->ring->block_size);
	snprintf(count, sizeof(count), "count=%llu", (unsigned long long)job->blocks);
	err = child_start(argv, job->cpu, NULL, 0, &c, reterr);
	if (err)
		return err;
	err = child_finish(&c, program, job->blocks * job->ring->block_size, reterr);
	child_kill(&c);
	if (!err)
		err = flush_file(job, &c, &r, reterr);
	if (!err)
		*ret = r;
	return err;
}

/* ---- the writer ---- */

struct feeder {
	const struct disk_job *job;
	struct segment seg;
	struct segment_ring *ring;
	int wake_fd, notify_fd, dir_fd;
	int alive_pipe[2]; /* our end's end tells the writer that we are gone */
	struct child writer;
};

static int feeder_prelude(struct feeder *f, struct errmsg *reterr)
{
	struct pcapng_builder b = { .data = segment_prelude(&f->seg), .size = SEGMENT_PRELUDE_MAX };
	const uint8_t tsresol = 9; /* nanoseconds */

	pcapng_section(&b, NULL, NULL, "ringtap-bench " RINGTAP_VERSION, NULL);
	pcapng_begin(&b, PCAPNG_IDB);
	pcapng_u16(&b, LINKTYPE_ETHERNET);
	pcapng_u16(&b, 0);
	pcapng_u32(&b, SNAPLEN_MAX);
	pcapng_option_text(&b, PCAPNG_IF_NAME, "memory");
	pcapng_option(&b, PCAPNG_IF_TSRESOL, &tsresol, 1);
	pcapng_end(&b, true);
	f->seg.header->config.prelude_len = (uint32_t)b.len;
	return b.overflow ? errmsg_set(reterr, -E2BIG, "the file's head has no room") : 0;
}

static int feeder_open(struct feeder *f, struct errmsg *reterr)
{
	const struct disk_ring *const blocks = f->job->ring;
	const struct segment_plan plan = { .nr_rings = 1, .nr_blocks = &blocks->nr_blocks };
	struct writer_config *config;
	int err;

	err = segment_create(&plan, &f->seg, reterr);
	if (err)
		return err;
	f->ring = segment_ring_at(&f->seg, 0);
	f->ring->block_size = blocks->block_size;
	f->ring->rx_queue = UINT32_MAX;
	f->ring->cpu = -1;
	config = &f->seg.header->config;
	*config = (struct writer_config){ .format = OUTPUT_PCAPNG_BLOCKS,
					  .capture_start_ns = f->seg.header->start_ns,
					  .no_uring = f->job->no_uring,
					  .no_direct = f->job->no_direct,
					  .uid = UINT32_MAX,
					  .gid = UINT32_MAX };
	if ((size_t)snprintf(config->name, sizeof(config->name), "%s", f->job->file) >=
	    sizeof(config->name))
		return errmsg_set(reterr, -ENAMETOOLONG, "%s: too long a name", f->job->file);
	err = feeder_prelude(f, reterr);
	if (err)
		return err;
	f->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	f->notify_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	f->dir_fd = open(f->job->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (f->wake_fd < 0 || f->notify_fd < 0 || f->dir_fd < 0 || pipe2(f->alive_pipe, O_CLOEXEC))
		return errmsg_set(reterr, -errno, "%s: %s", f->job->dir, strerror(errno));
	return 0;
}

static void feeder_close(struct feeder *f)
{
	const int fds[] = { f->wake_fd, f->notify_fd, f->dir_fd, f->alive_pipe[0],
			    f->alive_pipe[1] };

	child_kill(&f->writer);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	segment_close(&f->seg);
}

static int feeder_start_writer(struct feeder *f, struct errmsg *reterr)
{
	char verb[] = "writer";
	char *const argv[] = { (char *)(uintptr_t)f->job->ringtap, verb, NULL };
	struct inherited fds[] = {
		{ f->seg.fd, WRITER_FD_SEGMENT },     { f->wake_fd, WRITER_FD_WAKE },
		{ f->alive_pipe[0], WRITER_FD_MAIN }, { f->notify_fd, WRITER_FD_NOTIFY },
		{ f->dir_fd, WRITER_FD_DIR },         { f->job->ring->fd, WRITER_FD_RINGS },
	};

	atomic_store(&f->seg.header->writer.state, WRITER_STARTING);
	atomic_store(&f->seg.header->control.writers, 1);
	return child_start(argv, f->job->cpu, fds, ARRAY_SIZE(fds), &f->writer, reterr);
}

/* WORKER -> QUEUED, as a worker does; the block is ours again since the writer stored 0 in it. */
static void queue_block(struct feeder *f, uint64_t seq)
{
	const struct disk_ring *const blocks = f->job->ring;
	const uint32_t index = (uint32_t)(seq % blocks->nr_blocks);
	uint8_t *const block = blocks->base + (uint64_t)index * blocks->block_size;
	const uint64_t now = clock_realtime_ns();

	store_u32(block + BLOCK_STATUS, 1);
	*segment_queue_entry(&f->seg, f->ring, seq) = (struct block_entry){
		.index = index,
		.len = blocks->block_size,
		.packets = blocks->block_packets,
		.cap_bytes = blocks->block_cap_bytes,
		.first_ts_ns = now,
		.last_ts_ns = now,
	};
	counter_add(&f->ring->worker.kernel_packets, blocks->block_packets);
	counter_add(&f->ring->worker.packets, blocks->block_packets);
	counter_add(&f->ring->packets_queued, blocks->block_packets);
	/* Release: pairs with the writer's acquire in pop_ring(): entry and block are complete. */
	atomic_store_explicit(&f->ring->queued, seq + 1, memory_order_release);
	segment_wake_writer(&f->seg, f->wake_fd);
}

/* The ring is full: may the feeder go on waiting? */
static int feeder_check(struct feeder *f, uint64_t since_ns, struct errmsg *reterr)
{
	const struct timespec step = { .tv_nsec = FULL_POLL_NS };
	const int error = atomic_load(&f->seg.header->writer.error);

	if (bench_interrupted)
		return errmsg_set(reterr, -EINTR, "interrupted");
	if (error)
		return errmsg_set(reterr, -error, "%s: %s", f->job->file, strerror(error));
	if (child_ended(&f->writer, 0, true))
		return errmsg_set(reterr, -ECHILD, "'%s writer' ended by itself, wait status %#x",
				  f->job->ringtap, (unsigned)f->writer.status);
	if (clock_monotonic_ns() - since_ns > PATIENCE_NS)
		return errmsg_set(reterr, -ETIMEDOUT, "the writer has written nothing for %llu s",
				  PATIENCE_NS / NS_PER_SEC);
	nanosleep(&step, NULL);
	return 0;
}

static int feed(struct feeder *f, double *start_s, struct errmsg *reterr)
{
	uint64_t queued = 0, released, seen = 0, since = clock_monotonic_ns();
	int err;

	while (atomic_load(&f->seg.header->writer.state) == WRITER_STARTING) {
		err = feeder_check(f, since, reterr);
		if (err)
			return err;
	}
	*start_s = (double)(clock_monotonic_ns() - f->writer.start_ns) / (double)NS_PER_SEC;
	while (queued < f->job->blocks) {
		/* Acquire: pairs with the release in writer_release(); the status word is stored.
		 */
		released = atomic_load_explicit(&f->ring->released, memory_order_acquire);
		if (released != seen) {
			seen = released;
			since = clock_monotonic_ns();
		}
		if (queued - released < f->job->ring->nr_blocks) {
			queue_block(f, queued++);
			continue;
		}
		err = feeder_check(f, since, reterr);
		if (err)
			return err;
	}
	return 0;
}

/* Tells the writer that this was all, and waits for its end. */
static int feeder_finish(struct feeder *f, struct errmsg *reterr)
{
	int err, error;

	/* Release: pairs with all_ended(); whoever sees it sees every block queued. */
	atomic_store_explicit(&f->ring->ended, 1, memory_order_release);
	atomic_store(&f->seg.header->control.stop, 1);
	segment_wake_writer(&f->seg, f->wake_fd);
	err = child_finish(&f->writer, "the writer",
			   (uint64_t)f->job->ring->block_size * f->job->ring->nr_blocks, reterr);
	error = atomic_load(&f->seg.header->writer.error);
	if (err && error)
		return errmsg_set(reterr, -error, "%s: %s", f->job->file, strerror(error));
	return err;
}

static int feeder_judge(const struct feeder *f, struct disk_result *r, struct errmsg *reterr)
{
	const struct writer_counters *const w = &f->seg.header->writer;
	const uint64_t stored = counter_get(&w->packets_stored);
	const uint64_t queued = counter_get(&f->ring->packets_queued);

	r->slowest_s = (double)counter_get(&w->write_ns_max) / (double)NS_PER_SEC;
	r->in_flight = counter_get(&w->in_flight_high);
	r->direct = atomic_load(&w->uses_direct);
	if (stored != queued)
		return errmsg_set(reterr, -EIO, "the writer stored %llu of %llu packets",
				  (unsigned long long)stored, (unsigned long long)queued);
	return 0;
}

int disk_run_writer(const struct disk_job *job, struct disk_result *ret, struct errmsg *reterr)
{
	struct feeder f = { .job = job,
			    .seg = { .fd = -1 },
			    .wake_fd = -1,
			    .notify_fd = -1,
			    .dir_fd = -1,
			    .alive_pipe = { -1, -1 } };
	struct disk_result r = { 0 };
	int err;

	err = feeder_open(&f, reterr);
	if (!err)
		err = feeder_start_writer(&f, reterr);
	if (!err)
		err = feed(&f, &r.start_s, reterr);
	if (!err)
		err = feeder_finish(&f, reterr);
	if (!err)
		err = feeder_judge(&f, &r, reterr);
	if (!err)
		err = flush_file(job, &f.writer, &r, reterr);
	feeder_close(&f);
	if (!err)
		*ret = r;
	return err;
}
