/*
 * dissect/proto/nl_netfilter.c -- nfnetlink: conntrack, nftables, queues, sets. Only the header of
 * linux/netfilter/nfnetlink.h; attributes are shown by number. Carried by netlink, RFC 3549.
 */
#include "dissect/proto/all.h"
#include "dissect/proto/netlink.h"
#include "dissect/render.h"

enum { NFGEN_HEADER = 4 };

static const struct field_desc *const fields = netlink_described;

static void netfilter_body(const struct netlink_message *m)
{
	struct netlink_attr a;
	struct cursor c;

	field_put_num(m->o, &fields[NLF_NF_SUBSYS], m->type >> 8, m->start + 4, 2);
	field_put_num(m->o, &fields[NLF_NF_MESSAGE], m->type & 0xff, m->start + 4, 2);
	if (m->len < NFGEN_HEADER) {
		if (m->len)
			field_put_bytes(m->o, &fields[NLF_DATA], m->body, m->len);
		return;
	}
	netlink_put(m, NLF_NF_FAMILY, m->body, 1);
	netlink_put(m, NLF_NF_VERSION, m->body + 1, 1);
	field_put_uint(m->o, &fields[NLF_NF_RES], m->body + 2, 2);
	c = cursor_over(m->body + NFGEN_HEADER, m->len - NFGEN_HEADER, false);
	while (netlink_attr_next(m, &c, &a)) {
		netlink_put_attr(m, &a, NLF_NF_ATTR);
		if (a.len)
			field_put_bytes(m->o, &fields[NLF_ATTR_DATA], a.data, a.len);
	}
	if (cursor_left(&c))
		field_put_bytes(m->o, &fields[NLF_BROKEN], c.pos, cursor_left(&c));
}

static void netfilter_words(const struct netlink_message *m, struct strbuf *out)
{
	const char *name = name_find(nl_subsys_names, m->type >> 8);

	if (name) {
		strbuf_puts(out, name);
	} else {
		strbuf_puts(out, "subsystem ");
		strbuf_uint(out, m->type >> 8);
	}
	strbuf_puts(out, " message ");
	strbuf_uint(out, m->type & 0xff);
	name = m->len ? name_find(nl_family_names, m->body[0]) : NULL;
	if (name) {
		strbuf_putc(out, ' ');
		strbuf_puts(out, name);
	}
}

static void nl_netfilter_describe(const struct dissection *d, const struct layer *l,
				  struct field_out *o)
{
	netlink_describe(d, l, NLF_NF_SUBSYS, netfilter_body, o);
}

static void nl_netfilter_line(const struct dissection *d, const struct layer *l,
			      const struct render_options *opt, struct strbuf *out)
{
	netlink_line(d, l, "netfilter", NULL, netfilter_words, opt, out);
}

const struct dissector nl_netfilter_dissector = {
	.name = "netlink-netfilter",
	.title = "Netlink: netfilter",
	.id = PROTO_NL_NETFILTER,
	.layer_class = CLASS_APPLICATION,
	.described = netlink_described,
	.nr_described = NLF_COUNT,
	.dissect = netlink_take,
	.describe = nl_netfilter_describe,
	.line = nl_netfilter_line,
};
