/*
 * tests/netns/send_driver.c -- drives capture/sender.h for test_send.py: threads that each send the
 * frames of driver_frame.h, until they are over or a signal comes (SIGINT).
 *
 * Prints a line of JSON for each sender, and looks at the counts all the time: what has been sent
 * or has failed must have been committed.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "capture/sender.h"
#include "core/clock.h"
#include "tests/netns/driver_frame.h"

enum { SENDERS_MAX = 8 };

struct job {
	struct sender_config cfg;
	struct driver_lengths lengths;
	uint64_t frames;
	uint64_t due_step_ns; /* between due times; 0: none */
	uint64_t due_jump_ns; /* before the last frame */
	unsigned tags;        /* VLAN tags with every frame */
	bool hold;            /* waits for a signal before it ends */
};

struct lane {
	const struct job *job;
	struct sender *sender;
	pthread_t thread;
	int code;
	struct errmsg err;
	uint64_t in_flight; /* when sending ended */
	struct sender_counts counts;
};

static atomic_bool told_to_stop;
static atomic_uint running;

static void on_signal(int number)
{
	(void)number;
	atomic_store(&told_to_stop, true);
}

static bool is_stopped(void)
{
	return atomic_load(&told_to_stop);
}

static uint64_t failed(const struct sender_counts *c)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < TRANSMIT_NR_FAILURES; i++)
		sum += c->failed[i];
	return sum;
}

static uint32_t write_frame(const struct job *j, uint64_t number, uint8_t *out)
{
	uint32_t len = driver_frame(&j->lengths, number, out);

	for (unsigned i = 0; i < j->tags; i++, len += 4) {
		memmove(out + 16, out + 12, len - 12);
		store_be16(out + 12, 0x8100);
		store_be16(out + 14, 7);
	}
	/* The worst that can lie behind a slot's end: the next one looks ready to be sent. */
	if (j->tags > 1)
		memcpy(out + len - 4, &(uint32_t){ TP_STATUS_SEND_REQUEST }, 4);
	return len;
}

static int send_all(struct lane *l)
{
	const struct job *j = l->job;
	uint64_t due = j->due_step_ns ? clock_monotonic_ns() : 0;
	int code = 0;

	for (uint64_t i = 0; !code && i < j->frames && !is_stopped(); i++) {
		uint8_t *slot;

		code = sender_slot(l->sender, &slot, &l->err);
		if (code)
			break;
		due += j->due_step_ns + (i + 1 == j->frames ? j->due_jump_ns : 0);
		code = sender_send(l->sender, write_frame(j, i, slot), due, &l->err);
	}
	return code ? code : sender_finish(l->sender, &l->err);
}

static void *lane_main(void *arg)
{
	struct lane *l = arg;
	struct sender_counts c;

	l->code = send_all(l);
	while (l->job->hold && !is_stopped())
		nanosleep(&(struct timespec){ .tv_nsec = NS_PER_MS }, NULL);
	sender_counts(l->sender, &c);
	l->in_flight = c.committed - c.sent - failed(&c);
	atomic_fetch_sub(&running, 1);
	return NULL;
}

static void report(const struct lane *l)
{
	const struct sender_counts *c = &l->counts;

	printf("{\"code\": %d, \"in_flight\": %" PRIu64 ", \"committed\": %" PRIu64
	       ", \"sent\": %" PRIu64 ", \"sent_bytes\": %" PRIu64,
	       l->code, l->in_flight, c->committed, c->sent, c->sent_bytes);
#define X(id, name, text) printf(", \"%s\": %" PRIu64, #name, c->failed[TRANSMIT_##id]);
	TRANSMIT_FAILURES(X)
#undef X
	printf(", \"full\": %" PRIu64 ", \"waits\": %" PRIu64 ", \"waited_ns\": %" PRIu64
	       ", \"timed\": %" PRIu64 ", \"gap_max\": %" PRIu64 ", \"late_max\": %" PRIu64
	       ", \"error\": \"%s\"}\n",
	       c->full, c->waits, c->waited_ns, c->timed, c->gap_error_max_ns, c->late_max_ns,
	       l->err.text);
}

/* Until all have ended. 0, or 3: the counts did not add up. */
static int watch(const struct lane *lanes, unsigned n)
{
	struct sender_counts before, after;
	int code = 0;

	while (atomic_load(&running)) {
		for (unsigned i = 0; i < n; i++) {
			sender_counts(lanes[i].sender, &before);
			sender_counts(lanes[i].sender, &after);
			if (before.sent + failed(&before) > after.committed)
				code = 3;
		}
		nanosleep(&(struct timespec){ .tv_nsec = NS_PER_MS / 4 }, NULL);
	}
	return code;
}

static unsigned parse(struct job *j, int argc, char **argv)
{
	unsigned senders = 1;
	int c;

	while ((c = getopt(argc, argv, "l:n:d:D:s:m:P:j:qtH")) != -1) {
		const double v = optarg ? strtod(optarg, NULL) : 0;

		switch (c) {
		case 'l':
			driver_parse_lengths(&j->lengths, optarg);
			break;
		case 'n':
			j->frames = (uint64_t)v;
			break;
		case 'd':
			j->due_step_ns = (uint64_t)v;
			break;
		case 'D':
			j->due_jump_ns = (uint64_t)v;
			break;
		case 's':
			j->cfg.transmit.slots = (uint32_t)v;
			break;
		case 'm':
			j->cfg.transmit.frame_max = (uint32_t)v;
			break;
		case 'P':
			j->cfg.patience_ns = (uint64_t)(v * NS_PER_SEC);
			break;
		case 'j':
			senders = (unsigned)v;
			break;
		case 'q':
			j->cfg.transmit.qdisc = true;
			break;
		case 't':
			j->tags++;
			break;
		case 'H':
			j->hold = true;
			break;
		default:
			exit(1);
		}
	}
	j->cfg.transmit.interface = argv[optind];
	if (!argv[optind] || senders > SENDERS_MAX)
		exit(1);
	return senders;
}

int main(int argc, char **argv)
{
	struct job j = { .lengths = { .v = { 64 }, .n = 1 },
			 .frames = 1000,
			 .cfg = { .patience_ns = 10 * NS_PER_SEC, .stopped = is_stopped } };
	struct lane lanes[SENDERS_MAX] = { 0 };
	const unsigned n = parse(&j, argc, argv);
	int code;

	sigaction(SIGINT, &(struct sigaction){ .sa_handler = on_signal }, NULL);
	for (unsigned i = 0; i < n; i++) {
		lanes[i].job = &j;
		code = sender_open(&j.cfg, &lanes[i].sender, &lanes[i].err);
		if (code) {
			printf("{\"code\": %d, \"error\": \"%s\"}\n", code, lanes[i].err.text);
			return 2;
		}
	}
	atomic_store(&running, n);
	for (unsigned i = 0; i < n; i++)
		if (pthread_create(&lanes[i].thread, NULL, lane_main, &lanes[i]))
			return 1;
	code = watch(lanes, n);
	for (unsigned i = 0; i < n; i++) {
		pthread_join(lanes[i].thread, NULL);
		sender_close(lanes[i].sender, &lanes[i].counts);
		report(&lanes[i]);
	}
	return code;
}
