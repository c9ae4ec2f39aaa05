/* pcapio/reader_internal.h -- what the reader and its formats share; for pcapio/ only. */
#ifndef PCAPIO_READER_INTERNAL_H
#define PCAPIO_READER_INTERNAL_H

#include "core/bytes.h"
#include "pcapio/reader.h"

/* What one format knows; `start` has the source at its first byte. */
struct reader_ops {
	int (*start)(struct reader *r, struct errmsg *err);
	int (*next)(struct reader *r, struct frame_view *ret, struct errmsg *err);
};

extern const struct reader_ops pcap_reader_ops;
extern const struct reader_ops pcapng_reader_ops;

struct reader {
	struct source *src;
	const struct reader_ops *ops;
	const char *format_name;
	size_t pending; /* bytes of the frame handed out last: taken at the next call */
	bool swapped;   /* the file's byte order is not ours */
	int failure;    /* sticky */
	struct errmsg failure_text;

	struct reader_interface *interfaces;
	size_t nr_interfaces, interfaces_size;

	/* pcapng */
	uint32_t section;
	size_t section_base; /* id of the section's first interface */

	/* pcap */
	uint32_t record_header; /* bytes before each packet */
	uint32_t tick_ns;
	bool lengths_swapped; /* before 2.3 the two lengths stood the other way round */
	bool lengths_unsure;  /* 2.3: both ways are met */
};

static inline uint16_t reader_u16(const struct reader *r, const uint8_t *p)
{
	const uint16_t v = load_u16(p);

	return r->swapped ? swap_u16(v) : v;
}

static inline uint32_t reader_u32(const struct reader *r, const uint8_t *p)
{
	const uint32_t v = load_u32(p);

	return r->swapped ? swap_u32(v) : v;
}

static inline uint64_t reader_u64(const struct reader *r, const uint8_t *p)
{
	const uint64_t v = load_u64(p);

	return r->swapped ? swap_u64(v) : v;
}

/* "NAME: offset N: ..." at the next byte of the source; returns code. */
int reader_fail(const struct reader *r, struct errmsg *err, int code, const char *fmt, ...)
	printf_like(4, 5);
/*
 * len bytes at *ret, or -errno; -EAGAIN without text as source_peek(); at the end of the file
 * -ENODATA, and `what` ("a packet") names what begins here and is cut short.
 */
int reader_need(struct reader *r, size_t len, const char *what, const uint8_t **ret,
		struct errmsg *err) must_check;
/*
 * At zeros where something else should be: files are allocated ahead of what is written to them, so
 * this is what a kill of the writing program leaves. Takes them, says how many there are, and
 * returns -ENODATA (or what read(2) failed with). If the file does not end with them and
 * `otherwise` is not 0, that is returned and err stays what it is.
 */
int reader_fail_zeros(struct reader *r, int otherwise, struct errmsg *err);
/* A new interface with the defaults filled in; -errno. The pointer lives until the next one is
 * added. */
int reader_add_interface(struct reader *r, struct reader_interface **ret,
			 struct errmsg *err) must_check;
/* The longest packet that readers of this link type accept. */
uint32_t reader_snaplen_max(uint16_t linktype);
/* Historic numbers of a link type become the one of the registry. */
uint16_t reader_linktype(uint16_t linktype);

#endif
