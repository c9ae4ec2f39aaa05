#include "cli/generate_lane.h"

#include <errno.h>
#include <string.h>

#include "cli/send_watch.h"
#include "core/clock.h"

enum {
	LOOK_EVERY = 256, /* frames: whether it is to stop */
	ETHERNET_HEADER = 14,
	TAG = 4,
	/* What is made once and goes round, of all lanes. */
	ROUND_FRAMES_MAX = 1 << 16,
	ROUND_BYTES_MAX = 32 << 20,
};

/* Three years: times of 64 lanes stay within 64 bits. */
#define GAP_MAX_NS 1e17

/* Of this lane, until they repeat; 0: they are to be made one by one. */
static uint64_t round_frames(const struct generate_lane *l)
{
	const uint64_t period = craft_period(l->craft);

	if (!l->o->send.xdp || !period || craft_has_time(l->craft) || period > ROUND_FRAMES_MAX ||
	    period * craft_frame_max(l->craft) > ROUND_BYTES_MAX)
		return 0;
	/* Bits per second need a gap behind each frame by its length. */
	if (l->o->send.pace.mode == PACE_BITRATE && l->of == 1 &&
	    craft_frame_max(l->craft) != craft_frame_mean(l->craft))
		return 0;
	return craft_period_every(l->craft, l->of);
}

int generate_lane_open(struct generate_lane *l, struct errmsg *err)
{
	const uint32_t link_max = l->o->craft.mtu + ETHERNET_HEADER;
	struct sender_config cfg;

	if (craft_mtu_frame_max(l->craft) > link_max)
		return errmsg_set(
			err, -EMSGSIZE,
			"%s: frames of %u bytes are described, and its MTU of %u allows %u (and %u "
			"more of a frame with one VLAN tag); --size mtu makes them as long as that",
			l->o->interface, craft_frame_max(l->craft), l->o->craft.mtu, link_max, TAG);
	send_options_config(&l->o->send, l->o->interface, &cfg);
	cfg.transmit.frame_max = craft_frame_max(l->craft);
	cfg.transmit.slots = (uint32_t)round_frames(l);
	return sender_open(&cfg, &l->sender, err);
}

/* How many of the frames are this lane's; UINT64_MAX: there is no end. */
static uint64_t share(const struct generate_lane *l)
{
	const uint64_t count = l->o->count;

	if (!count)
		return UINT64_MAX;
	return count / l->of + (l->number < count % l->of);
}

/* Between frames of all lanes, on average, ns; 0: there is no rate. */
static double frame_gap(const struct generate_lane *l)
{
	const struct pace_config *pace = &l->o->send.pace;

	if (pace->mode == PACE_PPS)
		return (double)NS_PER_SEC / pace->rate;
	if (pace->mode == PACE_BITRATE)
		return craft_frame_mean(l->craft) * 8 * (double)NS_PER_SEC / pace->rate;
	return 0;
}

/* Its share of the rate, and when its first frame is due. */
static void begin_pace(const struct generate_lane *l, struct pace *ret)
{
	struct pace_config cfg = l->o->send.pace;
	const double gap = MIN_OF(frame_gap(l), GAP_MAX_NS);

	/* Several share a rate of bits by the mean frame: by its own bytes a lane that has the
	 * short ones would send more of them than there are. */
	if (gap > 0 && l->of > 1)
		cfg = (struct pace_config){ .mode = PACE_PPS,
					    .rate = (double)NS_PER_SEC / (gap * l->of) };
	pace_begin(ret, &cfg, l->start_ns + (uint64_t)(gap * l->number));
}

/* -ECANCELED: the duration is over when it would be due. */
static int send_frame(struct generate_lane *l, uint64_t index, struct pace *pace, uint32_t room)
{
	uint64_t due;
	uint8_t *slot;
	uint32_t len;
	int code = sender_slot(l->sender, &slot, &l->err);

	if (unlikely(code))
		return code;
	len = craft_frame(l->craft, index, craft_has_time(l->craft) ? clock_realtime_ns() : 0, slot,
			  room);
	due = pace_next(pace, 0, len);
	if (l->o->duration_ns && due >= l->start_ns + l->o->duration_ns)
		return -ECANCELED;
	return sender_send(l->sender, len, due, &l->err);
}

static int stream(struct generate_lane *l)
{
	const uint64_t nr = share(l);
	const uint32_t room = sender_frame_max(l->sender) + TAG;
	struct pace pace;
	int code = 0;

	begin_pace(l, &pace);
	for (uint64_t i = 0; !code && i < nr; i++) {
		if (i % LOOK_EVERY == 0 && send_watch_stopped())
			break;
		code = send_frame(l, l->number + i * l->of, &pace, room);
	}
	return code == -ECANCELED ? 0 : code;
}

/* How many there will be, as far as a rate says how many are due in the duration. */
static uint64_t expected(const struct generate_lane *l)
{
	const double gap = frame_gap(l) * l->of;
	const double time = (double)l->o->duration_ns - frame_gap(l) * l->number;
	uint64_t due;

	if (!l->o->duration_ns || !(gap > 0) || time / gap > 1e18)
		return share(l);
	due = time > 0 ? (uint64_t)(time / gap) : 0;
	due += (double)due * gap < time;
	return MIN_OF(due, share(l));
}

/* All that differ are made once, and go round. */
static int go_round(struct generate_lane *l, uint64_t frames, uint64_t total)
{
	int code;

	for (uint64_t i = 0; i < frames; i++) {
		uint8_t *slot;

		code = sender_slot(l->sender, &slot, &l->err);
		if (code)
			return code;
		sender_commit(l->sender, craft_frame(l->craft, l->number + i * l->of, 0, slot,
						     sender_frame_max(l->sender) + TAG));
	}
	code = sender_repeat(l->sender, total, frame_gap(l) * l->of);
	return code ? errmsg_set(&l->err, code, "%s: %s", l->o->interface, strerror(-code)) : 0;
}

static void *run(void *arg)
{
	struct generate_lane *l = arg;
	const uint64_t frames = round_frames(l);
	const uint64_t total = expected(l);
	int code = frames && frames < total ? go_round(l, frames, total) : stream(l);
	struct errmsg finishing = { .text = "" };
	int finished = 0;

	/* What was made before it was stopped still goes. */
	if (!code || code == -EINTR)
		finished = sender_finish(l->sender, &finishing);
	if (!code && finished) {
		l->err = finishing;
		code = finished;
	}
	/* Pairs with whoever reads the words after the code. */
	atomic_store_explicit(&l->code, code == -EINTR ? 0 : code, memory_order_release);
	l->done(l->ctx);
	return NULL;
}

int generate_lane_start(struct generate_lane *l)
{
	const int code = -pthread_create(&l->thread, NULL, run, l);

	l->started = !code;
	return code;
}

void generate_lane_join(struct generate_lane *l)
{
	if (l->started)
		pthread_join(l->thread, NULL);
	l->started = false;
}

void generate_lane_close(struct generate_lane *l, struct sender_counts *last)
{
	sender_close(l->sender, last);
	l->sender = NULL;
}
