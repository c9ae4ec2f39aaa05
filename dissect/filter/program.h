/*
 * dissect/filter/program.h -- a classic BPF program: checked, run on a packet, shown.
 *
 * The instructions are the kernel's (struct sock_filter of linux/filter.h), so that what was
 * compiled is attached to a socket as it is. Here it runs on the packets of files, and on whatever
 * the kernel cannot do: a program with backward jumps (protochain).
 */
#ifndef DISSECT_FILTER_PROGRAM_H
#define DISSECT_FILTER_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/filter.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/frame.h"
#include "core/strbuf.h"

enum {
	FILTER_INSNS_MAX = BPF_MAXINSNS, /* 4096, the kernel's */
	FILTER_SCRATCH = BPF_MEMWORDS,   /* 16 words, M[] */
	/* Instructions that one packet may cost a program with loops; then it is not accepted. */
	FILTER_STEPS_MAX = 65536,
};

/* Owns insns. All zeros is no program. */
struct filter_program {
	struct sock_filter *insns;
	uint32_t len;
	bool loops; /* jumps backwards: not for the kernel */
};

/*
 * What the kernel tells beside the bytes (SKF_AD_*). A file knows only part of it; the rest is 0.
 */
struct filter_ancillary {
	uint32_t protocol; /* ethertype, host order */
	uint32_t pkttype;  /* PACKET_HOST to PACKET_OUTGOING */
	uint32_t ifindex, mark, queue, hatype, rxhash, cpu;
	uint32_t vlan_tci, vlan_present, vlan_tpid;
};

void filter_program_free(struct filter_program *p); /* all zeros is fine, and what is left */

/*
 * 0 for a program that filter_run() may be given: known instructions, jumps and scratch words in
 * bounds, no division by a constant 0, no shift by more than 31, a return at the end; backward
 * jumps only where may_loop. Else -EINVAL, and err names the instruction.
 */
int filter_check(const struct sock_filter *insns, uint32_t len, bool may_loop,
		 struct errmsg *err) must_check;

/*
 * Bytes to keep of the packet, 0: not accepted. A load outside cap_len does not accept, as in the
 * kernel; so does a division by 0. p has passed filter_check(). anc may be NULL: all zeros.
 * Thread-safe. Hot.
 */
uint32_t filter_run(const struct filter_program *p, const uint8_t *data, uint32_t wire_len,
		    uint32_t cap_len, const struct filter_ancillary *anc);

/* What a file's packet says of direction, reception and queue. */
void filter_ancillary_of(const struct frame_view *f, struct filter_ancillary *ret);

/* "(002) jeq      #0x800           jt 3	jf 5", as tcpdump -d has it, one line each. */
void filter_print_listing(const struct filter_program *p, struct strbuf *out);
/* "{ 0x28, 0, 0, 0x0000000c }," (tcpdump -dd). */
void filter_print_c(const struct filter_program *p, struct strbuf *out);
/* The number of instructions, then four decimal numbers a line (tcpdump -ddd). */
void filter_print_numbers(const struct filter_program *p, struct strbuf *out);
/*
 * Reads what filter_print_numbers() and bpfc write: decimal numbers, or the C form; with or without
 * the count in front. 0, or -EINVAL with line and reason; the program is checked, loops allowed.
 */
int filter_parse_numbers(const char *text, struct filter_program *ret,
			 struct errmsg *err) must_check;
/* Asks the kernel: attaches to a socket of its own and closes it. 0 or -errno with its words. */
int filter_check_kernel(const struct filter_program *p, struct errmsg *err) must_check;

#endif
