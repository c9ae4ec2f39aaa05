/*
 * capture/block.h -- walking a TPACKET_V3 block: pure memory, no socket, every kernel offset
 * checked.
 *
 * Layout: linux/if_packet.h (struct tpacket_block_desc, struct tpacket3_hdr). A block_frame is a
 * copy of what the frame's header said, so the header's bytes may be overwritten while the walk
 * goes on.
 */
#ifndef CAPTURE_BLOCK_H
#define CAPTURE_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/compiler.h"

enum {
	BLOCK_STATUS_OFFSET = 8, /* of block_status in the block */
	BLOCK_DESC_LEN = 48,     /* the kernel's descriptor */
	BLOCK_PRIV_LEN = 64,     /* tp_sizeof_priv: room for a statistics block */
	BLOCK_FIRST_FRAME = BLOCK_DESC_LEN + BLOCK_PRIV_LEN,
	FRAME_HEADER_LEN = 68, /* struct tpacket3_hdr and struct sockaddr_ll */
};

/* How the frames of a ring are to be read; const while the ring lives. */
struct ring_traits {
	uint16_t linktype; /* LINKTYPE_* of what is stored */
	bool cooked;       /* SOCK_DGRAM: a pseudo header is put in front (SLL2, or netlink's) */
	bool keep_hash;    /* tp_rxhash holds something */
	uint32_t snaplen;  /* bytes; a tag put back never pushes a packet beyond it */
};

struct block_view {
	uint8_t *base;
	uint32_t size; /* bytes of the block */
	uint32_t nr_packets, left;
	uint32_t next;   /* offset of the next frame */
	uint32_t length; /* bytes that the kernel filled */
	uint32_t status; /* block_status as found */
	uint64_t seq;
};

struct block_frame {
	uint32_t off;               /* of the frame's header in the block */
	uint32_t data_off;          /* of the first packet byte */
	uint32_t cap_len, wire_len; /* bytes */
	uint64_t ts_ns;
	uint32_t status; /* TP_STATUS_* */
	uint32_t hash;
	uint16_t vlan_tci, vlan_tpid; /* of a stripped tag, when status says so */
	/* struct sockaddr_ll */
	uint16_t protocol; /* network byte order */
	uint16_t hatype;
	uint32_t ifindex;
	uint8_t pkttype, halen;
	uint8_t addr[8];
};

/* True when user space owns the block. Acquire: pairs with the kernel's release at closing. */
static inline bool block_ready(const uint8_t *base)
{
	return __atomic_load_n((const uint32_t *)(base + BLOCK_STATUS_OFFSET), __ATOMIC_ACQUIRE) &
	       1;
}

/* Gives a block back. Release: every access to it is over; pairs with the kernel's load. */
static inline void block_release(uint8_t *base)
{
	__atomic_store_n((uint32_t *)(base + BLOCK_STATUS_OFFSET), 0, __ATOMIC_RELEASE);
}

/* Reads the descriptor of a block that user space owns. -EPROTO: it contradicts itself. */
int block_begin(uint8_t *base, uint32_t size, struct block_view *ret) must_check;

/* 1 = a frame, 0 = the end, -EPROTO = the frame lies outside the block. */
int block_next_frame(struct block_view *b, struct block_frame *ret) must_check;

/*
 * Completes the packet's bytes in the block: the stripped VLAN tag is put back (IEEE 802.1Q; TPID
 * and whole TCI), or a cooked pseudo header is written in front. Moves data_off down, changes the
 * lengths; everything stays inside this frame's own header area.
 */
void block_frame_complete(uint8_t *base, const struct ring_traits *t, struct block_frame *f);

#endif
