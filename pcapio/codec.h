/*
 * pcapio/codec.h -- compressed files: which forms there are, and how they are told apart.
 *
 * All four allow that a file is several complete frames (members, streams) in a row, which is what
 * lets several threads make one (compress.h) and a reader start in the middle (zstd with a table of
 * frames).
 */
#ifndef PCAPIO_CODEC_H
#define PCAPIO_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"

enum codec {
	CODEC_NONE,
	CODEC_GZIP, /* RFC 1952 */
	CODEC_ZSTD, /* RFC 8878 */
	CODEC_LZ4,  /* the LZ4 frame format, 1.6.1 */
	CODEC_XZ,   /* the .xz file format, 1.0.4 */
	CODEC_NR,
};

enum { CODEC_MAGIC_LEN = 6 }; /* bytes that codec_detect() wants to see */

/* By a file's first bytes (also a zstd skippable frame's); CODEC_NONE: not compressed, or unknown.
 */
enum codec codec_detect(const uint8_t *p, size_t len);
/* By the end of a name (".gz", ".zst", ".lz4", ".xz", any case); *ret_stem, where wanted, is the
 * name's length without it. */
enum codec codec_of_name(const char *name, size_t *ret_stem);
/* "gzip", "zstd", "lz4", "xz"; "none". */
const char *codec_name(enum codec c);

#endif
