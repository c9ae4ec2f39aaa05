/*
 * pcapio/reader.h -- packets out of a capture file or a stream: pcap and pcapng, every byte order.
 *
 * A frame borrows the reader's buffer: it is valid until the next reader_next() or reader_close().
 * Memory is bounded, whatever the file claims: by its largest block, at most READER_BLOCK_MAX, and
 * READER_DESCRIPTIONS_MAX for all that it says of its interfaces and sections. Not thread-safe;
 * readers are independent of each other.
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
	READER_BLOCK_MAX = 16 << 20,   /* a larger pcapng block is refused; libpcap does so too */
	READER_INTERFACES_MAX = 65536, /* over all sections of a file; more are refused */
	READER_SECTIONS_MAX = 4096,    /* later ones are read, but reader_section() is NULL */
	READER_STRING_MAX = 1024,      /* names and descriptions are cut here */
	/* Bytes of the two structures below and their strings; a file that has more is refused. */
	READER_DESCRIPTIONS_MAX = 16 << 20,
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
	uint64_t nr_blocks;        /* statistics blocks seen; 0: nothing below is set */
	uint64_t ts_ns;            /* of the last one */
	uint64_t start_ns, end_ns; /* of the capture; 0: not said */
	uint64_t value[READER_NR_STATISTICS];
	uint32_t present; /* bit 1 << enum reader_statistic */
};

/* Owned by the reader, valid until the next reader_next(). Strings are NULL where the file is
 * silent. Options of a wrong length are as if they were not there, tsresol and tsoffset excepted:
 * without them no time stamp is right, and the file is refused. */
struct reader_interface {
	char *name, *description, *filter, *hardware, *os;
	char *comment;               /* several: one a line */
	char *timezone;              /* "Europe/Berlin" (if_iana_tzname) */
	char *addresses;             /* "192.0.2.1/24 2001:db8::1/64" */
	uint64_t speed;              /* bit/s, 0 = unknown */
	uint64_t tx_speed, rx_speed; /* where they differ */
	uint64_t packets;            /* read so far */
	uint64_t dropcount;          /* sum of the packets' own drop counts */
	uint64_t times_cut;          /* packets before 1970 or after 2554: given as these ends */
	int64_t tsoffset;            /* seconds added to each time stamp */
	uint32_t tick_ns;  /* of a time stamp; 0: not a whole number, or an offset is added */
	uint32_t snaplen;  /* 0 = no limit */
	uint32_t section;  /* 0 for the first section of the file */
	uint16_t linktype; /* LINKTYPE_* */
	uint8_t tsresol;   /* pcapng's if_tsresol: 10^-n, or 2^-n with the top bit set */
	uint8_t fcs_len; /* bytes of frame check sequence at the end of each packet, 0 = none known
			  */
	bool has_mac, has_eui;
	uint8_t mac[6], eui[8];
	struct reader_statistics statistics;
};

/* A section of a pcapng file, as its header tells; owned and strings as above. */
struct reader_section {
	char *hardware, *os, *application;
	char *comment;            /* several: one a line */
	uint64_t offset;          /* of the header in the file, decompressed */
	uint64_t length;          /* claimed, of the blocks behind it; UINT64_MAX: not said */
	uint32_t first_interface; /* for reader_interface() */
	uint32_t nr_interfaces;   /* so far */
	uint16_t major, minor;
	bool swapped; /* its byte order is not ours */
};

/* A block of a pcapng file as it stands there: for whoever passes it on, options and all. */
struct reader_block {
	const uint8_t *bytes;  /* len bytes, type and length first, length again last; the file's
				  byte order */
	uint64_t offset;       /* in the file, decompressed */
	uint32_t type, len;    /* in ours */
	uint32_t section;      /* 0 for the first of the file */
	uint32_t interface_id; /* as frame_view's ifindex; READER_NO_INTERFACE */
	bool swapped;          /* the section's byte order is not ours */
};

#define READER_NO_INTERFACE UINT32_MAX

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
 * -EBADMSG it lies, -ENODATA it ends too early, -EOPNOTSUPP a format or version that is not read,
 * -E2BIG it may be right, and is more than is kept in memory.
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

enum reader_item { READER_FRAME = 1, READER_BLOCK = 2 };

/*
 * As reader_next(), and stops at the other blocks of a pcapng file too: READER_FRAME with the
 * frame, or READER_BLOCK, which leaves ret alone, for every section header (the first included),
 * interface description, statistics, names, secrets, custom, local-use and unknown block, fillers
 * included. What the reader itself learns of them is up to date then.
 */
int reader_next_any(struct reader *r, struct frame_view *ret, struct errmsg *err) must_check;
/* The block of what was handed out last, valid as long; NULL: classic pcap has none, and neither
 * have the end and an error. */
const struct reader_block *reader_block(const struct reader *r);

/* NULL for an id that the file has not described (yet). */
const struct reader_interface *reader_interface(const struct reader *r, uint32_t id);
size_t reader_nr_interfaces(const struct reader *r);
/*
 * NULL for a number that the file has not reached, from READER_SECTIONS_MAX on, and for classic
 * pcap. The first is there as soon as the file is open.
 */
const struct reader_section *reader_section(const struct reader *r, uint32_t section);
/* Sections so far, those that are not described included; 0: classic pcap. */
uint32_t reader_nr_sections(const struct reader *r);
const char *reader_name(const struct reader *r);
/* Bytes of the file that have been read. */
uint64_t reader_offset(const struct reader *r);
/* Bytes that the item handed out last takes up from there, its header included. */
size_t reader_item_size(const struct reader *r);
const char *reader_format_name(const struct reader *r); /* "pcap", "pcap (ns)", "pcapng", ... */

/* Always 0: nothing can be lost. NULL is fine. */
int reader_close(struct reader *r);

#endif
