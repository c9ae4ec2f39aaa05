/* pcapio/reader_internal.h -- what the reader and its formats share; for pcapio/ only. */
#ifndef PCAPIO_READER_INTERNAL_H
#define PCAPIO_READER_INTERNAL_H

#include "core/bytes.h"
#include "pcapio/pcapng_options.h"
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
	size_t described; /* bytes of READER_DESCRIPTIONS_MAX that are taken */

	/* pcapng */
	uint64_t seek_from; /* reader_seek_time() has nothing to look at before this offset */
	bool any;           /* this call of next() stops at every block */
	bool has_block;     /* `block` is what was handed out */
	struct reader_block block;
	struct reader_section *sections;
	uint32_t nr_sections, sections_size; /* described ones */
	uint32_t section;                    /* the current one, from 0 */
	size_t section_base;                 /* id of its first interface */

	/* pcap */
	const struct pcap_kind *kind;
	bool lengths_swapped; /* before 2.3 the two lengths stood the other way round */
	bool lengths_unsure;  /* 2.3: both ways are met */
	uint8_t *cooked;      /* a packet behind the header that its file leaves out, or NULL */
	size_t cooked_size;
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
/* Takes n of READER_DESCRIPTIONS_MAX, for what is about to be kept. 0 or -errno. */
int reader_describe(struct reader *r, size_t n, struct errmsg *err) must_check;
/* The blocks of pcapng that describe: pcapng_describe.c. Each checks its block's length. */
int pcapng_read_section(struct reader *r, const struct reader_block *b,
			struct errmsg *err) must_check;
int pcapng_read_interface(struct reader *r, const struct reader_block *b,
			  struct errmsg *err) must_check;
int pcapng_read_statistics(struct reader *r, const struct reader_block *b,
			   struct errmsg *err) must_check;
/* As pcapng_options_next(), with the reason in words. */
int pcapng_next_option(const struct reader *r, struct pcapng_options *options,
		       struct pcapng_option_view *ret, struct errmsg *err) must_check;
/*
 * A time stamp in units of if_tsresol. Those beyond what 64 bits of nanoseconds hold (before 1970,
 * after 2554) stick at the ends.
 */
uint64_t pcapng_ticks_to_ns(const struct reader_interface *iface, uint64_t ticks);
/* Is that time one of the two ends, because 64 bits do not hold it? */
bool pcapng_ticks_cut(const struct reader_interface *iface, uint64_t ticks);

/* Two words, the high one first, in either byte order. */
static inline uint64_t reader_ticks(const struct reader *r, const uint8_t *p)
{
	return (uint64_t)reader_u32(r, p) << 32 | reader_u32(r, p + 4);
}

/* The section's interface, or NULL. */
static inline struct reader_interface *section_interface(const struct reader *r, uint32_t id)
{
	return id < r->nr_interfaces - r->section_base ? &r->interfaces[r->section_base + id]
						       : NULL;
}

/* The longest packet that readers of this link type accept. */
uint32_t reader_snaplen_max(uint16_t linktype);
/* Historic numbers of a link type become the one of the registry. */
uint16_t reader_linktype(uint16_t linktype);

#endif
