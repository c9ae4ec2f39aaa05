#include "pcapio/reader_seek.h"

#include <errno.h>
#include <string.h>

#include "pcapio/pcapng_format.h"
#include "pcapio/reader_internal.h"
#include "pcapio/source_frames.h"

static bool is_older(const struct frame_content *c, uint64_t ts_ns)
{
	return !(c->flags & FRAME_HAS_OTHERS) &&
	       (c->packets + c->statistics == 0 || c->last_ns < ts_ns);
}

/* The first from `at` on that must be read, or nr: their end. */
static size_t find_wanted(const struct frame_content *contents, size_t at, size_t nr,
			  uint64_t ts_ns)
{
	while (at < nr && is_older(&contents[at], ts_ns))
		at++;
	return at;
}

/* Does a block begin here, or the file end? */
static bool is_block(struct reader *r)
{
	const uint8_t *p;
	size_t have;
	uint32_t len;

	if (source_peek(r->src, PCAPNG_BLOCK_MIN, &p, &have))
		return true; /* next() will say why */
	if (have < PCAPNG_BLOCK_MIN)
		return have == 0;
	len = reader_u32(r, p + 4);
	if (load_u32(p) == PCAPNG_SHB)
		return true;
	if (len < PCAPNG_BLOCK_MIN || len % 4 || len > READER_BLOCK_MAX)
		return false;
	return source_peek(r->src, len, &p, &have) ||
	       (have == len && reader_u32(r, p + len - 4) == len);
}

static int go_to(struct reader *r, uint64_t offset, struct errmsg *err)
{
	const int code = source_seek(r->src, offset);
	const char *why = source_failure(r->src);

	r->pending = 0;
	r->has_block = false;
	if (!code)
		return 0;
	r->failure = errmsg_set(&r->failure_text, code, "%.100s: offset %llu: %.300s",
				source_name(r->src), (unsigned long long)offset,
				why[0] ? why : strerror(-code));
	if (err)
		*err = r->failure_text;
	return code;
}

int reader_seek_time(struct reader *r, uint64_t ts_ns, struct reader_passed *ret,
		     struct errmsg *err)
{
	const uint64_t pos = source_offset(r->src) + r->pending;
	const struct frame_content *contents;
	const struct source_frame *frames;
	size_t nr, at, to;
	uint64_t target;
	int code;

	*ret = (struct reader_passed){ 0 };
	if (likely(pos < r->seek_from) || r->failure)
		return 0;
	if (r->ops != &pcapng_reader_ops || source_frames(r->src, &frames, &nr) ||
	    source_frame_contents(r->src, &contents))
		return -ESPIPE;
	at = source_frames_find(frames, nr, pos);
	r->seek_from = at + 1 < nr ? frames[at + 1].offset : UINT64_MAX;
	/* Only in front of the first block that begins in the frame. */
	if (pos != frames[at].offset && source_offset(r->src) >= frames[at].offset)
		return 0;
	to = find_wanted(contents, at, nr, ts_ns);
	if (to == at)
		return 0;
	r->seek_from = to + 1 < nr ? frames[to + 1].offset : UINT64_MAX;
	target = frames[to].offset + (to < nr ? contents[to].begin : 0);
	code = go_to(r, target, err);
	if (code)
		return code;
	if (!is_block(r)) {
		code = go_to(r, pos, err);
		return code ? code : -ESPIPE;
	}
	ret->bytes = target - pos;
	for (; at < to; at++) {
		ret->packets += contents[at].packets;
		ret->statistics += contents[at].statistics;
	}
	return 0;
}
