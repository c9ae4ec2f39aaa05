/* Opens descriptions and makes their frames. */
#ifndef TESTS_UNIT_CRAFT_FRAMES_H
#define TESTS_UNIT_CRAFT_FRAMES_H

#include <criterion/criterion.h>
#include <string.h>

#include "dissect/craft/craft.h"

static uint8_t frame[CRAFT_FRAME_MAX];

static inline struct craft *open_with(const char *text, const struct craft_options *o)
{
	struct filter_error err = { .text = "" };
	struct craft *c = NULL;

	cr_assert_eq(craft_open(text, o, &c, &err), 0, "%s: %s", text, err.text);
	return c;
}

static inline struct craft *open_text(const char *text)
{
	const struct craft_options o = { .seed = 7 };

	return open_with(text, &o);
}

static inline uint32_t make(const struct craft *c, uint64_t index, uint8_t *out)
{
	memset(out, 0xee, CRAFT_FRAME_MAX);
	return craft_frame(c, index, 0x0123456789abcdef, out, CRAFT_FRAME_MAX);
}

#endif
