/* cli/info_text.h -- what `info` and `repair` share: words of their reports, a file's size. */
#ifndef CLI_INFO_TEXT_H
#define CLI_INFO_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/strbuf.h"

enum {
	BLOCK_NAME_MAX = 16,
	INFO_LIST_MAX = 40,      /* lines of a list for people: more are for --json */
	INFO_STRING_SHOWN = 200, /* bytes of a file's text */
};

/*
 * The short name of a pcapng block's type: SHB IDB EPB SPB PB NRB ISB DSB SJB CB DCB, the number
 * ("0x80005200") of all others. Points at a constant or into buffer.
 */
const char *block_type_name(uint32_t type, char buffer[BLOCK_NAME_MAX]);
/* "2026-11-21 17:03:25.123456789", local time; with utc "2026-11-21T17:03:25.123456789Z". */
void put_moment(struct strbuf *out, uint64_t ns, bool utc);
/* The zone of put_moment()'s local times: "CET"; with utc "UTC". */
void put_zone(struct strbuf *out, uint64_t ns, bool utc);
/* Text of a file for a terminal: at most max bytes, control characters replaced. */
void put_clean(struct strbuf *out, const char *text, size_t len, size_t max);
/* The same of a string, or nothing of NULL; what is longer than INFO_STRING_SHOWN is cut. */
void put_string(struct strbuf *out, const char *text);
/* Of a section or file: "little-endian". */
const char *byte_order_name(bool swapped);
/* "12.000000034" */
void put_ns(struct strbuf *out, uint64_t ns);
/* The first column of a report. */
void put_label(struct strbuf *out, const char *label);
void put_plural(struct strbuf *out, uint64_t n, const char *one, const char *many);
/* "4096 bytes (4.00 KiB)" */
void put_bytes(struct strbuf *out, uint64_t bytes);
/* "-" is standard input. False: no regular file, nobody knows. */
bool regular_file_size(const char *path, uint64_t *ret);
/* Writes what has been put together so far, and begins anew. */
void write_out(struct strbuf *s, FILE *out);

#endif
