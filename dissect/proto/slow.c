/*
 * dissect/proto/slow.c -- slow protocols, IEEE 802.3 annex 57A: LACP and marker (802.1AX), OAM
 * (802.3 clause 57), ESMC (ITU-T G.8264).
 */
#include "dissect/proto/slow.h"

#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum slow_subtype { SLOW_LACP = 1, SLOW_MARKER = 2, SLOW_OAM = 3, SLOW_ORGANIZATION = 10 };

enum { LACP_END = 0, LACP_ACTOR = 1, LACP_PARTNER = 2, LACP_COLLECTOR = 3 };

enum { OAM_INFORMATION, OAM_EVENT, OAM_REQUEST, OAM_RESPONSE, OAM_LOOPBACK, OAM_VENDOR = 0xfe };

enum { TLVS_MAX = 64, PARTICIPANT_LEN = 18, OAM_HDR_LEN = 3, OUI_ITU = 0x0019a7 };

static const struct name_map subtype_names[] = {
	{ SLOW_LACP, "LACP" }, { SLOW_MARKER, "marker" },
	{ SLOW_OAM, "OAM" },   { SLOW_ORGANIZATION, "organization specific" },
	{ 0, NULL },
};

/* ITU-T G.781 table 5-5, option I. */
static const struct name_map quality_names[] = {
	{ 2, "PRC" }, { 4, "SSU-A" }, { 8, "SSU-B" }, { 11, "EEC1" }, { 15, "DNU" }, { 0, NULL },
};

static const struct field_desc slow_fields[] = {
	{ "slow.subtype", "Subtype", 0, 8, FIELD_ENUM, FIELD_BASE_HEX, .names = subtype_names },
};

/* Everything is taken: these frames carry nothing else, and how much of it matters is cold. */
static struct next slow_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	if (!cursor_take(c, 1))
		return next_none();
	dissect_take_rest(d, c);
	return next_none();
}

static void put(struct field_out *o, unsigned field, const uint8_t *p, size_t n)
{
	if (n)
		field_put_bytes(o, &slow_described[field], p, n);
}

/* The fields of a part that lie within n. */
static void put_part(struct field_out *o, unsigned first, unsigned last, const uint8_t *p, size_t n)
{
	field_put_table(o, &slow_described[first], last - first + 1, 0, p, n);
}

/* "EFDCSGSA", a star for each bit that is not set; the second S is the short timeout. */
static void put_state(struct field_out *o, unsigned field, const uint8_t *p)
{
	static const char letters[] = "EFDCSGSA";
	char text[sizeof(letters)];
	unsigned i;

	for (i = 0; i < sizeof(letters) - 1; i++)
		text[i] = *p & 0x80 >> i ? letters[i] : '*';
	field_put_text(o, &slow_described[field], text, sizeof(letters) - 1, p, 1);
}

static void describe_lacp_value(uint8_t type, const uint8_t *p, size_t n, struct field_out *o)
{
	switch (type) {
	case LACP_ACTOR:
		put_part(o, S_ACTOR, S_ACTOR_LAST, p, n);
		if (n >= PARTICIPANT_LEN)
			put_state(o, S_ACTOR_TEXT, p + 14);
		break;
	case LACP_PARTNER:
		put_part(o, S_PARTNER, S_PARTNER_LAST, p, n);
		if (n >= PARTICIPANT_LEN)
			put_state(o, S_PARTNER_TEXT, p + 14);
		break;
	case LACP_COLLECTOR:
		put_part(o, S_COLLECTOR, S_COLLECTOR_LAST, p, n);
		break;
	default:
		put(o, S_TLV_DATA, p, n);
		break;
	}
}

/* Type, length with both of these bytes counted, value. */
static void describe_lacp(struct cursor *c, struct field_out *o)
{
	unsigned n;

	put_part(o, S_VERSION, S_VERSION, c->pos, cursor_left(c));
	cursor_skip(c, 1);
	for (n = 0; n < TLVS_MAX && cursor_left(c) >= 2; n++) {
		const uint8_t *p = cursor_take(c, 2);
		const size_t len = p[0] == LACP_END || p[1] < 2 ? 0 : p[1] - 2u;
		const size_t here = MIN_OF(len, cursor_left(c));

		field_put_group(o, &slow_described[S_GROUP], NULL, p, 2 + here);
		put_part(o, S_TLV, S_TLV_LAST, p, 2);
		describe_lacp_value(p[0], c->pos, here, o);
		cursor_skip(c, here);
		if (p[0] == LACP_END)
			break;
	}
	put(o, S_PAD, c->pos, cursor_left(c));
}

static void describe_marker(struct cursor *c, struct field_out *o)
{
	unsigned n;

	put_part(o, S_MARKER_VERSION, S_MARKER_VERSION, c->pos, cursor_left(c));
	cursor_skip(c, 1);
	for (n = 0; n < TLVS_MAX && cursor_left(c) >= 2; n++) {
		const uint8_t *p = cursor_take(c, 2);
		const size_t len = p[0] && p[1] >= 2 ? p[1] - 2u : 0;
		const size_t here = MIN_OF(len, cursor_left(c));

		put_part(o, S_MARKER_TLV, S_MARKER_TLV_LAST, p, 2);
		put_part(o, S_MARKER, S_MARKER_LAST, c->pos, here);
		cursor_skip(c, here);
		if (!p[0])
			break;
	}
	put(o, S_MARKER_RESERVED, c->pos, cursor_left(c));
}

static void describe_information(struct cursor *c, struct field_out *o)
{
	unsigned n;

	for (n = 0; n < TLVS_MAX && cursor_left(c) >= 2 && *c->pos; n++) {
		const uint8_t *p = cursor_take(c, 2), *v;
		size_t len = p[1] >= 2 ? p[1] - 2u : 0;

		len = MIN_OF(len, cursor_left(c));
		v = cursor_take(c, len);
		field_put_group(o, &slow_described[S_GROUP], NULL, p, 2 + len);
		put_part(o, S_INFO_HDR, S_INFO_HDR_LAST, p, 2);
		if (p[0] == OAM_VENDOR && len >= 3) {
			put_part(o, S_ORGANIZATION, S_ORGANIZATION, v, 3);
			put(o, S_VENDOR, v + 3, len - 3);
		} else if (p[0] <= 2) {
			put_part(o, S_INFO, S_INFO_LAST, v, len);
			if (len >= 14) {
				put_part(o, S_ORGANIZATION, S_ORGANIZATION, v + 7, 3);
				put(o, S_VENDOR, v + 10, 4);
			}
		} else {
			put(o, S_DATA, v, len);
		}
	}
}

static void describe_event(uint8_t type, const uint8_t *p, size_t n, struct field_out *o)
{
	switch (type) {
	case 1:
		put_part(o, S_SYMBOL, S_SYMBOL_LAST, p, n);
		break;
	case 2:
		put_part(o, S_FRAME, S_FRAME_LAST, p, n);
		break;
	case 3: /* Wireshark knows one name for the errors of all kinds of frame events */
		put_part(o, S_PERIOD, S_PERIOD_LAST, p, n);
		if (n >= 12)
			field_put_uint(o, &slow_described[S_FRAME_ERRORS], p + 8, 4);
		break;
	case 4:
		put_part(o, S_SECONDS, S_SECONDS_LAST, p, n);
		if (n >= 6)
			field_put_uint(o, &slow_described[S_FRAME_ERRORS], p + 4, 2);
		break;
	default:
		put(o, S_DATA, p, n);
		break;
	}
}

static void describe_events(struct cursor *c, struct field_out *o)
{
	unsigned n;

	put_part(o, S_EVENT_SEQUENCE, S_EVENT_SEQUENCE, c->pos, cursor_left(c));
	cursor_skip(c, 2);
	for (n = 0; n < TLVS_MAX && cursor_left(c) >= 4 && *c->pos; n++) {
		const uint8_t *p = cursor_take(c, 4);
		const size_t len = p[1] >= 4 ? p[1] - 4u : 0;
		const size_t here = MIN_OF(len, cursor_left(c));

		field_put_group(o, &slow_described[S_GROUP], NULL, p, 4 + here);
		put_part(o, S_EVENT, S_EVENT_LAST, p, 4);
		describe_event(p[0], c->pos, here, o);
		cursor_skip(c, here);
	}
}

static unsigned leaf_of(uint8_t branch)
{
	switch (branch) {
	case 3:
		return S_LEAF_OBJECT;
	case 4:
		return S_LEAF_PACKAGE;
	case 6:
		return S_LEAF_BINDING;
	default:
		return S_LEAF_ATTRIBUTE;
	}
}

static void describe_variables(struct cursor *c, bool values, struct field_out *o)
{
	unsigned n;

	for (n = 0; n < TLVS_MAX && cursor_left(c) >= 3 && *c->pos; n++) {
		const uint8_t *p = cursor_take(c, 3), *width, *v;
		const unsigned leaf = leaf_of(p[0]);

		put_part(o, S_BRANCH, S_BRANCH, p, 3);
		put_part(o, leaf, leaf, p, 3);
		if (!values)
			continue;
		width = cursor_take(c, 1);
		if (!width)
			return;
		if (*width & 0x80) { /* what went wrong, instead of a value */
			field_put_num(o, &slow_described[S_INDICATION], *width & 0x7f, width, 1);
			continue;
		}
		v = cursor_take(c, *width);
		put_part(o, S_WIDTH, S_WIDTH, width, 1);
		if (!v)
			return;
		put(o, S_VALUE, v, *width);
	}
}

static void describe_oam(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, OAM_HDR_LEN);

	if (!p)
		return;
	put_part(o, S_OAM, S_OAM_LAST, p, OAM_HDR_LEN);
	switch (p[2]) {
	case OAM_INFORMATION:
		describe_information(c, o);
		break;
	case OAM_EVENT:
		describe_events(c, o);
		break;
	case OAM_REQUEST:
	case OAM_RESPONSE:
		describe_variables(c, p[2] == OAM_RESPONSE, o);
		break;
	case OAM_LOOPBACK:
		put_part(o, S_LOOPBACK, S_LOOPBACK_LAST, c->pos, cursor_left(c));
		break;
	case OAM_VENDOR:
		put_part(o, S_ORGANIZATION, S_ORGANIZATION, c->pos, cursor_left(c));
		break;
	default:
		put(o, S_DATA, c->pos, cursor_left(c));
		break;
	}
}

/* G.8264 11.3.1.1; TLVs of three bytes of header, counted in their length. */
static void describe_organization(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 3);
	unsigned n;

	if (!p)
		return;
	put_part(o, S_OSSP_OUI, S_OSSP_OUI, p, 3);
	if (load_be24(p) != OUI_ITU || cursor_left(c) < 6) {
		put(o, S_DATA, c->pos, cursor_left(c));
		return;
	}
	p = cursor_take(c, 2);
	put_part(o, S_ITU_SUBTYPE, S_ITU_SUBTYPE, p, 2);
	if (load_be16(p) != 1) {
		put(o, S_DATA, c->pos, cursor_left(c));
		return;
	}
	put_part(o, S_ESMC, S_ESMC_LAST, cursor_take(c, 4), 4);
	for (n = 0; n < TLVS_MAX && cursor_left(c) >= 4 && *c->pos; n++) {
		const uint8_t *head = cursor_take(c, 3);
		const size_t len = load_be16(head + 1);
		const uint8_t *v = len > 3 ? cursor_take(c, len - 3) : NULL;

		put_part(o, S_ESMC_TLV, S_ESMC_TLV_LAST, head, 3);
		if (!v)
			return;
		if (head[0] == 1)
			put_part(o, S_ESMC_QL, S_ESMC_QL_LAST, v, len - 3);
		else if (head[0] == 2)
			put_part(o, S_EXTENDED, S_EXTENDED_LAST, v, len - 3);
	}
}

static void slow_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 1);
	const uint8_t *p = layer_bytes(d, l, 0, 1);

	if (!p)
		return;
	switch (*p) {
	case SLOW_LACP:
		describe_lacp(&c, o);
		break;
	case SLOW_MARKER:
		describe_marker(&c, o);
		break;
	case SLOW_OAM:
		describe_oam(&c, o);
		break;
	case SLOW_ORGANIZATION:
		describe_organization(&c, o);
		break;
	default:
		put(o, S_DATA, c.pos, cursor_left(&c));
		break;
	}
}

static void line_participant(const char *label, const uint8_t *p, struct strbuf *out)
{
	static const char letters[] = "ASGsCDFE";
	unsigned i;

	strbuf_puts(out, label);
	text_mac(p + 2, out);
	strbuf_printf(out, " key %u port %u [", load_be16(p + 8), load_be16(p + 12));
	for (i = 0; i < 8; i++)
		if (p[14] & 1u << i)
			strbuf_putc(out, letters[i]);
	strbuf_putc(out, ']');
}

static void line_oam(const uint8_t *p, struct strbuf *out)
{
	const char *name = name_find(oam_code_names, p[2]);

	if (name)
		strbuf_printf(out, " %s", name);
	else
		strbuf_printf(out, " code 0x%02x", p[2]);
	if (p[1] & 1)
		strbuf_puts(out, " link-fault");
	if (p[1] & 2)
		strbuf_puts(out, " dying-gasp");
	if (p[1] & 4)
		strbuf_puts(out, " critical-event");
}

static void line_esmc(const uint8_t *p, struct strbuf *out)
{
	if (load_be24(p) != OUI_ITU || load_be16(p + 3) != 1) {
		strbuf_printf(out, "organization 0x%06x", load_be24(p));
		return;
	}
	strbuf_printf(out, "ESMC%s", p[5] & 8 ? " event" : "");
	if (p[9] == 1) {
		strbuf_puts(out, " quality ");
		line_name_hex(quality_names, p[12] & 15, 1, out);
	}
}

static void slow_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 1);
	const uint8_t *body = layer_bytes(d, l, 1, 13);
	const uint8_t *actor = layer_bytes(d, l, 4, 15), *partner = layer_bytes(d, l, 24, 15);
	const bool lacp = p && *p == SLOW_LACP;

	line_paint(opt, PAINT_PROTOCOL, lacp ? "LACP" : "slow", out);
	if (!p || !body)
		return;
	if (lacp) {
		strbuf_printf(out, "v%u", body[0]);
		if (actor && body[1] == LACP_ACTOR)
			line_participant(" actor ", actor, out);
		if (partner && partner[-2] == LACP_PARTNER && !opt->quiet)
			line_participant(" partner ", partner, out);
	} else if (*p == SLOW_MARKER) {
		strbuf_puts(out, body[1] == 2 ? " marker response " : " marker ");
		text_mac(body + 5, out);
		strbuf_printf(out, " port %u", load_be16(body + 3));
	} else if (*p == SLOW_OAM) {
		strbuf_puts(out, " OAM");
		line_oam(body, out);
	} else if (*p == SLOW_ORGANIZATION) {
		strbuf_putc(out, ' ');
		line_esmc(body, out);
	} else {
		strbuf_printf(out, " subtype %u", *p);
	}
}

const struct dissector slow_dissector = {
	.name = "slow",
	.title = "Slow protocols",
	.id = PROTO_SLOW,
	.layer_class = CLASS_LINK,
	.min_hdr_len = 1,
	.fields = slow_fields,
	.nr_fields = ARRAY_SIZE(slow_fields),
	.described = slow_described,
	.nr_described = NR_SLOW_DESCRIBED,
	.keys = { { KEY_ETHERTYPE, 0x8809 } },
	.dissect = slow_dissect,
	.describe = slow_describe,
	.line = slow_line,
};
