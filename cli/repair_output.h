/* cli/repair_output.h -- the new file that `ringtap repair` writes, once there is something to
 * write. */
#ifndef CLI_REPAIR_OUTPUT_H
#define CLI_REPAIR_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "pcapio/out_stream.h"

/* Zeroed but for the first three. */
struct repair_output {
	const char *path; /* "-" is standard output */
	const char *input;
	bool force;

	struct out_stream *stream; /* NULL: nothing was written so far */
	int fd;
	bool removed; /* there was one, and it was not complete */
};

/* Says early what repair_output_put() would: the file is there, or is the input. 0 or -errno. */
int repair_output_check(const struct repair_output *o, struct errmsg *err) must_check;
/* 0 or -errno; -EPIPE without text. */
int repair_output_put(struct repair_output *o, const uint8_t *bytes, size_t len,
		      struct errmsg *err) must_check;
/* Ends the file; with `discard`, or where that fails, a new file is removed. 0 or -errno. */
int repair_output_close(struct repair_output *o, bool discard, struct errmsg *err) must_check;

#endif
