/*
 * pcapio/source_frames.c -- zstd's seekable format 0.1.0 (contrib/seekable_format of zstd), read:
 * a skippable frame that ends the file, with two lengths for each frame before it.
 */
#include "pcapio/source_frames.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/bytes.h"
#include "pcapio/pcapng_format.h"

#define SKIPPABLE_MAGIC  0x184d2a5eu
#define SEEK_TABLE_MAGIC 0x8f92eab1u

enum {
	HEADER = 8,           /* magic, length of what follows */
	FOOTER = 9,           /* number of frames, descriptor, magic */
	ENTRY = 8,            /* compressed and decompressed length */
	ENTRY_CHECKED = 12,   /* and a checksum */
	HAS_CHECKSUMS = 0x80, /* in the descriptor */
	RESERVED = 0x7c,
};

struct table {
	uint64_t offset; /* in the file, of its skippable frame: where the last frame ends */
	uint32_t nr;
	uint32_t entry; /* bytes */
};

/* All of len bytes, or -ESPIPE where the file does not have them. */
static int read_at(const struct source_input *in, void *to, size_t len, uint64_t offset)
{
	const ssize_t n = pread(in->fd, to, len, (off_t)offset);

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -ESPIPE;
}

static int find_table(const struct source_input *in, struct table *ret)
{
	uint8_t footer[FOOTER], header[HEADER];
	struct stat st;
	uint64_t size, len;
	int code;

	if (!in->is_file || in->start || fstat(in->fd, &st))
		return -ESPIPE;
	size = (uint64_t)st.st_size;
	if (size < HEADER + FOOTER)
		return -ESPIPE;
	code = read_at(in, footer, FOOTER, size - FOOTER);
	if (code)
		return code;
	ret->nr = load_le32(footer);
	ret->entry = footer[4] & HAS_CHECKSUMS ? ENTRY_CHECKED : ENTRY;
	len = (uint64_t)ret->nr * ret->entry + FOOTER;
	if (load_le32(footer + 5) != SEEK_TABLE_MAGIC || (footer[4] & RESERVED) || !ret->nr ||
	    ret->nr > SOURCE_FRAMES_MAX || len + HEADER > size)
		return -ESPIPE;
	ret->offset = size - len - HEADER;
	code = read_at(in, header, HEADER, ret->offset);
	if (code)
		return code;
	return load_le32(header) == SKIPPABLE_MAGIC && load_le32(header + 4) == len ? 0 : -ESPIPE;
}

int source_frames_load(const struct source_input *in, struct source_frame **ret, size_t *ret_nr)
{
	struct source_frame *frames = NULL, at = { 0 };
	uint8_t *bytes = NULL;
	struct table t;
	int code = find_table(in, &t);

	if (code)
		return code;
	bytes = malloc((size_t)t.nr * t.entry);
	frames = malloc(((size_t)t.nr + 1) * sizeof(*frames));
	code = bytes && frames ? read_at(in, bytes, (size_t)t.nr * t.entry, t.offset + HEADER)
			       : -ENOMEM;
	for (size_t i = 0; !code && i < t.nr; i++) {
		frames[i] = at;
		at.file_offset += load_le32(bytes + i * t.entry);
		at.offset += load_le32(bytes + i * t.entry + 4);
	}
	free(bytes);
	if (!code && at.file_offset != t.offset)
		code = -ESPIPE;
	if (code) {
		free(frames);
		return code;
	}
	frames[t.nr] = at;
	*ret = frames;
	*ret_nr = t.nr;
	return 0;
}

/* More blocks than the frame has room for are none. */
static bool is_possible(const struct frame_content *c, const struct source_frame *frame)
{
	const uint64_t blocks = (uint64_t)c->packets + c->statistics;

	return blocks * PCAPNG_BLOCK_MIN + c->begin <= frame[1].offset - frame->offset;
}

int source_frames_load_contents(const struct source_input *in, const struct source_frame *frames,
				size_t nr, struct frame_content **ret)
{
	const size_t len = FRAME_INDEX_HEADER + (nr - 1) * FRAME_INDEX_ENTRY;
	const struct source_frame *last = &frames[nr - 1];
	struct frame_content *contents;
	uint8_t *bytes;
	int code;

	/* It becomes nothing, and is as long as one of so many frames. */
	if (nr < 2 || last->offset != last[1].offset ||
	    last[1].file_offset - last->file_offset != len)
		return -ESPIPE;
	bytes = malloc(len);
	contents = calloc(nr, sizeof(*contents));
	code = bytes && contents ? read_at(in, bytes, len, last->file_offset) : -ENOMEM;
	if (!code)
		code = frame_index_parse(bytes, len, contents, nr - 1);
	for (size_t i = 0; !code && i < nr; i++)
		code = is_possible(&contents[i], &frames[i]) ? 0 : -ESPIPE;
	free(bytes);
	if (code)
		free(contents);
	else
		*ret = contents;
	return code;
}

size_t source_frames_find(const struct source_frame *frames, size_t nr, uint64_t offset)
{
	size_t low = 0,
	       high = nr; /* frames[low] begins at or before offset, frames[high] is not it */

	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;

		if (frames[middle].offset <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}
