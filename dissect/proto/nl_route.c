/*
 * dissect/proto/nl_route.c -- rtnetlink: links, addresses, routes, neighbours; RFC 3549,
 * rtnetlink(7).
 */
#include "dissect/proto/all.h"
#include "dissect/proto/netlink.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { GROUP_LINK = 16, GROUP_ADDRESS = 20, GROUP_ROUTE = 24, GROUP_NEIGHBOR = 28 };

enum {
	IFLA_IFNAME = 3,
	IFLA_MTU = 4,
	IFA_ADDRESS = 1,
	IFA_LOCAL = 2,
	RTA_DST = 1,
	RTA_OIF = 4,
	RTA_GATEWAY = 5,
	NDA_DST = 1,
	NDA_LLADDR = 2,
	IFF_UP = 1,
};

enum shape { SHAPE_NUMBER, SHAPE_TEXT, SHAPE_LINK, SHAPE_ADDRESS, SHAPE_EITHER };

/* What is behind the fixed part, by group. SHAPE_EITHER: an IPv6 field with IPv4's behind it. */
static const struct attr_shape {
	uint8_t group, type, shape, field;
} attr_shapes[] = {
	{ GROUP_LINK, 1, SHAPE_LINK, NLF_IFLA_ADDRESS },
	{ GROUP_LINK, 2, SHAPE_LINK, NLF_IFLA_BROADCAST },
	{ GROUP_LINK, IFLA_IFNAME, SHAPE_TEXT, NLF_IFLA_NAME },
	{ GROUP_LINK, IFLA_MTU, SHAPE_NUMBER, NLF_IFLA_MTU },
	{ GROUP_LINK, 5, SHAPE_NUMBER, NLF_IFLA_LINK },
	{ GROUP_LINK, 6, SHAPE_TEXT, NLF_IFLA_QDISC },
	{ GROUP_LINK, 10, SHAPE_NUMBER, NLF_IFLA_MASTER },
	{ GROUP_LINK, 13, SHAPE_NUMBER, NLF_IFLA_TXQLEN },
	{ GROUP_LINK, 16, SHAPE_NUMBER, NLF_IFLA_STATE },
	{ GROUP_LINK, 27, SHAPE_NUMBER, NLF_IFLA_GROUP },
	{ GROUP_LINK, 30, SHAPE_NUMBER, NLF_IFLA_PROMISC },
	{ GROUP_LINK, 31, SHAPE_NUMBER, NLF_IFLA_TXQ },
	{ GROUP_LINK, 32, SHAPE_NUMBER, NLF_IFLA_RXQ },
	{ GROUP_LINK, 33, SHAPE_NUMBER, NLF_IFLA_CARRIER },
	{ GROUP_LINK, 35, SHAPE_NUMBER, NLF_IFLA_CHANGES },
	{ GROUP_LINK, 40, SHAPE_NUMBER, NLF_IFLA_GSO_SEGS },
	{ GROUP_LINK, 41, SHAPE_NUMBER, NLF_IFLA_GSO_SIZE },
	{ GROUP_LINK, 47, SHAPE_NUMBER, NLF_IFLA_UPS },
	{ GROUP_LINK, 48, SHAPE_NUMBER, NLF_IFLA_DOWNS },
	{ GROUP_LINK, 50, SHAPE_NUMBER, NLF_IFLA_MIN_MTU },
	{ GROUP_LINK, 51, SHAPE_NUMBER, NLF_IFLA_MAX_MTU },
	{ GROUP_ADDRESS, IFA_ADDRESS, SHAPE_EITHER, NLF_IFA_ADDR6 },
	{ GROUP_ADDRESS, IFA_LOCAL, SHAPE_EITHER, NLF_IFA_ADDR6 },
	{ GROUP_ADDRESS, 3, SHAPE_TEXT, NLF_IFA_LABEL },
	{ GROUP_ADDRESS, 8, SHAPE_NUMBER, NLF_IFA_FLAGS32 },
	{ GROUP_ROUTE, RTA_DST, SHAPE_ADDRESS, NLF_RTA_DST },
	{ GROUP_ROUTE, 2, SHAPE_ADDRESS, NLF_RTA_SRC },
	{ GROUP_ROUTE, 3, SHAPE_NUMBER, NLF_RTA_IIF },
	{ GROUP_ROUTE, RTA_OIF, SHAPE_NUMBER, NLF_RTA_OIF },
	{ GROUP_ROUTE, RTA_GATEWAY, SHAPE_ADDRESS, NLF_RTA_GATEWAY },
	{ GROUP_ROUTE, 6, SHAPE_NUMBER, NLF_RTA_PRIORITY },
	{ GROUP_ROUTE, 7, SHAPE_ADDRESS, NLF_RTA_PREFSRC },
	{ GROUP_ROUTE, 15, SHAPE_NUMBER, NLF_RTA_TABLE },
	{ GROUP_NEIGHBOR, NDA_DST, SHAPE_ADDRESS, NLF_NDA_DST },
	{ GROUP_NEIGHBOR, NDA_LLADDR, SHAPE_LINK, NLF_NDA_ADDRESS },
};

/* The fixed parts: field and width, in order; a field of 0 is padding. */
static const struct fixed {
	uint8_t field, width;
} fixed_parts[][9] = {
	{ { NLF_IFI_FAMILY, 1 },
	  { 0, 1 },
	  { NLF_IFI_TYPE, 2 },
	  { NLF_IFI_INDEX, 4 },
	  { NLF_IFI_FLAGS, 4 },
	  { NLF_IFI_CHANGE, 4 } },
	{ { NLF_IFA_FAMILY, 1 },
	  { NLF_IFA_PREFIX, 1 },
	  { NLF_IFA_FLAGS, 1 },
	  { NLF_IFA_SCOPE, 1 },
	  { NLF_IFA_INDEX, 4 } },
	{ { NLF_RT_FAMILY, 1 },
	  { NLF_RT_DST_LEN, 1 },
	  { NLF_RT_SRC_LEN, 1 },
	  { NLF_RT_TOS, 1 },
	  { NLF_RT_TABLE, 1 },
	  { NLF_RT_PROTOCOL, 1 },
	  { NLF_RT_SCOPE, 1 },
	  { NLF_RT_TYPE, 1 },
	  { NLF_RT_FLAGS, 4 } },
	{ { NLF_ND_FAMILY, 1 },
	  { 0, 3 },
	  { NLF_ND_INDEX, 4 },
	  { NLF_ND_STATE, 2 },
	  { NLF_ND_FLAGS, 1 },
	  { NLF_ND_TYPE, 1 } },
};

static const uint8_t fixed_lens[] = { 16, 8, 12, 12 };
static const uint8_t attr_fields[] = { NLF_IFLA_TYPE, NLF_IFA_TYPE, NLF_RTA_TYPE, NLF_NDA_TYPE };

/* Types come in fours: new, delete, get, set. -1: another kind. */
static int group_index(uint16_t type)
{
	return type >= GROUP_LINK && type < GROUP_NEIGHBOR + 4 ? (type - GROUP_LINK) / 4 : -1;
}

static void put_address(const struct netlink_message *m, unsigned field,
			const struct netlink_attr *a)
{
	char text[48];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (a->len != 4 && a->len != 16) {
		field_put_bytes(m->o, &netlink_described[NLF_ATTR_DATA], a->data, a->len);
		return;
	}
	text_addr(a->data, (unsigned)a->len, &s);
	field_put_text(m->o, &netlink_described[field], text, s.len, a->data, a->len);
}

static void put_link_address(const struct netlink_message *m, unsigned field,
			     const struct netlink_attr *a)
{
	char text[64];
	struct strbuf s = strbuf_over(text, sizeof(text));

	text_bytes(a->data, a->len, 20, &s);
	field_put_text(m->o, &netlink_described[field], text, s.len, a->data, a->len);
}

static void attr_describe(const struct netlink_message *m, unsigned group,
			  const struct netlink_attr *a)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(attr_shapes); i++) {
		const struct attr_shape *s = &attr_shapes[i];

		if (s->group != group || s->type != a->type)
			continue;
		if (s->shape == SHAPE_TEXT)
			netlink_put_text(m, s->field, a->data, a->len);
		else if (s->shape == SHAPE_ADDRESS)
			put_address(m, s->field, a);
		else if (s->shape == SHAPE_EITHER)
			field_put_bytes(m->o, &netlink_described[s->field + (a->len == 4)], a->data,
					a->len);
		else if (s->shape == SHAPE_NUMBER && a->len >= 1 && a->len <= 8)
			netlink_put(m, s->field, a->data, a->len);
		else if (s->shape == SHAPE_LINK)
			put_link_address(m, s->field, a);
		return;
	}
	if (a->len)
		field_put_bytes(m->o, &netlink_described[NLF_ATTR_DATA], a->data, a->len);
}

static void fixed_describe(const struct netlink_message *m, int index)
{
	const struct fixed *f;
	size_t off = 0;

	for (f = fixed_parts[index]; off < fixed_lens[index]; f++) {
		if (f->field)
			netlink_put(m, f->field, m->body + off, f->width);
		if (f->field == NLF_IFI_FLAGS) {
			const uint64_t flags = netlink_number(m, m->body + off, 4);

			field_put_num(m->o, &netlink_described[NLF_IFI_UP], flags & 1,
				      m->body + off, 4);
			field_put_num(m->o, &netlink_described[NLF_IFI_BROADCAST], flags >> 1 & 1,
				      m->body + off, 4);
		}
		off += f->width;
	}
}

static void route_body(const struct netlink_message *m)
{
	const int index = group_index(m->type);
	struct netlink_attr a;
	struct cursor c;

	if (index < 0 || m->len < fixed_lens[index]) {
		if (m->len)
			field_put_bytes(m->o, &netlink_described[NLF_DATA], m->body, m->len);
		return;
	}
	fixed_describe(m, index);
	c = cursor_over(m->body + fixed_lens[index], m->len - fixed_lens[index], false);
	while (netlink_attr_next(m, &c, &a)) {
		netlink_put_attr(m, &a, attr_fields[index]);
		attr_describe(m, GROUP_LINK + 4u * (unsigned)index, &a);
	}
	if (cursor_left(&c))
		field_put_bytes(m->o, &netlink_described[NLF_BROKEN], c.pos, cursor_left(&c));
}

/* The first attribute of that type behind the fixed part. */
static bool attr_find(const struct netlink_message *m, int index, uint16_t type,
		      struct netlink_attr *ret)
{
	struct cursor c =
		cursor_over(m->body + fixed_lens[index], m->len - fixed_lens[index], false);

	while (netlink_attr_next(m, &c, ret))
		if (ret->type == type)
			return true;
	return false;
}

static void line_address(const struct netlink_message *m, int index, uint16_t type,
			 const char *word, struct strbuf *out)
{
	struct netlink_attr a;

	if (!attr_find(m, index, type, &a) || (a.len != 4 && a.len != 16))
		return;
	strbuf_puts(out, word);
	text_addr(a.data, (unsigned)a.len, out);
}

static void line_number(const struct netlink_message *m, int index, uint16_t type, const char *word,
			struct strbuf *out)
{
	struct netlink_attr a;

	if (!attr_find(m, index, type, &a) || a.len != 4)
		return;
	strbuf_puts(out, word);
	strbuf_uint(out, netlink_number(m, a.data, 4));
}

static void line_link(const struct netlink_message *m, struct strbuf *out)
{
	struct netlink_attr a;

	if (attr_find(m, 0, IFLA_IFNAME, &a)) {
		strbuf_putc(out, ' ');
		text_printable(a.data, strnlen((const char *)a.data, a.len), 16, out);
	}
	strbuf_puts(out, " index ");
	strbuf_uint(out, netlink_number(m, m->body + 4, 4));
	strbuf_puts(out, netlink_number(m, m->body + 8, 4) & IFF_UP ? " up" : " down");
	line_number(m, 0, IFLA_MTU, " mtu ", out);
}

static void line_neighbor(const struct netlink_message *m, struct strbuf *out)
{
	const char *state = name_find(nl_nud_names, netlink_number(m, m->body + 8, 2));
	struct netlink_attr a;

	line_address(m, 3, NDA_DST, " ", out);
	if (attr_find(m, 3, NDA_LLADDR, &a)) {
		strbuf_puts(out, " at ");
		text_bytes(a.data, a.len, 8, out);
	}
	if (state) {
		strbuf_putc(out, ' ');
		strbuf_puts(out, state);
	}
	strbuf_puts(out, " index ");
	strbuf_uint(out, netlink_number(m, m->body + 4, 4));
}

static void route_words(const struct netlink_message *m, struct strbuf *out)
{
	const int index = group_index(m->type);
	struct netlink_attr a;

	/* A request for all of them says nothing but its kind. */
	if (index < 0 || m->len < fixed_lens[index] ||
	    (m->len == fixed_lens[index] && m->flags & NETLINK_REQUEST))
		return;
	if (index == 0) {
		line_link(m, out);
	} else if (index == 1) {
		if (attr_find(m, 1, IFA_ADDRESS, &a)) {
			line_address(m, 1, IFA_ADDRESS, " ", out);
			strbuf_putc(out, '/');
			strbuf_uint(out, m->body[1]);
		}
		strbuf_puts(out, " index ");
		strbuf_uint(out, netlink_number(m, m->body + 4, 4));
	} else if (index == 2) {
		if (attr_find(m, 2, RTA_DST, &a)) {
			line_address(m, 2, RTA_DST, " ", out);
			strbuf_putc(out, '/');
			strbuf_uint(out, m->body[1]);
		} else {
			strbuf_puts(out, " default");
		}
		line_address(m, 2, RTA_GATEWAY, " via ", out);
		line_number(m, 2, RTA_OIF, " index ", out);
	} else {
		line_neighbor(m, out);
	}
}

static void nl_route_describe(const struct dissection *d, const struct layer *l,
			      struct field_out *o)
{
	netlink_describe(d, l, NLF_ROUTE_TYPE, route_body, o);
}

static void nl_route_line(const struct dissection *d, const struct layer *l,
			  const struct render_options *opt, struct strbuf *out)
{
	netlink_line(d, l, "rtnetlink", nl_route_names, route_words, opt, out);
}

const struct dissector nl_route_dissector = {
	.name = "netlink-route",
	.title = "Netlink: routing",
	.id = PROTO_NL_ROUTE,
	.layer_class = CLASS_APPLICATION,
	.described = netlink_described,
	.nr_described = NLF_COUNT,
	.dissect = netlink_take,
	.describe = nl_route_describe,
	.line = nl_route_line,
};
