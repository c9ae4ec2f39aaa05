/* capture/ring.c -- sockets and rings; the order of the calls is the point (see ring.h). */
#include "capture/ring.h"

#include <net/if.h> /* before the kernel's headers, which then leave its names alone */

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/filter.h"
#include "capture/link.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "core/log.h"

enum {
	FRAME_SIZE = 2048,    /* sanity-checked by the kernel, of no meaning in version 3 */
	ETHERNET_RESERVE = 2, /* makes tp_mac 84, a multiple of four */
};

struct ring_traits ring_traits_for(uint32_t ifindex, uint16_t arphrd, const char **note)
{
	const int linktype = link_linktype(arphrd);

	*note = NULL;
	if (!ifindex)
		return (struct ring_traits){ .linktype = LINKTYPE_LINUX_SLL2, .cooked = true };
	if (linktype < 0) {
		*note = "its link type has no file format of its own: stored as Linux cooked "
			"(SLL2)";
		return (struct ring_traits){ .linktype = LINKTYPE_LINUX_SLL2, .cooked = true };
	}
	return (struct ring_traits){ .linktype = (uint16_t)linktype,
				     .cooked = linktype == LINKTYPE_NETLINK };
}

static int option_int(int fd, int option, int value)
{
	return setsockopt(fd, SOL_PACKET, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

/* Asks for the ring; half of it, again and again, while memory is short. */
static int request_ring(struct ring *r, const struct ring_config *cfg)
{
	uint64_t blocks = MAX_OF(cfg->ring_bytes / cfg->block_size, (uint64_t)RING_BLOCKS_MIN);
	struct tpacket_req3 req;
	int ret;

	for (blocks = MIN_OF(blocks, (uint64_t)RING_BLOCKS_MAX);; blocks /= 2) {
		req = (struct tpacket_req3){
			.tp_block_size = cfg->block_size,
			.tp_block_nr = (unsigned int)blocks,
			.tp_frame_size = FRAME_SIZE,
			.tp_frame_nr = (unsigned int)(blocks * (cfg->block_size / FRAME_SIZE)),
			.tp_retire_blk_tov = cfg->latency_ms,
			.tp_sizeof_priv = BLOCK_PRIV_LEN,
			.tp_feature_req_word = cfg->want_hash ? TP_FT_REQ_FILL_RXHASH : 0,
		};
		ret = setsockopt(r->fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)) < 0 ? -errno
											   : 0;
		if (ret != -ENOMEM || blocks / 2 < RING_BLOCKS_MIN)
			break;
	}
	r->nr_blocks = (uint32_t)blocks;
	r->block_size = cfg->block_size;
	return ret;
}

static int map_ring(struct ring *r)
{
	r->map_len = (uint64_t)r->nr_blocks * r->block_size;
	r->map =
		mmap(NULL, r->map_len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, 0);
	if (r->map == MAP_FAILED) {
		r->map = NULL;
		return -errno;
	}
	/* The writer maps the ring itself; a fork must not copy its page tables. */
	(void)madvise(r->map, r->map_len, MADV_DONTFORK);
	return 0;
}

static int bind_ring(const struct ring *r)
{
	const struct sockaddr_ll ll = { .sll_family = AF_PACKET,
					.sll_protocol = htons(ETH_P_ALL),
					.sll_ifindex = (int)r->ifindex };

	return bind(r->fd, (const struct sockaddr *)&ll, sizeof(ll)) < 0 ? -errno : 0;
}

static int join_promiscuous(const struct ring *r)
{
	const struct packet_mreq mr = { .mr_ifindex = (int)r->ifindex,
					.mr_type = PACKET_MR_PROMISC };

	return setsockopt(r->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mr, sizeof(mr)) < 0 ? -errno
											 : 0;
}

static int not_permitted(const char *name, struct errmsg *err)
{
	return errmsg_set(
		err, -EPERM,
		"%s: capturing needs the capability CAP_NET_RAW: run as root, or once\n"
		"  setcap cap_net_raw,cap_net_admin,cap_ipc_lock=ep $(command -v ringtap)",
		name);
}

int ring_open(const struct ring_config *cfg, const char *name, struct ring *ret, struct errmsg *err)
{
	struct ring r = { .fd = -1, .ifindex = cfg->ifindex };
	const char *step = "socket";
	int code;

	r.traits = ring_traits_for(cfg->ifindex, cfg->arphrd, &r.link_note);
	r.traits.keep_hash = cfg->want_hash;
	r.traits.snaplen = cfg->snaplen;
	/* Protocol 0: nothing arrives before bind() names one. */
	r.fd = socket(AF_PACKET, (r.traits.cooked ? SOCK_DGRAM : SOCK_RAW) | SOCK_CLOEXEC, 0);
	code = r.fd < 0 ? -errno : 0;
	if (code == -EPERM || code == -EACCES)
		return not_permitted(name, err);
	if (!code && (step = "filter"))
		code = socket_filter_drop_all(r.fd);
	if (!code && (step = "PACKET_VERSION"))
		code = option_int(r.fd, PACKET_VERSION, TPACKET_V3);
	if (!code && r.traits.linktype == LINKTYPE_ETHERNET && (step = "PACKET_RESERVE"))
		code = option_int(r.fd, PACKET_RESERVE, ETHERNET_RESERVE);
	if (!code && cfg->hardware_time && (step = "PACKET_TIMESTAMP"))
		code = option_int(r.fd, PACKET_TIMESTAMP, SOF_TIMESTAMPING_RAW_HARDWARE);
	if (!code && cfg->no_outgoing && (step = "PACKET_IGNORE_OUTGOING"))
		code = option_int(r.fd, PACKET_IGNORE_OUTGOING, 1);
	if (!code && (step = "PACKET_RX_RING"))
		code = request_ring(&r, cfg);
	if (!code && (step = "mmap"))
		code = map_ring(&r);
	if (!code && (step = "bind"))
		code = bind_ring(&r);
	if (!code && cfg->promiscuous && cfg->ifindex && (step = "promiscuous mode"))
		code = join_promiscuous(&r);
	if (code) {
		ring_close(&r);
		return errmsg_set(err, code, "%s: %s: %s", name, step, strerror(-code));
	}
	*ret = r;
	return 0;
}

int ring_start(struct ring *r, const struct filter_program *filter, struct errmsg *err)
{
	const int ret = socket_filter_attach(r->fd, filter);

	return ret < 0 ? errmsg_set(err, ret, "socket filter: %s%s", strerror(-ret),
				    ret == -ENOMEM ? "; see the sysctl net.core.optmem_max" : "")
		       : 0;
}

void ring_stop(const struct ring *r)
{
	const int ret = socket_filter_drop_all(r->fd);

	if (ret < 0)
		log_error("a ring cannot be closed: %s", strerror(-ret));
}

int ring_read_statistics(const struct ring *r, struct ring_statistics *ret)
{
	struct tpacket_stats_v3 st;
	socklen_t len = sizeof(st);

	if (getsockopt(r->fd, SOL_PACKET, PACKET_STATISTICS, &st, &len) < 0)
		return -errno;
	*ret = (struct ring_statistics){ .packets = st.tp_packets,
					 .drops = st.tp_drops,
					 .freezes = st.tp_freeze_q_cnt };
	return 0;
}

void ring_close(struct ring *r)
{
	if (r->map)
		munmap(r->map, r->map_len);
	if (r->fd >= 0)
		close(r->fd);
	r->map = NULL;
	r->fd = -1;
}
