/* pcapio/salvage_internal.h -- what salvage.c and its two formats share. */
#ifndef PCAPIO_SALVAGE_INTERNAL_H
#define PCAPIO_SALVAGE_INTERNAL_H

#include "core/bytes.h"
#include "pcapio/salvage.h"

struct salvage_interface {
	uint64_t per_second; /* ticks of its time stamps; 0: more than 64 bits hold */
	uint64_t last;       /* time stamp of the packet saved last */
	uint32_t snaplen;
	uint16_t linktype;
	bool has_last;
};

struct salvage_pcap {
	uint32_t header_len, max_len;
	uint32_t frac_end; /* fractions of a second are below this */
	uint32_t last_sec;
	bool lengths_swapped, lengths_unsure, has_last;
};

struct salvage {
	struct source *src;
	const struct salvage_options *o;
	struct salvage_report *report;
	struct errmsg *err;
	uint64_t end;    /* of the content, once the source has failed; else UINT64_MAX */
	int failure;     /* the source's, while it has failed */
	bool no_frames;  /* none was found any more */
	uint64_t wasted; /* compressed bytes that were decompressed for nothing */
	uint64_t origin; /* where in the content the blocks' multiples of four begin */
	bool unaligned;  /* nobody knows: it goes on behind damaged frames */
	uint64_t asked;  /* when stop() was asked last: bytes */
	bool swapped;
	bool headless; /* the file's first bytes are lost */

	/* pcapng: the section */
	bool in_section, section_damaged;
	size_t nr_interfaces, interfaces_size;
	size_t interfaces_due; /* lost descriptions: made anew before the next one comes */
	struct salvage_interface *interfaces;

	struct salvage_pcap pcap;
};

static inline uint32_t salvage_u32(const uint8_t *p, bool swapped)
{
	const uint32_t v = load_u32(p);

	return swapped ? swap_u32(v) : v;
}

static inline uint16_t salvage_u16(const uint8_t *p, bool swapped)
{
	const uint16_t v = load_u16(p);

	return swapped ? swap_u16(v) : v;
}

/* The next bytes, up to len of them: how many there are. A source that fails has ended. */
size_t salvage_look(struct salvage *s, size_t len, const uint8_t **ret);
uint64_t salvage_offset(const struct salvage *s);
/* Hands on bytes that the file has not got. 0 or as put(). */
int salvage_put(struct salvage *s, const uint8_t *bytes, size_t len);
/* Hands on the next bytes of the file and takes them. */
int salvage_keep(struct salvage *s, const uint8_t *bytes, size_t len);
/* Bytes were taken that are handed to nobody: from offset to here. */
void salvage_lost(struct salvage *s, uint64_t offset, enum salvage_reason reason);
/*
 * Everything that could be read is taken, and something else may follow: goes on at the next whole
 * frame of a compressed file, or of one whose name says so. False: there is none.
 */
bool salvage_resume(struct salvage *s);
/* True: stop here. Cheap. */
bool salvage_stop(struct salvage *s);

/*
 * The distance of the first whole block or record from p + at on, -1: none. If there are
 * SALVAGE_WINDOW bytes, places from SALVAGE_STEP on are left to the next call, which sees what is
 * behind them.
 */
typedef int64_t salvage_find(struct salvage *s, const uint8_t *p, size_t have, size_t at);
/* Takes what lies before the first find, `skip` bytes at least. False: it was all that is left. */
bool salvage_search(struct salvage *s, salvage_find *find, size_t skip);
/* The same where it goes on behind damaged frames: the first byte may be the one. */
bool salvage_search_resumed(struct salvage *s, salvage_find *find);
static inline size_t salvage_places(size_t have)
{
	return have < SALVAGE_WINDOW ? have : SALVAGE_STEP;
}

/* Our days: 1990 to 2100. */
#define SALVAGE_FIRST_SECOND 631152000ull
#define SALVAGE_LAST_SECOND  4102444800ull

struct salvage_block {
	uint32_t type, len;
	bool swapped;
	/* Nothing in front says that it begins here. Many such places may be looked at, so each
	 * costs little. */
	bool searched;
};

bool salvage_type_is_known(uint32_t type);
/*
 * Type and length of what stands at p, and whether it is the same length at its end. SALVAGE_NR:
 * it is, or its end lies beyond what can be seen and `open` is set.
 */
enum salvage_reason salvage_check_frame(const struct salvage *s, const uint8_t *p, size_t have,
					bool open, struct salvage_block *ret);
/* Whether readers will take it: SALVAGE_NR. Its frame is whole. */
enum salvage_reason salvage_check_content(const struct salvage *s, const uint8_t *p,
					  const struct salvage_block *b);
/* Of a packet or statistics block: the section's number of its interface, and its time stamp. */
uint32_t salvage_block_interface(const uint8_t *p, const struct salvage_block *b);
uint64_t salvage_block_ticks(const uint8_t *p, bool swapped);
salvage_find salvage_find_block; /* in the section's byte order */

/* From here on: the first byte of the file, or, headless, its first whole block or record. 0 or
 * -errno, as salvage(). */
int salvage_pcapng(struct salvage *s);
int salvage_pcap(struct salvage *s);
/* Without a header. They set the byte order, and of pcap the resolution. */
salvage_find salvage_pcapng_find_any, salvage_pcap_find_any;

#endif
