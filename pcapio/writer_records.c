/*
 * pcapio/writer_records.c -- the packets of a ring block, one by one, into a stream.
 *
 * Workers leave every block as pcapng in place. A stream takes the packets out of it: classic pcap
 * records, or enhanced packet blocks without the room that the ring left between them. This is
 * the only copy of their bytes.
 */
#include <string.h>

#include "core/bytes.h"
#include "pcapio/pcap_format.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/writer_internal.h"

enum { OPTIONS_MAX = 64, TRAILER = 4 };

/* The block at p, of `left` bytes of a run that our own worker made; false: it is none. */
bool writer_record_parse(const uint8_t *p, uint32_t left, struct writer_record *ret)
{
	if (left < PCAPNG_BLOCK_MIN)
		return false;
	*ret = (struct writer_record){ .block = p, .len = load_u32(p + 4) };
	if (ret->len < PCAPNG_BLOCK_MIN || ret->len > left || ret->len % 4)
		return false;
	if (load_u32(p) != PCAPNG_EPB)
		return true;
	if (ret->len < PCAPNG_EPB_MIN)
		return false;
	ret->ts_ns = (uint64_t)load_u32(p + 12) << 32 | load_u32(p + 16);
	ret->cap_len = load_u32(p + 20);
	ret->packet = ret->cap_len <= ret->len - PCAPNG_EPB_MIN;
	return ret->packet;
}

static void put_pcap(struct writer *w, const struct writer_record *r)
{
	uint8_t head[PCAP_RECORD_HEADER];

	pcap_put_record_header(head, w->config->nanoseconds, r->ts_ns, r->cap_len,
			       load_u32(r->block + 24));
	writer_stream_append(w, head, sizeof(head));
	writer_stream_append(w, r->block + PCAPNG_EPB_HEADER, r->cap_len);
}

/* Bytes of the options at p, the mark of their end included; 0: there are none. */
static uint32_t options_len(const uint8_t *p, uint32_t room)
{
	uint32_t len = 0, step;

	while (room - len >= 4 && len < OPTIONS_MAX) {
		if (load_u16(p + len) == PCAPNG_OPT_END)
			return len ? len + 4 : 0;
		step = 4 + (uint32_t)align_up(load_u16(p + len + 2), 4);
		if (step > room - len)
			return 0;
		len += step;
	}
	return 0;
}

static void put_pcapng(struct writer *w, const struct writer_record *r)
{
	const uint32_t body = PCAPNG_EPB_HEADER + (uint32_t)align_up(r->cap_len, 4);
	const uint32_t options = options_len(r->block + body, r->len - TRAILER - body);
	uint8_t head[PCAPNG_EPB_HEADER], tail[OPTIONS_MAX + 32];
	const uint32_t total = body + options + TRAILER;

	memcpy(head, r->block, sizeof(head));
	store_u32(head + 4, total);
	memcpy(tail, r->block + body, options);
	store_u32(tail + options, total);
	writer_stream_append(w, head, sizeof(head));
	writer_stream_append(w, r->block + PCAPNG_EPB_HEADER, body - PCAPNG_EPB_HEADER);
	writer_stream_append(w, tail, options + TRAILER);
}

static void put(struct writer *w, const struct writer_record *r)
{
	if (w->config->pcap)
		put_pcap(w, r);
	else
		put_pcapng(w, r);
	writer_stream_mark(w, 1, r->cap_len);
	if (w->file)
		w->file->packets++;
}

void writer_record_put(struct writer *w, const struct writer_record *r)
{
	if (w->zip.pool)
		writer_compress_learn(w, r->len);
	if (!w->config->pipe && !writer_file_for(w, r->ts_ns, r->len)) {
		writer_count_lost(w, LOSS_WRITE_ERROR, 1);
		return;
	}
	if (w->zip.pool)
		writer_compress_cut(w, r->len);
	put(w, r);
}

/* All packets of a run, in their order. */
void writer_records_put(struct writer *w, const uint8_t *run, uint32_t len)
{
	struct writer_record r;

	for (; len && writer_record_parse(run, len, &r); run += r.len, len -= r.len) {
		if (!r.packet)
			continue;
		/* The heads are a chain through memory that another CPU wrote. */
		__builtin_prefetch(run + r.len);
		__builtin_prefetch(run + 2 * (size_t)r.len);
		/* A block is in one piece, and one file, or a kill would have parts of it twice. */
		if (w->zip.holds)
			put(w, &r);
		else
			writer_record_put(w, &r);
	}
}
