/*
 * pcapio/pcap_read.c -- classic pcap files, draft-ietf-opsawg-pcap, and the two variants that keep
 * more of a packet: Kuznetzov's and netsniff-ng's (its pcap_io.h).
 */
#include <errno.h>
#include <linux/if_arp.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "pcapio/pcap_format.h"
#include "pcapio/reader_internal.h"

enum {
	SLL_HEADER = 16, /* LINKTYPE_LINUX_SLL's, and LINKTYPE_NETLINK's */

	/* In the longer record headers, behind the two lengths and the interface. */
	RECORD_PROTOCOL = 20, /* in network byte order where the file is in its writer's */
	NETSNIFF_HATYPE = 22, /* the low byte of ARPHRD_* */
};

struct pcap_kind {
	uint32_t magic, tick_ns;
	uint8_t record_header; /* bytes before each packet */
	uint8_t packet_type;   /* where in them the kernel's is (PACKET_HOST); 0: nowhere */
	const char *name;
};

static const struct pcap_kind kinds[] = {
	{ PCAP_MAGIC_US, NS_PER_US, PCAP_RECORD_HEADER, 0, "pcap" },
	{ PCAP_MAGIC_NS, 1, PCAP_RECORD_HEADER, 0, "pcap (ns)" },
	{ PCAP_MAGIC_MODIFIED, NS_PER_US, 24, 22, "pcap (modified)" },
	{ PCAP_MAGIC_NETSNIFF, 1, 24, 23, "pcap (netsniff-ng)" },
};

static void pcap_magic(struct reader *r, uint32_t magic)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (magic != kinds[i].magic && swap_u32(magic) != kinds[i].magic)
			continue;
		r->kind = &kinds[i];
		r->swapped = magic != kinds[i].magic;
		r->format_name = kinds[i].name;
	}
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

/* Version, link type and longest packet. */
static int pcap_header(struct reader *r, const uint8_t *p, struct errmsg *err)
{
	const uint32_t linktype = reader_u32(r, p + 20);
	struct reader_interface *iface;
	int code = pcap_version(r, reader_u16(r, p + 4), reader_u16(r, p + 6), err);

	if (code)
		return code;
	if (linktype & PCAP_LINKTYPE_RESERVED)
		return reader_fail(r, err, -EBADMSG, "reserved bits in the link type 0x%08x",
				   linktype);
	code = reader_add_interface(r, &iface, err);
	if (code)
		return code;
	iface->linktype = reader_linktype((uint16_t)linktype);
	iface->snaplen = reader_u32(r, p + 16);
	iface->tick_ns = r->kind->tick_ns;
	iface->tsresol = iface->tick_ns == 1 ? 9 : 6;
	if (linktype & PCAP_LINKTYPE_HAS_FCS)
		iface->fcs_len = (uint8_t)(2 * (linktype >> PCAP_LINKTYPE_FCS_SHIFT));
	return 0;
}

static int pcap_start(struct reader *r, struct errmsg *err)
{
	const uint8_t *p;
	bool swapped;
	int code = reader_need(r, PCAP_FILE_HEADER, "the file header", &p, err);

	if (code)
		return code;
	pcap_magic(r, load_u32(p));
	swapped = r->swapped;
	/* netsniff-ng -w with a swapped type turns the magic and the records, nothing else. */
	if (swapped && load_u16(p + 4) == 2 && load_u16(p + 6) == 4)
		r->swapped = false;
	code = pcap_header(r, p, err);
	r->swapped = swapped;
	if (!code)
		source_consume(r->src, PCAP_FILE_HEADER);
	return code;
}

static void swap_lengths(uint32_t *a, uint32_t *b)
{
	const uint32_t t = *a;

	*a = *b;
	*b = t;
}

/* The kernel's packet type, PACKET_HOST and so on. */
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

/* Whether packets of this file may lack the cooked header of their link type: netsniff-ng leaves it
 * out where the record's header has most of it. */
static bool may_lack_sll_header(const struct reader *r)
{
	const uint16_t linktype = r->interfaces[0].linktype;

	return r->kind->packet_type &&
	       (linktype == LINKTYPE_LINUX_SLL || linktype == LINKTYPE_NETLINK);
}

/* Other writers of Kuznetzov's type have it: then the two agree. */
static bool has_sll_header(const struct reader *r, const uint8_t *record,
			   const struct frame_view *f)
{
	const uint16_t protocol = load_u16(record + RECORD_PROTOCOL);

	return r->kind->magic == PCAP_MAGIC_MODIFIED && f->cap_len >= SLL_HEADER &&
	       load_be16(f->data) == record[r->kind->packet_type] &&
	       (load_u16(f->data + 14) == protocol || load_u16(f->data + 14) == swap_u16(protocol));
}

/* The low byte of ARPHRD_*, if anything. */
static uint16_t record_hatype(const struct reader *r, const uint8_t *record)
{
	if (r->interfaces[0].linktype == LINKTYPE_NETLINK)
		return ARPHRD_NETLINK;
	return r->kind->magic == PCAP_MAGIC_NETSNIFF ? record[NETSNIFF_HATYPE] : ARPHRD_VOID;
}

/* Puts that header in front of a copy of the packet: addresses are lost. 0 or -errno. */
static int add_sll_header(struct reader *r, const uint8_t *record, struct frame_view *f,
			  struct errmsg *err)
{
	const size_t len = SLL_HEADER + (size_t)f->cap_len;

	if (len > r->cooked_size) {
		uint8_t *grown = realloc(r->cooked, align_up(len, 4096));

		if (!grown)
			return reader_fail(r, err, -ENOMEM, "out of memory");
		r->cooked = grown;
		r->cooked_size = align_up(len, 4096);
	}
	memset(r->cooked, 0, SLL_HEADER);
	store_be16(r->cooked, record[r->kind->packet_type]);
	store_be16(r->cooked + 2, record_hatype(r, record));
	store_u16(r->cooked + 14, reader_u16(r, record + RECORD_PROTOCOL));
	memcpy(r->cooked + SLL_HEADER, f->data, f->cap_len);
	f->data = r->cooked;
	f->cap_len += SLL_HEADER;
	f->wire_len = MIN_OF(f->wire_len, UINT32_MAX - SLL_HEADER) + SLL_HEADER;
	return 0;
}

/*
 * A packet of nothing at the second 0 may be one; two of them are zeros where a page or the tail of
 * the file was never written. 0, -errno.
 */
static int check_zeros(struct reader *r, struct errmsg *err)
{
	const size_t len = 2 * (size_t)r->kind->record_header;
	const uint8_t *p;
	size_t have;
	const int code = source_peek(r->src, len, &p, &have);

	if (code == -EAGAIN || (!code && have < len))
		return code;
	if (!code && (p[0] || memcmp(p, p + 1, len - 1) != 0))
		return 0;
	return reader_fail_zeros(r, 0, err);
}

/* The next record's header, and the lengths in it. 1, 0 = the end, -errno. */
static int pcap_record(struct reader *r, const uint8_t **ret, uint32_t *cap_len, uint32_t *wire_len,
		       struct errmsg *err)
{
	uint32_t max = reader_snaplen_max(r->interfaces[0].linktype);
	size_t have;
	int code = source_peek(r->src, r->kind->record_header, ret, &have);

	if (code == -EAGAIN || (!code && have == 0))
		return code;
	if (unlikely(code || have < r->kind->record_header))
		code = reader_need(r, r->kind->record_header, "a packet's header", ret, err);
	if (code)
		return code;
	*cap_len = reader_u32(r, *ret + 8);
	*wire_len = reader_u32(r, *ret + 12);
	if (unlikely(!*cap_len && !*wire_len)) {
		code = check_zeros(r, err);
		if (code)
			return code;
	}
	if (r->lengths_swapped || (r->lengths_unsure && *cap_len > *wire_len))
		swap_lengths(cap_len, wire_len);
	if (may_lack_sll_header(r))
		max -= SLL_HEADER;
	if (*cap_len > max)
		return reader_fail(r, err, -EBADMSG,
				   "a packet claims %u captured bytes, at most %u are possible",
				   *cap_len, max);
	return 1;
}

static int pcap_next(struct reader *r, struct frame_view *ret, struct errmsg *err)
{
	const struct pcap_kind *kind = r->kind;
	const uint8_t *p;
	uint32_t cap_len = 0, wire_len = 0;
	int code = pcap_record(r, &p, &cap_len, &wire_len, err);

	if (code <= 0)
		return code;
	code = reader_need(r, kind->record_header + (size_t)cap_len, "a packet", &p, err);
	if (code)
		return code;
	*ret = (struct frame_view){
		.data = p + kind->record_header,
		/* A fraction of more than a second is added as it stands: it cannot overflow. */
		.ts_ns = reader_u32(r, p) * NS_PER_SEC +
			 (uint64_t)reader_u32(r, p + 4) * kind->tick_ns,
		.cap_len = cap_len,
		.wire_len = MAX_OF(cap_len, wire_len),
		.linktype = r->interfaces[0].linktype,
	};
	if (kind->packet_type)
		pcap_packet_type(ret, p[kind->packet_type]);
	r->pending = kind->record_header + (size_t)cap_len;
	if (may_lack_sll_header(r) && !has_sll_header(r, p, ret))
		code = add_sll_header(r, p, ret, err);
	return code ? code : 1;
}

const struct reader_ops pcap_reader_ops = { .start = pcap_start, .next = pcap_next };
