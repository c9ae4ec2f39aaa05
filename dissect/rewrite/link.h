/*
 * dissect/rewrite/link.h -- frames of one link type for an interface of another.
 *
 * Pure functions on bytes, thread-safe. What an interface takes is LINKTYPE_ETHERNET or
 * LINKTYPE_RAW (tun, ppp: the packet begins with its IP header), as link_linktype() of capture/
 * says.
 */
#ifndef DISSECT_REWRITE_LINK_H
#define DISSECT_REWRITE_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/frame.h"
#include "core/strbuf.h"
#include "dissect/rewrite/result.h"

enum {
	REWRITE_MAC_LEN = 6,
	REWRITE_LINK_GROWTH = 14, /* bytes that a conversion adds at most: an Ethernet header */
};

enum rewrite_fit {
	REWRITE_FITS,    /* the frames go as they are */
	REWRITE_CONVERT, /* rewrite_link() can convert them, some perhaps not: it says which */
	REWRITE_CANNOT,
};

/*
 * Whether frames of link type `from` fit an interface of link type `to`. Where they do not fit as
 * they are, *why becomes a sentence without a full stop ("LINUX_SLL is not ETHERNET; ..."); it may
 * be NULL. *needs_dst_mac (may be NULL): a conversion needs a destination MAC, for the frames have
 * none.
 */
enum rewrite_fit rewrite_link_fit(uint16_t from, uint16_t to, bool *needs_dst_mac,
				  struct strbuf *why);

/* What an Ethernet header is made of where the frame has none. */
struct rewrite_link {
	uint16_t linktype;                /* of the interface */
	uint8_t src_mac[REWRITE_MAC_LEN]; /* of the interface: for frames that name no sender */
	uint8_t dst_mac[REWRITE_MAC_LEN]; /* with has_dst_mac, of every frame that is converted */
	bool has_dst_mac;
};

/* A frame whose bytes lie in memory of the caller. */
struct rewritten {
	uint32_t len;      /* bytes present */
	uint32_t wire_len; /* what len would be had the capture not cut the frame; >= len */
	uint16_t linktype;
	uint8_t changed; /* enum rewrite_changed, see rewrite.h */
};

/*
 * Writes f as a frame of link->linktype to out, which has `room` bytes and does not overlap it;
 * also where it fits already (a copy). What follows an IP packet (padding) is left out where the
 * header that it belonged to goes. Anything but REWRITE_OK: *ret is not set, out may be partly
 * written.
 */
enum rewrite_result rewrite_link(const struct rewrite_link *link, const struct frame_view *f,
				 uint8_t *out, uint32_t room, struct rewritten *ret);

/*
 * Leaves out the FCS at the end of the frame, as far as it was captured: fcs_len bytes, as
 * if_fcslen or epb_flags say. No more than f->wire_len goes.
 */
void rewrite_drop_fcs(struct frame_view *f, uint32_t fcs_len);

/* Zeros for what the capture has cut, within room: ret->len becomes ret->wire_len. */
enum rewrite_result rewrite_pad(uint8_t *frame, uint32_t room, struct rewritten *ret);

#endif
