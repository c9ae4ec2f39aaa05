/*
 * Target: the decompressors and the reader behind them, over data that lies.
 *
 * Input: one byte (codec, or RINGTAP_FUZZ_CODEC names it: "xz"), then what follows the codec's
 * magic number. What must hold: memory is bounded, every byte handed out can be read, it ends, and
 * what failed fails again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/errmsg.h"
#include "pcapio/reader.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	MEMORY_MAX = 64 << 20,
	CONTENT_MAX = 160 << 10, /* a few bytes may be gigabytes: no more of them are looked at */
	PEEK = 1000,
};

static const struct {
	enum codec codec;
	const char *bytes;
	size_t len;
} magics[] = {
	{ CODEC_GZIP, "\x1f\x8b", 2 },
	{ CODEC_ZSTD, "\x28\xb5\x2f\xfd", 4 },
	{ CODEC_LZ4, "\x04\x22\x4d\x18", 4 },
	{ CODEC_XZ, "\xfd\x37\x7a\x58\x5a\x00", 6 },
};

/* Index into magics, from the environment or the input. */
static size_t choose(uint8_t byte)
{
	static size_t wanted = SIZE_MAX;
	const char *name = wanted == SIZE_MAX ? getenv("RINGTAP_FUZZ_CODEC") : NULL;

	if (wanted == SIZE_MAX) {
		for (wanted = 0; name && wanted < ARRAY_SIZE(magics); wanted++)
			if (!strcmp(name, codec_name(magics[wanted].codec)))
				break;
		if (!name)
			wanted = ARRAY_SIZE(magics);
	}
	return wanted < ARRAY_SIZE(magics) ? wanted : byte % ARRAY_SIZE(magics);
}

static unsigned walk_content(struct source *src)
{
	const uint8_t *p;
	size_t have;
	unsigned sum = 0;
	int code;

	while (!(code = source_peek(src, PEEK, &p, &have)) && have &&
	       source_offset(src) < CONTENT_MAX) {
		sum += walk_touch(p, have);
		source_consume(src, have);
	}
	if (code)
		walk_require(source_failure(src)[0] && source_peek(src, PEEK, &p, &have) == code);
	source_close(src);
	return sum;
}

static unsigned walk(const uint8_t *data, size_t size)
{
	enum reader_format format = READER_UNKNOWN;
	struct errmsg err;
	struct source *src;
	struct reader *r;

	walk_require(source_open_memory("fuzz", data, size, &src) == 0);
	walk_require(source_codec(src) != CODEC_NONE);
	if (reader_detect(src, &format, &err) || format == READER_UNKNOWN ||
	    format == READER_SUMMARIES)
		return walk_content(src);
	return reader_open_source(src, &r, &err) ? 0 : walk_reader(r, CONTENT_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static volatile unsigned sink; /* so that no reading of bytes is left out */
	size_t i, len;
	uint8_t *copy;

	if (!size)
		return 0;
	i = choose(data[0]);
	len = magics[i].len + size - 1;
	copy = malloc(len);
	if (!copy)
		return 0;
	memcpy(copy, magics[i].bytes, magics[i].len);
	memcpy(copy + magics[i].len, data + 1, size - 1);
	memory_bound_begin();
	sink = sink + walk(copy, len);
	memory_bound_end(MEMORY_MAX);
	free(copy);
	return 0;
}
