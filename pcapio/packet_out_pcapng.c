/*
 * pcapio/packet_out_pcapng.c -- pcapng out of blocks: copied as they are, or into a section of
 * ours.
 *
 * A verbatim copy keeps blocks and options that "should not be copied" (draft-ietf-opsawg-pcapng,
 * sections 3.5.1 and 4.9): numbers of interfaces, byte order and blocks beside them are what their
 * makers wrote, so nothing that they may speak of has moved. Where anything is rewritten they go.
 */
#include <errno.h>
#include <string.h>

#include "core/bytes.h"
#include "pcapio/packet_out_internal.h"
#include "pcapio/pcapng_build.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/pcapng_transcode.h"

enum { HOLD_MAX = 1 << 20 }; /* bytes of blocks before the first packet */

/* Nothing of the blocks is to change, but perhaps the link type. */
static bool changes_nothing(const struct packet_out *o)
{
	return !o->snaplen && o->resolution < 0;
}

static struct pcapng_change change_for(const struct packet_out *o, const struct reader_block *b,
				       const struct reader_interface *iface, uint32_t interface_id)
{
	const bool verbatim = o->mode == OUT_VERBATIM;

	return (struct pcapng_change){ .swapped = verbatim && b->swapped,
				       .keep_no_copy = verbatim && changes_nothing(o),
				       .simple_as_packet = !verbatim,
				       .interface_id = interface_id,
				       .snaplen = o->snaplen,
				       .resolution = o->resolution,
				       .tsresol = iface ? iface->tsresol : 0,
				       .set_linktype = o->has_linktype_given,
				       .linktype = o->linktype_given };
}

static int copy_block(struct packet_out *o, const struct reader_block *b, struct errmsg *err)
{
	return packet_out_put(o, b->bytes, b->len, err);
}

/* Into room that is not taken yet. 1, 0 = it has no place, which is counted; -errno. */
static int transcode(struct packet_out *o, const struct reader_block *b,
		     const struct pcapng_change *c, uint8_t **ret, size_t *ret_len,
		     struct errmsg *err)
{
	struct pcapng_transcoded done;
	int code = packet_out_room(o, (size_t)b->len + PCAPNG_TRANSCODE_EXTRA, ret, err);

	if (code)
		return code;
	code = pcapng_transcode(b, c, *ret, &done);
	if (code == -ERANGE)
		return errmsg_set(err, -EINVAL,
				  "%s: a time stamp does not fit 64 bits of 10^-%d seconds; a "
				  "coarser resolution holds it",
				  o->path, o->resolution);
	if (code <= 0) {
		o->counts.blocks_lost++;
		return code;
	}
	o->counts.cut += done.cut;
	o->counts.times_lost += done.time_lost;
	o->counts.options_lost += done.options_lost;
	*ret_len = done.len;
	return 1;
}

/* 1 = written, 0 = it has no place, which is counted; -errno. */
static int rewrite_block(struct packet_out *o, const struct reader_block *b,
			 const struct pcapng_change *c, struct errmsg *err)
{
	uint8_t *p;
	size_t len;
	int code = transcode(o, b, c, &p, &len, err);

	if (code <= 0)
		return code;
	code = packet_out_take(o, p, len, err);
	return code ? code : 1;
}

/* ---- verbatim ---- */

/* The file may be shorter or longer than the input from here on: its length is not known. */
static int copy_section_header(struct packet_out *o, const struct reader_block *b,
			       struct errmsg *err)
{
	uint8_t head[24];
	int code;

	memcpy(head, b->bytes, 16);
	memset(head + 16, 0xff, 8);
	o->in_section = true;
	o->nr_interfaces = 0;
	code = packet_out_put(o, head, sizeof(head), err);
	return code ? code : packet_out_put(o, b->bytes + sizeof(head), b->len - sizeof(head), err);
}

/* Its number in the section: the blocks before it were copied in their order. */
static int section_interface(const struct packet_out *o, const struct reader *r, uint32_t id,
			     uint32_t *ret, struct errmsg *err)
{
	*ret = id - o->first_interface;
	if (o->in_section && id >= o->first_interface && *ret < o->nr_interfaces)
		return 0;
	return errmsg_set(err, -EINVAL, "%s: a packet of %s comes before its interface", o->path,
			  reader_name(r));
}

static bool packet_stays(const struct packet_out *o, const struct reader *r,
			 const struct frame_view *f, const struct reader_block *b)
{
	if (likely(changes_nothing(o)))
		return true;
	if (o->snaplen && f->cap_len > o->snaplen)
		return false;
	return o->resolution < 0 || b->type == PCAPNG_SPB ||
	       reader_interface(r, f->ifindex)->tsresol == o->resolution;
}

static int verbatim_packet(struct packet_out *o, const struct reader *r, const struct frame_view *f,
			   const struct reader_block *b, struct errmsg *err)
{
	struct pcapng_change c;
	uint32_t id;
	int code = section_interface(o, r, f->ifindex, &id, err);

	if (code)
		return code;
	if (likely(packet_stays(o, r, f, b)))
		return copy_block(o, b, err);
	c = change_for(o, b, reader_interface(r, f->ifindex), id);
	c.cap_len = f->cap_len;
	code = rewrite_block(o, b, &c, err);
	return MIN_OF(code, 0);
}

static int verbatim_interface(struct packet_out *o, const struct reader *r,
			      const struct reader_block *b, struct errmsg *err)
{
	const struct pcapng_change c =
		change_for(o, b, reader_interface(r, b->interface_id), o->nr_interfaces);
	int code;

	if (!o->nr_interfaces)
		o->first_interface = b->interface_id;
	code = changes_nothing(o) && !o->has_linktype_given ? copy_block(o, b, err)
							    : rewrite_block(o, b, &c, err);
	if (code >= 0)
		o->nr_interfaces++;
	return MIN_OF(code, 0);
}

static int verbatim_block(struct packet_out *o, const struct reader *r,
			  const struct reader_block *b, struct errmsg *err)
{
	const struct reader_interface *iface = reader_interface(r, b->interface_id);
	struct pcapng_change c;
	int code;

	switch (b->type) {
	case PCAPNG_SHB:
		return copy_section_header(o, b, err);
	case PCAPNG_IDB:
		return verbatim_interface(o, r, b, err);
	default:
		/* Of the others only statistics have something that can change: their times. */
		if (changes_nothing(o) || (b->type != PCAPNG_DCB &&
					   (b->type != PCAPNG_ISB || o->resolution < 0 || !iface)))
			return copy_block(o, b, err);
		c = change_for(o, b, iface, iface ? b->interface_id - o->first_interface : 0);
		code = rewrite_block(o, b, &c, err);
		return MIN_OF(code, 0);
	}
}

/* ---- one section of ours ---- */

/* A packet of which only the number of its interface changes. */
static bool packet_is_simple_copy(const struct packet_out *o, const struct frame_view *f,
				  const struct reader_block *b)
{
	return changes_nothing(o) && !b->swapped && b->type == PCAPNG_EPB &&
	       b->len == PCAPNG_EPB_MIN + (uint32_t)align_up(f->cap_len, 4);
}

static int section_packet(struct packet_out *o, const struct reader *r, const struct frame_view *f,
			  const struct reader_block *b, uint32_t id, struct errmsg *err)
{
	struct pcapng_change c;
	uint8_t *p;
	int code;

	if (packet_is_simple_copy(o, f, b)) {
		code = packet_out_room(o, b->len, &p, err);
		if (code)
			return code;
		memcpy(p, b->bytes, b->len);
		store_u32(p + 8, id);
		return packet_out_take(o, p, b->len, err);
	}
	c = change_for(o, b, reader_interface(r, f->ifindex), id);
	c.cap_len = f->cap_len;
	code = rewrite_block(o, b, &c, err);
	o->counts.no_time += code > 0 && b->type == PCAPNG_SPB;
	return MIN_OF(code, 0);
}

static int section_interface_block(struct packet_out *o, size_t input, const struct reader *r,
				   const struct reader_block *b, struct errmsg *err)
{
	const struct pcapng_change c = change_for(o, b, reader_interface(r, b->interface_id), 0);
	struct out_interface *slot;
	uint8_t *p;
	size_t len;
	int code = packet_out_interface_slot(o, input, b->interface_id, &slot, err);

	if (code)
		return code;
	if (slot->id) { /* a packet came first, and it is described without its options */
		o->counts.options_lost++;
		return 0;
	}
	code = transcode(o, b, &c, &p, &len, err);
	return code > 0 ? packet_out_interface_put(o, slot, p, len, err) : code;
}

static int section_block(struct packet_out *o, size_t input, const struct reader *r,
			 const struct reader_block *b, struct errmsg *err)
{
	const struct reader_interface *iface = reader_interface(r, b->interface_id);
	struct pcapng_change c;
	uint32_t id = 0;
	int code;

	if (b->type == PCAPNG_SHB)
		return packet_out_header_add(o, b, err);
	packet_out_header_hold(o);
	code = o->header.blocks_len > HOLD_MAX ? packet_out_header_write(o, err) : 0;
	if (code)
		return code;
	if (b->type == PCAPNG_IDB)
		return section_interface_block(o, input, r, b, err);
	if (b->type == PCAPNG_ISB && !iface) { /* of an interface that is not described */
		o->counts.blocks_lost++;
		return 0;
	}
	if (b->type == PCAPNG_ISB)
		code = packet_out_interface(o, input, r, b->interface_id, &id, err);
	if (code)
		return code;
	c = change_for(o, b, iface, id);
	code = rewrite_block(o, b, &c, err);
	return MIN_OF(code, 0);
}

/* ---- packets without a block ---- */

static uint32_t frame_flags(const struct frame_view *f)
{
	return (f->direction & PCAPNG_FLAG_DIRECTION) |
	       (((uint32_t)f->reception << PCAPNG_FLAG_RECEPTION_SHIFT) & PCAPNG_FLAG_RECEPTION) |
	       (f->flags & FRAME_CSUM_NOT_READY ? PCAPNG_FLAG_CSUM_NOT_READY : 0) |
	       (f->flags & FRAME_CSUM_VALID ? PCAPNG_FLAG_CSUM_VALID : 0) |
	       (f->flags & FRAME_GSO_TCP ? PCAPNG_FLAG_TCP_SEGMENTED : 0);
}

/* What a frame tells beside its bytes. */
static void build_options(struct pcapng_builder *b, const struct frame_view *f)
{
	const uint32_t flags = frame_flags(f);
	const size_t start = b->len;

	if (flags)
		pcapng_option(b, PCAPNG_EPB_FLAGS, &flags, sizeof(flags));
	if (f->flags & FRAME_HAS_HASH) {
		uint8_t hash[5] = { PCAPNG_HASH_TOEPLITZ };

		store_u32(hash + 1, f->hash);
		pcapng_option(b, PCAPNG_EPB_HASH, hash, sizeof(hash));
	}
	if (f->flags & FRAME_HAS_QUEUE)
		pcapng_option(b, PCAPNG_EPB_QUEUE, &f->queue, sizeof(f->queue));
	if (b->len > start)
		pcapng_u32(b, PCAPNG_OPT_END);
}

/* The time of a frame, as its interface counts in the output. */
static int frame_ticks(struct packet_out *o, const struct reader *r, const struct frame_view *f,
		       uint64_t *ret, struct errmsg *err)
{
	const struct reader_interface *iface = reader_interface(r, f->ifindex);
	const uint8_t tsresol = o->resolution < 0 ? iface->tsresol : (uint8_t)o->resolution;
	uint64_t ns;
	bool lost = false;

	if (!pcapng_ticks_from_ns(tsresol, iface->tsoffset, f->ts_ns, ret))
		return errmsg_set(err, -EINVAL,
				  "%s: a time stamp of %s does not fit the resolution; a coarser "
				  "one holds it",
				  o->path, reader_name(r));
	/* Only a resolution that was asked for is coarser than what the frame came with. */
	if (o->resolution >= 0 && o->resolution < 9) {
		(void)pcapng_ticks_convert(9, o->resolution, f->ts_ns, &ns, &lost);
		o->counts.times_lost += lost;
	}
	return 0;
}

static int section_frame(struct packet_out *o, const struct reader *r, const struct frame_view *f,
			 uint32_t id, struct errmsg *err)
{
	enum { OPTIONS_MAX = 64 };
	const uint32_t cap_len = o->snaplen ? MIN_OF(f->cap_len, o->snaplen) : f->cap_len;
	struct pcapng_builder b = { .size = PCAPNG_EPB_MIN + OPTIONS_MAX + align_up(cap_len, 4) };
	uint64_t ticks;
	int code = frame_ticks(o, r, f, &ticks, err);

	if (!code)
		code = packet_out_room(o, b.size, &b.data, err);
	if (code)
		return code;
	store_u32(b.data, PCAPNG_EPB);
	store_u32(b.data + 8, id);
	store_u32(b.data + 12, (uint32_t)(ticks >> 32));
	store_u32(b.data + 16, (uint32_t)ticks);
	store_u32(b.data + 20, cap_len);
	store_u32(b.data + 24, f->wire_len);
	memcpy(b.data + PCAPNG_EPB_HEADER, f->data, cap_len);
	memset(b.data + PCAPNG_EPB_HEADER + cap_len, 0, align_up(cap_len, 4) - cap_len);
	b.len = PCAPNG_EPB_HEADER + align_up(cap_len, 4);
	build_options(&b, f);
	pcapng_end(&b, false);
	o->counts.cut += cap_len < f->cap_len;
	return packet_out_take(o, b.data, b.len, err);
}

/* ---- both ---- */

static bool is_filler(uint32_t type)
{
	return type == PCAPNG_FILLER || type == PCAPNG_RING_HEAD;
}

/* A file that begins with a section header, and is the only one, can stay as it is. */
static void decide(struct packet_out *o, const struct reader_block *b)
{
	if (o->mode != OUT_UNDECIDED)
		return;
	o->mode = b && b->type == PCAPNG_SHB && o->nr_inputs == 1 && !o->one_section
			  ? OUT_VERBATIM
			  : OUT_ONE_SECTION;
}

int packet_out_pcapng_add(struct packet_out *o, size_t input, const struct reader *r,
			  const struct frame_view *f, const struct reader_block *block,
			  struct errmsg *err)
{
	uint32_t id;
	int code;

	decide(o, NULL);
	if (o->mode == OUT_VERBATIM)
		return block ? verbatim_packet(o, r, f, block, err)
			     : errmsg_set(err, -EINVAL, "%s: a packet without its block", o->path);
	code = packet_out_header_write(o, err);
	if (!code)
		code = packet_out_interface(o, input, r, f->ifindex, &id, err);
	if (code)
		return code;
	return block ? section_packet(o, r, f, block, id, err) : section_frame(o, r, f, id, err);
}

int packet_out_pcapng_block(struct packet_out *o, size_t input, const struct reader *r,
			    const struct reader_block *block, struct errmsg *err)
{
	decide(o, block);
	if (is_filler(block->type))
		return 0;
	return o->mode == OUT_VERBATIM ? verbatim_block(o, r, block, err)
				       : section_block(o, input, r, block, err);
}

int packet_out_pcapng_describe(struct packet_out *o, size_t input, const struct reader *r,
			       struct errmsg *err)
{
	uint32_t id;
	int code;

	decide(o, NULL);
	if (o->mode == OUT_VERBATIM)
		return 0; /* their blocks have come by */
	packet_out_header_hold(o);
	code = 0;
	for (uint32_t i = 0; !code && i < reader_nr_interfaces(r); i++)
		code = packet_out_interface(o, input, r, i, &id, err);
	return code;
}

int packet_out_pcapng_finish(struct packet_out *o, struct errmsg *err)
{
	decide(o, NULL);
	return o->mode == OUT_VERBATIM ? 0 : packet_out_header_write(o, err);
}
