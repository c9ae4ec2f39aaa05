#include "core/siphash.h"

#include <string.h>

#include "core/bytes.h"

enum { ROUNDS_A_WORD = 2, ROUNDS_AT_END = 4 };

struct state {
	uint64_t v[4];
};

static uint64_t rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static inline void run(struct state *s, int rounds)
{
	uint64_t v0 = s->v[0], v1 = s->v[1], v2 = s->v[2], v3 = s->v[3];

	while (rounds--) {
		v0 += v1;
		v2 += v3;
		v1 = rotate(v1, 13) ^ v0;
		v3 = rotate(v3, 16) ^ v2;
		v0 = rotate(v0, 32) + v3;
		v2 += v1;
		v3 = rotate(v3, 21) ^ v0;
		v1 = rotate(v1, 17) ^ v2;
		v2 = rotate(v2, 32);
	}
	*s = (struct state){ { v0, v1, v2, v3 } };
}

static inline void take(struct state *s, uint64_t word)
{
	s->v[3] ^= word;
	run(s, ROUNDS_A_WORD);
	s->v[0] ^= word;
}

static uint64_t finish(struct state *s, unsigned lane, unsigned mark)
{
	s->v[lane] ^= mark;
	run(s, ROUNDS_AT_END);
	return s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3];
}

struct siphash siphash_128(const struct siphash_key *key, const void *data, size_t len)
{
	const uint8_t *p = data, *const end = p + len / 8 * 8;
	uint8_t last[8] = { 0 };
	struct siphash ret;
	/* The constants are the reference's: "somepseudorandomlygeneratedbytes", and one bit that
	 * says 128. */
	struct state s = {
		{ key->word[0] ^ 0x736f6d6570736575, key->word[1] ^ 0x646f72616e646f6d ^ 0xee,
		  key->word[0] ^ 0x6c7967656e657261, key->word[1] ^ 0x7465646279746573 }
	};

	for (; p < end; p += 8)
		take(&s, le64toh(load_u64(p)));
	memcpy(last, p, len % 8);
	last[7] = (uint8_t)len;
	take(&s, le64toh(load_u64(last)));
	ret.word[0] = finish(&s, 2, 0xee);
	ret.word[1] = finish(&s, 1, 0xdd);
	return ret;
}
