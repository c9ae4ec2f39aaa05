/* capture/stamp.c -- draft-ietf-opsawg-pcapng over the memory of a TPACKET_V3 block. */
#include "capture/stamp.h"

#include <assert.h>
#include <linux/if_packet.h>
#include <string.h>

#include "core/bytes.h"
#include "core/frame.h"
#include "core/limits.h"
#include "pcapio/pcapng_build.h"
#include "pcapio/pcapng_format.h"

enum { TRAILER = 4, OPTION_HEAD = 4, BLOCK_END_RESERVE = 8 };

#ifndef TP_STATUS_GSO_TCP
#define TP_STATUS_GSO_TCP (1 << 8) /* linux/if_packet.h since 6.7 */
#endif

void stamp_begin(struct stamper *s)
{
	s->head = BLOCK_FIRST_FRAME;
	s->data_end = 0;
	s->frames = 0;
	s->cap_bytes = 0;
	s->first_ts_ns = 0;
}

/* epb_flags: direction, reception type and what the kernel knows of the checksum. */
static uint32_t epb_flags(const struct block_frame *f)
{
	static const uint8_t types[] = {
		[PACKET_HOST] = FRAME_DIR_IN | FRAME_RX_UNICAST << 2,
		[PACKET_BROADCAST] = FRAME_DIR_IN | FRAME_RX_BROADCAST << 2,
		[PACKET_MULTICAST] = FRAME_DIR_IN | FRAME_RX_MULTICAST << 2,
		[PACKET_OTHERHOST] = FRAME_DIR_IN | FRAME_RX_PROMISCUOUS << 2,
		[PACKET_OUTGOING] = FRAME_DIR_OUT,
	};
	uint32_t flags = f->pkttype < sizeof(types) ? types[f->pkttype] : 0;

	if (f->status & TP_STATUS_CSUMNOTREADY)
		flags |= PCAPNG_FLAG_CSUM_NOT_READY;
	if (f->status & TP_STATUS_CSUM_VALID)
		flags |= PCAPNG_FLAG_CSUM_VALID;
	if (f->status & TP_STATUS_GSO_TCP)
		flags |= PCAPNG_FLAG_TCP_SEGMENTED;
	return flags;
}

static void write_head(const struct stamper *s, uint8_t *p, const struct block_frame *f)
{
	store_u32(p, PCAPNG_EPB);
	store_u32(p + 8, s->interface_id);
	store_u32(p + 12, (uint32_t)(f->ts_ns >> 32));
	store_u32(p + 16, (uint32_t)f->ts_ns);
	store_u32(p + 20, f->cap_len);
	store_u32(p + 24, f->wire_len);
}

static uint8_t *option_head(uint8_t *p, uint16_t code, uint16_t len)
{
	store_u16(p, code);
	store_u16(p + 2, len);
	return p + OPTION_HEAD;
}

/*
 * Options of one packet at p, the end-of-options mark included: the flags always, the others while
 * they fit into `room` bytes. Returns the end.
 */
static uint8_t *write_options(const struct stamper *s, const struct block_frame *f, bool first,
			      uint8_t *p, uint32_t room)
{
	p = option_head(p, PCAPNG_EPB_FLAGS, 4);
	store_u32(p, epb_flags(f));
	p += 4;
	room -= 8 + OPTION_HEAD; /* the mark at the end is provided for */
	if (unlikely(first && s->dropped_before) && room >= 12) {
		p = option_head(p, PCAPNG_EPB_DROPCOUNT, 8);
		store_u64(p, s->dropped_before);
		p += 8;
		room -= 12;
	}
	if (s->queue != UINT32_MAX && room >= 8) {
		p = option_head(p, PCAPNG_EPB_QUEUE, 4);
		store_u32(p, s->queue);
		p += 4;
		room -= 8;
	}
	if (s->keep_hash && room >= 12) {
		p = option_head(p, PCAPNG_EPB_HASH, 5);
		store_u64(p, 0);
		p[0] = PCAPNG_HASH_TOEPLITZ;
		store_u32(p + 1, f->hash);
		p += 8;
	}
	store_u32(p, PCAPNG_OPT_END);
	return p + OPTION_HEAD;
}

enum { OPTIONS_MIN = 8 + OPTION_HEAD };

/*
 * Ends the open packet block at `end`, where the next one starts: zero padding to 4, options,
 * zeros, the trailing length. This overlays the head of the next frame, which has been read
 * already.
 */
static void close_block(struct stamper *s, uint32_t end)
{
	uint8_t *p = s->base + s->data_end;
	uint8_t *stop = s->base + end - TRAILER;
	const uint32_t total = end - s->head;

	while ((uintptr_t)p & 3)
		*p++ = 0;
	if (stop - p >= OPTIONS_MIN)
		p = write_options(s, &s->last, s->frames == 1, p, (uint32_t)(stop - p));
	memset(p, 0, (size_t)(stop - p));
	store_u32(stop, total);
	store_u32(s->base + s->head + 4, total);
}

/* Packet bytes must start on a multiple of four; some link types' do not, and are moved down. */
static void realign(struct stamper *s, struct block_frame *f)
{
	const uint32_t down = f->data_off & 3;

	memmove(s->base + f->data_off - down, s->base + f->data_off, f->cap_len);
	f->data_off -= down;
}

static void frame_in_place(struct stamper *s, struct block_frame *f)
{
	uint32_t head;

	if (unlikely(f->data_off & 3))
		realign(s, f);
	/* A frame that the kernel cut at the block's end leaves no room for the trailing length. */
	if (unlikely(f->data_off + f->cap_len > s->size - BLOCK_END_RESERVE))
		f->cap_len = s->size - BLOCK_END_RESERVE - f->data_off;
	head = f->data_off - PCAPNG_EPB_HEADER;
	if (s->frames)
		close_block(s, head);
	else
		s->first_head = head;
	write_head(s, s->base + head, f);
	s->head = head;
	s->data_end = f->data_off + f->cap_len;
	s->last = *f;
}

static void frame_packed(struct stamper *s, const struct block_frame *f)
{
	uint8_t *head = s->base + s->head, *p;

	/* Dense blocks never overtake the frames: a frame's own header is larger than ours. */
	memmove(head + PCAPNG_EPB_HEADER, s->base + f->data_off, f->cap_len);
	write_head(s, head, f);
	p = head + PCAPNG_EPB_HEADER + f->cap_len;
	s->data_end = (uint32_t)(p - s->base);
	s->last = *f;
	while ((uintptr_t)p & 3)
		*p++ = 0;
	p = write_options(s, f, s->frames == 0, p,
			  OPTIONS_MIN + (s->frames == 0 ? 12 : 0) + (s->keep_hash ? 12 : 0) +
				  (s->queue != UINT32_MAX ? 8 : 0));
	store_u32(p, (uint32_t)(p + TRAILER - head));
	store_u32(head + 4, (uint32_t)(p + TRAILER - head));
	s->head = (uint32_t)(p + TRAILER - s->base);
}

void stamp_frame(struct stamper *s, struct block_frame *f)
{
	if (s->form == STAMP_INPLACE)
		frame_in_place(s, f);
	else
		frame_packed(s, f);
	if (!s->frames)
		s->first_ts_ns = f->ts_ns;
	s->frames++;
	s->cap_bytes += f->cap_len;
}

/* The local-use block over the kernel's descriptor. Its body keeps the status word. */
static void write_descriptor_block(struct stamper *s)
{
	store_u32(s->base, PCAPNG_RING_HEAD);
	store_u32(s->base + 4, BLOCK_DESC_LEN);
	store_u32(s->base + BLOCK_DESC_LEN - TRAILER, BLOCK_DESC_LEN);
}

/* In the private area: exactly its 64 bytes. */
static void write_statistics(struct stamper *s, const struct stamp_statistics *stats)
{
	struct pcapng_builder b = { .data = s->base + BLOCK_DESC_LEN, .size = BLOCK_PRIV_LEN };

	pcapng_begin(&b, PCAPNG_ISB);
	pcapng_u32(&b, s->interface_id);
	pcapng_u32(&b, (uint32_t)(s->last.ts_ns >> 32));
	pcapng_u32(&b, (uint32_t)s->last.ts_ns);
	pcapng_option_u64(&b, PCAPNG_ISB_IFRECV, stats->received);
	pcapng_option_u64(&b, PCAPNG_ISB_IFDROP, stats->dropped);
	pcapng_option_u64(&b, PCAPNG_ISB_OSDROP, stats->dropped);
	pcapng_end(&b, true);
	assert(!b.overflow && b.len == BLOCK_PRIV_LEN);
}

static uint32_t end_of_run(const struct stamper *s, uint32_t end)
{
	if (s->whole_pages)
		end = (uint32_t)align_up(end, FILE_PAGE);
	return MIN_OF(end, s->size);
}

/* The bytes between the statistics and the first packet in place. */
static void fill_gap(struct stamper *s, uint32_t first_head)
{
	struct pcapng_builder b = { .data = s->base, .len = BLOCK_FIRST_FRAME, .size = first_head };

	pcapng_filler(&b, first_head);
}

static uint32_t end_in_place(struct stamper *s)
{
	const uint32_t end =
		end_of_run(s, (uint32_t)align_up(s->data_end, 4) + OPTIONS_MIN + TRAILER);

	close_block(s, end);
	return end;
}

/* The last dense block stretches to the page's end: zeros behind its end-of-options mark. */
static uint32_t end_packed(struct stamper *s)
{
	const uint32_t end = end_of_run(s, s->head);
	const uint32_t total = load_u32(s->base + s->head - TRAILER);
	uint8_t *head = s->base + s->head - total;

	if (end == s->head)
		return end;
	memset(s->base + s->head - TRAILER, 0, end - s->head);
	store_u32(s->base + end - TRAILER, total + end - s->head);
	store_u32(head + 4, total + end - s->head);
	return end;
}

void stamp_end(struct stamper *s, const struct stamp_statistics *stats, struct stamp_run *ret)
{
	*ret = (struct stamp_run){ .packets = s->frames,
				   .cap_bytes = s->cap_bytes,
				   .first_ts_ns = s->first_ts_ns,
				   .last_ts_ns = s->last.ts_ns };
	write_descriptor_block(s);
	if (!s->frames)
		return;
	ret->offset = s->whole_pages ? 0 : BLOCK_DESC_LEN;
	ret->len = (s->form == STAMP_INPLACE ? end_in_place(s) : end_packed(s)) - ret->offset;
	write_statistics(s, stats);
	if (s->form == STAMP_INPLACE)
		fill_gap(s, s->first_head);
}
