/* core/limits.h -- every compile-time maximum of the tree, each with its reason. */
#ifndef CORE_LIMITS_H
#define CORE_LIMITS_H

enum {
	SNAPLEN_MAX = 262144, /* libpcap and Wireshark refuse a larger captured length */
	FILE_PAGE = 4096, /* O_DIRECT granularity that every file system and disk here accepts */
	BLOCK_SIZE_MAX = 4 << 20, /* the largest contiguous allocation (order 10) on x86 */
	RINGS_MAX = 256,          /* PACKET_FANOUT_MAX of older kernels */
	INTERFACES_MAX = 64,      /* -i on one command line */
	DISSECT_LAYERS_MAX = 16,  /* deeper nesting is reported, not followed */
};

#endif
