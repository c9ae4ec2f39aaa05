/* cli/probe_report.h -- what `probe` says at the end. */
#ifndef CLI_PROBE_REPORT_H
#define CLI_PROBE_REPORT_H

#include <stdbool.h>

#include "cli/probe_analyse.h"
#include "cli/probe_log.h"
#include "cli/probe_options.h"
#include "cli/probe_payloads.h"
#include "cli/probe_skype.h"
#include "cli/probe_target.h"

struct probe_result {
	const struct probe_options *o;
	const struct probe_target *target; /* NULL: nothing was sent */
	const struct probe_address *local; /* len 0: not known */
	const struct probe_payloads *payloads;
	const struct probe_log *log;
	const struct probe_analysis *analysis;
	const struct probe_skype *skype;
	bool interrupted;
};

/* Lines on standard output. */
void probe_report_text(const struct probe_result *r);
/* One object there, payloads and replies included. */
void probe_report_json(const struct probe_result *r);

#endif
