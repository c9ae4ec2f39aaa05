/*
 * pcapio/file_finish.h -- the last steps of an output file, for whoever is left to take them.
 */
#ifndef PCAPIO_FILE_FINISH_H
#define PCAPIO_FILE_FINISH_H

#include <stdbool.h>

#include "core/compiler.h"
#include "pcapio/segment.h"

enum { FINISHED_NAME_MAX = SEGMENT_PATH_MAX + 16 };

/*
 * Gives a complete file of the directory its own name; a taken one gets a number behind it, unless
 * `force` says that it may be replaced. The name it has now in ret. 0 or -errno.
 */
int file_rename_final(int dir_fd, const struct segment_file *slot, bool force,
		      char ret[FINISHED_NAME_MAX]) must_check;

/*
 * Finishes every file whose writer is gone: cut where its last completed write ended, renamed. Says
 * on stderr what does not work. Returns how many there were.
 */
unsigned file_finish_abandoned(const struct segment *s, int dir_fd);

#endif
