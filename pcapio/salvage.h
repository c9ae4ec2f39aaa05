/*
 * pcapio/salvage.h -- takes what is whole out of a capture file that is damaged.
 *
 * The file is read once, front to back: a pipe or a compressed file will do. Every whole block
 * (pcapng) or record (pcap) is handed on byte for byte, in order. Where the next one should be and
 * is not, the bytes are searched for the next place where one is: in pcapng at every multiple of
 * four, for a block with a possible length, the same length at its end, and content that fits its
 * section; in pcap at every byte, for a record header that fits the times around it and is followed
 * by others. Headers that are lost are made anew from what can be known.
 *
 * Of a compressed file a damaged frame gives what comes out of it before the damage is met; then
 * the file is searched for the next frame that decompresses to its end and has the right checksum,
 * and the content goes on there. A pipe ends with its first damaged frame.
 *
 * Time grows with the file's size and not with what is in it: each place is looked at a bounded
 * number of times. Memory is a window of SALVAGE_WINDOW bytes, rounded up to a power of two, and
 * what the section's interfaces need. Not thread-safe.
 */
#ifndef PCAPIO_SALVAGE_H
#define PCAPIO_SALVAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "pcapio/reader.h"
#include "pcapio/source.h"

enum {
	SALVAGE_STEP = 4 << 20, /* of a search: then the window moves on */
	SALVAGE_WINDOW = SALVAGE_STEP + READER_BLOCK_MAX + 64,
	SALVAGE_REGIONS_MAX = 1000,    /* later ones are counted only */
	SALVAGE_INTERFACES_MAX = 1024, /* of a section, that are made anew */
};

/* Why bytes were left out. */
enum salvage_reason {
	SALVAGE_ZEROS,      /* never written */
	SALVAGE_CUT,        /* the file ends inside a block or record */
	SALVAGE_HEADER,     /* of the file, the section: it is not one */
	SALVAGE_LENGTH,     /* not possible */
	SALVAGE_LENGTHS,    /* the one at the block's end is another */
	SALVAGE_CONTENT,    /* the frame is whole, what is inside cannot be */
	SALVAGE_INTERFACE,  /* a packet of an interface that is not described */
	SALVAGE_RECORD,     /* pcap: no record header, or one whose length leads nowhere */
	SALVAGE_UNREADABLE, /* the source ended: salvage_report's failure says why */
	SALVAGE_NR,
};

struct salvage_region {
	uint64_t offset, len; /* in the file, decompressed */
	enum salvage_reason reason;
};

/* Damaged frames: from where the first one begins to where a whole one does, or the file's end. */
struct salvage_hole {
	uint64_t offset, len; /* in the file as it is, compressed */
};

struct salvage_report {
	enum reader_format format; /* READER_UNKNOWN: nothing was found */
	uint64_t packets, blocks;  /* saved; blocks includes the packets, 0 of a pcap file */
	uint64_t bytes;            /* saved */
	uint64_t lost_bytes;
	uint64_t nr_regions;
	uint64_t reasons[SALVAGE_NR]; /* regions by reason */
	struct salvage_region regions[SALVAGE_REGIONS_MAX];
	bool header_made;         /* the file header, or the first section's */
	uint64_t sections_made;   /* further section headers made anew */
	uint64_t interfaces_made; /* descriptions made anew */
	uint16_t linktype_made;   /* of these, and of the file header */
	uint8_t tsresol_made;     /* 10^-n, of the same */
	int failure;              /* of the source, the first: e.g. -EBADMSG, a damaged frame */
	struct errmsg failure_text;
	bool ends_early; /* nothing whole is known behind the source's last failure */
	uint64_t nr_holes, hole_bytes;
	struct salvage_hole holes[SALVAGE_REGIONS_MAX];
	bool stopped;
};

struct salvage_options {
	int linktype; /* for headers that are made anew; -1: as the file's others, or Ethernet */
	/*
	 * Takes saved bytes, borrowed for the call. 0, or what salvage() then returns. NULL: nobody
	 * wants them.
	 */
	int (*put)(void *context, const uint8_t *bytes, size_t len);
	/* Asked every few thousand blocks, and in a long search. True: stop here. May be NULL. */
	bool (*stop)(void *context, const struct salvage_report *so_far);
	void *context;
};

/*
 * 0: look at the report (a file of which nothing could be saved is in there, too); -ENOMEM with a
 * text, or what put() returned. The source is left at its end and stays the caller's.
 */
int salvage(struct source *src, const struct salvage_options *o, struct salvage_report *ret,
	    struct errmsg *err) must_check;
/* "zeros", "the file ends inside it", ... */
const char *salvage_reason_text(enum salvage_reason reason);
/* For scripts: "zeros", "cut", ... */
const char *salvage_reason_name(enum salvage_reason reason);

#endif
