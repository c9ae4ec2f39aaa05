/*
 * dissect/summary.h -- a packet in 64 bytes: what flows from workers to the writer and into files.
 *
 * A fixed layout, in the byte order of the machine that wrote it (the file's header says which).
 * A field keeps its place and meaning for as long as SUMMARY_VERSION stands.
 */
#ifndef DISSECT_SUMMARY_H
#define DISSECT_SUMMARY_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/strbuf.h"
#include "dissect/dissect.h"
#include "dissect/render.h"

enum { SUMMARY_VERSION = 1 };

enum summary_bits {
	SUMMARY_STATUS = 0x03, /* enum dissect_status */
	SUMMARY_FRAGMENT = 1 << 2,
	SUMMARY_LATER_FRAGMENT = 1 << 3, /* its ports are unknown, not 0 */
	SUMMARY_CUT = 1 << 4,            /* cap_len < wire_len */
	SUMMARY_EXTRA = 1 << 5,          /* a struct summary_extra goes with it */
	/* Dissect could not follow this packet to its end: never rule it out by what is not here.
	 */
	SUMMARY_WILD = 1 << 7,
};

struct summary {
	uint64_t ts_ns; /* nanoseconds since the epoch, UTC */
	uint32_t cap_len, wire_len;
	uint32_t ifindex;
	uint16_t sport, dport;    /* host order; ICMP: 0 and type << 8 | code */
	uint8_t src[16], dst[16]; /* the outermost IP level's, zeros behind addr_len */
	uint16_t vlan_id;         /* the outer tag's, or VLAN_NONE */
	uint16_t top_proto;       /* enum proto_id of the last layer */
	uint8_t l4_proto;         /* IP protocol number of the outermost level */
	uint8_t tcp_flags;
	uint8_t addr_len; /* 4, 16, or 0: no addresses */
	uint8_t bits;     /* enum summary_bits */
};

static_assert(sizeof(struct summary) == 64, "the summary record is an ABI");

/* What a summary has no room for. */
struct summary_extra {
	uint8_t src[16], dst[16]; /* the innermost IP level's */
	uint16_t sport, dport;
	uint16_t vlan2_id; /* the second tag's, or VLAN_NONE */
	uint8_t addr_len;  /* 0: no tunnel, the tag is all there is to say */
	uint8_t l4_proto;
	uint8_t tcp_flags;
	uint8_t nr_ip;       /* IP headers in the packet */
	uint8_t reserved[6]; /* zero */
};

static_assert(sizeof(struct summary_extra) == 48, "the extra record is an ABI");

/* Writes all 64 bytes. Hot. */
void summary_fill(const struct dissection *d, struct summary *ret);
/* False, with ret untouched: there is nothing to add. */
bool summary_extra_fill(const struct dissection *d, struct summary_extra *ret);

/*
 * A stored summary, from a file or memory that somebody else wrote: any content is safe to print.
 * The line has the time in front, in UTC, for a summary is read on other machines too.
 */
void summary_print(const struct registry *reg, const struct summary *s,
		   const struct render_options *opt, struct strbuf *out);
void summary_print_json(const struct registry *reg, const struct summary *s, struct strbuf *out);
/* The extra record of the summary before it: " inner IP ..." to append to its line. */
void summary_extra_print(const struct summary_extra *x, const struct render_options *opt,
			 struct strbuf *out);
/* The same as members of a JSON object, with a comma in front of each. */
void summary_extra_print_json(const struct summary_extra *x, struct strbuf *out);

#endif
