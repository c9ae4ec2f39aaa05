/*
 * pcapio/segment.h -- the one shared-memory segment of a capture: layout, ABI, checked access.
 *
 * A memfd of fixed, sealed size. Page 0 says what lies where; no pointer is ever stored, only
 * offsets from the start of the segment. The main process makes it, the writer maps it read-write,
 * viewers
 * (`ringtap status`) map it read-only and trust nothing in it.
 *
 * Ownership: every structure below names its only writer. A 64-bit counter with one writer is
 * stored and loaded relaxed; whatever orders something says so.
 */
#ifndef PCAPIO_SEGMENT_H
#define PCAPIO_SEGMENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/limits.h"
#include "pcapio/loss.h"

#define SEGMENT_MAGIC 0x31504154474e4952ull /* "RINGTAP1" in little-endian byte order */
enum {
	SEGMENT_ABI = 2,
	SEGMENT_PAGE = 4096,
	SEGMENT_NAME_MAX = 256,          /* bytes of a path or name, NUL included */
	SEGMENT_PATH_MAX = 320,          /* the same with what rotation adds */
	SEGMENT_FILTER_MAX = 1024,       /* bytes kept of a filter's text, NUL included */
	SEGMENT_FILE_SLOTS = 4,          /* output files that are not finished yet */
	KEEP_FILES_MAX = 65536,          /* finished files that retention remembers */
	FINISHED_MAX = 1024,             /* those that --post has not taken yet */
	SEGMENT_PRELUDE_MAX = 128 << 10, /* section header and every interface description */
};

typedef _Atomic uint64_t counter64;

/* One entry of a block queue: what the writer must know of a block. Written by the worker. */
struct block_entry {
	uint32_t index;  /* of the block in its ring */
	uint32_t offset; /* first byte to write, from the start of the block */
	uint32_t len;    /* bytes to write; 0: nothing, only release it */
	uint32_t packets;
	uint64_t cap_bytes; /* sum of captured lengths */
	uint64_t first_ts_ns, last_ts_ns;
};

/* Written by the ring's worker only. */
struct worker_counters {
	counter64 packets, bytes; /* taken out of the ring; captured bytes */
	counter64 wire_bytes;
	counter64 blocks, blocks_inplace, blocks_packed;
	counter64 filtered;       /* taken out, but the display filter does not match */
	counter64 beyond_limit;   /* taken out, but after the last packet that -c asked for */
	counter64 kernel_packets; /* offered to the ring by the kernel, drops included */
	counter64 kernel_drops;   /* PACKET_STATISTICS tp_drops, summed */
	counter64 kernel_freezes;
	counter64 lost[LOSS_NR];
	counter64 queue_high;  /* most blocks ever held at once */
	counter64 spool_lost;  /* summaries or lines that found the spool full */
	counter64 ts_adjusted; /* times lifted to their predecessor's */
	counter64 truncated;   /* packets cut by the snap length */
	counter64 wild;        /* summaries of packets that dissection could not follow */
	counter64 summaries;
	counter64 last_ts_ns;
	counter64 waits; /* times the worker slept */
} cacheline_aligned;

/* One ring: its block queue (worker -> writer) and what both say of it. */
struct segment_ring {
	uint32_t block_size, nr_blocks; /* const after start */
	uint32_t queue_mask;   /* queue entries - 1; entries is a power of two >= nr_blocks */
	uint32_t interface_id; /* of the file's interface description; const */
	uint32_t rx_queue;     /* of the NIC, UINT32_MAX: not known; const */
	int32_t cpu;           /* the worker's CPU, -1: not pinned; const */
	uint32_t ifindex;      /* const */
	uint64_t queue_off;    /* of the entries, from the segment's start; const */
	uint64_t spool_off;    /* of the spool's header page, 0: none; const */
	char interface[32];    /* the name at start; const */

	/* Blocks queued so far: the worker's release-store pairs with the writer's acquire. */
	_Atomic uint64_t queued cacheline_aligned;
	counter64 packets_queued; /* in all blocks so far; by the worker */
	_Atomic uint32_t ended;   /* the worker has left; nothing more will be queued */

	/* Written by the writer. A block goes back to the kernel between `releasing` and
	 * `released`. */
	_Atomic uint64_t releasing cacheline_aligned;
	_Atomic uint64_t released;
	/*
	 * --write sorted takes the block number `released` apart packet by packet: how far it is,
	 * in one word so that a kill never splits it. See segment_merged().
	 */
	_Atomic uint64_t merged;
	/*
	 * Compressed output: a write may hold the packets of many blocks. While the settlement is
	 * valid, those before this number are in the file, released or not.
	 */
	_Atomic uint64_t settling;

	struct worker_counters worker;
} cacheline_aligned;

enum segment_file_state {
	FILE_SLOT_FREE,
	FILE_SLOT_OPEN,
	FILE_SLOT_MAKING, /* there may be an empty file of this name; its inode is not noted */
};

/*
 * Which file of the capture: enough to make its name from the template again (writer_name.h). No
 * name stands in the segment, so whoever finishes or removes a file for a dead writer can be led to
 * no other than one of this capture's.
 */
struct segment_file_id {
	uint64_t second;      /* since the epoch, of the time in its name */
	int64_t utc_offset_s; /* of local time then */
	uint32_t number; /* among those of the same name, or of all where the name says {number} */
	uint32_t suffix; /* 0, or what a name that was taken got behind it at the end */
	/* To know it again: a name may come round, or be somebody else's by now. */
	uint64_t inode, device;
	uint64_t serial; /* of all files of the capture, in the order of opening */
	uint64_t bytes;  /* that it takes on the disk, when it is finished */
};

/* An output file that is not finished. Written by the writer; read by whoever comes after it. */
struct segment_file {
	_Atomic uint32_t state;     /* enum segment_file_state, release after the rest */
	uint32_t hidden;            /* bool: it is written under another name */
	_Atomic uint64_t committed; /* whole records lie before this, every write completed */
	counter64 allocated;        /* bytes that it takes on the disk, at most */
	struct segment_file_id id;
};

enum writer_state {
	WRITER_NONE,
	WRITER_STARTING,
	WRITER_RUNNING,
	WRITER_FAILED, /* writes no more; blocks are released and counted as lost */
	WRITER_FINISHED,
};

/*
 * A completed write on its way into the books: written before any of it is done, so that whoever
 * comes after a kill can do it again. Doing it twice is the same as once.
 */
struct settlement {
	_Atomic uint32_t valid; /* release after the rest; 0 when all is done */
	uint32_t slot;          /* of the file */
	uint32_t ring;          /* whose block goes back, UINT32_MAX: none */
	uint64_t seq;           /* of that block */
	uint64_t committed, packets_stored, cap_bytes_stored; /* as they shall be */
};

/* The same for a run of summaries: the file's length and the spool's place change together. */
struct summary_settlement {
	_Atomic uint32_t valid; /* release after the rest; 0 when all is done */
	uint32_t ring;
	uint64_t committed, consumed; /* as they shall be */
};

/* Written by the writer (one at a time; a successor carries on the counts). */
struct writer_counters {
	_Atomic uint32_t state;    /* enum writer_state */
	_Atomic int32_t error;     /* errno that ended writing, 0: none */
	_Atomic uint32_t sleeping; /* see segment_wake_writer() */
	_Atomic uint32_t uses_uring, uses_fixed, uses_direct; /* bools, for reports */
	counter64 packets_stored;                             /* completed writes only */
	counter64 cap_bytes_stored;
	counter64 lost[LOSS_NR];
	struct settlement settlement;
	counter64 file_bytes;                /* written to all files, everything counted */
	counter64 compress_in, compress_out; /* bytes before and after compression */
	/* --durable: how many syncs, their time; most bytes that were written and not synced. */
	counter64 syncs, sync_ns, sync_ns_max, unsynced_max;
	counter64 writes;
	counter64 write_ns_max; /* slowest single write */
	counter64 in_flight, in_flight_high;
	counter64 files;          /* finished */
	counter64 unordered;      /* --write sorted: packets that came after their place was gone */
	counter64 summaries_lost; /* read from the spools, but not written */
	/* The summary file up to here is whole, and exactly that is taken out of the spools. */
	counter64 summary_bytes;
	counter64 summary_inode; /* 0: not made yet */
	struct summary_settlement summary_settlement;
	_Atomic int32_t summary_error; /* errno that ended the summary file, 0: none */
	counter64 opened;              /* files, by every writer so far: the next one's serial */
	counter64 named_second, named_number; /* of the name that was given last */
	counter64 kept_added, kept_removed;   /* of the finished files that retention counts */
	counter64 kept_bytes;                 /* that those take */
	counter64 removed, removed_bytes;     /* by retention */
	/* The serial, and 1, of the file that is being removed, and those two as they shall be. */
	_Atomic uint64_t removing;
	counter64 removed_next, removed_bytes_next;
	_Atomic uint32_t said_no_space; /* bool: --keep-free cannot hold, and that was said */
	counter64 finished_added;       /* of the finished files for --post */
	/* -G: no file begins before this (realtime), also where its packets are older. */
	counter64 interval_ns;
} cacheline_aligned;

enum output_format {
	OUTPUT_NONE,          /* no packets are written */
	OUTPUT_PCAPNG_BLOCKS, /* whole pages of pcapng, written from the ring */
	OUTPUT_STREAM,        /* a byte stream: classic pcap, sorted pcapng (copied), pipes */
};

/* How to write: filled by the main process before the writer starts, const afterwards. */
struct writer_config {
	uint32_t format;      /* enum output_format */
	uint32_t pipe;        /* bool: descriptor WRITER_FD_PIPE is the output */
	uint32_t sorted;      /* bool: merge the rings by time (stream of pcapng or pcap records) */
	uint32_t pcap;        /* bool: records are classic pcap */
	uint32_t nanoseconds; /* bool: unit of classic pcap times */
	uint32_t force;       /* bool: an existing file may be replaced */
	uint32_t rotating;    /* bool: any of the limits below, or a directory, or SIGHUP allowed */
	uint32_t keep_files;  /* 0: all */
	uint64_t keep_bytes;  /* 0: all */
	uint64_t keep_free;   /* bytes of the file system that stay free; 0: none need to */
	uint64_t rotate_bytes;   /* 0: never */
	uint64_t rotate_ns;      /* 0: never; aligned to local time */
	uint64_t rotate_packets; /* 0: never */
	uint32_t first_number;   /* of {number} in the name */
	uint32_t post;           /* bool: the main process is told of finished files */
	uint64_t sort_hold_ns;   /* how long a packet waits for earlier ones of other rings */
	uint64_t capture_start_ns;
	uint32_t no_uring, no_direct; /* bools: for tests and for trouble */
	uint32_t codec;               /* enum codec: what the output is compressed with */
	int32_t compress_level;       /* 0: the default for captures */
	uint32_t compress_threads;    /* 0: chosen */
	/* --durable: what is written is on the disk after so long, or so many bytes; 0: unasked. */
	uint64_t durable_ns, durable_bytes;
	uint32_t prelude_len;        /* bytes of the file header at segment_header.prelude_off */
	uint32_t uid, gid;           /* to become; UINT32_MAX: stay */
	char name[SEGMENT_NAME_MAX]; /* template relative to the output directory */
	char summary_name[SEGMENT_NAME_MAX]; /* relative to its directory, "": none */
};

/* Written by the main process. */
struct control_block {
	_Atomic uint32_t stop;            /* workers have ended or are about to: drain and finish */
	_Atomic uint32_t abort;           /* finish at once with what is written */
	_Atomic uint32_t rotate_requests; /* SIGHUPs so far */
	_Atomic uint32_t writer_pid;
	_Atomic uint32_t writers; /* started so far */
	counter64 nic_missed;     /* dropped by the NICs since start, where they tell */
	counter64 lost[LOSS_NR];  /* handed on by the workers, stored or counted by no writer */
	counter64 summaries_left; /* in the spools when there was no writer any more */
	counter64 update_ns;      /* CLOCK_MONOTONIC of the last update */
	/* Free bytes where the packets go, of all; both 0: not known. */
	counter64 free_bytes, disk_bytes;
	counter64 post_before; /* files from this serial on are waiting for --post, or in it */
	counter64 post_run, post_failed, post_dropped; /* commands */
	counter64 post_waiting;                        /* those that run or wait */
	_Atomic uint32_t filter_version; /* of `filter`; odd while it is being written */
	char filter[SEGMENT_FILTER_MAX]; /* the capture filter of now, for people; "": none */
} cacheline_aligned;

struct segment_header {
	uint64_t magic;
	uint32_t abi;
	uint32_t header_len; /* sizeof(struct segment_header) */
	uint32_t ring_len;   /* sizeof(struct segment_ring): a reader built otherwise refuses */
	uint32_t nr_rings;
	uint64_t total_len;
	uint64_t rings_off, prelude_off;
	uint64_t queues_off;
	uint64_t spools_off, spool_stride; /* per ring: a header page, then the data */
	uint64_t spool_data_len;           /* 0: no spools */
	uint64_t kept_off, kept_entries;   /* struct segment_file_id; 0: all files stay */
	uint64_t finished_off;             /* FINISHED_MAX of them; 0: without --post */
	uint64_t start_ns;                 /* realtime */
	uint64_t start_monotonic_ns;
	uint32_t main_pid;
	char command[SEGMENT_NAME_MAX]; /* what was asked, for people */
	char output[SEGMENT_NAME_MAX];
	struct writer_config config;
	struct segment_file files[SEGMENT_FILE_SLOTS];
	struct writer_counters writer;
	struct control_block control;
};

struct segment_plan {
	uint32_t nr_rings;
	const uint32_t *nr_blocks; /* per ring */
	uint64_t spool_data_len;   /* per ring; a power of two of whole pages, or 0 */
	uint32_t keep_files;       /* at most; 0: no list of finished files is needed */
	bool post;                 /* one for --post is */
};

struct segment {
	struct segment_header *header;
	uint64_t len;
	int fd;
	bool read_only;
};

/* Makes and maps a segment; every header field that describes layout is set. -errno on failure. */
int segment_create(const struct segment_plan *plan, struct segment *ret,
		   struct errmsg *err) must_check;

/*
 * Maps an existing one; takes over fd on success. Every offset and size is checked against the
 * length that the kernel reports, so that later accessors cannot leave the mapping: -EPROTO where
 * it lies.
 */
int segment_attach(int fd, bool read_only, struct segment *ret, struct errmsg *err) must_check;

void segment_close(struct segment *s);

/* The capture filter's text, cut where it is too long. By the main process. */
void segment_set_filter(const struct segment *s, const char *text);
/* A copy of it, terminated; "" when there is none or when it is just being changed. */
void segment_get_filter(const struct segment *s, char ret[SEGMENT_FILTER_MAX]);

/* Ring i; i < header->nr_rings as checked at attach (re-checked: NULL beyond the mapped layout). */
struct segment_ring *segment_ring_at(const struct segment *s, uint32_t i);

/* The entry for the block number `seq` of a ring's queue. */
struct block_entry *segment_queue_entry(const struct segment *s, const struct segment_ring *r,
					uint64_t seq);

uint8_t *segment_prelude(const struct segment *s);

/* What `merged` says, if it speaks of block number seq; zeros otherwise. */
struct segment_merged {
	uint32_t offset;  /* bytes of the run that are taken */
	uint32_t packets; /* in them */
};

struct segment_merged segment_merged(const struct segment_ring *r, uint64_t seq);
void segment_set_merged(struct segment_ring *r, uint64_t seq, struct segment_merged m);

/*
 * The finished files that retention counts, oldest first; by the writer, or by the main process
 * when the writer is dead. Noting the newest one again changes nothing, so a kill in between does
 * no harm. An older one with the same inode is forgotten: it must be gone.
 */
void segment_keep(const struct segment *s, const struct segment_file_id *id);
/* The file is not ours any more, wherever in the list it stands; nothing if it is not in it. */
void segment_forget(const struct segment *s, uint64_t inode, uint64_t device);
/* How many there are; the oldest in ret when there is one. */
uint64_t segment_kept(const struct segment *s, struct segment_file_id *ret);
void segment_forget_oldest(const struct segment *s);
/* What they take on the disk is counted anew: a writer may have died amid a change. */
void segment_recount(const struct segment *s);

/*
 * The finished files for --post, in their order; noting the last one again changes nothing. By the
 * writer, or by the main process when the writer is dead.
 */
void segment_finished(const struct segment *s, const struct segment_file_id *id);
/*
 * The next one behind *seq, which moves on; by the main process. False: there is none. *ret_missed
 * grows by those that have been written over since.
 */
bool segment_next_finished(const struct segment *s, uint64_t *seq, struct segment_file_id *ret,
			   uint64_t *ret_missed);

static inline void counter_add(counter64 *c, uint64_t n)
{
	/* One writer: no read-modify-write needed. */
	atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

static inline void counter_set(counter64 *c, uint64_t v)
{
	atomic_store_explicit(c, v, memory_order_relaxed);
}

static inline void counter_max(counter64 *c, uint64_t v)
{
	if (v > atomic_load_explicit(c, memory_order_relaxed))
		atomic_store_explicit(c, v, memory_order_relaxed);
}

static inline uint64_t counter_get(const counter64 *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

/*
 * What a settlement says, done; the block excepted, which only a writer gives back. By the writer,
 * or by the main process when the writer is dead.
 */
void segment_settle(const struct segment *s);
/* True when a valid settlement has taken block number seq of this ring. */
bool segment_settled(const struct segment *s, uint32_t ring, uint64_t seq);

/*
 * Wakes the writer if it sleeps. Called after queueing (or after setting a control word). The fence
 * pairs with the one that the writer issues between announcing sleep and looking at the queues
 * again: one of the two sides must see the other.
 */
void segment_wake_writer(const struct segment *s, int wake_fd);

#endif
