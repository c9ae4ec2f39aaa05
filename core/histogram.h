/*
 * core/histogram.h -- how often each of many values came, in steps of 1/16 of themselves.
 *
 * Zeros are an empty one. One thread adds, others may look meanwhile.
 */
#ifndef CORE_HISTOGRAM_H
#define CORE_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

enum { HISTOGRAM_SUB_BITS = 4, HISTOGRAM_SUB = 1 << HISTOGRAM_SUB_BITS };

struct histogram {
	_Atomic uint64_t count, max;
	/* The values below HISTOGRAM_SUB, then HISTOGRAM_SUB for each further power of two. */
	_Atomic uint64_t buckets[(64 - HISTOGRAM_SUB_BITS + 1) * HISTOGRAM_SUB];
};

static inline unsigned histogram_bucket(uint64_t v)
{
	unsigned exponent;

	if (v < HISTOGRAM_SUB)
		return (unsigned)v;
	exponent = 63 - (unsigned)__builtin_clzll(v);
	return ((exponent - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS) +
	       (unsigned)(v >> (exponent - HISTOGRAM_SUB_BITS)) - HISTOGRAM_SUB;
}

/* The largest value of a bucket. */
static inline uint64_t histogram_upper(unsigned bucket)
{
	const unsigned exponent = bucket >> HISTOGRAM_SUB_BITS;
	const uint64_t sub = bucket & (HISTOGRAM_SUB - 1);

	if (!exponent)
		return sub;
	return ((sub + HISTOGRAM_SUB + 1) << (exponent - 1)) - 1;
}

static inline void histogram_add(struct histogram *h, uint64_t v)
{
	_Atomic uint64_t *b = &h->buckets[histogram_bucket(v)];

	/* Relaxed: one writer; readers want numbers, and no order between them. */
	atomic_store_explicit(b, atomic_load_explicit(b, memory_order_relaxed) + 1,
			      memory_order_relaxed);
	atomic_store_explicit(&h->count, atomic_load_explicit(&h->count, memory_order_relaxed) + 1,
			      memory_order_relaxed);
	if (v > atomic_load_explicit(&h->max, memory_order_relaxed))
		atomic_store_explicit(&h->max, v, memory_order_relaxed);
}

/* At most this are `share` (0 to 1) of the values; 0 where there are none. */
static inline uint64_t histogram_quantile(const struct histogram *h, double share)
{
	const uint64_t count = atomic_load_explicit(&h->count, memory_order_relaxed);
	const uint64_t max = atomic_load_explicit(&h->max, memory_order_relaxed);
	uint64_t seen = 0;
	unsigned i;

	for (i = 0; i < sizeof(h->buckets) / sizeof(h->buckets[0]); i++) {
		seen += atomic_load_explicit(&h->buckets[i], memory_order_relaxed);
		if (seen && (double)seen >= share * (double)count)
			return histogram_upper(i) < max ? histogram_upper(i) : max;
	}
	return max;
}

#endif
