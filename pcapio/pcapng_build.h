/*
 * pcapio/pcapng_build.h -- builds section headers, interface descriptions and statistics.
 *
 * Host byte order, as every pcapng writer does. The packet blocks themselves are made in place
 * (capture/stamp.h), never here.
 */
#ifndef PCAPIO_PCAPNG_BUILD_H
#define PCAPIO_PCAPNG_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes under construction over memory of the caller; too small a buffer sets overflow. */
struct pcapng_builder {
	uint8_t *data;
	size_t len, size;
	size_t block; /* start of the open block */
	bool overflow;
};

struct pcapng_statistics {
	uint32_t interface_id;
	uint64_t ts_ns;
	uint64_t start_ns, end_ns; /* 0: left out */
	uint64_t received;         /* isb_ifrecv: offered to the tap, losses included */
	uint64_t dropped;          /* isb_osdrop, and isb_ifdrop, the one that Wireshark shows */
	uint64_t delivered;        /* isb_usrdeliv */
};

void pcapng_begin(struct pcapng_builder *b, uint32_t type);
void pcapng_u16(struct pcapng_builder *b, uint16_t v);
void pcapng_u32(struct pcapng_builder *b, uint32_t v);
void pcapng_u64(struct pcapng_builder *b, uint64_t v);
void pcapng_option(struct pcapng_builder *b, uint16_t code, const void *value, size_t len);
void pcapng_option_text(struct pcapng_builder *b, uint16_t code,
			const char *text); /* "" or NULL: none */
void pcapng_option_u64(struct pcapng_builder *b, uint16_t code, uint64_t v);
/* Ends the options and the block: both lengths are set. */
void pcapng_end(struct pcapng_builder *b, bool has_options);

/* A section header of unknown length. */
void pcapng_section(struct pcapng_builder *b, const char *hardware, const char *os,
		    const char *application, const char *comment);
void pcapng_interface_statistics(struct pcapng_builder *b, const struct pcapng_statistics *s);
/* A local-use block from here to `end` (a 4-byte multiple; at least 12 bytes ahead). */
void pcapng_filler(struct pcapng_builder *b, size_t end);

#endif
