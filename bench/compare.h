/* bench/compare.h -- the verbs that run contenders against each other on the same loads. */
#ifndef BENCH_COMPARE_H
#define BENCH_COMPARE_H

/* What a verb measures when it is not told otherwise, in the words of its options. */
struct compare_preset {
	const char *verb, *help;
	const char *contenders, *baseline, *sizes, *rates;
};

/* Reads the options, measures, reports. Returns the exit status. */
int compare_main(const struct compare_preset *preset, int argc, char **argv);

#endif
