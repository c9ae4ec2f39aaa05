/* cli/repair_report.h -- what `ringtap repair` says of what it has saved, and of what not. */
#ifndef CLI_REPAIR_REPORT_H
#define CLI_REPAIR_REPORT_H

#include <stdio.h>

#include "pcapio/salvage.h"

struct repair_result {
	const char *path, *written; /* written: NULL: nothing was */
	uint64_t read;              /* bytes of the file, decompressed */
	const struct salvage_report *report;
	bool linktype_given;
};

/* Every byte is in the output, and no other. */
bool repair_was_whole(const struct salvage_report *r);
void repair_print_text(const struct repair_result *res, FILE *out);
void repair_print_json(const struct repair_result *res, FILE *out);

#endif
