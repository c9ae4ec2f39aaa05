/* dissect/proto/all.h -- every dissector by name, for the registry's list. */
#ifndef DISSECT_PROTO_ALL_H
#define DISSECT_PROTO_ALL_H

#include "dissect/proto.h"

extern const struct dissector ah_dissector;
extern const struct dissector arp_dissector;
extern const struct dissector eth_dissector;
extern const struct dissector icmp_dissector;
extern const struct dissector icmpv6_dissector;
extern const struct dissector ipv4_dissector;
extern const struct dissector ipv6_dissector;
extern const struct dissector ipv6_dstopts_dissector;
extern const struct dissector ipv6_fragment_dissector;
extern const struct dissector ipv6_hopopts_dissector;
extern const struct dissector ipv6_routing_dissector;
extern const struct dissector llc_dissector;
extern const struct dissector loopback_dissector;
extern const struct dissector mip6_dissector;
extern const struct dissector netlink_dissector;
extern const struct dissector raw_dissector;
extern const struct dissector sll_dissector;
extern const struct dissector tcp_dissector;
extern const struct dissector udp_dissector;
extern const struct dissector vlan_dissector;

#endif
