#include "pcapio/pcapng_transcode.h"

#include <errno.h>
#include <string.h>

#include "core/bytes.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/pcapng_options.h"

/* A block that is taken apart and put together again; the caller has made room for it. */
struct rewrite {
	const struct reader_block *b;
	const struct pcapng_change *c;
	uint8_t *start, *pos;
	struct pcapng_transcoded *ret;
	bool has_options;
	bool out_of_range;
};

/* ---- numbers in, numbers out ---- */

static uint16_t get_u16(const struct rewrite *w, const uint8_t *p)
{
	const uint16_t v = load_u16(p);

	return w->b->swapped ? swap_u16(v) : v;
}

static uint32_t get_u32(const struct rewrite *w, const uint8_t *p)
{
	const uint32_t v = load_u32(p);

	return w->b->swapped ? swap_u32(v) : v;
}

static void put_u16(struct rewrite *w, uint16_t v)
{
	store_u16(w->pos, w->c->swapped ? swap_u16(v) : v);
	w->pos += 2;
}

static void put_u32(struct rewrite *w, uint32_t v)
{
	store_u32(w->pos, w->c->swapped ? swap_u32(v) : v);
	w->pos += 4;
}

static void put_bytes(struct rewrite *w, const uint8_t *p, size_t len)
{
	memcpy(w->pos, p, len);
	w->pos += len;
}

static void pad(struct rewrite *w, size_t len)
{
	const size_t zeros = align_up(len, 4) - len;

	memset(w->pos, 0, zeros);
	w->pos += zeros;
}

static void begin(struct rewrite *w, uint32_t type)
{
	put_u32(w, type);
	put_u32(w, 0); /* the length: end() */
}

static void end(struct rewrite *w)
{
	uint8_t *behind;
	uint32_t len;

	if (w->has_options) {
		put_u16(w, PCAPNG_OPT_END);
		put_u16(w, 0);
	}
	len = (uint32_t)(w->pos - w->start) + 4;
	put_u32(w, len);
	behind = w->pos;
	w->pos = w->start + 4;
	put_u32(w, len);
	w->pos = behind;
	w->ret->len = len;
}

/* Two words, the high one first. */
static void put_ticks(struct rewrite *w, const uint8_t *p)
{
	uint64_t ticks = (uint64_t)get_u32(w, p) << 32 | get_u32(w, p + 4);

	if (w->c->resolution >= 0 && !pcapng_ticks_convert(w->c->tsresol, w->c->resolution, ticks,
							   &ticks, &w->ret->time_lost))
		w->out_of_range = true;
	put_u32(w, (uint32_t)(ticks >> 32));
	put_u32(w, (uint32_t)ticks);
}

/* ---- options ---- */

static void put_option_head(struct rewrite *w, uint16_t code, uint16_t len)
{
	put_u16(w, code);
	put_u16(w, len);
	w->has_options = true;
}

/* len bytes, as one number. */
static void swap_number(uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len / 2; i++) {
		const uint8_t byte = p[i];

		p[i] = p[len - 1 - i];
		p[len - 1 - i] = byte;
	}
}

/* A value of this kind in the other byte order. Too short a value stays what it is. */
static void swap_value(uint8_t *p, uint16_t len, enum pcapng_option_kind kind)
{
	enum { VERDICT_TC = 1, VERDICT_XDP = 2 };

	switch (kind) {
	case PCAPNG_KIND_U32:
	case PCAPNG_KIND_CUSTOM_TEXT:
	case PCAPNG_KIND_CUSTOM_DATA:
		if (len >= 4)
			swap_number(p, 4);
		break;
	case PCAPNG_KIND_U64:
	case PCAPNG_KIND_I64:
		if (len == 8)
			swap_number(p, 8);
		break;
	case PCAPNG_KIND_TIME:
	case PCAPNG_KIND_TWO_U32:
		if (len == 8) {
			swap_number(p, 4);
			swap_number(p + 4, 4);
		}
		break;
	case PCAPNG_KIND_HASH:
		if (len == 5 && p[0] == PCAPNG_HASH_TOEPLITZ)
			swap_number(p + 1, 4);
		break;
	case PCAPNG_KIND_VERDICT:
		if (len == 9 && (p[0] == VERDICT_TC || p[0] == VERDICT_XDP))
			swap_number(p + 1, 8);
		break;
	default:
		break;
	}
}

static bool is_no_copy(uint16_t code)
{
	return code == PCAPNG_OPT_CUSTOM_TEXT_NO_COPY || code == PCAPNG_OPT_CUSTOM_DATA_NO_COPY;
}

static void put_option(struct rewrite *w, const struct pcapng_option_view *o)
{
	const bool other_order = w->b->swapped != w->c->swapped;
	const enum pcapng_option_kind kind = pcapng_option_kind(w->b->type, o->code);
	uint8_t *value;

	if (w->b->type == PCAPNG_IDB && o->code == PCAPNG_IF_TSRESOL && w->c->resolution >= 0)
		return; /* a new one stands behind the others */
	if ((is_no_copy(o->code) && !w->c->keep_no_copy) ||
	    (other_order && kind == PCAPNG_KIND_UNKNOWN)) {
		w->ret->options_lost = true;
		return;
	}
	put_option_head(w, o->code, o->len);
	value = w->pos;
	/* Times of statistics are converted with the rest: no packet loses digits by that. */
	if (kind == PCAPNG_KIND_TIME && o->len == 8) {
		const bool lost = w->ret->time_lost;

		put_ticks(w, o->value);
		w->ret->time_lost = lost;
		return;
	}
	put_bytes(w, o->value, o->len);
	pad(w, o->len);
	if (other_order)
		swap_value(value, o->len, kind);
}

static void put_options(struct rewrite *w)
{
	struct pcapng_options o;
	struct pcapng_option_view v;
	int code = pcapng_options_begin(w->b, &o);

	while (code > 0 && (code = pcapng_options_next(&o, &v)) > 0)
		put_option(w, &v);
	if (code < 0)
		w->ret->options_lost = true;
}

/* ---- blocks ---- */

static uint32_t new_length(struct rewrite *w, uint32_t cap_len)
{
	if (!w->c->snaplen || cap_len <= w->c->snaplen)
		return cap_len;
	w->ret->cut = true;
	return w->c->snaplen;
}

/* The obsolete packet block is as long as the enhanced one, and counts drops in its header. */
static void put_packet(struct rewrite *w)
{
	const uint8_t *p = w->b->bytes;
	const uint32_t cap_len = new_length(w, get_u32(w, p + 20));

	begin(w, PCAPNG_EPB);
	put_u32(w, w->c->interface_id);
	put_ticks(w, p + 12);
	put_u32(w, cap_len);
	put_u32(w, get_u32(w, p + 24));
	put_bytes(w, p + PCAPNG_EPB_HEADER, cap_len);
	pad(w, cap_len);
	put_options(w);
	if (w->b->type == PCAPNG_PB && get_u16(w, p + 10) != UINT16_MAX) { /* that: not known */
		put_option_head(w, PCAPNG_EPB_DROPCOUNT, 8);
		/* A number of 64 bits: the high word stands first in one byte order only. */
		const uint64_t drops = get_u16(w, p + 10);

		store_u64(w->pos, w->c->swapped ? swap_u64(drops) : drops);
		w->pos += 8;
	}
}

static void put_simple_packet(struct rewrite *w)
{
	const uint8_t *p = w->b->bytes;
	const uint32_t cap_len = new_length(w, w->c->cap_len);

	begin(w, w->c->simple_as_packet ? PCAPNG_EPB : PCAPNG_SPB);
	if (w->c->simple_as_packet) {
		put_u32(w, w->c->interface_id);
		put_u32(w, 0); /* it has no time */
		put_u32(w, 0);
		put_u32(w, cap_len);
	}
	put_u32(w, get_u32(w, p + 8));
	put_bytes(w, p + PCAPNG_SPB_HEADER, cap_len);
	pad(w, cap_len);
}

static void put_interface(struct rewrite *w)
{
	const uint8_t *p = w->b->bytes;
	uint32_t snaplen = get_u32(w, p + 12);

	if (w->c->snaplen && (!snaplen || snaplen > w->c->snaplen))
		snaplen = w->c->snaplen;
	begin(w, PCAPNG_IDB);
	put_u16(w, w->c->set_linktype ? w->c->linktype : get_u16(w, p + 8));
	put_u16(w, get_u16(w, p + 10));
	put_u32(w, snaplen);
	put_options(w);
	if (w->c->resolution >= 0) {
		put_option_head(w, PCAPNG_IF_TSRESOL, 1);
		*w->pos++ = (uint8_t)w->c->resolution;
		pad(w, 1);
	}
}

static void put_statistics(struct rewrite *w)
{
	begin(w, PCAPNG_ISB);
	put_u32(w, w->c->interface_id);
	put_ticks(w, w->b->bytes + 12);
	w->ret->time_lost = false; /* packets are meant */
	put_options(w);
}

/* Records of a type, a length and bytes, then options. */
static void put_names(struct rewrite *w)
{
	const uint8_t *p = w->b->bytes + 8, *const last = w->b->bytes + w->b->len - 4;

	begin(w, PCAPNG_NRB);
	while (last - p >= 4) {
		const uint16_t type = get_u16(w, p), len = get_u16(w, p + 2);
		const size_t size = align_up(len, 4);

		if (size > (size_t)(last - p) - 4)
			break; /* cut off: ends here */
		put_u16(w, type);
		put_u16(w, type ? len : 0);
		p += 4;
		if (!type)
			break;
		put_bytes(w, p, size);
		p += size;
	}
	put_options(w);
}

static void put_secrets(struct rewrite *w)
{
	const uint8_t *p = w->b->bytes;
	const uint32_t len = get_u32(w, p + 12);

	begin(w, PCAPNG_DSB);
	put_u32(w, get_u32(w, p + 8));
	put_u32(w, len);
	put_bytes(w, p + PCAPNG_DSB_HEADER, len);
	pad(w, len);
	put_options(w);
}

/* The number that says whose it is; what follows only they know, and say that it may be copied. */
static void put_custom(struct rewrite *w)
{
	const uint8_t *p = w->b->bytes;

	begin(w, PCAPNG_CB);
	put_u32(w, get_u32(w, p + 8));
	put_bytes(w, p + 12, w->b->len - PCAPNG_BLOCK_MIN - 4);
}

static void put_body(struct rewrite *w)
{
	begin(w, w->b->type);
	put_bytes(w, w->b->bytes + 8, w->b->len - PCAPNG_BLOCK_MIN);
}

/* Does the block have the shape of its type? The reader looks at those that it reads itself. */
static bool is_whole(const struct rewrite *w)
{
	const struct reader_block *b = w->b;

	switch (b->type) {
	case PCAPNG_DSB:
		return b->len >= PCAPNG_DSB_MIN &&
		       align_up(get_u32(w, b->bytes + 12), 4) <= b->len - PCAPNG_DSB_MIN;
	case PCAPNG_CB:
		return b->len >= PCAPNG_BLOCK_MIN + 4;
	default:
		return true;
	}
}

/* False: nobody can put it into another byte order. */
static bool put_block(struct rewrite *w)
{
	switch (w->b->type) {
	case PCAPNG_EPB:
	case PCAPNG_PB:
		put_packet(w);
		return true;
	case PCAPNG_SPB:
		put_simple_packet(w);
		return true;
	case PCAPNG_IDB:
		put_interface(w);
		return true;
	case PCAPNG_ISB:
		put_statistics(w);
		return true;
	case PCAPNG_NRB:
		put_names(w);
		return true;
	case PCAPNG_DSB:
		put_secrets(w);
		return true;
	case PCAPNG_CB:
		put_custom(w);
		return true;
	case PCAPNG_JOURNAL: /* text */
		put_body(w);
		return true;
	default:
		if (w->b->swapped != w->c->swapped)
			return false;
		put_body(w);
		return true;
	}
}

int pcapng_transcode(const struct reader_block *b, const struct pcapng_change *c, uint8_t *out,
		     struct pcapng_transcoded *ret)
{
	struct rewrite w = { .b = b, .c = c, .start = out, .pos = out, .ret = ret };

	*ret = (struct pcapng_transcoded){ 0 };
	if ((b->type == PCAPNG_DCB && !c->keep_no_copy) || !is_whole(&w) || !put_block(&w))
		return 0;
	end(&w);
	return w.out_of_range ? -ERANGE : 1;
}
