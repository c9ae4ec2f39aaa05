#include "pcapio/codec.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *name, *suffix;
} codecs[CODEC_NR] = {
	[CODEC_NONE] = { "none", "" },     [CODEC_GZIP] = { "gzip", ".gz" },
	[CODEC_ZSTD] = { "zstd", ".zst" }, [CODEC_LZ4] = { "lz4", ".lz4" },
	[CODEC_XZ] = { "xz", ".xz" },
};

enum codec codec_detect(const uint8_t *p, size_t len)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum codec codec;
	} magics[] = {
		{ "\x1f\x8b", 2, CODEC_GZIP },
		{ "\x28\xb5\x2f\xfd", 4, CODEC_ZSTD },
		{ "\x04\x22\x4d\x18", 4, CODEC_LZ4 },
		{ "\xfd\x37\x7a\x58\x5a\x00", 6, CODEC_XZ },
	};

	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		if (len >= magics[i].len && !memcmp(p, magics[i].bytes, magics[i].len))
			return magics[i].codec;
	/* A skippable frame, of zstd and lz4 alike; zstd's tools write some, lz4's none. */
	if (len >= 4 && (p[0] & 0xf0) == 0x50 && !memcmp(p + 1, "\x2a\x4d\x18", 3))
		return CODEC_ZSTD;
	return CODEC_NONE;
}

enum codec codec_of_name(const char *name, size_t *ret_stem)
{
	const size_t len = strlen(name);
	enum codec found = CODEC_NONE;
	size_t stem = len;

	for (int i = CODEC_NONE + 1; i < CODEC_NR; i++) {
		const size_t end = strlen(codecs[i].suffix);

		if (len > end && !strcasecmp(name + len - end, codecs[i].suffix)) {
			found = (enum codec)i;
			stem = len - end;
		}
	}
	if (ret_stem)
		*ret_stem = stem;
	return found;
}

const char *codec_name(enum codec c)
{
	return codecs[c].name;
}
