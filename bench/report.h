/* bench/report.h -- the results of a comparison, and their three forms: table, JSON, plot. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "bench/bench.h"
#include "bench/stats.h"
#include "bench/trial.h"

enum { CELLS_MAX = 64, ROUNDS_MAX = 99 };

/* The disk alone, in between the contenders: the writer fed from memory. */
struct disk_sample {
	bool valid;
	bool direct; /* past the page cache */
	double gb_per_s;
	uint64_t bytes;
	char note[200]; /* why it is not valid */
};

/* One load: a size at a rate. */
struct cell {
	char label[48];           /* "1514 bytes, 3.7g" */
	struct gen_config gen;    /* ifname is not set */
	struct trial *trials;     /* [contender][round] */
	struct disk_sample *disk; /* [round] */
};

enum { NO_CONTENDER = CONTENDERS_MAX };

struct report {
	const char *verb;
	struct host host;
	struct contender_env env;
	uint64_t packets;
	size_t rounds;
	const struct contender *contenders[CONTENDERS_MAX];
	char versions[CONTENDERS_MAX][128];
	size_t nr_contenders;
	size_t baseline; /* index of what the ratios are against */
	size_t discard;  /* index of who captures and stores nothing, or NO_CONTENDER */
	size_t writer;   /* the first of ours that writes: the disk runs after it */
	const char *missing[CONTENDERS_MAX];
	size_t nr_missing;
	struct cell cells[CELLS_MAX];
	size_t nr_cells;
};

/* A figure of one trial. */
struct metric {
	const char *key;                     /* in JSON, unit last */
	double (*of)(const struct trial *t); /* NaN: this trial has none */
};

enum metric_id {
	METRIC_OFFERED_GBPS,
	METRIC_OFFERED_MPPS,
	METRIC_OFFERED,
	METRIC_STORED,
	METRIC_LOST,
	METRIC_CPU,
	METRIC_START,
	METRIC_IDLE,
	METRIC_CPU_PER_GB,
	METRIC_CPU_PER_PACKET,
	METRIC_BUSY,
	METRIC_WRITTEN,
	METRIC_NEEDED,
	NR_METRICS,
};
extern const struct metric metrics[NR_METRICS];

/* Over the valid trials of one contender in one cell. */
struct spread report_metric(const struct report *r, const struct cell *cell, size_t contender,
			    enum metric_id id);

/*
 * Round by round against the baseline, above 1 = better than it. CPU: its CPU time per stored
 * packet divided by ours. Stored: our share of the offered packets divided by its.
 */
struct spread report_ratio_cpu(const struct report *r, const struct cell *cell, size_t contender);
struct spread report_ratio_stored(const struct report *r, const struct cell *cell,
				  size_t contender);
/* Packets stored a second, divided by what discarding takes a second. Nothing without it. */
struct spread report_ratio_rate(const struct report *r, const struct cell *cell, size_t contender);

/* GB/s of the disk in the valid rounds. */
struct spread report_disk(const struct report *r, const struct cell *cell);

/*
 * Why one of ours lost packets in that round: in words, and in a word (disk, ringtap, unknown).
 * NULL if it lost none, or is not one of ours.
 */
struct verdict {
	const char *key, *text;
};
const struct verdict *report_verdict(const struct report *r, const struct cell *cell,
				     size_t contender, size_t round);

void report_print_head(const struct report *r, FILE *out);
void report_print_cell(const struct report *r, const struct cell *cell, FILE *out);

/* Is gnuplot there? */
bool report_can_plot(void);

/* Return 0 or -errno. The plot needs gnuplot; its data lie in the output directory meanwhile. */
int report_write_json(const struct report *r, const char *path, struct errmsg *reterr) must_check;
int report_write_plot(const struct report *r, const char *path, struct errmsg *reterr) must_check;

static inline struct trial *report_trial(const struct report *r, const struct cell *cell,
					 size_t contender, size_t round)
{
	return &cell->trials[contender * r->rounds + round];
}

#endif
