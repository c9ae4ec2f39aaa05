/*
 * dissect/proto/bgp_update.c -- routes and path attributes: RFC 4271, communities RFC 1997, 4360
 * and 8092, multiprotocol RFC 4760, labels RFC 8277, VPN RFC 4364, additional paths RFC 7911.
 */
#include "dissect/dissect.h"
#include "dissect/proto/bgp.h"
#include "dissect/text.h"

enum {
	ATTR_ORIGIN = 1,
	ATTR_AS_PATH = 2,
	ATTR_NEXT_HOP = 3,
	ATTR_MED = 4,
	ATTR_LOCAL_PREF = 5,
	ATTR_AGGREGATOR = 7,
	ATTR_COMMUNITIES = 8,
	ATTR_ORIGINATOR = 9,
	ATTR_CLUSTERS = 10,
	ATTR_MP_REACH = 14,
	ATTR_MP_UNREACH = 15,
	ATTR_EXT_COMMUNITIES = 16,
	ATTR_AS4_PATH = 17,
	ATTR_AS4_AGGREGATOR = 18,
	ATTR_AIGP = 26,
	ATTR_LARGE = 32,
	ATTR_SET = 128,
	FLAG_LONG = 0x10,
	AFI_IPV4 = 1,
	AFI_IPV6 = 2,
	SAFI_UNICAST = 1,
	SAFI_MULTICAST = 2,
	SAFI_LABELED = 4,
	SAFI_ROUTE_TARGET = 132,
	SAFI_VPN = 128,
	RD_LEN = 8,
	LABEL_LEN = 3,
	LABELS_MAX = 16,
	SETS_MAX = 3, /* attribute sets within each other: RFC 6368 5 knows no more than one */
	SEGMENT_TYPE_MAX = 4,
};

/* A list of prefixes, and what they are called. */
struct nlri {
	unsigned which; /* the descriptor of a prefix */
	bool v6, labels, rd, path_id;
};

struct prefix {
	const uint8_t *start; /* path id or length */
	const uint8_t *bits;  /* the length byte */
	const uint8_t *labels, *rd, *addr;
	size_t labels_len, addr_len; /* bytes here */
	unsigned len;                /* bits, without labels and distinguisher */
};

/* "65000:1", by type: RFC 4364 4.2. */
static void rd_text(const uint8_t *p, struct strbuf *out)
{
	switch (load_be16(p)) {
	case 0:
		strbuf_uint(out, load_be16(p + 2));
		strbuf_putc(out, ':');
		strbuf_uint(out, load_be32(p + 4));
		break;
	case 1:
		text_ipv4(p + 2, out);
		strbuf_putc(out, ':');
		strbuf_uint(out, load_be16(p + 6));
		break;
	case 2:
		strbuf_uint(out, load_be32(p + 2));
		strbuf_putc(out, ':');
		strbuf_uint(out, load_be16(p + 6));
		break;
	default:
		text_bytes(p, RD_LEN, RD_LEN, out);
	}
}

/* A withdrawn label is 0x800000; every other stack ends with a bottom bit. */
static bool take_labels(struct cursor *c, struct prefix *ret)
{
	const uint8_t *p;
	unsigned i;

	ret->labels = c->pos;
	for (i = 0; i < LABELS_MAX && (p = cursor_take(c, LABEL_LEN)); i++) {
		ret->labels_len += LABEL_LEN;
		if (p[2] & 1 || load_be24(p) == 0x800000 || !load_be24(p))
			return true;
	}
	return false;
}

static bool prefix_next(struct cursor *c, const struct nlri *n, struct prefix *ret)
{
	size_t overhead;

	*ret = (struct prefix){ .start = c->pos };
	if (n->path_id)
		cursor_skip(c, 4);
	ret->bits = cursor_take(c, 1);
	if (!ret->bits || (n->labels && !take_labels(c, ret)))
		return false;
	ret->rd = n->rd ? cursor_take(c, RD_LEN) : NULL;
	overhead = (ret->labels_len + (n->rd ? RD_LEN : 0u)) * 8;
	if (c->failed || *ret->bits < overhead || *ret->bits - overhead > (n->v6 ? 128 : 32))
		return false;
	ret->len = (unsigned)(*ret->bits - overhead);
	ret->addr_len = (ret->len + 7) / 8;
	ret->addr = cursor_take(c, ret->addr_len);
	return ret->addr;
}

/* The list reads as one of such prefixes to its end; a second default route does not make sense. */
static bool nlri_fits(struct cursor c, const struct nlri *n)
{
	struct prefix p;
	unsigned defaults = 0;

	while (cursor_left(&c)) {
		if (!prefix_next(&c, n, &p))
			return false;
		defaults += !p.len && !n->rd;
	}
	return defaults < 2;
}

/* Whether a path id stands before each prefix is settled in the OPENs; here it must be guessed. */
static void nlri_guess_paths(const struct cursor *c, struct nlri *n)
{
	struct nlri with = *n;

	with.path_id = true;
	n->path_id = !nlri_fits(*c, n) && nlri_fits(*c, &with);
}

static void describe_labels(const struct prefix *p, struct field_out *o)
{
	char text[128];
	struct strbuf out = strbuf_over(text, sizeof(text));
	size_t i;

	for (i = 0; i < p->labels_len; i += LABEL_LEN) {
		if (i)
			strbuf_putc(&out, ',');
		strbuf_uint(&out, load_be24(p->labels + i) >> 4);
	}
	if (load_be24(p->labels) == 0x800000 || !load_be24(p->labels))
		strbuf_puts(&out, " (withdrawn)");
	else
		strbuf_puts(&out, " (bottom)");
	field_put_text(o, &bgp_described[BGP_LABELS], out.text, out.len, p->labels, p->labels_len);
}

static void describe_rd(const uint8_t *p, unsigned which, struct field_out *o)
{
	char text[48];
	struct strbuf out = strbuf_over(text, sizeof(text));

	rd_text(p, &out);
	field_put_text(o, &bgp_described[which], out.text, out.len, p, RD_LEN);
}

static void describe_nlri(struct cursor *c, struct nlri *n, struct field_out *o)
{
	struct prefix p;
	uint8_t addr[16];

	nlri_guess_paths(c, n);
	while (cursor_left(c) && prefix_next(c, n, &p)) {
		if (n->path_id)
			bgp_put(o, BGP_PATH_ID, p.start, 4);
		bgp_put(o, BGP_PREFIX_LEN, p.bits, 1);
		if (n->labels)
			describe_labels(&p, o);
		if (p.rd)
			describe_rd(p.rd, BGP_RD, o);
		memset(addr, 0, sizeof(addr));
		memcpy(addr, p.addr, p.addr_len);
		field_put_text(o, &bgp_described[n->which], (const char *)addr, n->v6 ? 16 : 4,
			       p.addr_len ? p.addr : p.bits, p.addr_len ? p.addr_len : 1);
	}
}

/* Which kind of list a family has. False: one that is not taken apart here. */
static bool nlri_of_family(uint16_t afi, uint8_t safi, bool reach, struct nlri *ret)
{
	if (afi != AFI_IPV4 && afi != AFI_IPV6)
		return false;
	*ret = (struct nlri){ .v6 = afi == AFI_IPV6 };
	if (ret->v6)
		ret->which = reach ? BGP_NLRI_REACH_IPV6 : BGP_NLRI_UNREACH_IPV6;
	else
		ret->which = reach ? BGP_NLRI_REACH_IPV4 : BGP_NLRI_UNREACH_IPV4;
	ret->labels = safi == SAFI_LABELED || safi == SAFI_VPN;
	ret->rd = safi == SAFI_VPN;
	return ret->labels || safi == SAFI_UNICAST || safi == SAFI_MULTICAST;
}

/* RFC 4271 5.1.2, RFC 6793: whether ASes have two bytes or four is seen from what adds up. */
static bool path_fits(struct cursor c, size_t as_len)
{
	const uint8_t *p;

	while (cursor_left(&c)) {
		p = cursor_take(&c, 2);
		if (!p || !p[0] || p[0] > SEGMENT_TYPE_MAX || !p[1] ||
		    !cursor_take(&c, p[1] * as_len))
			return false;
	}
	return true;
}

static void describe_path(struct cursor *c, size_t as_len, struct field_out *o)
{
	const uint8_t *p, *as;
	unsigned i;

	while ((p = cursor_take(c, 2))) {
		field_put_group(o, &bgp_described[BGP_SEGMENT], NULL, p,
				2 + MIN_OF(p[1] * as_len, cursor_left(c)));
		bgp_put_table(o, BGP_SEGMENT_HEAD, 2, p, 2);
		for (i = 0; i < p[1] && (as = cursor_take(c, as_len)); i++)
			bgp_put(o, as_len == 2 ? BGP_AS2 : BGP_AS4, as, as_len);
	}
}

/* An address, two of them (the second link-local), or one behind a distinguisher. */
static void describe_next_hop(const uint8_t *p, size_t len, struct field_out *o)
{
	if (len == RD_LEN + 4u || len == RD_LEN + 16u || len == 2 * (RD_LEN + 16u)) {
		describe_rd(p, BGP_MP_NEXT_HOP_RD, o);
		p += RD_LEN;
		len -= RD_LEN;
	}
	bgp_put_bytes(o, BGP_MP_NEXT_HOP_IPV4, p, len);
	if (len >= 16)
		bgp_put_bytes(o, BGP_MP_NEXT_HOP_IPV6, p, 16);
	if (len == 32)
		bgp_put_bytes(o, BGP_MP_NEXT_HOP_LOCAL, p + 16, 16);
}

/* RFC 4684 4: an AS and an extended community, cut to the length in bits that stands in front. */
static void describe_route_targets(struct cursor *c, struct field_out *o)
{
	const uint8_t *p, *target;
	size_t len;

	while ((p = cursor_take(c, 1))) {
		len = (*p + 7u) / 8;
		target = cursor_take(c, len);
		if (!target)
			return;
		bgp_put(o, BGP_PREFIX_LEN, p, 1);
		if (len >= 4)
			bgp_put(o, BGP_TARGET_AS, target, 4);
		if (len > 4)
			bgp_put_bytes(o, BGP_TARGET, target + 4, len - 4);
	}
}

static void describe_mp_routes(uint16_t afi, uint8_t safi, bool reach, struct cursor *c,
			       struct field_out *o)
{
	struct nlri n;

	if (nlri_of_family(afi, safi, reach, &n))
		describe_nlri(c, &n, o);
	else if (safi == SAFI_ROUTE_TARGET)
		describe_route_targets(c, o);
	else if (cursor_left(c))
		bgp_put_bytes(o, BGP_MP_NLRI, c->pos, cursor_left(c));
}

static void describe_reach(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);

	if (!p)
		return;
	bgp_put_table(o, BGP_REACH, 2, p, 3);
	if (!cursor_take(c, p[3]))
		return;
	bgp_put_bytes(o, BGP_MP_NEXT_HOP, p + 3, 1u + p[3]);
	describe_next_hop(p + 4, p[3], o);
	if (!cursor_left(c))
		return;
	bgp_put(o, BGP_MP_SNPA, cursor_take(c, 1), 1);
	describe_mp_routes(load_be16(p), p[2], true, c, o);
}

static void describe_unreach(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 3);

	if (!p)
		return;
	bgp_put_table(o, BGP_UNREACH, 2, p, 3);
	describe_mp_routes(load_be16(p), p[2], false, c, o);
}

static void describe_aigp(struct cursor *c, struct field_out *o)
{
	const uint8_t *p;
	size_t len;

	while ((p = cursor_take(c, 3))) {
		bgp_put_table(o, BGP_AIGP, 2, p, 3);
		len = load_be16(p + 1);
		if (len < 3 || !cursor_take(c, len - 3))
			return;
		if (p[0] == 1 && len == 11)
			bgp_put(o, BGP_AIGP_METRIC, p + 3, 8);
	}
}

struct attribute {
	const uint8_t *start;
	size_t len_size;
	uint8_t type;
	struct cursor value;
};

static bool attribute_next(struct cursor *c, struct attribute *ret)
{
	const uint8_t *p = cursor_take(c, 3);
	size_t len;

	if (!p)
		return false;
	len = p[2];
	ret->len_size = 1;
	if (p[0] & FLAG_LONG) {
		if (!cursor_take(c, 1))
			return false;
		len = load_be16(p + 2);
		ret->len_size = 2;
	}
	ret->start = p;
	ret->type = p[1];
	ret->value = cursor_over(c->pos, MIN_OF(len, cursor_left(c)), false);
	cursor_skip(c, len);
	return true;
}

static void describe_attributes(struct cursor *c, unsigned depth, struct field_out *o);

/* Attributes whose value is a list, or a number of parts. */
static void describe_list(uint8_t type, struct cursor *c, unsigned depth, struct field_out *o)
{
	const uint8_t *p = c->pos;
	const size_t n = cursor_left(c);

	switch (type) {
	case ATTR_AS_PATH:
		describe_path(c, path_fits(*c, 2) ? 2 : 4, o);
		break;
	case ATTR_AS4_PATH:
		describe_path(c, 4, o);
		break;
	case ATTR_COMMUNITIES:
		bgp_describe_communities(c, o);
		break;
	case ATTR_CLUSTERS:
		while ((p = cursor_take(c, 4)))
			bgp_put_bytes(o, BGP_CLUSTER, p, 4);
		break;
	case ATTR_MP_REACH:
		describe_reach(c, o);
		break;
	case ATTR_MP_UNREACH:
		describe_unreach(c, o);
		break;
	case ATTR_EXT_COMMUNITIES:
		bgp_describe_ext_communities(c, o);
		break;
	case ATTR_AIGP:
		describe_aigp(c, o);
		break;
	case ATTR_SET:
		p = cursor_take(c, 4);
		if (!p)
			return;
		bgp_put(o, BGP_SET_AS, p, 4);
		describe_attributes(c, depth + 1, o);
		break;
	case ATTR_LARGE:
		while ((p = cursor_take(c, 12)))
			bgp_put_table(o, BGP_LARGE, 3, p, 12);
		break;
	default:
		if (n)
			bgp_put_bytes(o, BGP_ATTRIBUTE_VALUE, p, n);
	}
}

static void describe_attribute(const struct attribute *a, unsigned depth, struct field_out *o)
{
	struct cursor c = a->value;
	const uint8_t *p = c.pos;
	const size_t n = cursor_left(&c);

	if (a->type == ATTR_ORIGIN && n == 1) {
		bgp_put(o, BGP_ORIGIN, p, 1);
	} else if (a->type == ATTR_NEXT_HOP && n == 4) {
		bgp_put_bytes(o, BGP_NEXT_HOP, p, 4);
	} else if (a->type == ATTR_MED && n == 4) {
		bgp_put(o, BGP_MED, p, 4);
	} else if (a->type == ATTR_LOCAL_PREF && n == 4) {
		bgp_put(o, BGP_LOCAL_PREF, p, 4);
	} else if (a->type == ATTR_ORIGINATOR && n == 4) {
		bgp_put_bytes(o, BGP_ORIGINATOR, p, 4);
	} else if ((a->type == ATTR_AGGREGATOR && n == 6) ||
		   ((a->type == ATTR_AGGREGATOR || a->type == ATTR_AS4_AGGREGATOR) && n == 8)) {
		bgp_put(o, BGP_AGGREGATOR_AS, p, n - 4);
		bgp_put_bytes(o, BGP_AGGREGATOR, p + n - 4, 4);
	} else {
		describe_list(a->type, &c, depth, o);
	}
}

static void describe_attributes(struct cursor *c, unsigned depth, struct field_out *o)
{
	struct attribute a;

	while (depth < SETS_MAX && attribute_next(c, &a)) {
		field_put_group(o, &bgp_described[BGP_ATTRIBUTE],
				bgp_name(BGP_ATTRIBUTE_TYPE, a.type), a.start,
				2 + a.len_size + cursor_left(&a.value));
		bgp_put_table(o, BGP_ATTRIBUTE_FLAGS, 6, a.start, 1);
		bgp_put(o, BGP_ATTRIBUTE_TYPE, a.start + 1, 1);
		bgp_put(o, BGP_ATTRIBUTE_LEN, a.start + 2, a.len_size);
		describe_attribute(&a, depth, o);
	}
}

/* A two-byte length, and a cursor over as many of the bytes behind it as are here. */
static const uint8_t *take_part(struct cursor *c, struct cursor *ret)
{
	const uint8_t *p = cursor_take(c, 2);
	size_t len;

	if (!p)
		return NULL;
	len = load_be16(p);
	*ret = cursor_over(c->pos, MIN_OF(len, cursor_left(c)), false);
	cursor_skip(c, len);
	return p;
}

void bgp_describe_update(struct cursor *c, struct field_out *o)
{
	struct nlri withdrawn = { .which = BGP_NLRI_WITHDRAWN };
	struct nlri announced = { .which = BGP_NLRI };
	struct cursor part;
	const uint8_t *p = take_part(c, &part);

	if (!p)
		return;
	bgp_put(o, BGP_WITHDRAWN_LEN, p, 2);
	if (cursor_left(&part))
		field_put_group(o, &bgp_described[BGP_WITHDRAWN], NULL, part.pos,
				cursor_left(&part));
	describe_nlri(&part, &withdrawn, o);
	p = take_part(c, &part);
	if (!p)
		return;
	bgp_put(o, BGP_ATTRIBUTES_LEN, p, 2);
	describe_attributes(&part, 0, o);
	if (!c->failed)
		describe_nlri(c, &announced, o);
}

/* ", announces 192.0.2.0/24 and 3 more" */
static void line_prefixes(struct cursor *c, struct nlri *n, const char *what, struct strbuf *out)
{
	struct prefix p;
	uint8_t addr[16] = { 0 };
	unsigned nr = 0;

	nlri_guess_paths(c, n);
	while (cursor_left(c) && prefix_next(c, n, &p)) {
		if (nr++)
			continue;
		strbuf_puts(out, what);
		memcpy(addr, p.addr, p.addr_len);
		text_addr(addr, n->v6 ? 16 : 4, out);
		strbuf_putc(out, '/');
		strbuf_uint(out, p.len);
	}
	if (nr > 1)
		strbuf_printf(out, " and %u more", nr - 1);
}

static void line_mp(const struct attribute *a, struct strbuf *out)
{
	struct cursor c = a->value;
	const bool reach = a->type == ATTR_MP_REACH;
	const uint8_t *p = cursor_take(&c, reach ? 4 : 3);
	struct nlri n;

	if (!p || (reach && !cursor_take(&c, p[3] + 1u)))
		return;
	if (nlri_of_family(load_be16(p), p[2], reach, &n))
		line_prefixes(&c, &n, reach ? ", announces " : ", withdraws ", out);
	else
		strbuf_printf(out, ", %s AFI %u SAFI %u", reach ? "announces" : "withdraws",
			      load_be16(p), p[2]);
}

void bgp_line_update(struct cursor *c, struct strbuf *out)
{
	struct nlri withdrawn = { .which = BGP_NLRI_WITHDRAWN };
	struct nlri announced = { .which = BGP_NLRI };
	const uint8_t *next_hop = NULL;
	struct attribute a;
	struct cursor part;

	if (!take_part(c, &part))
		return;
	line_prefixes(&part, &withdrawn, ", withdraws ", out);
	if (!take_part(c, &part))
		return;
	while (attribute_next(&part, &a)) {
		if (a.type == ATTR_MP_REACH || a.type == ATTR_MP_UNREACH)
			line_mp(&a, out);
		else if (a.type == ATTR_NEXT_HOP && cursor_left(&a.value) == 4)
			next_hop = a.value.pos;
	}
	if (c->failed || !cursor_left(c))
		return;
	line_prefixes(c, &announced, ", announces ", out);
	if (next_hop) {
		strbuf_puts(out, " by ");
		text_ipv4(next_hop, out);
	}
}
