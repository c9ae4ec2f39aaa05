#include "bench/stamp_tap.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/gen.h"
#include "core/bytes.h"
#include "core/clock.h"

enum {
	HEAD = 96, /* bytes of a frame that are kept: its number is among them */
	SLOT = 256,
	BLOCK = 1 << 16,
	SPARE = 1024, /* slots for what is not ours */
};

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23 /* Linux 4.20 */
#endif

static int make_ring(struct stamp_tap *t)
{
	const uint64_t bytes = align_up((t->nr + SPARE) * SLOT, BLOCK);
	const struct tpacket_req req = { .tp_block_size = BLOCK,
					 .tp_block_nr = (unsigned)(bytes / BLOCK),
					 .tp_frame_size = SLOT,
					 .tp_frame_nr = (unsigned)(bytes / SLOT) };

	if (setsockopt(t->fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)))
		return -errno;
	t->ring = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, t->fd, 0);
	if (t->ring == MAP_FAILED)
		return -errno;
	t->ring_len = bytes;
	t->slots = req.tp_frame_nr;
	return 0;
}

static int set_up(struct stamp_tap *t, const char *ifname)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET,
				  .sll_ifindex = (int)if_nametoindex(ifname) };
	struct sock_filter cut = { BPF_RET | BPF_K, 0, 0, HEAD };
	const struct sock_fprog prog = { 1, &cut };
	const int one = 1, version = TPACKET_V2;
	int code;

	if (setsockopt(t->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ||
	    setsockopt(t->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) ||
	    setsockopt(t->fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)))
		return -errno;
	store_be16(&ll.sll_protocol, ETH_P_ALL);
	code = make_ring(t);
	if (!code && bind(t->fd, (const struct sockaddr *)&ll, sizeof(ll)))
		code = -errno;
	return code;
}

int stamp_tap_open(const char *ifname, uint64_t nr, struct stamp_tap *ret, struct errmsg *reterr)
{
	int code;

	*ret = (struct stamp_tap){ .nr = nr,
				   .ns = calloc(nr, sizeof(*ret->ns)),
				   .ring = MAP_FAILED };
	/* No protocol: nothing comes before it is bound. */
	ret->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	code = ret->fd < 0 ? -errno : !ret->ns ? -ENOMEM : set_up(ret, ifname);
	if (code)
		return errmsg_set(reterr, code, "%s: cannot look at its packets: %s", ifname,
				  strerror(-code));
	return 0;
}

static void note(struct stamp_tap *t, const struct tpacket2_hdr *h)
{
	const uint8_t *const frame = (const uint8_t *)h + h->tp_mac;
	uint64_t seq;

	if (!gen_parse(frame, h->tp_snaplen, &seq))
		return; /* not ours */
	if (seq >= t->nr || t->ns[seq]) {
		t->again++;
		return;
	}
	t->ns[seq] = h->tp_sec * NS_PER_SEC + h->tp_nsec;
	t->stamped++;
}

void stamp_tap_read(struct stamp_tap *t)
{
	struct tpacket2_hdr *h;

	for (;;) {
		h = (struct tpacket2_hdr *)(t->ring + (size_t)t->next * SLOT);
		/* Acquire: pairs with the kernel's barrier before it hands the slot over. */
		if (!(__atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
			return;
		note(t, h);
		/* Release: our reads are over. */
		__atomic_store_n(&h->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		t->next = (t->next + 1) % t->slots;
	}
}

uint64_t stamp_tap_lost(const struct stamp_tap *t)
{
	struct tpacket_stats stats = { 0 };
	socklen_t len = sizeof(stats);

	return getsockopt(t->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) ? 0 : stats.tp_drops;
}

void stamp_tap_close(struct stamp_tap *t)
{
	if (t->ring != MAP_FAILED)
		munmap(t->ring, t->ring_len);
	if (t->fd >= 0)
		close(t->fd);
	free(t->ns);
	*t = (struct stamp_tap){ .fd = -1, .ring = MAP_FAILED };
}
