/*
 * capture/live.c -- frames that leave as XDP live frames (see transmit.h).
 *
 * An XDP program (live_prog.c), run by the kernel over and over on behalf of a child process
 * (live_child.c), takes frame after frame from a map that is shared with us, and lets each leave
 * with XDP_TX; while there is none, or its time has not come, it drops the empty frame it was run
 * on: it polls, and keeps a CPU busy as long as the child lives. Neither system calls nor sk_buffs
 * are made for a frame.
 *
 * Two programs at tracepoints count what the driver took and refused, because XDP tells nobody
 * else; where they are not allowed, every frame taken counts as sent.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "capture/live_able.h"
#include "capture/live_internal.h"
#include "core/bytes.h"
#include "core/clock.h"

#define NAP_NS     (50 * NS_PER_US)
#define LOOK_NS    (5 * NS_PER_MS)   /* how often the child is looked after */
#define RETRY_NS   (100 * NS_PER_MS) /* how often a link is tried that took nothing */
#define ROUNDS_MAX (UINT64_MAX / 4)  /* thousands of years */
#define LOST_NS    (50 * NS_PER_MS)  /* a batch has left long before */

static struct live *live_of(struct transmit *t)
{
	return (struct live *)t;
}

static uint64_t get(const uint64_t *shared)
{
	return __atomic_load_n(shared, __ATOMIC_RELAXED);
}

static uint32_t error_of(const struct live *l)
{
	return __atomic_load_n(&l->state->error, __ATOMIC_RELAXED);
}

/* Tells of the frames from the tail up to number `end` that had due times. */
static void tell(const struct live *l, uint64_t end)
{
	for (uint64_t n = l->tail; n != end; n++) {
		const uint32_t i = (l->slot - (uint32_t)(l->head - n)) & (l->shape.nr_slots - 1);

		if (l->own[i].due_ns)
			l->base.went(l->base.went_ctx, l->own[i].due_ns, l->slots[i].due_ns);
	}
}

/* Acquire: pairs with the program's release when it has taken a frame; slot and bytes are ours. */
static uint64_t taken(struct live *l)
{
	const uint64_t pos = __atomic_load_n(&l->state->pos, __ATOMIC_ACQUIRE);

	if (l->base.went && !l->repeating)
		tell(l, pos);
	l->tail = pos;
	return pos;
}

static bool is_traced(const struct live *l)
{
	return l->trace_fds[0] >= 0;
}

/* Has the driver had all frames that were taken? */
static bool is_settled(struct live *l)
{
	const struct live_state *s = l->state;

	return !is_traced(l) || get(&s->sent) + get(&s->refused) + get(&s->too_long) == taken(l);
}

void live_untrace(struct live *l)
{
	for (size_t i = 0; i < ARRAY_SIZE(l->trace_fds); i++) {
		if (l->trace_fds[i] >= 0)
			close(l->trace_fds[i]);
		l->trace_fds[i] = -1;
	}
}

static void set(_Atomic uint64_t *c, uint64_t v)
{
	atomic_store_explicit(c, v, memory_order_relaxed);
}

static void count(struct live *l)
{
	struct transmit_counts *c = &l->base.counts;
	const struct live_state *s = l->state;
	const uint64_t seen = get(&s->sent), pos = taken(l);

	if (l->repeating)
		set(&c->committed, l->round_committed + pos);
	set(&c->sent, is_traced(l) ? seen : pos - get(&s->refused) - get(&s->too_long));
	set(&c->full, get(&s->full));
	set(&c->sent_bytes, get(&s->bytes) - get(&s->lost_bytes));
	set(&c->failed[TRANSMIT_TOO_LONG], l->too_long + get(&s->too_long));
	set(&c->failed[TRANSMIT_REFUSED], l->refused + get(&s->refused));
}

void live_start_afresh(struct live *l)
{
	count(l);
	l->slot = 0;
	l->data_head = 0;
	l->repeating = false;
	l->state->slot = l->state->first = 0;
	l->state->end = l->shape.nr_slots;
	l->state->gap = 0;
}

/* Where the next frame may be written, on the scale of data_head. False: nowhere now. */
static bool find_room(const struct live *l, uint64_t *ret)
{
	const uint64_t size = l->shape.data_size, in_ring = l->head - l->tail;
	const uint64_t need = align_up(l->shape.frame_max, LIVE_CACHE_LINE);
	uint64_t at = l->data_head;
	uint32_t oldest;

	if (in_ring == 0) {
		*ret = 0;
		return true;
	}
	if (l->repeating || in_ring >= l->shape.nr_slots)
		return false;
	if (size - (at & (size - 1)) < need)
		at = align_up(at, size); /* a frame does not wrap */
	oldest = (l->slot - (uint32_t)in_ring) & (l->shape.nr_slots - 1);
	*ret = at;
	return at + need - l->own[oldest].start <= size;
}

static uint8_t *live_slot(struct transmit *t)
{
	struct live *l = live_of(t);
	uint64_t at;
	bool found = l->head != l->tail && find_room(l, &at);

	if (!found) {
		/* The tail's cache line is the program's; it is left alone while there is room. */
		taken(l);
		found = find_room(l, &at);
	}
	if (!found)
		return NULL;
	if (l->head == l->tail)
		live_start_afresh(l);
	l->data_head = at;
	return l->data + (at & (l->shape.data_size - 1));
}

static void live_commit(struct transmit *t, uint32_t len, uint64_t due_ns)
{
	struct live *l = live_of(t);

	transmit_count(&t->counts.committed, 1);
	if (unlikely(len > l->room || len < LIVE_ETHERNET)) {
		l->too_long += len > l->room;
		l->refused += len < LIVE_ETHERNET;
		count(l);
		return;
	}
	l->slots[l->slot] = (struct live_slot){
		.offset = (uint32_t)(l->data_head & (l->shape.data_size - 1)),
		.len = len,
		.due_ns = due_ns,
	};
	l->own[l->slot] = (struct live_own){ .start = l->data_head, .due_ns = due_ns };
	l->data_head += align_up(len, LIVE_CACHE_LINE);
	l->slot = (l->slot + 1) & (l->shape.nr_slots - 1);
	l->head++;
}

/* 0, -ENETDOWN, -ENODEV, or -EAGAIN: it is up, and takes nothing now. */
static int look_at_link(const struct live *l)
{
	struct link_info link;
	const int code = transmit_look(l->run.ifindex, &link);

	return !code && live_able(&link, NULL) ? -EAGAIN : code;
}

static int start_child(struct live *l)
{
	const struct live_state *s = l->state;
	pid_t pid;
	uint32_t i;

	/* Frames that are as long as that need no cutting. */
	l->run.len = l->room;
	if (l->repeating)
		for (l->run.len = LIVE_ETHERNET, i = s->first; i < s->end; i++)
			l->run.len = MAX_OF(l->run.len, l->slots[i].len);
	l->state->initial = l->run.len;
	l->state->next = 0;
	pid = live_child_start(&l->run);
	if (pid < 0)
		return pid;
	l->pid = pid;
	return 0;
}

/* Has the child ended, does the link stand? Starts the child where there is work. */
static void look_after(struct live *l, uint64_t now)
{
	int code;

	if (l->pid) {
		code = live_child_look(l->pid);
		if (code != 1)
			l->pid = 0;
		/* What it says of the link is looked at below. */
		l->failed = code < 0 && code != -ENETDOWN && code != -ENODEV;
		if (l->failed) {
			l->blocked = code;
			return;
		}
	}
	if (l->pid && !error_of(l)) {
		l->blocked = 0;
		return;
	}
	if (!l->pid && l->head == taken(l) && !l->blocked)
		return;
	l->blocked = look_at_link(l);
	if (!l->blocked && error_of(l)) {
		/* What it does not take now is lost: so it is tried now and then. */
		if (now - l->tried_ns < RETRY_NS) {
			l->blocked = -EAGAIN;
			return;
		}
		l->tried_ns = now;
		/* The tracepoints' program writes no more while the other one sends no frame. */
		__atomic_store_n(&l->state->error, 0, __ATOMIC_RELAXED);
	}
	if (l->blocked == -ENODEV && l->pid) {
		live_child_end(l->pid);
		l->pid = 0;
	}
	if (!l->blocked && !l->pid && l->head != taken(l)) {
		l->blocked = start_child(l);
		l->failed = l->blocked < 0;
	}
}

static int live_kick(struct transmit *t)
{
	const uint64_t now = clock_monotonic_ns();
	struct live *l = live_of(t);
	const bool in_order = l->pid && !l->blocked && !error_of(l);

	/* Release: pairs with the program's acquire; slots and bytes of frames below are whole. */
	__atomic_store_n(&l->state->limit, l->head, __ATOMIC_RELEASE);
	count(l);
	if (!l->failed && (now - l->looked_ns >= LOOK_NS || !(in_order || l->blocked))) {
		l->looked_ns = now;
		look_after(l, now);
	}
	return l->blocked;
}

static int nap(uint64_t ns)
{
	return nanosleep(&(struct timespec){ .tv_nsec = (long)ns }, NULL) < 0 ? -errno : 0;
}

static int live_wait(struct transmit *t, uint64_t ns)
{
	const uint64_t end = clock_monotonic_ns() + ns;
	uint64_t now;

	while (live_kick(t) || !live_slot(t)) {
		now = clock_monotonic_ns();
		if (now >= end)
			break;
		if (nap(MIN_OF(end - now, live_of(t)->blocked ? NS_PER_MS : NAP_NS)))
			return -EINTR;
	}
	return 0;
}

static int live_drain(struct transmit *t, uint64_t ns)
{
	const uint64_t begin = clock_monotonic_ns();
	uint64_t now = begin, pause = 10 * NS_PER_US;
	struct live *l = live_of(t);
	int code;

	for (;;) {
		code = live_kick(t);
		if (l->head != taken(l)) {
			l->over_ns = 0;
		} else {
			l->over_ns = l->over_ns ? l->over_ns : now;
			if (now - l->over_ns > LOST_NS)
				live_untrace(l); /* it does not see all: it is of no use */
			if (is_settled(l)) {
				l->over_ns = 0;
				count(l);
				return 0;
			}
		}
		if (code && code != -EAGAIN)
			return code;
		now = clock_monotonic_ns();
		if (now - begin >= ns)
			return -EAGAIN;
		(void)nap(MIN_OF(ns - (now - begin), pause));
		pause = MIN_OF(pause * 2, NS_PER_MS);
	}
}

static int live_repeat(struct transmit *t, uint64_t total, double gap_ns)
{
	struct live *l = live_of(t);
	struct live_state *s = l->state;
	const uint64_t handed_over = get(&s->limit), n = l->head - handed_over;
	const uint32_t end = l->slot ? l->slot : l->shape.nr_slots;
	int code;

	if (n == 0)
		return -EINVAL;
	if (handed_over != taken(l) || n > end)
		return -EBUSY; /* transmit_drain() first */
	/* A frame counts as committed each time that it comes round. */
	l->round_committed =
		atomic_load_explicit(&t->counts.committed, memory_order_relaxed) - n - handed_over;
	s->first = s->slot = end - (uint32_t)n;
	s->end = end;
	s->gap = (uint64_t)MIN_OF(gap_ns * LIVE_NS, 0x1p62);
	s->next = 0;
	l->repeating = true;
	l->head = handed_over + MIN_OF(total, ROUNDS_MAX);
	code = live_kick(t);
	return l->failed ? code : 0;
}

static void live_stop(struct transmit *t)
{
	struct live *l = live_of(t);

	if (l->pid)
		live_child_end(l->pid);
	l->pid = 0;
	count(l);
	if (!l->repeating)
		transmit_count(&t->counts.failed[TRANSMIT_UNSENT], l->head - l->tail);
}

static void live_close(struct transmit *t)
{
	struct live *l = live_of(t);

	if (l->state)
		munmap(l->state, l->map_size);
	live_untrace(l);
	if (l->prog_fd >= 0)
		close(l->prog_fd);
	if (l->map_fd >= 0)
		close(l->map_fd);
	free(l->own);
	free(l->zeros);
	free(l);
}

const struct transmit_ops live_ops = {
	.slot = live_slot,
	.commit = live_commit,
	.kick = live_kick,
	.wait = live_wait,
	.drain = live_drain,
	.repeat = live_repeat,
	.stop = live_stop,
	.close = live_close,
};
