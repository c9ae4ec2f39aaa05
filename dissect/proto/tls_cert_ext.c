/* dissect/proto/tls_cert_ext.c -- the extensions of a certificate: RFC 5280 4.2, RFC 7633. */
#include <string.h>

#include "dissect/proto/tls_der.h"

enum { USAGE_BITS = 9 };

/* ---- names of several kinds, RFC 5280 4.2.1.6 ---- */

static void put_name_value(const struct der *v, struct field_out *o)
{
	const size_t len = cursor_left(&v->body);
	struct cursor c = v->body;

	switch (v->tag & 0x1f) {
	case 1:
		tls_put_body(v, TF_SAN_MAIL, o);
		break;
	case 2:
		tls_put_body(v, TF_SAN_DNS, o);
		break;
	case 4:
		field_put_num(o, tls_field(TF_DIRECTORY_NAME), 0, v->start, v->whole_len);
		tls_describe_name(&c, o);
		break;
	case 6:
		tls_put_body(v, TF_SAN_URI, o);
		break;
	case 7:
		tls_put_body(v, len == 4 ? TF_SAN_IPV4 : len == 16 ? TF_SAN_IPV6 : TF_SAN_IP, o);
		break;
	case 8:
		tls_put_oid(v, TF_REGISTERED_ID, o);
		break;
	default:
		break;
	}
}

/* The kind of a name, and the name. */
static void put_name_as(const struct der *v, enum tls_field kind, struct field_out *o)
{
	field_put_num(o, tls_field(kind), v->tag & 0x1f, v->start, 1);
	put_name_value(v, o);
}

/* How many elements list has, as a field over its bytes. */
static void put_count(const struct der *list, enum tls_field f, struct field_out *o)
{
	struct cursor c = list->body;
	struct der v;
	unsigned nr = 0;

	while (tls_der_next(&c, &v))
		nr++;
	field_put_num(o, tls_field(f), nr, list->start, list->whole_len);
}

static void put_names(struct der *list, enum tls_field count, struct field_out *o)
{
	struct der v;

	put_count(list, count, o);
	while (tls_der_next(&list->body, &v))
		put_name_as(&v, TF_SAN_KIND, o);
}

static void put_alternative_names(struct cursor c, struct field_out *o)
{
	struct der names;

	if (tls_der_expect(&c, DER_SEQUENCE, &names))
		put_names(&names, TF_SAN_COUNT, o);
}

/* ---- keys and what they are for ---- */

static void put_key_id(struct cursor c, struct field_out *o)
{
	struct der v;

	if (tls_der_expect(&c, DER_OCTET_STRING, &v))
		tls_put_body(&v, TF_KEY_ID, o);
}

static void put_issuer_key(struct cursor c, struct field_out *o)
{
	struct der seq, v;

	if (!tls_der_expect(&c, DER_SEQUENCE, &seq))
		return;
	while (tls_der_next(&seq.body, &v)) {
		if (v.tag == 0x80)
			tls_put_body(&v, TF_ISSUER_KEY_ID, o);
		else if (v.tag == 0xa1)
			put_names(&v, TF_ISSUER_CERT, o);
		else if (v.tag == 0x82)
			tls_put_body(&v, TF_ISSUER_SERIAL, o);
	}
}

/* RFC 5280 4.2.1.3: a bit string without the zeros at its end; bit 0 is the first byte's highest.
 */
static void put_key_usage(struct cursor c, struct field_out *o)
{
	struct der v;
	unsigned i;

	if (!tls_der_expect(&c, DER_BIT_STRING, &v) || v.body.clipped || cursor_left(&v.body) < 2)
		return;
	cursor_skip(&v.body, 1); /* how many bits of the last byte are not used */
	tls_put_body(&v, TF_KEY_USAGE, o);
	for (i = 0; i < USAGE_BITS; i++) {
		const uint8_t *p = v.body.pos + i / 8;
		const bool here = p < v.body.end;

		field_put_num(o, tls_field(TF_USAGE_SIGNATURE + i), here && *p << (i % 8) & 0x80,
			      here ? p : NULL, here);
	}
}

static void put_purposes(struct cursor c, struct field_out *o)
{
	struct der seq, v;

	if (!tls_der_expect(&c, DER_SEQUENCE, &seq))
		return;
	put_count(&seq, TF_PURPOSES, o);
	while (tls_der_expect(&seq.body, DER_OID, &v))
		tls_put_oid(&v, TF_KEY_PURPOSE, o);
}

static void put_basic_constraints(struct cursor c, struct field_out *o)
{
	struct der seq, v;

	if (!tls_der_expect(&c, DER_SEQUENCE, &seq))
		return;
	while (tls_der_next(&seq.body, &v)) {
		const size_t len = cursor_left(&v.body);

		if (v.tag == DER_BOOLEAN && len == 1)
			field_put_num(o, tls_field(TF_CA), v.body.pos[0] != 0, v.body.pos, 1);
		else if (v.tag == DER_INTEGER && len >= 1 && len <= 8)
			field_put_uint(o, tls_field(TF_PATH_LEN), v.body.pos, len);
	}
}

/* Both lists hold sequences that begin with a name. */
static void put_name_constraints(struct cursor c, struct field_out *o)
{
	struct der seq, list, tree, base;

	if (!tls_der_expect(&c, DER_SEQUENCE, &seq))
		return;
	while (tls_der_next(&seq.body, &list)) {
		put_count(&list, list.tag == DER_CONTEXT_0 ? TF_PERMITTED : TF_EXCLUDED, o);
		while (tls_der_expect(&list.body, DER_SEQUENCE, &tree))
			if (tls_der_next(&tree.body, &base))
				put_name_as(&base, TF_SUBTREE_BASE, o);
	}
}

/* ---- policies, RFC 5280 4.2.1.4 ---- */

static void put_notice(struct cursor c, struct field_out *o)
{
	struct der v;

	while (tls_der_next(&c, &v)) {
		if (v.tag != DER_IA5 && v.tag != DER_VISIBLE && v.tag != DER_UTF8)
			continue; /* a reference to a text elsewhere, or BMPString */
		field_put_num(o, tls_field(TF_NOTICE_KIND),
			      v.tag == DER_IA5       ? 0
			      : v.tag == DER_VISIBLE ? 1
						     : 3,
			      v.start, 1);
		tls_put_body(&v,
			     v.tag == DER_IA5       ? TF_NOTICE_IA5
			     : v.tag == DER_VISIBLE ? TF_NOTICE_VISIBLE
						    : TF_NOTICE_UTF8,
			     o);
	}
}

static void put_qualifiers(struct der *list, struct field_out *o)
{
	struct der seq, id, v;

	put_count(list, TF_QUALIFIERS, o);
	while (tls_der_expect(&list->body, DER_SEQUENCE, &seq)) {
		if (!tls_der_expect(&seq.body, DER_OID, &id))
			continue;
		tls_put_oid(&id, TF_QUALIFIER, o);
		if (!tls_der_next(&seq.body, &v))
			continue;
		if (v.tag == DER_IA5)
			tls_put_body(&v, TF_POLICY_URI, o);
		else if (v.tag == DER_SEQUENCE)
			put_notice(v.body, o);
	}
}

static void put_policies(struct cursor c, struct field_out *o)
{
	struct der list, policy, v;

	if (!tls_der_expect(&c, DER_SEQUENCE, &list))
		return;
	put_count(&list, TF_POLICIES, o);
	while (tls_der_expect(&list.body, DER_SEQUENCE, &policy)) {
		if (tls_der_expect(&policy.body, DER_OID, &v))
			tls_put_oid(&v, TF_POLICY, o);
		if (tls_der_expect(&policy.body, DER_SEQUENCE, &v))
			put_qualifiers(&v, o);
	}
}

/* ---- where to ask ---- */

static void put_crl_points(struct cursor c, struct field_out *o)
{
	struct der list, point, v, name;

	if (!tls_der_expect(&c, DER_SEQUENCE, &list))
		return;
	put_count(&list, TF_CRL_POINTS, o);
	while (tls_der_expect(&list.body, DER_SEQUENCE, &point)) {
		if (!tls_der_expect(&point.body, DER_CONTEXT_0, &v) ||
		    !tls_der_expect(&v.body, DER_CONTEXT_0, &name))
			continue;
		field_put_num(o, tls_field(TF_CRL_POINT), 0, name.start, name.whole_len);
		put_names(&name, TF_CRL_NAMES, o);
	}
}

static void put_access(struct cursor c, struct field_out *o)
{
	struct der list, access, v;

	if (!tls_der_expect(&c, DER_SEQUENCE, &list))
		return;
	put_count(&list, TF_ACCESSES, o);
	while (tls_der_expect(&list.body, DER_SEQUENCE, &access)) {
		if (!tls_der_expect(&access.body, DER_OID, &v))
			continue;
		tls_put_oid(&v, TF_ACCESS_METHOD, o);
		if (tls_der_next(&access.body, &v))
			put_name_as(&v, TF_ACCESS_LOCATION, o);
	}
}

/* RFC 7633: extensions of TLS that the server must speak. */
static void put_features(struct cursor c, struct field_out *o)
{
	struct der list, v;

	if (!tls_der_expect(&c, DER_SEQUENCE, &list))
		return;
	put_count(&list, TF_FEATURES, o);
	while (tls_der_expect(&list.body, DER_INTEGER, &v))
		if (cursor_left(&v.body) >= 1 && cursor_left(&v.body) <= 2)
			field_put_uint(o, tls_field(TF_FEATURE), v.body.pos, cursor_left(&v.body));
}

static void put_comment(struct cursor c, struct field_out *o)
{
	struct der v;

	if (tls_der_expect(&c, DER_IA5, &v))
		tls_put_body(&v, TF_COMMENT, o);
}

/* ---- which is which ---- */

#define OID(bytes) bytes, sizeof(bytes) - 1

static const struct {
	const char *oid;
	size_t len;
	void (*put)(struct cursor c, struct field_out *o);
} extensions[] = {
	{ OID("\x55\x1d\x0e"), put_key_id },
	{ OID("\x55\x1d\x0f"), put_key_usage },
	{ OID("\x55\x1d\x11"), put_alternative_names },
	{ OID("\x55\x1d\x12"), put_alternative_names }, /* the issuer's */
	{ OID("\x55\x1d\x13"), put_basic_constraints },
	{ OID("\x55\x1d\x1e"), put_name_constraints },
	{ OID("\x55\x1d\x1f"), put_crl_points },
	{ OID("\x55\x1d\x20"), put_policies },
	{ OID("\x55\x1d\x23"), put_issuer_key },
	{ OID("\x55\x1d\x25"), put_purposes },
	{ OID("\x2b\x06\x01\x05\x05\x07\x01\x01"), put_access },
	{ OID("\x2b\x06\x01\x05\x05\x07\x01\x18"), put_features },
	{ OID("\x60\x86\x48\x01\x86\xf8\x42\x01\x0d"), put_comment },
};

static void put_value(const struct der *id, struct cursor c, struct field_out *o)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(extensions); i++)
		if (tls_oid_is(id, extensions[i].oid, extensions[i].len))
			extensions[i].put(c, o);
}

void tls_describe_cert_extensions(struct cursor c, struct field_out *o)
{
	struct der seq, ext, id, v;

	if (!tls_der_expect(&c, DER_SEQUENCE, &seq))
		return;
	while (tls_der_expect(&seq.body, DER_SEQUENCE, &ext)) {
		if (!tls_der_expect(&ext.body, DER_OID, &id))
			return;
		field_put_group(o, tls_field(TF_CERT_EXTENSION), NULL, ext.start, ext.whole_len);
		tls_put_oid(&id, TF_CERT_EXT_ID, o);
		while (tls_der_next(&ext.body, &v)) {
			if (v.tag == DER_BOOLEAN && cursor_left(&v.body) == 1)
				field_put_num(o, tls_field(TF_CERT_CRITICAL), v.body.pos[0] != 0,
					      v.body.pos, 1);
			else if (v.tag == DER_OCTET_STRING)
				put_value(&id, v.body, o);
		}
	}
}
