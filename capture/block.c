/* capture/block.c -- TPACKET_V3 blocks, as net/packet/af_packet.c fills them. */
#include "capture/block.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stddef.h>
#include <string.h>

#include "core/bytes.h"
#include "core/clock.h"
#include "core/linktype.h"

enum { MAC_PAIR = 12, VLAN_TAG = 4, SLL2_LEN = 20, SLL_LEN = 16, FRAME_ALIGN = 8 };

_Static_assert(offsetof(struct tpacket_block_desc, hdr.bh1.block_status) == BLOCK_STATUS_OFFSET,
	       "uapi");
_Static_assert(sizeof(struct tpacket_block_desc) == BLOCK_DESC_LEN, "uapi");

int block_begin(uint8_t *base, uint32_t size, struct block_view *ret)
{
	const struct tpacket_hdr_v1 *h = &((const struct tpacket_block_desc *)base)->hdr.bh1;

	*ret = (struct block_view){ .base = base,
				    .size = size,
				    .nr_packets = h->num_pkts,
				    .left = h->num_pkts,
				    .next = h->offset_to_first_pkt,
				    .length = h->blk_len,
				    .status = h->block_status,
				    .seq = h->seq_num };
	if (ret->length > size || ret->next < BLOCK_FIRST_FRAME || ret->next > size ||
	    ret->next % FRAME_ALIGN)
		return -EPROTO;
	return 0;
}

/*
 * The frames are a chain, so the next header's address is known only now. Its bytes, the packet's
 * first ones behind it, and, on the guess that the frame after it is as long as this one, that
 * one's too.
 */
static void prefetch_ahead(const struct block_view *b, uint32_t stride)
{
	const uint8_t *p = b->base + b->next;

	__builtin_prefetch(p);
	__builtin_prefetch(p + 64);
	__builtin_prefetch(p + stride);
	__builtin_prefetch(p + stride + 64);
	__builtin_prefetch(p + stride + 128);
}

int block_next_frame(struct block_view *b, struct block_frame *ret)
{
	const uint8_t *p = b->base + b->next;
	const struct tpacket3_hdr *h = (const struct tpacket3_hdr *)p;
	const struct sockaddr_ll *ll =
		(const struct sockaddr_ll *)(p + TPACKET_ALIGN(sizeof(struct tpacket3_hdr)));
	uint32_t stride;

	if (!b->left)
		return 0;
	if (b->next > b->size - FRAME_HEADER_LEN)
		return -EPROTO;
	*ret = (struct block_frame){ .off = b->next,
				     .data_off = b->next + h->tp_mac,
				     .cap_len = h->tp_snaplen,
				     .wire_len = h->tp_len,
				     .ts_ns = h->tp_sec * NS_PER_SEC + h->tp_nsec,
				     .status = h->tp_status,
				     .hash = h->hv1.tp_rxhash,
				     .vlan_tci = (uint16_t)h->hv1.tp_vlan_tci,
				     .vlan_tpid = h->hv1.tp_vlan_tpid,
				     .protocol = ll->sll_protocol,
				     .hatype = ll->sll_hatype,
				     .ifindex = (uint32_t)ll->sll_ifindex,
				     .pkttype = ll->sll_pkttype,
				     .halen = ll->sll_halen };
	memcpy(ret->addr, ll->sll_addr, sizeof(ret->addr));
	/* The header area must be whole: rewriting a block uses it. */
	if (h->tp_mac < FRAME_HEADER_LEN || ret->data_off > b->size - FRAME_ALIGN ||
	    ret->cap_len > b->size - ret->data_off)
		return -EPROTO;
	stride = h->tp_next_offset;
	b->left--;
	if (b->left) {
		if (stride % FRAME_ALIGN || stride < h->tp_mac + ret->cap_len ||
		    stride > b->size - b->next)
			return -EPROTO;
		b->next += stride;
		prefetch_ahead(b, stride);
	}
	return 1;
}

static bool has_vlan(const struct block_frame *f)
{
	return f->status & TP_STATUS_VLAN_VALID;
}

static uint16_t vlan_tpid(const struct block_frame *f)
{
	return f->status & TP_STATUS_VLAN_TPID_VALID ? f->vlan_tpid : ETH_P_8021Q;
}

/* The two addresses move four bytes down; the tag takes the place between them and the type. */
static void put_tag_back(uint8_t *base, struct block_frame *f)
{
	uint8_t *data = base + f->data_off;

	memmove(data - VLAN_TAG, data, MAC_PAIR);
	store_be16(data - VLAN_TAG + MAC_PAIR, vlan_tpid(f));
	store_be16(data - VLAN_TAG + MAC_PAIR + 2, f->vlan_tci);
	f->data_off -= VLAN_TAG;
	f->cap_len += VLAN_TAG;
	f->wire_len += VLAN_TAG;
}

/* Without a link header the tag's remainder (TCI, inner type) goes in front of the payload. */
static void put_cooked_tag(uint8_t *base, struct block_frame *f)
{
	uint8_t *data = base + f->data_off - VLAN_TAG;

	store_be16(data, f->vlan_tci);
	store_u16(data + 2, f->protocol);
	f->protocol = htobe16(vlan_tpid(f));
	f->data_off -= VLAN_TAG;
	f->cap_len += VLAN_TAG;
	f->wire_len += VLAN_TAG;
}

/* LINKTYPE_LINUX_SLL2, www.tcpdump.org/linktypes. */
static void put_sll2(uint8_t *base, struct block_frame *f)
{
	uint8_t *p = base + f->data_off - SLL2_LEN;

	store_u16(p, f->protocol);
	store_u16(p + 2, 0);
	store_be32(p + 4, f->ifindex);
	store_be16(p + 8, f->hatype);
	p[10] = f->pkttype;
	p[11] = f->halen;
	memcpy(p + 12, f->addr, sizeof(f->addr));
	f->data_off -= SLL2_LEN;
	f->cap_len += SLL2_LEN;
	f->wire_len += SLL2_LEN;
}

/* LINKTYPE_NETLINK: the older cooked header in front of netlink messages. */
static void put_netlink(uint8_t *base, struct block_frame *f)
{
	uint8_t *p = base + f->data_off - SLL_LEN;

	store_be16(p, f->pkttype);
	store_be16(p + 2, f->hatype);
	store_be16(p + 4, f->halen);
	memcpy(p + 6, f->addr, sizeof(f->addr));
	store_u16(p + 14, f->protocol);
	f->data_off -= SLL_LEN;
	f->cap_len += SLL_LEN;
	f->wire_len += SLL_LEN;
}

void block_frame_complete(uint8_t *base, const struct ring_traits *t, struct block_frame *f)
{
	if (!t->cooked) {
		if (unlikely(has_vlan(f)) && t->linktype == LINKTYPE_ETHERNET &&
		    f->cap_len >= MAC_PAIR)
			put_tag_back(base, f);
	} else if (t->linktype == LINKTYPE_NETLINK) {
		put_netlink(base, f);
	} else {
		if (unlikely(has_vlan(f)))
			put_cooked_tag(base, f);
		put_sll2(base, f);
	}
	if (unlikely(f->cap_len > t->snaplen))
		f->cap_len = t->snaplen;
}
