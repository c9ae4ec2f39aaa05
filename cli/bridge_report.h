/* cli/bridge_report.h -- a bridge's counters for people and for programs. */
#ifndef CLI_BRIDGE_REPORT_H
#define CLI_BRIDGE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/bridge.h"
#include "capture/engine.h"
#include "core/strbuf.h"

enum { BRIDGE_REPORT_MAX = 16 << 10 /* bytes of text that any report fits in */ };

struct bridge_report {
	struct bridge_totals ways[2];
	uint32_t nr_ways;
	const struct engine_totals *tap; /* NULL: no copy was asked for */
	const char *output;              /* of the tap */
	bool tap_failed;                 /* it ended before the bridge */
	uint64_t elapsed_ns;
	double cpu_seconds; /* of this process */
};

/* One line while it runs: rates since `before`, a second ago. No newline. */
void bridge_report_progress(const struct bridge_report *now, const struct bridge_report *before,
			    struct strbuf *out);
/* The report, some lines each with its newline. */
void bridge_report_text(const struct bridge_report *r, struct strbuf *out);
/* The same as one JSON object and a newline. */
void bridge_report_json(const struct bridge_report *r, struct strbuf *out);
/* Packets that did not arrive where they should: on the other side, or in the file. */
uint64_t bridge_report_lost(const struct bridge_report *r);

#endif
