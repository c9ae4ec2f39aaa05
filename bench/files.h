/* bench/files.h -- ringtap and its peers on large capture files: the pieces and the results. */
#ifndef BENCH_FILES_H
#define BENCH_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/stats.h"
#include "bench/workplace.h"
#include "core/compiler.h"
#include "core/errmsg.h"

enum {
	FILES_WHO_MAX = 3,
	FILES_ARGS_MAX = 24,
	FILES_EIGHT = 8,
	NR_FILES_FORMS = 6,
	FILES_TARGET_RSS_MIB = 64,
};

enum files_input { FILES_NONE, FILES_PCAP, FILES_PCAPNG, FILES_ZSTD, FILES_SPREAD };

/* What is left after a program has run, and what it has to be. */
enum files_check {
	CHECK_REPORT, /* the number of packets, in what it prints */
	CHECK_ALL,    /* a file of all packets */
	CHECK_SORTED, /* and in the order of their times */
	CHECK_SAME,   /* a file of the packets that the first program has taken */
};

struct files_program {
	const char *name; /* NULL: there is none */
	/* "RINGTAP", "IN" (one or many) and "OUT" stand for what they say. */
	const char *args[FILES_ARGS_MAX];
};

/* One task. The first program is ours, the second the peer whose time is ours' measure. */
struct files_form {
	const char *name, *what;
	enum files_input input;
	const char *output; /* its file's name; NULL: it prints */
	enum files_check check;
	double target; /* times faster than the peer; 0: none is set */
	struct files_program who[FILES_WHO_MAX];
};

extern const struct files_form files_forms[NR_FILES_FORMS];

struct files_content {
	uint64_t packets, bytes; /* captured bytes */
	uint64_t time_sum_us;    /* of all packets, as it overflows */
	bool sorted;
};

struct files_trial {
	bool valid;
	double wall_s, cpu_s;
	uint64_t rss_kib;
	char note[200]; /* why it is not valid */
};

struct files_contender {
	bool missing; /* or wrong: trials[0].note says why */
	char version[128];
	struct files_content content; /* of its output */
	uint64_t output_bytes;
	struct files_trial trials[WORKPLACE_ROUNDS_MAX];
};

/* What the programs read. */
struct files_made {
	enum files_input kind;
	uint64_t packets;
	uint64_t bytes; /* of all files */
	size_t nr;
	const char *names[FILES_EIGHT]; /* in the directory */
};

struct files_bench {
	struct workplace place;
	uint64_t size; /* of the inputs of a form, in bytes */
	bool cold;
	const char *forms;
	bool chosen[NR_FILES_FORMS];
	struct files_made made;
	uint64_t input_bytes[NR_FILES_FORMS], input_packets[NR_FILES_FORMS];
	struct files_contender contenders[NR_FILES_FORMS][FILES_WHO_MAX];
};

/* ---- files_input.c ---- */

/* What the form reads, unless it is there already; what was there is removed. 0 or -errno. */
int files_make(struct files_bench *b, enum files_input kind, struct errmsg *err) must_check;
void files_unmake(struct files_bench *b);

/* ---- files_run.c ---- */

/* Each program of the form once, its output looked at: what is wrong is not measured. */
void files_check_form(struct files_bench *b, size_t form);
/* One round of the form: A B A B over the rounds. */
void files_run_round(struct files_bench *b, size_t form, size_t round);

/* ---- files_report.c ---- */

enum files_figure { FILES_WALL, FILES_CPU, FILES_RSS, FILES_RATE, NR_FILES_FIGURES };

void files_print_head(const struct files_bench *b, FILE *out);
void files_print_form(const struct files_bench *b, size_t form, FILE *out);
/* "-" is standard output. */
int files_write_json(const struct files_bench *b, struct errmsg *err) must_check;

#endif
