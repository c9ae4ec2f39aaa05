/*
 * dissect/proto/nl_sock_diag.c -- sock_diag(7), linux/sock_diag.h: what ss(8) asks the kernel about
 * sockets.
 */
#include "dissect/proto/all.h"
#include "dissect/proto/netlink.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	FAMILY_UNIX = 1,
	FAMILY_IPV4 = 2,
	FAMILY_IPV6 = 10,
	INET_REQUEST = 56,
	INET_MESSAGE = 72,
	UNIX_REQUEST = 24,
	UNIX_MESSAGE = 16,
	ID_REQUEST = 8, /* where the socket's id stands */
	ID_MESSAGE = 4,
	UNIX_NAME = 0,
	UNIX_PEER = 2,
	UNIX_NAME_MAX = 108,
};

static const struct field_desc *const fields = netlink_described;

/* Ports and addresses are in network order, the rest is in the sender's. */
static void id_describe(const struct netlink_message *m, const uint8_t *p, bool ipv6)
{
	const size_t len = ipv6 ? 16 : 4;

	field_put_uint(m->o, &fields[NLF_DIAG_SPORT], p, 2);
	field_put_uint(m->o, &fields[NLF_DIAG_DPORT], p + 2, 2);
	field_put_bytes(m->o, &fields[ipv6 ? NLF_DIAG_SRC6 : NLF_DIAG_SRC4], p + 4, len);
	field_put_bytes(m->o, &fields[ipv6 ? NLF_DIAG_DST6 : NLF_DIAG_DST4], p + 20, len);
	netlink_put(m, NLF_DIAG_INTERFACE, p + 36, 4);
	netlink_put(m, NLF_DIAG_COOKIE, p + 40, 8);
}

/* An abstract name starts with a zero, and is written with an @. */
static void put_unix_name(const struct netlink_message *m, const struct netlink_attr *a)
{
	char text[UNIX_NAME_MAX + 1];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (!a->data[0])
		strbuf_putc(&s, '@');
	strbuf_put(&s, (const char *)a->data + !a->data[0],
		   MIN_OF(a->len, (size_t)UNIX_NAME_MAX) - !a->data[0]);
	field_put_text(m->o, &fields[NLF_DIAG_UNIX_NAME], text, s.len, a->data, a->len);
}

static void attrs_describe(const struct netlink_message *m, size_t skip, bool is_unix)
{
	struct cursor c = cursor_over(m->body + skip, m->len - skip, false);
	struct netlink_attr a;

	while (netlink_attr_next(m, &c, &a)) {
		netlink_put_attr(m, &a, is_unix ? NLF_DIAG_UNIX_ATTR : NLF_DIAG_INET_ATTR);
		if (is_unix && a.type == UNIX_NAME && a.len)
			put_unix_name(m, &a);
		else if (is_unix && a.type == UNIX_PEER && a.len == 4)
			netlink_put(m, NLF_DIAG_UNIX_PEER, a.data, 4);
		else if (a.len)
			field_put_bytes(m->o, &fields[NLF_ATTR_DATA], a.data, a.len);
	}
}

static void inet_describe(const struct netlink_message *m, bool ipv6)
{
	const uint8_t *p = m->body;

	if (m->flags & NETLINK_REQUEST) {
		netlink_put(m, NLF_DIAG_PROTOCOL, p + 1, 1);
		netlink_put(m, NLF_DIAG_EXTENSIONS, p + 2, 1);
		netlink_put(m, NLF_DIAG_STATES, p + 4, 4);
		id_describe(m, p + ID_REQUEST, ipv6);
		attrs_describe(m, INET_REQUEST, false);
		return;
	}
	netlink_put(m, NLF_DIAG_STATE, p + 1, 1);
	id_describe(m, p + ID_MESSAGE, ipv6);
	netlink_put(m, NLF_DIAG_RQUEUE, p + 56, 4);
	netlink_put(m, NLF_DIAG_WQUEUE, p + 60, 4);
	netlink_put(m, NLF_DIAG_UID, p + 64, 4);
	netlink_put(m, NLF_DIAG_INODE, p + 68, 4);
	attrs_describe(m, INET_MESSAGE, false);
}

static void unix_describe(const struct netlink_message *m)
{
	const uint8_t *p = m->body;

	if (m->flags & NETLINK_REQUEST) {
		netlink_put(m, NLF_DIAG_STATES, p + 4, 4);
		netlink_put(m, NLF_DIAG_INODE, p + 8, 4);
		netlink_put(m, NLF_DIAG_SHOW, p + 12, 4);
		netlink_put(m, NLF_DIAG_COOKIE, p + 16, 8);
		return;
	}
	netlink_put(m, NLF_DIAG_SOCKET, p + 1, 1);
	netlink_put(m, NLF_DIAG_STATE, p + 2, 1);
	netlink_put(m, NLF_DIAG_INODE, p + 4, 4);
	netlink_put(m, NLF_DIAG_COOKIE, p + 8, 8);
	attrs_describe(m, UNIX_MESSAGE, true);
}

static bool has_inet(const struct netlink_message *m)
{
	return m->len >= (m->flags & NETLINK_REQUEST ? INET_REQUEST : INET_MESSAGE) &&
	       (m->body[0] == FAMILY_IPV4 || m->body[0] == FAMILY_IPV6);
}

static void diag_body(const struct netlink_message *m)
{
	const size_t unix_len = m->flags & NETLINK_REQUEST ? UNIX_REQUEST : UNIX_MESSAGE;

	if (m->len)
		netlink_put(m, NLF_DIAG_FAMILY, m->body, 1);
	if (has_inet(m))
		inet_describe(m, m->body[0] == FAMILY_IPV6);
	else if (m->len >= unix_len && m->body[0] == FAMILY_UNIX)
		unix_describe(m);
	else if (m->len > 1)
		field_put_bytes(m->o, &fields[NLF_DATA], m->body + 1, m->len - 1);
}

static void diag_words(const struct netlink_message *m, struct strbuf *out)
{
	const bool request = m->flags & NETLINK_REQUEST;
	const uint8_t *id = m->body + (request ? ID_REQUEST : ID_MESSAGE);
	const char *name = m->len ? name_find(nl_family_names, m->body[0]) : NULL;
	unsigned len;

	if (name) {
		strbuf_putc(out, ' ');
		strbuf_puts(out, name);
	}
	if (!has_inet(m) || request)
		return;
	len = m->body[0] == FAMILY_IPV6 ? 16 : 4;
	strbuf_putc(out, ' ');
	text_addr(id + 4, len, out);
	strbuf_putc(out, '.');
	strbuf_uint(out, load_be16(id));
	strbuf_puts(out, " > ");
	text_addr(id + 20, len, out);
	strbuf_putc(out, '.');
	strbuf_uint(out, load_be16(id + 2));
	name = name_find(nl_tcp_names, m->body[1]);
	if (name) {
		strbuf_putc(out, ' ');
		strbuf_puts(out, name);
	}
}

static void nl_sock_diag_describe(const struct dissection *d, const struct layer *l,
				  struct field_out *o)
{
	netlink_describe(d, l, NLF_DIAG_TYPE, diag_body, o);
}

static void nl_sock_diag_line(const struct dissection *d, const struct layer *l,
			      const struct render_options *opt, struct strbuf *out)
{
	netlink_line(d, l, "sock_diag", nl_diag_names, diag_words, opt, out);
}

const struct dissector nl_sock_diag_dissector = {
	.name = "netlink-sock_diag",
	.title = "Netlink: socket diagnosis",
	.id = PROTO_NL_SOCK_DIAG,
	.layer_class = CLASS_APPLICATION,
	.described = netlink_described,
	.nr_described = NLF_COUNT,
	.dissect = netlink_take,
	.describe = nl_sock_diag_describe,
	.line = nl_sock_diag_line,
};
