/*
 * dissect/proto/snmp.c -- Simple Network Management Protocol: version 1 RFC 1157, 2c RFC 3416, 3
 * RFC 3412 and 3414; values RFC 2578, engine identifiers RFC 3411.
 */
#include "dissect/proto/snmp.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	TAG_INTEGER = 0x02,
	TAG_OCTETS = 0x04,
	TAG_NULL = 0x05,
	TAG_OID = 0x06,
	TAG_SEQUENCE = 0x30,
	TAG_ADDRESS = 0x40,
	TAG_COUNTER = 0x41,
	TAG_GAUGE = 0x42,
	TAG_TICKS = 0x43,
	TAG_OPAQUE = 0x44,
	TAG_COUNTER64 = 0x46,
	TAG_UNSIGNED = 0x47,
	TAG_NO_OBJECT = 0x80,
	TAG_NO_INSTANCE = 0x81,
	TAG_END_OF_VIEW = 0x82,
	TAG_PDU = 0xa0, /* to 0xa8 */
	PDU_RESPONSE = 2,
	PDU_TRAP = 4,
	PDU_BULK = 5,
	PDU_LAST = 8,
	VERSION_3 = 3,
	BINDINGS_MAX = 512,
	BINDINGS_IN_LINE = 2,
	OID_TEXT = 512, /* RFC 2578 3.5: 128 numbers at most; what is longer is cut */
	LENGTH_BYTES_MAX = 4,
};

/* One value in BER (X.690): tags of one byte and definite lengths are all that SNMP uses. */
struct ber {
	uint8_t tag;
	const uint8_t *start, *value;
	size_t len; /* of value; what is here of it */
	bool whole;
};

static bool ber_next(struct cursor *c, struct ber *ret)
{
	const uint8_t *p = cursor_take(c, 2);
	size_t len, n;

	if (!p)
		return false;
	len = p[1];
	if (len & 0x80) {
		n = len & 0x7f;
		if (!n || n > LENGTH_BYTES_MAX)
			return false;
		for (len = 0; n; n--)
			len = len << 8 | cursor_u8(c);
		if (c->failed)
			return false;
	}
	*ret = (struct ber){ .tag = p[0], .start = p, .value = c->pos };
	ret->whole = len <= cursor_left(c);
	ret->len = MIN_OF(len, cursor_left(c));
	c->pos += ret->len;
	return true;
}

static bool ber_expect(struct cursor *c, uint8_t tag, struct ber *ret)
{
	return ber_next(c, ret) && ret->tag == tag && ret->whole;
}

static struct cursor ber_inside(const struct ber *b)
{
	return cursor_over(b->value, b->len, false);
}

/* A two's complement number of 1 to 9 bytes (an unsigned one may need a zero in front). */
static bool ber_number(const struct ber *b, uint64_t *ret)
{
	uint64_t v;
	size_t i;

	if (!b->len || b->len > 9 || (b->len == 9 && b->value[0]))
		return false;
	v = b->value[0] & 0x80 ? ~0ull : 0;
	for (i = 0; i < b->len; i++)
		v = v << 8 | b->value[i];
	*ret = v;
	return true;
}

/* "1.3.6.1.2.1": X.690 8.19. */
static void oid_text(const uint8_t *p, size_t len, struct strbuf *out)
{
	uint64_t arc = 0;
	size_t i;
	bool first = true;

	for (i = 0; i < len && !out->overflow; i++) {
		if (arc >> 32) {
			strbuf_puts(out, first ? "?" : ".?");
			return;
		}
		arc = arc << 7 | (p[i] & 0x7f);
		if (p[i] & 0x80)
			continue;
		if (first) {
			const uint64_t top = arc < 80 ? arc / 40 : 2;

			strbuf_uint(out, top);
			arc -= top * 40;
		}
		first = false;
		strbuf_putc(out, '.');
		strbuf_uint(out, arc);
		arc = 0;
	}
}

/* The head of a message: the outer sequence and the version. False: this is no SNMP. */
static bool snmp_open(struct cursor *c, struct cursor *ret_inside, uint64_t *ret_version)
{
	struct ber outer, version;

	if (!ber_next(c, &outer) || outer.tag != TAG_SEQUENCE)
		return false;
	*ret_inside = ber_inside(&outer);
	return ber_expect(ret_inside, TAG_INTEGER, &version) && ber_number(&version, ret_version) &&
	       *ret_version <= VERSION_3;
}

static struct next snmp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct cursor peek = *c, inside;
	struct ber next;
	uint64_t version;

	if (!snmp_open(&peek, &inside, &version) || !ber_next(&inside, &next) ||
	    next.tag != (version == VERSION_3 ? TAG_SEQUENCE : TAG_OCTETS))
		return next_reject();
	dissect_take_rest(d, c);
	return next_none();
}

static void put_oid(struct field_out *o, unsigned which, const struct ber *b)
{
	char text[OID_TEXT];
	struct strbuf out = strbuf_over(text, sizeof(text));

	oid_text(b->value, b->len, &out);
	field_put_text(o, &snmp_described[which], out.text, out.len, b->value, b->len);
}

static void put_bytes(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_bytes(o, &snmp_described[which], p, n);
}

static bool put_number(struct field_out *o, unsigned which, struct cursor *c)
{
	struct ber b;
	uint64_t v;

	if (!ber_next(c, &b) || !b.whole || !ber_number(&b, &v))
		return false;
	field_put_num(o, &snmp_described[which], v, b.value, b.len);
	return true;
}

static bool put_octets(struct field_out *o, unsigned which, struct cursor *c)
{
	struct ber b;

	if (!ber_expect(c, TAG_OCTETS, &b))
		return false;
	put_bytes(o, which, b.value, b.len);
	return true;
}

/* RFC 3411 5, SnmpEngineID. */
static void describe_engine(const uint8_t *p, size_t n, struct field_out *o)
{
	if (n < 5)
		return;
	field_put_table(o, &snmp_described[SNMP_ENGINE_CONFORM], 1, 0, p, 1);
	field_put_num(o, &snmp_described[SNMP_ENGINE_ENTERPRISE], load_be32(p) & 0x7fffffff, p, 4);
	if (!(p[0] & 0x80)) {
		put_bytes(o, SNMP_ENGINE_DATA, p + 4, n - 4);
		return;
	}
	field_put_uint(o, &snmp_described[SNMP_ENGINE_FORMAT], p + 4, 1);
	p += 5;
	n -= 5;
	switch (p[-1]) {
	case 1:
		put_bytes(o, SNMP_ENGINE_IPV4, p, n);
		break;
	case 2:
		put_bytes(o, SNMP_ENGINE_IPV6, p, n);
		break;
	case 3:
		put_bytes(o, SNMP_ENGINE_MAC, p, n);
		break;
	case 4:
		put_bytes(o, SNMP_ENGINE_TEXT, p, n);
		break;
	default:
		put_bytes(o, SNMP_ENGINE_DATA, p, n);
	}
}

static void describe_value(const struct ber *b, struct field_out *o)
{
	static const struct {
		uint8_t tag, which;
		bool number;
	} kinds[] = {
		{ TAG_INTEGER, SNMP_INT, true },
		{ TAG_OCTETS, SNMP_OCTETS, false },
		{ TAG_NULL, SNMP_NULL, false },
		{ TAG_ADDRESS, SNMP_IPV4, false },
		{ TAG_COUNTER, SNMP_COUNTER, true },
		{ TAG_GAUGE, SNMP_GAUGE, true },
		{ TAG_TICKS, SNMP_TICKS, true },
		{ TAG_OPAQUE, SNMP_OPAQUE, false },
		{ TAG_COUNTER64, SNMP_COUNTER, true },
		{ TAG_UNSIGNED, SNMP_UNSIGNED, true },
		{ TAG_NO_OBJECT, SNMP_NO_OBJECT, false },
		{ TAG_NO_INSTANCE, SNMP_NO_INSTANCE, false },
		{ TAG_END_OF_VIEW, SNMP_END_OF_VIEW, false },
	};
	uint64_t v;
	size_t i;

	if (b->tag == TAG_OID) {
		put_oid(o, SNMP_OID, b);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(kinds) && kinds[i].tag != b->tag; i++)
		;
	if (i == ARRAY_SIZE(kinds))
		put_bytes(o, SNMP_UNKNOWN, b->value, b->len);
	else if (snmp_described[kinds[i].which].kind == FIELD_GROUP)
		field_put_group(o, &snmp_described[kinds[i].which], NULL, b->start, 2);
	else if (!kinds[i].number)
		put_bytes(o, kinds[i].which, b->value, b->len);
	else if (ber_number(b, &v))
		field_put_num(o, &snmp_described[kinds[i].which], v, b->value, b->len);
}

static unsigned count_values(struct cursor c)
{
	struct ber b;
	unsigned nr = 0;

	while (nr < BINDINGS_MAX && cursor_left(&c) && ber_next(&c, &b))
		nr++;
	return nr;
}

static void describe_bindings(struct cursor *c, struct field_out *o)
{
	struct ber list, binding, name, value;
	struct cursor all, inside;
	unsigned i;

	if (!ber_next(c, &list) || list.tag != TAG_SEQUENCE)
		return;
	all = ber_inside(&list);
	field_put_num(o, &snmp_described[SNMP_BINDINGS], count_values(all), list.start,
		      (size_t)(list.value - list.start) + list.len);
	for (i = 0; i < BINDINGS_MAX && cursor_left(&all); i++) {
		if (!ber_next(&all, &binding) || binding.tag != TAG_SEQUENCE)
			return;
		inside = ber_inside(&binding);
		field_put_group(o, &snmp_described[SNMP_BINDING], NULL, binding.start,
				(size_t)(binding.value - binding.start) + binding.len);
		if (!ber_expect(&inside, TAG_OID, &name))
			return;
		put_oid(o, SNMP_NAME, &name);
		if (ber_next(&inside, &value))
			describe_value(&value, o);
	}
}

static void describe_trap(struct cursor *c, struct field_out *o)
{
	struct ber b;

	if (!ber_expect(c, TAG_OID, &b))
		return;
	put_oid(o, SNMP_ENTERPRISE, &b);
	if (!ber_expect(c, TAG_ADDRESS, &b))
		return;
	put_bytes(o, SNMP_AGENT, b.value, b.len);
	if (put_number(o, SNMP_GENERIC, c) && put_number(o, SNMP_SPECIFIC, c) &&
	    put_number(o, SNMP_TIME_STAMP, c))
		describe_bindings(c, o);
}

static void describe_pdu(struct cursor *c, struct field_out *o)
{
	struct cursor inside;
	struct ber pdu;
	bool bulk;

	if (!ber_next(c, &pdu) || pdu.tag < TAG_PDU || pdu.tag > TAG_PDU + PDU_LAST)
		return;
	inside = ber_inside(&pdu);
	field_put_num(o, &snmp_described[SNMP_DATA], pdu.tag - TAG_PDU, pdu.start, 1);
	field_put_group(o, &snmp_described[SNMP_PDU],
			name_find(snmp_described[SNMP_DATA].names, pdu.tag - TAG_PDU), pdu.start,
			(size_t)(pdu.value - pdu.start) + pdu.len);
	if (pdu.tag == TAG_PDU + PDU_TRAP) {
		describe_trap(&inside, o);
		return;
	}
	bulk = pdu.tag == TAG_PDU + PDU_BULK;
	if (put_number(o, SNMP_REQUEST_ID, &inside) &&
	    put_number(o, bulk ? SNMP_NON_REPEATERS : SNMP_ERROR_STATUS, &inside) &&
	    put_number(o, bulk ? SNMP_MAX_REPETITIONS : SNMP_ERROR_INDEX, &inside))
		describe_bindings(&inside, o);
}

/* RFC 3414 2.4: a sequence inside of an octet string. */
static bool describe_security(struct cursor *c, struct field_out *o)
{
	struct ber octets, sequence, engine;
	struct cursor inside;

	if (!ber_expect(c, TAG_OCTETS, &octets))
		return false;
	inside = ber_inside(&octets);
	if (!ber_expect(&inside, TAG_SEQUENCE, &sequence))
		return true; /* of another security model */
	inside = ber_inside(&sequence);
	if (!ber_expect(&inside, TAG_OCTETS, &engine))
		return false;
	put_bytes(o, SNMP_ENGINE, engine.value, engine.len);
	describe_engine(engine.value, engine.len, o);
	return put_number(o, SNMP_BOOTS, &inside) && put_number(o, SNMP_TIME, &inside) &&
	       put_octets(o, SNMP_USER, &inside) && put_octets(o, SNMP_AUTH, &inside) &&
	       put_octets(o, SNMP_PRIVACY, &inside);
}

static void describe_scoped(struct cursor *c, struct field_out *o)
{
	struct ber engine;

	if (!ber_expect(c, TAG_OCTETS, &engine))
		return;
	put_bytes(o, SNMP_CONTEXT_ENGINE, engine.value, engine.len);
	describe_engine(engine.value, engine.len, o);
	if (put_octets(o, SNMP_CONTEXT, c))
		describe_pdu(c, o);
}

static void describe_v3(struct cursor *c, struct field_out *o)
{
	struct ber global, flags, data;
	struct cursor inside;

	if (!ber_next(c, &global) || global.tag != TAG_SEQUENCE)
		return;
	inside = ber_inside(&global); /* perhaps cut: what is whole in it is shown */
	if (!put_number(o, SNMP_MSG_ID, &inside) || !put_number(o, SNMP_MAX_SIZE, &inside) ||
	    !ber_expect(&inside, TAG_OCTETS, &flags))
		return;
	put_bytes(o, SNMP_FLAGS, flags.value, flags.len);
	field_put_table(o, &snmp_described[SNMP_FLAG_BITS], 3, 0, flags.value,
			MIN_OF(flags.len, 1u));
	if (!put_number(o, SNMP_MODEL, &inside) || !describe_security(c, o) || !ber_next(c, &data))
		return;
	field_put_num(o, &snmp_described[SNMP_MSG_DATA], data.tag == TAG_OCTETS, data.start, 1);
	inside = ber_inside(&data);
	if (data.tag == TAG_OCTETS)
		put_bytes(o, SNMP_ENCRYPTED, data.value, data.len);
	else
		describe_scoped(&inside, o);
}

static void snmp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0), inside;
	uint64_t version;

	if (!snmp_open(&c, &inside, &version))
		return;
	field_put_num(o, &snmp_described[version == VERSION_3 ? SNMP_MSG_VERSION : SNMP_VERSION],
		      version, inside.pos - 1, 1);
	if (version == VERSION_3)
		describe_v3(&inside, o);
	else if (put_octets(o, SNMP_COMMUNITY, &inside))
		describe_pdu(&inside, o);
}

/* " 1.3.6.1.2.1.1.3.0 and 3 more" */
static void line_bindings(struct cursor *c, struct strbuf *out)
{
	struct ber list, binding, name;
	struct cursor all, inside;
	unsigned nr, i;

	if (!ber_next(c, &list) || list.tag != TAG_SEQUENCE)
		return;
	all = ber_inside(&list);
	nr = count_values(all);
	for (i = 0; i < nr && i < BINDINGS_IN_LINE; i++) {
		if (!ber_next(&all, &binding))
			return;
		inside = ber_inside(&binding);
		if (!ber_expect(&inside, TAG_OID, &name))
			return;
		strbuf_putc(out, ' ');
		oid_text(name.value, name.len, out);
	}
	if (i < nr)
		strbuf_printf(out, " and %u more", nr - i);
}

static void line_pdu(struct cursor *c, struct strbuf *out)
{
	struct ber pdu, b;
	struct cursor inside;
	uint64_t id, status, index;
	const char *name;

	if (!ber_next(c, &pdu) || pdu.tag < TAG_PDU || pdu.tag > TAG_PDU + PDU_LAST)
		return;
	inside = ber_inside(&pdu);
	strbuf_putc(out, ' ');
	strbuf_puts(out, name_find(snmp_described[SNMP_DATA].names, pdu.tag - TAG_PDU));
	if (pdu.tag == TAG_PDU + PDU_TRAP) {
		if (ber_expect(&inside, TAG_OID, &b)) {
			strbuf_putc(out, ' ');
			oid_text(b.value, b.len, out);
		}
		return;
	}
	if (!ber_next(&inside, &b) || !ber_number(&b, &id) || !ber_next(&inside, &b) ||
	    !ber_number(&b, &status) || !ber_next(&inside, &b) || !ber_number(&b, &index))
		return;
	strbuf_puts(out, " id ");
	strbuf_uint(out, id & 0xffffffff);
	if (pdu.tag == TAG_PDU + PDU_RESPONSE && status) {
		name = name_find(snmp_described[SNMP_ERROR_STATUS].names, status);
		strbuf_printf(out, " [%s at %u]", name ? name : "error", (unsigned)index);
	}
	line_bindings(&inside, out);
}

/* Version 3: who, and the PDU where it is not encrypted. */
static void line_v3(struct cursor *c, struct strbuf *out)
{
	struct ber global, octets, sequence, user, data;
	struct cursor inside;
	unsigned i;

	if (!ber_next(c, &global) || !ber_expect(c, TAG_OCTETS, &octets))
		return;
	inside = ber_inside(&octets);
	if (ber_expect(&inside, TAG_SEQUENCE, &sequence)) {
		inside = ber_inside(&sequence);
		for (i = 0; i < 4; i++)
			if (!ber_next(&inside, &user))
				return;
		if (user.len) {
			strbuf_puts(out, " user ");
			text_printable(user.value, user.len, 32, out);
		}
	}
	if (!ber_next(c, &data))
		return;
	if (data.tag == TAG_OCTETS) {
		strbuf_puts(out, " encrypted");
		return;
	}
	inside = ber_inside(&data);
	if (ber_next(&inside, &user) && ber_next(&inside, &user))
		line_pdu(&inside, out);
}

static void snmp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0), inside;
	struct ber community;
	uint64_t version;

	line_paint(opt, PAINT_PROTOCOL, "SNMP", out);
	if (!snmp_open(&c, &inside, &version))
		return;
	strbuf_putc(out, ' ');
	strbuf_puts(out, name_find(snmp_described[SNMP_VERSION].names, version));
	if (version == VERSION_3)
		line_v3(&inside, out);
	else if (ber_next(&inside, &community)) /* that is as good as a password: not here */
		line_pdu(&inside, out);
}

const struct dissector snmp_dissector = {
	.name = "snmp",
	.title = "Simple Network Management Protocol",
	.id = PROTO_SNMP,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = 2,
	.described = snmp_described,
	.nr_described = SNMP_NR_DESCRIBED,
	.keys = { { KEY_UDP_PORT, 161 }, { KEY_UDP_PORT, 162 } },
	.dissect = snmp_dissect,
	.describe = snmp_describe,
	.line = snmp_line,
};
