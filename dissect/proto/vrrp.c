/*
 * dissect/proto/vrrp.c -- Virtual Router Redundancy Protocol: version 2 RFC 3768 (authentication
 * RFC 2338), version 3 RFC 5798.
 */
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	HEADER = 8,
	AUTH_LEN = 8,
	AUTH_TEXT = 1,
	AUTH_MD5 = 254, /* Cisco's */
	CARP_AUTH_WORDS = 7,
	IPPROTO_VRRP_NR = 112,
};

enum {
	VERSION_2 = 1 << 0,
	VERSION_3 = 1 << 1,
};

static const struct name_map type_names[] = {
	{ 1, "advertisement" },
	{ 0, NULL },
};

static const struct name_map priority_names[] = {
	{ 0, "gives up" },
	{ 100, "default backup" },
	{ 255, "owns the address" },
	{ 0, NULL },
};

static const struct name_map auth_names[] = {
	{ 0, "none" },  { 1, "text" }, { 2, "IP authentication header" },
	{ 254, "MD5" }, { 0, NULL },
};

static const struct field_desc vrrp_fields[] = {
	{ "vrrp.version", "Version", 0, 4, FIELD_UINT },
	{ "vrrp.type", "Type", 4, 4, FIELD_ENUM, .names = type_names },
	{ "vrrp.virt_rtr_id", "Virtual router", 8, 8, FIELD_UINT },
	{ "vrrp.prio", "Priority", 16, 8, FIELD_ENUM, .names = priority_names },
	{ "vrrp.addr_count", "Number of addresses", 24, 8, FIELD_UINT },
	{ "vrrp.auth_type", "Authentication type", 32, 8, FIELD_ENUM, .variants = VERSION_2,
	  .names = auth_names },
	{ "vrrp.adver_int", "Advertisement interval", 40, 8, FIELD_UINT, .variants = VERSION_2,
	  .unit = "s" },
	{ "vrrp.reserved_mbz", "Reserved", 32, 4, FIELD_UINT, .variants = VERSION_3 },
	{ "vrrp.short_adver_int", "Advertisement interval", 36, 12, FIELD_UINT,
	  .variants = VERSION_3, .unit = "hundredths of a second" },
	{ "vrrp.checksum", "Checksum", 48, 16, FIELD_HEX },
};

enum { D_CHECKSUM, D_IPV4 = D_CHECKSUM + 3, D_IPV6, D_AUTH_TEXT, D_AUTH_MD5, NR_D };

static const struct field_desc vrrp_described[NR_D] = {
	[D_CHECKSUM] = CHECKSUM_STATUS("vrrp.checksum.status"),
	CHECKSUM_EXPECTED("vrrp.checksum.expected"),
	CHECKSUM_NOTE("vrrp.checksum.note"),
	[D_IPV4] = { "vrrp.ip_addr", "Address", 0, 0, FIELD_IPV4, FIELD_DESCRIBED | FIELD_LIST },
	[D_IPV6] = { "vrrp.ipv6_addr", "Address", 0, 0, FIELD_IPV6, FIELD_DESCRIBED | FIELD_LIST },
	[D_AUTH_TEXT] = { "vrrp.auth_string", "Authentication string", 0, 0, FIELD_TEXT,
			  FIELD_DESCRIBED },
	[D_AUTH_MD5] = { "vrrp.md5_auth_data", "MD5 authentication data", 0, 0, FIELD_BYTES,
			 FIELD_DESCRIBED },
};

static struct next vrrp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;
	unsigned version;

	/* As tcpdump tells them apart: CARP's version is 2, and it always has 7 words of HMAC. */
	if (cursor_left(c) >= HEADER && p[0] == 0x21 && p[3] == CARP_AUTH_WORDS &&
	    d->wire_end - l->off >= HEADER + CARP_AUTH_WORDS * 4)
		return next_key(KEY_PROTO, PROTO_CARP);
	/* Ahead of the whole header: the version also names what a cut one still has. */
	version = cursor_left(c) ? p[0] >> 4 : 0;
	l->variant = version == 3 ? VERSION_3 : version == 2 ? VERSION_2 : 0;
	p = cursor_take(c, HEADER);
	if (unlikely(!p))
		return next_none();
	if (l->variant)
		cursor_skip(c, p[3] * (layer_carrier(d, l) == PROTO_IPV6 ? 16u : 4u));
	if (l->variant == VERSION_2 && p[4] && !c->failed)
		cursor_skip(c, MIN_OF(cursor_left(c), (size_t)AUTH_LEN));
	return next_none();
}

static void vrrp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, HEADER), *addr;
	const bool ipv6 = layer_carrier(d, l) == PROTO_IPV6;
	const size_t len = checksum_layer_len(d, l);
	struct cursor c = layer_cursor(d, l, HEADER);
	struct checksum_found sum;
	unsigned nr;

	if (!p)
		return;
	/* RFC 5798 5.2.8: version 3 sums with a pseudo header. */
	sum = l->variant == VERSION_3 || ipv6 ? checksum_find(d, l, IPPROTO_VRRP_NR, len, len, 6)
					      : checksum_find_plain(d, l, len, 6);
	checksum_put(o, &vrrp_described[D_CHECKSUM], &sum, p + 6, 2);
	if (!l->variant)
		return;
	for (nr = p[3]; nr && (addr = cursor_take(&c, ipv6 ? 16 : 4)); nr--)
		field_put_bytes(o, &vrrp_described[ipv6 ? D_IPV6 : D_IPV4], addr, ipv6 ? 16 : 4);
	if (l->variant != VERSION_2 || nr || cursor_left(&c) < AUTH_LEN)
		return;
	addr = cursor_take(&c, AUTH_LEN);
	if (p[4] == AUTH_TEXT)
		field_put_bytes(o, &vrrp_described[D_AUTH_TEXT], addr,
				strnlen((const char *)addr, AUTH_LEN));
	else if (p[4] == AUTH_MD5)
		field_put_bytes(o, &vrrp_described[D_AUTH_MD5], addr, AUTH_LEN);
}

static void vrrp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, HEADER);
	const unsigned addr_len = layer_carrier(d, l) == PROTO_IPV6 ? 16 : 4;
	const uint8_t *addr = layer_bytes(d, l, HEADER, addr_len);
	unsigned interval;

	if (!l->hdr_len && !layer_is_last(d, l))
		return; /* CARP says it all */
	line_paint(opt, PAINT_PROTOCOL, "VRRP", out);
	if (!p)
		return;
	strbuf_printf(out, " v%u advertisement, vrid %u, prio %u", p[0] >> 4, p[1], p[2]);
	if (l->variant == VERSION_2)
		strbuf_printf(out, ", interval %us", p[5]);
	interval = load_be16(p + 4) & 0xfff;
	if (l->variant == VERSION_3)
		strbuf_printf(out, ", interval %u.%02us", interval / 100, interval % 100);
	if (l->variant && p[3] && addr) {
		strbuf_puts(out, ", address ");
		text_addr(addr, addr_len, out);
		if (p[3] > 1)
			strbuf_printf(out, " and %u more", p[3] - 1);
	}
}

const struct dissector vrrp_dissector = {
	.name = "vrrp",
	.title = "Virtual Router Redundancy Protocol",
	.id = PROTO_VRRP,
	.layer_class = CLASS_TRANSPORT,
	.min_hdr_len = HEADER,
	.fields = vrrp_fields,
	.nr_fields = ARRAY_SIZE(vrrp_fields),
	.described = vrrp_described,
	.nr_described = ARRAY_SIZE(vrrp_described),
	.keys = { { KEY_IPPROTO, IPPROTO_VRRP_NR } },
	.dissect = vrrp_dissect,
	.describe = vrrp_describe,
	.line = vrrp_line,
};
