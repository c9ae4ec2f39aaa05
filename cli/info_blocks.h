/* cli/info_blocks.h -- `ringtap info --blocks`: what a file consists of, a line a block. */
#ifndef CLI_INFO_BLOCKS_H
#define CLI_INFO_BLOCKS_H

#include "cli/info.h"

/* Prints the blocks of one file up to its end or to where it is damaged. An exit status. */
int info_blocks(const char *path, const struct info_options *o);

#endif
