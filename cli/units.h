/*
 * cli/units.h -- sizes, times, CPU lists: as people type them and as they read them.
 *
 * Every parser returns 0, -EINVAL (not understood) or -ERANGE (does not fit), and leaves *ret alone
 * unless it returns 0. A number may have a fraction ("1.5GiB", "0.2s").
 */
#ifndef CLI_UNITS_H
#define CLI_UNITS_H

#include <sched.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/strbuf.h"

/* A plain decimal number, nothing behind it. */
int parse_count(const char *text, uint64_t *ret) must_check;
/*
 * Bytes. As in coreutils: k, K, M, G, T and KiB, MiB, GiB, TiB are powers of 1024, kB, KB, MB, GB,
 * TB powers of 1000; upper or lower case; B or nothing: bytes.
 */
int parse_size(const char *text, uint64_t *ret) must_check;
/* Nanoseconds. ns, us, ms, s, min, h, d; nothing: seconds. */
int parse_duration_ns(const char *text, uint64_t *ret) must_check;
/* A number per second, k, M, G, T behind it are powers of 1000; more than 0. */
int parse_rate(const char *text, double *ret) must_check;
/* "0-3,8": at least one CPU, each below CPU_SETSIZE, no range backwards. */
int parse_cpu_list(const char *text, cpu_set_t *ret) must_check;

/* "17 B", "1.50 MiB" */
void format_size(struct strbuf *out, uint64_t bytes);
/* bits per second: "940 Mbit/s", "9.41 Gbit/s" */
void format_rate(struct strbuf *out, double bits_per_s);
/* packets and other counts: "17", "9.41 M" */
void format_count(struct strbuf *out, double count);
/* "250 ms", "1.5 s", "2 h 5 min" */
void format_duration(struct strbuf *out, uint64_t ns);

#endif
