#include "dissect/rewrite/fragment.h"

#include <string.h>

#include "core/linktype.h"
#include "dissect/rewrite/rewrite_internal.h"

enum {
	IPV4_DF = 0x4000,
	IPV4_MF = 0x2000,
	IPV4_OFFSET = 0x1fff,
	IPV4_RESERVED = 0x8000,
	OPT_END = 0,
	OPT_NOP = 1,
	OPT_COPIED = 0x80,
	IPPROTO_HOPOPTS_NR = 0,
	IPPROTO_ROUTING_NR = 43,
	IPPROTO_FRAGMENT_NR = 44,
	FRAGMENT_HDR = 8,
	UNIT = 8, /* bytes in which offsets are counted */
	DATAGRAM_MAX = 65535,
};

/* Bytes of tags, and the type behind them. */
static uint32_t count_tags(const uint8_t *frame, uint32_t len, uint16_t *ret_type)
{
	uint32_t off = ETHERNET_LEN;

	*ret_type = load_be16(frame + 12);
	while (ethertype_is_tag(*ret_type) && len - off >= REWRITE_TAG_LEN) {
		*ret_type = load_be16(frame + off + 2);
		off += REWRITE_TAG_LEN;
	}
	return off - ETHERNET_LEN;
}

/* packet_extra_vlan_len_allowed(): a tag of 802.1Q, and no other, is let through above the MTU. */
static uint32_t tag_allowance(const uint8_t *frame)
{
	return load_be16(frame + 12) == ETHERTYPE_VLAN ? REWRITE_TAG_LEN : 0;
}

bool rewrite_fits_mtu(const uint8_t *frame, uint32_t len, uint16_t linktype, uint32_t mtu)
{
	if (linktype != LINKTYPE_ETHERNET || len < ETHERNET_LEN)
		return len <= mtu;
	return len - ETHERNET_LEN <= (uint64_t)mtu + tag_allowance(frame);
}

/* The options whose copied flag is set, filled up to a multiple of 4. */
static uint32_t copy_options(const uint8_t *p, uint32_t len, uint8_t *out)
{
	uint32_t off = 0, n = 0;

	while (off < len && p[off] != OPT_END) {
		uint32_t opt_len = 1;

		if (p[off] != OPT_NOP) {
			opt_len = off + 1 < len ? p[off + 1] : 0;
			if (opt_len < 2 || opt_len > len - off)
				break;
		}
		if (p[off] & OPT_COPIED) {
			memcpy(out + n, p + off, opt_len);
			n += opt_len;
		}
		off += opt_len;
	}
	while (n % 4)
		out[n++] = OPT_END;
	return n;
}

static enum rewrite_result begin_v4(struct rewrite_fragment *it,
				    struct rewrite_fragment_config *cfg, const uint8_t *p,
				    uint32_t hdr_len)
{
	const uint16_t frag = load_be16(p + 6);

	if (frag & IPV4_DF && !cfg->ignore_df)
		return REWRITE_DONT_FRAGMENT;
	it->id = load_be16(p + 4);
	if (frag & IPV4_DF && !it->id)
		it->id = (uint16_t)cfg->next_id++;
	it->offset = (frag & IPV4_OFFSET) * UNIT;
	it->more = frag & IPV4_MF;
	it->header_len = hdr_len;
	it->data_off = it->link_len + hdr_len;
	memcpy(it->later, p, IPV4_HDR_MIN);
	it->later_len = IPV4_HDR_MIN + copy_options(p + IPV4_HDR_MIN, hdr_len - IPV4_HDR_MIN,
						    it->later + IPV4_HDR_MIN);
	it->later[0] = (uint8_t)(0x40 | it->later_len / 4);
	return REWRITE_OK;
}

/* The headers that every fragment needs end behind the last one that is for routers. */
static enum rewrite_result begin_v6(struct rewrite_fragment *it,
				    struct rewrite_fragment_config *cfg, const uint8_t *p,
				    uint32_t total)
{
	struct extension ext = { .off = IPV6_HDR_LEN, .next = p[6] };
	uint32_t type_at = 6, data_off = IPV6_HDR_LEN;
	bool fragment = false;

	it->next_at = 6;
	it->header_len = IPV6_HDR_LEN;
	while (!fragment && extension_read(p, total, ext.off + ext.len, ext.next, &ext)) {
		fragment = ext.type == IPPROTO_FRAGMENT_NR;
		if (fragment) { /* it makes place for another one */
			it->next_at = type_at;
			it->header_len = ext.off;
		} else if (ext.type == IPPROTO_ROUTING_NR || ext.type == IPPROTO_HOPOPTS_NR) {
			it->next_at = ext.off;
			it->header_len = ext.off + ext.len;
		}
		data_off = fragment ? ext.off + ext.len : it->header_len;
		type_at = ext.off;
	}
	it->next = fragment ? ext.next : p[it->next_at];
	it->offset = fragment ? load_be16(p + ext.off + 2) & 0xfff8 : 0;
	it->more = fragment && (load_be16(p + ext.off + 2) & 1);
	it->id = fragment ? load_be32(p + ext.off + 4) : cfg->next_id++;
	it->later_len = it->header_len;
	it->data_off = it->link_len + data_off;
	return REWRITE_OK;
}

/* Where the IP packet of a frame begins and how much of a frame it may fill. */
static enum rewrite_result find_packet(struct rewrite_fragment *it, const uint8_t *frame,
				       uint32_t len, uint16_t linktype, uint32_t mtu)
{
	uint16_t type = 0;
	uint32_t tags;

	*it = (struct rewrite_fragment){ .frame = frame, .room = mtu, .first = true };
	if (linktype == LINKTYPE_ETHERNET) {
		if (len < ETHERNET_LEN)
			return REWRITE_NOT_IP;
		tags = count_tags(frame, len, &type);
		if (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6)
			return REWRITE_NOT_IP;
		it->link_len = ETHERNET_LEN + tags;
		it->room += tag_allowance(frame);
		it->room -= MIN_OF(tags, it->room);
	} else if (linktype != LINKTYPE_RAW && linktype != LINKTYPE_IPV4 &&
		   linktype != LINKTYPE_IPV6) {
		return REWRITE_NOT_IP;
	}
	return REWRITE_OK;
}

/* How long the IP packet says that it is. */
static enum rewrite_result measure(const uint8_t *p, uint32_t len, bool *ret_v6,
				   uint32_t *ret_hdr_len, uint32_t *ret_total)
{
	const unsigned version = len ? p[0] >> 4 : 0;
	uint32_t payload;

	*ret_v6 = version == 6;
	if (version != 4 && version != 6)
		return REWRITE_NOT_IP;
	if (len < (*ret_v6 ? IPV6_HDR_LEN : IPV4_HDR_MIN))
		return REWRITE_CUT;
	*ret_hdr_len = *ret_v6 ? IPV6_HDR_LEN : (p[0] & 15) * 4u;
	payload = load_be16(*ret_v6 ? p + 4 : p + 2);
	if (!payload)
		return REWRITE_NO_LENGTH;
	*ret_total = *ret_v6 ? IPV6_HDR_LEN + payload : payload;
	if (*ret_hdr_len < IPV4_HDR_MIN || *ret_total < *ret_hdr_len)
		return REWRITE_BAD_HEADER;
	return REWRITE_OK;
}

/* Bytes of headers in front of the data of the next one. */
static uint32_t headers_len(const struct rewrite_fragment *it, bool first)
{
	return (first ? it->header_len : it->later_len) + (it->v6 ? FRAGMENT_HDR : 0);
}

enum rewrite_result rewrite_fragment_begin(struct rewrite_fragment *it,
					   struct rewrite_fragment_config *cfg,
					   const uint8_t *frame, uint32_t len, uint32_t wire_len,
					   uint16_t linktype)
{
	enum rewrite_result r = find_packet(it, frame, len, linktype, cfg->mtu);
	uint32_t hdr_len, total;
	const uint8_t *p;

	if (r != REWRITE_OK)
		return r;
	p = frame + it->link_len;
	r = measure(p, len - it->link_len, &it->v6, &hdr_len, &total);
	if (r != REWRITE_OK)
		return r;
	if (total > len - it->link_len)
		return len < wire_len ? REWRITE_CUT : REWRITE_BAD_HEADER;
	it->data_end = it->link_len + total;
	if (total <= it->room) {
		it->whole = true;
		return REWRITE_OK;
	}
	r = it->v6 ? begin_v6(it, cfg, p, total) : begin_v4(it, cfg, p, hdr_len);
	if (r != REWRITE_OK)
		return r;
	if (it->data_off >= it->data_end ||
	    it->offset + (it->data_end - it->data_off) > DATAGRAM_MAX)
		return REWRITE_BAD_HEADER;
	/* later_len is never more than header_len. */
	return it->room < headers_len(it, true) + UNIT ? REWRITE_MTU_TOO_SMALL : REWRITE_OK;
}

/* How much of what is left goes into the next one. */
static uint32_t data_len(const struct rewrite_fragment *it, uint32_t left, bool first)
{
	const uint32_t room = it->room - headers_len(it, first);

	return left <= room ? left : room / UNIT * UNIT;
}

uint32_t rewrite_fragment_left(const struct rewrite_fragment *it)
{
	uint32_t left = it->data_end - it->data_off, n = 0;
	bool first = it->first;

	if (it->whole)
		return left > 0;
	for (; left; n++, first = false)
		left -= data_len(it, left, first);
	return n;
}

static uint32_t put_v4(const struct rewrite_fragment *it, uint8_t *out, uint32_t n, bool more)
{
	const uint32_t hdr_len = headers_len(it, it->first);
	const uint16_t reserved = load_be16(it->later + 6) & IPV4_RESERVED;

	memcpy(out, it->first ? it->frame + it->link_len : it->later, hdr_len);
	store_be16(out + 2, (uint16_t)(hdr_len + n));
	store_be16(out + 4, (uint16_t)it->id);
	store_be16(out + 6, (uint16_t)(reserved | (more ? IPV4_MF : 0) | it->offset / UNIT));
	store_be16(out + 10, 0);
	store_be16(out + 10, checksum_fold(checksum_partial(out, hdr_len, 0)));
	return hdr_len;
}

static uint32_t put_v6(const struct rewrite_fragment *it, uint8_t *out, uint32_t n, bool more)
{
	const uint32_t hdr_len = headers_len(it, it->first);
	uint8_t *frag = out + it->header_len;

	memcpy(out, it->frame + it->link_len, it->header_len);
	store_be16(out + 4, (uint16_t)(hdr_len - IPV6_HDR_LEN + n));
	out[it->next_at] = IPPROTO_FRAGMENT_NR;
	frag[0] = it->next;
	frag[1] = 0;
	store_be16(frag + 2, (uint16_t)(it->offset | more));
	store_be32(frag + 4, it->id);
	return hdr_len;
}

uint32_t rewrite_fragment_next(struct rewrite_fragment *it, uint8_t *out)
{
	const uint32_t left = it->data_end - it->data_off;
	uint32_t n, len;
	bool more;

	if (!left)
		return 0;
	if (it->whole) {
		memcpy(out, it->frame, it->data_end);
		it->data_off = it->data_end;
		return it->data_end;
	}
	n = data_len(it, left, it->first);
	more = it->more || n < left;
	memcpy(out, it->frame, it->link_len);
	out += it->link_len;
	len = it->v6 ? put_v6(it, out, n, more) : put_v4(it, out, n, more);
	memcpy(out + len, it->frame + it->data_off, n);
	it->data_off += n;
	it->offset += n;
	it->first = false;
	return it->link_len + len + n;
}
