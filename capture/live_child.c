/* capture/live_child.c -- see live_child.h. */
#include "capture/live_child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/bpf_asm.h"
#include "core/bytes.h"

/* Everything from here to child() runs behind fork(), perhaps of a process with threads: system
 * calls only. */

/*
 * Asks for SIGIO, which ends us, when the kernel tells of our link that it is down or gone.
 * Messages on other links are filtered out. BPF loads are big-endian, what they load here is not.
 */
static int follow_link(uint32_t ifindex)
{
	const uint16_t gone = RTM_DELLINK;
	const uint32_t up = IFF_UP;
	const struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 NLMSG_HDRLEN + offsetof(struct ifinfomsg, ifi_index)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, load_be32(&ifindex), 0, 5),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_type)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, load_be16(&gone), 2, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 NLMSG_HDRLEN + offsetof(struct ifinfomsg, ifi_flags)),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, load_be32(&up), 1, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog filter = { .len = ARRAY_SIZE(code),
					   .filter = (struct sock_filter *)code };
	const struct sockaddr_nl links = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	struct ifreq ifr = { .ifr_ifindex = (int)ifindex };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0 ||
	    bind(fd, (const struct sockaddr *)&links, sizeof(links)) < 0 ||
	    fcntl(fd, F_SETOWN, getpid()) < 0 || fcntl(fd, F_SETFL, O_ASYNC) < 0)
		return -errno;
	/* What has happened before that. */
	if (ioctl(fd, SIOCGIFNAME, &ifr) < 0 || ioctl(fd, SIOCGIFFLAGS, &ifr) < 0)
		return -errno;
	return ifr.ifr_flags & IFF_UP ? 0 : -ENETDOWN;
}

/* Ctrl-C is for the parent, who ends us. SIGTSTP stops us too; then the call ends and is not made
 * again by us. */
static void set_signals(void)
{
	sigset_t all;

	sigfillset(&all);
	sigdelset(&all, SIGIO);
	sigdelset(&all, SIGTSTP);
	signal(SIGIO, SIG_DFL);
	signal(SIGTSTP, SIG_DFL);
	sigprocmask(SIG_SETMASK, &all, NULL);
}

/* The parent's descriptors are not ours to keep open: somebody may wait for the end of a pipe. */
static void close_others(int keep)
{
	if (keep > 0)
		(void)syscall(SYS_close_range, 0u, (unsigned int)keep - 1, 0u);
	(void)syscall(SYS_close_range, (unsigned int)keep + 1, UINT32_MAX, 0u);
}

static _Noreturn void child(const struct live_run *run)
{
	int code;

	prctl(PR_SET_NAME, "ringtap-xdp");
	set_signals();
	close_others(run->prog_fd);
	code = follow_link(run->ifindex);
	/* This many runs last for minutes, then it is called again, which takes some 10 us. */
	while (!code)
		code = bpf_run_live(run->prog_fd, run->ifindex, run->frame, run->len, UINT32_MAX,
				    run->batch);
	_exit(-code);
}

pid_t live_child_start(const struct live_run *run)
{
	const pid_t parent = getpid();
	sigset_t all, before;
	pid_t pid;

	/* The parent's handlers are not to run in the child. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(ESRCH);
		child(run);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return pid < 0 ? -errno : pid;
}

int live_child_look(pid_t pid)
{
	int status;
	const pid_t got = waitpid(pid, &status, WNOHANG);

	if (got == 0)
		return 1;
	if (got < 0)
		return errno == ECHILD ? 0 : -errno; /* somebody waits for all children */
	if (WIFSIGNALED(status))
		return 0;
	return WEXITSTATUS(status) == EINTR ? 0 : -WEXITSTATUS(status);
}

void live_child_end(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}
