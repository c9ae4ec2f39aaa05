/* pcapio/writer_internal.h -- what the writer's files share; nobody else includes it. */
#ifndef PCAPIO_WRITER_INTERNAL_H
#define PCAPIO_WRITER_INTERNAL_H

#include <liburing.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/errmsg.h"
#include "pcapio/compress.h"
#include "pcapio/segment.h"
#include "pcapio/spool.h"
#include "pcapio/writer.h"

enum {
	STREAM_BUFFER = 1 << 20,
	STREAM_BUFFERS = 16,
	/* Ahead of the writes: extending a file by direct writes costs ten times the CPU. */
	ALLOCATE_MIN = 1 << 20,
	ALLOCATE_FIRST = 8 << 20,
	ALLOCATE_MAX = 64 << 20,
	RING_BLOCK_STATUS = 8, /* offset in a ring block of the word that hands it to the kernel */
	URING_ENTRIES = 256,
	SUMMARY_RUNS = 16,
	NO_RING = UINT32_MAX,
};

/* An output file, from its creation until its last write has completed. */
struct out_file {
	int fd;
	int buffered_fd; /* stream tails that are not whole pages; -1: same as fd */
	bool direct, open, sealed, failed;
	uint64_t off;        /* where the next write goes */
	uint64_t sealed_len; /* stream files: the true length, when the last write is padded; 0:
				none */
	uint64_t allocated;  /* file size, ahead of off */
	uint64_t packets;    /* taken for it, where they come one by one */
	bool no_allocate;    /* nothing is allocated ahead any more */
	uint32_t pending;    /* writes under way, and pieces */
	uint32_t pieces;     /* of pending: compressed, or about to be, but in no write yet */
	/* --durable: written and not synced; of that, what the sync that is under way covers. */
	uint64_t dirty, covered;
	uint64_t dirty_ns,
		sync_ns; /* when the first of `dirty` was written; when that sync began */
	bool syncing;
	bool ended; /* cut to its length, with its last bytes: it only has to be synced and named */
	bool end_synced;
	struct segment_file *slot;
	/* Time rotation: the first instant that is not this file's; 0: none. */
	uint64_t boundary_ns;
	char temporary[SEGMENT_PATH_MAX]; /* name under which it is written */
	char final[SEGMENT_PATH_MAX];     /* its name when finished */
};

/* A write under way, in the order of submission. */
struct pending {
	struct out_file *file;
	uint8_t *data;
	uint64_t off, start_ns, cap_bytes;
	uint32_t len, done_len, packets;
	uint32_t commit_len; /* bytes that end with a whole record; the file is good up to there */
	uint32_t ring;       /* whose block goes back to the kernel, or NO_RING */
	uint32_t buffer;     /* stream buffer, when ring is NO_RING */
	uint64_t held_end;   /* compressed: blocks before this place go back to the kernel */
	int fixed;           /* index of the registered buffer, -1: none */
	int error;
	bool done;
};

struct ring_map {
	struct segment_ring *shared;
	uint8_t *base;
	uint64_t popped; /* entries taken from the queue */
	int fixed_base;  /* first registered buffer of this ring's blocks */
	struct spool spool;
	struct block_entry sort_entry; /* --write sorted: the block being merged */
	struct segment_merged sort_merged;
	bool sort_open;
};

struct stream {
	struct out_file *file; /* of the bytes in the current buffer */
	uint8_t *buffers[STREAM_BUFFERS];
	bool busy[STREAM_BUFFERS];
	int current;        /* being filled, -1: none */
	uint32_t fill;      /* bytes of it */
	uint32_t whole;     /* the first of them, up to the last whole record */
	uint32_t tail_done; /* bytes of it already in the file through the page cache */
	uint32_t packets;   /* whose last byte lies in it */
	uint64_t cap_bytes;
	uint64_t held_end; /* as of a write */
	uint64_t flush_ns; /* monotonic time of the last flush */
};

/* Some whole records of one file, on their way to becoming one compressed frame. */
struct piece {
	struct compress_job job;
	struct out_file *file;
	uint8_t *data;
	uint32_t fill, packets;
	uint64_t cap_bytes;
	uint64_t start_ns;             /* monotonic time of its beginning */
	uint64_t held_start, held_end; /* places in `held` of the blocks that are in it */
	uint32_t emitted;              /* bytes of the frame that are in the stream's buffers */
	bool framed;                   /* all of it */
	bool last;                     /* of its file */
};

/* Pieces front..back are with the threads; that at back is being filled when `open` is set. */
struct compression {
	struct compressor *pool; /* NULL: the output is not compressed */
	bool holds;              /* blocks are kept until their packets are in the file */
	struct piece *pieces;
	uint32_t nr_pieces, piece_size;
	uint64_t front, back;
	bool open;
	struct seek_table *table; /* zstd: of the file whose frames are being written; or NULL */
	size_t table_done;        /* bytes of it that are in the stream's buffers */
	/* The rings of the blocks that are in pieces, or in writes, in the order of being taken. */
	uint32_t *held;
	uint64_t held_front, held_back;
	uint32_t held_mask;
	uint32_t few; /* so many of them do not wait for company */
};

struct durable {
	bool on;
	int dir_fd; /* the output directory, opened for reading; -1: it cannot be synced */
	bool dir_syncing, dir_again;
	uint64_t dir_sync_ns;
};

/* Whole records of one spool on their way into the summary file. */
struct summary_run {
	const uint8_t *data; /* in the spool */
	uint64_t len;
	uint64_t committed, consumed; /* the file's length and the spool's place behind it */
	uint32_t ring;
};

struct summary_out {
	int fd;                 /* -1: nothing is written, or no more */
	struct out_file direct; /* the same file for direct writes; its fd -1: there are none */
	uint64_t off;           /* where the next run goes */
	uint64_t allocated;     /* file size, ahead of off, where there was reason to */
	uint64_t taken_ns;      /* monotonic time when all there was was taken */
	int error;              /* errno that has ended, or ends, the file */
	/* Those from front to back are not accounted for; runs[i] waits for writes[i]. */
	struct summary_run runs[SUMMARY_RUNS];
	struct pending writes[SUMMARY_RUNS];
	uint64_t front, back;
	uint32_t next_ring; /* whose turn it is */
};

struct writer {
	struct segment seg;
	const struct writer_config *config;
	struct writer_counters *counters;
	struct ring_map *rings;
	uint32_t nr_rings;

	struct io_uring uring;
	bool uring_ok, fixed_ok;
	bool wake_armed, main_armed;

	struct pending *fifo; /* power of two; front..back are under way */
	uint64_t front, back;
	uint32_t fifo_mask;

	struct out_file files[SEGMENT_FILE_SLOTS];
	struct out_file
		nowhere; /* of blocks that cannot be written: they only wait for their release */
	struct out_file *file; /* the one that new data goes to, or NULL */
	uint32_t rotate_seen;
	uint64_t allocate_ahead, allocated_ns; /* bytes; monotonic time of the last allocation */
	uint64_t room_made_ns; /* monotonic time when a full disk last cost a file; 0: never */

	struct stream stream;
	struct compression zip;
	struct durable durable;
	uint8_t *page; /* one aligned page-multiple for headers and trailers */

	struct summary_out summary;
	bool main_gone, stopping;
	uint64_t in_flight;
	uint64_t sort_last_ns; /* of the last packet merged */
};

/* writer_io.c: submitting and reaping writes. */
int writer_io_open(struct writer *w, struct errmsg *err);
void writer_io_submit(struct writer *w, struct pending *p);
void writer_io_reap(struct writer *w);
/* Sleeps until something completes, somebody wakes us or the time is over. */
void writer_io_wait(struct writer *w, uint64_t timeout_ns);
bool writer_io_write_now(struct writer *w, struct out_file *f, const uint8_t *data, uint32_t len,
			 uint64_t off);
/* Begins a sync that writer_durable_synced() hears of; false: there is no io_uring. */
bool writer_io_sync(struct writer *w, int fd, bool data_only, uint32_t what);

/* writer_file.c: names, rotation, headers, the end of a file. */
struct out_file *writer_file_for(struct writer *w, uint64_t first_ts_ns, uint32_t len);
void writer_file_room(struct writer *w, struct out_file *f, uint64_t len);
/* A write has failed with this errno: true when a file was removed, so that it is worth another. */
bool writer_file_make_room(struct writer *w, int error);
uint32_t writer_build_statistics(struct writer *w, bool whole_pages); /* in w->page; its length */
void writer_file_seal(struct writer *w);        /* no more data goes to the current file */
bool writer_file_finish_done(struct writer *w); /* closes sealed files whose writes are over */
void writer_fail(struct writer *w, int error, const char *what);
/*
 * Makes an open file ours and empty. -EBUSY: another capture is writing it (--force would have both
 * write over each other's packets).
 */
int writer_claim(int fd, const char *name);

/* writer_stream.c: copying into aligned buffers. */
int writer_stream_open(struct writer *w, struct errmsg *err);
bool writer_stream_room(const struct writer *w, uint32_t len);
/* Bytes that are taken for the current file and not yet on their way to it; compressed: about. */
uint64_t writer_stream_ahead(const struct writer *w);
/* Some bytes; the output is open. What must not be cut apart ends with a mark. */
void writer_stream_append(struct writer *w, const uint8_t *data, uint32_t len);
/* Here a record is whole: of so many packets, and as many bytes of theirs. */
void writer_stream_mark(struct writer *w, uint32_t packets, uint64_t cap_bytes);
/* A whole run, straight into the pipe. */
void writer_stream_pipe_run(struct writer *w, const uint8_t *run, uint32_t len, uint32_t packets,
			    uint64_t cap_bytes);
void writer_stream_prelude(struct writer *w);
void writer_stream_flush(struct writer *w, bool everything);
void writer_stream_idle(struct writer *w);

void writer_stream_end(struct writer *w); /* statistics, where the format has them */
/* The same one layer lower: bytes as they stand in the file. Returns how many found room. */
uint32_t writer_stream_bytes(struct writer *w, const uint8_t *data, uint32_t len);
/* A frame is whole, of so many packets; false: there is no room to note that. */
bool writer_stream_whole(struct writer *w, uint32_t packets, uint64_t cap_bytes, uint64_t held_end);

/*
 * writer_compress.c: records into pieces, pieces into frames, frames into the stream. A ring block
 * is held until the frames of its packets are in the file, so that a kill costs nothing; not where
 * its packets may go into several pieces: merged by time, or with so many in a file.
 */
int writer_compress_open(struct writer *w, struct errmsg *err);
bool writer_compress_room(const struct writer *w);
/* All packets of a block; those of a block without a file are lost. */
void writer_compress_block(struct writer *w, uint32_t ring, const uint8_t *run,
			   const struct block_entry *e);
void writer_compress_append(struct writer *w, const uint8_t *data, uint32_t len);
void writer_compress_mark(struct writer *w, uint32_t packets, uint64_t cap_bytes);
/* Ends the current piece where len bytes more would make it too long. */
void writer_compress_cut(struct writer *w, uint32_t len);
/* The current file gets no more: its last piece goes on its way. */
void writer_compress_seal(struct writer *w);
/* Frames that are done into the stream; what has waited long enough, on its way. */
bool writer_compress_step(struct writer *w);
bool writer_compress_busy(const struct writer *w);
uint64_t writer_compress_ahead(const struct writer *w);
/*
 * Where len bytes more would be too many for -C by a guess from little, waits until all frames of
 * what was taken are there, so that it is none.
 */
void writer_compress_learn(struct writer *w, uint64_t len);
/* What so many bytes become, going by those so far. */
uint64_t writer_compress_guess(const struct writer *w, uint64_t len);
/* A settlement that is about to be valid takes the blocks up to this place; or gives them back. */
void writer_compress_settling(struct writer *w, uint64_t held_end);
void writer_compress_release(struct writer *w, uint64_t held_end);

/* writer_durable.c: --durable, syncs beside the writes. */
void writer_durable_open(struct writer *w);
void writer_durable_wrote(struct writer *w, struct out_file *f, uint64_t len);
void writer_durable_step(struct writer *w);
/* How long we may sleep, at most timeout_ns. */
uint64_t writer_durable_timeout(const struct writer *w, uint64_t timeout_ns);
/* The last sync of a file that has ended; true: it is not over yet. */
bool writer_durable_ending(struct writer *w, struct out_file *f);
void writer_durable_named(struct writer *w); /* a name has come into the directory */
bool writer_durable_busy(const struct writer *w);
void writer_durable_synced(struct writer *w, uint32_t what, int res);

/* A block of a run; a packet, or something else that is passed over. */
struct writer_record {
	const uint8_t *block;
	uint32_t len;     /* bytes of the block */
	uint32_t cap_len; /* bytes of the packet */
	uint64_t ts_ns;
	bool packet;
};

/* writer_records.c */
bool writer_record_parse(const uint8_t *p, uint32_t left, struct writer_record *ret);
/* Into the file that is due for it. */
void writer_record_put(struct writer *w, const struct writer_record *r);
/* All packets of a run; where their block is held, all into the current file. */
void writer_records_put(struct writer *w, const uint8_t *run, uint32_t len);

/* writer_sort.c: merging the rings by time. Returns true when it moved something. */
bool writer_sort_step(struct writer *w, bool drain);

/* writer_summary.c */
int writer_summary_open(struct writer *w, struct errmsg *err);
/*
 * Takes what is worth a system call, after a pause all there is. With `everything` the file is
 * written to its end and closed.
 */
void writer_summary_drain(struct writer *w, bool everything);

/* writer_sandbox.c */
int writer_sandbox_identity(const struct writer_config *c, struct errmsg *err);
/* Files first, then threads, which it holds for as well, then system calls of all threads. */
int writer_sandbox_files(const struct writer_config *c, struct errmsg *err);
int writer_sandbox_calls(struct errmsg *err);

/* writer_start.c */
int writer_start(struct writer *w, struct errmsg *err);

/* writer.c */
struct pending *writer_push(struct writer *w);
void writer_wait_progress(struct writer *w); /* until a write completes, or a while */
void writer_release(struct writer *w, uint32_t ring);
/* What a completed write has brought is true, and its blocks are given back. */
void writer_account(struct writer *w, const struct pending *p);
void writer_count_lost(struct writer *w, enum loss_cause cause, uint64_t packets);
void writer_notify_main(void);

#endif
