/* tests/fuzz/exercise.h -- what every dissection must stand, whoever found the bytes. */
#ifndef TESTS_FUZZ_EXERCISE_H
#define TESTS_FUZZ_EXERCISE_H

#include "dissect/dissect.h"

/* The registry of this process, made at the first call. */
const struct registry *exercise_registry(void);

enum { EXERCISE_ALL = 0, EXERCISE_KINDS = 8 };

/*
 * Layers lie in the frame; line, tree, JSON, ek, summary, bytes, marks and every value are made.
 * kind: EXERCISE_ALL, or one of them, 1 to EXERCISE_KINDS - 1, so that a search gets around faster.
 */
void exercise(const struct dissection *d, unsigned kind);

#endif
