/* capture/bridge_ring.c -- the receive ring of a bridge; the order of the calls is the point. */
#include "capture/bridge_ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/filter.h"
#include "core/bytes.h"
#include "core/log.h"

enum {
	BLOCK_SIZE = 1 << 20,
	BLOCKS_MIN = 2,
	CACHE_LINE = 64,
	/* In front of an Ethernet frame: the kernel's header and addresses, then the virtio one. */
	FRAME_HEAD = 80 + sizeof(struct virtio_net_hdr),
	LINK_HEADER = 14 + 2 * 4,
	/* What is longer comes by recvmsg(): a ring has more frames when they are small. */
	FRAME_MAX = 16 << 10,
	COPY_QUEUE = 16 << 20, /* bytes of such packets that may wait */
};

static int option_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

/* An odd number of cache lines: the heads of frames then spread over all sets of a cache. */
static uint32_t frame_size_for(const struct link_info *link)
{
	const uint64_t need = FRAME_HEAD + LINK_HEADER + (uint64_t)link->mtu;

	return (uint32_t)(MIN_OF(align_up(need, CACHE_LINE), (uint64_t)FRAME_MAX) | CACHE_LINE);
}

static int request_ring(struct bridge_ring *r, uint64_t bytes)
{
	uint64_t blocks =
		MIN_OF(MAX_OF(bytes / BLOCK_SIZE, (uint64_t)BLOCKS_MIN), (uint64_t)UINT16_MAX);
	struct tpacket_req req;
	int code;

	r->block_size = BLOCK_SIZE;
	r->per_block = BLOCK_SIZE / r->frame_size;
	for (;; blocks /= 2) {
		req = (struct tpacket_req){
			.tp_block_size = r->block_size,
			.tp_block_nr = (unsigned int)blocks,
			.tp_frame_size = r->frame_size,
			.tp_frame_nr = (unsigned int)(blocks * r->per_block),
		};
		code = setsockopt(r->fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)) < 0 ? -errno
											    : 0;
		if (code != -ENOMEM || blocks / 2 < BLOCKS_MIN)
			break;
	}
	r->nr_blocks = (uint32_t)blocks;
	return code;
}

static int map_ring(struct bridge_ring *r)
{
	r->map_len = (uint64_t)r->nr_blocks * r->block_size;
	r->map =
		mmap(NULL, r->map_len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, 0);
	if (r->map == MAP_FAILED) {
		r->map = NULL;
		return -errno;
	}
	(void)madvise(r->map, r->map_len, MADV_DONTFORK);
	return 0;
}

int bridge_ring_renew(struct bridge_ring *r)
{
	const struct tpacket_req none = { 0 };
	int code;

	munmap(r->map, r->map_len);
	r->map = NULL;
	r->block = r->frame = 0;
	if (setsockopt(r->fd, SOL_PACKET, PACKET_RX_RING, &none, sizeof(none)) < 0)
		return -errno;
	code = request_ring(r, r->map_len);
	return code ? code : map_ring(r);
}

static int bind_to(int fd, uint32_t ifindex, uint16_t protocol)
{
	const struct sockaddr_ll ll = { .sll_family = AF_PACKET,
					.sll_protocol = htobe16(protocol),
					.sll_ifindex = (int)ifindex };

	return bind(fd, (const struct sockaddr *)&ll, sizeof(ll)) < 0 ? -errno : 0;
}

static int join_promiscuous(int fd, uint32_t ifindex)
{
	const struct packet_mreq mr = { .mr_ifindex = (int)ifindex, .mr_type = PACKET_MR_PROMISC };

	return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mr, sizeof(mr)) < 0 ? -errno : 0;
}

/* Packets longer than a frame are queued whole; these count against the receive buffer. */
static int queue_long_packets(int fd)
{
	if (option_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, COPY_QUEUE) < 0)
		(void)option_int(fd, SOL_SOCKET, SO_RCVBUF, COPY_QUEUE);
	return option_int(fd, SOL_PACKET, PACKET_COPY_THRESH, 1);
}

static int say(struct errmsg *err, int code, const char *name, const char *step)
{
	if (code == -EPERM || code == -EACCES)
		return errmsg_set(err, -EPERM,
				  "%s: passing packets on needs the capability CAP_NET_RAW: run as "
				  "root, or once\n  setcap cap_net_raw,cap_net_admin=ep $(command "
				  "-v ringtap)",
				  name);
	return errmsg_set(err, code, "%s: %s: %s", name, step, strerror(-code));
}

int bridge_ring_open(const struct link_info *link, uint64_t bytes, struct bridge_ring *ret,
		     struct errmsg *err)
{
	struct bridge_ring r = { .frame_size = frame_size_for(link) };
	const char *step = "socket";
	int code;

	/* Protocol 0: nothing arrives before bind() names one. */
	r.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	code = r.fd < 0 ? -errno : 0;
	if (!code && (step = "filter"))
		code = socket_filter_drop_all(r.fd);
	/* What is sent here, by us or by the machine, is not to go to the other side. */
	if (!code && (step = "PACKET_IGNORE_OUTGOING (Linux 4.20)"))
		code = option_int(r.fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
	if (!code && (step = "PACKET_VERSION"))
		code = option_int(r.fd, SOL_PACKET, PACKET_VERSION, TPACKET_V2);
	if (!code && (step = "PACKET_VNET_HDR"))
		code = option_int(r.fd, SOL_PACKET, PACKET_VNET_HDR, 1);
	if (!code && (step = "PACKET_COPY_THRESH"))
		code = queue_long_packets(r.fd);
	if (!code && (step = "PACKET_RX_RING"))
		code = request_ring(&r, bytes);
	if (!code && (step = "mmap"))
		code = map_ring(&r);
	if (!code && (step = "bind"))
		code = bind_to(r.fd, link->ifindex, ETH_P_ALL);
	if (!code && (step = "promiscuous mode"))
		code = join_promiscuous(r.fd, link->ifindex);
	if (code) {
		bridge_ring_close(&r);
		return say(err, code, link->name, step);
	}
	*ret = r;
	return 0;
}

int bridge_ring_start(struct bridge_ring *r, const struct filter_program *filter,
		      struct errmsg *err)
{
	const int code = socket_filter_attach(r->fd, filter);

	return code < 0 ? errmsg_set(err, code, "socket filter: %s%s", strerror(-code),
				     code == -ENOMEM ? "; see the sysctl net.core.optmem_max" : "")
			: 0;
}

void bridge_ring_stop(struct bridge_ring *r)
{
	struct sockaddr_ll ll;
	socklen_t len = sizeof(ll);
	int code = socket_filter_drop_all(r->fd);

	if (code < 0)
		log_error("a ring cannot be closed: %s", strerror(-code));
	/*
	 * Other CPUs may still be at a packet that the old filter has accepted. Bound to another
	 * protocol, the socket is taken out of the kernel's list, and bind() waits until nobody
	 * looks at that any more (synchronize_net()).
	 */
	if (getsockname(r->fd, (struct sockaddr *)&ll, &len) == 0 && ll.sll_ifindex > 0)
		(void)bind_to(r->fd, (uint32_t)ll.sll_ifindex, ETH_P_LOOPBACK);
}

int bridge_ring_statistics(const struct bridge_ring *r, uint64_t *ret_packets, uint64_t *ret_drops)
{
	struct tpacket_stats st;
	socklen_t len = sizeof(st);

	if (getsockopt(r->fd, SOL_PACKET, PACKET_STATISTICS, &st, &len) < 0)
		return -errno;
	*ret_packets = st.tp_packets;
	*ret_drops = st.tp_drops;
	return 0;
}

void bridge_ring_close(struct bridge_ring *r)
{
	if (r->map)
		munmap(r->map, r->map_len);
	if (r->fd >= 0)
		close(r->fd);
	r->map = NULL;
	r->fd = -1;
}
