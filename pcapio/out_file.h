/*
 * pcapio/out_file.h -- the descriptor below an out_stream: write(2) until all is written, past the
 * page cache where that is possible and worth it.
 *
 * A copy of every byte into the page cache, and its way out of there, cost more than the disk does.
 * So a large regular file is written with O_DIRECT, in whole pages from aligned memory, into space
 * that was allocated ahead; what does not fit that goes the usual way.
 */
#ifndef PCAPIO_OUT_FILE_H
#define PCAPIO_OUT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"

/* Zeroed but for fd, name and may_direct. */
struct out_file {
	int fd;
	const char *name;
	bool may_direct; /* a regular file of our own; cleared for good where it turns out not to be
			  */
	bool direct;     /* O_DIRECT is set */
	uint64_t offset; /* written so far */
	uint64_t allocated;
};

/* 0 or -errno; -EPIPE without text. */
int out_file_write(struct out_file *f, const uint8_t *p, size_t len, struct errmsg *err) must_check;
/* Gives back what was allocated and not written. 0 or -errno. */
int out_file_finish(struct out_file *f, struct errmsg *err) must_check;

#endif
