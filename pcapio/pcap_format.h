/* pcapio/pcap_format.h -- numbers and headers of classic pcap files (draft-ietf-opsawg-pcap). */
#ifndef PCAPIO_PCAP_FORMAT_H
#define PCAPIO_PCAP_FORMAT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/bytes.h"
#include "core/clock.h"

enum {
	PCAP_FILE_HEADER = 24,
	PCAP_RECORD_HEADER = 16,
};

#define PCAP_MAGIC_US 0xa1b2c3d4u
#define PCAP_MAGIC_NS 0xa1b23c4du
/* Record headers of 24 bytes: Alexey Kuznetzov's patch to libpcap of about 1999, and netsniff-ng's
 * own (-T 0xa1e2cb12), in nanoseconds. */
#define PCAP_MAGIC_MODIFIED 0xa1b2cd34u
#define PCAP_MAGIC_NETSNIFF 0xa1e2cb12u

/* The link type field: number in the low half, FCS length in the high bits, nothing between. */
#define PCAP_LINKTYPE_RESERVED  0x03ff0000u
#define PCAP_LINKTYPE_HAS_FCS   0x04000000u
#define PCAP_LINKTYPE_FCS_SHIFT 28

/* PCAP_FILE_HEADER bytes, in the host's byte order, version 2.4. */
static inline void pcap_put_file_header(uint8_t *p, bool nano, uint32_t snaplen, uint32_t linktype)
{
	memset(p, 0, PCAP_FILE_HEADER);
	store_u32(p, nano ? PCAP_MAGIC_NS : PCAP_MAGIC_US);
	store_u16(p + 4, 2);
	store_u16(p + 6, 4);
	store_u32(p + 16, snaplen);
	store_u32(p + 20, linktype);
}

/* PCAP_RECORD_HEADER bytes. Seconds beyond 2106 wrap. */
static inline void pcap_put_record_header(uint8_t *p, bool nano, uint64_t ts_ns, uint32_t cap_len,
					  uint32_t wire_len)
{
	const uint32_t ns = (uint32_t)(ts_ns % NS_PER_SEC);

	store_u32(p, (uint32_t)(ts_ns / NS_PER_SEC));
	store_u32(p + 4, nano ? ns : ns / (uint32_t)NS_PER_US);
	store_u32(p + 8, cap_len);
	store_u32(p + 12, wire_len);
}

#endif
