/*
 * dissect/proto/nl_generic.c -- generic netlink (linux/genetlink.h), whose families get their
 * numbers from its control family.
 */
#include "dissect/proto/all.h"
#include "dissect/proto/netlink.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	GENL_HEADER = 4,
	FAMILY_CTRL = 16,
	CTRL_FAMILY_ID = 1,
	CTRL_FAMILY_NAME = 2,
	CTRL_MAXATTR = 5,
	CTRL_OPS = 6,
	CTRL_GROUPS = 7,
	NAME_SHOWN_MAX = 16,
};

static void put_value(const struct netlink_message *m, const struct netlink_attr *a,
		      enum netlink_field f)
{
	if (netlink_described[f].kind == FIELD_TEXT)
		netlink_put_text(m, f, a->data, a->len);
	else if (a->len >= 1 && a->len <= 8)
		netlink_put(m, f, a->data, a->len);
}

/* A list of nests: in each, attribute 1 and 2 are the two fields behind `type`. */
static void nested_describe(const struct netlink_message *m, const struct netlink_attr *list,
			    enum netlink_field type)
{
	struct cursor items = cursor_over(list->data, list->len, false);
	struct netlink_attr item, a;

	while (netlink_attr_next(m, &items, &item)) {
		struct cursor c = cursor_over(item.data, item.len, false);

		while (netlink_attr_next(m, &c, &a)) {
			netlink_put_attr(m, &a, type);
			if (a.type == 1 || a.type == 2)
				put_value(m, &a, type + a.type);
		}
	}
}

static void ctrl_describe(const struct netlink_message *m, const struct netlink_attr *a)
{
	static const uint8_t values[] = { 0,
					  NLF_CTRL_FAMILY,
					  NLF_CTRL_NAME,
					  NLF_CTRL_VERSION,
					  NLF_CTRL_HDRSIZE,
					  NLF_CTRL_MAXATTR };

	if (a->type >= CTRL_FAMILY_ID && a->type <= CTRL_MAXATTR)
		put_value(m, a, values[a->type]);
	else if (a->type == CTRL_OPS)
		nested_describe(m, a, NLF_CTRL_OP_ATTR);
	else if (a->type == CTRL_GROUPS)
		nested_describe(m, a, NLF_CTRL_GROUP_ATTR);
	else if (a->len)
		field_put_bytes(m->o, &netlink_described[NLF_ATTR_DATA], a->data, a->len);
}

static void generic_body(const struct netlink_message *m)
{
	const bool ctrl = m->type == FAMILY_CTRL;
	struct netlink_attr a;
	struct cursor c;

	if (m->len < GENL_HEADER) {
		if (m->len)
			field_put_bytes(m->o, &netlink_described[NLF_DATA], m->body, m->len);
		return;
	}
	netlink_put(m, ctrl ? NLF_CTRL_CMD : NLF_GENL_CMD, m->body, 1);
	netlink_put(m, NLF_GENL_VERSION, m->body + 1, 1);
	c = cursor_over(m->body + GENL_HEADER, m->len - GENL_HEADER, false);
	while (netlink_attr_next(m, &c, &a)) {
		netlink_put_attr(m, &a, ctrl ? NLF_CTRL_ATTR : NLF_GENL_ATTR);
		if (ctrl)
			ctrl_describe(m, &a);
		else if (a.len)
			field_put_bytes(m->o, &netlink_described[NLF_ATTR_DATA], a.data, a.len);
	}
	if (cursor_left(&c)) /* a family's own header, or something broken */
		field_put_bytes(m->o, &netlink_described[NLF_BROKEN], c.pos, cursor_left(&c));
}

static void generic_words(const struct netlink_message *m, struct strbuf *out)
{
	const char *name;
	struct netlink_attr a;
	struct cursor c;

	if (m->len < GENL_HEADER)
		return;
	name = m->type == FAMILY_CTRL ? name_find(nl_ctrl_names, m->body[0]) : NULL;
	if (name) {
		strbuf_putc(out, ' ');
		strbuf_puts(out, name);
	} else {
		strbuf_puts(out, " command ");
		strbuf_uint(out, m->body[0]);
	}
	c = cursor_over(m->body + GENL_HEADER, m->len - GENL_HEADER, false);
	while (m->type == FAMILY_CTRL && netlink_attr_next(m, &c, &a)) {
		if (a.type != CTRL_FAMILY_NAME)
			continue;
		strbuf_putc(out, ' ');
		text_printable(a.data, strnlen((const char *)a.data, a.len), NAME_SHOWN_MAX, out);
	}
}

static void nl_generic_describe(const struct dissection *d, const struct layer *l,
				struct field_out *o)
{
	netlink_describe(d, l, NLF_GENL_FAMILY, generic_body, o);
}

static void nl_generic_line(const struct dissection *d, const struct layer *l,
			    const struct render_options *opt, struct strbuf *out)
{
	netlink_line(d, l, "genl", nl_genl_names, generic_words, opt, out);
}

const struct dissector nl_generic_dissector = {
	.name = "genl",
	.title = "Netlink: generic",
	.id = PROTO_NL_GENERIC,
	.layer_class = CLASS_APPLICATION,
	.described = netlink_described,
	.nr_described = NLF_COUNT,
	.dissect = netlink_take,
	.describe = nl_generic_describe,
	.line = nl_generic_line,
};
