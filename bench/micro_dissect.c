/* bench/micro_dissect.c -- what finding the layers of a TCP packet costs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/micro.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "core/linktype.h"
#include "dissect/dissect.h"
#include "dissect/registry.h"
#include "dissect/summary.h"

enum {
	FRAMES = 4096,
	STRIDE = 1600,
	ETH_LEN = 14,
	IP_LEN = 20,
};

struct work {
	struct registry *reg;
	uint8_t *data;
	struct frame_view *frames;
	struct summary *out;
};

/* A small generator: the same frames on every machine. */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Addresses, ports, sizes and TCP options vary; every fourth frame has options. Returns its length.
 */
static uint32_t build_frame(uint8_t *p, uint32_t *seed)
{
	const uint32_t r = next_random(seed);
	const unsigned tcp_len = r % 4 ? 20 : 32;
	const uint32_t payload = next_random(seed) % 1400;
	const uint32_t ip_len = IP_LEN + tcp_len + payload;

	store_be16(p + 12, 0x0800);
	p += ETH_LEN;
	p[0] = 0x45;
	store_be16(p + 2, (uint16_t)ip_len);
	store_be16(p + 4, (uint16_t)r);
	p[8] = 64;
	p[9] = 6;
	store_be32(p + 12, 0x0a000000 | (next_random(seed) & 0xffff));
	store_be32(p + 16, 0x0a010000 | (next_random(seed) & 0xffff));
	p += IP_LEN;
	store_be16(p, (uint16_t)(1024 + next_random(seed) % 60000));
	store_be16(p + 2, (uint16_t)(r & 1 ? 443 : 1024 + next_random(seed) % 60000));
	store_be32(p + 4, next_random(seed));
	p[12] = (uint8_t)(tcp_len / 4 << 4);
	p[13] = 0x10;
	return ETH_LEN + ip_len;
}

static int work_open(struct work *w)
{
	uint32_t seed = 2463534242u;
	uint32_t i;

	w->data = calloc(FRAMES, STRIDE);
	w->frames = calloc(FRAMES, sizeof(*w->frames));
	w->out = calloc(FRAMES, sizeof(*w->out));
	if (!w->data || !w->frames || !w->out)
		return -ENOMEM;
	for (i = 0; i < FRAMES; i++) {
		uint8_t *p = w->data + (size_t)i * STRIDE;
		const uint32_t len = build_frame(p, &seed);

		w->frames[i] = (struct frame_view){ .data = p,
						    .ts_ns = i,
						    .cap_len = len,
						    .wire_len = len,
						    .linktype = LINKTYPE_ETHERNET };
	}
	return registry_init(&w->reg, NULL);
}

static void work_close(struct work *w)
{
	registry_free(w->reg);
	free(w->out);
	free(w->frames);
	free(w->data);
}

/* Keeps the compiler from dropping work whose result nobody reads. */
static inline void use(const void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

static uint64_t run_dissect(const struct work *w)
{
	struct dissection d;
	uint32_t i;

	for (i = 0; i < FRAMES; i++) {
		dissect_frame(w->reg, &w->frames[i], &d);
		use(&d);
	}
	return FRAMES;
}

static uint64_t run_summary(const struct work *w)
{
	struct dissection d;
	uint32_t i;

	for (i = 0; i < FRAMES; i++) {
		dissect_frame(w->reg, &w->frames[i], &d);
		summary_fill(&d, &w->out[i]);
		use(&w->out[i]);
	}
	return FRAMES;
}

static double time_run(const struct work *w, uint64_t (*run)(const struct work *), uint64_t packets)
{
	uint64_t done = 0, start;

	run(w); /* faults the pages in */
	start = clock_read_ns(CLOCK_THREAD_CPUTIME_ID);
	do {
		done += run(w);
	} while (done < packets);
	return (double)(clock_read_ns(CLOCK_THREAD_CPUTIME_ID) - start) / (double)done;
}

struct micro_result micro_dissect(uint64_t packets)
{
	struct micro_result ret = { .packets = packets };
	struct work w = { 0 };

	ret.error = work_open(&w);
	if (!ret.error) {
		ret.dissect_ns = time_run(&w, run_dissect, packets);
		ret.summary_ns = time_run(&w, run_summary, packets);
	}
	work_close(&w);
	return ret;
}
