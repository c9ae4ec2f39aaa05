/*
 * dissect/proto/netlink.c -- Linux netlink behind its cooked header (LINKTYPE_NETLINK): headers of
 * messages, attributes, and messages that are the same in all families.
 */
#include "dissect/proto/netlink.h"

#include "core/linktype.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	FAMILY_ROUTE = 0,
	FAMILY_SOCK_DIAG = 4,
	FAMILY_NETFILTER = 12,
	FAMILY_GENERIC = 16,
	TYPE_ERROR = 2,
	ATTR_TYPE_MASK = 0x3fff, /* two bits above it say: nested, network byte order */
};

static const struct name_map family_names[] = {
	{ 0, "route" },      { 2, "usersock" },   { 4, "sock_diag" }, { 5, "nflog" },
	{ 6, "xfrm" },       { 7, "selinux" },    { 9, "audit" },     { 10, "fib_lookup" },
	{ 11, "connector" }, { 12, "netfilter" }, { 15, "uevent" },   { 16, "generic" },
	{ 21, "crypto" },    { 0, NULL },
};

/* PACKET_USER and PACKET_KERNEL: whom it is for. */
static const struct name_map direction_names[] = {
	{ 6, "to user" },
	{ 7, "to kernel" },
	{ 0, NULL },
};

static const struct field_desc netlink_fields[] = {
	{ "netlink.pkttype", "Packet type", 0, 16, FIELD_ENUM, .names = direction_names },
	{ "netlink.hatype", "Hardware type", 16, 16, FIELD_ENUM, .names = arphrd_names },
	{ "netlink.family", "Family", 112, 16, FIELD_ENUM, FIELD_BASE_HEX, .names = family_names },
};

static const struct field_desc *const fields = netlink_described;

static uint64_t number(const uint8_t *p, size_t n, bool little)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < n; i++)
		v = v << 8 | p[little ? n - 1 - i : i];
	return v;
}

uint64_t netlink_number(const struct netlink_message *m, const uint8_t *p, size_t n)
{
	return number(p, n, m->little);
}

/* Whichever order makes a length that fits; little where both do. */
static bool looks_little(const struct cursor *c)
{
	const size_t left = cursor_left(c);

	if (left < 4)
		return true;
	return load_le32(c->pos) <= left || load_be32(c->pos) > left;
}

struct next netlink_take(struct dissection *d, struct layer *l, struct cursor *c)
{
	l->variant = looks_little(c) ? NETLINK_LITTLE : 0;
	while (cursor_left(c)) {
		const uint8_t *p = cursor_take(c, NETLINK_HEADER);
		size_t len;

		if (!p)
			return next_none();
		len = number(p, 4, l->variant);
		if (len < NETLINK_HEADER)
			return next_malformed(d, NOTE_BAD_LENGTH);
		if (!cursor_take(c, len - NETLINK_HEADER))
			return next_none();
		len = align_up(len, 4) - len; /* the last one's padding may be left out */
		cursor_skip(c, MIN_OF(len, cursor_left(c)));
	}
	return next_none();
}

static struct next netlink_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, NETLINK_COOKED);

	if (unlikely(!p))
		return next_none();
	if (!cursor_left(c))
		return next_none();
	switch (load_be16(p + 14)) {
	case FAMILY_ROUTE:
		return next_key(KEY_PROTO, PROTO_NL_ROUTE);
	case FAMILY_SOCK_DIAG:
		return next_key(KEY_PROTO, PROTO_NL_SOCK_DIAG);
	case FAMILY_NETFILTER:
		return next_key(KEY_PROTO, PROTO_NL_NETFILTER);
	case FAMILY_GENERIC:
		return next_key(KEY_PROTO, PROTO_NL_GENERIC);
	default:
		return next_none();
	}
}

bool netlink_message_next(const struct layer *l, struct cursor *c, struct netlink_message *ret)
{
	const bool little = l->variant & NETLINK_LITTLE;
	size_t len, left;

	if (cursor_left(c) < NETLINK_HEADER)
		return false;
	ret->start = cursor_take(c, NETLINK_HEADER);
	ret->body = c->pos;
	ret->little = little;
	ret->type = (uint16_t)number(ret->start + 4, 2, little);
	ret->flags = (uint16_t)number(ret->start + 6, 2, little);
	len = number(ret->start, 4, little);
	if (len < NETLINK_HEADER) {
		c->pos = ret->start;
		return false;
	}
	left = cursor_left(c);
	ret->len = MIN_OF(len - NETLINK_HEADER, left);
	cursor_skip(c, MIN_OF(align_up(len, 4) - NETLINK_HEADER, left));
	return true;
}

bool netlink_attr_next(const struct netlink_message *m, struct cursor *c, struct netlink_attr *ret)
{
	size_t len;

	if (cursor_left(c) < 4)
		return false;
	ret->start = cursor_take(c, 4);
	len = netlink_number(m, ret->start, 2);
	ret->type = (uint16_t)netlink_number(m, ret->start + 2, 2) & ATTR_TYPE_MASK;
	ret->data = c->pos;
	if (len < 4 || len - 4 > cursor_left(c)) {
		c->pos = ret->start;
		return false;
	}
	ret->len = len - 4;
	cursor_skip(c, MIN_OF(align_up(len, 4) - 4, cursor_left(c)));
	return true;
}

void netlink_put(const struct netlink_message *m, enum netlink_field f, const uint8_t *p, size_t n)
{
	uint64_t v = netlink_number(m, p, n);

	if (fields[f].kind == FIELD_INT && n == 4)
		v = (uint64_t)(int64_t)(int32_t)v;
	field_put_num(m->o, &fields[f], v, p, n);
}

void netlink_put_attr(const struct netlink_message *m, const struct netlink_attr *a,
		      enum netlink_field f)
{
	field_put_group(m->o, &fields[NLF_ATTR], name_find(fields[f].names, a->type), a->start,
			a->len + 4);
	netlink_put(m, NLF_ATTR_LEN, a->start, 2);
	field_put_num(m->o, &fields[f], a->type, a->start + 2, 2);
}

void netlink_put_text(const struct netlink_message *m, enum netlink_field f, const uint8_t *p,
		      size_t n)
{
	field_put_text(m->o, &fields[f], (const char *)p, strnlen((const char *)p, n), p, n);
}

static void header_describe(const struct netlink_message *m, enum netlink_field type)
{
	const uint8_t *p = m->start;
	const struct name_map *names =
		m->type < NETLINK_FAMILY_TYPES ? nl_control_names : fields[type].names;
	unsigned i;

	field_put_group(m->o, &fields[NLF_MESSAGE], name_find(names, m->type), p,
			NETLINK_HEADER + m->len);
	netlink_put(m, NLF_LEN, p, 4);
	/* Netfilter's and generic netlink's types are two things in one; their own code says which.
	 */
	if (m->type < NETLINK_FAMILY_TYPES)
		netlink_put(m, NLF_TYPE, p + 4, 2);
	else if (type != NLF_NF_SUBSYS)
		netlink_put(m, type, p + 4, 2);
	netlink_put(m, NLF_FLAGS, p + 6, 2);
	for (i = 0; i < 6; i++)
		field_put_num(m->o, &fields[NLF_REQUEST + i], m->flags >> i & 1, p + 6, 2);
	netlink_put(m, NLF_SEQ, p + 8, 4);
	netlink_put(m, NLF_PID, p + 12, 4);
}

static void control_describe(const struct netlink_message *m)
{
	if (m->type == TYPE_ERROR && m->len >= 4)
		netlink_put(m, NLF_ERROR, m->body, 4);
	else if (m->len)
		field_put_bytes(m->o, &fields[NLF_DATA], m->body, m->len);
}

void netlink_describe(const struct dissection *d, const struct layer *l, enum netlink_field type,
		      void (*body)(const struct netlink_message *m), struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct netlink_message m = { .o = o };

	while (netlink_message_next(l, &c, &m)) {
		header_describe(&m, type);
		if (m.type < NETLINK_FAMILY_TYPES)
			control_describe(&m);
		else
			body(&m);
	}
	if (cursor_left(&c))
		field_put_bytes(o, &fields[NLF_BROKEN], c.pos, cursor_left(&c));
}

void netlink_line(const struct dissection *d, const struct layer *l, const char *title,
		  const struct name_map *types,
		  void (*body)(const struct netlink_message *m, struct strbuf *out),
		  const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct netlink_message m = { 0 };
	const char *name;
	unsigned more = 0;

	line_paint(opt, PAINT_PROTOCOL, title, out);
	if (!netlink_message_next(l, &c, &m))
		return;
	name = name_find(m.type < NETLINK_FAMILY_TYPES ? nl_control_names : types, m.type);
	if (m.type == TYPE_ERROR && m.len >= 4 && !netlink_number(&m, m.body, 4))
		name = "ACK";
	strbuf_putc(out, ' ');
	if (name) {
		strbuf_puts(out, name);
	} else if (types) {
		strbuf_puts(out, "type ");
		strbuf_uint(out, m.type);
	}
	if (m.type == TYPE_ERROR && m.len >= 4 && netlink_number(&m, m.body, 4)) {
		strbuf_puts(out, " -");
		strbuf_uint(out, (uint32_t)-netlink_number(&m, m.body, 4));
	} else if (m.type >= NETLINK_FAMILY_TYPES && !opt->quiet) {
		body(&m, out);
	}
	while (netlink_message_next(l, &c, &m))
		more++;
	if (more) {
		strbuf_puts(out, ", +");
		strbuf_uint(out, more);
		strbuf_puts(out, more > 1 ? " messages" : " message");
	}
}

static void cooked_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, NETLINK_COOKED);
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "netlink", out);
	if (!p)
		return;
	name = name_find(family_names, load_be16(p + 14));
	strbuf_putc(out, ' ');
	if (name) {
		strbuf_puts(out, name);
	} else {
		strbuf_puts(out, "family ");
		strbuf_uint(out, load_be16(p + 14));
	}
	name = name_find(direction_names, load_be16(p));
	if (name) {
		strbuf_putc(out, ' ');
		strbuf_puts(out, name);
	}
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_length(d, out);
	}
}

const struct dissector netlink_dissector = {
	.name = "netlink",
	.title = "Netlink",
	.id = PROTO_NETLINK,
	.layer_class = CLASS_LINK,
	.min_hdr_len = NETLINK_COOKED,
	.fields = netlink_fields,
	.nr_fields = ARRAY_SIZE(netlink_fields),
	.keys = { { KEY_LINKTYPE, LINKTYPE_NETLINK } },
	.dissect = netlink_dissect,
	.line = cooked_line,
};
