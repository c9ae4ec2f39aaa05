/* dissect/proto/netlink.c -- the 16-byte header in front of netlink messages (LINKTYPE_NETLINK). */
#include "core/linktype.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

static const struct name_map family_names[] = {
	{ 0, "route" },      { 2, "usersock" },   { 4, "sock_diag" }, { 5, "nflog" },
	{ 6, "xfrm" },       { 7, "selinux" },    { 9, "audit" },     { 10, "fib_lookup" },
	{ 11, "connector" }, { 12, "netfilter" }, { 15, "uevent" },   { 16, "generic" },
	{ 21, "crypto" },    { 0, NULL },
};

static const struct field_desc netlink_fields[] = {
	{ "netlink.pkttype", "Packet type", 0, 16, FIELD_UINT },
	{ "netlink.hatype", "Hardware type", 16, 16, FIELD_ENUM, .names = arphrd_names },
	{ "netlink.family", "Family", 112, 16, FIELD_ENUM, .names = family_names },
};

static struct next netlink_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	cursor_skip(c, 16);
	return next_none();
}

static void netlink_line(const struct dissection *d, const struct layer *l,
			 const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 16);
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "netlink", out);
	if (!p)
		return;
	name = name_find(family_names, load_be16(p + 14));
	if (name)
		strbuf_printf(out, " %s", name);
	else
		strbuf_printf(out, " family %u", load_be16(p + 14));
	strbuf_puts(out, load_be16(p) == 4 ? " from kernel, " : ", ");
	line_length(d, out);
}

const struct dissector netlink_dissector = {
	.name = "netlink",
	.title = "Netlink",
	.id = PROTO_NETLINK,
	.layer_class = CLASS_LINK,
	.min_hdr_len = 16,
	.fields = netlink_fields,
	.nr_fields = ARRAY_SIZE(netlink_fields),
	.keys = { { KEY_LINKTYPE, LINKTYPE_NETLINK } },
	.dissect = netlink_dissect,
	.line = netlink_line,
};
