/*
 * cli/print_maker.h -- one item as text, in one of the forms that `read` knows.
 *
 * A maker belongs to one thread. What makers share is constant.
 */
#ifndef CLI_PRINT_MAKER_H
#define CLI_PRINT_MAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/merge.h"
#include "core/compiler.h"
#include "core/errmsg.h"
#include "dissect/columns.h"
#include "dissect/display/display.h"
#include "dissect/render.h"

enum { PRINT_DECODES_MAX = 64 };

enum print_form { PRINT_TEXT, PRINT_JSON, PRINT_FIELDS, PRINT_CSV, PRINT_EK };

/* Strings are borrowed for as long as anything prints. */
struct printer_options {
	struct render_options render;
	enum time_format time;
	enum print_form form;
	unsigned hex, hex_ascii; /* how many -x and -X */
	bool ascii;
	bool tree;             /* -v */
	bool at_once;          /* every line is written as it comes */
	const char *highlight; /* a field or protocol whose bytes are marked, or NULL */
	struct column_format columns;
	const char *names[COLUMNS_MAX]; /* of -T fields and csv */
	size_t nr_names;
	const char *decodes[PRINT_DECODES_MAX]; /* --decode */
	size_t nr_decodes;
	const struct display_filter *display; /* -Y: only what matches; borrowed, or NULL */
	uint64_t skip, limit;                 /* of what is printed, for the printer */
};

/* An item and what a printer alone knows of it. */
struct print_item {
	const struct merged_item *merged;
	struct frame_context ctx;
	bool show_interface; /* several are in the files: the name stands in front */
};

struct print_maker;

/* reg and o are borrowed. 0, or -errno: -EINVAL names the field that does not exist. */
int print_maker_open(const struct registry *reg, const struct printer_options *o,
		     struct print_maker **ret, struct errmsg *err) must_check;
void print_maker_close(struct print_maker *p); /* NULL is fine */
/* What stands in front of everything: the names of columns. */
void print_maker_head(const struct print_maker *p, struct strbuf *out);
/* Appends the item's text; out->overflow tells of one that did not fit. False: -Y leaves it out. */
bool print_maker_add(struct print_maker *p, const struct print_item *item, struct strbuf *out);

#endif
