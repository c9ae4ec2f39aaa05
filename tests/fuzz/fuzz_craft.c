/*
 * Descriptions of frames: any text; what is understood makes frames that stay in their bounds and
 * are the same each time.
 */
#include <stdlib.h>
#include <string.h>

#include "core/compiler.h"
#include "dissect/craft/craft.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FRAMES = 40 };

static char shown[FILTER_TEXT_MAX * 4]; /* on the stack it would be poisoned anew each time */

/* Exactly as long as a frame may be: a byte more is a finding. */
static void make_frames(const struct craft *c)
{
	const uint32_t max = craft_frame_max(c);
	uint8_t *a = malloc(max), *b = malloc(max);

	if (max < CRAFT_FRAME_MIN || max > CRAFT_FRAME_MAX || craft_frame_mean(c) > max)
		abort();
	for (uint64_t i = 0; a && b && i < FRAMES; i++) {
		const uint64_t index = i < FRAMES / 2 ? i : i * 0x9e3779b97f4a7c15u;
		const uint32_t len = craft_frame(c, index, index, a, max);

		if (len < CRAFT_FRAME_MIN || len > max)
			abort();
		if (craft_frame(c, index, index, b, max) != len || memcmp(a, b, len) != 0)
			abort();
		if (craft_period(c) && index < UINT64_MAX - craft_period(c) && i < FRAMES / 2 &&
		    !craft_has_time(c) &&
		    (craft_frame(c, index + craft_period(c), index, b, max) != len ||
		     memcmp(a, b, len) != 0))
			abort();
		if (craft_frame(c, index, index, b, len - 1))
			abort();
	}
	free(a);
	free(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct craft_options options[] = {
		{ .seed = 1 },
		{ .sizes = { .kind = CRAFT_SIZE_RANGE, .min = 60, .max = 1514 }, .flows = 7 },
		{ .sizes = { .kind = CRAFT_SIZE_IMIX }, .src_mac = { 2, 3, 4, 5, 6, 7 } },
		{ .sizes = { .kind = CRAFT_SIZE_MTU }, .mtu = 65536, .flows = CRAFT_FLOWS_MAX },
		{ .sizes = { .kind = CRAFT_SIZE_RANGE, .min = 300, .max = 300 } },
	};
	struct filter_error err = { .text = "" };
	struct craft *c = NULL;
	char *text;

	if (size > FILTER_TEXT_MAX || memchr(data, 0, size))
		return 0;
	text = malloc(size + 1);
	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (!craft_open(text, &options[i], &c, &err)) {
			make_frames(c);
			craft_close(c);
		} else {
			struct strbuf out = strbuf_over(shown, sizeof(shown));

			/* Every refusal has a reason and a place. */
			if (!err.text[0] || err.begin > err.end || err.end > size)
				abort();
			filter_error_render(text, &err, &out);
		}
	}
	free(text);
	return 0;
}
