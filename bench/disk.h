/*
 * bench/disk.h -- one run of a program that writes a file as fast as it can, without a network: the
 * writer process, fed from memory by this one, or dd(1).
 */
#ifndef BENCH_DISK_H
#define BENCH_DISK_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/bench.h"
#include "core/errmsg.h"

/* What stands in for a packet ring: blocks of finished pcapng in a memfd, filled once. */
struct disk_ring {
	int fd;
	void *map; /* with what its alignment took */
	size_t map_len;
	uint8_t *base;
	uint32_t block_size, nr_blocks;
	uint32_t block_packets, block_cap_bytes; /* in each block */
	bool huge; /* of huge pages: a block is contiguous, as those of a packet ring are */
};

struct disk_job {
	const struct disk_ring *ring;
	const char *ringtap; /* the binary; dd is from PATH */
	const char *dir, *file;
	uint64_t blocks;          /* how many to write, of the ring's block size */
	int cpu;                  /* of the program */
	bool no_uring, no_direct; /* dd knows the second only */
};

struct disk_result {
	double elapsed_s; /* from before the program's start until the file is on the disk */
	double start_s;   /* of that, until the writer was ready; 0 from dd */
	double cpu_s;     /* user + system of the program, and of the flush after it */
	double slowest_s; /* single write; the writer's account, 0 from dd */
	uint64_t in_flight;
	bool direct; /* past the page cache: the file system may not know how */
};

/*
 * block_size: a multiple of 4096. *ret is the caller's, ended with disk_ring_free(), which takes a
 * ring that was never made too if all of it is zero.
 */
int disk_ring_make(uint32_t block_size, uint32_t nr_blocks, struct disk_ring *ret,
		   struct errmsg *reterr) must_check;
void disk_ring_free(struct disk_ring *r);

/*
 * Each starts one program, waits until it has ended and the file is flushed, and checks that the
 * file holds everything. -errno if not, -EINTR after bench_interrupted. No process of it is left;
 * the file is, and is the caller's to remove.
 */
int disk_run_writer(const struct disk_job *job, struct disk_result *ret,
		    struct errmsg *reterr) must_check;
int disk_run_dd(const struct disk_job *job, struct disk_result *ret,
		struct errmsg *reterr) must_check;

/* A contender. */
struct disk_row {
	const char *name;
	bool peer; /* dd; else ringtap's writer */
	bool no_uring, no_direct;
};

enum { DISK_ROUNDS_MAX = 99, NR_DISK_ROWS = 5 };
extern const struct disk_row disk_rows[NR_DISK_ROWS];

enum disk_figure { DISK_SPEED, DISK_CPU_PER_GB, DISK_SLOWEST, DISK_IN_FLIGHT, NR_DISK_FIGURES };

struct disk_trial {
	bool valid;
	bool direct; /* past the page cache */
	double figures[NR_DISK_FIGURES];
	char note[200]; /* why it is not valid, or what is odd */
};

/* The whole comparison. */
struct disk {
	char ringtap[PATH_MAX], dir[PATH_MAX]; /* dir: first the parent, then our own in it */
	const char *json, *contenders;
	uint64_t bytes, block_size, nr_blocks, rounds;
	bool chosen[NR_DISK_ROWS], missing[NR_DISK_ROWS];
	char version[NR_DISK_ROWS][128];
	struct host host;
	struct disk_ring ring;
	struct disk_trial (*trials)[DISK_ROUNDS_MAX]; /* [row][round] */
};

void disk_print_head(const struct disk *d, FILE *out);
void disk_print_table(const struct disk *d, FILE *out);
/* Into d->json; "-" is standard output. */
int disk_write_json(const struct disk *d, struct errmsg *reterr) must_check;

#endif
