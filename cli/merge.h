/*
 * cli/merge.h -- the items of several files in the order of their time.
 *
 * Files are nearly sorted: a heap holds what lies within a window of time (or a number of items)
 * and lets the earliest out. The window is bounded in bytes too, so memory is, whatever the files
 * say. An item that comes later than its place is delivered late, and counted.
 */
#ifndef CLI_MERGE_H
#define CLI_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "cli/input.h"
#include "core/compiler.h"
#include "core/errmsg.h"

enum { MERGE_BYTES_MAX = 256 << 20 }; /* 200 ms of 10 Gbit/s */

struct merge_window {
	uint64_t span_ns; /* how far behind an item may come; 0 and no max_items: as in the file */
	uint64_t max_items; /* 0: span_ns alone decides */
};

/* An item that the merge owns until the next merge_next(). */
struct merged_item {
	struct input_item item;
	uint64_t time_ns; /* its place in the order: the packet before's where it has no time */
	uint64_t order;   /* of items with the same time: as they were read */
	uint32_t input;   /* index of its file */
};

struct merge;

/* Opens all files or none. paths are borrowed during the call only. 0 or -errno. */
int merge_open(const char *const *paths, size_t nr, const struct merge_window *window,
	       struct merge **ret, struct errmsg *err) must_check;
/*
 * 1 = an item, 0 = all files are at their end, -errno. A file that fails ends there and the others
 * go on: merge_failure() tells of it afterwards. -errno is for what concerns all (-ENOMEM).
 */
int merge_next(struct merge *m, const struct merged_item **ret, struct errmsg *err) must_check;
size_t merge_nr_inputs(const struct merge *m);
/* NULL for a file of summaries. */
const struct reader *merge_reader(const struct merge *m, size_t input);
/* Why this file ended early, or NULL. */
const char *merge_failure(const struct merge *m, size_t input);
/* Items that came after their time. */
uint64_t merge_nr_late(const struct merge *m);
void merge_close(struct merge *m); /* NULL is fine */

#endif
