/*
 * pcapio/spool.h -- a single-producer single-consumer byte ring of typed records in shared memory.
 *
 * The data area is mapped twice in a row, so no record wraps. Positions count bytes for ever and
 * are masked on use. A record starts with a word that holds its payload length and two bits: BUSY
 * while the producer fills it, DISCARD when it gave it up. The length word is stored with release
 * at commit and loaded with acquire by the consumer; the consumer's position is stored with release
 * when it has done with the bytes and loaded with acquire by the producer before it reuses them.
 */
#ifndef PCAPIO_SPOOL_H
#define PCAPIO_SPOOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"

enum spool_record_type {
	SPOOL_SUMMARY = 1, /* struct summary */
	SPOOL_EXTRA = 2,   /* struct summary_extra, of the summary before it */
	SPOOL_BLOCK_MARK = 3,
	SPOOL_TEXT = 4,   /* struct spool_text, then a rendered line */
	SPOOL_FILLER = 5, /* zeros; only in files, up to where a run of whole pages can start */
};

#define SPOOL_BUSY    (1u << 31)
#define SPOOL_DISCARD (1u << 30)
#define SPOOL_LEN     (SPOOL_DISCARD - 1)

enum { SPOOL_AHEAD = 512 }; /* bytes: some records */

/* In front of every payload; the same in memory and in summary files. */
struct spool_record {
	_Atomic uint32_t word; /* payload bytes and the bits above */
	uint16_t type;
	uint16_t reserved;
};

/* After the last summary of a block: which packets of the file the summaries before it speak of. */
struct spool_block_mark {
	uint32_t ring;
	uint32_t packets;
	uint64_t block_seq; /* of this ring, from 0 */
	uint64_t first_ts_ns, last_ts_ns;
};

/* In front of the text of a SPOOL_TEXT record. */
struct spool_text {
	uint64_t ts_ns;
};

/* The first page of a spool in the segment. */
struct spool_header {
	_Atomic uint64_t produced cacheline_aligned; /* by the producer */
	_Atomic uint64_t consumed cacheline_aligned; /* by the consumer */
	_Atomic uint32_t consumer_sleeping;          /* by the consumer */
};

/* One side's private view. */
struct spool {
	struct spool_header *header;
	uint8_t *data;      /* mapped twice: data[i] and data[i + size] are the same byte */
	uint64_t size;      /* power of two */
	uint64_t pos;       /* producer: end of the last reservation; consumer: next byte to read */
	uint64_t other;     /* the last seen position of the other side */
	uint64_t published; /* producer: value of header->produced */
};

/* Maps the spool whose header page is at `off` of fd. The two views of one process are independent.
 */
int spool_map(int fd, uint64_t off, uint64_t data_len, struct spool *ret,
	      struct errmsg *err) must_check;
void spool_unmap(struct spool *s);

/*
 * Producer: room for a payload of len bytes, 8-aligned, or NULL when the spool is full (the caller
 * counts the loss). Commit or discard before the next reservation.
 */
static inline void *spool_reserve(struct spool *s, uint32_t len, uint16_t type)
{
	const uint64_t need = sizeof(struct spool_record) + (((uint64_t)len + 7) & ~7ull);
	struct spool_record *rec;

	if (unlikely(s->pos + need - s->other > s->size)) {
		/* Pairs with spool_consume(): the consumer has read what we are about to overwrite.
		 */
		s->other = atomic_load_explicit(&s->header->consumed, memory_order_acquire);
		if (s->pos + need - s->other > s->size)
			return NULL;
	}
	rec = (struct spool_record *)(s->data + (s->pos & (s->size - 1)));
	/*
	 * A lap ago these lines left the caches. Stores leave the CPU in order, so one that waits
	 * for its line holds up everything behind it.
	 */
	__builtin_prefetch((const uint8_t *)rec + SPOOL_AHEAD, 1);
	__builtin_prefetch((const uint8_t *)rec + SPOOL_AHEAD + 64, 1);
	atomic_store_explicit(&rec->word, len | SPOOL_BUSY, memory_order_relaxed);
	rec->type = type;
	rec->reserved = 0;
	s->pos += need;
	return rec + 1;
}

/* Producer: gives back what the last reservation did not need; len bytes of payload remain. */
static inline void spool_shrink(struct spool *s, void *payload, uint32_t len)
{
	struct spool_record *rec = (struct spool_record *)payload - 1;
	const uint32_t had = atomic_load_explicit(&rec->word, memory_order_relaxed) & SPOOL_LEN;

	s->pos -= ((had + 7ull) & ~7ull) - ((len + 7ull) & ~7ull);
	atomic_store_explicit(&rec->word, len | SPOOL_BUSY, memory_order_relaxed);
}

static inline void spool_commit_word(void *payload, uint32_t flags)
{
	struct spool_record *rec = (struct spool_record *)payload - 1;
	const uint32_t len = atomic_load_explicit(&rec->word, memory_order_relaxed) & SPOOL_LEN;

	/* Pairs with the acquire in spool_peek(): the payload is whole when BUSY is gone. */
	atomic_store_explicit(&rec->word, len | flags, memory_order_release);
}

static inline void spool_commit(void *payload)
{
	spool_commit_word(payload, 0);
}

static inline void spool_discard(void *payload)
{
	spool_commit_word(payload, SPOOL_DISCARD);
}

/*
 * Producer: makes everything reserved so far visible (once per block, not per record) and returns
 * true when the consumer sleeps and must be woken.
 */
bool spool_publish(struct spool *s);

/* Consumer: one record in place. */
struct spool_item {
	const uint8_t *payload;
	uint32_t len;
	uint16_t type;
};

/*
 * Consumer: the next committed record, 1; nothing there, 0; -EPROTO when the lengths lie (the spool
 * is then useless). Discarded records are passed over. Valid until spool_consume().
 */
int spool_peek(struct spool *s, struct spool_item *ret);

/*
 * Consumer: whole committed records from here on as one run of bytes, at most max; the same bytes
 * may be written to a file as they are. 0: nothing. A discarded record ends the run before it.
 */
int64_t spool_peek_run(struct spool *s, uint64_t max, const uint8_t **ret);

/*
 * Consumer: the same, for a producer that publishes nothing that it still fills: what is published
 * is not looked at where all of it fits into max. Discarded records may be in it; they say so.
 */
int64_t spool_peek_published(struct spool *s, uint64_t max, const uint8_t **ret);

/* Consumer: gives back everything that was peeked. */
void spool_consume(struct spool *s);
/* Consumer: gives back what lies before pos, and goes on there if it is not beyond it yet. */
void spool_consume_to(struct spool *s, uint64_t pos);

#endif
