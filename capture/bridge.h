/*
 * capture/bridge.h -- packets that come in on one interface go out of another, and back.
 *
 * A direction is a thread with a receive ring (TPACKET_V2: a status word and a wake-up per packet;
 * net/packet/af_packet.c) and a transmit ring. What the machine itself sends is never received, so
 * nothing goes round. Checksums and super-frames that are left to the NIC travel as such: both
 * sockets speak virtio_net_hdr (PACKET_VNET_HDR).
 *
 * One control thread calls everything here.
 */
#ifndef CAPTURE_BRIDGE_H
#define CAPTURE_BRIDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "dissect/filter/filter.h"

/* Why a packet that was received was not passed on. */
#define BRIDGE_DROPS(X)                                                                         \
	X(RING_FULL, ring_full, "came when the receive ring was full")                          \
	X(QUEUE_FULL, queue_full,                                                               \
	  "longer than a frame of the ring, and no memory for them was left")                   \
	X(TUNNELLED, tunnelled, "merged ones inside a tunnel, which cannot be cut again")       \
	X(MALFORMED, malformed, "have no whole link-layer header, or lie about their segments") \
	X(TOO_LONG, too_long, "longer than the other interface takes")                          \
	X(TOO_BIG, too_big, "merged to more than 64 KiB (BIG TCP)")                             \
	X(EGRESS_DOWN, egress_down, "came when the other interface was down")                   \
	X(NO_CARRIER, no_carrier, "came when the other interface had no carrier")               \
	X(EGRESS_FULL, egress_full, "came when the other interface took nothing for a while")   \
	X(REFUSED, refused, "refused by the kernel when they were sent")                        \
	X(BEYOND_LIMIT, beyond_limit, "came after the last one wanted")                         \
	X(UNSENT, unsent, "still waiting when it ended")

enum bridge_drop {
#define X(id, name, text) BRIDGE_##id,
	BRIDGE_DROPS(X)
#undef X
		BRIDGE_NR_DROPS
};

const char *bridge_drop_name(enum bridge_drop d);
const char *bridge_drop_text(enum bridge_drop d);

struct bridge_config {
	const char *interfaces[2]; /* names; borrowed during bridge_open() */
	const char *netns;         /* name under /run/netns or a path; NULL: stay */
	bool one_way;              /* from the first to the second only */
	bool qdisc;                /* through the queueing discipline; else past it */
	uint64_t ring_bytes;       /* of each receive ring; 0: chosen */
	int cpus[2];               /* of the directions */
	uint32_t nr_cpus;          /* 0: not pinned; 1: both on the same */
	uint64_t limit;            /* packets passed on, both directions together; 0: none */

	const char *filter;                   /* capture filter; NULL: everything */
	struct filter_options filter_options; /* extended, vlan_transparent; the rest is ours */
	struct filter_error *refusal;         /* set when bridge_open() refuses the filter */
};

/* Packets of one direction: received = forwarded + dropped[...] + in_flight. */
struct bridge_totals {
	char from[16], to[16]; /* IFNAMSIZ */
	uint64_t received;     /* that passed the filter, by the kernel's count */
	uint64_t forwarded;    /* handed to the driver */
	uint64_t bytes;        /* of these, VLAN tags included */
	uint64_t super_frames; /* of these, merged or not yet cut ones (GRO, GSO) */
	uint64_t offloaded;    /* of these, with a checksum that the NIC completes */
	uint64_t dropped[BRIDGE_NR_DROPS], dropped_all;
	uint64_t in_flight;
	uint64_t waits;        /* times that the other interface took no more for the moment */
	uint64_t ring_renewed; /* times that the receive ring was stuck, and replaced */
	/* What the driver says of the outgoing interface since the start, whoever has sent. */
	uint64_t egress_dropped, egress_errors;
};

struct bridge;

/*
 * Opens everything; nothing is passed on yet. -errno with words otherwise; -EINVAL with
 * cfg->refusal->text set where the filter does not compile. Needs CAP_NET_RAW.
 */
int bridge_open(const struct bridge_config *cfg, struct bridge **ret,
		struct errmsg *err) must_check;
/* What is worth knowing of the two interfaces beforehand, as notes (core/log.h). */
void bridge_remark(const struct bridge *b);
/* Gives up every privilege of the process: where no capture runs beside it, which does the same. */
int bridge_drop_privileges(struct errmsg *err) must_check;
/* The threads, which inherit what the caller may do; then packets. */
int bridge_start(struct bridge *b, struct errmsg *err) must_check;

/* A descriptor that becomes readable when bridge_poll() has something to do. */
int bridge_fd(const struct bridge *b);

enum bridge_state {
	BRIDGE_RUNNING,
	BRIDGE_LIMIT, /* as many as were wanted: stop it */
	BRIDGE_GONE,  /* an interface has disappeared, or its ring: stop it */
};

/* Follows the links. Called when the descriptor says so, and every second. */
enum bridge_state bridge_poll(struct bridge *b);
/* Nothing more comes in; what is there is still passed on, as far as it goes within a second. */
void bridge_stop(struct bridge *b);
/* What is there is counted as unsent. */
void bridge_hurry(struct bridge *b);
bool bridge_ended(const struct bridge *b);

uint32_t bridge_directions(const struct bridge *b);
/* Reads the kernel's counts as well. */
void bridge_totals(struct bridge *b, uint32_t direction, struct bridge_totals *ret);

void bridge_close(struct bridge *b); /* NULL is fine */

#endif
