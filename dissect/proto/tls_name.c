/* dissect/proto/tls_name.c -- DER (ITU-T X.690) as certificates need it; names, RFC 5280, RFC 4514.
 */
#include <string.h>

#include "dissect/proto/tls_der.h"
#include "dissect/text.h"

enum { NAME_PARTS_MAX = 64, OID_TEXT_MAX = 128, DN_TEXT_MAX = 512, OID_LEN_MAX = 32 };

bool tls_der_next(struct cursor *c, struct der *ret)
{
	size_t len;
	uint8_t n;

	if (cursor_left(c) < 2)
		return false;
	ret->start = c->pos;
	ret->tag = cursor_u8(c);
	len = cursor_u8(c);
	if ((ret->tag & 0x1f) == 0x1f)
		return false;
	if (len & 0x80) {
		n = len & 0x7f;
		if (!n || n > 3)
			return false;
		for (len = 0; n; n--)
			len = len << 8 | cursor_u8(c);
	}
	if (c->failed)
		return false;
	ret->body = tls_vector(c, len);
	ret->whole_len = (size_t)(c->pos - ret->start);
	return true;
}

bool tls_der_expect(struct cursor *c, uint8_t tag, struct der *ret)
{
	return tls_der_next(c, ret) && ret->tag == tag;
}

/* X.690 8.19 */
static bool oid_text(struct cursor c, struct strbuf *out)
{
	uint64_t arc = 0;
	bool first = true;

	if (c.clipped || cursor_left(&c) > OID_LEN_MAX)
		return false;
	while (cursor_left(&c)) {
		const uint8_t b = cursor_u8(&c);

		if (arc >> 56)
			return false;
		arc = arc << 7 | (b & 0x7f);
		if (b & 0x80)
			continue;
		if (first) {
			const uint64_t root = arc < 80 ? arc / 40 : 2;

			strbuf_uint(out, root);
			arc -= root * 40;
			first = false;
		}
		strbuf_putc(out, '.');
		strbuf_uint(out, arc);
		arc = 0;
	}
	return !first;
}

void tls_put_oid(const struct der *v, enum tls_field f, struct field_out *o)
{
	char text[OID_TEXT_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (oid_text(v->body, &s))
		field_put_text(o, tls_field(f), s.text, s.len, v->body.pos, cursor_left(&v->body));
}

void tls_put_body(const struct der *v, enum tls_field f, struct field_out *o)
{
	if (!v->body.clipped)
		field_put_bytes(o, tls_field(f), v->body.pos, cursor_left(&v->body));
}

bool tls_oid_is(const struct der *v, const char *bytes, size_t len)
{
	return v->tag == DER_OID && cursor_left(&v->body) == len &&
	       !memcmp(v->body.pos, bytes, len);
}

/* ---- names ---- */

struct name_part {
	struct der pair, oid, value;
};

/* The attributes of a name in order, over all its sets. */
struct name_walk {
	struct cursor sets, set;
	unsigned nr;
};

static struct name_walk name_begin(const struct der *name)
{
	return (struct name_walk){ .sets = name->body,
				   .set = cursor_over(name->body.pos, 0, false) };
}

static bool name_next(struct name_walk *w, struct name_part *ret)
{
	struct der set;
	struct cursor c;

	while (!cursor_left(&w->set)) {
		if (!tls_der_expect(&w->sets, DER_SET, &set))
			return false;
		w->set = set.body;
	}
	if (w->nr++ == NAME_PARTS_MAX || !tls_der_expect(&w->set, DER_SEQUENCE, &ret->pair))
		return false;
	c = ret->pair.body;
	return tls_der_expect(&c, DER_OID, &ret->oid) && tls_der_next(&c, &ret->value) &&
	       !ret->value.body.clipped;
}

/* RFC 4514 2.3, and what is usual besides. */
static const char *attribute_name(const struct der *oid)
{
	static const struct {
		uint8_t last;
		const char *name;
	} of_2_5_4[] = {
		{ 3, "CN" },  { 4, "SN" }, { 5, "serialNumber" }, { 6, "C" },
		{ 7, "L" },   { 8, "ST" }, { 9, "street" },       { 10, "O" },
		{ 11, "OU" }, { 12, "T" }, { 42, "GN" },
	};
	size_t i;

	if (cursor_left(&oid->body) == 3 && load_be16(oid->body.pos) == 0x5504)
		for (i = 0; i < ARRAY_SIZE(of_2_5_4); i++)
			if (of_2_5_4[i].last == oid->body.pos[2])
				return of_2_5_4[i].name;
	if (tls_oid_is(oid, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", 9))
		return "emailAddress";
	if (tls_oid_is(oid, "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", 10))
		return "DC";
	return NULL;
}

/* BMPString has two bytes for each character; the upper ones are dropped where they are zero. */
static void name_value_text(const struct der *value, struct strbuf *out)
{
	struct cursor c = value->body;

	if (value->tag != DER_BMP) {
		text_printable(c.pos, cursor_left(&c), DN_TEXT_MAX, out);
		return;
	}
	while (cursor_left(&c) >= 2) {
		const uint16_t v = cursor_be16(&c);

		strbuf_putc(out, v >= 0x20 && v < 0x7f ? (char)v : '.');
	}
}

void tls_name_text(const struct der *name, bool brief, struct strbuf *out)
{
	struct name_part parts[NAME_PARTS_MAX];
	struct name_walk w = name_begin(name);
	bool first = true;
	unsigned nr = 0;

	while (nr < NAME_PARTS_MAX && name_next(&w, &parts[nr]))
		nr++;
	while (nr-- > 0) {
		const char *attribute = attribute_name(&parts[nr].oid);

		if (brief && (!attribute || (strcmp(attribute, "CN") && strcmp(attribute, "O"))))
			continue;
		if (!first)
			strbuf_putc(out, ',');
		first = false;
		if (attribute)
			strbuf_puts(out, attribute);
		else
			oid_text(parts[nr].oid.body, out);
		strbuf_putc(out, '=');
		name_value_text(&parts[nr].value, out);
	}
}

static void put_bmp(const struct der *v, struct field_out *o)
{
	char text[DN_TEXT_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	name_value_text(v, &s);
	field_put_text(o, tls_field(TF_NAME_BMP), s.text, s.len, v->body.pos,
		       cursor_left(&v->body));
}

static void put_name_value(const struct name_part *part, struct field_out *o)
{
	static const struct {
		uint8_t tag, kind; /* kind: of DirectoryString */
		enum tls_field field;
	} strings[] = {
		{ DER_TELETEX, 0, TF_NAME_TELETEX },
		{ DER_PRINTABLE, 1, TF_NAME_PRINTABLE },
		{ DER_UTF8, 4, TF_NAME_UTF8 },
		{ DER_BMP, 3, TF_NAME_BMP },
	};
	const struct der *v = &part->value;
	size_t i;

	if (v->tag == DER_IA5) {
		tls_put_body(v, TF_NAME_IA5, o);
		return;
	}
	if (tls_oid_is(&part->oid, "\x55\x04\x06", 3)) {
		tls_put_body(v, TF_NAME_COUNTRY, o);
		return;
	}
	if (tls_oid_is(&part->oid, "\x55\x04\x05", 3)) {
		tls_put_body(v, TF_NAME_SERIAL, o);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(strings); i++) {
		if (strings[i].tag != v->tag)
			continue;
		field_put_num(o, tls_field(TF_NAME_STRING), strings[i].kind, v->start, 1);
		if (v->tag == DER_BMP)
			put_bmp(v, o);
		else
			tls_put_body(v, strings[i].field, o);
	}
}

static void put_name(const struct der *name, struct field_out *o)
{
	struct name_walk w = name_begin(name);
	struct name_part part;

	while (name_next(&w, &part)) {
		tls_put_oid(&part.oid, TF_NAME_OID, o);
		put_name_value(&part, o);
	}
}

void tls_describe_name(struct cursor *c, struct field_out *o)
{
	struct der name;

	if (tls_der_expect(c, DER_SEQUENCE, &name))
		put_name(&name, o);
}

void tls_put_name(const struct der *name, enum tls_field heading, enum tls_field dn,
		  struct field_out *o)
{
	char text[DN_TEXT_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	tls_name_text(name, false, &s);
	field_put_group(o, tls_field(heading), NULL, name->start, name->whole_len);
	field_put_text(o, tls_field(dn), s.text, s.len, name->start, name->whole_len);
	put_name(name, o);
}
