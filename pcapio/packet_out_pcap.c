/* pcapio/packet_out_pcap.c -- classic pcap: one link type, whole micro- or nanoseconds. */
#include <errno.h>
#include <string.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "pcapio/packet_out_internal.h"
#include "pcapio/pcap_format.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/pcapng_transcode.h"

enum { NS_DIGITS = 9 };

/* Of one classic file it stays what it was; of others it is the largest, which fits them all. */
static uint32_t header_snaplen(const struct packet_out *o, const struct reader *r,
			       const struct reader_interface *iface)
{
	const bool classic = strncmp(reader_format_name(r), "pcapng", 6) != 0;
	uint32_t snaplen = SNAPLEN_MAX;

	if (classic && o->nr_inputs == 1 && iface->snaplen && iface->snaplen <= INT32_MAX)
		snaplen = iface->snaplen;
	return o->snaplen ? MIN_OF(snaplen, o->snaplen) : snaplen;
}

static int put_file_header(struct packet_out *o, const struct reader *r,
			   const struct reader_interface *iface, struct errmsg *err)
{
	const uint32_t fcs = iface->fcs_len
				     ? PCAP_LINKTYPE_HAS_FCS | (uint32_t)iface->fcs_len / 2
								       << PCAP_LINKTYPE_FCS_SHIFT
				     : 0;
	uint8_t head[PCAP_FILE_HEADER];

	o->linktype = iface->linktype;
	pcap_put_file_header(head, o->format == PACKET_FORMAT_PCAP_NS, header_snaplen(o, r, iface),
			     (o->has_linktype_given ? o->linktype_given : iface->linktype) | fcs);
	return packet_out_put(o, head, sizeof(head), err);
}

/* The first packet, or one of another link type. */
static int set_linktype(struct packet_out *o, const struct reader *r, const struct frame_view *f,
			struct errmsg *err)
{
	if (o->linktype != PACKET_OUT_NO_LINKTYPE && !o->has_linktype_given)
		return errmsg_set(err, -EINVAL,
				  "%s: a classic pcap file holds one link type, and %s has packets "
				  "of another (%s); a name that ends in .pcapng takes both, and "
				  "'ringtap cut --interface N' takes one interface out of a file",
				  o->path, reader_name(r),
				  linktype_name(f->linktype) ? linktype_name(f->linktype)
							     : "unknown");
	if (o->linktype != PACKET_OUT_NO_LINKTYPE)
		return 0;
	return put_file_header(o, r, reader_interface(r, f->ifindex), err);
}

/* The time of a packet's block, as its interface counts. */
static uint64_t ticks_of(const struct reader_block *b)
{
	const uint32_t high = load_u32(b->bytes + 12), low = load_u32(b->bytes + 16);

	return b->swapped ? (uint64_t)swap_u32(high) << 32 | swap_u32(low)
			  : (uint64_t)high << 32 | low;
}

/* Did its interface count finer than nanoseconds, and does this packet need that? */
static bool has_finer_time(const struct reader_interface *iface, const struct reader_block *b)
{
	uint64_t ns;
	bool lost = false;

	pcapng_ticks_convert(iface->tsresol, NS_DIGITS, ticks_of(b), &ns, &lost);
	return lost;
}

/* Readers say 0 of such a one. */
static bool is_before_1970(const struct reader_interface *iface, const struct frame_view *f,
			   const struct reader_block *b)
{
	uint64_t begin;

	return !f->ts_ns && iface->tsoffset < 0 &&
	       !(pcapng_ticks_from_ns(iface->tsresol, iface->tsoffset, 0, &begin) &&
		 begin == ticks_of(b));
}

/* What classic pcap has no place for. */
static void count_losses(struct packet_out *o, const struct reader *r, const struct frame_view *f,
			 const struct reader_block *b)
{
	const struct reader_interface *iface;
	uint32_t options;

	if (b->type == PCAPNG_SPB) {
		o->counts.no_time++;
		return;
	}
	options = PCAPNG_EPB_HEADER + (uint32_t)align_up(f->cap_len, 4);
	o->counts.options_lost += b->len >= options + 8 && load_u16(b->bytes + options) != 0;
	iface = reader_interface(r, f->ifindex);
	o->counts.no_time += is_before_1970(iface, f, b);
	if (unlikely(iface->tsresol > NS_DIGITS) && has_finer_time(iface, b))
		o->counts.times_lost++;
	else if (o->format == PACKET_FORMAT_PCAP)
		o->counts.times_lost += f->ts_ns % NS_PER_US != 0;
}

int packet_out_pcap_add(struct packet_out *o, const struct reader *r, const struct frame_view *f,
			const struct reader_block *block, struct errmsg *err)
{
	const bool nano = o->format == PACKET_FORMAT_PCAP_NS;
	uint32_t cap_len = f->cap_len;
	uint8_t *p;
	int code = 0;

	if (unlikely(o->linktype != f->linktype))
		code = set_linktype(o, r, f, err);
	if (!code && unlikely(f->ts_ns / NS_PER_SEC > UINT32_MAX))
		code = errmsg_set(err, -ERANGE,
				  "%s: a packet is later than 2106, which only pcapng can say; a "
				  "name that ends in .pcapng takes it",
				  o->path);
	if (!code && unlikely(o->snaplen && cap_len > o->snaplen)) {
		cap_len = o->snaplen;
		o->counts.cut++;
	}
	if (!code)
		code = packet_out_room(o, PCAP_RECORD_HEADER + (size_t)cap_len, &p, err);
	if (code)
		return code;
	pcap_put_record_header(p, nano, f->ts_ns, cap_len, f->wire_len);
	memcpy(p + PCAP_RECORD_HEADER, f->data, cap_len);
	if (block)
		count_losses(o, r, f, block);
	else if (!nano)
		o->counts.times_lost += f->ts_ns % NS_PER_US != 0;
	return packet_out_take(o, p, PCAP_RECORD_HEADER + (size_t)cap_len, err);
}

void packet_out_pcap_block(struct packet_out *o, const struct reader_block *block)
{
	switch (block->type) {
	case PCAPNG_SHB:
	case PCAPNG_IDB:
	case PCAPNG_FILLER:
	case PCAPNG_RING_HEAD:
		break;
	default:
		o->counts.blocks_lost++;
	}
}

int packet_out_pcap_finish(struct packet_out *o, struct errmsg *err)
{
	uint8_t head[PCAP_FILE_HEADER];

	if (o->linktype != PACKET_OUT_NO_LINKTYPE)
		return 0;
	/* Nothing came that has a link type; without a header nobody could read the file. */
	pcap_put_file_header(head, o->format == PACKET_FORMAT_PCAP_NS,
			     o->snaplen ? o->snaplen : SNAPLEN_MAX,
			     o->has_linktype_given ? o->linktype_given : LINKTYPE_ETHERNET);
	return packet_out_put(o, head, sizeof(head), err);
}

int packet_out_pcap_describe(struct packet_out *o, const struct reader *r, struct errmsg *err)
{
	return o->linktype == PACKET_OUT_NO_LINKTYPE && reader_nr_interfaces(r)
		       ? put_file_header(o, r, reader_interface(r, 0), err)
		       : 0;
}
