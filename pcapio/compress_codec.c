/* pcapio/compress_codec.c -- what the four libraries want to be told. */
#include "pcapio/compress_codec.h"

#include <errno.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

enum {
	GZIP_WINDOW = 15 + 16, /* the largest window, and a gzip header (zlib.h, deflateInit2) */
	GZIP_MEM_LEVEL = 8,
	GZIP_WRAPPER = 32,         /* header and trailer, generously */
	GZIP_MEMORY = 268 << 10,   /* zlib.h: (1 << 17) + (1 << 17), and a few kilobytes */
	LZ4_MEMORY = 16 << 10,     /* its hash table */
	LZ4_HC_MEMORY = 256 << 10, /* and that of its slower levels, from LZ4_HC_MIN on */
	LZ4_HC_MIN = 3,
};

struct compress_context {
	enum codec codec;
	int level;
	uint64_t memory;
	union {
		z_stream gzip;
		ZSTD_CCtx *zstd;
		LZ4F_cctx *lz4;
		struct {
			lzma_stream stream;
			lzma_options_lzma options;
		} xz;
	};
};

/* ---- gzip: a member a piece, without a name or a time ---- */

static int gzip_open(struct compress_context *ctx, uint32_t piece_max)
{
	const int code = deflateInit2(&ctx->gzip, ctx->level, Z_DEFLATED, GZIP_WINDOW,
				      GZIP_MEM_LEVEL, Z_DEFAULT_STRATEGY);

	ctx->memory = GZIP_MEMORY;
	return code == Z_OK ? 0 : code == Z_MEM_ERROR ? -ENOMEM : -EIO;
}

static int gzip_run(struct compress_context *ctx, struct compress_job *job)
{
	z_stream *z = &ctx->gzip;

	z->next_in = (Bytef *)(uintptr_t)job->in; /* zlib does not write there */
	z->avail_in = job->in_len;
	z->next_out = job->out;
	z->avail_out = job->out_size;
	if (deflateReset(z) != Z_OK || deflate(z, Z_FINISH) != Z_STREAM_END)
		return -EIO;
	job->out_len = job->out_size - z->avail_out;
	return 0;
}

static void gzip_close(struct compress_context *ctx)
{
	deflateEnd(&ctx->gzip);
}

static size_t gzip_bound(uint32_t len)
{
	return compressBound(len) + GZIP_WRAPPER;
}

/* ---- zstd: a frame a piece, with its length (which a reader wants to know) and a checksum ---- */

static int zstd_open(struct compress_context *ctx, uint32_t piece_max)
{
	ctx->zstd = ZSTD_createCCtx();
	if (!ctx->zstd)
		return -ENOMEM;
	if (ZSTD_isError(ZSTD_CCtx_setParameter(ctx->zstd, ZSTD_c_compressionLevel, ctx->level)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(ctx->zstd, ZSTD_c_checksumFlag, 1)))
		return -EIO;
	return 0;
}

static int zstd_run(struct compress_context *ctx, struct compress_job *job)
{
	const size_t n = ZSTD_compress2(ctx->zstd, job->out, job->out_size, job->in, job->in_len);

	if (ZSTD_isError(n))
		return -EIO;
	job->out_len = (uint32_t)n;
	ctx->memory = ZSTD_sizeof_CCtx(ctx->zstd);
	return 0;
}

static void zstd_close(struct compress_context *ctx)
{
	ZSTD_freeCCtx(ctx->zstd);
}

static size_t zstd_bound(uint32_t len)
{
	return ZSTD_compressBound(len);
}

/* ---- lz4: a frame a piece, independent blocks, checksum of the content ---- */

static LZ4F_preferences_t lz4_preferences(int level, uint32_t len)
{
	return (LZ4F_preferences_t){ .frameInfo = { .blockSizeID = LZ4F_max1MB,
						    .blockMode = LZ4F_blockIndependent,
						    .contentChecksumFlag =
							    LZ4F_contentChecksumEnabled,
						    .contentSize = len },
				     .compressionLevel = level,
				     .autoFlush = 1 }; /* no buffer of its own */
}

static int lz4_open(struct compress_context *ctx, uint32_t piece_max)
{
	ctx->memory = ctx->level < LZ4_HC_MIN ? LZ4_MEMORY : LZ4_HC_MEMORY;
	return LZ4F_isError(LZ4F_createCompressionContext(&ctx->lz4, LZ4F_VERSION)) ? -ENOMEM : 0;
}

static int lz4_run(struct compress_context *ctx, struct compress_job *job)
{
	const LZ4F_preferences_t p = lz4_preferences(ctx->level, job->in_len);
	const LZ4F_compressOptions_t stable = { .stableSrc = 1 };
	size_t len = LZ4F_compressBegin(ctx->lz4, job->out, job->out_size, &p);
	size_t n = len;

	if (!LZ4F_isError(n) && job->in_len) {
		n = LZ4F_compressUpdate(ctx->lz4, job->out + len, job->out_size - len, job->in,
					job->in_len, &stable);
		len += n;
	}
	if (!LZ4F_isError(n)) {
		n = LZ4F_compressEnd(ctx->lz4, job->out + len, job->out_size - len, &stable);
		len += n;
	}
	if (LZ4F_isError(n))
		return -EIO;
	job->out_len = (uint32_t)len;
	return 0;
}

static void lz4_close(struct compress_context *ctx)
{
	LZ4F_freeCompressionContext(ctx->lz4);
}

static size_t lz4_bound(uint32_t len)
{
	const LZ4F_preferences_t p = lz4_preferences(0, len);

	return LZ4F_compressFrameBound(len, &p);
}

/* ---- xz: a stream a piece. CRC32, which the smallest of readers know too ---- */

static lzma_ret xz_start(struct compress_context *ctx)
{
	const lzma_filter filters[] = { { .id = LZMA_FILTER_LZMA2, .options = &ctx->xz.options },
					{ .id = LZMA_VLI_UNKNOWN } };

	ctx->memory = lzma_raw_encoder_memusage(filters);
	return lzma_stream_encoder(&ctx->xz.stream, filters, LZMA_CHECK_CRC32);
}

static int xz_open(struct compress_context *ctx, uint32_t piece_max)
{
	ctx->xz.stream = (lzma_stream)LZMA_STREAM_INIT;
	if (lzma_lzma_preset(&ctx->xz.options, (uint32_t)ctx->level))
		return -EIO;
	/* No piece refers to another: a larger dictionary is memory for nothing. */
	ctx->xz.options.dict_size =
		MIN_OF(ctx->xz.options.dict_size, MAX_OF(piece_max, (uint32_t)LZMA_DICT_SIZE_MIN));
	return 0;
}

/* The library keeps the memory of the stream before. */
static int xz_run(struct compress_context *ctx, struct compress_job *job)
{
	lzma_stream *s = &ctx->xz.stream;
	lzma_ret ret = xz_start(ctx);

	s->next_in = job->in;
	s->avail_in = job->in_len;
	s->next_out = job->out;
	s->avail_out = job->out_size;
	if (ret == LZMA_OK)
		ret = lzma_code(s, LZMA_FINISH);
	if (ret != LZMA_STREAM_END)
		return ret == LZMA_MEM_ERROR ? -ENOMEM : -EIO;
	job->out_len = job->out_size - (uint32_t)s->avail_out;
	return 0;
}

static void xz_close(struct compress_context *ctx)
{
	lzma_end(&ctx->xz.stream);
}

static size_t xz_bound(uint32_t len)
{
	return lzma_stream_buffer_bound(len);
}

/* ---- all of them ---- */

static const struct codec_ops {
	int level_min, level_max, level_default;
	size_t (*bound)(uint32_t len);
	int (*open)(struct compress_context *ctx, uint32_t piece_max);
	int (*run)(struct compress_context *ctx, struct compress_job *job);
	void (*close)(struct compress_context *ctx);
} codecs[CODEC_NR] = {
	[CODEC_GZIP] = { 1, 9, 6, gzip_bound, gzip_open, gzip_run, gzip_close },
	/* Up to where zstd's own tool goes without being asked for more memory. */
	[CODEC_ZSTD] = { 1, 19, 3, zstd_bound, zstd_open, zstd_run, zstd_close },
	[CODEC_LZ4] = { 1, 12, 1, lz4_bound, lz4_open, lz4_run, lz4_close },
	[CODEC_XZ] = { 1, 9, 3, xz_bound, xz_open, xz_run, xz_close },
};

uint32_t compress_bound(enum codec c, uint32_t len)
{
	return codecs[c].bound ? (uint32_t)codecs[c].bound(len) : len;
}

void compress_levels(enum codec c, int *ret_min, int *ret_max)
{
	*ret_min = codecs[c].level_min;
	*ret_max = codecs[c].level_max;
}

/* Compresses zeros. */
static int dry_run(struct compress_context *ctx, uint32_t piece_max)
{
	struct compress_job job = { .in_len = piece_max,
				    .out_size = compress_bound(ctx->codec, piece_max) };
	uint8_t *in = calloc(MAX_OF(piece_max, 1u), 1), *out = malloc(job.out_size);

	job.in = in;
	job.out = out;
	job.error = in && out ? codecs[ctx->codec].run(ctx, &job) : -ENOMEM;
	free(in);
	free(out);
	return job.error;
}

int compress_context_open(enum codec c, int level, uint32_t piece_max,
			  struct compress_context **ret)
{
	struct compress_context *ctx = calloc(1, sizeof(*ctx));
	int code;

	if (!ctx)
		return -ENOMEM;
	ctx->codec = c;
	ctx->level = level ? level : codecs[c].level_default;
	code = codecs[c].open(ctx, piece_max);
	if (!code)
		code = dry_run(ctx, piece_max);
	if (code) {
		compress_context_close(ctx);
		return code;
	}
	*ret = ctx;
	return 0;
}

void compress_context_run(struct compress_context *ctx, struct compress_job *job)
{
	job->error = codecs[ctx->codec].run(ctx, job);
	if (job->error)
		job->out_len = 0;
}

uint64_t compress_context_memory(const struct compress_context *ctx)
{
	return ctx->memory;
}

void compress_context_close(struct compress_context *ctx)
{
	if (!ctx)
		return;
	codecs[ctx->codec].close(ctx);
	free(ctx);
}
