/*
 * dissect/proto/arp.c -- Address Resolution Protocol, RFC 826; RARP RFC 903, InARP RFC 2390, probes
 * and announcements RFC 5227.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { ARP_FIXED_LEN = 8, ARP_ETH_IPV4_LEN = 28 };

enum { ARP_ETH_IPV4 = 1 << 0, ARP_GENERAL = 1 << 1 };

enum {
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
	RARP_REQUEST = 3,
	RARP_REPLY = 4,
	DRARP_ERROR = 7,
	INARP_REQUEST = 8,
	INARP_REPLY = 9,
};

static const struct name_map opcode_names[] = {
	{ ARP_REQUEST, "request" },
	{ ARP_REPLY, "reply" },
	{ RARP_REQUEST, "RARP request" },
	{ RARP_REPLY, "RARP reply" },
	{ 5, "DRARP request" },
	{ 6, "DRARP reply" },
	{ DRARP_ERROR, "DRARP error" },
	{ INARP_REQUEST, "InARP request" },
	{ INARP_REPLY, "InARP reply" },
	{ 10, "ATMARP NAK" },
	{ 11, "MARS request" },
	{ 12, "MARS multi" },
	{ 13, "MARS MServ" },
	{ 14, "MARS join" },
	{ 15, "MARS leave" },
	{ 16, "MARS NAK" },
	{ 17, "MARS unserv" },
	{ 18, "MARS SJoin" },
	{ 19, "MARS SLeave" },
	{ 20, "MARS grouplist request" },
	{ 21, "MARS grouplist reply" },
	{ 22, "MARS redirect map" },
	{ 23, "MAPOS UNARP" },
	{ 24, "experimental 1" },
	{ 25, "experimental 2" },
	{ 0, NULL },
};

static const struct field_desc arp_fields[] = {
	{ "arp.hw.type", "Hardware type", 0, 16, FIELD_ENUM, .names = arphrd_names },
	{ "arp.proto.type", "Protocol type", 16, 16, FIELD_ENUM, FIELD_BASE_HEX,
	  .names = ethertype_names },
	{ "arp.hw.size", "Hardware size", 32, 8, FIELD_UINT },
	{ "arp.proto.size", "Protocol size", 40, 8, FIELD_UINT },
	{ "arp.opcode", "Opcode", 48, 16, FIELD_ENUM, .names = opcode_names },
};

enum {
	ARP_GRATUITOUS,
	ARP_PROBE,
	ARP_ANNOUNCEMENT,
	ARP_SRC_MAC,
	ARP_SRC_HW,
	ARP_SRC_IPV4,
	ARP_SRC_PROTO,
	ARP_DST_MAC,
	ARP_DST_HW,
	ARP_DST_IPV4,
	ARP_DST_PROTO,
	ARP_ERROR_STATUS,
};

static const struct field_desc arp_described[] = {
	[ARP_GRATUITOUS] = { "arp.isgratuitous", "Gratuitous", 0, 0, FIELD_FLAG, FIELD_DESCRIBED },
	[ARP_PROBE] = { "arp.isprobe", "Probe", 0, 0, FIELD_FLAG, FIELD_DESCRIBED },
	[ARP_ANNOUNCEMENT] = { "arp.isannouncement", "Announcement", 0, 0, FIELD_FLAG,
			       FIELD_DESCRIBED },
	[ARP_SRC_MAC] = { "arp.src.hw_mac", "Sender MAC", 0, 0, FIELD_MAC, FIELD_DESCRIBED },
	[ARP_SRC_HW] = { "arp.src.hw", "Sender hardware address", 0, 0, FIELD_BYTES,
			 FIELD_DESCRIBED },
	[ARP_SRC_IPV4] = { "arp.src.proto_ipv4", "Sender IP", 0, 0, FIELD_IPV4, FIELD_DESCRIBED },
	[ARP_SRC_PROTO] = { "arp.src.proto", "Sender protocol address", 0, 0, FIELD_BYTES,
			    FIELD_DESCRIBED },
	[ARP_DST_MAC] = { "arp.dst.hw_mac", "Target MAC", 0, 0, FIELD_MAC, FIELD_DESCRIBED },
	[ARP_DST_HW] = { "arp.dst.hw", "Target hardware address", 0, 0, FIELD_BYTES,
			 FIELD_DESCRIBED },
	[ARP_DST_IPV4] = { "arp.dst.proto_ipv4", "Target IP", 0, 0, FIELD_IPV4, FIELD_DESCRIBED },
	[ARP_DST_PROTO] = { "arp.dst.proto", "Target protocol address", 0, 0, FIELD_BYTES,
			    FIELD_DESCRIBED },
	[ARP_ERROR_STATUS] = { "arp.dst.drarp_error_status", "DRARP error", 0, 0, FIELD_UINT,
			       FIELD_DESCRIBED },
};

static struct next arp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, ARP_FIXED_LEN);
	size_t rest;

	if (unlikely(!p))
		return next_none();
	rest = 2u * (p[4] + p[5]);
	l->variant =
		load_be16(p + 2) == 0x0800 && p[4] == 6 && p[5] == 4 ? ARP_ETH_IPV4 : ARP_GENERAL;
	p = cursor_take(c, rest);
	if (unlikely(!p))
		return next_none();
	dissect_limit(d, c, 0);
	if (l->variant == ARP_ETH_IPV4 && !d->nr_ip) {
		d->flow.addr_len = 4;
		memcpy(d->flow.src, p + 6, 4);
		memcpy(d->flow.dst, p + 16, 4);
	}
	return next_none();
}

enum arp_sort { ARP_PLAIN, ARP_IS_PROBE, ARP_IS_ANNOUNCEMENT, ARP_IS_GRATUITOUS };

/* RFC 5227 1.1: what the four addresses amount to. p: 28 bytes, Ethernet and IPv4. */
static enum arp_sort arp_sort(const uint8_t *p)
{
	static const uint8_t nobody[6];
	const uint16_t opcode = load_be16(p + 6);
	const uint32_t sender = load_be32(p + 14), target = load_be32(p + 24);
	const bool unasked = !memcmp(p + 18, nobody, sizeof(nobody));

	if (opcode != ARP_REQUEST && opcode != ARP_REPLY)
		return ARP_PLAIN;
	if (sender == target)
		return opcode == ARP_REQUEST && unasked ? ARP_IS_ANNOUNCEMENT : ARP_IS_GRATUITOUS;
	return opcode == ARP_REQUEST && !sender && unasked ? ARP_IS_PROBE : ARP_PLAIN;
}

/* `first` is the MAC's descriptor; the other three kinds of address stand behind it. */
static void describe_addresses(const uint8_t *fixed, struct cursor *c, unsigned first,
			       struct field_out *o)
{
	const uint16_t hatype = load_be16(fixed);
	const bool mac = (hatype == 1 || hatype == 6) && fixed[4] == 6;
	const bool ipv4 = load_be16(fixed + 2) == 0x0800 && fixed[5] == 4;
	const bool error = load_be16(fixed + 6) == DRARP_ERROR && first == ARP_DST_MAC;
	const uint8_t *hw = cursor_take(c, fixed[4]);
	const uint8_t *proto = cursor_take(c, fixed[5]);

	if (hw && fixed[4])
		field_put_bytes(o, &arp_described[first + !mac], hw, fixed[4]);
	if (!proto || !fixed[5])
		return;
	if (error)
		field_put_uint(o, &arp_described[ARP_ERROR_STATUS], proto, 1);
	else
		field_put_bytes(o, &arp_described[first + 2 + !ipv4], proto, fixed[5]);
}

static void arp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, ARP_FIXED_LEN);
	const uint8_t *p = layer_bytes(d, l, 0, ARP_FIXED_LEN);
	const uint8_t *full = layer_bytes(d, l, 0, ARP_ETH_IPV4_LEN);
	enum arp_sort sort;

	if (!p)
		return;
	sort = l->variant == ARP_ETH_IPV4 && full ? arp_sort(full) : ARP_PLAIN;
	if (sort == ARP_IS_GRATUITOUS || sort == ARP_IS_ANNOUNCEMENT)
		field_put_num(o, &arp_described[ARP_GRATUITOUS], 1, p, ARP_ETH_IPV4_LEN);
	if (sort == ARP_IS_PROBE)
		field_put_num(o, &arp_described[ARP_PROBE], 1, p, ARP_ETH_IPV4_LEN);
	if (sort == ARP_IS_ANNOUNCEMENT)
		field_put_num(o, &arp_described[ARP_ANNOUNCEMENT], 1, p, ARP_ETH_IPV4_LEN);
	describe_addresses(p, &c, ARP_SRC_MAC, o);
	describe_addresses(p, &c, ARP_DST_MAC, o);
}

static void put_pair(const char *first, const uint8_t *ip, const char *second, const uint8_t *mac,
		     struct strbuf *out)
{
	strbuf_puts(out, first);
	text_ipv4(ip, out);
	strbuf_puts(out, second);
	text_mac(mac, out);
}

static void arp_line_request(const uint8_t *p, struct strbuf *out)
{
	switch (arp_sort(p)) {
	case ARP_IS_PROBE:
		put_pair("probe who-has ", p + 24, " from ", p + 8, out);
		break;
	case ARP_IS_ANNOUNCEMENT:
		put_pair("announce ", p + 14, " is-at ", p + 8, out);
		break;
	case ARP_IS_GRATUITOUS:
		put_pair("gratuitous ", p + 14, " is-at ", p + 8, out);
		break;
	case ARP_PLAIN:
		strbuf_puts(out, "who-has ");
		text_ipv4(p + 24, out);
		strbuf_puts(out, " tell ");
		text_ipv4(p + 14, out);
		break;
	}
}

static void arp_line_ipv4(const uint8_t *p, struct strbuf *out)
{
	switch (load_be16(p + 6)) {
	case ARP_REQUEST:
		arp_line_request(p, out);
		break;
	case RARP_REQUEST:
	case INARP_REQUEST:
		strbuf_puts(out, "who-is ");
		text_mac(p + 18, out);
		strbuf_puts(out, " tell ");
		text_mac(p + 8, out);
		break;
	case RARP_REPLY:
		put_pair("", p + 24, " is-at ", p + 18, out);
		break;
	case ARP_REPLY:
	case INARP_REPLY:
		put_pair(arp_sort(p) == ARP_IS_GRATUITOUS ? "gratuitous " : "", p + 14, " is-at ",
			 p + 8, out);
		break;
	default:
		put_pair("from ", p + 14, " ", p + 8, out);
		break;
	}
}

static void arp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, ARP_FIXED_LEN);
	const uint8_t *full = layer_bytes(d, l, 0, ARP_ETH_IPV4_LEN);
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "ARP", out);
	if (!p)
		return;
	name = name_find(opcode_names, load_be16(p + 6));
	if (name)
		strbuf_printf(out, ", %s ", name);
	else
		strbuf_printf(out, ", opcode %u ", load_be16(p + 6));
	if (l->variant == ARP_ETH_IPV4 && full)
		arp_line_ipv4(full, out);
	else
		strbuf_printf(out, "hardware type %u (%u bytes), protocol type 0x%04x (%u bytes)",
			      load_be16(p), p[4], load_be16(p + 2), p[5]);
}

const struct dissector arp_dissector = {
	.name = "arp",
	.title = "Address Resolution Protocol",
	.id = PROTO_ARP,
	.layer_class = CLASS_NETWORK,
	.min_hdr_len = ARP_FIXED_LEN,
	.fields = arp_fields,
	.nr_fields = ARRAY_SIZE(arp_fields),
	.described = arp_described,
	.nr_described = ARRAY_SIZE(arp_described),
	.keys = { { KEY_ETHERTYPE, 0x0806 }, { KEY_ETHERTYPE, 0x8035 } },
	.dissect = arp_dissect,
	.describe = arp_describe,
	.line = arp_line,
};
