#include "dissect/field.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "core/bytes.h"
#include "core/clock.h"
#include "dissect/dissect.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { BYTES_SHOWN_MAX = 64 };

static uint64_t read_bits(const uint8_t *p, unsigned first_bit, unsigned bits)
{
	const unsigned last = first_bit + bits; /* at most 64: the table test sees to it */
	uint64_t v = 0;
	unsigned i;

	if (!first_bit && bits == 16)
		return load_be16(p);
	if (!first_bit && bits == 32)
		return load_be32(p);
	if (last <= 8)
		return p[0] >> (8 - last) & ((1u << bits) - 1);
	for (i = 0; i * 8 < last; i++)
		v = v << 8 | p[i];
	v >>= (8 - last % 8) % 8;
	return bits < 64 ? v & ((1ull << bits) - 1) : v;
}

static uint64_t read_le(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

/* Reads what lies fd->bit bits behind p; the caller has made sure that it does. */
static inline void read_at(const struct field_desc *fd, const uint8_t *p, struct field_value *ret)
{
	const unsigned nr_bytes = (fd->bit % 8 + fd->bits + 7) / 8;
	uint64_t num;

	p += fd->bit / 8;
	ret->desc = fd;
	ret->at = p;
	ret->at_len = nr_bytes;
	if (fd->kind >= FIELD_MAC) {
		ret->bytes = p;
		ret->len = nr_bytes;
		ret->num = 0;
		return;
	}
	ret->bytes = NULL;
	ret->len = 0;
	num = fd->flags & FIELD_LE ? read_le(p, nr_bytes) : read_bits(p, fd->bit % 8, fd->bits);
	if (fd->kind == FIELD_INT && fd->bits < 64 && num >> (fd->bits - 1))
		num |= ~0ull << fd->bits;
	ret->num = fd->scale ? num * fd->scale : num;
}

bool field_read(const struct dissection *d, const struct layer *l, const struct field_desc *fd,
		struct field_value *ret)
{
	const unsigned first_byte = fd->bit / 8;
	const unsigned nr_bytes = (fd->bit % 8 + fd->bits + 7) / 8;
	if (fd->flags & FIELD_DESCRIBED || (fd->variants && !(fd->variants & l->variant)))
		return false;
	if (!layer_bytes(d, l, first_byte, nr_bytes) ||
	    (size_t)l->off + first_byte + nr_bytes > d->frame.cap_len)
		return false;
	read_at(fd, d->frame.data + l->off, ret);
	return true;
}

void field_put_num(struct field_out *o, const struct field_desc *fd, uint64_t num, const uint8_t *p,
		   size_t n)
{
	const struct field_value v = { .desc = fd, .num = num, .at = p, .at_len = n };

	o->put(o, &v);
}

void field_put_uint(struct field_out *o, const struct field_desc *fd, const uint8_t *p, size_t n)
{
	const struct field_desc place = {
		.bits = (uint16_t)(n * 8), .kind = fd->kind, .flags = fd->flags, .scale = fd->scale
	};
	struct field_value v;

	assert(n >= 1 && n <= 8);
	read_at(&place, p, &v);
	v.desc = fd;
	o->put(o, &v);
}

/* The bytes that a kind must have; 0: any number. */
static size_t kind_len(unsigned kind)
{
	switch (kind) {
	case FIELD_MAC:
		return 6;
	case FIELD_IPV4:
		return 4;
	case FIELD_IPV6:
		return 16;
	default:
		return 0;
	}
}

void field_put_bytes(struct field_out *o, const struct field_desc *fd, const uint8_t *p, size_t n)
{
	const size_t want = kind_len(fd->kind);
	const struct field_value v = { .desc = fd, .bytes = p, .len = n, .at = p, .at_len = n };

	if (!want || n == want)
		o->put(o, &v);
}

void field_put_text(struct field_out *o, const struct field_desc *fd, const char *text, size_t len,
		    const uint8_t *p, size_t n)
{
	const struct field_value v = {
		.desc = fd, .bytes = (const uint8_t *)text, .len = len, .at = p, .at_len = n
	};

	o->put(o, &v);
}

void field_put_group(struct field_out *o, const struct field_desc *fd, const char *text,
		     const uint8_t *p, size_t n)
{
	field_put_text(o, fd, text, text ? strlen(text) : 0, p, n);
}

void field_put_table(struct field_out *o, const struct field_desc *table, size_t nr_fields,
		     uint8_t variant, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < nr_fields; i++) {
		const struct field_desc *fd = &table[i];
		struct field_value v;

		if (!fd->bits || (fd->variants && !(fd->variants & variant)) ||
		    (fd->bit + fd->bits + 7u) / 8 > n)
			continue;
		read_at(fd, p, &v);
		o->put(o, &v);
	}
}

void field_walk(const struct dissector *p, const struct dissection *d, const struct layer *l,
		struct field_out *o)
{
	struct field_value v;
	size_t i;

	for (i = 0; i < p->nr_fields; i++)
		if (field_read(d, l, &p->fields[i], &v))
			o->put(o, &v);
	if (p->describe)
		p->describe(d, l, o);
}

static void put_hex(const struct field_value *v, struct strbuf *out)
{
	const unsigned digits = v->desc->digits ? v->desc->digits
				: v->desc->bits ? (v->desc->bits + 3u) / 4
						: (unsigned)v->at_len * 2;

	strbuf_puts(out, "0x");
	strbuf_hex(out, v->num, MIN_OF(digits, 16u));
}

/* RFC 3339, UTC, nine digits. */
static void put_time(uint64_t ns, struct strbuf *out)
{
	const time_t seconds = (time_t)(ns / NS_PER_SEC);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm))
		return;
	strbuf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%09lluZ", tm.tm_year + 1900,
		      tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		      (unsigned long long)(ns % NS_PER_SEC));
}

static void put_number(const struct field_value *v, struct strbuf *out)
{
	const bool hex = v->desc->kind == FIELD_HEX || v->desc->flags & FIELD_BASE_HEX;

	if (hex)
		put_hex(v, out);
	else if (v->desc->kind == FIELD_INT && (int64_t)v->num < 0)
		strbuf_printf(out, "%lld", (long long)v->num);
	else
		strbuf_uint(out, v->num);
}

/* "0a0b0c", as tshark's columns have bytes. */
static void put_bare_hex(const uint8_t *bytes, size_t len, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < len; i++)
		strbuf_hex(out, bytes[i], 2);
}

static void put_bytes(const struct field_value *v, struct strbuf *out)
{
	switch ((enum field_kind)v->desc->kind) {
	case FIELD_MAC:
		text_mac(v->bytes, out);
		break;
	case FIELD_IPV4:
		text_ipv4(v->bytes, out);
		break;
	case FIELD_IPV6:
		text_ipv6(v->bytes, out);
		break;
	default:
		text_bytes(v->bytes, v->len, BYTES_SHOWN_MAX, out);
		break;
	}
}

void field_text(const struct field_value *v, struct strbuf *out)
{
	const char *name = NULL;

	switch ((enum field_kind)v->desc->kind) {
	case FIELD_UINT:
	case FIELD_INT:
	case FIELD_PORT:
	case FIELD_FLAG:
	case FIELD_HEX:
	case FIELD_ENUM:
		name = name_find(v->desc->names, v->num);
		if (name) {
			strbuf_puts(out, name);
			strbuf_puts(out, " (");
		}
		put_number(v, out);
		if (name)
			strbuf_putc(out, ')');
		break;
	case FIELD_TIME:
		put_time(v->num, out);
		break;
	case FIELD_TEXT:
	case FIELD_GROUP:
		text_printable(v->bytes, v->len, SIZE_MAX, out);
		break;
	default:
		put_bytes(v, out);
		break;
	}
}

void field_plain(const struct field_value *v, struct strbuf *out)
{
	switch ((enum field_kind)v->desc->kind) {
	case FIELD_UINT:
	case FIELD_INT:
	case FIELD_PORT:
	case FIELD_FLAG:
	case FIELD_HEX:
	case FIELD_ENUM:
		put_number(v, out);
		break;
	case FIELD_TIME:
		render_arrival(v->num, true, out);
		break;
	case FIELD_TEXT:
		text_with_breaks(v->bytes, v->len, out);
		break;
	case FIELD_GROUP: /* what it amounts to is for people */
		if (v->at)
			put_bare_hex(v->at, v->at_len, out);
		break;
	case FIELD_BYTES:
		put_bare_hex(v->bytes, v->len, out);
		break;
	default:
		put_bytes(v, out);
		break;
	}
}

void field_json(const struct field_value *v, struct strbuf *out)
{
	switch ((enum field_kind)v->desc->kind) {
	case FIELD_UINT:
	case FIELD_INT:
	case FIELD_PORT:
	case FIELD_ENUM:
		if (v->desc->kind == FIELD_INT)
			put_number(v, out);
		else
			strbuf_uint(out, v->num);
		break;
	case FIELD_FLAG:
		strbuf_puts(out, v->num ? "true" : "false");
		break;
	case FIELD_TEXT:
	case FIELD_GROUP:
		strbuf_json_string(out, (const char *)v->bytes, v->len);
		break;
	case FIELD_TIME:
		strbuf_putc(out, '"');
		put_time(v->num, out);
		strbuf_putc(out, '"');
		break;
	case FIELD_HEX:
		strbuf_putc(out, '"');
		put_hex(v, out);
		strbuf_putc(out, '"');
		break;
	default:
		strbuf_putc(out, '"');
		put_bytes(v, out);
		strbuf_putc(out, '"');
		break;
	}
}
