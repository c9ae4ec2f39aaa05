/*
 * cli/printer.h -- items of a merge on standard output.
 *
 * Text is made by as many threads as there are CPUs, a batch of items each, and written in order by
 * the caller's thread. A file of a few packets, or a terminal, starts none.
 */
#ifndef CLI_PRINTER_H
#define CLI_PRINTER_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/merge.h"
#include "cli/print_maker.h"
#include "core/compiler.h"
#include "core/errmsg.h"

struct printer;

/* All but err are borrowed until printer_close(), which comes before merge_close(). */
int printer_open(struct merge *merge, const struct registry *reg, const struct printer_options *o,
		 struct printer **ret, struct errmsg *err) must_check;
/*
 * Takes the item over; number counts from 1. 0, or -errno of a write (-EPIPE when nobody reads any
 * more), perhaps of an earlier item's.
 */
int printer_item(struct printer *p, const struct merged_item *item, uint64_t number) must_check;
/* A packet that is not printed: the next one's time since the previous counts from it. */
void printer_pass(struct printer *p, const struct merged_item *item);
/* As many as o->limit says have been printed; the rest of what was taken is not. */
bool printer_done(const struct printer *p);
/* Written so far. */
uint64_t printer_nr_printed(const struct printer *p);
/* All that was taken is written. 0 or -errno, as printer_item(). */
int printer_flush(struct printer *p) must_check;
void printer_close(struct printer *p); /* NULL is fine; what is not written is not */

#endif
