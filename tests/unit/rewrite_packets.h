/*
 * tests/unit/rewrite_packets.h -- packets with right checksums, and how wrong those of a packet
 * are, written down a second time: for the tests of dissect/rewrite/.
 */
#ifndef TESTS_UNIT_REWRITE_PACKETS_H
#define TESTS_UNIT_REWRITE_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dissect/rewrite/rewrite.h"

enum {
	PACKET_MAX = 9216,
	PROTO_NR_ICMP = 1,
	PROTO_NR_TCP = 6,
	PROTO_NR_UDP = 17,
	PROTO_NR_DCCP = 33,
	PROTO_NR_ICMPV6 = 58,
	PROTO_NR_SCTP = 132,
};

struct packet {
	uint8_t bytes[PACKET_MAX];
	uint32_t len;
	uint32_t ip, l4; /* offsets */
	uint8_t proto;
	bool v6;
};

/* Deterministic: the same numbers in every run. */
uint32_t test_random(void);
void test_random_seed(uint64_t seed);

/*
 * An Ethernet frame with nr_tags tags, random addresses and ports, `payload` random bytes behind
 * the transport header and right checksums. options: bytes of IPv4 options, or of IPv6 destination
 * options, a multiple of 8.
 */
void packet_build(struct packet *p, bool v6, unsigned nr_tags, uint8_t proto, uint32_t options,
		  uint32_t payload);
/* Computes the checksum of the transport header and puts it there. */
void packet_sum(struct packet *p);
/* Where it stands in the transport header. */
uint32_t packet_sum_at(const struct packet *p);
/*
 * What the checksum is off by; 0: it is right. Of the IPv4 header, and of the transport (of SCTP
 * the difference of both CRCs).
 */
uint16_t packet_header_error(const struct packet *p);
uint32_t packet_error(const struct packet *p);

/* Aborts where the text is refused. */
void must_map(struct rewrite *rw, const char *text);
void must_map_port(struct rewrite *rw, const char *text);

#endif
