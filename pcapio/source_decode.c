#include "pcapio/source_decode.h"

#include <errno.h>
#include <stdlib.h>

int source_decoder_begin(struct source_decoder *dec, enum codec codec, struct source_input *in,
			 uint8_t *raw, size_t len, size_t size)
{
	const int code = decompressor_open(codec, &dec->d);

	if (code)
		return code;
	dec->codec = codec;
	dec->in = in;
	dec->owned = raw;
	dec->raw = raw;
	dec->len = len;
	dec->size = size;
	if (!raw) {
		dec->raw = in->memory;
		dec->len = in->memory_len;
		dec->raw_end = true;
		in->offset = in->memory_len;
	}
	return 0;
}

uint64_t source_decoder_offset(const struct source_decoder *dec)
{
	return dec->in->offset - (dec->len - dec->pos);
}

uint64_t source_decoder_frame_offset(const struct source_decoder *dec)
{
	return dec->begun_at + decompressor_frame_offset(dec->d);
}

/* More compressed bytes, when all are used. 0 or -errno. */
static int refill(struct source_decoder *dec, struct errmsg *err)
{
	const ssize_t n = source_input_read(dec->in, dec->owned, dec->size, err);

	if (n < 0)
		return (int)n;
	dec->pos = 0;
	dec->len = (size_t)n;
	dec->raw_end = n == 0;
	return 0;
}

/* The reason, and where in the file it was met: libraries say no more than in which piece. */
static int fail_at(struct source_decoder *dec, int code, const struct errmsg *reason)
{
	dec->failure = errmsg_set(&dec->failure_text, code, "from byte %llu of the file on: %.400s",
				  (unsigned long long)source_decoder_offset(dec), reason->text);
	return dec->failure;
}

/* Content, or why there is none: >= 0 bytes, -errno; -EAGAIN. */
static ssize_t decode(struct source_decoder *dec, uint8_t *to, size_t len, struct errmsg *err)
{
	struct errmsg reason;
	int code;

	for (;;) {
		struct decompress_io io = { dec->raw + dec->pos, dec->len - dec->pos, to, len };

		/* Also without new bytes: the library may hold content back that had no room. */
		code = decompressor_run(dec->d, &io, &reason);
		dec->pos = dec->len - io.in_len;
		if (code)
			fail_at(dec, code, &reason);
		if (code || io.out_len < len)
			return (ssize_t)(len - io.out_len);
		if (dec->raw_end) {
			code = decompressor_end(dec->d, &reason);
			return code ? fail_at(dec, code, &reason) : 0;
		}
		code = refill(dec, err);
		if (code)
			return code;
	}
}

ssize_t source_decode(struct source_decoder *dec, uint8_t *to, size_t len, struct errmsg *err)
{
	const ssize_t n = dec->failure ? 0 : decode(dec, to, len, err);

	if (n > 0 || !dec->failure)
		return n;
	*err = dec->failure_text;
	return dec->failure;
}

int source_decoder_restart(struct source_decoder *dec, uint64_t file_offset)
{
	struct decompressor *d;
	const int code = decompressor_open(dec->codec, &d);

	if (code)
		return code;
	decompressor_close(dec->d);
	dec->d = d;
	dec->begun_at = file_offset;
	dec->failure = 0;
	if (!dec->owned) { /* memory */
		dec->pos = (size_t)file_offset;
		return 0;
	}
	dec->in->offset = file_offset;
	dec->pos = dec->len = 0;
	dec->raw_end = false;
	return 0;
}

void source_decoder_close(struct source_decoder *dec)
{
	decompressor_close(dec->d);
	free(dec->owned);
}
