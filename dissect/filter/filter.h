/*
 * dissect/filter/filter.h -- capture filters: an expression of pcap-filter(7) becomes a program.
 *
 *	expression -> filter_parse() -> tree of what was written (ast.h)
 *	           -> filter_generate() -> tree of tests with their offsets (cond.h)
 *	           -> filter_retarget(), for a socket -> the same, asked of the kernel's packets
 *	           -> filter_assemble() -> program (program.h)
 *
 * Names are looked up in the system's databases while compiling and never again.
 */
#ifndef DISSECT_FILTER_FILTER_H
#define DISSECT_FILTER_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/strbuf.h"
#include "dissect/filter/program.h"

enum {
	FILTER_TEXT_MAX = 64 << 10, /* bytes of an expression */
	FILTER_DEPTH_MAX = 256,     /* of parentheses and nots */
};

/* Why an expression was refused, and where. */
struct filter_error {
	char text[320];      /* reason and remedy, without the expression */
	uint32_t begin, end; /* byte offsets into the expression: what is meant */
};

enum filter_target {
	FILTER_FILE,   /* packets as they stand in files, for filter_run() */
	FILTER_SOCKET, /* a packet socket's: VLAN tag stripped, cooked header absent, no loops */
};

struct filter_options {
	uint16_t linktype; /* LINKTYPE_* of what is written; of a cooked socket LINKTYPE_LINUX_SLL2
			    */
	uint8_t target;    /* enum filter_target */
	uint32_t snaplen;  /* what an accepted packet returns; 0: 262144 */
	/* Of the interface, host order, for "ip broadcast"; FILTER_NETMASK_UNKNOWN refuses it. */
	uint32_t netmask;
	bool has_direction; /* inbound and outbound can be told (pcapng, sockets) */
	bool unoptimized;
	/* Beyond libpcap. */
	bool extended;         /* ports and accessors of TCP, UDP, ... behind IPv6 and its extension
				  headers; later fragments count as having the port */
	bool vlan_transparent; /* VLAN tags do not hide what is inside */
};

#define FILTER_NETMASK_UNKNOWN 0xffffffffu

/*
 * Compiles. 0, -EINVAL with the place and the reason in err, -E2BIG, -ENOMEM. An empty expression
 * accepts everything. ret is the caller's, filter_program_free().
 */
int filter_compile(const char *expr, const struct filter_options *opt, struct filter_program *ret,
		   struct filter_error *err) must_check;

/* -d: the listing with a comment behind each jump that says what it decides. */
int filter_print_explained(const char *expr, const struct filter_options *opt, struct strbuf *out,
			   struct filter_error *err) must_check;
/* --explain: in words, what the expression accepts. */
int filter_explain(const char *expr, const struct filter_options *opt, struct strbuf *out,
		   struct filter_error *err) must_check;

/* The expression with a caret under the place, and the reason: three lines without the last
 * newline. */
void filter_error_render(const char *expr, const struct filter_error *e, struct strbuf *out);
/* Formats into e (span as well) and returns code, a negative errno. */
int filter_error_set(struct filter_error *e, int code, uint32_t begin, uint32_t end,
		     const char *fmt, ...) printf_like(5, 6);

#endif
