/*
 * capture/sender.h -- frames at their time out of an interface, come what may: waits for room, for
 * the link, for the time that each is due, and counts.
 *
 * One thread per sender; sender_counts() from any. Several senders may share an interface.
 */
#ifndef CAPTURE_SENDER_H
#define CAPTURE_SENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/transmit.h"

struct sender_config {
	struct transmit_config transmit;
	uint64_t patience_ns;  /* how long a link that is down, or takes nothing, is waited for */
	bool (*stopped)(void); /* asked often; true: waiting ends with -EINTR */
};

struct sender_counts {
	uint64_t committed, sent, sent_bytes; /* as struct transmit_counts */
	uint64_t failed[TRANSMIT_NR_FAILURES];
	uint64_t full;             /* times that the kernel took no more for the moment */
	uint64_t waits, waited_ns; /* for a link that was down or took nothing */
	/* CLOCK_MONOTONIC when the first and last were handed over; with TRANSMIT_XDP the last has
	 * left, and with due times the first as well. */
	uint64_t first_ns, last_ns;
	/*
	 * Of the frames that had a due time, all but the first: how far the distance from the
	 * frame before was from what it should have been, ns; half and 99 % of them are below.
	 * Taken from a histogram with steps of 1/16.
	 */
	uint64_t timed, gap_error_median_ns, gap_error_p99_ns, gap_error_max_ns;
	uint64_t late_max_ns; /* behind its due time, at most */
};

struct sender;

/* As transmit_open(). */
int sender_open(const struct sender_config *cfg, struct sender **ret,
		struct errmsg *err) must_check;
const struct link_info *sender_link(const struct sender *s);
uint32_t sender_frame_max(const struct sender *s); /* as transmit_frame_max() */

/*
 * Where the next frame goes, as transmit_slot(); waits for room. 0, -EINTR: stopped, without words;
 * with words: -ENODEV the interface is gone, -ENETDOWN it stayed down, -ETIMEDOUT it took nothing
 * (no carrier), each for longer than the patience. Errors are final.
 */
int sender_slot(struct sender *s, uint8_t **ret, struct errmsg *err) must_check;
/*
 * Sends what was written there: at due_ns of CLOCK_MONOTONIC (sleeps until shortly before, then
 * looks at the clock), at once if that is over; 0: as soon as it goes, many at a time. What a wait
 * for the link took is added to the due times of all frames behind it. As sender_slot().
 */
int sender_send(struct sender *s, uint32_t len, uint64_t due_ns, struct errmsg *err) must_check;
/* Of a frame that sender_repeat() is to send: as transmit_commit(), and nothing is handed over. */
void sender_commit(struct sender *s, uint32_t len);
/*
 * Hands over what was kept back to go together with more: before the caller waits for something. As
 * sender_slot().
 */
int sender_push(struct sender *s, struct errmsg *err) must_check;
/* Until all of them have left. As sender_slot(). */
int sender_finish(struct sender *s, struct errmsg *err) must_check;
/* As transmit_repeat(), of the frames of sender_commit(); sender_finish() waits for the end. */
int sender_repeat(struct sender *s, uint64_t total, double gap_ns) must_check;
void sender_counts(const struct sender *s, struct sender_counts *ret);
/* What is not sent by then is counted as TRANSMIT_UNSENT in *last, which may be NULL. s may be NULL
 * too. */
void sender_close(struct sender *s, struct sender_counts *last);

#endif
