/* dissect/proto/tls_extension.c -- extensions of hellos: RFC 6066, 7301, 8446, 8449, 8879. */
#include "dissect/proto/tls.h"

static void put_u8(struct cursor *c, enum tls_field f, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 1);

	if (p)
		field_put_uint(o, tls_field(f), p, 1);
}

static uint16_t put_u16(struct cursor *c, enum tls_field f, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 2);

	if (!p)
		return 0;
	field_put_uint(o, tls_field(f), p, 2);
	return load_be16(p);
}

/* All of a vector; half a name would be a wrong one. */
static void put_rest(struct cursor *c, enum tls_field f, struct field_out *o)
{
	const size_t len = cursor_left(c);

	if (!c->clipped)
		field_put_bytes(o, tls_field(f), cursor_take(c, len), len);
}

/* A length of `width` bytes in front of a list; f is its field. */
static struct cursor put_list(struct cursor *c, unsigned width, enum tls_field f,
			      struct field_out *o)
{
	const uint8_t *p = cursor_take(c, width);

	if (!p)
		return *c;
	field_put_uint(o, tls_field(f), p, width);
	return tls_vector(c, width == 1 ? p[0] : load_be16(p));
}

static void put_names(struct cursor c, enum tls_field len_field, enum tls_field f,
		      struct field_out *o)
{
	while (cursor_left(&c)) {
		struct cursor name = put_list(&c, 1, len_field, o);

		put_rest(&name, f, o);
	}
}

static void put_server_name(struct cursor *c, struct field_out *o)
{
	struct cursor list;

	if (!cursor_left(c)) /* a server's: it has looked at the name */
		return;
	list = put_list(c, 2, TF_SNI_LIST_LEN, o);
	while (cursor_left(&list)) {
		struct cursor name;

		put_u8(&list, TF_SNI_TYPE, o);
		name = put_list(&list, 2, TF_SNI_LEN, o);
		put_rest(&name, TF_SNI, o);
	}
}

static void put_groups(struct cursor *c, struct field_out *o)
{
	struct cursor list = put_list(c, 2, TF_GROUPS_LEN, o);

	tls_put_heading(&list, TF_GROUPS, cursor_left(&list) / 2, "group", o);
	while (cursor_left(&list) >= 2)
		put_u16(&list, TF_GROUP, o);
}

static void put_formats(struct cursor *c, struct field_out *o)
{
	struct cursor list = put_list(c, 1, TF_FORMATS_LEN, o);

	tls_put_heading(&list, TF_FORMATS, cursor_left(&list), "format", o);
	while (cursor_left(&list))
		put_u8(&list, TF_FORMAT, o);
}

void tls_describe_signature_algorithm(const uint8_t *p, struct field_out *o)
{
	field_put_uint(o, tls_field(TF_SIG), p, 2);
	field_put_uint(o, tls_field(TF_SIG_HASH), p, 1);
	field_put_uint(o, tls_field(TF_SIG_SIGN), p + 1, 1);
}

static void put_signatures(struct cursor *c, struct field_out *o)
{
	struct cursor list = put_list(c, 2, TF_SIG_LEN, o);

	tls_put_heading(&list, TF_SIGS, cursor_left(&list) / 2, "algorithm", o);
	while (cursor_left(&list) >= 2)
		tls_describe_signature_algorithm(cursor_take(&list, 2), o);
}

static void put_alpn(struct cursor *c, enum tls_field len, enum tls_field heading,
		     enum tls_field str_len, enum tls_field str, struct field_out *o)
{
	const struct cursor list = put_list(c, 2, len, o);

	field_put_group(o, tls_field(heading), NULL, list.pos, cursor_left(&list));
	put_names(list, str_len, str, o);
}

static void put_status_request(struct cursor *c, struct field_out *o)
{
	if (!cursor_left(c))
		return;
	put_u8(c, TF_STATUS_TYPE, o);
	(void)put_list(c, 2, TF_STATUS_IDS_LEN, o);
	(void)put_list(c, 2, TF_STATUS_EXTS_LEN, o);
}

static void put_versions(struct cursor *c, unsigned message, struct field_out *o)
{
	struct cursor list;

	if (message != TLS_CLIENT_HELLO) {
		put_u16(c, TF_SUPPORTED_VERSION, o);
		return;
	}
	list = put_list(c, 1, TF_VERSIONS_LEN, o);
	while (cursor_left(&list) >= 2)
		put_u16(&list, TF_SUPPORTED_VERSION, o);
}

static void put_key_share(struct cursor *c, unsigned message, struct field_out *o)
{
	struct cursor list = *c, key;

	if (message == TLS_HELLO_RETRY) {
		put_u16(c, TF_SHARE_SELECTED, o);
		return;
	}
	if (message == TLS_CLIENT_HELLO)
		list = put_list(c, 2, TF_SHARES_LEN, o);
	while (cursor_left(&list) >= 4) {
		put_u16(&list, TF_SHARE_GROUP, o);
		key = put_list(&list, 2, TF_SHARE_LEN, o);
		put_rest(&key, TF_SHARE, o);
	}
}

static void put_psk(struct cursor *c, unsigned message, struct field_out *o)
{
	struct cursor list, id;
	const uint8_t *p;

	if (message != TLS_CLIENT_HELLO) {
		put_u16(c, TF_PSK_SELECTED, o);
		return;
	}
	list = put_list(c, 2, TF_PSK_IDS_LEN, o);
	while (cursor_left(&list)) {
		id = put_list(&list, 2, TF_PSK_ID_LEN, o);
		put_rest(&id, TF_PSK_ID, o);
		p = cursor_take(&list, 4);
		if (p)
			field_put_uint(o, tls_field(TF_PSK_AGE), p, 4);
	}
	list = put_list(c, 2, TF_PSK_BINDERS_LEN, o);
	field_put_group(o, tls_field(TF_PSK_BINDERS), NULL, list.pos, cursor_left(&list));
}

static void put_bytes_list(struct cursor *c, unsigned width, enum tls_field len, enum tls_field f,
			   struct field_out *o)
{
	struct cursor list = put_list(c, width, len, o);

	if (cursor_left(&list))
		put_rest(&list, f, o);
}

static void put_u8_list(struct cursor *c, enum tls_field len, enum tls_field f, struct field_out *o)
{
	struct cursor list = put_list(c, 1, len, o);

	while (cursor_left(&list))
		put_u8(&list, f, o);
}

static void put_compressions(struct cursor *c, struct field_out *o)
{
	struct cursor list = put_list(c, 1, TF_COMPRESS_LEN, o);

	while (cursor_left(&list) >= 2)
		put_u16(&list, TF_COMPRESS, o);
}

static void put_extension(const struct tls_extension *ext, unsigned message, struct field_out *o)
{
	struct cursor c = ext->body;

	switch (ext->type) {
	case TLS_EXT_SERVER_NAME:
		put_server_name(&c, o);
		break;
	case TLS_EXT_MAX_FRAGMENT:
		put_u8(&c, TF_MAX_FRAGMENT, o);
		break;
	case TLS_EXT_STATUS_REQUEST:
		put_status_request(&c, o);
		break;
	case TLS_EXT_GROUPS:
		put_groups(&c, o);
		break;
	case TLS_EXT_POINT_FORMATS:
		put_formats(&c, o);
		break;
	case TLS_EXT_SIGNATURES:
	case TLS_EXT_SIGNATURES_CERT:
	case TLS_EXT_DELEGATED:
		put_signatures(&c, o);
		break;
	case TLS_EXT_ALPN:
		put_alpn(&c, TF_ALPN_LEN, TF_ALPN_LIST, TF_ALPN_STR_LEN, TF_ALPN, o);
		break;
	case TLS_EXT_ALPS:
		put_alpn(&c, TF_ALPS_LEN, TF_ALPS_LIST, TF_ALPS_STR_LEN, TF_ALPS, o);
		break;
	case TLS_EXT_NPN:
		put_names(c, TF_NPN_LEN, TF_NPN, o);
		break;
	case TLS_EXT_PADDING:
		put_rest(&c, TF_PADDING, o);
		break;
	case TLS_EXT_ENCRYPT_THEN_MAC:
	case TLS_EXT_MASTER_SECRET:
		break;
	case TLS_EXT_COMPRESS_CERT:
		put_compressions(&c, o);
		break;
	case TLS_EXT_RECORD_SIZE:
		put_u16(&c, TF_RECORD_SIZE, o);
		break;
	case TLS_EXT_PSK:
		put_psk(&c, message, o);
		break;
	case TLS_EXT_VERSIONS:
		put_versions(&c, message, o);
		break;
	case TLS_EXT_COOKIE:
		put_bytes_list(&c, 2, TF_COOKIE_LEN, TF_COOKIE, o);
		break;
	case TLS_EXT_PSK_MODES:
		put_u8_list(&c, TF_PSK_MODES_LEN, TF_PSK_MODE, o);
		break;
	case TLS_EXT_KEY_SHARE:
		put_key_share(&c, message, o);
		break;
	case TLS_EXT_RENEGOTIATION:
		put_bytes_list(&c, 1, TF_RENEG_LEN, TF_RENEG, o);
		break;
	default:
		/* A client's has no bytes, and Wireshark no field then. */
		if (ext->len || ext->type != TLS_EXT_SCT)
			put_rest(&c, TF_EXT_DATA, o);
		break;
	}
}

void tls_describe_extensions(const struct tls_hello *hello, unsigned message, struct field_out *o)
{
	struct cursor c = hello->extensions;
	struct tls_extension ext;

	while (tls_extension_next(&c, &ext)) {
		field_put_group(o, tls_field(TF_EXTENSION),
				name_find(tls_extension_names, ext.type), ext.start,
				4 + cursor_left(&ext.body));
		field_put_uint(o, tls_field(TF_EXT_TYPE), ext.start, 2);
		field_put_uint(o, tls_field(TF_EXT_LEN), ext.start + 2, 2);
		put_extension(&ext, message, o);
	}
}
