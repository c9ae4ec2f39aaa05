/*
 * Everything that reads packet bytes in dissect/: layers, summary, line, tree, JSON, bytes.
 *
 * Input: two bytes for the link type, one for how much longer the packet was on the wire (5 bits)
 * and what is made of it (3 bits, see exercise()), the rest is the frame.
 */
#include <stdlib.h>
#include <string.h>

#include "core/linktype.h"
#include "tests/fuzz/exercise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 3 };

/* Link types that somebody dissects, so that none of the search is lost on others. */
static const uint16_t linktypes[] = {
	LINKTYPE_ETHERNET, LINKTYPE_RAW,  LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2,
	LINKTYPE_NULL,     LINKTYPE_LOOP, LINKTYPE_IPV4,      LINKTYPE_IPV6,
	LINKTYPE_NETLINK,  LINKTYPE_PPP,  105 /* 802.11 */,   127 /* with radiotap */,
	192 /* PPI */,
};

static uint16_t linktype_of(const uint8_t *data)
{
	const uint16_t wanted = load_be16(data);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(linktypes); i++)
		if (linktypes[i] == wanted)
			return wanted;
	return linktypes[wanted % ARRAY_SIZE(linktypes)];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dissection d;
	struct frame_view f;
	uint8_t *copy;

	if (size < HEAD || size > SNAPLEN_MAX)
		return 0;
	/* A block of its own, so that a sanitizer sees the first byte behind it. */
	copy = malloc(size - HEAD ? size - HEAD : 1);
	if (!copy)
		return 0;
	memcpy(copy, data + HEAD, size - HEAD);
	f = (struct frame_view){
		.data = copy,
		.ts_ns = 1700000000123456789ull,
		.cap_len = (uint32_t)(size - HEAD),
		.wire_len = (uint32_t)(size - HEAD + (data[2] & 31)),
		.linktype = linktype_of(data),
	};
	/* Nothing of the stack may be read that dissect_frame() has not written. */
	memset(&d, 0xff, sizeof(d));
	dissect_frame(exercise_registry(), &f, &d);
	exercise(&d, data[2] >> 5);
	free(copy);
	return 0;
}
