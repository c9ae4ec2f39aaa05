/*
 * pcapio/reader.h -- packets out of a capture file or a stream: pcap and pcapng, every byte order.
 *
 * A frame borrows the reader's buffer: it is valid until the next reader_next() or reader_close().
 * Memory is bounded by the largest block of the file (at most READER_BLOCK_MAX) and by
 * READER_INTERFACES_MAX interfaces. Not thread-safe; readers are independent of each other.
 */
#ifndef PCAPIO_READER_H
#define PCAPIO_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/frame.h"
#include "pcapio/source.h"

enum {
	READER_BLOCK_MAX = 64 << 20,   /* a larger pcapng block is a lie, not a packet */
	READER_INTERFACES_MAX = 65536, /* over all sections of a file */
	READER_STRING_MAX = 1024,      /* names and descriptions are cut here */
};

struct reader;

/* Counters of an Interface Statistics Block: a bit of `present` per field, in this order. */
enum reader_statistic {
	READER_RECEIVED,
	READER_DROPPED, /* by the interface */
	READER_FILTER_ACCEPTED,
	READER_OS_DROPPED,
	READER_DELIVERED,
	READER_NR_STATISTICS,
};

struct reader_statistics {
	uint64_t nr_blocks; /* statistics blocks seen; 0: nothing below is set */
	uint64_t ts_ns;     /* of the last one */
	uint64_t value[READER_NR_STATISTICS];
	uint32_t present; /* bit 1 << enum reader_statistic */
};

/* Owned by the reader, valid until the next reader_next(). Strings are NULL where the file is
 * silent. */
struct reader_interface {
	char *name, *description, *filter, *hardware, *os;
	uint64_t speed;     /* bit/s, 0 = unknown */
	uint64_t packets;   /* read so far */
	uint64_t dropcount; /* sum of the packets' own drop counts */
	int64_t tsoffset;   /* seconds added to each time stamp */
	uint32_t snaplen;   /* 0 = no limit */
	uint32_t section;   /* 0 for the first section of the file */
	uint16_t linktype;  /* LINKTYPE_* */
	uint8_t tsresol;    /* pcapng's if_tsresol: 10^-n, or 2^-n with the top bit set */
	uint8_t fcs_len; /* bytes of frame check sequence at the end of each packet, 0 = none known
			  */
	struct reader_statistics statistics;
};

enum reader_format {
	READER_UNKNOWN,
	READER_PCAP,
	READER_PCAPNG,
	READER_SUMMARIES, /* ours: pcapio/summary_file.h reads it */
};

/* Looks at the source's first bytes without taking them. 0 or -errno. */
int reader_detect(struct source *src, enum reader_format *ret, struct errmsg *err) must_check;

/*
 * Opens a file ("-" is standard input) and reads its header. 0, or -errno with *ret untouched:
 * -EBADMSG it lies, -ENODATA it ends too early, -EOPNOTSUPP a format or version that is not read.
 */
int reader_open(const char *path, struct reader **ret, struct errmsg *err) must_check;
/* The same over a source, which the reader owns from now on, also when this fails. */
int reader_open_source(struct source *src, struct reader **ret, struct errmsg *err) must_check;
/* The same over memory that must outlive the reader. */
int reader_open_memory(const void *data, size_t len, struct reader **ret,
		       struct errmsg *err) must_check;

/*
 * 1 = a frame, 0 = the end, -errno as above: the text names the offset and the reason, every packet
 * before it has been delivered, and each further call returns the same error.
 * ifindex is the interface's id for reader_interface(): counted on over the sections of the file.
 * ts_ns is 0 for a packet without a time stamp (pcapng's simple packets).
 * -EAGAIN, only after source_never_wait(): the next packet is not there yet; no text, not sticky.
 */
int reader_next(struct reader *r, struct frame_view *ret, struct errmsg *err) must_check;

/* NULL for an id that the file has not described (yet). */
const struct reader_interface *reader_interface(const struct reader *r, uint32_t id);
size_t reader_nr_interfaces(const struct reader *r);
const char *reader_name(const struct reader *r);
/* Bytes of the file that have been read. */
uint64_t reader_offset(const struct reader *r);
const char *reader_format_name(const struct reader *r); /* "pcap", "pcap (ns)", "pcapng", ... */

/* Always 0: nothing can be lost. NULL is fine. */
int reader_close(struct reader *r);

#endif
