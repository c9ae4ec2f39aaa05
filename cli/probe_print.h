/* cli/probe_print.h -- what was sent and what came back, side by side in 80 columns. */
#ifndef CLI_PROBE_PRINT_H
#define CLI_PROBE_PRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/probe_log.h"
#include "core/strbuf.h"

enum {
	PROBE_ROW_BYTES = 8,
	PROBE_ROWS_SHOWN = 8,  /* unless all are wanted */
	PROBE_ROW_TEXT = 1024, /* holds a row, with colours, or a line between */
};

struct probe_print {
	uint64_t wait_ns; /* for a reply */
	bool color, full;
};

/*
 * Bytes `at` to `at` + 7 of both, each with its offset, as hexadecimal and ASCII, and a newline. An
 * equals sign stands before each byte on the right that is as on the left. `right` NULL: nothing
 * is there.
 */
void probe_print_row(const uint8_t *left, uint64_t left_len, const uint8_t *right,
		     uint64_t right_len, uint64_t at, bool color, struct strbuf *out);
/* The index-th with all its replies, on standard output. */
void probe_print_sent(const struct probe_log *log, uint32_t index, const struct probe_print *p);
/* One reply more to what was printed before. */
void probe_print_late(const struct probe_log *log, const struct probe_reply *r,
		      const struct probe_print *p);
/* "port unreachable (ICMP type 3, code 3, of 192.0.2.1)", "Connection refused": why it was not
 * answered; nothing where there is no reason. */
void probe_print_reason(const struct probe_sent *s, struct strbuf *out);

#endif
