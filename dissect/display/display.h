/*
 * dissect/display/display.h -- display filters: Wireshark's language over the typed fields.
 *
 * Compiled once against a registry: names, types and literals are checked then, and a mistake is
 * an error with its place. Evaluation reads only the fields that the expression names.
 */
#ifndef DISSECT_DISPLAY_DISPLAY_H
#define DISSECT_DISPLAY_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/strbuf.h"
#include "dissect/dissect.h"
#include "dissect/filter/filter.h"
#include "dissect/frame_fields.h"
#include "dissect/registry.h"

struct display_filter;

/*
 * 0; -EINVAL with place, reason and the nearest name in err; -ENOMEM. reg is borrowed. Errors are
 * shown with filter_error_render(). The compiled filter is constant: threads may share it.
 */
int display_compile(const struct registry *reg, const char *expr, struct display_filter **ret,
		    struct filter_error *err) must_check;
void display_free(struct display_filter *f); /* NULL is fine */

/* Scratch of one thread. */
struct display_state;
int display_state_open(const struct display_filter *f, struct display_state **ret) must_check;
void display_state_close(struct display_state *s); /* NULL is fine */

/* Does the packet match? ctx may be NULL: no frame.number, no interface name. */
bool display_match(const struct display_filter *f, struct display_state *s,
		   const struct dissection *d, const struct frame_context *ctx);

#endif
