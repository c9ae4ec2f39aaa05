/*
 * cli/replay_source.h -- the packets of the files that are replayed: of one in its own order, of
 * several by time; filtered; again from the start for another round.
 *
 * One thread at a time; the counters of struct replay_progress may be read by any.
 */
#ifndef CLI_REPLAY_SOURCE_H
#define CLI_REPLAY_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/merge.h"
#include "cli/packet_filter.h"
#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/frame.h"
#include "pcapio/reader.h"

/* Borrowed until the next call. */
struct replay_packet {
	struct frame_view frame;
	const struct reader *reader;
	uint64_t time_ns; /* its place in the order */
	uint64_t number;  /* in its file, from 1 */
	uint32_t input;   /* index of its file */
};

struct replay_progress {
	_Atomic uint64_t read, filtered; /* packets; of them, not accepted by the filter */
	_Atomic uint64_t done, total;    /* bytes of the files; total 0: not known */
};

struct replay_source;

/*
 * Opens the files; all of it is borrowed until replay_source_close(). 0, or -errno with words:
 * -EOPNOTSUPP a file of summaries; -EINVAL a filter, which has been complained about.
 */
int replay_source_open(const char *const *paths, size_t nr, const struct merge_window *window,
		       struct packet_filter *filter, struct replay_source **ret,
		       struct errmsg *err) must_check;
/*
 * 1 = a packet, 0 = the end of all files: replay_source_failure() tells of those that ended early.
 * -EAGAIN: a pipe has none yet, see replay_source_wait(). Else -errno as replay_source_open().
 */
int replay_source_next(struct replay_source *s, struct replay_packet *ret,
		       struct errmsg *err) must_check;
/* The packet handed out last is handed out once more. */
void replay_source_put_back(struct replay_source *s);
/* After -EAGAIN: until there may be more; a second at most. */
void replay_source_wait(struct replay_source *s);
/* From the start. 0 or as replay_source_open(). */
int replay_source_rewind(struct replay_source *s, struct errmsg *err) must_check;
size_t replay_source_nr_files(const struct replay_source *s);
const struct reader *replay_source_reader(const struct replay_source *s, size_t file);
/* Why this file ended early, in words, or NULL; in any of the rounds. */
const char *replay_source_failure(const struct replay_source *s, size_t file);
const struct replay_progress *replay_source_progress(const struct replay_source *s);
void replay_source_close(struct replay_source *s); /* NULL is fine */

#endif
