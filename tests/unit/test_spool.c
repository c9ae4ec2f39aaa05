/* The spool between one producer and one consumer, here in one thread: order, room, lies. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/bytes.h"
#include "pcapio/spool.h"

enum { SIZE = 4096, PAGE = 4096, HEAD = sizeof(struct spool_record) };

struct pair {
	int fd;
	struct spool producer, consumer;
};

static struct pair open_pair(void)
{
	struct pair p = { .fd = memfd_create("spool", MFD_CLOEXEC) };
	struct errmsg err = { "" };

	cr_assert_eq(ftruncate(p.fd, 2 * PAGE + SIZE), 0);
	cr_assert_eq(spool_map(p.fd, PAGE, SIZE, &p.producer, &err), 0, "%s", err.text);
	cr_assert_eq(spool_map(p.fd, PAGE, SIZE, &p.consumer, &err), 0, "%s", err.text);
	return p;
}

static void close_pair(struct pair *p)
{
	spool_unmap(&p->producer);
	spool_unmap(&p->consumer);
	spool_unmap(&p->consumer);
	close(p->fd);
}

/* A record whose every byte follows from its number. */
static bool put(struct spool *s, uint32_t n, uint32_t len)
{
	uint8_t *p = spool_reserve(s, len, (uint16_t)n);

	if (!p)
		return false;
	cr_assert_eq((uintptr_t)p % 8, 0);
	memset(p, (int)(n & 0xff), len);
	spool_commit(p);
	return true;
}

static void expect(struct spool *s, uint32_t n, uint32_t len)
{
	struct spool_item item;

	cr_assert_eq(spool_peek(s, &item), 1, "record %u", n);
	cr_assert_eq(item.type, (uint16_t)n);
	cr_assert_eq(item.len, len);
	for (uint32_t i = 0; i < len; i++)
		cr_assert_eq(item.payload[i], (uint8_t)n, "byte %u of record %u", i, n);
}

static void expect_nothing(struct spool *s)
{
	struct spool_item item;

	cr_assert_eq(spool_peek(s, &item), 0);
}

Test(spool, delivers_what_was_published)
{
	struct pair p = open_pair();

	expect_nothing(&p.consumer);
	cr_assert(put(&p.producer, 1, 64));
	expect_nothing(&p.consumer);
	cr_assert(put(&p.producer, 2, 0));
	cr_assert(!spool_publish(&p.producer), "nobody sleeps");
	cr_assert(!spool_publish(&p.producer), "nothing new");
	expect(&p.consumer, 1, 64);
	expect(&p.consumer, 2, 0);
	expect_nothing(&p.consumer);
	spool_consume(&p.consumer);
	atomic_store(&p.consumer.header->consumer_sleeping, 1);
	cr_assert(put(&p.producer, 3, 5));
	cr_assert(spool_publish(&p.producer), "the consumer sleeps");
	expect(&p.consumer, 3, 5);
	close_pair(&p);
}

/* Many laps with every length: no record is torn where the ring ends. */
Test(spool, wraps_without_a_seam)
{
	struct pair p = open_pair();
	uint32_t put_nr = 0, got = 0;

	for (uint32_t round = 0; round < 2000; round++) {
		while (put(&p.producer, put_nr, put_nr * 13 % 200))
			put_nr++;
		(void)spool_publish(&p.producer);
		for (uint32_t k = 0; k <= round % 11 && got < put_nr; k++, got++)
			expect(&p.consumer, got, got * 13 % 200);
		spool_consume(&p.consumer);
	}
	cr_assert_gt(put_nr, 1000);
	close_pair(&p);
}

Test(spool, is_full_when_it_is_full)
{
	struct pair p = open_pair();
	uint32_t n = 0;

	cr_assert_null(spool_reserve(&p.producer, SIZE, 1), "a record and its head");
	while (put(&p.producer, n, 24))
		n++;
	cr_assert_eq(n, SIZE / (HEAD + 24));
	(void)spool_publish(&p.producer);
	cr_assert(!put(&p.producer, n, 0));
	expect(&p.consumer, 0, 24);
	cr_assert(!put(&p.producer, n, 24), "peeked is not consumed");
	spool_consume(&p.consumer);
	cr_assert(put(&p.producer, n, 24));
	cr_assert(!put(&p.producer, n, 0));
	close_pair(&p);
}

Test(spool, takes_one_record_of_its_whole_size)
{
	struct pair p = open_pair();

	cr_assert(put(&p.producer, 1, 100));
	(void)spool_publish(&p.producer);
	expect(&p.consumer, 1, 100);
	spool_consume(&p.consumer);
	cr_assert(put(&p.producer, 2, SIZE - HEAD));
	(void)spool_publish(&p.producer);
	expect(&p.consumer, 2, SIZE - HEAD);
	close_pair(&p);
}

Test(spool, passes_over_what_was_given_up)
{
	struct pair p = open_pair();
	void *gone;

	cr_assert(put(&p.producer, 1, 9));
	gone = spool_reserve(&p.producer, 100, 7);
	spool_discard(gone);
	gone = spool_reserve(&p.producer, 1, 7);
	spool_discard(gone);
	cr_assert(put(&p.producer, 2, 9));
	(void)spool_publish(&p.producer);
	expect(&p.consumer, 1, 9);
	expect(&p.consumer, 2, 9);
	expect_nothing(&p.consumer);
	close_pair(&p);
}

Test(spool, gives_back_what_was_not_needed)
{
	struct pair p = open_pair();

	for (uint32_t n = 0; n < 1000; n++) {
		uint8_t *rec = spool_reserve(&p.producer, 3000, (uint16_t)n);

		cr_assert_not_null(rec, "record %u", n);
		memset(rec, (int)(n & 0xff), n % 70);
		spool_shrink(&p.producer, rec, n % 70);
		spool_commit(rec);
		(void)spool_publish(&p.producer);
		expect(&p.consumer, n, n % 70);
		spool_consume(&p.consumer);
	}
	close_pair(&p);
}

Test(spool, stops_at_a_record_under_way)
{
	struct pair p = open_pair();
	void *open;

	cr_assert(put(&p.producer, 1, 8));
	open = spool_reserve(&p.producer, 8, 2);
	(void)spool_publish(&p.producer);
	expect(&p.consumer, 1, 8);
	expect_nothing(&p.consumer);
	memset(open, 2, 8);
	spool_commit(open);
	expect(&p.consumer, 2, 8);
	close_pair(&p);
}

/* A run is records as they are: whole, none that was given up, at most `max` bytes. */
Test(spool, hands_out_runs)
{
	struct pair p = open_pair();
	const uint8_t *run;
	uint32_t n;

	cr_assert_eq(spool_peek_run(&p.consumer, SIZE, &run), 0);
	spool_discard(spool_reserve(&p.producer, 40, 9));
	for (n = 0; n < 10; n++)
		cr_assert(put(&p.producer, n, 24));
	spool_discard(spool_reserve(&p.producer, 40, 9));
	cr_assert(put(&p.producer, 10, 24));
	(void)spool_publish(&p.producer);
	cr_assert_eq(spool_peek_run(&p.consumer, 100, &run), 96, "three whole records");
	cr_assert_eq(run[HEAD], 0);
	cr_assert_eq(spool_peek_run(&p.consumer, SIZE, &run), 224, "up to the one given up");
	cr_assert_eq(run[HEAD], 3);
	cr_assert_eq(spool_peek_run(&p.consumer, SIZE, &run), 32);
	cr_assert_eq(run[HEAD], 10);
	cr_assert_eq(spool_peek_run(&p.consumer, SIZE, &run), 0);
	spool_consume(&p.consumer);
	cr_assert_eq(atomic_load(&p.consumer.header->consumed), p.producer.pos);
	close_pair(&p);
}

/* All that is published at once, where it fits; whoever holds it gives it back later, and in parts.
 */
Test(spool, hands_out_what_is_published)
{
	struct pair p = open_pair();
	struct spool second;
	struct errmsg err;
	const uint8_t *run;
	uint64_t lap;

	for (lap = 0; lap < 50; lap++) {
		for (uint32_t n = 0; n < 10; n++)
			cr_assert(put(&p.producer, n, 24));
		cr_assert_eq(spool_peek_published(&p.consumer, SIZE, &run), 0, "not yet");
		(void)spool_publish(&p.producer);
		cr_assert_eq(spool_peek_published(&p.consumer, 100, &run), 96, "whole records");
		cr_assert_eq(run[HEAD], 0);
		cr_assert_eq(spool_peek_published(&p.consumer, 224, &run), 224, "all the others");
		cr_assert_eq(run[HEAD], 3);
		cr_assert_eq(spool_peek_published(&p.consumer, SIZE, &run), 0);
		spool_consume_to(&p.consumer, p.consumer.pos - 224);
		cr_assert_eq(atomic_load(&p.consumer.header->consumed), lap * 320 + 96);
		spool_consume_to(&p.consumer, p.consumer.pos);
		cr_assert_eq(atomic_load(&p.consumer.header->consumed), p.producer.pos);
	}
	/* A successor that is told of a later place goes on there. */
	cr_assert(put(&p.producer, 7, 24));
	cr_assert(put(&p.producer, 8, 24));
	(void)spool_publish(&p.producer);
	cr_assert_eq(spool_map(p.fd, PAGE, SIZE, &second, &err), 0);
	spool_consume_to(&second, second.pos + 32);
	expect(&second, 8, 24);
	expect_nothing(&second);
	spool_unmap(&second);
	atomic_store(&p.producer.header->produced, p.producer.pos + SIZE + 8);
	cr_assert_eq(spool_peek_published(&p.consumer, SIZE, &run), -EPROTO);
	atomic_store(&p.producer.header->produced, p.producer.pos + 4);
	cr_assert_eq(spool_peek_published(&p.consumer, SIZE, &run), -EPROTO);
	close_pair(&p);
}

/* Who comes after a dead consumer goes on where that one gave back. */
Test(spool, is_taken_over_by_another_consumer)
{
	struct pair p = open_pair();
	struct spool second;
	struct errmsg err;

	for (uint32_t n = 0; n < 5; n++)
		cr_assert(put(&p.producer, n, 16));
	(void)spool_publish(&p.producer);
	expect(&p.consumer, 0, 16);
	expect(&p.consumer, 1, 16);
	spool_consume(&p.consumer);
	expect(&p.consumer, 2, 16); /* and dies before it gives this one back */
	cr_assert_eq(spool_map(p.fd, PAGE, SIZE, &second, &err), 0);
	for (uint32_t n = 2; n < 5; n++)
		expect(&second, n, 16);
	expect_nothing(&second);
	spool_unmap(&second);
	close_pair(&p);
}

/* A consumer believes no length and no position. */
Test(spool, refuses_lies)
{
	static const uint32_t lengths[] = { 25, 64, 4096, 65536, SPOOL_LEN, SPOOL_LEN - 7 };
	static const uint64_t ends[] = {
		1, 4, 7, SIZE + 8, UINT64_MAX, UINT64_MAX - 7, 1ull << 63
	};
	const uint8_t *run;
	struct spool_item item;

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct pair p = open_pair();

		cr_assert(put(&p.producer, 1, 24));
		(void)spool_publish(&p.producer);
		atomic_store(&((struct spool_record *)p.producer.data)->word, lengths[i]);
		cr_assert_eq(spool_peek(&p.consumer, &item), -EPROTO, "length %u", lengths[i]);
		cr_assert_eq(spool_peek_run(&p.consumer, SIZE, &run), -EPROTO);
		atomic_store(&((struct spool_record *)p.producer.data)->word,
			     lengths[i] | SPOOL_DISCARD);
		cr_assert_eq(spool_peek(&p.consumer, &item), -EPROTO, "discarded, %u", lengths[i]);
		close_pair(&p);
	}
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct pair p = open_pair();

		atomic_store(&p.producer.header->produced, ends[i]);
		cr_assert_eq(spool_peek(&p.consumer, &item), -EPROTO, "produced %llu",
			     (unsigned long long)ends[i]);
		close_pair(&p);
	}
}

Test(spool, has_a_sensible_size)
{
	const int fd = memfd_create("spool", MFD_CLOEXEC);
	static const uint64_t sizes[] = { 0, 1, 2048, 4097, 12288, UINT64_MAX };
	struct errmsg err;
	struct spool s;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		cr_assert_lt(spool_map(fd, 0, sizes[i], &s, &err), 0, "%llu bytes",
			     (unsigned long long)sizes[i]);
	cr_assert_lt(spool_map(-1, 0, SIZE, &s, &err), 0);
	cr_assert_lt(spool_map(fd, 1, SIZE, &s, &err), 0, "an offset that is no page");
	close(fd);
}
