/* capture/bridge_internal.h -- what the bridge's files share; nobody else includes it. */
#ifndef CAPTURE_BRIDGE_INTERNAL_H
#define CAPTURE_BRIDGE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "capture/bridge.h"
#include "capture/bridge_ring.h"
#include "capture/bridge_super.h"
#include "capture/link.h"
#include "capture/transmit.h"

/* What the control thread knows of the outgoing link; the forwarder looks at it now and then. */
enum egress_state { EGRESS_UP, EGRESS_IS_DOWN, EGRESS_HAS_NO_CARRIER, EGRESS_GONE };

/* By the forwarder alone; read by the control thread. */
struct bridge_counts {
	_Atomic uint64_t forwarded, bytes; /* super-frames only: the others are the transmit's */
	_Atomic uint64_t offloaded;
	_Atomic uint64_t dropped[BRIDGE_NR_DROPS];
	_Atomic uint64_t waits;
	_Atomic uint64_t ring_renewed;
};

/* Both directions'. */
struct bridge_shared {
	_Atomic uint32_t stopping; /* nothing more comes in: end when the ring is empty */
	_Atomic uint32_t hurry;    /* end now */
	_Atomic uint64_t claimed;  /* packets under `limit` */
	uint64_t limit;
	int event_fd; /* wakes the control thread */
};

/* One direction; the thread's but where it says otherwise. */
struct forwarder {
	struct bridge_ring ring;
	struct transmit *tx;
	struct bridge_super super;
	uint32_t header_len;      /* of the link layer */
	uint32_t room;            /* bytes of a transmit slot */
	bool pending;             /* something is committed and not handed over */
	bool claimed;             /* the frame at hand has been counted against the limit */
	enum bridge_drop blocked; /* why nothing can go out until blocked_ns */
	uint64_t blocked_ns;      /* monotonic; 0: it can */
	uint64_t stalled_ns;      /* since when the other interface takes no more; 0: it does */
	uint64_t stalled_at;      /* packets that had left then */
	uint64_t nap_ns;          /* the next one while it is stalled */
	bool idle;                /* nothing came between the last wait and this one */
	uint64_t idle_drops;      /* the kernel's count at the end of the last wait */
	struct bridge_counts counts;
	struct bridge_shared *shared;

	/* The control thread's. */
	int stop_fd; /* eventfd that wakes the thread */
	int cpu;     /* -1: any */
	pthread_t thread;
	bool started, joined;
	_Atomic uint32_t egress;    /* enum egress_state */
	_Atomic uint32_t frame_max; /* of the other interface, VLAN tags left away */
	_Atomic uint32_t ended;     /* the thread's */
	_Atomic uint32_t broken;    /* the thread's: it has no ring any more */
	bool renewal_said;

	pthread_mutex_t kernel_lock;  /* of the two below: both threads read the kernel's counts */
	uint64_t received, ring_full; /* out of PACKET_STATISTICS, which forgets them */

	/* The control thread's. */
	const struct link_info *from, *to;
	struct link_stats to_stats;             /* when it began */
	uint64_t egress_dropped, egress_errors; /* since then */
} cacheline_aligned;

/* The thread: arg is a struct forwarder. */
void *forwarder_run(void *arg);
/* Packets that came since the beginning, drops too, and those of them that found the ring full. */
void forwarder_read_kernel(struct forwarder *f, uint64_t *ret_received, uint64_t *ret_full);

/* bridge_links.c: refuses what cannot be bridged; fills in both links with their addresses. */
int bridge_find_links(const struct bridge_config *cfg, struct link_info ret[2],
		      struct errmsg *err) must_check;
void bridge_remark_links(const struct link_info links[2]);

#endif
