/*
 * pcapio/summary_file.h -- files of packet summaries: a header, then the records of a spool as they
 * were.
 *
 * Every record is a struct spool_record (payload length, type), the payload, and padding to 8
 * bytes; the types are enum spool_record_type, and a reader passes over those it does not know.
 * Everything is in the byte order of the machine that captured; the header tells a reader of the
 * other order.
 */
#ifndef PCAPIO_SUMMARY_FILE_H
#define PCAPIO_SUMMARY_FILE_H

#include <assert.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "pcapio/source.h"

#define SUMMARY_FILE_MAGIC      "RTAPSUM\n"
#define SUMMARY_FILE_MAGIC_LEN  8
#define SUMMARY_FILE_BYTE_ORDER 0x1a2b3c4du

enum {
	SUMMARY_FILE_VERSION = 1,
	SUMMARY_FILE_RECORD_MAX = 1 << 20, /* a longer payload is a lie */
};

struct summary_file_header {
	char magic[SUMMARY_FILE_MAGIC_LEN];
	uint32_t byte_order; /* SUMMARY_FILE_BYTE_ORDER */
	uint16_t version;
	uint16_t record_size; /* of a summary's payload: 64 */
	uint64_t start_ns;    /* when the capture began, since the epoch */
	uint64_t reserved;
};

static_assert(sizeof(struct summary_file_header) == 32, "a file format");

/* A record, borrowed until the next summary_reader_next(). */
struct summary_record {
	const uint8_t *payload; /* 8-aligned is not promised */
	uint32_t len;
	uint16_t type; /* enum spool_record_type, or one that is not known yet */
};

struct summary_reader;

/* Owns the source from now on, also on failure. 0, or -errno as reader_open(). */
int summary_reader_open(struct source *src, struct summary_reader **ret,
			struct errmsg *err) must_check;
const struct summary_file_header *summary_reader_header(const struct summary_reader *r);
/* 1 = a record, 0 = the end, -errno as reader_next(), sticky but for -EAGAIN. Discarded records are
 * passed over. */
int summary_reader_next(struct summary_reader *r, struct summary_record *ret,
			struct errmsg *err) must_check;
void summary_reader_close(struct summary_reader *r); /* NULL is fine */

#endif
