/*
 * tests/netns/driver_frame.h -- the frames of live_driver and send_driver; driven.py makes the
 * same.
 *
 * EtherType 0x88b5 (for experiments), the frame's number (8 bytes, big-endian), and a pattern that
 * depends on it. Lengths are taken in turn.
 */
#ifndef TESTS_NETNS_DRIVER_FRAME_H
#define TESTS_NETNS_DRIVER_FRAME_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/compiler.h"

enum { DRIVER_HEADER = 14, DRIVER_LENGTHS_MAX = 16 };

struct driver_lengths {
	uint32_t v[DRIVER_LENGTHS_MAX], n;
};

static inline void driver_parse_lengths(struct driver_lengths *l, char *list)
{
	char *rest = list;

	l->n = 0;
	for (char *word; l->n < DRIVER_LENGTHS_MAX && (word = strsep(&rest, ","));)
		l->v[l->n++] = (uint32_t)strtoul(word, NULL, 10);
}

static inline uint32_t driver_frame(const struct driver_lengths *l, uint64_t number, uint8_t *out)
{
	const uint32_t len = l->v[number % l->n];
	uint8_t frame[DRIVER_HEADER + 8] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5 };

	store_be64(frame + DRIVER_HEADER, number);
	memcpy(out, frame, MIN_OF(len, sizeof(frame)));
	if (len > sizeof(frame))
		memset(out + sizeof(frame), (int)(number & 0xff), len - sizeof(frame));
	return len;
}

#endif
