/*
 * capture/pace.h -- when each of a series of frames is due.
 *
 * Pure arithmetic on nanoseconds of CLOCK_MONOTONIC; one thread.
 */
#ifndef CAPTURE_PACE_H
#define CAPTURE_PACE_H

#include <stdint.h>

enum pace_mode {
	PACE_RECORDED, /* as the time stamps say, divided by `speed` */
	PACE_PPS,
	PACE_BITRATE, /* of frames without FCS and preamble */
	PACE_TOPSPEED,
};

struct pace_config {
	enum pace_mode mode;
	double speed;        /* PACE_RECORDED: 2 is twice as fast */
	double rate;         /* frames or bits per second */
	uint64_t max_gap_ns; /* longer recorded gaps are cut to this; 0: none is */
};

struct pace {
	struct pace_config cfg;
	uint64_t start_ns;  /* when the first frame of this round is due */
	uint64_t last_ns;   /* when the last frame was due */
	uint64_t last_ts;   /* its recorded time */
	uint64_t offset_ns; /* recorded time since the round's first frame, long gaps cut */
	double ahead_ns;    /* rates: from the first frame of all to the next */
	uint64_t frames;    /* of this round */
};

/* start_ns: when the first frame is due. */
void pace_begin(struct pace *p, const struct pace_config *cfg, uint64_t start_ns);
/*
 * When the next frame is due; 0 with PACE_TOPSPEED. ts_ns is its recorded time: one before that of
 * the frame before is taken as the same time.
 */
uint64_t pace_next(struct pace *p, uint64_t ts_ns, uint32_t bytes);
/*
 * Another round begins with the next frame: with PACE_RECORDED it is due the mean gap of the round
 * behind the last one (1 ms where that had a single frame).
 */
void pace_again(struct pace *p);

#endif
