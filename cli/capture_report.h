/* cli/capture_report.h -- a capture's counters for people and for programs. */
#ifndef CLI_CAPTURE_REPORT_H
#define CLI_CAPTURE_REPORT_H

#include <stdbool.h>

#include "capture/engine.h"
#include "core/strbuf.h"

/* What the capture did with packets, for wording. */
enum report_kind { REPORT_STORED, REPORT_SUMMARISED, REPORT_PRINTED, REPORT_COUNTED };

struct report_context {
	enum report_kind kind;
	const char *output; /* NULL: none */
	uint64_t unprinted; /* lines that nobody took */
	bool reader_gone;   /* and nobody will */
	double cpu_seconds; /* user and system of all our processes */
};

/* One line while it runs: rates since `before` (the totals of a second ago). No newline. */
void report_progress(const struct engine_totals *now, const struct engine_totals *before,
		     const struct report_context *ctx, struct strbuf *out);
/* The final lines, each with its newline. */
void report_final(const struct engine_totals *t, const struct report_context *ctx,
		  struct strbuf *out);
/* The same as one JSON object and a newline. */
void report_json(const struct engine_totals *t, const struct report_context *ctx,
		 struct strbuf *out);
/* Lines on the files so far: what compression, --durable, retention and --post have done. */
void report_files(const struct engine_totals *t, struct strbuf *out);

#endif
