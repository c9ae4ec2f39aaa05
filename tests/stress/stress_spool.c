/*
 * tests/stress/stress_spool.c -- a spool between two threads, and between two processes of which
 * one is killed at any instant: no record is lost, doubled or torn, and no kill makes the spool
 * lie.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/clock.h"
#include "pcapio/spool.h"
#include "tests/stress/stress.h"

enum { PAGE = 4096, SIZE = 16384, LEN_MAX = 700, RECORDS = 400000, KILLS = 60, TYPE = 9 };

/* The content of record n, so that both sides agree without talking. */
static uint32_t record_len(uint64_t n)
{
	return 8 + (uint32_t)(n * 2654435761u % (LEN_MAX - 8));
}

static void fill_record(uint8_t *p, uint64_t n)
{
	const uint32_t len = record_len(n);

	memcpy(p, &n, 8);
	memset(p + 8, (int)(n & 0xff), len - 8);
}

static uint64_t check_record(const uint8_t *p, uint32_t len)
{
	uint64_t n;
	uint32_t i;

	CHECK(len >= 8, "a record of %u bytes", len);
	memcpy(&n, p, 8);
	CHECK(len == record_len(n), "record %llu has %u bytes", (unsigned long long)n, len);
	for (i = 8; i < len; i++)
		CHECK(p[i] == (n & 0xff), "byte %u of record %llu", i, (unsigned long long)n);
	return n;
}

/* Record n, sometimes after one that is given up, sometimes made smaller; false: full. */
static bool produce(struct spool *s, uint64_t n, uint64_t *seed)
{
	const uint64_t dice = random_next(seed);
	uint8_t *p;

	if (dice % 7 == 0) {
		p = spool_reserve(s, (uint32_t)(dice >> 32) % LEN_MAX, TYPE);
		if (p)
			spool_discard(p);
	}
	p = spool_reserve(s, dice % 5 ? record_len(n) : LEN_MAX, TYPE);
	if (!p)
		return false;
	fill_record(p, n);
	if (dice % 5 == 0)
		spool_shrink(s, p, record_len(n));
	spool_commit(p);
	if (dice % 16 == 0)
		(void)spool_publish(s);
	return true;
}

/* Everything that is there, by items or by runs; returns the next number that is expected. */
static uint64_t consume(struct spool *s, uint64_t expected, bool by_runs)
{
	const uint8_t *run;
	struct spool_item item;
	int64_t len, off;
	int ret;

	if (!by_runs) {
		while ((ret = spool_peek(s, &item)) == 1) {
			CHECK(item.type == TYPE, "type %u", item.type);
			CHECK(check_record(item.payload, item.len) == expected, "expected %llu",
			      (unsigned long long)expected);
			expected++;
		}
		CHECK(ret == 0, "spool_peek: %d", ret);
		return expected;
	}
	while ((len = spool_peek_run(s, SIZE, &run)) > 0) {
		for (off = 0; off < len; expected++) {
			const struct spool_record *rec = (const struct spool_record *)(run + off);
			const uint32_t n = atomic_load(&rec->word);

			CHECK(!(n & (SPOOL_BUSY | SPOOL_DISCARD)), "word %#x in a run", n);
			CHECK(check_record(run + off + sizeof(*rec), n) == expected,
			      "expected %llu", (unsigned long long)expected);
			off += (int64_t)(sizeof(*rec) + align_up(n, 8));
		}
		CHECK(off == len, "a run ends inside a record");
	}
	CHECK(len == 0, "spool_peek_run: %lld", (long long)len);
	return expected;
}

static int new_spool(void)
{
	const int fd = memfd_create("spool", MFD_CLOEXEC);

	CHECK(fd >= 0 && ftruncate(fd, PAGE + SIZE) == 0, "memfd");
	return fd;
}

static struct spool map(int fd)
{
	struct errmsg err;
	struct spool s;

	CHECK(spool_map(fd, 0, SIZE, &s, &err) == 0, "%s", err.text);
	return s;
}

static void *producer_thread(void *arg)
{
	struct spool *s = arg;
	uint64_t n = 0, seed = 42;

	while (n < RECORDS) {
		if (produce(s, n, &seed)) {
			n++;
		} else {
			(void)spool_publish(s);
			sched_yield();
		}
	}
	(void)spool_publish(s);
	return NULL;
}

/* One view for both, each with positions of its own: so a race detector sees the same addresses. */
static void two_threads(bool by_runs)
{
	const int fd = new_spool();
	struct spool producer = map(fd), consumer = producer;
	uint64_t got = 0, before;
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, producer_thread, &producer) == 0, "thread");
	while (got < RECORDS) {
		before = got;
		got = consume(&consumer, got, by_runs);
		spool_consume(&consumer);
		if (got == before)
			sched_yield();
	}
	pthread_join(thread, NULL);
	CHECK(consume(&consumer, got, by_runs) == RECORDS, "more than was made");
	spool_unmap(&producer);
	close(fd);
}

static void nap(uint64_t *seed)
{
	usleep((useconds_t)(random_next(seed) % 4000));
}

static void kill_and_reap(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	CHECK(waitpid(pid, &status, 0) == pid, "waitpid");
	CHECK(WIFSIGNALED(status), "a child ended by itself, status %#x", status);
}

/* What the dead producer has published is whole; there is nothing after it. */
static void killed_producer(uint64_t *seed)
{
	const int fd = new_spool();
	struct spool s;
	uint64_t n = 0, got = 0, until, own = random_next(seed) | 1;
	const pid_t pid = fork();

	CHECK(pid >= 0, "fork");
	if (pid == 0) {
		for (s = map(fd);;)
			if (produce(&s, n, &own))
				n++;
			else
				(void)spool_publish(&s);
	}
	s = map(fd);
	until = clock_monotonic_ns() + random_next(seed) % (20 * NS_PER_MS);
	while (clock_monotonic_ns() < until) {
		got = consume(&s, got, own % 4 < 2);
		spool_consume(&s);
	}
	kill_and_reap(pid);
	got = consume(&s, got, own % 4 < 2);
	spool_consume(&s);
	CHECK(atomic_load(&s.header->consumed) == atomic_load(&s.header->produced),
	      "everything that was published can be read");
	spool_unmap(&s);
	close(fd);
}

/* What a consumer tells its successor, beside the spool. */
struct handover {
	_Atomic uint64_t start, end; /* the last batch: given back up to one of the two */
};

static void consumer_process(int fd, struct handover *h, bool by_runs)
{
	struct spool s = map(fd);
	struct spool_item item;
	uint64_t got = 0, n;
	bool first = true;

	for (;;) {
		if (first) {
			if (spool_peek(&s, &item) != 1)
				continue;
			got = check_record(item.payload, item.len);
			CHECK(got == atomic_load(&h->start) || got == atomic_load(&h->end),
			      "it begins with %llu, given back were %llu or %llu",
			      (unsigned long long)got, (unsigned long long)atomic_load(&h->start),
			      (unsigned long long)atomic_load(&h->end));
			atomic_store(&h->start, got);
			atomic_store(&h->end, got);
			got++;
			first = false;
		}
		n = consume(&s, got, by_runs);
		atomic_store(&h->end, n);
		spool_consume(&s);
		atomic_store(&h->start, n);
		got = n;
	}
}

/* Its successor goes on with the first record that was not given back: none lost, none too old. */
static void killed_consumers(uint64_t *seed)
{
	const int fd = new_spool();
	struct handover *h =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct spool s = map(fd);
	uint64_t n = 0, until;
	int i;

	CHECK(h != MAP_FAILED, "mmap");
	for (i = 0; i < KILLS; i++) {
		const pid_t pid = fork();

		CHECK(pid >= 0, "fork");
		if (pid == 0)
			consumer_process(fd, h, i & 1);
		until = clock_monotonic_ns() + random_next(seed) % (20 * NS_PER_MS);
		while (clock_monotonic_ns() < until) {
			if (produce(&s, n, seed))
				n++;
			else
				(void)spool_publish(&s);
		}
		kill_and_reap(pid);
	}
	CHECK(atomic_load(&h->end) > 0, "the consumers got nothing");
	spool_unmap(&s);
	munmap(h, PAGE);
	close(fd);
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : clock_realtime_ns();
	int i;

	seed |= 1;
	printf("seed %llu (an argument repeats it)\n", (unsigned long long)seed);
	fflush(stdout);
	for (i = 0; i < KILLS; i++) {
		nap(&seed);
		killed_producer(&seed);
	}
	killed_consumers(&seed);
	two_threads(false);
	two_threads(true);
	return 0;
}
