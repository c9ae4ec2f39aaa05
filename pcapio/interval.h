/*
 * pcapio/interval.h -- periods of the local clock: an hour from a full hour, a day from midnight.
 *
 * By localtime_r(), which opens no file once tzset() has been called: whoever enters a sandbox
 * calls it before.
 */
#ifndef PCAPIO_INTERVAL_H
#define PCAPIO_INTERVAL_H

#include <stdint.h>

/* Seconds that local time is ahead of UTC at this second since the epoch; 0 where there is none. */
int64_t local_offset_s(uint64_t second);

struct interval {
	uint64_t begin_ns, end_ns; /* since the epoch; end_ns is the next one's begin */
};

/*
 * The period of len_ns (more than 0) around ts_ns. Where the clocks change, a day has 23 or 25
 * hours, and a period whose end does not exist ends with the change.
 */
struct interval interval_around(uint64_t ts_ns, uint64_t len_ns);

#endif
