/* bench/micro_spool.c -- what handing a summary from a worker to the writer costs. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/micro.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "pcapio/spool.h"

enum {
	SPOOL_BYTES = 1 << 20,
	HEADER_BYTES = 4096,
	RECORD_BYTES = 64,
	BATCH = 256,
};

/* A side that waits this long in vain gives up: the other is gone. */
#define PATIENCE_NS (10 * NS_PER_SEC)

struct consumer {
	struct spool spool;
	uint64_t records, taken; /* expected; seen in order */
	int cpu;
};

static void relax(void)
{
	/* With one CPU for both sides, whoever waits must let the other run. */
	sched_yield();
}

static void *consume(void *arg)
{
	struct consumer *const c = arg;
	uint64_t idle_since = clock_monotonic_ns();
	struct spool_item item;
	cpu_set_t set;

	if (c->cpu >= 0) {
		CPU_ZERO(&set);
		CPU_SET(c->cpu, &set);
		pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	}
	while (c->taken < c->records) {
		const uint64_t before = c->taken;

		while (spool_peek(&c->spool, &item) == 1) {
			if (item.len != RECORD_BYTES || load_u64(item.payload) != c->taken)
				return NULL;
			c->taken++;
			if (c->taken % BATCH == 0)
				spool_consume(&c->spool);
		}
		spool_consume(&c->spool);
		if (c->taken != before) {
			idle_since = clock_monotonic_ns();
			continue;
		}
		if (clock_monotonic_ns() - idle_since > PATIENCE_NS)
			return NULL;
		relax();
	}
	return NULL;
}

/* Returns false when the consumer takes nothing any more. */
static bool produce(struct spool *s, uint64_t records, uint64_t *full)
{
	uint8_t *payload;
	uint64_t since;

	for (uint64_t i = 0; i < records; i++) {
		since = 0;
		while (!(payload = spool_reserve(s, RECORD_BYTES, SPOOL_SUMMARY))) {
			if (!since) {
				since = clock_monotonic_ns();
				++*full;
				(void)spool_publish(s);
			} else if (clock_monotonic_ns() - since > PATIENCE_NS) {
				return false;
			}
			relax();
		}
		memset(payload, 0, RECORD_BYTES);
		store_u64(payload, i);
		spool_commit(payload);
		if (i % BATCH == BATCH - 1)
			(void)spool_publish(s);
	}
	(void)spool_publish(s);
	return true;
}

struct spool_result micro_spool(uint64_t records, int consumer_cpu)
{
	const int fd = memfd_create("ringtap-bench-spool", MFD_CLOEXEC);
	struct consumer c = { .records = records, .cpu = consumer_cpu };
	struct spool_result r = { .error = -ENOMEM };
	struct spool spool = { 0 };
	pthread_t thread;
	uint64_t start;
	bool sent;

	if (fd < 0 || ftruncate(fd, HEADER_BYTES + SPOOL_BYTES) ||
	    spool_map(fd, 0, SPOOL_BYTES, &spool, NULL) ||
	    spool_map(fd, 0, SPOOL_BYTES, &c.spool, NULL) ||
	    pthread_create(&thread, NULL, consume, &c))
		goto out;
	start = clock_monotonic_ns();
	sent = produce(&spool, records, &r.full);
	pthread_join(thread, NULL);
	r.record_ns = (double)(clock_monotonic_ns() - start) / (double)records;
	r.records = c.taken;
	r.error = sent && c.taken == records ? 0 : -EPROTO;
out:
	spool_unmap(&spool);
	spool_unmap(&c.spool);
	if (fd >= 0)
		close(fd);
	return r;
}
