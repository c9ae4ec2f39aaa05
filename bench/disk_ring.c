/* bench/disk_ring.c -- blocks of memory that look to the writer as those of a packet ring do. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/disk.h"
#include "bench/gen.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "pcapio/pcapng_build.h"
#include "pcapio/pcapng_format.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1; newer than some C libraries */
#endif

enum {
	FRAME_BYTES = 1514,
	RING_HEAD = 48, /* over the kernel's block descriptor */
	HUGE_PAGE = 2 << 20,
};

/* One enhanced packet block; returns the byte after it. */
static uint8_t *put_packet(uint8_t *p, uint64_t seq, uint64_t ts_ns)
{
	static const struct gen_config frames = { .frame_bytes = FRAME_BYTES, .flows = 64 };
	const uint32_t padded = (uint32_t)align_up(FRAME_BYTES, 4);
	const uint32_t total = PCAPNG_EPB_MIN + padded;

	store_u32(p, PCAPNG_EPB);
	store_u32(p + 4, total);
	store_u32(p + 8, 0); /* interface */
	store_u32(p + 12, (uint32_t)(ts_ns >> 32));
	store_u32(p + 16, (uint32_t)ts_ns);
	store_u32(p + 20, FRAME_BYTES);
	store_u32(p + 24, FRAME_BYTES);
	memset(p + PCAPNG_EPB_HEADER + FRAME_BYTES, 0, padded - FRAME_BYTES);
	gen_frame(&frames, seq, p + PCAPNG_EPB_HEADER);
	store_u32(p + PCAPNG_EPB_HEADER + padded, total);
	return p + total;
}

/* Head, packets, filler to the end. */
static void fill_block(struct disk_ring *r, uint32_t index, uint64_t start_ns)
{
	const uint32_t each = PCAPNG_EPB_MIN + (uint32_t)align_up(FRAME_BYTES, 4);
	const uint32_t packets = (r->block_size - RING_HEAD - PCAPNG_BLOCK_MIN) / each;
	uint8_t *const block = r->base + (uint64_t)index * r->block_size, *p = block + RING_HEAD;
	struct pcapng_builder b = { .data = block, .size = r->block_size };
	const uint64_t seq = (uint64_t)index * packets;

	memset(block, 0, RING_HEAD);
	store_u32(block, PCAPNG_RING_HEAD);
	store_u32(block + 4, RING_HEAD);
	store_u32(block + RING_HEAD - 4, RING_HEAD);
	for (uint32_t i = 0; i < packets; i++)
		p = put_packet(p, seq + i, start_ns + (seq + i) * NS_PER_US);
	b.len = (size_t)(p - block);
	pcapng_filler(&b, r->block_size);
	r->block_packets = packets;
	r->block_cap_bytes = packets * FRAME_BYTES;
}

int disk_ring_make(uint32_t block_size, uint32_t nr_blocks, struct disk_ring *ret,
		   struct errmsg *reterr)
{
	const size_t len = (size_t)block_size * nr_blocks;
	struct disk_ring r = { .fd = -1, .block_size = block_size, .nr_blocks = nr_blocks };
	const uint64_t now = clock_realtime_ns();
	int err;

	r.map_len = len + HUGE_PAGE;
	r.map = mmap(NULL, r.map_len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (r.map == MAP_FAILED)
		return errmsg_set(reterr, -errno, "%zu bytes of blocks: %s", len, strerror(errno));
	r.base = (uint8_t *)(uintptr_t)align_up((uintptr_t)r.map, HUGE_PAGE);
	r.fd = memfd_create("ringtap-bench-disk", MFD_CLOEXEC);
	if (r.fd < 0 || ftruncate(r.fd, (off_t)len) ||
	    mmap(r.base, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, r.fd, 0) ==
		    MAP_FAILED) {
		err = -errno;
		disk_ring_free(&r);
		return errmsg_set(reterr, err, "%zu bytes of blocks: %s", len, strerror(-err));
	}
	for (uint32_t i = 0; i < nr_blocks; i++)
		fill_block(&r, i, now);
	/* A packet ring's blocks are contiguous: fewer segments for each write of the disk's
	 * driver. */
	r.huge = len % HUGE_PAGE == 0 && !madvise(r.base, len, MADV_COLLAPSE);
	*ret = r;
	return 0;
}

void disk_ring_free(struct disk_ring *r)
{
	if (!r->map)
		return;
	munmap(r->map, r->map_len);
	if (r->fd >= 0)
		close(r->fd);
	*r = (struct disk_ring){ .fd = -1 };
}
