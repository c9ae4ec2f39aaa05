/*
 * pcapio/file_finish.h -- the last steps of an output file, for whoever is left to take them.
 */
#ifndef PCAPIO_FILE_FINISH_H
#define PCAPIO_FILE_FINISH_H

#include "core/compiler.h"
#include "pcapio/segment.h"
#include "pcapio/spool.h"

/*
 * Gives a complete file of the directory its own name; a taken one gets a number behind it, unless
 * c->force says that it may be replaced: then retention forgets the one that was. The number, or 0,
 * in id->suffix. 0 or -errno.
 */
int file_rename_final(const struct segment *s, const struct writer_config *c, int dir_fd,
		      struct segment_file_id *id) must_check;

/* A complete file that has its name: retention and --post are told of it. Sets id->bytes. */
void file_finished(const struct segment *s, const struct writer_config *c, int dir_fd,
		   struct segment_file_id *id);

/*
 * Finishes every file whose writer is gone: cut where its last completed write ended, renamed,
 * counted; removed where nothing was completed. Then retention holds. Says on stderr what does not
 * work. The configuration is the caller's own: what stands in the segment is the writer's word.
 */
void file_finish_abandoned(const struct segment *s, const struct writer_config *c, int dir_fd);

/* The same for the summary file, which nobody goes on with: cut where its last settled run ended.
 */
void file_finish_summaries(const struct segment *s, const struct writer_config *c, int dir_fd);

/* Summaries in a ring's spool that are in no file; the spool is any view of it, and stays as it is.
 */
uint64_t file_count_unwritten(const struct segment *s, uint32_t ring, const struct spool *spool);

#endif
