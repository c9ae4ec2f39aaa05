/* dissect/text.h -- addresses as text. Lengths are fixed; the caller has checked the bytes. */
#ifndef DISSECT_TEXT_H
#define DISSECT_TEXT_H

#include <stdint.h>

#include "core/strbuf.h"

void text_mac(const uint8_t *mac, struct strbuf *out);   /* 6 bytes */
void text_ipv4(const uint8_t *addr, struct strbuf *out); /* 4 bytes */
void text_ipv6(const uint8_t *addr, struct strbuf *out); /* 16 bytes; RFC 5952 */
/* addr_len 4 or 16; anything else prints "-". */
void text_addr(const uint8_t *addr, unsigned addr_len, struct strbuf *out);
/* Pairs of hexadecimal digits with ':' between; at most max bytes, then "...". */
void text_bytes(const uint8_t *bytes, size_t len, size_t max, struct strbuf *out);
/*
 * Text from the wire: a '.' for each byte that is neither printable ASCII nor of UTF-8 that a
 * terminal may see; at most max bytes, then "...".
 */
void text_printable(const uint8_t *text, size_t len, size_t max, struct strbuf *out);
/* The same, whole, with tabs, line ends and the like left in for whoever escapes them. */
void text_with_breaks(const uint8_t *text, size_t len, struct strbuf *out);

#endif
