/* core/linktype.h -- LINKTYPE_ values of pcap and pcapng files (the tcpdump group's registry). */
#ifndef CORE_LINKTYPE_H
#define CORE_LINKTYPE_H

#include <stdint.h>

enum linktype {
	LINKTYPE_NULL = 0,
	LINKTYPE_ETHERNET = 1,
	LINKTYPE_PPP = 9,
	LINKTYPE_RAW = 101,
	LINKTYPE_IEEE802_11 = 105,
	LINKTYPE_LOOP = 108,
	LINKTYPE_LINUX_SLL = 113,
	LINKTYPE_IEEE802_11_RADIOTAP = 127,
	LINKTYPE_PPI = 192,
	LINKTYPE_IPV4 = 228,
	LINKTYPE_IPV6 = 229,
	LINKTYPE_NETLINK = 253,
	LINKTYPE_LINUX_SLL2 = 276,
};

/* The registry's name without the prefix ("ETHERNET"), or NULL. */
const char *linktype_name(uint16_t linktype);

#endif
