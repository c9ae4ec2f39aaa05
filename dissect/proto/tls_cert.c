/* dissect/proto/tls_cert.c -- what a certificate says: X.509 in DER, RFC 5280. */
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "dissect/proto/tls_der.h"

/* ---- times ---- */

static bool two_digits(struct cursor *c, int *ret)
{
	const uint8_t *p = cursor_take(c, 2);

	if (!p || p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*ret = (p[0] - '0') * 10 + (p[1] - '0');
	return true;
}

/* RFC 5280 4.1.2.5: YYMMDDHHMMSSZ, or four digits of year; years from 50 on are of 19xx. */
static bool read_time(const struct der *v, struct tm *ret)
{
	struct cursor c = v->body;
	int century = 0;

	memset(ret, 0, sizeof(*ret));
	if (v->tag == DER_GENERALIZED_TIME && !two_digits(&c, &century))
		return false;
	if (!two_digits(&c, &ret->tm_year) || !two_digits(&c, &ret->tm_mon) ||
	    !two_digits(&c, &ret->tm_mday) || !two_digits(&c, &ret->tm_hour) ||
	    !two_digits(&c, &ret->tm_min) || !two_digits(&c, &ret->tm_sec))
		return false;
	if (v->tag == DER_UTC_TIME)
		century = ret->tm_year < 50 ? 20 : 19;
	ret->tm_year += century * 100 - 1900;
	ret->tm_mon--;
	return cursor_u8(&c) == 'Z' && ret->tm_mon >= 0 && ret->tm_mon < 12;
}

static void put_time(const struct der *v, struct field_out *o)
{
	char text[32];
	struct tm tm;
	time_t seconds;
	size_t len;

	if (v->body.clipped || !read_time(v, &tm))
		return;
	if (v->tag == DER_UTC_TIME) {
		len = strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S (UTC)", &tm);
		field_put_text(o, tls_field(TF_CERT_UTC_TIME), text, len, v->body.pos,
			       cursor_left(&v->body));
		return;
	}
	seconds = timegm(&tm);
	if (seconds >= 0 && (uint64_t)seconds < UINT64_MAX / NS_PER_SEC)
		field_put_num(o, tls_field(TF_CERT_TIME), (uint64_t)seconds * NS_PER_SEC,
			      v->body.pos, cursor_left(&v->body));
}

static void put_validity(const struct der *validity, struct field_out *o)
{
	struct cursor c = validity->body;
	struct der t;

	field_put_group(o, tls_field(TF_CERT_VALIDITY), "not before, not after", validity->start,
			validity->whole_len);
	while (tls_der_next(&c, &t))
		if (t.tag == DER_UTC_TIME || t.tag == DER_GENERALIZED_TIME)
			put_time(&t, o);
}

/* ---- the certificate ---- */

/* RFC 5480 2.1.1: what is said beyond the algorithm is its curve, for a key of elliptic curves. */
static void put_algorithm(struct cursor c, struct field_out *o)
{
	struct der oid, curve;

	if (!tls_der_expect(&c, DER_OID, &oid))
		return;
	tls_put_oid(&oid, TF_CERT_ALGORITHM, o);
	if (!tls_oid_is(&oid, "\x2a\x86\x48\xce\x3d\x02\x01", 7) ||
	    !tls_der_expect(&c, DER_OID, &curve))
		return;
	field_put_num(o, tls_field(TF_EC_PARAMETERS), 1, curve.start, curve.whole_len);
	tls_put_oid(&curve, TF_EC_CURVE, o);
}

/* The bits without the count of those that are not used, which is 0 here. */
static void put_bits(const struct der *v, enum tls_field f, struct field_out *o)
{
	if (!v->body.clipped && cursor_left(&v->body) > 1)
		field_put_bytes(o, tls_field(f), v->body.pos + 1, cursor_left(&v->body) - 1);
}

/* RFC 8017 A.1.1: what is in the bits of an RSA key. */
static void put_rsa_key(struct cursor c, struct field_out *o)
{
	struct der seq, modulus, exponent;

	cursor_skip(&c, 1); /* of the bit string */
	if (!tls_der_expect(&c, DER_SEQUENCE, &seq) ||
	    !tls_der_expect(&seq.body, DER_INTEGER, &modulus))
		return;
	tls_put_body(&modulus, TF_RSA_MODULUS, o);
	if (tls_der_expect(&seq.body, DER_INTEGER, &exponent) && !exponent.body.clipped &&
	    cursor_left(&exponent.body) >= 1 && cursor_left(&exponent.body) <= 4)
		field_put_uint(o, tls_field(TF_RSA_EXPONENT), exponent.body.pos,
			       cursor_left(&exponent.body));
}

static void put_key(struct der *key, struct field_out *o)
{
	struct der algorithm, oid, bits;
	struct cursor c;

	field_put_group(o, tls_field(TF_CERT_KEY), NULL, key->start, key->whole_len);
	if (!tls_der_expect(&key->body, DER_SEQUENCE, &algorithm))
		return;
	put_algorithm(algorithm.body, o);
	if (!tls_der_expect(&key->body, DER_BIT_STRING, &bits))
		return;
	put_bits(&bits, TF_CERT_PUBLIC_KEY, o);
	c = algorithm.body;
	if (tls_der_expect(&c, DER_OID, &oid) &&
	    tls_oid_is(&oid, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9))
		put_rsa_key(bits.body, o);
}

/* The parts of RFC 5280's TBSCertificate up to the extensions. */
struct tbs {
	struct der version, serial, algorithm, issuer, validity, subject, key;
	struct cursor rest;
	bool has_version;
};

/* How many parts are there, the version not counted. */
static unsigned tbs_read(struct cursor c, struct tbs *ret)
{
	struct der *const parts[] = { &ret->serial,   &ret->algorithm, &ret->issuer,
				      &ret->validity, &ret->subject,   &ret->key };
	struct der seq;
	struct cursor peek;
	unsigned nr = 0;

	if (!tls_der_expect(&c, DER_SEQUENCE, &seq) ||
	    !tls_der_expect(&seq.body, DER_SEQUENCE, &seq))
		return 0;
	peek = seq.body;
	ret->has_version = tls_der_expect(&peek, DER_CONTEXT_0, &ret->version);
	if (ret->has_version)
		seq.body = peek;
	while (nr < ARRAY_SIZE(parts) &&
	       tls_der_expect(&seq.body, nr ? DER_SEQUENCE : DER_INTEGER, parts[nr]))
		nr++;
	ret->rest = seq.body;
	return nr;
}

static void put_tbs(struct tbs *t, unsigned nr, struct field_out *o)
{
	struct der v;

	if (t->has_version && tls_der_expect(&t->version.body, DER_INTEGER, &v) &&
	    cursor_left(&v.body) == 1)
		field_put_uint(o, tls_field(TF_CERT_VERSION), v.body.pos, 1);
	if (nr > 0)
		tls_put_body(&t->serial, TF_CERT_SERIAL, o);
	if (nr > 1)
		put_algorithm(t->algorithm.body, o);
	if (nr > 2)
		tls_put_name(&t->issuer, TF_CERT_ISSUER, TF_CERT_ISSUER_DN, o);
	if (nr > 3)
		put_validity(&t->validity, o);
	if (nr > 4)
		tls_put_name(&t->subject, TF_CERT_SUBJECT, TF_CERT_SUBJECT_DN, o);
	if (nr < 6)
		return;
	put_key(&t->key, o);
	while (tls_der_next(&t->rest, &v))
		if (v.tag == DER_CONTEXT_3)
			tls_describe_cert_extensions(v.body, o);
}

void tls_describe_cert(struct cursor c, struct field_out *o)
{
	char hash[TLS_HASH_HEX];
	struct strbuf s = strbuf_over(hash, sizeof(hash));
	struct der cert, v;
	struct tbs t;
	unsigned nr;

	if (!c.clipped && cursor_left(&c)) {
		tls_sha256_hex(c.pos, cursor_left(&c), &s);
		field_put_text(o, tls_field(TF_CERT_SHA256), s.text, s.len, c.pos, cursor_left(&c));
	}
	nr = tbs_read(c, &t);
	if (!nr)
		return;
	put_tbs(&t, nr, o);
	/* Behind the signed part: who signed. */
	if (!tls_der_expect(&c, DER_SEQUENCE, &cert) || !tls_der_next(&cert.body, &v) ||
	    !tls_der_expect(&cert.body, DER_SEQUENCE, &v))
		return;
	put_algorithm(v.body, o);
	if (tls_der_expect(&cert.body, DER_BIT_STRING, &v))
		put_bits(&v, TF_CERT_SIGNATURE, o);
}

void tls_cert_line(struct cursor c, struct strbuf *out)
{
	struct tbs t;

	if (tbs_read(c, &t) <= 4)
		return;
	strbuf_putc(out, ' ');
	tls_name_text(&t.subject, true, out);
}
