/*
 * Display filters: any text, over frames of every protocol; what compiles is matched.
 *
 * Input: the filter, then, behind a NUL, bytes of a packet (link type Ethernet). Without the NUL
 * the filter is tried on some built-in frames.
 */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "core/compiler.h"
#include "dissect/display/display.h"
#include "tests/fuzz/exercise.h"
#include "tests/unit/dissect_frames.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FRAMES_TRIED = 2 };

static char shown[FILTER_TEXT_MAX * 3]; /* on the stack it would be poisoned anew each time */

/* Instead of the C library's: a search must not ask name servers. */
__attribute__((visibility("default"))) int getaddrinfo(const char *node, const char *service,
						       const struct addrinfo *hints,
						       struct addrinfo **ret)
{
	return EAI_NONAME;
}

static void match_frame(const struct display_filter *f, struct display_state *state,
			const struct frame_view *frame)
{
	const struct frame_context ctx = { .number = 7,
					   .first_ns = 1700000000000000000ull,
					   .prev_ns = 1700000000100000000ull,
					   .interface_name = "eth0" };
	struct dissection d;

	memset(&d, 0xff, sizeof(d));
	dissect_frame(exercise_registry(), frame, &d);
	/* Nothing of the packet before may show. */
	if (display_match(f, state, &d, &ctx) != display_match(f, state, &d, &ctx))
		abort();
	display_match(f, state, &d, NULL);
}

static void match_all(const struct display_filter *f, const uint8_t *packet, size_t len,
		      size_t seed)
{
	struct display_state *state;
	const struct test_frame *frames;
	struct frame_view view;
	uint8_t *copy;
	size_t nr, i;

	if (display_state_open(f, &state))
		return;
	if (packet) {
		copy = malloc(len ? len : 1);
		if (copy) {
			memcpy(copy, packet, len);
			view = (struct frame_view){ .data = copy,
						    .ts_ns = 1700000000123456789ull,
						    .cap_len = (uint32_t)len,
						    .wire_len = (uint32_t)len,
						    .linktype = 1 };
			match_frame(f, state, &view);
		}
		free(copy);
	} else {
		frames = test_frames(&nr);
		/* A few of them, which the input's length chooses: all take too long. */
		for (i = 0; i < FRAMES_TRIED; i++) {
			const struct test_frame *t = &frames[(seed + i * 7) % nr];

			view = test_view(t, t->data, t->len);
			match_frame(f, state, &view);
		}
	}
	display_state_close(state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	const size_t len = nul ? (size_t)(nul - data) : size;
	char *text = malloc(len + 1);
	struct display_filter *f;
	struct filter_error err;

	if (!text || size > SNAPLEN_MAX) {
		free(text);
		return 0;
	}
	memcpy(text, data, len);
	text[len] = '\0';
	if (!display_compile(exercise_registry(), text, &f, &err)) {
		match_all(f, nul ? nul + 1 : NULL, nul ? size - len - 1 : 0, size);
		display_free(f);
	} else {
		struct strbuf out = strbuf_over(shown, sizeof(shown));

		/* Every refusal has a reason and a place. */
		if (!err.text[0] || err.begin > err.end || err.end > len)
			abort();
		filter_error_render(text, &err, &out);
	}
	free(text);
	return 0;
}
