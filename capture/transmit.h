/*
 * capture/transmit.h -- frames out of an interface: through a TX ring (PACKET_TX_RING,
 * net/packet/af_packet.c), or as XDP live frames (BPF_PROG_TEST_RUN, net/bpf/test_run.c).
 *
 * A frame is written into the slot that transmit_slot() gives; transmit_commit() makes it the next
 * to go, transmit_kick() hands all committed ones to the kernel, in their order. A frame begins
 * with the link-layer header as it shall be on the wire, VLAN tags included, without FCS. One
 * thread at a time for each transmit; counts may be read by any.
 */
#ifndef CAPTURE_TRANSMIT_H
#define CAPTURE_TRANSMIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "capture/link.h"
#include "core/compiler.h"
#include "core/errmsg.h"

struct virtio_net_hdr;

enum transmit_way {
	TRANSMIT_RING,
	TRANSMIT_XDP, /* Linux 5.18, a driver with ndo_xdp_xmit; of veth the peer needs GRO on */
};

struct transmit_config {
	const char *interface; /* borrowed during transmit_open() */
	enum transmit_way way;
	uint32_t frame_max; /* bytes of the longest frame; 0: the longest the interface takes */
	uint32_t slots;     /* frames that find room; 0: chosen */
	bool qdisc; /* through the queueing discipline; else past it (PACKET_QDISC_BYPASS) */
	bool paced; /* frames have due times: TRANSMIT_XDP takes smaller batches */
};

/* Why a committed frame did not leave. */
#define TRANSMIT_FAILURES(X)                                                \
	X(TOO_LONG, too_long, "longer than the interface takes (EMSGSIZE)") \
	X(REFUSED, refused, "refused by the kernel or the driver")          \
	X(UNSENT, unsent, "still waiting when sending ended")

enum transmit_failure {
#define X(id, name, text) TRANSMIT_##id,
	TRANSMIT_FAILURES(X)
#undef X
		TRANSMIT_NR_FAILURES
};

/* committed = sent + failed[...] + in flight. What a driver drops afterwards is in the counters of
 * its link (link_read_stats()). */
struct transmit_counts {
	_Atomic uint64_t committed, sent, sent_bytes; /* bytes of frames without FCS */
	_Atomic uint64_t failed[TRANSMIT_NR_FAILURES];
	_Atomic uint64_t full; /* times that the kernel took no more for the moment */
};

struct transmit;

/*
 * Opens the interface; -errno with words otherwise: -EPERM names the capability, -ENODEV,
 * -EOPNOTSUPP what its driver lacks and what may help. Whether the link is up is not looked at.
 */
int transmit_open(const struct transmit_config *cfg, struct transmit **ret,
		  struct errmsg *err) must_check;
/*
 * Ends sending: what is committed and has not left by now is lost, and counted as TRANSMIT_UNSENT.
 * From then on the counts stand still, and only they and transmit_close() may be asked for.
 */
void transmit_stop(struct transmit *t);
/* The same where it was not called, then frees everything. NULL is fine. */
void transmit_close(struct transmit *t);

/* The link as it was when it was opened. */
const struct link_info *transmit_link(const struct transmit *t);
/* Bytes of the longest frame that finds room in a slot, and that the link takes without counting a
 * VLAN tag (with one, 4 more: packet_snd() looks at the EtherType). */
uint32_t transmit_frame_max(const struct transmit *t);
const struct transmit_counts *transmit_counts(const struct transmit *t);

/*
 * Room for transmit_frame_max() + 4 bytes, with TRANSMIT_RING + 8 (a second VLAN tag, whose frame
 * may then turn out to be too long), until transmit_commit(). NULL: none now; kick, wait.
 */
uint8_t *transmit_slot(struct transmit *t);
/* due_ns is of CLOCK_MONOTONIC, 0: at once. Only TRANSMIT_XDP holds a frame back until then; with a
 * ring that is the caller's to do. */
void transmit_commit(struct transmit *t, uint32_t len, uint64_t due_ns);
/* The same of a frame whose checksum or segmentation is left to the kernel or the NIC, as h says
 * (linux/virtio_net.h, host byte order). TRANSMIT_RING only. */
void transmit_commit_offload(struct transmit *t, uint32_t len, const struct virtio_net_hdr *h);

/*
 * Hands over what is committed. 0: all is handed over. -EAGAIN: the driver takes no more for the
 * moment, or there is no carrier. -ENETDOWN: the interface is down. -ENODEV: it is gone. In these
 * cases the rest stays committed. What the kernel refuses is counted and left out; so is, past the
 * queueing discipline, what a driver gives back for a second though the link has a carrier.
 */
int transmit_kick(struct transmit *t) must_check;
/* Until transmit_slot() may find room again, at most ns. 0; -EINTR: a signal came. */
int transmit_wait(struct transmit *t, uint64_t ns);
/* Kicks and waits until everything has left. 0 or as transmit_kick(); -EAGAIN: ns are over. */
int transmit_drain(struct transmit *t, uint64_t ns) must_check;

/*
 * TRANSMIT_XDP: the frames committed since the last call of this one go round until `total` of them
 * have left, one every gap_ns (0: as fast as they go). 0, or -EOPNOTSUPP with the other way.
 * transmit_drain() waits for the end of it, transmit_close() ends it early.
 */
int transmit_repeat(struct transmit *t, uint64_t total, double gap_ns) must_check;

/*
 * TRANSMIT_XDP: fn is called, by the other functions, for each frame that had a due time and has
 * been taken to be sent, in their order: when that was (CLOCK_MONOTONIC). Not for
 * transmit_repeat().
 */
typedef void transmit_went_fn(void *ctx, uint64_t due_ns, uint64_t went_ns);
void transmit_watch(struct transmit *t, transmit_went_fn *fn, void *ctx);

#endif
