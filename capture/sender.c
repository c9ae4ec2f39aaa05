/* capture/sender.c -- waiting: for the time, for room, for the link (see sender.h). */
#include "capture/sender.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "capture/transmit_internal.h"
#include "core/clock.h"
#include "core/compiler.h"
#include "core/histogram.h"
#include "core/log.h"

enum {
	/* Enough to spread the cost of a call; few enough that what was written is still cached. */
	BATCH = 32,
	BATCH_LATE = 8, /* of frames behind their time, so that each leaves soon */
};

/* Sleep ends this much before the time that is waited for; the rest is spent on the clock. Adapted
 * to how late the thread has been woken lately. */
#define SPIN_MIN  (4 * NS_PER_US)
#define SPIN_MAX  (200 * NS_PER_US)
#define SPIN_INIT (60 * NS_PER_US)
#define LATE_NS   (20 * NS_PER_US)
#define NAP_MIN   (20 * NS_PER_US)
#define NAP_MAX   (20 * NS_PER_MS) /* between two looks at `stopped` */
#define SHIFT_MIN (5 * NS_PER_MS)  /* shorter waits are made up for */
#define CLOSE_NS  (100 * NS_PER_MS)
#define REMARK_NS (500 * NS_PER_MS)
#define AHEAD_NS  (500 * NS_PER_US)

struct sender {
	struct transmit *transmit;
	struct sender_config cfg;
	uint32_t pending; /* committed and not handed over */
	bool slack_set, timed_before, remarked;
	bool ahead;        /* frames are held back: on_went() tells when they leave */
	uint64_t spin_ns;  /* SPIN_MIN to SPIN_MAX */
	uint64_t shift_ns; /* added to due times */
	uint64_t last_due_ns, last_went_ns;
	uint64_t ahead_due_ns;       /* of the oldest frame that is pending; TRANSMIT_XDP */
	uint64_t pending_due[BATCH]; /* 0: without */
	_Atomic uint64_t waits, waited_ns, first_ns, last_ns, late_max_ns;
	struct histogram gap_errors;
};

static void store(_Atomic uint64_t *c, uint64_t v)
{
	atomic_store_explicit(c, v, memory_order_relaxed);
}

static uint64_t load(const _Atomic uint64_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

/* A frame that was due at due_ns has gone at `went_ns`. */
static void note_timing(struct sender *s, uint64_t due_ns, uint64_t went_ns)
{
	uint64_t wanted, got;

	if (went_ns > due_ns && went_ns - due_ns > load(&s->late_max_ns))
		store(&s->late_max_ns, went_ns - due_ns);
	if (s->timed_before) {
		wanted = due_ns - s->last_due_ns;
		got = went_ns - s->last_went_ns;
		histogram_add(&s->gap_errors, got > wanted ? got - wanted : wanted - got);
	}
	s->timed_before = true;
	s->last_due_ns = due_ns;
	s->last_went_ns = went_ns;
}

static void note_when(struct sender *s, uint64_t now)
{
	if (!load(&s->first_ns))
		store(&s->first_ns, now);
	store(&s->last_ns, now);
}

/* What is pending has gone at `now`. */
static void note_gone(struct sender *s, uint64_t now)
{
	uint32_t i;

	if (!s->ahead)
		note_when(s, now);
	for (i = 0; i < s->pending; i++)
		if (s->pending_due[i])
			note_timing(s, s->pending_due[i], now);
	s->pending = 0;
}

/* A transmit_watch_fn: frames that TRANSMIT_XDP held back. */
static void on_went(void *ctx, uint64_t due_ns, uint64_t went_ns)
{
	note_when(ctx, went_ns);
	note_timing(ctx, due_ns, went_ns);
}

/* TRANSMIT_XDP holds frames back until they are due, by itself. */
static bool holds_back(const struct sender *s)
{
	return s->cfg.transmit.way == TRANSMIT_XDP;
}

int sender_open(const struct sender_config *cfg, struct sender **ret, struct errmsg *err)
{
	struct sender *s = calloc(1, sizeof(*s));
	int code;

	if (!s)
		return errmsg_set(err, -ENOMEM, "%s: no memory", cfg->transmit.interface);
	s->cfg = *cfg;
	s->spin_ns = SPIN_INIT;
	s->cfg.transmit.interface = NULL; /* borrowed */
	code = transmit_open(&cfg->transmit, &s->transmit, err);
	if (code) {
		free(s);
		return code;
	}
	if (holds_back(s))
		transmit_watch(s->transmit, on_went, s);
	*ret = s;
	return 0;
}

const struct link_info *sender_link(const struct sender *s)
{
	return transmit_link(s->transmit);
}

uint32_t sender_frame_max(const struct sender *s)
{
	return transmit_frame_max(s->transmit);
}

static int give_up(const struct sender *s, int code, struct errmsg *err)
{
	const char *name = transmit_link(s->transmit)->name;
	const double seconds = (double)s->cfg.patience_ns / NS_PER_SEC;

	if (code == -EINTR)
		return code;
	if (code == -ENODEV)
		return errmsg_set(err, code, "%s: the interface is gone", name);
	if (code == -ENETDOWN)
		return errmsg_set(err, code, "%s: the interface was down for %g s", name, seconds);
	if (code == -EAGAIN)
		return errmsg_set(err, -ETIMEDOUT,
				  "%s: the interface took no frame for %g s; has it a carrier, "
				  "and do both ends of the link still take an MTU of %u?",
				  name, seconds, transmit_link(s->transmit)->mtu);
	return errmsg_set(err, code, "%s: sending: %s", name, strerror(-code));
}

static void precise_sleep(struct sender *s, uint64_t ns)
{
	if (!s->slack_set) {
		/* The kernel may add 50 us otherwise. Of this thread only. */
		(void)prctl(PR_SET_TIMERSLACK, 1ul);
		s->slack_set = true;
	}
	nanosleep(&(struct timespec){ .tv_nsec = (long)ns }, NULL);
}

/* A wait for the link, or for a driver that takes nothing. */
struct stall {
	uint64_t began_ns;    /* monotonic time; 0: it has not */
	uint64_t progress_ns; /* when a frame has left at last, or began_ns */
	uint64_t sent;        /* by then */
	uint64_t nap_ns;
};

/* The stall goes on after `code`: sleeps a little. 0 to try again, or final. */
static int bear(struct sender *s, struct stall *stall, int code, struct errmsg *err)
{
	const uint64_t now = clock_monotonic_ns(), sent = load(&transmit_counts(s->transmit)->sent);
	const char *name = transmit_link(s->transmit)->name;

	if (code != -EAGAIN && code != -ENETDOWN)
		return give_up(s, code, err);
	if (!stall->began_ns)
		stall->began_ns = now;
	if (!stall->progress_ns || sent != stall->sent) {
		stall->progress_ns = now;
		stall->sent = sent;
		stall->nap_ns = NAP_MIN;
	}
	if (s->cfg.stopped && s->cfg.stopped())
		return -EINTR;
	if (now - stall->progress_ns >= s->cfg.patience_ns)
		return give_up(s, code, err);
	if (now - stall->progress_ns > REMARK_NS && !s->remarked) {
		s->remarked = true;
		log_note("%s: %s; it is waited for", name,
			 code == -ENETDOWN ? "the interface is down" : "it takes no frames");
	}
	precise_sleep(s, stall->nap_ns);
	stall->nap_ns = MIN_OF(stall->nap_ns * 2, NAP_MAX);
	return 0;
}

/* It goes on. What was waited for is no lateness of those behind. */
static void stall_over(struct sender *s, const struct stall *stall)
{
	uint64_t lasted;
	uint32_t i;

	if (!stall->began_ns)
		return;
	lasted = clock_monotonic_ns() - stall->began_ns;
	if (s->remarked)
		log_note("%s: it takes frames again", transmit_link(s->transmit)->name);
	s->remarked = false;
	if (lasted < SHIFT_MIN)
		return;
	s->shift_ns += lasted;
	s->timed_before = false;
	for (i = 0; i < s->pending; i++)
		s->pending_due[i] = 0;
	store(&s->waits, load(&s->waits) + 1);
	store(&s->waited_ns, load(&s->waited_ns) + lasted);
}

int sender_push(struct sender *s, struct errmsg *err)
{
	struct stall stall = { 0 };
	uint64_t went;
	int code;

	if (!s->pending)
		return 0;
	for (;;) {
		went = clock_monotonic_ns();
		code = transmit_kick(s->transmit);
		if (likely(!code))
			break;
		code = bear(s, &stall, code, err);
		if (code)
			return code;
	}
	stall_over(s, &stall);
	note_gone(s, went);
	return 0;
}

/* The ring is full of frames that have not left. */
static int wait_for_slot(struct sender *s, uint8_t **ret, struct errmsg *err)
{
	struct stall stall = { 0 };
	int code = sender_push(s, err);

	while (!code) {
		code = transmit_kick(s->transmit);
		*ret = transmit_slot(s->transmit);
		if (*ret) {
			stall_over(s, &stall);
			return 0;
		}
		if (!code && holds_back(s)) {
			/* They wait for their time. */
			(void)transmit_wait(s->transmit, NAP_MAX);
			code = s->cfg.stopped && s->cfg.stopped() ? -EINTR : 0;
		} else {
			code = bear(s, &stall, code ? code : -EAGAIN, err);
		}
	}
	return code;
}

int sender_slot(struct sender *s, uint8_t **ret, struct errmsg *err)
{
	*ret = transmit_slot(s->transmit);
	return likely(*ret) ? 0 : wait_for_slot(s, ret, err);
}

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
}

/* Sleeps, if that is worth while, until shortly before due_ns. */
static void sleep_before(struct sender *s, uint64_t now, uint64_t due_ns)
{
	uint64_t nap = due_ns - now - s->spin_ns, woken, late;

	nap = MIN_OF(nap, NAP_MAX);
	precise_sleep(s, nap);
	woken = clock_monotonic_ns();
	late = woken > now + nap ? woken - now - nap : 0;
	/* Follows a late wake-up at once, and forgets it slowly. */
	s->spin_ns = late * 2 > s->spin_ns ? late * 2 : s->spin_ns - s->spin_ns / 64;
	s->spin_ns = MIN_OF(MAX_OF(s->spin_ns, SPIN_MIN), SPIN_MAX);
}

/* 0: the time has come; -EINTR: stopped. */
static int wait_until(struct sender *s, uint64_t due_ns)
{
	uint64_t now;

	while ((now = clock_monotonic_ns()) < due_ns) {
		if (due_ns - now <= s->spin_ns + SPIN_MIN) {
			relax();
			continue;
		}
		sleep_before(s, now, due_ns);
		if (s->cfg.stopped && s->cfg.stopped())
			return -EINTR;
	}
	return 0;
}

static int send_timed(struct sender *s, uint32_t len, uint64_t due_ns, struct errmsg *err)
{
	uint64_t now;
	int code;

	due_ns += s->shift_ns;
	now = clock_monotonic_ns();
	if (now < due_ns) {
		/* What was late before goes now, not with this one. */
		code = sender_push(s, err);
		if (!code)
			code = wait_until(s, due_ns);
		if (code)
			return code;
		now = due_ns;
	}
	transmit_commit(s->transmit, len, 0);
	s->pending_due[s->pending++] = due_ns;
	if (now - due_ns > LATE_NS && s->pending < BATCH_LATE)
		return 0;
	return sender_push(s, err);
}

/* They need not be handed over one by one, only well before their time. */
static int send_ahead(struct sender *s, uint32_t len, uint64_t due_ns, struct errmsg *err)
{
	s->ahead = true;
	if (!s->pending)
		s->ahead_due_ns = due_ns;
	transmit_commit(s->transmit, len, due_ns + s->shift_ns);
	s->pending_due[s->pending++] = 0;
	return s->pending < BATCH && due_ns - s->ahead_due_ns < AHEAD_NS ? 0 : sender_push(s, err);
}

int sender_send(struct sender *s, uint32_t len, uint64_t due_ns, struct errmsg *err)
{
	if (due_ns)
		return holds_back(s) ? send_ahead(s, len, due_ns, err)
				     : send_timed(s, len, due_ns, err);
	transmit_commit(s->transmit, len, 0);
	s->pending_due[s->pending++] = 0;
	return s->pending < BATCH ? 0 : sender_push(s, err);
}

void sender_commit(struct sender *s, uint32_t len)
{
	transmit_commit(s->transmit, len, 0);
}

int sender_finish(struct sender *s, struct errmsg *err)
{
	struct stall stall = { 0 };
	int code = sender_push(s, err);

	while (!code) {
		code = transmit_drain(s->transmit, NAP_MAX);
		if (!code)
			break;
		if (holds_back(s) && !transmit_kick(s->transmit))
			code = s->cfg.stopped && s->cfg.stopped() ? -EINTR : 0;
		else
			code = bear(s, &stall, code, err);
	}
	if (holds_back(s) && !s->ahead && load(&s->first_ns))
		store(&s->last_ns, clock_monotonic_ns());
	return code;
}

int sender_repeat(struct sender *s, uint64_t total, double gap_ns)
{
	const int code = transmit_repeat(s->transmit, total, gap_ns);

	if (!code && !load(&s->first_ns))
		store(&s->first_ns, clock_monotonic_ns());
	return code;
}

void sender_counts(const struct sender *s, struct sender_counts *ret)
{
	const struct transmit_counts *c = transmit_counts(s->transmit);
	unsigned i;

	*ret = (struct sender_counts){
		.committed = load(&c->committed),
		.sent = load(&c->sent),
		.sent_bytes = load(&c->sent_bytes),
		.full = load(&c->full),
		.waits = load(&s->waits),
		.waited_ns = load(&s->waited_ns),
		.first_ns = load(&s->first_ns),
		.last_ns = load(&s->last_ns),
		.timed = load(&s->gap_errors.count),
		.gap_error_median_ns = histogram_quantile(&s->gap_errors, 0.5),
		.gap_error_p99_ns = histogram_quantile(&s->gap_errors, 0.99),
		.gap_error_max_ns = load(&s->gap_errors.max),
		.late_max_ns = load(&s->late_max_ns),
	};
	for (i = 0; i < TRANSMIT_NR_FAILURES; i++)
		ret->failed[i] = load(&c->failed[i]);
}

void sender_close(struct sender *s, struct sender_counts *last)
{
	if (!s)
		return;
	/* A last try for what had no time to leave; what waits for its time has none. */
	if (!holds_back(s))
		(void)!transmit_drain(s->transmit, CLOSE_NS);
	transmit_stop(s->transmit);
	if (last)
		sender_counts(s, last);
	transmit_close(s->transmit);
	free(s);
}
