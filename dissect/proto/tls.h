/*
 * dissect/proto/tls.h -- what the parts of the TLS dissector share. Nobody else includes it.
 *
 * A ClientHello or a certificate often goes on in a later segment. So every walk here takes what
 * is there: a vector that claims more than its surroundings have is cut, and marked as such by the
 * `failed` of the cursor that it came from.
 */
#ifndef DISSECT_PROTO_TLS_H
#define DISSECT_PROTO_TLS_H

#include "core/cursor.h"
#include "dissect/dissect.h"
#include "dissect/field.h"
#include "dissect/lines.h"

enum { TLS_RECORD_HDR = 5, TLS_HANDSHAKE_HDR = 4, TLS_RANDOM = 32 };

enum tls_content {
	TLS_CHANGE_CIPHER_SPEC = 20,
	TLS_ALERT = 21,
	TLS_HANDSHAKE = 22,
	TLS_APPLICATION_DATA = 23,
	TLS_HEARTBEAT = 24,
};

enum tls_message {
	TLS_HELLO_REQUEST = 0,
	TLS_CLIENT_HELLO = 1,
	TLS_SERVER_HELLO = 2,
	TLS_NEW_SESSION_TICKET = 4,
	TLS_CERTIFICATE = 11,
	TLS_SERVER_KEY_EXCHANGE = 12,
	TLS_CERTIFICATE_REQUEST = 13,
	TLS_SERVER_HELLO_DONE = 14,
	TLS_CERTIFICATE_VERIFY = 15,
	TLS_CLIENT_KEY_EXCHANGE = 16,
	TLS_CERTIFICATE_STATUS = 22,
	TLS_HELLO_RETRY = 0x100, /* a ServerHello with a certain random, RFC 8446 4.1.3 */
};

enum tls_extension_type {
	TLS_EXT_SERVER_NAME = 0,
	TLS_EXT_MAX_FRAGMENT = 1,
	TLS_EXT_STATUS_REQUEST = 5,
	TLS_EXT_GROUPS = 10,
	TLS_EXT_POINT_FORMATS = 11,
	TLS_EXT_SIGNATURES = 13,
	TLS_EXT_ALPN = 16,
	TLS_EXT_SCT = 18,
	TLS_EXT_PADDING = 21,
	TLS_EXT_ENCRYPT_THEN_MAC = 22,
	TLS_EXT_MASTER_SECRET = 23,
	TLS_EXT_COMPRESS_CERT = 27,
	TLS_EXT_RECORD_SIZE = 28,
	TLS_EXT_DELEGATED = 34,
	TLS_EXT_PSK = 41,
	TLS_EXT_VERSIONS = 43,
	TLS_EXT_COOKIE = 44,
	TLS_EXT_PSK_MODES = 45,
	TLS_EXT_SIGNATURES_CERT = 50,
	TLS_EXT_KEY_SHARE = 51,
	TLS_EXT_NPN = 13172,
	TLS_EXT_ALPS = 17513,
	TLS_EXT_ECH = 0xfe0d, /* RFC 9849 */
	TLS_EXT_RENEGOTIATION = 0xff01,
};

/* What a walk over the records of a segment remembers from one to the next. */
struct tls_walk {
	uint16_t version;    /* of the record; what ServerHello chose, once it was met */
	uint16_t cipher;     /* of ServerHello; 0: not met */
	bool encrypted;      /* ChangeCipherSpec was met: what follows is cipher text */
	uint32_t unfinished; /* bytes of a handshake message that the next record goes on with */
};

struct tls_record {
	const uint8_t *start;
	uint8_t type; /* enum tls_content */
	uint16_t version;
	struct cursor body; /* what is here of it */
	uint16_t len;       /* what the header claims */
};

/* False: no further record here. */
bool tls_record_next(struct cursor *c, struct tls_record *ret);

struct tls_handshake {
	const uint8_t *start;
	unsigned type; /* enum tls_message */
	uint32_t len;  /* what the header claims */
	struct cursor body;
	bool whole;
};

/*
 * The next message of a handshake record. False: none, or cipher text. w tells of what was before
 * and is brought up to date.
 */
bool tls_handshake_next(struct tls_walk *w, struct cursor *c, struct tls_handshake *ret);
/* Before the messages of a record are read: no cipher text, and its first byte starts a message. */
bool tls_handshake_readable(const struct tls_walk *w, const struct tls_record *r);
void tls_walk_record(struct tls_walk *w, const struct tls_record *r);

/* ClientHello or ServerHello. */
struct tls_hello {
	bool client;
	uint16_t version;     /* legacy_version */
	const uint8_t *start; /* of the body */
	struct cursor session_id;
	struct cursor ciphers;    /* ServerHello: the one that it chose */
	struct cursor methods;    /* of compression */
	struct cursor extensions; /* of struct tls_extension */
	const uint8_t *extensions_at;
	size_t extensions_len; /* as claimed */
	bool whole;
};

/* False: not even the random is here. */
bool tls_hello_read(const struct tls_handshake *h, struct tls_hello *ret);

struct tls_extension {
	const uint8_t *start;
	uint16_t type;
	uint16_t len; /* what it claims */
	struct cursor body;
};

bool tls_extension_next(struct cursor *c, struct tls_extension *ret);
bool tls_extension_find(const struct tls_hello *hello, unsigned type, struct tls_extension *ret);
/* The name of the server, or nothing. */
struct span tls_hello_server_name(const struct tls_hello *hello);
/* The list of protocol names: each has a byte of length. False: no such extension. */
bool tls_hello_alpn(const struct tls_hello *hello, struct cursor *ret);
/* The best version that a client offers, or that a server chose. */
uint16_t tls_hello_version(const struct tls_hello *hello);

/* RFC 8701 */
static inline bool tls_is_grease(uint16_t v)
{
	return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}

/* The next len bytes, or as many as there are; then c fails. */
struct cursor tls_vector(struct cursor *c, size_t len);

/* ---- text ---- */

enum { TLS_JA3_MAX = 4096, TLS_HASH_HEX = 65, TLS_JA4_MAX = 40 };

/* 771,49195-...: false when a list is cut or too long. ServerHello: JA3S. */
bool tls_ja3_full(const struct tls_hello *hello, struct strbuf *out);
/* MD5 of text in hexadecimal. */
void tls_md5_hex(const char *text, size_t len, struct strbuf *out);
void tls_sha256_hex(const uint8_t *data, size_t len, struct strbuf *out);
/* t13d1516h2_8daaf6152771_e5627efa2ab1, as FoxIO defines it. False as above. */
bool tls_ja4(const struct tls_hello *hello, struct strbuf *out);

/* " CN=mail02,O=Dovecot mail server": the subject of the certificate at c, for the line. */
void tls_cert_line(struct cursor c, struct strbuf *out);

/* ---- fields ---- */

void tls_describe_message(const struct tls_walk *w, const struct tls_handshake *h,
			  struct field_out *o);
void tls_describe_extensions(const struct tls_hello *hello, unsigned message, struct field_out *o);
void tls_describe_signature_algorithm(const uint8_t *p, struct field_out *o);
/* A certificate, DER; c is all that is here of it. */
void tls_describe_cert(struct cursor c, struct field_out *o);
/* An X.501 name: c stands at its SEQUENCE. */
void tls_describe_name(struct cursor *c, struct field_out *o);

extern const struct name_map tls_cipher_names[];
extern const struct name_map tls_content_names[];
extern const struct name_map tls_version_names[];
extern const struct name_map tls_message_names[];
extern const struct name_map tls_alert_names[];
extern const struct name_map tls_heartbeat_names[];
extern const struct name_map tls_alert_level_names[];
extern const struct name_map tls_extension_names[];
extern const struct name_map tls_group_names[];
extern const struct name_map tls_signature_names[];
extern const struct name_map tls_sig_hash_names[];
extern const struct name_map tls_sig_sign_names[];
extern const struct name_map tls_method_names[];
extern const struct name_map tls_format_names[];
extern const struct name_map tls_psk_mode_names[];
extern const struct name_map tls_curve_type_names[];
extern const struct name_map tls_client_cert_names[];
extern const struct name_map tls_status_names[];
extern const struct name_map tls_server_name_names[];
extern const struct name_map tls_fragment_names[];
extern const struct name_map tls_cert_compression_names[];
extern const struct name_map tls_string_names[];
extern const struct name_map tls_general_names[];

enum tls_field {
	TF_RECORD,
	TF_CONTENT_TYPE,
	TF_OPAQUE_TYPE,
	TF_RECORD_VERSION,
	TF_RECORD_LENGTH,
	TF_APP_DATA,
	TF_CCS,
	TF_HEARTBEAT_TYPE,
	TF_HEARTBEAT_LENGTH,
	TF_HEARTBEAT_PAYLOAD,
	TF_HEARTBEAT_PADDING,
	TF_ALERT,
	TF_ALERT_LEVEL,
	TF_ALERT_DESC,
	TF_HANDSHAKE,
	TF_TYPE,
	TF_LENGTH,
	TF_VERSION,
	TF_RANDOM,
	TF_RANDOM_TIME,
	TF_RANDOM_BYTES,
	TF_SESSION_ID_LENGTH,
	TF_SESSION_ID,
	TF_CIPHERS_LENGTH,
	TF_CIPHERS,
	TF_CIPHER,
	TF_METHODS_LENGTH,
	TF_METHODS,
	TF_METHOD,
	TF_EXTENSIONS_LENGTH,
	TF_EXTENSION,
	TF_EXT_TYPE,
	TF_EXT_LEN,
	TF_EXT_DATA,
	TF_SNI_LIST_LEN,
	TF_SNI_TYPE,
	TF_SNI_LEN,
	TF_SNI,
	TF_MAX_FRAGMENT,
	TF_STATUS_TYPE,
	TF_STATUS_IDS_LEN,
	TF_STATUS_EXTS_LEN,
	TF_GROUPS_LEN,
	TF_GROUPS,
	TF_GROUP,
	TF_FORMATS_LEN,
	TF_FORMATS,
	TF_FORMAT,
	TF_SIG_LEN,
	TF_SIGS,
	TF_SIG,
	TF_SIG_HASH,
	TF_SIG_SIGN,
	TF_ALPN_LEN,
	TF_ALPN_LIST,
	TF_ALPN_STR_LEN,
	TF_ALPN,
	TF_PADDING,
	TF_COMPRESS_LEN,
	TF_COMPRESS,
	TF_RECORD_SIZE,
	TF_PSK_IDS_LEN,
	TF_PSK_ID_LEN,
	TF_PSK_ID,
	TF_PSK_AGE,
	TF_PSK_BINDERS_LEN,
	TF_PSK_BINDERS,
	TF_PSK_SELECTED,
	TF_VERSIONS_LEN,
	TF_SUPPORTED_VERSION,
	TF_COOKIE_LEN,
	TF_COOKIE,
	TF_PSK_MODES_LEN,
	TF_PSK_MODE,
	TF_SHARES_LEN,
	TF_SHARE_GROUP,
	TF_SHARE_LEN,
	TF_SHARE,
	TF_SHARE_SELECTED,
	TF_ALPS_LEN,
	TF_ALPS_LIST,
	TF_ALPS_STR_LEN,
	TF_ALPS,
	TF_NPN_LEN,
	TF_NPN,
	TF_RENEG_LEN,
	TF_RENEG,
	TF_JA3_FULL,
	TF_JA3,
	TF_JA3S_FULL,
	TF_JA3S,
	TF_JA4,
	TF_TICKET_LIFETIME,
	TF_TICKET_LEN,
	TF_TICKET,
	TF_CURVE_TYPE,
	TF_CURVE,
	TF_SERVER_POINT_LEN,
	TF_SERVER_POINT,
	TF_P_LEN,
	TF_P,
	TF_G_LEN,
	TF_G,
	TF_YS_LEN,
	TF_YS,
	TF_SIGNATURE_LEN,
	TF_SIGNATURE,
	TF_VERIFY_LEN,
	TF_VERIFY,
	TF_CLIENT_POINT_LEN,
	TF_CLIENT_POINT,
	TF_CERT_TYPES_COUNT,
	TF_CERT_TYPES,
	TF_CERT_TYPE,
	TF_DNAMES_LEN,
	TF_DNAMES,
	TF_DNAME_LEN,
	TF_DNAME,
	TF_OCSP_LEN,
	TF_CERTS_LENGTH,
	TF_CERTS,
	TF_CERT_LENGTH,
	TF_CERT,
	TF_CERT_SHA256,
	TF_CERT_VERSION,
	TF_CERT_SERIAL,
	TF_CERT_ALGORITHM,
	TF_CERT_ISSUER,
	TF_CERT_ISSUER_DN,
	TF_CERT_SUBJECT,
	TF_CERT_SUBJECT_DN,
	TF_CERT_VALIDITY,
	TF_CERT_UTC_TIME,
	TF_CERT_TIME,
	TF_CERT_KEY,
	TF_CERT_PUBLIC_KEY,
	TF_CERT_EXTENSION,
	TF_CERT_EXT_ID,
	TF_CERT_CRITICAL,
	TF_CERT_SIGNATURE,
	TF_NAME_OID,
	TF_NAME_STRING,
	TF_NAME_UTF8,
	TF_NAME_PRINTABLE,
	TF_NAME_COUNTRY,
	TF_NAME_SERIAL,
	TF_NAME_TELETEX,
	TF_NAME_BMP,
	TF_NAME_IA5,
	TF_SAN_COUNT,
	TF_SAN_KIND,
	TF_SAN_DNS,
	TF_SAN_MAIL,
	TF_SAN_URI,
	TF_SAN_IP,
	TF_SAN_IPV4,
	TF_SAN_IPV6,
	TF_KEY_ID,
	TF_ISSUER_KEY_ID,
	TF_CA,
	TF_PATH_LEN,
	TF_KEY_PURPOSE,
	TF_PURPOSES,
	TF_DIRECTORY_NAME,
	TF_REGISTERED_ID,
	TF_ISSUER_CERT,
	TF_ISSUER_SERIAL,
	TF_KEY_USAGE,
	TF_USAGE_SIGNATURE, /* the bits of the usage in their order */
	TF_USAGE_COMMITMENT,
	TF_USAGE_KEY,
	TF_USAGE_DATA,
	TF_USAGE_AGREEMENT,
	TF_USAGE_CERT_SIGN,
	TF_USAGE_CRL_SIGN,
	TF_USAGE_ENCIPHER_ONLY,
	TF_USAGE_DECIPHER_ONLY,
	TF_PERMITTED,
	TF_EXCLUDED,
	TF_SUBTREE_BASE,
	TF_POLICIES,
	TF_POLICY,
	TF_QUALIFIERS,
	TF_QUALIFIER,
	TF_POLICY_URI,
	TF_NOTICE_KIND,
	TF_NOTICE_IA5,
	TF_NOTICE_VISIBLE,
	TF_NOTICE_UTF8,
	TF_CRL_POINTS,
	TF_CRL_POINT,
	TF_CRL_NAMES,
	TF_ACCESSES,
	TF_ACCESS_METHOD,
	TF_ACCESS_LOCATION,
	TF_FEATURES,
	TF_FEATURE,
	TF_COMMENT,
	TF_EC_PARAMETERS,
	TF_EC_CURVE,
	TF_RSA_MODULUS,
	TF_RSA_EXPONENT,
	TF_MAX,
};

/* A heading over what c has left: "3 suites". */
void tls_put_heading(const struct cursor *c, enum tls_field f, size_t nr, const char *what,
		     struct field_out *o);

extern const struct field_desc tls_described[TF_MAX];

static inline const struct field_desc *tls_field(enum tls_field f)
{
	return &tls_described[f];
}

#endif
