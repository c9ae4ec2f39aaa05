/* capture/priv.c -- the main process's privileges: what it needs to start, and what it keeps. */
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "capture/engine_internal.h"

int priv_enter_netns(const char *name, struct errmsg *err)
{
	char path[PATH_MAX];
	int fd, ret = 0;

	snprintf(path, sizeof(path), "%s%s", strchr(name, '/') ? "" : "/run/netns/", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errmsg_set(err, -errno, "--netns %s: %s; 'ip netns list' lists them", name,
				  errno == ENOENT ? "no such network namespace" : strerror(errno));
	if (setns(fd, CLONE_NEWNET) < 0)
		ret = errmsg_set(err, -errno, "--netns %s: %s%s", name, strerror(errno),
				 errno == EPERM ? " (needs CAP_SYS_ADMIN)" : "");
	close(fd);
	return ret;
}

/* Nobody who takes over this process shall trace others, load code into the kernel or mount. */
static int deny_system_calls(void)
{
	static const int denied[] = {
		SCMP_SYS(ptrace),
		SCMP_SYS(process_vm_readv),
		SCMP_SYS(process_vm_writev),
		SCMP_SYS(bpf),
		SCMP_SYS(init_module),
		SCMP_SYS(finit_module),
		SCMP_SYS(kexec_load),
		SCMP_SYS(mount),
		SCMP_SYS(umount2),
		SCMP_SYS(pivot_root),
		SCMP_SYS(setns),
		SCMP_SYS(unshare),
		SCMP_SYS(perf_event_open),
		SCMP_SYS(add_key),
		SCMP_SYS(keyctl),
		SCMP_SYS(userfaultfd),
		SCMP_SYS(open_by_handle_at),
	};
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	size_t i;
	int ret = 0;

	if (!ctx)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(denied); i++)
		ret |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), denied[i], 0);
	if (ret == 0)
		ret = seccomp_load(ctx);
	seccomp_release(ctx);
	return ret;
}

void priv_act_as_writer(const struct engine *e, bool on)
{
	const struct engine_output *o = &e->output;

	if (e->cfg.user || o->uid == (uid_t)-1 || geteuid())
		return;
	setfsgid(on ? o->gid : getegid());
	setfsuid(on ? o->uid : geteuid());
}

int priv_drop(struct engine *e, struct errmsg *err)
{
	const capng_type_t kept = CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET;
	const bool becomes_user = e->cfg.user && geteuid() == 0;
	const struct engine_output *o = &e->output;
	int ret;

	capng_clear(CAPNG_SELECT_BOTH);
	/* Putting the NIC's time stamp setting back is the one thing of ours that needs a
	 * privilege. */
	if (e->cfg.hardware_time)
		capng_update(CAPNG_ADD, kept, CAP_NET_ADMIN);
	/* The writer is the directory's owner: we must be able to end it, and start another. */
	if (!becomes_user && geteuid() == 0 && o->uid != (uid_t)-1)
		capng_updatev(CAPNG_ADD, kept, CAP_SETUID, CAP_SETGID, CAP_KILL, -1);
	/* The bounding set needs CAP_SETPCAP; where that is missing there is no more to drop. */
	(void)capng_apply(CAPNG_SELECT_BOUNDS);
	if (becomes_user &&
	    (prctl(PR_SET_KEEPCAPS, e->cfg.hardware_time) < 0 || setgroups(0, NULL) < 0 ||
	     setresgid(o->gid, o->gid, o->gid) < 0 || setresuid(o->uid, o->uid, o->uid) < 0))
		return errmsg_set(err, -errno, "-Z %s: %s", e->cfg.user, strerror(errno));
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return errmsg_set(err, -EPERM, "capabilities cannot be dropped");
	/* Without the capability that opened every file, the program may be closed to us as well.
	 */
	ret = e->program_fd >= 0 ? writer_process_program(e, err) : 0;
	if (ret < 0)
		return ret;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return errmsg_set(err, -errno, "no_new_privs: %s", strerror(errno));
	if (deny_system_calls() < 0)
		return errmsg_set(err, -EPERM, "system call filter: cannot be installed");
	return 0;
}
