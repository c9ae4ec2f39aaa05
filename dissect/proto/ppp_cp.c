/*
 * dissect/proto/ppp_cp.c -- what PPP negotiates with: LCP RFC 1661 and 1570, network control
 * protocols as IPCP RFC 1332, PAP RFC 1334, CHAP RFC 1994.
 */
#include "dissect/proto/ppp_cp.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/ppp.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { CP_HDR_LEN = 4, OPTIONS_MAX = 128, OPTIONS_SHOWN_MAX = 12, TEXT_SHOWN_MAX = 64 };

enum {
	CONFIGURE_REQUEST = 1,
	CONFIGURE_REJECT = 4,
	TERMINATE_ACK = 6,
	CODE_REJECT = 7,
	PROTOCOL_REJECT = 8,
	ECHO_REQUEST = 9,
	IDENTIFICATION = 12,
	TIME_REMAINING = 13,
};

enum { AUTHENTICATE_REQUEST = 1, CHAP_RESPONSE = 2 };

static const struct name_map code_names[] = {
	{ 0, "Vendor-Specific" },
	{ 1, "Configure-Request" },
	{ 2, "Configure-Ack" },
	{ 3, "Configure-Nak" },
	{ 4, "Configure-Reject" },
	{ 5, "Terminate-Request" },
	{ 6, "Terminate-Ack" },
	{ 7, "Code-Reject" },
	{ 8, "Protocol-Reject" },
	{ 9, "Echo-Request" },
	{ 10, "Echo-Reply" },
	{ 11, "Discard-Request" },
	{ 12, "Identification" },
	{ 13, "Time-Remaining" },
	{ 14, "Reset-Request" },
	{ 15, "Reset-Ack" },
	{ 0, NULL },
};

static const struct name_map pap_names[] = {
	{ 1, "Authenticate-Request" },
	{ 2, "Authenticate-Ack" },
	{ 3, "Authenticate-Nak" },
	{ 0, NULL },
};

static const struct name_map chap_names[] = {
	{ 1, "Challenge" }, { 2, "Response" }, { 3, "Success" }, { 4, "Failure" }, { 0, NULL },
};

static const struct field_desc ppp_cp_fields[] = {
	{ "ppp.code", "Code", 0, 8, FIELD_ENUM, .variants = IS_CONTROL, .names = code_names },
	{ "ppp.identifier", "Identifier", 8, 8, FIELD_UINT, .variants = IS_CONTROL },
	{ "ppp.length", "Length", 16, 16, FIELD_UINT, .variants = IS_CONTROL },
	{ "pap.code", "Code", 0, 8, FIELD_ENUM, .variants = IS_PAP, .names = pap_names },
	{ "pap.identifier", "Identifier", 8, 8, FIELD_UINT, .variants = IS_PAP },
	{ "pap.length", "Length", 16, 16, FIELD_UINT, .variants = IS_PAP },
	{ "chap.code", "Code", 0, 8, FIELD_ENUM, .variants = IS_CHAP, .names = chap_names },
	{ "chap.identifier", "Identifier", 8, 8, FIELD_UINT, .variants = IS_CHAP },
	{ "chap.length", "Length", 16, 16, FIELD_UINT, .variants = IS_CHAP },
};

static uint8_t variant_of(uint16_t protocol)
{
	switch (protocol) {
	case PPP_LCP:
		return IS_LCP;
	case PPP_IPCP:
		return IS_IPCP;
	case PPP_IPV6CP:
		return IS_IPV6CP;
	case PPP_CCP:
		return IS_CCP;
	case PPP_PAP:
		return IS_PAP;
	case PPP_CHAP:
		return IS_CHAP;
	default:
		return IS_OTHER;
	}
}

static void check_options(struct dissection *d, struct cursor c)
{
	struct option_view opt;
	unsigned n = 0;

	while (n < OPTIONS_MAX && cursor_left(&c) && ppp_option_next(&c, &opt))
		n++;
	if (n < OPTIONS_MAX && !c.clipped && (cursor_left(&c) || c.failed))
		d->notes |= NOTE_BAD_LENGTH;
}

static struct next ppp_cp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, CP_HDR_LEN);
	size_t len;

	/* The protocol number is the last thing in the header below; no control has a short one. */
	l->variant = IS_OTHER;
	if (layer_carrier(d, l) == PROTO_PPP && l[-1].hdr_len >= 2)
		l->variant = variant_of(load_be16(d->frame.data + l->off - 2));
	if (unlikely(!p))
		return next_none();
	len = load_be16(p + 2);
	if (len < CP_HDR_LEN)
		return next_malformed(d, NOTE_BAD_LENGTH);
	dissect_limit(d, c, len - CP_HDR_LEN);
	if (l->variant & IS_CONTROL && p[0] >= CONFIGURE_REQUEST && p[0] <= CONFIGURE_REJECT)
		check_options(d, *c);
	dissect_take_rest(d, c);
	return next_none();
}

/* Code, then what the code says: RFC 1661 5. */
static void describe_control(const struct layer *l, uint8_t code, struct cursor *c,
			     struct field_out *o)
{
	struct option_view opt;
	const uint8_t *p;
	unsigned n;

	if (code >= CONFIGURE_REQUEST && code <= CONFIGURE_REJECT) {
		for (n = 0; n < OPTIONS_MAX && cursor_left(c) && ppp_option_next(c, &opt); n++)
			ppp_option_describe(l->variant, &opt, o);
		return;
	}
	if (l->variant == IS_LCP && code == PROTOCOL_REJECT && cursor_left(c) >= 2)
		ppp_put(o, F_REJECTED, cursor_take(c, 2), 2);
	else if (l->variant == IS_LCP && code >= ECHO_REQUEST && code <= TIME_REMAINING &&
		 cursor_left(c) >= 4)
		ppp_put(o, F_MAGIC, cursor_take(c, 4), 4);
	p = c->pos;
	if (l->variant != IS_LCP || code < ECHO_REQUEST || code > TIME_REMAINING)
		ppp_put(o, F_DATA, p, cursor_left(c));
	else if (code == IDENTIFICATION)
		ppp_put(o, F_MESSAGE, p, cursor_left(c));
	else if (code == TIME_REMAINING && cursor_left(c) >= 4)
		ppp_put(o, F_SECONDS, p, 4);
	else
		ppp_put(o, F_ECHO_DATA, p, cursor_left(c));
}

/* A byte of length and as many bytes. NULL: not all here. */
static const uint8_t *take_counted(struct cursor *c, uint8_t *ret_len)
{
	*ret_len = cursor_u8(c);
	return c->failed ? NULL : cursor_take(c, *ret_len);
}

static void put_counted(struct field_out *o, struct cursor *c, unsigned len_field, unsigned field)
{
	const uint8_t *start = c->pos;
	const uint8_t *p;
	uint8_t len;

	p = take_counted(c, &len);
	if (!p)
		return;
	ppp_put(o, len_field, start, 1);
	ppp_put(o, field, p, len);
}

static void ppp_cp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, CP_HDR_LEN);
	const uint8_t *p = layer_bytes(d, l, 0, CP_HDR_LEN);

	if (!p)
		return;
	if (l->variant & IS_CONTROL) {
		describe_control(l, p[0], &c, o);
	} else if (l->variant == IS_PAP && p[0] == AUTHENTICATE_REQUEST) {
		put_counted(o, &c, F_PEER_LEN, F_PEER);
		put_counted(o, &c, F_PASSWORD_LEN, F_PASSWORD);
	} else if (l->variant == IS_PAP) {
		put_counted(o, &c, F_PAP_MESSAGE_LEN, F_PAP_MESSAGE);
	} else if (p[0] <= CHAP_RESPONSE) {
		put_counted(o, &c, F_VALUE_LEN, F_VALUE);
		ppp_put(o, F_NAME, c.pos, cursor_left(&c));
	} else {
		ppp_put(o, F_CHAP_MESSAGE, c.pos, cursor_left(&c));
	}
}

static void line_text(const char *label, const uint8_t *p, size_t len, struct strbuf *out)
{
	strbuf_puts(out, label);
	text_printable(p, len, TEXT_SHOWN_MAX, out);
}

/* Passwords stay out of the line. */
static void line_authentication(const struct layer *l, uint8_t code, struct cursor *c,
				struct strbuf *out)
{
	const uint8_t *p;
	uint8_t len = 0;

	if (l->variant == IS_CHAP && code > CHAP_RESPONSE) {
		if (cursor_left(c))
			line_text(" ", c->pos, cursor_left(c), out);
		return;
	}
	p = take_counted(c, &len);
	if (l->variant == IS_PAP && code != AUTHENTICATE_REQUEST) {
		if (p && len)
			line_text(" ", p, len, out);
	} else if (l->variant == IS_PAP && p) {
		line_text(" user ", p, len, out);
		strbuf_puts(out, " password ***");
	} else if (p && cursor_left(c)) {
		line_text(" name ", c->pos, cursor_left(c), out);
	}
}

static void line_control(const struct layer *l, uint8_t code, struct cursor *c, struct strbuf *out)
{
	const bool lcp = l->variant == IS_LCP;
	struct option_view opt;
	unsigned n;

	if (code >= CONFIGURE_REQUEST && code <= CONFIGURE_REJECT) {
		for (n = 0; n < OPTIONS_MAX && cursor_left(c) && ppp_option_next(c, &opt); n++)
			if (n < OPTIONS_SHOWN_MAX)
				ppp_option_line(l->variant, &opt, out);
		if (n > OPTIONS_SHOWN_MAX)
			strbuf_printf(out, " and %u more", n - OPTIONS_SHOWN_MAX);
	} else if (code > CONFIGURE_REJECT && code <= TERMINATE_ACK && cursor_left(c)) {
		line_text(" ", c->pos, cursor_left(c), out);
	} else if (lcp && code == PROTOCOL_REJECT && cursor_left(c) >= 2) {
		strbuf_putc(out, ' ');
		line_name_hex(ppp_protocol_names, load_be16(c->pos), 4, out);
	} else if (lcp && code >= ECHO_REQUEST && code <= TIME_REMAINING && cursor_left(c) >= 4) {
		strbuf_printf(out, " magic 0x%08x", cursor_be32(c));
		if (code == IDENTIFICATION && cursor_left(c))
			line_text(" ", c->pos, cursor_left(c), out);
		else if (code == TIME_REMAINING && cursor_left(c) >= 4)
			strbuf_printf(out, " %u s", load_be32(c->pos));
	}
}

static const struct name_map *codes_of(uint8_t variant)
{
	if (variant == IS_PAP)
		return pap_names;
	return variant == IS_CHAP ? chap_names : code_names;
}

static void ppp_cp_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, CP_HDR_LEN);
	const uint8_t *p = layer_bytes(d, l, 0, CP_HDR_LEN);
	const bool named = layer_carrier(d, l) == PROTO_PPP && l[-1].hdr_len >= 2;
	const uint16_t protocol = named ? load_be16(d->frame.data + l->off - 2) : 0;
	const char *name = name_find(ppp_protocol_names, protocol);

	line_paint(opt, PAINT_PROTOCOL, name ? name : "PPP control", out);
	if (!p)
		return;
	name = name_find(codes_of(l->variant), p[0]);
	if (name)
		strbuf_printf(out, " %s", name);
	else
		strbuf_printf(out, " code %u", p[0]);
	strbuf_printf(out, " id %u", p[1]);
	if (opt->quiet)
		return;
	if (l->variant & IS_CONTROL)
		line_control(l, p[0], &c, out);
	else
		line_authentication(l, p[0], &c, out);
}

const struct dissector ppp_cp_dissector = {
	.name = "ppp_cp",
	.title = "PPP control protocol",
	.id = PROTO_PPP_CP,
	.layer_class = CLASS_LINK,
	.min_hdr_len = CP_HDR_LEN,
	.fields = ppp_cp_fields,
	.nr_fields = ARRAY_SIZE(ppp_cp_fields),
	.described = ppp_cp_described,
	.nr_described = NR_PPP_CP_DESCRIBED,
	.dissect = ppp_cp_dissect,
	.describe = ppp_cp_describe,
	.line = ppp_cp_line,
};
