/* dissect/rewrite/rewrite_internal.h -- what the files that change packets share. */
#ifndef DISSECT_REWRITE_REWRITE_INTERNAL_H
#define DISSECT_REWRITE_REWRITE_INTERNAL_H

#include "core/bytes.h"
#include "dissect/checksum.h"
#include "dissect/rewrite/link_internal.h"
#include "dissect/rewrite/rewrite.h"

enum {
	IPPROTO_ICMP_NR = 1,
	IPPROTO_ICMPV6_NR = 58,
	IPPROTO_NONE_NR = 59,
};

/* An IP header that does not contradict itself, and what it leads to. */
struct ip_packet {
	uint8_t *p;
	uint32_t len;     /* captured bytes of it, without what follows the packet */
	uint32_t total;   /* bytes of it on the wire */
	uint32_t hdr_len; /* of IPv4 as captured, options included; of IPv6 without extensions */
	uint32_t l4;      /* offset of the transport header; len where it is not here */
	uint32_t offset;  /* in the datagram, of the first byte at l4: not 0 in later fragments */
	uint8_t proto;    /* at l4; IPPROTO_NONE_NR: not known */
	bool v6;
	bool fragment;  /* not the whole datagram */
	bool no_length; /* it does not say how long it is: total is that of the frame */
	bool detour;    /* something between the header and l4 changes the summed addresses */
};

/* p, len: from the IP header on to the end of the frame. False: no IP header that can be read. */
bool ip_parse(uint8_t *p, uint32_t len, struct ip_packet *ret);
/* The sum of the two addresses that a transport checksum covers. */
uint32_t ip_address_sum(const struct ip_packet *ip);

/* A transport protocol's ports and checksum. */
struct transport {
	uint8_t proto;
	uint8_t checksum_at;
	bool ports;    /* they stand first, two bytes each */
	bool v4, v6;   /* with which version the addresses are in the sum */
	bool crc;      /* no sum: CRC-32C of the packet without addresses */
	bool optional; /* 0 means that there is none */
};

/* NULL: a protocol whose checksum, if any, has nothing of what is changed in it. */
const struct transport *transport_find(uint8_t proto);

/* Where the next header of IPv6 begins and what it is. */
struct extension {
	uint32_t off, len;
	uint8_t type, next; /* of this one and of what follows */
};

/* The header at off, of this type. False: none of IPv6's extensions, or it is not wholly here. */
bool extension_read(const uint8_t *p, uint32_t len, uint32_t off, uint8_t type,
		    struct extension *ret);

bool map_v4(const struct rewrite *rw, uint8_t *addr);
bool map_v6(const struct rewrite *rw, uint8_t *addr);
bool map_mac(const struct rewrite *rw, uint8_t *mac);

/* The packet at p, of either version; anything else stays. Returns enum rewrite_changed. */
unsigned rewrite_ip(const struct rewrite *rw, uint8_t *p, uint32_t len);
/* The same of one that an ICMP error quotes. */
unsigned rewrite_quoted(const struct rewrite *rw, uint8_t *p, uint32_t len);
/* The body of an ICMP or ICMPv6 message, whose own checksum goes with it. */
unsigned rewrite_icmp(const struct rewrite *rw, uint8_t *p, uint32_t len, bool v6);
/* Computes anew the checksums of the packet at p. */
unsigned fix_checksums(uint8_t *p, uint32_t len);
/* As rewrite_checksum_left(), of the packet at p, which is not written to. */
bool checksum_left(uint8_t *p, uint32_t len);

/* Where the IP or ARP packet of a frame begins, and which. */
struct network {
	uint32_t off;
	uint16_t ethertype; /* 0: neither IPv4, IPv6, ARP nor RARP */
};
struct network network_find(const uint8_t *frame, uint32_t len, uint16_t linktype);

/*
 * RFC 1624: what was summed had the sum `before` and has `after`; the rest is not looked at, so a
 * checksum that was wrong is as wrong as it was.
 */
static inline void checksum_update(uint8_t *at, uint32_t before, uint32_t after)
{
	const uint16_t not_before = checksum_fold(before);
	const uint16_t not_after = checksum_fold(after);
	uint32_t sum;

	if (not_before == not_after)
		return;
	sum = (uint32_t)(uint16_t)~load_be16(at) + not_before + (uint16_t)~not_after;
	store_be16(at, checksum_fold(sum));
}

#endif
