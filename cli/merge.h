/*
 * cli/merge.h -- the items of several files in the order of their time.
 *
 * Files are nearly sorted: a heap holds what lies within a window of time (or a number of items)
 * and lets the earliest out. The window is bounded in bytes too, so memory is, whatever the files
 * say. An item that comes later than its place is delivered late, and counted.
 *
 * A pipe, socket or terminal is waited for only in merge_wait(), and holds nothing up for longer
 * than the window's span of real time: a silent one is then left aside until it has bytes again.
 */
#ifndef CLI_MERGE_H
#define CLI_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "cli/input.h"
#include "core/clock.h"
#include "core/compiler.h"
#include "core/errmsg.h"

enum { MERGE_BYTES_MAX = 256 << 20 };              /* 200 ms of 10 Gbit/s */
#define MERGE_PATIENCE_NS        (200 * NS_PER_MS) /* real time, where the window has no span */
#define MERGE_FOLLOW_PATIENCE_NS (50 * NS_PER_MS)  /* at most, for files that grow */

struct merge_window {
	uint64_t span_ns; /* how far behind an item may come; 0 and no max_items: as in the file */
	uint64_t max_items; /* 0: span_ns alone decides */
	bool follow;        /* files are waited for at their end, as pipes are */
};

/* Handed out by merge_next(), valid until merge_give_back() or merge_close(). */
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
/* As input_take_blocks(), of each file; before the first merge_next(). A block that is no packet
 * has the time of the packet before it, a section or an interface goes out at once. */
void merge_take_blocks(struct merge *m);
/*
 * 1 = an item, 0 = all files are at their end, -errno. A file that fails ends there and the others
 * go on: merge_failure() tells of it afterwards. -errno is for what concerns all (-ENOMEM).
 * -EAGAIN, without text: nothing may be handed out yet, and going on means to wait: the caller
 * finishes what it has in hand, calls merge_wait(), and asks again.
 */
int merge_next(struct merge *m, const struct merged_item **ret, struct errmsg *err) must_check;
/*
 * After -EAGAIN: sleeps until there are more bytes, or until what is held has been held for long
 * enough. Returns early on a signal, and after a second at the latest: one that came just before
 * must not be slept through. Items that trickle in are held twice the span at most.
 */
void merge_wait(struct merge *m);
/* The caller is done with an item. In the thread that reads; any order. */
void merge_give_back(struct merge *m, const struct merged_item *item);
size_t merge_nr_inputs(const struct merge *m);
/* NULL for a file of summaries. */
const struct reader *merge_reader(const struct merge *m, size_t input);
/* Why this file ended early, or NULL. */
const char *merge_failure(const struct merge *m, size_t input);
/* Why a file that is followed has ended: "was deleted"; else NULL. */
const char *merge_follow_ended(const struct merge *m, size_t input);
/* Bytes read so far, and of all files together: 0 when one is a pipe. */
void merge_progress(const struct merge *m, uint64_t *ret_done, uint64_t *ret_total);
/* Items that came after their time. */
uint64_t merge_nr_late(const struct merge *m);
void merge_close(struct merge *m); /* NULL is fine */

#endif
