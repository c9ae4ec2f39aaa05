/* dissect/rewrite/link.c -- the header of one link type for that of another. */
#include "dissect/rewrite/link.h"

#include <string.h>

#include "core/bytes.h"
#include "core/linktype.h"
#include "dissect/rewrite/link_internal.h"
#include "dissect/rewrite/rewrite.h"

enum {
	SLL_LEN = 16,
	SLL2_LEN = 20,
	SLL_802_2 = 4, /* in place of an EtherType: an LLC header follows */
	ARPHRD_ETHER = 1,
	ARPHRD_LOOPBACK = 772,
	PPP_ALL_STATIONS = 0xff03,
	PPP_IPV4 = 0x21,
	PPP_IPV6 = 0x57,
	CISCO_UNICAST = 0x0f00, /* Cisco's HDLC: address, zero, EtherType */
	CISCO_BROADCAST = 0x8f00,
	LLC_LEN_MAX = 1500, /* of what an 802.3 length can say */
	REASON_MAX = 160,
};

static enum rewrite_result strip_ethernet(struct stripped *s)
{
	const uint8_t *p = strip_take(s, ETHERNET_LEN);

	if (!p)
		return REWRITE_CUT;
	s->dst = p;
	s->src = p + 6;
	s->ethertype = load_be16(p + 12);
	s->llc = s->ethertype < ETHERTYPE_MIN;
	return ethertype_is_tag(s->ethertype) ? REWRITE_TAGGED : REWRITE_OK;
}

/* The packet begins here, and says itself of which version it is. */
static enum rewrite_result strip_nothing(struct stripped *s)
{
	if (!cursor_left(&s->payload))
		return REWRITE_CUT;
	switch (*s->payload.pos >> 4) {
	case 4:
		s->ethertype = ETHERTYPE_IPV4;
		return REWRITE_OK;
	case 6:
		s->ethertype = ETHERTYPE_IPV6;
		return REWRITE_OK;
	}
	return REWRITE_NOT_IP;
}

/* Four bytes of address family, in the order of the machine that captured. */
static enum rewrite_result strip_family(struct stripped *s)
{
	const uint8_t *p = strip_take(s, 4);
	uint32_t family;
	enum rewrite_result r;

	if (!p)
		return REWRITE_CUT;
	family = load_be32(p);
	if (family > UINT16_MAX)
		family = load_le32(p);
	r = strip_nothing(s);
	if (r != REWRITE_OK)
		return r;
	switch (family) {
	case 2:
		return s->ethertype == ETHERTYPE_IPV4 ? REWRITE_OK : REWRITE_BAD_HEADER;
	case 10: /* Linux, */
	case 24: /* NetBSD and OpenBSD, */
	case 28: /* FreeBSD, */
	case 30: /* macOS */
		return s->ethertype == ETHERTYPE_IPV6 ? REWRITE_OK : REWRITE_BAD_HEADER;
	}
	return REWRITE_NOT_IP;
}

/* RFC 1661, with or without the bytes that its HDLC-like framing may leave out; Cisco's HDLC. */
static enum rewrite_result strip_ppp(struct stripped *s)
{
	const uint8_t *p = s->payload.pos;
	uint16_t protocol;

	if (cursor_left(&s->payload) >= 4 &&
	    (load_be16(p) == CISCO_UNICAST || load_be16(p) == CISCO_BROADCAST)) {
		s->ethertype = load_be16(strip_take(s, 4) + 2);
		return REWRITE_OK;
	}
	if (cursor_left(&s->payload) >= 2 && load_be16(p) == PPP_ALL_STATIONS)
		strip_take(s, 2);
	p = strip_take(s, 1);
	if (!p)
		return REWRITE_CUT;
	protocol = *p;
	if (!(protocol & 1)) {
		p = strip_take(s, 1);
		if (!p)
			return REWRITE_CUT;
		protocol = (uint16_t)(protocol << 8 | *p);
	}
	if (protocol != PPP_IPV4 && protocol != PPP_IPV6)
		return REWRITE_NOT_IP;
	s->ethertype = protocol == PPP_IPV4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
	return REWRITE_OK;
}

/* Cooked captures have the sender's address alone, and a protocol that may be something else. */
static enum rewrite_result strip_sll(struct stripped *s, bool v2)
{
	static const uint8_t none[REWRITE_MAC_LEN];
	const uint8_t *p = strip_take(s, v2 ? SLL2_LEN : SLL_LEN);
	uint16_t hatype, addr_len;
	const uint8_t *addr;

	if (!p)
		return REWRITE_CUT;
	hatype = load_be16(v2 ? p + 8 : p + 2);
	addr_len = v2 ? p[11] : load_be16(p + 4);
	addr = v2 ? p + 12 : p + 6;
	s->ethertype = load_be16(v2 ? p : p + 14);
	if (hatype == ARPHRD_ETHER && addr_len == REWRITE_MAC_LEN && memcmp(addr, none, addr_len))
		s->src = addr;
	s->llc = s->ethertype == SLL_802_2;
	if (s->llc || s->ethertype >= ETHERTYPE_MIN) {
		/* On others it is a GRE protocol, a netlink family, a radio's header. */
		if (hatype == ARPHRD_ETHER || hatype == ARPHRD_LOOPBACK)
			return REWRITE_OK;
		if (s->ethertype == ETHERTYPE_IPV4 || s->ethertype == ETHERTYPE_IPV6)
			return REWRITE_OK;
	}
	return REWRITE_NO_ETHERTYPE;
}

static enum rewrite_result strip(uint16_t linktype, struct stripped *s)
{
	enum rewrite_result r;

	switch (linktype) {
	case LINKTYPE_ETHERNET:
		return strip_ethernet(s);
	case LINKTYPE_RAW:
		return strip_nothing(s);
	case LINKTYPE_IPV4:
	case LINKTYPE_IPV6:
		r = strip_nothing(s);
		if (r == REWRITE_OK &&
		    (linktype == LINKTYPE_IPV6) != (s->ethertype == ETHERTYPE_IPV6))
			return REWRITE_BAD_HEADER;
		return r;
	case LINKTYPE_NULL:
	case LINKTYPE_LOOP:
		return strip_family(s);
	case LINKTYPE_PPP:
		return strip_ppp(s);
	case LINKTYPE_LINUX_SLL:
		return strip_sll(s, false);
	case LINKTYPE_LINUX_SLL2:
		return strip_sll(s, true);
	case LINKTYPE_IEEE802_11:
		return strip_wlan(s);
	case LINKTYPE_IEEE802_11_RADIOTAP:
		return strip_radiotap(s);
	}
	return REWRITE_LINKTYPE;
}

/* What lies behind the packet belonged to the frame that it was in: Ethernet's padding. */
static void cut_trailer(struct stripped *s)
{
	const uint8_t *p = s->payload.pos;
	uint32_t total = 0;

	if (s->ethertype == ETHERTYPE_IPV4 && cursor_left(&s->payload) >= IPV4_HDR_MIN)
		total = load_be16(p + 2) >= IPV4_HDR_MIN ? load_be16(p + 2) : 0;
	else if (s->ethertype == ETHERTYPE_IPV6 && cursor_left(&s->payload) >= IPV6_HDR_LEN)
		total = load_be16(p + 4) ? IPV6_HDR_LEN + load_be16(p + 4) : 0; /* 0: a jumbogram */
	if (!total || total >= s->wire_len)
		return;
	s->wire_len = total;
	if (total < cursor_left(&s->payload))
		s->payload.end = p + total;
}

static enum rewrite_result put_ethernet(const struct rewrite_link *link, const struct stripped *s,
					uint8_t *out)
{
	if (!link->has_dst_mac && !s->dst)
		return REWRITE_NO_DST_MAC;
	if (s->llc && s->wire_len > LLC_LEN_MAX)
		return REWRITE_NO_ETHERTYPE;
	memcpy(out, link->has_dst_mac ? link->dst_mac : s->dst, REWRITE_MAC_LEN);
	memcpy(out + 6, s->src ? s->src : link->src_mac, REWRITE_MAC_LEN);
	store_be16(out + 12, s->llc ? (uint16_t)s->wire_len : s->ethertype);
	return REWRITE_OK;
}

static enum rewrite_result convert(const struct rewrite_link *link, const struct frame_view *f,
				   uint8_t *out, uint32_t room, struct rewritten *ret)
{
	const uint32_t header = link->linktype == LINKTYPE_ETHERNET ? ETHERNET_LEN : 0;
	const uint32_t wire_len = MAX_OF(f->wire_len, f->cap_len);
	struct stripped s = { .payload = cursor_over(f->data, f->cap_len, false),
			      .wire_len = wire_len };
	enum rewrite_result r = strip(f->linktype, &s);
	uint32_t len;

	if (r != REWRITE_OK)
		return r;
	if (!header && s.ethertype != ETHERTYPE_IPV4 && s.ethertype != ETHERTYPE_IPV6)
		return REWRITE_NOT_IP;
	cut_trailer(&s);
	len = (uint32_t)cursor_left(&s.payload);
	if (len > room || header > room - len || header > UINT32_MAX - s.wire_len)
		return REWRITE_NO_ROOM;
	r = header ? put_ethernet(link, &s, out) : REWRITE_OK;
	if (r != REWRITE_OK)
		return r;
	if (len)
		memcpy(out + header, s.payload.pos, len);
	*ret = (struct rewritten){ .len = header + len,
				   .wire_len = header + s.wire_len,
				   .linktype = link->linktype,
				   .changed = REWRITE_CHANGED_LINKTYPE };
	return REWRITE_OK;
}

enum rewrite_result link_copy(const struct frame_view *f, uint8_t *out, uint32_t room,
			      struct rewritten *ret)
{
	if (f->cap_len > room)
		return REWRITE_NO_ROOM;
	if (f->cap_len)
		memcpy(out, f->data, f->cap_len);
	*ret = (struct rewritten){ .len = f->cap_len,
				   .wire_len = MAX_OF(f->wire_len, f->cap_len),
				   .linktype = f->linktype };
	return REWRITE_OK;
}

static void put_name(struct strbuf *out, uint16_t linktype)
{
	const char *name = linktype_name(linktype);

	if (name)
		strbuf_puts(out, name);
	else
		strbuf_printf(out, "link type %u", linktype);
}

/* What there is to say of frames that have no Ethernet header; NULL: they cannot get one. */
static const char *to_ethernet(uint16_t from, bool *needs_dst_mac)
{
	*needs_dst_mac = true;
	switch (from) {
	case LINKTYPE_RAW:
	case LINKTYPE_IPV4:
	case LINKTYPE_IPV6:
	case LINKTYPE_NULL:
	case LINKTYPE_LOOP:
	case LINKTYPE_PPP:
		return "has no MAC addresses; --rewrite gives its IP packets an Ethernet header, "
		       "with --dst-mac";
	case LINKTYPE_LINUX_SLL:
	case LINKTYPE_LINUX_SLL2:
		return "has no destination MAC addresses; --rewrite gives its packets an Ethernet "
		       "header, with --dst-mac";
	case LINKTYPE_IEEE802_11:
	case LINKTYPE_IEEE802_11_RADIOTAP:
		*needs_dst_mac = false;
		return "is not Ethernet; --rewrite makes Ethernet frames of its unencrypted data "
		       "frames";
	}
	*needs_dst_mac = false;
	return NULL;
}

static const char *why_never(uint16_t from, uint16_t to)
{
	if (to != LINKTYPE_ETHERNET && to != LINKTYPE_RAW)
		return "such headers are never built here";
	switch (from) {
	case LINKTYPE_NETLINK:
		return "it holds messages of programs and the kernel, no packets of a network";
	case LINKTYPE_PPI:
		return "it may hold anything behind a header that is not followed here";
	}
	return "it has headers that are not known here";
}

/* The interface wants bare IP packets. */
static enum rewrite_fit fit_raw(uint16_t from, struct strbuf *why)
{
	bool unused;

	if (from == LINKTYPE_IPV4 || from == LINKTYPE_IPV6)
		return REWRITE_FITS;
	if (from != LINKTYPE_ETHERNET && !to_ethernet(from, &unused))
		return REWRITE_CANNOT;
	put_name(why, from);
	strbuf_puts(why, " has link-layer headers, and the interface takes IP packets without any; "
			 "--rewrite takes them off");
	return REWRITE_CONVERT;
}

enum rewrite_fit rewrite_link_fit(uint16_t from, uint16_t to, bool *needs_dst_mac,
				  struct strbuf *why)
{
	char unread[REASON_MAX];
	struct strbuf nowhere = strbuf_over(unread, sizeof(unread));
	enum rewrite_fit fit = REWRITE_CANNOT;
	const char *words = NULL;
	bool needs = false;

	if (!why)
		why = &nowhere;
	strbuf_reset(why);
	if (from == to) {
		fit = REWRITE_FITS;
	} else if (to == LINKTYPE_RAW) {
		fit = fit_raw(from, why);
	} else if (to == LINKTYPE_ETHERNET) {
		words = to_ethernet(from, &needs);
		fit = words ? REWRITE_CONVERT : REWRITE_CANNOT;
	}
	if (words) {
		put_name(why, from);
		strbuf_printf(why, " %s", words);
	} else if (fit == REWRITE_CANNOT) {
		put_name(why, from);
		strbuf_puts(why, " cannot be made ");
		put_name(why, to);
		strbuf_printf(why, ": %s", why_never(from, to));
	}
	if (needs_dst_mac)
		*needs_dst_mac = needs;
	return fit;
}

enum rewrite_result rewrite_link(const struct rewrite_link *link, const struct frame_view *f,
				 uint8_t *out, uint32_t room, struct rewritten *ret)
{
	switch (rewrite_link_fit(f->linktype, link->linktype, NULL, NULL)) {
	case REWRITE_FITS:
		return link_copy(f, out, room, ret);
	case REWRITE_CONVERT:
		return convert(link, f, out, room, ret);
	case REWRITE_CANNOT:
		break;
	}
	return REWRITE_LINKTYPE;
}

void rewrite_drop_fcs(struct frame_view *f, uint32_t fcs_len)
{
	f->wire_len = MAX_OF(f->wire_len, f->cap_len);
	f->wire_len -= MIN_OF(fcs_len, f->wire_len);
	f->cap_len = MIN_OF(f->cap_len, f->wire_len);
}

enum rewrite_result rewrite_pad(uint8_t *frame, uint32_t room, struct rewritten *ret)
{
	if (ret->wire_len <= ret->len)
		return REWRITE_OK;
	if (ret->wire_len > room)
		return REWRITE_NO_ROOM;
	memset(frame + ret->len, 0, ret->wire_len - ret->len);
	ret->len = ret->wire_len;
	ret->changed |= REWRITE_CHANGED_LENGTH;
	return REWRITE_OK;
}
