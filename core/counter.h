/*
 * core/counter.h -- numbers that one thread writes and any other may look at: each is whole, in no
 * order with anything else.
 */
#ifndef CORE_COUNTER_H
#define CORE_COUNTER_H

#include <stdatomic.h>
#include <stdint.h>

static inline uint64_t counter_get(const _Atomic uint64_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

static inline void counter_set(_Atomic uint64_t *c, uint64_t v)
{
	atomic_store_explicit(c, v, memory_order_relaxed);
}

/* Of the one thread that writes: no locked instruction. */
static inline void counter_add(_Atomic uint64_t *c, uint64_t n)
{
	counter_set(c, counter_get(c) + n);
}

#endif
