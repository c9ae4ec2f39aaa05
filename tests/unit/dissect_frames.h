/*
 * tests/unit/dissect_frames.h -- well-formed frames, one or more for every protocol, built in code.
 *
 * Shared by the tests of dissect/ and the generator of fuzz seeds.
 */
#ifndef TESTS_UNIT_DISSECT_FRAMES_H
#define TESTS_UNIT_DISSECT_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "core/frame.h"

enum { TEST_FRAME_MAX = 512, TEST_FRAMES_MAX = 64 };

struct test_frame {
	const char *name;
	const char *protocols; /* names of its layers with ':' between */
	uint16_t linktype;
	size_t len;
	uint8_t data[TEST_FRAME_MAX];
};

/* All of them; *ret_nr says how many. Built at the first call, constant afterwards. */
const struct test_frame *test_frames(size_t *ret_nr);
/* The one of that name; aborts where there is none. */
const struct test_frame *test_frame(const char *name);

/* A whole frame, or its first cap_len bytes, as a frame_view that borrows data. */
static inline struct frame_view test_view(const struct test_frame *t, const uint8_t *data,
					  size_t cap_len)
{
	return (struct frame_view){ .data = data,
				    .ts_ns = 1700000000123456789ull,
				    .cap_len = (uint32_t)cap_len,
				    .wire_len = (uint32_t)t->len,
				    .linktype = t->linktype };
}

/*
 * Memory whose end is the end of the world: a read past data + size faults. Returns data; one
 * buffer per process, reused by the next call with the same or a smaller size.
 */
uint8_t *guarded_buffer(size_t size);

#endif
