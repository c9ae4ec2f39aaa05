/*
 * capture/ethtool.h -- what driver and NIC say of an interface, as far as a capture depends on it.
 *
 * Over ethtool netlink (Linux 5.6); what that lacks comes from the older ioctl. No privileges
 * needed. One thread per struct ethtool.
 */
#ifndef CAPTURE_ETHTOOL_H
#define CAPTURE_ETHTOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/link.h"
#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/strbuf.h"

/* Offloads, a bit each. MERGING ones make captured packets differ from those on the wire. */
enum ethtool_offload {
	ETHTOOL_GRO = 1 << 0,    /* the stack merges received packets before the tap */
	ETHTOOL_GRO_HW = 1 << 1, /* the NIC does */
	ETHTOOL_LRO = 1 << 2,    /* the driver does, and not reversibly */
	ETHTOOL_TSO = 1 << 3,    /* own packets pass the tap before they are cut */
	ETHTOOL_GSO = 1 << 4,    /* the same, cut by the stack */
	ETHTOOL_VLAN_PARSE =
		1 << 5, /* the NIC takes the tag out; it is put back from the descriptor */
	ETHTOOL_VLAN_FILTER =
		1 << 6, /* the NIC drops VLANs that nobody configured, unless promiscuous */
	ETHTOOL_RX_CSUM = 1 << 7,
	ETHTOOL_TX_CSUM = 1 << 8, /* own packets pass the tap before they have a checksum */
};

#define ETHTOOL_MERGING (ETHTOOL_GRO | ETHTOOL_GRO_HW | ETHTOOL_LRO)

enum ethtool_duplex {
	ETHTOOL_DUPLEX_UNKNOWN,
	ETHTOOL_DUPLEX_HALF,
	ETHTOOL_DUPLEX_FULL,
};

struct ethtool_facts {
	uint64_t speed_mbit; /* Mbit/s, 0 = unknown */
	uint32_t rx_queues;  /* that the NIC uses now: rx and combined channels; 0 = unknown */
	uint32_t tx_queues;
	uint32_t offloads; /* enum ethtool_offload: switched on */
	bool offloads_known;
	uint8_t duplex;  /* enum ethtool_duplex */
	char driver[32]; /* "" = none */
	char bus[32];    /* "0000:03:00.0" */
};

struct ethtool;

/* Works without ethtool netlink too (then everything is asked by ioctl). 0 or -errno. */
int ethtool_open(struct ethtool **ret, struct errmsg *err) must_check;
/*
 * Fills in whatever can be found out. Not an error: a driver that answers nothing. -ENODEV when the
 * interface is gone.
 */
int ethtool_read(struct ethtool *e, const struct link_info *link,
		 struct ethtool_facts *ret) must_check;
void ethtool_close(struct ethtool *e); /* NULL is fine */

/*
 * Why captured packets may differ from those on the wire, and the command that mends it; appends
 * nothing and returns false when nothing falsifies: "GRO on: captured packets may be merged;
 * ethtool -K eth0 gro off".
 */
bool ethtool_remark(const struct link_info *link, const struct ethtool_facts *facts,
		    struct strbuf *out);

#endif
