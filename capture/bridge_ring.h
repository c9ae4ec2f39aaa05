/*
 * capture/bridge_ring.h -- a TPACKET_V2 receive ring whose frames have a virtio_net_hdr in front
 * (net/packet/af_packet.c, tpacket_rcv()).
 *
 * It is opened closed, as capture/ring.h has it. The thread that takes frames is one, and holds one
 * at a time; the rest is the control thread's.
 */
#ifndef CAPTURE_BRIDGE_RING_H
#define CAPTURE_BRIDGE_RING_H

#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stdint.h>

#include "capture/link.h"
#include "core/compiler.h"
#include "core/errmsg.h"
#include "dissect/filter/program.h"

struct bridge_ring {
	int fd;
	uint8_t *map;
	uint64_t map_len;
	uint32_t block_size, nr_blocks;
	uint32_t frame_size, per_block;
	uint32_t block, frame; /* the next one, by the thread's count */
};

/* The link's packets; bytes of the whole ring, which is smaller where memory is short. 0 or -errno
 * with words. */
int bridge_ring_open(const struct link_info *link, uint64_t bytes, struct bridge_ring *ret,
		     struct errmsg *err) must_check;
int bridge_ring_start(struct bridge_ring *r, const struct filter_program *filter,
		      struct errmsg *err) must_check;
/* Nothing more comes in when it returns, from no CPU; what is in the ring stays. */
void bridge_ring_stop(struct bridge_ring *r);
/* Since the last call; packets counts drops too. */
int bridge_ring_statistics(const struct bridge_ring *r, uint64_t *ret_packets, uint64_t *ret_drops);
/*
 * Another ring for the same socket, by the thread that takes frames, when none is left to take.
 * What comes meanwhile is lost, and not counted. -errno: there is none any more.
 */
int bridge_ring_renew(struct bridge_ring *r) must_check;
void bridge_ring_close(struct bridge_ring *r);

/* The next frame, if it is there: the caller's until bridge_ring_release(). */
static inline struct tpacket2_hdr *bridge_ring_next(const struct bridge_ring *r)
{
	struct tpacket2_hdr *h =
		(struct tpacket2_hdr *)(r->map + (uint64_t)r->block * r->block_size +
					(uint64_t)r->frame * r->frame_size);

	/* Acquire: pairs with the kernel's barrier before it sets the status: the frame is whole.
	 */
	return __atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER ? h : NULL;
}

static inline void bridge_ring_release(struct bridge_ring *r, struct tpacket2_hdr *h)
{
	/* Release: our loads from the frame come before the kernel may write it again. */
	__atomic_store_n(&h->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	if (++r->frame == r->per_block) {
		r->frame = 0;
		r->block = r->block + 1 == r->nr_blocks ? 0 : r->block + 1;
	}
}

#endif
