/*
 * dissect/columns.h -- chosen fields of each packet as one row: `-T fields` and `-T csv`.
 *
 * Names are resolved once; a row then reads only what it shows. The options are those of tshark's
 * -E.
 */
#ifndef DISSECT_COLUMNS_H
#define DISSECT_COLUMNS_H

#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/strbuf.h"
#include "dissect/frame_fields.h"
#include "dissect/registry.h"
#include "dissect/render.h"

enum { COLUMNS_MAX = 2048 };

/* A field may occur several times in a packet. */
enum column_occurrence { OCCURRENCE_ALL, OCCURRENCE_FIRST, OCCURRENCE_LAST };

struct column_format {
	char separator;    /* between columns */
	char aggregator;   /* between the values of one column */
	char quote;        /* around each column, or 0 */
	bool header;       /* a first row of names */
	bool header_given; /* it was asked for, or refused */
	bool bom;          /* EF BB BF in front of everything */
	bool escape;       /* C escapes for control characters and backslashes */
	bool csv;          /* RFC 4180: quotes where they are needed */
	enum column_occurrence occurrence;
};

/* tshark's own: tab, comma, no quotes, no header, all occurrences, escapes. */
#define COLUMN_FORMAT_DEFAULT                                        \
	{                                                            \
		.separator = '\t', .aggregator = ',', .escape = true \
	}

/* "header=y", "separator=/t", ... into f. -EINVAL with the offender named. */
int column_format_set(struct column_format *f, const char *option, struct errmsg *err) must_check;

struct columns;

/*
 * names: fields ("ip.src"), pairs under one name ("ip.addr"), or "_ws.col.Info" and its like. The
 * strings are borrowed. -EINVAL: one is unknown; err has the nearest one.
 */
int columns_open(const struct registry *reg, const char *const *names, size_t nr,
		 const struct column_format *format, struct columns **ret,
		 struct errmsg *err) must_check;
void columns_close(struct columns *c); /* NULL is fine */

/* The row of names, with a newline; nothing unless the format asks for it. */
void columns_header(const struct columns *c, struct strbuf *out);
/* One packet's row, with a newline. opt is for _ws.col.Info. */
void columns_row(struct columns *c, const struct dissection *d, const struct frame_context *ctx,
		 const struct render_options *opt, struct strbuf *out);

#endif
