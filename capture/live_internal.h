/* capture/live_internal.h -- between the parts of live.c: the XDP way of capture/transmit.h. */
#ifndef CAPTURE_LIVE_INTERNAL_H
#define CAPTURE_LIVE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/live_child.h"
#include "capture/live_prog.h"
#include "capture/transmit_internal.h"

enum {
	LIVE_ETHERNET = 14,
	LIVE_CACHE_LINE = 64,
};

/* Of a slot, for us alone. */
struct live_own {
	uint64_t start; /* of its frame, on the scale of data_head */
	uint64_t due_ns;
};

struct live {
	struct transmit base;
	struct live_shape shape; /* counts and sizes are powers of two */
	struct live_run run;
	uint32_t room;  /* bytes of the longest frame that is taken */
	uint8_t *zeros; /* what run.frame points to */
	int map_fd, prog_fd;
	int trace_fds[2]; /* -1: what the driver takes is not known */
	size_t map_size;
	struct live_state *state;
	struct live_slot *slots;
	uint8_t *data;
	struct live_own *own; /* by slot */
	uint64_t head;        /* number of the next frame to be committed */
	uint64_t tail;        /* pos as it was when last looked at */
	uint32_t slot;        /* where the next frame goes */
	/* Where its bytes go, modulo data_size; grows until all is empty. */
	uint64_t data_head;
	bool repeating;
	pid_t pid;   /* 0: no child */
	int blocked; /* why nothing goes: -errno, or 0 */
	bool failed; /* for ever */
	uint64_t looked_ns, tried_ns;
	uint64_t over_ns;           /* since when all is taken, and not all of it settled */
	uint64_t round_committed;   /* repeating: committed, less pos */
	uint64_t too_long, refused; /* counted here, before the program saw them */
};

extern const struct transmit_ops live_ops;

/*
 * All is empty, and the program sees nothing that it may take: from the beginning again, where the
 * caches are warm.
 */
void live_start_afresh(struct live *l);
/* What the driver takes is not looked at any more: what the program takes counts as sent. */
void live_untrace(struct live *l);

#endif
