/* capture/link_internal.h -- what the list of links and their monitor share. */
#ifndef CAPTURE_LINK_INTERNAL_H
#define CAPTURE_LINK_INTERNAL_H

#include "capture/link.h"
#include "capture/netlink.h"

struct link_set {
	struct link_info *links; /* by ifindex */
	size_t nr, size;
};

/* NULL: unknown. The pointer lives until the table changes. */
struct link_info *link_set_find(const struct link_set *t, uint32_t ifindex);
/* Adds or replaces. 0 or -ENOMEM. */
int link_set_put(struct link_set *t, const struct link_info *info) must_check;
void link_set_remove(struct link_set *t, uint32_t ifindex);
void link_set_free(struct link_set *t);

/* An RTM_NEWLINK or RTM_DELLINK. False: it speaks of something else (a bridge port, say). */
bool link_parse(struct nlmsghdr *hdr, struct link_info *ret);
/* All links, without addresses. 0 or -errno. */
int link_dump(struct nl_sock *sock, struct link_set *ret) must_check;

#endif
