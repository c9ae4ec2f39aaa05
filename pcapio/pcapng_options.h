/*
 * pcapio/pcapng_options.h -- the options of a pcapng block, in either byte order, and what they
 * are: draft-ietf-opsawg-pcapng, sections 3.5 and 4.
 *
 * Nothing is copied: values point into the block and live as long. Pure functions.
 */
#ifndef PCAPIO_PCAPNG_OPTIONS_H
#define PCAPIO_PCAPNG_OPTIONS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/compiler.h"
#include "pcapio/reader.h"

struct pcapng_option_view {
	const uint8_t *value; /* as it stands in the file, its byte order */
	uint16_t code, len;   /* in ours; len is without the padding */
};

/* Where a walk is. */
struct pcapng_options {
	const uint8_t *pos, *end;
	bool swapped; /* the section's byte order is not ours */
};

/* How a value is laid out: what must be swapped when it changes its byte order. */
enum pcapng_option_kind {
	PCAPNG_KIND_UNKNOWN, /* local use, or of a later draft: nobody can swap it */
	PCAPNG_KIND_TEXT,    /* UTF-8 without a NUL */
	PCAPNG_KIND_IPV4,    /* the rest of this group: bytes, the same in both byte orders */
	PCAPNG_KIND_IPV4_NETMASK,
	PCAPNG_KIND_IPV6,
	PCAPNG_KIND_IPV6_PREFIX, /* address, then u8 */
	PCAPNG_KIND_MAC,
	PCAPNG_KIND_EUI,
	PCAPNG_KIND_FILTER, /* u8 kind, 0 = text follows, 1 = BPF code in any byte order */
	PCAPNG_KIND_U8,
	PCAPNG_KIND_U32,
	PCAPNG_KIND_U64,
	PCAPNG_KIND_I64,
	PCAPNG_KIND_TIME,        /* u32 high, u32 low: one count of if_tsresol */
	PCAPNG_KIND_TWO_U32,     /* process id, thread id */
	PCAPNG_KIND_HASH,        /* u8 algorithm; u32 if Toeplitz, else bytes */
	PCAPNG_KIND_VERDICT,     /* u8 type; u64 if 1 (eBPF TC) or 2 (eBPF XDP), else bytes */
	PCAPNG_KIND_CUSTOM_TEXT, /* u32 Private Enterprise Number, then text or bytes that only */
	PCAPNG_KIND_CUSTOM_DATA, /* its owner knows */
};

struct pcapng_option_info {
	const char *name; /* of the draft: "if_tsresol" */
	uint16_t code;
	uint8_t kind; /* enum pcapng_option_kind */
	uint8_t size; /* bytes that the value must have; 0: it varies */
};

/* NULL: no such option is known for blocks of this type. Comments and custom ones always are. */
const struct pcapng_option_info *pcapng_option_info(uint32_t block_type, uint16_t code);
enum pcapng_option_kind pcapng_option_kind(uint32_t block_type, uint16_t code);

/* "SHB", "EPB", "CB" (custom), "DCB" (custom, not to be copied), "filler" (ours); NULL: unknown. */
const char *pcapng_block_name(uint32_t block_type);

/*
 * At the first option of a block. 1, 0 = blocks of this type have none that anybody could find
 * (simple packets, custom, journal, unknown and local-use ones), -EBADMSG the block is too short
 * for what stands before its options.
 */
int pcapng_options_begin(const struct reader_block *b, struct pcapng_options *ret) must_check;

/*
 * 1 = an option, 0 = the list has ended, -EBADMSG it runs past the block. What follows
 * opt_endofopt is filler. Inline, for the packet path.
 */
static inline must_check int pcapng_options_next(struct pcapng_options *o,
						 struct pcapng_option_view *ret)
{
	const size_t left = (size_t)(o->end - o->pos);
	size_t size;

	if (left == 0)
		return 0;
	if (left < 4)
		return -EBADMSG;
	ret->code = load_u16(o->pos);
	ret->len = load_u16(o->pos + 2);
	if (o->swapped) {
		ret->code = swap_u16(ret->code);
		ret->len = swap_u16(ret->len);
	}
	ret->value = o->pos + 4;
	if (ret->code == 0) /* opt_endofopt */
		return 0;
	size = align_up(ret->len, 4);
	if (size > left - 4)
		return -EBADMSG;
	o->pos += 4 + size;
	return 1;
}

#endif
