/*
 * capture/live_open.c -- opens the XDP way of capture/transmit.h: the map, the programs, and
 * whether kernel and driver can.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/live_able.h"
#include "capture/live_internal.h"
#include "core/bytes.h"
#include "core/linktype.h"

enum {
	VLAN_TAG = 4,
	/* One page, less XDP_PACKET_HEADROOM, struct xdp_page_head and skb_shared_info. */
	FRAME_MAX = 3408,
	/* With CONFIG_MAX_SKB_FRAGS 45, the most there are, skb_shared_info is larger. */
	FRAME_MAX_SURE = 2944,
	SLOTS_DEFAULT = 1024, /* their frames stay in a CPU's caches */
	SLOTS_MAX = 1 << 20,
	DATA_MAX = 64 << 20,
	DATA_MIN = 1 << 20,
	BATCH = 64,
	/* As many as the kernel hands to a driver at a time (DEV_MAP_BULK_SIZE): a frame does not
	 * wait for the rest of a batch for longer than 1 us. */
	BATCH_PACED = 16,
};

static uint64_t power_of_two(uint64_t at_least)
{
	uint64_t v = 1;

	while (v < at_least)
		v *= 2;
	return v;
}

static int choose_shape(struct live *l, const struct transmit_config *cfg, struct errmsg *err)
{
	const uint32_t link_max = l->base.link.mtu + LIVE_ETHERNET;
	const uint32_t slots = cfg->slots ? MIN_OF(cfg->slots, (uint32_t)SLOTS_MAX) : SLOTS_DEFAULT;
	uint64_t size;

	if (cfg->frame_max > FRAME_MAX - VLAN_TAG)
		return errmsg_set(err, -EMSGSIZE,
				  "%s: XDP frames have at most %d bytes, %u are asked for; shorten "
				  "them, or send without --xdp",
				  l->base.link.name, FRAME_MAX - VLAN_TAG, cfg->frame_max);
	l->base.frame_max = cfg->frame_max ? cfg->frame_max : link_max;
	l->base.frame_max = MIN_OF(l->base.frame_max, (uint32_t)FRAME_MAX - VLAN_TAG);
	l->room = MIN_OF(l->base.frame_max, link_max) + VLAN_TAG;
	/* transmit_slot() promises room for it, even if it is refused by transmit_commit(). */
	l->shape.frame_max = l->base.frame_max + VLAN_TAG;
	l->shape.nr_slots = (uint32_t)power_of_two(slots);
	size = power_of_two(l->shape.nr_slots * align_up(l->shape.frame_max, LIVE_CACHE_LINE));
	l->shape.data_size = MIN_OF(size, (uint64_t)DATA_MAX);
	return 0;
}

static int open_map(struct live *l, struct errmsg *err)
{
	uint64_t size;
	void *map;
	int code;

	/* A kernel may have a lower limit for the value of an array than we. */
	do {
		size = live_data_at(&l->shape) + l->shape.data_size;
		l->map_size = align_up(size, (uint64_t)sysconf(_SC_PAGESIZE));
		code = bpf_array_open(l->base.link.name, l->map_size, &l->map_fd, &map, err);
	} while (code == -E2BIG && (l->shape.data_size /= 2) >= DATA_MIN);
	if (code)
		return code;
	l->state = map;
	l->slots = (struct live_slot *)((uint8_t *)map + LIVE_SLOTS_AT);
	l->data = (uint8_t *)map + live_data_at(&l->shape);
	l->own = calloc(l->shape.nr_slots, sizeof(*l->own));
	l->zeros = calloc(1, FRAME_MAX);
	if (!l->own || !l->zeros)
		return errmsg_set(err, -ENOMEM, "%s: no memory", l->base.link.name);
	live_start_afresh(l);
	return 0;
}

/* Without them nothing is lost but the knowledge of what the driver refuses. */
static void open_traces(struct live *l)
{
	static const char *const points[] = { "xdp_devmap_xmit", "xdp_redirect_err" };
	struct bpf_insn insns[LIVE_INSNS_MAX];
	int fd;

	for (size_t i = 0; i < ARRAY_SIZE(points); i++) {
		struct bpf_asm a = { .insns = insns };

		if (i == 0)
			live_prog_taken(&a, l->map_fd);
		else
			live_prog_refused(&a, l->run.ifindex, l->map_fd);
		fd = bpf_load_program(l->base.link.name, BPF_PROG_TYPE_RAW_TRACEPOINT,
				      "ringtap_sent", &a, NULL);
		l->trace_fds[i] = fd < 0 ? fd : bpf_attach_tracepoint(fd, points[i]);
		if (fd >= 0)
			close(fd); /* the attachment keeps it */
		if (l->trace_fds[i] < 0) {
			live_untrace(l);
			return;
		}
	}
}

static int open_program(struct live *l, struct errmsg *err)
{
	struct bpf_insn insns[LIVE_INSNS_MAX];
	struct bpf_asm a = { .insns = insns };

	live_prog_frames(&a, &l->shape, l->map_fd);
	l->prog_fd =
		bpf_load_program(l->base.link.name, BPF_PROG_TYPE_XDP, "ringtap_send", &a, err);
	if (l->prog_fd < 0)
		return l->prog_fd;
	l->run.prog_fd = l->prog_fd;
	open_traces(l);
	return 0;
}

/* A call that sends nothing, for nothing is there yet: what the kernel says of it. */
static int try_call(struct live *l, bool length_chosen, struct errmsg *err)
{
	const char *name = l->base.link.name;
	int code;

	do
		code = bpf_run_live(l->prog_fd, l->run.ifindex, l->zeros, l->room, 1, 1);
	while (code == -EINTR);
	if (code == -EINVAL && l->room > FRAME_MAX_SURE) {
		if (length_chosen)
			return errmsg_set(err, -EMSGSIZE,
					  "%s: the kernel has no room for XDP frames of %u bytes; "
					  "%d will do",
					  name, l->base.frame_max, FRAME_MAX_SURE - VLAN_TAG);
		l->room = FRAME_MAX_SURE;
		l->base.frame_max = FRAME_MAX_SURE - VLAN_TAG;
		return try_call(l, true, err);
	}
	if (!code)
		return 0;
	return errmsg_set(err, code, "%s: BPF_PROG_TEST_RUN: %s%s", name, strerror(-code),
			  code == -EINVAL  ? "; XDP live frames need Linux 5.18: send without --xdp"
			  : code == -EPERM ? "; run as root, or with CAP_BPF and CAP_NET_ADMIN"
					   : "");
}

int live_open(const struct transmit_config *cfg, const struct link_info *link,
	      struct transmit **ret, struct errmsg *err)
{
	struct live *l;
	int code;

	if (link_linktype(link->arphrd) != LINKTYPE_ETHERNET)
		return errmsg_set(err, -EOPNOTSUPP,
				  "%s: not Ethernet, which XDP frames are; send without --xdp",
				  link->name);
	code = live_able(link, err);
	if (code)
		return code;
	l = calloc(1, sizeof(*l));
	if (!l)
		return errmsg_set(err, -ENOMEM, "%s: no memory", link->name);
	l->base.ops = &live_ops;
	l->base.link = *link;
	l->map_fd = l->prog_fd = l->trace_fds[0] = l->trace_fds[1] = -1;
	code = choose_shape(l, cfg, err);
	if (!code)
		code = open_map(l, err);
	l->run = (struct live_run){
		.ifindex = link->ifindex,
		.frame = l->zeros,
		.batch = cfg->paced ? BATCH_PACED : BATCH,
	};
	if (!code)
		code = open_program(l, err);
	if (!code)
		code = try_call(l, cfg->frame_max != 0, err);
	if (code) {
		live_ops.close(&l->base);
		return code;
	}
	*ret = &l->base;
	return 0;
}
