/* capture/live_able.h -- can an interface send XDP frames? */
#ifndef CAPTURE_LIVE_ABLE_H
#define CAPTURE_LIVE_ABLE_H

#include "capture/link.h"
#include "core/compiler.h"
#include "core/errmsg.h"

/*
 * 0: its driver says so (netdev netlink, Linux 6.3), or nobody can tell. -EOPNOTSUPP with what may
 * help. No privileges needed.
 */
int live_able(const struct link_info *link, struct errmsg *err) must_check;

#endif
