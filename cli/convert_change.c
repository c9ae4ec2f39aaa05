#include "cli/convert_change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/filter_options.h"
#include "core/bytes.h"
#include "core/linktype.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/pcapng_options.h"

enum {
	FAMILY_LEN = 4, /* the word in front of a packet of NULL and LOOP */
	OPTION_HEADER = 4,
	TRAILER = 4,
};

static void put_u32(const struct reader_block *b, uint8_t *p, uint32_t v)
{
	store_u32(p, b->swapped ? swap_u32(v) : v);
}

/* ---- link types ---- */

/* The IP version that a link type stands for; 0: both, or none. */
static unsigned ip_version(uint16_t linktype)
{
	return linktype == LINKTYPE_IPV4 ? 4 : linktype == LINKTYPE_IPV6 ? 6 : 0;
}

static bool is_ip(uint16_t linktype)
{
	return linktype == LINKTYPE_RAW || ip_version(linktype);
}

static bool has_family(uint16_t linktype)
{
	return linktype == LINKTYPE_NULL || linktype == LINKTYPE_LOOP;
}

/* What a change that is refused would cost. */
static const char *reason(uint16_t from, uint16_t to)
{
	if (from == LINKTYPE_ETHERNET)
		return "the Ethernet headers (addresses, VLAN tags, types) would be lost";
	if (to == LINKTYPE_ETHERNET)
		return "Ethernet headers would have to be made up";
	if (to == LINKTYPE_LINUX_SLL2)
		return "interface numbers would have to be made up";
	if (from == LINKTYPE_LINUX_SLL2)
		return "the interface numbers would be lost";
	if (from == LINKTYPE_IEEE802_11_RADIOTAP || from == LINKTYPE_PPI)
		return "the radio's headers (signal, rate, channel) would be lost";
	if (to == LINKTYPE_IEEE802_11_RADIOTAP || to == LINKTYPE_PPI)
		return "radio headers would have to be made up";
	if (ip_version(from) && ip_version(to))
		return "no packet is both";
	return "their headers are not the same";
}

static int refuse(const struct reader *r, uint64_t number, uint16_t from, uint16_t to,
		  struct errmsg *err)
{
	char a[32], b[32];

	return errmsg_set(err, -EINVAL,
			  "%s: --linktype %s: packet %llu is %s, and %s; without loss go RAW <-> "
			  "IPV4, RAW <-> IPV6 and NULL <-> LOOP",
			  reader_name(r), linktype_text(to, b), (unsigned long long)number,
			  linktype_text(from, a), reason(from, to));
}

/* The address family in front of a packet; its order is that of whoever captured. */
static uint32_t null_family(const uint8_t *p)
{
	const uint32_t v = load_u32(p);

	return v > UINT16_MAX ? swap_u32(v) : v;
}

static int check_family(const struct reader *r, const struct frame_view *f, uint64_t number,
			struct errmsg *err)
{
	if (f->cap_len < FAMILY_LEN)
		return errmsg_set(err, -EINVAL,
				  "%s: packet %llu has %u bytes: its header is cut off and has no "
				  "byte order",
				  reader_name(r), (unsigned long long)number, f->cap_len);
	if ((f->linktype == LINKTYPE_NULL ? null_family(f->data) : load_be32(f->data)) > UINT16_MAX)
		return errmsg_set(err, -EINVAL, "%s: packet %llu: 0x%08x is no address family",
				  reader_name(r), (unsigned long long)number, load_be32(f->data));
	return 0;
}

int convert_check(const struct convert_change *c, const struct reader *r,
		  const struct frame_view *f, uint64_t number, struct errmsg *err)
{
	const uint16_t from = f->linktype, to = c->linktype;
	const unsigned wanted = ip_version(to) ? ip_version(to) : ip_version(from);
	char name[32];

	if (!c->linktype_given || from == to)
		return 0;
	if (has_family(from) && has_family(to))
		return check_family(r, f, number, err);
	if (!is_ip(from) || !is_ip(to) || (ip_version(from) && ip_version(to)))
		return refuse(r, number, from, to, err);
	if (!f->cap_len || f->data[0] >> 4 != wanted)
		return errmsg_set(err, -EINVAL,
				  "%s: --linktype %s: packet %llu is not IPv%u; RAW holds both",
				  reader_name(r), linktype_text(to, name),
				  (unsigned long long)number, wanted);
	return 0;
}

/* ---- rewriting ---- */

static int make_room(struct convert_change *c, size_t len, struct errmsg *err)
{
	uint8_t *grown;

	if (len <= c->buffer_size)
		return 0;
	grown = realloc(c->buffer, len);
	if (!grown)
		return errmsg_set(err, -ENOMEM, "out of memory");
	c->buffer = grown;
	c->buffer_size = len;
	return 0;
}

/* The buffer holds a block of len bytes but for its lengths. */
static void finish_block(struct convert_change *c, uint32_t len, struct reader_block *ret)
{
	put_u32(ret, c->buffer + 4, len);
	put_u32(ret, c->buffer + len - TRAILER, len);
	ret->bytes = c->buffer;
	ret->len = len;
}

static size_t packet_header(const struct reader_block *b)
{
	return b->type == PCAPNG_SPB ? PCAPNG_SPB_HEADER : PCAPNG_EPB_HEADER;
}

/* A packet's block in the buffer, its options left out where they are not wanted. */
static int copy_packet(struct convert_change *c, struct frame_view *f,
		       const struct reader_block *in, struct reader_block *ret, struct errmsg *err)
{
	const size_t header = packet_header(in);
	/* A simple packet has no options, and what pads it may be longer than a word. */
	const size_t bare =
		in->type == PCAPNG_SPB ? in->len : header + align_up(f->cap_len, 4) + TRAILER;
	const int code = make_room(c, in->len, err);

	if (code)
		return code;
	*ret = *in;
	if (c->strip_options && bare < in->len) {
		memcpy(c->buffer, in->bytes, bare - TRAILER);
		finish_block(c, (uint32_t)bare, ret);
		c->options++;
	} else {
		memcpy(c->buffer, in->bytes, in->len);
		ret->bytes = c->buffer;
	}
	f->data = c->buffer + header;
	return 0;
}

static void change_family(uint8_t *p, uint16_t from, uint16_t to, bool swapped)
{
	const uint32_t family = from == LINKTYPE_NULL ? null_family(p) : load_be32(p);

	if (from == to)
		return;
	if (to == LINKTYPE_LOOP)
		store_be32(p, family);
	else
		store_u32(p, swapped ? swap_u32(family) : family);
}

int convert_packet(struct convert_change *c, struct frame_view *f, const struct reader_block *in,
		   struct reader_block *ret, struct errmsg *err)
{
	const bool family = c->linktype_given && has_family(c->linktype);
	int code = 0;

	if (c->strip_options) { /* what classic pcap's variants say beside the bytes, too */
		f->direction = f->reception = f->flags = 0;
	}
	if (in) {
		code = copy_packet(c, f, in, ret, err);
	} else if (family) {
		code = make_room(c, f->cap_len, err);
		if (!code) {
			memcpy(c->buffer, f->data, f->cap_len);
			f->data = c->buffer;
		}
	}
	if (code)
		return code;
	if (family)
		change_family(c->buffer + (f->data - c->buffer), f->linktype, c->linktype,
			      in && in->swapped);
	if (c->linktype_given)
		f->linktype = c->linktype;
	return 0;
}

/* What a reader needs to understand the packets and counters. */
static bool is_needed(uint32_t type, uint16_t option)
{
	if (type == PCAPNG_IDB)
		return option == PCAPNG_IF_TSRESOL || option == PCAPNG_IF_TSOFFSET ||
		       option == PCAPNG_IF_FCSLEN;
	return type == PCAPNG_ISB && option >= PCAPNG_ISB_STARTTIME &&
	       option <= PCAPNG_ISB_USRDELIV;
}

/* The block's options from `header` on, without those that nobody needs. */
static int strip_block(struct convert_change *c, size_t header, const struct reader_block *in,
		       struct reader_block *ret, struct errmsg *err)
{
	struct pcapng_options options;
	struct pcapng_option_view v;
	int code = make_room(c, in->len + OPTION_HEADER, err);
	size_t len = header;

	if (code)
		return code;
	*ret = *in;
	memcpy(c->buffer, in->bytes, header);
	/* The reader has been through them: none of them lies. */
	code = pcapng_options_begin(in, &options);
	while (code > 0 && (code = pcapng_options_next(&options, &v)) > 0) {
		const size_t size = OPTION_HEADER + align_up(v.len, 4);

		if (!is_needed(in->type, v.code))
			continue;
		memcpy(c->buffer + len, v.value - OPTION_HEADER, size);
		len += size;
	}
	if (len > header) {
		store_u32(c->buffer + len, PCAPNG_OPT_END);
		len += OPTION_HEADER;
	}
	finish_block(c, (uint32_t)len + TRAILER, ret);
	return 1;
}

/* Blocks whose options do not begin at a fixed place. Where they cannot be found it stays. */
static int strip_end(struct convert_change *c, const struct reader_block *in,
		     struct reader_block *ret, struct errmsg *err)
{
	struct pcapng_options options;

	if (pcapng_options_begin(in, &options) <= 0)
		return 1;
	return strip_block(c, (size_t)(options.pos - in->bytes), in, ret, err);
}

int convert_block(struct convert_change *c, const struct reader_block *in, struct reader_block *ret,
		  struct errmsg *err)
{
	*ret = *in;
	if (c->strip_names && in->type == PCAPNG_NRB) {
		c->names++;
		return 0;
	}
	if (c->strip_secrets && in->type == PCAPNG_DSB) {
		c->secrets++;
		return 0;
	}
	if (!c->strip_options)
		return 1;
	switch (in->type) {
	case PCAPNG_SHB:
		return strip_block(c, PCAPNG_SHB_MIN - TRAILER, in, ret, err);
	case PCAPNG_IDB:
		return strip_block(c, PCAPNG_IDB_MIN - TRAILER, in, ret, err);
	case PCAPNG_ISB:
		return strip_block(c, PCAPNG_ISB_MIN - TRAILER, in, ret, err);
	case PCAPNG_NRB:
	case PCAPNG_DSB:
		return strip_end(c, in, ret, err);
	default:
		return 1;
	}
}

void convert_close(struct convert_change *c)
{
	free(c->buffer);
}
