/*
 * bench/stamp_tap.h -- when the numbered frames of the generator came in on an interface: a packet
 * socket with a ring (TPACKET_V2) and the kernel's time stamps.
 *
 * The ring has room for all of them, so a tap may be read when all is over. A socket without a ring
 * would not do: of a frame from somebody's TX ring it holds a reference only, and would find there
 * whatever was sent after it.
 */
#ifndef BENCH_STAMP_TAP_H
#define BENCH_STAMP_TAP_H

#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"

struct stamp_tap {
	int fd;
	uint64_t nr;      /* numbers from 0 to before this one are noted */
	uint64_t *ns;     /* of each, since the epoch; 0: it has not come */
	uint64_t stamped; /* numbers that have come */
	uint64_t again;   /* frames whose number had come before, or is beyond nr */
	uint8_t *ring;    /* the rest is the tap's own */
	size_t ring_len;
	uint32_t slots, next;
};

/* To be closed with stamp_tap_close(), also after an error. */
int stamp_tap_open(const char *ifname, uint64_t nr, struct stamp_tap *ret,
		   struct errmsg *reterr) must_check;
/* All that have come, without waiting for more. */
void stamp_tap_read(struct stamp_tap *t);
/* Frames that found no room since the last call. */
uint64_t stamp_tap_lost(const struct stamp_tap *t);
void stamp_tap_close(struct stamp_tap *t);

#endif
