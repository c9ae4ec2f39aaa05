/* cli/cut_ranges.h -- lists of numbers as people type them: "1-100,205,300-". */
#ifndef CLI_CUT_RANGES_H
#define CLI_CUT_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"

struct number_range {
	uint64_t first, last; /* both belong to it */
};

/* In order, without overlap. All zeros: none. */
struct number_ranges {
	struct number_range *list;
	size_t nr;
};

/* 0; -EINVAL not such a list, or a number below min; -ENOMEM. ret is the caller's, ranges_free().
 */
int ranges_parse(const char *text, uint64_t min, struct number_ranges *ret) must_check;
void ranges_free(struct number_ranges *r);
/* Hot; `at` is the caller's, 0 at first: where the number before was looked for. */
bool ranges_have(const struct number_ranges *r, uint64_t number, size_t *at);
/* Nothing in the list is larger. */
bool ranges_end(const struct number_ranges *r, uint64_t number);

#endif
