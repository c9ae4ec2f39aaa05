/*
 * capture/engine.h -- a capture from start to end: rings, workers, writer, links, counters.
 *
 * One control thread calls everything here. The caller supplies descriptors to watch and decides
 * when to stop; the engine neither prints packets nor exits.
 */
#ifndef CAPTURE_ENGINE_H
#define CAPTURE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/ring.h"
#include "capture/worker.h"
#include "core/errmsg.h"
#include "core/limits.h"
#include "dissect/filter/filter.h"
#include "pcapio/codec.h"
#include "pcapio/segment.h"

enum { ENGINE_TEXT_MAX = 256, ENGINE_DECODES_MAX = 64 };

/* An expression that does not compile. */
struct engine_refusal {
	const char *expr; /* which one, as in the configuration; NULL: none was refused */
	struct filter_error error;
};

struct engine_config {
	const char *interfaces[INTERFACES_MAX]; /* names; "any" */
	uint32_t nr_interfaces;
	const char *netns;   /* name under /run/netns or a path; NULL: stay */
	uint64_t ring_bytes; /* per ring, 0: by the kind of output and the memory */
	uint32_t block_size;
	uint32_t latency_ms; /* 0: by the kind of output */
	uint32_t snaplen;
	enum fanout_mode fanout;
	const char *fanout_ebpf;
	int cpus[RINGS_MAX]; /* of --cpus, in order */
	uint32_t nr_cpus;    /* 0: chosen */
	uint32_t rings;      /* per interface, 0: chosen */
	bool no_promiscuous;
	bool no_outgoing; /* only what comes in */
	bool hardware_time;

	const char *output; /* -w: file, directory with a slash at the end, "-"; NULL: none */
	enum write_mode mode;
	bool nanoseconds;      /* classic pcap times */
	bool pcap;             /* by the output's name, or asked for */
	const char *summaries; /* file, NULL: none */
	bool force;
	enum codec codec;                                 /* by the output's name */
	int compress_level;                               /* 0: the default for captures */
	uint32_t compress_threads;                        /* 0: chosen */
	uint64_t durable_ns, durable_bytes;               /* --durable; 0: unasked */
	uint64_t rotate_bytes, rotate_ns, rotate_packets; /* 0: never */
	uint32_t keep_files;
	uint64_t keep_bytes, keep_free; /* 0: all stay */
	uint32_t keep_free_percent;     /* of the file system, in place of keep_free; 0: that */
	const char *post;               /* command for finished files, NULL: none */
	uint32_t post_jobs;             /* at a time */
	const char *user;               /* -Z */
	uint64_t limit;                 /* -c */
	bool no_uring, no_direct;

	bool lines;
	const char *decodes[ENGINE_DECODES_MAX]; /* "udp.port==5000,dns" */
	size_t nr_decodes;
	struct line_format line;
	const char *command; /* what was typed, for status and the file */

	const char *filter;                   /* capture filter; NULL: everything */
	struct filter_options filter_options; /* extended, vlan_transparent; the rest is ours */
	const char *display;                  /* -Y; NULL: everything */
	struct engine_refusal *refusal;       /* where to put why engine_open() refused one */
};

/*
 * Everything that is known of a capture now. Packets: seen = stored + lost + beyond_limit +
 * filtered + in_flight.
 */
struct engine_totals {
	uint64_t seen;     /* offered to the rings by the kernel */
	uint64_t captured; /* taken out of the rings, and wanted */
	uint64_t filtered; /* taken out of the rings, but -Y does not match them */
	uint64_t stored;   /* in a file, the write completed */
	uint64_t lost[LOSS_NR], lost_all;
	uint64_t beyond_limit, in_flight;
	uint64_t captured_bytes, stored_bytes, wire_bytes, file_bytes;
	uint64_t freezes, blocks, blocks_inplace, blocks_packed;
	uint64_t queue, queue_high, ring_blocks;
	uint64_t rings, ring_bytes; /* how many, and all of them together */
	uint64_t spool_bytes;       /* of all rings' summaries or lines together */
	bool ring_held;             /* the writer has held most of some ring: it was the slow one */
	uint64_t spool_lost, summaries, wild, truncated, ts_adjusted, unordered;
	uint64_t summaries_unwritten; /* of spool_lost: the writer had them */
	uint64_t nic_missed, write_ns_max, writes, files, writer_starts, in_flight_high, waits;
	uint64_t elapsed_ns;
	uint64_t removed, removed_bytes;              /* files, by retention */
	uint64_t post_run, post_failed, post_dropped; /* commands of --post */
	uint64_t post_waiting;                        /* those that run or wait */
	uint64_t free_bytes, disk_bytes;              /* where the packets go; both 0: not known */
	int write_error, summary_error;               /* errno, 0: none */
	enum codec codec;
	uint64_t compress_in, compress_out; /* bytes before and after compression */
	/* --durable: as asked; syncs, the time of all and of the longest, most bytes not synced. */
	uint64_t durable_ns, durable_bytes, syncs, sync_ns, sync_ns_max, unsynced_max;
};

struct engine;

/* Opens everything but starts nothing; -errno with words otherwise. Needs the privileges. */
int engine_open(const struct engine_config *cfg, struct engine **ret,
		struct errmsg *err) must_check;
/* Writer, workers, then packets. Afterwards no privilege is left that is not needed. */
int engine_start(struct engine *e, struct errmsg *err) must_check;

/* A descriptor that becomes readable when engine_poll() has something to do. */
int engine_fd(const struct engine *e);

enum engine_state {
	ENGINE_RUNNING,
	ENGINE_LIMIT,  /* -c is reached: stop it */
	ENGINE_GONE,   /* every interface has disappeared: stop it */
	ENGINE_FAILED, /* nothing can be stored any more: stop it */
};

/* Links, the writer's health, statistics of the NICs. Called when the descriptor says so, and every
 * second. */
enum engine_state engine_poll(struct engine *e);

/* SIGHUP: the next block goes to a new file. */
void engine_rotate(struct engine *e);

/*
 * Another capture filter, from now on: ring after ring, and no packet is missed that the old one
 * and the new one accept. 0, or as filter_compile(), -EBUSY while ending, or the kernel's error;
 * then the old one stays and err says why. Names are looked up meanwhile.
 */
int engine_set_filter(struct engine *e, const char *expr, struct filter_error *err) must_check;

/* Closes the rings, drains them, ends workers and writer. `hurry`: a second signal, end at once. */
void engine_stop(struct engine *e);
void engine_hurry(struct engine *e);
/* True when everything has ended; otherwise call engine_poll() and ask again. */
bool engine_ended(struct engine *e);
/* It has ended but for the commands of --post; engine_hurry() leaves them. */
bool engine_waits_for_post(const struct engine *e);
/* User and system time of the commands that have ended: not the capture's own. */
double engine_post_seconds(const struct engine *e);

void engine_totals(const struct segment *seg, struct engine_totals *ret);
const struct segment *engine_segment(const struct engine *e);

/*
 * Printed lines in order of time. Called by the control thread; `drain`: all there is. A JSON
 * object has no frame.number: only the caller knows how many he has printed.
 */
typedef void engine_line_fn(void *ctx, uint64_t ts_ns, const char *text, uint32_t len);
uint64_t engine_drain_lines(struct engine *e, bool drain, engine_line_fn *fn, void *ctx);

void engine_close(struct engine *e); /* NULL is fine */

#endif
