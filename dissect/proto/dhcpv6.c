/*
 * dissect/proto/dhcpv6.c -- DHCP for IPv6, RFC 8415: messages, relayed messages in messages,
 * options in options.
 */
#include "dissect/proto/dhcpv6.h"

#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { TYPE_MAX = 36 }; /* of messages; beyond, this is another protocol on the port */

static struct next dhcpv6_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;
	struct cursor options;
	struct dhcpv6_option opt;

	if (!cursor_left(c) || !p[0] || p[0] > TYPE_MAX)
		return next_reject();
	if (!cursor_take(c, dhcpv6_header_len(p[0])))
		return next_none();
	options = *c;
	dissect_take_rest(d, c);
	while (dhcpv6_option_next(&options, &opt))
		;
	if (options.failed && !c->clipped)
		d->notes |= NOTE_BAD_LENGTH;
	return next_none();
}

static void dhcpv6_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	dhcpv6_message_describe(d->frame.data + l->off, l->hdr_len, (struct dhcpv6_place){ 0 }, o);
}

static void line_name(const uint8_t *p, size_t n, struct strbuf *out)
{
	const char *name = n ? name_find(dhcpv6_message_names, p[0]) : NULL;

	if (name) {
		strbuf_puts(out, name);
	} else if (n) {
		strbuf_puts(out, "type ");
		strbuf_uint(out, p[0]);
	}
}

/* The addresses and prefixes that an identity association carries, and its status. */
static void line_association(const uint8_t *p, size_t n, struct strbuf *out)
{
	struct cursor c = cursor_over(p, n, false);
	struct dhcpv6_option opt;
	const char *name;

	while (dhcpv6_option_next(&c, &opt)) {
		if (opt.code == DHCPV6_OPT_ADDRESS && opt.len >= 24) {
			strbuf_puts(out, " addr ");
			text_ipv6(opt.data, out);
		} else if (opt.code == DHCPV6_OPT_PREFIX && opt.len >= 25) {
			strbuf_puts(out, " prefix ");
			text_ipv6(opt.data + 9, out);
			strbuf_putc(out, '/');
			strbuf_uint(out, opt.data[8]);
		} else if (opt.code == DHCPV6_OPT_STATUS && opt.len >= 2 && load_be16(opt.data)) {
			name = name_find(dhcpv6_status_names, load_be16(opt.data));
			strbuf_puts(out, " status ");
			strbuf_puts(out, name ? name : "unknown");
		}
	}
}

static void line_message(const uint8_t *p, size_t n, unsigned depth, struct strbuf *out)
{
	const size_t header = n ? dhcpv6_header_len(p[0]) : 0;
	struct dhcpv6_option opt;
	struct cursor c;

	strbuf_putc(out, ' ');
	line_name(p, n, out);
	if (n <= header)
		return;
	if (header == DHCPV6_PLAIN_HEADER) {
		strbuf_puts(out, " xid 0x");
		strbuf_hex(out, load_be24(p + 1), 6);
	} else {
		strbuf_puts(out, " peer ");
		text_ipv6(p + 18, out);
	}
	c = cursor_over(p + header, n - header, false);
	while (dhcpv6_option_next(&c, &opt)) {
		if (opt.code == DHCPV6_OPT_RELAY && depth < DHCPV6_NESTING_MAX) {
			line_message(opt.data, opt.len, depth + 1, out);
		} else if (opt.code == DHCPV6_OPT_CLIENT && opt.len > 2) {
			strbuf_puts(out, " client ");
			text_bytes(opt.data, opt.len, 20, out);
		} else if ((opt.code == DHCPV6_OPT_IA_NA || opt.code == DHCPV6_OPT_IA_PD) &&
			   opt.len > 12) {
			line_association(opt.data + 12, opt.len - 12u, out);
		}
	}
	line_association(p + header, n - header, out);
}

static void dhcpv6_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = d->frame.data + l->off;

	line_paint(opt, PAINT_PROTOCOL, "DHCPv6", out);
	if (opt->quiet) {
		strbuf_putc(out, ' ');
		line_name(p, l->hdr_len, out);
	} else {
		line_message(p, l->hdr_len, 0, out);
	}
}

const struct dissector dhcpv6_dissector = {
	.name = "dhcpv6",
	.title = "DHCP for IPv6",
	.id = PROTO_DHCPV6,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = DHCPV6_PLAIN_HEADER,
	.described = dhcpv6_described,
	.nr_described = D6_COUNT,
	.keys = { { KEY_UDP_PORT, 546 }, { KEY_UDP_PORT, 547 } },
	.dissect = dhcpv6_dissect,
	.describe = dhcpv6_describe,
	.line = dhcpv6_line,
};
