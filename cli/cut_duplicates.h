/*
 * cli/cut_duplicates.h -- packets that have been there a moment ago, byte for byte.
 *
 * Remembers a keyed hash of 128 bits of each, not the packet: at most 40 MiB.
 */
#ifndef CLI_CUT_DUPLICATES_H
#define CLI_CUT_DUPLICATES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/frame.h"

enum { DUPLICATES_MAX = 1000000 /* packets that are remembered */ };

/* How far back is looked: one of the two is set. */
struct duplicate_window {
	uint64_t packets; /* this one among them, as editcap counts: 2..DUPLICATES_MAX */
	uint64_t span_ns;
};

struct duplicates;

/* 0 or -ENOMEM. */
int duplicates_open(const struct duplicate_window *window, struct duplicates **ret) must_check;
void duplicates_close(struct duplicates *d); /* NULL is fine */
/*
 * Has a packet of the same bytes, length on the wire and link type been asked about within the
 * window? Every one that is asked about is remembered. Of equal ones the last counts. Hot.
 */
bool duplicates_seen(struct duplicates *d, const struct frame_view *f);
/* Packets that were forgotten while they were still within a window of time. */
uint64_t duplicates_forgotten(const struct duplicates *d);

#endif
