/*
 * pcapio/pcapng_transcode.h -- a block of one pcapng section as a block of another: other byte
 * order, other interface number, other resolution of time, shorter packets;
 * draft-ietf-opsawg-pcapng.
 *
 * Pure functions. Blocks come from the reader, which has checked their lengths and, of packets,
 * interfaces, sections and statistics, their lists of options. The others may lie; then what can be
 * understood is kept.
 */
#ifndef PCAPIO_PCAPNG_TRANSCODE_H
#define PCAPIO_PCAPNG_TRANSCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "pcapio/reader.h"

enum {
	PCAPNG_TRANSCODE_EXTRA = 64, /* no block grows by more */
	PCAPNG_RESOLUTION_MAX = 19,  /* 10^-19 s: finer ones do not count up to a second */
};

struct pcapng_change {
	bool swapped;      /* the new section's byte order is not ours */
	bool keep_no_copy; /* options that are not to be copied are kept */
	bool set_linktype; /* of an interface: */
	uint16_t linktype;
	bool simple_as_packet; /* a simple packet becomes an enhanced one, of time 0 */
	uint32_t interface_id; /* in the new section */
	uint32_t snaplen;      /* 0: as it is */
	int resolution;        /* 10^-n seconds; -1: as it is */
	uint8_t tsresol;       /* what the block's interface has counted in so far */
	uint32_t cap_len;      /* of a packet: as the reader understood it */
};

struct pcapng_transcoded {
	size_t len;
	bool cut;          /* a packet is shorter now */
	bool time_lost;    /* a packet's time lost digits */
	bool options_lost; /* some could not come along */
};

/*
 * Writes the block to out, which has room for b->len + PCAPNG_TRANSCODE_EXTRA bytes. 1, 0 = it has
 * no place in another section (not to be copied; of unknown layout and the other byte order),
 * -ERANGE a time stamp does not fit 64 bits of the new resolution.
 */
int pcapng_transcode(const struct reader_block *b, const struct pcapng_change *c, uint8_t *out,
		     struct pcapng_transcoded *ret) must_check;

/* ticks of an old if_tsresol in 10^-resolution seconds. False: more than 64 bits. *ret_lost is set
 * where digits are, else left alone. */
bool pcapng_ticks_convert(uint8_t tsresol, int resolution, uint64_t ticks, uint64_t *ret,
			  bool *ret_lost);
/* Nanoseconds since 1970 as ticks of an interface. False: they cannot be said. */
bool pcapng_ticks_from_ns(uint8_t tsresol, int64_t tsoffset, uint64_t ns, uint64_t *ret);

#endif
