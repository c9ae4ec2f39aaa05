/*
 * Target: reader_open_memory(), reader_next(), summary_reader_next() -- files that lie.
 *
 * What must hold for any input: every byte handed out can be read, cap_len <= wire_len, interfaces
 * that frames name exist, and the walk ends.
 */
#include <stdint.h>
#include <stdlib.h>

#include "core/errmsg.h"
#include "pcapio/reader.h"
#include "pcapio/summary_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

/* Touches every byte, so that the sanitizers see one that is not ours. */
static unsigned touch(const uint8_t *data, size_t len)
{
	unsigned sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += data[i];
	return sum;
}

static unsigned walk_packets(const uint8_t *data, size_t size)
{
	struct errmsg err;
	struct frame_view f;
	struct reader *r;
	size_t nr = 0;
	unsigned sum = 0;

	if (reader_open_memory(data, size, &r, &err))
		return 0;
	while (reader_next(r, &f, &err) > 0) {
		require(++nr <= size / 16);
		require(f.cap_len <= f.wire_len && f.cap_len <= size);
		require(reader_interface(r, f.ifindex) != NULL);
		require(reader_interface(r, f.ifindex)->linktype == f.linktype);
		sum += touch(f.data, f.cap_len);
	}
	require(reader_close(r) == 0);
	return sum;
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
		sum += touch(rec.payload, rec.len);
	summary_reader_close(r);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static volatile unsigned sink; /* so that no reading of bytes is left out */

	sink = sink + walk_packets(data, size) + walk_summaries(data, size);
	return 0;
}
