/*
 * pcapio/salvage_frames.c -- compressed files: from a damaged frame to the next that is whole.
 *
 * What begins with a frame's magic is decompressed to its end before it counts as one: the source
 * then reads it again. What was decompressed for nothing is kept in proportion to the file's size.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pcapio/decompress.h"
#include "pcapio/salvage_internal.h"

enum {
	CHUNK = 256 << 10,
	FIRST_CHUNK = 4 << 10, /* most of what is no frame is over by then */
	FRAME_HEAD = 8,        /* up to where the flags are that tell of a checksum */
	/* A damaged length may have let the decompressor run over frames that are whole: so far
	 * back. */
	LOOK_BACK = 8 << 20,
	WASTE_MIN = 64 << 20,
	WASTE_FACTOR = 8,
};

struct frame_search {
	struct salvage *s;
	enum codec codec;
	uint8_t bytes[CHUNK], in[CHUNK], out[CHUNK];
};

static const struct {
	const char *bytes;
	size_t len;
} magics[CODEC_NR] = {
	[CODEC_GZIP] = { "\x1f\x8b\x08", 3 },
	[CODEC_ZSTD] = { "\x28\xb5\x2f\xfd", 4 },
	[CODEC_LZ4] = { "\x04\x22\x4d\x18", 4 },
	[CODEC_XZ] = { "\xfd\x37\x7a\x58\x5a\x00", 6 },
};

/* Without one, a frame's end says nothing about what is in it. */
static bool has_checksum(enum codec codec, const uint8_t head[FRAME_HEAD])
{
	switch (codec) {
	case CODEC_ZSTD: /* RFC 8878, 3.1.1.1.1: the descriptor behind the magic */
		return head[4] & 0x04;
	case CODEC_LZ4: /* of the content, or of each block */
		return head[4] & 0x14;
	case CODEC_XZ: /* the stream flags' check type */
		return head[7] & 0x0f;
	default:
		return true;
	}
}

static bool is_stopped(struct salvage *s)
{
	if (!s->report->stopped && s->o->stop)
		s->report->stopped = s->o->stop(s->o->context, s->report);
	return s->report->stopped;
}

/* 1 = the frame has ended, 0 = not yet, or -errno: it is none. */
static int run_piece(struct frame_search *f, struct decompressor *d, size_t len)
{
	struct decompress_io io = { .in = f->in, .in_len = len };
	struct errmsg err;
	int code;

	do {
		io.out = f->out;
		io.out_len = sizeof(f->out);
		code = decompressor_run(d, &io, &err);
		if (decompressor_nr_frames(d))
			return 1;
		if (!code && is_stopped(f->s))
			code = -EINTR;
	} while (!code && (io.in_len || !io.out_len));
	return code;
}

/* Whether a whole frame begins here. */
static bool is_frame(struct frame_search *f, uint64_t offset)
{
	struct decompressor *d;
	uint64_t at = offset;
	int code = 0;

	if (decompressor_open(f->codec, &d))
		return false;
	while (!code) {
		const ssize_t n = source_pread(f->s->src, f->in,
					       at == offset ? FIRST_CHUNK : sizeof(f->in), at);

		if (n <= 0)
			break;
		at += (uint64_t)n;
		code = run_piece(f, d, (size_t)n);
	}
	decompressor_close(d);
	if (code != 1)
		f->s->wasted += at - offset;
	return code == 1;
}

static bool may_go_on(const struct salvage *s, uint64_t offset)
{
	return !s->report->stopped && s->wasted <= WASTE_MIN + WASTE_FACTOR * offset;
}

/* The first whole frame from this offset of the file on. */
static bool find_frame(struct frame_search *f, uint64_t offset, uint64_t *ret)
{
	const char *const magic = magics[f->codec].bytes;
	const size_t len = magics[f->codec].len;
	ssize_t n;

	for (;;) {
		const uint8_t *p = f->bytes, *end;

		n = source_pread(f->s->src, f->bytes, sizeof(f->bytes), offset);
		if (n < FRAME_HEAD || is_stopped(f->s))
			return false;
		end = f->bytes + n - FRAME_HEAD + len;
		while ((p = memmem(p, (size_t)(end - p), magic, len))) {
			*ret = offset + (uint64_t)(p - f->bytes);
			if (!may_go_on(f->s, *ret))
				return false;
			if (has_checksum(f->codec, p) && is_frame(f, *ret))
				return true;
			p++;
		}
		offset += (uint64_t)n - FRAME_HEAD + 1;
	}
}

static void note_hole(struct salvage *s, uint64_t from, uint64_t to)
{
	struct salvage_report *r = s->report;

	if (r->nr_holes < SALVAGE_REGIONS_MAX)
		r->holes[r->nr_holes] = (struct salvage_hole){ from, to - from };
	r->nr_holes++;
	r->hole_bytes += to - from;
}

/* The frame to go on with. A file that is no compressed one so far may be searched from its start.
 */
static bool find_next(struct salvage *s, enum codec codec, uint64_t damaged, uint64_t *ret)
{
	struct frame_search *f = malloc(sizeof(*f));
	const uint64_t read = source_file_offset(s->src);
	uint64_t from = s->failure ? damaged + 1 : 0;
	bool found;

	if (!f)
		return false;
	f->s = s;
	f->codec = codec;
	if (s->failure && read > from + LOOK_BACK)
		from = read - LOOK_BACK;
	found = find_frame(f, from, ret);
	free(f);
	return found;
}

static bool may_resume(const struct salvage *s)
{
	switch (s->failure) {
	case 0:
		return source_codec(s->src) == CODEC_NONE;
	case -EBADMSG:
	case -ENODATA:
	case -EOPNOTSUPP: /* a window that nobody uses: a damaged header has such */
		return source_codec(s->src) != CODEC_NONE;
	default:
		return false;
	}
}

bool salvage_resume(struct salvage *s)
{
	const uint64_t damaged = source_frame_offset(s->src);
	enum codec codec = source_codec(s->src);
	uint64_t next = 0;
	bool found;

	if (codec == CODEC_NONE)
		codec = codec_of_name(source_name(s->src), NULL);
	if (s->no_frames || codec == CODEC_NONE || !may_resume(s))
		return false;
	found = find_next(s, codec, damaged, &next) && source_restart(s->src, codec, next) == 0;
	s->no_frames = !found;
	if (s->report->stopped)
		return false;
	if (found || s->failure)
		note_hole(s, damaged, found ? next : MAX_OF(source_file_size(s->src), damaged));
	if (!found)
		return false;
	s->end = UINT64_MAX;
	s->failure = 0;
	s->unaligned = true;
	return true;
}
