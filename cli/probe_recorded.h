/* cli/probe_recorded.h -- the exchanges that a file has recorded, as if they had just happened. */
#ifndef CLI_PROBE_RECORDED_H
#define CLI_PROBE_RECORDED_H

#include <stdint.h>

#include "cli/probe_log.h"
#include "cli/probe_payloads.h"
#include "core/compiler.h"

/*
 * Who sends the first datagram between two addresses and ports asks, the other one answers: what it
 * sends is a reply to the datagram before. Where the first one's begins with the two bytes that the
 * other one's did, it is a reply to that. The log borrows the payloads. 0 or -ENOMEM.
 */
int probe_recorded(const struct probe_payloads *p, uint64_t wait_ns,
		   struct probe_log *log) must_check;

#endif
