/*
 * tests/netns/live_driver.c -- drives capture/transmit.h (TRANSMIT_XDP) for test_live.py.
 *
 * Prints what became of the frames of driver_frame.h as one line of JSON; every wait has an end.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "capture/transmit.h"
#include "core/clock.h"
#include "tests/netns/driver_frame.h"

struct job {
	const char *interface;
	struct driver_lengths lengths;
	uint64_t frames;
	uint64_t total; /* of transmit_repeat(); 0: none */
	double gap_ns;
	uint64_t due_step_ns; /* between due times; 0: none */
	uint32_t slots, frame_max;
	bool paced;
	uint64_t patience_ns; /* for the link */
	uint64_t hold_ns;     /* after the end, before it is closed */
	uint64_t rounds;
};

static struct {
	uint64_t timed, early;
} went;

static void on_went(void *ctx, uint64_t due_ns, uint64_t went_ns)
{
	(void)ctx;
	went.timed++;
	went.early += went_ns < due_ns;
}

/* The next slot; what keeps us from one is in *code after the patience. */
static uint8_t *slot(struct transmit *t, const struct job *j, int *code)
{
	const uint64_t end = clock_monotonic_ns() + j->patience_ns;
	uint8_t *p;

	for (;;) {
		p = transmit_slot(t);
		if (p)
			return p;
		*code = transmit_kick(t);
		if (*code == -ENODEV || clock_monotonic_ns() > end)
			return NULL;
		(void)transmit_wait(t, NS_PER_MS);
	}
}

static int commit_frames(struct transmit *t, const struct job *j, uint64_t first)
{
	const uint64_t begin = clock_monotonic_ns() + 100 * NS_PER_MS;
	int code = 0;

	for (uint64_t i = 0; i < j->frames; i++) {
		uint8_t *p = slot(t, j, &code);

		if (!p)
			return code ? code : -ETIMEDOUT;
		transmit_commit(t, driver_frame(&j->lengths, first + i, p),
				j->due_step_ns ? begin + i * j->due_step_ns : 0);
		if (!j->total && i % 32 == 31)
			code = transmit_kick(t);
		if (code == -ENODEV)
			return code;
	}
	return 0;
}

static int run(struct transmit *t, const struct job *j)
{
	const uint64_t end = clock_monotonic_ns() + j->patience_ns;
	int code = 0;

	for (uint64_t i = 0; !code && i < j->rounds; i++) {
		code = commit_frames(t, j, i * j->frames);
		if (!code && j->total)
			code = transmit_repeat(t, j->total, j->gap_ns);
		while (!code || code == -EAGAIN || code == -ENETDOWN) {
			code = transmit_drain(t, 10 * NS_PER_MS);
			if (!code || clock_monotonic_ns() > end)
				break;
		}
	}
	return code;
}

static void report(const struct transmit_counts *c, int code, uint64_t ns)
{
	printf("{\"code\": %d, \"ns\": %" PRIu64 ", \"committed\": %" PRIu64 ", \"sent\": %" PRIu64
	       ", \"sent_bytes\": %" PRIu64,
	       code, ns, c->committed, c->sent, c->sent_bytes);
#define X(id, name, text) printf(", \"%s\": %" PRIu64, #name, c->failed[TRANSMIT_##id]);
	TRANSMIT_FAILURES(X)
#undef X
	printf(", \"full\": %" PRIu64 ", \"timed\": %" PRIu64 ", \"early\": %" PRIu64
	       ", \"error\": \"\"}\n",
	       c->full, went.timed, went.early);
	fflush(stdout);
}

static void parse(struct job *j, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "l:n:t:g:d:s:m:pP:H:r:")) != -1) {
		const double v = optarg ? strtod(optarg, NULL) : 0;

		switch (c) {
		case 'l':
			driver_parse_lengths(&j->lengths, optarg);
			break;
		case 'n':
			j->frames = (uint64_t)v;
			break;
		case 't':
			j->total = (uint64_t)v;
			break;
		case 'g':
			j->gap_ns = v;
			break;
		case 'd':
			j->due_step_ns = (uint64_t)v;
			break;
		case 's':
			j->slots = (uint32_t)v;
			break;
		case 'm':
			j->frame_max = (uint32_t)v;
			break;
		case 'p':
			j->paced = true;
			break;
		case 'P':
			j->patience_ns = (uint64_t)(v * NS_PER_SEC);
			break;
		case 'H':
			j->hold_ns = (uint64_t)(v * NS_PER_SEC);
			break;
		case 'r':
			j->rounds = (uint64_t)v;
			break;
		default:
			exit(1);
		}
	}
	j->interface = argv[optind];
	if (!j->interface)
		exit(1);
}

int main(int argc, char **argv)
{
	struct job j = {
		.lengths = { .v = { 64 }, .n = 1 },
		.frames = 1000,
		.rounds = 1,
		.patience_ns = 10 * NS_PER_SEC,
	};
	struct transmit_config cfg;
	struct errmsg err = { 0 };
	struct transmit *t;
	uint64_t begin;
	int code;

	parse(&j, argc, argv);
	cfg = (struct transmit_config){ .interface = j.interface,
					.way = TRANSMIT_XDP,
					.frame_max = j.frame_max,
					.slots = j.slots,
					.paced = j.paced };
	code = transmit_open(&cfg, &t, &err);
	if (code) {
		printf("{\"code\": %d, \"error\": \"%s\"}\n", code, err.text);
		return 2;
	}
	transmit_watch(t, on_went, NULL);
	begin = clock_monotonic_ns();
	code = run(t, &j);
	report(transmit_counts(t), code, clock_monotonic_ns() - begin);
	nanosleep(&(struct timespec){ .tv_sec = (time_t)(j.hold_ns / NS_PER_SEC),
				      .tv_nsec = (long)(j.hold_ns % NS_PER_SEC) },
		  NULL);
	transmit_close(t);
	return 0;
}
