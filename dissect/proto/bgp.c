/*
 * dissect/proto/bgp.c -- Border Gateway Protocol 4, RFC 4271: capabilities RFC 5492, route refresh
 * RFC 2918, shutdown communication RFC 9003, longer parameters RFC 9072. bgp_update.c has routes.
 */
#include "dissect/proto/bgp.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	MARKER_LEN = 16,
	HEADER = 19,
	MSG_OPEN = 1,
	MSG_UPDATE = 2,
	MSG_NOTIFICATION = 3,
	MSG_REFRESH = 5,
	MSG_CAPABILITY = 6,
	OPEN_LEN = 10, /* up to and with the length of the parameters */
	PARAM_CAPABILITIES = 2,
	PARAMS_LONG = 255,
	CEASE = 6,
	MESSAGES_IN_LINE = 4,
};

/* Nothing else starts with 16 bytes of ones and has such a length. len bytes are here, at least 1.
 */
static bool header_valid(const uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i < len && i < MARKER_LEN; i++)
		if (p[i] != 0xff)
			return false;
	if (len >= 18 && load_be16(p + MARKER_LEN) < HEADER)
		return false;
	return len < HEADER || (p[18] >= MSG_OPEN && p[18] <= MSG_CAPABILITY);
}

/*
 * How many of n bytes are the end of a message that an earlier segment began: all, if no header is
 * found. The first may be cut, further ones must be whole to be believed.
 */
static size_t message_find(const uint8_t *p, size_t n)
{
	size_t i, ones = 0;

	if (n && header_valid(p, n))
		return 0;
	for (i = 0; i + HEADER - MARKER_LEN < n; i++) {
		ones = p[i] == 0xff ? ones + 1 : 0;
		if (ones >= MARKER_LEN && p[i + 3] <= MSG_CAPABILITY &&
		    header_valid(p + i + 1 - MARKER_LEN, HEADER))
			return i + 1 - MARKER_LEN;
	}
	return n;
}

static struct next bgp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const size_t skip = message_find(c->pos, cursor_left(c));
	const uint8_t *p;

	if (skip == cursor_left(c))
		return next_reject();
	cursor_skip(c, skip);
	while (cursor_left(c) && header_valid(c->pos, cursor_left(c))) {
		p = c->pos;
		if (!dissect_take_pdu(d, l, c, p, HEADER) ||
		    !dissect_take_pdu(d, l, c, p, load_be16(p + MARKER_LEN) - HEADER))
			return next_none();
	}
	return next_none();
}

/* The next message: its header, and in *ret_body what is here of its body. */
static const uint8_t *message_next(struct cursor *c, struct cursor *ret_body)
{
	const uint8_t *p = cursor_take(c, HEADER);
	size_t len;

	if (!p || !header_valid(p, HEADER))
		return NULL;
	len = MIN_OF((size_t)(load_be16(p + MARKER_LEN) - HEADER), cursor_left(c));
	*ret_body = cursor_over(c->pos, len, false);
	c->pos += len;
	return p;
}

/* Entries of one shape that fill the value. */
static void describe_entries(struct cursor *c, unsigned first, unsigned nr, size_t len,
			     struct field_out *o)
{
	const uint8_t *p;

	while ((p = cursor_take(c, len)))
		bgp_put_table(o, first, nr, p, len);
}

static void describe_names(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 1), *text;

	text = p ? cursor_take(c, *p) : NULL;
	if (!text)
		return;
	bgp_put(o, BGP_CAP_HOST_LEN, p, 1);
	bgp_put_bytes(o, BGP_CAP_HOST, text, *p);
	p = cursor_take(c, 1);
	text = p ? cursor_take(c, *p) : NULL;
	if (!text)
		return;
	bgp_put(o, BGP_CAP_DOMAIN_LEN, p, 1);
	bgp_put_bytes(o, BGP_CAP_DOMAIN, text, *p);
}

static void describe_capability(uint8_t type, struct cursor *c, struct field_out *o)
{
	const uint8_t *p = c->pos;
	const size_t n = cursor_left(c);

	switch (type) {
	case 1:
		bgp_put_table(o, BGP_CAP_MP, 2, p, n);
		break;
	case 3:
	case 130:
		bgp_put_table(o, BGP_CAP_ORF, 3, p, n);
		if (cursor_take(c, 5))
			describe_entries(c, BGP_CAP_ORF_ENTRY, 2, 2, o);
		break;
	case 5:
		describe_entries(c, BGP_CAP_NEXT_HOP, 3, 6, o);
		break;
	case 7:
		bgp_put_table(o, BGP_CAP_BGPSEC, 5, p, n);
		break;
	case 64:
		bgp_put_table(o, BGP_CAP_RESTART, 4, p, n);
		if (cursor_take(c, 2))
			describe_entries(c, BGP_CAP_RESTART_FAMILY, 4, 4, o);
		break;
	case 65:
		if (n == 4)
			bgp_put(o, BGP_CAP_AS4, p, 4);
		break;
	case 66:
	case 67:
		while ((p = cursor_take(c, 1)))
			bgp_put(o, BGP_CAP_DYNAMIC, p, 1);
		break;
	case 69:
		describe_entries(c, BGP_CAP_ADD_PATH, 3, 4, o);
		break;
	case 73:
		describe_names(c, o);
		break;
	default:
		if (n)
			bgp_put_bytes(o, BGP_CAP_UNKNOWN, p, n);
	}
}

static void describe_capabilities(struct cursor *c, struct field_out *o)
{
	const uint8_t *p;
	struct cursor value;

	while ((p = cursor_take(c, 2))) {
		value = cursor_over(c->pos, MIN_OF((size_t)p[1], cursor_left(c)), false);
		field_put_group(o, &bgp_described[BGP_CAP], bgp_name(BGP_CAP_HEAD, p[0]), p,
				2 + cursor_left(&value));
		bgp_put_table(o, BGP_CAP_HEAD, 2, p, 2);
		if (!cursor_take(c, p[1]))
			return; /* it claims more than its parameter has */
		describe_capability(p[0], &value, o);
	}
}

static void describe_open(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, OPEN_LEN);
	size_t len_size = 1, len;
	struct cursor value;

	if (!p)
		return;
	bgp_put_table(o, BGP_OPEN, 5, p, OPEN_LEN);
	if (p[9] == PARAMS_LONG && cursor_left(c) && *c->pos == PARAMS_LONG) {
		len_size = 2; /* RFC 9072 2: a type of 255 and a length follow, then longer ones */
		cursor_skip(c, 3);
	}
	while ((p = cursor_take(c, 1 + len_size))) {
		len = len_size == 2 ? load_be16(p + 1) : p[1];
		value = cursor_over(c->pos, MIN_OF(len, cursor_left(c)), false);
		field_put_group(o, &bgp_described[BGP_PARAM], bgp_name(BGP_PARAM_TYPE, p[0]), p,
				1 + len_size + cursor_left(&value));
		bgp_put(o, BGP_PARAM_TYPE, p, 1);
		bgp_put(o, BGP_PARAM_LEN, p + 1, len_size);
		if (!cursor_take(c, len))
			return;
		if (p[0] == PARAM_CAPABILITIES)
			describe_capabilities(&value, o);
		else if (len)
			bgp_put_bytes(o, BGP_PARAM_DATA, value.pos, len);
	}
}

static void describe_notification(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 2);
	const size_t left = cursor_left(c);

	if (!p)
		return;
	bgp_put(o, BGP_NOTIFY, p, 1);
	bgp_put(o, p[0] >= 1 && p[0] <= 7 ? BGP_NOTIFY_HEADER + p[0] - 1u : BGP_NOTIFY_OTHER, p + 1,
		1);
	if (!left)
		return;
	if (p[0] == CEASE && (p[1] == 2 || p[1] == 4) && *c->pos < left) {
		bgp_put(o, BGP_NOTIFY_TEXT_LEN, c->pos, 1);
		bgp_put_bytes(o, BGP_NOTIFY_TEXT, c->pos + 1, *c->pos);
	} else {
		bgp_put_bytes(o, BGP_NOTIFY_DATA, c->pos, left);
	}
}

static void bgp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0), body;
	const size_t skip = message_find(c.pos, cursor_left(&c));
	const uint8_t *p = cursor_take(&c, skip);

	if (skip)
		bgp_put_bytes(o, BGP_CONTINUATION, p, skip);
	while ((p = message_next(&c, &body))) {
		field_put_group(o, &bgp_described[BGP_MESSAGE], bgp_name(BGP_HEADER + 2, p[18]), p,
				HEADER + cursor_left(&body));
		bgp_put_table(o, BGP_HEADER, 3, p, HEADER);
		switch (p[18]) {
		case MSG_OPEN:
			describe_open(&body, o);
			break;
		case MSG_UPDATE:
			bgp_describe_update(&body, o);
			break;
		case MSG_NOTIFICATION:
			describe_notification(&body, o);
			break;
		case MSG_REFRESH:
			bgp_put_table(o, BGP_REFRESH, 3, body.pos, cursor_left(&body));
			break;
		}
	}
}

static void line_open(struct cursor *c, struct strbuf *out)
{
	const uint8_t *p = cursor_take(c, OPEN_LEN);

	if (!p)
		return;
	strbuf_printf(out, " AS %u, id ", load_be16(p + 1));
	text_ipv4(p + 5, out);
	strbuf_printf(out, ", hold time %us", load_be16(p + 3));
}

static void line_notification(struct cursor *c, struct strbuf *out)
{
	const uint8_t *p = cursor_take(c, 2);
	const char *name;

	if (!p)
		return;
	name = bgp_name(BGP_NOTIFY, p[0]);
	strbuf_putc(out, ' ');
	strbuf_puts(out, name ? name : "?");
	name = p[0] >= 1 && p[0] <= 7 ? bgp_name(BGP_NOTIFY_HEADER + p[0] - 1u, p[1]) : NULL;
	if (name)
		strbuf_printf(out, ", %s", name);
	else if (p[1])
		strbuf_printf(out, ", subcode %u", p[1]);
	if (p[0] == CEASE && (p[1] == 2 || p[1] == 4) && cursor_left(c) > 1 &&
	    *c->pos < cursor_left(c)) {
		strbuf_puts(out, ": ");
		text_printable(c->pos + 1, *c->pos, 64, out);
	}
}

static void bgp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0), body;
	unsigned nr = 0;
	const size_t skip = message_find(c.pos, cursor_left(&c));
	const uint8_t *p;

	cursor_skip(&c, skip);
	line_paint(opt, PAINT_PROTOCOL, "BGP", out);
	if (skip)
		strbuf_puts(out, " end of a message;");
	while ((p = message_next(&c, &body))) {
		if (nr++ >= MESSAGES_IN_LINE)
			continue;
		strbuf_puts(out, nr > 1 ? "; " : " ");
		strbuf_puts(out, bgp_name(BGP_HEADER + 2, p[18]));
		if (p[18] == MSG_OPEN)
			line_open(&body, out);
		else if (p[18] == MSG_UPDATE && !opt->quiet)
			bgp_line_update(&body, out);
		else if (p[18] == MSG_NOTIFICATION)
			line_notification(&body, out);
	}
	if (nr > MESSAGES_IN_LINE)
		strbuf_printf(out, "; %u more", nr - MESSAGES_IN_LINE);
}

const struct dissector bgp_dissector = {
	.name = "bgp",
	.title = "Border Gateway Protocol",
	.id = PROTO_BGP,
	.layer_class = CLASS_APPLICATION,
	.described = bgp_described,
	.nr_described = BGP_NR_DESCRIBED,
	.keys = { { KEY_TCP_PORT, 179 } },
	.dissect = bgp_dissect,
	.describe = bgp_describe,
	.line = bgp_line,
};
