/* pcapio/source_decode.h -- the content of a source's compressed bytes; for pcapio/ only. */
#ifndef PCAPIO_SOURCE_DECODE_H
#define PCAPIO_SOURCE_DECODE_H

#include "pcapio/codec.h"
#include "pcapio/decompress.h"
#include "pcapio/source_input.h"

struct source_decoder {
	enum codec codec;
	struct decompressor *d; /* NULL: the content is plain */
	struct source_input *in;
	uint8_t *owned;
	const uint8_t *raw; /* owned, or the memory that is read */
	size_t pos, len, size;
	bool raw_end;
	uint64_t begun_at; /* where in the file d began */
	int failure;       /* met behind content that was handed out first */
	struct errmsg failure_text;
};

/*
 * raw, len of size bytes, is what was read of the input so far; the decoder's from now on. NULL
 * where the input is memory. 0 or -ENOMEM.
 */
int source_decoder_begin(struct source_decoder *dec, enum codec codec, struct source_input *in,
			 uint8_t *raw, size_t len, size_t size) must_check;
/* As source_input_read(). */
ssize_t source_decode(struct source_decoder *dec, uint8_t *to, size_t len,
		      struct errmsg *err) must_check;
/* Where in the file the next byte lies that was not decompressed yet. */
uint64_t source_decoder_offset(const struct source_decoder *dec);
/* Where in the file the frame begins that is decompressed, or what stands behind the last. */
uint64_t source_decoder_frame_offset(const struct source_decoder *dec);
/* Goes on at this place of the file, where a frame begins; also after a failure. 0 or -ENOMEM, and
 * nothing is changed. */
int source_decoder_restart(struct source_decoder *dec, uint64_t file_offset) must_check;
void source_decoder_close(struct source_decoder *dec);

#endif
