/* bench/run_count.h -- one run of a program whose output is counted, or thrown away. */
#ifndef BENCH_RUN_COUNT_H
#define BENCH_RUN_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/run.h"

struct run_count {
	bool wanted;           /* else the output goes to /dev/null */
	const char *keep;      /* or into this file, which is made anew; NULL: not */
	uint64_t lines, bytes; /* of standard output */
};

/*
 * Runs argv to its end on CPU cpu (-1 = any), its complaints in the file log. 0, or -errno with the
 * reason in note: it could not be started, was killed, or ended with another status than 0.
 */
int run_counted(char *const argv[], int cpu, const char *log, struct run_count *count,
		struct run_result *ret, char *note, size_t size) must_check;

/* Adds the first line of what a program has complained about, where there is one, behind a colon.
 */
void run_put_complaint(const char *log, char *note, size_t size);

#endif
