/* pcapio/pcapng_read.c -- pcapng files, draft-ietf-opsawg-pcapng: blocks and the packets in them.
 */
#include <errno.h>

#include "core/limits.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/reader_internal.h"

static uint64_t packet_time(struct reader_interface *iface, uint64_t ticks)
{
	uint64_t ns;

	if (likely(iface->tick_ns && !__builtin_mul_overflow(ticks, iface->tick_ns, &ns)))
		return ns;
	ns = pcapng_ticks_to_ns(iface, ticks);
	if (unlikely(ns == 0 || ns == UINT64_MAX))
		iface->times_cut += pcapng_ticks_cut(iface, ticks);
	return ns;
}

static int option_expect(const struct reader *r, const struct pcapng_option_view *o, size_t len,
			 struct errmsg *err)
{
	if (o->len != len)
		return reader_fail(r, err, -EBADMSG, "option %u has %u bytes instead of %zu",
				   o->code, o->len, len);
	return 0;
}

static void apply_flags(struct frame_view *f, uint32_t flags)
{
	f->direction = flags & PCAPNG_FLAG_DIRECTION;
	f->reception = (flags & PCAPNG_FLAG_RECEPTION) >> PCAPNG_FLAG_RECEPTION_SHIFT;
	if (flags & PCAPNG_FLAG_CSUM_NOT_READY)
		f->flags |= FRAME_CSUM_NOT_READY;
	if (flags & PCAPNG_FLAG_CSUM_VALID)
		f->flags |= FRAME_CSUM_VALID;
	if (flags & PCAPNG_FLAG_TCP_SEGMENTED)
		f->flags |= FRAME_GSO_TCP;
}

static int read_packet_option(const struct reader *r, const struct pcapng_option_view *o,
			      struct reader_interface *iface, struct frame_view *f,
			      struct errmsg *err)
{
	int code = 0;

	switch (o->code) {
	case PCAPNG_EPB_FLAGS:
		code = option_expect(r, o, 4, err);
		if (!code)
			apply_flags(f, reader_u32(r, o->value));
		break;
	case PCAPNG_EPB_HASH: /* other algorithms hash the packet's bytes: nothing a frame has room
				 for */
		if (o->len == 5 && o->value[0] == PCAPNG_HASH_TOEPLITZ) {
			f->hash = reader_u32(r, o->value + 1);
			f->flags |= FRAME_HAS_HASH;
		}
		break;
	case PCAPNG_EPB_DROPCOUNT:
		code = option_expect(r, o, 8, err);
		if (!code)
			iface->dropcount += reader_u64(r, o->value);
		break;
	case PCAPNG_EPB_QUEUE:
		code = option_expect(r, o, 4, err);
		if (!code) {
			f->queue = reader_u32(r, o->value);
			f->flags |= FRAME_HAS_QUEUE;
		}
		break;
	}
	return code;
}

/* The enhanced and the obsolete packet block differ in one word. 1 = a frame. */
static int read_packet(struct reader *r, const struct reader_block *b, struct frame_view *ret,
		       struct errmsg *err)
{
	const bool obsolete = b->type == PCAPNG_PB;
	struct reader_interface *iface;
	struct pcapng_options options;
	struct pcapng_option_view o;
	uint32_t id, cap_len, max;
	int code;

	if (b->len < PCAPNG_EPB_MIN)
		return reader_fail(r, err, -EBADMSG, "a packet block of %u bytes", b->len);
	id = obsolete ? reader_u16(r, b->bytes + 8) : reader_u32(r, b->bytes + 8);
	iface = section_interface(r, id);
	if (!iface)
		return reader_fail(r, err, -EBADMSG,
				   "a packet of interface %u, which this section does not describe",
				   id);
	cap_len = reader_u32(r, b->bytes + 20);
	if (cap_len > b->len - PCAPNG_EPB_MIN)
		return reader_fail(r, err, -EBADMSG,
				   "a packet claims %u captured bytes in a block of %u", cap_len,
				   b->len);
	max = reader_snaplen_max(iface->linktype);
	if (cap_len > max)
		return reader_fail(r, err, -EBADMSG,
				   "a packet claims %u captured bytes, at most %u are possible",
				   cap_len, max);
	*ret = (struct frame_view){
		.data = b->bytes + PCAPNG_EPB_HEADER,
		.ts_ns = packet_time(iface, reader_ticks(r, b->bytes + 12)),
		.cap_len = cap_len,
		.wire_len = MAX_OF(cap_len, reader_u32(r, b->bytes + 24)),
		.ifindex = (uint32_t)(iface - r->interfaces),
		.linktype = iface->linktype,
	};
	if (obsolete && reader_u16(r, b->bytes + 10) != 0xffff) /* 0xffff: not known */
		iface->dropcount += reader_u16(r, b->bytes + 10);
	options = (struct pcapng_options){ ret->data + align_up(cap_len, 4), b->bytes + b->len - 4,
					   b->swapped };
	while ((code = pcapng_next_option(r, &options, &o, err)) > 0) {
		if (obsolete && o.code > PCAPNG_EPB_HASH)
			continue;
		code = read_packet_option(r, &o, iface, ret, err);
		if (code)
			return code;
	}
	return code ? code : 1;
}

/* No time stamp, no interface, and the captured length only follows from the others. */
static int read_simple_packet(struct reader *r, const struct reader_block *b,
			      struct frame_view *ret, struct errmsg *err)
{
	const struct reader_interface *iface = section_interface(r, 0);
	uint32_t cap_len, wire_len;

	if (b->len < PCAPNG_SPB_MIN)
		return reader_fail(r, err, -EBADMSG, "a simple packet block of %u bytes", b->len);
	if (!iface)
		return reader_fail(r, err, -EBADMSG, "a packet before the section's interface");
	wire_len = reader_u32(r, b->bytes + 8);
	cap_len = iface->snaplen && iface->snaplen < wire_len ? iface->snaplen : wire_len;
	if (cap_len > b->len - PCAPNG_SPB_MIN)
		return reader_fail(r, err, -EBADMSG, "a simple packet of %u bytes in a block of %u",
				   cap_len, b->len);
	if (cap_len > reader_snaplen_max(iface->linktype))
		return reader_fail(r, err, -EBADMSG,
				   "a packet of %u bytes, at most %u are possible", cap_len,
				   reader_snaplen_max(iface->linktype));
	*ret = (struct frame_view){
		.data = b->bytes + PCAPNG_SPB_HEADER,
		.cap_len = cap_len,
		.wire_len = wire_len,
		.ifindex = (uint32_t)r->section_base,
		.linktype = iface->linktype,
	};
	return 1;
}

/* A section header says in which byte order its own length stands. */
static int section_byte_order(struct reader *r, struct errmsg *err)
{
	const uint8_t *p;
	int code = reader_need(r, 12, "a section header", &p, err);

	if (code)
		return code;
	if (load_u32(p + 8) == PCAPNG_BYTE_ORDER_MAGIC)
		r->swapped = false;
	else if (load_u32(p + 8) == swap_u32(PCAPNG_BYTE_ORDER_MAGIC))
		r->swapped = true;
	else
		return reader_fail(r, err, -EBADMSG, "a section header without byte-order magic");
	return 0;
}

static int check_block_length(const struct reader *r, const struct reader_block *b,
			      struct errmsg *err)
{
	if (b->len < PCAPNG_BLOCK_MIN || b->len % 4)
		return reader_fail(r, err, -EBADMSG, "a block of %u bytes is not possible", b->len);
	if (b->len > READER_BLOCK_MAX)
		return reader_fail(r, err, -EBADMSG, "a block of %u bytes, at most %d are read",
				   b->len, READER_BLOCK_MAX);
	return 0;
}

/* From `whole` bytes of a block on there are zeros: the end of the file, or one of another kind. */
static int fail_inside(struct reader *r, size_t whole, int otherwise, struct errmsg *err)
{
	source_consume(r->src, whole);
	return reader_fail_zeros(r, otherwise, err);
}

/* A stream is written in pieces that end anywhere: its last block may turn into zeros midway. */
static int fail_lengths(struct reader *r, const struct reader_block *b, struct errmsg *err)
{
	const uint32_t last = reader_u32(r, b->bytes + b->len - 4);
	const int code =
		reader_fail(r, err, -EBADMSG,
			    "a block says %u bytes at its start and %u at its end", b->len, last);
	size_t whole = b->len;

	if (last)
		return code;
	while (!b->bytes[whole - 1]) /* its type or length is not 0 */
		whole--;
	return fail_inside(r, whole, code, err);
}

/* The whole next block into r->block, not yet taken. 1, 0 = the end, -errno. */
static int block_next(struct reader *r, struct errmsg *err)
{
	struct reader_block *b = &r->block;
	const uint8_t *p;
	size_t have;
	int code = source_peek(r->src, 8, &p, &have);

	if (code == -EAGAIN || (!code && have == 0))
		return code;
	if (unlikely(code || have < 8))
		code = reader_need(r, 8, "a block", &p, err);
	if (!code && load_u32(p) == PCAPNG_SHB) {
		code = section_byte_order(r, err);
		if (!code)
			code = reader_need(r, 8, "a block", &p, err);
	}
	if (code)
		return code;
	b->type = reader_u32(r, p);
	b->len = reader_u32(r, p + 4);
	code = check_block_length(r, b, err);
	if (b->len == 0)
		return fail_inside(r, b->type ? 4 : 0, b->type ? code : 0, err);
	if (!code)
		code = reader_need(r, b->len, "a block", &b->bytes, err);
	if (code)
		return code;
	if (reader_u32(r, b->bytes + b->len - 4) != b->len)
		return fail_lengths(r, b, err);
	b->offset = source_offset(r->src);
	b->swapped = r->swapped;
	return 1;
}

/* Blocks that hold no packet. 0 or -errno. */
static int read_other(struct reader *r, const struct reader_block *b, struct errmsg *err)
{
	switch (b->type) {
	case PCAPNG_SHB: /* the first is known since the file was opened */
		return b->offset == r->sections[0].offset ? 0 : pcapng_read_section(r, b, err);
	case PCAPNG_IDB:
		return pcapng_read_interface(r, b, err);
	case PCAPNG_ISB:
		return pcapng_read_statistics(r, b, err);
	default: /* names, secrets, custom and local-use blocks, and what is yet to be invented */
		return 0;
	}
}

/* The section's interface that a block speaks of, as the reader numbers them. */
static uint32_t block_interface(const struct reader *r, const struct reader_block *b)
{
	uint32_t id = 0;

	switch (b->type) {
	case PCAPNG_IDB:
		return (uint32_t)r->nr_interfaces - 1;
	case PCAPNG_EPB:
	case PCAPNG_ISB:
		id = reader_u32(r, b->bytes + 8);
		break;
	case PCAPNG_PB:
		id = reader_u16(r, b->bytes + 8);
		break;
	case PCAPNG_SPB:
		break;
	default:
		return READER_NO_INTERFACE;
	}
	return section_interface(r, id) ? (uint32_t)(r->section_base + id) : READER_NO_INTERFACE;
}

static int pcapng_next(struct reader *r, struct frame_view *ret, struct errmsg *err)
{
	struct reader_block *b = &r->block;
	int code;

	while ((code = block_next(r, err)) > 0) {
		if (b->type == PCAPNG_EPB || b->type == PCAPNG_PB)
			code = read_packet(r, b, ret, err);
		else if (b->type == PCAPNG_SPB)
			code = read_simple_packet(r, b, ret, err);
		else
			code = read_other(r, b, err);
		if (code < 0)
			return code;
		if (code == 0 && r->any)
			code = READER_BLOCK;
		if (code > 0) {
			b->section = r->section;
			b->interface_id = block_interface(r, b);
			r->has_block = true;
			r->pending = b->len;
			return code;
		}
		source_consume(r->src, b->len);
	}
	return code;
}

/* Reads the first section header, so that a file that lies there is refused at once. */
static int pcapng_start(struct reader *r, struct errmsg *err)
{
	const int code = block_next(r, err);

	r->format_name = "pcapng";
	return code <= 0 ? code : pcapng_read_section(r, &r->block, err);
}

const struct reader_ops pcapng_reader_ops = { .start = pcapng_start, .next = pcapng_next };
