/*
 * dissect/proto/tls_ja.c -- fingerprints of hellos (RFC 8446 4.1.2): JA3 and JA3S (Salesforce,
 * 2017), JA4 (FoxIO, 2023). Only whole hellos have one. GREASE values (RFC 8701) count nowhere.
 */
#include "dissect/proto/tls.h"

#include <ctype.h>
#include <md5.h>
#include <sha2.h>
#include <stdlib.h>

enum {
	JA4_LIST_MAX = 512, /* ciphers or extensions; more have no JA4 */
	JA4_COUNT_MAX = 99,
	JA4_HASH_DIGITS = 12,
};

static void put_hex(const uint8_t *digest, size_t len, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < len; i++)
		strbuf_hex(out, digest[i], 2);
}

void tls_md5_hex(const char *text, size_t len, struct strbuf *out)
{
	uint8_t digest[MD5_DIGEST_LENGTH];
	MD5_CTX ctx;

	MD5Init(&ctx);
	MD5Update(&ctx, (const uint8_t *)text, len);
	MD5Final(digest, &ctx);
	put_hex(digest, sizeof(digest), out);
}

void tls_sha256_hex(const uint8_t *data, size_t len, struct strbuf *out)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA2_CTX ctx;

	SHA256Init(&ctx);
	SHA256Update(&ctx, data, len);
	SHA256Final(digest, &ctx);
	put_hex(digest, sizeof(digest), out);
}

/* "1-2-3": a list of numbers of 1 or 2 bytes. */
static void put_dashed(struct cursor c, unsigned width, struct strbuf *out)
{
	bool first = true;

	while (cursor_left(&c) >= width) {
		const uint16_t v = width == 2 ? cursor_be16(&c) : cursor_u8(&c);

		if (width == 2 && tls_is_grease(v))
			continue;
		if (!first)
			strbuf_putc(out, '-');
		first = false;
		strbuf_uint(out, v);
	}
}

static void put_extension_types(const struct tls_hello *hello, struct strbuf *out)
{
	struct cursor c = hello->extensions;
	struct tls_extension ext;
	bool first = true;

	while (tls_extension_next(&c, &ext)) {
		if (tls_is_grease(ext.type))
			continue;
		if (!first)
			strbuf_putc(out, '-');
		first = false;
		strbuf_uint(out, ext.type);
	}
}

bool tls_ja3_full(const struct tls_hello *hello, struct strbuf *out)
{
	struct tls_extension ext;

	if (!hello->whole)
		return false;
	strbuf_uint(out, hello->version);
	strbuf_putc(out, ',');
	put_dashed(hello->ciphers, 2, out);
	strbuf_putc(out, ',');
	put_extension_types(hello, out);
	if (!hello->client)
		return !out->overflow;
	strbuf_putc(out, ',');
	if (tls_extension_find(hello, TLS_EXT_GROUPS, &ext))
		put_dashed(tls_vector(&ext.body, cursor_be16(&ext.body)), 2, out);
	strbuf_putc(out, ',');
	if (tls_extension_find(hello, TLS_EXT_POINT_FORMATS, &ext))
		put_dashed(tls_vector(&ext.body, cursor_u8(&ext.body)), 1, out);
	return !out->overflow;
}

/* Numbers as JA4 hashes them: "002f,0035". */
struct ja4_hash {
	SHA2_CTX ctx;
	bool empty;
};

static void ja4_begin(struct ja4_hash *h)
{
	SHA256Init(&h->ctx);
	h->empty = true;
}

/* separator: none in front of the first extension or cipher */
static void ja4_add(struct ja4_hash *h, char separator, uint16_t v)
{
	char text[6];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (!h->empty || separator == '_')
		strbuf_putc(&s, separator);
	h->empty = false;
	strbuf_hex(&s, v, 4);
	SHA256Update(&h->ctx, (const uint8_t *)text, s.len);
}

static void ja4_end(struct ja4_hash *h, struct strbuf *out)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];

	SHA256Final(digest, &h->ctx);
	if (h->empty)
		strbuf_puts(out, "000000000000");
	else
		put_hex(digest, JA4_HASH_DIGITS / 2, out);
}

struct ja4_list {
	unsigned nr;
	uint16_t values[JA4_LIST_MAX];
};

static bool ja4_list_add(struct ja4_list *l, uint16_t v)
{
	if (tls_is_grease(v))
		return true;
	if (l->nr == JA4_LIST_MAX)
		return false;
	l->values[l->nr++] = v;
	return true;
}

static int compare(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static void ja4_list_sort(struct ja4_list *l)
{
	qsort(l->values, l->nr, sizeof(*l->values), compare);
}

static const char *ja4_version(uint16_t version)
{
	switch (version) {
	case 0x0304:
		return "13";
	case 0x0303:
		return "12";
	case 0x0302:
		return "11";
	case 0x0301:
		return "10";
	case 0x0300:
		return "s3";
	case 0x0002:
		return "s2";
	default:
		return "00";
	}
}

/* First and last character of the first protocol; of its hexadecimal form if they are no letters.
 */
static void ja4_alpn(const struct tls_hello *hello, struct strbuf *out)
{
	static const char hex[] = "0123456789abcdef";
	struct cursor list, name;
	uint8_t first, last;

	if (!tls_hello_alpn(hello, &list) || !cursor_left(&list)) {
		strbuf_puts(out, "00");
		return;
	}
	name = tls_vector(&list, cursor_u8(&list));
	if (!cursor_left(&name)) {
		strbuf_puts(out, "00");
		return;
	}
	first = name.pos[0];
	last = name.end[-1];
	if (first < 0x80 && last < 0x80 && isalnum(first) && isalnum(last)) {
		strbuf_putc(out, (char)first);
		strbuf_putc(out, (char)last);
	} else {
		strbuf_putc(out, hex[first >> 4]);
		strbuf_putc(out, hex[last & 15]);
	}
}

static void ja4_count(unsigned nr, struct strbuf *out)
{
	if (nr < 10)
		strbuf_putc(out, '0');
	strbuf_uint(out, MIN_OF(nr, (unsigned)JA4_COUNT_MAX));
}

/* All extensions but the server's name and ALPN, which change with the destination. */
static void ja4_extensions(const struct tls_hello *hello, const struct ja4_list *sorted,
			   struct strbuf *out)
{
	struct tls_extension ext;
	struct ja4_hash h;
	char separator = '_';
	unsigned i;

	ja4_begin(&h);
	for (i = 0; i < sorted->nr; i++)
		if (sorted->values[i] != TLS_EXT_SERVER_NAME && sorted->values[i] != TLS_EXT_ALPN)
			ja4_add(&h, ',', sorted->values[i]);
	if (tls_extension_find(hello, TLS_EXT_SIGNATURES, &ext)) {
		cursor_skip(&ext.body, 2);
		while (cursor_left(&ext.body) >= 2) {
			const uint16_t v = cursor_be16(&ext.body);

			if (tls_is_grease(v))
				continue;
			ja4_add(&h, separator, v);
			separator = ',';
		}
	}
	ja4_end(&h, out);
}

bool tls_ja4(const struct tls_hello *hello, struct strbuf *out)
{
	struct ja4_list ciphers = { .nr = 0 }, types = { .nr = 0 };
	struct cursor c = hello->ciphers, exts = hello->extensions;
	struct tls_extension ext;
	struct ja4_hash h;
	unsigned i;

	if (!hello->whole)
		return false;
	while (cursor_left(&c) >= 2)
		if (!ja4_list_add(&ciphers, cursor_be16(&c)))
			return false;
	while (tls_extension_next(&exts, &ext))
		if (!ja4_list_add(&types, ext.type))
			return false;
	ja4_list_sort(&ciphers);
	ja4_list_sort(&types);
	strbuf_putc(out, 't');
	strbuf_puts(out, ja4_version(tls_hello_version(hello)));
	strbuf_putc(out, tls_extension_find(hello, TLS_EXT_SERVER_NAME, &ext) ? 'd' : 'i');
	ja4_count(ciphers.nr, out);
	ja4_count(types.nr, out);
	ja4_alpn(hello, out);
	strbuf_putc(out, '_');
	ja4_begin(&h);
	for (i = 0; i < ciphers.nr; i++)
		ja4_add(&h, ',', ciphers.values[i]);
	ja4_end(&h, out);
	strbuf_putc(out, '_');
	ja4_extensions(hello, &types, out);
	return true;
}
