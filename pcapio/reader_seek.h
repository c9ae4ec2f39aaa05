/* pcapio/reader_seek.h -- passing over parts of a file that are older than what is wanted. */
#ifndef PCAPIO_READER_SEEK_H
#define PCAPIO_READER_SEEK_H

#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "pcapio/reader.h"

/* What was passed over, as the index of the file counts it. */
struct reader_passed {
	uint64_t bytes; /* of the content, decompressed */
	uint64_t packets, statistics;
};

/*
 * Between two items: where the next one is the first of a frame of a zstd file that ringtap wrote,
 * goes on at the first frame from here that has anything as new as ts_ns, or a block that is
 * neither packet, statistics nor filler. So interfaces, names and secrets are met as ever, and all
 * that is missing is packets and statistics from before ts_ns, in files of any order. Meant to be
 * called after every item of reader_next_any() that is too old; costs one comparison then, but at
 * the end of a frame.
 *
 * 0, with *ret all zeros where nothing was passed over. -ESPIPE: nothing ever can be (a pipe, plain
 * or of another writer: no index); or what the index says of its frames is not what stands there,
 * and reading goes on in front of it. -errno as reader_next(). What was handed out before is no
 * longer valid then. The index is believed as to times: who makes a file decides what it says.
 */
int reader_seek_time(struct reader *r, uint64_t ts_ns, struct reader_passed *ret,
		     struct errmsg *err) must_check;

#endif
