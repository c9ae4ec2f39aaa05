/* cli/replay_memory.h -- how much memory --preload may take. */
#ifndef CLI_REPLAY_MEMORY_H
#define CLI_REPLAY_MEMORY_H

#include <stdint.h>

/*
 * Bytes that this process can have before others lack them, or before it is killed: what the kernel
 * calls available, and what each of its control groups (v2) has left. UINT64_MAX: not known.
 */
uint64_t replay_memory_available(void);

#endif
