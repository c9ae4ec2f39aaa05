/* bench/read.h -- a comparison of programs that read the same file: its pieces and its results. */
#ifndef BENCH_READ_H
#define BENCH_READ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/mix.h"
#include "bench/stats.h"
#include "bench/workplace.h"
#include "core/errmsg.h"

enum { READ_ARGS_MAX = 24, NR_READ_FORMS = 3, READ_TEXT_MAX = 4096 };

/* Whose turn it is: ours, or the other program's. */
enum read_who { READ_OURS, READ_PEER, NR_READ_WHO };

/* One form of output, and how each side is told to make it. */
struct read_form {
	const char *name, *what;
	double target; /* packets a second: ours divided by the peer's */
	struct {
		const char *program;             /* NULL = ringtap */
		const char *args[READ_ARGS_MAX]; /* the file's name follows */
		unsigned lines;                  /* of output for a packet; 0: at least one */
		bool slow;                       /* gets the smaller file */
	} who[NR_READ_WHO];
};

extern const struct read_form read_forms[NR_READ_FORMS];

/* One run of one program. */
struct read_trial {
	bool valid;
	double wall_s, cpu_s;
	double start_wall_s, start_cpu_s; /* the same on a file of one packet, in the same round */
	uint64_t rss_kib;
	char note[200]; /* why it is not valid */
};

struct read_contender {
	bool missing;
	char version[128];
	uint64_t packets;                      /* in the file that it reads */
	uint64_t quarter_rss_kib;              /* with a quarter of them; 0: not measured */
	uint64_t quarter_lines, quarter_bytes; /* of output */
	struct read_trial trials[WORKPLACE_ROUNDS_MAX];
};

struct read_bench {
	struct workplace place;
	const char *forms;
	uint64_t packets, peer_packets;
	struct mix_stats stats, peer_stats; /* of the two files */
	bool chosen[NR_READ_FORMS];
	struct read_contender contenders[NR_READ_FORMS][NR_READ_WHO];
};

enum read_figure {
	READ_RATE,    /* packets a second of wall time, without the start */
	READ_CPU,     /* ns of CPU time a packet, of all threads and processes, without the start */
	READ_START,   /* ms of wall time that one packet takes */
	READ_WALL,    /* s, all of it */
	READ_CPU_ALL, /* s, all of it */
	READ_RSS,     /* MiB at the peak */
	NR_READ_FIGURES,
};

/* Over the valid trials. */
struct spread read_figure_of(const struct read_bench *b, size_t form, enum read_who who,
			     enum read_figure figure);
/* Ours against the peer, round by round; above 1 = better. READ_RATE or READ_CPU. */
struct spread read_ratio_of(const struct read_bench *b, size_t form, enum read_figure figure);

void read_print_head(const struct read_bench *b, FILE *out);
void read_print_table(const struct read_bench *b, FILE *out);
/* Into b->json; "-" is standard output. */
int read_write_json(const struct read_bench *b, struct errmsg *reterr) must_check;

#endif
