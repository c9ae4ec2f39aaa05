/* bench/link_count.h -- what the kernel counts at an interface. */
#ifndef BENCH_LINK_COUNT_H
#define BENCH_LINK_COUNT_H

#include <stdint.h>

#include "core/compiler.h"

struct link_count {
	uint64_t rx_packets, rx_dropped, tx_packets, tx_dropped;
};

/* Of an interface of the caller's namespace, since it was made; 0 or -errno, -ENODEV. */
int link_count_read(const char *ifname, struct link_count *ret) must_check;
/* The same when no packet has come for a while, at most bound_ms later. */
int link_count_settled(const char *ifname, unsigned bound_ms, struct link_count *ret) must_check;

#endif
