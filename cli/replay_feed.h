/*
 * cli/replay_feed.h -- hands frames to the lanes: when each is due, which thread gets it, what is
 * kept in memory. The reading thread's.
 */
#ifndef CLI_REPLAY_FEED_H
#define CLI_REPLAY_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/pace.h"
#include "cli/replay_target.h"
#include "core/compiler.h"
#include "core/errmsg.h"

struct replay_feed {
	struct replay_target *targets;
	size_t nr_targets;
	struct replay_clock *clock;
	bool keep;
	struct pace pace;
	uint64_t due_ns;         /* of the last frame that was handed out */
	uint32_t ordinal;        /* of the packet, in its round; frames get it */
	uint64_t frames;         /* handed out, skipped ones included */
	uint64_t sendable;       /* without these */
	uint64_t looked_ns;      /* when who is hungry was looked at last */
	uint64_t kept, kept_max; /* bytes of memory */
};

void replay_feed_begin(struct replay_feed *f, const struct pace_config *pace);
/*
 * A frame of len bytes goes to t: *ret is where its bytes go, which must be there before the next
 * call. 0; -EINTR: sending was stopped; -ENOMEM with words.
 */
int replay_feed_frame(struct replay_feed *f, struct replay_target *t, uint32_t len,
		      uint64_t time_ns, uint8_t **ret, struct errmsg *err) must_check;
/* One that is not sent, for it to be counted in its place. */
int replay_feed_skip(struct replay_feed *f, struct replay_target *t, unsigned reason,
		     struct errmsg *err) must_check;
/* Every few packets: lanes that have nothing to do get what there is. */
void replay_feed_look(struct replay_feed *f);
/* All lanes get what there is: it is not known when more comes. */
void replay_feed_flush(struct replay_feed *f);
/* The same, and nothing more comes. */
void replay_feed_finish(struct replay_feed *f);
/* From any thread, after send_watch_stop(). */
void replay_feed_wake(struct replay_feed *f);

#endif
