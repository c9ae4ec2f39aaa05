/*
 * pcapio/source_input.h -- the bytes of a file, pipe or memory as they lie there; for pcapio/ only.
 *
 * A regular file is read with pread(2), so its own offset stays where it is.
 */
#ifndef PCAPIO_SOURCE_INPUT_H
#define PCAPIO_SOURCE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "core/compiler.h"
#include "core/errmsg.h"

struct source_follow {
	const char *path; /* borrowed; NULL: standard input */
	int timer;        /* timerfd: when to look again; -1: the file is not followed */
	bool is_pcapng;   /* no block ends in more than three zeros */
	size_t soft;      /* zeros behind what was read last, see source_follow_settled() */
	dev_t dev;
	ino_t ino;
	uint64_t gone_ns;  /* since when the path is another file or none; 0: it is ours */
	const char *ended; /* why following has ended, or NULL */
};

struct source_input {
	int fd;                /* -1: memory */
	const uint8_t *memory; /* borrowed */
	size_t memory_len;
	uint64_t size;   /* of a file, when it was opened */
	uint64_t start;  /* where in the file reading began */
	uint64_t offset; /* of the next byte, from there */
	bool is_file;    /* regular: never waits, can be read anywhere */
	bool never_wait;
	struct source_follow follow;
};

/* fd is the input's from now on, unless it is standard input. */
void source_input_init(struct source_input *in, int fd);
/* Up to len > 0 bytes: how many, 0 = the end, -errno; -EAGAIN: not there yet (never_wait). err is
 * filled with all but -EAGAIN. */
ssize_t source_input_read(struct source_input *in, void *to, size_t len,
			  struct errmsg *err) must_check;
void source_input_close(struct source_input *in);

/* source_follow.c: 0 or -errno; path is borrowed. */
int source_follow_begin(struct source_input *in, const char *path) must_check;
/*
 * Of n bytes that were read at the input's offset, where len were asked for: how many are there to
 * stay. Behind them are in->follow.soft zeros which may end a block, or become something else: they
 * may be looked at, but are read again unless they are taken.
 */
size_t source_follow_settled(struct source_input *in, const uint8_t *bytes, size_t n, size_t len);
/* At what is the end for now: 0 = for good, -EAGAIN, -errno with text. Waits for a tick where the
 * input may wait. */
int source_follow_end(struct source_input *in, struct errmsg *err) must_check;

#endif
