/* capture/pace.c -- due times (see pace.h). */
#include "capture/pace.h"

#include "core/clock.h"

void pace_begin(struct pace *p, const struct pace_config *cfg, uint64_t start_ns)
{
	*p = (struct pace){ .cfg = *cfg, .start_ns = start_ns, .last_ns = start_ns };
}

/* What no wait will ever reach is cut off: an absurd rate or time stamp leads there. */
static uint64_t whole(double ns)
{
	return ns < 0x1p62 ? (uint64_t)ns : 1ull << 62;
}

static uint64_t next_recorded(struct pace *p, uint64_t ts_ns)
{
	const uint64_t longest = p->cfg.max_gap_ns;
	uint64_t gap = 0;

	if (p->frames++ && ts_ns > p->last_ts)
		gap = ts_ns - p->last_ts;
	if (p->frames == 1 || ts_ns > p->last_ts)
		p->last_ts = ts_ns;
	if (longest && gap > longest)
		gap = longest;
	p->offset_ns += gap;
	/* From the round's start: no error adds up over its frames. */
	p->last_ns = p->start_ns + whole((double)p->offset_ns / p->cfg.speed);
	return p->last_ns;
}

uint64_t pace_next(struct pace *p, uint64_t ts_ns, uint32_t bytes)
{
	uint64_t due;

	switch (p->cfg.mode) {
	case PACE_RECORDED:
		return next_recorded(p, ts_ns);
	case PACE_PPS:
		due = p->start_ns + whole(p->ahead_ns);
		p->ahead_ns += (double)NS_PER_SEC / p->cfg.rate;
		return due;
	case PACE_BITRATE:
		due = p->start_ns + whole(p->ahead_ns);
		p->ahead_ns += (double)bytes * 8 * (double)NS_PER_SEC / p->cfg.rate;
		return due;
	case PACE_TOPSPEED:
		break;
	}
	return 0;
}

void pace_again(struct pace *p)
{
	uint64_t mean = NS_PER_MS;

	if (p->cfg.mode != PACE_RECORDED)
		return;
	if (p->frames > 1)
		mean = (p->last_ns - p->start_ns) / (p->frames - 1);
	p->start_ns = p->last_ns + mean;
	p->offset_ns = 0;
	p->frames = 0;
}
