/* cli/display_judge.h -- -Y over the packets of a file, for the verbs that print nothing. */
#ifndef CLI_DISPLAY_JUDGE_H
#define CLI_DISPLAY_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/frame.h"
#include "dissect/display/display.h"
#include "dissect/registry.h"
#include "pcapio/reader.h"

/* All dissectors, with the -d rules of the command line. 0 or -errno, after a complaint. */
int display_registry(const char *verb, const char *const *decodes, size_t nr_decodes,
		     struct registry **ret) must_check;
/* The expression of -Y. 0, -EINVAL after a complaint, -ENOMEM. */
int display_open(const char *verb, const struct registry *reg, const char *expr,
		 struct display_filter **ret) must_check;

/* All zeros but the first two, which are borrowed; filter is NULL: it accepts everything. */
struct display_judge {
	const struct registry *registry;
	const struct display_filter *filter;
	struct display_state *state;
	uint64_t first_ns, prev_ns; /* for frame.time_delta and the like */
};

/* 0 or -ENOMEM; closed with display_judge_close() in any case. */
int display_judge_open(struct display_judge *j) must_check;
void display_judge_close(struct display_judge *j);
/* For each frame of r in order; number is its own in the file. */
bool display_judge_accepts(struct display_judge *j, const struct reader *r,
			   const struct frame_view *f, uint64_t number);

#endif
