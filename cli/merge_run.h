/*
 * cli/merge_run.h -- many files into one: by time, or one after the other.
 *
 * By time it holds one packet of each file, borrowed from its reader, and copies none: what comes
 * out of a file goes out in the file's own order. Blocks that are no packets go out when they are
 * met, which is before the packet that follows them. With a window the packets are copied into it
 * and sorted again.
 */
#ifndef CLI_MERGE_RUN_H
#define CLI_MERGE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/merge_input.h"
#include "cli/merge_tree.h"
#include "cli/out_report.h"
#include "cli/read_watch.h"
#include "core/errmsg.h"
#include "pcapio/packet_out.h"

struct merge_sort;

struct merge_run {
	struct merge_input *inputs;
	size_t nr_inputs;
	size_t nr_left; /* from which something may come */
	struct merge_budget budget;
	struct merge_tree tree;
	const struct packet_out_options *options;
	struct packet_out *out; /* opened by merge_run_open() */
	struct out_losses losses;
	struct merge_sort *sort; /* NULL: as they come */
	struct read_watch watch;
	uint64_t last_ns; /* the latest time written */
	uint64_t nr_read, packets, late;
	bool interrupted;
};

/*
 * Opens the files; says which ones cannot be, each with its reason. A file that is empty or damaged
 * in its header is one that ends early. 0 or -errno, complained.
 */
int merge_run_open(struct merge_run *m, const char *const *paths, size_t nr) must_check;
/* Packets may come so much too late in their file. 0 or -ENOMEM. */
int merge_run_sort(struct merge_run *m, uint64_t window_ns) must_check;
/* All packets into m->out: 0, or -errno of the output. A signal ends it with `interrupted`. */
int merge_by_time(struct merge_run *m, struct errmsg *err) must_check;
/* The same, each file to its end before the next one. */
int merge_append(struct merge_run *m, struct errmsg *err) must_check;
void merge_run_close(struct merge_run *m);

#endif
