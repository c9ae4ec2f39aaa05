/* dissect/names.h -- numbers that have names: constant maps, searched only when somebody prints. */
#ifndef DISSECT_NAMES_H
#define DISSECT_NAMES_H

#include <stdint.h>

/* An array of these ends with a NULL name. */
struct name_map {
	uint32_t value;
	const char *name;
};

/* The name of value, or NULL; map may be NULL. */
const char *name_find(const struct name_map *map, uint64_t value);

extern const struct name_map ethertype_names[];
extern const struct name_map ipproto_names[];
extern const struct name_map port_names[];
extern const struct name_map arphrd_names[];

#endif
