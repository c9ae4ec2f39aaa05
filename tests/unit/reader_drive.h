/* tests/unit/reader_drive.h -- reads an input to its end and keeps what the reader said. */
#ifndef TESTS_UNIT_READER_DRIVE_H
#define TESTS_UNIT_READER_DRIVE_H

#include "core/errmsg.h"
#include "core/frame.h"
#include "pcapio/reader.h"
#include "tests/unit/capture_bytes.h"

enum { FRAMES_MAX = 64, SPB_NO_TIME = 0 };

/* Everything that a reader says of one input. */
struct outcome {
	int code; /* of open, else of the call that ended it */
	size_t nr;
	struct frame_view frames[FRAMES_MAX]; /* data is not kept */
	uint8_t first_byte[FRAMES_MAX];
	char text[sizeof(((struct errmsg *)0)->text)];
};

/* To the end, or the error, which must stick. */
struct outcome drain(struct reader *r);
/* The bytes end where a page without access begins: reading one too many is fatal. */
struct outcome read_bytes(const uint8_t *bytes, size_t len);
struct outcome read_capture(const struct capture *c);
/* nr frames, then `code` with a text that holds `reason` and names an offset. */
void expect_refused(const struct capture *c, size_t nr, int code, const char *reason);
/* Three packets each. */
void pcap_of_three(struct capture *c, uint32_t magic);
void pcapng_of_three(struct capture *c);

#endif
