/*
 * pcapio/retain.h -- -W, --keep-bytes, --keep-free: the oldest finished files make room for new
 * ones.
 *
 * By the writer, or by the main process when the writer is dead. Only files that this capture has
 * finished, and that are still the ones that they were, are ever removed. Says on stderr what does
 * not work.
 */
#ifndef PCAPIO_RETAIN_H
#define PCAPIO_RETAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "pcapio/segment.h"

/* What is about to be: files that will be opened, bytes that will be allocated. */
struct retain_coming {
	uint32_t files;
	uint64_t bytes;
};

/* True when some file may have to go, ever. */
bool retain_wanted(const struct writer_config *c);
/*
 * Removes the oldest files until the limits hold with those that are open and what is coming. One
 * that --post works on stays, unless the file system is below --keep-free.
 */
void retain_files(const struct segment *s, const struct writer_config *c, int dir_fd,
		  struct retain_coming coming);
/* The disk is full: removes the oldest file, whatever the limits. False: there is none. */
bool retain_remove_one(const struct segment *s, const struct writer_config *c, int dir_fd);

#endif
