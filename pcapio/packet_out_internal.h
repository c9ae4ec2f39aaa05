/* pcapio/packet_out_internal.h -- what the parts of packet_out share; for pcapio/ only. */
#ifndef PCAPIO_PACKET_OUT_INTERNAL_H
#define PCAPIO_PACKET_OUT_INTERNAL_H

#include "pcapio/out_stream.h"
#include "pcapio/packet_out.h"

/* An interface of an input in the output. */
struct out_interface {
	uint32_t id; /* plus one; 0: not described yet */
};

struct out_input {
	struct out_interface *interfaces; /* by the reader's number */
	size_t nr;
};

/* How pcapng comes about: known with the first call that brings something. */
enum out_mode {
	OUT_UNDECIDED,
	OUT_VERBATIM,    /* sections, byte orders and blocks as they are in the only input */
	OUT_ONE_SECTION, /* everything in a section of ours */
};

/*
 * What is kept until our section header is written, which is with the first packet: by then each
 * input's has mostly come by.
 */
struct out_header {
	bool holding; /* what is put goes to `blocks` */
	bool written;
	uint8_t *options; /* of a section header, our byte order */
	size_t len;
	/* shb_hardware and shb_os, where all that have come so far say the same; else "" */
	char *hardware, *os;
	uint8_t *blocks; /* that go behind it */
	size_t blocks_len, blocks_size;
};

/* An interface as it was described, for others that are the same. */
struct out_description {
	uint32_t id, len;
	uint32_t next; /* in its bucket, plus one; 0: the last */
	uint8_t *bytes;
};

enum { OUT_DESCRIPTION_BUCKETS = 4096 };

struct packet_out {
	const char *path;
	int fd;
	bool created;
	bool own_file; /* a regular one, and empty */
	enum packet_format format;
	uint32_t snaplen;
	int resolution; /* -1: as it was */
	struct packet_out_counts counts;
	struct out_stream *stream;
	bool has_linktype_given;
	uint16_t linktype_given;
	uint8_t *scratch; /* for blocks larger than OUT_STREAM_ROOM */
	size_t scratch_size;

	/* classic pcap */
	uint32_t linktype; /* PACKET_OUT_NO_LINKTYPE: nothing is written yet */

	/* pcapng */
	enum out_mode mode;
	bool one_section; /* asked for */
	struct out_header header;
	uint32_t nr_interfaces;   /* of the section that is being written */
	uint32_t first_interface; /* verbatim: the reader's number of its first */
	bool in_section;          /* verbatim */
	struct out_input *inputs;
	size_t nr_inputs;
	bool same_interfaces;
	struct out_description *descriptions; /* only with same_interfaces */
	uint32_t *description_buckets;        /* by the hash of the bytes: index plus one */
	size_t nr_descriptions, descriptions_size, descriptions_bytes;
};

#define PACKET_OUT_NO_LINKTYPE (UINT16_MAX + 1u)

/* Opens the file that the options name: fd, path and created of out. 0 or -errno. */
int packet_out_open_file(struct packet_out *out, const struct packet_out_options *o,
			 struct errmsg *err) must_check;

/* Straight into the stream. */
static inline must_check int packet_out_put(struct packet_out *o, const void *data, size_t len,
					    struct errmsg *err)
{
	return out_stream_put(o->stream, data, len, err);
}

/*
 * len contiguous bytes to be filled in and taken by packet_out_take(): of the stream's buffer, or
 * of the scratch, when they are many.
 */
int packet_out_room(struct packet_out *o, size_t len, uint8_t **ret, struct errmsg *err) must_check;
int packet_out_take(struct packet_out *o, const uint8_t *room, size_t len,
		    struct errmsg *err) must_check;

/* len bytes that are in order: the same, from memory of the caller's. */
int packet_out_append(struct packet_out *o, const uint8_t *p, size_t len,
		      struct errmsg *err) must_check;

/* ---- classic ---- */

int packet_out_pcap_add(struct packet_out *o, const struct reader *r, const struct frame_view *f,
			const struct reader_block *block, struct errmsg *err) must_check;
void packet_out_pcap_block(struct packet_out *o, const struct reader_block *block);
int packet_out_pcap_describe(struct packet_out *o, const struct reader *r,
			     struct errmsg *err) must_check;
/* A file header at least. */
int packet_out_pcap_finish(struct packet_out *o, struct errmsg *err) must_check;

/* ---- pcapng: as the functions of packet_out.h ---- */

int packet_out_pcapng_add(struct packet_out *o, size_t input, const struct reader *r,
			  const struct frame_view *f, const struct reader_block *block,
			  struct errmsg *err) must_check;
int packet_out_pcapng_block(struct packet_out *o, size_t input, const struct reader *r,
			    const struct reader_block *block, struct errmsg *err) must_check;
int packet_out_pcapng_describe(struct packet_out *o, size_t input, const struct reader *r,
			       struct errmsg *err) must_check;
/* A section header at least. */
int packet_out_pcapng_finish(struct packet_out *o, struct errmsg *err) must_check;

/* ---- one section of ours: packet_out_section.c ---- */

/* Keeps what a section header of an input says for ours. 0 or -ENOMEM. */
int packet_out_header_add(struct packet_out *o, const struct reader_block *block,
			  struct errmsg *err) must_check;
/* From now on what is put waits for the section header. */
void packet_out_header_hold(struct packet_out *o);
/* Writes our section header and what waits for it, once. */
int packet_out_header_write(struct packet_out *o, struct errmsg *err) must_check;
/* *ret is the output's number of an interface, described from what the reader knows if no block has
 * done so before. */
int packet_out_interface(struct packet_out *o, size_t input, const struct reader *r, uint32_t id,
			 uint32_t *ret, struct errmsg *err) must_check;
/*
 * The description of an interface is ready in `bytes` (of room, or of the caller's): appended under
 * the next number, or found to be the same as one before.
 */
int packet_out_interface_put(struct packet_out *o, struct out_interface *slot, const uint8_t *bytes,
			     size_t len, struct errmsg *err) must_check;
/* Room for the number of this interface; *ret NULL is -ENOMEM. */
int packet_out_interface_slot(struct packet_out *o, size_t input, uint32_t id,
			      struct out_interface **ret, struct errmsg *err) must_check;
void packet_out_section_free(struct packet_out *o);

#endif
