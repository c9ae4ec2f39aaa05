/* bench/micro_mix.c -- dissecting packets of many protocols, in the order in which they came. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/micro.h"
#include "bench/mix.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "core/linktype.h"
#include "dissect/dissect.h"
#include "dissect/registry.h"
#include "dissect/summary.h"

enum {
	AHEAD = 6,
	SUMMARIES = 4096, /* written over again and again, as a spool is */
};

struct mix_file {
	struct registry *reg;
	uint8_t *data; /* records as in a pcap file, without its head */
	size_t size;
	size_t *at; /* where each packet's record starts */
	uint64_t packets;
	struct summary out[SUMMARIES];
};

/*
 * Packet i; what the heads of our own records say is true. Later ones are fetched into the cache
 * meanwhile, as whoever walks a ring's block does: a packet alone would wait for memory more than
 * for anything else. There are AHEAD entries behind the last packet's.
 */
static inline void packet_take(const struct mix_file *f, uint64_t i, struct frame_view *ret)
{
	const uint8_t *p = f->data + f->at[i], *later = f->data + f->at[i + AHEAD];
	const uint32_t len = load_u32(p + 8);

	__builtin_prefetch(later);
	__builtin_prefetch(later + 64);
	__builtin_prefetch(later + 128);
	*ret = (struct frame_view){ .data = p + MIX_RECORD_HEAD,
				    .ts_ns = load_u32(p) * NS_PER_SEC + load_u32(p + 4),
				    .cap_len = len,
				    .wire_len = load_u32(p + 12),
				    .linktype = LINKTYPE_ETHERNET };
}

/* Keeps the compiler from dropping work whose result nobody reads. */
static inline void use(const void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

static void run_dissect(struct mix_file *f)
{
	struct dissection d;

	for (uint64_t i = 0; i < f->packets; i++) {
		packet_take(f, i, &d.frame);
		dissect_own_frame(f->reg, &d);
		use(&d);
	}
}

static void run_summary(struct mix_file *f)
{
	struct dissection d;

	for (uint64_t i = 0; i < f->packets; i++) {
		packet_take(f, i, &d.frame);
		dissect_own_frame(f->reg, &d);
		summary_fill(&d, &f->out[i % SUMMARIES]);
		use(&f->out[i % SUMMARIES]);
	}
}

/* Ports and flags; p has left bytes. */
static inline void inlined_transport(const uint8_t *p, size_t left, uint8_t proto,
				     struct summary *s)
{
	s->l4_proto = proto;
	if ((proto != 6 || left < 20) && (proto != 17 || left < 8))
		return;
	s->sport = load_be16(p);
	s->dport = load_be16(p + 2);
	s->top_proto = proto == 6 ? PROTO_TCP : PROTO_UDP;
	if (proto == 6)
		s->tcp_flags = p[13];
}

static inline void inlined_packet(const struct frame_view *f, struct summary *s)
{
	const uint8_t *p = f->data;
	size_t left = f->cap_len, hdr;
	uint16_t type;

	memset(s, 0, sizeof(*s));
	s->ts_ns = f->ts_ns;
	s->cap_len = f->cap_len;
	s->wire_len = f->wire_len;
	s->vlan_id = VLAN_NONE;
	if (left < 18)
		return;
	type = load_be16(p + 12);
	p += 14;
	left -= 14;
	if (type == 0x8100) {
		s->vlan_id = load_be16(p) & 0xfff;
		type = load_be16(p + 2);
		p += 4;
		left -= 4;
	}
	if (type == 0x0800 && left >= 20) {
		hdr = (p[0] & 15) * 4u;
		s->addr_len = 4;
		memcpy(s->src, p + 12, 4);
		memcpy(s->dst, p + 16, 4);
		if (hdr >= 20 && hdr <= left && !(load_be16(p + 6) & 0x1fff))
			inlined_transport(p + hdr, left - hdr, p[9], s);
	} else if (type == 0x86dd && left >= 40) {
		s->addr_len = 16;
		memcpy(s->src, p + 8, 16);
		memcpy(s->dst, p + 24, 16);
		inlined_transport(p + 40, left - 40, p[6], s);
	}
}

static void run_inlined(struct mix_file *f)
{
	struct frame_view frame;

	for (uint64_t i = 0; i < f->packets; i++) {
		packet_take(f, i, &frame);
		inlined_packet(&frame, &f->out[i % SUMMARIES]);
		use(&f->out[i % SUMMARIES]);
	}
}

static uint64_t count_bad(const struct mix_file *f)
{
	struct dissection d;
	uint64_t bad = 0;

	for (uint64_t i = 0; i < f->packets; i++) {
		packet_take(f, i, &d.frame);
		bad += dissect_own_frame(f->reg, &d) != DISSECT_OK;
	}
	return bad;
}

static double time_run(struct mix_file *f, void (*run)(struct mix_file *), uint64_t packets)
{
	const uint64_t start = clock_read_ns(CLOCK_THREAD_CPUTIME_ID);
	uint64_t done = 0;

	do {
		run(f);
		done += f->packets;
	} while (done < packets);
	return (double)(clock_read_ns(CLOCK_THREAD_CPUTIME_ID) - start) / (double)done;
}

struct mix_result micro_mix(struct mix_file *f, uint64_t packets)
{
	struct mix_result ret = { .bad = count_bad(f) };

	ret.dissect_ns = time_run(f, run_dissect, packets);
	ret.summary_ns = time_run(f, run_summary, packets);
	ret.inlined_ns = time_run(f, run_inlined, packets);
	return ret;
}

/*
 * Memory for a file of so many packets, of which only the pages that are written exist; large ones,
 * where there are any, as the memory of a ring is contiguous.
 */
static int file_alloc(struct mix_file *f, uint64_t packets)
{
	void *map;

	f->at = calloc(packets + AHEAD, sizeof(*f->at));
	if (!f->at || packets > SIZE_MAX / (MIX_RECORD_HEAD + MIX_FRAME_MAX))
		return -ENOMEM;
	f->size = (size_t)packets * (MIX_RECORD_HEAD + MIX_FRAME_MAX);
	map = mmap(NULL, f->size, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return -errno;
	f->data = map;
	/* Small pages do, too. */
	(void)madvise(map, f->size, MADV_HUGEPAGE);
	return 0;
}

int mix_file_open(uint64_t packets, struct mix_file **ret)
{
	struct mix_file *f = calloc(1, sizeof(*f));
	struct mix *mix = NULL;
	uint8_t *p;
	int code;

	if (!f)
		return -ENOMEM;
	code = registry_init(&f->reg, NULL);
	if (!code)
		code = file_alloc(f, packets);
	if (!code)
		code = mix_open(1, &mix);
	if (code) {
		mix_file_close(f);
		return code;
	}
	f->packets = packets;
	p = f->data;
	for (uint64_t i = 0; i < packets; i++) {
		const struct mix_packet packet = mix_next(mix);

		f->at[i] = (size_t)(p - f->data);
		mix_put_record(p, &packet);
		memcpy(p + MIX_RECORD_HEAD, packet.data, packet.len);
		p += MIX_RECORD_HEAD + packet.len;
	}
	mix_close(mix);
	*ret = f;
	return 0;
}

void mix_file_close(struct mix_file *f)
{
	if (!f)
		return;
	if (f->data)
		munmap(f->data, f->size);
	registry_free(f->reg);
	free(f->at);
	free(f);
}
