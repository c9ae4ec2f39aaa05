/*
 * cli/info_drops.h -- when packets were lost, from a file's statistics blocks.
 *
 * Each tells how many the interface and the system have dropped so far; a rise between two of the
 * same interface places the loss in time.
 */
#ifndef CLI_INFO_DROPS_H
#define CLI_INFO_DROPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "pcapio/reader.h"

enum { DROP_INTERVALS_MAX = 4096 };

struct drop_interval {
	uint64_t from_ns; /* of the statistics before; 0: the first ones tell of it */
	uint64_t to_ns;
	uint64_t packets;
	uint32_t interface_id;
};

/* Of one interface. All zero at first. */
struct drop_state {
	uint64_t so_far; /* as the last block told */
	uint64_t lost;   /* all rises: more than so_far where a counter began anew */
	uint64_t ts_ns;  /* of that block */
	uint64_t nr_blocks;
	size_t interval; /* 1 + index of its last interval */
};

/* All zero at first. */
struct info_drops {
	uint64_t packets; /* all intervals, also those beyond the list's end */
	uint64_t nr_intervals;
	size_t nr_kept, size;
	struct drop_interval *kept;
};

/*
 * A statistics block of this interface has been read. Rises that follow each other are one
 * interval. 0 or -ENOMEM.
 */
int info_drops_add(struct info_drops *d, struct drop_state *state, uint32_t interface_id,
		   const struct reader_statistics *s) must_check;
void info_drops_free(struct info_drops *d);

#endif
