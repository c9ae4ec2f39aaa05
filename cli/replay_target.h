/*
 * cli/replay_target.h -- an interface that frames are sent on: what it takes, and its threads.
 */
#ifndef CLI_REPLAY_TARGET_H
#define CLI_REPLAY_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/replay_lane.h"
#include "cli/replay_options.h"
#include "cli/replay_source.h"
#include "cli/send_report.h"
#include "core/compiler.h"
#include "core/errmsg.h"
#include "dissect/rewrite/link.h"

struct replay_target {
	const struct replay_to *to;
	const struct link_info *link; /* the first sender's */
	struct replay_lane *lanes;
	uint32_t nr_lanes, next_lane; /* which is fed next */
	uint16_t linktype;
	uint32_t frame_max; /* bytes of a frame without VLAN tag */
	uint32_t mtu;       /* the same without its link-layer header */
	struct rewrite_link convert;
	bool have_senders;
	struct sender_counts counts; /* of all lanes, once they are closed */
};

/* Opens the interface, once for each of its threads. 0 or -errno with words. */
int replay_target_open(struct replay_target *t, const struct replay_options *o,
		       const struct replay_to *to, struct errmsg *err) must_check;
/* Closes the senders, and keeps their counts. */
void replay_target_end(struct replay_target *t);
void replay_target_close(struct replay_target *t);
/* Whether frames of this link type go as they are. */
bool replay_target_takes(const struct replay_target *t, uint16_t linktype);

/* The targets of a packet of this file and file's interface, of this direction: the index, or -1:
 * of none. Not for REPLAY_SPLIT_ALL. */
int replay_share(const struct replay_options *o, const struct reader *r, uint32_t file,
		 uint32_t interface_id, uint8_t direction);
/*
 * Before anything is sent: whether each interface can take packets of the files, as far as these
 * describe theirs by now. 0, -EMEDIUMTYPE with words; what cannot be taken beside others is noted.
 */
int replay_targets_check(const struct replay_target *targets, size_t nr,
			 const struct replay_options *o, const struct replay_source *s,
			 struct errmsg *err) must_check;
/* What is known of it by now. */
void replay_target_report(const struct replay_target *t, struct send_link *ret);

#endif
