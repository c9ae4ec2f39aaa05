/* cli/probe_run.h -- a conversation with the target: what UDP and TCP share. */
#ifndef CLI_PROBE_RUN_H
#define CLI_PROBE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/probe_log.h"
#include "cli/probe_options.h"
#include "cli/probe_payloads.h"
#include "cli/probe_target.h"
#include "core/compiler.h"
#include "core/errmsg.h"

struct probe_run {
	const struct probe_options *o;
	const struct probe_target *target;
	const struct probe_payloads *payloads;
	struct probe_log log;
	struct probe_address local; /* our end, as the socket sees it; len 0: not known */
	uint64_t next_ns;           /* CLOCK_MONOTONIC: nothing is sent before */
	uint32_t shown;             /* so many of the log are over, and were shown */
	bool interrupted;
	/* The index-th is over: no more replies to it are waited for. False: nobody looks any more.
	 */
	bool (*show)(struct probe_run *run, uint32_t index);
	/* A reply that came after its payload was shown. */
	void (*show_late)(struct probe_run *run, const struct probe_reply *r);
};

/*
 * Sends the payloads and collects replies. 0, also where it was interrupted; -errno with words when
 * nothing could be sent at all. In run->log is what happened.
 */
int probe_udp(struct probe_run *run, struct errmsg *err) must_check;
int probe_tcp(struct probe_run *run, struct errmsg *err) must_check;

/* For both: sleeps until fd has one of the events, or until_ns of CLOCK_MONOTONIC, or a signal asks
 * to end. Events, 0, or -EINTR. */
int probe_poll(int fd, short events, uint64_t until_ns) must_check;
/* The earliest time for the next send, given one at now_ns. */
void probe_pace(struct probe_run *run, uint64_t now_ns);
/* All that were sent are over: shows those that are not shown yet. False: nobody looks any more. */
bool probe_show_rest(struct probe_run *run) must_check;

#endif
