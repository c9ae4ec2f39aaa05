/* cli/info_pcapng.h -- what the blocks of a pcapng file tell beside lengths and times. */
#ifndef CLI_INFO_PCAPNG_H
#define CLI_INFO_PCAPNG_H

#include "cli/info_collect.h"

/*
 * Counts a block, and keeps what it says: comments, sections, names, secrets, drops. A packet's
 * block is counted already. 0 or -ENOMEM.
 */
int info_block(struct info *in, const struct reader_block *b) must_check;

#endif
