/* capture/post.c -- finished files one behind the other through a command of the user. */
#include "capture/post.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/ioprio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/engine_internal.h"
#include "core/log.h"
#include "pcapio/writer_name.h"

enum { JOBS_MAX = 64, PATH_TEXT_MAX = PATH_MAX + SEGMENT_PATH_MAX, NICE = 10, NOT_STARTED = 126 };

struct job {
	pid_t pid; /* 0: none */
	int pidfd; /* wakes us; -1: the next tick will */
	uint64_t serial;
	char path[PATH_TEXT_MAX];
};

struct post {
	uint64_t seq;         /* of the list of finished files: what is taken */
	uint64_t next_serial; /* behind the last file that was taken */
	struct segment_file_id queue[POST_QUEUE_MAX];
	uint32_t front, waiting, running, nr_jobs;
	struct job jobs[JOBS_MAX];
	int null_fd;
	uint64_t cpu_us; /* of the commands that have ended */
	bool said_full;
	char **environment; /* ours and room for one more; the strings are not ours */
	char variable[PATH_TEXT_MAX + 16];
	char command[POST_COMMAND_MAX];
};

static const char variable_name[] = "RINGTAP_FILE=";

/* Inside '' nothing has a meaning but ' itself. A name that looks like an option gets ./ in front.
 */
static void put_quoted(struct strbuf *out, const char *path)
{
	strbuf_puts(out, *path == '-' ? "'./" : "'");
	for (; *path; path++) {
		if (*path == '\'')
			strbuf_puts(out, "'\\''");
		else
			strbuf_putc(out, *path);
	}
	strbuf_putc(out, '\'');
}

void post_command(struct strbuf *out, const char *command, const char *path)
{
	const char *hole = strstr(command, "{}");

	if (!hole) {
		strbuf_puts(out, command);
		strbuf_putc(out, ' ');
		put_quoted(out, path);
		return;
	}
	for (; hole; hole = strstr(command, "{}")) {
		strbuf_put(out, command, (size_t)(hole - command));
		put_quoted(out, path);
		command = hole + 2;
	}
	strbuf_puts(out, command);
}

/* Who we are in the end: fixed before the process is split, used after. */
struct child {
	char *const *argv;
	char *const *envp;
	uid_t uid; /* (uid_t)-1: stays */
	gid_t gid;
	int null_fd;
};

/*
 * Shares our memory until it executes: system calls only, and those of identity by number, as the
 * library's would change every thread.
 */
static void __attribute__((noreturn, noinline)) become_command(const struct child *c)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
	const struct sigaction normal = { .sa_handler = SIG_DFL };
	sigset_t empty;

	if (c->uid != (uid_t)-1 && (syscall(SYS_setgroups, 0, NULL) < 0 ||
				    syscall(SYS_setresgid, c->gid, c->gid, c->gid) < 0 ||
				    syscall(SYS_setresuid, c->uid, c->uid, c->uid) < 0))
		_exit(NOT_STARTED);
	if (syscall(SYS_capset, &head, none) < 0 || setpgid(0, 0) < 0 ||
	    dup2(c->null_fd, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		_exit(NOT_STARTED);
	syscall(SYS_close_range, STDERR_FILENO + 1, ~0u, 0);
	syscall(SYS_setpriority, PRIO_PROCESS, 0, NICE);
	syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0));
	sigaction(SIGPIPE, &normal, NULL);
	sigemptyset(&empty);
	sigprocmask(SIG_SETMASK, &empty, NULL);
	execve("/bin/sh", c->argv, c->envp);
	_exit(NOT_STARTED);
}

/* Not fork(): that would copy the page tables of the rings, gigabytes of them. */
static pid_t start_child(const struct child *c)
{
	const pid_t pid = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork) */

	if (pid == 0)
		become_command(c); /* NOLINT(clang-analyzer-unix.Vfork): system calls only */
	return pid;
}

int post_open(struct engine *e, struct errmsg *err)
{
	struct post *p;
	size_t n = 0, i = 0;
	char **v;

	if (!e->cfg.post)
		return 0;
	if (e->output.pipe_fd >= 0)
		return errmsg_set(err, -EINVAL, "--post: a pipe leaves no finished files");
	if (strlen(e->cfg.post) > POST_COMMAND_MAX / 2)
		return errmsg_set(err, -E2BIG, "--post: the command is too long");
	for (v = environ; v && *v; v++)
		n++;
	p = calloc(1, sizeof(*p));
	e->post = p;
	if (p)
		p->environment = calloc(n + 2, sizeof(*p->environment));
	if (!p || !p->environment)
		return errmsg_set(err, -ENOMEM, "out of memory");
	for (v = environ; v && *v; v++)
		if (strncmp(*v, variable_name, sizeof(variable_name) - 1) != 0)
			p->environment[i++] = *v;
	p->environment[i] = p->variable;
	p->nr_jobs = e->cfg.post_jobs ? MIN_OF(e->cfg.post_jobs, (uint32_t)JOBS_MAX) : 1;
	p->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	return p->null_fd < 0 ? errmsg_set(err, -errno, "/dev/null: %s", strerror(errno)) : 0;
}

static void count_dropped(struct engine *e, uint64_t n)
{
	if (!n)
		return;
	counter_add(&e->seg.header->control.post_dropped, n);
	if (!e->post->said_full)
		log_error("--post: more than %d files wait for their command; it is not run for "
			  "those that come now; more --post-jobs, or a quicker command",
			  POST_QUEUE_MAX);
	e->post->said_full = true;
}

static void take_finished(struct engine *e)
{
	struct post *p = e->post;
	struct segment_file_id id;
	uint64_t missed = 0;
	uint32_t n;

	/* A writer that has gone mad may add to the list for ever; the rest is the next round's. */
	for (n = 0; n < FINISHED_MAX && segment_next_finished(&e->seg, &p->seq, &id, &missed);
	     n++) {
		p->next_serial = id.serial + 1;
		if (p->waiting == POST_QUEUE_MAX)
			missed++;
		else
			p->queue[(p->front + p->waiting++) % POST_QUEUE_MAX] = id;
	}
	count_dropped(e, missed);
}

/* False: it is gone, or somebody else's. The segment's word is not enough to hand a path on. */
static bool is_ours(const struct engine *e, const struct segment_file_id *id, const char *name)
{
	struct stat st;
	bool ours;

	priv_act_as_writer(e, true);
	ours = fstatat(e->output.dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(st.st_mode) && st.st_ino == id->inode && st.st_dev == id->device;
	priv_act_as_writer(e, false);
	return ours;
}

static void watch_job(const struct engine *e, struct job *j)
{
	struct epoll_event ev = { .events = EPOLLIN };

	j->pidfd = (int)syscall(SYS_pidfd_open, j->pid, 0);
	ev.data.fd = j->pidfd;
	if (j->pidfd >= 0)
		(void)epoll_ctl(e->epoll_fd, EPOLL_CTL_ADD, j->pidfd, &ev);
}

static void start_job(struct engine *e, struct job *j, const struct segment_file_id *id)
{
	struct post *p = e->post;
	struct strbuf path = strbuf_over(j->path, sizeof(j->path));
	struct strbuf text = strbuf_over(p->command, sizeof(p->command));
	struct strbuf variable = strbuf_over(p->variable, sizeof(p->variable));
	char name[SEGMENT_PATH_MAX], shell[] = "sh", option[] = "-c";
	char *const argv[] = { shell, option, p->command, NULL };
	const bool owner = !e->cfg.user && geteuid() == 0;
	const struct child c = { .argv = argv,
				 .envp = p->environment,
				 .uid = owner ? e->output.uid : (uid_t)-1,
				 .gid = e->output.gid,
				 .null_fd = p->null_fd };

	writer_name(&e->writer_config, id, name);
	strbuf_puts(&path, e->output.prefix);
	strbuf_puts(&path, name);
	strbuf_puts(&variable, variable_name);
	strbuf_puts(&variable, j->path);
	post_command(&text, e->cfg.post, j->path);
	if (!is_ours(e, id, name) || text.overflow) {
		log_error("--post: %s: %s; its command is not run", j->path,
			  text.overflow ? "the command is too long" : "is not there any more");
		counter_add(&e->seg.header->control.post_dropped, 1);
		return;
	}
	j->pid = start_child(&c);
	if (j->pid < 0) {
		log_error("--post: %s: cannot be started: %s", j->path, strerror(errno));
		counter_add(&e->seg.header->control.post_dropped, 1);
		j->pid = 0;
		return;
	}
	j->serial = id->serial;
	p->running++;
	watch_job(e, j);
}

static void end_job(struct engine *e, struct job *j, int status)
{
	struct control_block *c = &e->seg.header->control;

	counter_add(&c->post_run, 1);
	if (status) {
		counter_add(&c->post_failed, 1);
		if (WIFSIGNALED(status))
			log_error("--post: %s: the command was killed by signal %d (%s)", j->path,
				  WTERMSIG(status), strsignal(WTERMSIG(status)));
		else
			log_error("--post: %s: the command ended with status %d", j->path,
				  WEXITSTATUS(status));
	}
	if (j->pidfd >= 0)
		close(j->pidfd);
	j->pid = 0;
	e->post->running--;
}

/* What retention must leave alone: everything from the oldest that waits or runs. */
static void tell_writer(const struct engine *e)
{
	const struct post *p = e->post;
	struct control_block *c = &e->seg.header->control;
	uint64_t before = p->waiting ? p->queue[p->front].serial : p->next_serial;
	uint32_t i;

	for (i = 0; i < p->nr_jobs; i++)
		if (p->jobs[i].pid && p->jobs[i].serial < before)
			before = p->jobs[i].serial;
	counter_set(&c->post_before, before);
	counter_set(&c->post_waiting, (uint64_t)p->waiting + p->running);
}

void post_check(struct engine *e)
{
	struct post *p = e->post;
	struct rusage used;
	uint32_t i;
	int status;

	if (!p)
		return;
	take_finished(e);
	for (i = 0; i < p->nr_jobs; i++) {
		struct job *j = &p->jobs[i];

		if (j->pid && wait4(j->pid, &status, WNOHANG, &used) == j->pid) {
			p->cpu_us +=
				(uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
				(uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
			end_job(e, j, status);
		}
		while (!j->pid && p->waiting) {
			const struct segment_file_id id = p->queue[p->front];

			p->front = (p->front + 1) % POST_QUEUE_MAX;
			p->waiting--;
			start_job(e, j, &id);
		}
	}
	tell_writer(e);
}

double engine_post_seconds(const struct engine *e)
{
	return e->post ? (double)e->post->cpu_us / 1e6 : 0;
}

bool post_idle(const struct engine *e)
{
	return !e->post || (!e->post->waiting && !e->post->running);
}

void post_give_up(struct engine *e)
{
	struct post *p = e->post;

	if (!p || post_idle(e))
		return;
	log_error("--post: %u files are left without their command, %u commands still run",
		  p->waiting, p->running);
	counter_add(&e->seg.header->control.post_dropped, p->waiting);
	p->waiting = 0;
	tell_writer(e);
}

void post_close(struct engine *e)
{
	struct post *p = e->post;
	uint32_t i;

	if (!p)
		return;
	for (i = 0; i < p->nr_jobs; i++)
		if (p->jobs[i].pid && p->jobs[i].pidfd >= 0)
			close(p->jobs[i].pidfd);
	if (p->null_fd > STDERR_FILENO)
		close(p->null_fd);
	free(p->environment);
	free(p);
	e->post = NULL;
}
