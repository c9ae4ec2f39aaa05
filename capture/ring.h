/*
 * capture/ring.h -- one AF_PACKET socket with its TPACKET_V3 ring (net/packet/af_packet.c).
 *
 * A ring is opened closed: a drop-all filter is attached before the socket is bound, so that
 * nothing arrives until every ring of a fanout group has joined; ring_start() lets packets in.
 */
#ifndef CAPTURE_RING_H
#define CAPTURE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/block.h"
#include "core/compiler.h"
#include "core/errmsg.h"
#include "dissect/filter/program.h"

/* The kernel counts them in 16 bits (net/packet/internal.h, kactive_blk_num). */
enum { RING_BLOCKS_MIN = 4, RING_BLOCKS_MAX = UINT16_MAX };

enum fanout_mode {
	FANOUT_CPU,
	FANOUT_HASH,
	FANOUT_QM,
	FANOUT_LB,
	FANOUT_RND,
	FANOUT_ROLLOVER,
	FANOUT_EBPF, /* by a pinned program of the user's */
};

struct ring_config {
	uint32_t ifindex; /* 0: every interface */
	uint16_t arphrd;  /* ARPHRD_* of the interface */
	uint64_t ring_bytes;
	uint32_t block_size; /* bytes, a power of two of pages */
	uint32_t latency_ms; /* retire timeout, >= 1 */
	uint32_t snaplen;    /* bytes */
	bool promiscuous;
	bool no_outgoing; /* PACKET_IGNORE_OUTGOING, Linux 4.20 */
	bool hardware_time;
	bool want_hash;
};

struct ring {
	int fd;
	uint8_t *map;
	uint64_t map_len;
	uint32_t block_size, nr_blocks;
	uint32_t ifindex;
	struct ring_traits traits;
	const char *link_note; /* what was chosen for a link type without its own, or NULL */
};

struct ring_statistics {
	uint64_t packets, drops, freezes; /* since the last call; packets counts drops too */
};

/*
 * Opens, sizes (smaller when memory is short: compare nr_blocks), maps and binds one ring. -errno
 * with words for a person otherwise; -EPERM names the capability. The caller does not ask for what
 * the machine cannot give: the kernel would try hard enough to call the OOM killer.
 */
int ring_open(const struct ring_config *cfg, const char *name, struct ring *ret,
	      struct errmsg *err) must_check;

struct fanout_config {
	uint16_t id; /* of the group; 0 before the first member has joined */
	enum fanout_mode mode;
	const int *cpus; /* of the members, in order */
	uint32_t members;
	const char *ebpf_path; /* pinned program, for FANOUT_EBPF */
};

/* Joins the group as its next member; `last`: everybody is there now, its program can be set. */
int ring_join_fanout(struct ring *r, struct fanout_config *cfg, bool last,
		     struct errmsg *err) must_check;

/* Lets packets in: the drop-all filter gives way to this one. */
int ring_start(struct ring *r, const struct filter_program *filter, struct errmsg *err) must_check;

/* Lets nothing more in; what is in the ring stays. Safe from any thread. */
void ring_stop(const struct ring *r);

/* Reads and clears the kernel's counts. One reader per ring. */
int ring_read_statistics(const struct ring *r, struct ring_statistics *ret);

void ring_close(struct ring *r);

static inline uint8_t *ring_block(const struct ring *r, uint32_t index)
{
	return r->map + (uint64_t)index * r->block_size;
}

/* How a link type is stored: LINKTYPE_*, with a cooked header or not. */
struct ring_traits ring_traits_for(uint32_t ifindex, uint16_t arphrd, const char **note);

#endif
