/* bench/json.h -- the parts that every report's JSON has. */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include <stdio.h>

#include "bench/stats.h"
#include "core/errmsg.h"

struct host;

void json_put_string(FILE *f, const char *text);
/* "key":{median, min, max, n}, or null without a value. */
void json_put_spread(FILE *f, const char *key, struct spread s);
/* The first members of the object: program, verb, host. No brace before them, no comma after. */
void json_put_head(FILE *f, const char *verb, const struct host *host);

/* "-" is standard output. */
int json_open(const char *path, FILE **ret, struct errmsg *reterr) must_check;
int json_close(FILE *f, const char *path, struct errmsg *reterr) must_check;

#endif
