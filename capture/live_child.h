/*
 * capture/live_child.h -- the process that makes the one long call of BPF_PROG_TEST_RUN.
 *
 * Only a signal ends that call before its time, and a process of its own can be given one without a
 * word to anybody. The kernel ends it too when the link goes down or away: while the call lasts it
 * holds the interface, which could not be removed before.
 */
#ifndef CAPTURE_LIVE_CHILD_H
#define CAPTURE_LIVE_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#include "core/compiler.h"

struct live_run {
	int prog_fd;
	uint32_t ifindex;
	const uint8_t *frame; /* what each frame is at first */
	uint32_t len;
	uint32_t batch; /* frames handed to the driver at a time */
};

/*
 * Starts it; it inherits CPUs and priority of the caller, and dies with the thread that calls this.
 * Its process id or -errno.
 */
pid_t live_child_start(const struct live_run *run) must_check;
/*
 * Without waiting. 1: it runs. 0: it has ended in order (interrupted, or the link has changed) and
 * may be started again. -errno of the call.
 */
int live_child_look(pid_t pid) must_check;
/* Ends it; waits until it has, some 10 ms. */
void live_child_end(pid_t pid);

#endif
