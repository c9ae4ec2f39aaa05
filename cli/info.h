/* cli/info.h -- what `ringtap info` was asked for. */
#ifndef CLI_INFO_H
#define CLI_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct info_options {
	const char *const *files;
	size_t nr_files;
	bool json, table, blocks, utc, hash;
	bool gap_given;
	uint64_t gap_ns;       /* --gap: list what is longer */
	uint64_t comments_max; /* of packets; all are counted */
};

#endif
