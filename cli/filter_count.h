/* cli/filter_count.h -- `ringtap filter -r`: how many packets of a file a filter accepts. */
#ifndef CLI_FILTER_COUNT_H
#define CLI_FILTER_COUNT_H

#include <stdbool.h>

#include "cli/packet_filter.h"

/*
 * Reads the file and prints a line, and one for each interface where there are several; as an
 * object of JSON without a newline, if that is wanted. The exit status, complained.
 */
int filter_count_file(const char *path, struct packet_filter *f, bool json);

#endif
