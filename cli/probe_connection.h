/* cli/probe_connection.h -- a TCP connection to the target, bounded in time. */
#ifndef CLI_PROBE_CONNECTION_H
#define CLI_PROBE_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/probe_target.h"
#include "core/compiler.h"
#include "core/errmsg.h"

struct probe_connection {
	int fd;     /* -1: closed */
	bool ended; /* by the other side, in the order of TCP */
	bool reset; /* or not */
};

/*
 * 0; -EINTR a signal asks to end; -errno with words: no socket, or from_port cannot be had; without
 * words: of connect(), -ETIMEDOUT after wait_ns.
 */
int probe_connection_open(struct probe_connection *c, const struct probe_target *t,
			  uint16_t from_port, uint64_t wait_ns, struct errmsg *err) must_check;
void probe_connection_close(struct probe_connection *c);

/* Called with what has come, whenever something has. */
typedef void probe_received(void *arg, const uint8_t *data, size_t len);

/*
 * Sends all of it until until_ns of CLOCK_MONOTONIC; what comes meanwhile is taken. 0, -EINTR,
 * -ETIMEDOUT: the other side takes no more, -EPIPE: it has ended.
 */
int probe_connection_send(struct probe_connection *c, const uint8_t *data, size_t len,
			  uint64_t until_ns, probe_received *received, void *arg) must_check;
/*
 * Takes what comes until until_ns, or until nothing has come for quiet_ns after something did, or
 * its end. 0 or -EINTR.
 */
int probe_connection_receive(struct probe_connection *c, uint64_t until_ns, uint64_t quiet_ns,
			     probe_received *received, void *arg) must_check;

#endif
