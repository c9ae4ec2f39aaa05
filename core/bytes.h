/*
 * core/bytes.h -- loads, stores and alignment: the only byte shifts in the tree.
 *
 * Every pointer may be unaligned; the caller has checked that the bytes exist.
 */
#ifndef CORE_BYTES_H
#define CORE_BYTES_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t load_u16(const void *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t load_u32(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t load_u64(const void *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline void store_u16(void *p, uint16_t v)
{
	memcpy(p, &v, sizeof(v));
}

static inline void store_u32(void *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
}

static inline void store_u64(void *p, uint64_t v)
{
	memcpy(p, &v, sizeof(v));
}

static inline uint16_t load_be16(const void *p)
{
	return be16toh(load_u16(p));
}

static inline uint32_t load_be24(const void *p)
{
	const uint8_t *b = p;

	return (uint32_t)b[0] << 16 | (uint32_t)b[1] << 8 | b[2];
}

static inline uint32_t load_be32(const void *p)
{
	return be32toh(load_u32(p));
}

static inline uint64_t load_be64(const void *p)
{
	return be64toh(load_u64(p));
}

static inline uint32_t load_le32(const void *p)
{
	return le32toh(load_u32(p));
}

static inline void store_be16(void *p, uint16_t v)
{
	store_u16(p, htobe16(v));
}

static inline void store_be32(void *p, uint32_t v)
{
	store_u32(p, htobe32(v));
}

static inline void store_be64(void *p, uint64_t v)
{
	store_u64(p, htobe64(v));
}

static inline void store_le32(void *p, uint32_t v)
{
	store_u32(p, htole32(v));
}

static inline uint16_t swap_u16(uint16_t v)
{
	return __builtin_bswap16(v);
}

static inline uint32_t swap_u32(uint32_t v)
{
	return __builtin_bswap32(v);
}

static inline uint64_t swap_u64(uint64_t v)
{
	return __builtin_bswap64(v);
}

/* Rounds up to a multiple of align, a power of two. */
static inline uint64_t align_up(uint64_t v, uint64_t align)
{
	return (v + align - 1) & ~(align - 1);
}

#endif
