/* core/utf8.h -- which bytes are well-formed UTF-8, and which of it may go to a terminal. */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Bytes of the well-formed sequence of two to four bytes at p, or 0 (RFC 3629: no surrogates, no
 * overlongs). left is at least 1.
 */
size_t utf8_sequence(const uint8_t *p, size_t left);
/*
 * The same, but 0 also for what steers a terminal or turns the direction of reading: C1 controls,
 * bidirectional marks, byte order marks.
 */
size_t utf8_printable(const uint8_t *p, size_t left);

#endif
