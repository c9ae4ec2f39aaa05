/* pcapio/salvage_pcapng.c -- draft-ietf-opsawg-pcapng, of which parts are missing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/linktype.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/pcapng_options.h"
#include "pcapio/reader_internal.h"
#include "pcapio/salvage_internal.h"

enum { TSRESOL_DEFAULT = 6 };

static void put_u16(uint8_t *p, uint16_t v, bool swapped)
{
	store_u16(p, swapped ? swap_u16(v) : v);
}

static void put_u32(uint8_t *p, uint32_t v, bool swapped)
{
	store_u32(p, swapped ? swap_u32(v) : v);
}

static void begin_section(struct salvage *s)
{
	s->in_section = true;
	s->nr_interfaces = 0;
	s->interfaces_due = 0;
	s->section_damaged = false;
}

static int make_section(struct salvage *s)
{
	uint8_t p[PCAPNG_SHB_MIN] = { 0 };

	put_u32(p, PCAPNG_SHB, s->swapped);
	put_u32(p + 4, sizeof(p), s->swapped);
	put_u32(p + 8, PCAPNG_BYTE_ORDER_MAGIC, s->swapped);
	put_u16(p + 12, 1, s->swapped);
	memset(p + 16, 0xff, 8); /* its length: not known */
	put_u32(p + 24, sizeof(p), s->swapped);
	if (s->in_section || s->report->blocks)
		s->report->sections_made++;
	else
		s->report->header_made = true;
	begin_section(s);
	s->section_damaged = true;
	return salvage_put(s, p, sizeof(p));
}

static uint64_t ticks_per_second(uint8_t tsresol)
{
	const unsigned exponent = tsresol & 0x7f;
	uint64_t v = 1;

	if (tsresol & 0x80)
		return exponent < 64 ? (uint64_t)1 << exponent : 0;
	if (exponent > 19)
		return 0;
	for (unsigned i = 0; i < exponent; i++)
		v *= 10;
	return v;
}

static struct salvage_interface *add_interface(struct salvage *s)
{
	struct salvage_interface *i;

	if (s->nr_interfaces == s->interfaces_size) {
		const size_t size = s->interfaces_size ? s->interfaces_size * 2 : 16;

		i = s->nr_interfaces < READER_INTERFACES_MAX
			    ? reallocarray(s->interfaces, size, sizeof(*i))
			    : NULL;
		if (!i)
			return NULL;
		s->interfaces = i;
		s->interfaces_size = size;
	}
	i = &s->interfaces[s->nr_interfaces++];
	*i = (struct salvage_interface){ 0 };
	return i;
}

static int no_memory(const struct salvage *s)
{
	return errmsg_set(s->err, -ENOMEM, "%s: out of memory", source_name(s->src));
}

/* What makes a time stamp one of our days; 0: nothing is known of it. */
static uint8_t guess_resolution(uint64_t ticks)
{
	static const uint8_t usual[] = { 6, 9, 3 };
	for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
		const uint64_t sec = ticks / ticks_per_second(usual[i]);

		if (sec >= SALVAGE_FIRST_SECOND && sec < SALVAGE_LAST_SECOND)
			return usual[i];
	}
	return TSRESOL_DEFAULT;
}

/* Describes interfaces whose description is lost, up to this many in the section. */
static int make_interfaces(struct salvage *s, size_t nr, uint64_t ticks)
{
	const struct salvage_interface *like = s->nr_interfaces ? &s->interfaces[0] : NULL;
	const uint32_t snaplen = like ? like->snaplen : SNAPLEN_MAX;
	const uint16_t linktype = s->o->linktype >= 0 ? (uint16_t)s->o->linktype
				  : like              ? like->linktype
						      : (uint16_t)LINKTYPE_ETHERNET;
	const uint8_t tsresol = guess_resolution(ticks);
	struct salvage_interface *i;
	uint8_t p[32] = { 0 };
	int code = 0;

	put_u32(p, PCAPNG_IDB, s->swapped);
	put_u32(p + 4, sizeof(p), s->swapped);
	put_u16(p + 8, linktype, s->swapped);
	put_u32(p + 12, snaplen, s->swapped);
	put_u16(p + 16, PCAPNG_IF_TSRESOL, s->swapped);
	put_u16(p + 18, 1, s->swapped);
	p[20] = tsresol;
	put_u32(p + 28, sizeof(p), s->swapped);
	s->interfaces_due = 0;
	while (!code && s->nr_interfaces < nr) {
		i = add_interface(s);
		if (!i)
			return no_memory(s);
		*i = (struct salvage_interface){ .per_second = ticks_per_second(tsresol),
						 .snaplen = snaplen,
						 .linktype = linktype };
		s->report->interfaces_made++;
		s->report->linktype_made = linktype;
		s->report->tsresol_made = tsresol;
		code = salvage_put(s, p, sizeof(p));
	}
	return code;
}

static int learn_interface(struct salvage *s, const uint8_t *p, const struct salvage_block *b)
{
	const struct reader_block block = {
		.bytes = p, .type = b->type, .len = b->len, .swapped = b->swapped
	};
	struct salvage_interface *i = add_interface(s);
	struct pcapng_option_view option;
	struct pcapng_options options;
	uint8_t tsresol = TSRESOL_DEFAULT;
	int code = pcapng_options_begin(&block, &options);

	if (!i)
		return no_memory(s);
	while (code > 0 && (code = pcapng_options_next(&options, &option)) > 0)
		if (option.code == PCAPNG_IF_TSRESOL)
			tsresol = option.value[0];
	i->per_second = ticks_per_second(tsresol);
	i->linktype = reader_linktype(salvage_u16(p + 8, b->swapped));
	i->snaplen = salvage_u32(p + 12, b->swapped);
	return 0;
}

/* Makes what must stand before this block, and keeps what the next ones are compared with. */
static int prepare_block(struct salvage *s, const uint8_t *p, const struct salvage_block *b)
{
	const uint32_t id = b->type == PCAPNG_EPB || b->type == PCAPNG_PB ||
					    b->type == PCAPNG_SPB || b->type == PCAPNG_ISB
				    ? salvage_block_interface(p, b)
				    : UINT32_MAX;
	int code = 0;

	if (b->type == PCAPNG_SHB) {
		s->swapped = b->swapped;
		begin_section(s);
		return 0;
	}
	if (!s->in_section)
		code = make_section(s);
	if (!code && b->type == PCAPNG_IDB && s->interfaces_due)
		code = make_interfaces(s, s->nr_interfaces + s->interfaces_due, 0);
	if (!code && b->type == PCAPNG_IDB)
		return learn_interface(s, p, b);
	if (!code && id != UINT32_MAX && id >= s->nr_interfaces)
		code = make_interfaces(s, id + (size_t)1,
				       b->type == PCAPNG_SPB ? 0
							     : salvage_block_ticks(p, b->swapped));
	if (!code && b->type == PCAPNG_EPB) {
		s->interfaces[id].last = salvage_block_ticks(p, b->swapped);
		s->interfaces[id].has_last = true;
	}
	return code;
}

static int keep_block(struct salvage *s, const uint8_t *p, const struct salvage_block *b)
{
	int code = prepare_block(s, p, b);

	if (!code)
		code = salvage_keep(s, p, b->len);
	if (code)
		return code;
	s->report->blocks++;
	s->report->packets +=
		b->type == PCAPNG_EPB || b->type == PCAPNG_PB || b->type == PCAPNG_SPB;
	return 0;
}

/* A block is lost: what it described is, too. */
static int lose_block(struct salvage *s, uint32_t type)
{
	s->section_damaged = true;
	if (type == PCAPNG_SHB && s->in_section)
		return make_section(s);
	if (type == PCAPNG_IDB && s->nr_interfaces + s->interfaces_due < SALVAGE_INTERFACES_MAX)
		s->interfaces_due++;
	return 0;
}

/* Bytes in front of which nothing is whole: up to the next block. */
static int pass_over(struct salvage *s, const uint8_t *p, size_t have, enum salvage_reason reason)
{
	const uint64_t offset = salvage_offset(s);
	const uint32_t type = have >= 4 ? salvage_u32(p, s->swapped) : 0;
	const bool found = salvage_search(
		s, s->in_section ? salvage_find_block : salvage_pcapng_find_any, MIN_OF(have, 4));

	if (reason == SALVAGE_CUT && found)
		reason = SALVAGE_LENGTH;
	else if (reason == SALVAGE_CUT && s->report->failure)
		reason = SALVAGE_UNREADABLE;
	salvage_lost(s, offset, reason);
	return found ? lose_block(s, type) : 0;
}

/* The frame is whole, so the next block follows it. */
static int pass_block(struct salvage *s, const struct salvage_block *b, enum salvage_reason reason)
{
	const uint64_t offset = salvage_offset(s);

	source_consume(s->src, b->len);
	salvage_lost(s, offset, reason);
	return lose_block(s, b->type);
}

static int next_block(struct salvage *s, const uint8_t *p, size_t have)
{
	enum salvage_reason reason;
	struct salvage_block b;

	reason = salvage_check_frame(s, p, have, true, &b);
	if (reason == SALVAGE_NR) {
		have = salvage_look(s, (size_t)b.len + PCAPNG_BLOCK_MIN, &p);
		reason = salvage_check_frame(s, p, have, false, &b);
	}
	if (reason != SALVAGE_NR)
		return pass_over(s, p, have, reason);
	reason = salvage_check_content(s, p, &b);
	if (reason == SALVAGE_INTERFACE && s->section_damaged &&
	    salvage_block_interface(p, &b) < SALVAGE_INTERFACES_MAX)
		reason = SALVAGE_NR;
	if (reason == SALVAGE_NR)
		return keep_block(s, p, &b);
	if (have < (size_t)b.len + 4 || salvage_type_is_known(salvage_u32(p + b.len, s->swapped)))
		return pass_block(s, &b, reason);
	return pass_over(s, p, have, reason);
}

/* Behind damaged frames: where blocks go on. */
static void find_again(struct salvage *s)
{
	s->section_damaged = true;
	(void)salvage_search_resumed(s,
				     s->in_section ? salvage_find_block : salvage_pcapng_find_any);
}

int salvage_pcapng(struct salvage *s)
{
	const uint8_t *p;
	size_t have;
	int code = 0;

	s->section_damaged = s->headless;
	while (!code && !salvage_stop(s)) {
		have = salvage_look(s, PCAPNG_BLOCK_MIN, &p);
		if (have)
			code = next_block(s, p, have);
		else if (salvage_resume(s))
			find_again(s);
		else
			break;
	}
	return code;
}
