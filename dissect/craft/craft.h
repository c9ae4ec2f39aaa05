/*
 * dissect/craft/craft.h -- frames out of a short text that describes them.
 *
 *	eth(dst=02:00:00:00:00:02)/ip(src=10.0.0.0/24 random)/udp(dport=53)/dns(name="a.example")
 *
 * Layers from outside in, with fields that are constant, count or are random; several descriptions
 * with weights, ';' or a newline between; ringtap-generate(1) has the language. A description is
 * compiled to the bytes that stay and a short list of those that change, with their shares in the
 * checksums, so that a frame costs a copy and a few stores.
 *
 * A frame depends on the description, the options and its number, and on nothing else.
 */
#ifndef DISSECT_CRAFT_CRAFT_H
#define DISSECT_CRAFT_CRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "dissect/filter/filter.h"

enum {
	CRAFT_TEXT_MAX = 256 << 10,  /* bytes of all descriptions */
	CRAFT_LAYERS_MAX = 16,       /* of one; as many as the dissector follows */
	CRAFT_DESCRIPTIONS_MAX = 64, /* of one text */
	CRAFT_WEIGHT_MAX = 4096,     /* sum of the weights */
	CRAFT_LIST_MAX = 256,        /* values and ranges of one field */
	CRAFT_FRAME_MIN = 60,        /* Ethernet's minimum without FCS: shorter ones are padded */
	CRAFT_FRAME_MAX = 65535,     /* bytes without FCS */
	CRAFT_FLOWS_MAX = 64512,     /* source ports from 1024 on */
};

enum craft_size_kind {
	CRAFT_SIZE_NATURAL, /* as the description has it */
	CRAFT_SIZE_RANGE,   /* min to max: one size, or random ones */
	CRAFT_SIZE_IMIX,    /* 64, 590 and 1514 bytes as 7:4:1 */
	CRAFT_SIZE_MTU,     /* the longest that the MTU allows, and a single VLAN tag */
};

struct craft_sizes {
	enum craft_size_kind kind;
	uint32_t min, max; /* CRAFT_SIZE_RANGE; bytes of a frame without FCS, both included */
};

struct craft_options {
	uint64_t seed;
	struct craft_sizes sizes;
	uint32_t mtu;       /* of the interface: bytes behind the link-layer header; 0: 1500 */
	uint32_t flows;     /* source ports in turn where none are described; 0: one */
	uint8_t src_mac[6]; /* where none is described; all zeros: 02:00:00:00:00:01 */
};

struct craft;

/*
 * "64", "60-1514", "imix", "mtu". 0, -EINVAL not understood, -ERANGE less than CRAFT_FRAME_MIN or
 * more than CRAFT_FRAME_MAX. *ret is left alone by errors.
 */
int craft_sizes_parse(const char *text, struct craft_sizes *ret) must_check;

/*
 * Compiles. 0, -EINVAL with the place and the reason in err (filter_error_render() shows it),
 * -ENOMEM with a reason. text is not kept. *ret is constant from now on: threads may share it.
 */
int craft_open(const char *text, const struct craft_options *o, struct craft **ret,
	       struct filter_error *err) must_check;
void craft_close(struct craft *c); /* NULL is fine */

/*
 * Writes frame number `index` to out, which holds `size` bytes; its length, 0 if it does not fit.
 * time_ns is what a stamp layer carries. Hot.
 */
uint32_t craft_frame(const struct craft *c, uint64_t index, uint64_t time_ns, uint8_t *out,
		     uint32_t size);

/* Bytes of the longest frame, and of the mean one. */
uint32_t craft_frame_max(const struct craft *c);
/* Of the longest as an MTU counts it: a single 802.1Q tag is free (packet_snd() of the kernel). */
uint32_t craft_mtu_frame_max(const struct craft *c);
double craft_frame_mean(const struct craft *c);
/* After so many frames they repeat, but for stamps of time; 0: never, or not soon (2^32). */
uint64_t craft_period(const struct craft *c);
/* The same of every step-th frame alone, which is not 0. */
uint64_t craft_period_every(const struct craft *c, uint32_t step);
/* A stamp layer carries the time at which a frame is made. */
bool craft_has_time(const struct craft *c);

#endif
