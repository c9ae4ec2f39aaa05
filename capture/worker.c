/* capture/worker.c -- the loop that everything else serves. */
#include "capture/worker.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <urcu-qsbr.h>

#include "core/clock.h"

enum {
	WAIT_MS = 500, /* statistics are read at least this often */
	DRAIN_WAIT_MS = 5,
	INPLACE_MEAN_MIN = 256,  /* bytes: below, dense blocks cost less than their gaps */
	TS_JITTER_NS = 10000000, /* see order_time() */
};

void worker_kick(const struct worker *w)
{
	const uint64_t one = 1;

	if (write(w->stop_fd, &one, sizeof(one)) < 0)
		return; /* kicked already */
}

static void notify_control(const struct worker *w)
{
	const uint64_t one = 1;

	if (write(w->shared->event_fd, &one, sizeof(one)) < 0)
		return;
}

/* Blocks that the writer still holds. */
static uint64_t held(const struct worker *w)
{
	/* Acquire: pairs with writer_release(): the block's status word is ours to read again. */
	return w->queued - atomic_load_explicit(&w->seg_ring->released, memory_order_acquire);
}

static uint8_t *current_block(const struct worker *w)
{
	return ring_block(&w->ring, (uint32_t)(w->queued % w->ring.nr_blocks));
}

static bool current_ready(const struct worker *w)
{
	if (w->shared->writes && held(w) >= w->ring.nr_blocks)
		return false; /* its set status bit is of the last lap: the writer has it */
	return block_ready(current_block(w));
}

static void read_statistics(struct worker *w)
{
	struct ring_statistics st;

	w->stats_ns = clock_monotonic_ns();
	if (ring_read_statistics(&w->ring, &st) < 0)
		return;
	counter_add(&w->counters->kernel_packets, st.packets);
	counter_add(&w->counters->kernel_drops, st.drops);
	counter_add(&w->counters->kernel_freezes, st.freezes);
}

/* How many of n packets may be stored under -c. */
static uint32_t claim(struct worker *w, uint32_t n)
{
	const uint64_t limit = w->shared->limit;
	uint64_t before;

	if (!limit)
		return n;
	before = atomic_fetch_add_explicit(&w->shared->claimed, n, memory_order_relaxed);
	if (before + n >= limit)
		notify_control(w);
	return before >= limit ? 0 : (uint32_t)MIN_OF((uint64_t)n, limit - before);
}

/*
 * The kernel gives a packet its place in the ring under a lock and reads the clock after that, so
 * with several CPUs feeding one ring a time may be a little before its predecessor's, by
 * milliseconds where a virtual CPU was taken away in between. The place is the truth: such a time
 * is lifted, and counted. A larger step back is the clock's and stays.
 */
static void order_time(struct worker *w, struct block_frame *f)
{
	if (unlikely(f->ts_ns < w->last_ts_ns) && w->last_ts_ns - f->ts_ns < TS_JITTER_NS) {
		f->ts_ns = w->last_ts_ns;
		counter_add(&w->counters->ts_adjusted, 1);
	}
	w->last_ts_ns = f->ts_ns;
}

/* In place where whole blocks of large packets are written, or the writer takes packets out. */
static enum stamp_form choose_form(const struct worker *w, const struct block_view *b)
{
	const struct worker_shared *s = w->shared;

	if (s->taken_apart)
		return STAMP_INPLACE;
	/* In place, a packet that the display filter drops would stay as a hole. */
	if (s->display)
		return STAMP_PACKED;
	if (s->mode == WRITE_INPLACE)
		return STAMP_INPLACE;
	if (s->mode == WRITE_AUTO && s->whole_pages &&
	    b->length >= (uint64_t)b->nr_packets * (INPLACE_MEAN_MIN + FRAME_HEADER_LEN + 16))
		return STAMP_INPLACE;
	return STAMP_PACKED;
}

/*
 * All frames of the block, `allowed` of them at most. With a display filter the limit counts the
 * packets that match, so each is claimed when it has matched.
 */
static void walk_block(struct worker *w, struct block_view *b, uint32_t allowed, struct stamper *st)
{
	const bool filters = w->shared->display, writes = w->shared->writes;
	const bool looks = filters || w->shared->summaries || w->shared->lines;
	uint64_t bytes = 0, wire = 0, cut = 0, filtered = 0, beyond = 0;
	struct dissection d;
	struct block_frame f;
	uint32_t i;

	for (i = 0; i < allowed; i++) {
		if (unlikely(block_next_frame(b, &f) <= 0)) {
			counter_add(&w->counters->lost[LOSS_BAD_BLOCK], allowed - i);
			break;
		}
		block_frame_complete(b->base, &w->ring.traits, &f);
		order_time(w, &f);
		if (looks && !worker_look(w, &f, b->base, &d)) {
			filtered++;
			continue;
		}
		if (filters && !claim(w, 1)) {
			beyond++;
			continue;
		}
		if (looks)
			worker_visit(w, &d);
		if (writes)
			stamp_frame(st, &f);
		bytes += f.cap_len;
		wire += f.wire_len;
		cut += f.cap_len < f.wire_len;
	}
	counter_add(&w->counters->packets, i - filtered - beyond);
	counter_add(&w->counters->filtered, filtered);
	counter_add(&w->counters->beyond_limit, beyond);
	counter_add(&w->counters->bytes, bytes);
	counter_add(&w->counters->wire_bytes, wire);
	if (cut)
		counter_add(&w->counters->truncated, cut);
	counter_set(&w->counters->last_ts_ns, w->last_ts_ns);
}

/* WORKER -> QUEUED: from the store of `queued` on the block is the writer's. */
static void hand_over(struct worker *w, const struct stamp_run *run)
{
	w->queue[w->queued & w->queue_mask] = (struct block_entry){
		.index = (uint32_t)(w->queued % w->ring.nr_blocks),
		.offset = run->offset,
		.len = run->len,
		.packets = run->packets,
		.cap_bytes = run->cap_bytes,
		.first_ts_ns = run->first_ts_ns,
		.last_ts_ns = run->last_ts_ns,
	};
	counter_add(&w->seg_ring->packets_queued, run->packets);
	w->queued++;
	/* Release: pairs with the writer's acquire in pop_ring(): entry and block are complete. */
	atomic_store_explicit(&w->seg_ring->queued, w->queued, memory_order_release);
	counter_max(&w->counters->queue_high, held(w));
	segment_wake_writer(w->shared->seg, w->shared->wake_fd);
}

static void process_block(struct worker *w)
{
	uint8_t *base = current_block(w);
	struct stamp_run run = { .len = 0 };
	const uint64_t seq = w->queued;
	struct stamp_statistics stats;
	struct block_view b;
	struct stamper st;
	uint32_t allowed;

	if (block_begin(base, w->ring.block_size, &b) < 0) {
		counter_add(&w->counters->lost[LOSS_BAD_BLOCK], b.nr_packets);
		w->taken += b.nr_packets;
		b.nr_packets = b.left = 0;
	}
	if (b.status & TP_STATUS_LOSING || clock_monotonic_ns() - w->stats_ns > NS_PER_SEC)
		read_statistics(w);
	st = (struct stamper){ .base = base,
			       .size = w->ring.block_size,
			       .interface_id = w->seg_ring->interface_id,
			       .form = choose_form(w, &b),
			       .whole_pages = w->shared->whole_pages,
			       .keep_hash = w->ring.traits.keep_hash,
			       .queue = w->seg_ring->rx_queue,
			       .dropped_before =
				       counter_get(&w->counters->kernel_drops) - w->dropped_seen };
	w->dropped_seen += st.dropped_before;
	allowed = w->shared->display ? b.nr_packets : claim(w, b.nr_packets);
	stamp_begin(&st);
	walk_block(w, &b, allowed, &st);
	w->taken += b.nr_packets;
	counter_add(&w->counters->beyond_limit, b.nr_packets - allowed);
	counter_add(&w->counters->blocks, 1);
	if (w->shared->writes) {
		stats = (struct stamp_statistics){
			.received = w->taken + counter_get(&w->counters->kernel_drops),
			.dropped = counter_get(&w->counters->kernel_drops)
		};
		stamp_end(&st, &stats, &run);
		counter_add(st.form == STAMP_INPLACE ? &w->counters->blocks_inplace
						     : &w->counters->blocks_packed,
			    1);
		if (w->spool.header)
			worker_visit_block_end(w, seq, &run);
		hand_over(w, &run);
		return;
	}
	/* WORKER -> KERNEL */
	block_release(base);
	w->queued++;
	if (w->spool.header) {
		worker_visit_block_end(w, seq, &run);
		if (w->shared->summaries)
			segment_wake_writer(w->shared->seg, w->shared->wake_fd);
	}
}

/* A socket error says that the link is down (it may come back) or that something is wrong with it.
 */
static void note_socket_error(struct worker *w)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(w->ring.fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error == ENETDOWN) {
		atomic_store(&w->link_down, 1);
		notify_control(w);
	}
}

/*
 * Edge-triggered: poll() on a packet socket looks at the newest closed block only, and returns at
 * once for as long as the writer holds that one. The caller looks at the status word again
 * afterwards.
 */
static void wait_for_block(struct worker *w, int timeout_ms)
{
	struct epoll_event ev[2];
	uint64_t drained;
	int i, n;

	counter_add(&w->counters->waits, 1);
	rcu_thread_offline();
	n = epoll_wait(w->epoll_fd, ev, 2, timeout_ms);
	rcu_thread_online();
	for (i = 0; i < n; i++) {
		if (ev[i].data.fd == w->stop_fd) {
			if (read(w->stop_fd, &drained, sizeof(drained)) < 0)
				continue;
		} else if (ev[i].events & EPOLLERR) {
			note_socket_error(w);
		}
	}
}

/* Everything that the kernel let into the ring has been taken out, or nothing more will come. */
static bool drained(struct worker *w)
{
	const uint64_t now = clock_monotonic_ns();

	if (!w->stop_ns)
		w->stop_ns = now;
	read_statistics(w);
	if (w->taken + counter_get(&w->counters->kernel_drops) >=
	    counter_get(&w->counters->kernel_packets))
		return true;
	/* While the writer holds every block, the rest of the ring is not lost, only waiting. */
	if (w->shared->writes && held(w) >= w->ring.nr_blocks)
		w->stop_ns = now;
	return now - w->stop_ns > w->shared->drain_ns;
}

static void run(struct worker *w)
{
	struct worker_shared *s = w->shared;
	bool stopping;

	while (!atomic_load_explicit(&s->hurry, memory_order_relaxed)) {
		stopping = atomic_load_explicit(&s->stopping, memory_order_acquire) ||
			   atomic_load_explicit(&w->gone, memory_order_acquire);
		if (current_ready(w)) {
			process_block(w);
			rcu_quiescent_state();
			continue;
		}
		if (stopping && drained(w))
			break;
		wait_for_block(w, stopping ? DRAIN_WAIT_MS : WAIT_MS);
		if (clock_monotonic_ns() - w->stats_ns > NS_PER_SEC)
			read_statistics(w);
	}
	read_statistics(w);
	if (w->taken + counter_get(&w->counters->kernel_drops) <
	    counter_get(&w->counters->kernel_packets))
		counter_add(&w->counters->lost[LOSS_AT_EXIT],
			    counter_get(&w->counters->kernel_packets) -
				    counter_get(&w->counters->kernel_drops) - w->taken);
}

static void pin(const struct worker *w)
{
	cpu_set_t set;

	if (w->cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET((unsigned)w->cpu, &set);
	/* The engine has checked that the CPU is allowed; a CPU that went offline costs locality
	 * only. */
	(void)pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	char name[16] = "ringtap-w";

	name[9] = (char)('0' + w->index / 100 % 10);
	name[10] = (char)('0' + w->index / 10 % 10);
	name[11] = (char)('0' + w->index % 10);
	pthread_setname_np(pthread_self(), name);
	pin(w);
	rcu_register_thread();
	w->stats_ns = clock_monotonic_ns();
	run(w);
	rcu_unregister_thread();
	/* Release: pairs with all_ended() in the writer: nothing is queued after this. */
	atomic_store_explicit(&w->seg_ring->ended, 1, memory_order_release);
	segment_wake_writer(w->shared->seg, w->shared->wake_fd);
	notify_control(w);
	return NULL;
}

static int prepare_wait(struct worker *w)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLERR | EPOLLET, .data.fd = w->ring.fd };

	w->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (w->stop_fd < 0 || w->epoll_fd < 0 ||
	    epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, w->ring.fd, &ev) < 0)
		return -errno;
	ev = (struct epoll_event){ .events = EPOLLIN, .data.fd = w->stop_fd };
	return epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, w->stop_fd, &ev) < 0 ? -errno : 0;
}

int worker_start(struct worker *w, struct errmsg *err)
{
	int ret;

	w->stop_fd = w->epoll_fd = -1;
	ret = prepare_wait(w);
	if (ret == 0 && w->shared->display)
		ret = display_state_open(w->shared->display, &w->display);
	if (ret == 0)
		ret = -pthread_create(&w->thread, NULL, worker_main, w);
	if (ret < 0)
		return errmsg_set(err, ret, "worker %u: %s", w->index, strerror(-ret));
	w->started = true;
	return 0;
}

void worker_join(struct worker *w)
{
	if (!w->started)
		return;
	pthread_join(w->thread, NULL);
	w->started = false;
	close(w->stop_fd);
	close(w->epoll_fd);
}
