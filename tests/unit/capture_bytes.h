/*
 * tests/unit/capture_bytes.h -- capture files in memory, in either byte order, right or wrong.
 *
 * A test owns a struct capture on its stack; it never overflows, it asserts.
 */
#ifndef TESTS_UNIT_CAPTURE_BYTES_H
#define TESTS_UNIT_CAPTURE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CAPTURE_MAX = 16384 };

struct capture {
	bool big_endian;
	size_t len;
	size_t block; /* where the open block begins */
	uint8_t bytes[CAPTURE_MAX];
};

void capture_put(struct capture *c, const void *bytes, size_t len);
void capture_zero(struct capture *c, size_t len);
void capture_u16(struct capture *c, uint16_t v);
void capture_u32(struct capture *c, uint32_t v);
void capture_u64(struct capture *c, uint64_t v);

void pcap_header(struct capture *c, uint32_t magic, uint32_t snaplen, uint32_t linktype);
/* A record whose bytes count up from `first`. */
void pcap_record(struct capture *c, uint32_t sec, uint32_t frac, uint32_t cap_len,
		 uint32_t wire_len, uint8_t first);

void block_begin(struct capture *c, uint32_t type);
void block_end(struct capture *c); /* pads to 4 and writes both lengths */
void option_put(struct capture *c, uint16_t code, const void *value, uint16_t len);
void option_u32(struct capture *c, uint16_t code, uint32_t v);
void option_u64(struct capture *c, uint16_t code, uint64_t v);
void option_end(struct capture *c);
void section_header(struct capture *c);
/* tsresol 0xff: no such option. */
void interface_block(struct capture *c, uint16_t linktype, uint32_t snaplen, uint8_t tsresol);
/* Left open, for options; the packet's bytes count up from 0. */
void packet_begin(struct capture *c, uint32_t interface, uint64_t ticks, uint32_t cap_len,
		  uint32_t wire_len);
void packet_block(struct capture *c, uint32_t interface, uint64_t ticks, uint32_t cap_len,
		  uint32_t wire_len);

#endif
