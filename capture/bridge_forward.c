/*
 * capture/bridge_forward.c -- the loop of one direction: what is in the receive ring goes into the
 * transmit ring, then one system call sends it all.
 *
 * No packet costs an allocation, a lock or a system call, but for super-frames, which cost two.
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/bridge_internal.h"
#include "core/bytes.h"
#include "core/clock.h"

enum {
	/* Of so many packets the first waits for the last; of what came later nobody does. */
	BATCH = 64,
	NAP_MIN_US = 20, /* while the other interface takes no more; each is twice the last */
	NAP_MAX_US = 1000,
	PATIENCE_MS = 100, /* then what comes is dropped */
	RETRY_MS = 10,     /* and this often it is tried again */
	DRAIN_MS = 1000,
	IDLE_MS = 20, /* after which a look is taken at an empty ring */
};

enum taken { TAKEN, NO_ROOM };

static void count(_Atomic uint64_t *c, uint64_t n)
{
	/* One thread writes, others may look: no order is promised between counters. */
	atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

static enum taken drop(struct forwarder *f, enum bridge_drop why)
{
	count(&f->counts.dropped[why], 1);
	if (unlikely(f->claimed)) /* another one may have its place under the limit */
		atomic_fetch_sub_explicit(&f->shared->claimed, 1, memory_order_relaxed);
	f->claimed = false;
	return TAKEN;
}

static bool is_ethernet(const struct forwarder *f)
{
	return f->header_len == ETH_HLEN;
}

/* Bytes that the other interface takes of such a frame: the MTU takes no account of VLAN tags. */
static uint32_t longest(const struct forwarder *f, const struct arrival *a)
{
	const uint32_t max = atomic_load_explicit(&f->frame_max, memory_order_relaxed);
	const uint16_t type = is_ethernet(f) ? load_be16(a->data + MAC_ADDRESSES_LEN) : 0;

	/* a->len is without the one that the kernel has taken out. */
	return max + (type == ETH_P_8021Q || type == ETH_P_8021AD ? VLAN_TAG_LEN : 0);
}

/* One packet of -c, whichever direction is first. */
static bool claim(struct forwarder *f)
{
	struct bridge_shared *s = f->shared;
	const uint64_t one = 1;
	uint64_t before;

	if (likely(!s->limit) || f->claimed)
		return true;
	before = atomic_load_explicit(&s->claimed, memory_order_relaxed);
	do
		if (before >= s->limit)
			return false;
	while (!atomic_compare_exchange_weak_explicit(&s->claimed, &before, before + 1,
						      memory_order_relaxed, memory_order_relaxed));
	f->claimed = true;
	if (before + 1 == s->limit && write(s->event_fd, &one, sizeof(one)) < 0)
		return true; /* it has been woken already */
	return true;
}

static void block(struct forwarder *f, enum bridge_drop why)
{
	f->blocked = why;
	f->blocked_ns = clock_monotonic_ns() + RETRY_MS * NS_PER_MS;
}

/* False: something stays behind, for now. */
static bool hand_over(struct forwarder *f)
{
	const int code = transmit_kick(f->tx);

	f->pending = code != 0;
	if (code && code != -EAGAIN)
		block(f, BRIDGE_EGRESS_DOWN);
	return !code;
}

static enum taken after_super(struct forwarder *f, const struct arrival *a, int code)
{
	switch (code) {
	case 0:
		count(&f->counts.forwarded, 1);
		count(&f->counts.bytes, a->len + (a->tagged ? VLAN_TAG_LEN : 0));
		return TAKEN;
	case -EAGAIN:
		return NO_ROOM;
	case -ENETDOWN:
	case -ENXIO:
	case -ENODEV:
		return drop(f, BRIDGE_EGRESS_DOWN);
	case -ENOBUFS: /* the queueing discipline has dropped it */
		return drop(f, BRIDGE_EGRESS_FULL);
	case -EMSGSIZE:
		return drop(f, BRIDGE_TOO_LONG);
	default:
		return drop(f, BRIDGE_REFUSED);
	}
}

/* Behind all that came before: those are handed over first. */
static enum taken forward_super(struct forwarder *f, const struct arrival *a)
{
	const uint32_t segment = bridge_super_segment(a);

	if (!segment)
		return drop(f, BRIDGE_MALFORMED);
	if (!bridge_super_is_flat(a, f->header_len))
		return drop(f, BRIDGE_TUNNELLED);
	if (segment > longest(f, a))
		return drop(f, BRIDGE_TOO_LONG);
	if (!claim(f))
		return drop(f, BRIDGE_BEYOND_LIMIT);
	if (f->pending && !hand_over(f))
		return NO_ROOM;
	return after_super(f, a, bridge_super_send(&f->super, a));
}

static void put_frame(uint8_t *to, const struct arrival *a)
{
	if (likely(!a->tagged)) {
		memcpy(to, a->data, a->len);
		return;
	}
	memcpy(to, a->data, MAC_ADDRESSES_LEN);
	memcpy(to + MAC_ADDRESSES_LEN, a->tag, VLAN_TAG_LEN);
	memcpy(to + MAC_ADDRESSES_LEN + VLAN_TAG_LEN, a->data + MAC_ADDRESSES_LEN,
	       a->len - MAC_ADDRESSES_LEN);
}

static enum taken forward_plain(struct forwarder *f, const struct arrival *a)
{
	const uint32_t len = a->len + (a->tagged ? VLAN_TAG_LEN : 0);
	struct virtio_net_hdr h;
	uint8_t *slot;

	/* Slots are as large as the MTU was when they were made. */
	if (unlikely(a->len > longest(f, a) || len > f->room))
		return drop(f, BRIDGE_TOO_LONG);
	slot = transmit_slot(f->tx);
	if (unlikely(!slot))
		return NO_ROOM;
	if (unlikely(!claim(f)))
		return drop(f, BRIDGE_BEYOND_LIMIT);
	put_frame(slot, a);
	if (a->h.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
		h = bridge_super_header(a);
		transmit_commit_offload(f->tx, len, &h);
		count(&f->counts.offloaded, 1);
	} else {
		transmit_commit(f->tx, len, 0);
	}
	f->pending = true;
	return TAKEN;
}

/* The packet is too long for a frame of the ring: the kernel has queued it whole. 0, or why not. */
static int take_copied(struct forwarder *f, struct arrival *a, enum bridge_drop *why)
{
	*why = bridge_super_fetch(&f->super, f->ring.fd) ? BRIDGE_TOO_BIG : BRIDGE_QUEUE_FULL;
	if (f->super.copy_len < 0 || f->super.copy_len > SUPER_MAX)
		return -EMSGSIZE;
	a->data = f->super.copy;
	a->len = (uint32_t)f->super.copy_len;
	return 0;
}

static void read_tag(const struct forwarder *f, const struct tpacket2_hdr *h, struct arrival *a)
{
	const bool has_tpid = h->tp_status & TP_STATUS_VLAN_TPID_VALID;

	if (likely(!(h->tp_status & TP_STATUS_VLAN_VALID)) || !is_ethernet(f))
		return;
	a->tagged = true;
	store_be16(a->tag, has_tpid ? h->tp_vlan_tpid : ETH_P_8021Q);
	store_be16(a->tag + 2, h->tp_vlan_tci);
}

static enum taken forward(struct forwarder *f, const struct tpacket2_hdr *h)
{
	struct arrival a = { .data = (const uint8_t *)h + h->tp_mac, .len = h->tp_snaplen };
	enum bridge_drop why;

	memcpy(&a.h, a.data - sizeof(a.h), sizeof(a.h));
	read_tag(f, h, &a);
	if (unlikely(h->tp_status & TP_STATUS_COPY)) {
		if (take_copied(f, &a, &why) < 0)
			return drop(f, why);
	} else if (unlikely(h->tp_snaplen < h->tp_len)) {
		return drop(f, BRIDGE_QUEUE_FULL);
	}
	if (unlikely(a.len < f->header_len))
		return drop(f, BRIDGE_MALFORMED);
	if (unlikely(a.h.gso_type))
		return forward_super(f, &a);
	return forward_plain(f, &a);
}

/* Nothing can go out: what is queued beside the ring is taken out of there as well. */
static void discard(struct forwarder *f, const struct tpacket2_hdr *h, enum bridge_drop why)
{
	if (h->tp_status & TP_STATUS_COPY)
		(void)bridge_super_fetch(&f->super, f->ring.fd);
	(void)drop(f, why);
}

/* True: for now nothing can go out, and *why. */
static bool is_blocked(const struct forwarder *f, enum bridge_drop *why)
{
	switch (atomic_load_explicit(&f->egress, memory_order_relaxed)) {
	case EGRESS_UP:
		break;
	case EGRESS_HAS_NO_CARRIER:
		*why = BRIDGE_NO_CARRIER;
		return true;
	default:
		*why = BRIDGE_EGRESS_DOWN;
		return true;
	}
	*why = f->blocked;
	return f->blocked_ns && clock_monotonic_ns() < f->blocked_ns;
}

static void release(struct forwarder *f, struct tpacket2_hdr *h)
{
	f->idle = false;
	bridge_super_done(&f->super);
	f->claimed = false;
	bridge_ring_release(&f->ring, h);
}

/* What is there, BATCH packets at most; how many. *full: the next one finds no room. */
static uint32_t take(struct forwarder *f, bool *full)
{
	struct tpacket2_hdr *h;
	uint32_t n;

	*full = false;
	for (n = 0; n < BATCH && (h = bridge_ring_next(&f->ring)); n++) {
		*full = forward(f, h) == NO_ROOM;
		if (unlikely(*full))
			break;
		release(f, h);
	}
	return n;
}

static uint32_t discard_all(struct forwarder *f, enum bridge_drop why)
{
	struct tpacket2_hdr *h;
	uint32_t n;

	for (n = 0; n < BATCH && (h = bridge_ring_next(&f->ring)); n++) {
		discard(f, h, why);
		release(f, h);
	}
	return n;
}

/* An interface that went down leaves its error at the socket, which poll() would report for ever.
 */
static void clear_error(int fd)
{
	socklen_t len = sizeof(int);
	int error;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return;
}

/* For packets, or the control thread. False: neither came. */
static bool wait_for(struct forwarder *f, bool for_packets, uint64_t ns)
{
	const struct timespec ts = { .tv_sec = (time_t)(ns / NS_PER_SEC),
				     .tv_nsec = (long)(ns % NS_PER_SEC) };
	struct pollfd fds[2] = { { .fd = f->stop_fd, .events = POLLIN },
				 { .fd = f->ring.fd, .events = POLLIN } };
	uint64_t drained;

	if (ppoll(fds, for_packets ? 2 : 1, &ts, NULL) <= 0)
		return false;
	if (fds[0].revents && read(f->stop_fd, &drained, sizeof(drained)) < 0)
		return true;
	if (for_packets && fds[1].revents & POLLERR)
		clear_error(f->ring.fd);
	return true;
}

void forwarder_read_kernel(struct forwarder *f, uint64_t *ret_received, uint64_t *ret_full)
{
	uint64_t packets, drops;

	pthread_mutex_lock(&f->kernel_lock);
	if (bridge_ring_statistics(&f->ring, &packets, &drops) == 0) {
		f->received += packets;
		f->ring_full += drops;
	}
	*ret_received = f->received;
	*ret_full = f->ring_full;
	pthread_mutex_unlock(&f->kernel_lock);
}

/*
 * The ring is empty. What the kernel drops while it is has found it stuck: of a packet that no
 * virtio_net_hdr can describe (LRO, UFO, SCTP) tpacket_rcv() leaves the slot marked as being
 * written (rx_owner_map), and drops all that follow.
 */
static void wait_for_packets(struct forwarder *f)
{
	uint64_t received, full;

	if (wait_for(f, true, IDLE_MS * NS_PER_MS))
		return;
	/* In this order: frames of a ring that was full would still be there. */
	forwarder_read_kernel(f, &received, &full);
	if (bridge_ring_next(&f->ring))
		return;
	if (f->idle && full != f->idle_drops) {
		if (bridge_ring_renew(&f->ring) < 0)
			atomic_store_explicit(&f->broken, 1, memory_order_relaxed);
		else
			count(&f->counts.ring_renewed, 1);
	}
	f->idle = true;
	f->idle_drops = full;
}

/* The other interface takes no more: a short nap; after many in vain what comes is dropped. */
static void wait_for_room(struct forwarder *f)
{
	const uint64_t now = clock_monotonic_ns();
	const uint64_t gone =
		atomic_load_explicit(&transmit_counts(f->tx)->sent, memory_order_relaxed) +
		atomic_load_explicit(&f->counts.forwarded, memory_order_relaxed);

	if (f->blocked_ns > now)
		return;
	if (!f->stalled_ns || f->stalled_at != gone) {
		count(&f->counts.waits, 1);
		f->stalled_ns = now;
		f->stalled_at = gone;
		f->nap_ns = NAP_MIN_US * NS_PER_US;
	} else if (now - f->stalled_ns >= PATIENCE_MS * NS_PER_MS) {
		block(f, BRIDGE_EGRESS_FULL);
		return;
	}
	(void)wait_for(f, false, f->nap_ns);
	f->nap_ns = MIN_OF(f->nap_ns * 2, NAP_MAX_US * NS_PER_US);
}

/* One round; false: the ring is empty and has nothing to wait for. */
static bool go_round(struct forwarder *f, bool stopping)
{
	enum bridge_drop why;
	bool full = false;
	uint32_t n;

	if (unlikely(is_blocked(f, &why))) {
		n = discard_all(f, why);
		/* The control thread wakes us when the link has changed. */
		if (!n && !stopping)
			wait_for_packets(f);
		return n || !stopping;
	}
	f->blocked_ns = 0;
	if (f->pending && !hand_over(f)) {
		wait_for_room(f);
		return true;
	}
	n = take(f, &full);
	if (f->pending)
		(void)hand_over(f);
	if (unlikely(full)) {
		wait_for_room(f);
		return true;
	}
	if (!f->pending)
		f->stalled_ns = 0;
	if (!n && !stopping)
		wait_for_packets(f);
	return n || f->pending || !stopping;
}

void *forwarder_run(void *arg)
{
	struct forwarder *f = arg;
	struct bridge_shared *s = f->shared;
	const uint64_t one = 1;
	bool stopping;

	do
		/* Acquire: pairs with bridge_stop(): the ring is closed, so empty means the end. */
		stopping = atomic_load_explicit(&s->stopping, memory_order_acquire);
	while (!atomic_load_explicit(&s->hurry, memory_order_relaxed) &&
	       !atomic_load_explicit(&f->broken, memory_order_relaxed) && go_round(f, stopping));
	while (f->ring.map && discard_all(f, BRIDGE_UNSENT))
		;
	/* What does not leave is counted as unsent. */
	if (!atomic_load_explicit(&s->hurry, memory_order_relaxed) &&
	    atomic_load_explicit(&f->egress, memory_order_relaxed) == EGRESS_UP)
		f->pending = transmit_drain(f->tx, DRAIN_MS * NS_PER_MS) < 0;
	/* Release: pairs with the control thread's acquire: the counts are final. */
	atomic_store_explicit(&f->ended, 1, memory_order_release);
	if (write(s->event_fd, &one, sizeof(one)) < 0)
		return NULL; /* it has been woken already */
	return NULL;
}
