/*
 * capture/tx_ring.c -- frames through PACKET_TX_RING (net/packet/af_packet.c, tpacket_snd()).
 *
 * Each frame has a virtio header in front (PACKET_VNET_HDR) that asks the kernel to copy the whole
 * frame into the packet's linear part. Without it the kernel copies the link-layer header alone and
 * hangs the ring's page behind it; whatever then keeps the packet (veth, a tap, a queue) must copy
 * that page into a new one first. On veth that costs more than everything else a frame costs here:
 *
 *	bytes  with pages  linear   (thousands of frames a second, one CPU, receiving included)
 *	   64         791    1125
 *	  512         757    1005
 *	 1514         680    1017
 *
 * With that header the kernel no longer compares a frame's length with the MTU, so we do.
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "capture/transmit_internal.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "core/limits.h"

enum {
	/* Where the kernel looks for the frame: behind the header, TPACKET_ALIGNed. */
	DATA_OFFSET = TPACKET2_HDRLEN - sizeof(struct sockaddr_ll),
	VNET_LEN = sizeof(struct virtio_net_hdr),
	CACHE_LINE = 64,
	PER_BLOCK_SHIFT = 6, /* 64 slots of whole cache lines are whole pages */
	SLOTS_DEFAULT = 512,
	SLOTS_MAX = 1 << 16,
	RING_BYTES_MAX = 256 << 20,
	/* Longer frames are left in the ring's pages: a linear part is one piece of memory. */
	LINEAR_MAX = 3072,
	/* And longer ones do not go at all: the kernel hangs 17 pages to a packet (MAX_SKB_FRAGS).
	 * As much as loopback takes; an MTU may claim gigabytes. */
	FRAME_MAX = 65536 + ETH_HLEN,
	VLAN_TAG = 4,
	ETHERTYPE_OFFSET = 12,
};

/* How long the driver may give a frame back, though there is a carrier, before it is left out; and
 * one as long as such a frame was, for a while behind it. */
#define STUCK_NS     (1 * NS_PER_SEC)
#define STUCK_TOO_NS (1 * NS_PER_MS)
#define REMEMBER_NS  (10 * NS_PER_SEC)

struct tx_ring {
	struct transmit base;
	int fd;
	uint8_t *map;
	uint64_t map_len;
	uint32_t pitch, per_block_shift, nr_slots; /* nr_slots is a power of two */
	uint64_t head;                             /* the next frame to be committed */
	uint64_t tail;                             /* the oldest that has not left */
	bool qdisc;
	/* A frame that the driver gives back: its number, since when (0: there is none), and
	 * whether the link has been seen to be well meanwhile. */
	uint64_t stuck, stuck_ns;
	bool stuck_looked;
	uint32_t stuck_len; /* tp_len of the last one that was left out */
	uint64_t stuck_end_ns;
};

static struct tx_ring *ring_of(struct transmit *t)
{
	return (struct tx_ring *)t;
}

static uint8_t *slot_at(const struct tx_ring *r, uint64_t n)
{
	/* Blocks have no slack: they lie behind each other as their slots do. */
	return r->map + (n & (r->nr_slots - 1)) * r->pitch;
}

static struct tpacket2_hdr *header_at(const struct tx_ring *r, uint64_t n)
{
	return (struct tpacket2_hdr *)slot_at(r, n);
}

/* Acquire: pairs with the kernel's store when a frame has left; its bytes may be written again. */
static uint32_t status_of(const struct tpacket2_hdr *h)
{
	return __atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE);
}

/* Release: the frame is whole before the kernel is told of it. */
static void set_status(struct tpacket2_hdr *h, uint32_t status)
{
	__atomic_store_n(&h->tp_status, status, __ATOMIC_RELEASE);
}

/* Counts what has left. */
static void reap(struct tx_ring *r)
{
	uint64_t frames = 0, bytes = 0;

	while (r->tail < r->head && status_of(header_at(r, r->tail)) == TP_STATUS_AVAILABLE) {
		bytes += header_at(r, r->tail)->tp_len - VNET_LEN;
		frames++;
		r->tail++;
	}
	if (!frames)
		return;
	transmit_count(&r->base.counts.sent, frames);
	transmit_count(&r->base.counts.sent_bytes, bytes);
}

static uint8_t *tx_ring_slot(struct transmit *t)
{
	struct tx_ring *r = ring_of(t);

	if (unlikely(r->head - r->tail == r->nr_slots)) {
		reap(r);
		if (r->head - r->tail == r->nr_slots)
			return NULL;
	}
	return slot_at(r, r->head) + DATA_OFFSET + VNET_LEN;
}

static bool has_tag(const struct tx_ring *r, const uint8_t *frame, uint32_t len)
{
	const uint16_t type = r->base.link.arphrd == ARPHRD_ETHER && len >= ETH_HLEN
				      ? load_be16(frame + ETHERTYPE_OFFSET)
				      : 0;

	return type == ETH_P_8021Q || type == ETH_P_8021AD;
}

static void commit(struct tx_ring *r, uint32_t len, const struct virtio_net_hdr *h)
{
	uint8_t *slot = slot_at(r, r->head);
	struct tpacket2_hdr *header = (struct tpacket2_hdr *)slot;
	const uint32_t max = r->base.frame_max;

	transmit_count(&r->base.counts.committed, 1);
	if (unlikely(len > max &&
		     (len > max + VLAN_TAG || !has_tag(r, slot + DATA_OFFSET + VNET_LEN, len)))) {
		transmit_count(&r->base.counts.failed[TRANSMIT_TOO_LONG], 1);
		return;
	}
	memcpy(slot + DATA_OFFSET, h, VNET_LEN);
	header->tp_len = len + VNET_LEN;
	set_status(header, TP_STATUS_SEND_REQUEST);
	r->head++;
}

/*
 * How much of a frame the kernel is to copy. Loopback calls a slot free while its packet still
 * hangs on the slot's page, and may lie in a socket's queue for long: all that a header can ask
 * for. Of longer frames there the last bytes, 15 at most, are at the mercy of who receives them.
 */
static uint16_t linear_part(const struct tx_ring *r, uint32_t len)
{
	if (unlikely(r->base.link.arphrd == ARPHRD_LOOPBACK))
		return (uint16_t)MIN_OF(len, (uint32_t)UINT16_MAX);
	return len <= LINEAR_MAX ? (uint16_t)len : 0;
}

static void tx_ring_commit(struct transmit *t, uint32_t len, uint64_t due_ns)
{
	const struct tx_ring *r = ring_of(t);
	const struct virtio_net_hdr h = { .hdr_len = linear_part(r, len) };

	(void)due_ns;
	commit(ring_of(t), len, &h);
}

void transmit_commit_offload(struct transmit *t, uint32_t len, const struct virtio_net_hdr *h)
{
	struct virtio_net_hdr own = *h;

	own.hdr_len = MAX_OF(own.hdr_len, linear_part(ring_of(t), len));
	commit(ring_of(t), len, &own);
}

/* Leaves out the frame at which the kernel has stopped. What stands behind it moves up: the kernel
 * goes on at this very slot. */
static void leave_out(struct tx_ring *r, uint64_t n, enum transmit_failure cause)
{
	transmit_count(&r->base.counts.failed[cause], 1);
	r->stuck_ns = 0;
	for (; n + 1 < r->head; n++) {
		const struct tpacket2_hdr *next = header_at(r, n + 1);
		struct tpacket2_hdr *h = header_at(r, n);

		h->tp_len = next->tp_len;
		memcpy((uint8_t *)h + DATA_OFFSET, (const uint8_t *)next + DATA_OFFSET,
		       next->tp_len);
		set_status(h, TP_STATUS_SEND_REQUEST);
	}
	set_status(header_at(r, n), TP_STATUS_AVAILABLE);
	r->head--;
}

/* The oldest frame of that status, or head. */
static uint64_t first_of(const struct tx_ring *r, uint32_t status)
{
	uint64_t n = r->tail;

	while (n < r->head && status_of(header_at(r, n)) != status)
		n++;
	return n;
}

/* False: none was refused. The kernel stops at a frame that it refuses, and leaves it to us. */
static bool drop_refused(struct tx_ring *r, int code)
{
	const uint64_t n = first_of(r, TP_STATUS_WRONG_FORMAT);

	if (n == r->head)
		return false;
	leave_out(r, n, code == -EMSGSIZE ? TRANSMIT_TOO_LONG : TRANSMIT_REFUSED);
	return true;
}

/*
 * The driver has given a frame back. Mostly its queue is full, but veth does so for ever with what
 * is too long for its peer, and one such frame must not hold up the rest. True: it is left out.
 */
static bool drop_stuck(struct tx_ring *r)
{
	const uint64_t n = first_of(r, TP_STATUS_SEND_REQUEST), now = clock_monotonic_ns();
	const uint32_t len = header_at(r, n)->tp_len;
	const bool known = len >= r->stuck_len && now < r->stuck_end_ns;
	struct link_info link;

	if (!r->stuck_ns || n != r->stuck) {
		r->stuck = n;
		r->stuck_ns = now;
		r->stuck_looked = false;
		return false;
	}
	if (now - r->stuck_ns < (known ? STUCK_TOO_NS : STUCK_NS))
		return false;
	if (!r->stuck_looked) {
		/* Once more, for it may have come back this moment. */
		r->stuck_looked = !transmit_look(r->base.link.ifindex, &link);
		r->stuck_ns = r->stuck_looked ? r->stuck_ns : 0;
		return false;
	}
	r->stuck_len = len;
	r->stuck_end_ns = now + REMEMBER_NS;
	leave_out(r, n, TRANSMIT_REFUSED);
	return true;
}

static bool is_handed_over(const struct tx_ring *r)
{
	return r->head == r->tail || status_of(header_at(r, r->head - 1)) != TP_STATUS_SEND_REQUEST;
}

static int tx_ring_kick(struct transmit *t)
{
	struct tx_ring *r = ring_of(t);
	uint64_t before;
	int code;

	while (!is_handed_over(r)) {
		before = r->tail;
		code = sendto(r->fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 ? -errno : 0;
		reap(r);
		if (code == -ENETDOWN) {
			r->stuck_ns = 0;
			return code;
		}
		if (code == -ENXIO || code == -ENODEV)
			return -ENODEV;
		if (code && drop_refused(r, code))
			continue;
		if (code == -ENOBUFS && !r->qdisc && drop_stuck(r))
			continue;
		if (code || r->tail == before)
			break; /* no buffers, the driver's queue is full, no carrier */
	}
	if (is_handed_over(r)) {
		reap(r);
		return 0;
	}
	transmit_count(&r->base.counts.full, 1);
	return -EAGAIN;
}

/* Not by poll(): that calls the socket writable as long as its buffer has room, full ring or not.
 */
static int tx_ring_wait(struct transmit *t, uint64_t ns)
{
	const struct timespec ts = { .tv_sec = (time_t)(ns / NS_PER_SEC),
				     .tv_nsec = (long)(ns % NS_PER_SEC) };

	(void)t;
	return nanosleep(&ts, NULL) < 0 ? -errno : 0;
}

static int tx_ring_drain(struct transmit *t, uint64_t ns)
{
	const uint64_t end = clock_monotonic_ns() + ns;
	struct tx_ring *r = ring_of(t);
	uint64_t nap = 10 * NS_PER_US;
	int code;

	for (;;) {
		code = tx_ring_kick(t);
		reap(r);
		if (!code && r->head == r->tail)
			return 0;
		if (code && code != -EAGAIN)
			return code;
		if (clock_monotonic_ns() >= end)
			return -EAGAIN;
		(void)tx_ring_wait(t, nap);
		nap = MIN_OF(nap * 2, NS_PER_MS);
	}
}

static void tx_ring_stop(struct transmit *t)
{
	struct tx_ring *r = ring_of(t);

	reap(r);
	transmit_count(&t->counts.failed[TRANSMIT_UNSENT], r->head - r->tail);
}

static void tx_ring_close(struct transmit *t)
{
	struct tx_ring *r = ring_of(t);

	if (r->map)
		munmap(r->map, r->map_len);
	if (r->fd >= 0)
		close(r->fd);
	free(r);
}

static const struct transmit_ops tx_ring_ops = {
	.slot = tx_ring_slot,
	.commit = tx_ring_commit,
	.kick = tx_ring_kick,
	.wait = tx_ring_wait,
	.drain = tx_ring_drain,
	.stop = tx_ring_stop,
	.close = tx_ring_close,
};

/*
 * Slots are an odd number of cache lines apart, so that neighbours do not meet in the same sets;
 * large ones are whole pages.
 */
static void choose_geometry(struct tx_ring *r, uint32_t wanted)
{
	const uint32_t need = DATA_OFFSET + VNET_LEN + r->base.frame_max + 2 * VLAN_TAG;
	uint32_t slots = 64;

	r->per_block_shift = PER_BLOCK_SHIFT;
	r->pitch = (uint32_t)align_up(need, CACHE_LINE) | CACHE_LINE;
	if (r->pitch > FILE_PAGE) {
		r->pitch = (uint32_t)align_up(need, FILE_PAGE);
		r->per_block_shift = 0;
	}
	while (slots < (wanted ? wanted : SLOTS_DEFAULT) && slots < SLOTS_MAX &&
	       (uint64_t)slots * 2 * r->pitch <= RING_BYTES_MAX)
		slots *= 2;
	r->nr_slots = slots;
}

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

/* Half of the slots, again and again, while memory is short. */
static int request_ring(struct tx_ring *r)
{
	struct tpacket_req req;
	int code;

	do {
		req = (struct tpacket_req){
			.tp_block_size = r->pitch << r->per_block_shift,
			.tp_block_nr = r->nr_slots >> r->per_block_shift,
			.tp_frame_size = r->pitch,
			.tp_frame_nr = r->nr_slots,
		};
		code = setsockopt(r->fd, SOL_PACKET, PACKET_TX_RING, &req, sizeof(req)) < 0 ? -errno
											    : 0;
		if (code != -ENOMEM || r->nr_slots == 1u << PER_BLOCK_SHIFT)
			break;
		r->nr_slots /= 2;
	} while (true);
	if (code)
		return code;
	r->map_len = (uint64_t)r->nr_slots * r->pitch;
	r->map =
		mmap(NULL, r->map_len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, 0);
	if (r->map == MAP_FAILED) {
		r->map = NULL;
		return -errno;
	}
	return 0;
}

/* What is in flight counts against the socket's buffer; as much as the ring holds may be. */
static void widen_buffer(const struct tx_ring *r)
{
	const int bytes = (int)MIN_OF(r->map_len * 2, (uint64_t)RING_BYTES_MAX);

	if (set_int(r->fd, SOL_SOCKET, SO_SNDBUFFORCE, bytes) < 0)
		(void)set_int(r->fd, SOL_SOCKET, SO_SNDBUF, bytes);
}

static int bind_to(int fd, uint32_t ifindex)
{
	/* Protocol 0: it sends, and nothing is received. */
	const struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_ifindex = (int)ifindex };

	return bind(fd, (const struct sockaddr *)&ll, sizeof(ll)) < 0 ? -errno : 0;
}

static int say(struct errmsg *err, int code, const char *name, const char *step)
{
	if (code == -EPERM || code == -EACCES)
		return errmsg_set(err, -EPERM,
				  "%s: sending needs the capability CAP_NET_RAW: run as root, or "
				  "once\n  setcap cap_net_raw,cap_net_admin=ep $(command -v "
				  "ringtap)",
				  name);
	return errmsg_set(err, code, "%s: %s: %s", name, step, strerror(-code));
}

int tx_ring_open(const struct transmit_config *cfg, const struct link_info *link,
		 struct transmit **ret, struct errmsg *err)
{
	struct tx_ring *r = calloc(1, sizeof(*r));
	const char *step = "socket";
	int code;

	if (!r)
		return errmsg_set(err, -ENOMEM, "%s: no memory", link->name);
	r->base.ops = &tx_ring_ops;
	r->base.link = *link;
	r->base.frame_max = MIN_OF(cfg->frame_max, (uint32_t)FRAME_MAX);
	r->qdisc = cfg->qdisc;
	choose_geometry(r, cfg->slots);
	r->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	code = r->fd < 0 ? -errno : 0;
	if (!code && (step = "PACKET_VERSION"))
		code = set_int(r->fd, SOL_PACKET, PACKET_VERSION, TPACKET_V2);
	if (!code && (step = "PACKET_VNET_HDR"))
		code = set_int(r->fd, SOL_PACKET, PACKET_VNET_HDR, 1);
	if (!code && !cfg->qdisc && (step = "PACKET_QDISC_BYPASS"))
		code = set_int(r->fd, SOL_PACKET, PACKET_QDISC_BYPASS, 1);
	if (!code && (step = "PACKET_TX_RING"))
		code = request_ring(r);
	if (!code && (step = "bind"))
		code = bind_to(r->fd, link->ifindex);
	if (code) {
		tx_ring_close(&r->base);
		return say(err, code, link->name, step);
	}
	widen_buffer(r);
	*ret = &r->base;
	return 0;
}
