/*
 * pcapio/writer_name.h -- the names of output files, made from the template and a few numbers.
 *
 * Pure: the same numbers give the same name in the writer, in its successor and in the main
 * process. Names are relative to the output directory.
 */
#ifndef PCAPIO_WRITER_NAME_H
#define PCAPIO_WRITER_NAME_H

#include <stddef.h>

#include "pcapio/segment.h"

enum { NUMBER_WIDTH_MAX = 10 };

void writer_name(const struct writer_config *c, const struct segment_file_id *id,
		 char ret[SEGMENT_PATH_MAX]);
/* The one under which a file is written that gets its own when it is complete. */
void writer_name_hidden(const struct writer_config *c, const struct segment_file_id *id,
			char ret[SEGMENT_PATH_MAX]);

/* True when the template has a {number}: files are counted through, whatever their time is. */
bool writer_name_counts(const struct writer_config *c);
/* {number} or {number:WIDTH} in a template, its end and its width (0: none); NULL: it has none. */
const char *writer_name_number(const char *template, const char **ret_end, unsigned *ret_width);
/* Where ".pcapng" or ".pcapng.zst" begins; the name's length where there is none. */
size_t writer_name_extension(const char *name);

#endif
