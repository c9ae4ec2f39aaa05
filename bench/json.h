/* bench/json.h -- the parts that every report's JSON has. */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/stats.h"
#include "core/errmsg.h"

struct host;

void json_put_string(FILE *f, const char *text);
/* "key":{median, min, max, n}, or null without a value. */
void json_put_spread(FILE *f, const char *key, struct spread s);
/*
 * Begins an object: "program", "measured", "version" and "args" (which end with NULL). No comma
 * behind them; the caller ends it.
 */
void json_put_program(FILE *f, const char *name, bool measured, const char *version,
		      const char *const *args);
/* "true", "false", or "null" where there is no value or no target (not above 0). */
const char *json_target_met(struct spread ratio, double target);
/* The first members of the object: program, verb, host. No brace before them, no comma after. */
void json_put_head(FILE *f, const char *verb, const struct host *host);

/* "-" is standard output. */
int json_open(const char *path, FILE **ret, struct errmsg *reterr) must_check;
int json_close(FILE *f, const char *path, struct errmsg *reterr) must_check;

#endif
