/*
 * capture/worker.h -- one thread, one ring, one CPU: blocks in, stamped blocks and summaries out.
 *
 * A worker allocates nothing, takes no lock and writes no file once it runs.
 */
#ifndef CAPTURE_WORKER_H
#define CAPTURE_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "capture/link_table.h"
#include "capture/ring.h"
#include "capture/stamp.h"
#include "dissect/display/display.h"
#include "dissect/dissect.h"
#include "dissect/registry.h"
#include "dissect/render.h"
#include "pcapio/segment.h"
#include "pcapio/spool.h"

enum write_mode { WRITE_AUTO, WRITE_INPLACE, WRITE_PACKED, WRITE_SORTED };

/* What a printed line looks like. */
struct line_format {
	struct render_options render;
	bool json, hex, hex_ascii, ascii, link_hex; /* -x, -X, -A, doubled letters */
	bool tree;
	bool show_interface;
};

/* Shared by the workers of a capture; const while they run, but for the atomics and the RCU table.
 */
struct worker_shared {
	struct segment *seg;
	const struct registry *registry;
	const struct display_filter *display; /* -Y, NULL: none */
	struct link_tables *links;
	uint64_t limit;            /* -c: packets, 0: none */
	_Atomic uint64_t claimed;  /* packets that workers have claimed under the limit */
	_Atomic uint32_t stopping; /* rings are closed: drain and end */
	_Atomic uint32_t hurry;    /* end now, whatever is left */
	uint64_t drain_ns;         /* how long the last block may take to be retired */
	enum write_mode mode;
	bool writes;      /* blocks go to the writer */
	bool taken_apart; /* the writer copies packets out of the blocks: pcap, sorted */
	bool whole_pages;
	bool summaries, lines; /* what goes to the spool */
	struct line_format line;
	int wake_fd;  /* of the writer */
	int event_fd; /* of the control thread */
};

struct worker {
	struct worker_shared *shared;
	struct ring ring;
	struct segment_ring *seg_ring;
	struct block_entry *queue; /* of our own knowledge: the writer can write to the segment */
	uint32_t queue_mask;
	struct worker_counters *counters;
	struct spool spool;
	struct display_state *display; /* scratch, NULL without a display filter; the engine's */
	uint32_t index;
	int cpu;     /* -1: not pinned */
	int stop_fd; /* eventfd that ends its wait */
	pthread_t thread;
	bool started;
	_Atomic uint32_t link_down; /* set by the worker, read by the control thread */
	_Atomic uint32_t gone;      /* set by the control thread: the interface was removed */

	/* private to the thread */
	uint64_t queued; /* blocks handed on; its remainder is the current block's index */
	uint64_t taken;  /* packets, whatever became of them */
	uint64_t last_ts_ns;
	uint64_t stats_ns;     /* monotonic time of the last PACKET_STATISTICS */
	uint64_t stop_ns;      /* monotonic time when draining began */
	uint64_t dropped_seen; /* drops already told in an epb_dropcount */
	int epoll_fd;
};

/* Starts the thread; everything above `private` is filled in. */
int worker_start(struct worker *w, struct errmsg *err) must_check;
/* Ends its wait, so that it looks at the shared flags. */
void worker_kick(const struct worker *w);
void worker_join(struct worker *w);

/* worker_visit.c: looks into a packet. False: the display filter does not match it. */
bool worker_look(struct worker *w, const struct block_frame *f, const uint8_t *base,
		 struct dissection *ret);
/* What is said of it besides storing it. */
void worker_visit(struct worker *w, struct dissection *d);
void worker_visit_block_end(struct worker *w, uint64_t block_seq, const struct stamp_run *run);

#endif
