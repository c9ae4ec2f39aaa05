/*
 * cli/merge_input.h -- one of many files that are merged: open, or parked until its time comes.
 *
 * A parked file costs neither memory nor a descriptor: only the time of its first packet is known.
 * That lets a thousand files be merged of which few overlap in time, as rotated ones do.
 */
#ifndef CLI_MERGE_INPUT_H
#define CLI_MERGE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/frame.h"
#include "pcapio/packet_out.h"
#include "pcapio/reader.h"

#define MERGE_NEVER UINT64_MAX /* as a key: nothing comes from there any more */

struct merge_input {
	const char *path;        /* borrowed */
	struct source *src;      /* the reader's */
	struct reader *reader;   /* NULL: parked, or ended */
	struct frame_view frame; /* the packet whose turn is next, where there is a reader */
	uint64_t key_ns;         /* its place in the order, or that of a parked file's first */
	uint64_t newest_ns;      /* latest place so far: that of a packet without a time */
	uint64_t size;           /* of the file; 0: a pipe */
	uint64_t packets, late;  /* handed out; of them, earlier than what was written before */
	uint32_t chunk;          /* bytes of its buffer */
	uint32_t held;           /* packets of it that wait in a window, and need its reader */
	bool parked;
	bool ended;    /* nothing more is read from it */
	char *failure; /* why it ended early, owned, or NULL */
};

/* Bytes of buffers that the open files share. */
struct merge_budget {
	size_t used;
	size_t nr_open;
};

/* Opens a file, or a parked one again. 0 or -errno, as reader_open(). */
int merge_input_open(struct merge_input *in, struct merge_budget *budget,
		     struct errmsg *err) must_check;
/*
 * Reads up to the first packet, for its time, and closes the file until merge_input_open() is
 * called again. Only for what merge_input_can_park(). 0 or -errno of opening it: what fails later
 * is left to show when it is read again.
 */
int merge_input_park(struct merge_input *in, struct merge_budget *budget,
		     struct errmsg *err) must_check;
bool merge_input_can_park(const struct merge_input *in);
/*
 * The next packet (into in->frame, with its key) or block: as reader_next_any(). -EAGAIN: a pipe
 * has none yet.
 */
int merge_input_next(struct merge_input *in, struct errmsg *err) must_check;
/*
 * After -EAGAIN: sleeps until there is more, or a signal asks to end (read_watch_interrupted()).
 * What was written so far is let out meanwhile. 0, or -errno of the output.
 */
int merge_input_await(const struct merge_input *in, struct packet_out *out,
		      struct errmsg *err) must_check;
/* It ended early, and why: said, with a remedy where there is one. */
void merge_input_fail(struct merge_input *in, int code, const struct errmsg *err);
/* Its end: the reader is closed. */
void merge_input_end(struct merge_input *in, struct merge_budget *budget);
/* Closes and frees what is left. */
void merge_input_free(struct merge_input *in);

#endif
