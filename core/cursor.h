/*
 * core/cursor.h -- a bounds-safe reader over packet bytes whose failure is sticky.
 *
 * Past the end every read yields zero and sets `failed`; a parser tests it once per header. Lengths
 * are compared with what is left, so no pointer beyond `end` is ever formed.
 */
#ifndef CORE_CURSOR_H
#define CORE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/compiler.h"

struct cursor {
	const uint8_t *pos, *end;
	bool clipped; /* the wire had more than was captured: running out means truncated */
	bool failed;
};

/* data may be NULL when len is 0: what a failed read has left. */
static inline struct cursor cursor_over(const uint8_t *data, size_t len, bool clipped)
{
	return (struct cursor){ .pos = data, .end = len ? data + len : data, .clipped = clipped };
}

static inline size_t cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->pos);
}

/* The next len bytes, or NULL with the failure set. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t len)
{
	const uint8_t *p = c->pos;

	/* After a failure nothing is left, but nothing is what a length of 0 would ask for. */
	if (unlikely(len > cursor_left(c) || c->failed)) {
		c->failed = true;
		c->pos = c->end;
		return NULL;
	}
	c->pos = p + len;
	return p;
}

static inline void cursor_skip(struct cursor *c, size_t len)
{
	(void)cursor_take(c, len);
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 1);

	return p ? *p : 0;
}

static inline uint16_t cursor_be16(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	return p ? load_be16(p) : 0;
}

static inline uint32_t cursor_be32(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	return p ? load_be32(p) : 0;
}

static inline uint64_t cursor_be64(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 8);

	return p ? load_be64(p) : 0;
}

/*
 * A length field speaks: what follows is at most len bytes. False: it claims more than the wire
 * had. Beyond the new end lies a trailer, so running out from here on means malformed, not
 * truncated.
 */
static inline bool cursor_limit(struct cursor *c, size_t len)
{
	if (len > cursor_left(c))
		return c->clipped;
	c->end = c->pos + len;
	c->clipped = false;
	return true;
}

#endif
