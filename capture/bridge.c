/* capture/bridge.c -- a bridge from start to end: links, rings, threads, counters. */
#include "capture/bridge.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/bridge_internal.h"
#include "capture/engine_internal.h"
#include "capture/filter.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "core/log.h"

enum {
	RING_DEFAULT = 32 << 20, /* bytes: about 19000 frames of an MTU of 1500 */
	ETHERNET_HEADER = 14,
};

struct bridge {
	struct forwarder forwarders[2];
	struct bridge_shared shared;
	struct link_info links[2];
	struct filter_program program;
	struct link_monitor *monitor;
	uint32_t nr;
	int epoll_fd;
	bool gone[2], stopping;
};

const char *bridge_drop_name(enum bridge_drop d)
{
	static const char *const names[] = {
#define X(id, name, text) [BRIDGE_##id] = #name,
		BRIDGE_DROPS(X)
#undef X
	};

	return names[d];
}

const char *bridge_drop_text(enum bridge_drop d)
{
	static const char *const texts[] = {
#define X(id, name, text) [BRIDGE_##id] = text,
		BRIDGE_DROPS(X)
#undef X
	};

	return texts[d];
}

static enum egress_state egress_of(const struct link_info *l)
{
	return !l->up ? EGRESS_IS_DOWN : !l->running ? EGRESS_HAS_NO_CARRIER : EGRESS_UP;
}

static uint64_t get(const _Atomic uint64_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

static void wake(const struct forwarder *f)
{
	const uint64_t one = 1;

	if (write(f->stop_fd, &one, sizeof(one)) < 0)
		return; /* it has been woken already */
}

/* Both links have the same type, so one program is for both. */
static int compile_filter(struct bridge *b, const struct bridge_config *cfg, struct errmsg *err)
{
	const int linktype = link_linktype(b->links[0].arphrd);
	struct filter_options opt = cfg->filter_options;
	struct filter_error why = { 0 };
	int code;

	if (linktype < 0 && cfg->filter)
		return errmsg_set(err, -EOPNOTSUPP,
				  "%s: packets of its link type cannot be filtered; leave the "
				  "filter away",
				  b->links[0].name);
	opt.linktype = (uint16_t)MAX_OF(linktype, 0);
	opt.target = FILTER_SOCKET;
	opt.snaplen = SNAPLEN_MAX;
	opt.netmask = engine_netmask_of(&b->links[0]);
	opt.has_direction = true;
	code = socket_filter_compile(cfg->filter, &opt, b->links[0].ifindex, &b->program, &why);
	if (code < 0 && !why.text[0])
		return errmsg_set(err, code, "filter: %s", strerror(-code));
	if (code < 0 && cfg->refusal)
		*cfg->refusal = why;
	return code < 0 ? errmsg_set(err, -EINVAL, "filter: %s", why.text) : 0;
}

static void set_frame_max(struct forwarder *f, const struct link_info *to)
{
	atomic_store_explicit(&f->frame_max, to->mtu + f->header_len, memory_order_relaxed);
}

static int open_direction(struct bridge *b, const struct bridge_config *cfg, uint32_t i,
			  struct errmsg *err)
{
	struct forwarder *f = &b->forwarders[i];
	const struct link_info *from = &b->links[i], *to = &b->links[!i];
	struct transmit_config tx = { .interface = to->name,
				      .way = TRANSMIT_RING,
				      .qdisc = cfg->qdisc };
	int code;

	f->from = from;
	f->to = to;
	f->shared = &b->shared;
	f->cpu = cfg->nr_cpus ? cfg->cpus[i % cfg->nr_cpus] : -1;
	f->header_len = link_linktype(from->arphrd) == LINKTYPE_ETHERNET ? ETHERNET_HEADER : 0;
	/* A slot has room for one tag more than it says: two in all. */
	tx.frame_max = to->mtu + f->header_len + VLAN_TAG_LEN;
	set_frame_max(f, to);
	atomic_store(&f->egress, egress_of(to));
	f->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	code = f->stop_fd < 0 ? errmsg_set(err, -errno, "descriptors: %s", strerror(errno)) : 0;
	if (!code)
		code = bridge_ring_open(from, cfg->ring_bytes ? cfg->ring_bytes : RING_DEFAULT,
					&f->ring, err);
	if (!code)
		code = bridge_super_open(to, &f->super, err);
	if (!code)
		code = transmit_open(&tx, &f->tx, err);
	if (!code)
		f->room = transmit_frame_max(f->tx) + VLAN_TAG_LEN;
	if (!code && link_read_stats(to->ifindex, &f->to_stats) < 0)
		log_verbose("%s: does not say what its driver counts", to->name);
	return code;
}

static void follow(struct bridge *b, uint32_t i, enum link_event event,
		   const struct link_info *info)
{
	struct link_info *link = &b->links[i];
	struct forwarder *to_it = &b->forwarders[!i];
	const enum egress_state before = egress_of(link), now = egress_of(info);

	if (event == LINK_GONE) {
		b->gone[i] = true;
		atomic_store_explicit(&to_it->egress, EGRESS_GONE, memory_order_relaxed);
		log_error("%s: the interface is gone; the bridge ends", link->name);
		return;
	}
	if (to_it->room && info->mtu > link->mtu &&
	    info->mtu + to_it->header_len + 2 * VLAN_TAG_LEN > to_it->room)
		log_note("%s: its MTU is %u now; frames longer than it took at the start are "
			 "dropped until the bridge is started again",
			 info->name, info->mtu);
	if (strcmp(link->name, info->name))
		log_note("%s: is called %s now; the bridge goes on", link->name, info->name);
	snprintf(link->name, sizeof(link->name), "%s", info->name);
	link->up = info->up;
	link->running = info->running;
	link->mtu = info->mtu;
	set_frame_max(to_it, link);
	atomic_store_explicit(&to_it->egress, now, memory_order_relaxed);
	if (before == now)
		return;
	log_note("%s: %s", link->name,
		 now == EGRESS_UP        ? "is up again"
		 : now == EGRESS_IS_DOWN ? "is down; waiting for it"
					 : "has no carrier; waiting for it");
	if (to_it->started)
		wake(to_it);
}

static void link_happened(void *ctx, enum link_event event, const struct link_info *info)
{
	struct bridge *b = ctx;
	uint32_t i;

	for (i = 0; i < 2; i++)
		if (!b->gone[i] && b->links[i].ifindex == info->ifindex)
			follow(b, i, event, info);
}

static int watch(struct bridge *b, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(b->epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 ? -errno : 0;
}

static int open_all(struct bridge *b, const struct bridge_config *cfg, struct errmsg *err)
{
	uint32_t i;
	int code = cfg->netns ? priv_enter_netns(cfg->netns, err) : 0;

	if (!code)
		code = bridge_find_links(cfg, b->links, err);
	if (!code)
		code = compile_filter(b, cfg, err);
	for (i = 0; i < b->nr && !code; i++)
		code = open_direction(b, cfg, i, err);
	if (code)
		return code;
	b->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	b->shared.event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (b->epoll_fd < 0 || b->shared.event_fd < 0 || watch(b, b->shared.event_fd) < 0)
		return errmsg_set(err, -errno, "descriptors: %s", strerror(errno));
	code = link_monitor_open(&b->monitor, link_happened, b, err);
	if (!code && watch(b, link_monitor_fd(b->monitor)) < 0)
		code = errmsg_set(err, -errno, "link events: %s", strerror(errno));
	return code;
}

int bridge_open(const struct bridge_config *cfg, struct bridge **ret, struct errmsg *err)
{
	struct bridge *b = aligned_alloc(_Alignof(struct bridge), sizeof(*b));
	uint32_t i;
	int code;

	if (!b)
		return errmsg_set(err, -ENOMEM, "out of memory");
	*b = (struct bridge){ .nr = cfg->one_way ? 1 : 2, .epoll_fd = -1 };
	b->shared.event_fd = -1;
	b->shared.limit = cfg->limit;
	for (i = 0; i < 2; i++) {
		b->forwarders[i].ring.fd = b->forwarders[i].stop_fd = -1;
		pthread_mutex_init(&b->forwarders[i].kernel_lock, NULL);
		b->forwarders[i].super = (struct bridge_super){ .fd = -1, .copy_len = -1 };
	}
	code = open_all(b, cfg, err);
	if (code < 0) {
		bridge_close(b);
		return code;
	}
	*ret = b;
	return 0;
}

void bridge_remark(const struct bridge *b)
{
	bridge_remark_links(b->links);
}

int bridge_drop_privileges(struct errmsg *err)
{
	capng_clear(CAPNG_SELECT_BOTH);
	/* The bounding set needs CAP_SETPCAP; where that is missing there is no more to drop. */
	(void)capng_apply(CAPNG_SELECT_BOUNDS);
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return errmsg_set(err, -EPERM, "capabilities cannot be dropped");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return errmsg_set(err, -errno, "no_new_privs: %s", strerror(errno));
	return 0;
}

static int start_thread(struct forwarder *f, struct errmsg *err)
{
	pthread_attr_t attr;
	cpu_set_t set;
	int code;

	CPU_ZERO(&set);
	pthread_attr_init(&attr);
	if (f->cpu >= 0) {
		CPU_SET((unsigned)f->cpu, &set);
		pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	}
	code = pthread_create(&f->thread, &attr, forwarder_run, f);
	pthread_attr_destroy(&attr);
	f->started = code == 0;
	if (code == EINVAL && f->cpu >= 0)
		return errmsg_set(err, -code,
				  "--cpus: CPU %d does not exist or is not allowed here "
				  "(taskset -p $$)",
				  f->cpu);
	return code ? errmsg_set(err, -code, "a thread: %s", strerror(code)) : 0;
}

int bridge_start(struct bridge *b, struct errmsg *err)
{
	uint32_t i;
	int code = 0;

	for (i = 0; i < b->nr && !code; i++)
		code = start_thread(&b->forwarders[i], err);
	for (i = 0; i < b->nr && !code; i++)
		code = bridge_ring_start(&b->forwarders[i].ring, &b->program, err);
	return code;
}

int bridge_fd(const struct bridge *b)
{
	return b->epoll_fd;
}

/* True: one is lost. */
static bool look_at_rings(struct bridge *b)
{
	bool lost = false;
	uint32_t i;

	for (i = 0; i < b->nr; i++) {
		struct forwarder *f = &b->forwarders[i];

		if (!f->renewal_said && get(&f->counts.ring_renewed)) {
			f->renewal_said = true;
			log_note("%s: a packet came that the kernel cannot describe, and its "
				 "receive ring was stuck for a moment; see ethtool -k %s (LRO, "
				 "UDP and SCTP offloads)",
				 f->from->name, f->from->name);
		}
		if (atomic_load_explicit(&f->broken, memory_order_relaxed)) {
			if (!b->stopping)
				log_error("%s: there is no memory for a new receive ring; the "
					  "bridge ends",
					  f->from->name);
			lost = true;
		}
	}
	return lost;
}

enum bridge_state bridge_poll(struct bridge *b)
{
	struct errmsg err;
	uint64_t drained;

	if (read(b->shared.event_fd, &drained, sizeof(drained)) < 0 && errno != EAGAIN)
		log_error("event descriptor: %s", strerror(errno));
	if (link_monitor_dispatch(b->monitor, &err) < 0)
		log_error("link events: %s", err.text);
	if (b->gone[0] || b->gone[1] || look_at_rings(b))
		return BRIDGE_GONE;
	if (b->shared.limit && atomic_load(&b->shared.claimed) >= b->shared.limit)
		return BRIDGE_LIMIT;
	return BRIDGE_RUNNING;
}

void bridge_stop(struct bridge *b)
{
	uint32_t i;

	if (b->stopping)
		return;
	b->stopping = true;
	for (i = 0; i < b->nr; i++)
		bridge_ring_stop(&b->forwarders[i].ring);
	/* Release: pairs with the threads' acquire: the rings are closed. */
	atomic_store_explicit(&b->shared.stopping, 1, memory_order_release);
	for (i = 0; i < b->nr; i++)
		wake(&b->forwarders[i]);
}

void bridge_hurry(struct bridge *b)
{
	uint32_t i;

	bridge_stop(b);
	atomic_store(&b->shared.hurry, 1);
	for (i = 0; i < b->nr; i++)
		wake(&b->forwarders[i]);
}

bool bridge_ended(const struct bridge *b)
{
	uint32_t i;

	for (i = 0; i < b->nr; i++)
		if (b->forwarders[i].started &&
		    !atomic_load_explicit(&b->forwarders[i].ended, memory_order_acquire))
			return false;
	return true;
}

uint32_t bridge_directions(const struct bridge *b)
{
	return b->nr;
}

/* What the transmit has counted, and what of it has not left by the end. */
static void add_transmit(const struct forwarder *f, bool ended, struct bridge_totals *t)
{
	const struct transmit_counts *c = transmit_counts(f->tx);
	uint64_t settled = get(&c->sent);
	int i;

	t->forwarded += settled;
	t->bytes += get(&c->sent_bytes);
	t->dropped[BRIDGE_TOO_LONG] += get(&c->failed[TRANSMIT_TOO_LONG]);
	t->dropped[BRIDGE_REFUSED] += get(&c->failed[TRANSMIT_REFUSED]);
	for (i = 0; i < TRANSMIT_NR_FAILURES; i++)
		settled += get(&c->failed[i]);
	if (ended)
		t->dropped[BRIDGE_UNSENT] += get(&c->committed) - settled;
}

static void read_kernel(struct forwarder *f, struct bridge_totals *t)
{
	struct link_stats st;

	forwarder_read_kernel(f, &t->received, &t->dropped[BRIDGE_RING_FULL]);
	/* Of an interface that is gone the last ones stay; some drivers begin anew when it goes up.
	 */
	if (link_read_stats(f->to->ifindex, &st) == 0) {
		f->egress_dropped =
			MAX_OF(st.tx_dropped, f->to_stats.tx_dropped) - f->to_stats.tx_dropped;
		f->egress_errors =
			MAX_OF(st.tx_errors, f->to_stats.tx_errors) - f->to_stats.tx_errors;
	}
	t->egress_dropped = f->egress_dropped;
	t->egress_errors = f->egress_errors;
}

void bridge_totals(struct bridge *b, uint32_t direction, struct bridge_totals *ret)
{
	struct forwarder *f = &b->forwarders[direction];
	/* Acquire: pairs with the thread's release: once it has ended all counts are final. */
	const bool ended = atomic_load_explicit(&f->ended, memory_order_acquire);
	struct bridge_totals t = { .super_frames = get(&f->counts.forwarded),
				   .forwarded = get(&f->counts.forwarded),
				   .bytes = get(&f->counts.bytes),
				   .offloaded = get(&f->counts.offloaded),
				   .waits = get(&f->counts.waits),
				   .ring_renewed = get(&f->counts.ring_renewed) };
	int i;

	snprintf(t.from, sizeof(t.from), "%s", f->from->name);
	snprintf(t.to, sizeof(t.to), "%s", f->to->name);
	for (i = 0; i < BRIDGE_NR_DROPS; i++)
		t.dropped[i] = get(&f->counts.dropped[i]);
	add_transmit(f, ended, &t);
	/* After what became of them: nothing is passed on that was not received. */
	read_kernel(f, &t);
	for (i = 0; i < BRIDGE_NR_DROPS; i++)
		t.dropped_all += t.dropped[i];
	t.in_flight = t.received - t.forwarded - t.dropped_all;
	*ret = t;
}

void bridge_close(struct bridge *b)
{
	uint32_t i;

	if (!b)
		return;
	for (i = 0; i < b->nr; i++)
		if (b->forwarders[i].started)
			bridge_hurry(b);
	for (i = 0; i < b->nr; i++) {
		struct forwarder *f = &b->forwarders[i];

		if (f->started)
			pthread_join(f->thread, NULL);
		transmit_close(f->tx);
		bridge_super_close(&f->super);
		bridge_ring_close(&f->ring);
		if (f->stop_fd >= 0)
			close(f->stop_fd);
	}
	link_monitor_close(b->monitor);
	filter_program_free(&b->program);
	if (b->shared.event_fd >= 0)
		close(b->shared.event_fd);
	if (b->epoll_fd >= 0)
		close(b->epoll_fd);
	free(b);
}
