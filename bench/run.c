#include "bench/run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/trial.h"
#include "core/clock.h"

enum { EXIT_NO_EXEC = 127, QUERY_BOUND_MS = 20000, KILL_BOUND_MS = 5000 };

void sleep_ms(unsigned ms)
{
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

int cpu_pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

double cpu_busy_s(int cpu)
{
	unsigned long long user, nice, system, idle, iowait, irq, softirq;
	char line[512], name[16];
	FILE *f = fopen("/proc/stat", "re");
	double s = 0;

	if (!f)
		return 0;
	snprintf(name, sizeof(name), "cpu%d ", cpu);
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name)) &&
		    sscanf(line + strlen(name), "%llu %llu %llu %llu %llu %llu %llu", &user, &nice,
			   &system, &idle, &iowait, &irq, &softirq) == 7)
			s = (double)(user + nice + system + irq + softirq) /
			    (double)sysconf(_SC_CLK_TCK);
	fclose(f);
	return s;
}

static double time_s(const struct timeval *tv)
{
	return (double)tv->tv_sec + (double)tv->tv_usec / 1e6;
}

/* Becomes the program; the signals that the bench ignores or catches are back at their defaults. */
static void program_exec(char *const argv[], int out_fd, const char *log)
{
	const int in = open("/dev/null", O_RDONLY);
	const int err = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	if (in < 0 || err < 0 || dup2(in, 0) < 0 || dup2(out_fd < 0 ? err : out_fd, 1) < 0 ||
	    dup2(err, 2) < 0)
		_exit(EXIT_NO_EXEC);
	execvp(argv[0], argv);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_NO_EXEC);
}

/*
 * The shepherd: adopts whatever the program leaves behind, waits for all of it, and tells the CPU
 * time. RUSAGE_CHILDREN counts every descendant that somebody waited for.
 */
static void shepherd_main(char *const argv[], int cpu, int out_fd, const char *log, int result_fd)
{
	struct run_result result = { 0 };
	struct rusage usage;
	pid_t program, pid;
	uint64_t start;
	int status;

	setpgid(0, 0);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (cpu >= 0 && cpu_pin(cpu))
		_exit(EXIT_NO_EXEC);
	start = clock_monotonic_ns();
	program = fork();
	if (!program)
		program_exec(argv, out_fd, log);
	if (program < 0 || write(result_fd, &program, sizeof(program)) != sizeof(program))
		_exit(EXIT_NO_EXEC);
	while ((pid = wait(&status)) > 0 || errno == EINTR)
		if (pid == program) {
			result.status = status;
			result.wall_s = (double)(clock_monotonic_ns() - start) / (double)NS_PER_SEC;
		}
	getrusage(RUSAGE_CHILDREN, &usage);
	result.user_s = time_s(&usage.ru_utime);
	result.system_s = time_s(&usage.ru_stime);
	result.rss_kib = (uint64_t)usage.ru_maxrss;
	_exit(write(result_fd, &result, sizeof(result)) != sizeof(result));
}

int run_start(char *const argv[], int cpu, int out_fd, const char *log, struct run *ret,
	      struct errmsg *reterr)
{
	struct run r;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return errmsg_set(reterr, -errno, "pipe: %s", strerror(errno));
	fflush(NULL); /* or the child would print it again */
	r.shepherd = fork();
	if (r.shepherd < 0) {
		close(fds[0]);
		close(fds[1]);
		return errmsg_set(reterr, -errno, "fork: %s", strerror(errno));
	}
	if (!r.shepherd) {
		close(fds[0]);
		shepherd_main(argv, cpu, out_fd, log, fds[1]);
	}
	close(fds[1]);
	r.result_fd = fds[0];
	if (read(fds[0], &r.program, sizeof(r.program)) != sizeof(r.program)) {
		kill(r.shepherd, SIGKILL);
		waitpid(r.shepherd, NULL, 0);
		close(fds[0]);
		return errmsg_set(reterr, -EIO, "%s: cannot start it on CPU %d", argv[0], cpu);
	}
	*ret = r;
	return 0;
}

/* One process's state, group and ticks from /proc/PID/stat, whose second field may hold anything.
 */
static bool proc_read(const char *pid, char *state, pid_t *group, double *cpu_s)
{
	unsigned long user, system;
	char path[64], text[1024];
	const char *p;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	p = strrchr(text, ')');
	if (!p || sscanf(p + 1, " %c %*d %d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", state, group,
			 &user, &system) != 4)
		return false;
	*cpu_s = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
	return true;
}

bool run_has_ended(const struct run *r)
{
	char pid[16], state;
	double cpu_s;
	pid_t group;

	snprintf(pid, sizeof(pid), "%d", (int)r->program);
	return !proc_read(pid, &state, &group, &cpu_s) || state == 'Z' || group != r->shepherd;
}

/* CPU time of all its threads so far, to the nanosecond; ticks_s, to the hundredth, if we may not.
 */
static double proc_cpu_s(const char *pid, double ticks_s)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid((pid_t)strtol(pid, NULL, 10), &clock) || clock_gettime(clock, &t))
		return ticks_s;
	return (double)t.tv_sec + (double)t.tv_nsec / (double)NS_PER_SEC;
}

/* Bytes that the process has written, to files or devices; 0 if we may not know. */
static uint64_t proc_io_bytes(const char *pid)
{
	unsigned long long v;
	char path[64], line[128];
	uint64_t sum = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/io", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "wchar: %llu", &v) == 1 ||
		    sscanf(line, "write_bytes: %llu", &v) == 1)
			sum += v;
	if (f)
		fclose(f);
	return sum;
}

void run_look(const struct run *r, struct run_activity *ret)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	double cpu_s;
	char state;
	pid_t group;

	memset(ret, 0, sizeof(*ret));
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    proc_read(entry->d_name, &state, &group, &cpu_s) && group == r->shepherd) {
			ret->cpu_s += proc_cpu_s(entry->d_name, cpu_s);
			ret->io_bytes += proc_io_bytes(entry->d_name);
			ret->blocked |= state == 'D';
		}
	if (dir)
		closedir(dir);
}

static bool result_wait(int fd, unsigned bound_ms, bool interruptible, struct run_result *ret)
{
	const uint64_t end = clock_monotonic_ns() + bound_ms * NS_PER_MS;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t now;

	while ((now = clock_monotonic_ns()) < end && !(interruptible && bench_interrupted))
		if (poll(&p, 1, (int)((end - now) / NS_PER_MS) + 1) > 0)
			return read(fd, ret, sizeof(*ret)) == sizeof(*ret);
	return false;
}

/* What has not ended within bound_ms is killed. Always reaps. */
static int run_reap(struct run *r, unsigned bound_ms, bool interruptible, struct run_result *ret,
		    struct errmsg *reterr)
{
	struct run_result result = { 0 };
	bool killed = false, ok = result_wait(r->result_fd, bound_ms, interruptible, &result);

	if (!ok) {
		killed = true;
		if (!run_has_ended(r))
			kill(r->program, SIGKILL);
		ok = result_wait(r->result_fd, KILL_BOUND_MS, false, &result);
	}
	/* Ended or not: nothing of the group may stay. */
	kill(-r->shepherd, SIGKILL);
	waitpid(r->shepherd, NULL, 0);
	close(r->result_fd);
	if (!ok)
		return errmsg_set(reterr, -EIO, "the program's processes would not end");
	*ret = result;
	ret->killed = killed;
	return 0;
}

int run_wait(struct run *r, unsigned bound_ms, struct run_result *ret, struct errmsg *reterr)
{
	return run_reap(r, bound_ms, true, ret, reterr);
}

int run_stop(struct run *r, unsigned bound_ms, struct run_result *ret, struct errmsg *reterr)
{
	/* The shepherd may have reaped it; an id used again would be of another group. */
	if (!run_has_ended(r))
		kill(r->program, SIGINT);
	return run_reap(r, bound_ms, false, ret, reterr);
}

/* What is in a file of ours that has no name any more. */
static void first_line(int fd, char *line, size_t size)
{
	const ssize_t n = pread(fd, line, size - 1, 0);

	line[n > 0 ? n : 0] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
}

void run_query(char *const argv[], int cpu, char *line, size_t size)
{
	char log[] = "/tmp/ringtap-bench-query.XXXXXX";
	const int err = mkstemp(log), out = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	struct run_result result;
	struct run r;

	line[0] = '\0';
	if (err >= 0 && out >= 0 && !run_start(argv, cpu, out, log, &r, NULL) &&
	    !run_wait(&r, QUERY_BOUND_MS, &result, NULL) && !result.killed &&
	    WIFEXITED(result.status) && WEXITSTATUS(result.status) != EXIT_NO_EXEC) {
		first_line(out, line, size);
		if (!line[0])
			first_line(err, line, size);
	}
	if (out >= 0)
		close(out);
	if (err < 0)
		return;
	close(err);
	unlink(log);
}
