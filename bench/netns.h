/*
 * bench/netns.h -- a network namespace of one's own, with veth pairs and nothing else in it.
 *
 * The namespace belongs to the process, not to a name: it and everything in it go when the last
 * process inside ends, however it ends. Needs root.
 */
#ifndef BENCH_NETNS_H
#define BENCH_NETNS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/errmsg.h"

/*
 * Moves the calling process (one thread still) into a new network namespace, IPv6 off, and a mount
 * namespace whose /sys speaks of it. Children inherit both.
 */
int netns_enter(struct errmsg *reterr) must_check;

/* A veth pair, both ends up, no addresses. */
int netns_add_veth(const char *name, const char *peer, struct errmsg *reterr) must_check;

int netns_set_up(const char *ifname, bool up, struct errmsg *reterr) must_check;
int netns_remove_link(const char *ifname, struct errmsg *reterr) must_check;
int netns_set_gro(const char *ifname, bool on, struct errmsg *reterr) must_check;

/* How many packet sockets are bound to the interface and running, in the caller's namespace;
 * -errno. */
int netns_count_taps(const char *ifname);

#endif
