/* dissect/rewrite/link_internal.h -- what is left of a frame without its link-layer header. */
#ifndef DISSECT_REWRITE_LINK_INTERNAL_H
#define DISSECT_REWRITE_LINK_INTERNAL_H

#include "core/cursor.h"
#include "dissect/rewrite/link.h"

enum {
	ETHERNET_LEN = 14,
	ETHERTYPE_MIN = 0x600, /* less is a length: 802.3 */
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_RARP = 0x8035,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MULTICAST = 0x8848,
	ETHERTYPE_PPPOE = 0x8864,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_OLD_QINQ = 0x9100, /* before 802.1ad */
	IPV4_HDR_MIN = 20,
	IPV6_HDR_LEN = 40,
};

struct stripped {
	struct cursor payload; /* what was captured of it */
	uint32_t wire_len;     /* of the payload */
	uint16_t ethertype;
	bool llc;                 /* no EtherType: the payload begins with an LLC header */
	const uint8_t *src, *dst; /* NULL: the frame has none */
};

static inline bool ethertype_is_tag(uint16_t type)
{
	return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_OLD_QINQ;
}

/* ret->payload and wire_len are the whole frame's, and what is behind its header afterwards. */
enum rewrite_result strip_wlan(struct stripped *ret);
enum rewrite_result strip_radiotap(struct stripped *ret);

/* The frame as it is. */
enum rewrite_result link_copy(const struct frame_view *f, uint8_t *out, uint32_t room,
			      struct rewritten *ret);

/* The next len bytes of the frame, or NULL; they are no payload. */
static inline const uint8_t *strip_take(struct stripped *s, size_t len)
{
	const uint8_t *p = cursor_take(&s->payload, len);

	if (p)
		s->wire_len -= (uint32_t)len;
	return p;
}

#endif
