/* dissect/proto/icmp_common.c -- what ICMP for IPv4 and for IPv6 share: RFC 792, RFC 4443. */
#include "dissect/proto/icmp_common.h"

#include "core/bytes.h"

const struct name_map icmp_exceeded_names[] = {
	{ 0, "in transit" },
	{ 1, "in reassembly" },
	{ 0, NULL },
};

const struct name_map icmp_ext_reply_names[] = {
	{ 1, "malformed query" },
	{ 2, "no such interface" },
	{ 3, "no such table entry" },
	{ 4, "several interfaces match" },
	{ 0, NULL },
};

const struct name_map multicast_record_names[] = {
	{ 1, "mode is include" },
	{ 2, "mode is exclude" },
	{ 3, "change to include" },
	{ 4, "change to exclude" },
	{ 5, "allow new sources" },
	{ 6, "block old sources" },
	{ 0, NULL },
};

void icmp_line_type(const struct name_map *types, const struct icmp_codes *codes, const uint8_t *p,
		    struct strbuf *out)
{
	const char *name = name_find(types, p[0]);

	strbuf_puts(out, name ? " " : " type ");
	if (name)
		strbuf_puts(out, name);
	else
		strbuf_uint(out, p[0]);
	while (codes->names && codes->type != p[0])
		codes++;
	name = name_find(codes->names, p[1]);
	if (name) {
		strbuf_puts(out, " (");
		strbuf_puts(out, name);
		strbuf_putc(out, ')');
	} else if (p[1]) {
		strbuf_puts(out, " code ");
		strbuf_uint(out, p[1]);
	}
}

void icmp_line_echo(const uint8_t *p, struct strbuf *out)
{
	strbuf_puts(out, ", id ");
	strbuf_uint(out, load_be16(p));
	strbuf_puts(out, ", seq ");
	strbuf_uint(out, load_be16(p + 2));
}
