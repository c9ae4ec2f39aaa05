/* cli/read_write.h -- `ringtap read -w`: what matches goes into a file instead of being printed. */
#ifndef CLI_READ_WRITE_H
#define CLI_READ_WRITE_H

#include "cli/packet_filter.h"
#include "cli/read_options.h"
#include "dissect/display/display.h"
#include "dissect/registry.h"

/* What `read` has compiled. Each may be NULL; borrowed. */
struct read_filters {
	struct packet_filter *capture;
	const struct display_filter *display;
	const struct registry *registry;
};

/* The exit status, complained about where it is not EXIT_DONE. */
int read_write(const struct read_options *o, const struct read_filters *filters);
/* What was wrong with the files, on stderr. True: one was cut short. */
bool read_report_files(const struct merge *m, const struct read_options *o);
/* Summaries hold nothing that a filter could look at. False: one of the files is such, complained.
 */
bool read_only_packets(const struct merge *m, const struct read_options *o);

#endif
