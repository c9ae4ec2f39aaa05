/* pcapio/decompress_codecs.c -- the four libraries behind one form; each gets one frame a time. */
#include <errno.h>
#include <limits.h>
#include <zstd_errors.h>

#include "core/bytes.h"
#include "pcapio/decompress_internal.h"

/* A search for bugs needs inputs that pass: checksums stop nearly all that are made by chance. */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
enum { CHECKED = 0 };
#else
enum { CHECKED = 1 };
#endif

/* ZSTD_d_ignoreChecksum of zstd.h, which shows it to static linking only; since 1.4.6. */
enum { ZSTD_PARAMETER_IGNORE_CHECKSUM = 1002 };

static void advance(struct decompress_io *io, size_t in, size_t out)
{
	io->in += in;
	io->in_len -= in;
	io->out += out;
	io->out_len -= out;
}

static int fail_damaged(const struct decompressor *d, struct errmsg *err, const char *reason)
{
	return errmsg_set(err, -EBADMSG, "damaged %s data: %s", codec_name(d->codec), reason);
}

static int fail_memory(const struct decompressor *d, struct errmsg *err)
{
	return errmsg_set(err, -ENOMEM, "%s: out of memory", codec_name(d->codec));
}

static int gzip_open(struct decompressor *d)
{
	return inflateInit2(&d->lib.gzip, MAX_WBITS + 16) == Z_OK ? 0 : -ENOMEM;
}

static int gzip_begin(struct decompressor *d)
{
	inflateReset(&d->lib.gzip);
	if (!CHECKED)
		inflateValidate(&d->lib.gzip, 0);
	return 0;
}

static int gzip_step(struct decompressor *d, struct decompress_io *io, struct errmsg *err)
{
	z_stream *z = &d->lib.gzip;
	const uInt in = (uInt)MIN_OF(io->in_len, (size_t)INT_MAX);
	const uInt out = (uInt)MIN_OF(io->out_len, (size_t)INT_MAX);
	int code;

	z->next_in = (z_const Bytef *)io->in;
	z->avail_in = in;
	z->next_out = io->out;
	z->avail_out = out;
	code = inflate(z, Z_NO_FLUSH);
	advance(io, in - z->avail_in, out - z->avail_out);
	switch (code) {
	case Z_STREAM_END:
		return 1;
	case Z_OK:
	case Z_BUF_ERROR: /* nothing to do with what it got */
		return 0;
	case Z_MEM_ERROR:
		return fail_memory(d, err);
	default:
		return fail_damaged(d, err, z->msg ? z->msg : "no deflate stream");
	}
}

static void gzip_close(struct decompressor *d)
{
	inflateEnd(&d->lib.gzip);
}

static int zstd_open(struct decompressor *d)
{
	d->lib.zstd = ZSTD_createDCtx();
	if (!d->lib.zstd)
		return -ENOMEM;
	ZSTD_DCtx_setParameter(d->lib.zstd, ZSTD_d_windowLogMax, DECOMPRESS_ZSTD_WINDOW_LOG);
	if (!CHECKED)
		ZSTD_DCtx_setParameter(d->lib.zstd, (ZSTD_dParameter)ZSTD_PARAMETER_IGNORE_CHECKSUM,
				       1);
	return 0;
}

static int zstd_begin(struct decompressor *d)
{
	ZSTD_DCtx_reset(d->lib.zstd, ZSTD_reset_session_only);
	return 0;
}

static int zstd_step(struct decompressor *d, struct decompress_io *io, struct errmsg *err)
{
	ZSTD_inBuffer in = { io->in, io->in_len, 0 };
	ZSTD_outBuffer out = { io->out, io->out_len, 0 };
	const size_t left = ZSTD_decompressStream(d->lib.zstd, &out, &in);

	advance(io, in.pos, out.pos);
	if (!ZSTD_isError(left))
		return left == 0;
	switch (ZSTD_getErrorCode(left)) {
	case ZSTD_error_memory_allocation:
		return fail_memory(d, err);
	case ZSTD_error_frameParameter_windowTooLarge:
		return errmsg_set(err, -EOPNOTSUPP,
				  "zstd data that needs a window of more than %d MiB; "
				  "zstd -d --long=31 -c FILE | ringtap read -",
				  1 << (DECOMPRESS_ZSTD_WINDOW_LOG - 20));
	case ZSTD_error_noForwardProgress_destFull:
	case ZSTD_error_noForwardProgress_inputEmpty:
		return 0; /* our caller sees that */
	default:
		return fail_damaged(d, err, ZSTD_getErrorName(left));
	}
}

static void zstd_close(struct decompressor *d)
{
	ZSTD_freeDCtx(d->lib.zstd);
}

static int lz4_open(struct decompressor *d)
{
	return LZ4F_isError(LZ4F_createDecompressionContext(&d->lib.lz4, LZ4F_VERSION)) ? -ENOMEM
											: 0;
}

static int lz4_begin(struct decompressor *d)
{
	LZ4F_resetDecompressionContext(d->lib.lz4);
	return 0;
}

static int lz4_step(struct decompressor *d, struct decompress_io *io, struct errmsg *err)
{
	const LZ4F_decompressOptions_t options = { .skipChecksums = !CHECKED };
	size_t in = io->in_len, out = io->out_len;
	const size_t left = LZ4F_decompress(d->lib.lz4, io->out, &out, io->in, &in, &options);

	if (LZ4F_isError(left))
		return fail_damaged(d, err, LZ4F_getErrorName(left));
	advance(io, in, out);
	return left == 0;
}

static void lz4_close(struct decompressor *d)
{
	LZ4F_freeDecompressionContext(d->lib.lz4);
}

static int xz_open(struct decompressor *d)
{
	d->lib.xz = (lzma_stream)LZMA_STREAM_INIT;
	return 0;
}

/* What the decoder has allocated is used again. */
static int xz_begin(struct decompressor *d)
{
	const lzma_ret code = lzma_stream_decoder(&d->lib.xz, DECOMPRESS_MEMORY_MAX,
						  CHECKED ? 0 : LZMA_IGNORE_CHECK);

	return code == LZMA_OK ? 0 : -ENOMEM;
}

static int xz_step(struct decompressor *d, struct decompress_io *io, struct errmsg *err)
{
	lzma_stream *xz = &d->lib.xz;
	lzma_ret code;

	xz->next_in = io->in;
	xz->avail_in = io->in_len;
	xz->next_out = io->out;
	xz->avail_out = io->out_len;
	code = lzma_code(xz, LZMA_RUN);
	advance(io, io->in_len - xz->avail_in, io->out_len - xz->avail_out);
	switch (code) {
	case LZMA_STREAM_END:
		return 1;
	case LZMA_OK:
	case LZMA_BUF_ERROR: /* nothing to do with what it got */
		return 0;
	case LZMA_MEM_ERROR:
		return fail_memory(d, err);
	case LZMA_MEMLIMIT_ERROR:
		return errmsg_set(err, -EOPNOTSUPP,
				  "xz data that needs %llu MiB to decompress, at most %d are used; "
				  "xz -dc FILE | ringtap read -",
				  (unsigned long long)((lzma_memusage(xz) + (1 << 20) - 1) >> 20),
				  DECOMPRESS_MEMORY_MAX >> 20);
	case LZMA_OPTIONS_ERROR:
		return errmsg_set(err, -EOPNOTSUPP,
				  "xz data with options that this liblzma does not know");
	case LZMA_FORMAT_ERROR:
		return fail_damaged(d, err, "no xz header");
	default:
		return fail_damaged(d, err, "a block or a checksum is wrong");
	}
}

static void xz_close(struct decompressor *d)
{
	lzma_end(&d->lib.xz);
}

const struct decompress_ops decompress_codecs[CODEC_NR] = {
	[CODEC_GZIP] = { 1, gzip_open, gzip_begin, gzip_step, gzip_close },
	[CODEC_ZSTD] = { FRAME_HEAD_MAX, zstd_open, zstd_begin, zstd_step, zstd_close },
	[CODEC_LZ4] = { FRAME_HEAD_MAX, lz4_open, lz4_begin, lz4_step, lz4_close },
	[CODEC_XZ] = { FRAME_HEAD_MAX, xz_open, xz_begin, xz_step, xz_close },
};
