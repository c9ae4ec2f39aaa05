/* bench/contender.h -- the programs that are measured: one row each. */
#ifndef BENCH_CONTENDER_H
#define BENCH_CONTENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ARGS_MAX = 24, CONTENDERS_MAX = 20, RING_AS_RINGTAP = -1 };

/* What a contender is told. Strings are borrowed. */
struct contender_env {
	const char *ringtap; /* path of the binary */
	const char *ifname;
	const char *dir;   /* where its files go */
	unsigned ring_mib; /* of ringtap that writes, unasked; 0: not known */
};

struct args {
	char text[2048]; /* the strings that were formatted */
	size_t used;
	char *v[ARGS_MAX + 1];
	size_t n;
};

struct contender {
	const char *name;
	const char *program; /* NULL = ringtap */
	const char *file;    /* the name of what it writes; NULL = it writes nothing */
	const char *second;  /* a second file, or NULL */
	void (*build)(const struct contender *c, const struct contender_env *env, struct args *a);
	const char *option[2]; /* what tells it from its like */
	int ring_mib;          /* 0: its own default; RING_AS_RINGTAP: as ringtap has, unasked */
};

extern const struct contender contenders[];
extern const size_t nr_contenders;

const struct contender *contender_find(const char *name);

/* The command line, NULL-terminated in a->v. */
void contender_args(const struct contender *c, const struct contender_env *env, struct args *a);

/* The first line of what it says of its version; false if it cannot be run. */
bool contender_version(const struct contender *c, const struct contender_env *env, char *line,
		       size_t size);

/* The path of a file in the output directory. */
void contender_path(const struct contender_env *env, const char *file, char *path, size_t size);

#endif
