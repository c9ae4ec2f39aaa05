/* cli/cut_report.h -- what `cut` says at the end. */
#ifndef CLI_CUT_REPORT_H
#define CLI_CUT_REPORT_H

#include "cli/cut_parts.h"
#include "cli/cut_select.h"

struct cut_result {
	const struct cut_selection *selection;
	const struct cut_parts *parts; /* closed */
	const struct packet_out_options *out;
	const struct reader *reader;
	bool interrupted;
	const char *failure; /* why it ended before the end; NULL: it did not */
};

/* Lines on standard error, or with --json one object. */
void cut_report(const struct cut_result *c);

#endif
