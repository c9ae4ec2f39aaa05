#include "bench/report.h"

#include <math.h>
#include <string.h>

static double of_offered_gbps(const struct trial *t)
{
	return t->offered.ns ? (double)t->offered.bytes * 8 / (double)t->offered.ns : 0;
}

static double of_offered_mpps(const struct trial *t)
{
	return t->offered.ns ? (double)t->offered.packets * 1e3 / (double)t->offered.ns : 0;
}

static double of_offered(const struct trial *t)
{
	return (double)t->offered.packets;
}

static double of_stored(const struct trial *t)
{
	return (double)t->tally.stored;
}

static double of_lost(const struct trial *t)
{
	return 100 * (1 - (double)t->tally.stored / (double)t->offered.packets);
}

static double of_idle(const struct trial *t)
{
	return t->idle_s;
}

static double of_start(const struct trial *t)
{
	return t->start_s;
}

/* For the traffic, its rest and the ending: how long we let it wait before and after is our doing.
 */
static double of_cpu(const struct trial *t)
{
	const double cpu_s = t->user_s + t->system_s - t->start_s - t->idle_s;

	return cpu_s > 0 ? cpu_s : 0;
}

static double of_cpu_per_gb(const struct trial *t)
{
	return t->tally.bytes ? of_cpu(t) * 1e9 / (double)t->tally.bytes : NAN;
}

static double of_cpu_per_packet(const struct trial *t)
{
	return t->tally.stored ? of_cpu(t) * 1e9 / (double)t->tally.stored : NAN;
}

static double of_busy(const struct trial *t)
{
	return t->busy_s;
}

static double of_written(const struct trial *t)
{
	return (double)t->written;
}

/*
 * GB/s that the disk had to take for every packet offered to get into the file: of the bytes that
 * each of those stored took there.
 */
static double of_needed(const struct trial *t)
{
	return t->written && t->tally.stored && t->offered.ns
		       ? (double)t->written / (double)t->tally.stored * (double)t->offered.packets /
				 (double)t->offered.ns
		       : NAN;
}

const struct metric metrics[NR_METRICS] = {
	[METRIC_OFFERED_GBPS] = { "offered_gbit_per_s", of_offered_gbps },
	[METRIC_OFFERED_MPPS] = { "offered_mpps", of_offered_mpps },
	[METRIC_OFFERED] = { "offered_packets", of_offered },
	[METRIC_STORED] = { "stored_packets", of_stored },
	[METRIC_LOST] = { "lost_percent", of_lost },
	[METRIC_CPU] = { "cpu_s", of_cpu },
	[METRIC_START] = { "start_cpu_s", of_start },
	[METRIC_IDLE] = { "idle_cpu_s", of_idle },
	[METRIC_CPU_PER_GB] = { "cpu_s_per_stored_gb", of_cpu_per_gb },
	[METRIC_CPU_PER_PACKET] = { "cpu_ns_per_stored_packet", of_cpu_per_packet },
	[METRIC_BUSY] = { "cpu1_busy_s", of_busy },
	[METRIC_WRITTEN] = { "written_bytes", of_written },
	[METRIC_NEEDED] = { "needed_gb_per_s", of_needed },
};

struct spread report_metric(const struct report *r, const struct cell *cell, size_t contender,
			    enum metric_id id)
{
	double values[ROUNDS_MAX];
	const struct trial *t;
	size_t n = 0;

	for (size_t i = 0; i < r->rounds; i++) {
		t = report_trial(r, cell, contender, i);
		if (t->valid && !isnan(metrics[id].of(t)))
			values[n++] = metrics[id].of(t);
	}
	return spread_of(values, n);
}

static double ratio_cpu(const struct trial *base, const struct trial *ours)
{
	return of_cpu_per_packet(base) / of_cpu_per_packet(ours);
}

static double ratio_stored(const struct trial *base, const struct trial *ours)
{
	return (double)ours->tally.stored / (double)ours->offered.packets /
	       ((double)base->tally.stored / (double)base->offered.packets);
}

static double ratio_rate(const struct trial *base, const struct trial *ours)
{
	return ratio_stored(base, ours) * of_offered_mpps(ours) / of_offered_mpps(base);
}

static struct spread ratio(const struct report *r, const struct cell *cell, size_t baseline,
			   size_t contender,
			   double (*of)(const struct trial *base, const struct trial *ours))
{
	const struct trial *base, *ours;
	double values[ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < r->rounds; i++) {
		base = report_trial(r, cell, baseline, i);
		ours = report_trial(r, cell, contender, i);
		/* Who stored nothing has no CPU time per packet, but a share: none. */
		if (base->valid && ours->valid && base->tally.stored &&
		    (of != ratio_cpu || (ours->tally.stored && of_cpu(ours) > 0)))
			values[n++] = of(base, ours);
	}
	return spread_of(values, n);
}

struct spread report_ratio_cpu(const struct report *r, const struct cell *cell, size_t contender)
{
	return ratio(r, cell, r->baseline, contender, ratio_cpu);
}

struct spread report_ratio_stored(const struct report *r, const struct cell *cell, size_t contender)
{
	return ratio(r, cell, r->baseline, contender, ratio_stored);
}

struct spread report_ratio_rate(const struct report *r, const struct cell *cell, size_t contender)
{
	if (r->discard == NO_CONTENDER || r->contenders[contender]->program ||
	    !r->contenders[contender]->file)
		return (struct spread){ 0 };
	return ratio(r, cell, r->discard, contender, ratio_rate);
}

struct spread report_disk(const struct report *r, const struct cell *cell)
{
	double values[ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < r->rounds; i++)
		if (cell->disk[i].valid)
			values[n++] = cell->disk[i].gb_per_s;
	return spread_of(values, n);
}

const struct verdict *report_verdict(const struct report *r, const struct cell *cell,
				     size_t contender, size_t round)
{
	static const struct verdict verdicts[] = {
		{ "unknown", "no figure of the disk to compare with" },
		{ "disk", "the disk could not take it" },
		{ "ringtap", "the disk alone could have taken it" },
		{ "ringtap", "no disk took part" },
	};
	const struct trial *const t = report_trial(r, cell, contender, round);
	const struct disk_sample *const d = &cell->disk[round];

	if (!t->valid || t->tally.stored >= t->offered.packets || r->contenders[contender]->program)
		return NULL;
	if (!r->contenders[contender]->file)
		return &verdicts[3];
	if (!d->valid || isnan(of_needed(t)))
		return &verdicts[0];
	return &verdicts[d->gb_per_s < of_needed(t) ? 1 : 2];
}
