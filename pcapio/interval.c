/* pcapio/interval.c -- periods of the local clock, and what the change of clocks does to them. */
#include "pcapio/interval.h"

#include <time.h>

#include "core/bytes.h"
#include "core/clock.h"

int64_t local_offset_s(uint64_t second)
{
	const time_t t = (time_t)second;
	struct tm tm;

	return localtime_r(&t, &tm) ? tm.tm_gmtoff : 0;
}

static uint64_t offset_ns(uint64_t ts_ns)
{
	return (uint64_t)(local_offset_s(ts_ns / NS_PER_SEC) * (int64_t)NS_PER_SEC);
}

struct interval interval_around(uint64_t ts_ns, uint64_t len_ns)
{
	const uint64_t offset = offset_ns(ts_ns), local = ts_ns + offset;
	const uint64_t local_begin = local - local % len_ns, local_end = local_begin + len_ns;
	struct interval v = { .begin_ns = local_begin - offset, .end_ns = local_end - offset };
	const uint64_t before = offset_ns(v.begin_ns), after = offset_ns(v.end_ns);

	/* The clocks changed since the begin, or will before the end. Shorter periods go on in the
	 * new time as they were; of longer ones the time of day counts. */
	if (before != offset && (v.begin_ns + before) % len_ns &&
	    offset_ns(local_begin - before) == before)
		v.begin_ns = local_begin - before;
	if (after != offset && (v.end_ns + after) % len_ns && local_end - after > ts_ns &&
	    offset_ns(local_end - after) == after)
		v.end_ns = local_end - after;
	return v;
}
