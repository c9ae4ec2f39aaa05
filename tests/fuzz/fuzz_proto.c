/*
 * One protocol alone: RINGTAP_FUZZ_PROTO names it ("dns"). Without the name, the first byte of the
 * input chooses.
 *
 * Input: one byte (protocol), one byte (bit 0: over TCP, else UDP; bit 1: the snaplen cut it; bits
 * 5 to 7: what is made of it, see exercise()), the rest is the protocol's first byte and on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/registry.h"
#include "tests/fuzz/exercise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 2, OVER_TCP = 1, CUT = 2 };

static unsigned wanted_proto(void)
{
	static unsigned id;
	const char *name = getenv("RINGTAP_FUZZ_PROTO");
	const struct dissector *p;

	if (!name || id)
		return id;
	p = registry_by_name(exercise_registry(), name);
	if (!p) {
		fprintf(stderr, "RINGTAP_FUZZ_PROTO=%s: no such protocol\n", name);
		exit(2);
	}
	id = p->id;
	return id;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned wanted = wanted_proto();
	struct dissection d;
	struct frame_view f;
	uint8_t *copy;

	if (size < HEAD || size > SNAPLEN_MAX)
		return 0;
	copy = malloc(size - HEAD ? size - HEAD : 1);
	if (!copy)
		return 0;
	memcpy(copy, data + HEAD, size - HEAD);
	f = (struct frame_view){
		.data = copy,
		.ts_ns = 1700000000123456789ull,
		.cap_len = (uint32_t)(size - HEAD),
		.wire_len = (uint32_t)(size - HEAD) + (data[1] & CUT ? 100 : 0),
		.linktype = 1,
	};
	memset(&d, 0xff, sizeof(d));
	dissect_from(exercise_registry(), &f, 0, data[1] & OVER_TCP ? PROTO_TCP : PROTO_UDP,
		     wanted ? wanted : data[0], &d);
	exercise(&d, data[1] >> 5);
	free(copy);
	return 0;
}
