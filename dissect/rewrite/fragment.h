/*
 * dissect/rewrite/fragment.h -- an IP packet that is longer than the MTU as fragments of it: RFC
 * 791 3.2, RFC 8200 4.5.
 *
 * An iterator over a frame that stays where it is; no allocation; one thread at a time for each.
 */
#ifndef DISSECT_REWRITE_FRAGMENT_H
#define DISSECT_REWRITE_FRAGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "dissect/rewrite/result.h"

struct rewrite_fragment_config {
	/*
	 * Of the link: bytes of an IP packet, without an Ethernet header and its first VLAN tag.
	 * Each further tag counts into it, as in packet_snd() of the kernel.
	 */
	uint32_t mtu;
	/*
	 * IPv4 with Don't Fragment is fragmented all the same; the bit is cleared, and an
	 * identification of 0 (RFC 6864: there was none) becomes one of next_id.
	 */
	bool ignore_df;
	uint32_t next_id; /* counts on with every IPv6 packet: RFC 8200's identification */
};

struct rewrite_fragment {
	const uint8_t *frame; /* borrowed until the last rewrite_fragment_next() */
	uint32_t link_len;    /* bytes before the IP header */
	uint32_t room;        /* bytes of an IP packet */
	uint32_t header_len;  /* of the IP packet that are in every fragment; not an inserted one */
	uint32_t later_len;   /* IPv4: of those after the first, without options that stay in it */
	uint32_t data_off;    /* in frame: what has not been handed out yet */
	uint32_t data_end;
	uint32_t offset;  /* of it in the datagram, bytes */
	uint32_t id;      /* identification */
	uint32_t next_at; /* IPv6: where in the packet the type of the first fragmented header
			     stands */
	uint8_t next;     /* and that type */
	bool v6;
	bool whole; /* it fits: one "fragment", as it is */
	bool first; /* the next one is */
	bool more;  /* after the last one of this packet, other fragments follow */
	uint8_t later[60];
};

/* Whether a frame of this length fits the MTU, tags counted as above; no IP needed. */
bool rewrite_fits_mtu(const uint8_t *frame, uint32_t len, uint16_t linktype, uint32_t mtu);

/*
 * Begins with a frame of LINKTYPE_ETHERNET (tags in place) or _RAW, _IPV4, _IPV6, of which len
 * bytes are here. REWRITE_OK: rewrite_fragment_next() gives one fragment or more; one that is the
 * packet as it is where it fits. Refused: CUT (a part of the IP packet is not here), NOT_IP,
 * DONT_FRAGMENT, MTU_TOO_SMALL, BAD_HEADER, NO_LENGTH. Fragments are fragmented again. What follows
 * the IP packet in the frame is left out; IPv4 header checksums are computed anew.
 */
enum rewrite_result rewrite_fragment_begin(struct rewrite_fragment *it,
					   struct rewrite_fragment_config *cfg,
					   const uint8_t *frame, uint32_t len, uint32_t wire_len,
					   uint16_t linktype);
/* How many are still to come. */
uint32_t rewrite_fragment_left(const struct rewrite_fragment *it);
/*
 * Writes the next one to out, which has room for it->link_len + it->room bytes (at most cfg->mtu +
 * 18 on Ethernet). Returns its length, 0: there are no more.
 */
uint32_t rewrite_fragment_next(struct rewrite_fragment *it, uint8_t *out);

#endif
