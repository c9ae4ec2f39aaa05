/* dissect/proto/tls_handshake.c -- handshake messages: RFC 5246, 8446, 8422, 5077, 6066. */
#include "dissect/proto/tls.h"

#include <string.h>

#include "core/clock.h"

enum { HEADING_MAX = 32 };

static void put_len(struct cursor *c, unsigned width, enum tls_field f, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, width);

	if (p)
		field_put_uint(o, tls_field(f), p, width);
}

static void put_bytes(const struct cursor *c, enum tls_field f, struct field_out *o)
{
	if (!c->clipped && cursor_left(c))
		field_put_bytes(o, tls_field(f), c->pos, cursor_left(c));
}

/* A length of `width` bytes and as many bytes as it says. */
static struct cursor put_vector(struct cursor *c, unsigned width, enum tls_field len_field,
				struct field_out *o)
{
	const uint8_t *p = cursor_take(c, width);

	if (!p)
		return cursor_over(c->pos, 0, true);
	field_put_uint(o, tls_field(len_field), p, width);
	return tls_vector(c, width == 1 ? p[0] : width == 2 ? load_be16(p) : load_be24(p));
}

void tls_put_heading(const struct cursor *c, enum tls_field f, size_t nr, const char *what,
		     struct field_out *o)
{
	char text[HEADING_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	strbuf_uint(&s, nr);
	strbuf_putc(&s, ' ');
	strbuf_puts(&s, what);
	if (nr != 1)
		strbuf_putc(&s, 's');
	field_put_group(o, tls_field(f), text, c->pos, cursor_left(c));
}

/* ---- hellos ---- */

static void put_random(const struct tls_hello *hello, struct field_out *o)
{
	const uint8_t *p = hello->start + 2;

	field_put_bytes(o, tls_field(TF_RANDOM), p, TLS_RANDOM);
	if (!hello->client && tls_hello_version(hello) >= 0x0304)
		return;
	/* Once a time; today random as well, but that cannot be known. */
	field_put_num(o, tls_field(TF_RANDOM_TIME), load_be32(p) * (uint64_t)NS_PER_SEC, p, 4);
	field_put_bytes(o, tls_field(TF_RANDOM_BYTES), p + 4, TLS_RANDOM - 4);
}

static void put_suites(const struct tls_hello *hello, struct field_out *o)
{
	struct cursor c = hello->ciphers, m = hello->methods;

	if (hello->client && !c.failed && c.pos >= hello->start + 2) {
		field_put_uint(o, tls_field(TF_CIPHERS_LENGTH), c.pos - 2, 2);
		tls_put_heading(&c, TF_CIPHERS, cursor_left(&c) / 2, "suite", o);
	}
	while (cursor_left(&c) >= 2)
		put_len(&c, 2, TF_CIPHER, o);
	if (hello->client && hello->methods.pos < hello->extensions_at && cursor_left(&m)) {
		field_put_uint(o, tls_field(TF_METHODS_LENGTH), m.pos - 1, 1);
		tls_put_heading(&m, TF_METHODS, cursor_left(&m), "method", o);
	}
	while (cursor_left(&m))
		put_len(&m, 1, TF_METHOD, o);
}

static void put_fingerprints(const struct tls_hello *hello, const struct tls_handshake *h,
			     struct field_out *o)
{
	const size_t n = TLS_HANDSHAKE_HDR + cursor_left(&h->body);
	char full[TLS_JA3_MAX], hash[TLS_JA4_MAX];
	struct strbuf f = strbuf_over(full, sizeof(full)), s = strbuf_over(hash, sizeof(hash));

	if (tls_ja3_full(hello, &f)) {
		field_put_text(o, tls_field(hello->client ? TF_JA3_FULL : TF_JA3S_FULL), f.text,
			       f.len, h->start, n);
		tls_md5_hex(f.text, f.len, &s);
		field_put_text(o, tls_field(hello->client ? TF_JA3 : TF_JA3S), s.text, s.len,
			       h->start, n);
	}
	strbuf_reset(&s);
	if (hello->client && tls_ja4(hello, &s))
		field_put_text(o, tls_field(TF_JA4), s.text, s.len, h->start, n);
}

static void put_hello(const struct tls_handshake *h, struct field_out *o)
{
	struct tls_hello hello;

	if (!tls_hello_read(h, &hello))
		return;
	field_put_uint(o, tls_field(TF_VERSION), hello.start, 2);
	put_random(&hello, o);
	if (hello.session_id.pos > hello.start + 2 + TLS_RANDOM)
		field_put_uint(o, tls_field(TF_SESSION_ID_LENGTH), hello.session_id.pos - 1, 1);
	put_bytes(&hello.session_id, TF_SESSION_ID, o);
	put_suites(&hello, o);
	if (hello.extensions.pos >= hello.extensions_at + 2) {
		field_put_uint(o, tls_field(TF_EXTENSIONS_LENGTH), hello.extensions_at, 2);
		tls_describe_extensions(&hello, h->type, o);
	}
	put_fingerprints(&hello, h, o);
}

/* ---- certificates ---- */

static void put_certificates(struct cursor c, struct field_out *o)
{
	struct cursor list = put_vector(&c, 3, TF_CERTS_LENGTH, o);

	field_put_group(o, tls_field(TF_CERTS), NULL, list.pos, cursor_left(&list));
	while (cursor_left(&list) >= 3) {
		const struct cursor cert = put_vector(&list, 3, TF_CERT_LENGTH, o);

		put_bytes(&cert, TF_CERT, o);
		tls_describe_cert(cert, o);
	}
}

static void put_signature(struct cursor *c, uint16_t version, enum tls_field len, enum tls_field f,
			  struct field_out *o)
{
	const uint8_t *p;
	struct cursor sig;

	if (version >= 0x0303) { /* before, the key alone says which */
		p = cursor_take(c, 2);
		if (p)
			tls_describe_signature_algorithm(p, o);
	}
	sig = put_vector(c, 2, len, o);
	put_bytes(&sig, f, o);
}

static void put_certificate_request(struct cursor c, uint16_t version, struct field_out *o)
{
	struct cursor list = put_vector(&c, 1, TF_CERT_TYPES_COUNT, o);

	tls_put_heading(&list, TF_CERT_TYPES, cursor_left(&list), "type", o);
	while (cursor_left(&list))
		put_len(&list, 1, TF_CERT_TYPE, o);
	if (version >= 0x0303) {
		list = put_vector(&c, 2, TF_SIG_LEN, o);
		tls_put_heading(&list, TF_SIGS, cursor_left(&list) / 2, "algorithm", o);
		while (cursor_left(&list) >= 2)
			tls_describe_signature_algorithm(cursor_take(&list, 2), o);
	}
	list = put_vector(&c, 2, TF_DNAMES_LEN, o);
	field_put_group(o, tls_field(TF_DNAMES), NULL, list.pos, cursor_left(&list));
	while (cursor_left(&list) >= 2) {
		struct cursor name = put_vector(&list, 2, TF_DNAME_LEN, o);

		field_put_group(o, tls_field(TF_DNAME), NULL, name.pos, cursor_left(&name));
		tls_describe_name(&name, o);
	}
}

static void put_certificate_status(struct cursor c, struct field_out *o)
{
	struct cursor response;

	put_len(&c, 1, TF_STATUS_TYPE, o);
	response = put_vector(&c, 3, TF_OCSP_LEN, o);
	(void)response; /* OCSP itself is not taken apart */
}

/* ---- keys ---- */

/* "TLS_DHE_RSA_...": only the cipher tells what is in the message. */
static bool cipher_is(const struct tls_walk *w, const char *start)
{
	const char *name = w->cipher ? name_find(tls_cipher_names, w->cipher) : NULL;

	return name && !strncmp(name, start, strlen(start));
}

static void put_dhe_key(struct cursor *c, struct field_out *o)
{
	static const struct {
		enum tls_field len, f;
	} parts[] = { { TF_P_LEN, TF_P }, { TF_G_LEN, TF_G }, { TF_YS_LEN, TF_YS } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		const struct cursor v = put_vector(c, 2, parts[i].len, o);

		put_bytes(&v, parts[i].f, o);
	}
}

static void put_server_key(const struct tls_walk *w, struct cursor c, struct field_out *o)
{
	const bool named_curve = cursor_left(&c) > 4 && c.pos[0] == 3 &&
				 name_find(tls_group_names, load_be16(c.pos + 1));
	struct cursor point;

	/* With DHE_PSK a hint stands in front of the key, which is not taken apart. */
	if (cipher_is(w, "TLS_DH_anon_") ||
	    (cipher_is(w, "TLS_DHE_") && !cipher_is(w, "TLS_DHE_PSK_"))) {
		put_dhe_key(&c, o);
	} else if (named_curve &&
		   (!w->cipher || cipher_is(w, "TLS_ECDHE_") || cipher_is(w, "TLS_ECDH_anon_"))) {
		put_len(&c, 1, TF_CURVE_TYPE, o);
		put_len(&c, 2, TF_CURVE, o);
		point = put_vector(&c, 1, TF_SERVER_POINT_LEN, o);
		put_bytes(&point, TF_SERVER_POINT, o);
	} else {
		return;
	}
	if (cursor_left(&c))
		put_signature(&c, w->version, TF_SIGNATURE_LEN, TF_SIGNATURE, o);
}

/* The cipher was in the server's packets. A point fills the message exactly; nothing else does. */
static void put_client_key(struct cursor c, struct field_out *o)
{
	struct cursor point;

	if (cursor_left(&c) < 2 || c.pos[0] != cursor_left(&c) - 1)
		return;
	point = put_vector(&c, 1, TF_CLIENT_POINT_LEN, o);
	put_bytes(&point, TF_CLIENT_POINT, o);
}

static void put_ticket(struct cursor c, struct field_out *o)
{
	struct cursor ticket;

	put_len(&c, 4, TF_TICKET_LIFETIME, o);
	ticket = put_vector(&c, 2, TF_TICKET_LEN, o);
	put_bytes(&ticket, TF_TICKET, o);
}

void tls_describe_message(const struct tls_walk *w, const struct tls_handshake *h,
			  struct field_out *o)
{
	struct cursor c = h->body;

	switch (h->type) {
	case TLS_CLIENT_HELLO:
	case TLS_SERVER_HELLO:
	case TLS_HELLO_RETRY:
		put_hello(h, o);
		break;
	case TLS_NEW_SESSION_TICKET:
		put_ticket(c, o);
		break;
	case TLS_CERTIFICATE:
		put_certificates(c, o);
		break;
	case TLS_SERVER_KEY_EXCHANGE:
		put_server_key(w, c, o);
		break;
	case TLS_CERTIFICATE_REQUEST:
		put_certificate_request(c, w->version, o);
		break;
	case TLS_CERTIFICATE_VERIFY:
		put_signature(&c, w->version, TF_VERIFY_LEN, TF_VERIFY, o);
		break;
	case TLS_CLIENT_KEY_EXCHANGE:
		put_client_key(c, o);
		break;
	case TLS_CERTIFICATE_STATUS:
		put_certificate_status(c, o);
		break;
	default:
		break;
	}
}
