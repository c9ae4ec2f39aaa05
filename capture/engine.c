/* capture/engine.c -- a capture's life, in the order in which privileges and packets allow it. */
#include "capture/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <urcu-qsbr.h>

#include "capture/engine_internal.h"
#include "capture/post.h"
#include "core/clock.h"
#include "core/log.h"
#include "pcapio/file_finish.h"
#include "pcapio/retain.h"
#include "pcapio/writer.h"

enum {
	LATENCY_FILE_MS = 100,
	LATENCY_TERMINAL_MS = 10,
	WRITER_START_MS = 5000,
	DRAIN_SLACK_MS = 200,
	HURRY_MS = 1000,
};

static void fill_ring(const struct engine *e, const struct engine_interface *itf, struct worker *w)
{
	struct segment_ring *r = segment_ring_at(&e->seg, w->index);

	w->seg_ring = r;
	w->counters = &r->worker;
	w->queue = segment_queue_entry(&e->seg, r, 0);
	w->queue_mask = r->queue_mask;
	w->shared = (struct worker_shared *)&e->shared;
	r->block_size = w->ring.block_size;
	r->interface_id = e->cfg.pcap ? 0 : w->index;
	r->ifindex = itf->link.ifindex;
	r->cpu = w->cpu;
	/* A member of a queue-mapped group gets one queue's packets when there is a ring per queue.
	 */
	r->rx_queue = e->cfg.fanout == FANOUT_QM && itf->nr_rings == itf->facts.rx_queues
			      ? (w->index - itf->first_ring + itf->nr_rings - 1) % itf->nr_rings
			      : UINT32_MAX;
	snprintf(r->interface, sizeof(r->interface), "%s", itf->name);
}

static void fill_config(struct engine *e)
{
	struct segment_header *h = e->seg.header;
	struct writer_config *c = &h->config;

	*c = (struct writer_config){
		.format = !e->cfg.output          ? OUTPUT_NONE
			  : e->shared.whole_pages ? OUTPUT_PCAPNG_BLOCKS
						  : OUTPUT_STREAM,
		.pipe = e->output.pipe_fd >= 0,
		.sorted = e->cfg.output && e->cfg.mode == WRITE_SORTED && e->nr_workers > 1,
		.pcap = e->cfg.pcap,
		.nanoseconds = e->cfg.nanoseconds,
		.force = e->cfg.force,
		.rotating = e->output.rotating,
		.keep_files = e->cfg.keep_files,
		.rotate_bytes = e->cfg.rotate_bytes,
		.rotate_ns = e->cfg.rotate_ns,
		.rotate_packets = e->cfg.rotate_packets,
		.keep_bytes = e->cfg.keep_bytes,
		.keep_free = e->output.keep_free,
		.first_number = e->output.first_number,
		.post = e->cfg.post != NULL,
		.sort_hold_ns = (2ull * e->cfg.latency_ms + 50) * NS_PER_MS,
		.capture_start_ns = h->start_ns,
		.no_uring = e->cfg.no_uring,
		.no_direct = e->cfg.no_direct,
		.codec = e->cfg.codec,
		.compress_level = e->cfg.compress_level,
		.compress_threads = e->cfg.compress_threads,
		.durable_ns = e->cfg.durable_ns,
		.durable_bytes = e->cfg.durable_bytes,
		.uid = e->output.uid,
		.gid = e->output.gid,
	};
	snprintf(c->name, sizeof(c->name), "%s", e->output.name);
	snprintf(c->summary_name, sizeof(c->summary_name), "%s", e->output.summary_name);
	snprintf(h->output, sizeof(h->output), "%s", e->output.display);
	snprintf(h->command, sizeof(h->command), "%s", e->cfg.command ? e->cfg.command : "");
	segment_set_filter(&e->seg, e->cfg.filter ? e->cfg.filter : "");
}

static int make_segment(struct engine *e, struct errmsg *err)
{
	struct segment_plan plan = { .nr_rings = e->nr_workers,
				     .spool_data_len = e->spool_len,
				     .keep_files = output_keeps(&e->cfg),
				     .post = e->cfg.post };
	uint32_t i, r, blocks[RINGS_MAX];
	int ret;

	for (i = 0; i < e->nr_workers; i++)
		blocks[i] = e->workers[i].ring.nr_blocks;
	plan.nr_blocks = blocks;
	ret = segment_create(&plan, &e->seg, err);
	if (ret < 0)
		return ret;
	for (i = 0; i < e->cfg.nr_interfaces; i++)
		for (r = 0; r < e->interfaces[i].nr_rings; r++)
			fill_ring(e, &e->interfaces[i],
				  &e->workers[e->interfaces[i].first_ring + r]);
	for (i = 0; i < e->nr_workers && plan.spool_data_len && ret == 0; i++)
		ret = spool_map(e->seg.fd, e->workers[i].seg_ring->spool_off, plan.spool_data_len,
				&e->workers[i].spool, err);
	if (ret < 0)
		return ret;
	ret = lines_open(e, err);
	if (ret < 0)
		return ret;
	fill_config(e);
	return prelude_build(e, segment_prelude(&e->seg), SEGMENT_PRELUDE_MAX,
			     &e->seg.header->config.prelude_len, err);
}

static void fill_shared(struct engine *e)
{
	const struct engine_config *c = &e->cfg;

	e->shared.seg = &e->seg;
	e->shared.registry = e->registry;
	e->shared.display = e->display;
	e->shared.links = &e->links;
	e->shared.limit = c->limit;
	e->shared.drain_ns = (3ull * c->latency_ms + DRAIN_SLACK_MS) * NS_PER_MS;
	e->shared.mode = c->mode;
	e->shared.writes = c->output != NULL;
	/* Sorting takes the blocks apart; one ring is in order as it is. */
	e->shared.taken_apart =
		c->pcap || c->rotate_packets || (c->mode == WRITE_SORTED && e->nr_workers > 1);
	e->shared.whole_pages = c->output && !e->shared.taken_apart && e->output.pipe_fd < 0 &&
				c->codec == CODEC_NONE;
	e->shared.summaries = c->summaries != NULL;
	e->shared.lines = c->lines;
	e->shared.line = c->line;
	e->shared.wake_fd = e->wake_fd;
	e->shared.event_fd = e->event_fd;
}

static int watch(struct engine *e, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(e->epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 ? -errno : 0;
}

static int open_descriptors(struct engine *e, struct errmsg *err)
{
	e->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	e->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	e->notify_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	e->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (e->epoll_fd < 0 || e->event_fd < 0 || e->notify_fd < 0 || e->wake_fd < 0 ||
	    pipe2(e->alive_pipe, O_CLOEXEC) < 0 || watch(e, e->event_fd) < 0 ||
	    watch(e, e->notify_fd) < 0)
		return errmsg_set(err, -errno, "descriptors: %s", strerror(errno));
	return 0;
}

/* Every descriptor that a capture may need, where the limit can be raised that far. */
static void raise_limits(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) == 0) {
		lim.rlim_cur = lim.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &lim);
	}
}

static int open_all(struct engine *e, struct errmsg *err)
{
	int ret = 0;
	size_t i;

	raise_limits();
	if (e->cfg.netns)
		ret = priv_enter_netns(e->cfg.netns, err);
	if (ret == 0)
		ret = open_descriptors(e, err);
	if (ret == 0)
		ret = interfaces_open(e, err);
	if (ret == 0)
		ret = registry_init(&e->registry, err);
	for (i = 0; ret == 0 && i < e->cfg.nr_decodes; i++)
		ret = registry_decode(e->registry, e->cfg.decodes[i], err);
	/* A wrong expression is found before a file or a ring is made. */
	if (ret == 0)
		ret = engine_open_filters(e, err);
	if (ret == 0)
		ret = output_open(&e->cfg, &e->output, err);
	if (ret == 0)
		ret = post_open(e, err);
	if (ret == 0)
		ret = engine_open_rings(e, err);
	if (ret == 0)
		ret = engine_check_linktypes(e, err);
	if (ret < 0)
		return ret;
	fill_shared(e);
	ret = make_segment(e, err);
	if (ret == 0)
		ret = link_monitor_open(&e->monitor, interfaces_event, e, err);
	if (ret == 0 && watch(e, link_monitor_fd(e->monitor)) < 0)
		ret = errmsg_set(err, -errno, "link events: %s", strerror(errno));
	return ret;
}

int engine_open(const struct engine_config *cfg, struct engine **ret, struct errmsg *err)
{
	struct engine *e = calloc(1, sizeof(*e));
	int code;

	if (!e)
		return errmsg_set(err, -ENOMEM, "out of memory");
	e->cfg = *cfg;
	e->epoll_fd = e->event_fd = e->notify_fd = e->wake_fd = -1;
	e->alive_pipe[0] = e->alive_pipe[1] = e->writer_pidfd = -1;
	e->program_fd = e->restart_fd = -1;
	e->output = (struct engine_output){ .dir_fd = -1, .summary_dir_fd = -1, .pipe_fd = -1 };
	e->seg.fd = -1;
	if (!e->cfg.latency_ms)
		e->cfg.latency_ms = cfg->lines ? LATENCY_TERMINAL_MS : LATENCY_FILE_MS;
	code = open_all(e, err);
	if (code < 0) {
		engine_close(e);
		return code;
	}
	*ret = e;
	return 0;
}

/* Until the writer says that its output is open, or that it cannot be. */
static int await_writer(struct engine *e, struct errmsg *err)
{
	const uint64_t deadline = clock_monotonic_ns() + WRITER_START_MS * NS_PER_MS;
	struct pollfd fds[2] = { { .fd = e->notify_fd, .events = POLLIN },
				 { .fd = e->writer_pidfd, .events = POLLIN } };
	uint64_t drained;
	uint32_t state;

	for (;;) {
		state = atomic_load(&e->seg.header->writer.state);
		if (state == WRITER_RUNNING)
			return 0;
		if (state == WRITER_FAILED || clock_monotonic_ns() > deadline)
			break;
		if (fds[1].revents)
			break;
		(void)poll(fds, 2, 100);
		if (fds[0].revents && read(e->notify_fd, &drained, sizeof(drained)) < 0)
			continue;
	}
	writer_process_kill(e);
	if (e->output.dir_fd >= 0) /* what it had begun */
		file_finish_abandoned(&e->seg, &e->writer_config, e->output.dir_fd);
	return errmsg_set(err, -EIO, "%s: nothing can be written there",
			  e->cfg.output ? e->cfg.output : e->cfg.summaries);
}

int engine_start(struct engine *e, struct errmsg *err)
{
	uint32_t i;
	int ret = 0;

	rcu_register_thread();
	rcu_thread_offline(); /* it only updates; reading is the workers' */
	if (e->cfg.output || e->cfg.summaries) {
		ret = writer_process_start(e, err);
		if (ret == 0)
			ret = await_writer(e, err);
	}
	if (ret == 0)
		ret = engine_start_rings(e, err);
	/* Capabilities and the system call filter belong to threads: the workers inherit ours. */
	if (ret == 0)
		ret = priv_drop(e, err);
	for (i = 0; i < e->nr_workers && ret == 0; i++)
		ret = worker_start(&e->workers[i], err);
	if (ret < 0)
		return ret;
	e->started = true;
	interfaces_warn(e);
	return 0;
}

int engine_fd(const struct engine *e)
{
	return e->epoll_fd;
}

static void drain_events(struct engine *e)
{
	uint64_t drained;
	struct errmsg err;

	if (read(e->event_fd, &drained, sizeof(drained)) < 0 && errno != EAGAIN)
		log_error("event descriptor: %s", strerror(errno));
	if (read(e->notify_fd, &drained, sizeof(drained)) < 0 && errno != EAGAIN)
		log_error("event descriptor: %s", strerror(errno));
	if (link_monitor_dispatch(e->monitor, &err) < 0)
		log_error("link events: %s", err.text);
}

static bool all_gone(const struct engine *e)
{
	uint32_t i;

	for (i = 0; i < e->cfg.nr_interfaces; i++)
		if (!e->interfaces[i].gone)
			return false;
	return true;
}

enum engine_state engine_poll(struct engine *e)
{
	const uint64_t now = clock_monotonic_ns();

	drain_events(e);
	writer_process_check(e);
	post_check(e);
	if (now - e->nic_ns > NS_PER_SEC) {
		e->nic_ns = now;
		interfaces_read_nic(e);
		space_check(e);
		counter_set(&e->seg.header->control.update_ns, now);
	}
	if (e->failed || atomic_load(&e->seg.header->writer.state) == WRITER_FAILED)
		return ENGINE_FAILED;
	if (e->shared.limit && atomic_load(&e->shared.claimed) >= e->shared.limit)
		return ENGINE_LIMIT;
	if (all_gone(e))
		return ENGINE_GONE;
	return ENGINE_RUNNING;
}

void engine_rotate(struct engine *e)
{
	atomic_fetch_add(&e->seg.header->control.rotate_requests, 1);
	segment_wake_writer(&e->seg, e->wake_fd);
}

void engine_stop(struct engine *e)
{
	uint32_t i;

	if (e->stopping)
		return;
	e->stopping = true;
	for (i = 0; i < e->nr_workers; i++)
		ring_stop(&e->workers[i].ring);
	/* Release: pairs with the workers' acquire: the rings are closed. */
	atomic_store_explicit(&e->shared.stopping, 1, memory_order_release);
	for (i = 0; i < e->nr_workers; i++)
		worker_kick(&e->workers[i]);
}

void engine_hurry(struct engine *e)
{
	uint32_t i;

	engine_stop(e);
	e->hurry_ns = clock_monotonic_ns();
	atomic_store(&e->shared.hurry, 1);
	atomic_store(&e->seg.header->control.abort, 1);
	for (i = 0; i < e->nr_workers; i++)
		worker_kick(&e->workers[i]);
	segment_wake_writer(&e->seg, e->wake_fd);
}

/*
 * No writer is left: what was handed on and not accounted for stays in the ring, and is lost; a
 * file that is still open ends here.
 */
static void count_leftovers(struct engine *e)
{
	const enum loss_cause cause = e->hurry_ns ? LOSS_AT_EXIT : LOSS_NO_WRITER;
	struct engine_totals t;
	uint64_t left = 0;
	uint32_t i;

	engine_totals(&e->seg, &t);
	if (t.in_flight)
		counter_add(&e->seg.header->control.lost[cause], t.in_flight);
	priv_act_as_writer(e, true);
	if (e->output.dir_fd >= 0)
		file_finish_abandoned(&e->seg, &e->writer_config, e->output.dir_fd);
	if (e->output.summary_dir_fd >= 0)
		file_finish_summaries(&e->seg, &e->writer_config, e->output.summary_dir_fd);
	priv_act_as_writer(e, false);
	for (i = 0; i < e->nr_workers && e->output.summary_dir_fd >= 0; i++)
		if (e->workers[i].spool.header)
			left += file_count_unwritten(&e->seg, i, &e->workers[i].spool);
	counter_set(&e->seg.header->control.summaries_left, left);
}

/* The commands for the last files; then nothing holds those back any more that retention wants. */
static bool end_post(struct engine *e)
{
	if (!e->post)
		return true;
	post_check(e);
	if (e->hurry_ns)
		post_give_up(e);
	else if (!post_idle(e))
		return false;
	priv_act_as_writer(e, true);
	retain_files(&e->seg, &e->writer_config, e->output.dir_fd, (struct retain_coming){ 0 });
	priv_act_as_writer(e, false);
	return true;
}

bool engine_ended(struct engine *e)
{
	uint32_t i;

	for (i = 0; i < e->nr_workers && !e->workers_joined; i++)
		if (!atomic_load_explicit(&e->workers[i].seg_ring->ended, memory_order_acquire))
			return false;
	for (i = 0; i < e->nr_workers && !e->workers_joined; i++)
		worker_join(&e->workers[i]);
	if (!e->workers_joined) {
		e->workers_joined = true;
		atomic_store(&e->seg.header->control.stop, 1);
		segment_wake_writer(&e->seg, e->wake_fd);
	}
	writer_process_check(e);
	/* A writer that is stuck in a system call must not keep somebody who asked twice. */
	if (e->hurry_ns && clock_monotonic_ns() - e->hurry_ns > HURRY_MS * NS_PER_MS)
		writer_process_abandon(e);
	if (e->writer_pid)
		return false;
	if (!e->leftovers_counted)
		count_leftovers(e);
	e->leftovers_counted = true;
	return end_post(e);
}

bool engine_waits_for_post(const struct engine *e)
{
	return e->leftovers_counted && !post_idle(e);
}

const struct segment *engine_segment(const struct engine *e)
{
	return &e->seg;
}

void engine_close(struct engine *e)
{
	uint32_t i;

	if (!e)
		return;
	if (e->started && !e->workers_joined) {
		engine_hurry(e);
		for (i = 0; i < e->nr_workers; i++)
			worker_join(&e->workers[i]);
	}
	writer_process_kill(e);
	writer_process_close(e);
	post_close(e);
	interfaces_restore(e);
	link_monitor_close(e->monitor);
	for (i = 0; e->workers && i < e->nr_workers; i++)
		spool_unmap(&e->workers[i].spool);
	if (e->workers)
		engine_close_rings(e);
	link_tables_free(&e->links);
	for (i = 0; e->workers && i < e->nr_workers; i++)
		display_state_close(e->workers[i].display);
	engine_close_filters(e);
	registry_free(e->registry);
	output_close(&e->output);
	segment_close(&e->seg);
	for (i = 0; i < 6; i++) {
		const int fds[6] = { e->epoll_fd, e->event_fd,      e->notify_fd,
				     e->wake_fd,  e->alive_pipe[0], e->alive_pipe[1] };

		if (fds[i] >= 0)
			close(fds[i]);
	}
	lines_close(e);
	free(e->interfaces);
	free(e->workers);
	free(e);
}
