/* pcapio/pcapng_ticks.c -- time stamps counted in if_tsresol: 10^-n seconds, or 2^-n (section 4.2).
 */
#include "core/clock.h"
#include "pcapio/pcapng_transcode.h"

enum { BINARY = 0x80, NS_DIGITS = 9, US_DIGITS = 6, BITS_MAX = 63 };

__extension__ typedef unsigned __int128 wide;
__extension__ typedef __int128 signed_wide;

static bool fits(wide v, uint64_t *ret)
{
	*ret = (uint64_t)v;
	return v <= UINT64_MAX;
}

/* From 10^-from to 10^-to seconds. */
static bool decimal_convert(unsigned from, unsigned to, wide v, uint64_t *ret, bool *ret_lost)
{
	for (; from < to && v <= UINT64_MAX; from++)
		v *= 10;
	for (; from > to && v; from--) {
		if (v % 10)
			*ret_lost = true;
		v /= 10;
	}
	return fits(v, ret);
}

bool pcapng_ticks_convert(uint8_t tsresol, int resolution, uint64_t ticks, uint64_t *ret,
			  bool *ret_lost)
{
	const unsigned exponent = tsresol & ~BINARY;
	wide v = ticks;

	if (!(tsresol & BINARY))
		return decimal_convert(exponent, (unsigned)resolution, v, ret, ret_lost);
	/* 64 bits and 10^19, which has 64: no more than 128. */
	for (int i = 0; i < resolution; i++)
		v *= 10;
	if (v & (((wide)1 << exponent) - 1))
		*ret_lost = true;
	return fits(v >> exponent, ret);
}

static bool from_ns(uint8_t tsresol, int64_t tsoffset, uint64_t ns, uint64_t *ret)
{
	const unsigned exponent = tsresol & ~BINARY;
	const signed_wide sum = (signed_wide)ns - (signed_wide)tsoffset * (int64_t)NS_PER_SEC;
	bool lost;
	wide v;

	if (sum < 0 || sum > (signed_wide)UINT64_MAX)
		return false;
	v = (wide)sum;
	if (!(tsresol & BINARY))
		return decimal_convert(NS_DIGITS, exponent, v, ret, &lost);
	return exponent <= BITS_MAX && fits((v << exponent) / NS_PER_SEC, ret);
}

bool pcapng_ticks_from_ns(uint8_t tsresol, int64_t tsoffset, uint64_t ns, uint64_t *ret)
{
	/* What nearly every file counts in. */
	if (likely(!tsoffset && (tsresol == NS_DIGITS || tsresol == US_DIGITS))) {
		*ret = tsresol == NS_DIGITS ? ns : ns / NS_PER_US;
		return true;
	}
	return from_ns(tsresol, tsoffset, ns, ret);
}
