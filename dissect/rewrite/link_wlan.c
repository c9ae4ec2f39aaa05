/*
 * dissect/rewrite/link_wlan.c -- data frames of IEEE 802.11, with or without radiotap, as Ethernet
 * frames: IEEE 802.11-2020 9.3.2, IEEE 802.1H.
 */
#include <string.h>

#include "core/bytes.h"
#include "dissect/rewrite/link_internal.h"

enum {
	WLAN_HDR = 24,
	TYPE_DATA = 2,
	SUBTYPE_NO_DATA = 4, /* bits of data frames */
	SUBTYPE_QOS = 8,
	FLAG_TO_DS = 0x01,
	FLAG_FROM_DS = 0x02,
	FLAG_MORE_FRAGMENTS = 0x04,
	FLAG_PROTECTED = 0x40,
	FLAG_ORDER = 0x80,
	QOS_AMSDU = 0x80,
	SNAP_LEN = 8,
	FCS_LEN = 4,
	RADIOTAP_HDR = 8,
	RADIOTAP_WORDS_MAX = 16,
	RADIOTAP_TSFT = 1 << 0,
	RADIOTAP_FLAGS = 1 << 1,
	RADIOTAP_FCS = 0x10,
	RADIOTAP_PAD = 0x20,
};

static uint32_t load_le16(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8;
}

/* Where the addresses of the two ends stand depends on who relays. */
static void take_addresses(struct stripped *s, const uint8_t *p, const uint8_t *addr4)
{
	switch (p[1] & (FLAG_TO_DS | FLAG_FROM_DS)) {
	case 0:
		s->dst = p + 4;
		s->src = p + 10;
		break;
	case FLAG_TO_DS:
		s->dst = p + 16;
		s->src = p + 10;
		break;
	case FLAG_FROM_DS:
		s->dst = p + 4;
		s->src = p + 16;
		break;
	default:
		s->dst = p + 16;
		s->src = addr4;
	}
}

/* The LLC header of what is no 802.3: SNAP, with no organization or that of a bridge tunnel. */
static enum rewrite_result take_snap(struct stripped *s)
{
	static const uint8_t plain[] = { 0xaa, 0xaa, 3, 0, 0, 0 };
	static const uint8_t tunnel[] = { 0xaa, 0xaa, 3, 0, 0, 0xf8 };
	const uint8_t *p = s->payload.pos;

	if (cursor_left(&s->payload) < SNAP_LEN ||
	    (memcmp(p, plain, sizeof(plain)) && memcmp(p, tunnel, sizeof(tunnel)))) {
		s->llc = true;
		return REWRITE_OK;
	}
	s->ethertype = load_be16(strip_take(s, SNAP_LEN) + 6);
	return s->ethertype < ETHERTYPE_MIN ? REWRITE_NO_ETHERTYPE : REWRITE_OK;
}

static enum rewrite_result strip_data(struct stripped *s, bool padded)
{
	const uint8_t *p = strip_take(s, WLAN_HDR), *addr4 = NULL;
	uint32_t len = WLAN_HDR;
	uint8_t qos = 0;

	if (!p)
		return REWRITE_CUT;
	if ((p[0] & 3) || (p[0] >> 2 & 3) != TYPE_DATA || (p[0] >> 4 & SUBTYPE_NO_DATA))
		return REWRITE_NOT_DATA;
	if (p[1] & FLAG_PROTECTED)
		return REWRITE_ENCRYPTED;
	if ((p[1] & (FLAG_TO_DS | FLAG_FROM_DS)) == (FLAG_TO_DS | FLAG_FROM_DS)) {
		addr4 = strip_take(s, REWRITE_MAC_LEN);
		len += REWRITE_MAC_LEN;
	}
	if (p[0] >> 4 & SUBTYPE_QOS) {
		const uint8_t *control = strip_take(s, 2);

		qos = control ? *control : 0;
		len += 2;
		if (p[1] & FLAG_ORDER) { /* HT control */
			strip_take(s, 4);
			len += 4;
		}
	}
	if (padded)
		strip_take(s, align_up(len, 4) - len);
	if (s->payload.failed)
		return REWRITE_CUT;
	if ((p[1] & FLAG_MORE_FRAGMENTS) || (p[22] & 15) || (qos & QOS_AMSDU))
		return REWRITE_AGGREGATED;
	take_addresses(s, p, addr4);
	return take_snap(s);
}

enum rewrite_result strip_wlan(struct stripped *s)
{
	return strip_data(s, false);
}

/* The flags are the second field; what stands before them is known. 0: there are none. */
static uint8_t radiotap_flags(const uint8_t *p, size_t len)
{
	const uint32_t present = load_le32(p + 4);
	size_t off = 4;
	unsigned words = 0;

	do {
		off += 4;
		words++;
	} while (words < RADIOTAP_WORDS_MAX && off <= len && load_le32(p + off - 4) >> 31 &&
		 off + 4 <= len);
	if (!(present & RADIOTAP_FLAGS))
		return 0;
	if (present & RADIOTAP_TSFT)
		off = align_up(off, 8) + 8;
	return off < len ? p[off] : 0;
}

enum rewrite_result strip_radiotap(struct stripped *s)
{
	const uint8_t *p = s->payload.pos;
	uint32_t len;
	uint8_t flags;

	if (cursor_left(&s->payload) < RADIOTAP_HDR)
		return REWRITE_CUT;
	len = load_le16(p + 2);
	if (p[0] || len < RADIOTAP_HDR)
		return REWRITE_BAD_HEADER;
	if (!strip_take(s, len))
		return REWRITE_CUT;
	flags = radiotap_flags(p, len);
	if (flags & RADIOTAP_FCS) {
		s->wire_len -= MIN_OF((uint32_t)FCS_LEN, s->wire_len);
		if (s->wire_len < cursor_left(&s->payload))
			s->payload.end = s->payload.pos + s->wire_len;
	}
	return strip_data(s, flags & RADIOTAP_PAD);
}
