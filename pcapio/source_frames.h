/* pcapio/source_frames.h -- where the frames of a seekable zstd file lie; for pcapio/ only. */
#ifndef PCAPIO_SOURCE_FRAMES_H
#define PCAPIO_SOURCE_FRAMES_H

#include "pcapio/frame_index.h"
#include "pcapio/source.h"
#include "pcapio/source_input.h"

/*
 * The table at the end of the file: nr frames, and one more entry for their end. The caller frees
 * it. 0; -ESPIPE: there is none, or it does not add up to the file; -ENOMEM, -errno of pread(2).
 */
int source_frames_load(const struct source_input *in, struct source_frame **ret,
		       size_t *ret_nr) must_check;
/* What they hold, one entry a frame, the index's own included; the caller frees it. 0; -ESPIPE:
 * there is no index; -ENOMEM, -errno of pread(2). */
int source_frames_load_contents(const struct source_input *in, const struct source_frame *frames,
				size_t nr, struct frame_content **ret) must_check;
/* The one that contains an offset of the content, or the end. */
size_t source_frames_find(const struct source_frame *frames, size_t nr, uint64_t offset);

#endif
