/*
 * bench/run.h -- one program under measurement: started on a CPU, stopped, its CPU time and that of
 * all its descendants taken. Every wait is bounded; what outlives its time is killed and reported
 * as such.
 */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/errmsg.h"

struct run {
	pid_t shepherd; /* our child, whose only children are the program's processes; their group
			 */
	pid_t program;
	int result_fd;
};

struct run_result {
	double user_s, system_s; /* of the program and all its descendants */
	double wall_s;           /* from before the program's start until it was reaped */
	uint64_t rss_kib;        /* of the largest of them, at its peak */
	int status;              /* the program's wait status */
	bool killed; /* it did not end in time; user_s and system_s are then too small */
};

/*
 * Starts argv on CPU cpu (-1 = any) with stderr into the file log, and stdout too where out_fd,
 * which is borrowed, is -1.
 */
int run_start(char *const argv[], int cpu, int out_fd, const char *log, struct run *ret,
	      struct errmsg *reterr) must_check;

/* Has the program itself ended? */
bool run_has_ended(const struct run *r);

/* What the program and its living descendants have done so far: to see whether they still work. */
struct run_activity {
	double cpu_s;
	uint64_t io_bytes; /* written, through the page cache or not */
	bool blocked;      /* one of them waits for a disk */
};

void run_look(const struct run *r, struct run_activity *ret);

/* Up to bound_ms, or an interruption, for the program to end; then SIGKILL to all. Always reaps. */
int run_wait(struct run *r, unsigned bound_ms, struct run_result *ret,
	     struct errmsg *reterr) must_check;

/* SIGINT to the program, up to bound_ms for it to end, then SIGKILL to all. Always reaps. */
int run_stop(struct run *r, unsigned bound_ms, struct run_result *ret,
	     struct errmsg *reterr) must_check;

/*
 * The first line that argv prints, on stdout or, if there is nothing, on stderr, on CPU cpu (-1 =
 * any), if it ends within 20 s; without its end; empty if nothing.
 */
void run_query(char *const argv[], int cpu, char *line, size_t size);

/* Seconds that this CPU was busy since boot: user, system and interrupts. */
double cpu_busy_s(int cpu);

/* Pins the calling process. */
int cpu_pin(int cpu);

void sleep_ms(unsigned ms);

#endif
