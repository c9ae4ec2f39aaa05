/*
 * pcapio/packet_out.h -- packets of other files into a new one: pcapng or classic pcap, compressed
 * or not.
 *
 * Buffered: full buffers are compressed and written by threads of their own. The calls below come
 * from one thread. Of pcapng into pcapng everything survives: with a single input each block is
 * copied byte for byte, its sections with their byte orders, and only what was asked to change
 * does; with several, interfaces get numbers of one section in our byte order, and blocks are
 * rewritten to it, options and all. Where an input has no blocks (classic pcap), or the output,
 * what a frame and its reader's interface tell is kept: link type, direction, reception, checksum
 * state, hash, queue.
 */
#ifndef PCAPIO_PACKET_OUT_H
#define PCAPIO_PACKET_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/frame.h"
#include "pcapio/codec.h"
#include "pcapio/reader.h"

struct packet_out;

enum packet_format {
	PACKET_FORMAT_PCAPNG,
	PACKET_FORMAT_PCAP,    /* microseconds */
	PACKET_FORMAT_PCAP_NS, /* nanoseconds */
};

struct packet_out_options {
	const char *path; /* "-" is standard output; borrowed */
	enum packet_format format;
	enum codec codec;
	int level;        /* of compression; 0: the default */
	uint32_t threads; /* of compression; 0: by the CPUs */
	bool force;       /* a file of that name may be replaced */
	uint32_t snaplen; /* longer packets are cut; 0: none are */
	/* pcapng: time stamps of all interfaces in 10^-n seconds; -1: each as it was read. */
	int resolution;
	size_t nr_inputs;
	const char *const *inputs; /* their paths: none of them may be what is written */
	/* pcapng: blocks come in another order than their file's (sorted by time), so that they
	 * cannot keep their sections: all goes into one, as of several inputs. */
	bool one_section;
	/* pcapng, one section: an interface that is described as another before (link type,
	 * snaplen, options) is that one. */
	bool same_interfaces;
	/* Every interface is written with this link type; the caller has seen to the packets. */
	bool linktype_given;
	uint16_t linktype;
	/* One of up to some hundred that are open at a time: one small buffer, written (and
	 * compressed, with one compressor for all of them) in the caller's thread. */
	bool many;
};

/*
 * By a name: NAME.pcap[.gz|.zst|.lz4|.xz] is classic, all else pcapng ("-" too); `nano` makes
 * classic count in nanoseconds. Sets format and codec.
 */
void packet_out_by_name(const char *path, bool nano, struct packet_out_options *ret);

/* 0 or -errno; -EEXIST says how to replace the file. */
int packet_out_open(const struct packet_out_options *o, struct packet_out **ret,
		    struct errmsg *err) must_check;
/*
 * Appends a frame that r, the reader of that input, has delivered; block is reader_block(r) of that
 * moment or a copy of it, or NULL: then only what the frame tells is written. Where there is a
 * block the output has its bytes: of the frame only the times, for classic pcap, and lengths are
 * looked at. 0, -EPIPE without text when nobody reads any more, -EINVAL a classic file cannot hold
 * its link type, -ERANGE nor its time, -errno of a write.
 */
int packet_out_add(struct packet_out *o, size_t input, const struct reader *r,
		   const struct frame_view *f, const struct reader_block *block,
		   struct errmsg *err) must_check;
/*
 * A block that is no packet, as reader_next_any() stops at it (READER_BLOCK): kept where the output
 * can hold it, else counted. To be called for every one, section headers and interfaces included.
 * Fillers (PCAPNG_FILLER, PCAPNG_RING_HEAD) are left out. As packet_out_add().
 */
int packet_out_block(struct packet_out *o, size_t input, const struct reader *r,
		     const struct reader_block *block, struct errmsg *err) must_check;
/*
 * Describes the interfaces of this input whether or not packets of them are written: for a file
 * that would hold nothing else. As packet_out_add().
 */
int packet_out_describe(struct packet_out *o, size_t input, const struct reader *r,
			struct errmsg *err) must_check;
/* Writes what is buffered (a compressed file's last frame ends early). As packet_out_add(). */
int packet_out_flush(struct packet_out *o, struct errmsg *err) must_check;

struct packet_out_counts {
	uint64_t packets;
	uint64_t bytes;      /* put in so far, before compression */
	uint64_t cut;        /* packets that snaplen has shortened */
	uint64_t times_lost; /* packets whose time stamp lost digits to a coarser resolution */
	/* Blocks that the output has no place for: in classic pcap all but packets, sections and
	 * interfaces; where blocks are rewritten, those that are not to be copied (0x40000BAD),
	 * and unknown ones of the other byte order. */
	uint64_t blocks_lost;
	/* Packets and blocks that lost options: classic pcap has none; where blocks are rewritten,
	 * those that are not to be copied, and unknown ones of the other byte order. Of a section
	 * that becomes part of ours: its comments, when packets came before. */
	uint64_t options_lost;
	/* Packets written with time 0: they have none, or, in classic pcap, one before 1970. */
	uint64_t no_time;
};
struct packet_out_counts packet_out_counts(const struct packet_out *o);
/*
 * Flushes and closes: 0 or as packet_out_add(), also of a write that failed before. The object is
 * gone in any case. NULL is fine. With `discard` a new file without a packet is removed, for
 * whoever failed before the first.
 */
int packet_out_close(struct packet_out *o, bool discard, struct errmsg *err) must_check;

#endif
