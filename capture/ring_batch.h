/*
 * capture/ring_batch.h -- many rings opened, or closed, at a time.
 *
 * The kernel waits for a grace period when it makes a ring, and for two when it closes one: some 10
 * ms each, whatever the size. All who wait at the same time share them, so a few threads do
 * hundreds of rings in the time of a few dozen. On top of that comes the memory, which the kernel
 * clears; where it was never touched before, as in a fresh virtual machine, that takes seconds a
 * GiB.
 */
#ifndef CAPTURE_RING_BATCH_H
#define CAPTURE_RING_BATCH_H

#include "capture/ring.h"

struct ring_job {
	struct ring_config cfg; /* for opening */
	const char *name;       /* of the interface, for messages; borrowed */
	struct ring *ring;      /* the caller's; fd < 0: not open */
};

/*
 * Opens all. The first error ends it: -errno with words, and what is open then is the caller's to
 * close. Says how far it is when it takes longer than a second.
 */
int ring_batch_open(struct ring_job *jobs, uint32_t n, struct errmsg *err) must_check;

/* Closes those that are open. */
void ring_batch_close(struct ring_job *jobs, uint32_t n);

#endif
