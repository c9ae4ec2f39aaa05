/*
 * dissect/filter/gen_link.h -- what the files of the link side give each other.
 */
#ifndef DISSECT_FILTER_GEN_LINK_H
#define DISSECT_FILTER_GEN_LINK_H

#include "dissect/filter/generate.h"

/* The numbers by which gen_linktype() and the names of protocols know what a link carries. */
enum link_proto {
	/* 802.2 service access points */
	PROTO_SAP_IP = 0x06,
	PROTO_STP = 0x42,
	PROTO_IPX = 0xe0,
	PROTO_NETBEUI = 0xf0,
	PROTO_ISO = 0xfe,
	/* ethertypes */
	PROTO_LENGTH_MAX = 1500, /* up to here an ethertype field holds a length */
	PROTO_NS = 0x0600,
	PROTO_IP = 0x0800,
	PROTO_ARP = 0x0806,
	PROTO_MOPDL = 0x6001,
	PROTO_MOPRC = 0x6002,
	PROTO_DECNET = 0x6003,
	PROTO_LAT = 0x6004,
	PROTO_SCA = 0x6007,
	PROTO_RARP = 0x8035,
	PROTO_ATALK = 0x809b,
	PROTO_AARP = 0x80f3,
	PROTO_IPX_TYPE = 0x8137,
	PROTO_IPV6 = 0x86dd,
};

/* "Ethernet", "Linux cooked": for messages. */
const char *link_words(uint16_t linktype);
/* 802.11, with or without a header in front. */
bool link_is_wlan(uint16_t linktype);

/* gen_ethertype.c: gen_linktype() without MPLS and without words. */
struct cond *gen_link_carries(struct gen *g, uint32_t proto);

/* gen_llc.c: behind a field that said 802.2: the service access points, or SNAP, are proto's. */
struct cond *gen_llc_carries(struct gen *g, uint32_t proto);
/* gen_llc.c: SNAP with this organisation and type. */
struct cond *gen_snap(struct gen *g, uint32_t org, uint32_t type);
/* gen_llc.c: the destination access point; refuses numbers that are none. */
struct cond *gen_llc_dsap(struct gen *g, uint32_t sap);
/* gen_llc.c: "llc" and "llc ui". */
struct cond *gen_llc_word(struct gen *g, const struct filter_node *n);

/* A test of the address that begins at off behind the link header. */
typedef struct cond *(*gen_mac_test)(struct gen *g, uint32_t off, const uint8_t *mac);
struct cond *gen_mac_equal(struct gen *g, uint32_t off, const uint8_t *mac);
struct cond *gen_mac_group(struct gen *g, uint32_t off, const uint8_t *unused);

/* gen_meta.c: "inbound", "outbound" and "ifindex". */
struct cond *gen_meta_word(struct gen *g, const struct filter_node *n);

/* gen_wlan.c */
struct cond *gen_wlan_data(struct gen *g); /* it is a data frame */
struct cond *gen_wlan_src(struct gen *g, gen_mac_test test, const uint8_t *mac);
struct cond *gen_wlan_dst(struct gen *g, gen_mac_test test, const uint8_t *mac);
/* dir is one of FD_ADDR1 to FD_TA. */
struct cond *gen_wlan_address(struct gen *g, const uint8_t *mac, enum filter_dir dir);
/* "type", "subtype" and "dir". */
struct cond *gen_wlan_word(struct gen *g, const struct filter_node *n);

#endif
