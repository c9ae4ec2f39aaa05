/*
 * dissect/field_pair.h -- one name for two fields, as Wireshark has it: the values of both.
 *
 * "tcp.port" is tcp.srcport and tcp.dstport. The name may be that of one of them.
 */
#ifndef DISSECT_FIELD_PAIR_H
#define DISSECT_FIELD_PAIR_H

#include <stdbool.h>
#include <stddef.h>

struct field_pair {
	const char *name, *members[2]; /* the second may be NULL */
	bool text;                     /* what members write, not what they are: "ip.host" */
};

extern const struct field_pair field_pairs[];
extern const size_t nr_field_pairs;

/* NULL: the name is no pair's. */
const struct field_pair *field_pair_find(const char *name);

#endif
