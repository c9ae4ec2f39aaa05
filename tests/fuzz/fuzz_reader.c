/*
 * Target: reader_open_memory(), reader_next_any(), summary_reader_next() -- files that lie.
 *
 * What must hold for any input: every byte handed out can be read, cap_len <= wire_len, interfaces
 * that frames name exist, options lie inside of their block, memory is bounded, and the walk ends.
 */
#include <stdint.h>

#include "core/errmsg.h"
#include "pcapio/reader.h"
#include "pcapio/summary_file.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY_MAX = 64 << 20 };

static unsigned walk_packets(const uint8_t *data, size_t size)
{
	struct errmsg err;
	struct reader *r;

	return reader_open_memory(data, size, &r, &err) ? 0 : walk_reader(r, UINT64_MAX);
}

static unsigned walk_summaries(const uint8_t *data, size_t size)
{
	struct summary_record rec;
	struct summary_reader *r;
	struct errmsg err;
	struct source *src;
	unsigned sum = 0;

	if (source_open_memory("fuzz", data, size, &src) || summary_reader_open(src, &r, &err))
		return 0;
	while (summary_reader_next(r, &rec, &err) > 0)
		sum += walk_touch(rec.payload, rec.len);
	summary_reader_close(r);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static volatile unsigned sink; /* so that no reading of bytes is left out */

	/* What is compressed has a target of its own. */
	if (codec_detect(data, size) != CODEC_NONE)
		return 0;
	memory_bound_begin();
	sink = sink + walk_packets(data, size) + walk_summaries(data, size);
	memory_bound_end(MEMORY_MAX);
	return 0;
}
