/*
 * pcapio/writer_sandbox.c -- what the writer may still do: write, name and remove files in its
 * directories, wait. Its input is shared memory and packet bytes; neither gets it any further.
 */
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pcapio/writer_internal.h"

int writer_sandbox_identity(const struct writer_config *c, struct errmsg *err)
{
	/* The bounding set first: it needs CAP_SETPCAP, and where that is missing there is no more
	 * to do. */
	capng_clear(CAPNG_SELECT_BOTH);
	(void)capng_apply(CAPNG_SELECT_BOUNDS);
	if (geteuid() == 0 && c->uid != UINT32_MAX) {
		if (setgroups(0, NULL) < 0 || setresgid(c->gid, c->gid, c->gid) < 0 ||
		    setresuid(c->uid, c->uid, c->uid) < 0)
			return errmsg_set(err, -errno, "writer: cannot become user %u: %s", c->uid,
					  strerror(errno));
	}
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return errmsg_set(err, -EPERM, "writer: cannot drop its capabilities");
	return 0;
}

static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(pwrite64),
	SCMP_SYS(writev),
	SCMP_SYS(close),
	SCMP_SYS(lseek),
	SCMP_SYS(io_uring_enter),
	SCMP_SYS(ppoll),
	SCMP_SYS(poll),
	SCMP_SYS(openat),
	SCMP_SYS(ftruncate),
	SCMP_SYS(flock),
	SCMP_SYS(fallocate),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(fstatfs),
	SCMP_SYS(statx),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(unlinkat),
	SCMP_SYS(fsync),
	SCMP_SYS(fdatasync),
	SCMP_SYS(munmap),
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(sched_yield),
	SCMP_SYS(getrandom),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(mremap),
	/* A thread that is just starting. */
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
};

/* What the writer may do to files, and only below its output directories. */
#define LANDLOCK_FILES                                                    \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_READ_FILE)
/* Everything that the first version of Landlock knows (Linux 5.13). */
#define LANDLOCK_ALL ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)

static int allow_below(int ruleset, int dir_fd)
{
	const struct landlock_path_beneath_attr attr = { .allowed_access = LANDLOCK_FILES,
							 .parent_fd = dir_fd };

	return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &attr, 0) < 0
		       ? -errno
		       : 0;
}

/*
 * A process without capabilities may still be root, to whom most files belong: it opens nothing
 * outside the output directories. Where the kernel has no Landlock, the rest has to do.
 */
static int restrict_files(const struct writer_config *c, struct errmsg *err)
{
	const struct landlock_ruleset_attr attr = { .handled_access_fs = LANDLOCK_ALL };
	const int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	int ret = 0;

	if (fd < 0)
		return errno == ENOSYS || errno == EOPNOTSUPP
			       ? 0
			       : errmsg_set(err, -errno, "writer: Landlock: %s", strerror(errno));
	if (c->name[0])
		ret = allow_below(fd, WRITER_FD_DIR);
	if (ret == 0 && c->summary_name[0])
		ret = allow_below(fd, WRITER_FD_SUMMARY_DIR);
	if (ret == 0 && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		ret = -errno;
	close(fd);
	return ret < 0 ? errmsg_set(err, ret, "writer: Landlock: %s", strerror(-ret)) : 0;
}

int writer_sandbox_files(const struct writer_config *c, struct errmsg *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return errmsg_set(err, -errno, "writer: no_new_privs: %s", strerror(errno));
	return restrict_files(c, err);
}

int writer_sandbox_calls(struct errmsg *err)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	size_t i;
	int ret;

	if (!ctx)
		return errmsg_set(err, -ENOMEM, "writer: system call filter: out of memory");
	/* The threads that compress are there already. */
	ret = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	/* Whatever would start a program, open a connection or look into another process is an
	 * attack. */
	ret |= seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, SCMP_SYS(execve), 0);
	ret |= seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, SCMP_SYS(execveat), 0);
	ret |= seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, SCMP_SYS(ptrace), 0);
	ret |= seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, SCMP_SYS(process_vm_writev), 0);
	for (i = 0; i < ARRAY_SIZE(allowed); i++)
		ret |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	/* Memory, never executable. */
	ret |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	ret |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	ret |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
				SCMP_A1(SCMP_CMP_EQ, F_GETFL));
	/* abort() needs it; nobody else is signalled. */
	ret |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
	if (ret == 0)
		ret = seccomp_load(ctx);
	seccomp_release(ctx);
	if (ret)
		return errmsg_set(err, -EPERM, "writer: system call filter: %s",
				  strerror(ret < 0 ? -ret : ret));
	return 0;
}
