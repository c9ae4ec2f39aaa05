/* dissect/proto/tls_der.h -- DER (X.690) and the names of X.501, for certificates. */
#ifndef DISSECT_PROTO_TLS_DER_H
#define DISSECT_PROTO_TLS_DER_H

#include "core/cursor.h"
#include "dissect/proto/tls.h"

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_OID = 0x06,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_TELETEX = 0x14,
	DER_IA5 = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE = 0x1a,
	DER_BMP = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT_0 = 0xa0, /* a certificate's version */
	DER_CONTEXT_3 = 0xa3, /* its extensions */
};

struct der {
	const uint8_t *start; /* of the tag */
	uint8_t tag;
	size_t whole_len;   /* bytes that are here, with the head */
	struct cursor body; /* clipped: it goes on behind what is here */
};

/* False: the end, or no DER: tags of several bytes and indefinite lengths are not met here. */
bool tls_der_next(struct cursor *c, struct der *ret);
bool tls_der_expect(struct cursor *c, uint8_t tag, struct der *ret);
/* An object identifier in dots. */
void tls_put_oid(const struct der *v, enum tls_field f, struct field_out *o);
/* v is the object identifier that these bytes spell. */
bool tls_oid_is(const struct der *v, const char *bytes, size_t len);
/* The bytes of v, if all of them are here. */
void tls_put_body(const struct der *v, enum tls_field f, struct field_out *o);
/* "CN=mail02,O=Dovecot mail server": the last part first, RFC 4514; brief: only these two kinds. */
void tls_name_text(const struct der *name, bool brief, struct strbuf *out);
/* A heading, the name as one text, its parts. */
void tls_put_name(const struct der *name, enum tls_field heading, enum tls_field dn,
		  struct field_out *o);
/* The list of extensions that c stands at. */
void tls_describe_cert_extensions(struct cursor c, struct field_out *o);

#endif
