/*
 * pcapio/writer_name.h -- the names of output files, made from the template and a few numbers.
 *
 * Pure: the same numbers give the same name in the writer, in its successor and in the main
 * process. Names are relative to the output directory.
 */
#ifndef PCAPIO_WRITER_NAME_H
#define PCAPIO_WRITER_NAME_H

#include "pcapio/segment.h"

void writer_name(const struct writer_config *c, const struct segment_file_id *id,
		 char ret[SEGMENT_PATH_MAX]);
/* The one under which a file is written that gets its own when it is complete. */
void writer_name_hidden(const struct writer_config *c, const struct segment_file_id *id,
			char ret[SEGMENT_PATH_MAX]);

#endif
