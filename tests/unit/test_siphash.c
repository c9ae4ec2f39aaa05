/* SipHash-2-4 of 128 bits, against the vectors that come with the reference code. */
#include <criterion/criterion.h>

#include "core/bytes.h"
#include "core/siphash.h"

/* The key is 00 01 .. 0f, the input the first n bytes of 00 01 02 ... */
static void check(size_t n, const uint8_t want[16])
{
	uint8_t bytes[64], got[16];
	struct siphash hash;
	struct siphash_key key;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	key = (struct siphash_key){ { le64toh(load_u64(bytes)), le64toh(load_u64(bytes + 8)) } };
	hash = siphash_128(&key, bytes, n);
	store_u64(got, htole64(hash.word[0]));
	store_u64(got + 8, htole64(hash.word[1]));
	cr_assert_arr_eq(got, want, sizeof(got), "of %zu bytes", n);
}

Test(siphash, vectors)
{
	check(0, (const uint8_t[]){ 0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6,
				    0x72, 0x14, 0xc7, 0x55, 0x02, 0x93 });
	check(1, (const uint8_t[]){ 0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76,
				    0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45 });
	check(2, (const uint8_t[]){ 0x81, 0x77, 0x22, 0x8d, 0xa4, 0xa4, 0x5d, 0xc7, 0xfc, 0xa3,
				    0x8b, 0xde, 0xf6, 0x0a, 0xff, 0xe4 });
}

Test(siphash, every_byte_and_length_counts)
{
	const struct siphash_key key = { { 1, 2 } };
	uint8_t bytes[40] = { 0 };
	const struct siphash zeros = siphash_128(&key, bytes, sizeof(bytes));

	for (size_t i = 0; i < sizeof(bytes); i++) {
		struct siphash one;

		bytes[i] = 1;
		one = siphash_128(&key, bytes, sizeof(bytes));
		bytes[i] = 0;
		cr_assert(one.word[0] != zeros.word[0] && one.word[1] != zeros.word[1], "byte %zu",
			  i);
		one = siphash_128(&key, bytes, i);
		cr_assert(one.word[0] != zeros.word[0] && one.word[1] != zeros.word[1],
			  "length %zu", i);
	}
}
