/*
 * tests/unit/ring_block.h -- ring blocks as the kernel lays them out (net/packet/af_packet.c), made
 * without a kernel.
 */
#ifndef TESTS_UNIT_RING_BLOCK_H
#define TESTS_UNIT_RING_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	STALE = 0xaa,      /* what an earlier lap left in the block */
	MAC_ETHERNET = 84, /* tp_mac of Ethernet with PACKET_RESERVE 2 */
	MAC_COOKED = 96,   /* of SOCK_DGRAM, and of devices without a link header */
};

/* What the kernel would receive. */
struct ring_packet {
	const uint8_t *data;
	uint32_t cap_len, wire_len;
	uint64_t ts_ns;
	uint32_t status, hash; /* status: TP_STATUS_* beside TP_STATUS_USER */
	uint16_t vlan_tci, vlan_tpid;
	uint16_t protocol; /* network byte order */
	uint16_t hatype;
	uint8_t pkttype;
};

struct ring_block {
	uint8_t *base;
	uint32_t size;
	uint32_t next, last; /* offsets of the next frame's header and of the last one's */
	uint32_t packets;
	uint16_t mac; /* tp_mac of every frame */
};

/* Opens a block over memory of the caller; what was there stays between the frames. */
void ring_block_begin(struct ring_block *b, uint8_t *base, uint32_t size, uint64_t seq,
		      uint16_t mac);
/* False: the kernel would close the block first. A packet larger than the block is cut. */
bool ring_block_add(struct ring_block *b, const struct ring_packet *p);
/* Closes it; with the store of the status word it is user space's. */
void ring_block_end(struct ring_block *b);

/* Memory between two pages without access, filled with STALE; len is a multiple of a page. */
uint8_t *guarded_alloc(size_t len);
void guarded_free(uint8_t *p, size_t len);

#endif
