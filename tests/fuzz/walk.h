/* tests/fuzz/walk.h -- a reader read to its end, with everything that it promises checked. */
#ifndef TESTS_FUZZ_WALK_H
#define TESTS_FUZZ_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pcapio/reader.h"

/* Aborts. */
void walk_require(bool truth);
/* Touches every byte, so that the sanitizers see one that is not ours. */
unsigned walk_touch(const uint8_t *data, size_t len);
/* All packets and blocks that begin within the first max bytes; closes the reader. */
unsigned walk_reader(struct reader *r, uint64_t max);

#endif
