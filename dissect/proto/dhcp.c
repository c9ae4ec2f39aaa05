/*
 * dissect/proto/dhcp.c -- Dynamic Host Configuration Protocol, RFC 2131, and BOOTP, RFC 951.
 * Options that come in pieces are put together again, RFC 3396.
 */
#include "dissect/proto/dhcp.h"

#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	MAGIC_COOKIE = 0x63825363,
	OFF_CHADDR = 28,
	OFF_SNAME = 44,
	OFF_FILE = 108,
	SNAME_LEN = 64,
	FILE_LEN = 128,
	OVERLOAD_FILE = 1,
	OVERLOAD_SNAME = 2,
	ETHERNET = 1,
	JOINED_MAX = 1024, /* of an option in pieces; more is shown piece by piece */
};

static struct next dhcp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;
	struct dhcp_option opt;
	struct cursor options;

	if (!cursor_left(c) || p[0] < 1 || p[0] > 2 || (cursor_left(c) >= 3 && p[2] > 16))
		return next_reject();
	if (!cursor_take(c, DHCP_HEADER))
		return next_none();
	options = *c;
	dissect_take_rest(d, c);
	if (c->clipped || cursor_be32(&options) != MAGIC_COOKIE)
		return next_none();
	while (dhcp_option_next(&options, &opt) && opt.code != DHCP_OPT_END)
		;
	if (options.failed)
		d->notes |= NOTE_BAD_LENGTH;
	return next_none();
}

/* The parts of a message that hold options, in the order of RFC 3396 §5. */
struct option_areas {
	const uint8_t *p[3];
	size_t len[3];
	unsigned nr;
};

static void areas_add(struct option_areas *a, const uint8_t *p, size_t len)
{
	a->p[a->nr] = p;
	a->len[a->nr++] = len;
}

/* False: no cookie, so the rest is BOOTP's vendor area. */
static bool areas_find(const struct dissection *d, const struct layer *l, struct option_areas *ret)
{
	struct cursor c = layer_cursor(d, l, DHCP_HEADER);
	const uint8_t *header = layer_bytes(d, l, 0, DHCP_HEADER);
	struct dhcp_option opt;

	ret->nr = 0;
	if (!header || cursor_be32(&c) != MAGIC_COOKIE)
		return false;
	areas_add(ret, c.pos, cursor_left(&c));
	while (dhcp_option_next(&c, &opt) && opt.code != DHCP_OPT_END) {
		if (opt.code != DHCP_OPT_OVERLOAD || opt.len != 1)
			continue;
		if (opt.data[0] & OVERLOAD_FILE)
			areas_add(ret, header + OFF_FILE, FILE_LEN);
		if (opt.data[0] & OVERLOAD_SNAME)
			areas_add(ret, header + OFF_SNAME, SNAME_LEN);
		break;
	}
	return true;
}

static bool is_overloaded(const struct option_areas *a, const uint8_t *p)
{
	return (a->nr > 1 && a->p[1] == p) || (a->nr > 2 && a->p[2] == p);
}

/* Walks all areas. False at their end. `area` and c are the walk's, zero at its start. */
static bool areas_next(const struct option_areas *a, unsigned *area, struct cursor *c,
		       struct dhcp_option *ret)
{
	while (*area < a->nr) {
		if (!c->pos)
			*c = cursor_over(a->p[*area], a->len[*area], false);
		if (dhcp_option_next(c, ret) && ret->code != DHCP_OPT_END)
			return true;
		c->pos = NULL;
		++*area;
	}
	return false;
}

/* First option of that code, or false. */
static bool option_find(const struct option_areas *a, uint8_t code, struct dhcp_option *ret)
{
	struct cursor c = { 0 };
	unsigned area = 0;

	while (areas_next(a, &area, &c, ret))
		if (ret->code == code)
			return true;
	return false;
}

/* Fields of bytes that were put together: what is marked in the frame is the last piece. */
struct moved_out {
	struct field_out out;
	struct field_out *to;
	const struct dhcp_option *piece;
};

static void moved_put(struct field_out *o, const struct field_value *v)
{
	const struct moved_out *moved = (const struct moved_out *)o;
	struct field_value here = *v;

	here.at = moved->piece->data;
	here.at_len = moved->piece->len;
	moved->to->put(moved->to, &here);
}

/* All pieces of opt's code, if it has several and opt is the last; 0: it stands alone. */
static size_t option_join(const struct option_areas *a, const struct dhcp_option *opt, uint8_t *ret,
			  bool *ret_more)
{
	struct dhcp_option piece = { 0 }, last = { 0 };
	struct cursor c = { 0 };
	unsigned area = 0, pieces = 0;
	size_t len = 0;

	*ret_more = false;
	while (areas_next(a, &area, &c, &piece)) {
		if (piece.code != opt->code)
			continue;
		if (piece.len > JOINED_MAX - len)
			return 0;
		memcpy(ret + len, piece.data, piece.len);
		len += piece.len;
		last = piece;
		pieces++;
	}
	*ret_more = pieces > 1 && last.start != opt->start;
	return pieces > 1 ? len : 0;
}

static void option_put(const struct option_areas *a, const struct dhcp_option *opt, bool repeated,
		       struct field_out *o)
{
	struct moved_out moved = { .out.put = moved_put, .to = o, .piece = opt };
	uint8_t joined[JOINED_MAX];
	bool more = false;
	size_t len;

	field_put_group(o, &dhcp_described[DHCPF_OPTION], name_find(dhcp_option_names, opt->code),
			opt->start, (size_t)(opt->data - opt->start) + opt->len);
	field_put_uint(o, &dhcp_described[DHCPF_CODE], opt->start, 1);
	field_put_uint(o, &dhcp_described[DHCPF_LENGTH], opt->start + 1, 1);
	if (opt->len)
		field_put_bytes(o, &dhcp_described[DHCPF_VALUE], opt->data, opt->len);
	len = repeated ? option_join(a, opt, joined, &more) : 0;
	if (more)
		return;
	if (len)
		dhcp_option_describe(opt->code, joined, len, &moved.out);
	else
		dhcp_option_describe(opt->code, opt->data, opt->len, o);
}

/* Counts each code up to 2, so that joining is tried only where there is something to join. */
static void count_codes(const struct option_areas *a, uint8_t counts[256])
{
	struct cursor c = { 0 };
	struct dhcp_option opt;
	unsigned area = 0;

	while (areas_next(a, &area, &c, &opt))
		counts[opt.code] += counts[opt.code] < 2;
}

/* A run of pads is shown as one. */
static void take_padding(struct cursor *c, const uint8_t *start, struct field_out *o)
{
	while (cursor_left(c) && *c->pos == DHCP_OPT_PAD)
		cursor_skip(c, 1);
	field_put_uint(o, &dhcp_described[DHCPF_CODE], start, 1);
	field_put_bytes(o, &dhcp_described[DHCPF_PADDING], start, (size_t)(c->pos - start));
}

static void area_describe(const struct option_areas *a, unsigned area, const uint8_t counts[256],
			  unsigned *joins, struct field_out *o)
{
	enum { JOINS_MAX = 32 }; /* each walks all options; further pieces stand alone */
	struct cursor c = cursor_over(a->p[area], a->len[area], false);
	struct dhcp_option opt;

	while (dhcp_option_next(&c, &opt)) {
		bool repeated;

		if (opt.code == DHCP_OPT_END) {
			field_put_uint(o, &dhcp_described[DHCPF_CODE], opt.start, 1);
			field_put_uint(o, &dhcp_described[DHCPF_END], opt.start, 1);
			if (cursor_left(&c))
				field_put_bytes(o, &dhcp_described[DHCPF_PADDING], c.pos,
						cursor_left(&c));
			return;
		}
		if (opt.code == DHCP_OPT_PAD) {
			take_padding(&c, opt.start, o);
			continue;
		}
		repeated = counts[opt.code] > 1 && *joins < JOINS_MAX;
		*joins += repeated;
		option_put(a, &opt, repeated, o);
	}
	if (c.failed)
		field_put_bytes(o, &dhcp_described[DHCPF_CUT], opt.start,
				(size_t)(c.end - opt.start));
}

static void header_describe(const struct dissection *d, const struct layer *l,
			    const struct option_areas *a, struct field_out *o)
{
	const uint8_t *p = d->frame.data + l->off;
	const uint8_t *file = p + OFF_FILE, *sname = p + OFF_SNAME;
	size_t hw_len;

	field_put_table(o, &dhcp_described[DHCPF_TYPE], DHCPF_GIADDR - DHCPF_TYPE + 1, 0, p,
			MIN_OF(l->hdr_len, (uint32_t)OFF_CHADDR));
	if (l->hdr_len < OFF_CHADDR + 16)
		return;
	hw_len = MIN_OF(p[2], 16u);
	if (p[1] == ETHERNET && hw_len == 6)
		field_put_bytes(o, &dhcp_described[DHCPF_MAC], p + OFF_CHADDR, 6);
	else if (hw_len)
		field_put_bytes(o, &dhcp_described[DHCPF_HW_ADDR], p + OFF_CHADDR, hw_len);
	if (hw_len && hw_len < 16)
		field_put_bytes(o, &dhcp_described[DHCPF_HW_PADDING], p + OFF_CHADDR + hw_len,
				16 - hw_len);
	if (l->hdr_len < DHCP_HEADER)
		return;
	if (*sname && !is_overloaded(a, sname))
		field_put_text(o, &dhcp_described[DHCPF_SNAME], (const char *)sname,
			       strnlen((const char *)sname, SNAME_LEN), sname, SNAME_LEN);
	if (*file && !is_overloaded(a, file))
		field_put_text(o, &dhcp_described[DHCPF_FILE], (const char *)file,
			       strnlen((const char *)file, FILE_LEN), file, FILE_LEN);
}

static void dhcp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *cookie = layer_bytes(d, l, DHCP_HEADER, 4);
	uint8_t counts[256] = { 0 };
	struct option_areas a;
	unsigned area, joins = 0;

	if (!areas_find(d, l, &a)) {
		header_describe(d, l, &a, o);
		if (l->hdr_len > DHCP_HEADER)
			field_put_bytes(o, &dhcp_described[DHCPF_BOOTP_VENDOR],
					d->frame.data + l->off + DHCP_HEADER,
					l->hdr_len - DHCP_HEADER);
		return;
	}
	header_describe(d, l, &a, o);
	field_put_bytes(o, &dhcp_described[DHCPF_COOKIE], cookie, 4);
	count_codes(&a, counts);
	for (area = 0; area < a.nr; area++)
		area_describe(&a, area, counts, &joins, o);
}

static void line_address(const struct option_areas *a, uint8_t code, const char *word,
			 struct strbuf *out)
{
	struct dhcp_option opt;

	if (!option_find(a, code, &opt) || opt.len < 4)
		return;
	strbuf_puts(out, word);
	text_ipv4(opt.data, out);
}

static void line_text(const struct option_areas *a, uint8_t code, const char *word,
		      struct strbuf *out)
{
	enum { TEXT_SHOWN_MAX = 64 };
	struct dhcp_option opt;

	if (!option_find(a, code, &opt) || !opt.len)
		return;
	strbuf_puts(out, word);
	text_printable(opt.data, strnlen((const char *)opt.data, opt.len), TEXT_SHOWN_MAX, out);
}

static void line_hardware(const uint8_t *p, struct strbuf *out)
{
	if (p[1] == ETHERNET && p[2] == 6)
		text_mac(p + OFF_CHADDR, out);
	else
		text_bytes(p + OFF_CHADDR, MIN_OF(p[2], 16u), 16, out);
}

static void line_options(const struct option_areas *a, struct strbuf *out)
{
	struct dhcp_option opt;

	line_address(a, 50, " request ", out);
	line_address(a, 54, " server ", out);
	if (option_find(a, 51, &opt) && opt.len == 4) {
		strbuf_puts(out, " lease ");
		strbuf_uint(out, load_be32(opt.data));
		strbuf_puts(out, " s");
	}
	line_text(a, 12, " host ", out);
	line_text(a, 56, " message ", out);
}

static void dhcp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, DHCP_HEADER);
	struct dhcp_option type;
	struct option_areas a;
	const char *name = NULL;
	bool typed;

	if (!p) {
		line_paint(opt, PAINT_PROTOCOL, "DHCP", out);
		return;
	}
	areas_find(d, l, &a);
	typed = option_find(&a, DHCP_OPT_TYPE, &type) && type.len == 1;
	if (typed)
		name = name_find(dhcp_message_names, type.data[0]);
	line_paint(opt, PAINT_PROTOCOL, typed ? "DHCP " : "BOOTP ", out);
	if (!typed)
		strbuf_puts(out, p[0] == 1 ? "request" : "reply");
	else if (name)
		strbuf_puts(out, name);
	else
		strbuf_uint(out, type.data[0]);
	if (p[0] == 2) {
		strbuf_putc(out, ' ');
		text_ipv4(p + 16, out);
	}
	if (p[2]) {
		strbuf_puts(out, p[0] == 1 ? " from " : " to ");
		line_hardware(p, out);
	}
	if (opt->quiet)
		return;
	strbuf_puts(out, " xid 0x");
	strbuf_hex(out, load_be32(p + 4), 8);
	if (load_be32(p + 24)) {
		strbuf_puts(out, " relay ");
		text_ipv4(p + 24, out);
	}
	line_options(&a, out);
}

const struct dissector dhcp_dissector = {
	.name = "dhcp",
	.title = "Dynamic Host Configuration Protocol",
	.id = PROTO_DHCP,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = DHCP_HEADER,
	.described = dhcp_described,
	.nr_described = DHCPF_COUNT,
	.keys = { { KEY_UDP_PORT, 67 }, { KEY_UDP_PORT, 68 } },
	.dissect = dhcp_dissect,
	.describe = dhcp_describe,
	.line = dhcp_line,
};
