/* pcapio/salvage_check.c -- draft-ietf-opsawg-pcapng: what is a block, and what is none. */
#include <string.h>

#include "core/limits.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/pcapng_options.h"
#include "pcapio/reader_internal.h"
#include "pcapio/salvage_internal.h"

enum {
	RING_HEAD_LEN = 48, /* capture/stamp.h: over the kernel's block descriptor */
	NEAR_SECONDS = 30 * 86400,
	SEARCH_OPTIONS_MAX = 64, /* of a block that a search may stop at */
	SEARCH_NAMES_MAX = 1024, /* bytes of a name resolution block, the same */
};

bool salvage_type_is_known(uint32_t type)
{
	switch (type) {
	case PCAPNG_SHB:
	case PCAPNG_IDB:
	case PCAPNG_PB:
	case PCAPNG_SPB:
	case PCAPNG_NRB:
	case PCAPNG_ISB:
	case PCAPNG_EPB:
	case PCAPNG_JOURNAL:
	case PCAPNG_DSB:
	case PCAPNG_CB:
	case PCAPNG_DCB:
		return true;
	}
	return type >= PCAPNG_LOCAL_USE;
}

static bool all_zero(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i])
			return false;
	return true;
}

enum salvage_reason salvage_check_frame(const struct salvage *s, const uint8_t *p, size_t have,
					bool open, struct salvage_block *ret)
{
	if (have < PCAPNG_BLOCK_MIN)
		return all_zero(p, have) ? SALVAGE_ZEROS : SALVAGE_CUT;
	ret->searched = false;
	ret->swapped = s->swapped;
	ret->type = salvage_u32(p, ret->swapped);
	if (ret->type == PCAPNG_SHB) {
		const uint32_t magic = load_u32(p + 8);

		ret->swapped = magic == swap_u32(PCAPNG_BYTE_ORDER_MAGIC);
		if (!ret->swapped && magic != PCAPNG_BYTE_ORDER_MAGIC)
			return SALVAGE_HEADER;
	}
	ret->len = salvage_u32(p + 4, ret->swapped);
	if (ret->len < PCAPNG_BLOCK_MIN || ret->len % 4 || ret->len > READER_BLOCK_MAX)
		return all_zero(p, PCAPNG_BLOCK_MIN) ? SALVAGE_ZEROS : SALVAGE_LENGTH;
	if (ret->len > have)
		return open ? SALVAGE_NR : SALVAGE_CUT;
	if (load_u32(p + ret->len - 4) != load_u32(p + 4))
		return load_u32(p + ret->len - 4) ? SALVAGE_LENGTHS : SALVAGE_ZEROS;
	return SALVAGE_NR;
}

/* Of a wrong length, for which some reader refuses the file; others are passed over by all. */
static bool is_bad_option(uint32_t type, const struct pcapng_option_view *o)
{
	const struct pcapng_option_info *info = pcapng_option_info(type, o->code);
	const bool matters = type == PCAPNG_EPB || type == PCAPNG_PB ||
			     (type == PCAPNG_IDB &&
			      (o->code == PCAPNG_IF_TSRESOL || o->code == PCAPNG_IF_TSOFFSET));

	return matters && info && info->size && info->size != o->len;
}

/* Options as every reader takes them: inside their block, and at most `max` of them. */
static bool options_fit(const uint8_t *p, const struct salvage_block *b, uint32_t max)
{
	const struct reader_block block = {
		.bytes = p, .type = b->type, .len = b->len, .swapped = b->swapped
	};
	struct pcapng_option_view option;
	struct pcapng_options options;
	int code = pcapng_options_begin(&block, &options);

	while (code > 0 && (code = pcapng_options_next(&options, &option)) > 0)
		if (!max-- || is_bad_option(b->type, &option))
			return false;
	return code == 0;
}

static uint32_t options_max(const struct salvage_block *b)
{
	return b->searched ? SEARCH_OPTIONS_MAX : b->len;
}

uint32_t salvage_block_interface(const uint8_t *p, const struct salvage_block *b)
{
	if (b->type == PCAPNG_SPB)
		return 0;
	return b->type == PCAPNG_PB ? salvage_u16(p + 8, b->swapped)
				    : salvage_u32(p + 8, b->swapped);
}

static enum salvage_reason check_packet(const struct salvage *s, const uint8_t *p,
					const struct salvage_block *b)
{
	const uint32_t id = salvage_block_interface(p, b);
	const struct salvage_interface *i = id < s->nr_interfaces ? &s->interfaces[id] : NULL;
	const uint32_t max = i ? reader_snaplen_max(i->linktype) : SNAPLEN_MAX;
	uint32_t cap_len;

	if (b->type == PCAPNG_SPB) {
		if (b->len < PCAPNG_SPB_MIN)
			return SALVAGE_CONTENT;
		cap_len = salvage_u32(p + 8, b->swapped);
		if (i && i->snaplen)
			cap_len = MIN_OF(cap_len, i->snaplen);
		if (cap_len > b->len - PCAPNG_SPB_MIN || cap_len > max)
			return SALVAGE_CONTENT;
	} else {
		if (b->len < PCAPNG_EPB_MIN)
			return SALVAGE_CONTENT;
		cap_len = salvage_u32(p + 20, b->swapped);
		if (cap_len > b->len - PCAPNG_EPB_MIN || cap_len > max ||
		    !options_fit(p, b, options_max(b)))
			return SALVAGE_CONTENT;
	}
	return i ? SALVAGE_NR : SALVAGE_INTERFACE;
}

enum salvage_reason salvage_check_content(const struct salvage *s, const uint8_t *p,
					  const struct salvage_block *b)
{
	uint32_t min = PCAPNG_BLOCK_MIN;

	switch (b->type) {
	case PCAPNG_EPB:
	case PCAPNG_PB:
	case PCAPNG_SPB:
		return check_packet(s, p, b);
	case PCAPNG_SHB:
		min = PCAPNG_SHB_MIN;
		if (b->len >= min && (salvage_u16(p + 12, b->swapped) != 1 ||
				      (salvage_u16(p + 14, b->swapped) & ~2u) != 0))
			return SALVAGE_HEADER;
		break;
	case PCAPNG_IDB:
		min = PCAPNG_IDB_MIN;
		break;
	case PCAPNG_ISB:
		min = PCAPNG_ISB_MIN;
		break;
	case PCAPNG_DSB:
		min = PCAPNG_DSB_MIN;
		break;
	}
	if (b->len < min || !options_fit(p, b, options_max(b)))
		return b->type == PCAPNG_SHB ? SALVAGE_HEADER : SALVAGE_CONTENT;
	if (b->type == PCAPNG_ISB && salvage_block_interface(p, b) >= s->nr_interfaces)
		return SALVAGE_INTERFACE;
	return SALVAGE_NR;
}

/*
 * Behind a whole block comes another, the end, or a hole: zeros. `surely`: another one.
 * open: behind the bytes in sight there are more.
 */
static bool goes_on(const struct salvage *s, const uint8_t *p, size_t have, bool open, uint32_t len,
		    bool surely)
{
	struct salvage_block next;
	enum salvage_reason reason;

	if (len >= have)
		return !surely;
	reason = salvage_check_frame(s, p + len, have - len, open, &next);
	if (reason == SALVAGE_NR)
		return salvage_type_is_known(next.type);
	return !surely && (reason == SALVAGE_ZEROS || have - len < PCAPNG_BLOCK_MIN);
}

uint64_t salvage_block_ticks(const uint8_t *p, bool swapped)
{
	return (uint64_t)salvage_u32(p + 12, swapped) << 32 | salvage_u32(p + 16, swapped);
}

/* A time of our days; where clocks are off, within a month of the last one. */
static bool is_possible_time(const struct salvage_interface *i, uint64_t ticks)
{
	const uint64_t far = ticks > i->last ? ticks - i->last : i->last - ticks;

	if (!i->per_second)
		return false;
	return (i->has_last && far / i->per_second < NEAR_SECONDS) ||
	       (ticks / i->per_second >= SALVAGE_FIRST_SECOND &&
		ticks / i->per_second < SALVAGE_LAST_SECOND);
}

/*
 * Whether a block begins here of which nothing in front tells. What looks like one by chance, or
 * lies in a packet's bytes, is to be passed over; one that stands alone between two holes is not.
 */
static bool is_block(const struct salvage *s, const uint8_t *p, size_t have, bool open,
		     uint64_t offset)
{
	enum salvage_reason reason;
	struct salvage_block b;

	if (salvage_check_frame(s, p, have, false, &b) != SALVAGE_NR ||
	    !salvage_type_is_known(b.type))
		return false;
	if (b.type == PCAPNG_RING_HEAD && b.len == RING_HEAD_LEN && offset % FILE_PAGE == 0)
		return true;
	if (b.type == PCAPNG_NRB && b.len > SEARCH_NAMES_MAX)
		return false;
	b.searched = true;
	reason = salvage_check_content(s, p, &b);
	if (reason == SALVAGE_INTERFACE)
		return salvage_block_interface(p, &b) < SALVAGE_INTERFACES_MAX &&
		       goes_on(s, p, have, open, b.len, false);
	if (reason != SALVAGE_NR)
		return false;
	if (b.type == PCAPNG_SHB)
		return true;
	if (b.type == PCAPNG_EPB && is_possible_time(&s->interfaces[salvage_block_interface(p, &b)],
						     salvage_block_ticks(p, b.swapped)))
		return true;
	/* Two equal lengths 12 bytes apart, as many a packet's block has them, are no block. */
	return goes_on(s, p, have, open, b.len, b.type >= PCAPNG_LOCAL_USE);
}

int64_t salvage_find_block(struct salvage *s, const uint8_t *p, size_t have, size_t at)
{
	const size_t places = salvage_places(have);
	const uint64_t offset = salvage_offset(s);
	const size_t step = s->unaligned ? 1 : 4;

	/* Sections begin at multiples of four, and every block's length is one. */
	for (at += -(offset - s->origin + at) & (step - 1);
	     at + PCAPNG_BLOCK_MIN <= have && at < places; at += step)
		if (load_u32(p + at) &&
		    is_block(s, p + at, have - at, have == SALVAGE_WINDOW, offset + at))
			return (int64_t)at;
	return -1;
}

int64_t salvage_pcapng_find_any(struct salvage *s, const uint8_t *p, size_t have, size_t at)
{
	int64_t found, other;

	s->swapped = false;
	found = salvage_find_block(s, p, have, at);
	s->swapped = true;
	other = salvage_find_block(s, p, have, at);
	s->swapped = other >= 0 && (found < 0 || other < found);
	return s->swapped ? other : found;
}
