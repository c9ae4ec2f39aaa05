/*
 * cli/input.h -- one file to print, of whatever kind we write: packets or summaries of packets.
 */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/frame.h"
#include "pcapio/reader.h"

/* frame.data is the packet, or the bytes of a struct summary and, behind it, its struct
 * summary_extra. */
struct input_item {
	struct frame_view frame;
	struct reader_block block; /* only after input_take_blocks(); bytes NULL: it has none */
	bool is_summary;
	bool is_block; /* no packet, a block beside them; frame is empty */
};

struct input;

/* "-" is standard input. 0 or -errno, as reader_open(). */
int input_open(const char *path, struct input **ret, struct errmsg *err) must_check;
/* The same of a file that still grows, if follow is set (see source_follow()); here already its
 * header is waited for. */
int input_open_follow(const char *path, bool follow, struct input **ret,
		      struct errmsg *err) must_check;
/* 1 = an item, borrowed until the next call; 0 = the end; -errno as reader_next(), sticky.
 * -EAGAIN, only after input_never_wait(): none is there yet. */
int input_next(struct input *in, struct input_item *ret, struct errmsg *err) must_check;
/*
 * After -EAGAIN, when the caller has waited enough: an item that was read but held back, because
 * more that belongs to it may come. False: there is none.
 */
bool input_settle(struct input *in, struct input_item *ret) must_check;
/* From now on the items of pcapng come with their blocks, and those without a packet come too. */
void input_take_blocks(struct input *in);
/* As source_never_wait() and source_poll_fd(). */
void input_never_wait(struct input *in);
int input_poll_fd(const struct input *in);
/* As source_follow_ended() and source_file_offset(). */
const char *input_follow_ended(const struct input *in);
uint64_t input_file_offset(const struct input *in);
/* NULL for a file of summaries. */
const struct reader *input_reader(const struct input *in);
void input_close(struct input *in); /* NULL is fine */

#endif
