/* dissect/proto/tls_read.c -- the walks over records, messages and extensions: RFC 5246, 8446. */
#include "dissect/proto/tls.h"

#include <string.h>

enum { MESSAGE_LEN_MAX = 1 << 18 }; /* larger ones are taken for cipher text */

/* SHA-256 of "HelloRetryRequest". */
static const uint8_t hello_retry_random[TLS_RANDOM] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
	0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
	0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

struct cursor tls_vector(struct cursor *c, size_t len)
{
	const size_t here = MIN_OF(len, cursor_left(c));
	const struct cursor v = cursor_over(c->pos, here, here < len);

	c->pos += here;
	c->failed |= here < len;
	return v;
}

bool tls_record_next(struct cursor *c, struct tls_record *ret)
{
	const uint8_t *p = cursor_take(c, TLS_RECORD_HDR);

	if (!p)
		return false;
	ret->start = p;
	ret->type = p[0];
	ret->version = load_be16(p + 1);
	ret->len = load_be16(p + 3);
	ret->body = tls_vector(c, ret->len);
	return true;
}

void tls_walk_record(struct tls_walk *w, const struct tls_record *r)
{
	if (!w->cipher)
		w->version = r->version;
	if (r->type == TLS_CHANGE_CIPHER_SPEC && w->version < 0x0304)
		w->encrypted = true;
}

/* A message that is ever sent in the clear, with a length that it may have. */
static bool message_plausible(const uint8_t *p, const struct tls_record *r)
{
	const uint32_t len = load_be24(p + 1);

	switch (p[0]) {
	case TLS_HELLO_REQUEST:
	case TLS_SERVER_HELLO_DONE:
		return !len && (p[0] == TLS_SERVER_HELLO_DONE || r->len == TLS_HANDSHAKE_HDR);
	case TLS_CLIENT_HELLO:
	case TLS_SERVER_HELLO:
		return len > 2 + TLS_RANDOM && len < MESSAGE_LEN_MAX;
	default:
		return name_find(tls_message_names, p[0]) && len && len < MESSAGE_LEN_MAX;
	}
}

bool tls_handshake_readable(const struct tls_walk *w, const struct tls_record *r)
{
	/*
	 * A client of TLS 1.3 says ChangeCipherSpec for the sake of middleboxes, and when it was
	 * asked to retry, its second hello comes behind it.
	 */
	if (w->encrypted && (r->len < TLS_HANDSHAKE_HDR || !cursor_left(&r->body) ||
			     r->body.pos[0] != TLS_CLIENT_HELLO))
		return false;
	if (w->unfinished)
		return true;
	return cursor_left(&r->body) >= TLS_HANDSHAKE_HDR && message_plausible(r->body.pos, r);
}

bool tls_handshake_next(struct tls_walk *w, struct cursor *c, struct tls_handshake *ret)
{
	const uint8_t *p;

	if (w->unfinished) {
		const size_t rest = MIN_OF(w->unfinished, cursor_left(c));

		w->unfinished -= (uint32_t)rest;
		cursor_skip(c, rest);
	}
	p = cursor_left(c) ? cursor_take(c, TLS_HANDSHAKE_HDR) : NULL;
	if (!p)
		return false;
	ret->start = p;
	ret->type = p[0];
	ret->len = load_be24(p + 1);
	ret->body = tls_vector(c, ret->len);
	ret->whole = !c->failed;
	if (!ret->whole)
		w->unfinished = ret->len - (uint32_t)cursor_left(&ret->body);
	if (ret->type == TLS_SERVER_HELLO && cursor_left(&ret->body) >= 2 + TLS_RANDOM &&
	    !memcmp(ret->body.pos + 2, hello_retry_random, TLS_RANDOM))
		ret->type = TLS_HELLO_RETRY;
	return true;
}

/* No extension claims more than the list has. */
static bool extensions_fit(struct cursor c)
{
	struct tls_extension ext;

	while (tls_extension_next(&c, &ext))
		;
	return !c.failed;
}

bool tls_hello_read(const struct tls_handshake *h, struct tls_hello *ret)
{
	struct cursor c = h->body;
	const uint8_t *p = cursor_take(&c, 2 + TLS_RANDOM);

	if (!p)
		return false;
	ret->client = h->type == TLS_CLIENT_HELLO;
	ret->start = p;
	ret->version = load_be16(p);
	ret->session_id = tls_vector(&c, cursor_u8(&c));
	ret->ciphers = tls_vector(&c, ret->client ? cursor_be16(&c) : 2);
	ret->methods = tls_vector(&c, ret->client ? cursor_u8(&c) : 1);
	ret->extensions_at = c.pos;
	ret->extensions_len = 0;
	ret->extensions = c;
	ret->whole = h->whole && !c.failed;
	if (!cursor_left(&c)) /* there were none before TLS 1.2 */
		return true;
	ret->extensions_len = cursor_be16(&c);
	ret->extensions = tls_vector(&c, ret->extensions_len);
	ret->whole = h->whole && !c.failed && extensions_fit(ret->extensions);
	return true;
}

bool tls_extension_next(struct cursor *c, struct tls_extension *ret)
{
	const uint8_t *p = cursor_left(c) ? cursor_take(c, 4) : NULL;

	if (!p)
		return false;
	ret->start = p;
	ret->type = load_be16(p);
	ret->len = load_be16(p + 2);
	ret->body = tls_vector(c, ret->len);
	return true;
}

bool tls_extension_find(const struct tls_hello *hello, unsigned type, struct tls_extension *ret)
{
	struct cursor c = hello->extensions;

	while (tls_extension_next(&c, ret))
		if (ret->type == type)
			return true;
	return false;
}

struct span tls_hello_server_name(const struct tls_hello *hello)
{
	struct tls_extension ext;
	struct cursor name;

	if (!tls_extension_find(hello, TLS_EXT_SERVER_NAME, &ext))
		return span_over(hello->start, 0);
	cursor_skip(&ext.body, 3); /* the list's length, the type: host names are the only ones */
	name = tls_vector(&ext.body, cursor_be16(&ext.body));
	return span_over(name.pos, name.clipped ? 0 : cursor_left(&name));
}

bool tls_hello_alpn(const struct tls_hello *hello, struct cursor *ret)
{
	struct tls_extension ext;

	if (!tls_extension_find(hello, TLS_EXT_ALPN, &ext))
		return false;
	*ret = tls_vector(&ext.body, cursor_be16(&ext.body));
	return true;
}

uint16_t tls_hello_version(const struct tls_hello *hello)
{
	struct tls_extension ext;
	uint16_t best = 0;

	if (!tls_extension_find(hello, TLS_EXT_VERSIONS, &ext))
		return hello->version;
	if (!hello->client)
		return cursor_be16(&ext.body);
	for (cursor_skip(&ext.body, 1); cursor_left(&ext.body) >= 2;) {
		const uint16_t v = cursor_be16(&ext.body);

		if (!tls_is_grease(v) && v > best)
			best = v;
	}
	return best ? best : hello->version;
}
