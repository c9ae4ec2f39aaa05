/* dissect/craft/frame.c -- a frame: a copy of what stays, then what changes. */
#include <string.h>

#include "core/bytes.h"
#include "dissect/craft/craft_internal.h"

/* A number below count, which is not 0; of what the bits of random say. */
static inline uint64_t scale(uint64_t random, uint64_t count)
{
	return (uint64_t)((craft_wide)random * count >> 64);
}

static inline uint64_t pick(const struct patch *p, uint64_t n)
{
	if (p->source == PATCH_RANDOM) {
		const uint64_t r = craft_random(p->key, n);

		return p->count ? scale(r, p->count) : r;
	}
	if (unlikely(p->every > 1))
		n /= p->every;
	if (p->mask || !p->count)
		n &= p->count ? p->mask : UINT64_MAX;
	else if (n >= p->count)
		n %= p->count;
	return n * p->step;
}

/* The piece that holds value number index. */
static const struct piece *find_piece(const struct patch *p, uint64_t index)
{
	uint32_t low = 0, high = p->nr_pieces;

	while (high - low > 1) {
		const uint32_t middle = (low + high) / 2;

		if (p->pieces[middle].first <= index)
			low = middle;
		else
			high = middle;
	}
	return &p->pieces[low];
}

/* Both halves of an address. */
static uint64_t put_wide(const struct patch *p, uint64_t n, uint64_t index, uint64_t low,
			 uint64_t high, uint8_t *out)
{
	const craft_wide v = ((craft_wide)high << 64 | low) + index;

	high = (uint64_t)(v >> 64);
	low = (uint64_t)v;
	if (p->random_high)
		high |= craft_random(~p->key, n) & p->random_high;
	store_be64(out, high);
	store_be64(out + 8, low);
	return (high >> 32) + (uint32_t)high + (low >> 32) + (uint32_t)low;
}

/* Stores it; its share in checksums, before they are folded. */
static inline uint64_t put_patch(const struct patch *p, uint64_t n, uint64_t time_ns, uint8_t *out)
{
	const uint64_t index = p->source == PATCH_TIME ? time_ns : pick(p, n);
	uint64_t low = p->base, high = p->base_high, offset = index;

	if (unlikely(p->nr_pieces)) {
		const struct piece *piece = find_piece(p, index);

		low = (uint64_t)piece->base;
		high = (uint64_t)(piece->base >> 64);
		offset = index - piece->first;
	}
	if (unlikely(p->bytes == 16))
		return put_wide(p, n, offset, low, high, out + p->at);
	low = (low + offset) << p->shift;
	switch (p->bytes) {
	case 1:
		out[p->at] |= (uint8_t)low;
		break;
	case 2:
		store_be16(out + p->at, load_be16(out + p->at) | (uint16_t)low);
		break;
	case 4:
		store_be32(out + p->at, load_be32(out + p->at) | (uint32_t)low);
		break;
	default:
		store_be64(out + p->at, load_be64(out + p->at) | low);
	}
	return (low >> 32) + (uint32_t)low;
}

/* Their share in checksums. */
static uint64_t put_random(const struct program *p, uint64_t n, uint32_t end, uint8_t *out)
{
	const uint64_t key = craft_random(p->random_key, n);
	uint64_t share = 0, word = 0;
	uint32_t at = p->random_from, i = 0;
	uint8_t last[8];

	for (; at + 8 <= end; at += 8) {
		word = craft_random(key, i++);
		store_be64(out + at, word);
		share += (word >> 32) + (uint32_t)word;
	}
	if (at < end) {
		word = craft_random(key, i) & ~(UINT64_MAX >> 8 * (end - at));
		store_be64(last, word);
		memcpy(out + at, last, end - at);
		share += (word >> 32) + (uint32_t)word;
	}
	return share;
}

static inline void put_sums(const struct program *p, const uint64_t *sums, uint8_t *out)
{
	for (uint32_t i = 0; i < p->nr_sums; i++) {
		uint64_t sum = (sums[i] >> 32) + (uint32_t)sums[i];
		uint16_t checksum;

		sum = (sum >> 16) + (uint16_t)sum;
		sum = (sum >> 16) + (uint16_t)sum;
		sum = (sum >> 16) + (uint16_t)sum;
		checksum = (uint16_t)~sum;
		if (unlikely(!checksum) && p->sums[i].never_zero)
			checksum = UINT16_MAX;
		store_be16(out + p->sums[i].at, checksum);
	}
}

static inline void add_share(uint64_t *sums, uint32_t which, uint64_t share)
{
	for (; which; which &= which - 1)
		sums[__builtin_ctz(which)] += share;
}

static inline const struct size_class *size_of(const struct program *p, uint64_t n)
{
	if (likely(p->nr_classes == 1))
		return p->classes;
	if (p->random_class)
		return &p->classes[scale(craft_random(p->class_key, n), p->nr_classes)];
	return &p->classes[p->order[n % p->nr_order]];
}

static uint32_t run(const struct program *p, uint64_t n, uint64_t time_ns, uint8_t *out,
		    uint32_t size)
{
	const struct size_class *s = size_of(p, n);
	uint64_t sums[SUMS_MAX];

	if (unlikely(size < s->frame_len))
		return 0;
	memcpy(out, p->bytes, s->packet_len);
	if (s->packet_len < s->frame_len)
		memset(out + s->packet_len, 0, s->frame_len - s->packet_len);
	for (uint32_t i = 0; i < p->nr_sums; i++)
		sums[i] = s->sum[i];
	for (uint32_t i = 0; i < p->nr_patches; i++) {
		const struct patch *patch = &p->patches[i];
		const uint64_t share = put_patch(patch, n, time_ns, out);

		add_share(sums, patch->sums, share << patch->sum_shift);
	}
	if (p->nr_classes > 1)
		for (uint32_t i = 0; i < p->nr_lengths; i++)
			store_be16(out + p->lengths[i].at,
				   (uint16_t)(s->packet_len - p->lengths[i].minus));
	if (unlikely(p->random_from))
		add_share(sums, p->random_sums, put_random(p, n, s->packet_len, out));
	put_sums(p, sums, out);
	return s->frame_len;
}

uint32_t craft_frame(const struct craft *c, uint64_t index, uint64_t time_ns, uint8_t *out,
		     uint32_t size)
{
	const struct craft_turn *turn;
	const struct program *p;

	if (likely(c->nr_turns == 1))
		return run(c->programs, index, time_ns, out, size);
	turn = &c->turns[index % c->nr_turns];
	p = &c->programs[turn->program];
	return run(p, index / c->nr_turns * p->weight + turn->rank, time_ns, out, size);
}
