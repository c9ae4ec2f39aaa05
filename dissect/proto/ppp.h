/* dissect/proto/ppp.h -- protocol numbers of PPP that a header of it and its control share. */
#ifndef DISSECT_PROTO_PPP_H
#define DISSECT_PROTO_PPP_H

#include "dissect/names.h"

enum ppp_protocol {
	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
	PPP_MPLS = 0x0281,
	PPP_MPLS_MULTICAST = 0x0283,
	PPP_IPCP = 0x8021,
	PPP_IPV6CP = 0x8057,
	PPP_CCP = 0x80fd,
	PPP_LCP = 0xc021,
	PPP_PAP = 0xc023,
	PPP_CHAP = 0xc223,
};

extern const struct name_map ppp_protocol_names[];

#endif
