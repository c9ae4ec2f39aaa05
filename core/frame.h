/*
 * core/frame.h -- one packet, wherever it came from: a ring block or a file.
 *
 * A frame_view borrows. `data` is valid until the block is released or the reader moves on.
 */
#ifndef CORE_FRAME_H
#define CORE_FRAME_H

#include <stdint.h>

enum frame_direction {
	FRAME_DIR_UNKNOWN = 0,
	FRAME_DIR_IN = 1, /* the values of pcapng's epb_flags bits 0-1 */
	FRAME_DIR_OUT = 2,
};

/* pcapng's epb_flags bits 2-4. */
enum frame_reception {
	FRAME_RX_UNKNOWN = 0,
	FRAME_RX_UNICAST = 1,
	FRAME_RX_MULTICAST = 2,
	FRAME_RX_BROADCAST = 3,
	FRAME_RX_PROMISCUOUS = 4,
};

enum {
	FRAME_CSUM_NOT_READY =
		1 << 0,             /* sent with checksum offload: the bytes hold no checksum yet */
	FRAME_CSUM_VALID = 1 << 1,  /* the NIC or the stack has verified it */
	FRAME_GSO_TCP = 1 << 2,     /* a super-frame, not what was on the wire */
	FRAME_TS_HARDWARE = 1 << 3, /* ts_ns is the NIC's clock */
	FRAME_HAS_HASH = 1 << 4,
	FRAME_HAS_QUEUE = 1 << 5,
};

struct frame_view {
	const uint8_t *data; /* cap_len bytes, link-layer header first, VLAN tags in place */
	uint64_t ts_ns;      /* nanoseconds since the epoch, UTC */
	uint32_t cap_len;    /* bytes present; <= wire_len */
	uint32_t wire_len;   /* bytes on the wire */
	uint32_t ifindex;    /* the kernel's index when live; the file's interface id when read */
	uint32_t hash;       /* kernel rx hash, when FRAME_HAS_HASH */
	uint32_t queue;      /* ring or rx queue, when FRAME_HAS_QUEUE */
	uint16_t linktype;   /* LINKTYPE_*, never ARPHRD_* */
	uint8_t direction;   /* enum frame_direction */
	uint8_t reception;   /* enum frame_reception */
	uint8_t flags;       /* FRAME_* */
};

#endif
