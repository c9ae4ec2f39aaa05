/* bench/bench.h -- the verbs of ringtap-bench and what they share. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/errmsg.h"

struct verb {
	const char *name, *brief;
	int (*main)(int argc, char **argv); /* argv[0] is the verb; returns the exit status */
};

enum { BENCH_OK = 0, BENCH_USAGE = 1, BENCH_FAILED = 2, BENCH_INTERRUPTED = 3 };

int cmd_generate(int argc, char **argv);
int cmd_bridge(int argc, char **argv);
int cmd_capture(int argc, char **argv);
int cmd_ring(int argc, char **argv);
int cmd_spool(int argc, char **argv);
int cmd_dissect(int argc, char **argv);
int cmd_disk(int argc, char **argv);
int cmd_files(int argc, char **argv);
int cmd_filter(int argc, char **argv);
int cmd_mix(int argc, char **argv);
int cmd_read(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_all(int argc, char **argv);

/* Numbers with k, M, G (1000) or Ki, Mi, Gi behind them; false if it is no such number. */
bool parse_scaled(const char *text, uint64_t *ret);
/* "full" = both 0; "3.7g" bits per second, "500kpps" packets per second. */
bool parse_rate(const char *text, uint64_t *ret_bps, uint64_t *ret_pps);
/* 64, 512, ... or imix (= 0); 1500 is the MTU, so its frame has 1514 bytes. */
bool parse_size(const char *text, uint32_t *ret_frame_bytes);
/* Seconds, or with ms, s, min behind. */
bool parse_duration(const char *text, uint64_t *ret_ns);

/* The path of the ringtap binary: the one beside this build's ringtap-bench, else from PATH. */
void find_ringtap(char *path, size_t size);

/* Says on stderr what is wrong with the command line, and where help is. Returns BENCH_USAGE. */
int usage_error(const char *verb, const char *fmt, ...) printf_like(2, 3);

/* Catches SIGINT and SIGTERM: they end the trial under way. */
void catch_signals(void);

/* What the measurements depend on. */
struct host {
	char kernel[256], cpu[128], fs[32], when[32];
	int cpus;
};

void host_read(const char *dir, struct host *ret);

#endif
