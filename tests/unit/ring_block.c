/* tests/unit/ring_block.c -- prb_open_block(), prb_fill_curr_block() and prb_close_block() again.
 */
#include "tests/unit/ring_block.h"

#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "capture/block.h"
#include "core/bytes.h"
#include "core/clock.h"

enum { GUARD = 4096, FRAME_ALIGN = 8 };

static struct tpacket_hdr_v1 *descriptor(const struct ring_block *b)
{
	return &((struct tpacket_block_desc *)b->base)->hdr.bh1;
}

void ring_block_begin(struct ring_block *b, uint8_t *base, uint32_t size, uint64_t seq,
		      uint16_t mac)
{
	struct tpacket_block_desc *d = (struct tpacket_block_desc *)base;

	*b = (struct ring_block){
		.base = base, .size = size, .next = BLOCK_FIRST_FRAME, .mac = mac
	};
	d->version = TPACKET_V3;
	d->offset_to_priv = BLOCK_DESC_LEN;
	d->hdr.bh1.num_pkts = 0;
	d->hdr.bh1.offset_to_first_pkt = BLOCK_FIRST_FRAME;
	d->hdr.bh1.blk_len = BLOCK_FIRST_FRAME;
	d->hdr.bh1.seq_num = seq;
	d->hdr.bh1.ts_first_pkt.ts_sec = 1;
	d->hdr.bh1.ts_first_pkt.ts_nsec = 1;
}

bool ring_block_add(struct ring_block *b, const struct ring_packet *p)
{
	const uint32_t max = b->size - BLOCK_FIRST_FRAME - b->mac;
	const uint32_t cap_len = MIN_OF(p->cap_len, max);
	const uint32_t need = (uint32_t)align_up(b->mac + cap_len, FRAME_ALIGN);
	struct tpacket3_hdr *h = (struct tpacket3_hdr *)(b->base + b->next);
	struct sockaddr_ll *ll = (struct sockaddr_ll *)(b->base + b->next + 48);

	/* The first frame of a block is not asked whether it fits. */
	if (b->packets && b->next + need >= b->size)
		return false;
	h->tp_next_offset = need;
	h->tp_sec = (uint32_t)(p->ts_ns / NS_PER_SEC);
	h->tp_nsec = (uint32_t)(p->ts_ns % NS_PER_SEC);
	h->tp_snaplen = cap_len;
	h->tp_len = p->wire_len;
	h->tp_status = TP_STATUS_USER | p->status;
	h->tp_mac = b->mac;
	h->tp_net = (uint16_t)(b->mac + 14);
	h->hv1.tp_rxhash = p->hash;
	h->hv1.tp_vlan_tci = p->vlan_tci;
	h->hv1.tp_vlan_tpid = p->vlan_tpid;
	ll->sll_family = 17;
	ll->sll_protocol = p->protocol;
	ll->sll_ifindex = 3;
	ll->sll_hatype = p->hatype;
	ll->sll_pkttype = p->pkttype;
	ll->sll_halen = 6;
	memcpy(ll->sll_addr, "\x02\x01\x02\x03\x04\x05\0\0", 8);
	if (cap_len)
		memcpy(b->base + b->next + b->mac, p->data, cap_len);
	b->last = b->next;
	b->next += need;
	b->packets++;
	descriptor(b)->num_pkts = b->packets;
	descriptor(b)->blk_len = b->next;
	return true;
}

void ring_block_end(struct ring_block *b)
{
	if (b->packets)
		((struct tpacket3_hdr *)(b->base + b->last))->tp_next_offset = 0;
	descriptor(b)->ts_last_pkt.ts_sec = 2;
	descriptor(b)->ts_last_pkt.ts_nsec = 2;
	/* Release: as the kernel's, the pair of block_ready(). */
	__atomic_store_n((uint32_t *)(b->base + BLOCK_STATUS_OFFSET), TP_STATUS_USER,
			 __ATOMIC_RELEASE);
}

uint8_t *guarded_alloc(size_t len)
{
	uint8_t *p = mmap(NULL, len + 2 * GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p + GUARD, len, PROT_READ | PROT_WRITE) < 0)
		abort();
	memset(p + GUARD, STALE, len);
	return p + GUARD;
}

void guarded_free(uint8_t *p, size_t len)
{
	munmap(p - GUARD, len + 2 * GUARD);
}
