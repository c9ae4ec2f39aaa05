/*
 * capture/link.h -- the network interfaces of this namespace: list, look up, follow (rtnetlink).
 *
 * No privileges are needed. Every call opens a socket of its own, so all of them are thread-safe;
 * a link_monitor belongs to one thread.
 */
#ifndef CAPTURE_LINK_H
#define CAPTURE_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"

enum {
	LINK_ADDRS_MAX = 16, /* kept per link; nr_addrs counts on */
	LINK_MAC_MAX = 32,   /* MAX_ADDR_LEN of the kernel */
	LINK_KIND_MAX = 16,
};

struct link_addr {
	uint8_t family; /* AF_INET, AF_INET6 */
	uint8_t prefix_len;
	uint8_t bytes[16];
};

struct link_info {
	uint32_t ifindex;
	uint32_t mtu;
	uint32_t rx_queues, tx_queues;
	uint16_t arphrd; /* ARPHRD_* */
	bool up;         /* IFF_UP: somebody switched it on */
	bool running;    /* IFF_RUNNING: it has a carrier */
	bool loopback;
	bool promiscuous;
	uint8_t mac_len;
	uint8_t mac[LINK_MAC_MAX];
	char name[IFNAMSIZ];
	char kind[LINK_KIND_MAX]; /* "veth", "bridge", ...; "" for hardware */
	size_t nr_addrs;          /* of the link; at most LINK_ADDRS_MAX are here */
	struct link_addr addrs[LINK_ADDRS_MAX];
};

/* What the driver and the stack counted since the interface exists. */
struct link_stats {
	uint64_t rx_packets, rx_bytes, rx_errors;
	uint64_t rx_dropped; /* by the stack or the driver: no memory, no protocol */
	uint64_t rx_missed;  /* by the NIC: nobody fetched them in time */
	uint64_t rx_fifo;    /* by the NIC: its FIFO ran over */
	uint64_t rx_nohandler;
	uint64_t tx_packets, tx_bytes, tx_errors, tx_dropped;
};

/* All links with their addresses, by ifindex. The caller frees *ret. 0 or -errno. */
int link_list(struct link_info **ret, size_t *ret_nr, struct errmsg *err) must_check;
/*
 * One link by name, alternative name or number, without its addresses; -ENODEV with a remedy in
 * err.
 */
int link_by_name(const char *name, struct link_info *ret, struct errmsg *err) must_check;
/* 0 or -errno (-ENODEV: it is gone). */
int link_read_stats(uint32_t ifindex, struct link_stats *ret) must_check;
/*
 * The LINKTYPE_* of what a SOCK_RAW packet socket delivers on such a link; -EOPNOTSUPP where the
 * link-layer header follows no registered layout (those are captured cooked).
 */
int link_linktype(uint16_t arphrd);

enum link_event {
	LINK_NEW,     /* it appeared, or was there when the monitor was opened */
	LINK_CHANGED, /* renamed, up, down, carrier, MTU, address, type */
	LINK_GONE,    /* removed, or moved to another namespace */
};

/* info is valid during the call only; its addresses are not filled in. */
typedef void link_event_fn(void *ctx, enum link_event event, const struct link_info *info);

struct link_monitor;

/*
 * Subscribes, then reports every present link as LINK_NEW before it returns. Nothing is missed:
 * when the socket's queue runs over, the links are listed again and the differences are reported.
 */
int link_monitor_open(struct link_monitor **ret, link_event_fn *fn, void *ctx,
		      struct errmsg *err) must_check;
/* Readable when there is something to dispatch; non-blocking. */
int link_monitor_fd(const struct link_monitor *m);
/* Calls fn for what has happened, without waiting. 0 or -errno. */
int link_monitor_dispatch(struct link_monitor *m, struct errmsg *err) must_check;
/* Lists again and reports the differences; dispatch does so by itself when it has to. */
int link_monitor_resync(struct link_monitor *m, struct errmsg *err) must_check;
void link_monitor_close(struct link_monitor *m); /* NULL is fine */

#endif
