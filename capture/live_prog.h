/*
 * capture/live_prog.h -- what the XDP program of live.c and user space share, and the program.
 *
 * One value of an array map holds struct live_state, then the slots, then the bytes of frames. Each
 * cache line of the state has one writer: user space, the XDP program, or the programs at the
 * tracepoints; while no frame may go (pos == limit), user space may write the program's too. A slot
 * and its bytes are the program's from limit's store until pos's, else user space's.
 */
#ifndef CAPTURE_LIVE_PROG_H
#define CAPTURE_LIVE_PROG_H

#include <stdint.h>

#include "capture/bpf_asm.h"
#include "core/compiler.h"

/* More than the kernel collects before it hands them to the driver (DEV_MAP_BULK_SIZE, 16). */
#define LIVE_LENS 64
/*
 * Runs without a frame after the driver has refused some: about 150 us, in which veth's queue of
 * 256 frames runs empty. Two senders into the same one: 10 % were refused with 256, 0.6 % with
 * this.
 */
#define LIVE_PAUSE 2048
/* Fractions of a nanosecond in which gaps are kept. */
#define LIVE_NS 256

struct live_state {
	/* User space writes these. limit last, with release: it makes the slots below it, and the
	 * rest of this line, the program's. */
	cacheline_aligned uint64_t limit; /* frames with a lower number may go */
	uint32_t first, end;              /* the slots that go round */
	uint32_t initial;                 /* bytes that each frame has before the program sees it */
	uint64_t gap; /* between frames, 1/LIVE_NS ns; 0: each has its own time */
	/* The XDP program writes these. pos last, with release: it gives the slot and its bytes
	 * back to user space. */
	cacheline_aligned uint64_t pos; /* frames taken, the number of the next */
	uint64_t bytes;                 /* of them */
	uint64_t next;                  /* with a gap: when it is due, 1/LIVE_NS ns; 0: at once */
	uint32_t slot;                  /* of the next */
	uint32_t cpu;                   /* that it runs on, from the first frame of a batch on */
	uint64_t full;                  /* times that the driver has refused frames */
	uint64_t seen;                  /* refused, by then */
	uint64_t pause;                 /* runs that let the driver be, still */
	uint16_t lens[LIVE_LENS];       /* of the last frames, by number modulo LIVE_LENS */
	/* The program at the tracepoints writes these: what became of the frames taken. error also
	 * stops the XDP program. */
	cacheline_aligned uint64_t sent;
	uint64_t lost_bytes; /* of frames that were not sent */
	uint64_t refused;    /* by the driver, or before it */
	uint64_t too_long;   /* than the link takes */
	uint32_t error;      /* errno */
};

struct live_slot {
	uint32_t offset; /* of the frame, from the first byte behind the slots */
	uint32_t len;
	uint64_t due_ns; /* CLOCK_MONOTONIC; 0: at once. Then the program writes when it went. */
};

/* Fixed when the program is made: the verifier checks against them. */
struct live_shape {
	uint32_t nr_slots;
	uint32_t frame_max; /* no frame is longer */
	uint64_t data_size; /* bytes behind the slots */
};

enum {
	LIVE_SLOTS_AT = sizeof(struct live_state),
	LIVE_INSNS_MAX = 160,
};

static inline uint64_t live_data_at(const struct live_shape *s)
{
	return LIVE_SLOTS_AT + (uint64_t)s->nr_slots * sizeof(struct live_slot);
}

/* Each writes a program of at most LIVE_INSNS_MAX instructions into a->insns. */

/* BPF_PROG_TYPE_XDP: the next slot's frame, if there is one and its time has come. */
void live_prog_frames(struct bpf_asm *a, const struct live_shape *shape, int map_fd);
/* BPF_PROG_TYPE_RAW_TRACEPOINT, for xdp_devmap_xmit: what the driver took. */
void live_prog_taken(struct bpf_asm *a, int map_fd);
/* The same for xdp_redirect_err: what did not come as far as the driver. */
void live_prog_refused(struct bpf_asm *a, uint32_t ifindex, int map_fd);

#endif
