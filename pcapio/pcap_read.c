/* pcapio/pcap_read.c -- classic pcap files, draft-ietf-opsawg-pcap, and Kuznetzov's variant. */
#include <errno.h>

#include "core/clock.h"
#include "core/limits.h"
#include "pcapio/pcap_format.h"
#include "pcapio/reader_internal.h"

enum { PCAP_RECORD_HEADER_MODIFIED = 24 }; /* and ifindex, protocol, packet type, padding */

#define PCAP_MAGIC_MODIFIED 0xa1b2cd34u /* Alexey Kuznetzov's patch to libpcap, about 1999 */

static int pcap_magic(struct reader *r, uint32_t magic)
{
	r->swapped =
		magic != PCAP_MAGIC_US && magic != PCAP_MAGIC_NS && magic != PCAP_MAGIC_MODIFIED;
	if (r->swapped)
		magic = swap_u32(magic);
	r->record_header =
		magic == PCAP_MAGIC_MODIFIED ? PCAP_RECORD_HEADER_MODIFIED : PCAP_RECORD_HEADER;
	r->tick_ns = magic == PCAP_MAGIC_NS ? 1 : NS_PER_US;
	if (magic == PCAP_MAGIC_MODIFIED)
		r->format_name = "pcap (modified)";
	else
		r->format_name = magic == PCAP_MAGIC_NS ? "pcap (ns)" : "pcap";
	return 0;
}

static int pcap_version(struct reader *r, unsigned major, unsigned minor, struct errmsg *err)
{
	/* 543.0 is what DG/UX wrote; its lengths stand as before 2.3. */
	if (!(major == 2 && minor <= 4) && !(major == 543 && minor == 0))
		return reader_fail(r, err, -EOPNOTSUPP, "pcap version %u.%u is not read, 2.4 is",
				   major, minor);
	r->lengths_swapped = major == 543 || minor < 3;
	r->lengths_unsure = major == 2 && minor == 3;
	return 0;
}

static int pcap_start(struct reader *r, struct errmsg *err)
{
	struct reader_interface *iface;
	const uint8_t *p;
	uint32_t linktype;
	int code = reader_need(r, PCAP_FILE_HEADER, "the file header", &p, err);

	if (code)
		return code;
	pcap_magic(r, load_u32(p));
	code = pcap_version(r, reader_u16(r, p + 4), reader_u16(r, p + 6), err);
	if (code)
		return code;
	linktype = reader_u32(r, p + 20);
	if (linktype & PCAP_LINKTYPE_RESERVED)
		return reader_fail(r, err, -EBADMSG, "reserved bits in the link type 0x%08x",
				   linktype);
	code = reader_add_interface(r, &iface, err);
	if (code)
		return code;
	iface->linktype = reader_linktype((uint16_t)linktype);
	iface->snaplen = reader_u32(r, p + 16);
	iface->tsresol = r->tick_ns == 1 ? 9 : 6;
	if (linktype & PCAP_LINKTYPE_HAS_FCS)
		iface->fcs_len = (uint8_t)(2 * (linktype >> PCAP_LINKTYPE_FCS_SHIFT));
	source_consume(r->src, PCAP_FILE_HEADER);
	return 0;
}

static void swap_lengths(uint32_t *a, uint32_t *b)
{
	const uint32_t t = *a;

	*a = *b;
	*b = t;
}

/* Kuznetzov's variant keeps the kernel's packet type, PACKET_HOST and so on, behind the lengths. */
static void pcap_packet_type(struct frame_view *f, uint8_t type)
{
	static const uint8_t reception[] = { FRAME_RX_UNICAST, FRAME_RX_BROADCAST,
					     FRAME_RX_MULTICAST, FRAME_RX_PROMISCUOUS };

	if (type < ARRAY_SIZE(reception)) {
		f->direction = FRAME_DIR_IN;
		f->reception = reception[type];
	} else if (type == ARRAY_SIZE(reception)) {
		f->direction = FRAME_DIR_OUT;
	}
}

static int pcap_next(struct reader *r, struct frame_view *ret, struct errmsg *err)
{
	const uint16_t linktype = r->interfaces[0].linktype;
	const uint32_t max = reader_snaplen_max(linktype);
	const uint8_t *p;
	uint32_t cap_len, wire_len;
	size_t have;
	int code = source_peek(r->src, r->record_header, &p, &have);

	if (code == -EAGAIN || (!code && have == 0))
		return code;
	code = reader_need(r, r->record_header, "a packet's header", &p, err);
	if (code)
		return code;
	cap_len = reader_u32(r, p + 8);
	wire_len = reader_u32(r, p + 12);
	if (r->lengths_swapped || (r->lengths_unsure && cap_len > wire_len))
		swap_lengths(&cap_len, &wire_len);
	if (cap_len > max)
		return reader_fail(r, err, -EBADMSG,
				   "a packet claims %u captured bytes, at most %u are possible",
				   cap_len, max);
	code = reader_need(r, r->record_header + (size_t)cap_len, "a packet", &p, err);
	if (code)
		return code;
	*ret = (struct frame_view){
		.data = p + r->record_header,
		.ts_ns =
			reader_u32(r, p) * NS_PER_SEC + (uint64_t)reader_u32(r, p + 4) * r->tick_ns,
		.cap_len = cap_len,
		.wire_len = MAX_OF(cap_len, wire_len),
		.linktype = linktype,
	};
	if (r->record_header == PCAP_RECORD_HEADER_MODIFIED)
		pcap_packet_type(ret, p[22]);
	r->pending = r->record_header + (size_t)cap_len;
	return 1;
}

const struct reader_ops pcap_reader_ops = { .start = pcap_start, .next = pcap_next };
