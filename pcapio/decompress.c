#include "pcapio/decompress_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"

#define MAGIC_ZSTD 0xfd2fb528u
#define MAGIC_LZ4  0x184d2204u
#define MAGIC_SKIP 0x184d2a50u /* to ..5f, of zstd and lz4 alike */
#define MAGIC_XZ   0x587a37fdu /* the first four of six bytes */
#define BYTE_GZIP  0x1f

enum begins { BEGINS_FRAME, BEGINS_SKIPPABLE, BEGINS_PADDING, BEGINS_NOTHING };

int decompressor_open(enum codec c, struct decompressor **ret)
{
	struct decompressor *d = calloc(1, sizeof(*d));
	int code;

	if (!d)
		return -ENOMEM;
	d->codec = c;
	d->ops = &decompress_codecs[c];
	code = d->ops->open(d);
	if (code) {
		free(d);
		return code;
	}
	*ret = d;
	return 0;
}

/* What the gathered bytes are the start of. Padding stands behind a frame only. */
static enum begins what_begins(const struct decompressor *d)
{
	const uint32_t magic = d->ops->head_len == FRAME_HEAD_MAX ? load_le32(d->head) : d->head[0];
	const bool padded = d->codec == CODEC_GZIP || d->codec == CODEC_XZ;
	static const uint32_t magics[CODEC_NR] = { [CODEC_GZIP] = BYTE_GZIP,
						   [CODEC_ZSTD] = MAGIC_ZSTD,
						   [CODEC_LZ4] = MAGIC_LZ4,
						   [CODEC_XZ] = MAGIC_XZ };

	if (magic == magics[d->codec])
		return BEGINS_FRAME;
	if (!padded && (magic & ~0xfu) == MAGIC_SKIP)
		return BEGINS_SKIPPABLE;
	return padded && !magic && d->begun ? BEGINS_PADDING : BEGINS_NOTHING;
}

/* Until len bytes are in d->head; false: the input does not have them. */
static bool gather(struct decompressor *d, struct decompress_io *io, uint32_t len)
{
	const size_t n = MIN_OF((size_t)(len - d->head_len), io->in_len);

	memcpy(d->head + d->head_len, io->in, n);
	d->head_len += (uint32_t)n;
	io->in += n;
	io->in_len -= n;
	return d->head_len == len;
}

static int fail_behind(const struct decompressor *d, struct errmsg *err)
{
	return errmsg_set(err, -EBADMSG,
			  "something that is not %s stands behind the last of its frames; "
			  "everything before is read",
			  codec_name(d->codec));
}

static int begin(struct decompressor *d, struct errmsg *err)
{
	int code;

	switch (what_begins(d)) {
	case BEGINS_FRAME:
		code = d->ops->begin(d);
		if (code)
			return errmsg_set(err, code, "%s: out of memory", codec_name(d->codec));
		d->head_fed = 0;
		d->state = IN_FRAME;
		d->begun = true;
		return 0;
	case BEGINS_SKIPPABLE:
		d->head_len = 0;
		d->state = SKIP_LENGTH;
		d->begun = true;
		return 0;
	case BEGINS_PADDING:
		d->head_len = 0;
		return 0;
	default:
		return fail_behind(d, err);
	}
}

/* Calls the library as long as that moves something. */
static int step_all(struct decompressor *d, struct decompress_io *io, struct errmsg *err)
{
	struct decompress_io before;
	int code;

	do {
		before = *io;
		code = d->ops->step(d, io, err);
	} while (!code && io->out_len &&
		 (io->in_len != before.in_len || io->out_len != before.out_len));
	if (!code && io->in_len && io->out_len)
		return errmsg_set(err, -EBADMSG, "%s: damaged: it does not go on",
				  codec_name(d->codec));
	return code;
}

/* 1 = the frame has ended. */
static int run_frame(struct decompressor *d, struct decompress_io *io, struct errmsg *err)
{
	struct decompress_io head = { d->head + d->head_fed, d->head_len - d->head_fed, io->out,
				      io->out_len };
	int code;

	if (head.in_len) {
		code = step_all(d, &head, err);
		d->head_fed = d->head_len - (uint32_t)head.in_len;
		io->out = head.out;
		io->out_len = head.out_len;
		if (code || head.in_len)
			return code;
	}
	return step_all(d, io, err);
}

static void skip(struct decompressor *d, struct decompress_io *io)
{
	const size_t n = MIN_OF((size_t)d->skip, io->in_len);

	io->in += n;
	io->in_len -= n;
	d->skip -= (uint32_t)n;
}

static int run(struct decompressor *d, struct decompress_io *io, struct errmsg *err)
{
	const uint8_t *const in = io->in;
	int code = 0;

	while (!code) {
		switch (d->state) {
		case BETWEEN_FRAMES:
			if (!gather(d, io, d->ops->head_len))
				return 0;
			d->begins = d->taken + (uint64_t)(io->in - in) - d->head_len;
			code = begin(d, err);
			break;
		case SKIP_LENGTH:
			if (!gather(d, io, FRAME_HEAD_MAX))
				return 0;
			d->skip = load_le32(d->head);
			d->state = SKIPPED;
			break;
		case SKIPPED:
			skip(d, io);
			if (d->skip)
				return 0;
			d->head_len = 0;
			d->state = BETWEEN_FRAMES;
			break;
		case IN_FRAME:
			code = run_frame(d, io, err);
			if (code <= 0)
				return code;
			code = 0;
			d->nr_ends++;
			d->head_len = 0;
			d->state = BETWEEN_FRAMES;
			break;
		}
	}
	return code;
}

int decompressor_run(struct decompressor *d, struct decompress_io *io, struct errmsg *err)
{
	const size_t in_len = io->in_len;
	const int code = run(d, io, err);

	d->taken += in_len - io->in_len;
	return code;
}

uint64_t decompressor_frame_offset(const struct decompressor *d)
{
	return d->state == BETWEEN_FRAMES ? d->taken - d->head_len : d->begins;
}

uint64_t decompressor_nr_frames(const struct decompressor *d)
{
	return d->nr_ends;
}

int decompressor_end(const struct decompressor *d, struct errmsg *err)
{
	static const uint8_t zeros[FRAME_HEAD_MAX];

	if (d->state != BETWEEN_FRAMES)
		return errmsg_set(err, -ENODATA,
				  "the %s data ends early: the file was cut off, or is still "
				  "written",
				  codec_name(d->codec));
	if (d->head_len && memcmp(d->head, zeros, d->head_len))
		return fail_behind(d, err);
	return 0;
}

void decompressor_close(struct decompressor *d)
{
	if (!d)
		return;
	d->ops->close(d);
	free(d);
}
