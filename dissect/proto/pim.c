/*
 * dissect/proto/pim.c -- Protocol Independent Multicast: version 2 RFC 7761 (sparse), 3973 (dense),
 * 5059 (bootstrap), 5015 (bidirectional), 5384 (join attributes); version 1 travels in IGMP.
 */
#include "dissect/proto/pim.h"
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	HEADER = 4,
	V1_HEADER = 8,
	TYPE_HELLO = 0,
	TYPE_REGISTER = 1,
	TYPE_REGISTER_STOP = 2,
	TYPE_JOIN_PRUNE = 3,
	TYPE_BOOTSTRAP = 4,
	TYPE_ASSERT = 5,
	TYPE_GRAFT = 6,
	TYPE_GRAFT_ACK = 7,
	TYPE_CANDIDATE = 8,
	TYPE_REFRESH = 9,
	TYPE_ELECTION = 10,
	TYPE_V1_IN_IGMP = 0x14,
	V1_QUERY = 0,
	V1_RP_REACHABLE = 4,
	ELECTION_BACKOFF = 3,
	ELECTION_PASS = 4,
	REGISTER_LEN = 8,
	REGISTER_NULL = 0x40,
	FAMILY_IPV4 = 1,
	FAMILY_IPV6 = 2,
	ENCODING_ATTRIBUTES = 1,
	IPPROTO_PIM_NR = 103,
};

enum { VERSION_2 = 1 << 0, VERSION_1 = 1 << 1, IS_REGISTER = 1 << 2, IS_ELECTION = 1 << 3 };

static const struct name_map type_names[] = {
	{ 0, "hello" },         { 1, "register" },     { 2, "register-stop" },
	{ 3, "join/prune" },    { 4, "bootstrap" },    { 5, "assert" },
	{ 6, "graft" },         { 7, "graft-ack" },    { 8, "candidate RP advertisement" },
	{ 9, "state refresh" }, { 10, "DF election" }, { 11, "ECMP redirect" },
	{ 12, "PFM" },          { 0, NULL },
};

static const struct name_map v1_names[] = {
	{ 0, "query" },        { 1, "register" }, { 2, "register-stop" }, { 3, "join/prune" },
	{ 4, "RP reachable" }, { 5, "assert" },   { 6, "graft" },         { 7, "graft-ack" },
	{ 8, "mode" },         { 0, NULL },
};

static const struct name_map election_names[] = {
	{ 1, "offer" }, { 2, "winner" }, { 3, "backoff" }, { 4, "pass" }, { 0, NULL },
};

static const struct field_desc pim_fields[] = {
	{ "pim.version", "Version", 0, 4, FIELD_UINT, .variants = VERSION_2 },
	{ "pim.type", "Type", 4, 4, FIELD_ENUM, .variants = VERSION_2, .names = type_names },
	{ "pim.df_elect.subtype", "Subtype", 8, 4, FIELD_ENUM, .variants = IS_ELECTION,
	  .names = election_names },
	{ "pim.code", "Code", 8, 8, FIELD_ENUM, .variants = VERSION_1, .names = v1_names },
	{ "pim.cksum", "Checksum", 16, 16, FIELD_HEX },
	{ "pim.version", "Version", 32, 4, FIELD_UINT, FIELD_OPT, .variants = VERSION_1 },
	{ "pim.register_flag", "Flags", 32, 32, FIELD_HEX, FIELD_OPT, .variants = IS_REGISTER },
	{ "pim.register_flag.border", "Border", 32, 1, FIELD_FLAG, FIELD_OPT | FIELD_OVERLAP,
	  .variants = IS_REGISTER },
	{ "pim.register_flag.null_register", "Null", 33, 1, FIELD_FLAG, FIELD_OPT | FIELD_OVERLAP,
	  .variants = IS_REGISTER },
};

static struct next pim_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;

	/* Ahead of the whole header: the first byte also names what a cut one still has. */
	if (cursor_left(c))
		l->variant = p[0] == TYPE_V1_IN_IGMP ? VERSION_1 : VERSION_2;
	if (unlikely(!cursor_take(c, HEADER)))
		return next_none();
	if (l->variant == VERSION_1) {
		dissect_take_rest(d, c);
		return next_none();
	}
	if ((p[0] & 15) == TYPE_ELECTION)
		l->variant |= IS_ELECTION;
	if ((p[0] & 15) != TYPE_REGISTER) {
		dissect_take_rest(d, c);
		return next_none();
	}
	l->variant |= IS_REGISTER;
	if (!cursor_take(c, 4) || p[4] & REGISTER_NULL)
		return next_none();
	return next_ip(c);
}

static void put(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_uint(o, &pim_described[which], p, n);
}

static void put_table(struct field_out *o, unsigned first, unsigned nr, const uint8_t *p, size_t n)
{
	field_put_table(o, &pim_described[first], nr, 0, p, n);
}

/* An encoded address, RFC 7761 4.9.1. */
struct pim_addr {
	const uint8_t *start, *addr;
	size_t len, addr_len; /* len: of all of it, but for join attributes */
	unsigned v6;          /* 1 or 0: added to a descriptor's number */
};

enum addr_kind { ADDR_UNICAST, ADDR_GROUP, ADDR_SOURCE };

static bool addr_take(struct cursor *c, enum addr_kind kind, struct pim_addr *ret)
{
	const size_t head = kind == ADDR_UNICAST ? 2 : 4;

	ret->start = cursor_take(c, head);
	if (!ret->start || (ret->start[0] != FAMILY_IPV4 && ret->start[0] != FAMILY_IPV6))
		return false;
	ret->v6 = ret->start[0] == FAMILY_IPV6;
	ret->addr_len = ret->v6 ? 16 : 4;
	ret->addr = cursor_take(c, ret->addr_len);
	ret->len = head + ret->addr_len;
	return ret->addr;
}

static bool describe_attributes(struct cursor *c, struct field_out *o)
{
	const uint8_t *p;

	while ((p = cursor_take(c, 2))) {
		put_table(o, PIM_ATTRIBUTE, 5, p, 2);
		if (!cursor_take(c, p[1]))
			return false;
		field_put_bytes(o, &pim_described[PIM_ATTRIBUTE_VALUE], p + 2, p[1]);
		if (p[0] & 0x40)
			return true;
	}
	return false;
}

/* What it is (PIM_UPSTREAM and so on), then its parts. */
static bool describe_addr(struct cursor *c, enum addr_kind kind, unsigned which,
			  struct field_out *o)
{
	static const unsigned parts[] = { PIM_UNICAST, PIM_GROUP, PIM_SOURCE };
	struct pim_addr a;

	if (!addr_take(c, kind, &a))
		return false;
	field_put_text(o, &pim_described[which + a.v6], (const char *)a.addr, a.addr_len, a.start,
		       a.len);
	put(o, PIM_FAMILY, a.start, 1);
	put(o, PIM_ENCODING, a.start + 1, 1);
	if (kind == ADDR_GROUP)
		put_table(o, PIM_GROUP_FLAGS, 4, a.start + 2, 1);
	else if (kind == ADDR_SOURCE)
		put_table(o, PIM_SOURCE_FLAGS, 5, a.start + 2, 1);
	if (kind != ADDR_UNICAST)
		put(o, PIM_MASK_LEN, a.start + 3, 1);
	field_put_bytes(o, &pim_described[parts[kind] + a.v6], a.addr, a.addr_len);
	return kind != ADDR_SOURCE || a.start[1] != ENCODING_ATTRIBUTES ||
	       describe_attributes(c, o);
}

static void describe_option(uint16_t type, struct cursor *c, struct field_out *o)
{
	const uint8_t *p = c->pos;
	const size_t n = cursor_left(c);

	if (type == 1 && n == 2)
		put(o, PIM_HOLDTIME, p, 2);
	else if (type == 2 && n == 4)
		put_table(o, PIM_PRUNE_DELAY, 3, p, n);
	else if (type == 19 && n == 4)
		put(o, PIM_DR_PRIORITY, p, 4);
	else if (type == 20 && n == 4)
		put(o, PIM_GENERATION, p, 4);
	else if (type == 21 && n == 4)
		put_table(o, PIM_REFRESH_CAPABLE, 3, p, n);
	else if (type == 24)
		while (cursor_left(c) && describe_addr(c, ADDR_UNICAST, PIM_LISTED_ADDRESS, o))
			;
	else if (n)
		field_put_bytes(o, &pim_described[PIM_OPTION_VALUE], p, n);
}

static void describe_hello(struct cursor *c, struct field_out *o)
{
	struct cursor value;
	const uint8_t *p;
	size_t len;

	while ((p = cursor_take(c, 4))) {
		len = load_be16(p + 2);
		value = cursor_over(c->pos, MIN_OF(len, cursor_left(c)), false);
		field_put_group(o, &pim_described[PIM_OPTION],
				name_find(pim_described[PIM_OPTION_HEAD].names, load_be16(p)), p,
				4 + cursor_left(&value));
		put_table(o, PIM_OPTION_HEAD, 2, p, 4);
		if (!cursor_take(c, len))
			return;
		describe_option(load_be16(p), &value, o);
	}
}

static bool describe_sources(struct cursor *c, unsigned nr, unsigned which, struct field_out *o)
{
	while (nr--)
		if (!describe_addr(c, ADDR_SOURCE, which, o))
			return false;
	return true;
}

static void describe_join_prune(struct cursor *c, struct field_out *o)
{
	const uint8_t *p;
	unsigned nr;

	if (!describe_addr(c, ADDR_UNICAST, PIM_UPSTREAM, o) || !(p = cursor_take(c, 4)))
		return;
	put(o, PIM_NR_GROUPS, p + 1, 1);
	put(o, PIM_HOLDTIME, p + 2, 2);
	for (nr = p[1]; nr; nr--) {
		if (!describe_addr(c, ADDR_GROUP, PIM_GROUP, o) || !(p = cursor_take(c, 4)))
			return;
		put(o, PIM_NR_JOINS, p, 2);
		put(o, PIM_NR_PRUNES, p + 2, 2);
		if (!describe_sources(c, load_be16(p), PIM_JOIN, o) ||
		    !describe_sources(c, load_be16(p + 2), PIM_PRUNE, o))
			return;
	}
}

static void describe_bootstrap(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);
	unsigned nr;

	if (!p)
		return;
	put_table(o, PIM_BOOTSTRAP, 3, p, 4);
	if (!describe_addr(c, ADDR_UNICAST, PIM_BSR, o))
		return;
	while (cursor_left(c)) {
		if (!describe_addr(c, ADDR_GROUP, PIM_GROUP, o) || !(p = cursor_take(c, 4)))
			return;
		put(o, PIM_RP_COUNT, p, 1);
		put(o, PIM_FRP_COUNT, p + 1, 1);
		for (nr = p[1]; nr; nr--) {
			if (!describe_addr(c, ADDR_UNICAST, PIM_RP, o) || !(p = cursor_take(c, 4)))
				return;
			put(o, PIM_HOLDTIME, p, 2);
			put(o, PIM_PRIORITY, p + 2, 1);
		}
	}
}

static void describe_candidate(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);
	unsigned nr;

	if (!p)
		return;
	put(o, PIM_PREFIX_COUNT, p, 1);
	put(o, PIM_PRIORITY, p + 1, 1);
	put(o, PIM_HOLDTIME, p + 2, 2);
	if (!describe_addr(c, ADDR_UNICAST, PIM_RP, o))
		return;
	for (nr = p[0]; nr && describe_addr(c, ADDR_GROUP, PIM_GROUP, o); nr--)
		;
}

/* Assert and state refresh: group, source, metrics. */
static void describe_metric(uint8_t type, struct cursor *c, struct field_out *o)
{
	const uint8_t *p;

	if (!describe_addr(c, ADDR_GROUP, PIM_GROUP, o) ||
	    !describe_addr(c, ADDR_UNICAST, PIM_SOURCE, o))
		return;
	if (type == TYPE_REFRESH && !describe_addr(c, ADDR_UNICAST, PIM_ORIGINATOR, o))
		return;
	p = cursor_take(c, 8);
	if (!p)
		return;
	put_table(o, PIM_METRIC, 3, p, 8);
	p = type == TYPE_REFRESH ? cursor_take(c, 4) : NULL;
	if (!p)
		return;
	put(o, PIM_MASK_LEN, p, 1);
	put_table(o, PIM_REFRESH, 5, p, 4);
}

/* RFC 5015 3.7.2: who sends and how far it is; in the end who offers, or who has won. */
static void describe_election(uint8_t subtype, struct cursor *c, struct field_out *o)
{
	const uint8_t *p;

	if (!describe_addr(c, ADDR_UNICAST, PIM_RP, o) || !(p = cursor_take(c, 8)))
		return;
	put_table(o, PIM_METRIC + 1, 2, p, 8);
	if (subtype == ELECTION_BACKOFF && describe_addr(c, ADDR_UNICAST, PIM_OFFERER, o) &&
	    (p = cursor_take(c, 10))) {
		put_table(o, PIM_OFFER, 2, p, 8);
		put(o, PIM_INTERVAL, p + 8, 2);
	} else if (subtype == ELECTION_PASS && describe_addr(c, ADDR_UNICAST, PIM_WINNER, o) &&
		   (p = cursor_take(c, 8))) {
		put_table(o, PIM_WIN, 2, p, 8);
	}
}

static void describe_message(const uint8_t *p, struct cursor *c, struct field_out *o)
{
	switch (p[0] & 15) {
	case TYPE_HELLO:
		describe_hello(c, o);
		break;
	case TYPE_REGISTER_STOP:
		if (describe_addr(c, ADDR_GROUP, PIM_GROUP, o))
			describe_addr(c, ADDR_UNICAST, PIM_SOURCE, o);
		break;
	case TYPE_JOIN_PRUNE:
	case TYPE_GRAFT:
	case TYPE_GRAFT_ACK:
		describe_join_prune(c, o);
		break;
	case TYPE_BOOTSTRAP:
		describe_bootstrap(c, o);
		break;
	case TYPE_ASSERT:
	case TYPE_REFRESH:
		describe_metric(p[0] & 15, c, o);
		break;
	case TYPE_CANDIDATE:
		describe_candidate(c, o);
		break;
	case TYPE_ELECTION:
		describe_election(p[1] >> 4, c, o);
		break;
	}
}

/* Version 1 was never published; what its two simplest messages have. */
static void describe_v1(const uint8_t *p, size_t len, struct field_out *o)
{
	const uint8_t *body = p + V1_HEADER;

	if (p[1] == V1_QUERY) {
		put_table(o, PIM_V1_MODE, 1, body, 1);
		put(o, PIM_HOLDTIME, body + 2, 2);
	} else if (p[1] == V1_RP_REACHABLE && len >= V1_HEADER + 16) {
		field_put_bytes(o, &pim_described[PIM_V1_GROUP], body, 4);
		field_put_bytes(o, &pim_described[PIM_V1_MASK], body + 4, 4);
		field_put_bytes(o, &pim_described[PIM_RP], body + 8, 4);
		put(o, PIM_HOLDTIME, body + 14, 2);
	}
}

/* RFC 7761 4.9: over IPv6 with a pseudo header; of a register only the first 8 bytes count. */
static struct checksum_found pim_checksum(const struct dissection *d, const struct layer *l)
{
	const bool v6 = l > d->layers && l[-1].proto != PROTO_IPV4 && l[-1].proto != PROTO_IGMP;
	const size_t len = checksum_layer_len(d, l);
	struct checksum_found sum;

	if (l->variant & IS_REGISTER) {
		sum = v6 ? checksum_find(d, l, IPPROTO_PIM_NR, REGISTER_LEN, REGISTER_LEN, 2)
			 : checksum_find_plain(d, l, REGISTER_LEN, 2);
		if (sum.status != CHECKSUM_BAD)
			return sum;
	}
	return v6 ? checksum_find(d, l, IPPROTO_PIM_NR, len, len, 2)
		  : checksum_find_plain(d, l, len, 2);
}

static void pim_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, HEADER);
	struct cursor c = layer_cursor(d, l, HEADER);
	struct checksum_found sum;

	if (!p)
		return;
	sum = pim_checksum(d, l);
	checksum_put(o, &pim_described[PIM_CHECKSUM], &sum, p + 2, 2);
	if (l->variant & VERSION_2)
		describe_message(p, &c, o);
	else if (layer_bytes(d, l, 0, V1_HEADER + 4))
		describe_v1(p, l->hdr_len, o);
}

/* "join 239.1.2.3 from 10.0.0.1": the first group, and who is asked. */
static void line_join_prune(struct cursor *c, struct strbuf *out)
{
	struct pim_addr upstream, group;
	const uint8_t *p, *nr;

	if (!addr_take(c, ADDR_UNICAST, &upstream) || !(p = cursor_take(c, 4)))
		return;
	strbuf_puts(out, ", upstream ");
	text_addr(upstream.addr, (unsigned)upstream.addr_len, out);
	if (!addr_take(c, ADDR_GROUP, &group) || !(nr = cursor_take(c, 4)))
		return;
	strbuf_puts(out, ", group ");
	text_addr(group.addr, (unsigned)group.addr_len, out);
	strbuf_printf(out, " (%u joins, %u prunes)", load_be16(nr), load_be16(nr + 2));
	if (p[1] > 1)
		strbuf_printf(out, " and %u more", p[1] - 1);
}

static void pim_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, HEADER);
	struct cursor c = layer_cursor(d, l, HEADER);
	struct pim_addr addr;
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "PIM", out);
	if (!p)
		return;
	name = l->variant & VERSION_1 ? name_find(v1_names, p[1])
				      : name_find(type_names, p[0] & 15);
	strbuf_printf(out, " v%u %s", l->variant & VERSION_1 ? 1 : p[0] >> 4, name ? name : "?");
	if (l->variant & VERSION_1)
		return;
	switch (p[0] & 15) {
	case TYPE_JOIN_PRUNE:
	case TYPE_GRAFT:
	case TYPE_GRAFT_ACK:
		line_join_prune(&c, out);
		break;
	case TYPE_REGISTER_STOP:
	case TYPE_ASSERT:
	case TYPE_REFRESH:
		if (!addr_take(&c, ADDR_GROUP, &addr))
			break;
		strbuf_puts(out, ", group ");
		text_addr(addr.addr, (unsigned)addr.addr_len, out);
		if (!addr_take(&c, ADDR_UNICAST, &addr))
			break;
		strbuf_puts(out, ", source ");
		text_addr(addr.addr, (unsigned)addr.addr_len, out);
		break;
	case TYPE_REGISTER:
		if (layer_bytes(d, l, 0, REGISTER_LEN) && p[4] & REGISTER_NULL)
			strbuf_puts(out, ", null");
		break;
	}
}

const struct dissector pim_dissector = {
	.name = "pim",
	.title = "Protocol Independent Multicast",
	.id = PROTO_PIM,
	.layer_class = CLASS_TRANSPORT,
	.min_hdr_len = HEADER,
	.fields = pim_fields,
	.nr_fields = ARRAY_SIZE(pim_fields),
	.described = pim_described,
	.nr_described = PIM_NR_DESCRIBED,
	.keys = { { KEY_IPPROTO, IPPROTO_PIM_NR } },
	.dissect = pim_dissect,
	.describe = pim_describe,
	.line = pim_line,
};
