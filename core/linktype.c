#include "core/linktype.h"

#include <stddef.h>

const char *linktype_name(uint16_t linktype)
{
	switch ((enum linktype)linktype) {
	case LINKTYPE_NULL:
		return "NULL";
	case LINKTYPE_ETHERNET:
		return "ETHERNET";
	case LINKTYPE_PPP:
		return "PPP";
	case LINKTYPE_RAW:
		return "RAW";
	case LINKTYPE_IEEE802_11:
		return "IEEE802_11";
	case LINKTYPE_LOOP:
		return "LOOP";
	case LINKTYPE_LINUX_SLL:
		return "LINUX_SLL";
	case LINKTYPE_IEEE802_11_RADIOTAP:
		return "IEEE802_11_RADIOTAP";
	case LINKTYPE_PPI:
		return "PPI";
	case LINKTYPE_IPV4:
		return "IPV4";
	case LINKTYPE_IPV6:
		return "IPV6";
	case LINKTYPE_NETLINK:
		return "NETLINK";
	case LINKTYPE_LINUX_SLL2:
		return "LINUX_SLL2";
	}
	return NULL;
}
