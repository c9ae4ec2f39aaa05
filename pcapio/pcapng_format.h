/* pcapio/pcapng_format.h -- numbers of the pcapng format (draft-ietf-opsawg-pcapng). */
#ifndef PCAPIO_PCAPNG_FORMAT_H
#define PCAPIO_PCAPNG_FORMAT_H

#include <stdint.h>

#define PCAPNG_BYTE_ORDER_MAGIC 0x1a2b3c4du
#define PCAPNG_LOCAL_USE        0x80000000u /* block types from here on belong to nobody */

/* Ours, of that range: fillers that every reader skips. Never 0x0BAD, which Wireshark lists. */
#define PCAPNG_RING_HEAD (PCAPNG_LOCAL_USE | 0x5200) /* over the kernel's block descriptor */
#define PCAPNG_FILLER    (PCAPNG_LOCAL_USE | 0x5201)

enum pcapng_block {
	PCAPNG_IDB = 1,          /* interface description */
	PCAPNG_PB = 2,           /* packet, obsolete */
	PCAPNG_SPB = 3,          /* simple packet */
	PCAPNG_NRB = 4,          /* name resolution */
	PCAPNG_ISB = 5,          /* interface statistics */
	PCAPNG_EPB = 6,          /* enhanced packet */
	PCAPNG_JOURNAL = 9,      /* systemd journal export */
	PCAPNG_DSB = 10,         /* decryption secrets */
	PCAPNG_CB = 0x0bad,      /* custom: a Private Enterprise Number says whose */
	PCAPNG_DCB = 0x40000bad, /* custom, not to be copied into another file */
	PCAPNG_SHB = 0x0a0d0d0a, /* section header: a palindrome, the same in both byte orders */
};

enum pcapng_size {
	PCAPNG_BLOCK_MIN = 12, /* type, total length, total length again */
	PCAPNG_SHB_MIN = 28,
	PCAPNG_IDB_MIN = 20,
	PCAPNG_EPB_HEADER = 28, /* up to the packet's first byte; the PB's is as long */
	PCAPNG_EPB_MIN = 32,
	PCAPNG_SPB_HEADER = 12,
	PCAPNG_SPB_MIN = 16,
	PCAPNG_ISB_MIN = 24,
	PCAPNG_DSB_HEADER = 16, /* up to the secrets */
	PCAPNG_DSB_MIN = 20,
};

enum pcapng_option {
	PCAPNG_OPT_END = 0,
	PCAPNG_OPT_COMMENT = 1,
	/* Behind a Private Enterprise Number; the last two are not to be copied. */
	PCAPNG_OPT_CUSTOM_TEXT = 2988,
	PCAPNG_OPT_CUSTOM_DATA = 2989,
	PCAPNG_OPT_CUSTOM_TEXT_NO_COPY = 19372,
	PCAPNG_OPT_CUSTOM_DATA_NO_COPY = 19373,
	PCAPNG_OPT_LOCAL_USE = 0x8000, /* from here on they belong to nobody */

	PCAPNG_SHB_HARDWARE = 2,
	PCAPNG_SHB_OS = 3,
	PCAPNG_SHB_USERAPPL = 4,

	PCAPNG_IF_NAME = 2,
	PCAPNG_IF_DESCRIPTION = 3,
	PCAPNG_IF_IPV4ADDR = 4, /* address, netmask */
	PCAPNG_IF_IPV6ADDR = 5, /* address, prefix length */
	PCAPNG_IF_MACADDR = 6,
	PCAPNG_IF_EUIADDR = 7,
	PCAPNG_IF_SPEED = 8,   /* u64, bit/s */
	PCAPNG_IF_TSRESOL = 9, /* u8: 10^-n, or 2^-n with the top bit set */
	PCAPNG_IF_TZONE = 10,  /* i32 that no two programs fill the same way; obsolete */
	PCAPNG_IF_FILTER = 11, /* a zero byte, then the expression */
	PCAPNG_IF_OS = 12,
	PCAPNG_IF_FCSLEN = 13,
	PCAPNG_IF_TSOFFSET = 14, /* i64, seconds */
	PCAPNG_IF_HARDWARE = 15,
	PCAPNG_IF_TXSPEED = 16, /* u64, bit/s */
	PCAPNG_IF_RXSPEED = 17,
	PCAPNG_IF_IANA_TZNAME = 18,

	PCAPNG_EPB_FLAGS = 2,     /* u32, PCAPNG_FLAG_* */
	PCAPNG_EPB_HASH = 3,      /* u8 algorithm, then the hash */
	PCAPNG_EPB_DROPCOUNT = 4, /* u64, since the previous packet of the interface */
	PCAPNG_EPB_PACKETID = 5,
	PCAPNG_EPB_QUEUE = 6, /* u32 */
	PCAPNG_EPB_VERDICT = 7,
	PCAPNG_EPB_PROCESSID_THREADID = 8, /* two u32 */

	PCAPNG_NS_DNSNAME = 2,
	PCAPNG_NS_DNSIP4ADDR = 3,
	PCAPNG_NS_DNSIP6ADDR = 4,

	PCAPNG_ISB_STARTTIME = 2,
	PCAPNG_ISB_ENDTIME = 3,
	PCAPNG_ISB_IFRECV = 4,
	PCAPNG_ISB_IFDROP = 5,
	PCAPNG_ISB_FILTERACCEPT = 6,
	PCAPNG_ISB_OSDROP = 7,
	PCAPNG_ISB_USRDELIV = 8,
};

/* The bits of epb_flags. */
enum pcapng_flag {
	PCAPNG_FLAG_DIRECTION = 0x3,  /* bits 0-1: enum frame_direction */
	PCAPNG_FLAG_RECEPTION = 0x1c, /* bits 2-4: enum frame_reception */
	PCAPNG_FLAG_RECEPTION_SHIFT = 2,
	PCAPNG_FLAG_FCS_LENGTH = 0x1e0, /* bits 5-8 */
	PCAPNG_FLAG_CSUM_NOT_READY = 1 << 9,
	PCAPNG_FLAG_CSUM_VALID = 1 << 10,
	PCAPNG_FLAG_TCP_SEGMENTED = 1 << 11,
};

enum pcapng_hash {
	PCAPNG_HASH_TOEPLITZ = 5, /* four bytes; the kernel's rx hash */
};

#endif
