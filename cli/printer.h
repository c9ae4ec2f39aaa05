/* cli/printer.h -- items of a merge on standard output, in one of the forms that `read` knows. */
#ifndef CLI_PRINTER_H
#define CLI_PRINTER_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/merge.h"
#include "core/compiler.h"
#include "core/errmsg.h"
#include "dissect/render.h"

struct printer_options {
	struct render_options render;
	enum time_format time;
	unsigned hex, hex_ascii; /* how many -x and -X */
	bool ascii;
	bool json;
	bool tree; /* -v */
};

struct printer;

/* merge is borrowed until printer_close(): the names of the interfaces are looked up there. */
int printer_open(const struct merge *merge, const struct printer_options *o, struct printer **ret,
		 struct errmsg *err) must_check;
/* number counts from 1. 0, or -errno of the write (-EPIPE when nobody reads any more). */
int printer_item(struct printer *p, const struct merged_item *item, uint64_t number) must_check;
void printer_close(struct printer *p); /* NULL is fine */

#endif
