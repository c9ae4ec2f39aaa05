/*
 * capture/bridge_super.h -- super-frames (GRO, GSO) out of an interface: by a plain packet socket
 * with a virtio_net_hdr, through dev_queue_xmit(), which cuts them where the driver cannot
 * (validate_xmit_skb(), net/core/dev.c). Past the queueing discipline they would be dropped there.
 */
#ifndef CAPTURE_BRIDGE_SUPER_H
#define CAPTURE_BRIDGE_SUPER_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stdint.h>

#include "capture/link.h"
#include "core/compiler.h"
#include "core/errmsg.h"

enum {
	VLAN_TAG_LEN = 4,
	MAC_ADDRESSES_LEN = 12, /* of Ethernet: what stands before a tag */
	/* The longest packet but for BIG TCP, with its link-layer header and two tags. */
	SUPER_MAX = 65535 + 14 + 2 * VLAN_TAG_LEN,
};

/* A packet as it came in. */
struct arrival {
	const uint8_t *data; /* without the tag */
	uint32_t len;
	bool tagged;
	uint8_t tag[VLAN_TAG_LEN]; /* that the kernel has taken out of the bytes */
	struct virtio_net_hdr h;   /* offsets of the bytes without the tag */
};

struct bridge_super {
	int fd;
	uint8_t *copy;    /* SUPER_MAX bytes: the packet that was fetched by recvmsg() */
	int64_t copy_len; /* -1: none is at hand */
};

int bridge_super_open(const struct link_info *link, struct bridge_super *ret,
		      struct errmsg *err) must_check;
void bridge_super_close(struct bridge_super *s);

/*
 * Fetches the packet that the ring's frame at hand stands for, once, into s->copy; its whole length
 * in s->copy_len, which may be more than SUPER_MAX. False: it is not there.
 */
bool bridge_super_fetch(struct bridge_super *s, int ring_fd);
static inline void bridge_super_done(struct bridge_super *s)
{
	s->copy_len = -1;
}

/*
 * True: its segments are those of the transport header that comes right behind the first IP header.
 * A virtio_net_hdr has no place for a tunnel: only the inner header would be cut right.
 */
bool bridge_super_is_flat(const struct arrival *a, uint32_t header_len);
/* Bytes of its longest segment on the wire, without the tag; 0: it lies about itself. */
uint32_t bridge_super_segment(const struct arrival *a);
/* 0, -EAGAIN: no room now, or -errno. */
int bridge_super_send(struct bridge_super *s, const struct arrival *a) must_check;
/* Its offsets with the tag in the bytes again. */
struct virtio_net_hdr bridge_super_header(const struct arrival *a);

#endif
