/*
 * pcapio/packet_out.h -- packets of other files into a new one: pcapng, or classic pcap.
 *
 * Buffered: full buffers are written by a thread of its own. The calls below come from one thread.
 * What a frame and its reader's interface tell is kept: in pcapng the
 * interfaces that packets come from, with their link types, and each packet's direction, reception,
 * checksum state, hash and queue.
 */
#ifndef PCAPIO_PACKET_OUT_H
#define PCAPIO_PACKET_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/frame.h"
#include "pcapio/reader.h"

struct packet_out;

struct packet_out_options {
	const char *path; /* "-" is standard output; borrowed */
	bool pcap;        /* classic */
	bool nano;        /* of classic: nanoseconds */
	bool force;       /* a file of that name may be replaced */
	size_t nr_inputs;
	const char *const *inputs; /* their paths: none of them may be what is written */
};

/* 0 or -errno; -EEXIST says how to replace the file. */
int packet_out_open(const struct packet_out_options *o, struct packet_out **ret,
		    struct errmsg *err) must_check;
/*
 * Appends a frame that r, the reader of that input, has delivered. 0, -EPIPE without text when
 * nobody reads any more, -EINVAL a classic file cannot hold it, -errno of a write.
 */
int packet_out_add(struct packet_out *o, size_t input, const struct reader *r,
		   const struct frame_view *f, struct errmsg *err) must_check;
/*
 * Describes the interfaces of this input whether or not packets of them are written: for a file
 * that would hold nothing else. As packet_out_add().
 */
int packet_out_describe(struct packet_out *o, size_t input, const struct reader *r,
			struct errmsg *err) must_check;
/* Writes what is buffered. As packet_out_add(). */
int packet_out_flush(struct packet_out *o, struct errmsg *err) must_check;
/*
 * Flushes and closes: 0 or as packet_out_add(), also of a write that failed before. The object is
 * gone in any case. NULL is fine. With `discard` a new file without a packet is removed, for
 * whoever failed before the first.
 */
int packet_out_close(struct packet_out *o, bool discard, struct errmsg *err) must_check;

#endif
