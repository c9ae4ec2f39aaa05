/*
 * dissect/rewrite/rewrite.h -- other addresses, ports and tags in a frame that is sent again, with
 * checksums that come out as right or as wrong as they were.
 *
 * The rules are parsed once (cold); applying them allocates nothing, reads and writes within the
 * frame only, and writes nothing where no rule matches. Rules are read only then: any number of
 * threads may use one set.
 *
 * Where rules reach: Ethernet, 802.1Q/802.1ad tags, SNAP, PPPoE and MPLS before the packet; ARP;
 * the outermost IPv4 or IPv6 header with its route options and extension headers; TCP, UDP,
 * UDP-Lite, DCCP and SCTP ports; the packet that an ICMP or ICMPv6 error quotes; ICMP redirects;
 * addresses in neighbour discovery. What a tunnel carries (IP in IP, GRE, VXLAN), payloads (DNS,
 * SIP), routing protocols and membership reports are left alone, and so is an authentication
 * header's check value.
 */
#ifndef DISSECT_REWRITE_REWRITE_H
#define DISSECT_REWRITE_REWRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/frame.h"
#include "dissect/rewrite/link.h"
#include "dissect/rewrite/result.h"

enum {
	REWRITE_MAPS_MAX = 256, /* of each kind; each packet is compared with all of them */
	REWRITE_TAG_LEN = 4,
	REWRITE_GROWTH = REWRITE_LINK_GROWTH + REWRITE_TAG_LEN, /* room for more than wire_len */
};

/* address & mask == net becomes address & keep | to; bytes in network order, of two words each. */
struct rewrite_map {
	uint64_t net[2], mask[2], to[2], keep[2]; /* IPv4: the low half of the first */
};

struct rewrite_port_map {
	uint16_t first, last, to;
	uint8_t proto; /* IP protocol; 0: all that have ports */
};

struct rewrite_mac_map {
	uint8_t from[REWRITE_MAC_LEN], to[REWRITE_MAC_LEN];
};

enum rewrite_vlan {
	REWRITE_VLAN_KEEP,
	REWRITE_VLAN_SET, /* the id of the outermost tag; a tag where there is none */
	REWRITE_VLAN_PUSH,
	REWRITE_VLAN_POP, /* the outermost tag */
};

/* What rewrite_frame() did: `changed` of struct rewritten. */
enum rewrite_changed {
	REWRITE_CHANGED_MAC = 1 << 0,
	REWRITE_CHANGED_ADDRESS = 1 << 1,
	REWRITE_CHANGED_PORT = 1 << 2,
	REWRITE_CHANGED_VLAN = 1 << 3,
	REWRITE_CHANGED_CHECKSUM = 1 << 4, /* by fix_checksums */
	REWRITE_CHANGED_LINKTYPE = 1 << 5,
	REWRITE_CHANGED_LENGTH = 1 << 6, /* padded */
};

/* Begins as { 0 }: nothing is changed. 30 KiB: static, or in memory of the caller. */
struct rewrite {
	struct rewrite_map v4[REWRITE_MAPS_MAX], v6[REWRITE_MAPS_MAX];
	struct rewrite_port_map ports[REWRITE_MAPS_MAX];
	struct rewrite_mac_map macs[REWRITE_MAPS_MAX];
	uint32_t nr_v4, nr_v6, nr_ports, nr_macs;
	uint8_t src_mac[REWRITE_MAC_LEN], dst_mac[REWRITE_MAC_LEN];
	bool has_src_mac, has_dst_mac;
	uint8_t vlan;     /* enum rewrite_vlan */
	uint16_t vlan_id; /* with SET and PUSH */
	/*
	 * May be set directly. Checksums are computed anew, also those that were wrong or not
	 * filled in (FRAME_CSUM_NOT_READY); not of fragments and of packets that were cut.
	 */
	bool fix_checksums;
	bool pad; /* may be set directly: zeros for what the capture has cut */
};

/*
 * Options as text. 0, or -EINVAL (not understood), -E2BIG (too many) with words in err that name
 * the text and the remedy.
 */
/*
 * "10.0.0.0/8=192.0.2.0/24", "2001:db8::/32=2001:db8:1::/48", "10.0.0.1=10.0.0.9": an address in
 * the left prefix gets the right one's first bits, its others remain. The first rule that matches
 * counts; for source and destination alike.
 */
int rewrite_add_map(struct rewrite *rw, const char *text, struct errmsg *err) must_check;
/* "80=8080", "tcp:8000-8099=9000-9099", "udp:53=5353", "sctp:", "dccp:", "udplite:" */
int rewrite_add_map_port(struct rewrite *rw, const char *text, struct errmsg *err) must_check;
/* "02:00:00:00:00:01=02:00:00:00:00:02"; in ARP and neighbour discovery too */
int rewrite_add_map_mac(struct rewrite *rw, const char *text, struct errmsg *err) must_check;
/* Of every Ethernet frame; after the maps. */
int rewrite_set_src_mac(struct rewrite *rw, const char *text, struct errmsg *err) must_check;
int rewrite_set_dst_mac(struct rewrite *rw, const char *text, struct errmsg *err) must_check;
/* "100": that id, in the outermost tag or in a new one. "push:100": one more tag. "pop". */
int rewrite_set_vlan(struct rewrite *rw, const char *text, struct errmsg *err) must_check;

/* "02:00:00:00:00:01", also with '-' between or of Cisco's form "0200.0000.0001". 0 or -EINVAL. */
int rewrite_parse_mac(const char *text, uint8_t ret[REWRITE_MAC_LEN]) must_check;

/* Nothing would be changed: frames may be sent from where they lie. */
bool rewrite_is_empty(const struct rewrite *rw);

/*
 * Applies the rules in place to a frame of len bytes: LINKTYPE_ETHERNET, _RAW, _IPV4 or _IPV6
 * (others stay as they are); not vlan and pad, which change its length. A checksum that was left to
 * the NIC (FRAME_CSUM_NOT_READY) is none yet: such frames need fix_checksums. Returns enum
 * rewrite_changed.
 */
unsigned rewrite_apply(const struct rewrite *rw, uint8_t *frame, uint32_t len, uint16_t linktype);

/*
 * Whether a TCP or UDP checksum looks like one that was left to the NIC: nothing but the sum of
 * addresses, protocol and length (CHECKSUM_PARTIAL of Linux). One in 65536 others does too. Of
 * whole packets only; reads.
 */
bool rewrite_checksum_left(const uint8_t *frame, uint32_t len, uint16_t linktype);

/*
 * Everything that is done to one frame, in its order, with one copy: link type (link NULL, or of
 * the frame's own type: as it is), padding, tag, rules, checksums. out has `room` bytes; with
 * f->cap_len + REWRITE_GROWTH (pad: f->wire_len + REWRITE_GROWTH) it is never REWRITE_NO_ROOM. The
 * FCS has gone before (rewrite_drop_fcs()). Anything but REWRITE_OK: the frame cannot be sent; *ret
 * is not set.
 */
enum rewrite_result rewrite_frame(const struct rewrite *rw, const struct rewrite_link *link,
				  const struct frame_view *f, uint8_t *out, uint32_t room,
				  struct rewritten *ret);

#endif
