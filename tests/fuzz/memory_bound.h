/*
 * tests/fuzz/memory_bound.h -- how much an input makes the code under test allocate.
 *
 * Counted under the sanitizers, whose allocator tells of every call; elsewhere nothing is.
 */
#ifndef TESTS_FUZZ_MEMORY_BOUND_H
#define TESTS_FUZZ_MEMORY_BOUND_H

#include <stddef.h>

/* What is allocated from here on counts. */
void memory_bound_begin(void);
/* Aborts when more than max bytes were allocated at one time, or something still is. */
void memory_bound_end(size_t max);

#endif
