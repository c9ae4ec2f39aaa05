/*
 * core/siphash.h -- SipHash-2-4 with 128 bits (Aumasson and Bernstein, 2012; the reference code of
 * 2015 for this length): a hash that nobody without the key makes collide.
 */
#ifndef CORE_SIPHASH_H
#define CORE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
	uint64_t word[2];
};

struct siphash {
	uint64_t word[2];
};

/* Of len bytes. The words are numbers; the reference's bytes are theirs in little-endian order. */
struct siphash siphash_128(const struct siphash_key *key, const void *data, size_t len);

#endif
