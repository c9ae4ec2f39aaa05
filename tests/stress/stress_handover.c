/*
 * tests/stress/stress_handover.c -- a block's life without a kernel and without a disk: a thread
 * that fills ring blocks as the kernel does, the real worker, and a thread that does what the
 * writer does. Every packet passes once, in order and whole; a block has one owner; no wake-up is
 * lost.
 */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/worker.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "pcapio/pcapng_build.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/reader.h"
#include "tests/stress/stress.h"
#include "tests/unit/ring_block.h"

enum {
	BLOCK = 65536,
	BLOCKS = 8,
	LAPS = 1000,
	SPOOL = 1 << 16,
	HEAD_MAX = 4096,
	PACKET_MAX = 1500
};

struct bench {
	uint8_t *ring;
	int ring_fd; /* takes the part of the packet socket: readable when a block is closed */
	_Atomic uint64_t sent; /* packets, complete when `finished` */
	_Atomic uint32_t finished;
	struct worker_shared shared;
	struct worker worker;
	struct segment seg;
	uint64_t stored, summaries;
};

static uint8_t *block_at(const struct bench *t, uint64_t seq)
{
	return t->ring + seq % BLOCKS * BLOCK;
}

static uint32_t packet_len(uint64_t n)
{
	return 60 + (uint32_t)(n * 40503u % (PACKET_MAX - 60));
}

static void make_packet(uint8_t *p, uint64_t n)
{
	memset(p, (int)(n & 0xff), packet_len(n));
	memset(p, 2, 12);
	store_be16(p + 12, 0x88b5);
	store_be64(p + 14, n);
}

/* KERNEL -> WORKER, as long as blocks come back. */
static void *kernel_thread(void *arg)
{
	struct bench *t = arg;
	const uint64_t one = 1;
	uint8_t bytes[PACKET_MAX];
	uint64_t seq, n = 0, seed = 4711;
	struct ring_block b;

	for (seq = 0; seq < (uint64_t)BLOCKS * LAPS; seq++) {
		uint8_t *base = block_at(t, seq);
		uint64_t packets = random_next(&seed) % 100;

		while (block_ready(base))
			sched_yield();
		ring_block_begin(&b, base, BLOCK, seq, MAC_ETHERNET);
		for (; packets; packets--, n++) {
			const struct ring_packet p = { .data = bytes,
						       .cap_len = packet_len(n),
						       .wire_len = packet_len(n),
						       .ts_ns = (n + 1) * NS_PER_US };

			make_packet(bytes, n);
			if (!ring_block_add(&b, &p))
				break;
		}
		ring_block_end(&b);
		CHECK(write(t->ring_fd, &one, sizeof(one)) == sizeof(one), "eventfd");
		if (seed % 64 == 0)
			usleep(1000);
	}
	atomic_store(&t->sent, n);
	atomic_store(&t->finished, 1);
	return NULL;
}

/* A section, an interface, then what the worker made of the block. */
static void check_run(struct bench *t, const struct block_entry *e)
{
	static uint8_t file[HEAD_MAX + BLOCK];
	struct pcapng_builder head = { .data = file, .size = HEAD_MAX };
	uint8_t want[PACKET_MAX];
	const uint8_t nanoseconds = 9;
	struct errmsg err = { "" };
	struct frame_view f;
	struct reader *r;
	uint32_t i;

	pcapng_section(&head, NULL, NULL, NULL, NULL);
	pcapng_begin(&head, PCAPNG_IDB);
	pcapng_u32(&head, LINKTYPE_ETHERNET);
	pcapng_u32(&head, SNAPLEN_MAX);
	pcapng_option(&head, PCAPNG_IF_TSRESOL, &nanoseconds, 1);
	pcapng_end(&head, true);
	pcapng_filler(&head, HEAD_MAX);
	CHECK(e->index < BLOCKS && e->offset + e->len <= BLOCK && e->len % FILE_PAGE == 0, "entry");
	memcpy(file + HEAD_MAX, t->ring + (size_t)e->index * BLOCK + e->offset, e->len);
	CHECK(reader_open_memory(file, HEAD_MAX + e->len, &r, &err) == 0, "%s", err.text);
	for (i = 0; i < e->packets; i++, t->stored++) {
		CHECK(reader_next(r, &f, &err) == 1, "packet %llu: %s",
		      (unsigned long long)t->stored, err.text);
		CHECK(f.cap_len == packet_len(t->stored), "packet %llu has %u bytes",
		      (unsigned long long)t->stored, f.cap_len);
		make_packet(want, t->stored);
		CHECK(!memcmp(f.data, want, f.cap_len), "packet %llu",
		      (unsigned long long)t->stored);
		CHECK(f.ts_ns == (t->stored + 1) * NS_PER_US, "its time");
	}
	CHECK(reader_next(r, &f, &err) == 0, "%s", err.text);
	reader_close(r);
}

/* WRITER -> KERNEL: the stores of writer_release(). */
static void release(struct bench *t, uint64_t seq)
{
	struct segment_ring *r = t->worker.seg_ring;

	atomic_store_explicit(&r->releasing, seq + 1, memory_order_release);
	block_release(t->ring + (size_t)segment_queue_entry(&t->seg, r, seq)->index * BLOCK);
	atomic_store_explicit(&r->released, seq + 1, memory_order_release);
}

static void drain_summaries(struct bench *t, struct spool *s)
{
	struct spool_item item;
	int ret;

	while ((ret = spool_peek(s, &item)) == 1)
		t->summaries += item.type == SPOOL_SUMMARY;
	CHECK(ret == 0, "spool_peek: %d", ret);
	spool_consume(s);
}

/* Sleeps as the writer does; a time-out with work there would be a lost wake-up. */
static void sleep_until_woken(struct bench *t, uint64_t popped)
{
	struct writer_counters *c = &t->seg.header->writer;
	struct segment_ring *r = t->worker.seg_ring;
	struct pollfd fd = { .fd = t->shared.wake_fd, .events = POLLIN };
	uint64_t drained;

	atomic_store_explicit(&c->sleeping, 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&r->queued, memory_order_acquire) == popped &&
	    !atomic_load_explicit(&r->ended, memory_order_acquire) && poll(&fd, 1, 5000) == 0)
		CHECK(atomic_load(&r->queued) == popped, "a wake-up was lost");
	if (fd.revents)
		CHECK(read(fd.fd, &drained, sizeof(drained)) == sizeof(drained), "eventfd");
	atomic_store_explicit(&c->sleeping, 0, memory_order_relaxed);
}

/* Pops blocks, holds some of them for a while, gives them back in order. */
static void *writer_thread(void *arg)
{
	struct bench *t = arg;
	struct segment_ring *r = t->worker.seg_ring;
	uint64_t popped = 0, released = 0, queued, seed = 815;
	struct spool spool;
	struct errmsg err;

	CHECK(spool_map(t->seg.fd, r->spool_off, SPOOL, &spool, &err) == 0, "%s", err.text);
	for (;;) {
		const bool ended = atomic_load_explicit(&r->ended, memory_order_acquire);

		queued = atomic_load_explicit(&r->queued, memory_order_acquire);
		CHECK(queued - released <= BLOCKS, "more blocks than the ring has");
		if (queued == popped) {
			while (released < popped)
				release(t, released++);
			drain_summaries(t, &spool);
			if (ended)
				break;
			sleep_until_woken(t, popped);
			continue;
		}
		const struct block_entry e = *segment_queue_entry(&t->seg, r, popped);

		CHECK(e.index == popped % BLOCKS, "block %u at %llu", e.index,
		      (unsigned long long)popped);
		if (e.len)
			check_run(t, &e);
		else
			CHECK(!e.packets, "packets without bytes");
		popped++;
		while (released < popped && random_next(&seed) % 3)
			release(t, released++);
		if (seed % 8 == 0)
			drain_summaries(t, &spool);
	}
	spool_unmap(&spool);
	return NULL;
}

static void open_bench(struct bench *t, enum write_mode mode)
{
	static const uint32_t nr_blocks = BLOCKS;
	const struct segment_plan plan = { .nr_rings = 1,
					   .nr_blocks = &nr_blocks,
					   .spool_data_len = SPOOL };
	struct registry *registry;
	struct errmsg err = { "" };

	t->ring = mmap(NULL, (size_t)BLOCK * BLOCKS, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	t->ring_fd = eventfd(0, EFD_NONBLOCK);
	CHECK(t->ring != MAP_FAILED && t->ring_fd >= 0, "ring");
	CHECK(segment_create(&plan, &t->seg, &err) == 0, "%s", err.text);
	CHECK(registry_init(&registry, &err) == 0, "%s", err.text);
	t->shared = (struct worker_shared){ .seg = &t->seg,
					    .registry = registry,
					    .mode = mode,
					    .writes = true,
					    .whole_pages = true,
					    .summaries = true,
					    .wake_fd = eventfd(0, EFD_NONBLOCK),
					    .event_fd = eventfd(0, EFD_NONBLOCK) };
	t->worker = (struct worker){ .shared = &t->shared,
				     .ring = { .fd = t->ring_fd,
					       .map = t->ring,
					       .block_size = BLOCK,
					       .nr_blocks = BLOCKS,
					       .traits = { .linktype = LINKTYPE_ETHERNET,
							   .snaplen = SNAPLEN_MAX } },
				     .seg_ring = segment_ring_at(&t->seg, 0),
				     .cpu = -1 };
	t->worker.counters = &t->worker.seg_ring->worker;
	t->worker.queue = segment_queue_entry(&t->seg, t->worker.seg_ring, 0);
	t->worker.queue_mask = t->worker.seg_ring->queue_mask;
	t->worker.seg_ring->block_size = BLOCK;
	t->worker.seg_ring->rx_queue = UINT32_MAX;
	CHECK(spool_map(t->seg.fd, t->worker.seg_ring->spool_off, SPOOL, &t->worker.spool, &err) ==
		      0,
	      "%s", err.text);
}

static void close_bench(struct bench *t)
{
	registry_free((struct registry *)t->shared.registry);
	spool_unmap(&t->worker.spool);
	segment_close(&t->seg);
	munmap(t->ring, (size_t)BLOCK * BLOCKS);
	close(t->ring_fd);
	close(t->shared.wake_fd);
	close(t->shared.event_fd);
}

static void run(enum write_mode mode)
{
	static struct bench t;
	const struct worker_counters *c;
	pthread_t kernel, writer;
	struct errmsg err;

	memset(&t, 0, sizeof(t));
	open_bench(&t, mode);
	CHECK(worker_start(&t.worker, &err) == 0, "%s", err.text);
	CHECK(!pthread_create(&kernel, NULL, kernel_thread, &t), "thread");
	CHECK(!pthread_create(&writer, NULL, writer_thread, &t), "thread");
	pthread_join(kernel, NULL);
	/* Without statistics of a socket the worker cannot know what is to come: it has all first.
	 */
	while (atomic_load(&t.worker.seg_ring->queued) < (uint64_t)BLOCKS * LAPS)
		usleep(1000);
	atomic_store_explicit(&t.shared.stopping, 1, memory_order_release);
	worker_kick(&t.worker);
	worker_join(&t.worker);
	pthread_join(writer, NULL);
	c = t.worker.counters;
	CHECK(t.stored == atomic_load(&t.sent), "%llu packets of %llu",
	      (unsigned long long)t.stored, (unsigned long long)atomic_load(&t.sent));
	CHECK(counter_get(&c->packets) == t.stored, "the worker's count");
	CHECK(counter_get(&c->blocks) == (uint64_t)BLOCKS * LAPS, "blocks");
	CHECK(counter_get(&c->summaries) == t.summaries, "summaries");
	CHECK(counter_get(&c->summaries) + counter_get(&c->spool_lost) >= t.stored,
	      "summaries lost");
	CHECK(counter_get(&c->queue_high) <= BLOCKS, "high-water mark");
	close_bench(&t);
}

int main(void)
{
	run(WRITE_INPLACE);
	run(WRITE_PACKED);
	run(WRITE_AUTO);
	return 0;
}
