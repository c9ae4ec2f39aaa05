/* pcapio/spool.c -- mapping a spool, and the side that reads it. */
#include "pcapio/spool.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "core/bytes.h"

enum { SPOOL_PAGE = 4096 };

int spool_map(int fd, uint64_t off, uint64_t data_len, struct spool *ret, struct errmsg *err)
{
	uint8_t *base, *again;

	if (data_len < SPOOL_PAGE || data_len & (data_len - 1))
		return errmsg_set(err, -EINVAL, "spool of %llu bytes: not a power of two of pages",
				  (unsigned long long)data_len);
	/* Reserve the whole range first, so that the second view lands right behind the first. */
	base = mmap(NULL, SPOOL_PAGE + 2 * data_len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		return errmsg_set(err, -errno, "spool: mmap: %s", strerror(errno));
	if (mmap(base, SPOOL_PAGE + data_len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
		 (off_t)off) == MAP_FAILED)
		goto fail;
	again = base + SPOOL_PAGE + data_len;
	if (mmap(again, data_len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
		 (off_t)(off + SPOOL_PAGE)) == MAP_FAILED)
		goto fail;
	/* Now, not by the first packets; where the kernel cannot (before 5.14), by them. */
	(void)madvise(base, SPOOL_PAGE + 2 * data_len, MADV_POPULATE_WRITE);
	*ret = (struct spool){ .header = (struct spool_header *)base,
			       .data = base + SPOOL_PAGE,
			       .size = data_len };
	ret->published = atomic_load_explicit(&ret->header->produced, memory_order_acquire);
	ret->other = atomic_load_explicit(&ret->header->consumed, memory_order_acquire);
	ret->pos = ret->other;
	return 0;
fail:
	(void)errmsg_set(err, -errno, "spool: mmap: %s", strerror(errno));
	munmap(base, SPOOL_PAGE + 2 * data_len);
	return -ENOMEM;
}

void spool_unmap(struct spool *s)
{
	if (s->header)
		munmap(s->header, SPOOL_PAGE + 2 * s->size);
	s->header = NULL;
}

bool spool_publish(struct spool *s)
{
	if (s->published == s->pos)
		return false;
	s->published = s->pos;
	/* Pairs with the acquire in spool_peek(): records before this position exist. */
	atomic_store_explicit(&s->header->produced, s->pos, memory_order_release);
	/* The consumer announces sleep, then looks again; one of the two must see the other. */
	atomic_thread_fence(memory_order_seq_cst);
	return atomic_load_explicit(&s->header->consumer_sleeping, memory_order_relaxed);
}

/* The record at s->pos: its footprint in bytes, 0 when there is none, -EPROTO when it lies. */
static int64_t record_at(struct spool *s, uint32_t *word)
{
	const struct spool_record *rec;
	uint64_t left, need;

	if (s->pos == s->other)
		s->other = atomic_load_explicit(&s->header->produced, memory_order_acquire);
	left = s->other - s->pos;
	if (!left)
		return 0;
	if (left > s->size || left < sizeof(*rec))
		return -EPROTO;
	rec = (const struct spool_record *)(s->data + (s->pos & (s->size - 1)));
	*word = atomic_load_explicit(&rec->word, memory_order_acquire);
	if (*word & SPOOL_BUSY)
		return 0;
	need = sizeof(*rec) + align_up(*word & SPOOL_LEN, 8);
	return need > left ? -EPROTO : (int64_t)need;
}

int spool_peek(struct spool *s, struct spool_item *ret)
{
	const struct spool_record *rec;
	uint32_t word;
	int64_t need;

	for (;;) {
		need = record_at(s, &word);
		if (need <= 0)
			return (int)need;
		rec = (const struct spool_record *)(s->data + (s->pos & (s->size - 1)));
		s->pos += (uint64_t)need;
		if (word & SPOOL_DISCARD)
			continue;
		*ret = (struct spool_item){ .payload = (const uint8_t *)(rec + 1),
					    .len = word & SPOOL_LEN,
					    .type = rec->type };
		return 1;
	}
}

int64_t spool_peek_run(struct spool *s, uint64_t max, const uint8_t **ret)
{
	uint64_t start;
	uint32_t word;
	int64_t need;

	do {
		start = s->pos;
		need = record_at(s, &word);
		if (need > 0 && word & SPOOL_DISCARD)
			s->pos += (uint64_t)need;
	} while (need > 0 && word & SPOOL_DISCARD);
	*ret = s->data + (start & (s->size - 1));
	while (need > 0 && !(word & SPOOL_DISCARD) && s->pos + (uint64_t)need - start <= max) {
		s->pos += (uint64_t)need;
		need = record_at(s, &word);
	}
	return need < 0 ? need : (int64_t)(s->pos - start);
}

int64_t spool_peek_published(struct spool *s, uint64_t max, const uint8_t **ret)
{
	uint64_t len;

	s->other = atomic_load_explicit(&s->header->produced, memory_order_acquire);
	len = s->other - s->pos;
	if (len > s->size || len % sizeof(struct spool_record))
		return -EPROTO;
	if (len > max)
		return spool_peek_run(s, max, ret);
	*ret = s->data + (s->pos & (s->size - 1));
	s->pos = s->other;
	return (int64_t)len;
}

void spool_consume(struct spool *s)
{
	/* Pairs with the acquire in spool_reserve(): our reads of these bytes are over. */
	atomic_store_explicit(&s->header->consumed, s->pos, memory_order_release);
}

void spool_consume_to(struct spool *s, uint64_t pos)
{
	if (s->pos < pos) {
		s->pos = pos;
		s->other = pos;
	}
	/* As in spool_consume(). */
	atomic_store_explicit(&s->header->consumed, pos, memory_order_release);
}
