/* pcapio/pcapng_read.c -- pcapng files, draft-ietf-opsawg-pcapng: any number of sections. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/limits.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/reader_internal.h"

/* One block: its length and what lies between the two copies of it. */
struct block {
	const uint8_t *bytes;
	uint32_t type, len;
};

struct option {
	const uint8_t *value;
	uint16_t code, len;
};

struct options {
	const uint8_t *pos, *end;
};

static struct options block_options(const struct block *b, size_t off)
{
	return (struct options){ b->bytes + off, b->bytes + b->len - 4 };
}

/* 1 = an option, 0 = the list has ended, -EBADMSG. What follows opt_endofopt is filler. */
static int option_next(const struct reader *r, struct options *o, struct option *ret,
		       struct errmsg *err)
{
	const size_t left = (size_t)(o->end - o->pos);

	if (left == 0)
		return 0;
	if (left < 4)
		return reader_fail(r, err, -EBADMSG, "a block's option list ends inside an option");
	ret->code = reader_u16(r, o->pos);
	ret->len = reader_u16(r, o->pos + 2);
	ret->value = o->pos + 4;
	if (ret->code == PCAPNG_OPT_END)
		return 0;
	if (align_up(ret->len, 4) > left - 4)
		return reader_fail(r, err, -EBADMSG,
				   "option %u claims %u bytes, its block has %zu left", ret->code,
				   ret->len, left - 4);
	o->pos += 4 + align_up(ret->len, 4);
	return 1;
}

static int option_expect(const struct reader *r, const struct option *o, size_t len,
			 struct errmsg *err)
{
	if (o->len != len)
		return reader_fail(r, err, -EBADMSG, "option %u has %u bytes instead of %zu",
				   o->code, o->len, len);
	return 0;
}

/* Replaces *ret by a copy; a repeated option wins over the one before. */
static int option_string(const struct reader *r, const struct option *o, size_t skip, char **ret,
			 struct errmsg *err)
{
	const char *value = (const char *)o->value + skip;
	char *copy = strndup(value, MIN_OF((size_t)o->len - skip, (size_t)READER_STRING_MAX));

	if (!copy)
		return reader_fail(r, err, -ENOMEM, "out of memory");
	free(*ret);
	*ret = copy;
	return 0;
}

/* Time stamps beyond what 64 bits of nanoseconds hold (before 1970, after 2554) stick at the ends.
 */
static uint64_t ticks_to_ns(const struct reader_interface *iface, uint64_t ticks)
{
	const unsigned exponent = iface->tsresol & 0x7f;
	__extension__ unsigned __int128 ns = ticks;
	__extension__ __int128 sum;

	if (iface->tsresol & 0x80) {
		ns = ns * NS_PER_SEC >> exponent;
	} else {
		for (unsigned i = exponent; i < 9; i++)
			ns *= 10;
		for (unsigned i = 9; i < exponent && ns; i++)
			ns /= 10;
	}
	sum = (__int128)ns + (__int128)iface->tsoffset * (int64_t)NS_PER_SEC;
	if (sum < 0)
		return 0;
	return sum > (__int128)UINT64_MAX ? UINT64_MAX : (uint64_t)sum;
}

static uint64_t read_ticks(const struct reader *r, const uint8_t *p)
{
	return (uint64_t)reader_u32(r, p) << 32 | reader_u32(r, p + 4);
}

/* The section's interface, or NULL. */
static struct reader_interface *section_interface(const struct reader *r, uint32_t id)
{
	if (id >= r->nr_interfaces - r->section_base)
		return NULL;
	return &r->interfaces[r->section_base + id];
}

static int read_section(struct reader *r, const struct block *b, struct errmsg *err)
{
	struct options options = block_options(b, 24);
	struct option o;
	unsigned major, minor;
	int code;

	if (b->len < PCAPNG_SHB_MIN)
		return reader_fail(r, err, -EBADMSG, "a section header of %u bytes", b->len);
	major = reader_u16(r, b->bytes + 12);
	minor = reader_u16(r, b->bytes + 14);
	/* 1.2 was written by mistake and is the same as 1.0 (section 4.1). */
	if (major != 1 || (minor != 0 && minor != 2))
		return reader_fail(r, err, -EOPNOTSUPP, "pcapng version %u.%u is not read, 1.0 is",
				   major, minor);
	while ((code = option_next(r, &options, &o, err)) > 0)
		;
	if (code)
		return code;
	if (source_offset(r->src))
		r->section++;
	r->section_base = r->nr_interfaces;
	return 0;
}

static int read_interface_option(const struct reader *r, const struct option *o,
				 struct reader_interface *iface, struct errmsg *err)
{
	int code = 0;

	switch (o->code) {
	case PCAPNG_IF_NAME:
		return option_string(r, o, 0, &iface->name, err);
	case PCAPNG_IF_DESCRIPTION:
		return option_string(r, o, 0, &iface->description, err);
	case PCAPNG_IF_OS:
		return option_string(r, o, 0, &iface->os, err);
	case PCAPNG_IF_HARDWARE:
		return option_string(r, o, 0, &iface->hardware, err);
	case PCAPNG_IF_FILTER: /* byte 0: 0 = an expression, else code that we do not keep */
		return o->len && o->value[0] == 0 ? option_string(r, o, 1, &iface->filter, err) : 0;
	case PCAPNG_IF_SPEED:
		code = option_expect(r, o, 8, err);
		if (!code)
			iface->speed = reader_u64(r, o->value);
		break;
	case PCAPNG_IF_TSRESOL:
		code = option_expect(r, o, 1, err);
		if (!code)
			iface->tsresol = o->value[0];
		break;
	case PCAPNG_IF_FCSLEN:
		code = option_expect(r, o, 1, err);
		if (!code)
			iface->fcs_len = o->value[0];
		break;
	case PCAPNG_IF_TSOFFSET:
		code = option_expect(r, o, 8, err);
		if (!code)
			iface->tsoffset = (int64_t)reader_u64(r, o->value);
		break;
	}
	return code;
}

static int read_interface(struct reader *r, const struct block *b, struct errmsg *err)
{
	struct options options = block_options(b, 16);
	struct reader_interface *iface;
	struct option o;
	int code;

	if (b->len < PCAPNG_IDB_MIN)
		return reader_fail(r, err, -EBADMSG, "an interface block of %u bytes", b->len);
	code = reader_add_interface(r, &iface, err);
	if (code)
		return code;
	iface->linktype = reader_linktype(reader_u16(r, b->bytes + 8));
	iface->snaplen = reader_u32(r, b->bytes + 12);
	while ((code = option_next(r, &options, &o, err)) > 0) {
		code = read_interface_option(r, &o, iface, err);
		if (code)
			return code;
	}
	return code;
}

static int read_statistics(struct reader *r, const struct block *b, struct errmsg *err)
{
	struct options options = block_options(b, 20);
	struct reader_interface *iface;
	struct option o;
	int code;

	if (b->len < PCAPNG_ISB_MIN)
		return reader_fail(r, err, -EBADMSG, "a statistics block of %u bytes", b->len);
	iface = section_interface(r, reader_u32(r, b->bytes + 8));
	if (!iface)
		return 0; /* about nothing that we know; no packet is touched by it */
	iface->statistics.nr_blocks++;
	iface->statistics.ts_ns = ticks_to_ns(iface, read_ticks(r, b->bytes + 12));
	while ((code = option_next(r, &options, &o, err)) > 0) {
		if (o.code < PCAPNG_ISB_IFRECV || o.code > PCAPNG_ISB_USRDELIV)
			continue;
		code = option_expect(r, &o, 8, err);
		if (code)
			return code;
		iface->statistics.value[o.code - PCAPNG_ISB_IFRECV] = reader_u64(r, o.value);
		iface->statistics.present |= 1u << (o.code - PCAPNG_ISB_IFRECV);
	}
	return code;
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

static int read_packet_option(const struct reader *r, const struct option *o,
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
static int read_packet(struct reader *r, const struct block *b, struct frame_view *ret,
		       struct errmsg *err)
{
	const bool obsolete = b->type == PCAPNG_PB;
	struct reader_interface *iface;
	struct options options;
	struct option o;
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
		.ts_ns = ticks_to_ns(iface, read_ticks(r, b->bytes + 12)),
		.cap_len = cap_len,
		.wire_len = MAX_OF(cap_len, reader_u32(r, b->bytes + 24)),
		.ifindex = (uint32_t)(iface - r->interfaces),
		.linktype = iface->linktype,
	};
	if (obsolete && reader_u16(r, b->bytes + 10) != 0xffff) /* 0xffff: not known */
		iface->dropcount += reader_u16(r, b->bytes + 10);
	options = block_options(b, PCAPNG_EPB_HEADER + align_up(cap_len, 4));
	while ((code = option_next(r, &options, &o, err)) > 0) {
		if (obsolete && o.code > PCAPNG_EPB_HASH)
			continue;
		code = read_packet_option(r, &o, iface, ret, err);
		if (code)
			return code;
	}
	return code ? code : 1;
}

/* No time stamp, no interface, and the captured length only follows from the others. */
static int read_simple_packet(struct reader *r, const struct block *b, struct frame_view *ret,
			      struct errmsg *err)
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

static int check_block_length(const struct reader *r, const struct block *b, struct errmsg *err)
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
static int fail_lengths(struct reader *r, const struct block *b, struct errmsg *err)
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

/* The whole next block, not yet taken. 1, 0 = the end, -errno. */
static int block_next(struct reader *r, struct block *ret, struct errmsg *err)
{
	const uint8_t *p;
	size_t have;
	int code = source_peek(r->src, 8, &p, &have);

	if (code == -EAGAIN || (!code && have == 0))
		return code;
	code = reader_need(r, 8, "a block", &p, err);
	if (!code && load_u32(p) == PCAPNG_SHB) {
		code = section_byte_order(r, err);
		if (!code)
			code = reader_need(r, 8, "a block", &p, err);
	}
	if (code)
		return code;
	ret->type = reader_u32(r, p);
	ret->len = reader_u32(r, p + 4);
	code = check_block_length(r, ret, err);
	if (ret->len == 0)
		return fail_inside(r, ret->type ? 4 : 0, ret->type ? code : 0, err);
	if (!code)
		code = reader_need(r, ret->len, "a block", &ret->bytes, err);
	if (code)
		return code;
	if (reader_u32(r, ret->bytes + ret->len - 4) != ret->len)
		return fail_lengths(r, ret, err);
	return 1;
}

/* Blocks that hold no packet. 0 or -errno. */
static int read_other(struct reader *r, const struct block *b, struct errmsg *err)
{
	switch (b->type) {
	case PCAPNG_SHB:
		return read_section(r, b, err);
	case PCAPNG_IDB:
		return read_interface(r, b, err);
	case PCAPNG_ISB:
		return read_statistics(r, b, err);
	default: /* names, secrets, custom and local-use blocks, and what is yet to be invented */
		return 0;
	}
}

static int pcapng_next(struct reader *r, struct frame_view *ret, struct errmsg *err)
{
	struct block b;
	int code;

	while ((code = block_next(r, &b, err)) > 0) {
		if (b.type == PCAPNG_EPB || b.type == PCAPNG_PB)
			code = read_packet(r, &b, ret, err);
		else if (b.type == PCAPNG_SPB)
			code = read_simple_packet(r, &b, ret, err);
		else
			code = read_other(r, &b, err);
		if (code < 0)
			return code;
		if (code > 0) {
			r->pending = b.len;
			return code;
		}
		source_consume(r->src, b.len);
	}
	return code;
}

/* Takes the first section header, so that a file that lies there is refused at once. */
static int pcapng_start(struct reader *r, struct errmsg *err)
{
	struct block b;
	int code = block_next(r, &b, err);

	r->format_name = "pcapng";
	if (code <= 0)
		return code;
	code = read_section(r, &b, err);
	if (!code)
		source_consume(r->src, b.len);
	return code;
}

const struct reader_ops pcapng_reader_ops = { .start = pcapng_start, .next = pcapng_next };
