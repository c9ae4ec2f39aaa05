/* capture/transmit_internal.h -- the two ways behind capture/transmit.h. */
#ifndef CAPTURE_TRANSMIT_INTERNAL_H
#define CAPTURE_TRANSMIT_INTERNAL_H

#include "capture/transmit.h"

struct transmit_ops {
	uint8_t *(*slot)(struct transmit *t);
	void (*commit)(struct transmit *t, uint32_t len, uint64_t due_ns);
	int (*kick)(struct transmit *t);
	int (*wait)(struct transmit *t, uint64_t ns);
	int (*drain)(struct transmit *t, uint64_t ns);
	int (*repeat)(struct transmit *t, uint64_t total, double gap_ns); /* NULL: cannot */
	void (*stop)(struct transmit *t);                                 /* once */
	void (*close)(struct transmit *t);                                /* after it */
};

/* First member of what each way has. */
struct transmit {
	const struct transmit_ops *ops;
	bool stopped;
	struct link_info link;
	uint32_t frame_max; /* as transmit_frame_max() */
	struct transmit_counts counts;
	transmit_went_fn *went; /* may be NULL */
	void *went_ctx;
};

/* cfg->frame_max is set, link is the interface. */
int tx_ring_open(const struct transmit_config *cfg, const struct link_info *link,
		 struct transmit **ret, struct errmsg *err) must_check;
int live_open(const struct transmit_config *cfg, const struct link_info *link,
	      struct transmit **ret, struct errmsg *err) must_check;

/* The link as it is now. 0: up and with a carrier; -EAGAIN: without one, or nobody can say;
 * -ENETDOWN; -ENODEV. */
int transmit_look(uint32_t ifindex, struct link_info *ret) must_check;

static inline void transmit_count(_Atomic uint64_t *c, uint64_t n)
{
	/* One thread writes, others may look: no order is promised between counters. */
	atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

#endif
