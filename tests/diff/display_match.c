/*
 * display_match FILE COUNT: reads display filters from standard input, a line each, and prints for
 * each the numbers of those of the first COUNT frames of FILE that match, or "error: " and the
 * reason.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/display/display.h"
#include "pcapio/reader.h"

static int match_file(const struct registry *reg, const struct display_filter *f, const char *path,
		      uint64_t count)
{
	struct frame_context ctx = { 0 };
	struct display_state *state;
	struct reader *reader;
	struct dissection d;
	struct errmsg err;
	int code;

	if (display_state_open(f, &state))
		return -1;
	if (reader_open(path, &reader, &err)) {
		printf("error: %s\n", err.text);
		display_state_close(state);
		return -1;
	}
	while (ctx.number < count) {
		struct frame_view frame;

		code = reader_next(reader, &frame, &err);
		if (code <= 0)
			break;
		dissect_frame(reg, &frame, &d);
		if (!ctx.number++)
			ctx.first_ns = ctx.prev_ns = frame.ts_ns;
		if (display_match(f, state, &d, &ctx))
			printf("%llu ", (unsigned long long)ctx.number);
		ctx.prev_ns = frame.ts_ns;
	}
	printf("\n");
	display_state_close(state);
	return reader_close(reader);
}

int main(int argc, char **argv)
{
	char line[4096], text[16384];
	struct display_filter *f;
	struct filter_error err;
	struct registry *reg;

	if (argc != 3 || registry_init(&reg, NULL)) {
		fprintf(stderr, "usage: display_match FILE COUNT <FILTERS\n");
		return EXIT_FAILURE;
	}
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (display_compile(reg, line, &f, &err)) {
			struct strbuf out = strbuf_over(text, sizeof(text));

			if (getenv("VERBOSE")) {
				filter_error_render(line, &err, &out);
				printf("%s\n", text);
			} else {
				printf("error: %s\n", err.text);
			}
			continue;
		}
		match_file(reg, f, argv[1], strtoull(argv[2], NULL, 10));
		fflush(stdout);
		display_free(f);
	}
	registry_free(reg);
	return EXIT_SUCCESS;
}
